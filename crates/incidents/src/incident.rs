//! What the reports of an incident say, together and against each other.

use crate::mention::{Attribution, Figure, Mention, Participant, Place};
use crate::merge::Report;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// One event, as all reports of it tell it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Incident {
    /// The smallest id of its events.
    pub id: String,
    /// Ids of its events, sorted.
    pub events: Vec<String>,
    /// Numbers of its articles, sorted.
    pub articles: Vec<i64>,
    /// How many articles report it, near-copies counted as one.
    pub reports: usize,
    /// Who reports it, sorted.
    pub publishers: Vec<String>,
    /// The category that most of its events have.
    pub category: String,
    /// The mode that most of these have.
    pub mode: Option<String>,
    /// Is it planned, expected, or only possible?
    pub expected: bool,
    /// Who did it, by how many reports say so.
    pub actors: Vec<Counted<Participant>>,
    /// To whom.
    pub recipients: Vec<Counted<Participant>>,
    /// The earliest and the latest of its events' dates, `YYYY-MM-DD` or as much as is told.
    pub dates: Option<(String, String)>,
    /// The place that most reports say, the more exact the better.
    pub place: Option<Place>,
    /// The sentence that tells it best, and the id of its event.
    pub wording: String,
    /// The event that the wording is of.
    pub wording_event: String,
    /// On whose word, by how many reports rest on it.
    pub attribution: Vec<Counted<Attribution>>,
    /// People counted, by kind.
    pub figures: Vec<FigureRange>,
    /// Where the reports disagree.
    pub disagreements: Vec<Disagreement>,
}

/// A thing and how many reports say it, near-copies counted as one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Counted<T> {
    /// What they say.
    #[serde(flatten)]
    pub value: T,
    /// How many.
    pub reports: usize,
}

/// What the reports say of a number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FigureRange {
    /// `killed`, ...
    pub kind: String,
    /// The lowest number told.
    pub lowest: u64,
    /// The highest.
    pub highest: u64,
    /// The number of the report published last.
    pub latest: u64,
    /// The numbers told, by how many reports say so.
    pub told: Vec<Counted<Figure>>,
}

/// What reports disagree about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum About {
    /// When it happened.
    Date,
    /// Who did it.
    Actor,
    /// Whether it happened.
    Denial,
    /// How many were killed, ...
    Figure,
}

/// Versions that contradict each other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Disagreement {
    /// What it is about.
    pub about: About,
    /// Of a figure, its kind.
    pub kind: Option<String>,
    /// Two or more, the most told first.
    pub versions: Vec<Version>,
}

/// What some of the reports say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Version {
    /// A day, a country or name, `happened` or `denied`, a number.
    pub value: String,
    /// How many reports say so, near-copies counted as one.
    pub reports: usize,
    /// On whose word; empty where the articles say so themselves.
    pub sources: Vec<String>,
    /// The events that say so, sorted.
    pub events: Vec<String>,
}

/// A mention and the report it counts for.
type Told<'a> = (&'a Mention, Voice);

/// A group of near-copies, or an article that is in none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Voice {
    Group(i64),
    Article(i64),
}

impl Incident {
    /// The incident that these reports tell of.
    pub fn of(reports: &[&Report]) -> Self {
        let mut told: Vec<Told> = Vec::new();
        for report in reports {
            let voice = |m: &Mention| report.group.map_or(Voice::Article(m.article), Voice::Group);
            told.extend(report.mentions.iter().map(|m| (m, voice(m))));
        }
        told.sort_by(|a, b| a.0.id.cmp(&b.0.id));
        let sorted = |set: BTreeSet<String>| set.into_iter().collect::<Vec<_>>();
        let category = most(told.iter().map(|(m, v)| (m.category.clone(), *v))).unwrap_or_default();
        let of_category = || told.iter().filter(|(m, _)| m.category == category);
        let best = told.iter().max_by(|a, b| {
            let rank = |m: &Mention| (m.category == category, m.place.as_ref().is_some_and(|p| !p.guessed), named(m));
            rank(a.0).cmp(&rank(b.0)).then(a.0.confidence.total_cmp(&b.0.confidence)).then(b.0.id.cmp(&a.0.id))
        });
        Incident {
            id: told.first().map_or_else(String::new, |t| t.0.id.clone()),
            events: told.iter().map(|t| t.0.id.clone()).collect(),
            articles: told.iter().map(|t| t.0.article).collect::<BTreeSet<_>>().into_iter().collect(),
            reports: told.iter().map(|t| t.1).collect::<BTreeSet<_>>().len(),
            publishers: sorted(told.iter().filter_map(|t| t.0.publisher.clone()).collect()),
            mode: most(of_category().filter_map(|(m, v)| Some((m.mode.clone()?, *v)))),
            expected: told.iter().any(|t| t.0.auxiliary.future || t.0.auxiliary.hypothetical),
            actors: participants(&told, |m| &m.actors),
            recipients: participants(&told, |m| &m.recipients),
            dates: dates(&told),
            place: place(&told),
            wording: best.map_or_else(String::new, |t| t.0.sentence.clone()),
            wording_event: best.map_or_else(String::new, |t| t.0.id.clone()),
            attribution: counted(told.iter().flat_map(|(m, v)| m.attribution.iter().map(|a| (plain(a), *v)))),
            figures: figures(&told),
            disagreements: disagreements(&told),
            category,
        }
    }
}

/// How many sides are named.
fn named(m: &Mention) -> usize {
    let side = |list: &[Participant]| usize::from(list.iter().any(|p| p.country.is_some() || p.name.is_some()));
    side(&m.actors) + side(&m.recipients)
}

/// How many reports say each thing, most first.
fn counted<T: Ord + Clone>(said: impl Iterator<Item = (T, Voice)>) -> Vec<Counted<T>> {
    let mut voices: BTreeMap<T, BTreeSet<Voice>> = BTreeMap::new();
    for (value, voice) in said {
        voices.entry(value).or_default().insert(voice);
    }
    let mut list: Vec<Counted<T>> = voices.into_iter().map(|(value, v)| Counted { value, reports: v.len() }).collect();
    list.sort_by(|a, b| b.reports.cmp(&a.reports));
    list
}

fn most<T: Ord + Clone>(said: impl Iterator<Item = (T, Voice)>) -> Option<T> {
    counted(said).into_iter().next().map(|c| c.value)
}

/// Who takes part on a side. Those with the same name, or the same words where they have none, are one; so are words that
/// only describe somebody of a country and a sector that is named.
fn participants(told: &[Told], side: impl Fn(&Mention) -> &Vec<Participant>) -> Vec<Counted<Participant>> {
    let of_name = |p: &Participant| Participant { text: p.name.clone().unwrap_or_else(|| p.text.clone()), ..p.clone() };
    let all = counted(told.iter().flat_map(|(m, v)| side(m).iter().map(move |p| (of_name(p), *v))));
    let same = |a: &Participant, b: &Participant| {
        a.text.to_lowercase() == b.text.to_lowercase()
            || a.name.is_none() && a.country.is_some() && a.country == b.country && a.sector == b.sector
    };
    let mut list: Vec<Counted<Participant>> = Vec::new();
    // names first, that descriptions may join them
    for c in all.iter().filter(|c| c.value.name.is_some()).chain(all.iter().filter(|c| c.value.name.is_none())) {
        match list.iter_mut().find(|x| same(&c.value, &x.value)) {
            Some(known) => known.reports = known.reports.max(c.reports),
            None => list.push(c.clone()),
        }
    }
    list.sort_by(|a, b| b.reports.cmp(&a.reports));
    list
}

fn dates(told: &[Told]) -> Option<(String, String)> {
    let exact = || told.iter().filter_map(|t| t.0.date.clone()).filter(|d| d.len() == 10);
    let any = || told.iter().filter_map(|t| t.0.date.clone());
    exact().min().zip(exact().max()).or_else(|| any().min().zip(any().max()))
}

/// The place that most reports say: one of the event's own words before a guess, a town before a region or a country.
fn place(told: &[Told]) -> Option<Place> {
    let mut voices: BTreeMap<(String, bool), (BTreeSet<Voice>, &Place)> = BTreeMap::new();
    for (m, voice) in told {
        if let Some(p) = &m.place {
            voices.entry((p.name.clone(), p.guessed)).or_insert_with(|| (BTreeSet::new(), p)).0.insert(*voice);
        }
    }
    let wide = |p: &Place| matches!(p.kind.as_deref(), Some("country" | "continent"));
    let region = |p: &Place| matches!(p.kind.as_deref(), Some("admin1" | "region"));
    let rank =
        |(_, (v, p)): &(&(String, bool), &(BTreeSet<Voice>, &Place))| (!wide(p), !p.guessed, v.len(), !region(p));
    voices.iter().max_by_key(rank).map(|(_, (_, p))| (*p).clone())
}

/// A source by its name, whatever the words.
fn plain(a: &Attribution) -> Attribution {
    let text = a.who.name.clone().unwrap_or_else(|| a.who.text.clone());
    Attribution { who: Participant { text, ..a.who.clone() }, kind: a.kind.clone() }
}

fn figures(told: &[Told]) -> Vec<FigureRange> {
    let kinds: BTreeSet<&str> = told.iter().flat_map(|t| t.0.figures.iter().map(|f| &*f.kind)).collect();
    let range = |kind: &str| {
        let said =
            || told.iter().flat_map(|(m, v)| m.figures.iter().filter(|f| f.kind == kind).map(move |f| (f, *m, *v)));
        let numbers = || said().filter_map(|(f, ..)| f.low.or(f.high));
        let latest = said().filter_map(|(f, m, _)| Some((m.published, f.low.or(f.high)?))).max()?;
        Some(FigureRange {
            kind: kind.to_owned(),
            lowest: numbers().min()?,
            highest: numbers().max()?,
            latest: latest.1,
            told: counted(said().map(|(f, _, v)| (f.clone(), v))),
        })
    };
    kinds.into_iter().filter_map(range).collect()
}

/// The versions of what `say` reads off each mention, if there are two.
fn versions<'a>(told: &[Told<'a>], say: impl Fn(&'a Mention) -> Vec<String>) -> Option<Vec<Version>> {
    let mut by_value: BTreeMap<String, Vec<Told<'a>>> = BTreeMap::new();
    for t in told {
        for value in say(t.0) {
            by_value.entry(value).or_default().push(*t);
        }
    }
    if by_value.len() < 2 {
        return None;
    }
    let mut versions: Vec<Version> = by_value
        .into_iter()
        .map(|(value, told)| Version {
            value,
            reports: told.iter().map(|t| t.1).collect::<BTreeSet<_>>().len(),
            sources: told
                .iter()
                .flat_map(|t| t.0.attribution.iter().map(|a| plain(a).who.text))
                .collect::<BTreeSet<_>>()
                .into_iter()
                .collect(),
            events: told.iter().map(|t| t.0.id.clone()).collect::<BTreeSet<_>>().into_iter().collect(),
        })
        .collect();
    versions.sort_by(|a, b| b.reports.cmp(&a.reports));
    Some(versions)
}

fn disagreements(told: &[Told]) -> Vec<Disagreement> {
    let mut all = Vec::new();
    let mut add = |about, kind: Option<&str>, versions: Option<Vec<Version>>| {
        if let Some(versions) = versions {
            all.push(Disagreement { about, kind: kind.map(str::to_owned), versions });
        }
    };
    let day = |m: &Mention| m.date.iter().filter(|d| d.len() == 10).cloned().collect();
    add(About::Date, None, versions(told, day));
    // a country that no word says is no claim
    let actor = |m: &Mention| m.actors.iter().filter(|p| !p.guessed).filter_map(|p| p.country.clone()).collect();
    let actors = versions(told, actor).filter(|_| sides_differ(told));
    add(About::Actor, None, actors);
    let denial = |m: &Mention| vec![if m.auxiliary.negation { "denied" } else { "happened" }.to_owned()];
    add(About::Denial, None, versions(told, denial));
    let kinds: BTreeSet<&str> = told.iter().flat_map(|t| t.0.figures.iter().map(|f| &*f.kind)).collect();
    for kind in kinds {
        add(About::Figure, Some(kind), versions(told, |m| numbers(m, kind)).filter(|_| excluded(told, kind)));
    }
    all
}

/// The numbers of one kind, as text: `12`, `12-` for at least, `-12` for at most, `10-15`.
fn numbers(m: &Mention, kind: &str) -> Vec<String> {
    let text = |f: &Figure| match (f.low, f.high) {
        (Some(low), Some(high)) if low == high => low.to_string(),
        (low, high) => {
            let side = |n: Option<u64>| n.map_or_else(String::new, |n| n.to_string());
            format!("{}-{}", side(low), side(high))
        }
    };
    m.figures.iter().filter(|f| f.kind == kind).map(text).collect()
}

/// Do the bounds of two mentions exclude each other? A mention tells as many as the highest of its figures: two deaths more are no
/// contradiction of twelve.
fn excluded(told: &[Told], kind: &str) -> bool {
    let highest = |m: &Mention| {
        let of_kind = m.figures.iter().filter(|f| f.kind == kind);
        of_kind.map(|f| (f.low.unwrap_or(0), f.high.unwrap_or(u64::MAX))).max_by_key(|b| b.0.max(b.1.min(u64::MAX - 1)))
    };
    let bounds: Vec<(u64, u64)> = told.iter().filter_map(|t| highest(t.0)).collect();
    let lowest_top = bounds.iter().map(|b| b.1).min().unwrap_or(u64::MAX);
    bounds.iter().any(|b| b.0 > lowest_top)
}

/// Do two mentions name actors of different countries and none in common? "Germany and France met" and "Germany met France" agree.
fn sides_differ(told: &[Told]) -> bool {
    let countries = |m: &Mention| -> BTreeSet<String> {
        m.actors.iter().filter(|p| !p.guessed).filter_map(|p| p.country.clone()).collect()
    };
    let sides: BTreeSet<BTreeSet<String>> = told.iter().map(|t| countries(t.0)).filter(|c| !c.is_empty()).collect();
    sides.iter().any(|a| sides.iter().any(|b| a.is_disjoint(b)))
}
