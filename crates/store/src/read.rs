//! Events and articles out of the store.

use crate::query::{AskError, Query};
use crate::{Store, StoreError};
use rusqlite::{Connection, OptionalExtension, Row, params, params_from_iter};
use serde::Serialize;

/// In which order events are given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The latest day first.
    #[default]
    Newest,
    /// The earliest day first; those without a day before all.
    Oldest,
    /// The surest first.
    Confidence,
}

/// A participant or source.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ParticipantRow {
    /// The words.
    pub text: String,
    /// The fullest name.
    pub name: Option<String>,
    /// Its id, such as `syr-gov-qadri-jamil`.
    pub id: Option<String>,
    /// ISO 3166-1 alpha-3, or IGO, NGO, MNC, IMG.
    pub country: Option<String>,
    /// PLOVER sector.
    pub sector: Option<String>,
    /// Is the country a guess?
    pub guessed: bool,
    /// Offsets of the words in the article's text, in code points.
    pub start: i64,
    /// End of the words, exclusive.
    pub end: i64,
    /// Of a source: named, anonymous or media.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

/// Where an event happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlaceRow {
    /// The words.
    pub text: String,
    /// The gazetteer's name.
    pub name: Option<String>,
    /// country, admin1, town, ...
    pub kind: Option<String>,
    /// Its country.
    pub country: Option<String>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
    /// GeoNames id.
    pub geonames: Option<i64>,
    /// Found in the text, the dateline or the article's focus.
    pub basis: Option<String>,
    /// Offsets of the words, in code points.
    pub start: i64,
    /// End of the words, exclusive.
    pub end: i64,
}

/// People counted in the words of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FigureRow {
    /// killed, wounded, detained, missing, displaced or participants.
    pub kind: String,
    /// At least so many.
    pub low: Option<i64>,
    /// At most so many.
    pub high: Option<i64>,
    /// The words.
    pub text: String,
    /// Offsets of the words, in code points.
    pub start: i64,
    /// End of the words, exclusive.
    pub end: i64,
}

/// An event with what belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EventRow {
    /// Its number in the store.
    pub number: i64,
    /// Its id in the records of `polybius code`.
    pub id: String,
    /// The number of its article.
    pub article: i64,
    /// The article's publisher.
    pub publisher: Option<String>,
    /// The article's day.
    pub published: Option<String>,
    /// The article's title.
    pub title: Option<String>,
    /// The article's address.
    pub url: Option<String>,
    /// Category.
    pub event: String,
    /// Mode.
    pub mode: Option<String>,
    /// CAMEO code.
    pub cameo: Option<String>,
    /// Quad class.
    pub quad: String,
    /// PLOVER's score.
    pub score: f64,
    /// Contexts.
    pub context: Vec<String>,
    /// Day, month or year as coded.
    pub date: Option<String>,
    /// Who did it.
    pub actor: Vec<ParticipantRow>,
    /// To whom.
    pub recipient: Vec<ParticipantRow>,
    /// How real: empty for what happened.
    pub auxiliary: Vec<String>,
    /// On whose word, outermost first.
    pub attribution: Vec<ParticipantRow>,
    /// Where.
    pub place: Option<PlaceRow>,
    /// People counted.
    pub figures: Vec<FigureRow>,
    /// The words that say what happened.
    pub trigger: String,
    /// Their offset in the article's text, in code points.
    pub start: i64,
    /// Their end, exclusive.
    pub end: i64,
    /// The sentence.
    pub sentence: String,
    /// Its index among the article's body sentences.
    pub sentence_index: i64,
    /// Its offset in the article's text.
    pub sentence_start: i64,
    /// Its end, exclusive.
    pub sentence_end: i64,
    /// What coded it.
    pub rule: String,
    /// The chance that it is right.
    pub confidence: f64,
    /// The number of its incident.
    pub incident: Option<i64>,
}

/// An article with its text.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArticleRow {
    /// Its number in the store.
    pub number: i64,
    /// The file or feed it came from.
    pub source: String,
    /// Its id there.
    pub id: String,
    /// Headline.
    pub title: Option<String>,
    /// Publisher.
    pub publisher: Option<String>,
    /// Day of publication.
    pub published: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// The text that all offsets refer to.
    pub text: String,
    /// Start, end (code points) and role of each paragraph.
    pub paragraphs: Vec<(usize, usize, String)>,
    /// The number of the first article of which this is a near-copy.
    pub copy_of: Option<i64>,
}

const EVENT: &str = "SELECT e.id, e.key, e.article, a.publisher, a.published, a.title, a.url, e.event, e.mode, e.cameo, e.quad, e.score,
    e.date, e.auxiliary, e.place, e.place_name, e.place_country, e.lat, e.lon, e.geonames, e.place_basis, e.place_start, e.place_end,
    e.trigger, e.start, e.end, s.text, s.start, s.end, e.rule, e.confidence, e.incident, e.place_kind, s.position
  FROM events e JOIN articles a ON a.id = e.article JOIN sentences s ON s.id = e.sentence";

impl Store {
    /// The events that a question asks for, from the `offset`th on and at most `limit`.
    pub fn events(&self, query: &Query, order: Order, limit: usize, offset: usize) -> Result<Vec<EventRow>, AskError> {
        let numbers = self.event_numbers(query, order, limit, offset)?;
        Ok(numbers.into_iter().map(|n| self.event(n)).collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }

    /// The numbers of the events that a question asks for.
    pub fn event_numbers(
        &self,
        query: &Query,
        order: Order,
        limit: usize,
        offset: usize,
    ) -> Result<Vec<i64>, AskError> {
        let sql = query.sql(self)?;
        let by = match order {
            Order::Newest => format!("{} DESC, e.id DESC", sql.day),
            Order::Oldest => format!("{}, e.id", sql.day),
            Order::Confidence => "e.confidence DESC, e.id".to_owned(),
        };
        let distinct = if sql.repeats { "DISTINCT " } else { "" };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let text = format!(
            "SELECT {distinct}e.id FROM {}{} ORDER BY {by} LIMIT {limit} OFFSET {offset}",
            sql.from,
            sql.filter()
        );
        let read = || -> rusqlite::Result<Vec<i64>> {
            let mut select = self.connection().prepare_cached(&text)?;
            select.query_map(params_from_iter(&sql.parameters), |row| row.get(0))?.collect()
        };
        Ok(read().map_err(|e| self.error(e))?)
    }

    /// How many events a question asks for, counted up to `limit`.
    pub fn how_many(&self, query: &Query, limit: usize) -> Result<usize, AskError> {
        let sql = query.sql(self)?;
        let distinct = if sql.repeats { "DISTINCT " } else { "" };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let text =
            format!("SELECT count(*) FROM (SELECT {distinct}e.id FROM {}{} LIMIT {limit})", sql.from, sql.filter());
        let count = self
            .connection()
            .prepare_cached(&text)
            .and_then(|mut select| select.query_row(params_from_iter(&sql.parameters), |row| row.get::<_, i64>(0)));
        Ok(count.map_err(|e| self.error(e))? as usize)
    }

    /// An event by its number.
    pub fn event(&self, number: i64) -> Result<Option<EventRow>, StoreError> {
        event(self.connection(), number).map_err(|e| self.error(e))
    }

    /// An article by its number.
    pub fn article(&self, number: i64) -> Result<Option<ArticleRow>, StoreError> {
        let read = || -> rusqlite::Result<Option<ArticleRow>> {
            let mut select = self.connection().prepare_cached(
                "SELECT source, name, title, publisher, published, url, text, paragraphs, copy_of FROM articles WHERE id = ?1",
            )?;
            let row = |row: &Row| {
                let paragraphs: String = row.get(7)?;
                Ok(ArticleRow {
                    number,
                    source: row.get(0)?,
                    id: row.get(1)?,
                    title: row.get(2)?,
                    publisher: row.get(3)?,
                    published: row.get(4)?,
                    url: row.get(5)?,
                    text: row.get(6)?,
                    paragraphs: serde_json::from_str(&paragraphs).unwrap_or_default(),
                    copy_of: row.get(8)?,
                })
            };
            select.query_row([number], row).optional()
        };
        read().map_err(|e| self.error(e))
    }

    /// The events of an article, in the order of its text.
    pub fn events_of(&self, article: i64) -> Result<Vec<EventRow>, StoreError> {
        let read = || -> rusqlite::Result<Vec<EventRow>> {
            let mut select =
                self.connection().prepare_cached("SELECT id FROM events WHERE article = ?1 ORDER BY start, id")?;
            let numbers = select.query_map([article], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
            Ok(numbers
                .into_iter()
                .map(|n| event(self.connection(), n))
                .collect::<rusqlite::Result<Vec<_>>>()?
                .into_iter()
                .flatten()
                .collect())
        };
        read().map_err(|e| self.error(e))
    }

    /// The terms of these kinds (event, mode, quad, context, sector) that the store's ontology has.
    pub fn terms(&self, kinds: &[&str]) -> Result<Vec<String>, StoreError> {
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut select =
                self.connection().prepare_cached("SELECT term FROM terms WHERE kind = ?1 ORDER BY term")?;
            let mut found = Vec::new();
            for kind in kinds {
                found.extend(select.query_map([kind], |row| row.get(0))?.collect::<rusqlite::Result<Vec<String>>>()?);
            }
            Ok(found)
        };
        read().map_err(|e| self.error(e))
    }

    /// The names that have these words in them, those of most events first.
    pub fn names_like(&self, words: &str, limit: usize) -> Result<Vec<String>, StoreError> {
        let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        let read = || -> rusqlite::Result<Vec<String>> {
            let mut select = self
                .connection()
                .prepare_cached("SELECT name FROM names WHERE name LIKE ?1 ESCAPE '\\' ORDER BY events DESC, name")?;
            let found = select.query_map([format!("%{escaped}%")], |row| row.get::<_, String>(0))?;
            found.filter(|n| n.as_ref().map_or(true, |n| has_words(n, words))).take(limit).collect()
        };
        read().map_err(|e| self.error(e))
    }
}

/// Do the words stand in the name as whole words? Case does not matter.
fn has_words(name: &str, words: &str) -> bool {
    let (name, words) = (name.to_lowercase(), words.trim().to_lowercase());
    !words.is_empty()
        && name.match_indices(&words).any(|(at, found)| {
            let before = name[..at].chars().next_back();
            let after = name[at + found.len()..].chars().next();
            !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric)
        })
}

pub(crate) fn event(connection: &Connection, number: i64) -> rusqlite::Result<Option<EventRow>> {
    let mut select = connection.prepare_cached(&format!("{EVENT} WHERE e.id = ?1"))?;
    let found = select.query_row([number], |row| {
        let auxiliary: String = row.get(13)?;
        let place: Option<String> = row.get(14)?;
        let place = match place {
            Some(text) => Some(PlaceRow {
                text,
                name: row.get(15)?,
                kind: row.get(32)?,
                country: row.get(16)?,
                lat: row.get(17)?,
                lon: row.get(18)?,
                geonames: row.get(19)?,
                basis: row.get(20)?,
                start: row.get(21)?,
                end: row.get(22)?,
            }),
            None => None,
        };
        Ok(EventRow {
            number: row.get(0)?,
            id: row.get(1)?,
            article: row.get(2)?,
            publisher: row.get(3)?,
            published: row.get(4)?,
            title: row.get(5)?,
            url: row.get(6)?,
            event: row.get(7)?,
            mode: row.get(8)?,
            cameo: row.get(9)?,
            quad: row.get(10)?,
            score: row.get(11)?,
            context: Vec::new(),
            date: row.get(12)?,
            actor: Vec::new(),
            recipient: Vec::new(),
            auxiliary: auxiliary.split(',').filter(|a| !a.is_empty()).map(str::to_owned).collect(),
            attribution: Vec::new(),
            place,
            figures: Vec::new(),
            trigger: row.get(23)?,
            start: row.get(24)?,
            end: row.get(25)?,
            sentence: row.get(26)?,
            sentence_index: row.get(33)?,
            sentence_start: row.get(27)?,
            sentence_end: row.get(28)?,
            rule: row.get(29)?,
            confidence: row.get(30)?,
            incident: row.get(31)?,
        })
    });
    let Some(mut event) = found.optional()? else { return Ok(None) };
    let mut select = connection.prepare_cached(
        "SELECT role, text, name, actor, country, sector, guessed, start, end, kind FROM participants WHERE event = ?1 ORDER BY role, position",
    )?;
    let rows = select.query_map([number], |row| {
        let who = ParticipantRow {
            text: row.get(1)?,
            name: row.get(2)?,
            id: row.get(3)?,
            country: row.get(4)?,
            sector: row.get(5)?,
            guessed: row.get(6)?,
            start: row.get(7)?,
            end: row.get(8)?,
            kind: row.get(9)?,
        };
        Ok((row.get::<_, String>(0)?, who))
    })?;
    for row in rows {
        let (role, who) = row?;
        match role.as_str() {
            "actor" => event.actor.push(who),
            "recipient" => event.recipient.push(who),
            _ => event.attribution.push(who),
        }
    }
    let mut select = connection
        .prepare_cached("SELECT kind, low, high, text, start, end FROM figures WHERE event = ?1 ORDER BY position")?;
    let figure = |row: &Row| {
        Ok(FigureRow {
            kind: row.get(0)?,
            low: row.get(1)?,
            high: row.get(2)?,
            text: row.get(3)?,
            start: row.get(4)?,
            end: row.get(5)?,
        })
    };
    event.figures = select.query_map([number], figure)?.collect::<rusqlite::Result<_>>()?;
    let mut select = connection.prepare_cached("SELECT context FROM contexts WHERE event = ?1 ORDER BY context")?;
    event.context = select.query_map(params![number], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    Ok(Some(event))
}
