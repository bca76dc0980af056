//! All events of a question as a file, sent as they are read.

use crate::Site;
use crate::ask::Ask;
use crate::fault::Fault;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use polybius_store::{EventRow, Query, Store};
use std::io;
use std::sync::{Arc, LazyLock};
use tokio::sync::{Semaphore, mpsc};

/// Files sent at once; more are asked to come again.
static SENDING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(4));

/// Events read at a time.
const BLOCK: usize = 500;

#[derive(Clone, Copy)]
enum Format {
    Csv,
    JsonLines,
}

pub(crate) async fn csv(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Result<Response, Fault> {
    send(site, address, Format::Csv).await
}

pub(crate) async fn json_lines(State(site): State<Arc<Site>>, RawQuery(address): RawQuery) -> Result<Response, Fault> {
    send(site, address, Format::JsonLines).await
}

async fn send(site: Arc<Site>, address: Option<String>, format: Format) -> Result<Response, Fault> {
    let ask = Ask::new(address.as_deref());
    let query = ask.compose(&site.world).parse().map_err(Fault::Query)?;
    let permit = SENDING.try_acquire().map_err(|_| Fault::Busy)?;
    let oldest = ask.oldest();
    let (sender, receiver) = mpsc::channel(2);
    // a connection of its own, so that a slow reader keeps none from the pages
    let store = site.pool.separate()?;
    // asked once before the answer begins: a wrong question is told as such
    let (store, checked) = tokio::task::spawn_blocking({
        let query = query.clone();
        move || {
            let checked = store.positions(&query, oldest, None, 1).map(drop);
            (store, checked)
        }
    })
    .await
    .map_err(|_| Fault::Broken)?;
    checked?;
    tokio::task::spawn_blocking(move || {
        let _permit = permit;
        if let Err(error) = blocks(&store, &query, oldest, format, &sender) {
            // breaks the answer off, so that nobody takes a part for the whole
            let _ = sender.blocking_send(Err(io::Error::other(error.message())));
        }
    });
    let stream = futures_util::stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|block| (block, receiver))
    });
    let (kind, name) = match format {
        Format::Csv => ("text/csv; charset=utf-8", "attachment; filename=\"events.csv\""),
        Format::JsonLines => ("application/jsonl; charset=utf-8", "attachment; filename=\"events.jsonl\""),
    };
    Ok(([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], Body::from_stream(stream)).into_response())
}

/// Sends block after block, until all is sent or nobody listens any more.
fn blocks(
    store: &Store,
    query: &Query,
    oldest: bool,
    format: Format,
    sender: &mpsc::Sender<Result<Vec<u8>, io::Error>>,
) -> Result<(), Fault> {
    let mut after = None;
    let mut head = matches!(format, Format::Csv);
    loop {
        let positions = store.positions(query, oldest, after.as_ref(), BLOCK)?;
        let events = crate::search::read(store, &positions)?;
        let block = match format {
            Format::Csv => rows(&events, head).map_err(|_| Fault::Broken)?,
            Format::JsonLines => lines(&events).map_err(|_| Fault::Broken)?,
        };
        head = false;
        if sender.blocking_send(Ok(block)).is_err() || positions.len() < BLOCK {
            return Ok(());
        }
        after = positions.into_iter().next_back();
    }
}

fn rows(events: &[EventRow], head: bool) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    if head {
        writer.write_record(EventRow::COLUMNS)?;
    }
    for event in events {
        let plain = |column: &&str| match event.value(column) {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(text) => harmless(text),
            other => other.to_string(),
        };
        writer.write_record(EventRow::COLUMNS.iter().map(plain))?;
    }
    writer.into_inner().map_err(|e| csv::Error::from(e.into_error()))
}

/// A field that a spreadsheet would take for a formula begins with an apostrophe.
fn harmless(text: String) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text }
}

fn lines(events: &[EventRow]) -> Result<Vec<u8>, serde_json::Error> {
    let mut block = Vec::new();
    for event in events {
        serde_json::to_writer(&mut block, event)?;
        block.push(b'\n');
    }
    Ok(block)
}
