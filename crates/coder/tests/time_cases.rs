//! The authored cases of `data/time_cases.tsv`: how many time expressions are found with exactly their words and their value.

use polybius_coder::{Coder, DateMention, Document};
use polybius_text::Article;

const CASES: &str = include_str!("data/time_cases.tsv");

/// The accuracy below which the test fails.
const FLOOR: f64 = 0.98;

/// What is found in a text, as the cases write it.
fn found(coder: &Coder, published: &str, text: &str) -> Vec<String> {
    let mut article = Article::from_lines("case", text);
    article.date = published.parse().ok();
    let document = Document::new(&article, coder.model(), coder.lexicon());
    let one = |d: &DateMention| {
        let value = d.value.as_deref().unwrap_or("?");
        let modifier = d.modifier.map_or(String::new(), |m| format!(" {m}"));
        format!("{} = {value}{modifier}", d.span.of(&article.text))
    };
    coder.code_document(&document).1.dates.iter().map(one).collect()
}

/// An expression is right if words and value are; one that should not be there counts as wrong.
#[test]
fn expressions_have_their_values() {
    let coder = Coder::new();
    let (mut right, mut all, mut cases) = (0usize, 0usize, 0usize);
    for line in CASES.lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let [published, text, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("three columns are needed: {line}")
        };
        cases += 1;
        let expected: Vec<&str> = if expected == "-" { Vec::new() } else { expected.split("; ").collect() };
        let found = found(&coder, published, text);
        let mut left = found.clone();
        for e in &expected {
            if let Some(at) = left.iter().position(|f| f == e) {
                left.remove(at);
            }
        }
        right += found.len() - left.len();
        all += expected.len().max(found.len());
        if !left.is_empty() || found.len() < expected.len() {
            println!("{published} {text}\n  expected {}\n  found    {}", expected.join("; "), found.join("; "));
        }
    }
    let accuracy = right as f64 / all as f64;
    println!("{cases} cases: {right} of {all} expressions right, {accuracy:.3}");
    assert!(cases >= 300, "{cases} cases");
    assert!(accuracy >= FLOOR, "accuracy {accuracy:.3} is below {FLOOR}");
}

#[test]
fn without_a_day_of_publication_only_full_dates_have_values() {
    let coder = Coder::new();
    assert_eq!(found(&coder, "", "They met on Monday."), Vec::<String>::new());
    assert_eq!(found(&coder, "", "They met on May 7, 2013."), ["May 7, 2013 = 2013-05-07"]);
    assert_eq!(
        found(&coder, "", "MOSCOW, July 22, 2013 (AP) - They met on Monday."),
        ["July 22, 2013 = 2013-07-22", "Monday = 2013-07-22"]
    );
}

#[test]
fn odd_input_does_not_break_it() {
    let coder = Coder::new();
    for text in [
        "May 99, 2013",
        "9999 decades ago",
        "within 9999 years of 9999 weeks from now",
        "0 years after the year 0",
        "31 February 2020",
        "in 9999",
        "32/13/2013 and 2013-99-99 and 1-1-1",
        "n’t o’clock ’90s ’s",
        "12:99 p.m. GMT at 25:00",
        "from 31 to 2 February",
        "the 99th century",
        "Q9 2013, H7, the fourth half of",
        "every",
        "the day before the",
        "9–9 9-9-9 May-May 2099-00",
    ] {
        for published in ["2013-07-22", "0001-01-01", "9999-12-31", ""] {
            let _ = found(&coder, published, text);
        }
    }
}

/// The dates of a text's events, in order.
fn event_dates(published: &str, text: &str) -> Vec<String> {
    let mut article = Article::from_lines("case", text);
    article.date = published.parse().ok();
    Coder::new().code(&article).into_iter().map(|e| e.date.unwrap_or_default()).collect()
}

#[test]
fn events_have_the_time_of_their_clause_or_of_the_one_above() {
    for (text, dates) in [
        ("Police arrested the mayor on Friday, firing tear gas at the crowd.", vec!["2013-07-19", "2013-07-19"]),
        (
            "Rebels attacked the town on Sunday, two days after the army had shelled the village.",
            vec!["2013-07-21", "2013-07-19"],
        ),
        ("France condemned the attack of 3 May.", vec!["2013-07-22"]),
        ("The rebels agreed on Friday to hand over their weapons by the end of the year.", vec!["2013-07-19"]),
    ] {
        assert_eq!(event_dates("2013-07-22", text), dates, "{text}");
    }
}
