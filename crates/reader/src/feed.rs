//! Feeds: RSS, Atom and JSON Feed, by feed-rs. A feed is one small document, so it is read whole, up to the bound of one article.

use crate::limit::{read_all, too_large};
use crate::{Defaults, ReadError, charset, html, metadata::squeezed, parse_date};
use feed_rs::parser::{Builder, ParseFeedError};
use jiff::civil::Date;
use polybius_text::Article;
use std::io::Read;

/// A feed and its entries, in the feed's order.
#[derive(Clone, Debug, Default)]
pub struct Feed {
    /// The feed's name.
    pub title: Option<String>,
    /// The language it declares.
    pub language: Option<String>,
    /// What it announces.
    pub entries: Vec<FeedEntry>,
}

/// One entry of a feed.
#[derive(Clone, Debug, Default)]
pub struct FeedEntry {
    /// As the feed gives it, else made of its link and title.
    pub id: String,
    /// Where the article is.
    pub link: Option<String>,
    /// The headline.
    pub title: Option<String>,
    /// The day of publication where it was written, else of the last change.
    pub date: Option<Date>,
    /// Who wrote it.
    pub byline: Option<String>,
    /// A few words on it, mostly HTML.
    pub summary: Option<String>,
    /// The whole of it, mostly HTML; many feeds have none.
    pub content: Option<String>,
}

impl FeedEntry {
    /// The entry as an article: its content, or else its summary; `feed` is who published it. An error says why it has no text.
    pub fn article(&self, feed: &Feed) -> Result<Article, String> {
        let html = self.content.as_ref().or(self.summary.as_ref());
        let html = html.ok_or("it has neither content nor a summary; read the page it links to")?;
        let mut article = html::fragment(html)?;
        if article.text.trim().is_empty() {
            return Err("its content has no text; read the page it links to".to_owned());
        }
        article.id.clone_from(&self.id);
        article.title = self.title.clone().or(article.title);
        article.date = self.date;
        article.publisher.clone_from(&feed.title);
        article.url.clone_from(&self.link);
        article.byline.clone_from(&self.byline);
        article.language.clone_from(&feed.language);
        Ok(article)
    }
}

/// Parses a feed: RSS 0.9 to 2.0, Atom or JSON Feed, in any character set. An error says what is wrong with it, in words.
///
/// ```
/// let feed = b"<rss version='2.0'><channel><title>Harbour Times</title><item><title>Strike ends</title>\
///     <link>https://example.org/1</link><pubDate>Mon, 22 Jul 2013 23:00:00 -0500</pubDate></item></channel></rss>";
/// let feed = polybius_reader::parse_feed(feed).unwrap();
/// assert_eq!(feed.entries[0].link.as_deref(), Some("https://example.org/1"));
/// assert_eq!(feed.entries[0].date.unwrap().to_string(), "2013-07-22");
/// ```
pub fn parse_feed(bytes: &[u8]) -> Result<Feed, String> {
    let text = without_declarations(&charset::decode(bytes, charset::declared_by_xml(bytes)));
    if too_deep(&text) {
        return Err(format!("its elements are nested more than {DEEPEST} deep"));
    }
    let local_day = |text: &str| {
        // the day as it was where it was published, not in Greenwich
        let day = parse_date(text)?;
        let (month, date) = (u32::from(day.month().unsigned_abs()), u32::from(day.day().unsigned_abs()));
        Some(chrono::NaiveDate::from_ymd_opt(i32::from(day.year()), month, date)?.and_hms_opt(0, 0, 0)?.and_utc())
    };
    let feed = Builder::new().sanitize_content(false).timestamp_parser(local_day).build().parse(text.as_bytes());
    let feed = feed.map_err(|e| match e {
        ParseFeedError::ParseError(kind) => format!("no feed is in it ({kind}); RSS, Atom or JSON Feed is needed"),
        other => format!("{other}; fetch the feed anew or mend it"),
    })?;
    let plain = |text: feed_rs::model::Text| {
        let words =
            if text.content.contains(['<', '&']) { html::words(&text.content) } else { squeezed(&text.content) };
        Some(words).filter(|t| !t.is_empty())
    };
    let filled = |text: String| Some(text).filter(|t| !t.trim().is_empty());
    let language = feed.language;
    let entries = feed.entries.into_iter().map(|entry| FeedEntry {
        link: {
            let alternate = entry.links.iter().find(|l| l.rel.as_deref().is_none_or(|r| r == "alternate"));
            alternate.or(entry.links.first()).map(|l| l.href.clone())
        },
        id: entry.id,
        title: entry.title.and_then(plain),
        date: entry.published.or(entry.updated).and_then(|d| parse_date(&d.to_rfc3339())),
        byline: filled(
            entry
                .authors
                .iter()
                .filter_map(|a| a.name.as_deref())
                .map(str::trim)
                .filter(|n| !n.is_empty())
                .collect::<Vec<_>>()
                .join(", "),
        ),
        summary: entry.summary.and_then(|s| filled(s.content)),
        content: entry.content.and_then(|c| c.body).and_then(filled),
    });
    Ok(Feed { title: feed.title.and_then(plain), language, entries: entries.collect() })
}

pub(crate) fn read(
    input: impl Read,
    name: &str,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    let fault = |part: &str, what| ReadError::Part { path: name.to_owned(), part: part.to_owned(), what };
    let feed = match read_all(input) {
        Ok(Some(bytes)) => parse_feed(&bytes).map_err(|what| fault("the feed", what)),
        Ok(None) => Err(fault("the feed", too_large("it"))),
        Err(source) => Err(ReadError::Io { path: name.to_owned(), source }),
    };
    let feed = match feed {
        Ok(feed) => feed,
        Err(e) => return sink(Err(e)),
    };
    if feed.entries.is_empty() {
        return sink(Err(fault("the feed", "it has no entries".to_owned())));
    }
    for (i, entry) in feed.entries.iter().enumerate() {
        let part = || format!("entry {} ({})", i + 1, entry.link.as_deref().unwrap_or(&entry.id));
        sink(entry.article(&feed).map_err(|what| fault(&part(), what)).map(|mut article| {
            article.date = article.date.or(defaults.date);
            article.publisher = article.publisher.or_else(|| defaults.publisher.clone());
            article
        }));
    }
}

/// No feed is nested so deep; feed-rs walks them by recursion.
const DEEPEST: usize = 500;

/// Whether the tags nest deeper than `DEEPEST`.
fn too_deep(text: &str) -> bool {
    let (mut rest, mut depth) = (text, 0usize);
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        let behind = |end: &str| rest.find(end).map_or("", |at| &rest[at + end.len()..]);
        if rest.starts_with("![CDATA[") {
            rest = behind("]]>");
        } else if rest.starts_with("!--") {
            rest = behind("-->");
        } else if rest.starts_with('/') {
            depth = depth.saturating_sub(1);
        } else if !rest.starts_with(['!', '?']) && !rest.split('>').next().is_some_and(|t| t.ends_with('/')) {
            depth += 1;
            if depth > DEEPEST {
                return true;
            }
        }
    }
    false
}

/// XML declarations taken out: the text is UTF-8 by now, and feed-rs 3.0 panics where one is longer than 64 bytes or in the midst.
fn without_declarations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some(at) = rest.find("<?xml ") {
        out.push_str(&rest[..at]);
        rest = rest[at..].find("?>").map_or("", |end| &rest[at + end + 2..]);
    }
    out.push_str(rest);
    out
}
