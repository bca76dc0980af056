//! JSON Lines: one article a line, streamed.

use crate::{Defaults, ReadError, parse_date};
use polybius_text::Article;
use serde::Deserialize;
use std::io::BufRead;

/// An article as a JSON object or a row of a table gives it.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Fields {
    /// A string; anything else is taken as it is written.
    pub id: Option<serde_json::Value>,
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
            Some(serde_json::Value::String(id)) => id,
            Some(serde_json::Value::Null) | None => id(),
            Some(other) => other.to_string(),
        };
        let mut article = Article::from_lines(id, text);
        article.title = self.title;
        article.date = date;
        article.publisher = self.publisher.or_else(|| defaults.publisher.clone());
        article.url = self.url;
        Ok(article)
    }
}

pub(crate) fn read(
    mut input: impl BufRead,
    name: &str,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    let mut number = 0;
    let mut bytes = Vec::new();
    loop {
        bytes.clear();
        match input.read_until(b'\n', &mut bytes) {
            Ok(0) => return,
            Ok(_) => {}
            Err(source) => return sink(Err(ReadError::Io { path: name.to_owned(), source })),
        }
        number += 1;
        let line = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(&bytes);
        if line.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        sink(article(line, name, number, defaults).map_err(|what| ReadError::Line {
            path: name.to_owned(),
            line: number,
            what,
        }));
    }
}

fn article(bytes: &[u8], name: &str, number: usize, defaults: &Defaults) -> Result<Article, String> {
    let fields: Fields = serde_json::from_slice(bytes).map_err(|e| {
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
