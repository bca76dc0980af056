//! Arrow tables to articles.

use crate::record::ArticleRecord;
use arrow_array::cast::AsArray;
use arrow_array::types::{
    Date32Type, Date64Type, TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType,
};
use arrow_array::{Array, RecordBatch, downcast_integer_array};
use arrow_schema::{DataType, Schema, TimeUnit};
use jiff::Span;
use jiff::civil::Date;
use polybius_reader::{Defaults, Fields};
use polybius_text::Article;
use thiserror::Error;

/// Why a table is not one of articles.
#[derive(Debug, Error)]
pub enum InputError {
    /// A column that is needed is not there.
    #[error("the table has no column `{name}`; it holds {what}. Its columns: {columns}")]
    NoColumn {
        /// The column.
        name: &'static str,
        /// What it is for.
        what: &'static str,
        /// Those that are there.
        columns: String,
    },
    /// A column is of a type that cannot be read.
    #[error("the column `{name}` is of type {kind}; it must hold {needed}")]
    Type {
        /// The column.
        name: &'static str,
        /// Its type.
        kind: DataType,
        /// What it may be.
        needed: &'static str,
    },
}

/// The articles of a table with the column `text` and, where there are such, `id`, `title`, `date`, `publisher` and `url`, in any order
/// and among others; a row that gives none is a record that says why. An article without `id` is called by the number of its row,
/// counted from `first`.
///
/// # Errors
/// If the table is not one of articles.
pub fn read(
    batch: &RecordBatch,
    first: usize,
    defaults: &Defaults,
) -> Result<Vec<Result<Article, ArticleRecord>>, InputError> {
    let column = |name: &'static str| strings(batch, name);
    let text = column("text")?.ok_or_else(|| InputError::NoColumn {
        name: "text",
        what: "the articles' words",
        columns: names(batch.schema_ref()),
    })?;
    let (id, title, date) = (column("id")?, column("title")?, column("date")?);
    let (publisher, url) = (column("publisher")?, column("url")?);
    let row = |row: usize| {
        let at = |column: &Option<Cells>| column.as_ref().and_then(|cell| cell(row));
        let fields = Fields {
            id: at(&id).map(serde_json::Value::from),
            title: at(&title),
            date: at(&date),
            publisher: at(&publisher),
            url: at(&url),
            text: text(row),
            ..Fields::default()
        };
        article(fields, || (first + row).to_string(), defaults)
    };
    Ok((0..batch.num_rows()).map(row).collect())
}

/// The article of these fields, or a record that says why there is none. `id` is for one that has none.
///
/// # Errors
/// If it has no text or its date cannot be read.
pub fn article(mut fields: Fields, id: impl FnOnce() -> String, defaults: &Defaults) -> Result<Article, ArticleRecord> {
    let id = match fields.id.take() {
        Some(serde_json::Value::String(id)) => id,
        Some(serde_json::Value::Null) | None => id(),
        Some(other) => other.to_string(),
    };
    let (title, publisher, url) = (fields.title.clone(), fields.publisher.clone(), fields.url.clone());
    fields.article(|| id.clone(), defaults).map_err(|why| ArticleRecord {
        failure: Some(format!("{id}: {why}")),
        id,
        title,
        publisher,
        url,
        ..ArticleRecord::default()
    })
}

fn names(schema: &Schema) -> String {
    schema.fields().iter().map(|f| f.name().as_str()).collect::<Vec<_>>().join(", ")
}

/// What a row of a column says, as a string.
type Cells<'a> = Box<dyn Fn(usize) -> Option<String> + 'a>;

/// A column as strings, whatever kind of strings, numbers or days it holds; `None` if there is none.
fn strings<'a>(batch: &'a RecordBatch, name: &'static str) -> Result<Option<Cells<'a>>, InputError> {
    let Some(column) = batch.column_by_name(name) else { return Ok(None) };
    let kind = column.data_type();
    let read = match (name, kind) {
        (_, DataType::Null) => return Ok(None),
        ("date", DataType::Date32 | DataType::Date64 | DataType::Timestamp(..)) => days(column),
        ("id", kind) if kind.is_integer() => numbers(column),
        _ => words(column),
    };
    let needed = match name {
        "date" => "strings (YYYY-MM-DD), dates or timestamps",
        "id" => "strings or whole numbers",
        _ => "strings",
    };
    read.map(Some).ok_or_else(|| InputError::Type { name, kind: kind.clone(), needed })
}

/// Cells by what is at a row that is not null.
fn cells<'a>(column: &'a dyn Array, at: impl Fn(usize) -> Option<String> + 'a) -> Option<Cells<'a>> {
    Some(Box::new(move |row| column.is_valid(row).then(|| at(row)).flatten()))
}

fn words(column: &dyn Array) -> Option<Cells<'_>> {
    match column.data_type() {
        DataType::Utf8 => cells(column, |row| Some(column.as_string::<i32>().value(row).to_owned())),
        DataType::LargeUtf8 => cells(column, |row| Some(column.as_string::<i64>().value(row).to_owned())),
        DataType::Utf8View => cells(column, |row| Some(column.as_string_view().value(row).to_owned())),
        DataType::Dictionary(..) => {
            let dictionary = column.as_any_dictionary();
            if dictionary.values().is_empty() {
                return cells(column, |_| None);
            }
            let (keys, values) = (dictionary.normalized_keys(), words(dictionary.values().as_ref())?);
            cells(column, move |row| values(keys[row]))
        }
        _ => None,
    }
}

fn numbers(column: &dyn Array) -> Option<Cells<'_>> {
    downcast_integer_array! {
        column => cells(column, |row| Some(column.value(row).to_string())),
        _ => None,
    }
}

/// The day in UTC: the name of a time zone may be one that only the operating system knows.
fn days(column: &dyn Array) -> Option<Cells<'_>> {
    use TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    const DAY: i64 = 86_400;
    let epoch = Date::constant(1970, 1, 1);
    let on = move |day: i64| epoch.checked_add(Span::new().try_days(day).ok()?).ok().map(|d| d.to_string());
    let at = move |time: i64, unit: i64| on(time.div_euclid(DAY * unit));
    match column.data_type() {
        DataType::Date32 => cells(column, move |row| on(column.as_primitive::<Date32Type>().value(row).into())),
        DataType::Date64 => cells(column, move |row| at(column.as_primitive::<Date64Type>().value(row), 1000)),
        DataType::Timestamp(unit, _) => match unit {
            Second => cells(column, move |row| at(column.as_primitive::<TimestampSecondType>().value(row), 1)),
            Millisecond => {
                cells(column, move |row| at(column.as_primitive::<TimestampMillisecondType>().value(row), 1000))
            }
            Microsecond => {
                cells(column, move |row| at(column.as_primitive::<TimestampMicrosecondType>().value(row), 1_000_000))
            }
            Nanosecond => {
                cells(column, move |row| at(column.as_primitive::<TimestampNanosecondType>().value(row), 1_000_000_000))
            }
        },
        _ => None,
    }
}
