//! `polybius export`

use crate::rows::plain;
use crate::{ExportArgs, ExportFormat};
use anyhow::{Context, Result, bail};
use indicatif::HumanCount;
use polybius_arrow::{ArticleRecord, EventFile, EventRecord};
use polybius_store::{EventRow, Layout, Order, Query, Store};
use serde_json::json;
use std::fs::{self, File};
use std::io::{BufWriter, Write, stdout};
use std::path::Path;

/// Events handed to a Parquet file at once.
const BATCH: usize = 4096;

pub fn run(args: &ExportArgs) -> Result<bool> {
    let store = Store::open_read_only(&args.store)?;
    let query = Query::parse(&args.query.join(" "))?;
    let layout = match args.format {
        ExportFormat::Polecat => Layout::Polecat,
        ExportFormat::Icews => Layout::Icews,
        ExportFormat::Gdelt => Layout::Gdelt,
        ExportFormat::Parquet => {
            let folder = args.out.as_deref().context("name a folder with --out")?;
            return parquet(&store, &query, folder);
        }
        ExportFormat::Csv => {
            let numbers = store.event_numbers(&query, Order::Oldest, usize::MAX, 0)?;
            return csv(&store, &numbers, file(args.out.as_deref())?);
        }
    };
    let rows = store.export(&query, layout, &mut file(args.out.as_deref())?)?;
    told(rows, args.out.as_deref());
    Ok(true)
}

fn file(path: Option<&Path>) -> Result<Box<dyn Write>> {
    Ok(match path {
        Some(path) => Box::new(BufWriter::new(File::create(path).with_context(|| path.display().to_string())?)),
        None => Box::new(BufWriter::new(stdout().lock())),
    })
}

fn told(rows: usize, out: Option<&Path>) {
    if let Some(path) = out {
        eprintln!("{} rows in {}", HumanCount(rows as u64), path.display());
    }
}

fn csv(store: &Store, numbers: &[i64], out: Box<dyn Write>) -> Result<bool> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(EventRow::COLUMNS)?;
    for &number in numbers {
        if let Some(event) = store.event(number)? {
            writer.write_record(EventRow::COLUMNS.iter().map(|column| plain(&event.value(column))))?;
        }
    }
    writer.flush()?;
    Ok(true)
}

/// A file for each month of the events' days; those without a day are in `month=none`.
fn parquet(store: &Store, query: &Query, folder: &Path) -> Result<bool> {
    if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
        bail!("{}: this folder is not empty; name a new one, or empty it", folder.display());
    }
    let mut open: Option<(String, EventFile<File>)> = None;
    let mut waiting: Vec<ArticleRecord> = Vec::new();
    let mut rows = 0;
    for number in store.event_numbers(query, Order::Oldest, usize::MAX, 0)? {
        let Some(event) = store.event(number)? else { continue };
        let month = event.day.get(..7).unwrap_or("none");
        if open.as_ref().is_none_or(|(m, _)| m != month) {
            if let Some((_, mut file)) = open.take() {
                file.write(&std::mem::take(&mut waiting))?;
                file.finish()?;
            }
            let place = folder.join(format!("month={month}"));
            let failed = || place.display().to_string();
            fs::create_dir_all(&place).with_context(failed)?;
            let file = File::create(place.join("events.parquet")).with_context(failed)?;
            open = Some((month.to_owned(), EventFile::new(file)?));
        }
        waiting.push(record(&event)?);
        rows += 1;
        if let Some((_, file)) = &mut open
            && waiting.len() >= BATCH
        {
            file.write(&std::mem::take(&mut waiting))?;
        }
    }
    if let Some((_, mut file)) = open {
        file.write(&waiting)?;
        file.finish()?;
    }
    told(rows, Some(folder));
    Ok(true)
}

/// The event as a record of its own, as `polybius code` writes it.
fn record(event: &EventRow) -> Result<ArticleRecord> {
    let mut fields = serde_json::to_value(event)?;
    fields["trigger"] = json!({"text": event.trigger, "start": event.start, "end": event.end});
    fields["sentence"] = json!({"text": event.sentence, "index": event.sentence_index, "start": event.sentence_start, "end": event.sentence_end});
    let record: EventRecord = serde_json::from_value(fields)?;
    Ok(ArticleRecord {
        id: event.article_id.clone(),
        title: event.title.clone(),
        publisher: event.publisher.clone(),
        date: event.published.clone(),
        url: event.url.clone(),
        events: vec![record],
        failure: None,
    })
}
