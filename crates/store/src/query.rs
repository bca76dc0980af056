//! The language of questions: `actor:RUS recipient:SYR event:CONSULT since:2013-07 status:actual "chemical weapons"`.
//!
//! A term is `field:value`, `-field:value` for what must not hold, or words, alone or in quotation marks, that the evidence must
//! have. Values in a row, `event:ACCUSE,REJECT`, are alternatives; different terms must all hold. [`Query::parse`] knows the fields and
//! the form of their values; whether the store has such a category is asked when the question is put ([`Query::sql`]).

use crate::{Store, StoreError};
use rusqlite::types::Value;
use thiserror::Error;

/// A question as it was asked. [`Default`] asks for everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    text: String,
    terms: Vec<Term>,
}

/// What is wrong with a question, and where.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{message}\n  {text}\n  {}{}", " ".repeat(text.get(..*start).unwrap_or_default().chars().count()),
    "^".repeat(text.get(*start..*end).unwrap_or_default().chars().count().max(1)))]
pub struct QueryError {
    /// What is wrong and what would be right.
    pub message: String,
    /// The question.
    pub text: String,
    /// Where the word begins, in bytes.
    pub start: usize,
    /// Where it ends.
    pub end: usize,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Term {
    field: Field,
    /// Must it not hold?
    not: bool,
    values: Vec<Word>,
}

/// A value and where it stands in the question.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    text: String,
    start: usize,
    end: usize,
}

macro_rules! fields {
    ($($variant:ident $name:literal $help:literal),* $(,)?) => {
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        enum Field { $($variant),* }

        impl Field {
            const ALL: &[(Field, &str, &str)] = &[$((Field::$variant, $name, $help)),*];
        }
    };
}

fields! {
    Actor "actor" "who did it: a country (RUS), a sector (REB), both (RUS/MIL), or a name (Lavrov)",
    Recipient "recipient" "to whom, in the same ways",
    Party "party" "actor or recipient, in the same ways",
    Source "source" "on whose word: none, named, anonymous, media, or in the same ways as actor",
    Country "country" "the country of an actor or recipient",
    Sector "sector" "the sector of an actor or recipient",
    Event "event" "the category (ASSAULT)",
    Mode "mode" "the mode (aerial)",
    Cameo "cameo" "the CAMEO code or its beginning (19)",
    Quad "quad" "the quad class, by name (verbal-conflict) or number (3)",
    Context "context" "a context (diplomatic)",
    Status "status" "actual, or an auxiliary: future, hypothetical, historical, negation",
    Place "place" "where: a country (SYR) or a place's name (Aleppo)",
    Date "date" "the event's day, month or year (2013-07)",
    Since "since" "from this day, month or year on",
    Until "until" "up to and including this day, month or year",
    Published "published" "the article's day, month or year",
    Publisher "publisher" "who published the article",
    Article "article" "the article's number in the store",
    Incident "incident" "the incident's number in the store",
    Confidence "confidence" "at least this (0.8)",
    Text "text" "words of the evidence; the field's name may be left out",
}

/// Names that mean the same as another.
const ALIASES: [(&str, &str); 4] =
    [("category", "event"), ("attribution", "source"), ("auxiliary", "status"), ("target", "recipient")];

/// The fields of a question and what their values are.
pub fn fields() -> impl Iterator<Item = (&'static str, &'static str)> {
    Field::ALL.iter().map(|&(_, name, help)| (name, help))
}

impl Query {
    /// Reads a question; blank asks for everything.
    pub fn parse(text: &str) -> Result<Query, QueryError> {
        let wrong =
            |message: String, start: usize, end: usize| QueryError { message, text: text.to_owned(), start, end };
        let mut terms = Vec::new();
        let mut at = 0;
        while let Some(next) = text[at..].find(|c: char| !c.is_whitespace()) {
            let start = at + next;
            let not = text[start..].starts_with('-');
            let begin = start + usize::from(not);
            let name_end = begin + text[begin..].find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(text.len() - begin);
            let is_field = name_end > begin && text[name_end..].starts_with(':');
            let (field, values_at) = if is_field {
                let name = text[begin..name_end].to_lowercase();
                (field(&name).map_err(|message| wrong(message, begin, name_end))?, name_end + 1)
            } else {
                (Field::Text, begin)
            };
            let (values, end) =
                values(text, values_at, is_field).map_err(|(message, from)| wrong(message, from, text.len()))?;
            if values.is_empty() {
                let what = if is_field {
                    format!("`{}` has no value", &text[begin..=name_end])
                } else {
                    "a word is missing".to_owned()
                };
                return Err(wrong(format!("{what}; give one behind it without a blank"), start, end.max(start + 1)));
            }
            for value in &values {
                check(field, &value.text).map_err(|message| wrong(message, value.start, value.end))?;
            }
            terms.push(Term { field, not, values });
            at = end;
        }
        Ok(Query { text: text.to_owned(), terms })
    }

    /// The question as it was asked.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Does it ask for everything?
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }
}

fn field(name: &str) -> Result<Field, String> {
    let name = ALIASES.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, field)| field);
    Field::ALL.iter().find(|(_, n, _)| *n == name).map(|&(f, ..)| f).ok_or_else(|| {
        let near = nearest(name, Field::ALL.iter().map(|(_, n, _)| *n));
        let all: Vec<&str> = Field::ALL.iter().map(|(_, n, _)| *n).collect();
        match near {
            Some(near) => format!("there is no field `{name}`; did you mean `{near}`?"),
            None => format!("there is no field `{name}`; the fields are {}", all.join(", ")),
        }
    })
}

/// The values from `at` on, and where they end. Commas separate the values of a field.
fn values(text: &str, mut at: usize, list: bool) -> Result<(Vec<Word>, usize), (String, usize)> {
    let mut values = Vec::new();
    loop {
        let rest = &text[at..];
        let (word, end) = if let Some(quoted) = rest.strip_prefix('"') {
            let Some(length) = quoted.find('"') else {
                return Err(("this quotation mark is never closed".to_owned(), at));
            };
            (Word { text: quoted[..length].to_owned(), start: at, end: at + length + 2 }, at + length + 2)
        } else {
            let length = rest.find(|c: char| c.is_whitespace() || list && c == ',').unwrap_or(rest.len());
            (Word { text: rest[..length].to_owned(), start: at, end: at + length }, at + length)
        };
        at = end;
        if !word.text.trim().is_empty() {
            values.push(word);
        }
        match text[at..].strip_prefix(',') {
            Some(_) if list => at += 1,
            _ => return Ok((values, at)),
        }
    }
}

/// Has a value the form that its field asks for?
fn check(field: Field, value: &str) -> Result<(), String> {
    match field {
        Field::Date | Field::Since | Field::Until | Field::Published => {
            period(value).map(|_| ()).ok_or_else(|| format!("`{value}` is no date; write YYYY, YYYY-MM or YYYY-MM-DD"))
        }
        Field::Confidence => match value.parse::<f64>() {
            Ok(v) if (0.0..=1.0).contains(&v) => Ok(()),
            _ => Err(format!("`{value}` is no confidence; write a number from 0 to 1")),
        },
        Field::Article | Field::Incident if value.parse::<i64>().is_err() => {
            Err(format!("`{value}` is no number; each has one in the store"))
        }
        Field::Cameo if !value.bytes().all(|b| b.is_ascii_digit()) => {
            Err(format!("`{value}` is no CAMEO code; write digits, such as 19 or 190"))
        }
        Field::Text if !value.chars().any(char::is_alphanumeric) => Err(format!("`{value}` has no word in it")),
        _ => Ok(()),
    }
}

/// First and last day of a year, month or day.
fn period(text: &str) -> Option<(String, String)> {
    let date = |text: String| text.parse::<jiff::civil::Date>().ok();
    let digits = |part: &str, n: usize| part.len() == n && part.bytes().all(|b| b.is_ascii_digit());
    let parts: Vec<&str> = text.split('-').collect();
    let (first, last) = match parts.as_slice() {
        [y] if digits(y, 4) => (date(format!("{y}-01-01"))?, date(format!("{y}-12-31"))?),
        [y, m] if digits(y, 4) && digits(m, 2) => {
            let first = date(format!("{y}-{m}-01"))?;
            (first, first.last_of_month())
        }
        [y, m, d] if digits(y, 4) && digits(m, 2) && digits(d, 2) => (date(text.to_owned())?, date(text.to_owned())?),
        _ => return None,
    };
    Some((first.to_string(), last.to_string()))
}

/// Of the names, the one within two changes of `word`.
fn nearest<'n>(word: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    names.map(|n| (distance(&word.to_lowercase(), &n.to_lowercase()), n)).filter(|(d, _)| *d <= 2).min().map(|(_, n)| n)
}

/// Levenshtein's distance.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &y) in b.iter().enumerate() {
            let change = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

/// A question as SQL: what follows `SELECT ... FROM`, with `e` for the event, and its parameters.
#[derive(Debug)]
pub(crate) struct Sql {
    /// Tables; `e.id` may come more than once if `repeats`.
    pub(crate) from: String,
    pub(crate) conditions: Vec<String>,
    pub(crate) parameters: Vec<Value>,
    /// The column in whose order the tables are read fastest by day.
    pub(crate) day: &'static str,
    pub(crate) repeats: bool,
}

impl Sql {
    pub(crate) fn filter(&self) -> String {
        if self.conditions.is_empty() { String::new() } else { format!(" WHERE {}", self.conditions.join(" AND ")) }
    }

    pub(crate) fn parameter(&mut self, value: impl Into<Value>) -> String {
        self.parameters.push(value.into());
        format!("?{}", self.parameters.len())
    }

    fn list(&mut self, values: &[String]) -> String {
        let all: Vec<String> = values.iter().map(|v| self.parameter(v.clone())).collect();
        all.join(", ")
    }
}

/// Why a question cannot be answered.
#[derive(Debug, Error)]
pub enum AskError {
    /// A word of it is wrong.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The store cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a participant is looked for by.
enum Who {
    Country(String),
    Sector(String),
    Both(String, String),
    Names(Vec<String>),
}

impl Query {
    /// The question in SQL. `store` tells which categories, modes and names there are; a word that it does not have is an error
    /// that points at it.
    pub(crate) fn sql(&self, store: &Store) -> Result<Sql, AskError> {
        let mut sql = Sql {
            from: "events e".to_owned(),
            conditions: Vec::new(),
            parameters: Vec::new(),
            day: "e.day",
            repeats: false,
        };
        let mut dyad: [Option<String>; 2] = [None, None];
        // one country as actor, one as recipient: the table of dyads is in the order of the answer
        for (side, field) in [(0, Field::Actor), (1, Field::Recipient)] {
            for term in self.terms.iter().filter(|t| t.field == field && !t.not && t.values.len() == 1) {
                if let Who::Country(country) = self.who(store, &term.values[0])?
                    && dyad[side].is_none()
                {
                    dyad[side] = Some(country);
                }
            }
        }
        if dyad.iter().any(Option::is_some) {
            sql.from = "dyads d JOIN events e ON e.id = d.event".to_owned();
            sql.day = "d.day";
            sql.repeats = dyad.iter().any(Option::is_none);
            for (column, country) in ["d.actor", "d.recipient"].into_iter().zip(&dyad) {
                if let Some(country) = country {
                    let value = sql.parameter(country.clone());
                    sql.conditions.push(format!("{column} = {value}"));
                }
            }
        }
        // words that must all be there are looked for together: each alone may be common
        let words: Vec<String> = self
            .terms
            .iter()
            .filter(|t| t.field == Field::Text && !t.not)
            .map(|t| format!("({})", t.values.iter().map(|v| phrase(&v.text)).collect::<Vec<_>>().join(" OR ")))
            .collect();
        if !words.is_empty() {
            let all = sql.parameter(words.join(" AND "));
            sql.conditions.push(format!("e.sentence IN (SELECT rowid FROM evidence WHERE evidence MATCH {all})"));
        }
        for term in self.terms.iter().filter(|t| t.field != Field::Text || t.not) {
            let mut alternatives = Vec::new();
            for value in &term.values {
                alternatives.push(self.condition(store, &mut sql, term.field, value, &dyad)?);
            }
            let any = if alternatives.len() == 1 {
                alternatives.remove(0)
            } else {
                format!("({})", alternatives.join(" OR "))
            };
            match (any.as_str(), term.not) {
                ("1", false) => {}
                (_, true) => sql.conditions.push(format!("NOT {any}")),
                (_, false) => sql.conditions.push(any),
            }
        }
        Ok(sql)
    }

    fn error(&self, word: &Word, message: String) -> QueryError {
        QueryError { message, text: self.text.clone(), start: word.start, end: word.end }
    }

    fn condition(
        &self,
        store: &Store,
        sql: &mut Sql,
        field: Field,
        word: &Word,
        dyad: &[Option<String>; 2],
    ) -> Result<String, AskError> {
        let value = &word.text;
        let day = sql.day;
        Ok(match field {
            Field::Actor | Field::Recipient | Field::Party | Field::Country | Field::Sector => {
                let roles: &[&str] = match field {
                    Field::Actor => &["actor"],
                    Field::Recipient => &["recipient"],
                    _ => &["actor", "recipient"],
                };
                let who = match field {
                    Field::Country => Who::Country(value.to_uppercase()),
                    Field::Sector => Who::Sector(self.term(store, word, &["sector"])?),
                    _ => self.who(store, word)?,
                };
                match (&who, field) {
                    (Who::Country(c), Field::Actor) if dyad[0].as_ref() == Some(c) => "1".to_owned(),
                    (Who::Country(c), Field::Recipient) if dyad[1].as_ref() == Some(c) => "1".to_owned(),
                    (Who::Country(c), _) => {
                        let country = sql.parameter(c.clone());
                        let sides: Vec<String> = roles.iter().map(|r| format!("y.{r} = {country}")).collect();
                        format!("EXISTS (SELECT 1 FROM dyads y WHERE y.event = e.id AND ({}))", sides.join(" OR "))
                    }
                    _ => taking_part(sql, &who, roles),
                }
            }
            Field::Source => match value.to_lowercase().as_str() {
                "none" => {
                    "NOT EXISTS (SELECT 1 FROM participants p WHERE p.event = e.id AND p.role = 'source')".to_owned()
                }
                kind @ ("named" | "anonymous" | "media") => format!(
                    "EXISTS (SELECT 1 FROM participants p WHERE p.event = e.id AND p.role = 'source' AND p.kind = '{kind}')"
                ),
                _ => {
                    let who = self.who(store, word)?;
                    taking_part(sql, &who, &["source"])
                }
            },
            Field::Event => {
                let term = self.term(store, word, &["event"])?;
                format!("e.event = {}", sql.parameter(term))
            }
            Field::Mode => {
                let term = self.term(store, word, &["mode"])?;
                format!("e.mode = {}", sql.parameter(term))
            }
            Field::Cameo => {
                let (from, to) = (sql.parameter(value.clone()), sql.parameter(format!("{value}:")));
                format!("(e.cameo >= {from} AND e.cameo < {to})")
            }
            Field::Quad => {
                let by_number = ["verbal cooperation", "material cooperation", "verbal conflict", "material conflict"];
                let named = match value.parse::<usize>() {
                    Ok(n @ 1..=4) => by_number[n - 1].to_owned(),
                    _ => value.replace(['-', '_'], " "),
                };
                let term = self.term(store, &Word { text: named, ..word.clone() }, &["quad"])?;
                format!("e.quad = {}", sql.parameter(term))
            }
            Field::Context => {
                let term = self.term(store, word, &["context"])?;
                let context = sql.parameter(term);
                format!("EXISTS (SELECT 1 FROM contexts c WHERE c.context = {context} AND c.event = e.id)")
            }
            Field::Status => match value.to_lowercase().as_str() {
                "actual" => "e.auxiliary = ''".to_owned(),
                name @ ("future" | "hypothetical" | "historical" | "negation") => {
                    format!("instr(e.auxiliary, '{name}') > 0")
                }
                "negated" | "denied" => "instr(e.auxiliary, 'negation') > 0".to_owned(),
                _ => {
                    let message = format!(
                        "there is no status `{value}`; it is one of actual, future, hypothetical, historical, negation"
                    );
                    return Err(self.error(word, message).into());
                }
            },
            Field::Place if is_country(value) => format!("e.place_country = {}", sql.parameter(value.clone())),
            Field::Place => format!("e.place_name = {}", sql.parameter(title_case(value))),
            Field::Date => {
                let (first, last) = period(value).unwrap_or_default();
                let (first, last) = (sql.parameter(first), sql.parameter(last));
                format!("({day} BETWEEN {first} AND {last})")
            }
            Field::Since => format!("{day} >= {}", sql.parameter(period(value).unwrap_or_default().0)),
            Field::Until => {
                format!("({day} <> '' AND {day} <= {})", sql.parameter(period(value).unwrap_or_default().1))
            }
            Field::Published => {
                let (first, last) = period(value).unwrap_or_default();
                let (first, last) = (sql.parameter(first), sql.parameter(last));
                format!("e.article IN (SELECT a.id FROM articles a WHERE a.published BETWEEN {first} AND {last})")
            }
            Field::Publisher => {
                let publisher = sql.parameter(value.clone());
                format!("e.article IN (SELECT a.id FROM articles a WHERE a.publisher = {publisher} COLLATE NOCASE)")
            }
            Field::Article | Field::Incident => {
                let column = if field == Field::Article { "article" } else { "incident" };
                format!("e.{column} = {}", sql.parameter(value.parse::<i64>().unwrap_or_default()))
            }
            Field::Confidence => format!("e.confidence >= {}", sql.parameter(value.parse::<f64>().unwrap_or_default())),
            Field::Text => {
                let phrase = sql.parameter(phrase(value));
                format!("e.sentence IN (SELECT rowid FROM evidence WHERE evidence MATCH {phrase})")
            }
        })
    }

    /// A term of the ontology, spelled as it is there.
    fn term(&self, store: &Store, word: &Word, kinds: &[&str]) -> Result<String, AskError> {
        let known = store.terms(kinds)?;
        if let Some(term) = known.iter().find(|t| t.eq_ignore_ascii_case(&word.text)) {
            return Ok(term.clone());
        }
        let what = kinds.join(" or ");
        let message = match nearest(&word.text, known.iter().map(String::as_str)) {
            Some(near) => format!("there is no {what} `{}`; did you mean `{near}`?", word.text),
            None if known.len() <= 40 => format!("there is no {what} `{}`; there are {}", word.text, known.join(", ")),
            None => format!("there is no {what} `{}`", word.text),
        };
        Err(self.error(word, message).into())
    }

    fn who(&self, store: &Store, word: &Word) -> Result<Who, AskError> {
        let value = &word.text;
        let sectors = store.terms(&["sector"])?;
        let is_sector = |text: &str| sectors.iter().any(|s| s == text);
        if let Some((country, sector)) = value.split_once('/')
            && is_country(country)
        {
            let sector = Word { text: sector.to_owned(), start: word.start + country.len() + 1, end: word.end };
            return Ok(Who::Both(country.to_owned(), self.term(store, &sector, &["sector"])?));
        }
        if is_country(value) {
            // IGO and NGO are both: as countries they also have those whose sector is finer
            let sector = is_sector(value) && !matches!(value.as_str(), "IGO" | "NGO" | "MNC" | "IMG");
            return Ok(if sector { Who::Sector(value.clone()) } else { Who::Country(value.clone()) });
        }
        let names = store.names_like(value, 500)?;
        if names.is_empty() {
            let message = format!(
                "nobody of this name is in the store: `{value}`; countries and sectors are written in capitals (RUS, REB, RUS/MIL)"
            );
            return Err(self.error(word, message).into());
        }
        Ok(Who::Names(names))
    }
}

/// Words in the language of FTS5, as a phrase: nothing in it is an operator.
fn phrase(words: &str) -> String {
    format!("\"{}\"", words.replace('"', " "))
}

fn taking_part(sql: &mut Sql, who: &Who, roles: &[&str]) -> String {
    let roles = roles.iter().map(|r| format!("'{r}'")).collect::<Vec<_>>().join(", ");
    let what = match who {
        Who::Country(country) => format!("p.country = {}", sql.parameter(country.clone())),
        Who::Sector(sector) => format!("p.sector = {}", sql.parameter(sector.clone())),
        Who::Both(country, sector) => {
            let (country, sector) = (sql.parameter(country.clone()), sql.parameter(sector.clone()));
            format!("p.country = {country} AND p.sector = {sector}")
        }
        // few events: from the names to the events
        Who::Names(names) => {
            let names = sql.list(names);
            return format!(
                "e.id IN (SELECT p.event FROM participants p WHERE p.name IN ({names}) AND p.role IN ({roles}))"
            );
        }
    };
    format!("EXISTS (SELECT 1 FROM participants p WHERE p.event = e.id AND p.role IN ({roles}) AND {what})")
}

/// Three capitals.
fn is_country(value: &str) -> bool {
    value.len() == 3 && value.bytes().all(|b| b.is_ascii_uppercase())
}

/// "aleppo" as "Aleppo": names in the store begin with capitals.
fn title_case(value: &str) -> String {
    let mut chars = value.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> QueryError {
        Query::parse(text).expect_err("this question is wrong")
    }

    #[test]
    fn terms_and_values() {
        let query =
            Query::parse(r#"actor:RUS,"Sergei Lavrov" -event:CONSULT since:2013-07 "chemical weapons" sarin"#).unwrap();
        let shown: Vec<(Field, bool, Vec<&str>)> =
            query.terms.iter().map(|t| (t.field, t.not, t.values.iter().map(|v| v.text.as_str()).collect())).collect();
        assert_eq!(
            shown,
            [
                (Field::Actor, false, vec!["RUS", "Sergei Lavrov"]),
                (Field::Event, true, vec!["CONSULT"]),
                (Field::Since, false, vec!["2013-07"]),
                (Field::Text, false, vec!["chemical weapons"]),
                (Field::Text, false, vec!["sarin"]),
            ]
        );
        assert!(Query::parse("  ").unwrap().is_empty());
    }

    #[test]
    fn errors_point_at_the_word() {
        let e = error("event:ASSAULT sincee:2013");
        assert_eq!((&e.text[e.start..e.end], e.message.contains("`since`")), ("sincee", true));
        let e = error("since:2013-13");
        assert_eq!(&e.text[e.start..e.end], "2013-13");
        let e = error("actor:RUS,\"Lav");
        assert_eq!(&e.text[e.start..e.end], "\"Lav");
        assert_eq!(error("actor: RUS").start, 0);
        assert_eq!(error("confidence:high").start, 11);
        let shown = error("date:today").to_string();
        assert!(shown.ends_with("  date:today\n       ^^^^^"), "{shown}");
    }

    #[test]
    fn whatever_is_asked_never_panics() {
        for text in [
            "-",
            "\"",
            "a:",
            ":",
            "--",
            "é:ü",
            "-é",
            "actor:,",
            "actor:\"\"",
            "\u{0}",
            "date:2013-02-30",
            "date:0000",
            "x,y,",
        ] {
            let _ = Query::parse(text);
        }
    }

    #[test]
    fn periods() {
        let days = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
        assert_eq!(period("2012-02"), days("2012-02-01", "2012-02-29"));
        assert_eq!(period("2012"), days("2012-01-01", "2012-12-31"));
        assert_eq!(period("2012-2"), None);
        assert_eq!(period("2012-02-30"), None);
    }
}
