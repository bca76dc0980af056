//! Figures of `corpus/figures.tsv`. All sentences were written before the rules ran; those of the part `held` were only counted.

use polybius_coder::{Coder, Event};
use polybius_text::Article;
use std::collections::BTreeMap;

const SENTENCES: &str = include_str!("../../../corpus/figures.tsv");

/// `killed 12- at least 12 people`, as the file writes it.
fn written(article: &Article, e: &Event) -> Vec<String> {
    let number = |low: Option<u64>, high: Option<u64>| match (low, high) {
        (Some(l), Some(h)) if l == h => l.to_string(),
        (Some(l), Some(h)) => format!("{l}..{h}"),
        (Some(l), None) => format!("{l}-"),
        (None, Some(h)) => format!("-{h}"),
        (None, None) => String::new(),
    };
    let kind =
        |f: &polybius_coder::Figure| serde_json::to_value(f.kind).ok().and_then(|k| Some(k.as_str()?.to_owned()));
    let one = |f: &polybius_coder::Figure| {
        format!("{} {} {}", kind(f).unwrap_or_default(), number(f.low, f.high), f.span.of(&article.text))
    };
    e.figures.iter().map(one).collect()
}

#[test]
fn figures_are_found_with_kind_number_and_words() {
    let coder = Coder::new();
    // by part: right, found, expected
    let mut scores: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut sentences = 0;
    for line in SENTENCES.lines().filter(|l| !l.starts_with('#')) {
        let columns: Vec<&str> = line.split('\t').collect();
        let [part, sentence, figures] = columns[..] else { panic!("three columns: {line}") };
        let expected: Vec<&str> = figures.split("; ").filter(|f| !f.is_empty()).collect();
        let article = Article::from_lines("1", sentence);
        let found: Vec<String> = coder.code(&article).iter().flat_map(|e| written(&article, e)).collect();
        // of the words the beginning is scored: whether "dead" belongs to "11 dead" is a matter of taste
        let same = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        let right = expected.iter().filter(|f| found.iter().any(|x| same(x, f))).count();
        if part == "dev" && (right < expected.len() || found.len() > right) {
            println!("{sentence}\n   expected {expected:?}\n   found    {found:?}");
        }
        let score = scores.entry(part).or_default();
        *score = [score[0] + right, score[1] + found.len(), score[2] + expected.len()];
        sentences += 1;
    }
    let f1 = |s: &[usize; 3]| 2.0 * s[0] as f64 / (s[1] + s[2]) as f64;
    for (part, s) in &scores {
        println!("{part}: right {} found {} expected {}, F1 {:.3}", s[0], s[1], s[2], f1(s));
    }
    assert!(sentences >= 100);
    assert!(f1(&scores["dev"]) > 0.9 && f1(&scores["held"]) > 0.84);
}
