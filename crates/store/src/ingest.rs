//! Articles into the store, each exactly once.
//!
//! Articles are coded in batches, many at once, and stored in the order in which they came, a transaction a batch. Whatever ends the
//! process, the store holds whole batches, and the same sources read again go on behind them: row ids are given in order of arrival,
//! so that the result is that of a run that nobody disturbed.

use crate::{Store, StoreError, write};
use polybius_coder::{Coder, Event, is_english};
use polybius_incidents::near_copy::{Signature, signature};
use polybius_text::Article;
use rayon::prelude::*;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::HashSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Articles coded at once and stored in one transaction.
const BATCH: usize = 64;

/// Why something in a source gave no events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// It could not be read.
    Unreadable,
    /// It is not in English.
    Language,
    /// It was read, but could not be coded.
    Coding,
}

impl FailureKind {
    /// As the table has it.
    pub fn name(self) -> &'static str {
        match self {
            FailureKind::Unreadable => "unreadable",
            FailureKind::Language => "language",
            FailureKind::Coding => "coding",
        }
    }
}

/// What a source gave no events of.
#[derive(Clone, Debug)]
pub struct Failure {
    /// The file or feed.
    pub source: String,
    /// Why, with place and remedy.
    pub reason: String,
    /// Of what kind.
    pub kind: FailureKind,
}

/// What a reader hands on, in the order in which it stands in the sources.
#[derive(Clone, Debug)]
pub enum Read {
    /// A source begins; what failed in it before is forgotten.
    Source(String),
    /// An article of the source of this name.
    Article(String, Article),
    /// Something that could not be read.
    Failed(Failure),
}

/// What an ingest did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ingested {
    /// Articles read.
    pub read: usize,
    /// Coded and stored.
    pub coded: usize,
    /// Events stored.
    pub events: usize,
    /// Left out since they are in the store.
    pub known: usize,
    /// Of those coded, near-copies of an earlier article.
    pub copies: usize,
    /// Not in English.
    pub foreign: usize,
    /// Unreadable or impossible to code.
    pub failed: usize,
}

enum Coded {
    Source(String),
    Article { source: String, hash: String, article: Box<Article>, events: Vec<Event>, signature: Box<Signature> },
    Known,
    Failed(Failure),
}

impl Store {
    /// Codes and stores articles as `reads` gives them. With `force`, articles that are not in English too. `progress` is told what
    /// has been done after every batch; the sum is returned.
    pub fn ingest(
        &mut self,
        coder: &Coder,
        reads: impl Iterator<Item = Read>,
        force: bool,
        progress: &mut dyn FnMut(&Ingested),
    ) -> Result<Ingested, StoreError> {
        let terms = |store: &mut Store| {
            let transaction = store.connection.transaction()?;
            write::terms(&transaction, coder)?;
            transaction.commit()
        };
        terms(self).map_err(|e| self.error(e))?;
        let mut done = Ingested::default();
        let (mut reads, mut coded) = (reads.peekable(), Vec::new());
        // while one batch is coded, the one before is written
        while reads.peek().is_some() || !coded.is_empty() {
            let batch: Vec<Read> = reads.by_ref().take(BATCH).collect();
            let work = self.prepare(batch, &coded).map_err(|e| self.error(e))?;
            let (next, written) = rayon::join(
                || work.into_par_iter().map(|(read, hash, known)| code(coder, read, hash, known, force)).collect(),
                || self.write_batch(&coded, &mut done),
            );
            written.map_err(|e| self.error(e))?;
            coded = next;
            progress(&done);
        }
        self.merge_incidents(&mut |_, _| {})?;
        self.connection.execute_batch("PRAGMA optimize").map_err(|e| self.error(e))?;
        Ok(done)
    }

    /// Tells which articles of a batch are in the store, or will be when `waiting` is written.
    fn prepare(&self, batch: Vec<Read>, waiting: &[Coded]) -> rusqlite::Result<Vec<(Read, Option<String>, bool)>> {
        let hash = |read: &Read| match read {
            Read::Article(_, article) => Some(write::hash(article)),
            _ => None,
        };
        let hashes: Vec<Option<String>> = batch.par_iter().map(hash).collect();
        let mut known = self.known(hashes.iter().flatten())?;
        known.extend(waiting.iter().filter_map(|c| match c {
            Coded::Article { hash, .. } => Some(hash.clone()),
            _ => None,
        }));
        // of two articles alike in one batch the first is coded
        let work = batch.into_iter().zip(hashes).map(|(read, hash)| {
            let skip = hash.as_ref().is_some_and(|h| !known.insert(h.clone()));
            (read, hash, skip)
        });
        Ok(work.collect())
    }

    fn known<'h>(&self, hashes: impl Iterator<Item = &'h String>) -> rusqlite::Result<HashSet<String>> {
        let mut find = self.connection.prepare_cached("SELECT hash FROM articles WHERE hash = ?1")?;
        let mut found = HashSet::new();
        for hash in hashes {
            found.extend(find.query_row([hash], |row| row.get::<_, String>(0)).optional()?);
        }
        Ok(found)
    }

    fn write_batch(&mut self, batch: &[Coded], done: &mut Ingested) -> rusqlite::Result<()> {
        let transaction = self.connection.transaction()?;
        for item in batch {
            match item {
                Coded::Source(source) => {
                    transaction.prepare_cached("DELETE FROM failures WHERE source = ?1")?.execute([source])?;
                }
                Coded::Article { source, hash, article, events, signature } => {
                    let copy = write::article(&transaction, source, hash, article, events, signature)?;
                    done.copies += usize::from(copy);
                    done.read += 1;
                    done.coded += 1;
                    done.events += events.len();
                }
                Coded::Known => {
                    done.read += 1;
                    done.known += 1;
                }
                Coded::Failed(failure) => {
                    fail(&transaction, failure)?;
                    match failure.kind {
                        FailureKind::Unreadable => done.failed += 1,
                        FailureKind::Coding => (done.read, done.failed) = (done.read + 1, done.failed + 1),
                        FailureKind::Language => (done.read, done.foreign) = (done.read + 1, done.foreign + 1),
                    }
                }
            }
        }
        transaction.commit()
    }

    /// Stores articles that are coded already, in one transaction; those that are in the store are left out. Returns how many are new.
    pub fn insert(&mut self, source: &str, coded: &[(Article, Vec<Event>)]) -> Result<usize, StoreError> {
        let mut write = || -> rusqlite::Result<usize> {
            let mut new = 0;
            let transaction = self.connection.transaction()?;
            for (article, events) in coded {
                let hash = write::hash(article);
                let known = transaction.prepare_cached("SELECT 1 FROM articles WHERE hash = ?1")?.exists([&hash])?;
                if !known {
                    write::article(&transaction, source, &hash, article, events, &signature(&article.text))?;
                    new += 1;
                }
            }
            transaction.commit()?;
            Ok(new)
        };
        let written = write();
        written.map_err(|e| self.error(e))
    }

    /// The sources in which something failed; with `languages`, also those with articles in other languages.
    pub fn failed_sources(&self, languages: bool) -> Result<Vec<String>, StoreError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut select = self
                .connection
                .prepare("SELECT DISTINCT source FROM failures WHERE kind <> 'language' OR ?1 ORDER BY source")?;
            select.query_map([languages], |row| row.get(0))?.collect()
        };
        read().map_err(|e| self.error(e))
    }
}

fn code(coder: &Coder, read: Read, hash: Option<String>, known: bool, force: bool) -> Coded {
    let (source, article) = match read {
        Read::Source(source) => return Coded::Source(source),
        Read::Failed(failure) => return Coded::Failed(failure),
        Read::Article(..) if known => return Coded::Known,
        Read::Article(source, article) => (source, article),
    };
    if !force && !is_english(&article) {
        let reason =
            format!("{}: this is not in English, so it was not coded; use --force to code it all the same", article.id);
        return Coded::Failed(Failure { source, reason, kind: FailureKind::Language });
    }
    // one article must not cost the others, even if the coder has a defect
    match catch_unwind(AssertUnwindSafe(|| coder.code(&article))) {
        Ok(events) => {
            let signature = Box::new(signature(&article.text));
            Coded::Article { source, hash: hash.unwrap_or_default(), article: Box::new(article), events, signature }
        }
        Err(_) => {
            let reason = format!("{}: the coder broke off; please report this article", article.id);
            Coded::Failed(Failure { source, reason, kind: FailureKind::Coding })
        }
    }
}

fn fail(transaction: &Transaction, failure: &Failure) -> rusqlite::Result<()> {
    transaction
        .prepare_cached("INSERT OR REPLACE INTO failures (source, reason, kind) VALUES (?1, ?2, ?3)")?
        .execute(params![failure.source, failure.reason, failure.kind.name()])?;
    Ok(())
}
