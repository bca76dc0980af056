//! Whether the words around a time expression look back or ahead: what chooses between last Friday and the coming one.

use polybius_syntax::{Tree, Upos};

/// Where on the line of time a clause stands, seen from the day of publication.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    Back,
    Ahead,
    /// Perhaps ahead: it may hang on what was announced ("ordered them to leave on Monday") or on the announcing.
    PerhapsAhead,
}

/// How many words up the tree the governing verb is looked for.
const CLIMB: usize = 8;

const AHEAD_AUXILIARIES: [&str; 12] =
    ["will", "'ll", "’ll", "wo", "shall", "would", "could", "may", "might", "must", "should", "can"];

/// What such a verb is about lies ahead of it ("scheduled for Friday", "agreed to meet on Friday", "called a strike for Monday").
const AHEAD_VERBS: [&str; 12] = [
    "schedule",
    "expect",
    "plan",
    "due",
    "slate",
    "set",
    "postpone",
    "reschedule",
    "call",
    "announce",
    "intend",
    "delay",
];

/// An infinitive under such a verb happens when the verb says ("began to withdraw on Friday").
const SAME_TIME: [&str; 15] = [
    "begin", "start", "continue", "manage", "fail", "try", "refuse", "force", "help", "appear", "seem", "happen",
    "use", "come", "decline",
];

const SAYING: [&str; 12] =
    ["say", "tell", "report", "announce", "add", "state", "write", "quote", "cite", "accuse", "claim", "confirm"];

/// The direction of the clause that the words from `start` to `end` (exclusive) stand in; `None` if nothing tells.
pub(crate) fn direction(tree: &Tree, start: usize, end: usize) -> Option<Direction> {
    // the word by which the expression hangs on the rest
    let top = (start..end).find(|&i| tree.words[i].head.is_none_or(|h| !(start..end).contains(&h)))?;
    let lower = |i: usize| tree.words[i].form.to_lowercase();
    let prepositions: Vec<String> = tree.children(top).filter(|&c| tree.words[c].rel() == "case").map(lower).collect();
    let has = |p: &str| prepositions.iter().any(|x| x == p) || start > 0 && lower(start - 1) == p;
    if has("since") {
        return Some(Direction::Back);
    }
    if start > 1 && lower(start - 1) == "of" && lower(start - 2) == "ahead" {
        return Some(Direction::Ahead);
    }
    let mut at = top;
    for step in 0..CLIMB {
        let word = &tree.words[at];
        let is_verb = matches!(word.upos, Upos::Verb | Upos::Aux);
        let has_copula = tree.children(at).any(|c| tree.words[c].rel() == "cop");
        if step > 0 && (is_verb || has_copula) {
            return Some(of_predicate(tree, at, has("for") || has("until"), has("by")));
        }
        if step > 0 {
            // "ahead of Friday's vote", "the Friday deadline"
            if word.lemma == "deadline" {
                return Some(Direction::Ahead);
            }
            for c in tree.children(at).filter(|&c| tree.words[c].rel() == "case") {
                match lower(c).as_str() {
                    "ahead" => return Some(Direction::Ahead),
                    "after" | "since" | "following" => return Some(Direction::Back),
                    _ => {}
                }
            }
            if word.lemma == "due" || word.lemma == "ahead" {
                return Some(Direction::Ahead);
            }
        }
        match word.head {
            Some(h) => at = h,
            None => return has("by").then_some(Direction::Ahead),
        }
    }
    None
}

fn of_predicate(tree: &Tree, verb: usize, for_it: bool, by: bool) -> Direction {
    let mut at = verb;
    for step in 0..CLIMB {
        let word = &tree.words[at];
        let lemma = word.lemma.as_str();
        let auxiliaries = || {
            tree.children(at)
                .filter(|&c| matches!(tree.words[c].rel(), "aux" | "cop"))
                .map(|c| tree.words[c].form.to_lowercase())
        };
        let perfect = auxiliaries().any(|a| matches!(a.as_str(), "have" | "has" | "had" | "'ve" | "having"));
        if auxiliaries().any(|a| AHEAD_AUXILIARIES.contains(&a.as_str())) {
            // "would have met" never happened, "will have left" lies ahead
            return if perfect && !auxiliaries().any(|a| a == "will") { Direction::Back } else { Direction::Ahead };
        }
        let infinitive = (word.has("VerbForm=Inf")
            || tree.children(at).any(|c| tree.words[c].rel() == "cop" && tree.words[c].has("VerbForm=Inf")))
            && tree
                .children(at)
                .any(|c| tree.words[c].rel() == "mark" && tree.words[c].form.eq_ignore_ascii_case("to"));
        let participle = word.has("VerbForm=Part") || word.has("VerbForm=Ger");
        let finite_auxiliary = auxiliaries().next().is_some();
        if AHEAD_VERBS.contains(&lemma) {
            // "set free on Friday" and "announced on Friday" are over; "is set to", "set for Friday" lie ahead
            let planned = matches!(lemma, "schedule" | "expect" | "plan" | "due" | "slate" | "intend");
            let to_do = step > 0
                || tree.children(at).any(|c| tree.words[c].rel() == "xcomp" && tree.words[c].has("VerbForm=Inf"));
            let passive = participle && !perfect;
            if planned && passive || for_it || matches!(lemma, "set" | "schedule" | "expect" | "plan") && to_do {
                return Direction::Ahead;
            }
        }
        match (infinitive, word.rel(), word.head) {
            (true, "advcl", Some(h)) => at = h,
            (true, "xcomp", Some(h)) if SAME_TIME.contains(&tree.words[h].lemma.as_str()) => at = h,
            // "agreed to meet on Friday", "a plan to meet"; "was to meet", without a verb above, is sure
            (true, "root", _) => return Direction::Ahead,
            (true, ..) => return Direction::PerhapsAhead,
            (false, _, head) => {
                let finite = word.has("VerbForm=Fin") || finite_auxiliary;
                if !finite
                    && participle
                    && let Some(h) = head
                    && tree.words[h].upos == Upos::Verb
                {
                    at = h;
                    continue;
                }
                if perfect {
                    return Direction::Back;
                }
                let past = word.has("Tense=Past") && word.has("VerbForm=Fin")
                    || tree
                        .children(at)
                        .any(|c| matches!(tree.words[c].rel(), "aux" | "cop") && tree.words[c].has("Tense=Past"));
                let present = word.has("Tense=Pres") && word.has("VerbForm=Fin")
                    || tree
                        .children(at)
                        .any(|c| matches!(tree.words[c].rel(), "aux" | "cop") && tree.words[c].has("Tense=Pres"));
                // "the talks open on Friday" lies ahead, "he says on Friday" does not; "by Friday" does, unless it is told as past
                let ahead = !past && (present && !SAYING.contains(&lemma) || by);
                return if ahead { Direction::Ahead } else { Direction::Back };
            }
        }
    }
    Direction::Back
}
