//! Who: names, descriptions and pronouns, with country and PLOVER sector, chained into entities within an article.

use crate::clause::{core, prepositions, tree_contains};
use crate::coreference::Chains;
use crate::coreference_ranking::Weights;
use crate::document::Document;
use crate::lexicon::{Lexicon, Named, Naming, RoleKind, choose, key};
use jiff::civil::Date;
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
    /// Was the country taken from the article's focus rather than from the words?
    pub(crate) guessed_country: bool,
    /// Is it only ever a modifier ("security officials")?
    modifier: bool,
    /// If so, from what it was guessed.
    pub(crate) guess: Guess,
}

impl Entity {
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
        let stated = self.country.is_some() && !self.guessed_country;
        let private = |s: &str| matches!(s, "BUS" | "CVL" | "EDU" | "LAB" | "MED" | "UNK" | "SOC" | "ELI");
        stated || self.sector.as_deref().is_some_and(|s| !private(s))
    }

    /// Is it a country, or somebody who governs, fights, judges or strives for power?
    pub(crate) fn holds_power(&self) -> bool {
        match &self.sector {
            Some(sector) => crate::topic::holds_power(sector),
            None => self.kind == Kind::Body && self.country.is_some() && !self.guessed_country,
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

/// A name found by the lexicon: words `start..end` of a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Match<'l> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) meanings: Vec<Named<'l>>,
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

    /// All entities of which a name, a country or a sector is known, in order of their first mentions.
    pub(crate) fn all(&self) -> Vec<EntityMentions> {
        let mut mentions: Vec<Vec<Span>> = vec![Vec::new(); self.list.len()];
        for m in self.mentions.values().chain(self.beside.values().flatten()) {
            mentions[m.entity].push(m.span);
        }
        let known = |e: &Entity| (e.name.is_some() || e.is_political()) && !(e.modifier && e.guessed_country);
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
                let (guess, said) = if e.guessed_country { (&e.country, &None) } else { (&None, &e.country) };
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

/// What the country of the dateline counts towards the article's focus; a name counts 2.
const DATELINE: usize = 4;

/// The country that a dateline names, or whose town it names.
fn country_of_dateline<'l>(dateline: &str, lexicon: &'l Lexicon) -> Option<&'l str> {
    let titled = |word: &str| -> String {
        let rest = word.chars().skip(1).collect::<String>().to_lowercase();
        word.chars().take(1).chain(rest.chars()).collect()
    };
    let words: Vec<String> = dateline
        .split(|c: char| !c.is_alphanumeric() && !"-'’".contains(c))
        .filter(|w| !w.is_empty())
        .map(titled)
        .collect();
    (0..words.len()).find_map(|from| {
        let words: Vec<&str> = words[from..].iter().map(String::as_str).collect();
        let (code, naming, _) = lexicon.country_named(&words)?;
        (naming != Naming::Demonym && !code.is_empty()).then_some(code)
    })
}

/// The names of the lexicon in each sentence of a document.
pub(crate) fn find_all_names<'l>(document: &Document, lexicon: &'l Lexicon) -> Vec<Vec<Match<'l>>> {
    let mut all: Vec<Vec<Match>> =
        document.sentences.iter().map(|s| find_names(&s.tree, lexicon, document.article.date)).collect();
    find_halves(document, &mut all, lexicon);
    all
}

/// "the North" and "the South" where the article speaks of a country that has another half ("North Korea"), and the first half of
/// "North and South Korea".
fn find_halves<'l>(document: &Document, all: &mut [Vec<Match<'l>>], lexicon: &'l Lexicon) {
    let mut halves: Vec<(String, Vec<Named<'l>>)> = Vec::new();
    for (sentence, matches) in document.sentences.iter().zip(all.iter()) {
        for m in matches.iter().filter(|m| m.end == m.start + 2) {
            let words: Vec<String> = (m.start..m.end).map(|i| key(&sentence.tree.words[i].form)).collect();
            let other = match words[0].as_str() {
                "North" => "South",
                "South" => "North",
                "East" => "West",
                "West" => "East",
                _ => continue,
            };
            let sibling = lexicon.actors.exact(&[other.to_owned(), words[1].clone()]);
            let is_country = |n: &Named| matches!(n, Named::Country { naming: Naming::Name, .. });
            if !sibling.iter().any(is_country) || !m.meanings.iter().any(is_country) {
                continue;
            }
            for (word, meanings) in [(other, sibling), (words[0].as_str(), m.meanings.clone())] {
                if halves.iter().all(|h| h.0 != word) {
                    halves.push((word.to_owned(), meanings));
                }
            }
        }
    }
    if halves.is_empty() {
        return;
    }
    for (sentence, matches) in document.sentences.iter().zip(all) {
        let words = &sentence.tree.words;
        for i in 0..words.len() {
            let title = words[i].form[..].chars().take(1).flat_map(char::to_uppercase);
            let word: String = title.chain(words[i].form.chars().skip(1)).collect();
            let Some((_, meanings)) = halves.iter().find(|h| h.0 == word) else { continue };
            let free = matches.iter().all(|m| i < m.start || m.end <= i);
            let alone = i > 0
                && words[i - 1].form.eq_ignore_ascii_case("the")
                && !words.get(i + 1).is_some_and(|n| n.upos == Upos::Propn || n.upos == Upos::Noun || n.form == "of");
            let shared = words.get(i + 1).is_some_and(|w| w.form == "and")
                && matches.iter().any(|m| m.start == i + 2 && m.end == i + 4);
            if free && (alone || shared) {
                matches.push(Match { start: i, end: i + 1, meanings: meanings.clone() });
            }
        }
        matches.sort_by_key(|m| m.start);
    }
}

/// Longest names of the lexicon in a sentence, left to right.
fn find_names<'l>(tree: &Tree, lexicon: &'l Lexicon, day: Option<Date>) -> Vec<Match<'l>> {
    let keys: Vec<String> = tree.words.iter().map(|w| key(&w.form)).collect();
    let shouting = tree.words.len() > 3 && tree.words.iter().all(|w| w.form.to_uppercase() == w.form);
    let mut found = Vec::new();
    let mut i = 0;
    while i < keys.len() {
        let mut hit = lexicon.actors.longest(&keys[i..]);
        if hit.is_none() && shouting && keys[i].len() > 3 {
            let titled: String = keys[i].chars().take(1).chain(keys[i].to_lowercase().chars().skip(1)).collect();
            let meanings = lexicon.actors.exact(&[titled]);
            hit = (!meanings.is_empty()).then_some((1, meanings));
        }
        match hit {
            Some((length, mut meanings)) if !part_of_longer_name(tree, i, length, &meanings) => {
                // "Southern Sudan" was of Sudan until it was South Sudan
                let held = |n: &Named| day.is_none_or(|day| n.period().holds(day));
                let country = |n: &Named| matches!(n, Named::Country { .. });
                if meanings.iter().any(|n| country(n) && held(n)) {
                    meanings.retain(|n| !country(n) || held(n));
                }
                found.push(Match { start: i, end: i + length, meanings });
                i += length;
            }
            _ => i += 1,
        }
    }
    found
}

/// Is this single word a piece of somebody's unknown name ("Michael Jordan", "Paris Laurent")?
fn part_of_longer_name(tree: &Tree, start: usize, length: usize, meanings: &[Named]) -> bool {
    let w = &tree.words[start];
    if length > 1
        || !matches!(meanings[0], Named::Country { naming: Naming::Name | Naming::Capital | Naming::Place, .. })
    {
        return false;
    }
    let is_name = |i: usize| {
        tree.words
            .get(i)
            .is_some_and(|n| n.upos == Upos::Propn && n.form.starts_with(char::is_uppercase) && n.form.len() > 2)
    };
    let flat = w.rel() == "flat" && start > 0 && is_name(start - 1) && w.head == Some(start - 1);
    let first =
        is_name(start + 1) && tree.words[start + 1].rel() == "flat" && tree.words[start + 1].head == Some(start);
    flat || first
}

/// How often each country is named, the dateline and the first sentences counting more; media and international bodies do not count.
fn country_weights(document: &Document, matches: &[Vec<Match>], lexicon: &Lexicon) -> Vec<(String, usize)> {
    let mut weight: Vec<(&str, usize)> = Vec::new();
    if let Some(dateline) = document.datelines.first() {
        weight.extend(country_of_dateline(dateline.of(&document.article.text), lexicon).map(|c| (c, DATELINE)));
    }
    for (s, list) in matches.iter().enumerate() {
        for m in list {
            let code = match &m.meanings[0] {
                Named::Country { code, .. } => code,
                Named::Person { country, .. } => country,
                Named::Group { sector: MEDIA, .. } => continue,
                Named::Group { country, .. } => country,
            };
            if matches!(*code, "IGO" | "NGO" | "MNC" | "IMG" | "ISM" | "") {
                continue;
            }
            // a group may fight abroad, "Kurdish" speaks of no country in particular, "the Kremlin" of its government
            let demonym = |n: &&Named| matches!(n, Named::Country { naming: Naming::Demonym, .. });
            let several = m.meanings.iter().filter(demonym).count() > 1;
            let metonym = matches!(m.meanings[0], Named::Country { naming: Naming::Metonym, .. });
            let group = matches!(m.meanings[0], Named::Group { .. });
            let points = if several || group { 1 } else { 2 + usize::from(s < 2) - usize::from(metonym) };
            match weight.iter_mut().find(|(c, _)| c == code) {
                Some((_, w)) => *w += points,
                None => weight.push((code, points)),
            }
        }
    }
    weight.into_iter().map(|(code, points)| (code.to_owned(), points)).collect()
}

/// The country most named, the earliest among equals.
fn focus(weights: &[(String, usize)]) -> Option<String> {
    let best = weights.iter().map(|w| w.1).max()?;
    weights.iter().find(|w| w.1 == best).map(|w| w.0.clone())
}

struct Finder<'d, 'l> {
    document: &'d Document<'d>,
    lexicon: &'l Lexicon,
    date: Option<Date>,
    entities: Entities<'l>,
    chains: Chains,
    /// The entities that each chain speaks of: one, or several ("both sides").
    of_chain: HashMap<usize, Vec<usize>>,
    /// Entities with a name by the last word of it, in order: names that may be the same share it.
    by_last_word: HashMap<String, Vec<usize>>,
}

/// What the words of a nominal say.
#[derive(Default)]
struct Description {
    name: Option<String>,
    country: Option<String>,
    sector: Option<String>,
    role: Option<String>,
    kind: Option<Kind>,
    /// It is the country itself that is named, not somebody from it.
    is_country: bool,
    /// Name words not in the lexicon ("Julien Marchand").
    unknown: Option<String>,
    former: bool,
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
            guessed_country: false,
            modifier: false,
            guess: Guess::Focus,
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
        self.entities.of(first).is_political().then_some(first.entity)
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
        if let Some(entity) = self.known(s, head, &d) {
            self.merge(entity, &d);
            self.entities.list[entity].modifier &= modifier;
            return self.record(s, head, entity);
        }
        let named = d.name.is_some() || d.unknown.is_some();
        if d.country.is_none() && d.sector.is_none() && !named {
            return if !modifier {
                self.uncoded(s, head)
            };
        }
        let (mut country, mut guessed, mut guess) = (d.country, false, Guess::Focus);
        let domestic = d.sector.as_deref().is_some_and(|x| !matches!(x, "IGO" | "NGO"));
        let opposite = is_opposite(&self.tree(s).words[head].lemma);
        if country.is_none() && d.role.is_some() && domestic {
            // "local militants" are of the country the article is about, wherever they fight
            let local = |c: usize| matches!(self.tree(s).words[c].lemma.as_str(), "local" | "domestic" | "national");
            let at_home = self.tree(s).children(head).any(local) && self.entities.focus.is_some();
            let place = if at_home { None } else { self.local_country(s, head) };
            guess = if place.is_some() { Guess::Place } else { Guess::Focus };
            country = place.or_else(|| self.entities.focus.clone());
            guessed = true;
            if self.is_abroad(s, head) {
                country = None;
            }
            // "its neighbour" is not of the country whose neighbour it is
            if opposite && country.is_some() && country == self.possessor_country(s, head) {
                country = None;
            }
        }
        // "the Syrian government and opposition": the second shares the first one's country
        let tree = self.tree(s);
        let bare =
            guessed && tree.words[head].rel() == "conj" && tree.children(head).all(|c| tree.words[c].rel() != "det");
        if let Some(first) = tree.words[head].head.filter(|_| bare).and_then(|h| self.entities.at(s, h))
            && let Some(shared) = &self.entities.of(first).country
        {
            (country, guess) = (Some(shared.clone()), Guess::Partner);
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
            guessed_country: guessed,
            modifier,
            guess,
        });
        let entity = self.entities.list.len() - 1;
        self.index(entity);
        self.record(s, head, entity);
        self.partners(s, head, entity);
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
            guessed_country: false,
            modifier: false,
            guess: Guess::Focus,
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
        if let (Some(c), true) = (&d.country, e.country.is_none() || e.guessed_country) {
            e.country = Some(c.clone());
            e.guessed_country = false;
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

    /// "The two countries", "both leaders": those that were named last, as many as are counted; says whether there were any.
    fn sides(&mut self, s: usize, head: usize) -> bool {
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
        let Some(count) = count_of_all(tree, head).filter(|_| state || other) else { return false };
        let (start, end) = core(tree, head);
        if (start..end).any(|i| self.entities.country_at(s, i).is_some()) {
            return false; // "the two Korean states" say themselves which
        }
        let at = |(s, h): (usize, usize)| self.entities.at(s, h).map(|m| m.entity);
        let mut found: Vec<usize> = self.chains.parts(s, head).into_iter().filter_map(at).collect();
        // whoever does something to both sides is none of them
        let patient = matches!(tree.words[head].rel(), "obj" | "iobj" | "obl" | "nmod");
        let doers = (0..start).filter(|&h| patient && tree.words[h].rel() == "nsubj").filter_map(|h| at((s, h)));
        let doers: Vec<&String> = doers.filter_map(|e| self.entities.list[e].country.as_ref()).collect();
        for back in 0..=SIDES_WINDOW {
            let (Some(t), true) = (s.checked_sub(back), found.len() != count) else { break };
            found.clear();
            let tree = self.tree(t);
            let last = if back == 0 { start } else { tree.words.len() };
            for h in 0..last {
                let Some(entity) = at((t, h)) else { continue };
                let e = &self.entities.list[entity];
                let body = matches!(e.country.as_deref(), Some("IGO" | "NGO" | "MNC" | "IMG")) && state;
                let new = e.country.is_some() && found.iter().all(|&f| self.entities.list[f].country != e.country);
                let doer = e.country.as_ref().is_some_and(|c| doers.contains(&c));
                if new && !body && !doer && !e.guessed_country && e.sector.as_deref() != Some(MEDIA) {
                    found.push(entity);
                }
            }
        }
        if found.len() != count {
            return false;
        }
        let (start, end) = trim(self.tree(s), start, end);
        let span = self.document.span(s, start, end);
        if let Some(chain) = self.chains.at(s, head) {
            self.of_chain.entry(chain).or_insert_with(|| found.clone());
        }
        let mut mentions = found.into_iter().map(|entity| Mention { entity, span });
        if let Some(first) = mentions.next() {
            self.entities.mentions.insert((s, head), first);
            self.entities.beside.insert((s, head), mentions.collect());
        }
        true
    }

    /// Where a description without a country is most likely from by the place that its sentence names.
    fn local_country(&self, s: usize, head: usize) -> Option<String> {
        let tree = self.tree(s);
        let mut places = self.entities.matches[s]
            .iter()
            .filter_map(|m| match &m.meanings[0] {
                Named::Country { code, naming, .. } if *naming != Naming::Demonym => {
                    let located = (m.start..m.end).any(|t| {
                        above(tree, t) == above(tree, head)
                            && prepositions(tree, t).iter().any(|p| {
                                matches!(
                                    p.as_str(),
                                    "in" | "at"
                                        | "near"
                                        | "across"
                                        | "around"
                                        | "outside"
                                        | "of"
                                        | "inside"
                                        | "throughout"
                                )
                            })
                    });
                    located.then_some((m.start.abs_diff(head), code))
                }
                _ => None,
            })
            .collect::<Vec<_>>();
        places.sort();
        places.first().map(|p| (*p.1).to_owned())
    }

    /// A modifier that stands for somebody: "Israeli strike", "government crackdown", "police raid".
    fn describe_modifier(&self, s: usize, head: usize) -> Option<Description> {
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

    fn read_meaning(&self, meanings: &[Named], d: &mut Description) {
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
    fn role_ending_at(&self, s: usize, at: usize, from: usize, modifier: bool) -> Option<(String, String, Kind)> {
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

    fn describe(&self, s: usize, head: usize, depth: usize) -> Option<Description> {
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
    fn is_plain_noun(&self, tree: &Tree, head: usize) -> bool {
        matches!(tree.words[head].upos, Upos::Noun | Upos::Adj | Upos::Num | Upos::Pron | Upos::Sym)
    }

    fn unknown_name(
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
    fn by_last_name(&self, d: &mut Description) {
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

/// How many sentences back "the two countries" looks for them.
const SIDES_WINDOW: usize = 3;

/// How many all of them are ("both sides", "the three leaders"); `None` if the words do not count all.
fn count_of_all(tree: &Tree, head: usize) -> Option<usize> {
    if tree.words[head].form.eq_ignore_ascii_case("both") {
        return (tree.words[head].upos != Upos::Cconj).then_some(2);
    }
    let mut definite = false;
    let mut count = None;
    for c in tree.children(head).filter(|&c| c < head) {
        match tree.words[c].form.to_lowercase().as_str() {
            "the" | "these" | "those" => definite = true,
            "both" => (definite, count) = (true, Some(2)),
            "two" => count = Some(2),
            "three" => count = Some(3),
            "four" => count = Some(4),
            _ => {}
        }
    }
    count.filter(|_| definite)
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

fn own_former(tree: &Tree, head: usize) -> bool {
    tree.children(head)
        .any(|c| matches!(tree.words[c].form.to_lowercase().as_str(), "former" | "ousted" | "deposed" | "ex"))
        || tree.children(head).any(|c| {
            matches!(tree.words[c].rel(), "compound" | "flat")
                && tree.children(c).any(|g| tree.words[g].form.eq_ignore_ascii_case("former"))
        })
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
