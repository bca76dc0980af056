//! Terms of a lexicon found in sentences, in time linear in their words.

use crate::lexicon::{key, keys};
use polybius_syntax::{Tree, Upos};
use std::collections::HashMap;

/// A list of terms, each standing for a value.
///
/// A term is one word or several in a row, as they stand or as lemmas; a capital letter in it must be there ("Pride"). A term that begins
/// with "to" is a verb ("to vote"); a verb is found by its lemma only so, and else only where it stands as the term is written ("displaced").
#[derive(Debug)]
pub(crate) struct Terms<V> {
    by_first: HashMap<String, Vec<Term<V>>>,
}

#[derive(Debug)]
struct Term<V> {
    words: Vec<String>,
    verb: bool,
    value: V,
}

impl<V> Default for Terms<V> {
    fn default() -> Self {
        Terms { by_first: HashMap::new() }
    }
}

impl<V> Terms<V> {
    /// Adds a term; false if it has no word.
    pub(crate) fn add(&mut self, text: &str, value: V) -> bool {
        let mut words = keys(text);
        let verb = words.len() > 1 && words[0] == "to";
        if verb {
            words.remove(0);
        }
        let Some(first) = words.first() else { return false };
        self.by_first.entry(first.to_lowercase()).or_default().push(Term { words, verb, value });
        true
    }

    /// Hands on the value of each term found, with the words `start..end` where it stands.
    pub(crate) fn find(&self, tree: &Tree, mut hit: impl FnMut(usize, usize, &V)) {
        if self.by_first.is_empty() {
            return;
        }
        let forms: Vec<String> = tree.words.iter().map(|w| key(&w.form)).collect();
        let lower: Vec<String> = forms.iter().map(|f| f.to_lowercase()).collect();
        let is = |at: usize, word: &str| match (forms.get(at), lower.get(at)) {
            (Some(form), _) if word.contains(char::is_uppercase) => form == word,
            (_, Some(low)) => low == word || tree.words[at].lemma.eq_ignore_ascii_case(word),
            _ => false,
        };
        for (start, low) in lower.iter().enumerate() {
            let word = &tree.words[start];
            let lemma = word.lemma.to_lowercase();
            let by_lemma = (lemma != *low).then(|| self.by_first.get(&lemma)).flatten();
            for (terms, as_written) in [(self.by_first.get(low), true), (by_lemma, false)] {
                for term in terms.into_iter().flatten() {
                    let right_class = match (term.verb, word.upos == Upos::Verb) {
                        (true, verb) => verb,
                        (false, true) => as_written || term.words.len() > 1,
                        (false, false) => true,
                    };
                    if right_class && term.words.iter().enumerate().all(|(k, w)| is(start + k, w)) {
                        hit(start, start + term.words.len(), &term.value);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use polybius_syntax::Model;

    fn found(terms: &[&str], sentence: &str) -> Vec<usize> {
        let mut list = Terms::default();
        for (value, term) in terms.iter().enumerate() {
            assert!(list.add(term, value));
        }
        let forms: Vec<&str> = sentence.split(' ').collect();
        let mut all = Vec::new();
        list.find(&Model::embedded().parse(&[forms])[0], |_, _, &value| all.push(value));
        all.sort_unstable();
        all
    }

    #[test]
    fn terms_are_found_as_lemmas_phrases_and_verbs() {
        let terms = ["ballot paper", "to vote", "Pride", "displaced", "vote"];
        assert_eq!(found(&terms, "Officials printed ballot papers ."), [0]);
        assert_eq!(found(&terms, "Many people voted on Sunday ."), [1]);
        assert_eq!(found(&terms, "The votes were counted ."), [4]);
        assert_eq!(found(&terms, "The Pride march was banned ."), [2]);
        assert_eq!(found(&terms, "His pride was hurt ."), [] as [usize; 0]);
        assert_eq!(found(&terms, "They fed displaced families ."), [3]);
    }

    #[test]
    fn a_term_without_words_is_refused() {
        assert!(!Terms::default().add("  ", ()));
    }
}
