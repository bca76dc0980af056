//! Deeds told before: "condemned the launch" is said of whoever launched, "the blast killed two" is the work of whoever set it off.

use super::{Candidate, DEED, Matcher, Party, noun_lemmas};
use crate::clause::{conjuncts, noun_arguments, subjects, verb_arguments};
use polybius_syntax::{Tree, Upos};

/// How many sentences back the deed may be told.
const RECENT: usize = 6;

/// The last sentence of those that tell the news.
const LEAD: usize = 1;

/// How many letters words share that tell of the same ("launched", "the launch").
const STEM: usize = 4;

/// Nouns for deeds of any kind.
const DEEDS: &[&str] = &[
    "act",
    "action",
    "announcement",
    "behaviour",
    "behavior",
    "conduct",
    "decision",
    "decree",
    "gesture",
    "judgment",
    "measure",
    "move",
    "plan",
    "ruling",
    "step",
    "verdict",
];

impl<'a> Matcher<'a> {
    /// Gives judgements of a deed ("condemned the launch") a recipient, and deeds of a deed ("the blasts killed two") an actor: whoever
    /// does it in the words themselves, or did it when it was told before.
    pub(super) fn take_up(&self, told: &mut [Candidate<'a>]) {
        for i in 0..told.len() {
            let (before, rest) = told.split_at_mut(i);
            let c = &mut rest[0];
            let frame = &self.lexicon.frames[c.frame];
            let political = |list: &[Party]| list.iter().any(|m| self.entities.of(*m).is_political());
            let judges = matches!(frame.like.as_str(), "ACCUSE" | "SUPPORT" | "REJECT") && !frame.symmetric;
            let tree = self.tree(c.sentence);
            if judges && !political(&c.recipients) && political(&c.actors) && !c.is_noun {
                let arguments = verb_arguments(tree, c.head, &self.lexicon.light_verbs);
                let roles = frame.recipient.iter().flatten().map(String::as_str);
                let deed = roles.flat_map(|r| arguments.of(r)).find(|&h| tree.words[h].upos == Upos::Noun);
                let Some(deed) = deed else { continue };
                let mut doers = self.doers_in_clause(c.sentence, deed, &c.actors);
                if doers.is_empty() {
                    doers = self.doers_told(c, deed, before, &c.actors);
                }
                if !doers.is_empty() {
                    c.recipients = doers;
                }
            } else if frame.like == "ASSAULT" && !frame.symmetric && !c.is_noun && c.actors.is_empty() {
                let arguments = verb_arguments(tree, c.head, &self.lexicon.light_verbs);
                let deed = arguments.of("subj").chain(arguments.of("in")).find(|&h| tree.words[h].upos == Upos::Noun);
                let Some(deed) = deed else { continue };
                c.actors = self.doers_told(c, deed, before, &c.recipients);
            }
        }
    }

    /// Whoever does it in the relative clause of the deed ("the games that Egypt staged").
    fn doers_in_clause(&self, s: usize, deed: usize, but: &[Party]) -> Vec<Party<'a>> {
        let tree = self.tree(s);
        let clauses = tree.children(deed).filter(|&c| &*tree.words[c].deprel == "acl:relcl");
        let doers = clauses.flat_map(|c| subjects(tree, c, 0)).flat_map(|h| conjuncts(tree, h)).filter(|&h| h != deed);
        let doers = doers.filter_map(|h| self.entities.at(s, h).map(|m| (h, m)));
        doers
            .flat_map(|(h, m)| std::iter::once(m).chain(self.entities.beside(s, h).iter().copied()))
            .filter(|m| self.entities.of(*m).is_political() && but.iter().all(|b| b.entity != m.entity))
            .map(|m| Party::of(m, DEED))
            .collect()
    }

    /// The actors of the last event before that the noun takes up; none where one of them is in `but`.
    fn doers_told(&self, c: &Candidate, deed: usize, before: &[Candidate<'a>], but: &[Party]) -> Vec<Party<'a>> {
        let tree = self.tree(c.sentence);
        if !is_definite(tree, deed) {
            return Vec::new();
        }
        let w = &tree.words[deed];
        let lemmas = noun_lemmas(&w.lemma, &w.form);
        let known = lemmas.iter().find_map(|l| self.lexicon.nouns.get(l));
        let categories: Vec<&str> =
            known.into_iter().flatten().map(|p| self.lexicon.frames[p.frame].event.as_str()).collect();
        let any = DEEDS.contains(&w.lemma.as_str());
        // who did it is said beside it
        let said = noun_arguments(tree, deed, &Default::default());
        if said.list.iter().any(|a| matches!(a.role.as_str(), "by" | "poss")) {
            return Vec::new();
        }
        let political = |list: &[Party]| list.iter().any(|m| self.entities.of(*m).is_political());
        let fits = |o: &&Candidate<'a>| {
            let event = self.lexicon.frames[o.frame].event.as_str();
            political(&o.actors) && (categories.contains(&event) || any && o.sentence < c.sentence)
        };
        let named_so = |o: &&Candidate<'a>| {
            let tree = self.tree(o.sentence);
            common_start(&tree.words[o.head].lemma, &w.lemma) >= STEM && c.sentence - o.sentence <= RECENT
        };
        // what is judged is the news that the article is about, or was told with the same word, or was told last
        let fitting = || before.iter().filter(fits);
        let found = fitting().find(|o| o.sentence <= LEAD).or_else(|| fitting().rfind(named_so));
        let recent = |o: &&Candidate<'a>| c.sentence - o.sentence <= RECENT && !any;
        let Some(deed) = found.or_else(|| fitting().next_back().filter(recent)) else { return Vec::new() };
        let country = |m: &Party| self.entities.of(*m).country.clone();
        let same = |a: &Party, b: &Party| a.entity == b.entity || country(a).is_some() && country(a) == country(b);
        if deed.actors.iter().any(|a| but.iter().any(|b| same(a, b))) {
            return Vec::new();
        }
        deed.actors.iter().map(|a| Party { role: DEED, inside: false, ..*a }).collect()
    }
}

/// How many letters two words share at their start.
fn common_start(a: &str, b: &str) -> usize {
    a.chars().zip(b.chars()).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count()
}

/// Does the noun point back ("the attack", "those talks")?
pub(super) fn is_definite(tree: &Tree, noun: usize) -> bool {
    let determiner = tree.children(noun).find(|&d| tree.words[d].rel() == "det");
    determiner.is_some_and(|d| matches!(tree.words[d].lemma.as_str(), "the" | "this" | "that" | "these" | "those"))
}

#[cfg(test)]
mod tests {
    use crate::Coder;
    use polybius_text::Article;

    /// The last event that is no assault.
    fn last(text: &str) -> String {
        let countries = |list: &[crate::Participant]| {
            list.iter().map(|p| p.country.clone().unwrap_or("?".to_owned())).collect::<Vec<_>>().join("+")
        };
        let events = Coder::new().code(&Article::from_lines("1", text));
        let e = events.iter().rfind(|e| e.category != "ASSAULT").unwrap();
        format!("{} {} > {}", e.category, countries(&e.actor), countries(&e.recipient))
    }

    #[test]
    fn whoever_did_it_is_judged() {
        assert_eq!(last("Kenyan jets bombed a Somali village. France condemned the attack."), "ACCUSE FRA > KEN");
        assert_eq!(last("A Kenyan court jailed two journalists. France deplored the verdict."), "ACCUSE FRA > KEN");
        assert_eq!(last("Peru condemned the laws that Egypt and Sudan have passed."), "ACCUSE PER > EGY+SDN");
    }

    #[test]
    fn whoever_is_named_beside_the_deed_did_it() {
        let other = "Kenyan jets bombed a Somali village. France condemned the attack by Uganda.";
        assert_eq!(last(other), "ACCUSE FRA > UGA");
        assert_eq!(last("Kenyan jets bombed a village. France condemned an attack."), "ACCUSE FRA > ");
    }

    #[test]
    fn nobody_judges_his_own_deed() {
        assert_eq!(last("Kenyan jets bombed a Somali village. Kenya deplored the attack."), "ACCUSE KEN > ");
    }
}
