//! Events as records: the JSON Lines contract that every other part shares. Offsets are code points of the article's text.

use crate::attribution::AttributionRelation;
use crate::entity::EntityMentions;
use crate::event::{Event, Participant, day};
use crate::figures::Figure;
use crate::gazetteer::GazetteerPlace;
use crate::place::{Place, Toponym};
use crate::time::DateMention;
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

    /// The time expressions, for `--with dates`.
    pub fn dates(&self, dates: &[DateMention]) -> Value {
        let date = |d: &DateMention| {
            json!({"text": d.span.of(&self.article.text), "start": self.at(d.span.start), "end": self.at(d.span.end),
                "kind": d.kind, "value": d.value, "mod": d.modifier})
        };
        dates.iter().map(date).collect()
    }

    fn figure(&self, f: &Figure) -> Value {
        json!({"kind": f.kind, "low": f.low, "high": f.high, "text": f.span.of(&self.article.text),
            "start": self.at(f.span.start), "end": self.at(f.span.end)})
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
            "place": e.place.as_ref().map(|p| self.event_place(p)),
            "figures": e.figures.iter().map(|f| self.figure(f)).collect::<Vec<_>>(),
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

    fn event_place(&self, p: &Place) -> Value {
        let mut value = self.place(p.span, p.place.as_ref());
        if let Some(fields) = value.as_object_mut() {
            fields.insert("country".to_owned(), json!(p.country));
            fields.insert("basis".to_owned(), json!(p.basis));
        }
        value
    }

    /// A place as it is named: the words, and the facts where the gazetteer has it.
    fn place(&self, span: Span, place: Option<&GazetteerPlace>) -> Value {
        json!({"text": span.of(&self.article.text), "name": place.map(|p| &p.name), "kind": place.map(|p| p.kind),
            "country": place.and_then(|p| p.country.as_ref()), "lat": place.map(|p| p.lat), "lon": place.map(|p| p.lon),
            "geonames": place.and_then(|p| p.geonames), "start": self.at(span.start), "end": self.at(span.end)})
    }

    /// The toponyms of the article, for `--with places`.
    pub fn places(&self, toponyms: &[Toponym]) -> Value {
        let place = |t: &Toponym| {
            let mut value = self.place(t.span, t.place.as_ref());
            if let Some(fields) = value.as_object_mut() {
                fields.insert("adjective".to_owned(), json!(t.adjective));
            }
            value
        };
        toponyms.iter().map(place).collect()
    }

    /// The entities of the article, for `--with entities`.
    pub fn entities(&self, entities: &[EntityMentions]) -> Value {
        let entity = |e: &EntityMentions| {
            let id = e.name.as_ref().map(|n| slug(e.country.as_deref(), e.sector.as_deref(), n));
            json!({"name": e.name, "id": id, "country": e.country, "likely_country": e.likely_country, "sector": e.sector, "kind": e.kind,
                "mentions": e.mentions.iter().map(|m| self.words(*m)).collect::<Vec<_>>()})
        };
        entities.iter().map(entity).collect()
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
        let id = p.name.as_ref().map(|n| slug(p.country.as_deref(), p.sector.as_deref(), n));
        let mut value = json!({"text": p.span.of(&self.article.text), "name": p.name, "id": id, "country": p.country, "sector": p.sector, "guessed": p.guessed,
            "start": self.at(p.span.start), "end": self.at(p.span.end)});
        if let (Some(kind), Some(fields)) = (kind, value.as_object_mut()) {
            fields.insert("kind".to_owned(), Value::from(kind));
        }
        value
    }
}

/// `syr-gov-qadri-jamil`
fn slug(country: Option<&str>, sector: Option<&str>, name: &str) -> String {
    let parts = [country, sector, Some(name)];
    let joined = parts.into_iter().flatten().collect::<Vec<_>>().join("-").to_lowercase();
    let words: Vec<&str> = joined.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    words.join("-")
}
