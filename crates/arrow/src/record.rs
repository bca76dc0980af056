//! The JSON record, typed: what a row is made from, whether the events were coded just now or come out of a store.

use polybius_coder::{Event, RecordWriter};
use polybius_text::Article;
use serde::Deserialize;

/// An article and what became of it.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[allow(missing_docs)] // as in the JSON record
pub struct ArticleRecord {
    pub id: String,
    pub title: Option<String>,
    pub publisher: Option<String>,
    pub date: Option<String>,
    pub url: Option<String>,
    pub events: Vec<EventRecord>,
    /// Why it was not coded, if it was not.
    #[serde(default)]
    pub failure: Option<String>,
}

/// One event. Offsets count code points of the article's text.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[allow(missing_docs)]
pub struct EventRecord {
    pub id: String,
    pub event: String,
    pub mode: Option<String>,
    pub cameo: Option<String>,
    pub quad: String,
    pub score: f64,
    pub context: Vec<String>,
    pub trigger: WordsRecord,
    pub actor: Vec<ParticipantRecord>,
    pub recipient: Vec<ParticipantRecord>,
    pub auxiliary: Vec<String>,
    pub attribution: Vec<ParticipantRecord>,
    /// `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    pub date: Option<String>,
    pub place: Option<PlaceRecord>,
    pub sentence: SentenceRecord,
    pub rule: String,
    pub confidence: f64,
    #[serde(default)]
    pub figures: Vec<FigureRecord>,
}

/// People counted.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[allow(missing_docs)]
pub struct FigureRecord {
    pub kind: String,
    pub low: Option<i64>,
    pub high: Option<i64>,
    pub text: String,
    pub start: i32,
    pub end: i32,
}

/// Words of the text.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[allow(missing_docs)]
pub struct WordsRecord {
    pub text: String,
    pub start: i32,
    pub end: i32,
}

/// A participant or a source.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[allow(missing_docs)]
pub struct ParticipantRecord {
    pub text: String,
    pub name: Option<String>,
    pub id: Option<String>,
    pub country: Option<String>,
    pub sector: Option<String>,
    pub guessed: bool,
    pub start: i32,
    pub end: i32,
    /// Of a source only: `named`, `anonymous` or `media`.
    #[serde(default)]
    pub kind: Option<String>,
}

/// Where it happened.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[allow(missing_docs)]
pub struct PlaceRecord {
    pub text: String,
    pub name: Option<String>,
    pub kind: Option<String>,
    pub country: Option<String>,
    pub lat: Option<f64>,
    pub lon: Option<f64>,
    pub geonames: Option<i32>,
    pub start: i32,
    pub end: i32,
    pub basis: String,
}

/// The sentence of an event.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[allow(missing_docs)]
pub struct SentenceRecord {
    pub index: i32,
    pub start: i32,
    pub end: i32,
    /// Its words; the JSON record leaves them out.
    #[serde(default)]
    pub text: String,
}

impl ArticleRecord {
    /// Of an article that was coded.
    pub fn coded(article: &Article, events: &[Event]) -> Self {
        let value = RecordWriter::new(article).article(events, false);
        match serde_json::from_value::<ArticleRecord>(value) {
            Ok(mut record) => {
                for (event, coded) in record.events.iter_mut().zip(events) {
                    coded.sentence_span.of(&article.text).clone_into(&mut event.sentence.text);
                }
                record
            }
            // an offset or a number that 32 bits do not hold: a text of more than two thousand million characters
            Err(e) => {
                ArticleRecord::failed(article, format!("{}: the article is too long to be coded: {e}", article.id))
            }
        }
    }

    /// Of an article that was not coded, with the reason.
    pub fn failed(article: &Article, why: String) -> Self {
        ArticleRecord {
            id: article.id.clone(),
            title: article.title.clone(),
            publisher: article.publisher.clone(),
            date: article.date.map(|d| d.to_string()),
            url: article.url.clone(),
            events: Vec::new(),
            failure: Some(why),
        }
    }
}
