//! Who takes part: the actors under the roles that a frame names, or inside their nominals.

use super::{Matcher, Party};
use crate::clause::{Argument, Arguments, conjuncts, noun_arguments, prepositions, verb_arguments};
use crate::entity::Mention;
use crate::lexicon::Naming;
use crate::mend::is_span_of_time;
use polybius_syntax::Upos;

impl<'a> Matcher<'a> {
    /// What a verb was done to where that is nobody known: the object, or what the frame's prepositions lead to.
    pub(super) fn uncoded(&self, s: usize, arguments: &Arguments, roles: &[&'a str], is_noun: bool) -> Vec<Party<'a>> {
        let tree = self.tree(s);
        for &role in roles.iter().filter(|r| !r.starts_with("comp") && **r != "by" && (!is_noun || **r != "mod")) {
            let common = |h: &usize| {
                let w = &tree.words[*h];
                let when = w.upos == Upos::Propn && crate::entity::is_calendar(&w.form);
                matches!(w.upos, Upos::Noun | Upos::Propn) && !when && !is_span_of_time(&w.lemma)
            };
            let found = arguments.of(role).filter(common).find_map(|h| self.entities.at(s, h));
            // an object that is itself the event ("launched an attack") is not what it was done to
            if let Some(m) = found
                && !arguments.of(role).any(|h| self.lexicon.nouns.contains_key(&tree.words[h].lemma.to_lowercase()))
            {
                return vec![Party::of(m, role)];
            }
        }
        Vec::new()
    }

    /// The mentions under the first of `roles` that has any; those of `taken` are left out. Inside a complement clause those whose
    /// country the words give, and that are not of the other side's own country, come first ("to send engineers to Haiti").
    pub(super) fn side(&self, s: usize, arguments: &Arguments, roles: &[&'a str], taken: &[Party]) -> Vec<Party<'a>> {
        let found = self.search(s, arguments, roles, taken, true);
        if found.is_empty() { self.search(s, arguments, roles, taken, false) } else { found }
    }

    fn search(
        &self,
        s: usize,
        arguments: &Arguments,
        roles: &[&'a str],
        taken: &[Party],
        strict: bool,
    ) -> Vec<Party<'a>> {
        let tree = self.tree(s);
        for &role in roles {
            let heads: Vec<usize> = match role {
                role if role == "comp" || role.starts_with("comp.") => arguments
                    .complements
                    .iter()
                    .flat_map(|&c| {
                        // "that Iran was behind the attack" is a clause, whatever heads it
                        let clause = tree.children(c).any(|x| matches!(tree.words[x].rel(), "cop" | "nsubj"));
                        let inner = if matches!(tree.words[c].upos, Upos::Noun | Upos::Propn) && !clause {
                            noun_arguments(tree, c, &self.lexicon.light_verbs)
                        } else {
                            verb_arguments(tree, c, &self.lexicon.light_verbs)
                        };
                        // "failed to agree to fund Ukraine"
                        let open = inner.complements.iter().filter(|&&x| tree.words[x].rel() == "xcomp");
                        let deeper = open.flat_map(|&x| verb_arguments(tree, x, &self.lexicon.light_verbs).list);
                        let deeper: Vec<Argument> = deeper.filter(|a| a.role != "subj").collect();
                        let wanted = role.strip_prefix("comp.");
                        inner
                            .list
                            .into_iter()
                            .chain(deeper)
                            .filter(move |a| wanted.is_none_or(|w| a.role == w))
                            .map(|a| a.head)
                            .collect::<Vec<_>>()
                    })
                    .collect(),
                role => arguments.of(role).collect(),
            };
            let mut found: Vec<Party> = Vec::new();
            for head in heads {
                for h in conjuncts(tree, head) {
                    let Some((at, first)) = self.participant(s, h, role, taken) else { continue };
                    // "aid for Romania and Poland": the partners of what stands inside the argument
                    let partners = conjuncts(tree, at).into_iter().skip(1).filter(|_| at != h);
                    let partners = partners.filter_map(|p| self.entities.at(s, p));
                    let partners: Vec<Mention> = partners.filter(|m| self.entities.of(*m).is_political()).collect();
                    let beside = self.entities.beside(s, at).iter().copied();
                    for m in [first].into_iter().chain(beside).chain(partners) {
                        let repeated =
                            found.iter().any(|x| x.entity == m.entity) || taken.iter().any(|x| x.entity == m.entity);
                        let entity = self.entities.of(m);
                        let strict = strict && role.starts_with("comp");
                        let own = strict && taken.iter().any(|t| self.entities.of(*t).country == entity.country);
                        if !repeated && !own && (!strict || !entity.is_guessed()) {
                            found.push(Party { inside: at != h, ..Party::of(m, role) });
                        }
                    }
                }
            }
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// The actor that a nominal is, or that stands inside it ("the U.S. plan", "positions of the rebels"), with the word that heads it.
    /// Those in `taken` are on the other side ("its raids on Saudi Arabia": not whose raids they are).
    pub(super) fn participant(&self, s: usize, head: usize, role: &str, taken: &[Party]) -> Option<(usize, Mention)> {
        if let Some(m) = self.entities.at(s, head) {
            let entity = self.entities.of(m);
            if entity.is_political() || entity.name.is_some() {
                // a country or place under a locative is where, not who
                let place = matches!(role, "in" | "at" | "from")
                    && self.entities.country_at(s, head).is_some_and(|c| c.1 == Naming::Place);
                let vague = role == "mod"
                    && entity.is_guessed()
                    && matches!(entity.sector.as_deref(), Some("CVL" | "REL" | "BUS" | "EDU" | "LEG" | "JUD"))
                    // "multilateral talks", "humanitarian access"
                    || role == "mod"
                        && entity.name.is_none()
                        && entity.country.is_none()
                        && matches!(entity.sector.as_deref(), Some("IGO" | "NGO" | "MNC"));
                return (!place && !vague).then_some((head, m));
            }
        }
        match role {
            "mod" => None,
            "subj" | "by" => self.doer(s, head).or_else(|| self.inside(s, head, role, taken, 0)),
            _ => self.inside(s, head, role, taken, 0),
        }
    }

    /// Who is behind an event that itself does something ("the raid killed 12": whoever raided).
    fn doer(&self, s: usize, head: usize) -> Option<(usize, Mention)> {
        let tree = self.tree(s);
        if !self.lexicon.nouns.contains_key(&tree.words[head].lemma) {
            return None;
        }
        let arguments = noun_arguments(tree, head, &self.lexicon.light_verbs);
        let own = arguments.list.iter().filter(|a| matches!(a.role.as_str(), "subj" | "by" | "poss" | "mod"));
        own.filter(|a| a.head != head).find_map(|a| {
            let m = self.entities.at(s, a.head)?;
            (self.entities.of(m).is_political() && !self.entities.of(m).is_guessed()).then_some((a.head, m))
        })
    }

    fn inside(&self, s: usize, head: usize, role: &str, taken: &[Party], depth: usize) -> Option<(usize, Mention)> {
        let tree = self.tree(s);
        let acts = matches!(role, "subj" | "by");
        let rank = |c: usize| match &*tree.words[c].deprel {
            // "crimes by extremists against civilians": the doer first
            _ if tree.words[c].rel() == "nmod" && prepositions(tree, c).first().is_some_and(|p| p == "by") => Some(0),
            "nmod:poss" => Some(0),
            "compound" | "amod" | "nmod:desc" | "nmod:unmarked" => Some(1),
            // "threats made by the government", "sanctions imposed on India"
            "acl" if !acts => Some(2),
            _ if tree.words[c].rel() == "nmod" => {
                // "the flooding in Malawi" does not act for Malawi
                let fits = prepositions(tree, c).iter().any(|p| match p.as_str() {
                    "of" | "by" | "from" => true,
                    "against" | "on" | "with" | "for" | "in" | "to" | "among" => !acts,
                    _ => false,
                });
                fits.then_some(2)
            }
            _ => None,
        };
        let mut children: Vec<(usize, usize)> = Vec::new();
        for (r, c) in tree.children(head).filter_map(|c| rank(c).map(|r| (r, c))) {
            if &*tree.words[c].deprel == "acl" {
                let obliques = tree.children(c).filter(|&o| {
                    tree.words[o].rel() == "obl"
                        && prepositions(tree, o)
                            .iter()
                            .any(|p| matches!(p.as_str(), "by" | "on" | "against" | "at" | "into"))
                });
                children.extend(obliques.map(|o| (r, o)));
            } else {
                children.push((r, c));
            }
        }
        children.sort_unstable();
        for &(_, c) in &children {
            // "diplomatic asylum", "humanitarian aid": a modifier counts only if its words say from where
            let said = |e: &crate::entity::Entity| {
                let placeless = e.is_guessed() || e.country.is_none();
                e.is_political() && !(placeless && matches!(tree.words[c].rel(), "amod" | "compound"))
            };
            // "ended its operation in Iraq": whoever is on the other side already is not meant
            let free = |m: &Mention| taken.iter().all(|t| t.entity != m.entity);
            if let Some(m) = self.entities.at(s, c).filter(|m| said(self.entities.of(*m)) && free(m)) {
                return Some((c, m));
            }
        }
        if depth < 3 {
            for &(_, c) in &children {
                if let Some(found) = self.inside(s, c, role, taken, depth + 1) {
                    return Some(found);
                }
            }
        }
        None
    }
}
