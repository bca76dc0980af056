//! What the words of a nominal say: a description is composed from nationality, role, name, apposition, possessor and what stands behind "of".

use super::{Finder, Kind, Match, QUANTITIES, ends_with_words, is_calendar, is_opposite};
use crate::clause::{core, prepositions, tree_contains};
use crate::lexicon::{Named, Naming, RoleKind, choose, key};
use polybius_syntax::{Tree, Upos};

/// What the words of a nominal say.
#[derive(Default)]
pub(super) struct Description {
    pub(super) name: Option<String>,
    pub(super) country: Option<String>,
    pub(super) sector: Option<String>,
    pub(super) role: Option<String>,
    pub(super) kind: Option<Kind>,
    /// It is the country itself that is named, not somebody from it.
    pub(super) is_country: bool,
    /// Name words not in the lexicon ("Julien Marchand").
    pub(super) unknown: Option<String>,
    pub(super) former: bool,
}

impl Finder<'_, '_> {
    /// A modifier that stands for somebody: "Israeli strike", "government crackdown", "police raid".
    pub(super) fn describe_modifier(&self, s: usize, head: usize) -> Option<Description> {
        let tree = self.tree(s);
        let mut d = Description::default();
        if let Some(m) = self.entities.matches[s].iter().find(|m| m.start <= head && head < m.end) {
            // a part of a name is nobody of its own ("Supreme" of "Supreme Court")
            if tree.words[head].head.is_some_and(|h| (m.start..m.end).contains(&h)) {
                return None;
            }
            self.read_meaning(&m.meanings, &mut d);
            // "Russian aircraft" are the state's
            if d.kind.is_none() || d.is_country && tree.words[head].upos == Upos::Adj {
                d.kind = Some(Kind::Body);
            }
            return Some(d);
        }
        let (term, sector, kind) = self.role_ending_at(s, head, head, true)?;
        d.role = Some(term);
        d.sector = Some(sector);
        d.kind = Some(kind);
        // "Syrian government forces": the country stands beside the modifier
        let governor = tree.words[head].head;
        for c in tree.children(head).chain(governor.into_iter().flat_map(|g| tree.children(g).filter(|&c| c < head))) {
            if let Some((code, _, _)) = self.entities.country_at(s, c) {
                d.country = Some(code.to_owned());
            }
        }
        Some(d)
    }

    pub(super) fn read_meaning(&self, meanings: &[Named], d: &mut Description) {
        match choose(meanings, self.date, self.entities.focus.as_deref()) {
            Some((Named::Country { code, naming, .. }, _)) => {
                d.country = (!code.is_empty()).then(|| (*code).to_owned());
                d.is_country = d.country.is_some();
                if matches!(naming, Naming::Metonym) {
                    d.sector = Some("GOV".to_owned());
                }
                d.kind = Some(if *naming == Naming::Demonym { Kind::People } else { Kind::Body });
            }
            Some((Named::Person { name, country, sector, office, .. }, in_office)) => {
                d.name = Some((*name).to_owned());
                d.country = Some((*country).to_owned());
                let past = !in_office && matches!(*sector, "GOV" | "LEG");
                d.sector = Some(if past { "ELI" } else { sector }.to_owned());
                d.role = Some((*office).to_owned());
                d.kind = Some(Kind::Person);
            }
            Some((Named::Group { name, country, sector, .. }, _)) => {
                d.name = Some((*name).to_owned());
                d.country = Some((*country).to_owned());
                d.sector = Some((*sector).to_owned());
                d.kind = Some(Kind::Body);
            }
            None => {}
        }
    }

    /// The longest role term whose last word is `at` and whose words are not before `from`, and that takes no part of a name ("European
    /// Union leaders" lead no trade union).
    pub(super) fn role_ending_at(
        &self,
        s: usize,
        at: usize,
        from: usize,
        modifier: bool,
    ) -> Option<(String, String, Kind)> {
        let tree = self.tree(s);
        let splits =
            |start: usize| self.entities.matches[s].iter().any(|m| m.start < start && start < m.end && m.end <= at);
        for length in (1..=self.lexicon.actors.longest_role().min(at + 1 - from)).rev().filter(|l| !splits(at + 1 - l))
        {
            let words: Vec<String> = (at + 1 - length..=at)
                .map(|i| key(if i == at { &tree.words[i].lemma } else { &tree.words[i].form }).to_lowercase())
                .collect();
            let mut last_as_form = words.clone();
            last_as_form[length - 1] = key(&tree.words[at].form).to_lowercase();
            for term in [words.join(" "), last_as_form.join(" ")] {
                let list = self.lexicon.actors.roles(&term);
                let chosen = list
                    .iter()
                    .find(|r| (r.kind == RoleKind::Modifier) == modifier)
                    .or(list.first().filter(|r| modifier || r.kind != RoleKind::Modifier));
                if let Some(r) = chosen {
                    let plural =
                        tree.words[at].has("Number=Plur") || matches!(term.as_str(), "people" | "police" | "troops");
                    let kind = match r.kind {
                        RoleKind::Person if !plural => Kind::Person,
                        RoleKind::Person | RoleKind::Group => Kind::People,
                        RoleKind::Body | RoleKind::Modifier => Kind::Body,
                    };
                    return Some((term, r.sector.to_owned(), kind));
                }
            }
        }
        None
    }

    pub(super) fn describe(&self, s: usize, head: usize, depth: usize) -> Option<Description> {
        let tree = self.tree(s);
        let mut d = Description::default();
        // "dozens of protesters", "members of Hamas"
        let lemma = tree.words[head].lemma.to_lowercase();
        if depth < 3 && (QUANTITIES.contains(&lemma.as_str()) || tree.words[head].upos == Upos::Num) {
            let of = tree.children(head).find(|&c| {
                matches!(tree.words[c].rel(), "nmod" | "obl")
                    && prepositions(tree, c).iter().any(|p| p == "of" || p == "from" || p == "among")
            });
            // "some of them"
            if let Some(m) = of.filter(|&i| tree.words[i].upos == Upos::Pron).and_then(|i| self.entities.at(s, i)) {
                let e = self.entities.of(m).clone();
                let role = e.roles.first().cloned();
                return Some(Description {
                    country: e.country,
                    sector: e.sector,
                    role,
                    kind: Some(Kind::People),
                    ..Description::default()
                });
            }
            if let Some(inner) = of
                && let Some(found) =
                    self.describe(s, inner, depth + 1).filter(|f| f.sector.is_some() || f.country.is_some())
                && !(found.is_country && matches!(lemma.as_str(), "leader" | "head"))
            {
                return Some(Description { kind: Some(Kind::People), former: false, ..found });
            }
        }
        let (start, end) = core(tree, head);
        // words that belong to the nominal itself, not to a phrase inside it
        let own = |i: usize| {
            let mut at = i;
            for _ in 0..6 {
                if at == head {
                    return true;
                }
                if !matches!(
                    tree.words[at].rel(),
                    "flat"
                        | "compound"
                        | "amod"
                        | "nummod"
                        | "det"
                        | "fixed"
                        | "list"
                        | "goeswith"
                        | "dep"
                        | "conj"
                        | "punct"
                        | "advmod"
                ) && !tree.words[at].deprel.starts_with("nmod:unmarked")
                    && !tree.words[at].deprel.starts_with("nmod:desc")
                    && &*tree.words[at].deprel != "nmod:npmod"
                {
                    return false;
                }
                match tree.words[at].head {
                    Some(h) => at = h,
                    None => return false,
                }
            }
            false
        };
        let matches: Vec<&Match> =
            self.entities.matches[s].iter().filter(|m| m.start >= start && m.end <= end.max(head + 1)).collect();
        // a name that is the head itself, or a person or group named inside the nominal
        let at_head = self.entities.matches[s].iter().find(|m| m.start <= head && head < m.end);
        let person = matches
            .iter()
            .find(|m| m.meanings.iter().all(|n| matches!(n, Named::Person { .. })) && (m.start..m.end).any(own));
        let group = matches.iter().find(|m| {
            matches!(m.meanings[0], Named::Group { .. })
                && (m.start..m.end).any(own)
                && !(m.start <= head && head < m.end)
        });

        // the role: ending at the head, else anywhere among the nominal's own words before a name
        let names_country = at_head.is_some_and(|m| matches!(m.meanings[0], Named::Country { .. }));
        let role = self.role_ending_at(s, head, start, false).filter(|_| !names_country).or_else(|| {
            let named = tree.words[head].upos == Upos::Propn || person.is_some() || at_head.is_some();
            (start..end)
                .rev()
                .filter(|&i| i != head && own(i) && (named || tree.words[i].rel() == "flat"))
                .find_map(|i| self.role_ending_at(s, i, start, false))
        });
        let modifier = (start..head).rev().filter(|&i| own(i)).find_map(|i| {
            let r = self.role_ending_at(s, i, start, true)?;
            Some(r)
        });
        if let Some(m) = person {
            self.read_meaning(&m.meanings, &mut d);
        } else if let Some(m) = at_head {
            self.read_meaning(&m.meanings, &mut d);
        } else if let Some(m) = group {
            let mut g = Description::default();
            self.read_meaning(&m.meanings, &mut g);
            if role.is_some() || tree.words[head].upos == Upos::Propn {
                d.country = g.country;
                d.sector = g.sector;
                d.kind = Some(Kind::People);
            }
        }
        // "Cambodia's Supreme Court", "Finnish President Martti Ahtisaari": what the words say goes before what the lexicon knows of the name
        let named = person.copied().or(at_head.filter(|m| !matches!(m.meanings[0], Named::Country { .. })));
        let said = named.and_then(|m| {
            let country = |i: usize| self.entities.country_at(s, i).map(|c| c.0.to_owned());
            let titles =
                tree.children(head).filter(|&t| tree.words[t].rel() == "nmod" && prepositions(tree, t).is_empty());
            std::iter::once(head)
                .chain(titles)
                .flat_map(|h| tree.children(h))
                .filter(|i| !(m.start..m.end).contains(i))
                .filter(|&i| {
                    matches!(tree.words[i].rel(), "amod" | "compound") || &*tree.words[i].deprel == "nmod:poss"
                })
                .find_map(country)
        });
        let corrected = said.is_some() && said != d.country;
        if corrected {
            d.country = said;
            if role.is_some() {
                d.sector = None;
            }
        }
        if let Some((term, sector, kind)) = role {
            let generic = matches!(sector.as_str(), "GOV" | "MIL" | "CVL" | "UAF" | "UNK" | "ELI" | "PTY" | "PRM");
            d.role = Some(term);
            if person.is_none() || d.sector.is_none() {
                d.kind = Some(kind);
            }
            let from_group = group.is_some() && generic && d.sector.is_some();
            if d.name.is_none() && !from_group || d.sector.is_none() {
                d.sector = Some(sector);
                if generic
                    && let Some((_, m, _)) = modifier.filter(|(_, m, _)| {
                        matches!(m.as_str(), "REB" | "OPP" | "PRM" | "SPY" | "COP" | "MIL" | "REL" | "CRM")
                    })
                {
                    d.sector = Some(m);
                }
            }
            d.is_country = false;
        } else if let (Some((term, sector, _)), true) =
            (modifier, d.sector.is_none() && tree.words[head].has("Number=Plur"))
        {
            // "rebel positions" is no actor, "rebel fighters" is
            if tree.words[head].lemma.ends_with("er")
                || tree.words[head].lemma.ends_with("ist")
                || tree.words[head].lemma.ends_with("ant")
            {
                d.role = Some(term);
                d.sector = Some(sector);
                d.kind = Some(Kind::People);
            }
        }
        d.former = (start..head.max(start)).chain(head..end).any(|i| {
            matches!(
                tree.words[i].form.to_lowercase().as_str(),
                "former" | "ex" | "ex-president" | "ousted" | "deposed"
            )
        }) && own_former(tree, head);
        // the country: among the own words, then the possessor, then "of" and "in"
        if d.country.is_none() || (d.role.is_some() && person.is_none() && group.is_none() && at_head.is_none()) {
            let country = |i: usize| self.entities.country_at(s, i).map(|c| c.0.to_owned());
            let mut found = (start..end).filter(|&i| own(i)).find_map(country);
            let political = d.role.is_some() || d.sector.is_some() || tree.words[head].upos == Upos::Propn;
            if found.is_none() && political {
                // "recalled its ambassador in Bolivia": to whom matters more than whose
                let sent = matches!(lemma.as_str(), "ambassador" | "envoy" | "embassy" | "diplomat");
                let said_where = |owner: usize| {
                    tree.words[owner].upos == Upos::Pron
                        && tree.children(head).any(|c| tree.words[c].rel() == "nmod" && country(c).is_some())
                };
                for wanted in ["nmod:poss", "nmod"] {
                    for c in tree.children(head).filter(|&c| {
                        &*tree.words[c].deprel == wanted || (wanted == "nmod" && tree.words[c].rel() == "nmod")
                    }) {
                        let fits = wanted == "nmod:poss" && !is_opposite(&lemma) && !(sent && said_where(c))
                            || prepositions(tree, c).iter().any(|p| matches!(p.as_str(), "of" | "in" | "from" | "at"));
                        if fits && found.is_none() {
                            found = country(c)
                                .or_else(|| self.entities.at(s, c).and_then(|m| self.entities.of(m).country.clone()));
                            if found.is_none() && c > head {
                                found = tree.children(c).find_map(country);
                            }
                        }
                    }
                }
            }
            if let Some(code) = found.filter(|_| political || d.country.is_none())
                && (political || !self.is_plain_noun(tree, head))
            {
                d.country = Some(code);
            }
        }
        // "anti-Assad insurgents": the name behind the prefix tells the country
        if d.country.is_none() && d.role.is_some() {
            let armed = matches!(d.sector.as_deref(), Some("REB" | "UAF" | "PRM" | "OPP" | "MIL" | "PTY"));
            d.country = (start..end).filter(|_| armed).find_map(|i| self.country_of_prefixed(&tree.words[i].form));
        }
        // "ethnic Albanians in Serbia" are civilians of Serbia
        if d.is_country
            && tree.words[head].has("Number=Plur")
            && self.entities.country_at(s, head).is_some_and(|c| c.1 == Naming::Demonym)
        {
            let home = tree
                .children(head)
                .filter(|&c| c > head && prepositions(tree, c).iter().any(|p| p == "in" || p == "of"))
                .find_map(|c| self.entities.country_at(s, c));
            if let Some((code, _, _)) = home {
                d.country = Some(code.to_owned());
                d.sector = Some("CVL".to_owned());
            }
        }
        // "ethnic Turks", "thousands of young Kenyans", "two Afghans": people, not a state
        let counted = |c: usize| {
            let w = &tree.words[c];
            w.rel() == "nummod" || matches!(w.lemma.as_str(), "ethnic" | "young" | "local" | "fellow" | "many" | "some")
        };
        if d.is_country
            && d.sector.is_none()
            && tree.words[head].has("Number=Plur")
            && self.entities.country_at(s, head).is_some_and(|c| c.1 == Naming::Demonym)
            && (depth > 0 || tree.children(head).any(counted))
        {
            d.sector = Some("CVL".to_owned());
        }
        // an unknown proper name
        if d.name.is_none() && !d.is_country {
            d.unknown = self.unknown_name(tree, s, head, start, end, &own);
            if d.unknown.is_some() {
                self.by_last_name(&mut d);
                if d.kind.is_none() || d.kind == Some(Kind::Other) {
                    d.kind = Some(Kind::Person);
                }
            }
        }
        // "Deputy Prime Minister for Economic Affairs Qadri Jamil": the name ends the nominal, wherever the parse hung it
        if d.name.is_none() && d.unknown.is_none() && d.kind == Some(Kind::Person) && d.role.is_some() {
            let name = |i: usize| {
                tree.words[i].upos == Upos::Propn
                    && self.entities.matches[s].iter().all(|m| i < m.start || m.end <= i)
                    && self.role_ending_at(s, i, i, false).is_none()
            };
            // the portfolio hangs on the title, or beside it
            let portfolio = |c: &usize| {
                *c > head && tree.words[*c].rel() == "nmod" && prepositions(tree, *c).iter().any(|p| p == "for")
            };
            let beside = tree.words[head].head.and_then(|up| tree.children(up).find(portfolio));
            let end = beside.map_or(end, |c| core(tree, c).1.max(end));
            let first = (head + 1..end).rev().take_while(|&i| name(i)).last();
            if let Some(first) = first.filter(|&f| end - f == 2) {
                d.unknown = Some(self.document.span(s, first, end).of(&self.document.article.text).to_owned());
            }
        }
        // "Sergei Lavrov, Russia's foreign minister": the apposition tells what the name does not
        if depth < 2 && (d.sector.is_none() || d.country.is_none()) {
            for c in tree.children(head).filter(|&c| tree.words[c].rel() == "appos") {
                if let Some(other) = self.describe(s, c, depth + 1) {
                    if other.is_country && d.role.is_none() && d.unknown.is_none() {
                        continue;
                    }
                    d.country = d.country.or(other.country);
                    d.sector = d.sector.or(other.sector);
                    d.role = d.role.or(other.role);
                    d.name = d.name.or(other.name);
                    if d.name.is_none() && d.unknown.is_none() {
                        d.unknown = other.unknown;
                    }
                }
            }
        }
        // "two bakers": people of whom nothing political is said
        let nothing =
            d.sector.is_none() && d.role.is_none() && d.name.is_none() && d.unknown.is_none() && !d.is_country;
        let of_somebody = |c: usize| {
            tree.words[c].rel() == "nmod" && self.entities.at(s, c).is_some_and(|m| self.entities.of(m).is_political())
        };
        if nothing
            && tree.words[head].upos == Upos::Noun
            && crate::mention::is_person_noun(&lemma, self.lexicon)
            && !tree.children(head).any(of_somebody)
        {
            d.role = Some(lemma);
            d.sector = Some("CVL".to_owned());
            d.kind = Some(if tree.words[head].has("Number=Plur") { Kind::People } else { Kind::Person });
            d.country = d.country.or_else(|| {
                (start..end).filter(|&i| own(i)).find_map(|i| self.entities.country_at(s, i)).map(|c| c.0.to_owned())
            });
        }
        // "killed 12": people
        if nothing && is_toll(tree, head) {
            d.role = Some("people".to_owned());
            d.sector = Some("CVL".to_owned());
            d.kind = Some(Kind::People);
        }
        let something = d.name.is_some() || d.country.is_some() || d.sector.is_some() || d.unknown.is_some();
        something.then_some(d)
    }

    /// The country of the name in "anti-Assad" or "pro-Kremlin".
    fn country_of_prefixed(&self, form: &str) -> Option<String> {
        let name = ["anti-", "pro-", "Anti-", "Pro-"].iter().find_map(|p| form.strip_prefix(p))?;
        let name = key(name);
        let named = self.lexicon.actors.exact(std::slice::from_ref(&name));
        let meanings = if named.is_empty() { self.lexicon.actors.by_last_name(&name) } else { named };
        let mut d = Description::default();
        self.read_meaning(&meanings, &mut d);
        d.country
    }

    /// A common noun that is no role ("plan", "border"): a country beside it does not make it an actor.
    pub(super) fn is_plain_noun(&self, tree: &Tree, head: usize) -> bool {
        matches!(tree.words[head].upos, Upos::Noun | Upos::Adj | Upos::Num | Upos::Pron | Upos::Sym)
    }

    pub(super) fn unknown_name(
        &self,
        tree: &Tree,
        s: usize,
        head: usize,
        start: usize,
        end: usize,
        own: &dyn Fn(usize) -> bool,
    ) -> Option<String> {
        let is_name = |i: usize| {
            let w = &tree.words[i];
            (w.upos == Upos::Propn || (w.upos == Upos::Noun && i > 0))
                && w.form.starts_with(|c: char| c.is_uppercase())
                && self.entities.country_at(s, i).is_none()
                && self.role_ending_at(s, i, i, false).is_none()
                && !is_calendar(&w.form)
        };
        // the last run of name words among the nominal's own
        let mut last = (start..end).rev().find(|&i| own(i) && is_name(i))?;
        if tree.words[head].upos != Upos::Propn
            && tree.words[last].rel() != "flat"
            && tree.words[last].rel() != "appos"
            && last < head
        {
            return None; // "Kyoto protocol"
        }
        while last + 1 < end && is_name(last + 1) {
            last += 1;
        }
        // "Minister for Economic Affairs Qadri Jamil": the affairs are no part of the name
        let of_title = |i: usize| {
            tree.words[i].rel() == "nmod" && !prepositions(tree, i).is_empty() && !tree_contains(tree, i, i + 1)
        };
        let mut first = last;
        let form = |i: usize| tree.words[i].form.as_str();
        let particle =
            |i: usize| matches!(form(i), "al" | "bin" | "bint" | "ibn" | "de" | "van" | "von" | "el" | "da" | "der");
        while first > start {
            let before = first - 1;
            if is_name(before) && !of_title(before) {
                first = before;
            } else if before > start && form(before) == "-" && particle(before - 1) {
                // "Ayman al-Zawahiri"
                first = before - 1;
            } else if before > start
                && (particle(before) || form(before) == "-")
                && own(before - 1)
                && is_name(before - 1)
            {
                first = before - 1;
            } else {
                break;
            }
        }
        // "Mr Brown": the title is no part of the name
        while first < last && self.lexicon.sex_of(form(first)).is_some() && tree.words[first].deprel.starts_with("nmod")
        {
            first += 1;
        }
        Some(self.document.span(s, first, last + 1).of(&self.document.article.text).to_owned())
    }

    /// A bare last name that the lexicon knows, if only one person in office fits.
    pub(super) fn by_last_name(&self, d: &mut Description) {
        // "Sen." is a title, not Hun Sen
        let Some(name) = d.unknown.clone().filter(|n| !n.ends_with('.')) else { return };
        let of_article = |e: usize| self.entities.list[e].name.as_deref().is_some_and(|n| ends_with_words(n, &name));
        if self.namesakes(&name).any(of_article) {
            return;
        }
        let keys = crate::lexicon::keys(&name);
        if keys.len() != 1 {
            return;
        }
        let list = self.lexicon.actors.by_last_name(&keys[0]);
        let fits: Vec<&Named> = list
            .iter()
            .filter(|n| match n {
                Named::Person { country, office, period, .. } => {
                    self.date.is_none_or(|day| period.holds(day))
                        && d.country.as_ref().is_none_or(|c| c == *country)
                        && d.role
                            .as_ref()
                            .is_none_or(|r| self.date.is_some() || office.ends_with(r.as_str()) || r.ends_with(*office))
                }
                _ => false,
            })
            .collect();
        let mut names: Vec<&str> =
            fits.iter().filter_map(|n| if let Named::Person { name, .. } = n { Some(*name) } else { None }).collect();
        names.dedup();
        if names.len() == 1
            && let Some(person) = fits.last()
        {
            let role = d.role.clone();
            self.read_meaning(std::slice::from_ref(*person), d);
            d.role = role.or(d.role.take());
            d.unknown = None;
        }
    }
}

/// Is it a bare number of people to whom something was done ("killed 12", "40 were arrested")?
fn is_toll(tree: &Tree, head: usize) -> bool {
    const DONE_TO_PEOPLE: &[&str] = &[
        "abduct",
        "arrest",
        "behead",
        "detain",
        "execute",
        "hospitalize",
        "injure",
        "jail",
        "kidnap",
        "kill",
        "massacre",
        "wound",
    ];
    let w = &tree.words[head];
    let patient = w.rel() == "obj" || &*w.deprel == "nsubj:pass";
    let verb = w.head.filter(|_| w.upos == Upos::Num && patient);
    verb.is_some_and(|v| DONE_TO_PEOPLE.contains(&tree.words[v].lemma.as_str()))
}

fn own_former(tree: &Tree, head: usize) -> bool {
    tree.children(head)
        .any(|c| matches!(tree.words[c].form.to_lowercase().as_str(), "former" | "ousted" | "deposed" | "ex"))
        || tree.children(head).any(|c| {
            matches!(tree.words[c].rel(), "compound" | "flat")
                && tree.children(c).any(|g| tree.words[g].form.eq_ignore_ascii_case("former"))
        })
}
