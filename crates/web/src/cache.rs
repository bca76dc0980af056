//! Answers that take long and are asked for often are kept as long as the store has not grown.

use crate::fault::Fault;
use crate::pool::{PAGE, SUMMARY};
use crate::{Site, actor, overview, quality};
use polybius_store::Store;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::OnceCell;

/// Answers kept of one kind.
const KEPT: usize = 500;

/// While a store grows, an answer may be so old.
const FRESH: Duration = Duration::from_secs(60);

#[derive(Default)]
pub(crate) struct Caches {
    pub(crate) overview: Cache<overview::Facts>,
    pub(crate) actors: Cache<actor::Facts>,
    pub(crate) quality: Cache<quality::Facts>,
}

pub(crate) struct Cache<V> {
    entries: Mutex<HashMap<String, Entry<V>>>,
}

impl<V> Default for Cache<V> {
    fn default() -> Self {
        Cache { entries: Mutex::default() }
    }
}

struct Entry<V> {
    state: State,
    made: Instant,
    value: Arc<OnceCell<Arc<V>>>,
}

/// The last event and the last article: a store only grows.
type State = (i64, i64);

fn state(store: &Store) -> Result<State, Fault> {
    let last = |sql: &str| store.connection().prepare_cached(sql)?.query_row([], |row| row.get(0));
    Ok((last("SELECT ifnull(max(id), 0) FROM events")?, last("SELECT ifnull(max(id), 0) FROM articles")?))
}

/// The answer of this key in a cache, from `work` if it is not there; many who ask at once wait for one.
pub(crate) async fn cached<V: Send + Sync + 'static>(
    site: &Arc<Site>,
    cache: fn(&Caches) -> &Cache<V>,
    key: String,
    work: impl FnOnce(&Store) -> Result<V, Fault> + Send + 'static,
) -> Result<Arc<V>, Fault> {
    let state = site.pool.read(PAGE, state).await?;
    let cell = cache(&site.caches).cell(key, state);
    let site = site.clone();
    // a task of its own: what is counted once is kept even if whoever asked has gone
    let task = tokio::spawn(async move {
        cell.get_or_try_init(|| async { Ok(Arc::new(site.pool.read(SUMMARY, work).await?)) }).await.cloned()
    });
    task.await.map_err(|_| Fault::Broken)?
}

impl<V> Cache<V> {
    fn cell(&self, key: String, state: State) -> Arc<OnceCell<Arc<V>>> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get(&key)
            && (entry.state == state || entry.value.initialized() && entry.made.elapsed() < FRESH)
        {
            return entry.value.clone();
        }
        if entries.len() >= KEPT {
            entries.clear();
        }
        let value = Arc::new(OnceCell::new());
        entries.insert(key, Entry { state, made: Instant::now(), value: value.clone() });
        value
    }
}
