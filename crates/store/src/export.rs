//! Events in the column layouts that scripts for other event data sets read: POLECAT, ICEWS and GDELT 2.0. What each layout
//! cannot say, and what we have to leave empty, stands in docs/export.md.

use crate::query::{AskError, Query};
use crate::read::{EventRow, Order, ParticipantRow};
use crate::{Store, StoreError};
use std::collections::HashMap;
use std::io::{self, Write};
use thiserror::Error;

/// A column layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// The weekly files of POLECAT: 40 columns, tab, header, `None` for what is missing; a row an event.
    Polecat,
    /// The yearly files of ICEWS: 20 columns, tab, header, empty for what is missing; a row a pair of source and target.
    Icews,
    /// The event files of GDELT 2.0: 61 columns, tab, no header; a row a pair of actors.
    Gdelt,
}

/// Why an export broke off.
#[derive(Debug, Error)]
pub enum ExportError {
    /// The question cannot be answered.
    #[error(transparent)]
    Ask(#[from] AskError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file cannot be written.
    #[error("the export cannot be written: {0}")]
    Write(#[from] io::Error),
}

/// What is known of a country beside its ISO code.
#[derive(Clone, Copy, Debug)]
struct Country {
    name: &'static str,
    fips: &'static str,
    cow: &'static str,
}

fn countries() -> HashMap<&'static str, Country> {
    let line = |line: &'static str| {
        let mut columns = line.split('\t');
        let mut next = || columns.next().unwrap_or_default();
        (next(), Country { name: next(), fips: next(), cow: next() })
    };
    include_str!("export/countries.tsv").lines().filter(|l| !l.starts_with('#')).map(line).collect()
}

/// The root categories of CAMEO (Schrodt 2012, chapter 2), `01` first.
const ROOTS: [&str; 20] = [
    "Make public statement",
    "Appeal",
    "Express intent to cooperate",
    "Consult",
    "Engage in diplomatic cooperation",
    "Engage in material cooperation",
    "Provide aid",
    "Yield",
    "Investigate",
    "Demand",
    "Disapprove",
    "Reject",
    "Threaten",
    "Protest",
    "Exhibit force posture",
    "Reduce relations",
    "Coerce",
    "Assault",
    "Fight",
    "Use unconventional mass violence",
];

impl Store {
    /// Writes the events that a question asks for, in the order of the store; returns the number of rows.
    pub fn export(&self, query: &Query, layout: Layout, out: &mut dyn Write) -> Result<usize, ExportError> {
        let countries = countries();
        let mut rows = 0;
        match layout {
            Layout::Polecat => line(out, &POLECAT.map(str::to_owned))?,
            Layout::Icews => line(out, &ICEWS.map(str::to_owned))?,
            Layout::Gdelt => {}
        }
        let mut numbers = self.event_numbers(query, Order::Oldest, usize::MAX, 0)?;
        numbers.sort_unstable();
        for number in numbers {
            let Some(event) = self.event(number)? else { continue };
            match layout {
                Layout::Polecat => {
                    line(out, &polecat(&event, &countries))?;
                    rows += 1;
                }
                Layout::Icews => {
                    for (source, target) in pairs(&event) {
                        line(out, &icews(&event, source, target, &countries))?;
                        rows += 1;
                    }
                }
                Layout::Gdelt => {
                    for (index, (source, target)) in pairs(&event).into_iter().enumerate() {
                        line(out, &gdelt(&event, index, source, target, &countries))?;
                        rows += 1;
                    }
                }
            }
        }
        out.flush()?;
        Ok(rows)
    }
}

/// Tabs and line ends inside a value would tear the row.
fn line(out: &mut dyn Write, values: &[String]) -> io::Result<()> {
    let clean: Vec<String> = values
        .iter()
        .map(|v| {
            if v.contains(['\t', '\n', '\r']) { v.split_whitespace().collect::<Vec<_>>().join(" ") } else { v.clone() }
        })
        .collect();
    writeln!(out, "{}", clean.join("\t"))
}

/// Each actor with each recipient; where all sides are actors, each with each of the others, as these data sets have it.
fn pairs(event: &EventRow) -> Vec<(Option<&ParticipantRow>, Option<&ParticipantRow>)> {
    let (actors, recipients) = (&event.actor, &event.recipient);
    if recipients.is_empty() && actors.len() > 1 {
        let others = |i: usize| (0..actors.len()).filter(move |&j| j != i);
        return (0..actors.len()).flat_map(|i| others(i).map(move |j| (Some(&actors[i]), Some(&actors[j])))).collect();
    }
    let or_none = |side: &'_ [ParticipantRow]| -> Vec<Option<usize>> {
        if side.is_empty() { vec![None] } else { (0..side.len()).map(Some).collect() }
    };
    let mut all = Vec::new();
    for a in or_none(actors) {
        for r in or_none(recipients) {
            all.push((a.map(|i| &actors[i]), r.map(|i| &recipients[i])));
        }
    }
    all
}

fn name(p: &ParticipantRow) -> &str {
    p.name.as_deref().unwrap_or(&p.text)
}

/// The day, as far as it is told; else that of publication.
fn day(event: &EventRow) -> String {
    let date = event.date.as_deref().or(event.published.as_deref()).unwrap_or_default();
    match date.len() {
        4 => format!("{date}-01-01"),
        7 => format!("{date}-01"),
        _ => date.to_owned(),
    }
}

/// Town, district and province: our gazetteer tells towns from provinces.
fn town_and_province(event: &EventRow) -> (&str, &str) {
    match &event.place {
        Some(p) => match (p.kind.as_deref(), p.name.as_deref()) {
            (Some("country" | "continent"), _) | (_, None) => ("", ""),
            (Some("admin1" | "region"), Some(name)) => ("", name),
            (_, Some(name)) => (name, ""),
        },
        None => ("", ""),
    }
}

const POLECAT: [&str; 40] = [
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Intensity",
    "Quad Code",
    "Contexts",
    "Actor Name",
    "Actor Country",
    "Actor COW",
    "Primary Actor Sector",
    "Actor Sectors",
    "Actor Title",
    "Actor Name Raw",
    "Wikipedia Actor ID",
    "Recipient Name",
    "Recipient Country",
    "Recipient COW",
    "Primary Recipient Sector",
    "Recipient Sectors",
    "Recipient Title",
    "Recipient Name Raw",
    "Wikipedia Recipient ID",
    "Placename",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
    "GeoNames ID",
    "Raw Placename",
    "Feature Type",
    "Source",
    "Publication Date",
    "Story People",
    "Story Organizations",
    "Story Locations",
    "Language",
    "Version",
];

fn polecat(event: &EventRow, countries: &HashMap<&str, Country>) -> [String; 40] {
    let none = |text: &str| if text.is_empty() { "None".to_owned() } else { text.to_owned() };
    let optional = |text: Option<&str>| none(text.unwrap_or_default());
    let each = |side: &[ParticipantRow], get: &dyn Fn(&ParticipantRow) -> Option<String>| {
        none(&side.iter().filter_map(get).collect::<Vec<_>>().join("; "))
    };
    let cow =
        |p: &ParticipantRow| countries.get(p.country.as_deref()?).map(|c| c.cow.to_owned()).filter(|c| !c.is_empty());
    let side = |side: &[ParticipantRow]| -> [String; 8] {
        let sectors: Vec<&str> = side.iter().filter_map(|p| p.sector.as_deref()).collect();
        [
            each(side, &|p| Some(name(p).to_owned())),
            each(side, &|p| p.country.clone()),
            each(side, &cow),
            optional(sectors.first().copied()),
            none(&sectors.join("; ")),
            "None".to_owned(),
            each(side, &|p| Some(p.text.clone())),
            "None".to_owned(),
        ]
    };
    let place = event.place.as_ref();
    let number = |n: Option<f64>| none(&n.map(|n| n.to_string()).unwrap_or_default());
    let (town, province) = town_and_province(event);
    let [a1, a2, a3, a4, a5, a6, a7, a8] = side(&event.actor);
    let [r1, r2, r3, r4, r5, r6, r7, r8] = side(&event.recipient);
    [
        event.id.clone(),
        none(&day(event)),
        event.event.clone(),
        optional(event.mode.as_deref()),
        event.score.to_string(),
        event.quad.to_uppercase(),
        none(&event.context.join("; ")),
        a1,
        a2,
        a3,
        a4,
        a5,
        a6,
        a7,
        a8,
        r1,
        r2,
        r3,
        r4,
        r5,
        r6,
        r7,
        r8,
        optional(place.and_then(|p| p.name.as_deref())),
        none(town),
        "None".to_owned(),
        none(province),
        optional(place.and_then(|p| p.country.as_deref())),
        number(place.and_then(|p| p.lat)),
        number(place.and_then(|p| p.lon)),
        none(&place.and_then(|p| p.geonames).map(|g| g.to_string()).unwrap_or_default()),
        optional(place.map(|p| p.text.as_str())),
        optional(place.and_then(|p| p.kind.as_deref())),
        optional(event.publisher.as_deref()),
        optional(event.published.as_deref()),
        "None".to_owned(),
        "None".to_owned(),
        "None".to_owned(),
        "en".to_owned(),
        format!("Polybius {}", env!("CARGO_PKG_VERSION")),
    ]
}

const ICEWS: [&str; 20] = [
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "Event Text",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "Story ID",
    "Sentence Number",
    "Publisher",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
];

fn icews(
    event: &EventRow,
    source: Option<&ParticipantRow>,
    target: Option<&ParticipantRow>,
    countries: &HashMap<&str, Country>,
) -> [String; 20] {
    let country = |code: Option<&str>| {
        let code = code.unwrap_or_default();
        countries.get(code).map_or(code, |c| c.name).to_owned()
    };
    let who = |p: Option<&ParticipantRow>| -> [String; 3] {
        [
            p.map(|p| name(p).to_owned()).unwrap_or_default(),
            p.and_then(|p| p.sector.clone()).unwrap_or_default(),
            country(p.and_then(|p| p.country.as_deref())),
        ]
    };
    let root = event
        .cameo
        .as_deref()
        .and_then(|c| c.get(..2)?.parse::<usize>().ok())
        .and_then(|r| ROOTS.get(r.checked_sub(1)?));
    let place = event.place.as_ref();
    let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
    let (town, province) = town_and_province(event);
    let ([s1, s2, s3], [t1, t2, t3]) = (who(source), who(target));
    [
        event.number.to_string(),
        day(event),
        s1,
        s2,
        s3,
        root.map_or_else(|| event.event.clone(), |r| (*r).to_owned()),
        event.cameo.clone().unwrap_or_default(),
        event.score.to_string(),
        t1,
        t2,
        t3,
        event.article.to_string(),
        (event.sentence_index + 1).to_string(),
        event.publisher.clone().unwrap_or_default(),
        town.to_owned(),
        String::new(),
        province.to_owned(),
        country(place.and_then(|p| p.country.as_deref())),
        number(place.and_then(|p| p.lat)),
        number(place.and_then(|p| p.lon)),
    ]
}

/// CAMEO's role for a sector of PLOVER.
fn cameo_role(sector: &str) -> &str {
    match sector {
        "JRN" => "MED",
        "MED" => "HLH",
        "PRM" => "MIL",
        "PTY" => "OPP",
        other => other,
    }
}

fn gdelt(
    event: &EventRow,
    index: usize,
    source: Option<&ParticipantRow>,
    target: Option<&ParticipantRow>,
    countries: &HashMap<&str, Country>,
) -> Vec<String> {
    let day = day(event);
    let digits: String = day.chars().filter(char::is_ascii_digit).collect();
    let fraction = match (day.get(..4), day.parse::<jiff::civil::Date>()) {
        (Some(year), Ok(date)) => format!("{year}.{:04}", (i32::from(date.day_of_year()) - 1) * 10_000 / 365),
        _ => String::new(),
    };
    let mut row = vec![
        // a row each for the pairs of an event, whose ids must differ
        (event.number * 100 + (index as i64).min(99)).to_string(),
        digits.clone(),
        digits.get(..6).unwrap_or_default().to_owned(),
        digits.get(..4).unwrap_or_default().to_owned(),
        fraction,
    ];
    for p in [source, target] {
        let country = p.and_then(|p| p.country.as_deref()).unwrap_or_default();
        let sector = p.and_then(|p| p.sector.as_deref()).map(cameo_role).unwrap_or_default();
        let role = if sector == country { "" } else { sector };
        row.push(format!("{country}{role}"));
        row.push(p.map(|p| name(p).to_uppercase()).unwrap_or_default());
        row.push(country.to_owned());
        row.extend([const { String::new() }; 4]);
        row.push(role.to_owned());
        row.extend([const { String::new() }; 2]);
    }
    let cameo = event.cameo.as_deref().unwrap_or_default();
    let quad = ["verbal cooperation", "material cooperation", "verbal conflict", "material conflict"]
        .iter()
        .position(|q| *q == event.quad)
        .map_or(String::new(), |q| (q + 1).to_string());
    row.extend([
        "1".to_owned(),
        cameo.to_owned(),
        cameo.get(..3).unwrap_or(cameo).to_owned(),
        cameo.get(..2).unwrap_or(cameo).to_owned(),
        quad,
        event.score.to_string(),
        "1".to_owned(),
        "1".to_owned(),
        "1".to_owned(),
        "0".to_owned(),
    ]);
    // of actors no place is told
    for _ in 0..2 {
        row.push("0".to_owned());
        row.extend([const { String::new() }; 7]);
    }
    match &event.place {
        Some(place) => {
            let fips = place.country.as_deref().and_then(|c| countries.get(c)).map_or("", |c| c.fips);
            let kind = match place.kind.as_deref() {
                Some("country" | "continent") => "1",
                Some("admin1" | "region") => "5",
                _ if place.lat.is_none() => "1",
                _ => "4",
            };
            let number = |n: Option<f64>| n.map(|n| n.to_string()).unwrap_or_default();
            row.push(kind.to_owned());
            row.push(place.name.clone().unwrap_or_else(|| place.text.clone()));
            row.extend([fips.to_owned(), String::new(), String::new()]);
            row.extend([number(place.lat), number(place.lon)]);
            row.push(place.geonames.map(|g| g.to_string()).unwrap_or_default());
        }
        None => {
            row.push("0".to_owned());
            row.extend([const { String::new() }; 7]);
        }
    }
    let published: String =
        event.published.as_deref().unwrap_or_default().chars().filter(char::is_ascii_digit).collect();
    row.push(if published.is_empty() { String::new() } else { format!("{published}000000") });
    row.push(event.url.clone().unwrap_or_default());
    row
}
