//! Sets readability libraries beside the reader: words of the article (F1 of each page, averaged) and metadata (pages where it is exactly
//! right) on the authored pages of `crates/reader/tests/pages`. Run here: `cargo run --release`; `--pages` adds the F1 of each page.

use polybius_reader::{Defaults, read_file};
use serde::Deserialize;
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

#[derive(Deserialize)]
struct Expected {
    page: String,
    charset: String,
    #[serde(flatten)]
    metadata: Metadata,
    paragraphs: Vec<String>,
}

#[derive(Default, Deserialize)]
struct Metadata {
    title: Option<String>,
    date: Option<String>,
    publisher: Option<String>,
    url: Option<String>,
    language: Option<String>,
    byline: Option<String>,
}

type Extracted = (String, Metadata);

fn dom_smoothie(page: &str) -> Extracted {
    use dom_smoothie::{Config, Readability, TextMode};
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let Some(found) = Readability::new(page, None, Some(config)).ok().and_then(|mut r| r.parse().ok()) else {
        return Extracted::default();
    };
    let metadata = Metadata {
        title: Some(found.title),
        date: found.published_time,
        publisher: found.site_name,
        url: found.url,
        language: found.lang,
        byline: found.byline,
    };
    (found.text_content.to_string(), metadata)
}

fn trafilatura(page: &str, precise: bool) -> Extracted {
    use trafilatura::{ExtractionFocus, Options, extract};
    let focus = if precise { ExtractionFocus::FavorPrecision } else { ExtractionFocus::Balanced };
    let options = Options::default().with_fallback(true).with_exclude_comments(true).with_focus(focus);
    let Ok(found) = extract(page, &options) else { return Extracted::default() };
    let some = |s: String| Some(s).filter(|s| !s.is_empty());
    let m = found.metadata;
    let metadata = Metadata {
        title: some(m.title),
        date: m.date.map(|d| d.to_string()),
        publisher: some(m.sitename),
        url: some(m.url),
        language: some(m.language),
        byline: some(m.author),
    };
    (found.content_text, metadata)
}

fn rs_trafilatura(page: &str, precise: bool) -> Extracted {
    use rs_trafilatura::{Options, extract_with_options};
    let options = Options { favor_precision: precise, ..Options::default() };
    let Ok(found) = extract_with_options(page, &options) else { return Extracted::default() };
    let m = found.metadata;
    let metadata = Metadata {
        title: m.title,
        date: m.date.map(|d| d.to_rfc3339()),
        publisher: m.sitename,
        url: m.url,
        language: m.language,
        byline: m.author,
    };
    (found.content_text, metadata)
}

/// What is coded of a page, read from the file as it lies there.
fn polybius(path: &Path) -> Extracted {
    let mut extracted = Extracted::default();
    read_file(path, &Defaults::default(), &mut |read| {
        let Ok(article) = read else { return };
        let body: Vec<&str> = article.body().map(|s| s.of(&article.text)).collect();
        extracted.0 = body.join("\n");
        extracted.1 = Metadata {
            title: article.title.clone(),
            date: article.date.map(|d| d.to_string()),
            publisher: article.publisher.clone(),
            url: article.url.clone(),
            language: article.language.clone(),
            byline: article.byline.clone(),
        };
    });
    extracted
}

fn words(text: &str) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    let plain = text.replace('\u{ad}', "").to_lowercase();
    for word in plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        *counts.entry(word.to_owned()).or_default() += 1;
    }
    counts
}

/// Precision, recall and F1 of the words.
fn score(found: &str, expected: &str) -> [f64; 3] {
    let (found, expected) = (words(found), words(expected));
    let shared: usize = found.iter().map(|(w, n)| n.min(expected.get(w).unwrap_or(&0))).sum();
    let share = |of: &HashMap<String, usize>| shared as f64 / of.values().sum::<usize>().max(1) as f64;
    let (p, r) = (share(&found), share(&expected));
    [p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }]
}

/// Equal but for case, spacing and how several names are joined; of dates the day counts.
fn same(field: &str, found: &Option<String>, expected: &Option<String>) -> bool {
    let norm = |s: &Option<String>| -> Option<String> {
        let s = s.as_deref()?.trim().to_lowercase();
        let s = match field {
            "date" => s.chars().take(10).collect(),
            "byline" => s.replace(" and ", ", ").replace("; ", ", "),
            _ => s,
        };
        Some(s.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|s| !s.is_empty())
    };
    norm(found) == norm(expected)
}

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/reader/tests/pages");
    let expected: Vec<Expected> = std::fs::read_to_string(folder.join("expected.jsonl"))
        .expect("the expected articles")
        .lines()
        .map(|l| serde_json::from_str(l).expect("an expected article"))
        .collect();
    let each = std::env::args().any(|a| a == "--pages");
    type Extract<'a> = &'a dyn Fn(&Path, &str) -> Extracted;
    let systems: [(&str, Extract); 6] = [
        ("dom_smoothie 0.19", &|_, p| dom_smoothie(p)),
        ("trafilatura 0.6", &|_, p| trafilatura(p, false)),
        ("trafilatura 0.6, precise", &|_, p| trafilatura(p, true)),
        ("rs-trafilatura 0.2.2", &|_, p| rs_trafilatura(p, false)),
        ("rs-trafilatura 0.2.2, precise", &|_, p| rs_trafilatura(p, true)),
        ("polybius", &|path, _| polybius(path)),
    ];
    println!("| system | precision | recall | F1 | title | date | publisher | address | language | byline | ms a page |");
    println!("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |");
    let mut by_page: Vec<Vec<f64>> = vec![Vec::new(); expected.len()];
    for (name, extract) in systems {
        let (mut sums, mut right, mut spent) = ([0.0; 3], [0usize; 6], Duration::ZERO);
        for (i, e) in expected.iter().enumerate() {
            let path = folder.join(&e.page);
            let bytes = std::fs::read(&path).expect("a page");
            let charset = encoding_rs::Encoding::for_label(e.charset.as_bytes()).expect("a charset");
            let page = charset.decode(&bytes).0;
            let start = Instant::now();
            let (text, found) = extract(&path, &page);
            spent += start.elapsed();
            let scores = score(&text, &e.paragraphs.join("\n"));
            sums.iter_mut().zip(scores).for_each(|(a, b)| *a += b);
            by_page[i].push(scores[2]);
            let want = &e.metadata;
            let fields = [
                ("title", &found.title, &want.title),
                ("date", &found.date, &want.date),
                ("publisher", &found.publisher, &want.publisher),
                ("url", &found.url, &want.url),
                ("language", &found.language, &want.language),
                ("byline", &found.byline, &want.byline),
            ];
            for (n, (field, f, w)) in right.iter_mut().zip(fields) {
                *n += usize::from(same(field, f, w));
                if each && name == "polybius" && !same(field, f, w) {
                    eprintln!("{} {field}: {f:?}, expected {w:?}", e.page);
                }
            }
        }
        let n = expected.len() as f64;
        let [p, r, f] = sums.map(|s| s / n);
        let right = right.map(|r| r.to_string()).join(" | ");
        println!("| {name} | {p:.3} | {r:.3} | {f:.3} | {right} | {:.1} |", spent.as_secs_f64() * 1000.0 / n);
    }
    if each {
        for (e, scores) in expected.iter().zip(&by_page) {
            println!("{} {}", e.page, scores.iter().map(|s| format!("{s:.2}")).collect::<Vec<_>>().join(" "));
        }
    }
}
