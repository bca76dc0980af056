//! The store at a glance: relations over time, where, between whom.

use crate::ask::Ask;
use crate::cache::cached;
use crate::chart::{self, Quads};
use crate::fault::Fault;
use crate::format::{counted, encode, number, time};
use crate::map::{self, Point};
use crate::page::{Page, page};
use crate::search::{events_table, latest};
use crate::{Site, pool};
use axum::extract::{RawQuery, State};
use maud::{Markup, html};
use polybius_store::{Query, Store};
use rusqlite::params;
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

fn facts(store: &Store, since: &str, until: &str) -> Result<Facts, Fault> {
    let connection = store.connection();
    let (mut months, mut countries): (BTreeMap<String, Quads>, HashMap<String, u64>) = Default::default();
    let mut select = connection.prepare(
        "SELECT substr(day, 1, 7), quad, ifnull(place_country, ''), count(*) FROM events
         WHERE auxiliary = '' AND day BETWEEN ?1 AND ?2 GROUP BY 1, 2, 3",
    )?;
    let mut rows = select.query(params![since, until])?;
    let mut events = 0;
    while let Some(row) = rows.next()? {
        let (month, quad, country, n): (String, String, String, i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let n = n as u64;
        events += n;
        if let Some(i) = chart::index(&quad) {
            months.entry(month).or_default()[i] += n;
        }
        if !country.is_empty() {
            *countries.entry(country).or_default() += n;
        }
    }
    let mut countries: Vec<(String, u64)> = countries.into_iter().collect();
    countries.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));

    let mut select = connection.prepare(
        "SELECT place_name, ifnull(place_country, ''), max(lat), max(lon), count(*) AS n, sum(quad LIKE '%conflict') FROM events
         WHERE auxiliary = '' AND day BETWEEN ?1 AND ?2 AND lat IS NOT NULL AND lon IS NOT NULL AND place_name IS NOT NULL
         GROUP BY 1, 2 ORDER BY n DESC, 1 LIMIT ?3",
    )?;
    let places = select.query_map(params![since, until, (PLACES * 2) as i64], |row| {
        Ok(Point {
            name: row.get(0)?,
            country: row.get(1)?,
            lat: row.get(2)?,
            lon: row.get(3)?,
            events: row.get::<_, i64>(4)? as u64,
            conflict: row.get::<_, i64>(5)? as u64,
        })
    })?;
    let places = places.collect::<Result<Vec<_>, _>>()?;

    let mut dyads: HashMap<(String, String), Quads> = HashMap::new();
    let mut select = connection.prepare(
        "SELECT d.actor, d.recipient, e.quad, count(*) FROM dyads d JOIN events e ON e.id = d.event
         WHERE d.actor <> '' AND d.recipient <> '' AND d.actor <> d.recipient AND e.auxiliary = '' AND d.day BETWEEN ?1 AND ?2
         GROUP BY 1, 2, 3",
    )?;
    let mut rows = select.query(params![since, until])?;
    while let Some(row) = rows.next()? {
        let quads = dyads.entry((row.get(0)?, row.get(1)?)).or_default();
        if let Some(i) = chart::index(&row.get::<_, String>(2)?) {
            quads[i] += row.get::<_, i64>(3)? as u64;
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

/// A year, month or day of the address as the first or last day it means; all time where there is none.
fn period(ask: &Ask) -> Result<(String, String), Fault> {
    for name in ["since", "until"] {
        let value = ask.get(name);
        if !value.is_empty() {
            Query::parse(&format!("{name}:\"{}\"", value.replace('"', " "))).map_err(Fault::Query)?;
        }
    }
    let (since, until) = (ask.get("since"), ask.get("until"));
    // '9' is behind every day, month and year that begins with what was given
    Ok((if since.is_empty() { "0".to_owned() } else { since.to_owned() }, format!("{until}~")))
}

pub(crate) async fn show(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Result<Markup, Fault> {
    let ask = Ask::new(address.as_deref());
    let (since, until) = period(&ask)?;
    let key = format!("{since} {until}");
    let facts = cached(&site, |c| &c.overview, key, move |store| facts(store, &since, &until)).await?;
    let new = site.pool.read(pool::PAGE, |store| latest(store, &Query::default(), 8)).await?;
    if facts.all == 0 {
        return Ok(page(
            Page { title: "No events yet", here: "/", ..Page::default() },
            empty(&site.pool.name(), facts.articles),
        ));
    }
    let span: Vec<(&str, &str)> =
        ["since", "until"].into_iter().map(|n| (n, ask.get(n))).filter(|(_, v)| !v.is_empty()).collect();
    let search = Ask::default().address(|_, _| false, &[span.as_slice(), &[("status", "actual")]].concat());
    let within = |label: &str| Some(format!("/search?since={label}&until={label}&status=actual"));
    let (buckets, left_out) = chart::buckets(&facts.months, within);
    let mut points = facts.places.clone();
    // a country as a whole is filled, it is no place
    points.retain(|p| site.world.code(&p.name).is_none());
    points.truncate(PLACES);
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
                    (map::world(&facts.countries, &points, &site.world, &format!("/search{search}")))
                    figcaption { "Countries by events located in them; a place is the larger the more events it has." }
                }
                (countries(&facts, &site, &search))
            }
            section aria-labelledby="dyads" {
                h2 #dyads { "Busiest dyads" }
                (dyads(&facts, &site))
            }
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
                                th scope="row" { a href={ "/search" (search) "&place=" (encode(code)) } { (site.world.name(code)) } }
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
