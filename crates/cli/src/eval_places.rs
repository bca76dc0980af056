//! `polybius eval-places`

use crate::Half;
use anyhow::{Context, Result, bail};
use polybius_coder::{Coder, Toponym, distance};
use polybius_text::{Article, Span};
use serde::Deserialize;
use std::collections::HashMap;
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

/// One article with its toponyms; offsets are code points.
#[derive(Deserialize)]
struct Line {
    #[serde(default)]
    id: String,
    text: String,
    publisher: Option<String>,
    toponyms: Vec<Gold>,
}

#[derive(Deserialize)]
struct Gold {
    start: usize,
    end: usize,
    lat: Option<f64>,
    lon: Option<f64>,
}

/// What counts as near, in kilometres: a hundred miles, as in the literature.
const NEAR: f64 = 161.0;

/// Spans found against spans in the gold.
#[derive(Default)]
struct Recognition {
    correct: usize,
    found: usize,
    gold: usize,
}

impl Recognition {
    fn add(&mut self, found: &[Span], gold: &HashMap<Span, &Gold>) {
        self.correct += found.iter().filter(|s| gold.contains_key(s)).count();
        self.found += found.len();
        self.gold += gold.len();
    }

    fn row(&self) -> String {
        let share = |n: usize| self.correct as f64 / n.max(1) as f64;
        let f1 = 2.0 * self.correct as f64 / (self.found + self.gold).max(1) as f64;
        format!(
            "precision {:.3}  recall {:.3}  F1 {f1:.3}  ({} of {} found, {} in gold)",
            share(self.found),
            share(self.gold),
            self.correct,
            self.found,
            self.gold
        )
    }
}

/// Distances between where a toponym lies and where the gold says it does; infinite for one that was not resolved.
#[derive(Default)]
struct Resolution(Vec<f64>);

impl Resolution {
    fn add(&mut self, found: &[Toponym], gold: &HashMap<Span, &Gold>) {
        for t in found {
            let Some(Gold { lat: Some(lat), lon: Some(lon), .. }) = gold.get(&t.span) else { continue };
            self.0.push(t.place.as_ref().map_or(f64::INFINITY, |p| distance((p.lat, p.lon), (*lat, *lon))));
        }
    }

    fn row(&mut self) -> String {
        self.0.sort_by(f64::total_cmp);
        let near = self.0.iter().filter(|d| **d <= NEAR).count();
        let median = self.0.get(self.0.len() / 2).copied().unwrap_or(f64::NAN);
        let accuracy = near as f64 / self.0.len().max(1) as f64;
        format!("within {NEAR} km {accuracy:.3}  median error {median:.1} km  ({near} of {})", self.0.len())
    }
}

/// Scores recognition and resolution of toponyms against a file of articles in JSON Lines.
pub fn run(file: &Path, half: Option<Half>) -> Result<bool> {
    let name = || file.display().to_string();
    let input = BufReader::new(std::fs::File::open(file).with_context(name)?);
    let coder = Coder::new();
    let (mut all, mut names) = (Recognition::default(), Recognition::default());
    let (mut recognized, mut given) = (Resolution::default(), Resolution::default());
    let mut articles = 0;
    for (number, line) in input.lines().enumerate() {
        let line = line.with_context(name)?;
        let wanted = match half {
            None => true,
            Some(Half::Development) => number % 2 == 0,
            Some(Half::HeldBack) => number % 2 == 1,
        };
        if line.trim().is_empty() || !wanted {
            continue;
        }
        let line: Line = serde_json::from_str(&line).with_context(|| format!("{}, line {}", name(), number + 1))?;
        articles += 1;
        let mut article = Article::from_lines(line.id, line.text);
        article.publisher = line.publisher;
        // code points to bytes
        let mut bytes: Vec<usize> = article.text.char_indices().map(|(at, _)| at).collect();
        bytes.push(article.text.len());
        let mut gold: HashMap<Span, &Gold> = HashMap::new();
        for g in &line.toponyms {
            let (Some(&start), Some(&end), true) = (bytes.get(g.start), bytes.get(g.end), g.start < g.end) else {
                bail!("{}, line {}: a toponym from {} to {} is not in the text", name(), number + 1, g.start, g.end);
            };
            gold.insert(Span::new(start, end), g);
        }
        let found = coder.code_with_layers(&article).1.places;
        let spans = |adjectives: bool| -> Vec<Span> {
            found.iter().filter(|t| adjectives || !t.adjective).map(|t| t.span).collect()
        };
        all.add(&spans(true), &gold);
        names.add(&spans(false), &gold);
        recognized.add(&found, &gold);
        let mut spans: Vec<Span> = gold.keys().copied().collect();
        spans.sort();
        given.add(&coder.places_at(&article, &spans), &gold);
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{articles} articles")?;
    writeln!(out, "recognized, names and adjectives  {}", all.row())?;
    writeln!(out, "recognized, names alone           {}", names.row())?;
    writeln!(out, "resolved, of those recognized     {}", recognized.row())?;
    writeln!(out, "resolved, all with given spans    {}", given.row())?;
    Ok(true)
}
