//! What an article is about, as far as it decides whether words of war and politics are meant as such: in news of sport, business, culture,
//! weather and accidents strikers fire, storms invade and shares rally.

use crate::document::Document;
use crate::entity::Entities;
use crate::frame::{Candidate, Party};
use crate::lexicon::{Lexicon, Named, bad, bad_toml};
use crate::terms::Terms;
use polybius_actors::{File, Problem};
use polybius_text::Span;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The topic of `lexicon/topics/` that stands against all others.
const POLITICS: &str = "politics";

/// The fewest terms of other topics that tell an article's topic, and how many it takes to outweigh one of politics.
const ENOUGH: usize = 4;
const OUTWEIGHS: usize = 4;

/// What the files of `lexicon/topics/` list.
#[derive(Debug, Default)]
pub(crate) struct TopicTerms {
    /// The value of a term is whether it is one of politics.
    terms: Terms<bool>,
    /// What kills and destroys without anybody's will.
    pub(crate) unwilled: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicFile {
    #[serde(default)]
    unwilled: Vec<String>,
    #[serde(default)]
    topic: BTreeMap<String, Topic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    terms: Vec<String>,
}

impl TopicTerms {
    /// Adds what a file lists.
    pub(crate) fn read(&mut self, file: &File, problems: &mut Vec<Problem>) {
        let read: TopicFile = match toml::from_str(&file.text) {
            Ok(read) => read,
            Err(error) => return problems.push(bad_toml(file, &error)),
        };
        self.unwilled.extend(read.unwilled);
        for (name, topic) in read.topic {
            for term in topic.terms {
                if !self.terms.add(&term, name == POLITICS) {
                    let what = format!("the term `{term}` of the topic `{name}` has no word");
                    problems.push(bad(file, 0, what, "write one or delete it"));
                }
            }
        }
    }
}

/// How many terms of politics and of other topics a stretch of text has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Counts {
    politics: usize,
    other: usize,
}

/// How much an article speaks of politics and of other topics, by sentence and altogether.
pub(crate) struct Topics {
    sentences: Vec<Counts>,
    article: Counts,
    /// The words that speak of other topics, by sentence.
    others: Vec<Vec<Span>>,
}

impl Topics {
    /// Counts the terms of `lexicon/topics/` and, as terms of politics, the names of public people and bodies.
    pub(crate) fn of(document: &Document, entities: &Entities, lexicon: &Lexicon) -> Self {
        let mut topics = Topics { sentences: Vec::new(), article: Counts::default(), others: Vec::new() };
        for (sentence, names) in document.sentences.iter().zip(&entities.matches) {
            let mut hits = Vec::new();
            lexicon.topics.terms.find(&sentence.tree, |start, end, &politics| hits.push((start, end, politics)));
            // a "spy novel" is no spy, and a word counts once, whatever it is a term of
            let inside =
                |h: &(usize, usize, bool)| hits.iter().any(|o| o.0 <= h.0 && h.1 <= o.1 && o.1 - o.0 > h.1 - h.0);
            let mut words: Vec<(usize, bool)> = hits.iter().filter(|h| !inside(h)).map(|h| (h.0, h.2)).collect();
            words.sort_unstable();
            words.dedup();
            let politics = words.iter().filter(|w| w.1).count();
            let mut counts = Counts { politics, other: words.len() - politics };
            counts.politics += names.iter().filter(|m| m.meanings.iter().all(is_public_name)).count();
            topics.article.politics += counts.politics;
            topics.article.other += counts.other;
            topics.sentences.push(counts);
            topics.others.push(words.iter().filter(|w| !w.1).map(|w| sentence.tokens[w.0]).collect());
        }
        topics
    }

    /// Can the event be meant as its words say? Where the words of other topics outweigh those of politics, only what public actors do
    /// is, and only in a sentence that speaks of politics, unless the event's words are seldom figurative (`literal`).
    pub(crate) fn allow(&self, c: &Candidate, entities: &Entities, literal: bool) -> bool {
        let here = self.sentences[c.sentence];
        let outweighed = self.article.other >= OUTWEIGHS * self.article.politics
            || self.article.other > self.article.politics && here.other > here.politics;
        // a sentence of its own kind ("ten journalists were killed in two attacks") is read by its own words
        let of_politics = here.politics > 1 && here.politics > here.other;
        if self.article.other < ENOUGH || !outweighed || of_politics {
            return true;
        }
        // "officials of the club" hold no power
        let powerful = |m: &Party| {
            let private = || self.others[c.sentence].iter().any(|word| m.span.contains(*word));
            entities.of(*m).holds_power() && (literal || here.politics > 0 && !private())
        };
        c.actors.iter().chain(&c.recipients).any(powerful)
    }
}

fn is_public_name(named: &Named) -> bool {
    match named {
        Named::Person { sector, .. } | Named::Group { sector, .. } => holds_power(sector),
        Named::Country { .. } => false,
    }
}

/// Is it a sector of those who govern, fight, judge or strive for power?
pub(crate) fn holds_power(sector: &str) -> bool {
    matches!(
        sector,
        "GOV" | "MIL" | "LEG" | "JUD" | "COP" | "SPY" | "PTY" | "OPP" | "REB" | "PRM" | "UAF" | "IGO" | "REF"
    )
}

#[cfg(test)]
mod tests {
    use crate::Coder;
    use polybius_text::Article;

    fn categories(text: &str) -> Vec<String> {
        Coder::new().code(&Article::from_lines("a", text)).into_iter().map(|e| e.category).collect()
    }

    #[test]
    fn sport_borrows_the_words_of_war() {
        let match_report = "The French striker fired twice as the league leaders attacked Bordeaux.\n\n\
            Their goalkeeper surrendered in the second half, and the coach accused the referee.";
        assert_eq!(categories(match_report), [] as [&str; 0]);
    }

    #[test]
    fn what_public_actors_do_is_coded_among_sport_too() {
        let report = "The striker scored twice before half-time, and the league leaders won the match.\n\n\
            The Greek government condemned Turkey over the riot in the stadium.";
        assert_eq!(categories(report), ["ACCUSE"]);
    }

    #[test]
    fn nature_assaults_nobody() {
        assert_eq!(categories("A cyclone killed twelve Indian soldiers."), [] as [&str; 0]);
        assert_eq!(categories("Rebels killed twelve Indian soldiers."), ["ASSAULT"]);
    }
}
