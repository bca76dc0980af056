//! `polybius code`

use crate::{CodeArgs, Format, With, inputs, table};
use anyhow::{Context, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use polybius_arrow::{ArticleRecord, EventFile};
use polybius_coder::{Coder, Event, Layers, RecordWriter};
use polybius_text::Article;
use rayon::prelude::*;
use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Write};
use std::path::Path;
use std::time::Duration;

/// Articles coded at once; bounds memory, keeps the order.
const BATCH: usize = 64;

/// Writes the events of one article after the other.
trait Writer {
    fn write(&mut self, article: &Article, events: &[Event], layers: &Layers) -> Result<()>;
    fn finish(self: Box<Self>) -> Result<()>;
}

fn by_extension(path: &Path) -> Option<Format> {
    match path.extension()?.to_str()? {
        "parquet" => Some(Format::Parquet),
        "csv" => Some(Format::Csv),
        _ => None,
    }
}

/// Returns whether all inputs were coded.
pub fn run(args: &CodeArgs) -> Result<bool> {
    let coder = inputs::coder(&args.input)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.unwrap_or(0))
        .build()
        .context("the threads could not be started")?;
    let terminal = args.out.is_none() && io::stdout().is_terminal();
    let format = args.format.or_else(|| args.out.as_deref().and_then(by_extension));
    let format = format.unwrap_or(if terminal { Format::Table } else { Format::Jsonl });
    let out: Box<dyn Write + Send> = match &args.out {
        Some(path) => Box::new(File::create(path).with_context(|| format!("{} cannot be written", path.display()))?),
        None => Box::new(io::stdout()),
    };
    let out = BufWriter::new(out);
    let mut writer: Box<dyn Writer> = match format {
        Format::Table => Box::new(TableWriter { out, colored: terminal, events: 0, articles: 0 }),
        Format::Jsonl => Box::new(JsonWriter { out, with: args.with.clone() }),
        Format::Csv => Box::new(CsvWriter::new(out)?),
        Format::Parquet if terminal => bail!("Parquet is nothing for a terminal; name a file with --out FILE"),
        Format::Parquet => Box::new(EventFile::new(out)?),
    };
    let bar = ProgressBar::new_spinner();
    bar.set_style(
        ProgressStyle::with_template("{spinner} {pos} articles, {per_sec}, {elapsed}")
            .unwrap_or_else(|_| ProgressStyle::default_spinner()),
    );
    bar.enable_steady_tick(Duration::from_millis(200));

    let mut batch: Vec<Article> = Vec::new();
    let mut failed = 0usize;
    let mut outcome: Result<()> = Ok(());
    inputs::articles(&args.input, &mut |read| {
        if outcome.is_err() {
            return;
        }
        match read {
            Ok(article) => batch.push(article),
            Err(message) => {
                failed += 1;
                bar.suspend(|| eprintln!("polybius: {message}"));
            }
        }
        if batch.len() >= BATCH {
            outcome = code_batch(coder, &pool, &mut batch, writer.as_mut(), &bar, args.min_confidence);
        }
    });
    outcome?;
    code_batch(coder, &pool, &mut batch, writer.as_mut(), &bar, args.min_confidence)?;
    bar.finish_and_clear();
    writer.finish()?;
    Ok(failed == 0)
}

fn code_batch(
    coder: &Coder,
    pool: &rayon::ThreadPool,
    batch: &mut Vec<Article>,
    writer: &mut dyn Writer,
    bar: &ProgressBar,
    min_confidence: f64,
) -> Result<()> {
    let code = |article: &Article| {
        let (mut events, layers) = coder.code_with_layers(article);
        events.retain(|e| e.confidence >= min_confidence);
        (events, layers)
    };
    let coded: Vec<(Vec<Event>, Layers)> = pool.install(|| batch.par_iter().map(code).collect());
    for (article, (events, layers)) in batch.iter().zip(&coded) {
        writer.write(article, events, layers)?;
        bar.inc(1);
    }
    batch.clear();
    Ok(())
}

struct JsonWriter<W: Write> {
    out: W,
    with: Vec<With>,
}

impl<W: Write> Writer for JsonWriter<W> {
    fn write(&mut self, article: &Article, events: &[Event], layers: &Layers) -> Result<()> {
        let records = RecordWriter::new(article);
        let asked = |what: With| self.with.contains(&what);
        let mut record = records.article(events, asked(With::Text));
        if asked(With::Entities) {
            record["entities"] = records.entities(&layers.entities);
        }
        if asked(With::Places) {
            record["places"] = records.places(&layers.places);
        }
        if asked(With::Dates) {
            record["dates"] = records.dates(&layers.dates);
        }
        if asked(With::Attributions) {
            record["attributions"] = layers.attributions.iter().map(|a| records.attribution(a)).collect();
        }
        serde_json::to_writer(&mut self.out, &record).map_err(io::Error::from)?;
        self.out.write_all(b"\n")?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        Ok(self.out.flush()?)
    }
}

struct CsvWriter<W: Write> {
    out: csv::Writer<W>,
}

impl<W: Write> CsvWriter<W> {
    fn new(out: W) -> Result<Self> {
        let mut out = csv::Writer::from_writer(out);
        out.write_record([
            "article",
            "published",
            "publisher",
            "id",
            "event",
            "mode",
            "context",
            "cameo",
            "quad",
            "score",
            "date",
            "actor",
            "actor_country",
            "actor_sector",
            "recipient",
            "recipient_country",
            "recipient_sector",
            "auxiliary",
            "attribution",
            "place",
            "place_country",
            "place_lat",
            "place_lon",
            "place_geonames",
            "place_basis",
            "trigger",
            "start",
            "end",
            "rule",
            "confidence",
            "sentence",
        ])?;
        Ok(CsvWriter { out })
    }
}

impl<W: Write> Writer for CsvWriter<W> {
    fn write(&mut self, article: &Article, events: &[Event], _: &Layers) -> Result<()> {
        let records = RecordWriter::new(article);
        let text = |v: &serde_json::Value| match v {
            serde_json::Value::Null => String::new(),
            serde_json::Value::String(s) => s.clone(),
            other => other.to_string(),
        };
        for event in events {
            let e = records.event(event);
            // several participants stand in one field, separated by "; "
            let list = |side: &str, field: &str| {
                let all = e[side].as_array().map(Vec::as_slice).unwrap_or_default();
                all.iter().map(|p| text(if field.is_empty() { p } else { &p[field] })).collect::<Vec<_>>().join("; ")
            };
            let sentence = event.sentence_span.of(&article.text).split_whitespace().collect::<Vec<_>>().join(" ");
            self.out.write_record([
                article.id.as_str(),
                &article.date.map_or(String::new(), |d| d.to_string()),
                article.publisher.as_deref().unwrap_or(""),
                &text(&e["id"]),
                &text(&e["event"]),
                &text(&e["mode"]),
                &list("context", ""),
                &text(&e["cameo"]),
                &text(&e["quad"]),
                &text(&e["score"]),
                &text(&e["date"]),
                &list("actor", "text"),
                &list("actor", "country"),
                &list("actor", "sector"),
                &list("recipient", "text"),
                &list("recipient", "country"),
                &list("recipient", "sector"),
                &list("auxiliary", ""),
                &list("attribution", "text"),
                &text(&e["place"]["text"]),
                &text(&e["place"]["country"]),
                &text(&e["place"]["lat"]),
                &text(&e["place"]["lon"]),
                &text(&e["place"]["geonames"]),
                &text(&e["place"]["basis"]),
                &text(&e["trigger"]["text"]),
                &text(&e["trigger"]["start"]),
                &text(&e["trigger"]["end"]),
                &text(&e["rule"]),
                &text(&e["confidence"]),
                &sentence,
            ])?;
        }
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        Ok(self.out.flush()?)
    }
}

impl<W: Write + Send> Writer for EventFile<W> {
    fn write(&mut self, article: &Article, events: &[Event], _: &Layers) -> Result<()> {
        Ok(EventFile::write(self, &[ArticleRecord::coded(article, events)])?)
    }

    fn finish(self: Box<Self>) -> Result<()> {
        Ok(EventFile::finish(*self)?)
    }
}

struct TableWriter<W: Write> {
    out: W,
    colored: bool,
    events: usize,
    articles: usize,
}

impl<W: Write> Writer for TableWriter<W> {
    fn write(&mut self, article: &Article, events: &[Event], _: &Layers) -> Result<()> {
        self.articles += 1;
        self.events += events.len();
        writeln!(self.out, "{}", table::of(article, events, self.colored))?;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<()> {
        let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
        writeln!(self.out, "{} in {}", plural(self.events, "event"), plural(self.articles, "article"))?;
        Ok(self.out.flush()?)
    }
}
