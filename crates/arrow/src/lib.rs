//! Coded articles and events in columns: what Parquet files, the Python package, Spark and Ray share.
//!
//! Two tables. [`articles`] has a row an article with its events in a list, as the JSON Lines do, and says of an article that was not
//! coded why not. [`events`] has a row an event, beside what is known of its article. Both hold the values of the JSON record, so that
//! it can be made again from either.
//!
//! The layout is stable: a column keeps its name, its type and its meaning; new ones are added behind the others, and what cannot be
//! done so raises [`LAYOUT`], which both schemas carry as `polybius.layout`. Only types are used that every reader has: there are no
//! dictionaries and no unsigned numbers, which Spark and R do not know; whole numbers have 32 bits, dates are days (`Date32`).
//!
//! ```
//! use polybius_arrow::{ArticleRecord, events};
//! let coder = polybius_coder::Coder::new();
//! let article = polybius_text::Article::from_lines("1", "Ukraine accused Russia of shelling the town.");
//! let record = ArticleRecord::coded(&article, &coder.code(&article));
//! let table = events(std::slice::from_ref(&record))?;
//! assert_eq!(table.num_rows(), record.events.len());
//! # Ok::<(), arrow_schema::ArrowError>(())
//! ```

// an article that fails is not thrown away: its record is a row of the answer like any other
#![allow(clippy::result_large_err)]

mod code;
mod columns;
mod input;
mod layout;
#[cfg(feature = "parquet")]
mod parquet;
mod record;
#[cfg(feature = "parquet")]
mod values;

pub use code::{code, english};
pub use columns::{articles, events};
pub use input::{InputError, article, read};
pub use layout::{LAYOUT, article_schema, event_schema};
#[cfg(feature = "parquet")]
pub use parquet::EventFile;
pub use record::{
    ArticleRecord, EventRecord, FigureRecord, ParticipantRecord, PlaceRecord, SentenceRecord, WordsRecord,
};
#[cfg(feature = "parquet")]
pub use values::ValueFile;
