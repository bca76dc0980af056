//! Several at once: "the presidents of Peru and Chile", and "both sides", "the neighbours", who are those that the text spoke of most.

use super::{Entity, Finder, Kind, MEDIA, Mention, trim};
use crate::clause::{conjuncts, core, prepositions};
use polybius_syntax::{Tree, Upos};
use polybius_text::Span;

impl Finder<'_, '_> {
    /// "The presidents of Peru and Chile", "the ministers, Ana Ruiz and Juan Soto": several, of whom the nominal's description is the
    /// first.
    pub(super) fn members(&mut self, s: usize, head: usize) {
        let tree = self.tree(s);
        let Some(mention) = self.entities.at(s, head).filter(|_| tree.words[head].has("Number=Plur")) else { return };
        if !self.entities.beside(s, head).is_empty() || self.entities.of(mention).roles.is_empty() {
            return;
        }
        let sent_by = |c: usize| {
            tree.words[c].rel() == "nmod" && prepositions(tree, c).iter().any(|p| matches!(p.as_str(), "of" | "from"))
        };
        let groups = tree.children(head).filter(|&c| c > head && (tree.words[c].rel() == "appos" || sent_by(c)));
        let lists =
            groups.map(|c| (c, tree.children(c).filter(|&g| tree.words[g].rel() == "conj").collect::<Vec<_>>()));
        let Some((first, others)) = lists.into_iter().find(|(_, others)| !others.is_empty()) else { return };
        let own = self.entities.of(mention).clone();
        let Some(named) = self.entities.at(s, first).map(|m| self.entities.of(m).clone()) else { return };
        // what the description has from the first of them, it has from the others as well
        let apposition = tree.words[first].rel() == "appos";
        let shared = own.country.is_some() && own.country == named.country && !own.is_guessed();
        if !(shared || apposition && named.kind == Kind::Person) {
            return;
        }
        let mut more = Vec::new();
        let others: Vec<Mention> = others.into_iter().filter_map(|o| self.entities.at(s, o)).collect();
        let end = others.iter().map(|m| m.span.end).max().unwrap_or(0).max(mention.span.end);
        let mention = Mention { span: Span::new(mention.span.start, end), ..mention };
        for m in others {
            let other = self.entities.of(m).clone();
            if apposition && other.kind == Kind::Person {
                more.push(Mention { span: mention.span, ..m });
            } else if !apposition && other.country.is_some() && !other.is_guessed() {
                let entity = Entity { country: other.country, name: None, guess: None, ..own.clone() };
                self.entities.list.push(entity);
                more.push(Mention { entity: self.entities.list.len() - 1, span: mention.span });
            }
        }
        if more.is_empty() {
            return;
        }
        if let Some(chain) = self.chains.at(s, head) {
            let all = std::iter::once(mention.entity).chain(more.iter().map(|m| m.entity)).collect();
            self.of_chain.insert(chain, all);
        }
        self.entities.mentions.insert((s, head), mention);
        self.entities.beside.insert((s, head), more);
    }

    /// Lets a nominal be several entities at once.
    pub(super) fn record_all(&mut self, s: usize, head: usize, all: &[usize]) {
        let tree = self.tree(s);
        let (start, end) = core(tree, head);
        let (start, end) = trim(tree, start, end);
        let span = self.document.span(s, start, end);
        if let Some(chain) = self.chains.at(s, head) {
            self.of_chain.entry(chain).or_insert_with(|| all.to_vec());
        }
        let mut mentions = all.iter().map(|&entity| Mention { entity, span });
        if let Some(first) = mentions.next() {
            self.entities.mentions.insert((s, head), first);
            self.entities.beside.insert((s, head), mentions.collect());
        }
    }

    /// "They" are never one country or person alone, but with whoever it was coordinated with shortly before ("Egypt and Sudan said that they
    /// ...").
    pub(super) fn company(&self, s: usize, end: usize, one: usize) -> Option<Vec<usize>> {
        let single = &self.entities.list[one];
        let state = single.country.is_some() && single.sector.is_none() && single.kind == Kind::Body;
        if !state && single.kind != Kind::Person {
            return None;
        }
        (0..=COMPANY_WINDOW.min(s)).find_map(|back| {
            let tree = self.tree(s - back);
            let last = if back == 0 { end } else { tree.words.len() };
            (0..last).rev().filter(|&h| tree.words[h].rel() == "nsubj" && !tree.words[h].has("Number=Plur")).find_map(
                |h| {
                    let all = conjuncts(tree, h).into_iter().filter(|&c| c < last);
                    let mut all: Vec<usize> =
                        all.filter_map(|c| self.entities.at(s - back, c)).map(|m| m.entity).collect();
                    all.dedup();
                    let known = all.iter().all(|&e| self.entities.list[e].is_political());
                    (all.len() > 1 && known && all.contains(&one)).then_some(all)
                },
            )
        })
    }

    /// "The two countries", "both leaders": those that were named last, as many as are counted; says whether there were any.
    pub(super) fn sides(&mut self, s: usize, head: usize) -> bool {
        let tree = self.tree(s);
        let lemma = tree.words[head].lemma.to_lowercase();
        let state = matches!(lemma.as_str(), "country" | "nation" | "state" | "neighbour" | "neighbor" | "capital");
        let other = matches!(
            lemma.as_str(),
            "side"
                | "party"
                | "camp"
                | "leader"
                | "government"
                | "president"
                | "premier"
                | "minister"
                | "army"
                | "rival"
                | "foe"
                | "enemy"
                | "ally"
                | "man"
                | "woman"
                | "both"
        );
        let opponents = matches!(
            lemma.as_str(),
            "side" | "neighbour" | "neighbor" | "rival" | "foe" | "enemy" | "belligerent" | "adversary" | "antagonist"
        );
        let counted = count_of_all(tree, head, opponents);
        let Some(count) = counted.filter(|_| state || other || opponents) else { return false };
        let (start, end) = core(tree, head);
        if (start..end).any(|i| self.entities.country_at(s, i).is_some()) {
            return false; // "the two Korean states" say themselves which
        }
        let at = |(s, h): (usize, usize)| self.entities.at(s, h).map(|m| m.entity);
        let mut found: Vec<usize> = self.chains.parts(s, head).into_iter().filter_map(at).collect();
        if found.len() != count {
            // whoever does something to both sides is none of them
            let patient = matches!(tree.words[head].rel(), "obj" | "iobj" | "obl" | "nmod");
            let doers = (0..start).filter(|&h| patient && tree.words[h].rel() == "nsubj").filter_map(|h| at((s, h)));
            let doers: Vec<String> = doers.filter_map(|e| self.entities.list[e].country.clone()).collect();
            let person = crate::mention::is_person_noun(&lemma, self.lexicon)
                || matches!(lemma.as_str(), "leader" | "president" | "premier" | "minister" | "man" | "woman");
            found = self.salient(s, start, state, person, &doers, count);
            if person && found.len() != count {
                found = self.salient(s, start, state, false, &doers, count);
            }
        }
        if found.len() != count {
            return false;
        }
        self.record_all(s, head, &found);
        true
    }

    /// The `count` sides that the text before word `end` of sentence `s` has spoken of most, and most lately: countries, or with `camps`
    /// those who govern and those who are against them apart; with `person`, people alone. None of them is of the countries in `but`.
    pub(super) fn salient(
        &self,
        s: usize,
        end: usize,
        state: bool,
        person: bool,
        but: &[String],
        count: usize,
    ) -> Vec<usize> {
        let mut sides: Vec<(&str, bool, f64, usize)> = Vec::new();
        for back in 0..=SIDES_WINDOW.min(s) {
            let t = s - back;
            let tree = self.tree(t);
            let last = if back == 0 { end } else { tree.words.len() };
            let weight = 0.7f64.powi(i32::try_from(back).unwrap_or(i32::MAX));
            for h in 0..last {
                let Some(m) = self.entities.at(t, h) else { continue };
                let beside = self.entities.beside(t, h).iter().copied();
                for m in std::iter::once(m).chain(beside) {
                    let e = self.entities.of(m);
                    let Some(country) = e.country.as_deref().filter(|c| !but.iter().any(|b| b == c)) else { continue };
                    if person && e.kind != Kind::Person {
                        continue;
                    }
                    let against = matches!(e.sector.as_deref(), Some("REB" | "OPP" | "PRM" | "UAF")) && !state;
                    let body = matches!(country, "IGO" | "NGO" | "MNC" | "IMG") && !against;
                    let sure = !e.is_guessed() || against;
                    let private = e.sector.as_deref().is_some_and(|x| !crate::topic::holds_power(x));
                    if body || !sure || e.sector.as_deref() == Some(MEDIA) || private && !state {
                        continue;
                    }
                    let where_it_is = prepositions(tree, h).iter().any(|p| matches!(p.as_str(), "in" | "at" | "near"));
                    let together = tree.words[h].rel() == "conj" || conjuncts(tree, h).len() > 1;
                    let weight = weight * if where_it_is { 0.3 } else { 1.0 } * if together { 1.5 } else { 1.0 };
                    match sides.iter_mut().find(|x| x.0 == country && x.1 == against) {
                        Some(side) => {
                            side.2 += weight;
                            // "the Chadian government" says more of a camp than "Chadian"
                            let governs = |e: usize| self.entities.list[e].sector.as_deref() == Some("GOV");
                            if !state && governs(m.entity) && !governs(side.3) {
                                side.3 = m.entity;
                            }
                        }
                        None => sides.push((country, against, weight, m.entity)),
                    }
                }
            }
        }
        sides.sort_by(|a, b| b.2.total_cmp(&a.2));
        sides.into_iter().take(count).map(|x| x.3).collect()
    }
}

/// How many sentences back "the two countries" looks for them.
const SIDES_WINDOW: usize = 8;

/// How many sentences back "they" looks for whom one was named with.
const COMPANY_WINDOW: usize = 2;

/// How many all of them are ("both sides", "the three leaders", "neither country"); `None` if the words do not count all. Opponents are two
/// ("the neighbours").
fn count_of_all(tree: &Tree, head: usize, opponents: bool) -> Option<usize> {
    if tree.words[head].form.eq_ignore_ascii_case("both") {
        return (tree.words[head].upos != Upos::Cconj).then_some(2);
    }
    let mut definite = false;
    let mut count = None;
    let mut bare = opponents && tree.words[head].has("Number=Plur");
    for c in tree.children(head) {
        match tree.words[c].form.to_lowercase().as_str() {
            "the" | "these" | "those" if c < head => definite = true,
            "both" | "either" | "neither" if c < head => (definite, count) = (true, Some(2)),
            "two" if c < head => count = Some(2),
            "three" if c < head => count = Some(3),
            "four" if c < head => count = Some(4),
            "warring" | "rival" | "opposing" if c < head => {}
            _ => bare &= matches!(tree.words[c].rel(), "case" | "punct" | "cop" | "nsubj"),
        }
    }
    count.or(bare.then_some(2)).filter(|_| definite)
}
