//! Polls RSS, Atom and JSON feeds and puts what is new into a store.
//!
//! Requests are conditional (`If-None-Match`, `If-Modified-Since`), one at a time, and never less than [`Options::delay`] apart at one host.
//! A feed that fails is left alone for twice as long each time, up to a day, or as long as its server asks (`Retry-After`). Whatever
//! a server sends, a poll ends within [`Options::timeout`] and [`LIMIT`] bytes, packed or unpacked. What came of each poll stands in
//! the store.

use jiff::{SignedDuration, Timestamp};
use polybius_coder::Coder;
use polybius_reader::{Defaults, FeedEntry, parse_feed, read_stream};
use polybius_store::{Failure, FailureKind, FeedState, Ingested, Read, Store, StoreError};
use polybius_text::Article;
use std::collections::HashMap;
use std::io::Read as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use thiserror::Error;
use ureq::{Agent, Body, http::Response};

/// Bytes read of an answer, unpacked; longer ones are refused.
pub const LIMIT: u64 = 16 << 20;
/// A feed that goes on failing is polled this often at least.
const LONGEST: SignedDuration = SignedDuration::from_hours(24);
/// How soon a signal to stop is seen while nothing is due.
const NAP: Duration = Duration::from_millis(100);

/// How to poll.
#[derive(Clone, Debug)]
pub struct Options {
    /// Between two polls of a feed.
    pub every: Duration,
    /// At least between two requests to one host.
    pub delay: Duration,
    /// For one request with its answer.
    pub timeout: Duration,
    /// Read the pages that entries link to? Else what the feed itself has of them.
    pub pages: bool,
    /// Code articles that are not in English too?
    pub force: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            every: Duration::from_secs(15 * 60),
            delay: Duration::from_secs(2),
            timeout: Duration::from_secs(30),
            pages: true,
            force: false,
        }
    }
}

/// A file of feeds that cannot be used.
#[derive(Debug, Error)]
#[error("{file}, line {line}: `{text}` is no address of a feed; write one http:// or https:// address a line")]
pub struct FeedListError {
    /// Which file.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What stands there.
    pub text: String,
}

/// The addresses in a file of feeds: one a line; blank lines and those that begin with `#` are left out, and so is what is there already.
pub fn feeds(file: &str, text: &str) -> Result<Vec<String>, FeedListError> {
    let mut urls: Vec<String> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') || urls.iter().any(|u| u == line) {
            continue;
        }
        let host = line.strip_prefix("http://").or_else(|| line.strip_prefix("https://"));
        if host.is_none_or(|h| h.is_empty() || h.starts_with('/') || h.contains(char::is_whitespace)) {
            return Err(FeedListError { file: file.to_owned(), line: index + 1, text: line.to_owned() });
        }
        urls.push(line.to_owned());
    }
    Ok(urls)
}

/// What came of polling a feed once.
#[derive(Clone, Debug)]
pub struct Poll {
    /// The feed.
    pub feed: FeedState,
    /// What was read and coded.
    pub done: Ingested,
}

/// Polls feeds into a store.
#[derive(Debug)]
pub struct Watcher<'a> {
    store: &'a mut Store,
    coder: &'a Coder,
    options: Options,
    agent: Agent,
    /// When each host was last asked.
    asked: HashMap<String, Instant>,
    stop: &'a AtomicBool,
}

/// Why a request gave nothing, and for how long its server wants to be left alone.
struct Refused {
    why: String,
    wait: Option<SignedDuration>,
}

impl From<String> for Refused {
    fn from(why: String) -> Self {
        Refused { why, wait: None }
    }
}

impl<'a> Watcher<'a> {
    /// `stop` ends it, after the article that is being read.
    pub fn new(store: &'a mut Store, coder: &'a Coder, options: Options, stop: &'a AtomicBool) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(options.timeout))
            .max_redirects(5)
            .http_status_as_error(false)
            .user_agent(concat!("Polybius/", env!("CARGO_PKG_VERSION"), " (event coder; reads feeds)"))
            .build();
        Watcher { store, coder, options, agent: config.into(), asked: HashMap::new(), stop }
    }

    /// Polls each feed that is due, and, unless `once`, goes on doing so until it is told to stop. `told` hears of every poll.
    pub fn run(&mut self, urls: &[String], once: bool, told: &mut dyn FnMut(&Poll)) -> Result<(), StoreError> {
        loop {
            let mut next: Option<Timestamp> = None;
            for url in urls {
                if self.stopped() {
                    return Ok(());
                }
                let known =
                    self.store.feed(url)?.unwrap_or_else(|| FeedState { url: url.clone(), ..FeedState::default() });
                let due: Option<Timestamp> = known.due.parse().ok();
                let now = Timestamp::now();
                let due = if due.is_none_or(|d| d <= now) {
                    let poll = self.poll(known)?;
                    told(&poll);
                    poll.feed.due.parse().unwrap_or(now)
                } else {
                    due.unwrap_or(now)
                };
                next = Some(next.map_or(due, |n| n.min(due)));
            }
            if once {
                return Ok(());
            }
            while next.is_none_or(|n| Timestamp::now() < n) {
                if self.stopped() {
                    return Ok(());
                }
                std::thread::sleep(NAP);
            }
        }
    }

    fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn poll(&mut self, mut feed: FeedState) -> Result<Poll, StoreError> {
        let now = Timestamp::now();
        let every = SignedDuration::try_from(self.options.every).unwrap_or(LONGEST);
        let (mut seen, mut done, mut wait) = (Vec::new(), Ingested::default(), None);
        match self.fetch_feed(&mut feed) {
            Ok(None) => {
                feed.status = "not modified".to_owned();
                feed.failures = 0;
            }
            Ok(Some(parsed)) => {
                let mut reads = vec![Read::Source(feed.url.clone())];
                for entry in &parsed.entries {
                    if self.stopped() {
                        break;
                    }
                    if self.store.knows_entry(&feed.url, &entry.id)? {
                        continue;
                    }
                    match self.article(&feed, &parsed, entry) {
                        Ok(article) => reads.push(Read::Article(feed.url.clone(), article)),
                        Err(why) => reads.push(Read::Failed(Failure {
                            source: feed.url.clone(),
                            reason: format!("{}, entry {}: {why}", feed.url, entry.id),
                            kind: FailureKind::Unreadable,
                        })),
                    }
                    seen.push(entry.id.clone());
                }
                done = self.store.ingest(self.coder, reads.into_iter(), self.options.force, &mut |_| {})?;
                feed.status = format!("{} entries, {} new", parsed.entries.len(), seen.len());
                feed.failures = 0;
            }
            Err(refused) => {
                feed.failures = feed.failures.saturating_add(1);
                feed.status = refused.why;
                let doubled = every.checked_mul(1 << feed.failures.min(10)).unwrap_or(LONGEST);
                wait = Some(refused.wait.unwrap_or(doubled).clamp(every, LONGEST.max(every)));
            }
        }
        feed.polled = now.to_string();
        feed.due = now.checked_add(wait.unwrap_or(every)).unwrap_or(now).to_string();
        self.store.save_feed(&feed, &seen)?;
        Ok(Poll { feed, done })
    }

    /// The feed, or none where it has not changed.
    fn fetch_feed(&mut self, feed: &mut FeedState) -> Result<Option<polybius_reader::Feed>, Refused> {
        let mut headers = Vec::new();
        headers.extend(feed.etag.clone().map(|e| ("If-None-Match", e)));
        headers.extend(feed.modified.clone().map(|m| ("If-Modified-Since", m)));
        let mut answer = self.get(&feed.url, &headers)?;
        if answer.status() == 304 {
            return Ok(None);
        }
        let header = |name: &str| answer.headers().get(name).and_then(|v| v.to_str().ok()).map(str::to_owned);
        let (etag, modified) = (header("etag"), header("last-modified"));
        let parsed = parse_feed(&body(&mut answer)?)?;
        // only now: what could not be read must be sent again
        (feed.etag, feed.modified) = (etag, modified);
        feed.title = parsed.title.clone().or(feed.title.take());
        Ok(Some(parsed))
    }

    /// The article of an entry: its page, else what the feed has of it.
    fn article(
        &mut self,
        feed: &FeedState,
        parsed: &polybius_reader::Feed,
        entry: &FeedEntry,
    ) -> Result<Article, String> {
        let page = match &entry.link {
            Some(link) if self.options.pages => Some(self.page(link)),
            _ => None,
        };
        let mut article = match page {
            Some(Ok(page)) => page,
            Some(Err(why)) => entry.article(parsed).map_err(|_| why)?,
            None => entry.article(parsed)?,
        };
        article.id.clone_from(&entry.id);
        article.title = article.title.or_else(|| entry.title.clone());
        article.date = article.date.or(entry.date);
        article.url = article.url.or_else(|| entry.link.clone());
        article.publisher = article.publisher.or_else(|| feed.title.clone());
        Ok(article)
    }

    fn page(&mut self, link: &str) -> Result<Article, String> {
        let mut answer = self.get(link, &[]).map_err(|r| r.why)?;
        let bytes = body(&mut answer)?;
        let mut found = Err(format!("{link}: there is no article in it"));
        read_stream(bytes.as_slice(), link, &Defaults::default(), &mut |read| found = read.map_err(|e| e.to_string()));
        found
    }

    fn get(&mut self, url: &str, headers: &[(&str, String)]) -> Result<Response<Body>, Refused> {
        self.wait_for(url);
        let mut request = self.agent.get(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let answer = request.call().map_err(|e| format!("{url}: {e}"))?;
        let status = answer.status();
        if status.is_success() || status == 304 {
            return Ok(answer);
        }
        let wait =
            answer.headers().get("retry-after").and_then(|v| v.to_str().ok()).and_then(|v| v.trim().parse().ok());
        Err(Refused { why: format!("{url}: the server answers {status}"), wait: wait.map(SignedDuration::from_secs) })
    }

    /// Lets some time pass since the last request to the host of an address.
    fn wait_for(&mut self, url: &str) {
        let host = url.split('/').nth(2).unwrap_or_default().to_lowercase();
        if let Some(last) = self.asked.get(&host) {
            while last.elapsed() < self.options.delay && !self.stopped() {
                std::thread::sleep(self.options.delay.saturating_sub(last.elapsed()).min(NAP));
            }
        }
        self.asked.insert(host, Instant::now());
    }
}

/// The bytes of an answer, unpacked, if they are not too many.
fn body(answer: &mut Response<Body>) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let reader = answer.body_mut().with_config().limit(u64::MAX).reader();
    reader.take(LIMIT + 1).read_to_end(&mut bytes).map_err(|e| format!("the answer broke off: {e}"))?;
    if bytes.len() as u64 > LIMIT {
        return Err(format!("the answer is longer than {} MB", LIMIT >> 20));
    }
    Ok(bytes)
}
