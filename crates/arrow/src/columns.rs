//! Records to columns.

use crate::layout::{
    article_schema, element_of, event_fields, event_schema, figure_fields, participant_fields, source_fields,
};
use crate::record::{ArticleRecord, EventRecord, FigureRecord, ParticipantRecord, PlaceRecord};
use arrow_array::builder::StringBuilder;
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
    StructArray,
};
use arrow_buffer::OffsetBuffer;
use arrow_schema::{ArrowError, DataType, Fields};
use jiff::civil::Date;
use std::sync::Arc;

/// A row an article, its events in a list.
///
/// # Errors
/// If a column takes more than 2 GiB: give fewer articles at a time.
pub fn articles(records: &[ArticleRecord]) -> Result<RecordBatch, ArrowError> {
    let events: Vec<&EventRecord> = records.iter().flat_map(|a| &a.events).collect();
    let events = StructArray::try_new(event_fields(), event_columns(&events)?, None)?;
    let all = || records.iter();
    RecordBatch::try_new(
        article_schema(),
        vec![
            strings(all().map(|a| Some(a.id.as_str())))?,
            strings(all().map(|a| a.title.as_deref()))?,
            strings(all().map(|a| a.publisher.as_deref()))?,
            days(all().map(|a| a.date.as_deref())),
            strings(all().map(|a| a.url.as_deref()))?,
            strings(all().map(|a| a.failure.as_deref()))?,
            list(Arc::new(events), all().map(|a| a.events.len()))?,
        ],
    )
}

/// A row an event.
///
/// # Errors
/// If a column takes more than 2 GiB: give fewer articles at a time.
pub fn events(records: &[ArticleRecord]) -> Result<RecordBatch, ArrowError> {
    let events: Vec<&EventRecord> = records.iter().flat_map(|a| &a.events).collect();
    // the article of each event
    let of = || records.iter().flat_map(|a| a.events.iter().map(move |_| a));
    let mut columns = vec![
        strings(of().map(|a| Some(a.id.as_str())))?,
        strings(of().map(|a| a.title.as_deref()))?,
        strings(of().map(|a| a.publisher.as_deref()))?,
        days(of().map(|a| a.date.as_deref())),
        strings(of().map(|a| a.url.as_deref()))?,
    ];
    columns.extend(event_columns(&events)?);
    RecordBatch::try_new(event_schema(), columns)
}

/// In the order of [`event_fields`].
fn event_columns(events: &[&EventRecord]) -> Result<Vec<ArrayRef>, ArrowError> {
    let all = || events.iter().copied();
    let place = || all().map(|e| e.place.as_ref());
    let auxiliary = |name: &'static str| -> ArrayRef {
        Arc::new(BooleanArray::from_iter(all().map(|e| Some(e.auxiliary.iter().any(|a| a == name)))))
    };
    Ok(vec![
        strings(all().map(|e| Some(e.id.as_str())))?,
        strings(all().map(|e| Some(e.event.as_str())))?,
        strings(all().map(|e| e.mode.as_deref()))?,
        strings(all().map(|e| e.cameo.as_deref()))?,
        strings(all().map(|e| Some(e.quad.as_str())))?,
        Arc::new(Float64Array::from_iter_values(all().map(|e| e.score))),
        list(strings(all().flat_map(|e| &e.context).map(|c| Some(c.as_str())))?, all().map(|e| e.context.len()))?,
        days(all().map(|e| e.date.as_deref())),
        strings(all().map(|e| e.date.as_deref().and_then(day).map(|(_, precision)| precision)))?,
        strings(all().map(|e| e.actor.first().map(called)))?,
        strings(all().map(|e| e.actor.first()?.country.as_deref()))?,
        strings(all().map(|e| e.actor.first()?.sector.as_deref()))?,
        strings(all().map(|e| e.recipient.first().map(called)))?,
        strings(all().map(|e| e.recipient.first()?.country.as_deref()))?,
        strings(all().map(|e| e.recipient.first()?.sector.as_deref()))?,
        auxiliary("historical"),
        auxiliary("future"),
        auxiliary("hypothetical"),
        auxiliary("negation"),
        strings(all().map(|e| e.attribution.first().map(called)))?,
        strings(all().map(|e| e.attribution.first()?.kind.as_deref()))?,
        strings(place().map(|p| p.map(|p| p.text.as_str())))?,
        strings(place().map(|p| p?.name.as_deref()))?,
        strings(place().map(|p| p?.kind.as_deref()))?,
        strings(place().map(|p| p?.country.as_deref()))?,
        Arc::new(Float64Array::from_iter(place().map(|p| p?.lat))),
        Arc::new(Float64Array::from_iter(place().map(|p| p?.lon))),
        Arc::new(Int32Array::from_iter(place().map(|p| p?.geonames))),
        strings(place().map(|p| p.map(|p| p.basis.as_str())))?,
        Arc::new(Int32Array::from_iter(place().map(|p: Option<&PlaceRecord>| p.map(|p| p.start)))),
        Arc::new(Int32Array::from_iter(place().map(|p: Option<&PlaceRecord>| p.map(|p| p.end)))),
        strings(all().map(|e| Some(e.trigger.text.as_str())))?,
        numbers(all().map(|e| e.trigger.start)),
        numbers(all().map(|e| e.trigger.end)),
        strings(all().map(|e| Some(e.sentence.text.as_str())))?,
        numbers(all().map(|e| e.sentence.index)),
        numbers(all().map(|e| e.sentence.start)),
        numbers(all().map(|e| e.sentence.end)),
        strings(all().map(|e| Some(e.rule.as_str())))?,
        Arc::new(Float64Array::from_iter_values(all().map(|e| e.confidence))),
        participants(all().map(|e| e.actor.as_slice()), participant_fields())?,
        participants(all().map(|e| e.recipient.as_slice()), participant_fields())?,
        participants(all().map(|e| e.attribution.as_slice()), source_fields())?,
        figures(all().map(|e| e.figures.as_slice()))?,
    ])
}

/// A list of structs; `fields` are a participant's, or a source's with its kind.
fn participants<'a>(
    lists: impl Iterator<Item = &'a [ParticipantRecord]> + Clone,
    fields: Fields,
) -> Result<ArrayRef, ArrowError> {
    let all = || lists.clone().flatten();
    let mut columns = vec![
        strings(all().map(|p| Some(p.text.as_str())))?,
        strings(all().map(|p| p.name.as_deref()))?,
        strings(all().map(|p| p.id.as_deref()))?,
        strings(all().map(|p| p.country.as_deref()))?,
        strings(all().map(|p| p.sector.as_deref()))?,
        Arc::new(BooleanArray::from_iter(all().map(|p| Some(p.guessed)))),
        numbers(all().map(|p| p.start)),
        numbers(all().map(|p| p.end)),
    ];
    if fields.len() > columns.len() {
        columns.push(strings(all().map(|p| Some(p.kind.as_deref().unwrap_or("anonymous"))))?);
    }
    list(Arc::new(StructArray::try_new(fields, columns, None)?), lists.map(<[_]>::len))
}

/// A list of structs.
fn figures<'a>(lists: impl Iterator<Item = &'a [FigureRecord]> + Clone) -> Result<ArrayRef, ArrowError> {
    let all = || lists.clone().flatten();
    let columns: Vec<ArrayRef> = vec![
        strings(all().map(|f| Some(f.kind.as_str())))?,
        Arc::new(Int64Array::from_iter(all().map(|f| f.low))),
        Arc::new(Int64Array::from_iter(all().map(|f| f.high))),
        strings(all().map(|f| Some(f.text.as_str())))?,
        numbers(all().map(|f| f.start)),
        numbers(all().map(|f| f.end)),
    ];
    list(Arc::new(StructArray::try_new(figure_fields(), columns, None)?), lists.map(<[_]>::len))
}

fn list(elements: ArrayRef, lengths: impl Iterator<Item = usize>) -> Result<ArrayRef, ArrowError> {
    let kind: DataType = elements.data_type().clone();
    // `elements` has at most 2^31 rows, or its strings would not have fitted
    let list = ListArray::try_new(element_of(kind), OffsetBuffer::from_lengths(lengths), elements, None)?;
    Ok(Arc::new(list))
}

/// Strings are counted in 32 bits; the builder would panic where they do not suffice.
fn strings<'a>(values: impl Iterator<Item = Option<&'a str>>) -> Result<ArrayRef, ArrowError> {
    let mut builder = StringBuilder::new();
    for value in values {
        if value.is_some_and(|v| builder.values_slice().len() + v.len() > i32::MAX as usize) {
            return Err(ArrowError::InvalidArgumentError(
                "a column takes more than 2 GiB: code fewer articles at a time".to_owned(),
            ));
        }
        builder.append_option(value);
    }
    let array: StringArray = builder.finish();
    Ok(Arc::new(array))
}

fn numbers(values: impl Iterator<Item = i32>) -> ArrayRef {
    Arc::new(Int32Array::from_iter_values(values))
}

fn days<'a>(dates: impl Iterator<Item = Option<&'a str>>) -> ArrayRef {
    Arc::new(Date32Array::from_iter(dates.map(|d| d.and_then(day).map(|(day, _)| day))))
}

/// The first day that a date of a record may mean, counted from 1970-01-01, and how exact it is.
fn day(date: &str) -> Option<(i32, &'static str)> {
    let (whole, precision) = match date.len() {
        4 => (format!("{date}-01-01"), "year"),
        7 => (format!("{date}-01"), "month"),
        _ => (date.to_owned(), "day"),
    };
    let date: Date = whole.parse().ok()?;
    let epoch = Date::new(1970, 1, 1).ok()?;
    Some(((date - epoch).get_days(), precision))
}

/// The name of a participant, or its words.
fn called(p: &ParticipantRecord) -> &str {
    p.name.as_deref().unwrap_or(&p.text)
}
