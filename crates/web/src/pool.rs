//! A few read-only connections to the store, shared by all requests, each used by one at a time and away from the threads that talk to
//! the network.

use crate::fault::Fault;
use polybius_store::{Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;

/// Connections, and so questions that are answered at once.
const CONNECTIONS: usize = 4;

/// A page's question is given up after this time.
pub(crate) const PAGE: Duration = Duration::from_secs(10);

/// A question whose answer is kept for later pages may take longer.
pub(crate) const SUMMARY: Duration = Duration::from_secs(120);

pub(crate) struct Pool {
    inner: Arc<Inner>,
}

struct Inner {
    path: PathBuf,
    idle: Mutex<Vec<Store>>,
    permits: Semaphore,
}

impl Pool {
    /// Opens the first connection, so that a store that cannot be read is told at the start.
    pub(crate) fn new(path: &Path) -> Result<Pool, StoreError> {
        let first = open(path)?;
        Ok(Pool {
            inner: Arc::new(Inner {
                path: path.to_owned(),
                idle: Mutex::new(vec![first]),
                permits: Semaphore::new(CONNECTIONS),
            }),
        })
    }

    /// The store's file name, for people.
    pub(crate) fn name(&self) -> String {
        self.inner.path.file_name().map_or_else(String::new, |n| n.to_string_lossy().into_owned())
    }

    /// A connection of its own, for an answer that is long in the sending.
    pub(crate) fn separate(&self) -> Result<Store, StoreError> {
        open(&self.inner.path)
    }

    /// Runs `work` with a connection as soon as one is free; a question that takes longer than `limit` is broken off.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        limit: Duration,
        work: impl FnOnce(&Store) -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, Fault> {
        let inner = self.inner.clone();
        // the permit goes along: a request that is given up does not free the connection that still works for it
        let waiting = inner.permits.acquire().await.map_err(|_| Fault::Busy)?;
        waiting.forget();
        let task = tokio::task::spawn_blocking(move || {
            let _permit = Permit(&inner.permits);
            let idle = inner.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let store = idle.map_or_else(|| open(&inner.path), Ok)?;
            let result = timed(&store, limit, work);
            inner.idle.lock().unwrap_or_else(PoisonError::into_inner).push(store);
            result
        });
        task.await.map_err(|_| Fault::Broken)?
    }
}

struct Permit<'p>(&'p Semaphore);

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.0.add_permits(1);
    }
}

fn open(path: &Path) -> Result<Store, StoreError> {
    let store = Store::open_read_only(path)?;
    // four connections share the machine's file cache rather than each having its own
    let _ = store.connection().execute_batch("PRAGMA cache_size = -16384; PRAGMA mmap_size = 268435456;");
    Ok(store)
}

/// Runs `work`, broken off at the limit.
pub(crate) fn timed<T>(
    store: &Store,
    limit: Duration,
    work: impl FnOnce(&Store) -> Result<T, Fault>,
) -> Result<T, Fault> {
    let over = Arc::new(Mutex::new(false));
    let interrupt = store.connection().get_interrupt_handle();
    let watched = over.clone();
    let watch = tokio::runtime::Handle::current().spawn(async move {
        tokio::time::sleep(limit).await;
        // under the lock, so that whoever has the connection next is not the one interrupted
        if !*watched.lock().unwrap_or_else(PoisonError::into_inner) {
            interrupt.interrupt();
        }
    });
    let start = Instant::now();
    let result = work(store);
    *over.lock().unwrap_or_else(PoisonError::into_inner) = true;
    watch.abort();
    match result {
        Err(Fault::Store(_)) if start.elapsed() >= limit => Err(Fault::Slow),
        result => result,
    }
}
