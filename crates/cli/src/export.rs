//! `polybius export`

use crate::{ExportArgs, ExportFormat};
use anyhow::{Context, Result};
use indicatif::HumanCount;
use polybius_store::{Layout, Query, Store};
use std::fs::File;
use std::io::{BufWriter, Write, stdout};

pub fn run(args: &ExportArgs) -> Result<bool> {
    let store = Store::open_read_only(&args.store)?;
    let query = Query::parse(&args.query.join(" "))?;
    let layout = match args.format {
        ExportFormat::Polecat => Layout::Polecat,
        ExportFormat::Icews => Layout::Icews,
        ExportFormat::Gdelt => Layout::Gdelt,
    };
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => Box::new(BufWriter::new(File::create(path).with_context(|| path.display().to_string())?)),
        None => Box::new(BufWriter::new(stdout().lock())),
    };
    let rows = store.export(&query, layout, &mut out)?;
    if let Some(path) = &args.out {
        eprintln!("{} rows in {}", HumanCount(rows as u64), path.display());
    }
    Ok(true)
}
