//! The examples in the lexicons of events and contexts, run as tests: `SENTENCE => ACTORS > RECIPIENTS`, or `SENTENCE => none`,
//! `SENTENCE => context, context` and `SENTENCE => CODE`.

use crate::{Coder, Event, Participant};
use polybius_text::Article;
use std::collections::BTreeSet;

/// What came of running the examples.
#[derive(Debug, Default)]
pub struct ExampleReport {
    /// How many were run.
    pub examples: usize,
    /// For each that failed: the frame, the sentence, what was expected and what was coded.
    pub failures: Vec<String>,
}

/// Codes every example of every frame. An example holds if its frame (or another of the same category) codes an event with the expected
/// countries on both sides, or, for `none`, if its frame codes nothing. Then those of every context and every finer code.
pub fn check_examples(coder: &Coder) -> ExampleReport {
    let mut report = ExampleReport::default();
    for frame in coder.lexicon().frames() {
        let mut all: Vec<(&str, &String)> = frame.examples.iter().map(|e| ("", e)).collect();
        for (predicate, examples) in frame.verbs.iter().chain(&frame.nouns) {
            all.extend(examples.iter().map(|e| (predicate.as_str(), e)));
        }
        all.sort_unstable();
        for (predicate, example) in all {
            report.examples += 1;
            if let Err(problem) = run(coder, &frame.id, &frame.event, predicate, example) {
                report.failures.push(format!("{}: {example}\n    {problem}", frame.id));
            }
        }
    }
    for context in &coder.lexicon().contexts.list {
        for example in &context.examples {
            report.examples += 1;
            if let Err(problem) = run_context(coder, example) {
                report.failures.push(format!("{}: {example}\n    {problem}", context.name));
            }
        }
    }
    for rule in &coder.lexicon().codes.rules {
        for example in &rule.examples {
            report.examples += 1;
            if let Err(problem) = run_code(coder, example) {
                report.failures.push(format!("code {}: {example}\n    {problem}", rule.code));
            }
        }
    }
    report
}

/// An example of a finer code reads `SENTENCE => CODE`: one of its events has that code.
fn run_code(coder: &Coder, example: &str) -> Result<(), String> {
    let (sentence, expected) = example.rsplit_once("=>").ok_or("an example reads `SENTENCE => CODE`")?;
    let events = events(coder, sentence);
    if events.iter().any(|e| e.cameo.as_deref() == Some(expected.trim())) {
        return Ok(());
    }
    let shown = |e: &Event| format!("{} {} ({})", e.category, e.cameo.as_deref().unwrap_or("-"), e.rule);
    let shown: Vec<String> = events.iter().map(shown).collect();
    Err(if shown.is_empty() { "nothing was coded".to_owned() } else { format!("coded: {}", shown.join("; ")) })
}

/// The events of an example sentence, as if of a day's news.
fn events(coder: &Coder, sentence: &str) -> Vec<Event> {
    let mut article = Article::from_lines("example", sentence.trim());
    article.date = jiff::civil::Date::new(2024, 6, 12).ok();
    coder.code(&article)
}

/// An example of a context reads `SENTENCE => context, context`: those of its events together, all of them and no other.
fn run_context(coder: &Coder, example: &str) -> Result<(), String> {
    let (sentence, expected) = example.rsplit_once("=>").ok_or("an example reads `SENTENCE => context, context`")?;
    let events = events(coder, sentence);
    if events.is_empty() {
        return Err("nothing was coded".to_owned());
    }
    let expected: BTreeSet<&str> = expected.split(',').map(str::trim).filter(|c| *c != "none").collect();
    let given: BTreeSet<&str> = events.iter().flat_map(|e| e.context.iter().map(String::as_str)).collect();
    let shown =
        || if given.is_empty() { "none".to_owned() } else { given.iter().copied().collect::<Vec<_>>().join(", ") };
    if given == expected { Ok(()) } else { Err(format!("given: {}", shown())) }
}

fn run(coder: &Coder, frame: &str, category: &str, predicate: &str, example: &str) -> Result<(), String> {
    let (sentence, expected) = example.rsplit_once("=>").ok_or("an example reads `SENTENCE => ACTORS > RECIPIENTS`")?;
    let events = events(coder, sentence);
    let coded = || {
        let shown: Vec<String> = events
            .iter()
            .map(|e| format!("{} {} > {} ({})", e.category, codes(&e.actor), codes(&e.recipient), e.rule))
            .collect();
        if shown.is_empty() { "nothing was coded".to_owned() } else { format!("coded: {}", shown.join("; ")) }
    };
    if expected.trim() == "none" {
        let fires = events.iter().any(|e| e.rule.split(':').next() == Some(frame));
        return if fires { Err(coded()) } else { Ok(()) };
    }
    let (actors, recipients) = expected.split_once('>').ok_or("an example reads `SENTENCE => ACTORS > RECIPIENTS`")?;
    let right = events.iter().any(|e| {
        let same = e
            .rule
            .strip_prefix(frame)
            .and_then(|r| r.strip_prefix(':'))
            .is_some_and(|p| predicate.is_empty() || p == predicate)
            || e.category == category;
        same && matches(actors, &e.actor) && matches(recipients, &e.recipient)
    });
    if right { Ok(()) } else { Err(coded()) }
}

/// Are the countries (and sectors, where they are given) those of the side? `-` is a side without any.
fn matches(expected: &str, side: &[Participant]) -> bool {
    let wanted: BTreeSet<&str> =
        expected.split(['+', ' ']).map(str::trim).filter(|w| !w.is_empty() && *w != "-").collect();
    let countries: BTreeSet<&str> = side.iter().filter_map(|p| p.country.as_deref()).collect();
    let wanted_countries: BTreeSet<&str> =
        wanted.iter().filter_map(|w| w.split('.').next()).filter(|c| *c != "?").collect();
    let sectors = wanted
        .iter()
        .filter_map(|w| w.split_once('.'))
        .all(|(_, s)| side.iter().any(|p| p.sector.as_deref() == Some(s)));
    countries == wanted_countries && sectors
}

fn codes(side: &[Participant]) -> String {
    let shown: Vec<String> = side
        .iter()
        .map(|p| format!("{}.{}", p.country.as_deref().unwrap_or("?"), p.sector.as_deref().unwrap_or("?")))
        .collect();
    if shown.is_empty() { "-".to_owned() } else { shown.join("+") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_example_of_the_lexicon_is_coded_as_it_says() {
        let report = super::check_examples(&crate::Coder::new());
        assert!(report.examples >= 600, "{} examples", report.examples);
        assert!(report.failures.is_empty(), "{}", report.failures.join("\n"));
    }
}
