//! An article with its events marked in place.

use crate::ask::Ask;
use crate::fault::Fault;
use crate::format::{badge, how_real, side, time};
use crate::mark::{self, Kind, Mark, Text, marked};
use crate::page::{Page, page};
use crate::{Site, incident, pool};
use axum::extract::{Path, RawQuery, State};
use maud::{Markup, html};
use polybius_coder::Coder;
use polybius_store::{ArticleRow, EventRow};
use polybius_text::{Article, CodePoints, Paragraph, Role, Span};
use std::sync::Arc;

/// Code points of a text that are shown; what is longer is no news article.
const SHOWN: usize = 300_000;

/// In a longer text dates are not looked for when it is shown.
const DATED: usize = 60_000;

pub(crate) fn number(text: &str) -> Result<i64, Fault> {
    text.parse().map_err(|_| Fault::Missing(format!("“{text}” is no number of an article; each has one in the store.")))
}

pub(crate) async fn show(
    State(site): State<Arc<Site>>,
    Path(article): Path<String>,
    RawQuery(address): RawQuery,
) -> Result<Markup, Fault> {
    let article = number(&article)?;
    let wanted = Ask::new(address.as_deref()).get("event").parse::<i64>().ok();
    let coder = site.coder;
    let found = site
        .pool
        .read(pool::PAGE, move |store| {
            let Some(row) = store.article(article)? else { return Ok(None) };
            let events = store.events_of(article)?;
            let reports = events.iter().map(|e| incident::reports(store, e)).collect::<Result<Vec<u64>, Fault>>()?;
            let copies = copies(store, &row)?;
            let mut marks = mark::of_events(&events);
            marks.extend(dates(coder, &row));
            Ok(Some((row, events, reports, marks, copies)))
        })
        .await?;
    let Some((row, events, reports, marks, copies)) = found else {
        return Err(Fault::Missing(format!("The store has no article {article}.")));
    };
    Ok(draw(&row, &events, &reports, &marks, &copies, wanted))
}

/// Near-copies of an article: number, publisher, day.
type Copy = (i64, Option<String>, Option<String>);

fn copies(store: &polybius_store::Store, row: &ArticleRow) -> Result<Vec<Copy>, Fault> {
    let first = row.copy_of.unwrap_or(row.number);
    let mut select = store.connection().prepare_cached(
        "SELECT id, publisher, published FROM articles WHERE copy_of = ?1 AND id <> ?2
         UNION ALL SELECT id, publisher, published FROM articles WHERE id = ?1 AND id <> ?2 LIMIT 20",
    )?;
    let rows = select.query_map([first, row.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The time expressions and reporting words of an article, which the store does not keep: found anew.
fn dates(coder: &Coder, row: &ArticleRow) -> Vec<Mark> {
    let text = Text::new(&row.text);
    let byte = |at: usize| text.slice(0, at).len();
    if row.text.len() > DATED {
        return Vec::new();
    }
    let paragraphs = row.paragraphs.iter().filter(|(start, end, _)| start < end).map(|(start, end, role)| Paragraph {
        span: Span::new(byte(*start), byte(*end)),
        role: match role.as_str() {
            "body" => Role::Body,
            _ => Role::Boilerplate,
        },
    });
    let article = Article {
        text: row.text.clone(),
        paragraphs: paragraphs.collect(),
        date: row.published.as_deref().and_then(polybius_reader::parse_date),
        ..Article::default()
    };
    let (_, layers) = coder.code_with_layers(&article);
    let points = CodePoints::new(&article.text);
    let at = |byte| points.at(&article.text, byte);
    let mark = |span: Span, kind| Mark { start: at(span.start), end: at(span.end), kind, event: None };
    let dates = layers.dates.iter().map(|d| mark(d.span, Kind::Date));
    dates.chain(layers.attributions.iter().map(|a| mark(a.cue, Kind::Cue))).collect()
}

fn draw(
    row: &ArticleRow,
    events: &[EventRow],
    reports: &[u64],
    marks: &[Mark],
    copies: &[Copy],
    wanted: Option<i64>,
) -> Markup {
    let title = row.title.as_deref().map(str::trim).filter(|t| !t.is_empty()).unwrap_or("Untitled article");
    let text = Text::new(&row.text);
    let body = html! {
        p.byline {
            @if let Some(publisher) = &row.publisher { strong { (publisher) } ", " }
            (time(row.published.as_deref()))
            @if let Some(url) = row.url.as_deref().filter(|u| is_web(u)) { " · " a href=(url) rel="noreferrer noopener external" { "where it stood" } }
        }
        @if !copies.is_empty() {
            p.note {
                @if row.copy_of.is_some() { "A near-copy of an earlier article: " } @else { "Reprinted: " }
                @for (i, (number, publisher, day)) in copies.iter().enumerate() {
                    @if i > 0 { "; " }
                    a href={ "/article/" (number) } { (publisher.as_deref().unwrap_or("unknown publisher")) }
                    " " (time(day.as_deref()))
                }
            }
        }
        ul.legend.marks aria-label="What is marked" {
            @for (_, class, what) in Kind::ALL { li { span.(class).mx[class == "trigger"] { (what) } } }
        }
        div.reading {
            article.story tabindex="0" aria-label="The article" {
                @for (start, end, role) in row.paragraphs.iter().filter(|p| p.0 < SHOWN) {
                    @let words = marked(&text, *start, (*end).min(SHOWN), marks, events);
                    @match role.as_str() {
                        "body" => { p { (words) } }
                        "title" => { p.headline { (words) } }
                        other => { p.aside { span.role { (aside(other)) } " " (words) } }
                    }
                }
                @if !text.slice(SHOWN, usize::MAX).is_empty() { p.note { "The rest of this very long text is not shown." } }
            }
            section.cards aria-labelledby="events" {
                h2 #events { (crate::format::counted(events.len() as u64, "event", "events")) }
                @if events.is_empty() {
                    p { "No event was coded in this article. " a href="/explain" { "Explain" } " tells why a sentence has none: paste it there." }
                }
                @for (index, (event, reports)) in events.iter().zip(reports).enumerate() { (card(index, event, *reports, wanted == Some(event.number))) }
            }
        }
    };
    page(Page { title, kicker: Some("Article"), ..Page::default() }, body)
}

/// Is it an address that may be a link?
pub(crate) fn is_web(url: &str) -> bool {
    url.starts_with("https://") || url.starts_with("http://")
}

fn aside(role: &str) -> &'static str {
    match role {
        "caption" => "caption",
        "byline" => "byline",
        _ => "not the story",
    }
}

fn card(index: usize, e: &EventRow, reports: u64, wanted: bool) -> Markup {
    let n = index + 1;
    let line = |name: &str, value: Markup| html! { div { dt { (name) } dd { (value) } } };
    html! {
        div.card.wanted[wanted] role="group" id={ "e" (n) } data-card=(n) tabindex="-1" aria-labelledby={ "h" (n) } {
            h3 id={ "h" (n) } {
                (badge(&e.event, e.mode.as_deref(), &e.quad)) " "
                a href={ "#t" (n) } { "“" (e.trigger.split_whitespace().collect::<Vec<_>>().join(" ")) "”" }
            }
            dl {
                (line("Who", side(&e.actor)))
                (line("To whom", side(&e.recipient)))
                (line("When", html! { (time(e.date.as_deref())) }))
                @if let Some(place) = &e.place {
                    (line("Where", html! {
                        (place.name.as_deref().unwrap_or(&place.text))
                        @if let Some(country) = &place.country { " " span.codes { a href=(crate::format::actor_address(country)) { (country) } } }
                        @match place.basis.as_deref() {
                            Some("dateline") => { span.faint { " (where it was filed)" } }
                            Some("focus") => { span.faint { " (what the article is about)" } }
                            _ => {}
                        }
                    }))
                }
                (line("How real", html! { (how_real(e).unwrap_or_else(|| "reported as having happened".to_owned())) }))
                (line("On whose word", html! {
                    @if e.attribution.is_empty() { "the article’s own" } @else { (side(&e.attribution)) }
                }))
                @if !e.figures.is_empty() {
                    (line("How many", html! { @for (i, f) in e.figures.iter().enumerate() { @if i > 0 { ", " } (f.text) " " (f.kind) } }))
                }
                @if let (Some(incident), true) = (e.incident, reports > 1) {
                    (line("Told in", html! { a href={ "/incident/" (incident) } { (reports) " reports" } }))
                }
                @if !e.context.is_empty() { (line("Fields", html! { (e.context.join(", ").replace('_', " ")) })) }
                (line("Confidence", html! { (format!("{:.2}", e.confidence)) }))
                (line("Coded by", html! { code { (e.rule) } @if let Some(cameo) = &e.cameo { " · CAMEO " (cameo) } }))
            }
        }
    }
}
