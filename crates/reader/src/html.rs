//! Web pages: the article's text and metadata, by a port of Readability.

use crate::{blocks, parse_date};
use dom_smoothie::{Config, Readability, TextMode};
use polybius_text::Article;

/// The article of a page, or why none was found.
pub(crate) fn read(page: &str) -> Result<Article, String> {
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let mut readability = Readability::new(page, None, Some(config)).map_err(|e| e.to_string())?;
    let found = readability.parse().map_err(|e| e.to_string())?;
    // what Readability leaves in ("By ...", photo credits) is sorted out like plain text
    let mut article = blocks::read(&found.text_content, false);
    article.title = Some(found.title).filter(|t| !t.trim().is_empty());
    article.date = found.published_time.as_deref().and_then(parse_date).or(article.date);
    article.publisher = found.site_name.or(article.publisher);
    article.url = found.url.or(article.url);
    Ok(article)
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
}
