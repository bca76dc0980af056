//! One coded article into the tables.

use crate::incident;
use polybius_coder::{Coder, Event, Participant, RecordWriter};
use polybius_incidents::Mention;
use polybius_incidents::near_copy::Signature;
use polybius_text::{Article, CodePoints, Role};
use rusqlite::{Params, Transaction, params};
use serde_json::{Value, json};
use std::collections::{BTreeSet, HashMap};
use xxhash_rust::xxh3::Xxh3;

/// What an article is known by: title, publisher, day and text. Its address and the file it came in may differ.
pub(crate) fn hash(article: &Article) -> String {
    let mut hash = Xxh3::new();
    let date = article.date.map(|d| d.to_string());
    for part in [article.title.as_deref(), article.publisher.as_deref(), date.as_deref(), Some(&article.text)] {
        let part = part.unwrap_or_default();
        hash.update(&(part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    format!("{:032x}", hash.digest128())
}

pub(crate) fn role_name(role: Role) -> &'static str {
    match role {
        Role::Title => "title",
        Role::Body => "body",
        Role::Caption => "caption",
        Role::Byline => "byline",
        Role::Boilerplate => "boilerplate",
    }
}

/// Stores an article and its events; tells whether it is a near-copy.
pub(crate) fn article(
    transaction: &Transaction,
    source: &str,
    hash: &str,
    article: &Article,
    events: &[Event],
    signature: &Signature,
) -> rusqlite::Result<bool> {
    let points = CodePoints::new(&article.text);
    let at = |byte| points.at(&article.text, byte);
    let paragraphs: Value =
        article.paragraphs.iter().map(|p| json!([at(p.span.start), at(p.span.end), role_name(p.role)])).collect();
    let published = article.date.map(|d| d.to_string());
    let mut insert = transaction.prepare_cached(
        "INSERT INTO articles (hash, source, name, title, publisher, published, url, text, paragraphs)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?;
    let id = insert.insert(params![
        hash,
        source,
        article.id,
        article.title,
        article.publisher,
        published,
        article.url,
        article.text,
        paragraphs.to_string(),
    ])?;

    let records = RecordWriter::new(article);
    let mut sentences: HashMap<usize, i64> = HashMap::new();
    let record = records.article(events, true);
    let mut mentions = Mention::of_record(&record, id).unwrap_or_default();
    for ((event, record), mention) in events.iter().zip(array(&record["events"])).zip(&mut mentions) {
        let sentence = match sentences.get(&event.sentence_span.start) {
            Some(&row) => row,
            None => {
                let row = self::sentence(transaction, id, article, event, &at)?;
                sentences.insert(event.sentence_span.start, row);
                row
            }
        };
        let row = self::event(transaction, id, sentence, published.as_deref(), event, record)?;
        mention.id = incident::mention_id(row);
    }
    let copy = incident::copy_of(transaction, id, signature)?;
    incident::reports(transaction, mentions)?;
    Ok(copy.is_some())
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn sentence(
    transaction: &Transaction,
    article_row: i64,
    article: &Article,
    event: &Event,
    at: &dyn Fn(usize) -> usize,
) -> rusqlite::Result<i64> {
    let (span, text) = (event.sentence_span, event.sentence_span.of(&article.text));
    let row = transaction
        .prepare_cached("INSERT INTO sentences (article, position, start, end, text) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .insert(params![article_row, event.sentence as i64, at(span.start) as i64, at(span.end) as i64, text])?;
    transaction.prepare_cached("INSERT INTO evidence (rowid, text) VALUES (?1, ?2)")?.execute(params![row, text])?;
    Ok(row)
}

/// The first day of a date that may lack day and month; '' for none.
fn first_day(date: Option<&str>) -> String {
    match date {
        Some(d) if d.len() == 4 => format!("{d}-01-01"),
        Some(d) if d.len() == 7 => format!("{d}-01"),
        Some(d) => d.to_owned(),
        None => String::new(),
    }
}

/// Stores an event from its record, which already has offsets in code points and ids; returns its row.
fn event(
    transaction: &Transaction,
    article: i64,
    sentence: i64,
    published: Option<&str>,
    event: &Event,
    record: &Value,
) -> rusqlite::Result<i64> {
    let day = first_day(event.date.as_deref().or(published));
    let month = day.get(..7).unwrap_or_default();
    let place = &record["place"];
    let mut insert = transaction.prepare_cached(
        "INSERT INTO events (key, article, sentence, event, mode, cameo, quad, score, date, day, auxiliary, trigger, start, end,
           place, place_start, place_end, place_name, place_country, place_basis, lat, lon, geonames, rule, confidence, place_kind)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)",
    )?;
    let row = insert.insert(params![
        record["id"].as_str(),
        article,
        sentence,
        event.category,
        event.mode,
        event.cameo,
        event.quad,
        event.score,
        event.date,
        day,
        event.auxiliary.names().join(","),
        record["trigger"]["text"].as_str(),
        record["trigger"]["start"].as_i64(),
        record["trigger"]["end"].as_i64(),
        place["text"].as_str(),
        place["start"].as_i64(),
        place["end"].as_i64(),
        place["name"].as_str(),
        place["country"].as_str(),
        place["basis"].as_str(),
        place["lat"].as_f64(),
        place["lon"].as_f64(),
        place["geonames"].as_i64(),
        event.rule,
        event.confidence,
        place["kind"].as_str(),
    ])?;
    for (role, field) in [("actor", "actor"), ("recipient", "recipient"), ("source", "attribution")] {
        for (position, who) in array(&record[field]).iter().enumerate() {
            participant(transaction, row, role, position, who)?;
        }
    }
    for (position, figure) in array(&record["figures"]).iter().enumerate() {
        let mut insert = transaction.prepare_cached(
            "INSERT INTO figures (event, position, kind, low, high, text, start, end) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?;
        insert.execute(params![
            row,
            position as i64,
            figure["kind"].as_str(),
            figure["low"].as_i64(),
            figure["high"].as_i64(),
            figure["text"].as_str(),
            figure["start"].as_i64(),
            figure["end"].as_i64(),
        ])?;
    }
    let mut context = transaction.prepare_cached("INSERT OR IGNORE INTO contexts (context, event) VALUES (?1, ?2)")?;
    for name in &event.context {
        context.execute(params![name, row])?;
    }
    let mut dyad =
        transaction.prepare_cached("INSERT INTO dyads (actor, recipient, day, event) VALUES (?1, ?2, ?3, ?4)")?;
    for (actor, recipient) in dyads(event) {
        dyad.execute(params![actor, recipient, day, row])?;
        add(
            transaction,
            "monthly_dyads",
            "month, actor, recipient, quad",
            params![month, actor, recipient, event.quad],
        )?;
    }
    let actual = event.auxiliary.names().is_empty();
    add(
        transaction,
        "monthly_events",
        "month, event, quad, actual",
        params![month, event.category, event.quad, actual],
    )?;
    let country = place["country"].as_str().unwrap_or_default();
    add(transaction, "monthly_places", "month, country, quad", params![month, country, event.quad])?;
    if let (Some(name), Some(lat), Some(lon)) = (place["name"].as_str(), place["lat"].as_f64(), place["lon"].as_f64()) {
        add(transaction, "places", "name, country, lat, lon", params![name, country, lat, lon])?;
    }
    // once for each name, however often it takes part
    let names: BTreeSet<&str> = event.actor.iter().chain(&event.recipient).filter_map(|p| p.name.as_deref()).collect();
    let sources = event.attribution.iter().filter_map(|a| a.who.name.as_deref());
    for name in names.into_iter().chain(sources).collect::<BTreeSet<_>>() {
        add(transaction, "names", "name", [name])?;
    }
    Ok(row)
}

/// One event more in a table of sums.
fn add(transaction: &Transaction, table: &str, key: &str, values: impl Params) -> rusqlite::Result<()> {
    let marks: Vec<String> = (1..=key.split(", ").count()).map(|n| format!("?{n}")).collect();
    let text = format!(
        "INSERT INTO {table} ({key}, events) VALUES ({}, 1) ON CONFLICT DO UPDATE SET events = events + 1",
        marks.join(", ")
    );
    transaction.prepare_cached(&text)?.execute(values)?;
    Ok(())
}

/// Stores what the coder's ontology knows, for questions.
pub(crate) fn terms(transaction: &Transaction, coder: &Coder) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO terms (kind, term) VALUES (?1, ?2)")?;
    for (kind, term) in coder.lexicon().terms() {
        insert.execute([kind, term])?;
    }
    Ok(())
}

/// Pairs of countries of actor and recipient, '' where there is none. Where all sides are actors, as in a meeting, each is the
/// others' recipient.
fn dyads(event: &Event) -> BTreeSet<(&str, &str)> {
    let (mut actors, mut recipients) = (countries(&event.actor), countries(&event.recipient));
    if event.recipient.is_empty() && actors.len() > 1 {
        return actors.iter().flat_map(|&a| actors.iter().map(move |&b| (a, b))).filter(|(a, b)| a != b).collect();
    }
    for side in [&mut actors, &mut recipients] {
        if side.is_empty() {
            side.insert("");
        }
    }
    actors.iter().flat_map(|&a| recipients.iter().map(move |&b| (a, b))).collect()
}

fn countries(side: &[Participant]) -> BTreeSet<&str> {
    side.iter().filter_map(|p| p.country.as_deref()).collect()
}

fn participant(
    transaction: &Transaction,
    event: i64,
    role: &str,
    position: usize,
    who: &Value,
) -> rusqlite::Result<()> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO participants (event, role, position, text, start, end, name, actor, country, sector, guessed, kind)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
    )?;
    insert.execute(params![
        event,
        role,
        position as i64,
        who["text"].as_str(),
        who["start"].as_i64(),
        who["end"].as_i64(),
        who["name"].as_str(),
        who["id"].as_str(),
        who["country"].as_str(),
        who["sector"].as_str(),
        who["guessed"].as_bool().unwrap_or_default(),
        who["kind"].as_str(),
    ])?;
    Ok(())
}
