//! What the store rests on: who published how much when, what could not be read or coded, what was printed twice.

use crate::ask::Ask;
use crate::cache::cached;
use crate::chart::{self, Bucket};
use crate::fault::Fault;
use crate::format::{counted, day, encode, number, time};
use crate::page::{Page, page};
use crate::{Site, pool};
use axum::extract::{RawQuery, State};
use maud::{Markup, html};
use polybius_store::Store;
use rusqlite::params;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Publishers in the grid.
const PUBLISHERS: usize = 25;

/// Failures on a page.
const FAILURES: usize = 50;

/// Near-copies shown.
const COPIES: usize = 20;

#[derive(Default)]
pub(crate) struct Facts {
    articles: u64,
    undated: u64,
    copies: u64,
    /// By kind.
    failures: Vec<(String, u64)>,
    /// Articles by month ('2013-07') or, where a month is asked for, by day.
    times: BTreeMap<String, u64>,
    publishers: Vec<Publisher>,
    all_publishers: usize,
    copied: Vec<Copied>,
}

/// A near-copy: number, publisher and day, then number and publisher of the first article.
type Copied = (i64, Option<String>, Option<String>, i64, Option<String>);

struct Publisher {
    name: Option<String>,
    articles: u64,
    times: BTreeMap<String, u64>,
}

fn facts(store: &Store, month: &str) -> Result<Facts, Fault> {
    let connection = store.connection();
    let count = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|n| n as u64);
    let mut facts = Facts {
        articles: count("SELECT count(*) FROM articles")?,
        undated: count("SELECT count(*) FROM articles WHERE published IS NULL")?,
        copies: count("SELECT count(*) FROM articles WHERE copy_of IS NOT NULL")?,
        ..Facts::default()
    };
    let mut select = connection.prepare("SELECT kind, count(*) FROM failures GROUP BY 1 ORDER BY 1")?;
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)? as u64)))?;
    facts.failures = rows.collect::<Result<_, _>>()?;

    let mut publishers: BTreeMap<Option<String>, Publisher> = BTreeMap::new();
    // the days of one month, or all months
    let (length, prefix) = if month.is_empty() { (7, String::new()) } else { (10, month.to_owned()) };
    let mut select = connection.prepare(
        "SELECT publisher, substr(published, 1, ?1), count(*) FROM articles
         WHERE published >= ?2 AND published < ?2 || '~' GROUP BY 1, 2",
    )?;
    let mut rows = select.query(params![length, prefix])?;
    while let Some(row) = rows.next()? {
        let (name, when, n): (Option<String>, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let n = n as u64;
        *facts.times.entry(when.clone()).or_default() += n;
        let publisher =
            publishers.entry(name.clone()).or_insert(Publisher { name, articles: 0, times: BTreeMap::new() });
        publisher.articles += n;
        *publisher.times.entry(when).or_default() += n;
    }
    facts.all_publishers = publishers.len();
    facts.publishers = publishers.into_values().collect();
    facts.publishers.sort_by(|a, b| (b.articles, &a.name).cmp(&(a.articles, &b.name)));
    facts.publishers.truncate(PUBLISHERS);

    let mut select = connection.prepare(
        "SELECT c.id, c.publisher, c.published, c.copy_of, a.publisher FROM articles c JOIN articles a ON a.id = c.copy_of
         WHERE c.copy_of IS NOT NULL ORDER BY c.id DESC LIMIT ?1",
    )?;
    let rows = select
        .query_map([COPIES as i64], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)))?;
    facts.copied = rows.collect::<Result<_, _>>()?;
    Ok(facts)
}

/// Source, kind and reason.
type FailureRow = (String, String, String);

fn failures(store: &Store, kind: &str, after: &str) -> Result<Vec<FailureRow>, Fault> {
    let (source, reason) = after.split_once('\n').unwrap_or((after, ""));
    let mut select = store.connection().prepare_cached(
        "SELECT source, kind, reason FROM failures WHERE (?1 = '' OR kind = ?1) AND (source, reason) > (?2, ?3)
         ORDER BY source, reason LIMIT ?4",
    )?;
    let rows = select.query_map(params![kind, source, reason, FAILURES as i64 + 1], |row| {
        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(crate) async fn show(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Result<Markup, Fault> {
    let ask = Ask::new(address.as_deref());
    let month = ask.get("month").to_owned();
    let is_month = |m: &str| m.len() == 7 && format!("{m}-01").parse::<jiff::civil::Date>().is_ok();
    if !month.is_empty() && !is_month(&month) {
        return Err(Fault::Bad(format!("“{month}” is no month; write YYYY-MM.")));
    }
    let key = month.clone();
    let facts = cached(&site, |c| &c.quality, key.clone(), move |store| facts(store, &key)).await?;
    let (kind, after) = (ask.get("kind").to_owned(), ask.get("after").to_owned());
    let wanted = kind.clone();
    let mut failed = site.pool.read(pool::PAGE, move |store| failures(store, &wanted, &after)).await?;
    let more = failed.len() > FAILURES;
    failed.truncate(FAILURES);
    let body = html! {
        p.lead {
            strong { (number(facts.articles)) } " articles"
            @if facts.undated > 0 { ", " (number(facts.undated)) " without a date" }
            ", " (counted(facts.copies, "near-copy", "near-copies")) " of earlier ones"
            @for (kind, n) in &facts.failures { ", " (number(*n)) " " (kind_name(kind)) }
            "."
        }
        section aria-labelledby="coverage" {
            h2 #coverage { "Coverage" @if !month.is_empty() { " in " (day(&month)) } }
            @if !month.is_empty() { p { a href="/quality" { "All months" } } }
            @if facts.times.is_empty() { p.faint { "No dated article" @if !month.is_empty() { " in this month" } "." } }
            @else { (coverage(&facts, &month)) }
        }
        section aria-labelledby="failures" {
            h2 #failures { "Failures" }
            (failures_table(&failed, &facts, &kind, more))
        }
        section aria-labelledby="copies" {
            h2 #copies { "Near-copies" }
            @if facts.copied.is_empty() { p.faint { "No article is a near-copy of an earlier one." } }
            @else {
                table {
                    thead { tr { th scope="col" { "Article" } th scope="col" { "Day" } th scope="col" { "Is a near-copy of" } } }
                    tbody {
                        @for (number, publisher, day, first, first_publisher) in &facts.copied {
                            tr {
                                td { a href={ "/article/" (number) } { (publisher.as_deref().unwrap_or("unknown publisher")) } }
                                td { (time(day.as_deref())) }
                                td { a href={ "/article/" (first) } { (first_publisher.as_deref().unwrap_or("unknown publisher")) } }
                            }
                        }
                    }
                }
            }
        }
    };
    Ok(page(Page { title: "Data quality", kicker: Some(&site.pool.name()), here: "/quality", ..Page::default() }, body))
}

fn kind_name(kind: &str) -> &str {
    match kind {
        "language" => "not in English",
        "unreadable" => "unreadable",
        "coding" => "impossible to code",
        other => other,
    }
}

/// Columns of the grid: the months from first to last, the last 48 of them, or the days of a month.
fn columns(facts: &Facts, month: &str) -> Vec<String> {
    if !month.is_empty() {
        return (1..=31).map(|d| format!("{month}-{d:02}")).collect();
    }
    let number = |m: &String| Some(m.get(..4)?.parse::<i32>().ok()? * 12 + m.get(5..7)?.parse::<i32>().ok()? - 1);
    let (Some(first), Some(last)) = (facts.times.keys().find_map(number), facts.times.keys().rev().find_map(number))
    else {
        return Vec::new();
    };
    (first.max(last - 47)..=last).map(|n| format!("{:04}-{:02}", n.div_euclid(12), n.rem_euclid(12) + 1)).collect()
}

fn coverage(facts: &Facts, month: &str) -> Markup {
    let months: Vec<(String, chart::Quads)> = facts.times.iter().map(|(m, n)| (m.clone(), [*n, 0, 0, 0])).collect();
    let buckets: Vec<Bucket> = if month.is_empty() {
        chart::buckets(&months, |m| (m.len() == 7).then(|| format!("/quality?month={m}"))).0
    } else {
        let count = |d: &String| facts.times.get(d).copied().unwrap_or_default();
        columns(facts, month)
            .iter()
            .map(|d| Bucket { label: d.clone(), address: None, counts: [count(d), 0, 0, 0] })
            .collect()
    };
    let columns = columns(facts, month);
    let most = facts.publishers.iter().flat_map(|p| p.times.values()).max().copied().unwrap_or(1) as f64;
    let level = |n: u64| if n == 0 { 0 } else { 1 + (((n as f64).ln_1p() / most.ln_1p()) * 4.99) as usize };
    html! {
        figure {
            div.scroll tabindex="0" role="region" aria-label="Chart of articles over time" { (chart::bars(&buckets, 160.0)) }
            figcaption { "Articles by " (if !month.is_empty() { "day" } else if buckets.first().is_some_and(|b| b.label.len() == 4) { "year" } else { "month" }) "." }
        }
        @if facts.all_publishers > facts.publishers.len() {
            p.note { "The " (facts.publishers.len()) " of " (number(facts.all_publishers as u64)) " publishers with the most articles." }
        }
        div.scroll tabindex="0" role="region" aria-label="Articles by publisher and time" {
            table.coverage {
                thead {
                    tr {
                        th scope="col" { "Publisher" }
                        th.n scope="col" { "Articles" }
                        th scope="col" {
                            @if let (Some(first), Some(last)) = (columns.first(), columns.last()) {
                                @if month.is_empty() { (crate::overview::period_of(first, last)) } @else { "By day" }
                            }
                        }
                    }
                }
                tbody {
                    @for p in &facts.publishers {
                        tr {
                            th scope="row" {
                                @match &p.name {
                                    Some(name) => { a href={ "/search?publisher=" (encode(name)) } { (name) } }
                                    None => { span.faint { "unknown publisher" } }
                                }
                            }
                            td.n { (number(p.articles)) }
                            td {
                                svg.cells viewBox={ "0 0 " (columns.len() * 10) " 10" } width=(columns.len() * 10) height="14"
                                    preserveAspectRatio="none" aria-hidden="true" focusable="false" {
                                    @for (i, column) in columns.iter().enumerate() {
                                        @let n = p.times.get(column).copied().unwrap_or_default();
                                        rect.{ "f" (level(n)) } x=(i * 10) y="0" width="9" height="10" {
                                            title { (day(column)) ": " (counted(n, "article", "articles")) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if month.is_empty() {
            details.numbers {
                summary { "By day of a month" }
                ul.months { @for m in columns.iter().rev() { li { a href={ "/quality?month=" (m) } { (day(m)) } } } }
            }
        }
    }
}

fn failures_table(failed: &[FailureRow], facts: &Facts, kind: &str, more: bool) -> Markup {
    let total: u64 = facts.failures.iter().map(|(_, n)| n).sum();
    html! {
        @if total == 0 { p.faint { "Everything could be read and coded." } }
        @else {
            ul.chips aria-label="Kinds of failure" {
                li { a href="/quality#failures" aria-current=[kind.is_empty().then_some("true")] { "all " (number(total)) } }
                @for (k, n) in &facts.failures {
                    li {
                        a href={ "/quality?kind=" (encode(k)) "#failures" } aria-current=[(k == kind).then_some("true")] {
                            (kind_name(k)) " " (number(*n))
                        }
                    }
                }
            }
            table.failures {
                thead { tr { th scope="col" { "Source" } th scope="col" { "Why" } } }
                tbody { @for (source, _, reason) in failed { tr { td { (source) } td { (reason) } } } }
            }
            @if let (true, Some((source, _, reason))) = (more, failed.last()) {
                nav.pages aria-label="Pages of failures" {
                    a.next href={ "/quality?kind=" (encode(kind)) "&after=" (encode(&format!("{source}\n{reason}"))) "#failures" } { "Next " (FAILURES) }
                }
            }
            p.note { "Mend a source and read it again: " code { "polybius ingest --store FILE --retry-failed" } }
        }
    }
}
