//! What a web page says of its article: JSON-LD, OpenGraph, microdata, meta tags, and at last what it prints beside the headline.

use crate::parse_date;
use dom_query::{Document, NodeRef};
use jiff::civil::Date;
use serde_json::Value;
use std::collections::HashMap;

#[derive(Debug, Default)]
pub(crate) struct Metadata {
    pub(crate) title: Option<String>,
    pub(crate) date: Option<Date>,
    pub(crate) publisher: Option<String>,
    pub(crate) url: Option<String>,
    pub(crate) byline: Option<String>,
    pub(crate) language: Option<String>,
}

impl Metadata {
    pub(crate) fn of(page: &Document) -> Self {
        let data = LinkedData::of(page);
        let meta = meta_tags(page);
        let tag = |names: &[&str]| names.iter().find_map(|n| meta.get(*n).cloned());
        let title = data
            .text("headline")
            .or_else(|| tag(&["og:title", "twitter:title"]))
            .or_else(|| first(page, "[itemprop=headline]"))
            .or_else(|| first(page, ".entry-title, .post-title, .article-title, .headline"))
            .or_else(|| only_heading(page));
        let date = data
            .text("datePublished")
            .or_else(|| tag(DATES))
            .or_else(|| attribute(page, "time[itemprop=datePublished], time[pubdate], time.published", "datetime"))
            .and_then(|d| parse_date(&d));
        let publisher = data
            .named("publisher")
            .or_else(|| tag(&["og:site_name"]))
            .or_else(|| attribute(page, "[itemprop=publisher] meta[itemprop=name]", "content"))
            .or_else(|| first(page, "[itemprop=publisher] [itemprop=name]"))
            .or_else(|| tag(&["dc.publisher", "dcterms.publisher", "application-name"]))
            .filter(|p| !is_address(p));
        let url = attribute(page, "link[rel=canonical]", "href")
            .filter(|u| is_address(u))
            .or_else(|| tag(&["og:url"]).filter(|u| is_address(u)))
            .or_else(|| data.address())
            .or_else(|| attribute(page, "link[itemprop=mainEntityOfPage]", "href").filter(|u| is_address(u)));
        let byline = data
            .named("author")
            .or_else(|| tag(AUTHORS).filter(|a| !is_address(a)))
            .or_else(|| first(page, "[itemprop=author] [itemprop=name]"))
            .or_else(|| first(page, "[rel=author], [itemprop=author], .vcard .fn, .post-footer .fn, .byline, .author"))
            .map(|b| author(&b).to_owned())
            .filter(|b| !b.is_empty() && b.len() < 120);
        let language = attribute(page, "html", "lang")
            .or_else(|| attribute(page, "html", "xml:lang"))
            .or_else(|| data.text("inLanguage"))
            .or_else(|| tag(&["og:locale", "content-language"]))
            .map(|l| l.replace('_', "-"));
        let mut found = Metadata { title, date, publisher, url, byline, language };
        found.beside_headline(page);
        found
    }

    /// A date and "by ..." among the few lines that follow the headline; a date also where the page's classes call it one.
    fn beside_headline(&mut self, page: &Document) {
        let Some(body) = page.body() else { return };
        let title =
            self.title.clone().or_else(|| page.select_single("title").iter().next().map(|t| squeezed(&t.text())));
        let mut left = 0;
        for node in body.descendants_it().filter(NodeRef::is_text) {
            if self.date.is_some() && self.byline.is_some() {
                return;
            }
            let line = squeezed(&node.text());
            if line.is_empty() || node.parent().is_some_and(|p| p.has_name("script") || p.has_name("style")) {
                continue;
            }
            if title.as_deref() == Some(line.as_str()) {
                left = LINES_AFTER_HEADLINE;
                continue;
            }
            let short = line.split(' ').count() <= 8;
            let called_date = || node.ancestors_it(Some(2)).any(|a| a.class().is_some_and(|c| names_a_date(&c)));
            if short && self.date.is_none() && (left > 0 || called_date()) {
                self.date = parse_date(&line);
            }
            if short && left > 0 && self.byline.is_none() {
                let by = line.strip_prefix("By ").or_else(|| line.strip_prefix("by "));
                self.byline = by.map(|b| author(b).to_owned()).filter(|b| !b.is_empty());
            }
            left = left.saturating_sub(1);
        }
    }
}

/// Lines of text behind the headline in which date and author are looked for.
const LINES_AFTER_HEADLINE: usize = 8;

const DATES: &[&str] = &[
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date",
    "dc.date.issued",
    "dcterms.date",
    "dcterms.issued",
    "dcterms.created",
    "pubdate",
    "publishdate",
    "publish-date",
    "publish_date",
    "date",
];

const AUTHORS: &[&str] =
    &["author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator", "byl"];

/// `name`, `property` and `itemprop` of all meta tags, lower case, with the first content of each that is not empty.
fn meta_tags(page: &Document) -> HashMap<String, String> {
    let mut tags = HashMap::new();
    for tag in page.select("meta").iter() {
        let Some(content) = tag.attr("content").map(|c| squeezed(&c)).filter(|c| !c.is_empty()) else { continue };
        for key in ["name", "property", "itemprop", "http-equiv"] {
            if let Some(name) = tag.attr(key) {
                tags.entry(name.trim().to_lowercase()).or_insert_with(|| content.clone());
            }
        }
    }
    tags
}

fn first(page: &Document, selector: &str) -> Option<String> {
    page.select(selector).iter().map(|s| squeezed(&s.text())).find(|t| !t.is_empty())
}

fn attribute(page: &Document, selector: &str, name: &str) -> Option<String> {
    page.select(selector).iter().find_map(|s| s.attr(name)).map(|v| squeezed(&v)).filter(|v| !v.is_empty())
}

/// The page's only `h1`, if it is long enough for a headline and not the name of the site.
fn only_heading(page: &Document) -> Option<String> {
    let headings: Vec<String> =
        page.select("h1").iter().map(|h| squeezed(&h.text())).filter(|h| !h.is_empty()).collect();
    match headings.as_slice() {
        [one] if one.split(' ').count() >= 3 => Some(one.clone()),
        _ => None,
    }
}

/// The name in "By Jane Roe, The Harbour Times".
fn author(text: &str) -> &str {
    let text = text.trim();
    let text = ["By ", "by ", "BY "].iter().find_map(|p| text.strip_prefix(p)).unwrap_or(text);
    let staff = text.split_once(", ").filter(|(_, rest)| {
        // not a second author
        rest.contains(|c: char| c.is_ascii_digit()) || rest.starts_with("The ") || rest.split(' ').any(|w| w == "Post")
    });
    staff.map_or(text, |(name, _)| name).trim()
}

fn names_a_date(class: &str) -> bool {
    class.to_lowercase().split(|c: char| !c.is_alphanumeric()).any(|w| matches!(w, "date" | "published" | "created"))
}

fn is_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// White space of any kind made one blank.
pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('\u{ad}', "")
}

/// The page's JSON-LD: the object of the article, and all objects by their `@id`.
struct LinkedData {
    article: Value,
    by_id: HashMap<String, Value>,
}

impl LinkedData {
    fn of(page: &Document) -> Self {
        let mut data = LinkedData { article: Value::Null, by_id: HashMap::new() };
        for script in page.select("script[type=\"application/ld+json\"]").iter() {
            // line breaks inside strings are common and forbidden
            let text: String = script.text().chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
            if let Ok(value) = serde_json::from_str::<Value>(text.trim()) {
                data.add(value);
            }
        }
        data
    }

    fn add(&mut self, value: Value) {
        match value {
            Value::Array(all) => all.into_iter().for_each(|v| self.add(v)),
            Value::Object(mut fields) => {
                if let Some(graph) = fields.remove("@graph") {
                    self.add(graph);
                }
                let value = Value::Object(fields);
                if self.article.is_null() && is_article(&value["@type"]) {
                    self.article = value.clone();
                }
                if let Some(id) = value["@id"].as_str() {
                    self.by_id.entry(id.to_owned()).or_insert(value);
                }
            }
            _ => {}
        }
    }

    fn text(&self, field: &str) -> Option<String> {
        self.plain(&self.article[field])
    }

    fn plain(&self, value: &Value) -> Option<String> {
        let text = match value {
            Value::String(s) => s.as_str(),
            Value::Array(all) => return all.iter().find_map(|v| self.plain(v)),
            _ => return None,
        };
        // many sites write entities into their JSON
        let text = if text.contains(['&', '<']) { crate::html::words(text) } else { squeezed(text) };
        Some(text).filter(|t| !t.is_empty())
    }

    /// The names of people or organizations: strings, objects with `name`, references to such, or a list of them.
    fn named(&self, field: &str) -> Option<String> {
        let all = match &self.article[field] {
            Value::Array(all) => all.as_slice(),
            one => std::slice::from_ref(one),
        };
        let name = |v: &Value| {
            let referred = v["@id"].as_str().and_then(|id| self.by_id.get(id));
            self.plain(v).or_else(|| self.plain(&v["name"])).or_else(|| self.plain(&referred?["name"]))
        };
        let names: Vec<String> = all.iter().filter_map(name).filter(|n| !is_address(n)).collect();
        (!names.is_empty()).then(|| names.join(", "))
    }

    fn address(&self) -> Option<String> {
        let page = &self.article["mainEntityOfPage"];
        [&self.article["url"], page, &page["@id"], &page["url"]]
            .into_iter()
            .find_map(|v| v.as_str().filter(|u| is_address(u)))
            .map(str::to_owned)
    }
}

fn is_article(kind: &Value) -> bool {
    match kind {
        Value::String(s) => s.ends_with("Article") || s.ends_with("Posting") && s != "JobPosting",
        Value::Array(all) => all.iter().any(is_article),
        _ => false,
    }
}
