//! The reader on the authored pages of `tests/pages`: words of the story and metadata. `bench/readability` sets libraries beside it.

use polybius_reader::{Defaults, read_file};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;

#[derive(Deserialize)]
struct Expected {
    page: String,
    title: Option<String>,
    date: Option<String>,
    publisher: Option<String>,
    url: Option<String>,
    language: Option<String>,
    byline: Option<String>,
    paragraphs: Vec<String>,
}

fn words(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for word in text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

fn f1(found: &str, expected: &str) -> f64 {
    let (found, expected) = (words(found), words(expected));
    let shared: usize = found.iter().map(|(w, n)| n.min(expected.get(w).unwrap_or(&0))).sum();
    2.0 * shared as f64 / (found.values().sum::<usize>() + expected.values().sum::<usize>()) as f64
}

#[test]
fn stories_and_metadata_of_pages_of_many_layouts() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/pages");
    let lines = std::fs::read_to_string(folder.join("expected.jsonl")).unwrap();
    let (mut sum, mut wrong, mut pages) = (0.0, Vec::new(), 0);
    for line in lines.lines() {
        let e: Expected = serde_json::from_str(line).unwrap();
        let mut read = Vec::new();
        read_file(&folder.join(&e.page), &Defaults::default(), &mut |r| read.push(r));
        let article = read.remove(0).unwrap();
        let body: Vec<&str> = article.body().map(|s| s.of(&article.text)).collect();
        let score = f1(&body.join("\n"), &e.paragraphs.join("\n"));
        assert!(score > 0.8, "{}: {score:.2} {body:#?}", e.page);
        sum += score;
        pages += 1;
        let date = article.date.map(|d| d.to_string());
        for (field, found, expected) in [
            ("title", &article.title, &e.title),
            ("date", &date, &e.date),
            ("publisher", &article.publisher, &e.publisher),
            ("url", &article.url, &e.url),
            ("language", &article.language, &e.language),
            ("byline", &article.byline, &e.byline),
        ] {
            if found != expected {
                wrong.push(format!("{} {field}: {found:?}, expected {expected:?}", e.page));
            }
        }
    }
    assert_eq!(pages, 40);
    assert!(sum / 40.0 > 0.98, "F1 {:.3}", sum / 40.0);
    // of 240; a print version has its address but not its publisher, who is then named by the host
    assert!(wrong.len() <= 1, "{wrong:#?}");
}
