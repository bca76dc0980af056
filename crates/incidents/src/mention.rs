//! Coded events as they are merged: one [`Mention`] an event of the JSON contract.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use thiserror::Error;

/// One coded event of one article.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mention {
    /// The event's id, the same in every run; incidents take their ids and their order from it.
    pub id: String,
    /// The caller's number of the article.
    pub article: i64,
    /// The article's title.
    pub title: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// The day of publication.
    pub published: Option<Date>,
    /// PLOVER category.
    pub category: String,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// Who did it.
    pub actors: Vec<Participant>,
    /// To whom.
    pub recipients: Vec<Participant>,
    /// When: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    pub date: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// The fields it belongs to.
    pub context: Vec<String>,
    /// How real it is.
    pub auxiliary: Auxiliary,
    /// On whose word, outermost first; empty where the article asserts it.
    pub attribution: Vec<Attribution>,
    /// People counted.
    pub figures: Vec<Figure>,
    /// The words that say what happened.
    pub trigger: String,
    /// Its sentence.
    pub sentence: String,
    /// Where its sentence begins in the article, in code points.
    pub offset: usize,
    /// The chance that it is there and of its category.
    pub confidence: f64,
}

/// A participant or a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Participant {
    /// The words.
    pub text: String,
    /// The fullest proper name.
    pub name: Option<String>,
    /// ISO 3166-1 alpha-3, or IGO, NGO, MNC, IMG.
    pub country: Option<String>,
    /// PLOVER sector.
    pub sector: Option<String>,
    /// Is the country a guess?
    #[serde(default)]
    pub guessed: bool,
}

/// Where an event happened.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Place {
    /// The gazetteer's name, or the words.
    pub name: String,
    /// `country`, `admin1`, `town`, ... as the gazetteer says; null where it lacks the place.
    pub kind: Option<String>,
    /// ISO 3166-1 alpha-3.
    pub country: Option<String>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
    /// Is it only what the article speaks of most, or where it was filed, and not in the event's own words?
    pub guessed: bool,
}

/// On whose word an event rests.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Attribution {
    /// Who.
    #[serde(flatten)]
    pub who: Participant,
    /// `named`, `anonymous` or `media`.
    pub kind: String,
}

/// PLOVER's auxiliaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Auxiliary {
    /// Background told to explain the news.
    pub historical: bool,
    /// Planned, expected or promised.
    pub future: bool,
    /// Conditional, possible, feared.
    pub hypothetical: bool,
    /// Did not happen.
    pub negation: bool,
}

/// How many people were killed, wounded, detained, are missing or displaced, or take part.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Figure {
    /// `killed`, `wounded`, `detained`, `missing`, `displaced` or `participants`.
    pub kind: String,
    /// At least so many.
    pub low: Option<u64>,
    /// At most so many; the same as `low` where the number is exact.
    pub high: Option<u64>,
    /// The words.
    pub text: String,
}

/// A record that is not one of the JSON contract.
#[derive(Debug, Error)]
#[error("this is no record of coded events as `polybius code --with text` writes it: {0}")]
pub struct RecordError(#[from] serde_json::Error);

#[derive(Deserialize)]
struct Record {
    title: Option<String>,
    publisher: Option<String>,
    date: Option<Date>,
    #[serde(default)]
    text: String,
    events: Vec<Event>,
}

#[derive(Deserialize)]
struct Event {
    id: String,
    event: String,
    mode: Option<String>,
    trigger: Words,
    actor: Vec<Participant>,
    recipient: Vec<Participant>,
    date: Option<String>,
    place: Option<EventPlace>,
    #[serde(default)]
    context: Vec<String>,
    #[serde(default)]
    auxiliary: Vec<String>,
    #[serde(default)]
    attribution: Vec<Attribution>,
    #[serde(default)]
    figures: Vec<Figure>,
    sentence: Offsets,
    #[serde(default)]
    confidence: f64,
}

#[derive(Deserialize)]
struct Words {
    text: String,
}

#[derive(Deserialize)]
struct Offsets {
    start: usize,
    end: usize,
}

#[derive(Deserialize)]
struct EventPlace {
    text: String,
    name: Option<String>,
    kind: Option<String>,
    country: Option<String>,
    lat: Option<f64>,
    lon: Option<f64>,
    basis: Option<String>,
}

impl Mention {
    /// The events of an article's record, which `polybius code --format jsonl --with text` writes as a line; `article` is the caller's
    /// number for it. Without the text, sentences are empty, and merging has less to go by.
    ///
    /// # Errors
    /// If the record is not one.
    pub fn of_record(record: &Value, article: i64) -> Result<Vec<Mention>, RecordError> {
        let record = Record::deserialize(record)?;
        // code points to bytes
        let mut starts: Vec<usize> = record.text.char_indices().map(|(at, _)| at).collect();
        starts.push(record.text.len());
        let words = |o: &Offsets| match (starts.get(o.start), starts.get(o.end)) {
            (Some(&start), Some(&end)) => record.text.get(start..end).unwrap_or("").to_owned(),
            _ => String::new(),
        };
        let mention = |e: Event| {
            let is = |name: &str| e.auxiliary.iter().any(|a| a == name);
            Mention {
                id: e.id,
                article,
                title: record.title.clone(),
                publisher: record.publisher.clone(),
                published: record.date,
                category: e.event,
                mode: e.mode,
                actors: e.actor,
                recipients: e.recipient,
                date: e.date,
                place: e.place.map(|p| Place {
                    name: p.name.unwrap_or(p.text),
                    kind: p.kind,
                    country: p.country,
                    lat: p.lat,
                    lon: p.lon,
                    guessed: p.basis.is_some_and(|b| b != "text"),
                }),
                context: e.context,
                auxiliary: Auxiliary {
                    historical: is("historical"),
                    future: is("future"),
                    hypothetical: is("hypothetical"),
                    negation: is("negation"),
                },
                attribution: e.attribution,
                figures: e.figures,
                trigger: e.trigger.text,
                sentence: words(&e.sentence),
                offset: e.sentence.start,
                confidence: e.confidence,
            }
        };
        Ok(record.events.into_iter().map(mention).collect())
    }
}
