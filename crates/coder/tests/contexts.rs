//! The contexts of `corpus/contexts.jsonl`. `cargo test --release -p polybius-coder --test contexts -- --nocapture` prints the figures.

use polybius_coder::Coder;
use polybius_text::Article;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Right, given and gold contexts.
#[derive(Clone, Copy, Default)]
struct Counts {
    right: usize,
    given: usize,
    gold: usize,
}

impl Counts {
    fn f1(self) -> f64 {
        2.0 * self.right as f64 / (self.given + self.gold).max(1) as f64
    }
}

#[test]
fn contexts_of_the_corpus() {
    let coder = Coder::new();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/contexts.jsonl");
    let mut parts: BTreeMap<String, (Counts, BTreeMap<String, Counts>, usize, usize)> = BTreeMap::new();
    for line in std::fs::read_to_string(file).unwrap().lines() {
        let item: Value = serde_json::from_str(line).unwrap();
        let words = |field: &str| item[field].as_str().unwrap().to_owned();
        let gold: BTreeSet<String> =
            item["context"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().to_owned()).collect();
        let events = coder.code(&Article::from_lines("a", words("text")));
        let given: BTreeSet<String> = events.iter().flat_map(|e| e.context.iter().cloned()).collect();
        if words("part") == "dev" && given != gold {
            let uncoded = if events.is_empty() { " (no event)" } else { "" };
            println!("{}\n    gold {gold:?}, given {given:?}{uncoded}", words("text"));
        }
        let (all, by_context, sentences, uncoded) = parts.entry(words("part")).or_default();
        *sentences += 1;
        *uncoded += usize::from(events.is_empty());
        for context in gold.union(&given) {
            for counts in [&mut *all, by_context.entry(context.clone()).or_default()] {
                counts.gold += usize::from(gold.contains(context));
                counts.given += usize::from(given.contains(context));
                counts.right += usize::from(gold.contains(context) && given.contains(context));
            }
        }
    }
    for (part, (all, by_context, sentences, uncoded)) in &parts {
        let with_gold: Vec<f64> = by_context.values().filter(|c| c.gold > 0).map(|c| c.f1()).collect();
        let macro_f1 = with_gold.iter().sum::<f64>() / with_gold.len() as f64;
        println!(
            "{part}: {sentences} sentences, {uncoded} without an event; precision {:.3}, recall {:.3}, micro F1 {:.3}, macro F1 {macro_f1:.3}",
            all.right as f64 / all.given as f64,
            all.right as f64 / all.gold as f64,
            all.f1(),
        );
        assert!(all.f1() > 0.7 && macro_f1 > 0.7, "{part}");
    }
    assert_eq!(parts.len(), 2);
}
