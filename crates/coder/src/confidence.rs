//! Confidence: the chance that a coded event is there and of its category, from what its record says.
//!
//! A logistic model of few features; its weights are those of `python training/confidence.py POLYBIUS corpus/dev.jsonl corpus/test.jsonl`,
//! which computes the same features from the records. `docs/results.md` has its reliability on news it was not fitted on.

use crate::event::{Event, Participant};
use crate::lexicon::Lexicon;

/// As `training/confidence.py` prints them, sorted by name.
const WEIGHTS: &[(&str, f64)] = &[
    ("actor known", 0.35),
    ("actor none", -0.14),
    ("actor unknown", -0.21),
    ("attributed", 0.08),
    ("bias", 0.81),
    ("events 1", -0.08),
    ("events 2", -0.13),
    ("events 3", 0.21),
    ("future", -0.03),
    ("historical", 0.33),
    ("hypothetical", -0.59),
    ("mode", 0.47),
    ("negation", -0.03),
    ("noun", -0.20),
    ("recipient known", 0.21),
    ("recipient none", -0.10),
    ("recipient unknown", -0.11),
    ("sentence 0", 0.34),
    ("sentence 1", 0.08),
    ("sentence 2", -0.07),
    ("sentence 3", -0.35),
    ("words 1", -0.23),
    ("words 2", 0.10),
    ("words 3", 0.13),
];

/// Code points a step of the length of a sentence.
const LENGTH: usize = 80;

/// The confidence of an event in an article of this text with `count` events, rounded to hundredths.
pub(crate) fn of(event: &Event, text: &str, count: usize, lexicon: &Lexicon) -> f64 {
    let sum: f64 = features(event, text, count, lexicon).into_iter().map(weight).sum();
    (100.0 / (1.0 + (-sum).exp())).round() / 100.0
}

/// A feature that the fit has not met says nothing.
fn weight(feature: &str) -> f64 {
    WEIGHTS.binary_search_by_key(&feature, |w| w.0).map_or(0.0, |at| WEIGHTS[at].1)
}

/// What the confidence rests on; the same as `features` in `training/confidence.py`.
fn features(event: &Event, text: &str, count: usize, lexicon: &Lexicon) -> Vec<&'static str> {
    let (frame, predicate) = event.rule.split_once(':').unwrap_or((&event.rule, ""));
    let noun = lexicon.frames.iter().any(|f| f.id == frame && f.nouns.contains_key(predicate));
    let mut all = vec!["bias"];
    if event.mode.is_some() {
        all.push("mode");
    }
    if noun {
        all.push("noun");
    }
    all.push(match predicate.split_whitespace().count() {
        0 | 1 => "words 1",
        2 => "words 2",
        _ => "words 3",
    });
    all.push(["actor none", "actor unknown", "actor known"][rank(&event.actor)]);
    all.push(["recipient none", "recipient unknown", "recipient known"][rank(&event.recipient)]);
    all.extend(event.auxiliary.names());
    if !event.attribution.is_empty() {
        all.push("attributed");
    }
    all.push(match count {
        0 | 1 => "events 1",
        2 => "events 2",
        _ => "events 3",
    });
    all.push(match event.sentence_span.of(text).chars().count() / LENGTH {
        0 => "sentence 0",
        1 => "sentence 1",
        2 => "sentence 2",
        _ => "sentence 3",
    });
    all
}

/// 0 for a side that is empty, 2 where of somebody on it country or sector is known, else 1.
fn rank(side: &[Participant]) -> usize {
    let known = side.iter().any(|p| p.country.is_some() || p.sector.is_some());
    usize::from(!side.is_empty()) + usize::from(known)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Coder;
    use polybius_text::Article;

    fn features_of(text: &str) -> Vec<Vec<&'static str>> {
        let coder = Coder::new();
        let article = Article::from_lines("a", text);
        let events = coder.code(&article);
        events.iter().map(|e| features(e, &article.text, events.len(), coder.lexicon())).collect()
    }

    /// The expected names are those that `features` of `training/confidence.py` gives for the record of the same sentence.
    #[test]
    fn features_are_those_of_the_script() {
        let expected =
            ["bias", "noun", "words 1", "actor known", "recipient known", "hypothetical", "events 1", "sentence 0"];
        assert_eq!(features_of("Rebels could attack the Syrian army."), [expected]);
    }

    #[test]
    fn weights_are_found_by_name() {
        assert!(WEIGHTS.is_sorted_by_key(|w| w.0));
        for list in features_of("The Ukrainian foreign ministry accused Russia of shelling the town.") {
            assert!(list.iter().all(|f| WEIGHTS.iter().any(|w| w.0 == *f) && weight(f) != 0.0), "{list:?}");
        }
    }

    #[test]
    fn what_may_never_be_is_less_certain() {
        let confidence = |text: &str| Coder::new().code(&Article::from_lines("a", text))[0].confidence;
        let (told, feared) =
            (confidence("Rebels attacked the Syrian army."), confidence("Rebels could attack the Syrian army."));
        assert!(0.0 < feared && feared < told && told < 1.0, "{feared} {told}");
    }
}
