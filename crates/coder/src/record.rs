//! Events as records: the JSON Lines contract that every other part shares. Offsets are code points of the article's text.

use crate::attribution::AttributionRelation;
use crate::event::{Event, Participant, day};
use polybius_text::{Article, CodePoints, Span};
use serde::Serialize;
use serde_json::{Value, json};

/// Writes one article's record.
pub struct RecordWriter<'a> {
    article: &'a Article,
    points: CodePoints,
}

#[derive(Serialize)]
struct Words<'a> {
    text: &'a str,
    start: usize,
    end: usize,
}

impl<'a> RecordWriter<'a> {
    /// For the events of `article`.
    pub fn new(article: &'a Article) -> Self {
        RecordWriter { article, points: CodePoints::new(&article.text) }
    }

    /// The article's line: its fields and its events; with `with_text`, its text too.
    pub fn article(&self, events: &[Event], with_text: bool) -> Value {
        let a = self.article;
        let mut record = json!({
            "id": a.id, "title": a.title, "publisher": a.publisher, "date": a.date.map(day), "url": a.url,
            "events": events.iter().map(|e| self.event(e)).collect::<Vec<_>>(),
        });
        if with_text && let Some(fields) = record.as_object_mut() {
            fields.insert("text".to_owned(), Value::from(a.text.as_str()));
        }
        record
    }

    /// One event.
    pub fn event(&self, e: &Event) -> Value {
        let participant = |p: &Participant| self.participant(p, None);
        json!({
            "id": self.event_id(e),
            "event": e.category, "mode": e.mode, "cameo": e.cameo, "quad": e.quad, "score": e.score,
            "context": e.context,
            "trigger": self.words(e.trigger),
            "actor": e.actor.iter().map(participant).collect::<Vec<_>>(),
            "recipient": e.recipient.iter().map(participant).collect::<Vec<_>>(),
            "auxiliary": e.auxiliary.names(),
            "attribution": e.attribution.iter().map(|x| self.participant(&x.who, Some(x.kind))).collect::<Vec<_>>(),
            "date": e.date,
            "place": e.place.as_ref().map(|p| json!({"text": p.span.of(&self.article.text), "name": p.span.of(&self.article.text),
                "country": p.country, "lat": null, "lon": null, "geonames": null, "start": self.at(p.span.start), "end": self.at(p.span.end)})),
            "sentence": {"index": e.sentence, "start": self.at(e.sentence_span.start), "end": self.at(e.sentence_span.end)},
            "rule": e.rule, "confidence": e.confidence,
        })
    }

    /// One attribution: its source (null where nobody is named), cue and content.
    pub fn attribution(&self, a: &AttributionRelation) -> Value {
        json!({
            "source": a.source.as_ref().map(|s| self.participant(s, None)),
            "kind": a.kind, "force": a.force.as_str(),
            "cue": self.words(a.cue),
            "content": a.content.iter().map(|&c| self.words(c)).collect::<Vec<_>>(),
        })
    }

    /// A name for the event that is the same in every run: a hash of the article's id, the category and the trigger's place.
    pub fn event_id(&self, e: &Event) -> String {
        let text = format!("{}\u{0}{}\u{0}{}\u{0}{}", self.article.id, e.category, e.trigger.start, e.trigger.end);
        // 64-bit FNV-1a
        let hash =
            text.bytes().fold(0xcbf2_9ce4_8422_2325u64, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        format!("{hash:016x}")
    }

    fn at(&self, byte: usize) -> usize {
        self.points.at(&self.article.text, byte)
    }

    fn words(&self, span: Span) -> Words<'a> {
        Words { text: span.of(&self.article.text), start: self.at(span.start), end: self.at(span.end) }
    }

    fn participant(&self, p: &Participant, kind: Option<&str>) -> Value {
        let id = p.name.as_ref().map(|n| slug(p, n));
        let mut value = json!({"text": p.span.of(&self.article.text), "name": p.name, "id": id, "country": p.country, "sector": p.sector,
            "start": self.at(p.span.start), "end": self.at(p.span.end)});
        if let (Some(kind), Some(fields)) = (kind, value.as_object_mut()) {
            fields.insert("kind".to_owned(), Value::from(kind));
        }
        value
    }
}

/// `syr-gov-qadri-jamil`
fn slug(p: &Participant, name: &str) -> String {
    let parts = [p.country.as_deref(), p.sector.as_deref(), Some(name)];
    let joined = parts.into_iter().flatten().collect::<Vec<_>>().join("-").to_lowercase();
    let words: Vec<&str> = joined.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join("-")
}
