//! `polybius parse` writes valid CoNLL-U, whatever it reads.

use assert_cmd::Command;
use std::path::Path;

fn parse(arguments: &[&str], input: &str) -> String {
    let run =
        Command::cargo_bin("polybius").unwrap().arg("parse").args(arguments).write_stdin(input).assert().success();
    String::from_utf8(run.get_output().stdout.clone()).unwrap()
}

const UPOS: [&str; 17] = [
    "ADJ", "ADP", "ADV", "AUX", "CCONJ", "DET", "INTJ", "NOUN", "NUM", "PART", "PRON", "PROPN", "PUNCT", "SCONJ",
    "SYM", "VERB", "X",
];

/// The universal relations (<https://universaldependencies.org/u/dep/>).
const RELATIONS: &str = "acl advcl advmod amod appos aux case cc ccomp clf compound conj cop csubj dep det discourse \
    dislocated expl fixed flat goeswith iobj list mark nmod nsubj nummod obj obl orphan parataxis punct reparandum root \
    vocative xcomp";

/// What breaks the rules of <https://universaldependencies.org/format.html> and the first two levels of the UD validator, in words.
fn violations(conllu: &str) -> Vec<String> {
    let mut found = Vec::new();
    if !conllu.is_empty() && !conllu.ends_with("\n\n") {
        found.push("the file does not end with an empty line".to_owned());
    }
    let mut ids = std::collections::HashSet::new();
    for block in conllu.split("\n\n").filter(|b| !b.is_empty()) {
        let mut fail = |what: String| found.push(format!("{what} in\n{block}"));
        let comment = |name: &str| block.lines().find_map(|l| l.strip_prefix(&format!("# {name} = ")));
        match comment("sent_id") {
            Some(id) if ids.insert(id.to_owned()) => {}
            other => fail(format!("missing or repeated sent_id {other:?}")),
        }
        let rows: Vec<Vec<&str>> =
            block.lines().filter(|l| !l.starts_with('#')).map(|l| l.split('\t').collect()).collect();
        let (mut text, mut words, mut inside, mut heads) = (String::new(), 0, 0, Vec::new());
        for row in &rows {
            if row.len() != 10 || row.iter().any(|c| c.is_empty() || c.trim() != *c) {
                fail(format!("a row of {} columns, or an empty one", row.len()));
                continue;
            }
            let space = if row[9].split('|').any(|a| a == "SpaceAfter=No") { "" } else { " " };
            if let Some((from, to)) = row[0].split_once('-') {
                let (from, to): (usize, usize) = (from.parse().unwrap(), to.parse().unwrap());
                if from != words + 1 || to <= from || from <= inside || row[2..9].iter().any(|c| *c != "_") {
                    fail(format!("the multi-word token {}", row[0]));
                }
                inside = to;
                text += &format!("{}{space}", row[1]);
                continue;
            }
            words += 1;
            if row[0] != words.to_string() {
                fail(format!("id {} where {words} is due", row[0]));
            }
            if words > inside {
                text += &format!("{}{space}", row[1]);
            }
            if !UPOS.contains(&row[3]) {
                fail(format!("UPOS {}", row[3]));
            }
            let features: Vec<String> = row[5].split('|').map(str::to_lowercase).collect();
            if row[5] != "_" && (!features.is_sorted() || features.iter().any(|f| !f.contains('='))) {
                fail(format!("features {}", row[5]));
            }
            let head: usize = row[6].parse().unwrap_or(usize::MAX);
            if !RELATIONS.split(' ').any(|r| Some(r) == row[7].split(':').next()) || (head == 0) != (row[7] == "root") {
                fail(format!("relation {} to {head}", row[7]));
            }
            heads.push(head);
        }
        if comment("text").map(str::trim) != Some(text.trim()) {
            fail(format!("the words make `{text}`"));
        }
        if heads.iter().filter(|h| **h == 0).count() != 1 {
            fail("not one root".to_owned());
        }
        for start in 1..=heads.len() {
            let (mut at, mut steps) = (start, 0);
            while at != 0 && steps <= heads.len() {
                at = heads.get(at - 1).copied().unwrap_or(0);
                steps += 1;
            }
            if at != 0 {
                fail(format!("word {start} hangs on itself"));
            }
        }
    }
    found
}

#[test]
fn the_validator_finds_what_is_wrong() {
    let row = |id: &str, head: &str, relation: &str| format!("{id}\ta\ta\tX\t_\t_\t{head}\t{relation}\t_\t_\n");
    let text =
        |rows: &[String]| format!("# sent_id = 1\n# text = {}\n{}\n", vec!["a"; rows.len()].join(" "), rows.concat());
    assert_eq!(violations(&text(&[row("1", "0", "root"), row("2", "1", "dep")])), [""; 0]);
    for broken in [
        text(&[row("1", "0", "root"), row("2", "0", "root")]),
        text(&[row("1", "2", "dep"), row("2", "1", "dep")]),
        text(&[row("1", "0", "root"), row("3", "1", "dep")]),
        text(&[row("1", "0", "dep")]),
        text(&[row("1", "0", "root")]).replace("\tX\t", "\tNOUNS\t"),
        text(&[row("1", "0", "root")]).replace("text = a", "text = b"),
        text(&[row("1", "0", "root")]).replace("\t_\n", "\n"),
    ] {
        assert!(!violations(&broken).is_empty(), "{broken}");
    }
}

#[test]
fn articles_become_valid_conllu() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    for file in files {
        let out = parse(&[file.to_str().unwrap()], "");
        assert!(out.lines().count() > 100, "{}", file.display());
        assert!(out.starts_with("# newdoc id = "), "{}", file.display());
        assert_eq!(violations(&out), [""; 0], "{}", file.display());
    }
}

#[test]
fn odd_text_becomes_valid_conllu() {
    let odd = "Don't! cannot won’t — the soldiers' (\"Who?\") U.S.-led 3.5% @x #y 🙂 \u{a0}İ'S ''' ... a\u{200b}b e\u{301}.\n\n\
               1. Talks\n\nhttps://example.org/?a=b, Iran’s 12,000-strong force can't’ve.";
    let out = parse(&["-"], odd);
    assert!(out.contains("n't"));
    assert_eq!(violations(&out), [""; 0]);
}

#[test]
fn gold_tokens_are_kept() {
    let gold = "1-2\tcan't\t_\t_\t_\t_\t_\t_\t_\t_\n1\tca\t_\t_\t_\t_\t_\t_\t_\t_\n2\tn't\t_\t_\t_\t_\t_\t_\t_\t_\n\
                3\tgo on\t_\t_\t_\t_\t_\t_\t_\t_\n\n";
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("gold.conllu");
    std::fs::write(&file, gold).unwrap();
    let out = parse(&[file.to_str().unwrap()], "");
    assert!(out.contains("\n3\tgo on\t"));
    assert_eq!(violations(&out), [""; 0]);
}

#[test]
fn a_hundred_thousand_tokens_in_one_sentence_are_parsed_in_linear_time_and_said_so() {
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("long.conllu");
    let rows: String = (1..=100_000).map(|i| format!("{i}\tword{}\t_\t_\t_\t_\t_\t_\t_\t_\n", i % 97)).collect();
    std::fs::write(&file, format!("{rows}\n")).unwrap();
    let start = std::time::Instant::now();
    let run = Command::cargo_bin("polybius").unwrap().arg("parse").arg(&file).assert().success();
    assert!(start.elapsed().as_secs() < 180);
    let out = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert_eq!(out.lines().filter(|l| l.starts_with(|c: char| c.is_ascii_digit())).count(), 100_000);
    assert_eq!(out.matches("\t0\troot\t").count(), 1);
    assert!(out.contains("# pieces = 391\n"));
    let text = "word ".repeat(100_000);
    let out = parse(&["-"], &text);
    assert!(out.contains("# cut = yes\n"));
}
