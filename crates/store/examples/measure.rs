//! How fast a store answers: `cargo run --release -p polybius-store --example measure -- FILE`, for a store made by the example `generate`.
//! Prints the median of 15 answers, after one that warms the cache, and the slowest.

use polybius_store::{Dimension, Order, Query, Store, Unit};
use std::path::Path;
use std::time::{Duration, Instant};

const ROUNDS: usize = 15;

/// A page of events, as people ask for them.
const QUESTIONS: [&str; 14] = [
    "",
    "actor:RUS",
    "actor:RUS recipient:SYR",
    "actor:RUS recipient:SYR event:CONSULT since:2018-07 status:actual",
    "recipient:UKR quad:material-conflict",
    "event:ASSAULT since:2020 until:2020-06",
    "actor:USA/MIL event:ASSAULT",
    "sector:REB event:COERCE date:2019",
    "actor:\"RUS official 7\"",
    "country:SDN status:future",
    "context:military actor:ISR",
    "publisher:\"Paper 3\" event:PROTEST",
    "\"matter 42\" event:ACCUSE",
    "confidence:0.95 date:2021-03",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::args().nth(1).ok_or("give a store")?;
    let store = Store::open_read_only(Path::new(&file))?;
    println!("{:<70} {:>9} {:>9}", "a page of 50 events", "median", "slowest");
    for question in QUESTIONS {
        let query = Query::parse(question)?;
        time(question, &mut || Ok(store.events(&query, Order::Newest, 50, 0)?.len()))?;
    }
    println!("{:<70} {:>9} {:>9}", "counts", "median", "slowest");
    for (question, by) in [
        ("date:2019", &[Dimension::Month, Dimension::Actor, Dimension::Recipient][..]),
        ("date:2019 actor:RUS", &[Dimension::Month, Dimension::Recipient, Dimension::Quad]),
        ("event:ASSAULT", &[Dimension::Year]),
    ] {
        let query = Query::parse(question)?;
        let names: Vec<&str> = by.iter().map(|d| d.name()).collect();
        let what = format!("{question} by {}", names.join(","));
        time(&what, &mut || Ok(store.count(&query, by, Unit::Events)?.rows.len()))?;
    }
    Ok(())
}

fn time(
    what: &str,
    ask: &mut dyn FnMut() -> Result<usize, Box<dyn std::error::Error>>,
) -> Result<(), Box<dyn std::error::Error>> {
    let rows = ask()?;
    let mut times: Vec<Duration> = Vec::new();
    for _ in 0..ROUNDS {
        let start = Instant::now();
        ask()?;
        times.push(start.elapsed());
    }
    times.sort();
    let milliseconds = |d: Duration| d.as_secs_f64() * 1000.0;
    let what = format!("{what} ({rows} rows)");
    println!("{what:<70} {:>6.1} ms {:>6.1} ms", milliseconds(times[ROUNDS / 2]), milliseconds(times[ROUNDS - 1]));
    Ok(())
}
