//! Who: names, descriptions and pronouns, with country and PLOVER sector, chained into entities within an article.

mod describe;
mod names;
mod several;

pub(crate) use names::{Match, find_all_names};

use crate::clause::{core, prepositions};
use crate::coreference::Chains;
use crate::coreference_ranking::Weights;
use crate::document::Document;
use crate::lexicon::{Lexicon, Named, Naming};
use describe::Description;
use jiff::civil::Date;
use names::{country_weights, focus};
use polybius_syntax::{Tree, Upos};
use polybius_text::Span;
use std::collections::HashMap;

/// What kind of thing an entity is, as far as pronouns care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Person,
    People,
    Body,
    Other,
}

/// From what the country of a description was guessed that does not say it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Guess {
    /// A place named beside it.
    Place,
    /// The country that the article is about.
    Focus,
    /// Whoever it is coordinated with ("the Syrian government and opposition").
    Partner,
}

/// Somebody or some body that an article speaks of.
#[derive(Clone, Debug)]
pub(crate) struct Entity {
    /// The fullest proper name.
    pub(crate) name: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) sector: Option<String>,
    pub(crate) kind: Kind,
    /// Lemmas of the role nouns it was described with.
    roles: Vec<String>,
    /// From what the country was guessed where the words do not say it.
    pub(crate) guess: Option<Guess>,
    /// Is it only ever a modifier ("security officials")?
    modifier: bool,
}

impl Entity {
    /// Is the country a guess?
    pub(crate) fn is_guessed(&self) -> bool {
        self.guess.is_some()
    }

    /// Is it a country as such, of which nobody in particular is named?
    fn is_country(&self) -> bool {
        self.country.is_some() && self.sector.is_none() && self.name.is_none() && self.roles.is_empty()
    }

    /// Is it known to be a political actor?
    pub(crate) fn is_political(&self) -> bool {
        self.country.is_some() || self.sector.is_some()
    }

    /// Is it known to be more than a private body or person of whom nobody says from where ("the manager", "teachers")?
    pub(crate) fn is_public(&self) -> bool {
        let stated = self.country.is_some() && !self.is_guessed();
        let private = |s: &str| matches!(s, "BUS" | "CVL" | "EDU" | "LAB" | "MED" | "UNK" | "SOC" | "ELI");
        stated || self.sector.as_deref().is_some_and(|s| !private(s))
    }

    /// Is it a country, or somebody who governs, fights, judges or strives for power?
    pub(crate) fn holds_power(&self) -> bool {
        match &self.sector {
            Some(sector) => crate::topic::holds_power(sector),
            None => self.kind == Kind::Body && self.country.is_some() && !self.is_guessed(),
        }
    }
}

/// Somebody or some body with all its mentions, for callers outside.
#[derive(Clone, Debug, PartialEq)]
pub struct EntityMentions {
    /// The fullest proper name that the article or the lexicon gives.
    pub name: Option<String>,
    /// ISO 3166-1 alpha-3, or IGO, NGO, MNC, IMG: as the lexicon or the words say.
    pub country: Option<String>,
    /// The country it is likely of where nothing says one: that of the place it is at, or of the article's focus.
    pub likely_country: Option<String>,
    /// PLOVER sector.
    pub sector: Option<String>,
    /// `person`, `people`, `body` or `other`.
    pub kind: &'static str,
    /// Where it is mentioned, in order.
    pub mentions: Vec<Span>,
}

/// A place where an entity is mentioned.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mention {
    pub(crate) entity: usize,
    pub(crate) span: Span,
}

/// All entities of an article and where they are mentioned.
pub(crate) struct Entities<'l> {
    pub(crate) list: Vec<Entity>,
    /// By sentence and head word.
    mentions: HashMap<(usize, usize), Mention>,
    /// Further entities that one nominal names ("Greek and Albanian diplomats").
    beside: HashMap<(usize, usize), Vec<Mention>>,
    /// By sentence.
    pub(crate) matches: Vec<Vec<Match<'l>>>,
    /// The country the article is about.
    pub(crate) focus: Option<String>,
    /// How much the article speaks of each country.
    mentioned: Vec<(String, usize)>,
}

/// Nouns that only count or group what stands behind their "of".
const QUANTITIES: &[&str] = &[
    "dozen",
    "hundred",
    "thousand",
    "million",
    "ten",
    "score",
    "group",
    "number",
    "member",
    "some",
    "one",
    "two",
    "three",
    "many",
    "most",
    "majority",
    "minority",
    "pair",
    "couple",
    "handful",
    "several",
    "part",
    "half",
    "all",
    "both",
    "team",
    "lot",
    "wave",
    "remainder",
    "rest",
    "few",
    "any",
    "each",
    "none",
    "representative",
    "leader",
    "head",
    "string",
    "series",
    "delegation",
];

/// The last sentence of those that tell the news.
const LEAD: usize = 1;

/// How many of one last name are kept in mind.
const NAMESAKES: usize = 64;

fn last_word(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

/// Is the whole name the other's last words ("Lavrov", "Sergei Lavrov")?
fn ends_with_words(name: &str, end: &str) -> bool {
    name.strip_suffix(end).is_some_and(|start| start.is_empty() || start.ends_with(' '))
}

/// Is it somebody of another country than the one whose it is ("its neighbour")?
fn is_opposite(lemma: &str) -> bool {
    matches!(lemma, "neighbour" | "neighbor" | "counterpart" | "enemy" | "foe" | "adversary")
}

const MEDIA: &str = "JRN";

impl<'l> Entities<'l> {
    /// Finds the entities of `document`.
    pub(crate) fn find(document: &Document, lexicon: &'l Lexicon, weights: &Weights) -> Self {
        let matches = find_all_names(document, lexicon);
        let mentioned = country_weights(document, &matches, lexicon);
        let focus = focus(&mentioned);
        let chains = Chains::find(document, &matches, lexicon, weights);
        let mut finder = Finder {
            document,
            lexicon,
            date: document.article.date,
            entities: Entities {
                list: Vec::new(),
                mentions: HashMap::new(),
                beside: HashMap::new(),
                matches,
                focus,
                mentioned,
            },
            chains,
            of_chain: HashMap::new(),
            lead: None,
            by_last_word: HashMap::new(),
        };
        for s in 0..document.sentences.len() {
            finder.sentence(s);
        }
        finder.own_voice();
        finder.entities
    }

    /// The names of `document` alone, for tests of what needs no entities.
    #[cfg(test)]
    pub(crate) fn names_only(document: &Document, lexicon: &'l Lexicon) -> Self {
        let matches = find_all_names(document, lexicon);
        Entities {
            list: Vec::new(),
            mentions: HashMap::new(),
            beside: HashMap::new(),
            matches,
            focus: None,
            mentioned: Vec::new(),
        }
    }

    /// The mention headed by a word.
    pub(crate) fn at(&self, sentence: usize, head: usize) -> Option<Mention> {
        self.mentions.get(&(sentence, head)).copied()
    }

    /// Further entities that the nominal headed by a word names.
    pub(crate) fn beside(&self, sentence: usize, head: usize) -> &[Mention] {
        self.beside.get(&(sentence, head)).map_or(&[], Vec::as_slice)
    }

    /// The entity of a mention or participant.
    pub(crate) fn of(&self, mention: impl Into<Mention>) -> &Entity {
        &self.list[mention.into().entity]
    }

    /// Where an entity is mentioned, in order.
    pub(crate) fn mentions_of(&self, entity: usize) -> Vec<Span> {
        let all = self.mentions.values().chain(self.beside.values().flatten());
        let mut spans: Vec<Span> = all.filter(|m| m.entity == entity).map(|m| m.span).collect();
        spans.sort();
        spans.dedup();
        spans
    }

    /// The words that head its mentions, with their sentences.
    pub(crate) fn heads_of(&self, entity: usize) -> Vec<(usize, usize)> {
        self.mentions.iter().filter(|(_, m)| m.entity == entity).map(|(&at, _)| at).collect()
    }

    /// All entities of which a name, a country or a sector is known, in order of their first mentions.
    pub(crate) fn all(&self) -> Vec<EntityMentions> {
        let mut mentions: Vec<Vec<Span>> = vec![Vec::new(); self.list.len()];
        for m in self.mentions.values().chain(self.beside.values().flatten()) {
            mentions[m.entity].push(m.span);
        }
        let known = |e: &Entity| (e.name.is_some() || e.is_political()) && !(e.modifier && e.is_guessed());
        let all = self.list.iter().zip(mentions).filter(|(e, mentions)| known(e) && !mentions.is_empty());
        let mut all: Vec<EntityMentions> = all
            .map(|(e, mut mentions)| {
                mentions.sort();
                mentions.dedup();
                let kind = match e.kind {
                    Kind::Person => "person",
                    Kind::People => "people",
                    Kind::Body => "body",
                    Kind::Other => "other",
                };
                let (guess, said) = if e.is_guessed() { (&e.country, &None) } else { (&None, &e.country) };
                EntityMentions {
                    name: e.name.clone(),
                    country: said.clone(),
                    likely_country: guess.clone(),
                    sector: e.sector.clone(),
                    kind,
                    mentions,
                }
            })
            .collect();
        // stable: entities with the same first words stay in the order in which they were met
        all.sort_by_key(|e| e.mentions[0]);
        all
    }

    /// Gives a pronoun the entity it stands for (the speaker, for "we" inside a quotation).
    pub(crate) fn link(&mut self, sentence: usize, head: usize, span: Span, entity: usize) {
        self.mentions.insert((sentence, head), Mention { entity, span });
    }

    /// The entity of a name: the country it stands for, for places.
    pub(crate) fn country_at(&self, sentence: usize, word: usize) -> Option<(&str, Naming, &Match<'l>)> {
        self.matches[sentence].iter().filter(|m| m.start <= word && word < m.end).find_map(|m| {
            let countries = m.meanings.iter().filter_map(|n| match n {
                Named::Country { code, naming, .. } => Some((*code, *naming, m)),
                _ => None,
            });
            // a people of several countries is of the one that the article speaks of most
            let weight = |code: &str| self.mentioned.iter().find(|w| w.0 == code).map_or(0, |w| w.1);
            let most = countries.clone().map(|c| weight(c.0)).max().unwrap_or(0);
            let at_home = countries.clone().find(|c| most > 0 && weight(c.0) == most);
            at_home.or_else(|| countries.clone().next()).filter(|c| !c.0.is_empty())
        })
    }
}

struct Finder<'d, 'l> {
    document: &'d Document<'d>,
    lexicon: &'l Lexicon,
    date: Option<Date>,
    entities: Entities<'l>,
    chains: Chains,
    /// The entities that each chain speaks of: one, or several ("both sides").
    of_chain: HashMap<usize, Vec<usize>>,
    /// A person whom the first sentences introduce without a name, and in which of them.
    lead: Option<(usize, usize)>,
    /// Entities with a name by the last word of it, in order: names that may be the same share it.
    by_last_word: HashMap<String, Vec<usize>>,
}

impl Finder<'_, '_> {
    fn tree(&self, s: usize) -> &Tree {
        &self.document.sentences[s].tree
    }

    fn sentence(&mut self, s: usize) {
        for head in 0..self.tree(s).words.len() {
            let w = &self.tree(s).words[head];
            let nominal = matches!(
                w.upos,
                Upos::Noun | Upos::Propn | Upos::Pron | Upos::Num | Upos::Adj | Upos::Det | Upos::X | Upos::Sym
            );
            let inside =
                matches!(w.rel(), "flat" | "fixed" | "case" | "det" | "punct" | "nummod" | "cc" | "mark" | "advmod");
            if !nominal || inside {
                continue;
            }
            if w.upos == Upos::Pron || (w.upos == Upos::Det && &*w.deprel == "nmod:poss") {
                self.pronoun(s, head);
            } else {
                self.nominal(s, head);
            }
        }
        for head in 0..self.tree(s).words.len() {
            self.members(s, head);
        }
    }

    /// "We" outside quotation marks is whoever publishes the text, if that is an actor and no newspaper (a ministry's communiqué); where the
    /// publisher is unknown and "we" speak all through the text, whoever is the subject of its first sentence (a joint declaration).
    fn own_voice(&mut self) {
        let ours: Vec<(usize, usize)> = self
            .document
            .sentences
            .iter()
            .enumerate()
            .flat_map(|(s, p)| (0..p.tree.words.len()).map(move |i| (s, i)))
            .filter(|&(s, i)| {
                let sentence = &self.document.sentences[s];
                let form = sentence.tree.words[i].form.to_lowercase();
                !sentence.quoted[i] && matches!(form.as_str(), "we" | "us" | "our" | "ours" | "ourselves" | "i" | "my")
            })
            .collect();
        let Some(entity) = self.publisher().or_else(|| self.declarant(&ours)) else { return };
        for (s, i) in ours {
            let span = self.document.sentences[s].tokens[i];
            self.entities.mentions.insert((s, i), Mention { entity, span });
        }
    }

    /// The publisher as an entity, if the lexicon knows it for an actor that is no newspaper.
    fn publisher(&mut self) -> Option<usize> {
        let keys = crate::lexicon::keys(self.document.article.publisher.as_ref()?);
        let found = (0..keys.len()).map(|from| self.lexicon.actors.exact(&keys[from..])).find(|m| !m.is_empty())?;
        let mut d = Description::default();
        self.read_meaning(&found, &mut d);
        if d.country.is_none() || d.sector.as_deref() == Some(MEDIA) {
            return None;
        }
        self.entities.list.push(Entity {
            name: d.name,
            country: d.country,
            sector: d.sector.or(Some("GOV".to_owned())),
            kind: Kind::Body,
            roles: Vec::new(),
            guess: None,
            modifier: false,
        });
        Some(self.entities.list.len() - 1)
    }

    /// Who declares, in a text in which at least three sentences have a "we" of their own for their subject.
    fn declarant(&self, ours: &[(usize, usize)]) -> Option<usize> {
        let subject = |s: usize, i: usize| self.tree(s).words[i].rel() == "nsubj";
        let declared =
            ours.iter().filter(|&&(s, i)| subject(s, i) && !self.tree(s).words[i].form.eq_ignore_ascii_case("i"));
        if declared.count() < 3 {
            return None;
        }
        let first = (0..self.tree(0).words.len()).filter(|&i| subject(0, i)).find_map(|i| self.entities.at(0, i))?;
        // who tells what befell him and his is no such text
        let declares = |e: &Entity| e.is_country() || e.sector.as_deref().is_some_and(crate::topic::holds_power);
        let narrated = ours.iter().any(|&(s, i)| self.tree(s).words[i].form.eq_ignore_ascii_case("my"));
        (declares(self.entities.of(first)) && !narrated).then_some(first.entity)
    }

    fn record(&mut self, s: usize, head: usize, entity: usize) {
        let tree = self.tree(s);
        let (start, end) = core(tree, head);
        let (start, end) = trim(tree, start, end);
        let span = self.document.span(s, start, end);
        self.entities.mentions.insert((s, head), Mention { entity, span });
        if let Some(chain) = self.chains.at(s, head) {
            self.of_chain.entry(chain).or_insert_with(|| vec![entity]);
        }
    }

    fn nominal(&mut self, s: usize, head: usize) {
        let modifier = matches!(self.tree(s).words[head].rel(), "amod" | "compound");
        if !modifier && self.sides(s, head) {
            return;
        }
        let described = if modifier { self.describe_modifier(s, head) } else { self.describe(s, head, 0) };
        let Some(d) = described else {
            return if !modifier {
                self.uncoded(s, head)
            };
        };
        // "the ministers", of Peru and Chile as told before
        let several = self.chains.at(s, head).and_then(|c| self.of_chain.get(&c)).filter(|all| all.len() > 1);
        if let Some(all) = several.filter(|_| d.country.is_none() && d.name.is_none() && d.unknown.is_none()).cloned() {
            return self.record_all(s, head, &all);
        }
        if let Some(entity) = self.known(s, head, &d) {
            self.merge(entity, &d);
            self.entities.list[entity].modifier &= modifier;
            return self.record(s, head, entity);
        }
        if let Some(entity) = self.lead_named(s, head, &d) {
            self.merge(entity, &d);
            return self.record(s, head, entity);
        }
        let named = d.name.is_some() || d.unknown.is_some();
        if d.country.is_none() && d.sector.is_none() && !named {
            return if !modifier {
                self.uncoded(s, head)
            };
        }
        let (mut country, mut guess) = (d.country, None);
        let domestic = d.sector.as_deref().is_some_and(|x| !matches!(x, "IGO" | "NGO"));
        let opposite = is_opposite(&self.tree(s).words[head].lemma);
        if country.is_none() && d.role.is_some() && domestic {
            // "local militants" are of the country the article is about, wherever they fight
            let local = |c: usize| matches!(self.tree(s).words[c].lemma.as_str(), "local" | "domestic" | "national");
            let at_home = self.tree(s).children(head).any(local) && self.entities.focus.is_some();
            let place = if at_home { None } else { self.local_country(s, head) };
            guess = Some(if place.is_some() { Guess::Place } else { Guess::Focus });
            country = place.or_else(|| self.entities.focus.clone());
            // those who have crossed borders are of neither side of them
            if self.is_abroad(s, head) || matches!(&*self.tree(s).words[head].lemma, "migrant" | "refugee" | "seeker") {
                country = None;
            }
            // "its neighbour" is not of the country whose neighbour it is
            let owner = self.possessor_country(s, head).filter(|_| opposite);
            if owner.is_some() && country == owner {
                let other = self.salient(s, head, true, false, owner.as_slice(), 1).first().copied();
                country = other.and_then(|e| self.entities.list[e].country.clone());
            }
        }
        // "the Syrian government and opposition": the second shares the first one's country
        let tree = self.tree(s);
        let bare = guess.is_some()
            && tree.words[head].rel() == "conj"
            && tree.children(head).all(|c| tree.words[c].rel() != "det");
        if let Some(first) = tree.words[head].head.filter(|_| bare).and_then(|h| self.entities.at(s, h))
            && let Some(shared) = &self.entities.of(first).country
        {
            (country, guess) = (Some(shared.clone()), Some(Guess::Partner));
        }
        let sector = match d.sector {
            Some(x) if d.former && matches!(x.as_str(), "GOV" | "LEG" | "MIL") => Some("ELI".to_owned()),
            other => other,
        };
        self.entities.list.push(Entity {
            name: d.name.or(d.unknown),
            country,
            sector,
            kind: d.kind.unwrap_or(Kind::Other),
            roles: d.role.into_iter().collect(),
            guess,
            modifier,
        });
        let entity = self.entities.list.len() - 1;
        self.index(entity);
        self.record(s, head, entity);
        self.partners(s, head, entity);
        if s <= LEAD && self.lead.is_none() && self.is_new(s, head, entity) {
            self.lead = Some((s, entity));
        }
    }

    /// Does the nominal introduce a person whom the news is about, without a name ("A former British soldier has fled the country")?
    fn is_new(&self, s: usize, head: usize, entity: usize) -> bool {
        let (tree, e) = (self.tree(s), &self.entities.list[entity]);
        let indefinite = tree.children(head).any(|c| matches!(tree.words[c].form.to_lowercase().as_str(), "a" | "an"));
        let verb = tree.words[head].head.filter(|_| tree.words[head].rel() == "nsubj");
        let acts =
            verb.is_some_and(|v| tree.words[v].upos == Upos::Verb && !self.lexicon.asserts(&tree.words[v].lemma));
        e.kind == Kind::Person && e.name.is_none() && !e.roles.is_empty() && indefinite && acts
    }

    /// "A former British soldier has fled. Joe Robinson, 25, ...": a full name of whom nothing else is said, right after somebody was
    /// introduced without one.
    fn lead_named(&mut self, s: usize, head: usize, d: &Description) -> Option<usize> {
        let tree = self.tree(s);
        let (_, entity) = self.lead.filter(|(at, _)| *at < s && s <= at + 2)?;
        let full = d.unknown.as_ref().is_some_and(|n| n.contains(' ')) && d.kind == Some(Kind::Person);
        let bare =
            d.country.is_none() && d.sector.is_none() && d.role.is_none() && !tree.words[head].has("Number=Plur");
        let fits = full && bare && tree.words[head].rel() == "nsubj" && self.entities.list[entity].name.is_none();
        fits.then_some(entity)
    }

    /// Is it of many countries, or of others than the article's ("50 governments", "Western ambassadors")?
    fn is_abroad(&self, s: usize, head: usize) -> bool {
        let tree = self.tree(s);
        let many = matches!(
            tree.words[head].lemma.as_str(),
            "country" | "nation" | "state" | "government" | "capital" | "power" | "ally" | "parliament"
        ) && tree.words[head].has("Number=Plur");
        let foreign = |c: usize| {
            matches!(
                tree.words[c].lemma.to_lowercase().as_str(),
                "western"
                    | "foreign"
                    | "international"
                    | "regional"
                    | "european"
                    | "arab"
                    | "overseas"
                    | "global"
                    | "world"
            ) && matches!(tree.words[c].rel(), "amod" | "compound")
        };
        many || tree.children(head).any(foreign)
    }

    /// A nominal that is nobody known ("three towns"): it can still be what something was done to.
    fn uncoded(&mut self, s: usize, head: usize) {
        let tree = self.tree(s);
        let (start, end) = core(tree, head);
        let (start, end) = trim(tree, start, end);
        let span = self.document.span(s, start, end);
        let nobody = Entity {
            name: None,
            country: None,
            sector: None,
            kind: Kind::Other,
            roles: Vec::new(),
            guess: None,
            modifier: false,
        };
        self.entities.list.push(nobody);
        self.entities.mentions.insert((s, head), Mention { entity: self.entities.list.len() - 1, span });
    }

    /// "Greek and Albanian diplomats": the second adjective names a second entity of the same kind.
    fn partners(&mut self, s: usize, head: usize, entity: usize) {
        let tree = self.tree(s);
        let mut codes: Vec<String> = Vec::new();
        // "scores of Greek and Albanian refugees": the adjectives are the refugees'
        let counted = |c: &usize| tree.words[*c].rel() == "nmod" && prepositions(tree, *c).iter().any(|p| p == "of");
        let quantity = QUANTITIES.contains(&tree.words[head].lemma.as_str());
        let noun = tree.children(head).find(counted).filter(|_| quantity).unwrap_or(head);
        for c in
            tree.children(noun).filter(|&c| matches!(tree.words[c].rel(), "amod" | "compound" | "nmod") && c < noun)
        {
            for at in [c].into_iter().chain(tree.children(c).filter(|&g| tree.words[g].rel() == "conj")) {
                if let Some((code, Naming::Demonym | Naming::Name, _)) = self.entities.country_at(s, at) {
                    codes.push(code.to_owned());
                }
            }
        }
        let first = self.entities.list[entity].clone();
        let mention = self.entities.mentions[&(s, head)];
        codes.retain(|c| first.country.as_ref().is_some_and(|f| f != c));
        codes.dedup();
        for code in codes {
            self.entities.list.push(Entity { country: Some(code), name: None, ..first.clone() });
            let other = Mention { entity: self.entities.list.len() - 1, span: mention.span };
            self.entities.beside.entry((s, head)).or_default().push(other);
        }
    }

    /// Makes the entity findable by its name.
    fn index(&mut self, entity: usize) {
        if let Some(name) = &self.entities.list[entity].name {
            self.by_last_word.entry(last_word(name).to_owned()).or_default().push(entity);
        }
    }

    /// Entities whose name ends like this one, the latest first; so many that it takes no time in an article of names only.
    fn namesakes(&self, name: &str) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let all = self.by_last_word.get(last_word(name)).map_or(&[][..], Vec::as_slice);
        all[all.len().saturating_sub(NAMESAKES)..].iter().rev().copied()
    }

    /// A later description adds what the earlier ones did not say.
    fn merge(&mut self, entity: usize, d: &Description) {
        let e = &mut self.entities.list[entity];
        if let (Some(c), true) = (&d.country, e.country.is_none() || e.is_guessed()) {
            e.country = Some(c.clone());
            e.guess = None;
        }
        if e.sector.is_none() {
            e.sector.clone_from(&d.sector);
        }
        let named = e.name.is_none() && (d.name.is_some() || d.unknown.is_some());
        if named {
            e.name = d.name.clone().or_else(|| d.unknown.clone());
        }
        if let Some(role) = d.role.as_ref().filter(|r| !e.roles.contains(r)) {
            e.roles.push(role.clone());
        }
        if named {
            self.index(entity);
        }
    }

    /// The entity met before that this description names or points back to.
    fn known(&self, s: usize, head: usize, d: &Description) -> Option<usize> {
        let list = &self.entities.list;
        if let Some(name) = &d.name {
            return self.namesakes(name).rev().find(|&e| {
                let e = &list[e];
                e.name.as_ref() == Some(name) && (e.sector == d.sector || d.sector.is_none() || e.kind == Kind::Person)
            });
        }
        if let Some(name) = &d.unknown {
            // the last name of somebody met before, or the full name of somebody met by the last name
            let same = |known: &str| ends_with_words(known, name) || ends_with_words(name, known);
            return self.namesakes(name).find(|&e| list[e].name.as_deref().is_some_and(same));
        }
        // "the minister", "the group": back to whom coreference says, if nothing else is said
        let tree = self.tree(s);
        let [entity] = self.chains.at(s, head).and_then(|c| self.of_chain.get(&c))?[..] else { return None };
        let e = &list[entity];
        let agrees = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
        let modifier = matches!(tree.words[head].rel(), "amod" | "compound");
        // "the Council" of the African Union's Peace and Security Council is not judged by what councils mostly are
        let lemma = tree.words[head].lemma.to_lowercase();
        let in_name = e.name.as_ref().is_some_and(|n| n.to_lowercase().split(' ').any(|w| w == lemma));
        let fits = agrees(&d.country, &e.country)
            && (in_name || agrees(&d.sector, &e.sector))
            && d.is_country == e.is_country();
        (fits && !modifier).then_some(entity)
    }

    /// A pronoun is whoever coreference says, a relative one the noun that its clause describes; one for several is all of them.
    fn pronoun(&mut self, s: usize, head: usize) {
        let span = self.document.span(s, head, head + 1);
        // "barricaded themselves in the university" names nobody else
        let form = self.tree(s).words[head].form.to_lowercase();
        if crate::mention::pronoun(&form).is_some_and(|p| p.reflexive) {
            return;
        }
        if self.tree(s).words[head].has("PronType=Rel") {
            let described = described_noun(self.tree(s), head).and_then(|noun| self.entities.at(s, noun));
            // the other relative pronouns are resolved with their clauses
            if let Some(m) = described.filter(|_| form == "whose") {
                self.entities.mentions.insert((s, head), Mention { span, ..m });
            }
            return;
        }
        let at = |(s, h): (usize, usize)| self.entities.at(s, h).map(|m| m.entity);
        let mut found: Vec<usize> = self.chains.parts(s, head).into_iter().filter_map(at).collect();
        if found.is_empty() {
            found.extend(self.chains.at(s, head).and_then(|c| self.of_chain.get(&c)).into_iter().flatten());
        }
        found.dedup();
        if let ([one], "they" | "them" | "their" | "theirs") = (&found[..], form.as_str()) {
            found = self.company(s, head, *one).unwrap_or(found);
        }
        let mut mentions = found.into_iter().map(|entity| Mention { entity, span });
        let Some(first) = mentions.next() else { return };
        self.entities.mentions.insert((s, head), first);
        let others: Vec<Mention> = mentions.collect();
        if !others.is_empty() {
            self.entities.beside.insert((s, head), others);
        }
    }

    fn possessor_country(&self, s: usize, head: usize) -> Option<String> {
        let tree = self.tree(s);
        let possessor = tree.children(head).find(|&c| &*tree.words[c].deprel == "nmod:poss")?;
        self.entities.at(s, possessor).and_then(|m| self.entities.of(m).country.clone())
    }

    /// Where a description without a country is most likely from by the place that its sentence names.
    fn local_country(&self, s: usize, head: usize) -> Option<String> {
        let tree = self.tree(s);
        let clause = above(tree, head);
        let places = self.entities.matches[s].iter().filter_map(|m| {
            let Named::Country { code, naming, .. } = &m.meanings[0] else { return None };
            let locative = |p: &String| {
                matches!(
                    p.as_str(),
                    "in" | "at" | "near" | "across" | "around" | "outside" | "of" | "inside" | "throughout"
                )
            };
            let located = |t: usize| prepositions(tree, t).iter().any(locative);
            let here = (m.start..m.end).any(|t| above(tree, t) == clause && located(t));
            // "were on holiday in Turkey when the authorities arrested them"
            let around = || (m.start..m.end).any(|t| located(t) && tree_contains_clause(tree, above(tree, t), clause));
            let near = if here { Some(0) } else { around().then_some(1) };
            near.filter(|_| *naming != Naming::Demonym && !code.is_empty())
                .map(|near| (near, m.start.abs_diff(head), *code))
        });
        places.min().map(|p| p.2.to_owned())
    }
}

/// Does the clause of a verb hold that of the other as a clause of its own (not a relative one)?
fn tree_contains_clause(tree: &Tree, top: Option<usize>, inner: Option<usize>) -> bool {
    let (Some(top), Some(mut at)) = (top, inner) else { return false };
    for _ in 0..tree.words.len() {
        if at == top {
            return true;
        }
        if !matches!(tree.words[at].rel(), "advcl" | "conj" | "ccomp" | "xcomp" | "parataxis") {
            return false;
        }
        let Some(up) = tree.words[at].head else { return false };
        at = up;
    }
    false
}

/// The noun that the relative clause around a word describes.
fn described_noun(tree: &Tree, word: usize) -> Option<usize> {
    let mut at = word;
    for _ in 0..tree.words.len() {
        let up = tree.words[at].head?;
        if &*tree.words[at].deprel == "acl:relcl" {
            return Some(up);
        }
        at = up;
    }
    None
}

/// The nearest verb above a word.
fn above(tree: &Tree, word: usize) -> Option<usize> {
    let mut at = tree.words[word].head;
    while let Some(up) = at {
        if tree.words[up].upos == Upos::Verb {
            return at;
        }
        at = tree.words[up].head;
    }
    None
}

pub(crate) fn is_calendar(form: &str) -> bool {
    const CALENDAR: &[&str] = &[
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
        "Saturday",
        "Sunday",
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    CALENDAR.contains(&form.trim_end_matches('s')) || CALENDAR.contains(&form)
}

/// Leaves out punctuation and possessive marks at the edges of words `start..end`.
fn trim(tree: &Tree, mut start: usize, mut end: usize) -> (usize, usize) {
    let edge =
        |i: usize| tree.words[i].upos == Upos::Punct || matches!(tree.words[i].form.as_str(), "'s" | "’s" | "'" | "’");
    while start + 1 < end && edge(start) {
        start += 1;
    }
    while end > start + 1 && edge(end - 1) {
        end -= 1;
    }
    (start, end)
}

#[cfg(test)]
mod tests {
    use crate::Coder;
    use polybius_text::Article;

    /// The events of a text, as `CATEGORY actors > recipients`, each side as countries with sectors.
    fn events(text: &str) -> Vec<String> {
        let side = |list: &[crate::Participant]| {
            let one = |p: &crate::Participant| {
                format!("{}.{}", p.country.as_deref().unwrap_or("?"), p.sector.as_deref().unwrap_or("?"))
            };
            list.iter().map(one).collect::<Vec<_>>().join("+")
        };
        let coder = Coder::new();
        let events = coder.code(&Article::from_lines("1", text));
        events.iter().map(|e| format!("{} {} > {}", e.category, side(&e.actor), side(&e.recipient))).collect()
    }

    fn has(text: &str, event: &str) {
        let found = events(text);
        assert!(found.iter().any(|e| e == event), "{text}: {event} is not among {found:?}");
    }

    #[test]
    fn both_sides_are_those_named_before() {
        has("Egypt and Sudan met in Cairo. Germany urged both countries to talk.", "REQUEST DEU.GOV > EGY.?+SDN.?");
        has("Peru recalled its ambassador to Chile. The two countries held talks.", "CONSULT PER.GOV+CHL.GOV > ");
        // whoever does something to both sides is none of them
        has("France met Mali. On Monday Kenya urged both governments to talk.", "REQUEST KEN.GOV > FRA.?+MLI.?");
    }

    #[test]
    fn sides_are_those_spoken_of_most() {
        let talks = "Egypt and Sudan fought over a dam. Egypt accused Sudan of theft. Japan sent engineers.";
        has(&format!("{talks} Germany urged both neighbours to talk."), "REQUEST DEU.GOV > EGY.?+SDN.?");
        let war = "Rebels attacked the Chadian army. The Chadian government blamed the rebels.";
        has(&format!("{war} Egypt accused both sides of torture."), "ACCUSE EGY.GOV > TCD.GOV+TCD.REB");
    }

    #[test]
    fn one_description_may_be_several() {
        has("The presidents of Peru and Chile accused Bolivia of theft.", "ACCUSE PER.GOV+CHL.GOV > BOL.?");
        has("Soldiers from Chad, Niger and Mali attacked Sudan.", "ASSAULT TCD.MIL+NER.MIL+MLI.MIL > SDN.?");
        has(
            "The presidents of Peru and Chile met. The presidents then accused Bolivia of theft.",
            "ACCUSE PER.GOV+CHL.GOV > BOL.?",
        );
    }

    #[test]
    fn they_are_all_who_were_named_together() {
        has(
            "Egypt and Sudan met in Cairo. No date was set. They accused Libya of theft.",
            "ACCUSE EGY.GOV+SDN.GOV > LBY.?",
        );
    }

    #[test]
    fn who_is_introduced_without_a_name_gets_it_next() {
        has(
            "A Kenyan soldier fled to Uganda. Juma Wanyama, 25, accused Ethiopia of torture.",
            "ACCUSE KEN.MIL > ETH.?",
        );
    }

    #[test]
    fn officials_are_of_the_place_where_they_act() {
        let text = "Kenya and Uganda quarrel. Kenya complained. Two students were staying in Ethiopia when police arrested them.";
        let found = events(text);
        assert!(found.iter().any(|e| e.starts_with("COERCE ETH.COP")), "{found:?}");
    }

    #[test]
    fn pronouns_take_the_country_of_whom_they_mean() {
        has(
            "Norwegian Prime Minister Ola Nordmann met reporters. He accused Russia of spying.",
            "ACCUSE NOR.GOV > RUS.?",
        );
        has("Kenya closed the border. Its army attacked Somali rebels.", "ASSAULT KEN.MIL > SOM.REB");
        has("The Red Front, whose fighters attacked Kenya, is based in Somalia.", "ASSAULT SOM.UAF > KEN.?");
    }

    #[test]
    fn some_of_them_are_of_those() {
        has("Kenyan teachers met on Monday. Some of them demonstrated.", "PROTEST KEN.EDU > ");
    }

    #[test]
    fn people_counted_by_their_nationality_are_civilians() {
        has("Two hundred Turks demonstrated.", "PROTEST TUR.CVL > ");
        has("Thousands of young Kenyans demonstrated in Nairobi.", "PROTEST KEN.CVL > ");
    }

    #[test]
    fn titles_are_no_part_of_names() {
        has("Kenyan President Juma Wanyama arrived. Mr Wanyama accused Uganda of theft.", "ACCUSE KEN.GOV > UGA.?");
    }

    #[test]
    fn who_declares_is_we() {
        has(
            "The Kenyan government met on Monday. We welcome the accord. We condemn the attack by Uganda. We urge Uganda to withdraw.",
            "REQUEST KEN.GOV > UGA.?",
        );
    }
}
