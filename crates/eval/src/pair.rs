//! Which coded event is which gold event.

use crate::record::{Entity, Event};
use std::collections::BTreeSet;

/// Code points between two triggers that may still mark the same event.
const WINDOW: usize = 60;

/// Categories whose two sides are compared as one set where either event has no recipient: a meeting has no fixed host.
const SYMMETRIC: &[&str] = &["CONSULT", "AGREE", "COOPERATE", "SUPPORT", "ASSAULT"];

/// A field of an entity.
pub(crate) type Field = fn(&Entity) -> Option<&str>;

pub(crate) fn country(e: &Entity) -> Option<&str> {
    e.country.as_deref()
}

pub(crate) fn sector(e: &Entity) -> Option<&str> {
    e.sector.as_deref()
}

/// The values of `fields` over the entities of a side; entities of which nothing is known are left out.
pub(crate) fn codes<'e>(side: &'e [Entity], fields: &[Field]) -> BTreeSet<Vec<Option<&'e str>>> {
    let values = |e: &'e Entity| fields.iter().map(|f| f(e)).collect::<Vec<_>>();
    side.iter().map(values).filter(|v| v.iter().any(Option::is_some)).collect()
}

/// Are the two sides of these events to be compared as one set?
pub(crate) fn as_one(gold: &Event, coded: &Event) -> bool {
    SYMMETRIC.contains(&gold.event.as_str()) && (gold.recipient.is_empty() || coded.recipient.is_empty())
}

/// Do both sides agree in these fields?
pub(crate) fn same_sides(gold: &Event, coded: &Event, fields: &[Field]) -> bool {
    let (a, r) = (codes(&gold.actor, fields), codes(&gold.recipient, fields));
    let (pa, pr) = (codes(&coded.actor, fields), codes(&coded.recipient, fields));
    if as_one(gold, coded) {
        return a.union(&r).eq(pa.union(&pr));
    }
    a == pa && r == pr
}

/// May these two mark the same event, by where their triggers stand?
pub(crate) fn near(gold: &Event, coded: &Event) -> bool {
    let range = |e: &Event| e.trigger.as_ref().and_then(|t| Some((t.start?, t.end?)));
    match (range(gold), range(coded)) {
        (Some((a, b)), Some((c, d))) => a.max(c) <= b.min(d) + WINDOW,
        _ => true,
    }
}

/// The largest one-to-one pairing of events that agree (by augmenting paths), nearest triggers first: indices of gold and coded.
pub(crate) fn pair(gold: &[&Event], coded: &[&Event], agree: &dyn Fn(&Event, &Event) -> bool) -> Vec<(usize, usize)> {
    let at = |e: &Event| e.trigger.as_ref().and_then(|t| t.start).unwrap_or(0);
    let edges: Vec<Vec<usize>> = gold
        .iter()
        .map(|g| {
            let mut to: Vec<usize> = (0..coded.len()).filter(|&j| near(g, coded[j]) && agree(g, coded[j])).collect();
            to.sort_by_key(|&j| at(coded[j]).abs_diff(at(g)));
            to
        })
        .collect();
    let mut taken: Vec<Option<usize>> = vec![None; coded.len()];
    for i in 0..gold.len() {
        place(i, &edges, &mut taken, &mut vec![false; coded.len()]);
    }
    let mut pairs: Vec<(usize, usize)> = taken.iter().enumerate().filter_map(|(j, i)| i.map(|i| (i, j))).collect();
    pairs.sort_unstable();
    pairs
}

fn place(i: usize, edges: &[Vec<usize>], taken: &mut [Option<usize>], seen: &mut [bool]) -> bool {
    for &j in &edges[i] {
        if std::mem::replace(&mut seen[j], true) {
            continue;
        }
        let free = match taken[j] {
            None => true,
            Some(other) => place(other, edges, taken, seen),
        };
        if free {
            taken[j] = Some(i);
            return true;
        }
    }
    false
}
