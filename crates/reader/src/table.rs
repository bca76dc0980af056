//! Tables of articles: CSV, TSV and their kin, streamed row by row.

use crate::limit::{Metered, is_limit, too_large};
use crate::{Defaults, ReadError, charset, parse_date};
use csv::{ByteRecord, ErrorKind, ReaderBuilder};
use polybius_text::Article;
use std::collections::BTreeMap;
use std::io::BufRead;

/// What a column of a table can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// The article's words; the only one that must be there.
    Text,
    /// The headline.
    Title,
    /// The day of publication.
    Date,
    /// Who published it.
    Publisher,
    /// Its address.
    Url,
    /// What names the article.
    Id,
    /// Who wrote it.
    Byline,
    /// The language it is in.
    Language,
}

impl Field {
    const ALL: [Field; 8] = [
        Field::Text,
        Field::Title,
        Field::Date,
        Field::Publisher,
        Field::Url,
        Field::Id,
        Field::Byline,
        Field::Language,
    ];

    /// The names that columns of such content usually have; the first is the field's own.
    fn names(self) -> &'static [&'static str] {
        match self {
            Field::Text => &[
                "text",
                "body",
                "content",
                "article",
                "story",
                "full_text",
                "fulltext",
                "article_text",
                "maintext",
                "main_text",
                "body_text",
                "article_body",
                "articlebody",
            ],
            Field::Title => &["title", "headline", "heading"],
            Field::Date => &[
                "date",
                "published",
                "publication_date",
                "pub_date",
                "pubdate",
                "published_at",
                "publishedat",
                "publish_date",
                "date_published",
                "datetime",
            ],
            Field::Publisher => {
                &["publisher", "source", "outlet", "newspaper", "publication", "source_name", "site", "media"]
            }
            Field::Url => &["url", "link", "address", "web_url", "source_url", "uri"],
            Field::Id => &["id", "article_id", "articleid", "doc_id", "docid", "guid", "uuid"],
            Field::Byline => &["byline", "author", "authors"],
            Field::Language => &["language", "lang"],
        }
    }
}

/// Which column of a table holds what. What is not said is guessed from the usual names ("body", "headline", "source", ...).
///
/// ```
/// let columns: polybius_reader::Columns = ["text=Story", "date=Printed on"].iter().map(|c| c.parse().unwrap()).collect();
/// assert_eq!(columns, ["date=Printed on", "text=Story"].iter().map(|c| c.parse().unwrap()).collect());
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Columns(BTreeMap<Field, String>);

/// One column of [`Columns`]: a field and the name of its column, written `text=body`. An empty name says that no column holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column(Field, String);

impl std::str::FromStr for Column {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = || Field::ALL.map(|f| f.names()[0]).join(", ");
        let (field, column) = text.split_once('=').ok_or("write FIELD=COLUMN, such as text=body")?;
        let field = Field::ALL.into_iter().find(|f| f.names()[0] == field.trim());
        let field = field.ok_or_else(|| format!("the field must be one of {}", names()))?;
        Ok(Column(field, column.trim().to_owned()))
    }
}

impl FromIterator<Column> for Columns {
    fn from_iter<I: IntoIterator<Item = Column>>(all: I) -> Self {
        Columns(all.into_iter().map(|Column(field, name)| (field, name)).collect())
    }
}

impl Columns {
    /// Where each field stands in a header, or what is wrong.
    fn places(&self, header: &[String]) -> Result<BTreeMap<Field, usize>, String> {
        let listed = || header.iter().map(|h| format!("`{h}`")).collect::<Vec<_>>().join(", ");
        let mut places = BTreeMap::new();
        for field in Field::ALL {
            let place = match self.0.get(&field) {
                Some(name) if name.is_empty() => continue,
                Some(name) => {
                    let same = |h: &String| h.trim().eq_ignore_ascii_case(name);
                    Some(header.iter().position(same).ok_or_else(|| {
                        format!(
                            "no column is called `{name}`; the columns are {}; name one of them in {}=COLUMN",
                            listed(),
                            field.names()[0]
                        )
                    })?)
                }
                None => field.names().iter().find_map(|name| header.iter().position(|h| plain(h) == **name)),
            };
            if let Some(place) = place {
                places.insert(field, place);
            }
        }
        if places.contains_key(&Field::Text) {
            Ok(places)
        } else {
            Err(format!(
                "no column is known to hold the article's words; the columns are {}; name it in text=COLUMN",
                listed()
            ))
        }
    }

    /// Whether a first line looks like the header of a table of articles.
    pub(crate) fn fit(&self, line: &str) -> bool {
        let header: Vec<String> =
            line.trim_end().split(delimiter(line) as char).map(|h| h.trim_matches('"').to_owned()).collect();
        header.len() > 1 && header.iter().all(|h| h.len() < 60) && self.places(&header).is_ok()
    }
}

fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-', '.'], "_")
}

/// The delimiter that a header uses most.
fn delimiter(header: &str) -> u8 {
    let mut quoted = false;
    let mut counts = [(b',', 0), (b';', 0), (b'\t', 0), (b'|', 0)];
    for byte in header.bytes() {
        quoted ^= byte == b'"';
        if let Some((_, n)) = counts.iter_mut().find(|(d, _)| *d == byte && !quoted) {
            *n += 1;
        }
    }
    counts.into_iter().rev().max_by_key(|(_, n)| *n).map_or(b',', |(d, _)| d)
}

pub(crate) fn read(
    mut input: impl BufRead,
    name: &str,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    let head = match input.fill_buf() {
        Ok(start) => charset::decode(start, None),
        Err(source) => return sink(Err(ReadError::Io { path: name.to_owned(), source })),
    };
    let first = head.lines().next().unwrap_or("");
    let fault = |line, what| ReadError::Line { path: name.to_owned(), line, what };
    let mut rows = ReaderBuilder::new()
        .delimiter(delimiter(first.trim_start_matches('\u{feff}')))
        .flexible(true)
        .from_reader(Metered::new(charset::utf8(input, None)));
    let header: Vec<String> = match rows.byte_headers() {
        Ok(header) => fields(header),
        Err(e) => return sink(Err(failure(&e, name, 1))),
    };
    let places = match defaults.columns.places(&header) {
        Ok(places) => places,
        Err(what) => return sink(Err(fault(1, what))),
    };
    let mut row = ByteRecord::new();
    loop {
        rows.get_mut().refill();
        let line = line_number(rows.position().line());
        match rows.read_byte_record(&mut row) {
            Ok(false) => return,
            Ok(true) => {
                let line = row.position().map_or(line, |p| line_number(p.line()));
                let found = article(&fields(&row), &header, &places, defaults);
                sink(
                    found
                        .map(|mut a| {
                            if a.id.is_empty() {
                                a.id = format!("{name}:{line}");
                            }
                            a
                        })
                        .map_err(|what| fault(line, what)),
                );
            }
            // the table cannot be read on behind it
            Err(e) => return sink(Err(failure(&e, name, line))),
        }
    }
}

fn line_number(line: u64) -> usize {
    usize::try_from(line).unwrap_or(usize::MAX)
}

fn failure(error: &csv::Error, name: &str, line: usize) -> ReadError {
    let what = match error.kind() {
        ErrorKind::Io(e) if is_limit(e) => {
            format!("{}; is a quote not closed?", too_large("the row that starts here"))
        }
        _ => error.to_string(),
    };
    ReadError::Line { path: name.to_owned(), line, what }
}

/// The cells as text: UTF-8, or what the row looks like.
fn fields(row: &ByteRecord) -> Vec<String> {
    row.iter().map(|cell| charset::decode(cell, None)).collect()
}

fn article(
    cells: &[String],
    header: &[String],
    places: &BTreeMap<Field, usize>,
    defaults: &Defaults,
) -> Result<Article, String> {
    if cells.len() != header.len() {
        return Err(format!(
            "the row has {} fields and the header {}; is a quote or a delimiter missing?",
            cells.len(),
            header.len()
        ));
    }
    let cell = |field| places.get(&field).and_then(|&at| cells.get(at)).map(String::as_str);
    let value = |field| cell(field).map(str::trim).filter(|v| !v.is_empty()).map(str::to_owned);
    let column = |field| places.get(&field).map_or("", |&at| header[at].as_str());
    let text = cell(Field::Text).filter(|t| !t.trim().is_empty());
    let text =
        text.ok_or_else(|| format!("the column `{}` is empty; it holds the article's words", column(Field::Text)))?;
    let date = match value(Field::Date) {
        Some(d) => Some(parse_date(&d).ok_or_else(|| {
            format!("the date `{d}` in column `{}` cannot be read; write YYYY-MM-DD", column(Field::Date))
        })?),
        None => defaults.date,
    };
    let mut article = Article::from_lines(value(Field::Id).unwrap_or_default(), text);
    article.title = value(Field::Title);
    article.date = date;
    article.publisher = value(Field::Publisher).or_else(|| defaults.publisher.clone());
    article.url = value(Field::Url);
    article.byline = value(Field::Byline);
    article.language = value(Field::Language);
    Ok(article)
}
