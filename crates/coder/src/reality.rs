//! How real: PLOVER's auxiliaries, from the words around the predicate and the clauses above it.

use crate::attribution::Source;
use crate::clause::prepositions;
use crate::lexicon::Force;
use polybius_syntax::{Tree, Upos};
use polybius_text::Span;

/// The four auxiliaries of PLOVER.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Auxiliary {
    /// Background told to explain the news.
    pub historical: bool,
    /// Planned, expected or promised.
    pub future: bool,
    /// Conditional, possible, feared.
    pub hypothetical: bool,
    /// Did not happen.
    pub negation: bool,
}

impl Auxiliary {
    /// The names of those that hold, in the order of the manual.
    pub fn names(self) -> Vec<&'static str> {
        [
            (self.historical, "historical"),
            (self.future, "future"),
            (self.hypothetical, "hypothetical"),
            (self.negation, "negation"),
        ]
        .into_iter()
        .filter_map(|(on, name)| on.then_some(name))
        .collect()
    }
}

/// What says that an event is not simply reported as having happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sign {
    /// A word of the sentence.
    Word(usize),
    /// A source on whose word it rests, by what the reporting verb says ("fears that").
    Source(Span),
}

/// For each auxiliary what says so, if it holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Signs {
    pub(crate) historical: Option<Sign>,
    pub(crate) future: Option<Sign>,
    pub(crate) hypothetical: Option<Sign>,
    pub(crate) negation: Option<Sign>,
}

impl Signs {
    pub(crate) fn auxiliary(&self) -> Auxiliary {
        Auxiliary {
            historical: self.historical.is_some(),
            future: self.future.is_some(),
            hypothetical: self.hypothetical.is_some(),
            negation: self.negation.is_some(),
        }
    }
}

/// Verbs whose complement lies ahead.
const AHEAD: &[&str] = &[
    "plan",
    "intend",
    "expect",
    "prepare",
    "schedule",
    "promise",
    "pledge",
    "vow",
    "agree",
    "decide",
    "set",
    "aim",
    "hope",
    "want",
    "wish",
    "arrange",
    "offer",
    "due",
    "ready",
    "determine",
    "commit",
    "like",
];
/// Verbs and adjectives whose complement may never be.
const UNREAL: &[&str] = &[
    "threaten",
    "try",
    "seek",
    "attempt",
    "consider",
    "urge",
    "call",
    "demand",
    "ask",
    "propose",
    "suggest",
    "recommend",
    "able",
    "want",
    "warn",
    "need",
    "allow",
    "accuse",
    "likely",
    "unlikely",
    "possible",
    "request",
    "appeal",
    "press",
    "discuss",
    "order",
    "encourage",
];
/// Nouns whose content may never be ("the possibility of expelling diplomats").
const UNREAL_NOUNS: &[&str] = &[
    "chance",
    "danger",
    "fear",
    "idea",
    "likelihood",
    "option",
    "possibility",
    "potential",
    "prospect",
    "risk",
    "threat",
];
const FAILED: &[&str] = &[
    "fail", "refuse", "decline", "neglect", "avoid", "prevent", "stop", "cancel", "deny", "abandon", "postpone",
    "reject",
];

/// What says which auxiliaries the event has whose word is `head` and whose clause is at `clause` (the head itself, or a light verb).
pub(crate) fn signs(tree: &Tree, head: usize, clause: usize, is_noun: bool, sources: &[Source]) -> Signs {
    let mut a = Signs::default();
    for at in if head == clause { vec![head] } else { vec![head, clause] } {
        own_marks(tree, at, at == head && is_noun, &mut a);
    }
    // up the clauses
    let mut at = clause;
    for step in 0..tree.words.len() {
        let Some(up) = tree.words[at].head else { break };
        let (rel, governor) = (tree.words[at].rel(), &tree.words[up]);
        let lemma = governor.lemma.to_lowercase();
        let says_up = Some(Sign::Word(up));
        match rel {
            "xcomp" | "ccomp" | "acl" | "advcl" | "csubj" => {
                let infinitive =
                    tree.children(at).any(|c| tree.words[c].lemma == "to" && tree.words[c].rel() == "mark");
                if infinitive && (rel != "advcl" || AHEAD.contains(&lemma.as_str())) {
                    if AHEAD.contains(&lemma.as_str()) {
                        a.future = says_up;
                    } else if matches!(lemma.as_str(), "try" | "seek" | "attempt") && is_ahead(tree, up) {
                        a.future = says_up; // "would try to bring them together"
                    } else if UNREAL.contains(&lemma.as_str()) || rel == "acl" || rel == "advcl" {
                        a.hypothetical = says_up;
                    }
                } else if infinitive && rel == "advcl" {
                    a.hypothetical = Some(Sign::Word(at));
                }
                if rel == "acl" && UNREAL_NOUNS.contains(&lemma.as_str()) {
                    a.hypothetical = says_up;
                }
                if FAILED.contains(&lemma.as_str()) {
                    a.negation = says_up;
                }
                conditional(tree, at, &mut a);
                if rel == "xcomp" || rel == "ccomp" {
                    let mut governor_marks = Signs::default();
                    if rel == "xcomp" {
                        own_marks(tree, up, false, &mut governor_marks);
                        a.future = a.future.or(governor_marks.future);
                        a.hypothetical = a.hypothetical.or(governor_marks.hypothetical);
                        a.negation = a.negation.or(governor_marks.negation.filter(|_| governor.upos == Upos::Verb));
                    }
                }
            }
            // an event noun under a verb that says whether it is to be
            "obj" | "obl" | "nmod" if is_noun && step < 2 => {
                if FAILED.contains(&lemma.as_str()) {
                    a.negation = says_up;
                } else if matches!(lemma.as_str(), "plan" | "schedule" | "expect" | "prepare" | "promise" | "announce" if lemma != "announce")
                {
                    a.future = says_up;
                } else if matches!(
                    lemma.as_str(),
                    "fear"
                        | "propose"
                        | "consider"
                        | "threaten"
                        | "seek"
                        | "demand"
                        | "urge"
                        | "want"
                        | "discuss"
                        | "risk"
                        | "possibility"
                        | "threat"
                        | "prevent"
                        | "avoid"
                        | "call"
                        | "request"
                ) {
                    a.hypothetical = says_up;
                } else if governor.upos == Upos::Verb && rel != "nmod" {
                    own_marks(tree, up, false, &mut a);
                }
            }
            "nsubj" if is_noun => own_marks(tree, up, false, &mut a),
            "conj" => {
                // auxiliaries of the first conjunct hold for the second that has none, no subject of its own and no past tense ("will meet
                // them, and accused Israel")
                let own = tree.children(at).any(|c| matches!(tree.words[c].rel(), "aux" | "nsubj"))
                    || tree.words[at].has("VerbForm=Fin") && tree.words[at].has("Tense=Past");
                if !own && governor.upos == Upos::Verb {
                    let mut first = Signs::default();
                    own_marks(tree, up, false, &mut first);
                    a.future = a.future.or(first.future);
                    a.hypothetical = a.hypothetical.or(first.hypothetical);
                }
            }
            _ => {}
        }
        if matches!(rel, "acl") && &*tree.words[at].deprel == "acl:relcl" {
            break;
        }
        at = up;
    }
    for source in sources {
        let says = Some(Sign::Source(source.span));
        match source.force {
            Force::Fear => a.hypothetical = says,
            Force::Expect if a.hypothetical.is_none() => a.future = says,
            Force::Deny => a.negation = says,
            _ => {}
        }
    }
    if a.hypothetical.is_some() {
        a.future = None;
    }
    a
}

/// Does the word's own auxiliary put it in the future?
fn is_ahead(tree: &Tree, at: usize) -> bool {
    let mut marks = Signs::default();
    own_marks(tree, at, false, &mut marks);
    marks.future.is_some() && marks.negation.is_none()
}

fn conditional(tree: &Tree, at: usize, a: &mut Signs) {
    let mut marks = tree.children(at).filter(|&c| {
        tree.words[c].rel() == "mark"
            && matches!(tree.words[c].lemma.as_str(), "if" | "unless" | "whether" | "lest" | "until")
    });
    if let Some(mark) = marks.next() {
        a.hypothetical = Some(Sign::Word(mark));
    }
}

/// What the predicate's own auxiliaries, adverbs and modifiers say.
fn own_marks(tree: &Tree, at: usize, is_noun: bool, a: &mut Signs) {
    for c in tree.children(at) {
        let w = &tree.words[c];
        let form = w.form.to_lowercase();
        let says = Some(Sign::Word(c));
        match w.rel() {
            "aux" => match form.as_str() {
                "will" | "'ll" | "’ll" | "shall" | "wo" => a.future = says,
                "would" | "'d" => {
                    let conditional = tree.children(at).any(|x| {
                        tree.words[x].rel() == "advcl" && tree.children(x).any(|m| tree.words[m].lemma == "if")
                    });
                    if conditional { a.hypothetical = says } else { a.future = says }
                }
                "may" | "might" | "could" | "should" | "can" | "must" | "ca" => a.hypothetical = says,
                _ => {}
            },
            "advmod" => match form.as_str() {
                "not" | "n't" | "n’t" | "never" => a.negation = says,
                "possibly" | "perhaps" | "maybe" | "potentially" => a.hypothetical = says,
                _ => {}
            },
            "det" if is_noun && form == "no" => a.negation = says,
            "nsubj"
                if tree.children(c).any(|d| tree.words[d].form.eq_ignore_ascii_case("no"))
                    || matches!(form.as_str(), "nobody" | "none") =>
            {
                a.negation = says
            }
            "amod" if is_noun => match form.as_str() {
                "planned" | "upcoming" | "future" | "next" | "scheduled" | "forthcoming" | "expected" | "promised"
                | "impending" => a.future = says,
                "possible" | "potential" | "feared" | "threatened" | "proposed" | "alleged" | "imminent"
                | "hypothetical" | "attempted"
                    if form != "attempted" && form != "alleged" =>
                {
                    a.hypothetical = says;
                }
                "past" | "previous" | "historic" if form != "historic" => a.historical = says,
                _ => {}
            },
            "mark" if matches!(form.as_str(), "if" | "unless" | "whether") => a.hypothetical = says,
            _ => {}
        }
    }
    // "going to attack", "set to meet"
    if is_noun && prepositions(tree, at).iter().any(|p| p == "without") {
        let without = tree.children(at).find(|&c| tree.words[c].form.eq_ignore_ascii_case("without"));
        a.negation = Some(Sign::Word(without.unwrap_or(at)));
    }
    let headline = tree.words[at].rel() == "root" && tree.words[at].upos == Upos::Verb && at > 0;
    let mut to = tree.children(at).filter(|&c| c < at && tree.words[c].lemma == "to" && tree.words[c].rel() == "mark");
    if let Some(to) = to.next().filter(|_| headline) {
        a.future = Some(Sign::Word(to)); // "France to send troops"
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polybius_syntax::Model;
    use std::sync::LazyLock;

    static MODEL: LazyLock<Model> = LazyLock::new(Model::embedded);

    fn of(text: &str, word: &str) -> Vec<&'static str> {
        let tree = MODEL.parse(&[text.split(' ').collect::<Vec<_>>()]).remove(0);
        let at = tree.words.iter().position(|w| w.form == word).unwrap();
        signs(&tree, at, at, tree.words[at].upos == Upos::Noun, &[]).auxiliary().names()
    }

    #[test]
    fn auxiliaries_of_verbs() {
        assert_eq!(of("Rebels attacked the town .", "attacked"), Vec::<&str>::new());
        assert_eq!(of("Rebels did not attack the town .", "attack"), ["negation"]);
        assert_eq!(of("France will send troops .", "send"), ["future"]);
        assert_eq!(of("France plans to send troops .", "send"), ["future"]);
        assert_eq!(of("Rebels could attack the town .", "attack"), ["hypothetical"]);
        assert_eq!(of("They would try to attack the town .", "attack"), ["future"]);
        assert_eq!(of("The minister will meet officials and accused Israel of theft .", "accused"), Vec::<&str>::new());
        assert_eq!(of("Iran threatened to attack the ships .", "attack"), ["hypothetical"]);
        assert_eq!(of("The army failed to protect the village .", "protect"), ["negation"]);
    }

    #[test]
    fn the_word_that_says_so_is_known() {
        let tree = MODEL.parse(&["France will not send troops .".split(' ').collect::<Vec<_>>()]).remove(0);
        let signs = signs(&tree, 3, 3, false, &[]);
        assert_eq!((signs.future, signs.negation), (Some(Sign::Word(1)), Some(Sign::Word(2))));
    }
}
