//! The store at a glance: relations over time, where, between whom.

use crate::ask::Ask;
use crate::cache::cached;
use crate::chart::{self, Quads};
use crate::fault::Fault;
use crate::format::{counted, encode, number, time};
use crate::incident::{list, newest};
use crate::map::{self, Point};
use crate::page::{Page, page};
use crate::search::{events_table, latest};
use crate::{Site, pool};
use axum::extract::{RawQuery, State};
use maud::{Markup, html};
use polybius_store::{Query, Store};
use rusqlite::{Row, params};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Counts of what happened within a period.
pub(crate) struct Facts {
    events: u64,
    months: Vec<(String, Quads)>,
    countries: Vec<(String, u64)>,
    places: Vec<Point>,
    dyads: Vec<(String, String, Quads)>,
    articles: u64,
    /// Events of any status and period.
    all: u64,
}

/// Dyads and places shown.
const DYADS: usize = 12;
const PLACES: usize = 250;

/// Events of a place by which its colour is chosen.
const NEWEST: u64 = 1000;

/// A period without end and beginning.
const ALL_TIME: (&str, &str) = ("0", "~");

fn facts(store: &Store, since: &str, until: &str) -> Result<Facts, Fault> {
    let connection = store.connection();
    let n = |row: &Row, i: usize| row.get::<_, i64>(i).map(|n| n as u64);
    let mut months: BTreeMap<String, Quads> = BTreeMap::new();
    let mut select = connection.prepare(
        "SELECT month, quad, sum(events) FROM monthly_events WHERE actual = 1 AND month BETWEEN ?1 AND ?2 GROUP BY 1, 2",
    )?;
    let mut rows = select.query(params![since, until])?;
    let mut events = 0;
    while let Some(row) = rows.next()? {
        let count = n(row, 2)?;
        events += count;
        if let Some(i) = chart::index(&row.get::<_, String>(1)?) {
            months.entry(row.get(0)?).or_default()[i] += count;
        }
    }
    let mut select = connection.prepare(
        "SELECT country, sum(events) AS n FROM monthly_places WHERE country <> '' AND month BETWEEN ?1 AND ?2 GROUP BY 1 ORDER BY n DESC, 1",
    )?;
    let countries = select.query_map(params![since, until], |row| Ok((row.get(0)?, n(row, 1)?)))?;
    let countries = countries.collect::<Result<Vec<(String, u64)>, _>>()?;

    let places = places(store, since, until)?;

    let mut dyads: HashMap<(String, String), Quads> = HashMap::new();
    let mut select = connection.prepare(
        "SELECT actor, recipient, quad, sum(events) FROM monthly_dyads
         WHERE actor <> '' AND recipient <> '' AND actor <> recipient AND month BETWEEN ?1 AND ?2 GROUP BY 1, 2, 3",
    )?;
    let mut rows = select.query(params![since, until])?;
    while let Some(row) = rows.next()? {
        let quads = dyads.entry((row.get(0)?, row.get(1)?)).or_default();
        if let Some(i) = chart::index(&row.get::<_, String>(2)?) {
            quads[i] += n(row, 3)?;
        }
    }
    let mut dyads: Vec<(String, String, Quads)> = dyads.into_iter().map(|((a, b), q)| (a, b, q)).collect();
    let sum = |q: &Quads| q.iter().sum::<u64>();
    dyads.sort_by(|a, b| (sum(&b.2), &a.0, &a.1).cmp(&(sum(&a.2), &b.0, &b.1)));
    dyads.truncate(DYADS);

    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|n| n as u64);
    Ok(Facts {
        events,
        months: months.into_iter().collect(),
        countries,
        places,
        dyads,
        articles: count("SELECT count(*) FROM articles")?,
        all: count("SELECT count(*) FROM events")?,
    })
}

/// The largest places of all time, as far as something happened there in the period. Whether it was conflict is told by the newest
/// events of each.
fn places(store: &Store, since: &str, until: &str) -> Result<Vec<Point>, Fault> {
    let connection = store.connection();
    let mut select =
        connection.prepare("SELECT name, country, lat, lon, events FROM places ORDER BY events DESC LIMIT ?1")?;
    let rows = select.query_map([PLACES as i64 * 2], |row| {
        let events = row.get::<_, i64>(4)? as u64;
        Ok(Point { name: row.get(0)?, country: row.get(1)?, lat: row.get(2)?, lon: row.get(3)?, events, conflict: 0 })
    })?;
    let mut places = rows.collect::<Result<Vec<_>, _>>()?;
    let mut newest = connection.prepare(
        "SELECT count(*), ifnull(sum(conflict), 0) FROM (SELECT quad LIKE '%conflict' AS conflict
         FROM events INDEXED BY events_place_name WHERE place_name = ?1 AND day BETWEEN ?2 AND ?3 AND place_country IS ?4
           AND lat = ?5 AND lon = ?6 AND place_kind <> 'country' ORDER BY day DESC LIMIT ?7)",
    )?;
    let mut all = connection.prepare("SELECT count(*) FROM events WHERE place_name = ?1 AND day BETWEEN ?2 AND ?3")?;
    for p in &mut places {
        let country = Some(&p.country).filter(|c| !c.is_empty());
        let (n, conflict) = newest
            .query_row(params![p.name, since, until, country, p.lat, p.lon, NEWEST as i64], |row| {
                Ok((row.get::<_, i64>(0)? as u64, row.get::<_, i64>(1)? as u64))
            })?;
        let whole = if n < NEWEST {
            n
        } else if (since, until) == ALL_TIME {
            p.events
        } else {
            all.query_row([p.name.as_str(), since, until], |row| row.get::<_, i64>(0))? as u64
        };
        (p.events, p.conflict) = (whole, (conflict as f64 / n.max(1) as f64 * whole as f64).round() as u64);
    }
    places.retain(|p| p.events > 0);
    places.sort_by_key(|p| std::cmp::Reverse(p.events));
    places.truncate(PLACES);
    Ok(places)
}

/// The first and the last month of the address, as texts that months and days can be compared with.
fn period(ask: &Ask) -> Result<(String, String), Fault> {
    for name in ["since", "until"] {
        let value = ask.get(name);
        if !value.is_empty() {
            Query::parse(&format!("{name}:\"{}\"", value.replace('"', " "))).map_err(Fault::Query)?;
        }
    }
    let month = |value: &str| value.get(..7).unwrap_or(value).to_owned();
    let (since, until) = (month(ask.get("since")), month(ask.get("until")));
    // '~' is behind every day and month that begins with what was given
    Ok((if since.is_empty() { ALL_TIME.0.to_owned() } else { since }, format!("{until}~")))
}

pub(crate) async fn show(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Result<Markup, Fault> {
    let ask = Ask::new(address.as_deref());
    let (since, until) = period(&ask)?;
    let key = format!("{since} {until}");
    let facts = cached(&site, |c| &c.overview, key, move |store| facts(store, &since, &until)).await?;
    let (incidents, new) =
        site.pool.read(pool::PAGE, |store| Ok((newest(store, 8)?, latest(store, &Query::default(), 8)?))).await?;
    if facts.all == 0 {
        return Ok(page(
            Page { title: "No events yet", here: "/", ..Page::default() },
            empty(&site.pool.name(), facts.articles),
        ));
    }
    let span: Vec<(&str, &str)> =
        ["since", "until"].into_iter().map(|n| (n, ask.get(n))).filter(|(_, v)| !v.is_empty()).collect();
    let search = Ask::default().address(|_, _| false, &span);
    let within = |label: &str| Some(format!("/search?since={label}&until={label}&status=actual"));
    let (buckets, left_out) = chart::buckets(&facts.months, within);
    let body = html! {
        p.lead {
            strong { (number(facts.events)) } " events reported as having happened"
            @if !span.is_empty() { " in this period" }
            ", of " (counted(facts.all, "mention", "mentions")) " of events in " (counted(facts.articles, "article", "articles")) "."
        }
        form.period method="get" action="/" role="search" aria-label="Period" {
            label for="since" { "From" }
            input #since name="since" value=(ask.get("since")) placeholder="YYYY-MM" size="10" inputmode="numeric";
            label for="until" { "to" }
            input #until name="until" value=(ask.get("until")) placeholder="YYYY-MM" size="10" inputmode="numeric";
            button type="submit" { "Show" }
            @if !span.is_empty() { a href="/" { "All time" } }
        }
        @if facts.events == 0 {
            p { "Nothing happened in this period, as far as the store knows. " a href="/" { "See all time" } "." }
        } @else {
            section aria-labelledby="time" {
                h2 #time { "Cooperation and conflict over time" }
                figure {
                    (chart::legend(true))
                    div.scroll tabindex="0" role="region" aria-label="Chart of events over time" { (chart::balance(&buckets, 300.0)) }
                    figcaption { "Events by " (if buckets.first().is_some_and(|b| b.label.len() == 4) { "year" } else { "month" })
                        ": cooperation above the line, conflict below; the line is the balance of both." }
                }
                (chart::left_out(left_out))
                (chart::numbers(&buckets))
            }
            section aria-labelledby="where" {
                h2 #where { "Where it happened" }
                figure {
                    (map::world(&facts.countries, &facts.places, &site.world, &format!("/search{search}")))
                    figcaption { "Countries by events located in them; a place is the larger the more events it has. What is planned or denied counts too." }
                }
                (countries(&facts, &site, &search))
            }
            section aria-labelledby="dyads" {
                h2 #dyads { "Busiest dyads" }
                (dyads(&facts, &site))
            }
        }
        @if !incidents.is_empty() {
            section aria-labelledby="incidents" { h2 #incidents { "Newest incidents" } (list(&incidents)) }
        }
        section aria-labelledby="new" {
            h2 #new { "Newest events" }
            (events_table(&new))
            p { a href="/search" { "Search all events" } }
        }
    };
    Ok(page(Page { title: "Overview", kicker: Some(&site.pool.name()), here: "/", ..Page::default() }, body))
}

fn countries(facts: &Facts, site: &Site, search: &str) -> Markup {
    html! {
        details.numbers {
            summary { "The numbers" }
            div.scroll tabindex="0" role="region" aria-label="Events by country" {
                table {
                    thead { tr { th scope="col" { "Country" } th.n scope="col" { "Events" } } }
                    tbody {
                        @for (code, n) in &facts.countries {
                            tr {
                                th scope="row" { a href={ "/search?place=" (encode(code)) (search.replacen('?', "&", 1)) } { (site.world.name(code)) } }
                                td.n { (number(*n)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn dyads(facts: &Facts, site: &Site) -> Markup {
    html! {
        @if facts.dyads.is_empty() { p { "No event is between two countries." } }
        @else {
            (chart::legend(false))
            table.dyads {
                thead { tr { th scope="col" { "Who, to whom" } th.n scope="col" { "Events" } th scope="col" { "Of what kind" } } }
                tbody {
                    @for (actor, recipient, quads) in &facts.dyads {
                        tr {
                            th scope="row" {
                                a href={ "/dyad/" (encode(actor)) "/" (encode(recipient)) } {
                                    (site.world.name(actor)) " → " (site.world.name(recipient))
                                }
                            }
                            td.n { (number(quads.iter().sum())) }
                            td { (chart::shares(quads)) }
                        }
                    }
                }
            }
        }
    }
}

fn empty(store: &str, articles: u64) -> Markup {
    html! {
        p.lead {
            @if articles == 0 { "This store is empty." } @else { "The articles of this store, " (number(articles)) ", say no event." }
        }
        p { "Fill it with articles, then reload this page:" }
        pre tabindex="0" { code { "polybius ingest --store " (store) " FOLDER-OR-FILE" } }
        p { "Or " a href="/explain" { "paste a text" } " to see how it would be coded." }
    }
}

/// Counts what the first visitor will see.
pub(crate) async fn warm(site: Arc<Site>) {
    let _ = show(State(site.clone()), RawQuery(None)).await;
    let _ = crate::quality::show(State(site), RawQuery(None)).await;
}

/// From when to when, in words.
pub(crate) fn period_of(first: &str, last: &str) -> Markup {
    html! { (time(Some(first))) @if first != last { " to " (time(Some(last))) } }
}
