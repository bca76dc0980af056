//! The search form and its results.

use crate::ask::{Ask, Composed, cursor};
use crate::fault::Fault;
use crate::format::{QUADS, badge, category, how_real, number, side, time};
use crate::mark::snippet;
use crate::page::{Page, page};
use crate::world::World;
use crate::{Site, incident, pool};
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{Markup, html};
use polybius_store::{EventRow, Position, Query, QueryError, Store};
use std::sync::Arc;
use std::time::Duration;

/// Events on a page.
const PAGE: usize = 50;

/// Counted up to here.
const COUNTED: usize = 10_000;

/// Counting is given up after this time: nobody waits for a number.
const COUNTING: Duration = Duration::from_millis(60);

/// Code points of evidence in a table.
const EVIDENCE: usize = 260;

/// An event in a list.
pub(crate) struct Listed {
    pub(crate) event: EventRow,
    /// How many reports tell it.
    reports: u64,
}

/// One page of an answer.
struct Answer {
    events: Vec<Listed>,
    /// Where the next page begins.
    next: Option<Position>,
    /// How many in all, `COUNTED + 1` for more than are counted; none if counting took too long.
    count: Option<usize>,
}

/// What the form offers to choose from.
struct Choices {
    categories: Vec<String>,
    contexts: Vec<String>,
}

/// The newest events of a question.
pub(crate) fn latest(store: &Store, query: &Query, limit: usize) -> Result<Vec<Listed>, Fault> {
    listed(store, read(store, &store.positions(query, false, None, limit)?)?)
}

/// Events as a list shows them.
pub(crate) fn listed(store: &Store, events: Vec<EventRow>) -> Result<Vec<Listed>, Fault> {
    events.into_iter().map(|event| Ok(Listed { reports: incident::reports(store, &event)?, event })).collect()
}

pub(crate) fn read(store: &Store, positions: &[Position]) -> Result<Vec<EventRow>, Fault> {
    let mut events = Vec::with_capacity(positions.len());
    for position in positions {
        events.extend(store.event(position.number)?);
    }
    Ok(events)
}

/// A page of events, and where the next one begins.
pub(crate) fn page_of(
    store: &Store,
    query: &Query,
    oldest: bool,
    after: Option<&Position>,
    limit: usize,
) -> Result<(Vec<EventRow>, Option<Position>), Fault> {
    let mut positions = store.positions(query, oldest, after, limit + 1)?;
    let more = positions.len() > limit;
    positions.truncate(limit);
    let next = if more { positions.last().cloned() } else { None };
    Ok((read(store, &positions)?, next))
}

pub(crate) async fn show(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Result<Response, Fault> {
    let ask = Ask::new(address.as_deref());
    let composed = ask.compose(&site.world);
    let parsed = composed.parse();
    let (oldest, after) = (ask.oldest(), ask.after()?);
    let (choices, answer) = site
        .pool
        .read(pool::PAGE, move |store| {
            let choices = Choices { categories: store.terms(&["event"])?, contexts: store.terms(&["context"])? };
            let answer = match parsed {
                Ok(query) => answer(store, &query, oldest, after.as_ref()),
                Err(error) => Err(Fault::Query(error)),
            };
            match answer {
                Ok(answer) => Ok((choices, Ok(answer))),
                // shown beside the form, for the word to be mended there
                Err(Fault::Query(error)) => Ok((choices, Err(error))),
                Err(other) => Err(other),
            }
        })
        .await?;
    let status = if answer.is_ok() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    let body = html! {
        (form(&ask, &choices, &site.world, answer.as_ref().err().map(|e| (&composed, e))))
        (chips(&ask, &site.world))
        @match &answer {
            Ok(answer) => { (results(&ask, answer)) }
            Err(_) => {}
        }
    };
    Ok((status, page(Page { title: "Search", here: "/search", ..Page::default() }, body)).into_response())
}

fn answer(store: &Store, query: &Query, oldest: bool, after: Option<&Position>) -> Result<Answer, Fault> {
    let (events, next) = page_of(store, query, oldest, after, PAGE)?;
    let events = listed(store, events)?;
    let count = match (&next, after) {
        (None, None) => Some(events.len()),
        _ => pool::timed(store, COUNTING, |store| Ok(store.how_many(query, COUNTED + 1)?)).ok(),
    };
    Ok(Answer { events, next, count })
}

fn form(ask: &Ask, choices: &Choices, world: &World, error: Option<(&Composed, &QueryError)>) -> Markup {
    let wrong = error.and_then(|(composed, error)| composed.field_of(error));
    let more = ["event", "status", "context", "publisher", "source", "confidence", "party", "quad", "mode"];
    let open = more.iter().any(|f| !ask.get(f).is_empty());
    let text = |name: &'static str, label: &str, hint: &str, list: Option<&str>, complete: Option<&str>| {
        html! {
            div.field {
                label for=(name) { (label) }
                input id=(name) name=(name) value=(ask.get(name)) placeholder=(hint) list=[list] data-complete=[complete]
                    autocomplete="off" aria-invalid=[(wrong == Some(name)).then_some("true")]
                    aria-describedby=[(wrong == Some(name)).then_some("error")];
            }
        }
    };
    let chosen = |name: &str, value: &str| ask.has(name, value);
    html! {
        form.search method="get" action="/search" role="search" aria-label="Events" {
            div.field.wide {
                label for="q" { "Words of the evidence, or a question" }
                input #q name="q" type="search" value=(ask.get("q")) placeholder="chemical weapons   or   actor:RUS -status:future"
                    autocomplete="off" aria-invalid=[(wrong == Some("q")).then_some("true")]
                    aria-describedby=[(wrong == Some("q")).then_some("error")];
            }
            (text("actor", "Actor", "Russia, REB", Some("who"), Some("names")))
            (text("recipient", "Recipient", "Syria, SYR/CVL", Some("who"), Some("names")))
            (text("place", "Place", "Aleppo, Syria", Some("where"), Some("places")))
            (text("since", "From", "2013-07", None, None))
            (text("until", "Until", "2013-12-31", None, None))
            details.more open[open] {
                summary { "More filters" }
                div.grid {
                    @for (quad, class) in QUADS {
                        @let of_quad: Vec<&String> = choices.categories.iter().filter(|c| quad_of(c) == Some(quad)).collect();
                        @if !of_quad.is_empty() {
                            fieldset {
                                legend { span.swatch.(class) {} (category(quad)) }
                                @for c in of_quad { (tick("event", c, &category(c), chosen("event", c))) }
                            }
                        }
                    }
                    @let others: Vec<&String> = choices.categories.iter().filter(|c| quad_of(c).is_none()).collect();
                    @if !others.is_empty() {
                        fieldset { legend { "Other categories" } @for c in others { (tick("event", c, &category(c), chosen("event", c))) } }
                    }
                }
                div.grid {
                    div.field {
                        label for="status" { "How real" }
                        select #status name="status" {
                            @for (value, name) in [("", "all"), ("actual", "happened"), ("future", "lies ahead"),
                                ("hypothetical", "may never be"), ("historical", "background"), ("negation", "did not happen")] {
                                option value=(value) selected[ask.get("status") == value] { (name) }
                            }
                        }
                    }
                    div.field {
                        label for="context" { "Field" }
                        select #context name="context" {
                            option value="" { "all" }
                            @for c in &choices.contexts {
                                option value=(c) selected[ask.get("context") == c] { (c.replace('_', " ")) }
                            }
                        }
                    }
                    (text("publisher", "Publisher", "The Harbour Times", None, None))
                    (text("source", "On whose word", "none, anonymous, Lavrov", Some("who"), Some("names")))
                    div.field {
                        label for="confidence" { "Confidence" }
                        select #confidence name="confidence" {
                            option value="" { "any" }
                            @for c in ["0.6", "0.7", "0.8", "0.9"] { option value=(c) selected[ask.get("confidence") == c] { "at least " (c) } }
                        }
                    }
                    // asked for by links of other pages
                    @for name in ["party", "quad", "mode"] {
                        @for value in ask.all(name) { input type="hidden" name=(name) value=(value); }
                    }
                }
            }
            div.send {
                button type="submit" { "Search" }
                label for="order" { "Order" }
                select #order name="order" {
                    option value="newest" { "newest first" }
                    option value="oldest" selected[ask.oldest()] { "oldest first" }
                }
            }
            datalist #who data-fixed { @for (code, name) in world.countries() { option value=(code) { (name) } } }
            datalist #where data-fixed { @for (code, name) in world.countries() { option value=(code) { (name) } } }
        }
        @if let Some((composed, error)) = error { (problem(&composed.text, error)) }
    }
}

/// The question with the wrong word marked, and what would be right.
fn problem(text: &str, error: &QueryError) -> Markup {
    let part = |from: usize, to: usize| text.get(from..to.min(text.len())).unwrap_or_default();
    html! {
        div.problem role="alert" {
            p #error { (error.message) @if !error.message.ends_with(['.', '?']) { "." } }
            p.question { (part(0, error.start)) mark.wrong { (part(error.start, error.end)) } (part(error.end, text.len())) }
        }
    }
}

fn tick(name: &str, value: &str, label: &str, checked: bool) -> Markup {
    html! { label.tick { input type="checkbox" name=(name) value=(value) checked[checked]; " " (label) } }
}

/// The quad class of a category of PLOVER.
fn quad_of(category: &str) -> Option<&'static str> {
    let class = match category {
        "AGREE" | "CONSULT" | "SUPPORT" | "CONCEDE" => 0,
        "COOPERATE" | "AID" | "RETREAT" => 1,
        "REQUEST" | "ACCUSE" | "REJECT" | "THREATEN" => 2,
        "PROTEST" | "SANCTION" | "MOBILIZE" | "COERCE" | "ASSAULT" => 3,
        _ => return None,
    };
    Some(QUADS[class].0)
}

/// The filters in force, each with a link that takes it away.
fn chips(ask: &Ask, world: &World) -> Markup {
    let filters: Vec<(&str, &str)> = ask.filters().collect();
    html! {
        @if !filters.is_empty() {
            ul.chips aria-label="Filters in force" {
                @for (name, value) in filters {
                    @let shown = world.country(value).unwrap_or(value);
                    li {
                        a href={ "/search" (ask.address(|n, v| n == name && v == value, &[])) }
                            aria-label={ "Remove " (label(name)) ": " (shown) } {
                            span.faint { (label(name)) } " " (shown) " " span.x aria-hidden="true" { "×" }
                        }
                    }
                }
                li { a.clear href="/search" { "Clear all" } }
            }
        }
    }
}

fn label(field: &str) -> &str {
    match field {
        "q" => "question",
        "event" => "category",
        "since" => "from",
        "source" => "on the word of",
        "context" => "field",
        "status" => "how real",
        "quad" => "class",
        other => other,
    }
}

fn results(ask: &Ask, answer: &Answer) -> Markup {
    let paged = !ask.get("after").is_empty();
    html! {
        section aria-labelledby="found" {
            h2 #found {
                @match answer.count {
                    Some(n) if n > COUNTED => { "More than " (number(COUNTED as u64)) " events" }
                    Some(n) => { (crate::format::counted(n as u64, "event", "events")) }
                    None => { "Many events" }
                }
            }
            @if answer.events.is_empty() {
                p.lead {
                    @if paged { "There is nothing more." }
                    @else if ask.is_empty() { "This store has no events yet. Fill it with " code { "polybius ingest" } "." }
                    @else { "No event of the store is like that." }
                }
                @if !ask.is_empty() && !paged {
                    p { "Take a filter away above, try a longer period, or a country (" code { "SYR" } ") instead of a name." }
                }
            } @else {
                p.downloads {
                    "Download all as "
                    a href={ "/search.csv" (ask.address(|_, _| false, &[])) } download { "CSV" } " or "
                    a href={ "/search.jsonl" (ask.address(|_, _| false, &[])) } download { "JSON Lines" }
                }
                (events_table(&answer.events))
            }
            nav.pages aria-label="Pages of results" {
                @if paged { a href={ "/search" (ask.address(|_, _| false, &[])) } { "First page" } }
                @if let Some(next) = &answer.next {
                    a.next href={ "/search" (ask.address(|_, _| false, &[("after", &cursor(next))])) } rel="next" {
                        "Next " (PAGE) " events"
                    }
                }
            }
        }
    }
}

/// Events with their evidence.
pub(crate) fn events_table(events: &[Listed]) -> Markup {
    html! {
        @if events.is_empty() { p.faint { "None." } }
        @else {
            table.events {
                thead {
                    tr { th scope="col" { "When" } th scope="col" { "What" } th scope="col" { "Who, to whom" } th scope="col" { "Evidence" } }
                }
                tbody {
                    @for Listed { event: e, reports } in events {
                        tr {
                            td.when { (time(e.date.as_deref().or(e.published.as_deref()))) }
                            td.what {
                                (badge(&e.event, e.mode.as_deref(), &e.quad))
                                @if let Some(real) = how_real(e) { span.real { (real) } }
                            }
                            td.who {
                                (side(&e.actor))
                                @if !e.recipient.is_empty() { span.to aria-label="to" { " → " } (side(&e.recipient)) }
                            }
                            td.evidence {
                                p.words { (snippet(e, EVIDENCE)) }
                                p.origin {
                                    a href={ "/article/" (e.article) "?event=" (e.number) } {
                                        (e.title.as_deref().filter(|t| !t.trim().is_empty()).unwrap_or("Untitled article"))
                                    }
                                    @if let Some(publisher) = &e.publisher { ", " (publisher) }
                                    @if let Some(place) = &e.place { " · " (place.name.as_deref().unwrap_or(&place.text)) }
                                    @if let (Some(incident), true) = (e.incident, *reports > 1) {
                                        " · " a href={ "/incident/" (incident) } { (number(*reports)) " reports" }
                                    }
                                    @if !e.attribution.is_empty() { " · on the word of " (side(&e.attribution)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polybius_coder::Lexicon;

    #[test]
    fn every_category_of_plover_has_its_quad_class() {
        let lexicon = Lexicon::embedded();
        for (kind, term) in lexicon.terms() {
            assert!(kind != "event" || quad_of(term).is_some(), "{term}");
        }
    }
}
