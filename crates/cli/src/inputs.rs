//! Articles from the paths of a command line.

use crate::InputArgs;
use anyhow::{Context, Result};
use polybius_coder::{Coder, Lexicon, is_english};
use polybius_reader::{Defaults, files, read_file, read_stream};
use polybius_text::Article;
use std::path::Path;

/// The coder that the arguments ask for. It lives as long as the program: to free its hundred thousand strings one by one at the end
/// would take a quarter of the time of a short run.
pub fn coder(args: &InputArgs) -> Result<&'static Coder> {
    let coder = match &args.lexicon {
        Some(folder) => Coder::with_lexicon(Lexicon::with_folder(folder).context("the lexicon cannot be used")?),
        None => Coder::new(),
    };
    Ok(Box::leak(Box::new(coder)))
}

/// Hands on each article, or the message of each failure; English only unless forced.
pub fn articles(args: &InputArgs, sink: &mut dyn FnMut(Result<Article, String>)) {
    let defaults = Defaults { date: args.date, publisher: args.publisher.clone() };
    let mut check = |read: Result<Article, polybius_reader::ReadError>| {
        sink(read.map_err(|e| e.to_string()).and_then(|article| {
            if args.force || is_english(&article) {
                Ok(article)
            } else {
                Err(format!(
                    "{}: this is not in English, so it was not coded; use --force to code it all the same",
                    article.id
                ))
            }
        }));
    };
    let mut empty = Vec::new();
    for path in &args.paths {
        if path == Path::new("-") {
            read_stream(std::io::stdin().lock(), "-", &defaults, &mut check);
            continue;
        }
        match files(path) {
            Ok(found) if found.is_empty() => empty.push(path),
            Ok(found) => found.iter().for_each(|f| read_file(f, &defaults, &mut check)),
            Err(e) => check(Err(e)),
        }
    }
    for path in empty {
        sink(Err(format!("{}: no article is in this folder (.txt, .md, .html, .jsonl)", path.display())));
    }
}
