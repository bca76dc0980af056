//! Web pages: what is no article by its marks is taken out (`NO_STORY`), a port of Readability finds the story in what remains, its
//! blocks get roles by their tags and then by their looks, like plain text.

use crate::blocks::{self, Block};
use crate::metadata::{Metadata, squeezed};
use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability};
use polybius_text::{Article, Role};
use std::collections::HashMap;

/// Browsers stop nesting at 512; what is deeper is no page but an attack on those who walk it.
const DEEPEST: usize = 1000;

/// Readability gives up on less than 500 characters of story; a brief is shorter.
const SHORTEST_STORY: usize = 140;

/// A page has some thousand elements; what has more than this is a table or an attack.
const MOST_ELEMENTS: usize = 100_000;

/// The article of a page, or why none was found.
pub(crate) fn read(page: &str) -> Result<Article, String> {
    let document = parse(page, |h| Document::from(h))?;
    let metadata = Metadata::of(&document);
    prune(&document, metadata.title.as_deref());
    let config = Config { char_threshold: SHORTEST_STORY, max_elements_to_parse: MOST_ELEMENTS, ..Config::default() };
    let mut readability = Readability::with_document(document, None, Some(config)).map_err(|e| e.to_string())?;
    let page_title = readability.get_article_title().to_string();
    let found = readability.parse().map_err(|e| e.to_string())?;
    let title = metadata.title.or(Some(page_title)).filter(|t| !t.trim().is_empty());
    let article = Article {
        title,
        date: metadata.date,
        publisher: metadata.publisher,
        url: metadata.url,
        byline: metadata.byline,
        language: metadata.language,
        ..Article::default()
    };
    let mut blocks = blocks_of(&Document::fragment(found.content).root());
    if let Some(name) = article.byline.as_deref().and_then(|b| b.split(", ").next()) {
        let signed = |b: &&mut Block| {
            b.text.starts_with(name) && b.text.split(' ').count() <= 12 && !b.text.ends_with(['.', '!', '?', '”', '"'])
        };
        blocks.iter_mut().take(3).filter(signed).for_each(|b| b.role = Role::Byline);
    }
    Ok(blocks::sort(blocks, article))
}

/// The text of a piece of HTML, such as the content of a feed's entry, in an article without metadata.
pub(crate) fn fragment(html: &str) -> Result<Article, String> {
    let document = parse(html, |h| Document::fragment(h))?;
    Ok(blocks::sort(blocks_of(&document.root()), Article::default()))
}

/// Parses what is not nested without end; such a page would take the parser hours and the walks below the stack.
fn parse(html: &str, by: impl Fn(&str) -> Document) -> Result<Document, String> {
    let too_deep = || format!("its elements are nested more than {DEEPEST} deep");
    if opens_without_end(html) {
        return Err(too_deep());
    }
    let document = by(html);
    if deeper_than(&document.root(), DEEPEST) { Err(too_deep()) } else { Ok(document) }
}

/// Whether more than `DEEPEST` elements of one name are open somewhere. Those that end by themselves are not counted.
fn opens_without_end(html: &str) -> bool {
    const END_BY_THEMSELVES: &[&str] = &[
        "br", "img", "hr", "input", "meta", "link", "area", "base", "col", "embed", "param", "source", "track", "wbr",
        "p", "li", "dt", "dd", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup", "option", "optgroup", "rt",
        "rp", "html", "head", "body",
    ];
    let mut open: HashMap<String, usize> = HashMap::new();
    for tag in html.split('<').skip(1) {
        let (closes, tag) = tag.strip_prefix('/').map_or((false, tag), |t| (true, t));
        let name: String = tag.chars().take(12).take_while(char::is_ascii_alphanumeric).collect();
        if !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            continue;
        }
        let name = name.to_ascii_lowercase();
        if closes {
            open.entry(name).and_modify(|n| *n = n.saturating_sub(1));
        } else if !END_BY_THEMSELVES.contains(&name.as_str()) {
            let n = open.entry(name).or_default();
            *n += 1;
            if *n > DEEPEST {
                return true;
            }
        }
    }
    false
}

/// The words of a piece of HTML on one line, such as a headline with entities.
pub(crate) fn words(html: &str) -> String {
    parse(html, |h| Document::fragment(h)).map_or_else(|_| squeezed(html), |d| squeezed(&d.text()))
}

fn deeper_than(root: &NodeRef, limit: usize) -> bool {
    let mut open = vec![(*root, 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > limit {
            return true;
        }
        open.extend(node.children_it(false).map(|child| (child, depth + 1)));
    }
    false
}

/// Words of `class` and `id` that name what stands around a story.
const NO_STORY: &[&str] = &[
    "ad",
    "ads",
    "advert",
    "advertisement",
    "sponsored",
    "outbrain",
    "taboola",
    "promo",
    "teaser",
    "teasers",
    "tease",
    "comment",
    "comments",
    "disqus",
    "respond",
    "replies",
    "cookie",
    "cookies",
    "consent",
    "gdpr",
    "cmp",
    "modal",
    "overlay",
    "popup",
    "dialog",
    "newsletter",
    "signup",
    "subscribe",
    "subscription",
    "paywall",
    "regwall",
    "related",
    "recommended",
    "recommendations",
    "relatedposts",
    "read-also",
    "readalso",
    "up-next",
    "most-read",
    "trending",
    "share",
    "sharing",
    "sharedaddy",
    "breadcrumb",
    "breadcrumbs",
    "pagination",
    "nav",
    "navbar",
    "menu",
    "sidebar",
    "masthead",
    "pager",
    "author-box",
    "author-bio",
    "about-author",
    "pullquote",
    "pull-quote",
    "gallery",
    "slideshow",
    "correction",
    "twitter-tweet",
    "instagram-media",
];

/// Names that say so only if they are the whole class or id ("next" is Next.js in `__next`).
const NO_STORY_AS_A_WHOLE: &[&str] = &["card", "cards", "next", "offer", "popular", "social", "tags", "video"];

/// Elements that never hold a story.
const NO_STORY_ELEMENTS: &str = "aside, nav, footer, form, button, dialog, iframe, noscript, [role=dialog], [role=navigation], \
    [role=complementary], [aria-hidden=true], [hidden]";

/// Takes out what is no story; never what holds the headline, the marked body of the article or most of the page's paragraphs (whole
/// pages stand in a form, or are hidden behind a dialog).
fn prune(page: &Document, title: Option<&str>) {
    let Some(body) = page.body() else { return };
    let has_paragraphs = body.descendants_it().any(|n| n.has_name("p"));
    let size = |node: &NodeRef| -> usize {
        if has_paragraphs {
            node.descendants_it().filter(|n| n.has_name("p")).map(|p| p.normalized_char_count()).sum()
        } else {
            node.normalized_char_count()
        }
    };
    let all = size(&body);
    let holds_story = |node: &NodeRef| {
        node.has_name("body")
            || node.has_name("main")
            || node.descendants_it().any(|n| {
                n.has_name("h1") && title.is_none_or(|t| squeezed(&n.text()) == t)
                    || n.attr("itemprop").is_some_and(|i| &*i == "articleBody")
            })
    };
    let mostly = |node: &NodeRef| size(node) * 2 > all;
    for node in page.select(NO_STORY_ELEMENTS).nodes() {
        if !holds_story(node) && !mostly(node) {
            node.remove_from_parent();
        }
    }
    for node in body.descendants() {
        let marks = [node.class(), node.id_attr()];
        let Some(word) = marks.iter().flatten().find_map(|m| no_story(m)) else { continue };
        // comments may be longer than the story; nothing else is
        let comments = word.starts_with("comment") || word == "disqus";
        if !holds_story(&node) && (comments || !mostly(&node)) {
            node.remove_from_parent();
        }
    }
}

fn no_story(marks: &str) -> Option<&'static str> {
    marks.split_whitespace().find_map(|mark| {
        let mark = mark.to_lowercase();
        let words: Vec<&str> = mark.split(['-', '_']).filter(|w| !w.is_empty()).collect();
        if matches!(words.first(), Some(&("has" | "no" | "with" | "is"))) {
            return None; // says what the element around it has
        }
        let whole = NO_STORY_AS_A_WHOLE.iter().copied().find(|w| *w == mark);
        whole.or_else(|| {
            NO_STORY.iter().copied().find(|word| match word.split_once('-') {
                Some((first, second)) => words.windows(2).any(|w| w[0] == first && w[1] == second),
                None => words.contains(word),
            })
        })
    })
}

/// Elements that begin a new paragraph.
const BLOCKS: &[&str] = &[
    "address",
    "article",
    "blockquote",
    "body",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "html",
    "li",
    "main",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "ul",
];

/// Elements whose text nobody reads.
const SILENT: &[&str] = &[
    "script", "style", "noscript", "template", "iframe", "svg", "button", "form", "select", "textarea", "head",
    "title", "object",
];

/// A table cell shorter than this holds a figure or a name, not a story.
const CELL: usize = 80;

/// Fewer words than this without a full stop are a label: a time, "Most read", "Photos".
const LABEL: usize = 5;

/// The text of an element, cut at its block elements, with what their tags say of their roles.
fn blocks_of(root: &NodeRef) -> Vec<Block> {
    let mut walk = Walk::default();
    walk.children(root, Within::default());
    walk.close(Within::default());
    walk.blocks
}

#[derive(Clone, Copy, Default)]
struct Within {
    caption: bool,
    heading: bool,
    cell: bool,
    link: bool,
}

#[derive(Default)]
struct Walk {
    blocks: Vec<Block>,
    text: String,
    /// Bytes of `text` that stand in links.
    linked: usize,
    /// Nothing came since a line break.
    broken: bool,
}

impl Walk {
    /// Recursion is bounded: the page is not nested more than `DEEPEST`.
    fn children(&mut self, node: &NodeRef, within: Within) {
        for child in node.children_it(false) {
            if child.is_text() {
                let text = child.text();
                self.broken &= text.trim().is_empty();
                self.text.push_str(&text);
                self.linked += if within.link { text.len() } else { 0 };
                continue;
            }
            let Some(name) = child.node_name() else { continue };
            let name = &*name;
            if SILENT.contains(&name) {
                continue;
            }
            if name == "br" {
                if std::mem::replace(&mut self.broken, true) {
                    self.close(within); // two line breaks are a new paragraph
                }
                self.text.push(' ');
                continue;
            }
            let block = BLOCKS.contains(&name);
            if block {
                self.close(within);
            }
            let called = |words: &[&str]| {
                child.class().is_some_and(|c| c.to_lowercase().split([' ', '-', '_']).any(|w| words.contains(&w)))
            };
            let inside = Within {
                caption: within.caption || matches!(name, "figcaption" | "caption") || called(&["caption", "credit"]),
                heading: within.heading || matches!(name, "h1" | "h2" | "h3" | "h4" | "h5" | "h6"),
                cell: within.cell || matches!(name, "td" | "th"),
                link: within.link || name == "a",
            };
            self.children(&child, inside);
            if block {
                self.close(inside);
            }
        }
    }

    fn close(&mut self, within: Within) {
        let text = squeezed(&std::mem::take(&mut self.text));
        let linked = std::mem::take(&mut self.linked);
        self.broken = false;
        if text.is_empty() {
            return;
        }
        // an `a` that was never closed links whole paragraphs
        let is_sentence = text.ends_with(['.', '!', '?', '”', '"']);
        let role = if within.caption {
            Role::Caption
        } else if !is_sentence && (linked * 10 > text.len() * 7 || text.split(' ').count() < LABEL)
            || within.cell && text.len() < CELL
        {
            Role::Boilerplate
        } else {
            Role::Body
        };
        self.blocks.push(Block { text, gap: 1, role, heading: within.heading, credit: false });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_gives_its_article() {
        let sentence = "The minister met the rebels in the capital on Monday, and both sides agreed to go on talking. ";
        let page = format!(
            "<html><head><title>Talks resume</title><meta property=\"article:published_time\" content=\"2020-03-02T08:00:00Z\">\
             <meta property=\"og:site_name\" content=\"Harbour Post\"></head><body><nav><a href=\"/\">Home</a> <a href=\"/s\">Sport</a></nav>\
             <article><h1>Talks resume</h1><p>{0}</p><p>{0}</p><p>{0}</p></article><footer>All rights reserved</footer></body></html>",
            sentence.repeat(4)
        );
        let article = read(&page).unwrap();
        assert_eq!(article.title.as_deref(), Some("Talks resume"));
        assert_eq!(article.publisher.as_deref(), Some("Harbour Post"));
        assert_eq!(article.date.map(|d| d.to_string()).as_deref(), Some("2020-03-02"));
        assert!(article.body().count() >= 3 && !article.text.contains("Sport"));
    }

    #[test]
    fn a_page_nested_without_end_is_refused() {
        let reason = read(&format!("<html><body>{}text", "<div>".repeat(20_000))).unwrap_err();
        assert!(reason.contains("nested more than"), "{reason}");
    }
}
