//! An incident: one event as all articles tell it, the reports side by side, and where they disagree.

use crate::article::number;
use crate::fault::Fault;
use crate::format::{actor_address, badge, category, counted, day, encode, how_real, named, side, time};
use crate::mark::snippet;
use crate::page::{Page, page};
use crate::{Site, pool};
use axum::extract::{Path, State};
use jiff::civil::Date;
use maud::{Markup, html};
use polybius_store::{EventRow, Store};
use rusqlite::{OptionalExtension, Row, params};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Events of an incident that are shown; no newspaper reader goes through more.
const SHOWN: usize = 300;

/// A row of the table.
pub(crate) struct Incident {
    pub(crate) number: i64,
    pub(crate) event: String,
    pub(crate) mode: Option<String>,
    pub(crate) quad: String,
    pub(crate) expected: bool,
    pub(crate) first: Option<String>,
    pub(crate) last: Option<String>,
    pub(crate) day: String,
    pub(crate) place: Option<String>,
    pub(crate) country: Option<String>,
    pub(crate) wording: String,
    pub(crate) articles: u64,
    pub(crate) reports: u64,
    pub(crate) publishers: u64,
    pub(crate) disputed: u64,
    /// Participants, attributions, figures, disagreements.
    pub(crate) summary: Value,
}

const COLUMNS: &str = "id, event, mode, quad, expected, first, last, day, place, country, wording, articles, reports, publishers, disputed, summary";

fn incident(row: &Row) -> rusqlite::Result<Incident> {
    let n = |i| row.get::<_, i64>(i).map(|n| n as u64);
    let summary: String = row.get(15)?;
    Ok(Incident {
        number: row.get(0)?,
        event: row.get(1)?,
        mode: row.get(2)?,
        quad: row.get(3)?,
        expected: row.get(4)?,
        first: row.get(5)?,
        last: row.get(6)?,
        day: row.get(7)?,
        place: row.get(8)?,
        country: row.get(9)?,
        wording: row.get(10)?,
        articles: n(11)?,
        reports: n(12)?,
        publishers: n(13)?,
        disputed: n(14)?,
        summary: serde_json::from_str(&summary).unwrap_or_default(),
    })
}

/// The incident of this number with its events, in the order in which they were published.
pub(crate) fn read(store: &Store, number: i64) -> Result<Option<(Incident, Vec<EventRow>)>, Fault> {
    let connection = store.connection();
    let found = connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM incidents WHERE id = ?1"))?
        .query_row([number], incident)
        .optional()?;
    let Some(found) = found else { return Ok(None) };
    let mut select = connection.prepare_cached("SELECT id FROM events WHERE incident = ?1 ORDER BY id LIMIT ?2")?;
    let numbers =
        select.query_map(params![number, SHOWN as i64], |row| row.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    let mut events = Vec::new();
    for number in numbers {
        events.extend(store.event(number)?);
    }
    events.sort_by(|a, b| (&a.published, a.number).cmp(&(&b.published, b.number)));
    Ok(Some((found, events)))
}

/// The newest incidents that more than one report tells; where there is none, the newest of all.
pub(crate) fn newest(store: &Store, limit: usize) -> Result<Vec<Incident>, Fault> {
    let list = |least: i64| -> Result<Vec<Incident>, Fault> {
        let mut select = store.connection().prepare_cached(&format!(
            "SELECT {COLUMNS} FROM incidents WHERE reports >= ?1 AND expected = 0 ORDER BY day DESC, id DESC LIMIT ?2"
        ))?;
        Ok(select.query_map(params![least, limit as i64], incident)?.collect::<Result<_, _>>()?)
    };
    let told_often = list(2)?;
    if told_often.is_empty() { list(1) } else { Ok(told_often) }
}

/// How many reports tell an event, itself included; 1 where it has no incident.
pub(crate) fn reports(store: &Store, event: &EventRow) -> Result<u64, Fault> {
    let Some(number) = event.incident else { return Ok(1) };
    let mut select = store.connection().prepare_cached("SELECT reports FROM incidents WHERE id = ?1")?;
    Ok(select.query_row([number], |row| row.get::<_, i64>(0)).optional()?.unwrap_or(1).max(1) as u64)
}

/// Incidents as a list.
pub(crate) fn list(incidents: &[Incident]) -> Markup {
    html! {
        table.events {
            thead { tr { th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "Where" } th scope="col" { "How it is told" } } }
            tbody {
                @for i in incidents {
                    tr {
                        td.when { (window(i)) }
                        td.what { (badge(&i.event, i.mode.as_deref(), &i.quad)) }
                        td.place-name { (i.place.as_deref().unwrap_or_default()) }
                        td.evidence {
                            p.words { a href={ "/incident/" (i.number) } { (short(&i.wording)) } }
                            p.origin {
                                (counted(i.reports, "report", "reports"))
                                @if i.disputed > 0 { " · disputed in " (counted(i.disputed, "matter", "matters")) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A sentence, cut where it gets long.
fn short(wording: &str) -> String {
    const LONGEST: usize = 220;
    let mut words = wording.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(LONGEST) {
        words.truncate(end);
        words.push('…');
    }
    words
}

fn window(i: &Incident) -> Markup {
    html! {
        @match (i.first.as_deref(), i.last.as_deref()) {
            (Some(first), Some(last)) if first != last => { (time(Some(first))) " – " (time(Some(last))) }
            (Some(first), _) => { (time(Some(first))) }
            _ => { (time(Some(&i.day))) }
        }
    }
}

pub(crate) async fn show(State(site): State<Arc<Site>>, Path(id): Path<String>) -> Result<Markup, Fault> {
    let wanted = number(&id).map_err(|_| Fault::Missing(format!("“{id}” is no number of an incident.")))?;
    let found = site.pool.read(pool::PAGE, move |store| read(store, wanted)).await?;
    let Some((i, events)) = found else {
        return Err(Fault::Missing(format!("The store has no incident {wanted}.")));
    };
    let place = i.place.as_deref().map(|p| format!(" in {p}")).unwrap_or_default();
    let title = format!(
        "{}{}{place}, {}",
        category(&i.event),
        i.mode.as_ref().map(|m| format!(" ({m})")).unwrap_or_default(),
        day(&i.day)
    );
    let body = html! {
        p.lead { "“" (short(&i.wording)) "”" }
        p {
            (badge(&i.event, i.mode.as_deref(), &i.quad)) " "
            strong { (counted(i.reports, "report", "reports")) }
            " in " (counted(i.articles, "article", "articles")) " of " (counted(i.publishers, "publisher", "publishers"))
            @if i.articles > i.reports { " (near-copies count once)" }
            @if i.expected { "; " em { "planned, expected or only possible" } }
        }
        (facts(&i, &site))
        @if i.disputed > 0 { (disagreements(&i, &events)) }
        section aria-labelledby="told" {
            h2 #told { "When it was told" }
            (timeline(&events))
        }
        section aria-labelledby="reports" {
            h2 #reports { "The reports side by side" }
            div.reports { @for (article, told) in by_article(&events) { (report(article, &told)) } }
            @if events.len() == SHOWN { p.note { "Only the first " (SHOWN) " mentions are shown." } }
        }
        p { a href={ "/search?q=incident%3A" (i.number) } { "All its events in Search" } }
    };
    Ok(page(Page { title: &title, kicker: Some("Incident"), ..Page::default() }, body))
}

/// Who, to whom, when, where, how many, on whose word, as most reports have it.
fn facts(i: &Incident, site: &Site) -> Markup {
    let list = |field: &str| -> Markup {
        let all = i.summary[field].as_array().map(Vec::as_slice).unwrap_or_default();
        html! {
            @for (n, who) in all.iter().take(8).enumerate() {
                @if n > 0 { ", " }
                (who["name"].as_str().or(who["text"].as_str()).unwrap_or_default())
                @if let Some(country) = who["country"].as_str() { " " span.codes { a href=(actor_address(country)) { (country) } } }
                @if let Some(n) = who["reports"].as_u64().filter(|n| *n > 1) { span.faint { " (" (n) ")" } }
            }
            @if all.is_empty() { span.faint { "nobody named" } }
        }
    };
    let line = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    html! {
        dl.facts {
            (line("Who", list("actors")))
            (line("To whom", list("recipients")))
            (line("When", window(i)))
            @if let Some(place) = &i.place {
                (line("Where", html! {
                    a href={ "/search?place=" (encode(place)) } { (place) }
                    @if let Some(country) = &i.country { ", " (site.world.name(country)) }
                }))
            }
            @for figure in i.summary["figures"].as_array().into_iter().flatten() {
                @let (low, high) = (figure["lowest"].as_u64().unwrap_or_default(), figure["highest"].as_u64().unwrap_or_default());
                (line(&category(figure["kind"].as_str().unwrap_or_default()), html! {
                    (crate::format::number(low))
                    @if low != high {
                        " to " (crate::format::number(high))
                        @if let Some(latest) = figure["latest"].as_u64() { span.faint { " (" (crate::format::number(latest)) " in the latest report)" } }
                    }
                }))
            }
            (line("On whose word", html! {
                @if i.summary["attribution"].as_array().is_none_or(Vec::is_empty) { "the articles’ own" } @else { (list("attribution")) }
            }))
        }
    }
}

/// What the reports contradict each other in.
fn disagreements(i: &Incident, events: &[EventRow]) -> Markup {
    let known: HashMap<i64, &EventRow> = events.iter().map(|e| (e.number, e)).collect();
    let who_says = |version: &Value| -> Vec<i64> {
        let ids = version["events"].as_array().into_iter().flatten();
        let mut publishers = HashSet::new();
        ids.filter_map(|id| id.as_str()?.parse().ok())
            .filter(|n| known.get(n).is_some_and(|e| publishers.insert(publisher(e))))
            .collect()
    };
    let about = |d: &Value| match d["about"].as_str().unwrap_or_default() {
        "date" => "When it happened".to_owned(),
        "actor" => "Who did it".to_owned(),
        "denial" => "Whether it happened".to_owned(),
        _ => format!("How many: {}", d["kind"].as_str().unwrap_or_default()),
    };
    html! {
        section aria-labelledby="disagree" {
            h2 #disagree { "Where the reports disagree" }
            div.scroll tabindex="0" role="region" aria-label="Table of versions" {
            table.disagree {
                thead { tr { th scope="col" { "About" } th scope="col" { "Version" } th.n scope="col" { "Reports" } th scope="col" { "On whose word" } th scope="col" { "Told by" } } }
                tbody {
                    @for d in i.summary["disagreements"].as_array().into_iter().flatten() {
                        @let versions = d["versions"].as_array().map(Vec::as_slice).unwrap_or_default();
                        @for (n, version) in versions.iter().enumerate() {
                            tr {
                                @if n == 0 { th scope="rowgroup" rowspan=(versions.len()) { (about(d)) } }
                                td { strong { (day(version["value"].as_str().unwrap_or_default())) } }
                                td.n { (version["reports"].as_u64().unwrap_or_default()) }
                                td {
                                    @let sources: Vec<&str> = version["sources"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
                                    @if sources.is_empty() { span.faint { "the articles’ own" } } @else { (sources.join(", ")) }
                                }
                                td {
                                    @for (k, number) in who_says(version).into_iter().take(6).enumerate() {
                                        @if k > 0 { ", " }
                                        a href={ "#m" (number) } { (known.get(&number).map(|e| publisher(e)).unwrap_or_default()) }
                                    }
                                }
                            }
                        }
                    }
                }
            }
            }
        }
    }
}

fn publisher(e: &EventRow) -> String {
    e.publisher.clone().filter(|p| !p.trim().is_empty()).unwrap_or_else(|| "unknown publisher".to_owned())
}

/// Events of one article together, in the order of publication.
fn by_article(events: &[EventRow]) -> Vec<(i64, Vec<&EventRow>)> {
    let mut articles: Vec<(i64, Vec<&EventRow>)> = Vec::new();
    for event in events {
        match articles.iter_mut().find(|(a, _)| *a == event.article) {
            Some((_, told)) => told.push(event),
            None => articles.push((event.article, vec![event])),
        }
    }
    articles
}

fn report(article: i64, told: &[&EventRow]) -> Markup {
    let Some(first) = told.first() else { return html! {} };
    html! {
        div.card role="group" aria-label={ "Report of " (publisher(first)) } {
            p.origin { strong { (publisher(first)) } ", " (time(first.published.as_deref())) }
            h3 { a href={ "/article/" (article) "?event=" (first.number) } { (first.title.as_deref().filter(|t| !t.trim().is_empty()).unwrap_or("Untitled article")) } }
            @for e in told {
                div.mention id={ "m" (e.number) } {
                    p.words { (snippet(e, 400)) }
                    p.origin {
                        (side(&e.actor)) @if !e.recipient.is_empty() { " → " (side(&e.recipient)) }
                        " · " (time(e.date.as_deref()))
                        @for f in &e.figures { " · " (f.text) " " (f.kind) }
                        @if let Some(real) = how_real(e) { " · " em { (real) } }
                        " · " @if e.attribution.is_empty() { "the article’s own word" } @else { "on the word of " (e.attribution.iter().map(named).collect::<Vec<_>>().join(", ")) }
                    }
                }
            }
        }
    }
}

/// A dot for each article on the day of its publication.
fn timeline(events: &[EventRow]) -> Markup {
    const WIDTH: f64 = 960.0;
    const SIDE: f64 = 40.0;
    let mut days: BTreeMap<Date, Vec<&EventRow>> = BTreeMap::new();
    for (_, told) in by_article(events) {
        if let Some(date) = told.first().and_then(|e| e.published.as_deref()?.parse().ok()) {
            days.entry(date).or_default().extend(told.first());
        }
    }
    let (Some(first), Some(last)) = (days.keys().next().copied(), days.keys().next_back().copied()) else {
        return html! { p.faint { "The articles have no date." } };
    };
    let length = (last - first).get_days().max(1) as f64;
    let x = |d: Date| {
        if first == last { WIDTH / 2.0 } else { SIDE + (d - first).get_days() as f64 / length * (WIDTH - 2.0 * SIDE) }
    };
    let most = days.values().map(Vec::len).max().unwrap_or(1).min(12);
    let base = most as f64 * 14.0 + 12.0;
    // labels where they do not run into each other
    let mut labelled: Vec<(Date, f64)> = Vec::new();
    for d in days.keys() {
        if labelled.last().is_none_or(|(_, at)| x(*d) - at > 110.0) {
            labelled.push((*d, x(*d)));
        }
    }
    html! {
        div.scroll tabindex="0" role="region" aria-label="Articles by day of publication" {
            svg.chart viewBox={ "0 0 " (WIDTH) " " (base + 34.0) } aria-hidden="true" focusable="false" {
                line.grid.zero x1="0" x2=(WIDTH) y1=(base) y2=(base) {}
                @for (date, told) in &days {
                    @for (n, e) in told.iter().take(12).enumerate() {
                        a href={ "#m" (e.number) } tabindex="-1" {
                            circle.(crate::format::quad(&e.quad)) cx=(format!("{:.1}", x(*date))) cy=(format!("{:.1}", base - 9.0 - n as f64 * 14.0)) r="5.5" {
                                title { (publisher(e)) ", " (day(&date.to_string())) }
                            }
                        }
                    }
                }
                @for (date, at) in &labelled {
                    text.tick x=(format!("{at:.1}")) y=(base + 20.0) text-anchor="middle" { (day(&date.to_string())) }
                }
            }
        }
    }
}
