//! Articles, their events and incidents in one SQLite file.
//!
//! A [`Store`] is opened to write (one process at a time) or to read (any number). [`Store::ingest`] codes articles and
//! stores each exactly once; [`Query`] is the small language of questions; [`Store::events`] and [`Store::count`] answer them.
//! Tables and columns stand in `migrations/` and are explained in docs/store.md.

mod count;
mod export;
mod feeds;
mod flat;
mod incident;
mod ingest;
mod migrate;
mod page;
mod query;
mod read;
mod sql;
mod write;

pub use count::{Counts, Dimension, Unit};
pub use export::{ExportError, Layout};
pub use feeds::FeedState;
pub use ingest::{Failure, FailureKind, Ingested, Read};
pub use page::Position;
pub use query::{AskError, Query, QueryError, fields};
pub use read::{ArticleRow, EventRow, FigureRow, Order, ParticipantRow, PlaceRow};
pub use sql::SqlAnswer;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Why a store cannot be used.
#[derive(Debug, Error)]
pub enum StoreError {
    /// There is no such file.
    #[error("{path}: there is no such store; `polybius ingest --store {path} SOURCES...` makes one")]
    Missing {
        /// Of the store.
        path: String,
    },
    /// It is a file of another kind.
    #[error("{path}: this is not a Polybius store; give another file, or a new name to make one")]
    Foreign {
        /// Of the file.
        path: String,
    },
    /// A later Polybius made it.
    #[error(
        "{path}: this store has version {found}, this Polybius knows versions up to {known}; use the Polybius that made it, or a later one"
    )]
    Newer {
        /// Of the store.
        path: String,
        /// Its version.
        found: i64,
        /// The latest that is known.
        known: i64,
    },
    /// An earlier Polybius made it, and it is opened to read.
    #[error(
        "{path}: this store has version {found}, this Polybius needs {known}; `polybius ingest --store {path}` brings it up to date"
    )]
    Older {
        /// Of the store.
        path: String,
        /// Its version.
        found: i64,
        /// What is needed.
        known: i64,
    },
    /// Another process is writing.
    #[error("{path}: another process is writing to this store; wait until it has finished")]
    Busy {
        /// Of the store.
        path: String,
    },
    /// The disk is full.
    #[error("{path}: the disk is full; the store is intact: free some space and run the same command again")]
    Full {
        /// Of the store.
        path: String,
    },
    /// The file or its folder may not be written.
    #[error("{path}: this file, or its folder, cannot be written; change its permissions or give another file")]
    ReadOnly {
        /// Of the store.
        path: String,
    },
    /// The file is damaged.
    #[error("{path}: this store is damaged ({reason}); restore it from a copy, or ingest the sources into a new one")]
    Damaged {
        /// Of the store.
        path: String,
        /// What SQLite says.
        reason: String,
    },
    /// Anything else that SQLite or the system reports.
    #[error("{path}: {reason}")]
    Other {
        /// Of the store.
        path: String,
        /// What it says.
        reason: String,
    },
    /// A question that SQL does not understand, or that would write.
    #[error("the SQL cannot be run: {0}")]
    Sql(String),
}

/// An open store.
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
    /// Held as long as the store is open to write; the system lets go of it whatever happens to the process.
    _lock: Option<File>,
}

impl Store {
    /// Opens a store to write, making it if it is not there, and brings it up to date.
    pub fn open(path: &Path) -> Result<Store, StoreError> {
        let name = || path.display().to_string();
        let lock_path = PathBuf::from(format!("{}-lock", path.display()));
        let lock = OpenOptions::new().create(true).append(true).open(&lock_path).map_err(|e| match e.kind() {
            std::io::ErrorKind::PermissionDenied | std::io::ErrorKind::ReadOnlyFilesystem => {
                StoreError::ReadOnly { path: name() }
            }
            std::io::ErrorKind::StorageFull => StoreError::Full { path: name() },
            _ => StoreError::Other { path: name(), reason: e.to_string() },
        })?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Busy { path: name() }),
            Err(TryLockError::Error(e)) => return Err(StoreError::Other { path: name(), reason: e.to_string() }),
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|e| sql_error(path, e))?;
        let mut store = Store { connection, path: path.to_owned(), _lock: Some(lock) };
        store.prepare_to_write().map_err(|e| store.error(e))?;
        migrate::up(&mut store)?;
        Ok(store)
    }

    /// Opens a store to read. Several may, also while another process writes.
    pub fn open_read_only(path: &Path) -> Result<Store, StoreError> {
        if !path.exists() {
            return Err(StoreError::Missing { path: path.display().to_string() });
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|e| sql_error(path, e))?;
        let store = Store { connection, path: path.to_owned(), _lock: None };
        let tuned = store.connection.execute_batch(
            "PRAGMA query_only = ON; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY;",
        );
        tuned.map_err(|e| store.error(e))?;
        migrate::check(&store)?;
        Ok(store)
    }

    /// The connection, for tables that have no function of their own. Those opened to read cannot write.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Where the store is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    fn prepare_to_write(&self) -> rusqlite::Result<()> {
        // WAL: what is committed outlives the process, and readers see the state before
        self.connection.execute_batch(
            "PRAGMA busy_timeout = 10000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;
             PRAGMA cache_size = -65536; PRAGMA temp_store = MEMORY; PRAGMA journal_size_limit = 67108864;",
        )
    }

    /// What an error of SQLite means for this store.
    pub(crate) fn error(&self, error: rusqlite::Error) -> StoreError {
        sql_error(&self.path, error)
    }
}

fn sql_error(path: &Path, error: rusqlite::Error) -> StoreError {
    let (path, reason) = (path.display().to_string(), error.to_string());
    match error.sqlite_error_code() {
        Some(ErrorCode::DiskFull) => StoreError::Full { path },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            StoreError::ReadOnly { path }
        }
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => StoreError::Busy { path },
        Some(ErrorCode::NotADatabase) => StoreError::Foreign { path },
        Some(ErrorCode::DatabaseCorrupt) => StoreError::Damaged { path, reason },
        _ => StoreError::Other { path, reason },
    }
}
