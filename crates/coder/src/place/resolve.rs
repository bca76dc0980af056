//! Which place a spelling means in an article.
//!
//! Each spelling begins with a belief in each of its candidates, from how well known they are and what stands beside the spelling. In each
//! round the beliefs in all spellings say how much the article speaks of each country and region and where its places lie, and every spelling
//! is weighed anew in that light, without what it added itself. Work is bounded for each spelling, so that it is linear in the article.

use super::Spelling;
use crate::gazetteer::{Gazetteer, PlaceId, PlaceKind, distance, fold};
use std::collections::HashMap;

/// The most spellings of an article that others are measured against.
const ANCHORS: usize = 24;
/// The most candidates of each.
const CANDIDATES: usize = 6;
/// Rounds of weighing.
const ROUNDS: usize = 4;

/// What a choice is weighed by; found by search on the development halves of three corpora, see `docs/results.md`.
struct Weights {
    /// A factor ten in population.
    population: f64,
    country: f64,
    admin1: f64,
    capital: f64,
    admin2: f64,
    /// Rows of the tables without a population: written down because news names them.
    table: f64,
    alternate: f64,
    /// It lies in the place named behind it, or holds the one named before it.
    qualified: f64,
    /// The words beside it say its kind.
    kind: f64,
    /// How much the article speaks of its country and its region, and how near its other places are.
    same_country: f64,
    same_admin1: f64,
    near: f64,
    /// The distance at which nearness has fallen to a third, in kilometres.
    range: f64,
    /// How firm beliefs are.
    firm: f64,
}

const WEIGHTS: Weights = Weights {
    population: 0.75,
    country: 4.0,
    admin1: 1.0,
    capital: 1.5,
    admin2: -0.5,
    table: 4.5,
    alternate: -1.0,
    qualified: 8.0,
    kind: 2.0,
    same_country: 1.5,
    same_admin1: 2.0,
    near: 2.5,
    range: 140.0,
    firm: 1.5,
};

/// What the beliefs say of an article.
#[derive(Default)]
struct Context {
    countries: HashMap<String, f64>,
    admin1: HashMap<u32, f64>,
    /// Spelling, where a candidate lies, belief.
    anchors: Vec<(usize, (f64, f64), f64)>,
}

/// For each spelling, the place it means; `None` for one that the gazetteer does not have.
pub(super) fn resolve(spellings: &[Spelling], publisher: Option<&str>, g: &Gazetteer) -> Vec<Option<PlaceId>> {
    let home = publisher.and_then(|p| home(p, g));
    let own: Vec<Vec<f64>> = (0..spellings.len())
        .map(|i| (0..spellings[i].candidates.len()).map(|k| by_itself(g, spellings, i, k)).collect())
        .collect();
    let mut beliefs: Vec<Vec<f64>> = own.iter().map(|scores| softmax(scores)).collect();
    for _ in 0..ROUNDS {
        let context = Context::of(spellings, &beliefs, home, g);
        beliefs = (0..spellings.len())
            .map(|i| {
                let scores: Vec<f64> = (0..own[i].len())
                    .map(|k| own[i][k] + context.speaks_for(g, spellings, &beliefs[i], i, k))
                    .collect();
                softmax(&scores)
            })
            .collect();
    }
    // the first among equals, which is the most populous
    let best = |list: &[f64]| (0..list.len()).max_by(|&a, &b| list[a].total_cmp(&list[b]).then(b.cmp(&a)));
    let choose = |(s, belief): (&Spelling, &Vec<f64>)| best(belief).map(|k| town_of_region(g, s, s.candidates[k]));
    spellings.iter().zip(&beliefs).map(choose).collect()
}

/// "Aleppo" is the town rather than the province around it, if more than half of the province's people live there and the text does not say
/// that it means the province.
fn town_of_region(g: &Gazetteer, s: &Spelling, chosen: PlaceId) -> PlaceId {
    let kind = g.kind(chosen);
    let said = s.kinds.iter().any(|k| matches!(k, PlaceKind::Admin1 | PlaceKind::Admin2));
    if !matches!(kind, PlaceKind::Admin1 | PlaceKind::Admin2) || said {
        return chosen;
    }
    let least = g.population(chosen) / 2.0;
    let town = |&c: &PlaceId| {
        matches!(g.kind(c), PlaceKind::Town | PlaceKind::Capital)
            && g.population(c) > least
            && g.admin1(c) == g.admin1(chosen)
    };
    let towns = s.candidates.iter().copied().filter(town);
    towns.max_by(|a, b| g.population(*a).total_cmp(&g.population(*b))).unwrap_or(chosen)
}

fn softmax(scores: &[f64]) -> Vec<f64> {
    let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let all: Vec<f64> = scores.iter().map(|s| (WEIGHTS.firm * (s - top)).exp()).collect();
    let total: f64 = all.iter().sum();
    all.iter().map(|x| x / total).collect()
}

/// The place in a publisher's name ("The Toledo Blade").
fn home(publisher: &str, g: &Gazetteer) -> Option<PlaceId> {
    let words: Vec<&str> = publisher.split_whitespace().take(8).collect();
    let all = (0..words.len()).flat_map(|i| (i + 1..=words.len().min(i + 3)).map(move |j| (i, j)));
    let found = all.flat_map(|(i, j)| g.find(&fold(&words[i..j].join(" ")), 4).candidates);
    found
        .filter(|c| !c.short && !c.alternate)
        .map(|c| c.id)
        .max_by(|a, b| g.population(*a).total_cmp(&g.population(*b)))
}

/// How much a spelling says about where its article is: the more mentions the more, but each less than the one before.
fn evidence(s: &Spelling) -> f64 {
    (s.count as f64).sqrt()
}

impl Context {
    fn of(spellings: &[Spelling], beliefs: &[Vec<f64>], home: Option<PlaceId>, g: &Gazetteer) -> Self {
        let mut context = Context::default();
        for (s, belief) in spellings.iter().zip(beliefs) {
            for (&id, b) in s.candidates.iter().zip(belief).filter(|(_, b)| **b > 0.01) {
                context.add(id, evidence(s) * b, g);
            }
        }
        let mut order: Vec<usize> = (0..spellings.len()).filter(|&i| !spellings[i].candidates.is_empty()).collect();
        order.sort_by(|&a, &b| evidence(&spellings[b]).total_cmp(&evidence(&spellings[a])).then(a.cmp(&b)));
        for i in order.into_iter().take(ANCHORS) {
            let mut likely: Vec<(f64, PlaceId)> =
                beliefs[i].iter().copied().zip(spellings[i].candidates.iter().copied()).collect();
            likely.retain(|(b, id)| *b > 0.02 && !matches!(g.kind(*id), PlaceKind::Country | PlaceKind::Continent));
            likely.sort_by(|a, b| b.0.total_cmp(&a.0));
            context.anchors.extend(likely.iter().take(CANDIDATES).map(|&(b, id)| (i, g.coordinates(id), b)));
        }
        if let Some(id) = home {
            context.add(id, 2.0, g);
            context.anchors.push((usize::MAX, g.coordinates(id), 1.0));
        }
        context
    }

    fn add(&mut self, id: PlaceId, weight: f64, g: &Gazetteer) {
        if let Some(code) = g.country_code(id) {
            *self.countries.entry(code.to_owned()).or_default() += weight;
        }
        if let Some(region) = g.admin1(id) {
            *self.admin1.entry(region).or_default() += weight;
        }
    }

    /// How much the other places of the article speak for a candidate.
    fn speaks_for(
        &self,
        g: &Gazetteer,
        spellings: &[Spelling],
        belief: &[f64],
        spelling: usize,
        candidate: usize,
    ) -> f64 {
        let w = &WEIGHTS;
        let s = &spellings[spelling];
        let id = s.candidates[candidate];
        // what the spelling itself added is taken off again
        let own = |same: &dyn Fn(PlaceId) -> bool| -> f64 {
            evidence(s)
                * s.candidates.iter().zip(belief).filter(|(c, b)| **b > 0.01 && same(**c)).map(|(_, b)| b).sum::<f64>()
        };
        let mut score = 0.0;
        if let Some(code) = g.country_code(id) {
            let all = self.countries.get(code).copied().unwrap_or(0.0);
            score += w.same_country * (all - own(&|c| g.country_code(c) == Some(code))).max(0.0).ln_1p();
        }
        if let Some(region) = g.admin1(id) {
            let all = self.admin1.get(&region).copied().unwrap_or(0.0);
            score += w.same_admin1 * (all - own(&|c| g.admin1(c) == Some(region))).max(0.0).ln_1p();
        }
        let at = g.coordinates(id);
        let close = |other: &&(usize, (f64, f64), f64)| other.0 != spelling && (other.1.0 - at.0).abs() < 5.0;
        let near: f64 = self.anchors.iter().filter(close).map(|a| a.2 * (-distance(at, a.1) / w.range).exp()).sum();
        score + w.near * near.ln_1p()
    }
}

/// How much speaks for a candidate before the other places of the article are looked at.
fn by_itself(g: &Gazetteer, spellings: &[Spelling], spelling: usize, candidate: usize) -> f64 {
    let w = &WEIGHTS;
    let s = &spellings[spelling];
    let id = s.candidates[candidate];
    let kind = g.kind(id);
    let mut score = w.population * (g.population(id) + 10.0).log10();
    score += match kind {
        PlaceKind::Country => w.country,
        PlaceKind::Admin1 => w.admin1,
        PlaceKind::Capital => w.capital,
        PlaceKind::Admin2 => w.admin2,
        PlaceKind::Town => 0.0,
        _ => w.table,
    };
    if s.alternate[candidate] {
        score += w.alternate;
    }
    let said = |k: &PlaceKind| match k {
        PlaceKind::Town => matches!(kind, PlaceKind::Town | PlaceKind::Capital),
        PlaceKind::Admin1 => matches!(kind, PlaceKind::Admin1 | PlaceKind::Admin2),
        other => *other == kind,
    };
    if s.kinds.iter().any(said) {
        score += w.kind;
    }
    let holds = |outer: &[usize]| {
        outer.iter().any(|&q| spellings[q].candidates.iter().take(CANDIDATES).any(|&o| contains(g, o, id)))
    };
    let held = |inner: &[usize]| inner.iter().any(|&q| spellings[q].candidates.iter().any(|&i| contains(g, id, i)));
    if holds(&s.qualifiers) || held(&s.qualified) {
        score += w.qualified;
    }
    score
}

/// Does `inner` lie in `outer`, a country or a region?
pub(super) fn contains(g: &Gazetteer, outer: PlaceId, inner: PlaceId) -> bool {
    if outer == inner {
        return false;
    }
    match g.kind(outer) {
        PlaceKind::Country => g.country_code(outer) == g.country_code(inner) && g.country_code(inner).is_some(),
        PlaceKind::Admin1 => g.admin1(outer).is_some() && g.admin1(outer) == g.admin1(inner),
        PlaceKind::Admin2 | PlaceKind::Region => {
            g.country_code(outer) == g.country_code(inner)
                && distance(g.coordinates(outer), g.coordinates(inner)) < 80.0
        }
        _ => false,
    }
}
