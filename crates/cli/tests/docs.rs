//! The commands in docs/store.md print what stands below them. `UPDATE_DOCS=1 cargo test --test docs` writes anew what they print.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The words of a command, as a shell takes them apart: quotation marks of either kind hold words together.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match (c, quote) {
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, Some(q)) if c == q => quote = None,
            (' ', None) => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

/// What a command prints, errors and all. The time that something took is not told.
fn output(line: &str, folder: &Path) -> String {
    let words = words(line);
    assert_eq!(words[0], "polybius", "{line}");
    let output =
        Command::new(assert_cmd::cargo::cargo_bin("polybius")).args(&words[1..]).current_dir(folder).output().unwrap();
    let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    let mut lines: Vec<String> = Vec::new();
    for line in text.lines() {
        match (line.find(" read in "), line.find("): ")) {
            (Some(from), Some(to)) => lines.push(format!("{} read{}", &line[..from], &line[to + 1..])),
            _ => lines.push(line.to_owned()),
        }
    }
    lines.join("\n")
}

#[test]
fn the_page_on_the_store_tells_the_truth() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let page: PathBuf = root.join("docs/store.md");
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("samples")).unwrap();
    for file in fs::read_dir(root.join("samples")).unwrap() {
        let file = file.unwrap();
        fs::copy(file.path(), folder.path().join("samples").join(file.file_name())).unwrap();
    }
    let text = fs::read_to_string(&page).unwrap();
    let mut parts = text.split("```console\n");
    let mut now = parts.next().unwrap_or_default().to_owned();
    let mut commands = 0;
    for part in parts {
        let (block, rest) = part.split_once("```").expect("each block is closed");
        let line = block.lines().next().and_then(|l| l.strip_prefix("$ ")).expect("a block begins with a command");
        commands += 1;
        let printed = output(line, folder.path());
        let printed = if printed.is_empty() { printed } else { printed + "\n" };
        now += &format!("```console\n$ {line}\n{printed}```{rest}");
    }
    assert!(commands >= 11);
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&page, &now).unwrap();
    }
    assert_eq!(fs::read_to_string(&page).unwrap(), now, "UPDATE_DOCS=1 cargo test --test docs writes it anew");
}
