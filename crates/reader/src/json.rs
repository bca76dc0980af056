//! JSON Lines: one article a line, streamed.

use crate::limit::{read_line, too_large};
use crate::{Defaults, ReadError, charset, parse_date};
use polybius_text::Article;
use serde::Deserialize;
use serde_json::Value;
use std::io::{BufRead, BufReader};

/// An article as a JSON object or a row of a table gives it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Fields {
    /// A string; anything else is taken as it is written.
    pub id: Option<Value>,
    /// The headline.
    pub title: Option<String>,
    /// The day of publication, as [`parse_date`] reads it.
    pub date: Option<String>,
    /// Who published it.
    pub publisher: Option<String>,
    /// Its address.
    pub url: Option<String>,
    /// Its words; each line is a paragraph.
    pub text: Option<String>,
    /// Who wrote it; other tools write lists and objects here, which are passed over.
    pub byline: Option<Value>,
    /// Its language, in the same way.
    pub language: Option<Value>,
}

impl Fields {
    /// The article; `id` is for one that has none.
    ///
    /// # Errors
    /// In words, if there is no text or the date cannot be read.
    pub fn article(self, id: impl FnOnce() -> String, defaults: &Defaults) -> Result<Article, String> {
        let text = self.text.ok_or("the field `text` is missing; it holds the article's words")?;
        if text.trim().is_empty() {
            return Err("the field `text` is empty; it holds the article's words".to_owned());
        }
        let date = match self.date.as_deref().map(str::trim).filter(|d| !d.is_empty()) {
            Some(d) => Some(parse_date(d).ok_or_else(|| format!("the date `{d}` cannot be read; write YYYY-MM-DD"))?),
            None => defaults.date,
        };
        let id = match self.id {
            Some(Value::String(id)) => id,
            Some(Value::Null) | None => id(),
            Some(other) => other.to_string(),
        };
        let plain = |v: Option<Value>| v.as_ref().and_then(Value::as_str).map(str::to_owned);
        let mut article = Article::from_lines(id, text);
        article.title = self.title;
        article.date = date;
        article.publisher = self.publisher.or_else(|| defaults.publisher.clone());
        article.url = self.url;
        article.byline = plain(self.byline);
        article.language = plain(self.language);
        Ok(article)
    }
}

pub(crate) fn read(
    input: impl BufRead,
    name: &str,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    let mut input = BufReader::new(charset::utf8(input, None));
    let mut number = 0;
    let mut bytes = Vec::new();
    loop {
        let whole = match read_line(&mut input, &mut bytes) {
            Ok(_) if bytes.is_empty() => return,
            Ok(whole) => whole,
            Err(source) => return sink(Err(ReadError::Io { path: name.to_owned(), source })),
        };
        number += 1;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let found = if whole { article(&bytes, name, number, defaults) } else { Err(too_large("the line")) };
        sink(found.map_err(|what| ReadError::Line { path: name.to_owned(), line: number, what }));
    }
}

fn article(bytes: &[u8], name: &str, number: usize, defaults: &Defaults) -> Result<Article, String> {
    let fields: Fields = serde_json::from_str(&charset::decode(bytes, None)).map_err(|e| {
        // serde_json says "at line 1 column N" of the one line it sees
        let what = e.to_string();
        let what = what.split(" at line").next().unwrap_or(&what);
        format!(
            "not a JSON object of an article (column {}: {what}); each line must be one object with a field `text`",
            e.column()
        )
    })?;
    fields.article(|| format!("{name}:{number}"), defaults)
}
