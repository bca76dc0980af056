//! One actor, a country or somebody with a name, and one actor's doings towards another.

use crate::ask::Ask;
use crate::cache::cached;
use crate::chart::{self, Quads};
use crate::fault::Fault;
use crate::format::{actor_address, badge, counted, encode, number};
use crate::page::{Page, page};
use crate::search::{Listed, events_table, listed, read};
use crate::{Site, pool};
use axum::extract::{Path, RawQuery, State};
use jiff::civil::Date;
use maud::{Markup, html};
use polybius_store::{Position, Query, Store};
use rusqlite::params;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// Counterparts shown on each side.
const COUNTERPARTS: usize = 12;

/// Newest events shown.
const NEWEST: usize = 12;

/// What an actor did and what was done to it, of what happened.
#[derive(Default)]
pub(crate) struct Facts {
    /// Names under which somebody is known; none for a country.
    names: Vec<(String, u64)>,
    country: Option<String>,
    sector: Option<String>,
    months: Vec<(String, Quads)>,
    /// By category: its quad class, and how often it is actor and recipient.
    categories: Vec<(String, String, u64, u64)>,
    /// To whom it did something: address, name, counts.
    towards: Vec<(String, String, Quads)>,
    /// Who did something to it.
    from: Vec<(String, String, Quads)>,
    /// Events that rest on its word.
    told: u64,
    last: Option<String>,
}

/// Three capitals are a country, or what stands for one (`IGO`).
fn is_code(who: &str) -> bool {
    who.len() == 3 && who.bytes().all(|b| b.is_ascii_uppercase())
}

fn facts(store: &Store, who: &str) -> Result<Facts, Fault> {
    let connection = store.connection();
    let mut facts = Facts::default();
    // events of the actor, once each, with its sides
    let events = if is_code(who) {
        "SELECT event, max(did) AS did, max(got) AS got FROM (SELECT event, 1 AS did, 0 AS got FROM dyads WHERE actor = ?1
         UNION ALL SELECT event, 0, 1 FROM dyads WHERE recipient = ?1) GROUP BY event"
    } else {
        "SELECT event, max(role = 'actor') AS did, max(role = 'recipient') AS got FROM participants
         WHERE actor = ?1 AND role IN ('actor', 'recipient') GROUP BY event"
    };
    let mut select = connection.prepare(&format!(
        "SELECT substr(e.day, 1, 7), e.event, e.quad, count(*), sum(x.did), sum(x.got), max(e.day)
         FROM ({events}) x CROSS JOIN events e ON e.id = x.event WHERE e.auxiliary = '' GROUP BY 1, 2, 3"
    ))?;
    let mut rows = select.query([who])?;
    let mut months: BTreeMap<String, Quads> = BTreeMap::new();
    let mut categories: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let (month, event, quad): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let n = |i| row.get::<_, i64>(i).map(|n| n as u64);
        if let Some(i) = chart::index(&quad) {
            months.entry(month).or_default()[i] += n(3)?;
        }
        let sides = categories.entry((event, quad)).or_default();
        *sides = (sides.0 + n(4)?, sides.1 + n(5)?);
        facts.last = facts.last.max(row.get(6)?);
    }
    facts.months = months.into_iter().collect();
    facts.categories = categories.into_iter().map(|((e, q), (a, r))| (e, q, a, r)).collect();
    facts.categories.sort_by_key(|(event, _, a, r)| (std::cmp::Reverse(a + r), event.clone()));
    for (towards, side, other) in [(true, "actor", "recipient"), (false, "recipient", "actor")] {
        let sql = if is_code(who) {
            format!(
                "SELECT d.{other}, d.{other}, e.quad, count(*) FROM dyads d CROSS JOIN events e ON e.id = d.event
                 WHERE d.{side} = ?1 AND d.{other} NOT IN ('', ?1) AND e.auxiliary = '' GROUP BY 1, 3"
            )
        } else {
            format!(
                "SELECT coalesce(o.actor, o.country), coalesce(o.name, o.country), e.quad, count(DISTINCT e.id)
                 FROM participants p CROSS JOIN participants o ON o.event = p.event AND o.role = '{other}'
                 CROSS JOIN events e ON e.id = p.event
                 WHERE p.actor = ?1 AND p.role = '{side}' AND coalesce(o.actor, o.country) IS NOT NULL AND e.auxiliary = '' GROUP BY 1, 3"
            )
        };
        let list = counterparts(connection, &sql, who)?;
        if towards { facts.towards = list } else { facts.from = list }
    }
    if !is_code(who) {
        let mut select = connection.prepare(
            "SELECT name, country, sector, count(*), sum(role = 'source') FROM participants WHERE actor = ?1 AND name IS NOT NULL
             GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1 LIMIT 20",
        )?;
        let mut rows = select.query([who])?;
        while let Some(row) = rows.next()? {
            facts.country = facts.country.or(row.get(1)?);
            facts.sector = facts.sector.or(row.get(2)?);
            facts.names.push((row.get(0)?, row.get::<_, i64>(3)? as u64));
            facts.told += row.get::<_, i64>(4)? as u64;
        }
    }
    Ok(facts)
}

fn counterparts(
    connection: &rusqlite::Connection,
    sql: &str,
    who: &str,
) -> Result<Vec<(String, String, Quads)>, Fault> {
    let mut found: HashMap<String, (String, Quads)> = HashMap::new();
    let mut select = connection.prepare(sql)?;
    let mut rows = select.query([who])?;
    while let Some(row) = rows.next()? {
        let entry = found.entry(row.get(0)?).or_insert((row.get(1)?, [0; 4]));
        if let Some(i) = chart::index(&row.get::<_, String>(2)?) {
            entry.1[i] += row.get::<_, i64>(3)? as u64;
        }
    }
    let mut list: Vec<(String, String, Quads)> = found.into_iter().map(|(id, (name, q))| (id, name, q)).collect();
    list.sort_by(|a, b| (b.2.iter().sum::<u64>(), &a.1).cmp(&(a.2.iter().sum::<u64>(), &b.1)));
    list.truncate(COUNTERPARTS);
    Ok(list)
}

/// The newest events of the actor, on either side.
fn newest(store: &Store, who: &str) -> Result<Vec<Listed>, Fault> {
    let mut positions: Vec<Position> = Vec::new();
    if is_code(who) {
        for side in ["actor", "recipient"] {
            let query = Query::parse(&format!("{side}:{who}")).map_err(Fault::Query)?;
            positions.extend(store.positions(&query, false, None, NEWEST)?);
        }
    } else {
        let mut select = store.connection().prepare_cached(
            "SELECT DISTINCT e.day, e.id FROM participants p CROSS JOIN events e ON e.id = p.event
             WHERE p.actor = ?1 ORDER BY e.day DESC, e.id DESC LIMIT ?2",
        )?;
        let rows = select
            .query_map(params![who, NEWEST as i64], |row| Ok(Position { day: row.get(0)?, number: row.get(1)? }))?;
        positions = rows.collect::<Result<_, _>>()?;
    }
    positions.sort_by(|a, b| (&b.day, b.number).cmp(&(&a.day, a.number)));
    positions.dedup();
    positions.truncate(NEWEST);
    listed(store, read(store, &positions)?)
}

pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    Path(who): Path<String>,
    RawQuery(address): RawQuery,
) -> Result<Markup, Fault> {
    let ask = Ask::new(address.as_deref());
    let key = who.clone();
    let facts = cached(&site, |c| &c.actors, key.clone(), move |store| facts(store, &key)).await?;
    let key = who.clone();
    let events = site.pool.read(pool::PAGE, move |store| newest(store, &key)).await?;
    if events.is_empty() {
        let name = site.world.country(&who).unwrap_or(&who);
        return Err(Fault::Missing(format!("No event of the store has {name} as actor or recipient.")));
    }
    let code = is_code(&who);
    let title = if code {
        site.world.name(&who).to_owned()
    } else {
        facts.names.first().map_or(who.clone(), |(n, _)| n.clone())
    };
    let query =
        |side: &str| if code { format!("{side}={}", encode(&who)) } else { format!("{side}={}", encode(&title)) };
    let within = |label: &str| Some(format!("/search?{}&since={label}&until={label}&status=actual", query("party")));
    let (buckets, left_out) = chart::buckets(&facts.months, within);
    let total: u64 = facts.months.iter().flat_map(|(_, q)| q).sum();
    let body = html! {
        p.lead {
            @if let Some(country) = &facts.country { a href=(actor_address(country)) { (site.world.name(country)) } ", " }
            @if let Some(sector) = &facts.sector { "sector " (sector) ", " }
            strong { (number(total)) } " events reported as having happened"
            @if facts.told > 0 {
                "; " a href={ "/search?source=" (encode(&title)) } { (counted(facts.told, "event rests", "events rest")) " on its word" }
            }
            ". " a href={ "/search?" (query("actor")) } { "What it did" } " · " a href={ "/search?" (query("recipient")) } { "what was done to it" }
        }
        @if facts.names.len() > 1 {
            p.note { "Also as " @for (i, (name, _)) in facts.names.iter().skip(1).enumerate() { @if i > 0 { ", " } (name) } "." }
        }
        @if total > 0 {
            section aria-labelledby="time" {
                h2 #time { "Relations over time" }
                figure {
                    (chart::legend(true))
                    div.scroll tabindex="0" role="region" aria-label="Chart of events over time" { (chart::balance(&buckets, 240.0)) }
                }
                (chart::left_out(left_out))
                (chart::numbers(&buckets))
            }
            section aria-labelledby="with" {
                h2 #with { "Counterparts" }
                div.halves {
                    (list("What it did, to whom", &facts.towards, &site, |other| if code { format!("/dyad/{who}/{}", encode(other)) } else { actor_address(other) }))
                    (list("What was done to it, by whom", &facts.from, &site, |other| if code { format!("/dyad/{}/{who}", encode(other)) } else { actor_address(other) }))
                }
            }
            section aria-labelledby="kinds" {
                h2 #kinds { "Categories" }
                (categories(&facts.categories, &query("actor"), &query("recipient"), "as actor", "as recipient"))
            }
        }
        section aria-labelledby="new" { h2 #new { "Newest events" } (events_table(&events)) }
        @if code { (offices(&site, &who, &ask, facts.last.as_deref())) }
    };
    let kicker = if code { format!("Country · {who}") } else { "Actor".to_owned() };
    Ok(page(Page { title: &title, kicker: Some(&kicker), ..Page::default() }, body))
}

fn list(heading: &str, all: &[(String, String, Quads)], site: &Site, address: impl Fn(&str) -> String) -> Markup {
    html! {
        div {
            h3 { (heading) }
            @if all.is_empty() { p.faint { "Nobody." } }
            @else {
                table.dyads {
                    tbody {
                        @for (id, name, quads) in all {
                            tr {
                                th scope="row" { a href=(address(id)) { (site.world.name(name)) } }
                                td.n { (number(quads.iter().sum())) }
                                td { (chart::shares(quads)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn categories(all: &[(String, String, u64, u64)], did: &str, got: &str, did_name: &str, got_name: &str) -> Markup {
    let cell = |n: u64, side: &str, event: &str| {
        html! { td.n { @if n > 0 { a href={ "/search?" (side) "&event=" (encode(event)) "&status=actual" } { (number(n)) } } @else { "–" } } }
    };
    html! {
        table.kinds {
            thead { tr { th scope="col" { "Category" } th.n scope="col" { (did_name) } th.n scope="col" { (got_name) } } }
            tbody {
                @for (event, quad, as_actor, as_recipient) in all {
                    tr { th scope="row" { (badge(event, None, quad)) } (cell(*as_actor, did, event)) (cell(*as_recipient, got, event)) }
                }
            }
        }
    }
}

/// Who held the offices of a country's government on a day: the last that the store speaks of, or the one asked for.
fn offices(site: &Site, country: &str, ask: &Ask, last: Option<&str>) -> Markup {
    let asked = ask.get("on");
    let on: Option<Date> =
        if asked.is_empty() { last.and_then(|d| d.parse().ok()) } else { polybius_reader::parse_date(asked) };
    let people = on.map(|on| site.world.in_office(country, on)).unwrap_or_default();
    if people.is_empty() && asked.is_empty() {
        return html! {};
    }
    html! {
        section aria-labelledby="office" {
            h2 #office { "In office" }
            form.period method="get" action={ (actor_address(country)) "#office" } {
                label for="on" { "On" }
                input #on name="on" value=(on.map(|d| d.to_string()).unwrap_or_else(|| asked.to_owned())) placeholder="YYYY-MM-DD" size="12";
                button type="submit" { "Show" }
            }
            @if on.is_none() { p role="alert" { "“" (asked) "” is no day; write YYYY-MM-DD." } }
            @else if people.is_empty() { p.faint { "The lexicon knows nobody in office on that day." } }
            @else {
                table {
                    thead { tr { th scope="col" { "Office" } th scope="col" { "Name" } th scope="col" { "From, to" } } }
                    tbody {
                        @for p in people {
                            tr { td { (p.office) } td { a href={ "/search?party=" (encode(&p.name)) } { (p.name) } } td { (p.tenure) } }
                        }
                    }
                }
            }
        }
    }
}

/// What one country did to another.
struct Relation {
    months: BTreeMap<String, Quads>,
    categories: BTreeMap<(String, String), u64>,
}

fn relation(store: &Store, actor: &str, recipient: &str) -> Result<Relation, Fault> {
    let mut relation = Relation { months: BTreeMap::new(), categories: BTreeMap::new() };
    let mut select = store.connection().prepare_cached(
        "SELECT substr(d.day, 1, 7), e.event, e.quad, count(*) FROM dyads d CROSS JOIN events e ON e.id = d.event
         WHERE d.actor = ?1 AND d.recipient = ?2 AND e.auxiliary = '' GROUP BY 1, 2, 3",
    )?;
    let mut rows = select.query([actor, recipient])?;
    while let Some(row) = rows.next()? {
        let (month, event, quad): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let n = row.get::<_, i64>(3)? as u64;
        if let Some(i) = chart::index(&quad) {
            relation.months.entry(month).or_default()[i] += n;
        }
        *relation.categories.entry((event, quad)).or_default() += n;
    }
    Ok(relation)
}

pub(crate) async fn show_dyad(
    State(site): State<Arc<Site>>,
    Path((actor, recipient)): Path<(String, String)>,
) -> Result<Markup, Fault> {
    if !is_code(&actor) || !is_code(&recipient) {
        return Err(Fault::Missing("A dyad is of two countries, such as /dyad/RUS/SYR.".to_owned()));
    }
    let (a, r) = (actor.clone(), recipient.clone());
    let (there, back, events) = site
        .pool
        .read(pool::PAGE, move |store| {
            let mut positions = Vec::new();
            for (x, y) in [(&a, &r), (&r, &a)] {
                let query = Query::parse(&format!("actor:{x} recipient:{y}")).map_err(Fault::Query)?;
                positions.extend(store.positions(&query, false, None, NEWEST)?);
            }
            positions.sort_by(|a: &Position, b| (&b.day, b.number).cmp(&(&a.day, a.number)));
            positions.dedup();
            positions.truncate(NEWEST);
            Ok((relation(store, &a, &r)?, relation(store, &r, &a)?, listed(store, read(store, &positions)?)?))
        })
        .await?;
    let (name, other) = (site.world.name(&actor), site.world.name(&recipient));
    if events.is_empty() {
        return Err(Fault::Missing(format!("No event of the store is between {name} and {other}.")));
    }
    let title = format!("{name} and {other}");
    let mut categories: BTreeMap<(String, String), (u64, u64)> = BTreeMap::new();
    for (key, n) in &there.categories {
        categories.entry(key.clone()).or_default().0 += n;
    }
    for (key, n) in &back.categories {
        categories.entry(key.clone()).or_default().1 += n;
    }
    let mut categories: Vec<(String, String, u64, u64)> =
        categories.into_iter().map(|((e, q), (x, y))| (e, q, x, y)).collect();
    categories.sort_by_key(|(event, _, x, y)| (std::cmp::Reverse(x + y), event.clone()));
    let direction = |x: &str, y: &str, relation: &Relation| {
        let months: Vec<(String, Quads)> = relation.months.iter().map(|(m, q)| (m.clone(), *q)).collect();
        let within =
            |label: &str| Some(format!("/search?actor={x}&recipient={y}&since={label}&until={label}&status=actual"));
        let (buckets, left_out) = chart::buckets(&months, within);
        let heading = format!("{} towards {}", site.world.name(x), site.world.name(y));
        html! {
            section aria-label=(heading) {
                h2 { a href={ "/search?actor=" (x) "&recipient=" (y) } { (heading) } }
                @if buckets.is_empty() { p.faint { "Nothing reported as having happened." } }
                @else {
                    figure {
                        (chart::legend(true))
                        div.scroll tabindex="0" role="region" aria-label={ "Chart: " (heading) } { (chart::balance(&buckets, 200.0)) }
                    }
                    (chart::left_out(left_out))
                    (chart::numbers(&buckets))
                }
            }
        }
    };
    let body = html! {
        p.lead { a href=(actor_address(&actor)) { "All of " (name) } " · " a href=(actor_address(&recipient)) { "all of " (other) } }
        (direction(&actor, &recipient, &there))
        (direction(&recipient, &actor, &back))
        section aria-labelledby="kinds" {
            h2 #kinds { "Categories" }
            (categories_of(&categories, &actor, &recipient, &site))
        }
        section aria-labelledby="new" { h2 #new { "Newest events" } (events_table(&events)) }
    };
    Ok(page(Page { title: &title, kicker: Some("Dyad"), ..Page::default() }, body))
}

fn categories_of(all: &[(String, String, u64, u64)], actor: &str, recipient: &str, site: &Site) -> Markup {
    let (there, back) =
        (format!("actor={actor}&recipient={recipient}"), format!("actor={recipient}&recipient={actor}"));
    categories(
        all,
        &there,
        &back,
        &format!("by {}", site.world.name(actor)),
        &format!("by {}", site.world.name(recipient)),
    )
}
