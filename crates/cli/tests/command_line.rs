//! The binary as a user runs it.

use assert_cmd::Command;
use flate2::{Compression, write::GzEncoder};
use predicates::prelude::*;
use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::Path;
use tempfile::TempDir;

fn polybius() -> Command {
    Command::cargo_bin("polybius").unwrap()
}

fn samples() -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples").display().to_string()
}

fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let dir = TempDir::new().unwrap();
    for (name, bytes) in files {
        fs::write(dir.path().join(name), bytes).unwrap();
    }
    dir
}

fn lines(output: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(output).lines().map(|l| serde_json::from_str(l).unwrap()).collect()
}

const ACCUSED: &str = "The Ukrainian foreign ministry accused Russia on Monday of shelling the town.";

#[test]
fn the_samples_are_coded_and_the_quiet_one_gives_nothing() {
    let run = polybius().args(["code", "--format", "jsonl", &samples()]).assert().success();
    let records = lines(&run.get_output().stdout);
    assert!(records.len() >= 12, "{} samples", records.len());
    for record in &records {
        let events = record["events"].as_array().unwrap().len();
        if record["id"].as_str().unwrap().contains("not-political") {
            assert_eq!(events, 0, "{record}");
        } else {
            assert!(events >= 3, "{}: {events} events", record["id"]);
        }
    }
}

#[test]
fn the_output_is_the_same_on_any_number_of_threads() {
    let run = |threads: &str| {
        polybius().args(["code", "--threads", threads, &samples()]).assert().success().get_output().stdout.clone()
    };
    assert_eq!(run("1"), run("4"));
}

#[test]
fn what_private_people_say_is_coded_only_among_politics() {
    let private = "The manager refused to call the owner.\n\nThe doctor urged the teachers to leave.\n\n";
    let politics = "Turkey accused Greece of espionage.\n\nIran condemned Israel.\n";
    let events = |text: &str| {
        let run = polybius().args(["code", "--format", "jsonl", "-"]).write_stdin(text.to_owned()).assert().success();
        lines(&run.get_output().stdout)[0]["events"].as_array().unwrap().len()
    };
    assert_eq!(events(private), 0);
    assert_eq!(events(politics), 2);
    assert_eq!(events(&format!("{private}{politics}")), 4);
}

#[test]
fn offsets_count_code_points_of_the_text() {
    let text = format!("Çavuşoğlu — “no”. {ACCUSED}");
    let line = serde_json::json!({"id": "a", "date": "2022-03-02", "text": text, "unknown": 1}).to_string();
    let run = polybius().args(["code", "-"]).write_stdin(line).assert().success();
    let record = &lines(&run.get_output().stdout)[0];
    let event = record["events"].as_array().unwrap().iter().find(|e| e["event"] == "ACCUSE").unwrap();
    let slice = |v: &Value| {
        let (start, end) = (v["start"].as_u64().unwrap() as usize, v["end"].as_u64().unwrap() as usize);
        text.chars().skip(start).take(end - start).collect::<String>()
    };
    assert_eq!(slice(&event["trigger"]), event["trigger"]["text"].as_str().unwrap());
    assert_eq!(slice(&event["recipient"][0]), "Russia");
    assert_eq!(
        (&event["actor"][0]["country"], &event["actor"][0]["sector"]),
        (&Value::from("UKR"), &Value::from("GOV"))
    );
    assert_eq!(event["date"], "2022-02-28");
}

#[test]
fn dates_are_written_with_their_values() {
    let text = "“Çok”. Ministers met on Friday. They have met since March 2011.";
    let line = serde_json::json!({"id": "a", "date": "2013-07-22", "text": text}).to_string();
    let run = polybius().args(["code", "-", "--with", "dates"]).write_stdin(line).assert().success();
    let dates = &lines(&run.get_output().stdout)[0]["dates"];
    let date = |start: usize, text: &str, value: &str| serde_json::json!({"text": text, "start": start, "end": start + text.len(), "kind": "date", "value": value, "mod": null});
    assert_eq!(*dates, Value::from(vec![date(24, "Friday", "2013-07-19"), date(46, "since March 2011", "2011-03/..")]));
}

#[test]
fn csv_has_a_row_an_event() {
    let run = polybius().args(["code", "--format", "csv"]).write_stdin(ACCUSED).assert().success();
    let text = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    let mut rows = csv::Reader::from_reader(text.as_bytes());
    assert!(rows.headers().unwrap().iter().any(|h| h == "recipient_country"));
    assert!(rows.records().any(|r| r.unwrap().iter().any(|f| f == "ACCUSE")));
}

#[test]
fn events_below_the_least_confidence_are_left_out() {
    let text = format!("{ACCUSED} Perhaps the rebels could attack.");
    let events = |least: &str| {
        let run = polybius().args(["code", "--min-confidence", least]).write_stdin(text.clone()).assert().success();
        lines(&run.get_output().stdout)[0]["events"].as_array().unwrap().clone()
    };
    let all = events("0");
    let confidence = |e: &Value| e["confidence"].as_f64().unwrap();
    let (low, high) = all.iter().map(confidence).fold((1.0, 0.0), |(l, h): (f64, f64), x| (l.min(x), h.max(x)));
    assert!(low < high, "{all:?}");
    assert!(events(&high.to_string()).iter().all(|e| confidence(e) == high));
    assert_eq!(events(&low.to_string()), all);
    assert_eq!(events("1"), [] as [Value; 0]);
    polybius()
        .args(["code", "--min-confidence", "80"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("from 0 to 1"));
}

#[test]
fn a_table_fits_and_explain_gives_the_rule() {
    let run = polybius().args(["code", "--format", "table"]).write_stdin(ACCUSED).assert().success();
    let text = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(text.contains("ACCUSE") && text.lines().all(|l| l.chars().count() <= 110));
    polybius().arg("explain").write_stdin(ACCUSED).assert().success().stdout(
        predicate::str::contains("rule accuse")
            .and(predicate::str::contains("as in \""))
            .and(predicate::str::contains("nsubj").not()),
    );
    let explained = |option: &[&str]| polybius().arg("explain").args(option).write_stdin(ACCUSED).assert();
    explained(&["--trees"]).success().stdout(predicate::str::contains("nsubj"));
    let no_predicate = "No word of it is a predicate of RETREAT";
    explained(&["--why-not", "retreat"]).success().stdout(predicate::str::contains(no_predicate));
    explained(&["--why-not", "GRUMBLE"]).code(2).stderr(predicate::str::contains("take one of ACCUSE, AGREE"));
}

#[test]
fn parse_writes_conllu_that_it_reads_again() {
    let run = polybius().arg("parse").write_stdin(ACCUSED).assert().success();
    let dir = folder(&[("a.conllu", &run.get_output().stdout)]);
    let again = polybius().arg("parse").arg(dir.path().join("a.conllu")).assert().success();
    assert_eq!(String::from_utf8_lossy(&again.get_output().stdout).matches('\t').count() % 9, 0);
    let file = dir.path().join("a.conllu");
    let perfect = |columns: usize| predicate::str::is_match(format!(r"(?m)^LAS(\s+100\.00){{{columns}}}$")).unwrap();
    polybius().arg("eval-syntax").arg(&file).assert().success().stdout(perfect(2));
    // another system's output, here the same
    polybius().arg("eval-syntax").args([&file, &file]).assert().success().stdout(perfect(1));
}

#[test]
fn coreference_is_scored() {
    let row = |i: usize, form: &str, entity: &str| format!("{i}\t{form}\t_\t_\t_\t_\t0\troot\t_\t{entity}\n");
    let gold = [
        "# newdoc id = d1\n# meta::genre = news\n",
        &row(1, "Anna", "Entity=(1-person-new-cf1-1-coref"),
        &row(2, "Berg", "Entity=1)"),
        &row(3, "resigned", "_"),
        &row(4, ".", "_"),
        "\n",
        &row(1, "She", "Entity=(1-person-giv-cf1-1-ana)"),
        &row(2, "left", "_"),
        &row(3, ".", "_"),
        "\n",
    ];
    let dir = folder(&[("gum.conllu", gold.concat().as_bytes())]);
    let file = dir.path().join("gum.conllu");
    polybius().arg("eval-coreference").arg(&file).args(["--genre", "news,speech"]).assert().success().stdout(
        predicate::str::contains("1 documents").and(predicate::str::is_match(r"CoNLL average +100\.00").unwrap()),
    );
    polybius()
        .arg("eval-coreference")
        .arg(&file)
        .arg("--learn")
        .assert()
        .success()
        .stdout(predicate::str::is_match(r"(?m)^she\tkind\tname\t\d").unwrap());
    polybius()
        .arg("eval-coreference")
        .arg(&file)
        .args(["--genre", "speech"])
        .assert()
        .failure()
        .stderr(predicate::str::contains("no document with entities of the genres asked for"));
}

#[test]
fn one_broken_input_never_stops_the_others() {
    let dir = folder(&[
        ("empty.txt", b""),
        ("binary.txt", b"\x7fELF\x02\x01\x01\0\0\0\0\0"),
        ("broken.jsonl", b"{\"id\": \"a\", \"text\": \"Israel attacked Syria.\"}\n{\"id\": \"b\", \"text\": \n{\"id\": \"c\"}\n{\"id\": \"d\", \"text\": \"x\", \"date\": \"soon\"}\n"),
        ("good.txt", ACCUSED.as_bytes()),
    ]);
    let run = polybius().arg("code").arg(dir.path()).assert().code(1);
    let records = lines(&run.get_output().stdout);
    let ids: Vec<&str> = records.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["a", "good"]);
    let errors = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    for expected in [
        "empty.txt: the file is empty",
        "binary.txt: this is a binary file",
        "broken.jsonl, line 2: not a JSON object",
        "broken.jsonl, line 3: the field `text` is missing",
        "line 4: the date `soon` cannot be read; write YYYY-MM-DD",
    ] {
        assert!(errors.contains(expected), "`{expected}` is not in:\n{errors}");
    }
}

#[test]
fn other_languages_are_reported_and_coded_only_when_forced() {
    let german = "Die Außenminister der beiden Länder trafen sich am Montag in Genf, um über die Waffenruhe zu sprechen, sagte ein Sprecher.";
    polybius()
        .arg("code")
        .write_stdin(german)
        .assert()
        .code(1)
        .stdout("")
        .stderr(predicate::str::contains("not in English"));
    polybius()
        .args(["code", "--force"])
        .write_stdin(german)
        .assert()
        .success()
        .stdout(predicate::str::contains("\"events\""));
}

#[test]
fn a_megabyte_on_one_line_and_an_endless_sentence() {
    let long = "the army attacked the town and ".repeat(40_000);
    polybius().arg("code").write_stdin(long).assert().success();
    let sentence = format!("{}.", "the rebels who attacked the army and ".repeat(720));
    polybius().arg("code").write_stdin(sentence).assert().success();
    let word = "x".repeat(1_200_000);
    polybius().args(["code", "--force"]).write_stdin(word).assert().success();
}

#[test]
fn wrong_usage_is_told_with_exit_code_2() {
    polybius().args(["code", "--format", "xml"]).assert().code(2);
    polybius().args(["code", "--date", "soon"]).assert().code(2).stderr(predicate::str::contains("YYYY-MM-DD"));
    polybius().arg("code").arg("/no/such/file").assert().code(1).stderr(predicate::str::contains("/no/such/file"));
}

#[test]
fn a_lexicon_of_ones_own_adds_actors_and_events() {
    let dir = TempDir::new().unwrap();
    fs::create_dir_all(dir.path().join("actors/groups")).unwrap();
    fs::create_dir_all(dir.path().join("events")).unwrap();
    fs::write(
        dir.path().join("actors/groups/mine.tsv"),
        "# name aliases country sector from to\nZorblax Front\tZLF\tKEN\tREB\t\t\n",
    )
    .unwrap();
    fs::write(
        dir.path().join("events/mine.toml"),
        "[[frame]]\nid = \"mine.bamboozle\"\nevent = \"COERCE\"\n[frame.verbs]\n\"bamboozle\" = [\"The Zorblax Front bamboozled Uganda. => KEN > UGA\"]\n",
    )
    .unwrap();
    let run = polybius()
        .args(["code", "--lexicon"])
        .arg(dir.path())
        .write_stdin("The Zorblax Front bamboozled Uganda.")
        .assert()
        .success();
    let event = &lines(&run.get_output().stdout)[0]["events"][0];
    assert_eq!(
        (&event["event"], &event["actor"][0]["country"], &event["actor"][0]["sector"]),
        (&Value::from("COERCE"), &Value::from("KEN"), &Value::from("REB"))
    );
    fs::write(dir.path().join("actors/groups/mine.tsv"), "one column\n").unwrap();
    polybius()
        .args(["code", "--lexicon"])
        .arg(dir.path())
        .write_stdin("x")
        .assert()
        .code(1)
        .stderr(predicate::str::contains("mine.tsv, line 1"));
}

#[test]
fn with_attributions_every_source_cue_and_content_is_written() {
    let text = "Erdoğan left. The Ukrainian foreign minister said that Russia had shelled the town.\n";
    let run = polybius()
        .args(["code", "--format", "jsonl", "--with", "text,attributions", "-"])
        .write_stdin(text)
        .assert()
        .success();
    let record = lines(&run.get_output().stdout).remove(0);
    let attribution = &record["attributions"][0];
    assert_eq!(attribution["force"], "assert");
    assert_eq!(attribution["kind"], "named");
    assert_eq!(attribution["source"]["country"], "UKR");
    assert_eq!(attribution["cue"]["text"], "said");
    let content = &attribution["content"][0];
    assert_eq!(content["text"], "that Russia had shelled the town");
    // code points, not bytes
    let (start, end) = (content["start"].as_u64().unwrap() as usize, content["end"].as_u64().unwrap() as usize);
    let sliced: String = record["text"].as_str().unwrap().chars().skip(start).take(end - start).collect();
    assert_eq!(sliced, "that Russia had shelled the town");
    let run = polybius().args(["code", "--format", "jsonl", "-"]).write_stdin(text).assert().success();
    assert!(lines(&run.get_output().stdout)[0].get("attributions").is_none());
}

#[test]
fn attributions_are_scored_against_annotated_ones() {
    let text = "Erdoğan said that rebels had left.";
    let point = |part: &str| {
        let at = text.find(part).unwrap();
        let from = text[..at].chars().count();
        [from, from + part.chars().count()]
    };
    let line = serde_json::json!({"id": "1", "text": text, "attributions": [
        {"source": [point("Erdoğan")], "cue": [point("said")], "content": [point("that rebels had left")]},
        {"source": [], "cue": [], "content": [point("rebels")]},
    ]});
    let dir = folder(&[("gold.jsonl", format!("{line}\n").as_bytes()), ("bad.jsonl", b"{\"text\": 1}\n")]);
    let gold = dir.path().join("gold.jsonl");
    let run = polybius().arg("eval-attributions").arg(&gold).assert().success();
    let out = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
    let row = |name: &str| {
        out.lines().find(|l| l.starts_with(name)).unwrap().split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(row("source head"), "source head 1.000 1.000 1.000 1 1");
    assert_eq!(row("content head"), "content head 1.000 0.500 0.667 2 1");
    polybius()
        .arg("eval-attributions")
        .arg(dir.path().join("bad.jsonl"))
        .assert()
        .code(1)
        .stderr(predicate::str::contains("line 1").and(predicate::str::contains("attributions")));
}

#[test]
fn places_and_entities_come_with_offsets_of_the_text() {
    let text = "İZMİR’de — no. Police in Aleppo arrested Angela Merkel on Monday. She left for the town of Cizre.";
    let line = serde_json::json!({"id": "1", "date": "2016-02-03", "text": text}).to_string();
    let run = polybius()
        .args(["code", "--force", "--format", "jsonl", "--with", "places,entities", "-"])
        .write_stdin(line)
        .assert()
        .success();
    let record = &lines(&run.get_output().stdout)[0];
    let slice = |v: &Value| {
        let (start, end) = (v["start"].as_u64().unwrap() as usize, v["end"].as_u64().unwrap() as usize);
        text.chars().skip(start).take(end - start).collect::<String>()
    };
    let places = record["places"].as_array().unwrap();
    assert!(places.iter().all(|p| slice(p) == p["text"]), "{places:?}");
    let aleppo = places.iter().find(|p| p["text"] == "Aleppo").unwrap();
    assert_eq!((&aleppo["country"], &aleppo["geonames"]), (&Value::from("SYR"), &Value::from(170_063)));
    let entities = record["entities"].as_array().unwrap();
    let merkel = entities.iter().find(|e| e["name"] == "Angela Merkel").unwrap();
    assert_eq!(
        (&merkel["country"], &merkel["sector"], &merkel["kind"]),
        (&"DEU".into(), &"GOV".into(), &"person".into())
    );
    let mentions: Vec<String> = merkel["mentions"].as_array().unwrap().iter().map(slice).collect();
    assert_eq!(mentions, ["Angela Merkel", "She"]);
    let place = &record["events"][0]["place"];
    assert_eq!((&place["name"], &place["basis"]), (&"Aleppo".into(), &"text".into()));
}

#[test]
fn toponyms_are_scored_by_exact_span_and_by_distance() {
    let gold = r#"{"text": "He flew from Lyon to Aleppo.", "toponyms": [{"start": 13, "end": 17, "lat": 45.75, "lon": 4.85}, {"start": 21, "end": 27, "lat": 0.0, "lon": 0.0}]}"#;
    let dir = folder(&[("gold.jsonl", gold.as_bytes())]);
    let path = dir.path().join("gold.jsonl");
    polybius()
        .arg("eval-places")
        .arg(&path)
        .assert()
        .success()
        .stdout(predicate::str::contains("precision 1.000  recall 1.000  F1 1.000"))
        .stdout(predicate::str::contains("within 161 km 0.500"));
    fs::write(&path, r#"{"text": "Lyon", "toponyms": [{"start": 2, "end": 9}]}"#).unwrap();
    polybius().arg("eval-places").arg(&path).assert().code(1).stderr(predicate::str::contains("not in the text"));
}

#[test]
fn a_folder_adds_places() {
    let row = "Qarfulabad\tQarful\t\ttown\tYEM\t15.5\t44.2\t2000\t\n";
    let dir = folder(&[]);
    fs::create_dir_all(dir.path().join("places")).unwrap();
    fs::write(dir.path().join("places/mine.tsv"), row).unwrap();
    let run = polybius()
        .args(["code", "--format", "jsonl", "--with", "places", "--lexicon"])
        .arg(dir.path())
        .arg("-")
        .write_stdin("The rebels attacked soldiers in Qarful on Monday.")
        .assert()
        .success();
    let places = &lines(&run.get_output().stdout)[0]["places"];
    assert_eq!((&places[0]["name"], &places[0]["lat"]), (&"Qarfulabad".into(), &15.5.into()));
    fs::write(dir.path().join("places/mine.tsv"), row.replace("15.5", "115.5")).unwrap();
    let run = polybius().args(["lexicon", "check"]).arg(dir.path()).assert().code(1);
    let out = run.get_output();
    let said = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
    assert!(said.contains("places/mine.tsv") && said.contains("115.5"), "{said}");
}

/// The words of a command line; single quotes keep words together.
fn words(line: &str) -> Vec<String> {
    let parts = line.split('\'').enumerate();
    parts
        .flat_map(|(i, part)| if i % 2 == 1 { vec![part] } else { part.split_whitespace().collect() })
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_page_on_ones_own_actors_shows_what_happens() {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let page = fs::read_to_string(docs.join("lexicon.md")).unwrap();
    let blocks: Vec<&str> = page.split("```console\n$ polybius ").skip(1).collect();
    assert!(blocks.len() >= 5, "{} commands", blocks.len());
    for block in blocks {
        let (command, rest) = block.split_once('\n').unwrap();
        let shown = rest.split("\n```").next().unwrap();
        let run = polybius().current_dir(&docs).args(words(command)).assert();
        let output = String::from_utf8_lossy(&run.get_output().stdout).into_owned();
        // the built-in examples are another test's business
        let said = |text: &str| {
            let own = text.trim_end().lines().filter(|l| !l.contains("not coded as"));
            own.take_while(|l| !l.contains(" => ")).map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(said(&output), said(shown), "{command}");
    }
}

#[test]
fn what_is_wrong_with_a_lexicon_is_named_by_line_and_remedy() {
    let dir = TempDir::new().unwrap();
    fs::create_dir_all(dir.path().join("actors/groups")).unwrap();
    let file = dir.path().join("actors/groups/armed.tsv");
    fs::write(&file, "# mine\nZorblax Front\t\tKEN\tREBEL\n").unwrap();
    let check = || polybius().args(["lexicon", "check"]).arg(dir.path()).assert();
    check().code(1).stdout(predicate::str::contains(
        "error: actors/groups/armed.tsv, line 2: `REBEL` is no sector; take one of those that ontology.toml lists\n\
         1 errors, 0 warnings",
    ));
    fs::write(&file, "Zorblax Front\tParis\tKEN\tREB\n").unwrap();
    check().stdout(predicate::str::contains(
        "warning: actors/groups/armed.tsv, line 1: `Paris` never means Zorblax Front: it is FRA of actors/countries.tsv",
    ));
    polybius()
        .args(["lexicon", "lookup", "Zorblax"])
        .assert()
        .code(1)
        .stdout(predicate::str::contains("no name and no role"));
    polybius().args(["lexicon", "stats"]).assert().success().stdout(predicate::str::contains("armed groups"));
}

#[test]
fn tables_feeds_news_items_and_archives_are_coded() {
    let story = "Israel accused Syria of an attack on Monday. ";
    let page =
        format!("<html><head><title>t</title></head><body><article><p>{}</p></article></body></html>", story.repeat(5));
    let http = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{page}");
    let record = format!(
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Date: 2018-03-06T01:02:03Z\r\nWARC-Record-ID: <urn:uuid:7>\r\nWARC-Target-URI: \
         https://a.example/7\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{http}\r\n\r\n",
        http.len()
    );
    let mut archive = GzEncoder::new(Vec::new(), Compression::fast());
    archive.write_all(record.as_bytes()).unwrap();
    let mut archive = archive.finish().unwrap();
    archive.extend_from_slice(&archive.clone()[..100]); // a second record, cut off
    let table = format!("Nr;Story;When\n1;{story};2018-03-06\n2;;2018-03-06\n");
    let feed = format!(
        "<rss version=\"2.0\"><channel><title>Wire</title><item><guid>f1</guid><pubDate>2018-03-06</pubDate><description>{story}</description></item></channel></rss>"
    );
    let item = format!(
        "<nitf><head><docdata><doc-id id-string=\"n1\"/><date.issue norm=\"20180306\"/></docdata></head><body><body.content><p>{story}</p></body.content></body></nitf>"
    );
    let dir = folder(&[
        ("a.warc.gz", archive.as_slice()),
        ("b.csv", table.as_bytes()),
        ("c.xml", feed.as_bytes()),
        ("d.nitf", item.as_bytes()),
        ("e.xml", b"<sitemap/>"),
    ]);
    let args = ["code", "--column", "text=story", "--column", "id=Nr", "--column", "date=When"];
    let run = polybius().args(args).arg(dir.path()).assert().code(1);
    let records = lines(&run.get_output().stdout);
    let ids: Vec<&str> = records.iter().map(|r| r["id"].as_str().unwrap()).collect();
    assert_eq!(ids, ["urn:uuid:7", "1", "f1", "n1"]);
    for record in &records {
        assert_eq!(record["date"], "2018-03-06");
        assert_eq!(record["events"][0]["event"], "ACCUSE", "{record}");
    }
    let errors = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
    for expected in [
        "a.warc.gz, record at byte",
        "b.csv, line 3: the column `Story` is empty; it holds the article's words",
        "e.xml: its root element is `sitemap`; RSS, Atom, NITF, NewsML-G2 and XHTML are read",
    ] {
        assert!(errors.contains(expected), "`{expected}` is not in:\n{errors}");
    }
    polybius()
        .args(["code", "--column", "words=a"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("must be one of text, title"));
}
