//! Articles from the paths of a command line.

use crate::InputArgs;
use anyhow::{Context, Result};
use indicatif::ProgressBar;
use polybius_coder::{Coder, Lexicon, is_english};
use polybius_reader::{Defaults, ReadError, files, read_file, read_stream};
use polybius_store::{Failure, FailureKind, Read};
use polybius_text::Article;
use std::path::Path;

/// The coder that the arguments ask for. It lives as long as the program: to free its hundred thousand strings one by one at the end
/// would take a quarter of the time of a short run.
pub fn coder(args: &InputArgs) -> Result<&'static Coder> {
    coder_of(args.lexicon.as_deref())
}

/// The same, with the files of a folder beside the built-in lexicon.
pub fn coder_of(lexicon: Option<&Path>) -> Result<&'static Coder> {
    let coder = match lexicon {
        Some(folder) => Coder::with_lexicon(Lexicon::with_folder(folder).context("the lexicon cannot be used")?),
        None => Coder::new(),
    };
    Ok(Box::leak(Box::new(coder)))
}

fn defaults(args: &InputArgs) -> Defaults {
    Defaults { date: args.date, publisher: args.publisher.clone(), columns: args.column.iter().cloned().collect() }
}

/// Hands on each article, or the message of each failure; English only unless forced.
pub fn articles(args: &InputArgs, sink: &mut dyn FnMut(Result<Article, String>)) {
    let defaults = defaults(args);
    let mut check = |read: Result<Article, ReadError>| {
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
        sink(Err(no_article(path)));
    }
}

/// Hands on, for a store, each source and what is in it. `bar` moves by the bytes of the files.
pub fn sources(args: &InputArgs, bar: &ProgressBar, sink: &mut dyn FnMut(Read)) {
    let defaults = defaults(args);
    let mut all = Vec::new();
    for path in &args.paths {
        match files(path) {
            _ if path == Path::new("-") => all.push(path.clone()),
            Ok(found) if found.is_empty() => sink(unreadable(&path.display().to_string(), no_article(path))),
            Ok(found) => all.extend(found),
            Err(e) => sink(unreadable(&path.display().to_string(), e.to_string())),
        }
    }
    let size = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.len());
    bar.set_length(all.iter().map(|p| size(p)).sum());
    for path in &all {
        let source = path.display().to_string();
        sink(Read::Source(source.clone()));
        let mut read = |read: Result<Article, ReadError>| {
            sink(match read {
                Ok(article) => Read::Article(source.clone(), article),
                Err(e) => unreadable(&source, e.to_string()),
            });
        };
        if path == Path::new("-") {
            read_stream(std::io::stdin().lock(), "-", &defaults, &mut read);
        } else {
            read_file(path, &defaults, &mut read);
            bar.inc(size(path));
        }
    }
}

fn unreadable(source: &str, reason: String) -> Read {
    Read::Failed(Failure { source: source.to_owned(), reason, kind: FailureKind::Unreadable })
}

fn no_article(path: &Path) -> String {
    format!(
        "{}: no file of articles is in this folder (.txt, .md, .html, .jsonl, .csv, .xml, .warc, ...)",
        path.display()
    )
}
