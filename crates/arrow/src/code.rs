//! Articles to records, on all cores.

use crate::record::ArticleRecord;
use polybius_coder::{Coder, is_english};
use polybius_text::Article;
use rayon::prelude::*;

/// Codes articles, each by a thread of the current pool, in the order given; a record of what was no article is handed on. Articles
/// that are not in English are not coded unless `force` says otherwise; `advice` tells their owner how.
pub fn code(
    coder: &Coder,
    articles: Vec<Result<Article, ArticleRecord>>,
    force: bool,
    advice: &str,
    min_confidence: f64,
) -> Vec<ArticleRecord> {
    let one = |article: Result<Article, ArticleRecord>| match article.and_then(|a| english(a, force, advice)) {
        Err(record) => record,
        Ok(article) => {
            let mut events = coder.code(&article);
            events.retain(|e| e.confidence >= min_confidence);
            ArticleRecord::coded(&article, &events)
        }
    };
    articles.into_par_iter().map(one).collect()
}

/// The article, if it is in English or `force` says that it may be in another language; else a record that says so and adds `advice`.
///
/// # Errors
/// If it is not to be coded.
pub fn english(article: Article, force: bool, advice: &str) -> Result<Article, ArticleRecord> {
    if force || is_english(&article) {
        return Ok(article);
    }
    let why = format!("{}: this is not in English, so it was not coded; {advice}", article.id);
    Err(ArticleRecord::failed(&article, why))
}
