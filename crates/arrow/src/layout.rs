//! The schemas.

use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};
use std::collections::HashMap;
use std::sync::Arc;

/// The number of the layout, raised when a column changes or goes.
pub const LAYOUT: u32 = 1;

fn required(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, false)
}

fn optional(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, true)
}

fn list_of(name: &str, element: DataType) -> Field {
    required(name, DataType::List(element_of(element)))
}

/// The field of a list's elements. `element` is its name in Parquet.
pub(crate) fn element_of(kind: DataType) -> Arc<Field> {
    Arc::new(required("element", kind))
}

/// Who takes part in an event.
pub(crate) fn participant_fields() -> Fields {
    use DataType::{Boolean, Int32, Utf8};
    Fields::from(vec![
        required("text", Utf8),
        optional("name", Utf8),
        optional("id", Utf8),
        optional("country", Utf8),
        optional("sector", Utf8),
        required("guessed", Boolean),
        required("start", Int32),
        required("end", Int32),
    ])
}

/// On whose word an event rests.
pub(crate) fn source_fields() -> Fields {
    let kind = Arc::new(required("kind", DataType::Utf8));
    participant_fields().iter().cloned().chain([kind]).collect()
}

/// People counted in the words of an event.
pub(crate) fn figure_fields() -> Fields {
    use DataType::{Int32, Int64, Utf8};
    Fields::from(vec![
        required("kind", Utf8),
        optional("low", Int64),
        optional("high", Int64),
        required("text", Utf8),
        required("start", Int32),
        required("end", Int32),
    ])
}

/// What is known of an event; the order is that of the columns.
pub(crate) fn event_fields() -> Fields {
    use DataType::{Boolean, Date32, Float64, Int32, Struct, Utf8};
    Fields::from(vec![
        required("id", Utf8),
        required("event", Utf8),
        optional("mode", Utf8),
        optional("cameo", Utf8),
        required("quad", Utf8),
        required("score", Float64),
        list_of("context", Utf8),
        optional("date", Date32),
        optional("date_precision", Utf8),
        optional("actor_name", Utf8),
        optional("actor_country", Utf8),
        optional("actor_sector", Utf8),
        optional("recipient_name", Utf8),
        optional("recipient_country", Utf8),
        optional("recipient_sector", Utf8),
        required("historical", Boolean),
        required("future", Boolean),
        required("hypothetical", Boolean),
        required("negation", Boolean),
        optional("source_name", Utf8),
        optional("source_kind", Utf8),
        optional("place_text", Utf8),
        optional("place_name", Utf8),
        optional("place_kind", Utf8),
        optional("place_country", Utf8),
        optional("place_lat", Float64),
        optional("place_lon", Float64),
        optional("place_geonames", Int32),
        optional("place_basis", Utf8),
        optional("place_start", Int32),
        optional("place_end", Int32),
        required("trigger", Utf8),
        required("trigger_start", Int32),
        required("trigger_end", Int32),
        required("sentence", Utf8),
        required("sentence_index", Int32),
        required("sentence_start", Int32),
        required("sentence_end", Int32),
        required("rule", Utf8),
        required("confidence", Float64),
        list_of("actor", Struct(participant_fields())),
        list_of("recipient", Struct(participant_fields())),
        list_of("attribution", Struct(source_fields())),
        list_of("figures", Struct(figure_fields())),
    ])
}

fn schema(fields: Vec<Arc<Field>>) -> SchemaRef {
    let layout = HashMap::from([("polybius.layout".to_owned(), LAYOUT.to_string())]);
    Arc::new(Schema::new_with_metadata(fields, layout))
}

/// Of the table with a row an article.
pub fn article_schema() -> SchemaRef {
    use DataType::{Date32, Struct, Utf8};
    let fields = [
        required("id", Utf8),
        optional("title", Utf8),
        optional("publisher", Utf8),
        optional("date", Date32),
        optional("url", Utf8),
        optional("failure", Utf8),
        list_of("events", Struct(event_fields())),
    ];
    schema(fields.into_iter().map(Arc::new).collect())
}

/// Of the table with a row an event.
pub fn event_schema() -> SchemaRef {
    use DataType::{Date32, Utf8};
    let article = [
        required("article", Utf8),
        optional("title", Utf8),
        optional("publisher", Utf8),
        optional("published", Date32),
        optional("url", Utf8),
    ];
    schema(article.into_iter().map(Arc::new).chain(event_fields().iter().cloned()).collect())
}
