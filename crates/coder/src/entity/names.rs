//! The lexicon's names in an article, and which country it is about.

use super::MEDIA;
use crate::document::Document;
use crate::lexicon::{Lexicon, Named, Naming, key};
use jiff::civil::Date;
use polybius_syntax::{Tree, Upos};

/// A name found by the lexicon: words `start..end` of a sentence.
#[derive(Clone, Debug)]
pub(crate) struct Match<'l> {
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) meanings: Vec<Named<'l>>,
}

/// What the country of the dateline counts towards the article's focus; a name counts 2.
const DATELINE: usize = 4;

/// The country that a dateline names, or whose town it names.
fn country_of_dateline<'l>(dateline: &str, lexicon: &'l Lexicon) -> Option<&'l str> {
    let titled = |word: &str| -> String {
        let rest = word.chars().skip(1).collect::<String>().to_lowercase();
        word.chars().take(1).chain(rest.chars()).collect()
    };
    let words: Vec<String> = dateline
        .split(|c: char| !c.is_alphanumeric() && !"-'’".contains(c))
        .filter(|w| !w.is_empty())
        .map(titled)
        .collect();
    (0..words.len()).find_map(|from| {
        let words: Vec<&str> = words[from..].iter().map(String::as_str).collect();
        let (code, naming, _) = lexicon.country_named(&words)?;
        (naming != Naming::Demonym && !code.is_empty()).then_some(code)
    })
}

/// The names of the lexicon in each sentence of a document.
pub(crate) fn find_all_names<'l>(document: &Document, lexicon: &'l Lexicon) -> Vec<Vec<Match<'l>>> {
    let mut all: Vec<Vec<Match>> =
        document.sentences.iter().map(|s| find_names(&s.tree, lexicon, document.article.date)).collect();
    find_halves(document, &mut all, lexicon);
    all
}

/// "the North" and "the South" where the article speaks of a country that has another half ("North Korea"), and the first half of
/// "North and South Korea".
fn find_halves<'l>(document: &Document, all: &mut [Vec<Match<'l>>], lexicon: &'l Lexicon) {
    let mut halves: Vec<(String, Vec<Named<'l>>)> = Vec::new();
    for (sentence, matches) in document.sentences.iter().zip(all.iter()) {
        for m in matches.iter().filter(|m| m.end == m.start + 2) {
            let words: Vec<String> = (m.start..m.end).map(|i| key(&sentence.tree.words[i].form)).collect();
            let other = match words[0].as_str() {
                "North" => "South",
                "South" => "North",
                "East" => "West",
                "West" => "East",
                _ => continue,
            };
            let sibling = lexicon.actors.exact(&[other.to_owned(), words[1].clone()]);
            let is_country = |n: &Named| matches!(n, Named::Country { naming: Naming::Name, .. });
            if !sibling.iter().any(is_country) || !m.meanings.iter().any(is_country) {
                continue;
            }
            for (word, meanings) in [(other, sibling), (words[0].as_str(), m.meanings.clone())] {
                if halves.iter().all(|h| h.0 != word) {
                    halves.push((word.to_owned(), meanings));
                }
            }
        }
    }
    if halves.is_empty() {
        return;
    }
    for (sentence, matches) in document.sentences.iter().zip(all) {
        let words = &sentence.tree.words;
        for i in 0..words.len() {
            let title = words[i].form[..].chars().take(1).flat_map(char::to_uppercase);
            let word: String = title.chain(words[i].form.chars().skip(1)).collect();
            let Some((_, meanings)) = halves.iter().find(|h| h.0 == word) else { continue };
            let free = matches.iter().all(|m| i < m.start || m.end <= i);
            let alone = i > 0
                && words[i - 1].form.eq_ignore_ascii_case("the")
                && !words.get(i + 1).is_some_and(|n| n.upos == Upos::Propn || n.upos == Upos::Noun || n.form == "of");
            let shared = words.get(i + 1).is_some_and(|w| w.form == "and")
                && matches.iter().any(|m| m.start == i + 2 && m.end == i + 4);
            if free && (alone || shared) {
                matches.push(Match { start: i, end: i + 1, meanings: meanings.clone() });
            }
        }
        matches.sort_by_key(|m| m.start);
    }
}

/// Longest names of the lexicon in a sentence, left to right.
fn find_names<'l>(tree: &Tree, lexicon: &'l Lexicon, day: Option<Date>) -> Vec<Match<'l>> {
    let keys: Vec<String> = tree.words.iter().map(|w| key(&w.form)).collect();
    let shouting = tree.words.len() > 3 && tree.words.iter().all(|w| w.form.to_uppercase() == w.form);
    let mut found = Vec::new();
    let mut i = 0;
    while i < keys.len() {
        let mut hit = lexicon.actors.longest(&keys[i..]);
        if hit.is_none() && shouting && keys[i].len() > 3 {
            let titled: String = keys[i].chars().take(1).chain(keys[i].to_lowercase().chars().skip(1)).collect();
            let meanings = lexicon.actors.exact(&[titled]);
            hit = (!meanings.is_empty()).then_some((1, meanings));
        }
        match hit {
            Some((length, mut meanings)) if !part_of_longer_name(tree, i, length, &meanings) => {
                // "Southern Sudan" was of Sudan until it was South Sudan
                let held = |n: &Named| day.is_none_or(|day| n.period().holds(day));
                let country = |n: &Named| matches!(n, Named::Country { .. });
                if meanings.iter().any(|n| country(n) && held(n)) {
                    meanings.retain(|n| !country(n) || held(n));
                }
                found.push(Match { start: i, end: i + length, meanings });
                i += length;
            }
            _ => i += 1,
        }
    }
    found
}

/// Is this single word a piece of somebody's unknown name ("Michael Jordan", "Paris Laurent")?
fn part_of_longer_name(tree: &Tree, start: usize, length: usize, meanings: &[Named]) -> bool {
    let w = &tree.words[start];
    if length > 1
        || !matches!(meanings[0], Named::Country { naming: Naming::Name | Naming::Capital | Naming::Place, .. })
    {
        return false;
    }
    let is_name = |i: usize| {
        tree.words
            .get(i)
            .is_some_and(|n| n.upos == Upos::Propn && n.form.starts_with(char::is_uppercase) && n.form.len() > 2)
    };
    let flat = w.rel() == "flat" && start > 0 && is_name(start - 1) && w.head == Some(start - 1);
    let first =
        is_name(start + 1) && tree.words[start + 1].rel() == "flat" && tree.words[start + 1].head == Some(start);
    flat || first
}

/// How often each country is named, the dateline and the first sentences counting more; media and international bodies do not count.
pub(super) fn country_weights(document: &Document, matches: &[Vec<Match>], lexicon: &Lexicon) -> Vec<(String, usize)> {
    let mut weight: Vec<(&str, usize)> = Vec::new();
    if let Some(dateline) = document.datelines.first() {
        weight.extend(country_of_dateline(dateline.of(&document.article.text), lexicon).map(|c| (c, DATELINE)));
    }
    for (s, list) in matches.iter().enumerate() {
        for m in list {
            let code = match &m.meanings[0] {
                Named::Country { code, .. } => code,
                Named::Person { country, .. } => country,
                Named::Group { sector: MEDIA, .. } => continue,
                Named::Group { country, .. } => country,
            };
            if matches!(*code, "IGO" | "NGO" | "MNC" | "IMG" | "ISM" | "") {
                continue;
            }
            // a group may fight abroad, "Kurdish" speaks of no country in particular, "the Kremlin" of its government
            let demonym = |n: &&Named| matches!(n, Named::Country { naming: Naming::Demonym, .. });
            let several = m.meanings.iter().filter(demonym).count() > 1;
            let metonym = matches!(m.meanings[0], Named::Country { naming: Naming::Metonym, .. });
            let group = matches!(m.meanings[0], Named::Group { .. });
            let points = if several || group { 1 } else { 2 + usize::from(s < 2) - usize::from(metonym) };
            match weight.iter_mut().find(|(c, _)| c == code) {
                Some((_, w)) => *w += points,
                None => weight.push((code, points)),
            }
        }
    }
    weight.into_iter().map(|(code, points)| (code.to_owned(), points)).collect()
}

/// The country most named, the earliest among equals.
pub(super) fn focus(weights: &[(String, usize)]) -> Option<String> {
    let best = weights.iter().map(|w| w.1).max()?;
    weights.iter().find(|w| w.1 == best).map(|w| w.0.clone())
}
