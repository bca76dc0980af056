//! Web archives (WARC 1.0 and 1.1, ISO 28500), plain or gzip with a member for each record: the pages among their responses. A record
//! that is broken is reported and the next one found. Own lines: rust_warc 1.2 ends at the first broken record and allocates whatever
//! a `Content-Length` claims.

use crate::http::Response;
use crate::limit::{LARGEST, too_large};
use crate::unpack::Unpacked;
use crate::{Defaults, Kind, ReadError, document, parse_date};
use polybius_text::Article;
use std::io::{BufRead, BufReader, Read};

/// Header fields of one record are shorter than this together.
const LONGEST_HEADER: usize = 1 << 16;

pub(crate) fn read<R: BufRead>(
    input: BufReader<Unpacked<R>>,
    name: &str,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    let mut archive = Archive { input, ahead: None, failed: false };
    loop {
        let (offset, found) = match archive.record() {
            Ok(None) => return,
            Ok(Some(record)) => {
                let found =
                    record.failure.clone().map_or_else(|| page(&record, name, defaults).transpose(), |e| Some(Err(e)));
                let Some(found) = found else { continue };
                let place = match record.field("warc-target-uri") {
                    Some(url) => format!("record at byte {} ({url})", record.offset),
                    None => format!("record at byte {}", record.offset),
                };
                (place, found)
            }
            Err((offset, what)) => (format!("record at byte {offset}"), Err(what)),
        };
        sink(found.map_err(|what| ReadError::Part { path: name.to_owned(), part: offset, what }));
        if archive.failed && !archive.recover() {
            return;
        }
    }
}

struct Record {
    /// Of the record, or of its gzip member, in the file.
    offset: u64,
    fields: Vec<(String, String)>,
    content: Vec<u8>,
    /// Why the content is not there.
    failure: Option<String>,
}

impl Record {
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(k, _)| k == name).map(|(_, v)| v.trim_matches(['<', '>']))
    }
}

/// The article of a response with a page or plain text; none of other records.
fn page(record: &Record, name: &str, defaults: &Defaults) -> Result<Option<Article>, String> {
    let is_page = record.field("warc-type") == Some("response")
        && record.field("content-type").is_none_or(|t| t.to_lowercase().starts_with("application/http"));
    if !is_page {
        return Ok(None);
    }
    let response = Response::parse(&record.content, LARGEST)?;
    if !(200..300).contains(&response.status) {
        return Ok(None);
    }
    let kind = match response.media_type().as_str() {
        "text/html" | "application/xhtml+xml" => Kind::Html,
        "text/plain" => Kind::Text,
        "" if response.body.trim_ascii_start().starts_with(b"<") => Kind::Html,
        _ => return Ok(None),
    };
    let mut article = document(&response.body, kind, response.charset())?;
    article.id = record.field("warc-record-id").map_or_else(|| format!("{name}:{}", record.offset), str::to_owned);
    article.url = article.url.or_else(|| record.field("warc-target-uri").map(str::to_owned));
    article.date = article.date.or_else(|| record.field("warc-date").and_then(parse_date)).or(defaults.date);
    article.publisher = article
        .publisher
        .or_else(|| defaults.publisher.clone())
        .or_else(|| article.url.as_deref().and_then(crate::blocks::host));
    Ok(Some(article))
}

struct Archive<R: BufRead> {
    input: BufReader<Unpacked<R>>,
    /// The first line of the next record and its place, where it was read in looking for it.
    ahead: Option<(u64, Vec<u8>)>,
    /// The stream has to be searched for the next record.
    failed: bool,
}

/// Place and reason.
type Broken = (u64, String);

impl<R: BufRead> Archive<R> {
    /// Where what comes next lies in the file.
    fn offset(&mut self) -> u64 {
        if self.input.buffer().is_empty() {
            let _ = self.input.fill_buf(); // opens the next member; an error comes again
        }
        match self.input.get_ref() {
            source @ Unpacked::Plain(_) => source.offset() - self.input.buffer().len() as u64,
            source => source.offset(),
        }
    }

    fn line(&mut self) -> Result<Vec<u8>, String> {
        let mut line = Vec::new();
        let mut limited = (&mut self.input).take(LONGEST_HEADER as u64);
        limited.read_until(b'\n', &mut line).map_err(|e| format!("it cannot be unpacked or read ({e})"))?;
        Ok(line)
    }

    /// The next record, none at the end. After an error `failed` is set.
    fn record(&mut self) -> Result<Option<Record>, Broken> {
        let (offset, first) = match self.ahead.take() {
            Some(ahead) => ahead,
            None => loop {
                let offset = self.offset();
                let line = self.line().map_err(|what| self.broken(offset, what))?;
                if line.is_empty() {
                    return Ok(None);
                }
                if !line.trim_ascii().is_empty() {
                    break (offset, line);
                }
            },
        };
        if !first.starts_with(b"WARC/1.") {
            return Err(self.broken(
                offset,
                "no record starts here (`WARC/1.0` or `WARC/1.1` is missing); searching on".to_owned(),
            ));
        }
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut size = 0;
        loop {
            let line = self.line().map_err(|what| self.broken(offset, what))?;
            size += line.len();
            if line.is_empty() || size > LONGEST_HEADER {
                return Err(self.broken(offset, "its header does not end; the file may be cut off".to_owned()));
            }
            let text = String::from_utf8_lossy(&line);
            if text.trim().is_empty() {
                break;
            }
            match (text.starts_with([' ', '\t']), fields.last_mut(), text.split_once(':')) {
                (true, Some((_, value)), _) => {
                    value.push(' ');
                    value.push_str(text.trim());
                }
                (_, _, Some((key, value))) => fields.push((key.trim().to_lowercase(), value.trim().to_owned())),
                _ => {} // a line that is no field harms nobody
            }
        }
        let mut record = Record { offset, fields, content: Vec::new(), failure: None };
        let Some(length) = record.field("content-length").and_then(|l| l.parse::<u64>().ok()) else {
            return Err(
                self.broken(offset, "its Content-Length is missing or no number; searching for the next".to_owned())
            );
        };
        let wanted = record.field("warc-type") == Some("response");
        let keep = wanted && length <= LARGEST;
        let outcome = self.content(length, keep, &mut record.content);
        if let Err(what) = outcome {
            self.failed = true;
            record.failure = Some(what);
        } else if wanted && !keep {
            record.failure = Some(too_large("it"));
        }
        Ok(Some(record))
    }

    fn broken(&mut self, offset: u64, what: String) -> Broken {
        self.failed = true;
        (offset, what)
    }

    /// Reads or passes over the content. A gzip member that starts with a record's first line ends the record before it.
    fn content(&mut self, length: u64, keep: bool, content: &mut Vec<u8>) -> Result<(), String> {
        let mut left = length;
        while left > 0 {
            let refill = self.input.buffer().is_empty();
            let buffer = self.input.fill_buf().map_err(|e| format!("it cannot be unpacked or read ({e})"))?;
            let (n, starts) = (buffer.len(), buffer.starts_with(b"WARC/1."));
            if n == 0 {
                return Err(format!("the file ends {left} bytes before this record does; fetch it anew"));
            }
            let n = usize::try_from(left).unwrap_or(usize::MAX).min(n);
            if keep {
                content.extend_from_slice(&buffer[..n]);
            }
            if refill && starts && self.input.get_ref().at_member_start() {
                return Err("it is shorter than its Content-Length says".to_owned());
            }
            self.input.consume(n);
            left -= n as u64;
        }
        while self.input.buffer().first().is_some_and(|b| matches!(b, b'\r' | b'\n')) {
            self.input.consume(1);
        }
        let next = self.input.buffer();
        if next.is_empty() {
            self.input.get_mut().check().map_err(|e| format!("it cannot be unpacked or read ({e})"))?;
        } else if matches!(self.input.get_ref(), Unpacked::Gzip(_))
            && !b"WARC/1.".starts_with(&next[..next.len().min(7)])
        {
            // the decoder runs on into the next member where this one is cut off
            return Err("what follows it is no record: it is cut off, or its Content-Length is wrong".to_owned());
        }
        Ok(())
    }

    /// Looks for the next line that starts a record.
    fn recover(&mut self) -> bool {
        self.failed = false;
        let mut line_start = true;
        loop {
            let offset = self.offset();
            match self.line() {
                Ok(line) if line.is_empty() => return false,
                Ok(line) if line_start && line.starts_with(b"WARC/1.") => {
                    self.ahead = Some((offset, line));
                    return true;
                }
                Ok(line) => line_start = line.ends_with(b"\n"),
                // a broken member; a false hit in the midst of packed bytes is one more of them
                Err(_) => {
                    if !self.input.get_mut().resync().unwrap_or(false) {
                        return false;
                    }
                    line_start = true;
                }
            }
        }
    }
}
