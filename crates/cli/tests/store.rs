//! The store as a user runs it.

use assert_cmd::Command;
use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};
use tempfile::tempdir;

fn polybius() -> Command {
    Command::cargo_bin("polybius").expect("the binary is built")
}

fn stdout(command: &mut Command) -> String {
    let output = command.output().expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("it is UTF-8")
}

/// Numbers by chance; the seed is printed by whoever uses it (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// Articles of a few sentences each, some of them near-copies, one line broken, one not in English.
fn articles(count: u64) -> String {
    let towns = ["Goma", "Aleppo", "Kherson", "Maiduguri", "Quetta", "Tripoli", "Mogadishu", "Sanaa"];
    let sides = [
        ("Rebels", "soldiers"),
        ("Gunmen", "police officers"),
        ("Militants", "villagers"),
        ("Protesters", "ministers"),
    ];
    let mut dice = Dice(7);
    let mut lines = String::new();
    let mut last = String::new();
    for n in 0..count {
        let mut text = String::new();
        for _ in 0..6 {
            let (who, whom) = sides[dice.below(4) as usize];
            let (town, day) = (towns[dice.below(8) as usize], 1 + dice.below(28));
            text += &match dice.below(4) {
                0 => format!("{who} attacked {whom} near {town} on {day} March and killed {}. ", 2 + dice.below(40)),
                1 => format!(
                    "The government accused {} of shelling {town}. ",
                    ["Russia", "Turkey", "Rwanda"][dice.below(3) as usize]
                ),
                2 => format!("The foreign minister of Egypt met officials in {town} on {day} March. "),
                _ => format!("{who} demanded the release of {} prisoners held in {town}. ", 3 + dice.below(90)),
            };
        }
        if n % 7 == 3 {
            text = format!("{last} Nobody claimed responsibility.");
        }
        lines +=
            &serde_json::json!({"id": format!("a{n}"), "publisher": "The Courier", "date": "2015-04-01", "text": text})
                .to_string();
        lines.push('\n');
        match n {
            20 => lines += "{\"id\": \"broken\", \"text\": \n",
            30 => {
                lines += "{\"id\": \"fr\", \"text\": \"Le ministre des affaires étrangères a rencontré son homologue à Paris pour parler de la crise dans la région.\"}\n"
            }
            _ => {}
        }
        last = text;
    }
    lines
}

/// What is in a store, in an order of its own.
fn dump(store: &Path) -> Vec<String> {
    let tables = [
        "articles",
        "sentences",
        "events",
        "participants",
        "contexts",
        "dyads",
        "figures",
        "incidents",
        "blocks",
        "unmerged",
        "bands",
        "signatures",
        "names",
        "places",
        "terms",
        "failures",
        "monthly_events",
        "monthly_dyads",
        "monthly_places",
    ];
    let mut rows = Vec::new();
    for table in tables {
        let sql = format!("SELECT * FROM {table}");
        let mut of_table: Vec<String> =
            stdout(polybius().args(["query", "--format", "jsonl", "--sql", &sql, "--store"]).arg(store))
                .lines()
                .map(|line| format!("{table} {line}"))
                .collect();
        of_table.sort();
        rows.extend(of_table);
    }
    rows
}

fn ingest(store: &Path, source: &Path) -> std::process::Command {
    let mut command = std::process::Command::new(assert_cmd::cargo::cargo_bin("polybius"));
    command.args(["ingest", "--store"]).arg(store).arg(source).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Kills a real run at 50 moments by chance, each time going on until one is through, and compares with a run left alone.
#[test]
fn a_run_that_is_killed_and_run_again_gives_the_same_store() {
    let folder = tempdir().unwrap();
    let source = folder.path().join("news.jsonl");
    fs::write(&source, articles(150)).unwrap();
    let alone = folder.path().join("alone.db");
    let start = Instant::now();
    // a broken line and an article in French are told by the exit status
    assert_eq!(ingest(&alone, &source).status().unwrap().code(), Some(1));
    let whole = start.elapsed();
    let expected = dump(&alone);
    assert!(expected.iter().filter(|r| r.starts_with("failures")).count() == 2, "one broken, one not in English");
    assert!(expected.iter().any(|r| r.starts_with("incidents")));

    let seed = std::time::SystemTime::UNIX_EPOCH.elapsed().map_or(1, |t| t.as_nanos() as u64);
    let mut dice = Dice(seed);
    let (mut kills, mut round) = (0, 0);
    while kills < 50 {
        let store = folder.path().join(format!("killed{round}.db"));
        round += 1;
        // a store is killed a few times before it may finish
        for _ in 0..1 + dice.below(9) {
            let mut child = ingest(&store, &source).spawn().unwrap();
            std::thread::sleep(Duration::from_micros(dice.below(whole.as_micros() as u64)));
            if child.try_wait().unwrap().is_none() {
                child.kill().unwrap();
                kills += 1;
            }
            child.wait().unwrap();
        }
        assert_eq!(ingest(&store, &source).status().unwrap().code(), Some(1));
        assert!(dump(&store) == expected, "after {kills} kills, seed {seed}");
    }
}

#[test]
fn ingest_query_count() {
    let folder = tempdir().unwrap();
    let store = folder.path().join("news.db");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    let run = || polybius().args(["ingest", "--store"]).arg(&store).arg(&samples).output().unwrap();
    let first = String::from_utf8(run().stderr).unwrap();
    assert!(first.contains("14 coded") && first.contains("0 already there"), "{first}");
    let again = String::from_utf8(run().stderr).unwrap();
    assert!(again.contains("0 coded") && again.contains("14 already there"), "{again}");

    let ask = |words: &[&str]| stdout(polybius().arg("query").arg("--store").arg(&store).args(words));
    let all = ask(&["--format", "jsonl"]);
    assert!(all.lines().count() > 100);
    for line in all.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        assert!(event["incident"].is_i64() && event["sentence"].is_string());
    }
    let protests = ask(&["event:PROTEST", "--format", "csv"]);
    assert!(protests.lines().count() > 1 && protests.lines().skip(1).all(|l| l.contains("PROTEST")), "{protests}");
    assert!(ask(&["--format", "table", "--limit", "2"]).contains("2 of "));
    assert!(!ask(&["-status:actual", "--format", "jsonl"]).is_empty());
    let counts = stdout(polybius().args(["count", "--by", "month,actor,quad", "--store"]).arg(&store));
    assert!(counts.starts_with("month,actor,quad,events\n") && counts.lines().count() > 20);

    let wrong = polybius().args(["query", "--store"]).arg(&store).arg("event:PROTEZT").output().unwrap();
    let message = String::from_utf8(wrong.stderr).unwrap();
    assert!(message.contains("did you mean `PROTEST`") && message.contains("^^^^^^^"), "{message}");
    let missing = polybius().args(["query", "--store", "nowhere.db"]).output().unwrap();
    assert!(String::from_utf8(missing.stderr).unwrap().contains("there is no such store"));
    let writing = polybius().args(["query", "--sql", "DELETE FROM events", "--store"]).arg(&store).output().unwrap();
    assert!(!writing.status.success());
}

#[test]
fn what_failed_is_read_again() {
    let folder = tempdir().unwrap();
    let (store, source) = (folder.path().join("news.db"), folder.path().join("news.jsonl"));
    fs::write(&source, "{\"id\": \"a\", \"text\": \"Rebels attacked Goma on Monday.\"}\n{\"id\": \"b\", \"text\n")
        .unwrap();
    let failed = || {
        stdout(
            polybius().args(["query", "--format", "jsonl", "--sql", "SELECT * FROM failures", "--store"]).arg(&store),
        )
    };
    polybius().args(["ingest", "--store"]).arg(&store).arg(&source).assert().failure();
    assert!(failed().contains("line 2") && failed().contains("unreadable"), "{}", failed());
    fs::write(&source, "{\"id\": \"a\", \"text\": \"Rebels attacked Goma on Monday.\"}\n{\"id\": \"b\", \"text\": \"Police arrested ten men in Goma.\"}\n").unwrap();
    polybius().args(["ingest", "--retry-failed", "--store"]).arg(&store).assert().success();
    assert_eq!(failed(), "");
    let events = stdout(polybius().args(["query", "--format", "jsonl", "--store"]).arg(&store));
    assert_eq!(events.lines().count(), 2, "{events}");
}

#[test]
fn exports_have_the_columns_that_others_read() {
    let folder = tempdir().unwrap();
    let store = folder.path().join("news.db");
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples");
    polybius().args(["ingest", "--store"]).arg(&store).arg(&samples).assert().success();
    let export = |format: &str| stdout(polybius().args(["export", "--format", format, "--store"]).arg(&store));
    let events = stdout(polybius().args(["query", "--format", "jsonl", "--store"]).arg(&store)).lines().count();
    for (format, columns, header) in [("polecat", 40, true), ("icews", 20, true), ("gdelt", 61, false)] {
        let text = export(format);
        let widths: Vec<usize> = text.lines().map(|l| l.split('\t').count()).collect();
        assert!(widths.iter().all(|w| *w == columns), "{format}");
        let rows = widths.len() - usize::from(header);
        assert!(
            if format == "polecat" { rows == events } else { rows >= events },
            "{format}: {rows} rows, {events} events"
        );
    }
    let polecat = export("polecat");
    let protest = polecat.lines().find(|l| l.contains("\tPROTEST\t")).expect("the samples have a protest");
    assert!(protest.contains("MATERIAL CONFLICT") && protest.contains("\tNone\t"), "{protest}");
    let gdelt = export("gdelt");
    let ids: Vec<&str> = gdelt.lines().map(|l| l.split('\t').next().unwrap_or_default()).collect();
    let mut distinct = ids.clone();
    distinct.sort_unstable();
    distinct.dedup();
    assert_eq!(ids.len(), distinct.len());
}
