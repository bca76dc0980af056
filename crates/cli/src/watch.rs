//! `polybius watch`

use crate::{WatchArgs, inputs};
use anyhow::{Context, Result, bail};
use polybius_store::Store;
use polybius_watch::{Options, Watcher, feeds};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Set by Ctrl-C or a signal to end.
static STOP: AtomicBool = AtomicBool::new(false);

pub fn run(args: &WatchArgs) -> Result<bool> {
    let name = args.feeds.display().to_string();
    let text = std::fs::read_to_string(&args.feeds).with_context(|| name.clone())?;
    let urls = feeds(&name, &text)?;
    if urls.is_empty() {
        bail!("{name}: no feed is in it; write one address a line");
    }
    let mut store = Store::open(&args.store)?;
    ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed)).context("signals cannot be heard")?;
    let coder = inputs::coder_of(args.lexicon.as_deref())?;
    let options = Options {
        every: Duration::from_secs(args.every * 60),
        delay: Duration::from_secs_f64(args.delay),
        timeout: Duration::from_secs(args.timeout),
        pages: !args.summaries,
        force: args.force,
    };
    let mut failed = false;
    let mut told = |poll: &polybius_watch::Poll| {
        failed |= poll.feed.failures > 0;
        eprintln!("{}  {}  {}: {} events", poll.feed.polled, poll.feed.url, poll.feed.status, poll.done.events);
    };
    Watcher::new(&mut store, coder, options, &STOP).run(&urls, args.once, &mut told)?;
    Ok(!(args.once && failed))
}
