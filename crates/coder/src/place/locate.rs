//! Where an event happened: the place that its predicate governs, else the dateline, else what the article is about.

use super::{Mention, Places, resolve::contains};
use crate::clause::{prepositions, tree_contains};
use crate::document::Document;
use crate::event::clause_of;
use crate::gazetteer::{Gazetteer, GazetteerPlace, PlaceId, PlaceKind};
use polybius_syntax::{Tree, Upos};
use polybius_text::Span;
use serde::Serialize;
use std::collections::HashMap;

/// How the place of an event was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// The clause of the event says it.
    Text,
    /// Where the article was filed.
    Dateline,
    /// What the article speaks of most.
    Focus,
}

/// Where an event happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The words.
    pub span: Span,
    /// ISO 3166-1 alpha-3; `None` at sea. Of a name that the gazetteer does not have, that of the nearest place in the sentence.
    pub country: Option<String>,
    /// What the words mean; `None` for a name that the gazetteer does not have.
    pub place: Option<GazetteerPlace>,
    /// How it was found.
    pub basis: Basis,
}

/// Prepositions that say where.
const LOCATIVE: &[&str] = &[
    "in",
    "at",
    "near",
    "outside",
    "inside",
    "across",
    "through",
    "around",
    "on",
    "throughout",
    "into",
    "within",
    "over",
    "along",
    "above",
    "off",
    "between",
    "amid",
];

/// Nouns between a preposition and a place: parts and kinds of places.
const PARTS: &[&str] = &[
    "airport",
    "area",
    "avenue",
    "base",
    "border",
    "camp",
    "capital",
    "center",
    "centre",
    "church",
    "city",
    "coast",
    "corner",
    "countryside",
    "district",
    "east",
    "edge",
    "embassy",
    "governorate",
    "half",
    "heart",
    "hospital",
    "hub",
    "island",
    "jail",
    "market",
    "mosque",
    "neighborhood",
    "neighbourhood",
    "north",
    "northeast",
    "northwest",
    "oblast",
    "offices",
    "outskirts",
    "parliament",
    "part",
    "peninsula",
    "port",
    "prison",
    "province",
    "quarter",
    "region",
    "road",
    "school",
    "shore",
    "south",
    "southeast",
    "southwest",
    "square",
    "state",
    "street",
    "streets",
    "strip",
    "stronghold",
    "suburb",
    "suburbs",
    "swath",
    "territory",
    "town",
    "university",
    "valley",
    "village",
    "waters",
    "west",
    "resort",
    "enclave",
    "checkpoint",
    "headquarters",
    "station",
    "places",
    "parts",
    "towns",
    "villages",
    "cities",
    "areas",
    "regions",
    "hotel",
    "court",
    "house",
    "building",
    "county",
    "mountains",
    "hills",
    "desert",
];

impl Places {
    /// Where the event of predicate `head` in the clause `clause` of a sentence happened; `harms`: what its object names is where it happened
    /// ("shelled Aleppo", "the bombardment of Aleppo"). Without `fallback`, only what its clause says.
    pub(crate) fn of_event(
        &self,
        document: &Document,
        g: &Gazetteer,
        (sentence, head, clause): (usize, usize, usize),
        harms: bool,
        fallback: bool,
    ) -> Option<Place> {
        let found = |m: &Mention, basis: Basis| Place {
            span: m.span,
            country: m.place.and_then(|id| g.country_code(id)).map(str::to_owned),
            place: m.place.map(|id| g.place(id)),
            basis,
        };
        if let Some(m) = self.in_clause(document, g, sentence, head, clause, harms) {
            let mut place = found(m, Basis::Text);
            if m.place.is_none() {
                let known = self.of_sentence(document, sentence).filter(|o| o.place.is_some());
                let nearest = known.min_by_key(|o| o.start.abs_diff(m.start));
                place.country = nearest.and_then(|o| g.country_code(o.place?)).map(str::to_owned);
            }
            return Some(place);
        }
        if !fallback {
            return None;
        }
        match (self.dateline, self.focus) {
            (Some(at), _) => Some(found(&self.mentions[at], Basis::Dateline)),
            (None, Some(at)) => Some(found(&self.mentions[at], Basis::Focus)),
            (None, None) => None,
        }
    }

    /// The toponyms of a sentence, in order.
    fn of_sentence(&self, document: &Document, sentence: usize) -> impl Iterator<Item = &Mention> {
        let start = document.sentences[sentence].span.start;
        let first = self.mentions.partition_point(|m| m.span.start < start);
        self.mentions[first..].iter().take_while(move |m| m.sentence == Some(sentence))
    }

    fn in_clause(
        &self,
        document: &Document,
        g: &Gazetteer,
        sentence: usize,
        head: usize,
        clause: usize,
        harms: bool,
    ) -> Option<&Mention> {
        let tree = &document.sentences[sentence].tree;
        let clause = clause_of(tree, clause);
        let own = self.of_sentence(document, sentence);
        let rank = |m: &Mention| {
            let phrase = phrase(tree, m)?;
            // the predicate of the phrase: a verb above a nominal in its clause, or the noun that it hangs on
            let governor = tree.words[phrase.top].head;
            let object = matches!(tree.words[phrase.top].rel(), "obj" | "nsubj:pass")
                || &*tree.words[phrase.top].deprel == "nsubj:pass";
            let of = phrase.preposition.as_deref() == Some("of");
            let named = m.place.is_none_or(|id| g.kind(id) != PlaceKind::Country);
            let hit = harms && governor == Some(head) && (object || of) && named;
            let located = phrase.preposition.as_deref().is_some_and(|p| {
                LOCATIVE.contains(&p) || p == "to" && matches!(tree.words[head].lemma.as_str(), "visit" | "trip")
            });
            if !located && !hit {
                return None;
            }
            let level = if governor == Some(head) {
                0
            } else if tree_contains(tree, head, m.start) && clause_of(tree, m.start) == clause_of(tree, head) {
                1
            } else if tree_contains(tree, head, m.start) {
                2
            } else if clause_of(tree, m.start) == clause {
                3
            } else {
                return None;
            };
            // what stands as a place beats what was hit
            Some((level, usize::from(!located), usize::from(m.place.is_none()), m.start.abs_diff(head)))
        };
        let mut ranked: Vec<_> = own.filter(|m| !m.adjective).filter_map(|m| Some((rank(m)?, m))).collect();
        ranked.sort_by_key(|r| r.0);
        let (best_rank, best) = *ranked.first()?;
        // "in Syria's Aleppo": the more exact
        let inside = ranked.iter().find(|(r, m)| {
            r.0 <= best_rank.0 + 1
                && matches!((best.place, m.place), (Some(outer), Some(inner)) if contains(g, outer, inner))
        });
        Some(inside.map_or(best, |r| r.1))
    }
}

/// The phrase that a toponym stands in.
struct Phrase {
    /// Its topmost word.
    top: usize,
    /// What joins it to the word above.
    preposition: Option<String>,
}

/// Climbs from a toponym over names and parts of places ("on the outskirts of the town of X") to the phrase that hangs on a predicate.
fn phrase(tree: &Tree, m: &Mention) -> Option<Phrase> {
    // the word of the toponym whose head is outside of it
    let mut at = (m.start..m.end).find(|&i| tree.words[i].head.is_none_or(|h| h < m.start || h >= m.end))?;
    let mut preposition = prepositions(tree, at).into_iter().last();
    for _ in 0..6 {
        let Some(up) = tree.words[at].head else { break };
        let part = PARTS.contains(&tree.words[up].lemma.as_str())
            || PARTS.contains(&tree.words[up].form.to_lowercase().as_str());
        let name = tree.words[up].upos == Upos::Propn;
        let climbs = match tree.words[at].rel() {
            "nmod" => {
                let of = matches!(preposition.as_deref(), None | Some("of" | "in" | "at" | "near" | "on" | "outside"));
                let possessor = &*tree.words[at].deprel == "nmod:poss";
                part && (of || possessor) || name && (possessor || preposition.as_deref() == Some("in"))
            }
            "compound" | "amod" => part,
            "appos" | "flat" | "list" | "dep" => part || name,
            "conj" => part || name,
            _ => false,
        };
        if !climbs {
            break;
        }
        // a part or a name above it without a preposition of its own keeps the one below
        let own = prepositions(tree, up).into_iter().last();
        let direct = matches!(tree.words[up].rel(), "obj" | "nsubj");
        if own.is_some() || direct {
            preposition = own;
        } else if tree.words[up].head.is_none()
            || !matches!(
                tree.words[up].rel(),
                "nmod" | "compound" | "amod" | "appos" | "flat" | "conj" | "list" | "dep"
            )
        {
            break;
        }
        at = up;
    }
    Some(Phrase { top: at, preposition })
}

/// The toponym in a dateline.
pub(super) fn dateline(mentions: &[Mention]) -> Option<usize> {
    mentions.iter().position(|m| m.sentence.is_none() && m.place.is_some())
}

/// The first mention of the place that an article speaks of most: a town or region that is named often in the country that is named most,
/// else that country.
pub(super) fn focus(mentions: &[Mention], g: &Gazetteer) -> Option<usize> {
    let mut countries: HashMap<&str, usize> = HashMap::new();
    let mut places: HashMap<PlaceId, (usize, usize)> = HashMap::new();
    for (i, m) in mentions.iter().enumerate() {
        let Some(id) = m.place else { continue };
        // the first sentences count more
        let points = if m.sentence.is_none_or(|s| s < 2) { 3 } else { 2 };
        if let Some(code) = g.country_code(id) {
            *countries.entry(code).or_default() += points;
        }
        if !m.adjective {
            places.entry(id).or_insert((0, i)).0 += points;
        }
    }
    // the earliest wins among equals
    let most = |kept: &dyn Fn(PlaceId) -> bool| {
        let all = places.iter().filter(|(id, _)| kept(**id));
        all.max_by(|a, b| a.1.0.cmp(&b.1.0).then(b.1.1.cmp(&a.1.1))).map(|(_, (points, first))| (*points, *first))
    };
    let top = countries.values().copied().max()?;
    let first_of = |code: &str| mentions.iter().position(|m| m.place.and_then(|id| g.country_code(id)) == Some(code));
    let country = countries.iter().filter(|c| *c.1 == top).map(|c| *c.0).min_by_key(|code| first_of(code))?;
    let of_country = |id: PlaceId| g.country_code(id) == Some(country);
    let local = most(&|id| of_country(id) && g.kind(id) != PlaceKind::Country);
    local.filter(|(points, _)| *points >= 4).or_else(|| most(&of_country)).map(|(_, first)| first)
}
