//! What is known of feeds.

use crate::{Store, StoreError};
use rusqlite::{OptionalExtension, params};

/// A feed as it was polled last. Times are in UTC, as `2024-05-01T12:00:00Z`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedState {
    /// Its address.
    pub url: String,
    /// Its name.
    pub title: Option<String>,
    /// The `ETag` that the server gave.
    pub etag: Option<String>,
    /// The `Last-Modified` that the server gave.
    pub modified: Option<String>,
    /// When it was polled.
    pub polled: String,
    /// What came of it.
    pub status: String,
    /// Polls that failed, in a row.
    pub failures: u32,
    /// When it is to be polled next.
    pub due: String,
}

impl Store {
    /// What is known of a feed.
    pub fn feed(&self, url: &str) -> Result<Option<FeedState>, StoreError> {
        let read = self
            .connection
            .prepare_cached("SELECT title, etag, modified, polled, status, failures, due FROM feeds WHERE url = ?1");
        let read = read.and_then(|mut select| {
            let row = |row: &rusqlite::Row| {
                Ok(FeedState {
                    url: url.to_owned(),
                    title: row.get(0)?,
                    etag: row.get(1)?,
                    modified: row.get(2)?,
                    polled: row.get(3)?,
                    status: row.get(4)?,
                    failures: row.get(5)?,
                    due: row.get(6)?,
                })
            };
            select.query_row([url], row).optional()
        });
        read.map_err(|e| self.error(e))
    }

    /// Keeps what came of a poll, and which entries need not be read again.
    pub fn save_feed(&mut self, feed: &FeedState, entries: &[String]) -> Result<(), StoreError> {
        let mut save = || -> rusqlite::Result<()> {
            let transaction = self.connection.transaction()?;
            transaction.execute(
                "INSERT OR REPLACE INTO feeds (url, title, etag, modified, polled, status, failures, due)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
                params![
                    feed.url,
                    feed.title,
                    feed.etag,
                    feed.modified,
                    feed.polled,
                    feed.status,
                    feed.failures,
                    feed.due
                ],
            )?;
            for entry in entries {
                transaction
                    .prepare_cached("INSERT OR IGNORE INTO feed_entries (feed, entry) VALUES (?1, ?2)")?
                    .execute([&feed.url, entry])?;
            }
            transaction.commit()
        };
        let saved = save();
        saved.map_err(|e| self.error(e))
    }

    /// Was this entry of a feed read before?
    pub fn knows_entry(&self, feed: &str, entry: &str) -> Result<bool, StoreError> {
        let known = self
            .connection
            .prepare_cached("SELECT 1 FROM feed_entries WHERE feed = ?1 AND entry = ?2")
            .and_then(|mut select| select.exists([feed, entry]));
        known.map_err(|e| self.error(e))
    }
}
