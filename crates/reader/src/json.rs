//! JSON Lines: one article a line, streamed.

use crate::{Defaults, ReadError, parse_date};
use polybius_text::Article;
use serde::Deserialize;
use std::io::BufRead;

#[derive(Deserialize)]
struct Line {
    id: Option<serde_json::Value>,
    title: Option<String>,
    date: Option<String>,
    publisher: Option<String>,
    url: Option<String>,
    text: Option<String>,
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
    let line: Line = serde_json::from_slice(bytes).map_err(|e| {
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
        Some(serde_json::Value::String(id)) => id,
        Some(serde_json::Value::Null) | None => format!("{name}:{number}"),
        Some(other) => other.to_string(),
    };
    let mut article = Article::from_lines(id, text);
    article.title = line.title;
    article.date = date;
    article.publisher = line.publisher.or_else(|| defaults.publisher.clone());
    article.url = line.url;
    Ok(article)
}
