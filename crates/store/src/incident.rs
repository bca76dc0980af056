//! Near-copies and incidents in the store.
//!
//! When an article is stored its copy is looked for ([`copy_of`]), its events are gathered to reports and each report is put into its
//! blocks ([`reports`]). [`Store::merge_incidents`] then merges anew the blocks that have got reports, and the incidents that hang
//! together with them; what it does follows from the reports in the store alone, not from the runs in which they came.

use crate::read::{EventRow, ParticipantRow, event};
use crate::{Store, StoreError};
use polybius_incidents::near_copy::{Signature, THRESHOLD, bands, similarity};
use polybius_incidents::{
    Attribution, Auxiliary, Figure, Incident, Mention, Participant, Place, Report, block_keys, gather,
};
use polybius_incidents::{merge_block, unite};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use std::collections::{BTreeSet, HashSet};

/// Blocks merged in one transaction.
const BLOCKS: usize = 32;
/// Articles with a key in common that a new one is compared with; bounds the time where thousands share a paragraph.
const CANDIDATES: usize = 50;

/// Keeps the signature of an article, and tells and stores of which earlier article it is a copy: the first of the group.
pub(crate) fn copy_of(transaction: &Transaction, article: i64, signature: &Signature) -> rusqlite::Result<Option<i64>> {
    let keys = bands(signature);
    let mut candidates = BTreeSet::new();
    let mut select =
        transaction.prepare_cached("SELECT article FROM bands WHERE band = ?1 ORDER BY article LIMIT ?2")?;
    for key in &keys {
        for found in select.query_map(params![*key as i64, CANDIDATES as i64], |row| row.get::<_, i64>(0))? {
            candidates.insert(found?);
        }
    }
    let mut best: Option<(f64, i64)> = None;
    let mut select = transaction.prepare_cached("SELECT signature FROM signatures WHERE article = ?1")?;
    for candidate in candidates.into_iter().take(CANDIDATES) {
        let bytes: Vec<u8> = select.query_row([candidate], |row| row.get(0))?;
        let alike = Signature::from_bytes(&bytes).map_or(0.0, |other| similarity(signature, &other));
        if alike >= THRESHOLD && best.is_none_or(|(b, _)| alike > b) {
            best = Some((alike, candidate));
        }
    }
    let mut insert = transaction.prepare_cached("INSERT OR IGNORE INTO bands (band, article) VALUES (?1, ?2)")?;
    for key in &keys {
        insert.execute(params![*key as i64, article])?;
    }
    transaction
        .prepare_cached("INSERT INTO signatures (article, signature) VALUES (?1, ?2)")?
        .execute(params![article, signature.to_bytes()])?;
    let Some((_, original)) = best else { return Ok(None) };
    let first = transaction
        .prepare_cached("SELECT ifnull(copy_of, id) FROM articles WHERE id = ?1")?
        .query_row([original], |row| row.get::<_, i64>(0))?;
    transaction.prepare_cached("UPDATE articles SET copy_of = ?1 WHERE id = ?2")?.execute([first, article])?;
    Ok(Some(first))
}

/// Gathers the events of a stored article to reports and puts these into their blocks.
pub(crate) fn reports(transaction: &Transaction, mentions: Vec<Mention>) -> rusqlite::Result<()> {
    let mut update = transaction.prepare_cached("UPDATE events SET report = ?1 WHERE id = ?2")?;
    let mut insert = transaction.prepare_cached("INSERT INTO blocks (block, report, cluster) VALUES (?1, ?2, ?2)")?;
    let mut unmerged = transaction.prepare_cached("INSERT OR IGNORE INTO unmerged (block) VALUES (?1)")?;
    for report in gather(mentions) {
        let number = number(report.id());
        for mention in &report.mentions {
            update.execute([number, self::number(&mention.id)])?;
        }
        let mut keys = block_keys(&report);
        if keys.is_empty() {
            // nothing to compare it by: an incident of its own
            keys.push(format!("alone/{number}"));
        }
        for key in keys {
            insert.execute(params![key, number])?;
            unmerged.execute([key])?;
        }
    }
    Ok(())
}

/// The mention's id of an event's number, such that mentions are in the order of their numbers.
pub(crate) fn mention_id(event: i64) -> String {
    format!("{event:015}")
}

fn number(id: &str) -> i64 {
    id.parse().unwrap_or_default()
}

impl Store {
    /// Brings the incidents up to date with the articles. Returns how many are new or changed; `progress` gets the blocks done and their
    /// number.
    pub fn merge_incidents(&mut self, progress: &mut dyn FnMut(usize, usize)) -> Result<usize, StoreError> {
        let path = self.path.clone();
        let merged = merge(&mut self.connection, progress);
        merged.map_err(|e| crate::sql_error(&path, e))
    }
}

fn merge(connection: &mut Connection, progress: &mut dyn FnMut(usize, usize)) -> rusqlite::Result<usize> {
    let blocks: Vec<String> = strings(connection, "SELECT block FROM unmerged ORDER BY block")?;
    for (done, part) in blocks.chunks(BLOCKS).enumerate() {
        let transaction = connection.transaction()?;
        for block in part {
            cluster(&transaction, block)?;
        }
        transaction.commit()?;
        progress((done * BLOCKS + part.len()).min(blocks.len()), blocks.len());
    }
    // in one piece: until it is done the blocks count as not merged
    let transaction = connection.transaction()?;
    let mut seen = HashSet::new();
    let mut changed = 0;
    for block in &blocks {
        let mut select = transaction.prepare_cached("SELECT report FROM blocks WHERE block = ?1 ORDER BY report")?;
        let reports = select.query_map([block], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
        for component in unite(component_clusters(&transaction, reports, &mut seen)?) {
            changed += usize::from(store(&transaction, &component)?);
        }
    }
    transaction.execute("DELETE FROM unmerged", [])?;
    transaction.commit()?;
    Ok(changed)
}

fn strings(connection: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    connection.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

/// Merges the reports of one block anew.
fn cluster(transaction: &Transaction, block: &str) -> rusqlite::Result<()> {
    let mut select = transaction.prepare_cached("SELECT report FROM blocks WHERE block = ?1 ORDER BY report")?;
    let numbers = select.query_map([block], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let reports = numbers.iter().map(|&n| report(transaction, n)).collect::<rusqlite::Result<Vec<_>>>()?;
    // whoever is in no cluster is one alone
    transaction.prepare_cached("UPDATE blocks SET cluster = report WHERE block = ?1")?.execute([block])?;
    let mut update = transaction.prepare_cached("UPDATE blocks SET cluster = ?1 WHERE block = ?2 AND report = ?3")?;
    for members in merge_block(block, &reports.iter().collect::<Vec<_>>()) {
        let first = members.iter().map(|&i| numbers[i]).min().unwrap_or_default();
        for member in members {
            update.execute(params![first, block, numbers[member]])?;
        }
    }
    Ok(())
}

/// The clusters that hang together with these reports, over all blocks; reports in `seen` have been looked at.
fn component_clusters(
    transaction: &Transaction,
    reports: Vec<i64>,
    seen: &mut HashSet<i64>,
) -> rusqlite::Result<Vec<Vec<i64>>> {
    let mut of_report = transaction.prepare_cached("SELECT block, cluster FROM blocks WHERE report = ?1")?;
    let mut of_cluster = transaction.prepare_cached("SELECT report FROM blocks WHERE block = ?1 AND cluster = ?2")?;
    let (mut clusters, mut known) = (Vec::new(), HashSet::new());
    let mut open: Vec<i64> = reports.into_iter().filter(|r| seen.insert(*r)).collect();
    while let Some(report) = open.pop() {
        let found = of_report.query_map([report], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))?;
        for (block, cluster) in found.collect::<rusqlite::Result<Vec<_>>>()? {
            if !known.insert((block.clone(), cluster)) {
                continue;
            }
            let members = of_cluster
                .query_map(params![block, cluster], |row| row.get(0))?
                .collect::<rusqlite::Result<Vec<i64>>>()?;
            open.extend(members.iter().filter(|r| seen.insert(**r)));
            clusters.push(members);
        }
    }
    Ok(clusters)
}

/// Stores the incident of these reports, which replaces those that their events were in; returns whether anything changed.
fn store(transaction: &Transaction, numbers: &[i64]) -> rusqlite::Result<bool> {
    let reports = numbers.iter().map(|&n| report(transaction, n)).collect::<rusqlite::Result<Vec<_>>>()?;
    let incident = Incident::of(&reports.iter().collect::<Vec<_>>());
    let id = number(&incident.id);
    let mut of_event = transaction.prepare_cached("SELECT incident, quad, day FROM events WHERE id = ?1")?;
    let mut before = BTreeSet::new();
    let (mut quad, mut day) = (String::new(), None::<String>);
    for event in &incident.events {
        let (was, q, d): (Option<i64>, String, String) =
            of_event.query_row([number(event)], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        before.insert(was);
        if *event == incident.wording_event || quad.is_empty() {
            quad = q;
        }
        if !d.is_empty() && day.as_ref().is_none_or(|x| d < *x) {
            day = Some(d);
        }
    }
    let mut set = transaction.prepare_cached("UPDATE events SET incident = ?1 WHERE id = ?2 AND incident IS NOT ?1")?;
    for event in &incident.events {
        set.execute([id, number(event)])?;
    }
    // an incident whose first event has gone to another is no more
    let mut delete = transaction.prepare_cached(
        "DELETE FROM incidents WHERE id = ?1 AND (SELECT incident FROM events WHERE events.id = ?1) IS NOT ?1",
    )?;
    for old in before.into_iter().flatten() {
        delete.execute([old])?;
    }
    let summary = serde_json::to_string(&incident).unwrap_or_default();
    let known: Option<String> = transaction
        .prepare_cached("SELECT summary FROM incidents WHERE id = ?1")?
        .query_row([id], |row| row.get(0))
        .optional()?;
    if known.as_ref() == Some(&summary) {
        return Ok(false);
    }
    let mut insert = transaction.prepare_cached(
        "INSERT OR REPLACE INTO incidents (id, event, mode, quad, expected, first, last, day, place, country, lat, lon, wording, events,
           articles, reports, publishers, disputed, summary)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)",
    )?;
    let place = incident.place.as_ref();
    insert.execute(params![
        id,
        incident.category,
        incident.mode,
        quad,
        incident.expected,
        incident.dates.as_ref().map(|d| &d.0),
        incident.dates.as_ref().map(|d| &d.1),
        day.unwrap_or_default(),
        place.map(|p| &p.name),
        place.and_then(|p| p.country.as_ref()),
        place.and_then(|p| p.lat),
        place.and_then(|p| p.lon),
        incident.wording,
        incident.events.len() as i64,
        incident.articles.len() as i64,
        incident.reports as i64,
        incident.publishers.len() as i64,
        incident.disagreements.len() as i64,
        summary,
    ])?;
    Ok(true)
}

/// A report with its mentions, out of the tables.
fn report(connection: &Connection, number: i64) -> rusqlite::Result<Report> {
    let mut select = connection.prepare_cached("SELECT id FROM events WHERE report = ?1 ORDER BY id")?;
    let numbers = select.query_map([number], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    let mut mentions = Vec::with_capacity(numbers.len());
    for n in numbers {
        mentions.extend(event(connection, n)?.map(mention));
    }
    mentions.sort_by(|a, b| (a.offset, &a.id).cmp(&(b.offset, &b.id)));
    let article = mentions.first().map(|m| m.article);
    let group = connection
        .prepare_cached("SELECT ifnull(copy_of, id) FROM articles WHERE id = ?1")?
        .query_row([article], |row| row.get(0))
        .optional()?;
    Ok(Report { mentions, group })
}

fn mention(row: EventRow) -> Mention {
    let is = |name: &str| row.auxiliary.iter().any(|a| a == name);
    let auxiliary = Auxiliary {
        historical: is("historical"),
        future: is("future"),
        hypothetical: is("hypothetical"),
        negation: is("negation"),
    };
    let source = |p: ParticipantRow| Attribution { kind: p.kind.clone().unwrap_or_default(), who: participant(p) };
    Mention {
        id: mention_id(row.number),
        article: row.article,
        title: row.title,
        publisher: row.publisher,
        published: row.published.and_then(|d| d.parse().ok()),
        category: row.event,
        mode: row.mode,
        actors: row.actor.into_iter().map(participant).collect(),
        recipients: row.recipient.into_iter().map(participant).collect(),
        date: row.date,
        place: row.place.map(|p| Place {
            name: p.name.unwrap_or(p.text),
            kind: p.kind,
            country: p.country,
            lat: p.lat,
            lon: p.lon,
            guessed: p.basis.is_some_and(|b| b != "text"),
        }),
        context: row.context,
        auxiliary,
        attribution: row.attribution.into_iter().map(source).collect(),
        figures: row
            .figures
            .into_iter()
            .map(|f| Figure {
                kind: f.kind,
                low: f.low.map(|n| n as u64),
                high: f.high.map(|n| n as u64),
                text: f.text,
            })
            .collect(),
        trigger: row.trigger,
        sentence: row.sentence,
        offset: row.sentence_start as usize,
        confidence: row.confidence,
    }
}

fn participant(p: ParticipantRow) -> Participant {
    Participant { text: p.text, name: p.name, country: p.country, sector: p.sector, guessed: p.guessed }
}
