//! `polybius lexicon`

use anyhow::{Context, Result};
use polybius_coder::{Coder, Lexicon, check_examples};
use std::io::{self, Write};
use std::path::Path;

/// Counts what the built-in lexicon holds.
pub fn stats() -> Result<bool> {
    let lexicon = Lexicon::embedded();
    let [names, roles, frames, predicates] = lexicon.counts();
    writeln!(
        io::stdout(),
        "{names} names of actors\n{roles} role terms\n{frames} event frames\n{predicates} predicates"
    )?;
    Ok(true)
}

/// Reads the lexicon and runs the examples of its frames; returns whether all is well.
pub fn check(folder: Option<&Path>) -> Result<bool> {
    let lexicon = match folder {
        Some(folder) => Lexicon::with_folder(folder).context("the lexicon cannot be read")?,
        None => Lexicon::embedded(),
    };
    let coder = Coder::with_lexicon(lexicon);
    let report = check_examples(&coder);
    let mut out = io::stdout().lock();
    for failure in &report.failures {
        writeln!(out, "{failure}")?;
    }
    writeln!(out, "{} examples, {} not coded as they say", report.examples, report.failures.len())?;
    Ok(report.failures.is_empty())
}
