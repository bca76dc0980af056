//! The press's own XML, NITF and NewsML-G2, one item or many in a file, streamed. An item is a `newsItem`, or a `nitf` outside of one;
//! its story is NITF or XHTML inside, or plain text.

use crate::blocks::{self, Block};
use crate::limit::{Metered, is_limit, too_large};
use crate::metadata::squeezed;
use crate::{Defaults, ReadError, charset, parse_date};
use encoding_rs::UTF_8;
use jiff::civil::Date;
use polybius_text::{Article, Role};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use std::io::{BufRead, BufReader};

pub(crate) fn read(
    mut input: impl BufRead,
    name: &str,
    id: &str,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    let declared = match input.fill_buf() {
        Ok(start) => charset::declared_by_xml(start),
        Err(source) => return sink(Err(ReadError::Io { path: name.to_owned(), source })),
    };
    // also what declares nothing is made valid UTF-8
    let utf8 = charset::utf8(input, Some(declared.unwrap_or(UTF_8)));
    let mut xml = Reader::from_reader(Metered::new(BufReader::new(utf8)));
    let config = xml.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;

    let fault = |part: String, what: String| ReadError::Part { path: name.to_owned(), part, what };
    let mut buffer = Vec::new();
    let mut open: Vec<String> = Vec::new();
    let mut item: Option<Item> = None;
    let mut count = 0;
    loop {
        buffer.clear();
        let event = match xml.read_event_into(&mut buffer) {
            Ok(event) => event,
            Err(e) => {
                let limit = matches!(&e, quick_xml::Error::Io(e) if is_limit(e));
                let what = if limit {
                    too_large("the item")
                } else {
                    format!("the XML is broken ({e}); what comes behind it is not read")
                };
                return sink(Err(fault(format!("item {} (byte {})", count + 1, xml.error_position()), what)));
            }
        };
        match event {
            Event::Start(tag) => {
                let tag_name = tag.local_name().as_ref().to_owned();
                if item.is_none() && starts_item(&tag_name) {
                    count += 1;
                    xml.get_mut().refill();
                    item = Some(Item { depth: open.len(), ..Item::default() });
                }
                if let Some(item) = &mut item {
                    if !INLINE.contains(&tag_name.as_str()) {
                        item.close(&open);
                    }
                    item.attributes(&tag_name, &tag);
                }
                open.push(tag_name);
                if open.len() > DEEPEST {
                    let what = format!("its elements are nested more than {DEEPEST} deep");
                    return sink(Err(fault(format!("item {count}"), what)));
                }
            }
            Event::Empty(tag) => {
                let tag_name = tag.local_name().as_ref().to_owned();
                if let Some(item) = &mut item {
                    item.attributes(&tag_name, &tag);
                    item.text.push(' ');
                    if !INLINE.contains(&tag_name.as_str()) && tag_name != "br" {
                        item.close(&open);
                    }
                }
            }
            Event::End(tag) => {
                let tag_name = tag.local_name().as_ref().to_owned();
                let Some(at) = open.iter().rposition(|o| *o == tag_name) else { continue };
                if let Some(item) = &mut item
                    && !INLINE.contains(&tag_name.as_str())
                {
                    item.close(&open);
                }
                open.truncate(at);
                if let Some(done) = item.take_if(|i| open.len() <= i.depth) {
                    xml.get_mut().refill();
                    finish(done, name, id, count, defaults, sink);
                }
            }
            Event::Text(text) => {
                if let Some(item) = &mut item {
                    item.text.push_str(&text.xml10_content());
                }
            }
            Event::CData(text) => {
                if let Some(item) = &mut item {
                    item.text.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(entity) => {
                if let Some(item) = &mut item {
                    let resolved = match entity.resolve_char_ref() {
                        Ok(Some(c)) => c.to_string(),
                        _ => quick_xml::escape::resolve_html5_entity(&entity).unwrap_or(" ").to_owned(),
                    };
                    item.text.push_str(&resolved);
                }
            }
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::DocType(_) | Event::Comment(_) => {}
        }
    }
    if item.is_some() {
        sink(Err(fault(format!("item {count}"), "the file ends within it; fetch it anew".to_owned())));
    } else if count == 0 {
        sink(Err(fault("the file".to_owned(), "no news item is in it; `nitf` or `newsItem` is needed".to_owned())));
    }
}

const DEEPEST: usize = 500;

fn starts_item(name: &str) -> bool {
    matches!(name, "newsItem" | "nitf")
}

fn finish(
    item: Item,
    name: &str,
    id: &str,
    count: usize,
    defaults: &Defaults,
    sink: &mut dyn FnMut(Result<Article, ReadError>),
) {
    if item.is_picture {
        return; // pictures, graphics and films have no story
    }
    let own = item.id;
    let article = Article {
        title: item.title.or(item.slug),
        date: item.date.map(|(_, d)| d).or(defaults.date),
        publisher: item.publisher.map(|(_, p)| p).or_else(|| defaults.publisher.clone()),
        url: item.url,
        byline: item.byline,
        language: item.language,
        ..Article::default()
    };
    let mut article = blocks::sort(item.blocks, article);
    if article.body().next().is_none() {
        let part = own.map_or_else(|| format!("item {count}"), |own| format!("item {count} ({own})"));
        let what = "it has no paragraph of a story; a package or an alert without text is left out".to_owned();
        return sink(Err(ReadError::Part { path: name.to_owned(), part, what }));
    }
    article.id = own.unwrap_or_else(|| if count == 1 { id.to_owned() } else { format!("{name}:{count}") });
    sink(Ok(article));
}

/// Elements that do not end a paragraph.
const INLINE: &[&str] = &[
    "a",
    "abbr",
    "acronym",
    "b",
    "chron",
    "cite",
    "city",
    "copyrite",
    "country",
    "em",
    "event",
    "fraction",
    "function",
    "hl1b",
    "i",
    "lang",
    "location",
    "money",
    "num",
    "object.title",
    "org",
    "person",
    "postaddr",
    "pronounce",
    "q",
    "region",
    "small",
    "span",
    "state",
    "strong",
    "sub",
    "sublocation",
    "sup",
    "u",
    "virtloc",
    "name.given",
    "name.family",
    "alt-code",
    "story.date",
];

#[derive(Default)]
struct Item {
    /// How many elements were open around it.
    depth: usize,
    text: String,
    blocks: Vec<Block>,
    /// The place in front of the story.
    dateline: Option<String>,
    title: Option<String>,
    /// The title of the document's head, often no more than a keyword.
    slug: Option<String>,
    /// With how much it tells: the day of the story before that of the version.
    date: Option<(u8, Date)>,
    publisher: Option<(u8, String)>,
    url: Option<String>,
    id: Option<String>,
    byline: Option<String>,
    language: Option<String>,
    is_picture: bool,
}

impl Item {
    fn dated(&mut self, weight: u8, text: &str) {
        // 2013-07-22T10:00:00Z or 20130722T100000Z
        let compact = text.trim().get(..8).unwrap_or("");
        if let Some(date) = parse_date(text).or_else(|| parse_date(compact))
            && self.date.is_none_or(|(w, _)| w < weight)
        {
            self.date = Some((weight, date));
        }
    }

    fn published(&mut self, weight: u8, text: &str) {
        let name = squeezed(text);
        if !name.is_empty() && self.publisher.as_ref().is_none_or(|(w, _)| *w < weight) {
            self.publisher = Some((weight, name));
        }
    }

    /// What the metadata elements of both formats say in attributes.
    fn attributes(&mut self, name: &str, tag: &BytesStart) {
        let get = |key: &str| {
            let mut all = tag.attributes();
            let value = all.with_checks(false).flatten().find(|a| a.key.local_name().as_ref() == key).map(|a| {
                let unescaped = quick_xml::escape::unescape_with(&a.value, quick_xml::escape::resolve_html5_entity);
                squeezed(unescaped.as_deref().unwrap_or(&a.value))
            });
            value.filter(|v| !v.is_empty())
        };
        let dates: &[(&str, &str, u8)] = &[
            ("date.issue", "norm", 4),
            ("story.date", "norm", 3),
            ("pubdata", "date.publication", 5),
            ("date.release", "norm", 2),
        ];
        for (element, key, weight) in dates {
            if *element == name
                && let Some(date) = get(key)
            {
                self.dated(*weight, &date);
            }
        }
        match name {
            "newsItem" => self.id = self.id.take().or_else(|| get("guid")),
            "nitf" | "body" | "html" => self.language = self.language.take().or_else(|| get("lang")),
            "doc-id" => self.id = self.id.take().or_else(|| get("id-string")),
            "pubdata" => {
                if let Some(publisher) = get("name") {
                    self.published(4, &publisher);
                }
                self.url = self.url.take().or_else(|| get("ex-ref"));
            }
            "doc.copyright" => {
                if let Some(holder) = get("holder") {
                    self.published(1, &holder);
                }
            }
            "provider" => {
                if let Some(code) = get("literal").or_else(|| get("qcode")) {
                    self.published(1, code.rsplit(':').next().unwrap_or(&code));
                }
            }
            "language" => self.language = get("tag").or(self.language.take()),
            "itemClass" => {
                let kind = get("qcode").unwrap_or_default();
                self.is_picture = kind.rsplit(':').next().is_some_and(|k| {
                    matches!(k, "picture" | "graphic" | "video" | "audio" | "animation" | "composite")
                });
            }
            _ => {}
        }
    }

    /// Ends a run of text: it goes where the elements around it say.
    fn close(&mut self, open: &[String]) {
        let raw = std::mem::take(&mut self.text);
        let text = squeezed(&raw);
        let inside = open.get(self.depth..).unwrap_or(&[]);
        if text.is_empty() {
            return;
        }
        let within = |names: &[&str]| inside.iter().any(|o| names.contains(&o.as_str()));
        let last = open.last().map_or("", String::as_str);
        let in_story =
            within(&["body.content", "inlineXML", "inlineData"]) && !within(&["head", "body.head", "body.end"]);
        if within(&["hl1", "headline"]) {
            self.title = self.title.take().or(Some(text));
        } else if within(&["byline", "by"]) {
            if !within(&["byttl"]) {
                let name = text.trim_start_matches("By ").trim_start_matches("by ").to_owned();
                self.byline = self.byline.take().or(Some(name));
            }
        } else if within(&["dateline"]) {
            self.dateline = self.dateline.take().or(Some(text.trim_end_matches([',', ' ', '-', '—', '–']).to_owned()));
        } else if within(&["itemMeta", "contentMeta", "rightsInfo", "distributor", "docdata"]) {
            match last {
                "contentCreated" => self.dated(4, &text),
                "firstCreated" => self.dated(3, &text),
                "versionCreated" => self.dated(2, &text),
                "name" if within(&["provider"]) => self.published(3, &text),
                "org" | "distributor" => self.published(2, &text),
                "name" if within(&["copyrightHolder"]) => self.published(1, &text),
                _ => {}
            }
        } else if last == "title" && within(&["head"]) {
            self.slug = self.slug.take().or(Some(text));
        } else if in_story
            && !within(&["style", "script", "media-producer", "media-reference", "media-metadata", "nav", "aside"])
        {
            self.story(&text, &raw, last, within(&["media-caption", "figcaption", "caption"]), within(&HEADINGS));
        }
    }

    fn story(&mut self, text: &str, raw: &str, last: &str, caption: bool, heading: bool) {
        let role = if caption { Role::Caption } else { Role::Body };
        let lines = match last {
            // plain text: paragraphs stand between blank lines or are indented
            "inlineData" | "pre" => {
                raw.split("\n\n").flat_map(|p| p.split("\n   ")).map(squeezed).filter(|l| !l.is_empty()).collect()
            }
            _ => vec![text.to_owned()],
        };
        for mut text in lines {
            let first =
                role == Role::Body && !heading && !self.blocks.iter().any(|b| b.role == Role::Body && !b.heading);
            if let Some(place) = self.dateline.take_if(|_| first) {
                // as it is printed, for whoever reads the text and for the coder
                text = format!("{} - {text}", place.to_uppercase());
            }
            self.blocks.push(Block { text, gap: 1, role, heading, credit: false });
        }
    }
}

const HEADINGS: [&str; 7] = ["hl2", "h1", "h2", "h3", "h4", "h5", "h6"];
