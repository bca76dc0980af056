//! Answers to questions of one's own, whose columns nobody knows before, as a Parquet file.

use arrow_array::{ArrayRef, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::errors::ParquetError;
use serde_json::Value;
use std::io::Write;
use std::sync::Arc;

/// Gathers rows, then writes them: a column of whole numbers has 64 bits, one of numbers is `Float64`, any other is text.
pub struct ValueFile<W: Write + Send> {
    out: W,
    columns: Vec<String>,
    rows: Vec<Vec<Value>>,
}

impl<W: Write + Send> ValueFile<W> {
    /// Begins a file with these columns.
    pub fn new(out: W, columns: Vec<String>) -> Self {
        ValueFile { out, columns, rows: Vec::new() }
    }

    /// Adds a row: a value for each column.
    pub fn push(&mut self, row: Vec<Value>) {
        self.rows.push(row);
    }

    /// Writes the file.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn finish(self) -> Result<(), ParquetError> {
        let (mut fields, mut arrays) = (Vec::new(), Vec::new());
        for (index, name) in self.columns.iter().enumerate() {
            let values = || self.rows.iter().map(move |row| row.get(index).unwrap_or(&Value::Null));
            let array: ArrayRef = if values().all(|v| v.is_null() || v.is_i64()) && values().any(Value::is_i64) {
                Arc::new(values().map(Value::as_i64).collect::<Int64Array>())
            } else if values().all(|v| v.is_null() || v.is_number()) && values().any(Value::is_number) {
                Arc::new(values().map(Value::as_f64).collect::<Float64Array>())
            } else {
                let text = |v: &Value| match v {
                    Value::Null => None,
                    Value::String(s) => Some(s.clone()),
                    other => Some(other.to_string()),
                };
                Arc::new(values().map(text).collect::<StringArray>())
            };
            fields.push(Field::new(name, DataType::clone(array.data_type()), true));
            arrays.push(array);
        }
        let schema = Arc::new(Schema::new(fields));
        let mut writer = ArrowWriter::try_new(self.out, Arc::clone(&schema), None)?;
        writer.write(&RecordBatch::try_new(schema, arrays)?)?;
        writer.close().map(drop)
    }
}
