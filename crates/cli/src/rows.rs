//! Rows of values as a table, CSV, JSON Lines or Parquet.

use crate::Format;
use anyhow::{Result, bail};
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{CellAlignment, ContentArrangement, Table};
use polybius_arrow::ValueFile;
use serde_json::{Map, Value};
use std::io::{BufWriter, IsTerminal, Write, stdout};

/// The width of a table that does not go to a terminal.
const PLAIN_WIDTH: u16 = 120;

/// Writes rows as they come; a table is written at the end, when its columns' widths are known.
pub enum Rows {
    Table(Table),
    Csv(Box<csv::Writer<BufWriter<std::io::StdoutLock<'static>>>>),
    Jsonl(BufWriter<std::io::StdoutLock<'static>>, Vec<String>),
    Parquet(Box<ValueFile<std::io::Stdout>>),
}

impl Rows {
    pub fn new(format: Format, columns: Vec<String>) -> Result<Rows> {
        let out = || BufWriter::new(stdout().lock());
        Ok(match format {
            Format::Table => {
                let mut table = Table::new();
                table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
                if !stdout().is_terminal() {
                    table.set_width(PLAIN_WIDTH).force_no_tty();
                }
                table.set_header(columns);
                Rows::Table(table)
            }
            Format::Csv => {
                let mut writer = csv::Writer::from_writer(out());
                writer.write_record(columns)?;
                Rows::Csv(Box::new(writer))
            }
            Format::Jsonl => Rows::Jsonl(out(), columns),
            Format::Parquet if stdout().is_terminal() => {
                bail!("Parquet is nothing for a terminal; send it to a file with > FILE")
            }
            Format::Parquet => Rows::Parquet(Box::new(ValueFile::new(stdout(), columns))),
        })
    }

    /// A value for each column.
    pub fn push(&mut self, values: Vec<Value>) -> Result<()> {
        match self {
            Rows::Table(table) => {
                table.add_row(values.iter().map(plain));
            }
            Rows::Csv(writer) => writer.write_record(values.iter().map(plain))?,
            Rows::Jsonl(out, columns) => {
                let object: Map<String, Value> = columns.iter().cloned().zip(values).collect();
                serde_json::to_writer(&mut *out, &object).map_err(std::io::Error::from)?;
                out.write_all(b"\n")?;
            }
            Rows::Parquet(file) => file.push(values),
        }
        Ok(())
    }

    /// Numbers in these columns stand to the right.
    pub fn finish(self, numbers: &[usize]) -> Result<()> {
        match self {
            Rows::Table(mut table) => {
                for &column in numbers {
                    if let Some(column) = table.column_mut(column) {
                        column.set_cell_alignment(CellAlignment::Right);
                    }
                }
                let mut out = stdout().lock();
                writeln!(out, "{table}")?;
            }
            Rows::Csv(mut writer) => writer.flush()?,
            Rows::Jsonl(mut out, _) => out.flush()?,
            Rows::Parquet(file) => file.finish()?,
        }
        Ok(())
    }
}

/// A value as people read it.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(s) => s.clone(),
        other => other.to_string(),
    }
}
