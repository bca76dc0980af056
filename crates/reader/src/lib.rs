//! Bytes to articles. A source is plain text, Markdown as crawlers write it, HTML, JSON Lines, a table (CSV, TSV), a feed (RSS, Atom,
//! JSON Feed), NITF, NewsML-G2 or a web archive (WARC), each also packed by gzip; which one is told by the file's extension and by its
//! first bytes. Articles are handed on as they come: memory is bounded by the largest article, not by the file. Every failure names the
//! source, the place in it and a remedy; one that fails never stops the others.

mod blocks;
mod charset;
mod date;
mod feed;
mod html;
mod http;
mod json;
mod limit;
mod metadata;
mod news;
mod table;
mod unpack;
mod warc;

pub use date::parse_date;
pub use feed::{Feed, FeedEntry, parse_feed};
pub use table::{Column, Columns, Field};

use encoding_rs::Encoding;
use jiff::civil::Date;
use limit::{read_all, too_large};
use polybius_text::Article;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// What to know of a source beside what it says itself.
#[derive(Clone, Debug, Default)]
pub struct Defaults {
    /// The day of publication of articles that do not say it.
    pub date: Option<Date>,
    /// The publisher of articles that do not say it.
    pub publisher: Option<String>,
    /// Which columns of a table hold what.
    pub columns: Columns,
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
    /// The whole file gave no article.
    #[error("{path}: {what}")]
    File {
        /// Which file.
        path: String,
        /// What is wrong and what is needed.
        what: String,
    },
    /// A JSON line or a row of a table is broken or lacks something.
    #[error("{path}, line {line}: {what}")]
    Line {
        /// Which file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong and what is needed.
        what: String,
    },
    /// A record of an archive, an entry of a feed or an item is broken or holds no article.
    #[error("{path}, {part}: {what}")]
    Part {
        /// Which file.
        path: String,
        /// Which part: its number or byte offset, and its address or id where it has one.
        part: String,
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
    Table,
    Feed,
    News,
    Warc,
    /// XML that is a feed, news or a page; its root tells.
    Xml,
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

/// The name without `.gz`.
fn unpacked_name(path: &Path) -> PathBuf {
    let gzip = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
    if gzip { path.with_extension("") } else { path.to_owned() }
}

fn kind_by_name(path: &Path) -> Option<Kind> {
    match unpacked_name(path).extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "txt" | "text" => Some(Kind::Text),
        "md" | "markdown" => Some(Kind::Markdown),
        "html" | "htm" => Some(Kind::Html),
        "jsonl" | "ndjson" | "json" => Some(Kind::JsonLines),
        "csv" | "tsv" | "tab" => Some(Kind::Table),
        "xml" | "rss" | "atom" | "rdf" | "nitf" | "newsml" | "xhtml" => Some(Kind::Xml),
        "warc" => Some(Kind::Warc),
        _ => None,
    }
}

/// Reads a file, handing on each article or failure as it comes. The article's id is the one the source gives, else the file's
/// name without its extension or, of files with many articles, with the line or place in it.
pub fn read_file(path: &Path, defaults: &Defaults, sink: &mut dyn FnMut(Result<Article, ReadError>)) {
    let name = path.display().to_string();
    let id = unpacked_name(path).file_stem().map_or_else(|| name.clone(), |s| s.to_string_lossy().into_owned());
    match File::open(path) {
        Ok(file) => read(file, &name, &id, kind_by_name(path), defaults, sink),
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
    read(input, name, name, None, defaults, sink);
}

fn read(
    input: impl Read,
    name: &str,
    id: &str,
    kind: Option<Kind>,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    let io = |source| ReadError::Io { path: name.to_owned(), source };
    let fault = |what| ReadError::File { path: name.to_owned(), what };
    let opened = unpack::Unpacked::new(BufReader::new(input)).and_then(|mut input| {
        let start = input.fill_buf()?.to_vec();
        Ok((input, start))
    });
    let (input, start) = match opened {
        Ok(opened) => opened,
        Err(e) => return sink(Err(io(e))),
    };
    if start.is_empty() {
        return sink(Err(ReadError::Empty { path: name.to_owned() }));
    }
    let kind = match kind {
        Some(Kind::JsonLines) if is_json_feed(&start) => Kind::Feed,
        Some(Kind::Xml) => match kind_of_xml(&start) {
            Ok(kind) => kind,
            Err(root) => {
                let what = format!("its root element is `{root}`; RSS, Atom, NITF, NewsML-G2 and XHTML are read");
                return sink(Err(fault(what)));
            }
        },
        Some(kind) => kind,
        None => sniff(&start, defaults),
    };
    if kind != Kind::Warc && charset::is_binary(&start) {
        return sink(Err(fault(
            "this is a binary file; give text, HTML, JSON Lines, CSV, a feed, NITF, NewsML-G2 or WARC".to_owned(),
        )));
    }
    match kind {
        Kind::JsonLines => json::read(input, name, defaults, sink),
        Kind::Table => table::read(input, name, defaults, sink),
        Kind::Feed => feed::read(input, name, defaults, sink),
        Kind::News => news::read(input, name, id, defaults, sink),
        Kind::Warc => warc::read(input, name, defaults, sink),
        Kind::Text | Kind::Markdown | Kind::Html | Kind::Xml => {
            let found = match read_all(input) {
                Ok(Some(bytes)) => document(&bytes, kind, None).map_err(fault),
                Ok(None) => Err(fault(too_large("it"))),
                Err(e) => Err(io(e)),
            };
            sink(found.map(|mut article| {
                article.id = id.to_owned();
                article.date = article.date.or(defaults.date);
                article.publisher = article.publisher.or_else(|| defaults.publisher.clone());
                article
            }));
        }
    }
}

/// One text or page. `declared` is the character set that HTTP says it has.
fn document(bytes: &[u8], kind: Kind, declared: Option<&'static Encoding>) -> Result<Article, String> {
    if charset::is_binary(bytes) {
        return Err("this is binary, not text".to_owned());
    }
    let html = kind == Kind::Html;
    let by_page = || if html { charset::declared_by_html(bytes) } else { None };
    let text = charset::decode(bytes, declared.or_else(by_page));
    let article = match kind {
        Kind::Html => html::read(&text).map_err(|reason| {
            format!("no article was found in this page ({reason}); save its text to a .txt file instead")
        })?,
        Kind::Markdown => blocks::read(&text, true),
        _ => blocks::read(&text, false),
    };
    if article.text.trim().is_empty() {
        return Err("it is empty; an article's text is needed".to_owned());
    }
    Ok(article)
}

fn sniff(start: &[u8], defaults: &Defaults) -> Kind {
    if start.starts_with(b"WARC/1.") {
        return Kind::Warc;
    }
    let text = head(start).to_lowercase();
    if text.starts_with('{') {
        return if is_json_feed(start) { Kind::Feed } else { Kind::JsonLines };
    }
    if let Ok(kind @ (Kind::Feed | Kind::News)) = kind_of_xml(start) {
        return kind;
    }
    let page = ["<!doctype html", "<html", "<head", "<body", "<article", "<div", "<p>", "<?xml"];
    if page.iter().any(|t| text.starts_with(t)) {
        Kind::Html
    } else if defaults.columns.fit(head(start).lines().next().unwrap_or("")) {
        Kind::Table
    } else if text.starts_with("# ") || text.contains("\n# ") || text.contains("](http") {
        Kind::Markdown
    } else {
        Kind::Text
    }
}

/// The first characters, without byte order mark and leading blanks.
fn head(start: &[u8]) -> String {
    charset::decode(&start[..start.len().min(4096)], None).trim_start_matches('\u{feff}').trim_start().to_owned()
}

fn is_json_feed(start: &[u8]) -> bool {
    let text = head(start);
    text.starts_with('{') && text.contains("jsonfeed.org/version/")
}

/// What the root element of an XML file says, or its name if that is none that is read.
fn kind_of_xml(start: &[u8]) -> Result<Kind, String> {
    let text = head(start);
    let mut rest = text.as_str();
    // declarations, comments and the document type
    while let Some(tag) = rest.find('<').map(|at| &rest[at + 1..]) {
        let end = if tag.starts_with("!--") { "-->" } else { ">" };
        if !tag.starts_with(['?', '!']) {
            let name: String = tag.chars().take_while(|c| !c.is_whitespace() && !matches!(c, '>' | '/')).collect();
            return match name.rsplit(':').next().unwrap_or("") {
                "rss" | "feed" | "RDF" => Ok(Kind::Feed),
                "nitf" | "newsItem" | "newsMessage" | "NewsML" | "newsML" | "newsItems" | "itemSet" => Ok(Kind::News),
                "html" | "HTML" => Ok(Kind::Html),
                _ => Err(name),
            };
        }
        rest = tag.find(end).map_or("", |at| &tag[at + end.len()..]);
    }
    Err(String::new())
}
