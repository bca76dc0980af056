//! The same answers as JSON. `openapi.json` describes them; a test holds the two together.

use crate::Site;
use crate::article;
use crate::ask::{Ask, cursor};
use crate::fault::Fault;
use crate::incident;
use crate::page::{Page, page};
use crate::pool::PAGE;
use crate::search::page_of;
use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use polybius_store::{Dimension, Store, Unit, fields};
use rusqlite::OptionalExtension;
use serde_json::{Value, json};
use std::sync::Arc;

const DESCRIPTION: &str = include_str!("openapi.json");

/// Events at most in one answer, and where nobody says how many.
const MOST: usize = 1000;
const USUAL: usize = 100;

/// Names proposed for the letters typed.
const PROPOSED: usize = 12;

/// A fault as JSON.
pub(crate) struct Problem(Fault);

impl<F: Into<Fault>> From<F> for Problem {
    fn from(fault: F) -> Self {
        Problem(fault.into())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        self.0.json()
    }
}

type Answer = Result<Response, Problem>;

fn answer(value: &Value) -> Answer {
    Ok(([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response())
}

pub(crate) async fn description() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], DESCRIPTION).into_response()
}

/// A page about the API, for people.
pub(crate) async fn index() -> Markup {
    let described: Value = serde_json::from_str(DESCRIPTION).unwrap_or_default();
    let paths = described["paths"].as_object().into_iter().flatten();
    let body = html! {
        p.lead { "The pages' answers as JSON, described by " a href="/api/openapi.json" { "OpenAPI 3.1" } "." }
        table {
            thead { tr { th scope="col" { "Address" } th scope="col" { "What it gives" } } }
            tbody {
                @for (path, methods) in paths {
                    tr { td { code { (path) } } td { (methods["get"]["summary"].as_str().unwrap_or_default()) } }
                }
            }
        }
        h2 { "Questions" }
        p { "A question, " code { "q" } ", is made of terms that must all hold, such as " code { "actor:RUS recipient:SYR event:CONSULT since:2013-07" }
            ". A minus in front says that a term must not hold; alternatives stand behind a comma." }
        table {
            thead { tr { th scope="col" { "Term" } th scope="col" { "Value" } } }
            tbody { @for (name, help) in fields() { tr { td { code { (name) ":" } } td { (help) } } } }
        }
    };
    page(Page { title: "API", ..Page::default() }, body)
}

fn limit(ask: &Ask) -> Result<usize, Fault> {
    match ask.get("limit") {
        "" => Ok(USUAL),
        text => text
            .parse()
            .ok()
            .filter(|n| (1..=MOST).contains(n))
            .ok_or_else(|| Fault::Bad(format!("`limit` is a number from 1 to {MOST}"))),
    }
}

pub(crate) async fn events(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Answer {
    let ask = Ask::new(address.as_deref());
    let query = ask.compose(&site.world).parse().map_err(Fault::Query)?;
    let (oldest, after, limit) = (ask.oldest(), ask.after()?, limit(&ask)?);
    let (events, next) =
        site.pool.read(PAGE, move |store| page_of(store, &query, oldest, after.as_ref(), limit)).await?;
    answer(&json!({ "events": events, "next": next.as_ref().map(cursor) }))
}

pub(crate) async fn event(State(site): State<Arc<Site>>, Path(number): Path<String>) -> Answer {
    let missing = || Fault::Missing(format!("The store has no event {number}."));
    let wanted = number.parse().map_err(|_| missing())?;
    let event = site.pool.read(PAGE, move |store| Ok(store.event(wanted)?)).await?;
    answer(&json!(event.ok_or_else(missing)?))
}

pub(crate) async fn article(State(site): State<Arc<Site>>, Path(number): Path<String>) -> Answer {
    let wanted = article::number(&number)?;
    let read = move |store: &Store| Ok((store.article(wanted)?, store.events_of(wanted)?));
    let (article, events) = site.pool.read(PAGE, read).await?;
    let mut article = json!(article.ok_or_else(|| Fault::Missing(format!("The store has no article {number}.")))?);
    if let Some(fields) = article.as_object_mut() {
        fields.insert("events".to_owned(), json!(events));
    }
    answer(&article)
}

pub(crate) async fn incident(State(site): State<Arc<Site>>, Path(number): Path<String>) -> Answer {
    let missing = || Fault::Missing(format!("The store has no incident {number}."));
    let wanted = number.parse().map_err(|_| missing())?;
    let found = site.pool.read(PAGE, move |store| incident::read(store, wanted)).await?;
    let (i, events) = found.ok_or_else(missing)?;
    answer(&json!({
        "number": i.number, "event": i.event, "mode": i.mode, "quad": i.quad, "expected": i.expected, "first": i.first, "last": i.last,
        "day": i.day, "place": i.place, "country": i.country, "wording": i.wording, "articles": i.articles, "reports": i.reports,
        "publishers": i.publishers, "actors": i.summary["actors"], "recipients": i.summary["recipients"],
        "attribution": i.summary["attribution"], "figures": i.summary["figures"], "disagreements": i.summary["disagreements"],
        "events": events,
    }))
}

pub(crate) async fn count(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Answer {
    let ask = Ask::new(address.as_deref());
    let query = ask.compose(&site.world).parse().map_err(Fault::Query)?;
    let mut by = Vec::new();
    for name in ask.all("by").flat_map(|v| v.split(',')).map(str::trim).filter(|n| !n.is_empty()) {
        by.push(Dimension::ALL.iter().find(|d| d.name() == name).copied().ok_or_else(|| {
            let all: Vec<&str> = Dimension::ALL.iter().map(|d| d.name()).collect();
            Fault::Bad(format!("`by` does not know `{name}`; it is some of {}", all.join(", ")))
        })?);
    }
    let unit = match ask.get("of") {
        "" | "events" => Unit::Events,
        "articles" => Unit::Articles,
        "incidents" => Unit::Incidents,
        _ => return Err(Fault::Bad("`of` is one of events, articles, incidents".to_owned()).into()),
    };
    let counts = site.pool.read(PAGE, move |store| Ok(store.count(&query, &by, unit)?)).await?;
    let row = |(values, n): &(Vec<String>, u64)| {
        let mut row: serde_json::Map<String, Value> =
            counts.by.iter().zip(values).map(|(d, v)| (d.name().to_owned(), json!(v))).collect();
        row.insert("count".to_owned(), json!(n));
        Value::Object(row)
    };
    answer(&json!({ "rows": counts.rows.iter().map(row).collect::<Vec<_>>() }))
}

/// The letters that a field has so far; none proposes nothing.
fn letters(ask: &Ask) -> Option<String> {
    let like = ask.get("like");
    (!like.is_empty() && like.chars().count() <= 100).then(|| like.to_owned())
}

pub(crate) async fn names(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Answer {
    let Some(like) = letters(&Ask::new(address.as_deref())) else { return answer(&json!({ "names": [] })) };
    let names = site
        .pool
        .read(PAGE, move |store| {
            let escaped = like.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
            let mut select = store.connection().prepare_cached(
                "SELECT name, events FROM names WHERE name LIKE ?1 || '%' ESCAPE '\\' OR name LIKE '% ' || ?1 || '%' ESCAPE '\\'
                 ORDER BY events DESC, name LIMIT ?2",
            )?;
            let row = |row: &rusqlite::Row| Ok(json!({ "name": row.get::<_, String>(0)?, "events": row.get::<_, i64>(1)? }));
            let rows = select.query_map(rusqlite::params![escaped, PROPOSED as i64], row)?;
            Ok(rows.collect::<Result<Vec<_>, _>>()?)
        })
        .await?;
    answer(&json!({ "names": names }))
}

pub(crate) async fn places(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Answer {
    let Some(like) = letters(&Ask::new(address.as_deref())) else { return answer(&json!({ "places": [] })) };
    // names of places begin with capitals
    let mut chars = like.chars();
    let first: String = chars.next().into_iter().flat_map(char::to_uppercase).chain(chars).collect();
    let places = site
        .pool
        .read(PAGE, move |store| {
            // from one name to the next in the index, whatever the number of their events
            let mut select = store.connection().prepare_cached(
                "SELECT min(place_name) FROM events WHERE place_name > ?1 AND place_name < ?2 || char(1114111) AND place_name IS NOT NULL",
            )?;
            let mut found: Vec<String> = Vec::new();
            // "" is before all; the name itself is behind its letters without the last
            let mut last = first.clone();
            if has_place(store, &first)? {
                found.push(first.clone());
            }
            while found.len() < PROPOSED {
                let Some(next) = select.query_row([&last, &first], |row| row.get::<_, Option<String>>(0))? else { break };
                found.push(next.clone());
                last = next;
            }
            Ok(found)
        })
        .await?;
    answer(&json!({ "places": places }))
}

fn has_place(store: &Store, name: &str) -> Result<bool, Fault> {
    let sql = "SELECT 1 FROM events WHERE place_name = ?1 LIMIT 1";
    Ok(store.connection().prepare_cached(sql)?.query_row([name], |_| Ok(())).optional()?.is_some())
}
