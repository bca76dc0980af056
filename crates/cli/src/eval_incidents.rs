//! `polybius eval-incidents`

use anyhow::{Context, Result};
use jiff::civil::Date;
use polybius_coder::{Coder, RecordWriter};
use polybius_incidents::near_copy::{self, Signature, THRESHOLD, signature, similarity};
use polybius_incidents::{Mention, Report, gather, merge, unite};
use polybius_text::Article;
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::{self, BufRead, BufReader, Write};
use std::path::Path;

/// One article; offsets are code points.
#[derive(Deserialize)]
struct Line {
    id: String,
    title: String,
    publisher: String,
    date: Date,
    text: String,
    /// The article that it is a reworked copy of.
    copy_of: Option<String>,
    mentions: Vec<Gold>,
}

/// Words that tell the main event of a story.
#[derive(Deserialize)]
struct Gold {
    story: String,
    event: String,
    start: usize,
    end: usize,
}

/// A gold mention that was coded: its story, the incident that its event is in, and whether the article is a copy.
struct Scored {
    story: String,
    incident: usize,
    copy: bool,
}

/// Scores the merging of mentions to incidents, and the finding of near-copies, on a file of articles in JSON Lines.
pub fn run(file: &Path, errors: bool) -> Result<bool> {
    let name = || file.display().to_string();
    let input = BufReader::new(std::fs::File::open(file).with_context(name)?);
    let coder = Coder::new();
    let mut lines: Vec<Line> = Vec::new();
    for (number, line) in input.lines().enumerate() {
        let line = line.with_context(name)?;
        if !line.trim().is_empty() {
            lines.push(serde_json::from_str(&line).with_context(|| format!("{}, line {}", name(), number + 1))?);
        }
    }
    let signatures: Vec<Signature> = lines.iter().map(|l| signature(&l.text)).collect();
    let mut out = io::stdout().lock();
    let groups = score_copies(&mut out, &lines, &signatures)?;

    let mut reports: Vec<Report> = Vec::new();
    // by article, the coded events with the code points of their triggers
    let mut coded: Vec<Vec<(String, String, usize, usize)>> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        let mut article = Article::from_lines(line.id.clone(), line.text.clone());
        article.title = Some(line.title.clone());
        article.publisher = Some(line.publisher.clone());
        article.date = Some(line.date);
        let record = RecordWriter::new(&article).article(&coder.code(&article), true);
        let at = |e: &serde_json::Value, end: &str| e["trigger"][end].as_u64().unwrap_or(0) as usize;
        let words = |v: &serde_json::Value| v.as_str().unwrap_or("").to_owned();
        let events = record["events"].as_array().into_iter().flatten();
        coded.push(events.map(|e| (words(&e["id"]), words(&e["event"]), at(e, "start"), at(e, "end"))).collect());
        for mut report in gather(Mention::of_record(&record, number as i64)?) {
            report.group = Some(groups[number]);
            reports.push(report);
        }
    }
    let incidents = merge(&reports);
    let incident_of: HashMap<&str, usize> =
        incidents.iter().enumerate().flat_map(|(i, x)| x.events.iter().map(move |e| (e.as_str(), i))).collect();

    let (mut scored, mut missed) = (Vec::new(), 0);
    let (mut articles, mut told) = (0, 0);
    for (line, events) in lines.iter().zip(&coded) {
        let before = scored.len();
        for gold in &line.mentions {
            let over = || events.iter().filter(|e| e.2 < gold.end && gold.start < e.3);
            // of several events on the same words that of the story's category
            let Some(event) = over().find(|e| e.1 == gold.event).or_else(|| over().next()) else {
                missed += 1;
                continue;
            };
            let incident = incident_of[event.0.as_str()];
            scored.push(Scored { story: gold.story.clone(), incident, copy: line.copy_of.is_some() });
        }
        articles += 1;
        told += usize::from(scored.len() > before);
    }
    let stories: HashSet<&str> = lines.iter().flat_map(|l| l.mentions.iter().map(|m| m.story.as_str())).collect();
    let mentions = scored.len() + missed;
    writeln!(out, "{} stories, {articles} articles, {told} of them with the main event coded", stories.len())?;
    writeln!(out, "{mentions} mentions of main events, {} coded, {} incidents in all", scored.len(), incidents.len())?;
    let row = |name: &str, list: &[&Scored]| {
        let (p, r) = b_cubed(&list.iter().map(|s| (s.story.as_str(), s.incident)).collect::<Vec<_>>());
        format!("{name:34} B³ precision {p:.3}  recall {r:.3}  F1 {:.3}  ({})", 2.0 * p * r / (p + r), list.len())
    };
    writeln!(out, "{}", row("mentions coded", &scored.iter().collect::<Vec<_>>()))?;
    let own: Vec<&Scored> = scored.iter().filter(|s| !s.copy).collect();
    writeln!(out, "{}", row("mentions coded, without copies", &own))?;
    if errors {
        show_errors(&mut out, &scored)?;
    }
    Ok(true)
}

/// Precision and recall of B³ (Bagga & Baldwin 1998): the mean over all mentions of the share of its incident that is of its story, and of
/// the share of its story that is in its incident.
fn b_cubed(mentions: &[(&str, usize)]) -> (f64, f64) {
    let (mut stories, mut incidents): (HashMap<&str, f64>, HashMap<usize, f64>) = Default::default();
    let mut both: HashMap<(&str, usize), f64> = HashMap::new();
    for &(story, incident) in mentions {
        *stories.entry(story).or_default() += 1.0;
        *incidents.entry(incident).or_default() += 1.0;
        *both.entry((story, incident)).or_default() += 1.0;
    }
    let count = mentions.len().max(1) as f64;
    let mean = |share: &dyn Fn(&(&str, usize)) -> f64| mentions.iter().map(share).sum::<f64>() / count;
    (mean(&|m| both[m] / incidents[&m.1]), mean(&|m| both[m] / stories[m.0]))
}

/// Scores near-copies over all pairs of articles; gives each article's group.
fn score_copies(out: &mut impl Write, lines: &[Line], signatures: &[Signature]) -> Result<Vec<i64>> {
    let original: Vec<&str> = lines.iter().map(|l| l.copy_of.as_deref().unwrap_or(&l.id)).collect();
    let keys: Vec<HashSet<u64>> = signatures.iter().map(|s| near_copy::bands(s).into_iter().collect()).collect();
    let (mut right, mut found, mut gold, mut met) = (0, 0, 0, 0);
    let (mut highest_other, mut lowest_copy) = (0.0f64, 1.0f64);
    let mut groups: Vec<Vec<usize>> = (0..lines.len()).map(|i| vec![i]).collect();
    for i in 0..lines.len() {
        for j in 0..i {
            let copies = original[i] == original[j];
            let meet = !keys[i].is_disjoint(&keys[j]);
            let alike = similarity(&signatures[i], &signatures[j]);
            if copies {
                lowest_copy = lowest_copy.min(alike);
            } else {
                highest_other = highest_other.max(alike);
            }
            let taken = meet && alike >= THRESHOLD;
            if taken {
                groups.push(vec![i, j]);
            }
            gold += usize::from(copies);
            found += usize::from(taken);
            right += usize::from(taken && copies);
            met += usize::from(meet);
        }
    }
    let pairs = lines.len() * (lines.len() - 1) / 2;
    writeln!(
        out,
        "near-copies: {right} of {gold} found, {} wrong; {met} of {pairs} pairs met in a band; similarity of copies from {lowest_copy:.2}, of \
         others to {highest_other:.2}",
        found - right
    )?;
    let mut group = vec![0; lines.len()];
    for members in unite(groups) {
        for &i in &members {
            group[i] = members[0] as i64;
        }
    }
    Ok(group)
}

/// For each story the incidents that its mentions are in, where it is not all of one.
fn show_errors(out: &mut impl Write, scored: &[Scored]) -> Result<()> {
    let mut stories: BTreeMap<&str, BTreeMap<usize, usize>> = BTreeMap::new();
    let mut incidents: BTreeMap<usize, BTreeMap<&str, usize>> = BTreeMap::new();
    for s in scored {
        *stories.entry(&s.story).or_default().entry(s.incident).or_default() += 1;
        *incidents.entry(s.incident).or_default().entry(&s.story).or_default() += 1;
    }
    let list = |counts: &mut dyn Iterator<Item = (String, &usize)>| {
        counts.map(|(what, n)| format!("{what} × {n}")).collect::<Vec<_>>().join(", ")
    };
    for (story, parts) in stories.iter().filter(|s| s.1.len() > 1) {
        writeln!(out, "story {story} is in incidents {}", list(&mut parts.iter().map(|(i, n)| (i.to_string(), n))))?;
    }
    for (incident, parts) in incidents.iter().filter(|i| i.1.len() > 1) {
        writeln!(
            out,
            "incident {incident} has stories {}",
            list(&mut parts.iter().map(|(s, n)| ((*s).to_owned(), n)))
        )?;
    }
    Ok(())
}
