//! `polybius eval`

use crate::{EvalArgs, InputArgs, inputs};
use anyhow::{Context, Result};
use polybius_coder::RecordWriter;
use polybius_eval::{Articles, Cause, Event, Miss, Score, causes};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::Path;

/// Scores coded events against gold, by the same definitions as for every figure in the documentation.
pub fn run(args: &EvalArgs) -> Result<bool> {
    let gold = read(&args.gold)?;
    let coded = match &args.predicted {
        Some(file) => read(file)?,
        None => code(args)?,
    };
    let score = Score::of(&gold, &coded);
    let other = args.against.as_deref().map(read).transpose()?;
    let other_score = other.as_ref().map(|o| Score::of(&gold, o));
    let mut out = io::stdout().lock();
    if args.json {
        let both = json!({"score": score, "against": other_score});
        writeln!(out, "{}", serde_json::to_string_pretty(if other_score.is_some() { &both } else { &both["score"] })?)?;
        return Ok(true);
    }
    show(&mut out, &score, other_score.as_ref(), args.by_category)?;
    if let Some(other) = &other {
        show_changes(&mut out, &gold, &coded, other)?;
    }
    if args.errors > 0 {
        show_errors(&mut out, &gold, &coded, args.errors)?;
    }
    Ok(true)
}

fn read(file: &Path) -> Result<Articles> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(Articles::parse(&file.display().to_string(), &text)?)
}

/// The gold file's articles, coded as `polybius code --force` does.
fn code(args: &EvalArgs) -> Result<Articles> {
    let input = InputArgs {
        paths: vec![args.gold.clone()],
        date: None,
        publisher: None,
        column: Vec::new(),
        lexicon: args.lexicon.clone(),
        force: true,
    };
    let coder = inputs::coder(&input)?;
    let mut lines = String::new();
    let mut failed = None;
    inputs::articles(&input, &mut |read| match read {
        Ok(article) => {
            lines.push_str(&RecordWriter::new(&article).article(&coder.code(&article), false).to_string());
            lines.push('\n');
        }
        Err(message) => failed = Some(message),
    });
    if let Some(message) = failed {
        anyhow::bail!("{message}");
    }
    Ok(Articles::parse("the coded articles", &lines)?)
}

fn show(out: &mut impl Write, score: &Score, other: Option<&Score>, by_category: bool) -> Result<()> {
    let difference = |now: f64, then: Option<f64>| then.map_or(String::new(), |t| format!("{:+9.3}", now - t));
    writeln!(out, "{} articles", score.articles)?;
    let column = if other.is_some() { "  change" } else { "" };
    writeln!(out, "{:24}{:>10}{:>10}{:>10}{:>8}{:>8}{column}", "", "precision", "recall", "F1", "gold", "coded")?;
    let mut row = |name: &str, r: polybius_eval::Rates, then: Option<f64>| {
        let change = difference(r.f1(), then);
        writeln!(
            out,
            "{name:24}{:10.3}{:10.3}{:10.3}{:8}{:8}{change}",
            r.precision(),
            r.recall(),
            r.f1(),
            r.gold,
            r.predicted
        )
    };
    for (name, rates) in &score.figures {
        row(name, *rates, other.and_then(|o| o.figure(name)).map(|r| r.f1()))?;
    }
    for (name, rates) in score.categories.iter().filter(|_| by_category) {
        row(name, *rates, other.and_then(|o| o.categories.get(name)).map(|r| r.f1()))?;
    }
    writeln!(out, "\n{:24}{:>10}{:>10}", "of events paired", "accuracy", "of")?;
    for (name, accuracy) in &score.attributes {
        let share = accuracy.share();
        let then = other.and_then(|o| o.attribute(name)).and_then(|a| a.share());
        let shown = share.map_or("-".to_owned(), |s| format!("{s:.3}"));
        writeln!(out, "{name:24}{shown:>10}{:>10}{}", accuracy.of, difference(share.unwrap_or(0.0), then))?;
    }
    Ok(())
}

/// How many errors each cause made, and the first of each.
fn show_errors(out: &mut impl Write, gold: &Articles, coded: &Articles, most: usize) -> Result<()> {
    let mut by_cause: BTreeMap<Cause, Vec<Miss>> = BTreeMap::new();
    for miss in causes(gold, coded) {
        by_cause.entry(miss.cause).or_default().push(miss);
    }
    for (cause, misses) in by_cause {
        writeln!(out, "\n{} x {cause}", misses.len())?;
        for miss in misses.iter().take(most) {
            writeln!(out, "  {}", miss.article)?;
            if let Some(e) = miss.gold {
                writeln!(out, "    gold  {}", line(e))?;
            }
            if let Some(e) = miss.coded {
                writeln!(out, "    coded {}", line(e))?;
            }
        }
    }
    Ok(())
}

/// What one file has right and the other does not.
fn show_changes(out: &mut impl Write, gold: &Articles, coded: &Articles, other: &Articles) -> Result<()> {
    let wrong = |x: &Articles| -> Vec<(String, String)> {
        let named = |m: &Miss| m.gold.map(|e| (m.article.to_owned(), line(e)));
        causes(gold, x).iter().filter_map(named).collect()
    };
    let (now, then) = (wrong(coded), wrong(other));
    for (title, from, without) in [("newly right", &then, &now), ("newly wrong", &now, &then)] {
        let changed: Vec<_> = from.iter().filter(|e| !without.contains(e)).collect();
        writeln!(out, "\n{} {title}", changed.len())?;
        for (article, event) in changed {
            writeln!(out, "  {article}  {event}")?;
        }
    }
    Ok(())
}

fn line(e: &Event) -> String {
    let side = |list: &[polybius_eval::Entity]| {
        let code = |x: &polybius_eval::Entity| {
            format!("{}.{}", x.country.as_deref().unwrap_or("?"), x.sector.as_deref().unwrap_or("?"))
        };
        if list.is_empty() { "-".to_owned() } else { list.iter().map(code).collect::<Vec<_>>().join("+") }
    };
    let trigger = e.trigger.as_ref().map_or("", |t| t.text.as_str());
    format!("{:9} {} > {}  \"{trigger}\"", e.event, side(&e.actor), side(&e.recipient))
}
