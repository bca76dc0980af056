//! Plain text and Markdown: blocks between blank lines, each told by its looks: title, byline, date, caption, credit, address, body.

use crate::parse_date;
use polybius_text::{Article, Paragraph, Role, Span};

/// A piece of the source between blank lines or tags, before its role is known for sure.
pub(crate) struct Block {
    pub(crate) text: String,
    /// Blank lines before it: a picture that was left out leaves a gap.
    pub(crate) gap: usize,
    /// `Body`, or what the source's marks say already.
    pub(crate) role: Role,
    pub(crate) heading: bool,
    pub(crate) credit: bool,
}

/// Blank lines that tell that something (a picture) stood here.
const PICTURE_GAP: usize = 2;

/// Reads text into an article whose `text` holds every block, each a paragraph with its role.
pub(crate) fn read(source: &str, markdown: bool) -> Article {
    let mut blocks = split(source, markdown);
    let untitled = !markdown
        && blocks
            .first()
            .is_some_and(|b| b.text.len() < 160 && !b.text.contains('\n') && !b.text.ends_with(['.', '”', '"']))
        && blocks.get(1).is_some_and(|b| b.gap > 0);
    if untitled {
        blocks[0].heading = true; // the first line of plain text that is no sentence
    }
    sort(blocks, Article::default())
}

/// Tells each block's role by its looks and puts them into the article, whose metadata is filled where it is not known yet.
pub(crate) fn sort(mut blocks: Vec<Block>, mut article: Article) -> Article {
    let known_title = article.title.is_some();
    for i in 0..blocks.len() {
        let before_body = !blocks[..i].iter().any(|b| b.role == Role::Body && !b.heading && b.text.len() > 80);
        let block = &mut blocks[i];
        let text = block.text.as_str();
        if matches!(block.role, Role::Boilerplate | Role::Byline) {
            continue; // its mark said so
        }
        if block.heading && article.title.is_none() {
            article.title = Some(text.to_owned());
            block.role = Role::Title;
        } else if known_title && before_body && article.title.as_deref() == Some(text) {
            block.role = Role::Title;
        } else if let Some(by) = byline(text).filter(|_| before_body || text.len() < 60) {
            block.role = Role::Byline;
            if !is_publisher(by) && article.byline.is_none() {
                article.byline = Some(by.to_owned());
            }
            if article.publisher.is_none() && is_publisher(by) {
                article.publisher = Some(by.to_owned());
            }
        } else if let (Some(date), true) = (bare_date(text), before_body) {
            block.role = Role::Boilerplate;
            article.date = article.date.or(Some(date));
        } else if let Some(url) = address(text) {
            block.role = Role::Boilerplate;
            article.url = article.url.take().or(Some(url)).filter(|u| !u.is_empty());
        } else if is_notice(text) {
            block.role = Role::Boilerplate;
        } else if block.credit || is_credit(text) {
            block.credit = true;
            block.role = Role::Boilerplate;
        } else if block.heading {
            block.role = Role::Boilerplate; // a heading between paragraphs
        }
    }
    captions(&mut blocks);
    if article.publisher.is_none() {
        article.publisher = article.url.as_deref().and_then(host);
    }
    for block in blocks {
        if !article.text.is_empty() {
            article.text.push('\n');
        }
        let start = article.text.len();
        article.text.push_str(&block.text);
        article.paragraphs.push(Paragraph { span: Span::new(start, article.text.len()), role: block.role });
    }
    article
}

/// Blocks between blank lines; if the text has none, each line is a block. Lines of a block are joined by blanks.
fn split(source: &str, markdown: bool) -> Vec<Block> {
    let lines: Vec<&str> = source.lines().map(str::trim).collect();
    let wrapped = lines.windows(2).any(|w| w[1].is_empty() && !w[0].is_empty());
    let mut blocks: Vec<Block> = Vec::new();
    let (mut gap, mut open) = (0, false);
    for line in lines {
        if line.is_empty() {
            gap += 1;
            open = false;
            continue;
        }
        let heading = markdown && line.starts_with('#') && line.trim_start_matches('#').starts_with(' ');
        let image = markdown && line.starts_with("![");
        let bold = markdown
            && line.len() > 4
            && line.starts_with("**")
            && line.ends_with("**")
            && !line[2..line.len() - 2].contains("**");
        let text = if markdown { plain(line) } else { line.to_owned() };
        if text.is_empty() {
            gap += 1;
            continue;
        }
        if open && wrapped && !heading && !image {
            if let Some(block) = blocks.last_mut() {
                block.text.push(' ');
                block.text.push_str(&text);
                block.credit = false;
            }
        } else {
            let short = text.split_whitespace().count() <= 6 && !text.ends_with(['.', '?', '!', ':']);
            let role = if image { Role::Caption } else { Role::Body };
            blocks.push(Block { text, gap, role, heading, credit: bold && short });
        }
        gap = 0;
        open = !heading;
    }
    blocks
}

/// Markdown's marks taken off: links keep their words, emphasis, code and quote marks go.
fn plain(line: &str) -> String {
    let mut rest = line.trim_start_matches('#').trim_start_matches("> ").trim();
    let mut out = String::new();
    while let Some(open) = rest.find('[') {
        let (before, tail) = rest.split_at(open);
        let close = tail.find("](").and_then(|c| tail[c..].find(')').map(|e| (c, c + e)));
        match close {
            Some((close, end)) if !tail[1..close].contains('[') => {
                out.push_str(before.strip_suffix('!').unwrap_or(before));
                out.push_str(&tail[1..close]);
                rest = &tail[end + 1..];
            }
            _ => {
                out.push_str(before);
                out.push('[');
                rest = &tail[1..];
            }
        }
    }
    out.push_str(rest);
    let mut text = out.replace("**", "").replace("__", "").replace('`', "").replace("\\", "");
    if let Some(inner) = text.strip_prefix('*').and_then(|t| t.strip_suffix('*')) {
        text = inner.to_owned();
    }
    let ruled = text.chars().all(|c| matches!(c, '-' | '*' | '_' | ' '));
    if ruled { String::new() } else { text.trim().to_owned() }
}

/// "By Jane Roe" gives "Jane Roe".
fn byline(text: &str) -> Option<&str> {
    let by = ["By ", "BY ", "by ", "Words by "].iter().find_map(|p| text.strip_prefix(p))?;
    let short = by.split_whitespace().count() <= 10 && !by.ends_with('.') && by.starts_with(char::is_uppercase);
    short.then_some(by.trim())
}

fn is_publisher(by: &str) -> bool {
    const WORDS: &[&str] = &[
        "Times",
        "News",
        "Post",
        "Press",
        "Agency",
        "Reuters",
        "Herald",
        "Tribune",
        "Guardian",
        "Journal",
        "Today",
        "Daily",
        "Gazette",
        "Observer",
        "Broadcasting",
        "Wire",
        "Chronicle",
        "Telegraph",
        "Standard",
        "Monitor",
        "Mail",
        "Star",
        "Independent",
        "Review",
    ];
    by.starts_with("The ") || by.split_whitespace().any(|w| WORDS.contains(&w))
}

fn bare_date(text: &str) -> Option<jiff::civil::Date> {
    let text = ["Published:", "Published", "Updated:", "Posted on", "Date:"]
        .iter()
        .find_map(|p| text.strip_prefix(p))
        .unwrap_or(text);
    (text.split_whitespace().count() <= 8 && !text.ends_with('.')).then(|| parse_date(text)).flatten()
}

/// A line that is an address, or the words that lead to one; the address itself where it is there.
fn address(text: &str) -> Option<String> {
    let bare = text.trim_start_matches('<').trim_end_matches('>');
    let is_address = (bare.starts_with("http://") || bare.starts_with("https://") || bare.starts_with("www."))
        && !bare.contains(' ');
    if is_address {
        return Some(bare.to_owned());
    }
    let lower = text.to_lowercase();
    let label = ["original url", "source:", "url:", "permalink", "link:", "original article"]
        .iter()
        .find(|l| lower.starts_with(**l))?;
    (text.len() < 200 && text.split_whitespace().count() <= 5)
        .then(|| text[label.len()..].trim_start_matches([':', ' ']).trim_matches(['<', '>']).to_owned())
}

fn is_notice(text: &str) -> bool {
    const NOTICES: &[&str] = &[
        "read more",
        "read also",
        "also read",
        "watch:",
        "listen:",
        "correction:",
        "additional reporting",
        "please enable javascript",
        "subscribe",
        "sign up",
        "advertisement",
        "share this",
        "follow us",
        "related:",
        "related articles",
        "see also",
        "all rights reserved",
        "©",
        "(c) ",
        "click here",
        "editing by",
        "reporting by",
        "(reporting by",
        "copyright",
        "newsletter",
    ];
    let lower = text.to_lowercase();
    text.len() < 200 && NOTICES.iter().any(|n| lower.starts_with(n))
}

/// "Jane Roe / AP", "Photo: Reuters", "Getty Images".
fn is_credit(text: &str) -> bool {
    if text.split_whitespace().count() > 9 || text.ends_with(['.', '?', '!']) {
        return false;
    }
    let lower = text.to_lowercase();
    let labelled = ["photo:", "photo by", "image:", "image credit", "photograph:", "picture:", "credit:", "file photo"]
        .iter()
        .any(|l| lower.starts_with(l));
    let agency = [
        "/ ap",
        "/ap",
        "/ afp",
        "/afp",
        "/ reuters",
        "/reuters",
        "/ epa",
        "/epa",
        "getty images",
        "/ tass",
        "/ itar-tass",
        "/ xinhua",
        "/ ria novosti",
    ]
    .iter()
    .any(|a| lower.ends_with(a));
    let slashed = text.split_once(" / ").is_some_and(|(a, b)| {
        a.starts_with(char::is_uppercase) && b.starts_with(char::is_uppercase) && text.split_whitespace().count() <= 6
    });
    labelled || agency || slashed
}

/// The words under a picture stand beside its credit, behind the gap the picture left.
fn captions(blocks: &mut [Block]) {
    for i in 0..blocks.len() {
        if !blocks[i].credit {
            continue;
        }
        let plain = |b: &Block| b.role == Role::Body && b.text.len() < 400;
        // caption, then credit
        if i > 0 && blocks[i - 1].gap >= PICTURE_GAP && plain(&blocks[i - 1]) {
            blocks[i - 1].role = Role::Caption;
        // credit, then caption
        } else if blocks[i].gap >= PICTURE_GAP && blocks.get(i + 1).is_some_and(|b| plain(b) && b.gap < PICTURE_GAP) {
            blocks[i + 1].role = Role::Caption;
        }
    }
}

pub(crate) fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, r)| r);
    let host = rest.split(['/', '?', '#']).next()?.trim_start_matches("www.");
    host.contains('.').then(|| host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CRAWLED: &str = "# Harbour talks end without a deal\n\nBy [The Harbour Times](#)\n\nMarch 2, 2020\n\n\n\n\
        Boats lying in the old harbour.\n\n**Jane Roe**\n\nThe minister met **union leaders** on Monday, officials said, and both sides agreed to meet again this week.\n\n\
        Unions rejected the [offer](https://example.org/a).\n\n\n\nJohn Doe / AP\n\nThe minister, left, greeting a union leader on Monday.\n\n\
        Dockers went on strike last week.\n\nOriginal url:\n\n<https://example.org/2020/talks>\n";

    #[test]
    fn markdown_as_crawlers_write_it() {
        let article = read(CRAWLED, true);
        assert_eq!(article.title.as_deref(), Some("Harbour talks end without a deal"));
        assert_eq!(article.publisher.as_deref(), Some("The Harbour Times"));
        assert_eq!(article.date.map(|d| d.to_string()).as_deref(), Some("2020-03-02"));
        assert_eq!(article.url.as_deref(), Some("https://example.org/2020/talks"));
        let body: Vec<&str> = article.body().map(|s| s.of(&article.text)).collect();
        assert_eq!(body.len(), 3, "{body:?}");
        assert!(
            body[0].contains("met union leaders")
                && body[1] == "Unions rejected the offer."
                && body[2].starts_with("Dockers")
        );
        assert_eq!(article.paragraphs.iter().filter(|p| p.role == Role::Caption).count(), 2);
    }

    #[test]
    fn plain_text_with_wrapped_lines_and_a_title() {
        let article = read("Strike ends\n\nDockers went back\nto work on Monday.\n\nUnions welcomed it.\n", false);
        assert_eq!(article.title.as_deref(), Some("Strike ends"));
        let body: Vec<&str> = article.body().map(|s| s.of(&article.text)).collect();
        assert_eq!(body, ["Dockers went back to work on Monday.", "Unions welcomed it."]);
    }

    #[test]
    fn odd_marks_do_not_break_it() {
        for text in ["[", "![](", "****", "#", "# ", "[a](b", "By ", "**", "\\", "[[a](b)](c)", "---"] {
            let _ = read(text, true);
            let _ = read(text, false);
        }
    }
}
