//! An event as one row of a table, such as CSV has.

use crate::read::{EventRow, ParticipantRow, PlaceRow};
use serde_json::{Value, json};

impl EventRow {
    /// The columns of an event as one row.
    pub const COLUMNS: [&str; 34] = [
        "number",
        "id",
        "article",
        "publisher",
        "published",
        "title",
        "url",
        "event",
        "mode",
        "cameo",
        "quad",
        "score",
        "context",
        "date",
        "actor",
        "actor_country",
        "actor_sector",
        "recipient",
        "recipient_country",
        "recipient_sector",
        "auxiliary",
        "attribution",
        "place",
        "place_country",
        "place_lat",
        "place_lon",
        "place_geonames",
        "place_basis",
        "trigger",
        "sentence",
        "rule",
        "confidence",
        "incident",
        "source_kind",
    ];

    /// The value of one of [`EventRow::COLUMNS`]: several stand in one field, separated by semicolons; null for a column that there
    /// is not.
    pub fn value(&self, column: &str) -> Value {
        let names = |side: &[ParticipantRow]| list(side, |p| Some(p.name.as_deref().unwrap_or(&p.text)));
        let place = |get: &dyn Fn(&PlaceRow) -> Value| self.place.as_ref().map_or(Value::Null, get);
        match column {
            "number" => json!(self.number),
            "id" => json!(self.id),
            "article" => json!(self.article),
            "publisher" => json!(self.publisher),
            "published" => json!(self.published),
            "title" => json!(self.title),
            "url" => json!(self.url),
            "event" => json!(self.event),
            "mode" => json!(self.mode),
            "cameo" => json!(self.cameo),
            "quad" => json!(self.quad),
            "score" => json!(self.score),
            "context" => json!(self.context.join("; ")),
            "date" => json!(self.date),
            "actor" => names(&self.actor),
            "actor_country" => list(&self.actor, |p| p.country.as_deref()),
            "actor_sector" => list(&self.actor, |p| p.sector.as_deref()),
            "recipient" => names(&self.recipient),
            "recipient_country" => list(&self.recipient, |p| p.country.as_deref()),
            "recipient_sector" => list(&self.recipient, |p| p.sector.as_deref()),
            "auxiliary" => json!(self.auxiliary.join("; ")),
            "attribution" => names(&self.attribution),
            "source_kind" => list(&self.attribution, |p| p.kind.as_deref()),
            "place" => place(&|p| json!(p.name.as_deref().unwrap_or(&p.text))),
            "place_country" => place(&|p| json!(p.country)),
            "place_lat" => place(&|p| json!(p.lat)),
            "place_lon" => place(&|p| json!(p.lon)),
            "place_geonames" => place(&|p| json!(p.geonames)),
            "place_basis" => place(&|p| json!(p.basis)),
            "trigger" => json!(self.trigger),
            "sentence" => json!(self.sentence.split_whitespace().collect::<Vec<_>>().join(" ")),
            "rule" => json!(self.rule),
            "confidence" => json!(self.confidence),
            "incident" => json!(self.incident),
            _ => Value::Null,
        }
    }
}

/// Several values in one field.
fn list<'e>(side: &'e [ParticipantRow], get: impl Fn(&'e ParticipantRow) -> Option<&'e str>) -> Value {
    json!(side.iter().map(|p| get(p).unwrap_or_default()).collect::<Vec<_>>().join("; "))
}
