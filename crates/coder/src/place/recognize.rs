//! Which words name a place.

use super::{Mention, Spelling};
use crate::document::Document;
use crate::entity::Entities;
use crate::gazetteer::{Gazetteer, PlaceId, PlaceKind, fold};
use crate::lexicon::{Lexicon, Named, Naming};
use polybius_syntax::{NameKind, Tree, Upos};
use polybius_text::Span;
use std::collections::{HashMap, HashSet};

/// The most words of a name.
const LONGEST: usize = 8;
/// The most places of one spelling that are weighed, the most populous first.
const MOST: usize = 40;

/// Words before a name that say where.
const LOCATIVE: &[&str] = &[
    "in",
    "at",
    "near",
    "from",
    "to",
    "outside",
    "around",
    "across",
    "into",
    "through",
    "toward",
    "towards",
    "inside",
    "throughout",
    "within",
    "via",
    "leaving",
    "reach",
    "reached",
    "visit",
    "visited",
    "visiting",
    "entered",
    "between",
];
/// Words between a preposition and a name.
const BETWEEN: &[&str] = &[
    "the",
    "northern",
    "southern",
    "eastern",
    "western",
    "central",
    "north",
    "south",
    "east",
    "west",
    "downtown",
    "northeastern",
    "northwestern",
    "southeastern",
    "southwestern",
    "nearby",
    "neighboring",
    "neighbouring",
    "rural",
    "greater",
    "mainland",
    "upstate",
    "suburban",
];
/// Titles, after which comes a person.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "dr",
    "sen",
    "rep",
    "gov",
    "president",
    "minister",
    "judge",
    "justice",
    "sheriff",
    "mayor",
    "coach",
    "lt",
    "sgt",
    "capt",
    "col",
    "gen",
    "det",
    "officer",
    "prof",
    "professor",
    "rev",
    "sir",
    "senator",
    "governor",
    "secretary",
    "king",
    "queen",
    "prince",
    "princess",
    "pope",
];
/// Capitalized words that make a street of the name before them.
const STREETS: &[&str] = &[
    "st",
    "street",
    "ave",
    "avenue",
    "road",
    "rd",
    "blvd",
    "boulevard",
    "drive",
    "dr",
    "lane",
    "highway",
    "hwy",
    "parkway",
    "pike",
    "streets",
    "roads",
];
/// Capitalized words that end the name of a river, a park and the like.
const LANDMARKS: &[&str] = &[
    "river",
    "lake",
    "creek",
    "valley",
    "mountain",
    "mountains",
    "island",
    "islands",
    "bay",
    "forest",
    "park",
    "airport",
    "bridge",
    "beach",
    "canyon",
    "falls",
    "hills",
    "peninsula",
    "canal",
    "square",
    "dam",
    "county",
    "parish",
    "township",
    "village",
    "wilderness",
    "trail",
    "coast",
    "desert",
    "strait",
    "harbor",
    "harbour",
    "port",
    "reservoir",
    "heights",
];
/// Common nouns behind a name that say what kind of place it is, or who belongs to it.
const BEHIND: &[&str] = &[
    "province",
    "region",
    "city",
    "state",
    "area",
    "district",
    "county",
    "town",
    "village",
    "border",
    "police",
    "resident",
    "residents",
    "native",
    "man",
    "woman",
    "officials",
    "governorate",
    "suburb",
    "neighborhood",
    "oblast",
    "capital",
    "peninsula",
    "river",
    "valley",
    "based",
    "bound",
];

/// A sentence or a dateline.
struct Line<'d> {
    sentence: Option<usize>,
    tokens: Vec<Span>,
    tree: Option<&'d Tree>,
}

/// What speaks for a spot of which the same spelling is certain elsewhere in the article.
const NAMED_ELSEWHERE: f64 = 1.55;

/// How much speaks for a spot, and does it stand where only a place does?
struct Weighed {
    sum: f64,
    certain: bool,
}

/// Words that may name a place.
struct Spot {
    line: usize,
    start: usize,
    end: usize,
    spelling: usize,
    adjective: bool,
}

/// Collects the spellings of an article.
struct Spellings<'l> {
    gazetteer: &'l Gazetteer,
    list: Vec<Spelling>,
    index: HashMap<(String, Option<String>), usize>,
}

impl Spellings<'_> {
    /// The index of a spelling; a country that it names, if the lexicon of actors says so, comes first.
    fn add(&mut self, key: String, country: Option<&str>, adjective: bool) -> usize {
        let entry = (key, country.map(str::to_owned));
        if let Some(&i) = self.index.get(&entry) {
            return i;
        }
        let mut candidates: Vec<PlaceId> = Vec::new();
        let mut alternate = Vec::new();
        let found = if adjective { Vec::new() } else { self.gazetteer.find(&entry.0, MOST).candidates };
        if let Some(id) = country.and_then(|c| self.gazetteer.country(c)) {
            // "Scotland" is a region of its own, not another name of the United Kingdom
            let region = found.iter().any(|c| {
                !c.alternate
                    && self.gazetteer.kind(c.id) == PlaceKind::Admin1
                    && self.gazetteer.country_code(c.id) == country
            });
            if !region || fold(&self.gazetteer.place(id).name) == entry.0 {
                candidates.push(id);
                alternate.push(false);
            }
        }
        for c in found {
            if !candidates.contains(&c.id) {
                candidates.push(c.id);
                alternate.push(c.alternate);
            }
        }
        self.list.push(Spelling {
            candidates,
            alternate,
            count: 0,
            qualifiers: Vec::new(),
            qualified: Vec::new(),
            kinds: Vec::new(),
        });
        self.index.insert(entry, self.list.len() - 1);
        self.list.len() - 1
    }
}

struct Finder<'d, 'l> {
    document: &'d Document<'d>,
    entities: &'d Entities<'l>,
    lexicon: &'l Lexicon,
    lines: Vec<Line<'d>>,
    spellings: Spellings<'l>,
    /// Last words of the people of the article.
    surnames: HashSet<String>,
}

/// The toponyms of an article and their spellings, not resolved.
pub(super) fn toponyms(document: &Document, entities: &Entities, lexicon: &Lexicon) -> (Vec<Mention>, Vec<Spelling>) {
    let mut finder = Finder::new(document, entities, lexicon);
    let spots: Vec<Spot> = (0..finder.lines.len()).flat_map(|line| finder.spots(line)).collect();
    let weighed: Vec<Weighed> = (0..spots.len()).map(|i| finder.weigh(&spots, i)).collect();
    // how often a spelling stands where only a place does
    let mut certain = vec![0usize; finder.spellings.list.len()];
    for (s, w) in spots.iter().zip(&weighed) {
        certain[s.spelling] += usize::from(w.certain);
    }
    let named_elsewhere = |(s, w): (&Spot, &Weighed)| certain[s.spelling] > usize::from(w.certain);
    let plausible: Vec<bool> = spots
        .iter()
        .zip(&weighed)
        .map(|x| x.1.sum + if named_elsewhere(x) { NAMED_ELSEWHERE } else { 0.0 } > 0.0)
        .collect();
    let kept = spots.into_iter().zip(plausible).filter(|(_, plausible)| *plausible).map(|(s, _)| s).collect();
    finder.finish(kept)
}

/// Mentions at the given spans.
pub(super) fn given(
    document: &Document,
    spans: &[Span],
    entities: &Entities,
    lexicon: &Lexicon,
) -> (Vec<Mention>, Vec<Spelling>) {
    let mut finder = Finder::new(document, entities, lexicon);
    let spots = (0..finder.lines.len()).flat_map(|line| finder.spots(line)).collect::<Vec<_>>();
    let mut found: HashMap<Span, Spot> = spots.into_iter().map(|s| (finder.span(&s), s)).collect();
    let text = &document.article.text;
    let mut kept = Vec::new();
    let mut missing = Vec::new();
    for &span in spans {
        match found.remove(&span) {
            Some(spot) => kept.push(spot),
            None => {
                let key = fold(span.of(text));
                let words: Vec<&str> = span.of(text).split_whitespace().collect();
                let country = lexicon.country_named(&words).filter(|c| c.2 == words.len());
                let spelling = finder.spellings.add(key, country.map(|c| c.0), false);
                finder.spellings.list[spelling].count += 1;
                missing.push(Mention {
                    sentence: None,
                    start: 0,
                    end: 0,
                    span,
                    place: None,
                    adjective: false,
                    spelling,
                });
            }
        }
    }
    kept.sort_by_key(|s| (s.line, s.start));
    let (mut mentions, spellings) = finder.finish(kept);
    mentions.extend(missing);
    mentions.sort_by_key(|m| m.span);
    (mentions, spellings)
}

impl<'d, 'l> Finder<'d, 'l> {
    fn new(document: &'d Document<'d>, entities: &'d Entities<'l>, lexicon: &'l Lexicon) -> Self {
        let text = &document.article.text;
        let datelines = document.datelines.iter().map(|&span| Line {
            sentence: None,
            tokens: polybius_text::tokens(text, span).iter().map(|t| t.span).collect(),
            tree: None,
        });
        let sentences = document.sentences.iter().enumerate().map(|(s, parsed)| Line {
            sentence: Some(s),
            tokens: parsed.tokens.clone(),
            tree: Some(&parsed.tree),
        });
        let mut lines: Vec<Line> = datelines.chain(sentences).collect();
        lines.sort_by_key(|l| l.tokens.first().map(|t| t.start));
        let mut surnames = HashSet::new();
        for parsed in &document.sentences {
            for name in parsed.tree.names.iter().filter(|n| n.kind == NameKind::Person && n.end - n.start > 1) {
                surnames.insert(parsed.tree.words[name.end - 1].form.clone());
            }
        }
        let spellings = Spellings { gazetteer: &lexicon.places, list: Vec::new(), index: HashMap::new() };
        Finder { document, entities, lexicon, lines, spellings, surnames }
    }

    fn form(&self, line: usize, word: usize) -> &'d str {
        self.lines[line].tokens[word].of(&self.document.article.text)
    }

    fn span(&self, s: &Spot) -> Span {
        let tokens = &self.lines[s.line].tokens;
        tokens[s.start].join(tokens[s.end - 1])
    }

    /// Words that may name a place, from left to right, the longest first.
    fn spots(&mut self, line: usize) -> Vec<Spot> {
        let text = &self.document.article.text;
        let length = self.lines[line].tokens.len();
        let letters = || (0..length).flat_map(|i| self.form(line, i).chars());
        let (small, large) =
            (letters().filter(|c| c.is_lowercase()).count(), letters().filter(|c| c.is_uppercase()).count());
        let shouting = self.lines[line].sentence.is_none() || small < large;
        let mut out = Vec::new();
        let mut i = 0;
        while i < length {
            // "City of Huntsville" is Huntsville
            let kind_of_place = length > i + 2
                && self.form(line, i + 1) == "of"
                && matches!(self.form(line, i), "State" | "City" | "Town" | "Village" | "Province" | "Municipality");
            let country = self.country_at(line, i);
            if kind_of_place || !self.form(line, i).starts_with(char::is_uppercase) {
                i += 1;
                continue;
            }
            let compound = self.compound(line, i);
            // the longest spelling that the gazetteer has
            let mut longest = None;
            for end in i + 1..=length.min(i + LONGEST) {
                let last = self.form(line, end - 1);
                if last == "," {
                    break; // "Washington, D.C." is two names
                }
                let span = self.lines[line].tokens[i].join(self.lines[line].tokens[end - 1]);
                let key = fold(span.of(text));
                let found = self.spellings.gazetteer.find(&key, MOST);
                let one = end == i + 1;
                let short = |form: &str| form.chars().count() < 5 && form.chars().all(|c| c.is_uppercase() || c == '.');
                let behind = i > 1 && self.form(line, i - 1) == ",";
                let fits = !found.candidates.is_empty()
                    && last.starts_with(char::is_uppercase)
                    && (behind || found.candidates.iter().any(|c| !c.short))
                    // "IN" and "OR" are towns somewhere, but not so written
                    && (shouting && last.chars().count() > 2 || !one || !short(last)
                        || found.candidates.iter().any(|c| matches!(c.id, PlaceId::Table(_))))
                    && last.chars().count() > 1;
                if fits {
                    longest = Some((end, key));
                }
                if !found.continues {
                    break;
                }
            }
            let mut end = i + 1;
            let reach = longest.as_ref().map_or(0, |l| l.0).max(country.as_ref().map_or(0, |c| c.2));
            if let Some(to) = compound.filter(|&c| c > reach) {
                let span = self.lines[line].tokens[i].join(self.lines[line].tokens[to - 1]);
                let spelling = self.spellings.add(fold(span.of(text)), None, false);
                out.push(Spot { line, start: i, end: to, spelling, adjective: false });
                i = to;
                continue;
            }
            match (longest, country) {
                (found, Some((code, adjective, to))) if found.as_ref().is_none_or(|f| f.0 <= to) => {
                    let span = self.lines[line].tokens[i].join(self.lines[line].tokens[to - 1]);
                    let spelling = self.spellings.add(fold(span.of(text)), Some(&code), adjective);
                    let to = self.with_dot(line, i, to);
                    out.push(Spot { line, start: i, end: to, spelling, adjective });
                    end = to;
                }
                (Some((to, key)), _) => {
                    let spelling = self.spellings.add(key, None, false);
                    let to = self.with_dot(line, i, to);
                    out.push(Spot { line, start: i, end: to, spelling, adjective: false });
                    end = to;
                }
                (None, _) => {
                    // a name that the gazetteer does not have
                    let name = self.lines[line].tree.and_then(|t| t.names.iter().find(|n| n.start == i));
                    let street =
                        |n: &polybius_syntax::Name| STREETS.contains(&fold(self.form(line, n.end - 1)).as_str());
                    if let Some(n) = name.filter(|n| n.kind == NameKind::Place || street(n)) {
                        let span = self.lines[line].tokens[i].join(self.lines[line].tokens[n.end - 1]);
                        let to = n.end;
                        let spelling = self.spellings.add(fold(span.of(text)), None, false);
                        out.push(Spot { line, start: i, end: to, spelling, adjective: false });
                        end = to;
                    }
                }
            }
            i = end;
        }
        out
    }

    /// The end of a name made of capitalized words and a word for a street, a river and the like ("Highland Avenue", "Highway 19").
    fn compound(&self, line: usize, start: usize) -> Option<usize> {
        let length = self.lines[line].tokens.len();
        let is = |list: &[&str], i: usize| list.contains(&fold(self.form(line, i)).as_str());
        let number = |i: usize| i < length && self.form(line, i).chars().all(|c| c.is_ascii_digit());
        if matches!(self.form(line, start), "Highway" | "Interstate" | "Route" | "Hwy") && number(start + 1) {
            return Some(start + 2);
        }
        let upos = |i: usize| self.lines[line].tree.map_or(Upos::Propn, |t| t.words[i].upos);
        if !matches!(upos(start), Upos::Propn | Upos::Noun | Upos::Num) {
            return None; // "The Madison County"
        }
        let capital = |i: usize| self.form(line, i).starts_with(char::is_uppercase);
        let end = (start + 1..length.min(start + 5))
            .take_while(|&i| capital(i))
            .find(|&i| is(STREETS, i) || is(LANDMARKS, i))?;
        Some(self.with_dot(line, start, end + 1))
    }

    /// The end of words `start..end` with the dot of an abbreviation that the segmenter took for that of the sentence ("in the U.S.", "Main St.").
    fn with_dot(&self, line: usize, start: usize, end: usize) -> usize {
        let tokens = &self.lines[line].tokens;
        let last = self.form(line, end - 1);
        let adjacent = end < tokens.len() && tokens[end].start == tokens[end - 1].end && self.form(line, end) == ".";
        let key = fold(tokens[start].join(tokens[end - 1]).of(&self.document.article.text));
        let short = || self.spellings.gazetteer.find(&key, 1).candidates.iter().any(|c| c.short);
        let street = || end - start > 1 && matches!(last, "St" | "Ave" | "Rd" | "Blvd" | "Dr" | "Hwy");
        let initials = || last.contains('.') && !last.ends_with('.');
        end + usize::from(adjacent && (initials() || street() || short() && last.chars().any(char::is_lowercase)))
    }

    /// The country that the lexicon of actors finds at a word: its code, is it an adjective, and the end of its words.
    fn country_at(&self, line: usize, word: usize) -> Option<(String, bool, usize)> {
        let sentence = self.lines[line].sentence?;
        let tree = self.lines[line].tree?;
        let inside = self.entities.matches[sentence].iter().find(|m| m.start <= word && word < m.end)?;
        // in "U.S. Department of State" too, which is a group
        let (code, naming, end) = match self.entities.country_at(sentence, word) {
            Some((code, naming, m)) if m.start == word => (code, naming, m.end),
            Some(_) => return None,
            None => {
                let forms: Vec<&str> = tree.words[word..inside.end].iter().map(|w| w.form.as_str()).collect();
                let (code, naming, length) = self.lexicon.country_named(&forms)?;
                (code, naming, word + length)
            }
        };
        let plural = |i: usize| tree.words[i].has("Number=Plur") || tree.words[i].form.ends_with("ians");
        match naming {
            Naming::Name => Some((code.to_owned(), false, end)),
            Naming::Demonym if !plural(end - 1) => Some((code.to_owned(), true, end)),
            _ => None,
        }
    }

    /// What speaks for and against a spot. The weights are those of a logistic regression on the development halves of three corpora
    /// (`docs/results.md`); above zero: a toponym.
    fn weigh(&self, spots: &[Spot], index: usize) -> Weighed {
        let s = &spots[index];
        let line = &self.lines[s.line];
        let spelling = &self.spellings.list[s.spelling];
        let g = self.spellings.gazetteer;
        let form = |i: usize| self.form(s.line, i);
        let folded = |i: usize| fold(form(i));
        let many = s.end - s.start > 1;
        let mut sum = -3.4;
        let mut add = |holds: bool, weight: f64| sum += if holds { weight } else { 0.0 };

        // what the model and the lexicon of actors take the words for
        let mut taken_for_place = false;
        match line.tree {
            Some(tree) => {
                let name = tree.names.iter().find(|n| n.start < s.end && s.start < n.end);
                let whole = name.is_some_and(|n| n.start == s.start && n.end == s.end);
                let inside = !whole && name.is_some_and(|n| n.start <= s.start && n.end >= s.end);
                let kind = name.map(|n| n.kind);
                taken_for_place = whole && kind == Some(NameKind::Place);
                add(taken_for_place, 2.5);
                add(whole && kind == Some(NameKind::Person), -0.8);
                add(whole && kind == Some(NameKind::Organization), 0.8);
                add(whole && kind == Some(NameKind::Other), -0.7);
                add(inside && kind == Some(NameKind::Place), -0.5);
                add(inside && kind == Some(NameKind::Person), -0.9);
                add(inside && kind == Some(NameKind::Other), -1.5);
                add(!whole && !inside && name.is_some(), 1.75);
                add(name.is_none(), -1.65);
                add((s.start..s.end).all(|i| tree.words[i].upos == Upos::Propn), 1.0);
                let matches = line.sentence.map_or(&[][..], |at| &self.entities.matches[at]);
                let over = || matches.iter().filter(|m| m.start < s.end && s.start < m.end).map(|m| &m.meanings[0]);
                let person = over().any(|n| matches!(n, Named::Person { .. }));
                let group = over().any(|n| matches!(n, Named::Group { .. }));
                add(person, -1.1);
                add(group, -1.4);
                let organization = inside && kind == Some(NameKind::Organization);
                add(s.adjective && (group || organization), -1.6);
            }
            None => add(true, 2.0), // a dateline holds little else
        }

        // what stands beside them
        let mut at = s.start;
        while at > 0 && BETWEEN.contains(&form(at - 1).to_lowercase().as_str()) {
            at -= 1;
        }
        let preposition = at.checked_sub(1).map(|i| form(i).to_lowercase()).unwrap_or_default();
        let locative = LOCATIVE.contains(&preposition.as_str());
        add(locative, 0.45);
        add(preposition == "of", 0.6);
        let comma = |a: &Spot, b: &Spot| a.line == b.line && a.end + 1 == b.start && self.form(a.line, a.end) == ",";
        let holds =
            |a: &Spot, b: &Spot| contains_any(g, &self.spellings.list[a.spelling], &self.spellings.list[b.spelling]);
        let qualifies = index.checked_sub(1).is_some_and(|i| comma(&spots[i], s) && holds(s, &spots[i]));
        let qualified = spots.get(index + 1).is_some_and(|next| comma(s, next) && holds(next, s));
        add(qualifies, 1.7);
        add(qualified, 1.1);
        let title = s.start > 0 && TITLES.contains(&folded(s.start - 1).as_str());
        let capital_before = s.start > 1 && form(s.start - 1).starts_with(char::is_uppercase);
        add(capital_before && !title, -1.45);
        add(title, -1.45);
        let behind = if s.end < line.tokens.len() { form(s.end) } else { "" };
        add(matches!(behind, "'s" | "’s" | "'" | "’"), -1.0);
        add(BEHIND.contains(&behind), 1.0);
        add(self.surnames.contains(form(s.end - 1)), -1.55);

        // what the gazetteer knows of them
        let most = spelling.candidates.iter().map(|&c| g.population(c)).fold(0.0, f64::max);
        let any = |kind: PlaceKind| spelling.candidates.iter().any(|&c| g.kind(c) == kind);
        let unknown = spelling.candidates.is_empty();
        add(true, 0.39 * (most + 1.0).log10());
        add(any(PlaceKind::Country), 1.1);
        add(any(PlaceKind::Admin1), -0.6);
        add(spelling.candidates.iter().any(|c| matches!(c, PlaceId::Table(_))), 1.65);
        add(unknown, -0.8);
        add(!unknown && spelling.alternate.iter().all(|&a| a), -1.4);
        add(many, 0.65);
        add(many && unknown, -0.45);
        add(s.adjective, 2.15);
        add(many && STREETS.contains(&folded(s.end - 1).as_str()), 2.25);
        add(many && LANDMARKS.contains(&folded(s.end - 1).as_str()), 2.0);
        Weighed { sum, certain: taken_for_place && (locative || qualified || qualifies) }
    }

    /// The mentions of the spots that are kept, and what the words around them say of their spellings.
    fn finish(mut self, spots: Vec<Spot>) -> (Vec<Mention>, Vec<Spelling>) {
        let mut mentions = Vec::with_capacity(spots.len());
        for (i, s) in spots.iter().enumerate() {
            self.spellings.list[s.spelling].count += 1;
            if let Some(next) = spots.get(i + 1).filter(|n| n.line == s.line && n.start == s.end + 1)
                && matches!(self.form(s.line, s.end), "," | "(")
            {
                push_new(&mut self.spellings.list[s.spelling].qualifiers, next.spelling);
                push_new(&mut self.spellings.list[next.spelling].qualified, s.spelling);
            }
            let behind = (s.end < self.lines[s.line].tokens.len()).then(|| self.form(s.line, s.end).to_lowercase());
            let before = (s.start > 1 && self.form(s.line, s.start - 1) == "of")
                .then(|| self.form(s.line, s.start - 2).to_lowercase());
            if let Some(kind) = behind.as_deref().and_then(kind_of).or(before.as_deref().and_then(kind_of)) {
                push_new(&mut self.spellings.list[s.spelling].kinds, kind);
            }
            mentions.push(Mention {
                sentence: self.lines[s.line].sentence,
                start: s.start,
                end: s.end,
                span: self.span(s),
                place: None,
                adjective: s.adjective,
                spelling: s.spelling,
            });
        }
        (mentions, self.spellings.list)
    }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    // bounded: a spelling of which more is said needs no more of it
    if list.len() < 8 && !list.contains(&item) {
        list.push(item);
    }
}

/// The kind of place that a common noun beside a name says it is.
fn kind_of(noun: &str) -> Option<PlaceKind> {
    Some(match noun {
        "province" | "region" | "oblast" | "governorate" | "state" | "prefecture" | "krai" | "department" => {
            PlaceKind::Admin1
        }
        "county" | "district" | "raion" => PlaceKind::Admin2,
        "city" | "town" | "village" | "suburb" => PlaceKind::Town,
        _ => return None,
    })
}

/// Can one of the places that `outer` may mean hold one that `inner` may mean?
fn contains_any(g: &Gazetteer, outer: &Spelling, inner: &Spelling) -> bool {
    outer.candidates.iter().take(8).any(|&o| inner.candidates.iter().any(|&i| super::resolve::contains(g, o, i)))
}
