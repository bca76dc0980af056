//! The annotated corpus keeps its promises: every trigger is where it says, every code is one of the ontology's.

use assert_cmd::Command;
use polybius_text::Span;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn every_annotation_points_at_its_words() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let ontology: toml::Table = std::fs::read_to_string(folder.join("lexicon/ontology.toml")).unwrap().parse().unwrap();
    let (mut articles, mut events) = (0, 0);
    for file in ["dev.jsonl", "test.jsonl"] {
        for line in std::fs::read_to_string(folder.join("corpus").join(file)).unwrap().lines() {
            let article: Value = serde_json::from_str(line).unwrap();
            let id = article["id"].as_str().unwrap();
            let text: Vec<char> = article["text"].as_str().unwrap().chars().collect();
            articles += 1;
            for event in article["events"].as_array().unwrap() {
                events += 1;
                let trigger = &event["trigger"];
                let at = |field: &str| trigger[field].as_u64().unwrap() as usize;
                let words: String = text[at("start")..at("end")].iter().collect();
                assert_eq!(trigger["text"], words, "{id}");
                let category = event["event"].as_str().unwrap();
                assert!(ontology["category"].get(category).is_some(), "{id}: {category}");
                for side in ["actor", "recipient", "attribution"] {
                    for entity in event[side].as_array().unwrap() {
                        let words: Vec<char> = entity["text"].as_str().unwrap().chars().collect();
                        assert!(text.windows(words.len()).any(|w| w == words), "{id}: {entity}");
                    }
                }
            }
        }
    }
    assert!(articles >= 300 && events >= 2500, "{articles} articles, {events} events");
}

/// News of sport, business, culture, weather and accidents has no political events, whatever words of war it uses.
#[test]
fn at_most_one_event_in_a_hundred_sentences_of_quiet_news() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/quiet.jsonl");
    let (mut articles, mut sentences) = (0, 0);
    for line in std::fs::read_to_string(&file).unwrap().lines() {
        let article: Value = serde_json::from_str(line).unwrap();
        let text = article["text"].as_str().unwrap();
        articles += 1;
        let mut start = 0;
        for paragraph in text.split_inclusive('\n') {
            sentences += polybius_text::sentences(text, Span::new(start, start + paragraph.trim_end().len())).len();
            start += paragraph.len();
        }
    }
    assert!(articles >= 60 && sentences >= 700, "{articles} articles, {sentences} sentences");
    let run = Command::cargo_bin("polybius").unwrap().args(["code", "--format", "jsonl"]).arg(&file).assert().success();
    let mut coded = Vec::new();
    for line in String::from_utf8(run.get_output().stdout.clone()).unwrap().lines() {
        let record: Value = serde_json::from_str(line).unwrap();
        for event in record["events"].as_array().unwrap() {
            coded.push(format!("{}: {} by {}", record["id"], event["trigger"]["text"], event["rule"]));
        }
    }
    let rate = 100.0 * coded.len() as f64 / sentences as f64;
    assert!(rate <= 1.0, "{rate:.2} events in 100 sentences:\n{}", coded.join("\n"));
}

/// Stories are told in four to eight articles each, every marked mention is where it says, and copies are of an article of their story.
#[test]
fn stories_are_told_by_many_and_marked() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/incidents");
    let mut articles: BTreeMap<String, Value> = BTreeMap::new();
    for file in ["dev.jsonl", "test.jsonl"] {
        for line in std::fs::read_to_string(folder.join(file)).unwrap().lines() {
            let article: Value = serde_json::from_str(line).unwrap();
            articles.insert(article["id"].as_str().unwrap().to_owned(), article);
        }
    }
    let mut stories: BTreeMap<&str, usize> = BTreeMap::new();
    for (id, article) in &articles {
        let text: Vec<char> = article["text"].as_str().unwrap().chars().collect();
        let own = article["story"].as_str().unwrap();
        *stories.entry(own).or_default() += 1;
        let mentions = article["mentions"].as_array().unwrap();
        assert!(mentions.iter().any(|m| m["story"] == own), "{id} does not tell its story");
        for m in mentions {
            let at = |field: &str| m[field].as_u64().unwrap() as usize;
            assert_eq!(m["text"], text[at("start")..at("end")].iter().collect::<String>(), "{id}");
        }
        if let Some(original) = article["copy_of"].as_str() {
            assert_eq!(articles[original]["story"], own, "{id}");
        }
    }
    assert!(stories.len() >= 60 && articles.len() >= 300);
    assert!(stories.values().all(|n| (4..=8).contains(n)), "{stories:?}");
}

/// The floor of merging, on the half that it was made with; docs/results.md has both.
#[test]
fn stories_become_incidents() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../corpus/incidents/dev.jsonl");
    let output = Command::cargo_bin("polybius").unwrap().arg("eval-incidents").arg(file).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("near-copies: 32 of 32 found, 0 wrong"), "{text}");
    let own = text.lines().find(|l| l.starts_with("mentions coded, without copies")).unwrap();
    let f1: f64 = own.split("F1 ").nth(1).unwrap()[..5].parse().unwrap();
    assert!(f1 >= 0.80, "{text}");
}
