//! JSON Lines: one article a line, streamed.

use crate::limit::{read_line, too_large};
use crate::{Defaults, ReadError, charset, parse_date};
use polybius_text::Article;
use serde::Deserialize;
use serde_json::Value;
use std::io::{BufRead, BufReader};

#[derive(Deserialize)]
struct Line {
    id: Option<Value>,
    title: Option<String>,
    date: Option<String>,
    publisher: Option<String>,
    url: Option<String>,
    text: Option<String>,
    // other tools write lists and objects here; those are passed over
    byline: Option<Value>,
    language: Option<Value>,
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
    let line: Line = serde_json::from_str(&charset::decode(bytes, None)).map_err(|e| {
        // serde_json says "at line 1 column N" of the one line it sees
        let what = e.to_string();
        let what = what.split(" at line").next().unwrap_or(&what);
        format!(
            "not a JSON object of an article (column {}: {what}); each line must be one object with a field `text`",
            e.column()
        )
    })?;
    let text = line.text.ok_or("the field `text` is missing; it holds the article's words")?;
    if text.trim().is_empty() {
        return Err("the field `text` is empty; it holds the article's words".to_owned());
    }
    let date = match line.date.as_deref().map(str::trim).filter(|d| !d.is_empty()) {
        Some(d) => Some(parse_date(d).ok_or_else(|| format!("the date `{d}` cannot be read; write YYYY-MM-DD"))?),
        None => defaults.date,
    };
    let id = match line.id {
        Some(Value::String(id)) => id,
        Some(Value::Null) | None => format!("{name}:{number}"),
        Some(other) => other.to_string(),
    };
    let plain = |v: Option<Value>| v.as_ref().and_then(Value::as_str).map(str::to_owned);
    let mut article = Article::from_lines(id, text);
    article.title = line.title;
    article.date = date;
    article.publisher = line.publisher.or_else(|| defaults.publisher.clone());
    article.url = line.url;
    article.byline = plain(line.byline);
    article.language = plain(line.language);
    Ok(article)
}
