//! Articles with events as JSON Lines: what `polybius code --format jsonl` writes, and hand-coded files of the same form.

use serde::Deserialize;
use std::collections::BTreeMap;
use thiserror::Error;

/// What is wrong with a file of events.
#[derive(Debug, Error)]
#[error("{file}, line {line}: {what}")]
pub struct ReadError {
    /// The file.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What is wrong and what is needed.
    pub what: String,
}

/// A participant or a source; fields that a file leaves out are `None`.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Entity {
    /// The words.
    pub text: Option<String>,
    /// The fullest proper name.
    pub name: Option<String>,
    /// ISO 3166-1 alpha-3, or IGO, NGO, MNC.
    pub country: Option<String>,
    /// PLOVER sector.
    pub sector: Option<String>,
}

/// The words that say what happened; offsets are code points of the article's text, end exclusive.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Trigger {
    /// The words.
    #[serde(default)]
    pub text: String,
    /// Where they start, if the file says so.
    pub start: Option<usize>,
    /// Where they end.
    pub end: Option<usize>,
}

/// Where an event happened.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Place {
    /// ISO 3166-1 alpha-3.
    pub country: Option<String>,
}

/// One event.
#[derive(Clone, Debug, Deserialize)]
pub struct Event {
    /// The category.
    pub event: String,
    /// `None` where the file has no such field: the mode was not coded; `Some(None)` where none fits.
    #[serde(default, deserialize_with = "present")]
    pub mode: Option<Option<String>>,
    /// The words that say what happened.
    pub trigger: Option<Trigger>,
    /// Who did it.
    #[serde(default, deserialize_with = "or_empty")]
    pub actor: Vec<Entity>,
    /// To whom.
    #[serde(default, deserialize_with = "or_empty")]
    pub recipient: Vec<Entity>,
    /// How real it is.
    #[serde(default, deserialize_with = "or_empty")]
    pub auxiliary: Vec<String>,
    /// On whose word, outermost first.
    #[serde(default, deserialize_with = "or_empty")]
    pub attribution: Vec<Entity>,
    /// When.
    pub date: Option<String>,
    /// Where.
    pub place: Option<Place>,
}

/// One article.
#[derive(Clone, Debug, Deserialize)]
pub struct Gold {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: Option<String>,
    /// Day of publication, `YYYY-MM-DD`.
    pub date: Option<String>,
    /// Its text; predictions may leave it out.
    #[serde(default)]
    pub text: String,
    /// Its events.
    #[serde(default, deserialize_with = "or_empty")]
    pub events: Vec<Event>,
}

fn or_empty<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(from: D) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(from)?.unwrap_or_default())
}

fn present<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Option<String>>, D::Error> {
    Ok(Some(Option::deserialize(from)?))
}

/// Articles by id.
#[derive(Clone, Debug, Default)]
pub struct Articles {
    /// Articles by id, in the order of their ids.
    pub by_id: BTreeMap<String, Gold>,
}

impl Articles {
    /// Reads JSON Lines; `file` is the name that errors give.
    ///
    /// # Errors
    /// A line that is no article, or an id that stands twice.
    pub fn parse(file: &str, text: &str) -> Result<Self, ReadError> {
        let mut articles = Articles::default();
        for (index, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let error = |what: String| ReadError { file: file.to_owned(), line: index + 1, what };
            let article: Gold = serde_json::from_str(line)
                .map_err(|e| error(format!("no article with `id` and `events`, one JSON object a line: {e}")))?;
            if let Some(twice) = articles.by_id.insert(article.id.clone(), article) {
                return Err(error(format!("the id `{}` stands twice; give each article its own", twice.id)));
            }
        }
        Ok(articles)
    }

    /// The events of an article; none where it is missing.
    pub fn events(&self, id: &str) -> &[Event] {
        self.by_id.get(id).map_or(&[], |a| &a.events)
    }
}
