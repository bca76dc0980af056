//! Events as a Parquet file.

use crate::columns::events;
use crate::layout::event_schema;
use crate::record::ArticleRecord;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use std::io::Write;

/// Bytes that are gathered before a row group is written.
const ROW_GROUP: usize = 32 << 20;

/// Writes events, a row each, as they come.
pub struct EventFile<W: Write + Send> {
    writer: ArrowWriter<W>,
}

impl<W: Write + Send> EventFile<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn new(out: W) -> Result<Self, ParquetError> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(concat!("polybius ", env!("CARGO_PKG_VERSION")).to_owned())
            .build();
        Ok(EventFile { writer: ArrowWriter::try_new(out, event_schema(), Some(properties))? })
    }

    /// Adds the events of articles.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write(&mut self, records: &[ArticleRecord]) -> Result<(), ParquetError> {
        self.writer.write(&events(records)?)?;
        if self.writer.in_progress_size() > ROW_GROUP {
            self.writer.flush()?;
        }
        Ok(())
    }

    /// Ends the file, which cannot be read before.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> Result<(), ParquetError> {
        self.writer.close().map(drop)
    }
}
