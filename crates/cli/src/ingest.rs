//! `polybius ingest`

use crate::{IngestArgs, inputs};
use anyhow::{Context, Result};
use indicatif::{HumanCount, ProgressBar, ProgressStyle};
use polybius_store::{Failure, Ingested, Read, Store};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// Articles read ahead of the coder.
const AHEAD: usize = 128;

/// Returns whether everything could be read and coded.
pub fn run(args: &IngestArgs) -> Result<bool> {
    let mut store = Store::open(&args.store)?;
    let mut input = args.input.clone();
    if args.retry_failed {
        let failed = store.failed_sources(input.force)?;
        input.paths = failed.into_iter().map(Into::into).collect();
        if input.paths.is_empty() {
            eprintln!("Nothing has failed.");
            return Ok(true);
        }
    }
    let coder = inputs::coder(&input)?;
    let pool = rayon::ThreadPoolBuilder::new()
        .num_threads(args.threads.unwrap_or(0))
        .build()
        .context("the threads could not be started")?;
    let bar = ProgressBar::new(0);
    let (sender, receiver) = sync_channel(AHEAD);
    let reader = {
        let (input, bar) = (input.clone(), bar.clone());
        std::thread::spawn(move || {
            inputs::sources(&input, &bar, &mut |read| {
                // nobody listens any more: the store could not be written, which is told elsewhere
                let _ = sender.send(read);
            });
        })
    };
    bar.set_style(
        ProgressStyle::with_template("{bar:30} {percent}%  {msg}, {elapsed}, {eta} left")
            .unwrap_or_else(|_| ProgressStyle::default_bar()),
    );
    bar.enable_steady_tick(Duration::from_millis(200));
    let start = Instant::now();
    let mut told = 0;
    let mut reads = receiver.into_iter().inspect(|read: &Read| {
        if let Read::Failed(Failure { reason, .. }) = read
            && told < SHOWN
        {
            told += 1;
            bar.suspend(|| eprintln!("polybius: {reason}"));
        }
    });
    let mut progress = |done: &Ingested| {
        let rate = done.read as f64 / start.elapsed().as_secs_f64().max(0.001);
        bar.set_message(format!("{} articles, {rate:.0}/s", HumanCount(done.read as u64)));
    };
    let done = pool.install(|| store.ingest(coder, &mut reads, input.force, &mut progress));
    drop(reads);
    bar.finish_and_clear();
    let done = done?;
    reader.join().map_err(|_| anyhow::anyhow!("reading broke off; please report this"))?;
    summary(args, &done, start.elapsed());
    Ok(done.failed == 0)
}

/// Failures told one by one; all are in the table.
const SHOWN: usize = 20;

fn summary(args: &IngestArgs, done: &Ingested, took: Duration) {
    let rate = done.read as f64 / took.as_secs_f64().max(0.001);
    eprintln!(
        "{} read in {:.1} s ({rate:.0} a second): {} coded ({} near-copies) with {} events, {} already there, {} not in English, {} failed",
        HumanCount(done.read as u64),
        took.as_secs_f64(),
        HumanCount(done.coded as u64),
        HumanCount(done.copies as u64),
        HumanCount(done.events as u64),
        HumanCount(done.known as u64),
        HumanCount(done.foreign as u64),
        HumanCount(done.failed as u64),
    );
    if done.failed + done.foreign > 0 {
        let store = args.store.display();
        eprintln!(
            "Why: polybius query --store {store} --sql \"SELECT * FROM failures\". Again: polybius ingest --store {store} --retry-failed"
        );
    }
}
