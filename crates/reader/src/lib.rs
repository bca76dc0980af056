//! Bytes to articles. A source is plain text, Markdown as crawlers write it, HTML, or JSON Lines; which one is told by the file's
//! extension and by its first bytes. Every failure names the source, the line where there is one, and a remedy; one that fails
//! never stops the others.

mod blocks;
mod charset;
mod date;
mod html;
mod json;

pub use date::parse_date;
pub use json::Fields;

use jiff::civil::Date;
use polybius_text::Article;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What to assume of an article that does not say it itself.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The day of publication.
    pub date: Option<Date>,
    /// The publisher.
    pub publisher: Option<String>,
}

/// Why a source, or a line of one, gave no article.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The file or folder cannot be read.
    #[error("{path}: {source}")]
    Io {
        /// Which.
        path: String,
        /// Why not.
        source: io::Error,
    },
    /// Nothing is in it.
    #[error("{path}: the file is empty; an article's text is needed")]
    Empty {
        /// Which file.
        path: String,
    },
    /// It is not text.
    #[error("{path}: this is a binary file; give plain text, Markdown, HTML or JSON Lines")]
    Binary {
        /// Which file.
        path: String,
    },
    /// A web page in which no article was found.
    #[error("{path}: no article was found in this page ({reason}); save its text to a .txt file instead")]
    NoArticle {
        /// Which file.
        path: String,
        /// What the extractor says.
        reason: String,
    },
    /// A JSON line is broken or lacks a field.
    #[error("{path}, line {line}: {what}")]
    Line {
        /// Which file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong and what is needed.
        what: String,
    },
}

/// The kinds of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Text,
    Markdown,
    Html,
    JsonLines,
}

/// The files to read for a path: itself, or, for a folder, the articles below it in order of their names.
pub fn files(path: &Path) -> Result<Vec<PathBuf>, ReadError> {
    let failed = |source| ReadError::Io { path: path.display().to_string(), source };
    if !std::fs::metadata(path).map_err(failed)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    let mut stack = vec![path.to_owned()];
    while let Some(folder) = stack.pop() {
        let failed = |source| ReadError::Io { path: folder.display().to_string(), source };
        for entry in std::fs::read_dir(&folder).map_err(failed)? {
            let entry = entry.map_err(failed)?;
            let (path, hidden) = (entry.path(), entry.file_name().to_string_lossy().starts_with('.'));
            if hidden {
                continue;
            }
            // links to folders are not followed: they may lead back
            if entry.file_type().map_err(failed)?.is_dir() {
                stack.push(path);
            } else if kind_by_name(&path).is_some() {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

fn kind_by_name(path: &Path) -> Option<Kind> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "txt" | "text" => Some(Kind::Text),
        "md" | "markdown" => Some(Kind::Markdown),
        "html" | "htm" | "xhtml" => Some(Kind::Html),
        "jsonl" | "ndjson" | "json" => Some(Kind::JsonLines),
        _ => None,
    }
}

/// Reads a file, handing on each article or failure as it comes; JSON Lines are streamed. The article's id is the file's
/// name without its extension, or the `id` field of the line.
pub fn read_file(path: &Path, defaults: &Defaults, sink: &mut dyn FnMut(Result<Article, ReadError>)) {
    let name = path.display().to_string();
    let id = path.file_stem().map_or_else(|| name.clone(), |s| s.to_string_lossy().into_owned());
    match File::open(path) {
        Ok(file) => read(BufReader::new(file), &name, &id, kind_by_name(path), defaults, sink),
        Err(source) => sink(Err(ReadError::Io { path: name, source })),
    }
}

/// Reads what comes on `input`, such as standard input; `name` stands in messages.
pub fn read_stream(
    input: impl Read,
    name: &str,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    read(BufReader::new(input), name, name, None, defaults, sink);
}

fn read(
    mut input: impl BufRead,
    name: &str,
    id: &str,
    kind: Option<Kind>,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    let io = |source| ReadError::Io { path: name.to_owned(), source };
    let start = match input.fill_buf() {
        Ok(start) => start.to_vec(),
        Err(e) => return sink(Err(io(e))),
    };
    if start.is_empty() {
        return sink(Err(ReadError::Empty { path: name.to_owned() }));
    }
    let kind = kind.unwrap_or_else(|| sniff(&start));
    if kind == Kind::JsonLines {
        return json::read(input, name, defaults, sink);
    }
    let mut bytes = Vec::new();
    if let Err(e) = input.read_to_end(&mut bytes) {
        return sink(Err(io(e)));
    }
    sink(whole(&bytes, name, id, kind, defaults));
}

fn whole(bytes: &[u8], name: &str, id: &str, kind: Kind, defaults: &Defaults) -> Result<Article, ReadError> {
    if charset::is_binary(bytes) {
        return Err(ReadError::Binary { path: name.to_owned() });
    }
    let text = charset::decode(bytes, kind == Kind::Html);
    let mut article = match kind {
        Kind::Html => html::read(&text).map_err(|reason| ReadError::NoArticle { path: name.to_owned(), reason })?,
        Kind::Markdown => blocks::read(&text, true),
        _ => blocks::read(&text, false),
    };
    if article.text.trim().is_empty() {
        return Err(ReadError::Empty { path: name.to_owned() });
    }
    article.id = id.to_owned();
    article.date = article.date.or(defaults.date);
    article.publisher = article.publisher.or_else(|| defaults.publisher.clone());
    Ok(article)
}

fn sniff(start: &[u8]) -> Kind {
    let text = String::from_utf8_lossy(&start[..start.len().min(2048)])
        .trim_start_matches('\u{feff}')
        .trim_start()
        .to_lowercase();
    if text.starts_with('{') {
        Kind::JsonLines
    } else if ["<!doctype html", "<html", "<head", "<body", "<article", "<div", "<p>"]
        .iter()
        .any(|t| text.starts_with(t))
    {
        Kind::Html
    } else if text.starts_with("# ") || text.contains("\n# ") || text.contains("](http") {
        Kind::Markdown
    } else {
        Kind::Text
    }
}
