//! The worked example of `docs/ontology.md`: an ontology of electoral violence beside PLOVER and instead of it.

use assert_cmd::Command;
use predicates::str::contains;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

const OWN: [&str; 6] =
    ["ATTACK_CANDIDATE", "ATTACK_VOTERS", "DISRUPT_VOTE", "INTIMIDATE", "OBSTRUCT_CAMPAIGN", "DISPUTE_RESULT"];

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn example() -> PathBuf {
    docs().join("examples/electoral-violence")
}

fn polybius() -> Command {
    Command::cargo_bin("polybius").unwrap()
}

/// The example with `replace = true`, in a folder of its own; `change` alters its `ontology.toml`.
fn copy(change: impl Fn(&str) -> String) -> TempDir {
    let dir = TempDir::new().unwrap();
    for folder in ["events", "contexts"] {
        fs::create_dir(dir.path().join(folder)).unwrap();
        for entry in fs::read_dir(example().join(folder)).unwrap() {
            let path = entry.unwrap().path();
            fs::copy(&path, dir.path().join(folder).join(path.file_name().unwrap())).unwrap();
        }
    }
    let ontology = fs::read_to_string(example().join("ontology.toml")).unwrap();
    fs::write(dir.path().join("ontology.toml"), change(&ontology)).unwrap();
    dir
}

fn events(lexicon: &Path) -> Vec<Value> {
    let run = polybius()
        .args(["code", "--format", "jsonl", "--lexicon"])
        .arg(lexicon)
        .arg(example().join("article.md"))
        .assert();
    let record: Value = serde_json::from_slice(&run.success().get_output().stdout).unwrap();
    record["events"].as_array().unwrap().clone()
}

fn categories(events: &[Value]) -> Vec<&str> {
    events.iter().map(|e| e["event"].as_str().unwrap()).collect()
}

#[test]
fn its_examples_are_coded_as_they_say() {
    let entries: usize = fs::read_dir(example().join("events"))
        .unwrap()
        .map(|e| fs::read_to_string(e.unwrap().path()).unwrap().matches("\" = [\"").count())
        .sum();
    assert!(entries >= 40, "{entries} entries");
    let run = polybius().args(["lexicon", "check"]).arg(example()).assert().stdout(contains("0 errors"));
    let report = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(report.contains("not coded as they say"), "{report}");
    // those that are built in have a test of their own
    let failed = report.lines().find(|l| l.starts_with("ev.") || l.starts_with("vote_counting:"));
    assert_eq!(failed, None);
}

#[test]
fn beside_plover_both_ontologies_code() {
    let with = events(&example());
    let without = polybius().args(["code", "--format", "jsonl"]).arg(example().join("article.md")).assert().success();
    let without: Value = serde_json::from_slice(&without.get_output().stdout).unwrap();
    let plover: Vec<&str> = categories(&with).into_iter().filter(|c| !OWN.contains(c)).collect();
    assert_eq!(plover, categories(without["events"].as_array().unwrap()), "the events of PLOVER stay what they are");
    let own: Vec<&str> = categories(&with).into_iter().filter(|c| OWN.contains(c)).collect();
    assert!(own.len() >= 6, "{own:?}");
    let attack = with.iter().find(|e| e["event"] == "ATTACK_CANDIDATE").unwrap();
    assert_eq!((&attack["mode"], &attack["quad"]), (&"kill".into(), &"material conflict".into()));
    assert_eq!((&attack["score"], &attack["actor"][0]["sector"]), (&(-10.0).into(), &"UAF".into()));
    let dispute = with.iter().find(|e| e["event"] == "DISPUTE_RESULT").unwrap();
    assert!(dispute["context"].as_array().unwrap().contains(&"vote_counting".into()), "{dispute}");
}

#[test]
fn instead_of_plover_only_its_own_categories_are_coded() {
    let dir = copy(|ontology| format!("replace = true\n{ontology}"));
    let coded = events(dir.path());
    assert!(coded.len() >= 6);
    for event in &coded {
        assert!(OWN.contains(&event["event"].as_str().unwrap()), "{event}");
        for context in event["context"].as_array().unwrap() {
            assert_eq!(context, "vote_counting", "{event}");
        }
    }
    polybius().args(["lexicon", "check"]).arg(dir.path()).assert().success();
}

#[test]
fn the_page_shows_what_is_coded() {
    let page = fs::read_to_string(docs().join("ontology.md")).unwrap();
    for event in events(&example()) {
        let (category, words) = (event["event"].as_str().unwrap(), event["trigger"]["text"].as_str().unwrap());
        let shown = page.lines().any(|l| l.contains(category) && l.contains(words));
        assert!(shown || !OWN.contains(&category), "no line of docs/ontology.md has {category} and {words}");
    }
}

#[test]
fn errors_name_file_line_and_remedy() {
    let error = |change: fn(&str) -> String, expected: &str| {
        let dir = copy(change);
        polybius()
            .args(["code", "--lexicon"])
            .arg(dir.path())
            .arg(example().join("article.md"))
            .assert()
            .code(1)
            .stderr(contains(expected));
    };
    error(|o| o.replace("like = \"THREATEN\"", "like = \"MENACE\""), "ontology.toml, line 22: `MENACE`");
    error(|o| o.replace("[category.INTIMIDATE]", "[category.SCARE]"), "`INTIMIDATE` is no category");
    error(|o| o.replace("abduct = -9.0", "seize = -9.0"), "`abduct` is no mode of ATTACK_CANDIDATE");
    error(
        |o| o.replace("contexts = [\"vote_counting\"]", ""),
        "contexts/electoral.toml, line 3: `vote_counting` is no context",
    );
}
