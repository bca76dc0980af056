//! A store as other code uses it.

use polybius_coder::Coder;
use polybius_reader::{Defaults, read_stream};
use polybius_store::{AskError, Dimension, Order, Query, Read, Store, StoreError, Unit};
use polybius_text::Article;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;

fn coder() -> &'static Coder {
    static CODER: OnceLock<Coder> = OnceLock::new();
    CODER.get_or_init(Coder::new)
}

const LINES: &str = r#"{"id": "a", "title": "Talks in Vienna", "publisher": "The Courier", "date": "2021-03-02", "text": "Russian Foreign Minister Sergei Lavrov met Syrian officials in Vienna on Monday. Syria accused Turkey of shelling a village near Aleppo."}
{"id": "b", "title": "March in Tunis", "publisher": "Morning Post", "date": "2021-03-05", "text": "Thousands of people protested against the government in Tunis on Thursday. Police arrested 30 demonstrators, the interior ministry said."}
{"id": "c", "title": "Sanctions", "publisher": "The Courier", "date": "2021-04-10", "text": "The United States imposed sanctions on Myanmar. Germany will meet France next week to discuss the crisis."}
"#;

fn reads(lines: &str) -> Vec<Read> {
    let mut reads = vec![Read::Source("lines".to_owned())];
    read_stream(lines.as_bytes(), "lines", &Defaults::default(), &mut |read| {
        let article: Article = read.expect("these lines are right");
        reads.push(Read::Article("lines".to_owned(), article));
    });
    reads
}

fn filled() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let mut store = Store::open(&path).unwrap();
    let done = store.ingest(coder(), reads(LINES).into_iter(), false, &mut |_| {}).unwrap();
    assert_eq!((done.read, done.coded, done.known, done.failed), (3, 3, 0, 0));
    (folder, path)
}

fn ask(store: &Store, query: &str) -> Vec<(String, String)> {
    let events = store.events(&Query::parse(query).unwrap(), Order::Oldest, 100, 0).unwrap();
    events.into_iter().map(|e| (e.event, e.trigger)).collect()
}

fn categories(store: &Store, query: &str) -> Vec<String> {
    ask(store, query).into_iter().map(|(event, _)| event).collect()
}

#[test]
fn the_same_articles_again_change_nothing() {
    let (_folder, path) = filled();
    let before = dump(&path);
    let done = Store::open(&path).unwrap().ingest(coder(), reads(LINES).into_iter(), false, &mut |_| {}).unwrap();
    assert_eq!((done.read, done.coded, done.known), (3, 0, 3));
    assert_eq!(dump(&path), before);
}

#[test]
fn questions_find_what_they_ask_for() {
    let (_folder, path) = filled();
    let store = Store::open_read_only(&path).unwrap();
    assert_eq!(categories(&store, "actor:RUS recipient:SYR event:CONSULT since:2021-03 status:actual"), ["CONSULT"]);
    assert_eq!(
        categories(&store, "Aleppo"),
        ["ACCUSE", "ASSAULT"].map(str::to_owned)[..categories(&store, "Aleppo").len()]
    );
    assert_eq!(categories(&store, "actor:Lavrov"), ["CONSULT"]);
    assert_eq!(categories(&store, "event:SANCTION,PROTEST publisher:\"morning post\""), ["PROTEST"]);
    assert_eq!(categories(&store, "quad:material-conflict recipient:MMR"), ["SANCTION"]);
    assert_eq!(categories(&store, "country:DEU"), categories(&store, "country:FRA"));
    assert!(categories(&store, "-event:SANCTION date:2021-04").iter().all(|c| c != "SANCTION"));
    assert_eq!(categories(&store, "place:TUN event:PROTEST"), ["PROTEST"]);
    assert_eq!(categories(&store, "source:none event:PROTEST"), ["PROTEST"]);
    assert!(!categories(&store, "source:TUN/GOV").is_empty());
    assert!(categories(&store, "until:2020").is_empty());
    let all = store.how_many(&Query::default(), 1000).unwrap();
    assert_eq!(all, ask(&store, "").len());
    assert_eq!(all, ask(&store, "status:actual").len() + ask(&store, "-status:actual").len());
}

#[test]
fn an_error_in_a_question_points_at_the_word() {
    let (_folder, path) = filled();
    let store = Store::open_read_only(&path).unwrap();
    for (question, word) in [
        ("event:PROTESTS", "PROTESTS"),
        ("since:2021 actor:Nobody", "Nobody"),
        ("status:likely", "likely"),
        ("actor:RUS/XYZ", "XYZ"),
        ("event:PROTEST,COERSE", "COERSE"),
    ] {
        match store.events(&Query::parse(question).unwrap(), Order::Newest, 10, 0) {
            Err(AskError::Query(e)) => assert_eq!(&e.text[e.start..e.end], word),
            other => panic!("{question}: {other:?}"),
        }
    }
}

#[test]
fn counts_add_up() {
    let (_folder, path) = filled();
    let store = Store::open_read_only(&path).unwrap();
    let all = store.how_many(&Query::default(), 1000).unwrap() as u64;
    for by in [
        Dimension::Month,
        Dimension::Event,
        Dimension::Quad,
        Dimension::Status,
        Dimension::Place,
        Dimension::Publisher,
        Dimension::Week,
    ] {
        let counts = store.count(&Query::default(), &[by], Unit::Events).unwrap();
        assert_eq!(counts.rows.iter().map(|(_, n)| n).sum::<u64>(), all, "{}", by.name());
    }
    let query = Query::parse("event:CONSULT").unwrap();
    let counts =
        store.count(&query, &[Dimension::Month, Dimension::Actor, Dimension::Recipient], Unit::Events).unwrap();
    // a meeting has two sides: each is the other's recipient
    let row = |a: &str, b: &str| (["2021-03", a, b].map(str::to_owned).to_vec(), 1);
    assert_eq!(counts.rows, [row("RUS", "SYR"), row("SYR", "RUS")]);
    let articles = store.count(&Query::default(), &[], Unit::Articles).unwrap();
    assert_eq!(articles.rows, [(vec![], 3)]);
    // every dimension can be asked for together with every other
    for &a in Dimension::ALL {
        for &b in Dimension::ALL {
            store.count(&Query::parse("actor:RUS").unwrap(), &[a, b], Unit::Incidents).unwrap();
        }
    }
}

#[test]
fn sql_reads_and_does_not_write() {
    let (_folder, path) = filled();
    let store = Store::open_read_only(&path).unwrap();
    let mut rows = Vec::new();
    let mut push = |row: Vec<serde_json::Value>| {
        rows.push(row);
        Ok::<(), StoreError>(())
    };
    store.sql("SELECT name, title FROM articles ORDER BY id").unwrap().rows(2, &mut push).unwrap();
    assert_eq!(
        rows,
        [vec!["a".into(), "Talks in Vienna".into()], vec!["b".into(), serde_json::Value::from("March in Tunis")]]
    );
    for sql in [
        "DELETE FROM articles",
        "DROP TABLE events",
        "ATTACH 'x.db' AS x",
        "PRAGMA user_version = 9",
        "SELECT * FROM nowhere",
        "",
    ] {
        let failed = store.sql(sql).and_then(|mut answer| answer.rows(10, &mut |_| Ok::<(), StoreError>(())));
        assert!(failed.is_err() || store.sql("SELECT count(*) FROM articles").is_ok(), "{sql}");
    }
    assert_eq!(store.how_many(&Query::default(), 1000).unwrap(), ask(&Store::open_read_only(&path).unwrap(), "").len());
}

#[test]
fn what_cannot_be_opened_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    assert!(matches!(Store::open_read_only(&at("none.db")), Err(StoreError::Missing { .. })));
    std::fs::write(at("notes.txt"), "no store, but text that is longer than a header of a database file".repeat(20))
        .unwrap();
    assert!(matches!(Store::open(&at("notes.txt")), Err(StoreError::Foreign { .. })));
    assert!(matches!(Store::open_read_only(&at("notes.txt")), Err(StoreError::Foreign { .. })));
    let other = rusqlite::Connection::open(at("other.db")).unwrap();
    other.execute_batch("CREATE TABLE mine (x)").unwrap();
    drop(other);
    assert!(matches!(Store::open(&at("other.db")), Err(StoreError::Foreign { .. })));
    assert!(Store::open(&at("no/such/folder.db")).is_err());
    assert!(Store::open(folder.path()).is_err());

    let store = Store::open(&at("new.db")).unwrap();
    assert!(matches!(Store::open(&at("new.db")), Err(StoreError::Busy { .. })), "there is a writer already");
    assert!(Store::open_read_only(&at("new.db")).is_ok(), "reading goes on");
    store.connection().execute_batch("PRAGMA user_version = 99").unwrap();
    drop(store);
    for opened in [Store::open(&at("new.db")), Store::open_read_only(&at("new.db"))] {
        assert!(matches!(opened, Err(StoreError::Newer { found: 99, .. })));
    }
}

#[test]
fn a_full_disk_leaves_the_store_as_it_was() {
    let (_folder, path) = filled();
    let before = dump(&path);
    let mut store = Store::open(&path).unwrap();
    let pages: i64 = store.connection().query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    store.connection().execute_batch(&format!("PRAGMA max_page_count = {}", pages + 3)).unwrap();
    let long =
        format!("{{\"id\": \"d\", \"text\": \"{}\"}}", "Rebels attacked the town of Goma on Monday. ".repeat(3000));
    let failed = store.ingest(coder(), reads(&long).into_iter(), false, &mut |_| {});
    assert!(matches!(failed, Err(StoreError::Full { .. })), "{failed:?}");
    drop(store);
    assert_eq!(dump(&path), before);
    // with room again the same command succeeds
    let done = Store::open(&path).unwrap().ingest(coder(), reads(&long).into_iter(), false, &mut |_| {}).unwrap();
    assert_eq!(done.coded, 1);
}

#[test]
fn copies_and_incidents() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.db");
    let wire = "Gunmen attacked a fish market in Maiduguri on Monday and killed at least 18 people, a police spokesman said. They \
        came on motorcycles as traders were packing up their stalls near the Baga road. Nobody claimed responsibility for the attack.";
    let line = |id: &str, publisher: &str, text: &str| {
        serde_json::json!({"id": id, "publisher": publisher, "date": "2019-02-12", "text": text}).to_string()
    };
    let other =
        "At least 20 people were killed by gunmen who attacked a fish market in Maiduguri on Monday, residents said.";
    let lines =
        [line("a", "A", wire), line("b", "B", &format!("{wire} Shops were closed.")), line("c", "C", other)].join("\n");
    let mut store = Store::open(&path).unwrap();
    let done = store.ingest(coder(), reads(&lines).into_iter(), false, &mut |_| {}).unwrap();
    assert_eq!((done.coded, done.copies), (3, 1));
    let copies: Vec<(i64, Option<i64>)> = (1..=3).map(|n| (n, store.article(n).unwrap().unwrap().copy_of)).collect();
    assert_eq!(copies, [(1, None), (2, Some(1)), (3, None)]);
    let one = |sql: &str| store.connection().query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(one("SELECT count(*) FROM events WHERE incident IS NULL"), 0);
    assert_eq!(one("SELECT count(*) FROM events e LEFT JOIN incidents i ON i.id = e.incident WHERE i.id IS NULL"), 0);
    assert_eq!(
        one("SELECT count(*) FROM incidents i WHERE NOT EXISTS (SELECT 1 FROM events e WHERE e.incident = i.id)"),
        0
    );
    assert_eq!(one("SELECT count(*) FROM unmerged"), 0);
    // the attack, told three times, by two reports: a copy does not count
    assert_eq!(one("SELECT max(reports) FROM incidents WHERE event = 'ASSAULT'"), 2);
    assert_eq!(one("SELECT max(articles) FROM incidents WHERE event = 'ASSAULT'"), 3);

    // the same articles one by one give the same store
    let apart = folder.path().join("apart.db");
    for read in reads(&lines).into_iter().skip(1) {
        Store::open(&apart).unwrap().ingest(coder(), [read].into_iter(), false, &mut |_| {}).unwrap();
    }
    drop(store);
    assert_eq!(dump(&apart), dump(&path));
}

/// Every row of every table but those that SQLite keeps for itself.
fn dump(path: &Path) -> Vec<String> {
    let connection = rusqlite::Connection::open(path).unwrap();
    let tables: Vec<String> = connection
        .prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE 'evidence%' ORDER BY name",
        )
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .collect::<rusqlite::Result<_>>()
        .unwrap();
    let mut rows = Vec::new();
    for table in tables {
        let mut select = connection.prepare(&format!("SELECT * FROM {table}")).unwrap();
        let width = select.column_count();
        let found = select
            .query_map([], |row| {
                let values = (0..width)
                    .map(|i| row.get_ref(i).map(|v| format!("{v:?}")))
                    .collect::<rusqlite::Result<Vec<_>>>()?;
                Ok(format!("{table}: {}", values.join(" | ")))
            })
            .unwrap();
        rows.extend(found.map(|r| r.unwrap()));
    }
    rows.sort();
    connection.execute("INSERT INTO evidence (evidence, rank) VALUES ('integrity-check', 1)", []).unwrap();
    assert_eq!(connection.query_row("PRAGMA integrity_check", [], |row| row.get::<_, String>(0)).unwrap(), "ok");
    rows
}
