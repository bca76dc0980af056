//! What is told twice, or only spoken of: events that another event of the sentence or the article already tells are left out.

use super::anaphora::is_definite;
use super::{Candidate, Dropped, Matcher, Party};
use crate::clause::{conjuncts, tree_contains};
use crate::ontology::Inside;
use polybius_syntax::Tree;

/// Verbs by which a body decides.
pub(crate) const DECIDE: &[&str] = &["agree", "decide", "opt", "resolve", "vote"];

/// How many sentences back an event may lie that "the attack" takes up.
const RECENT: usize = 6;

impl<'a> Matcher<'a> {
    /// Leaves out events that another event of the sentence already tells or only speaks about.
    pub(super) fn reduce(
        &self,
        s: usize,
        mut found: Vec<Candidate<'a>>,
        left_out: &mut Vec<(Candidate<'a>, Dropped)>,
    ) -> Vec<Candidate<'a>> {
        let tree = self.tree(s);
        let mut dropped: Vec<Option<Dropped>> = vec![None; found.len()];
        for i in 0..found.len() {
            for j in 0..found.len() {
                if i == j || dropped[j].is_some() || dropped[i].is_some() {
                    continue;
                }
                let (outer, inner) = (&found[i], &found[j]);
                let (by_outer, by_inner) = (Some(Dropped::Told(outer.head)), Some(Dropped::Told(inner.head)));
                let frame = &self.lexicon.frames[outer.frame];
                let same = frame.event == self.lexicon.frames[inner.frame].event;
                let argument = outer.argument_heads.iter().any(|&a| conjuncts(tree, a).contains(&inner.head))
                    || outer.complements.contains(&inner.head);
                // "ministers agreed to ban the imports": what is decided against somebody is the event, not that they agreed
                if frame.event == "AGREE"
                    && !outer.is_noun
                    && self.lexicon.frames[inner.frame].event == "SANCTION"
                    && DECIDE.contains(&tree.words[outer.head].lemma.as_str())
                    && outer.complements.iter().any(|&c| c == inner.head || c == inner.clause)
                {
                    dropped[i] = by_inner;
                    continue;
                }
                if frame.inside == Some(Inside::Drop) {
                    let in_complement =
                        outer.complements.iter().any(|&c| c != outer.head && reaches(tree, c, inner.head));
                    // what is welcomed has happened; what is demanded or refused has not
                    let in_argument = frame.like != "SUPPORT"
                        && inner.is_noun
                        && argument
                        && !inner.argument_heads.contains(&outer.head);
                    let in_infinitive = outer.argument_heads.iter().any(|&a| {
                        conjuncts(tree, a).iter().any(|&a| a != inner.head && under_infinitive(tree, a, inner.head))
                    });
                    if ((in_complement || in_infinitive) && inner.head != outer.head) || in_argument {
                        dropped[j] = Some(Dropped::NotHappened(outer.head));
                        continue;
                    }
                }
                // the noun that a verb's frame asks for ("lift sanctions", "held talks" where both are entries)
                let light = inner.is_noun && !outer.is_noun && inner.clause == outer.head && inner.clause != inner.head;
                if inner.is_noun
                    && !outer.is_noun
                    && argument
                    && (same
                        || (light && !frame.object.is_empty())
                        || (frame.like != "SUPPORT"
                            && !frame.object.is_empty()
                            && self.is_one_of(s, inner.head, &frame.object)))
                {
                    let (mode, actors, recipients) =
                        (inner.mode.clone(), inner.actors.clone(), inner.recipients.clone());
                    let outer = &mut found[i];
                    if same {
                        outer.mode = outer.mode.take().or(mode);
                        if outer.actors.is_empty() {
                            outer.actors = actors;
                        }
                        if outer.recipients.is_empty() && !frame.symmetric {
                            let taken = outer.actors.clone();
                            outer.recipients =
                                recipients.into_iter().filter(|r| taken.iter().all(|a| a.entity != r.entity)).collect();
                        }
                    }
                    dropped[j] = by_outer;
                    continue;
                }
                // "shelled the town, killing nine": what came of it, told along
                if same
                    && frame.like == "ASSAULT"
                    && !outer.is_noun
                    && !inner.is_noun
                    && is_result(tree, outer.head, inner.head)
                {
                    let known = |list: &[Party]| list.iter().any(|m| self.entities.of(*m).is_political());
                    let victims = inner.recipients.clone();
                    if !known(&outer.recipients) && known(&victims) && !frame.symmetric {
                        found[i].recipients = victims;
                    }
                    dropped[j] = by_outer;
                    continue;
                }
                // a frame whose predicate includes the other's word
                if inner.head != outer.head && outer.trigger.contains(inner.trigger) && !outer.is_noun {
                    dropped[j] = by_outer;
                    continue;
                }
                // a light verb with its noun coded, and the verb an entry by itself without need of that object
                if light
                    && !same
                    && self.lexicon.light_verbs.contains(&tree.words[outer.head].lemma)
                    && frame.object.is_empty()
                {
                    dropped[i] = by_inner;
                }
                // "talks ... a meeting": a noun inside the noun phrase of another of its category
                if same && inner.is_noun && outer.is_noun && argument {
                    dropped[j] = by_outer;
                }
            }
        }
        self.join_halves(&mut found, &mut dropped, tree);
        let mut kept = Vec::with_capacity(found.len());
        for (candidate, why) in found.into_iter().zip(dropped) {
            match why {
                Some(why) => left_out.push((candidate, why)),
                None => kept.push(candidate),
            }
        }
        kept
    }

    /// Leaves out event nouns that name nobody, unless they take up an event told shortly before ("the blasts"). They stay without
    /// participants: their words do not say who.
    pub(super) fn drop_unnamed(&self, all: &mut Vec<Candidate<'a>>, dropped: &mut Vec<(Candidate<'a>, Dropped)>) {
        let event = |c: &Candidate| self.lexicon.frames[c.frame].event.as_str();
        let mut kept: Vec<Candidate> = Vec::with_capacity(all.len());
        for c in std::mem::take(all) {
            let recent = kept.iter().rev().take_while(|o| c.sentence - o.sentence <= RECENT);
            let told = recent.into_iter().any(|o| o.named && event(o) == event(&c));
            if c.named || told && is_definite(self.tree(c.sentence), c.head) {
                kept.push(c);
            } else {
                dropped.push((c, Dropped::Unnamed));
            }
        }
        *all = kept;
    }

    /// "began a hunger strike to protest against Sweden", "marched, demanding that the president resign": what a protest is about or asks
    /// for is no event of its own, but tells whom the protest is against.
    fn join_halves(&self, found: &mut [Candidate], dropped: &mut [Option<Dropped>], tree: &Tree) {
        let event = |c: &Candidate| self.lexicon.frames[c.frame].event.as_str();
        for i in 0..found.len() {
            for j in 0..found.len() {
                let (first, second) = (&found[i], &found[j]);
                let about = matches!(event(second), "PROTEST" | "REQUEST" | "ACCUSE");
                if i == j || dropped[i].is_some() || dropped[j].is_some() || event(first) != "PROTEST" || !about {
                    continue;
                }
                let same_actor = second.actors.iter().all(|a| first.actors.iter().any(|b| a.entity == b.entity));
                let unfinished = first.recipients.iter().all(|r| !self.entities.of(*r).is_political());
                let halves = !first.actors.is_empty() && same_actor && unfinished;
                if halves && first.clause != second.head && tree_contains(tree, first.clause, second.head) {
                    let against = second.recipients.iter().filter(|r| self.entities.of(**r).is_political());
                    let against: Vec<Party> =
                        against.filter(|r| first.actors.iter().all(|a| a.entity != r.entity)).copied().collect();
                    let told_apart = event(second) == "PROTEST" && against.is_empty();
                    if !told_apart {
                        dropped[j] = Some(Dropped::Told(first.head));
                        found[i].recipients = against;
                    }
                }
            }
        }
    }
}

/// Is `word` a participle behind the verb `top`, without a subject of its own ("shelled the town, killing nine")?
fn is_result(tree: &Tree, top: usize, word: usize) -> bool {
    let w = &tree.words[word];
    w.head == Some(top)
        && top < word
        && matches!(w.rel(), "advcl" | "xcomp")
        && w.form.to_lowercase().ends_with("ing")
        && tree.children(word).all(|c| !matches!(tree.words[c].rel(), "nsubj" | "mark"))
}

/// Is `word` below `top` inside an infinitive ("a call for the opposition to work together to expel ...")?
fn under_infinitive(tree: &Tree, top: usize, word: usize) -> bool {
    let infinitive =
        |at: usize| tree.children(at).any(|c| tree.words[c].rel() == "mark" && tree.words[c].lemma == "to");
    let (mut at, mut found) = (word, false);
    while at != top {
        found |= infinitive(at);
        if &*tree.words[at].deprel == "acl:relcl" {
            return false;
        }
        match tree.words[at].head {
            Some(h) => at = h,
            None => return false,
        }
    }
    found
}

/// Is `word` in the clause at `top`, not inside a relative clause of it?
fn reaches(tree: &Tree, top: usize, word: usize) -> bool {
    if !tree_contains(tree, top, word) {
        return false;
    }
    let mut at = word;
    while at != top {
        if &*tree.words[at].deprel == "acl:relcl" {
            return false;
        }
        match tree.words[at].head {
            Some(h) => at = h,
            None => return false,
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use crate::Coder;
    use polybius_text::Article;

    fn events(text: &str) -> Vec<String> {
        let countries = |list: &[crate::Participant]| {
            list.iter().map(|p| p.country.clone().unwrap_or("?".to_owned())).collect::<Vec<_>>().join("+")
        };
        let events = Coder::new().code(&Article::from_lines("1", text));
        events.iter().map(|e| format!("{} {} > {}", e.category, countries(&e.actor), countries(&e.recipient))).collect()
    }

    #[test]
    fn what_came_of_an_attack_is_told_with_it() {
        assert_eq!(events("Israeli jets bombed a bridge, killing nine Syrian soldiers."), ["ASSAULT ISR > SYR"]);
    }

    #[test]
    fn own_troops_are_no_other_side() {
        assert_eq!(events("Egypt withdrew its troops."), ["RETREAT EGY > "]);
    }

    #[test]
    fn a_journey_is_no_visit() {
        assert!(events("Three Dutch students travelled to Syria.").is_empty());
        assert!(events("The Dutch prime minister flew to Rotterdam.").is_empty());
        assert_eq!(events("The Dutch prime minister flew to Egypt."), ["CONSULT NLD > EGY"]);
    }
}
