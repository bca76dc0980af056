//! `polybius eval-attributions`

use anyhow::{Context, Result, bail};
use polybius_coder::{AnnotatedAttribution, AttributionScore, Coder, Document, Hits, score_attributions};
use polybius_text::{Article, Span};
use rayon::prelude::*;
use serde::Deserialize;
use std::io::{self, Write};
use std::path::Path;

/// A line of the annotated file: offsets are code points of `text`.
#[derive(Deserialize)]
struct Line {
    text: String,
    attributions: Vec<Annotated>,
}

#[derive(Deserialize)]
struct Annotated {
    #[serde(default)]
    source: Vec<(usize, usize)>,
    #[serde(default)]
    cue: Vec<(usize, usize)>,
    #[serde(default)]
    content: Vec<(usize, usize)>,
}

/// Scores the attributions that the coder finds against an annotated file.
pub fn run(file: &Path) -> Result<bool> {
    let name = || file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(name)?;
    let mut lines = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let read: Line = serde_json::from_str(line)
            .with_context(|| format!("{}, line {}: `text` and `attributions` are needed", name(), number + 1))?;
        lines.push(read);
    }
    if lines.is_empty() {
        bail!("{}: no article in it; JSON Lines with `text` and `attributions` are needed", name());
    }
    let coder = Coder::new();
    let scores: Vec<AttributionScore> = lines.par_iter().map(|line| score(&coder, line)).collect();
    let mut total = AttributionScore::default();
    scores.into_iter().for_each(|s| total += s);
    let mut out = io::stdout().lock();
    writeln!(out, "{} articles", lines.len())?;
    writeln!(out, "{:16}{:>10}{:>10}{:>10}{:>11}{:>11}", "", "precision", "recall", "F1", "annotated", "predicted")?;
    let rows: [(&str, Hits); 6] = [
        ("source head", total.source_head),
        ("content head", total.content_head),
        ("cue", total.cue),
        ("source overlap", total.source_overlap),
        ("cue overlap", total.cue_overlap),
        ("content overlap", total.content_overlap),
    ];
    for (row, h) in rows {
        let (p, r, f) = (h.precision(), h.recall(), h.f1());
        writeln!(out, "{row:16}{p:10.3}{r:10.3}{f:10.3}{:11}{:11}", h.annotated, h.predicted)?;
    }
    Ok(true)
}

fn score(coder: &Coder, line: &Line) -> AttributionScore {
    let article = Article::from_lines("", line.text.as_str());
    // bytes at which the code points begin
    let mut at: Vec<usize> = line.text.char_indices().map(|(i, _)| i).collect();
    at.push(line.text.len());
    let byte = |point: usize| at.get(point).copied().unwrap_or(line.text.len());
    let spans = |list: &[(usize, usize)]| -> Vec<Span> {
        list.iter().filter(|(start, end)| start < end).map(|&(start, end)| Span::new(byte(start), byte(end))).collect()
    };
    let annotated: Vec<AnnotatedAttribution> = line
        .attributions
        .iter()
        .map(|a| AnnotatedAttribution { source: spans(&a.source), cue: spans(&a.cue), content: spans(&a.content) })
        .collect();
    let document = Document::new(&article, coder.model(), coder.lexicon());
    score_attributions(&document, &annotated, &coder.code_document(&document).1.attributions)
}
