//! How well a parse agrees with a treebank, by the measures of the CoNLL 2018 shared task
//! (<https://universaldependencies.org/conll18/evaluation.html>): everything is compared over the characters of the text without
//! its blanks, so that system and gold may disagree on tokens and sentences.

use crate::conllu::{ConlluError, multiword_tokens, read_conllu};
use crate::names::NameKind;
use crate::tree::{Tree, Upos};
use std::collections::HashSet;
use thiserror::Error;

/// How many the gold has, how many the system has, and how many of these are right.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// In the gold.
    pub gold: usize,
    /// In the system's output.
    pub system: usize,
    /// Right.
    pub right: usize,
}

impl Count {
    /// Harmonic mean of precision and recall, 0 to 1.
    pub fn f1(self) -> f64 {
        2.0 * self.right as f64 / (self.gold + self.system).max(1) as f64
    }
}

/// The measures; relations are compared without subtypes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Evaluation {
    pub tokens: Count,
    pub sentences: Count,
    pub words: Count,
    pub upos: Count,
    pub lemmas: Count,
    pub uas: Count,
    pub las: Count,
    /// Exact span and kind; all zero if the gold marks no names.
    pub names: Count,
}

/// Why two CoNLL-U texts cannot be compared.
#[derive(Debug, Error, PartialEq)]
pub enum EvaluationError {
    /// The gold is no CoNLL-U.
    #[error("gold: {0}")]
    Gold(ConlluError),
    /// The system's output is no CoNLL-U.
    #[error("system: {0}")]
    System(ConlluError),
    /// They are not of one text.
    #[error("the texts differ at character {at} (blanks not counted): `{gold}` against `{system}`")]
    Text {
        /// Characters before the difference.
        at: usize,
        /// What the gold goes on with.
        gold: String,
        /// What the system goes on with.
        system: String,
    },
}

/// Compares two CoNLL-U texts of one and the same raw text.
pub fn evaluate(gold: &str, system: &str) -> Result<Evaluation, EvaluationError> {
    let gold = Annotation::read(gold).map_err(EvaluationError::Gold)?;
    let system = Annotation::read(system).map_err(EvaluationError::System)?;
    if gold.text != system.text {
        let at = gold.text.iter().zip(&system.text).take_while(|(a, b)| a == b).count();
        let rest = |a: &Annotation| a.text[at..].iter().take(20).collect();
        return Err(EvaluationError::Text { at, gold: rest(&gold), system: rest(&system) });
    }
    let spans = |a: &[Span], b: &[Span]| {
        let known: HashSet<&Span> = a.iter().collect();
        Count { gold: a.len(), system: b.len(), right: b.iter().filter(|s| known.contains(s)).count() }
    };
    let pairs = align(&gold.words, &system.words);
    let mut gold_of = vec![None; system.words.len()];
    for &(g, s) in &pairs {
        gold_of[s] = Some(g);
    }
    let right = |hit: &dyn Fn(&Word, &Word) -> bool| Count {
        gold: gold.words.len(),
        system: system.words.len(),
        right: pairs.iter().filter(|&&(g, s)| hit(&gold.words[g], &system.words[s])).count(),
    };
    let attached = |g: &Word, s: &Word| match (g.head, s.head) {
        (None, None) => true,
        (Some(g), Some(s)) => gold_of[s] == Some(g),
        _ => false,
    };
    Ok(Evaluation {
        tokens: spans(&gold.tokens, &system.tokens),
        sentences: spans(&gold.sentences, &system.sentences),
        words: right(&|_, _| true),
        upos: right(&|g, s| g.upos == s.upos),
        lemmas: right(&|g, s| g.lemma == s.lemma || g.lemma == "_"),
        uas: right(&attached),
        las: right(&|g, s| attached(g, s) && g.relation == s.relation),
        names: match gold.names.is_empty() {
            true => Count::default(),
            false => {
                let known: HashSet<_> = gold.names.iter().collect();
                let right = system.names.iter().filter(|n| known.contains(n)).count();
                Count { gold: gold.names.len(), system: system.names.len(), right }
            }
        },
    })
}

/// Characters from and to (exclusive).
type Span = (usize, usize);

struct Word {
    /// Its own, or that of the multi-word token it is part of.
    span: Span,
    in_multiword: bool,
    form: String,
    lemma: String,
    upos: Upos,
    /// Among all words of the text.
    head: Option<usize>,
    relation: String,
}

#[derive(Default)]
struct Annotation {
    text: Vec<char>,
    tokens: Vec<Span>,
    sentences: Vec<Span>,
    words: Vec<Word>,
    names: Vec<(Span, NameKind)>,
}

impl Annotation {
    fn read(conllu: &str) -> Result<Self, ConlluError> {
        let trees = read_conllu(conllu)?;
        let multiword = multiword_tokens(conllu);
        let mut out = Annotation::default();
        for (tree, multiword) in trees.iter().zip(&multiword) {
            let start = out.text.len();
            out.sentence(tree, multiword);
            out.sentences.push((start, out.text.len()));
        }
        Ok(out)
    }

    fn sentence(&mut self, tree: &Tree, multiword: &[(usize, usize, String)]) {
        let first = self.words.len();
        let mut i = 0;
        while i < tree.words.len() {
            let whole = multiword.iter().find(|m| m.0 == i);
            let (end, form) =
                whole.map_or((i + 1, &tree.words[i].form), |m| (m.1.clamp(i + 1, tree.words.len()), &m.2));
            let start = self.text.len();
            self.text.extend(form.chars().filter(|c| !c.is_whitespace()));
            let span = (start, self.text.len());
            self.tokens.push(span);
            for w in &tree.words[i..end] {
                self.words.push(Word {
                    span,
                    in_multiword: whole.is_some(),
                    form: w.form.to_lowercase(),
                    lemma: w.lemma.clone(),
                    upos: w.upos,
                    head: w.head.map(|h| first + h),
                    relation: w.rel().to_owned(),
                });
            }
            i = end;
        }
        let words = &self.words[first..];
        self.names.extend(
            tree.names.iter().map(|n| ((words[n.start].span.0, words[n.end - 1].span.1), n.kind)).collect::<Vec<_>>(),
        );
    }
}

/// Pairs of gold and system words that are the same word: by their spans, and inside multi-word tokens by the longest common
/// subsequence of their forms.
fn align(gold: &[Word], system: &[Word]) -> Vec<(usize, usize)> {
    let mut pairs = Vec::new();
    let (mut g, mut s) = (0, 0);
    while g < gold.len() && s < system.len() {
        if gold[g].in_multiword || system[s].in_multiword {
            // the smallest stretch around the multi-word tokens that both cut at the same places
            let (from_g, from_s) = (g, s);
            let mut end = 0;
            if gold[g].in_multiword {
                end = gold[g].span.1;
            }
            if system[s].in_multiword {
                end = end.max(system[s].span.1);
            }
            loop {
                let before = end;
                while g < gold.len() && gold[g].span.0 < end {
                    end = if gold[g].in_multiword { end.max(gold[g].span.1) } else { end };
                    g += 1;
                }
                while s < system.len() && system[s].span.0 < end {
                    end = if system[s].in_multiword { end.max(system[s].span.1) } else { end };
                    s += 1;
                }
                if end == before {
                    break;
                }
            }
            pairs.extend(
                common(&gold[from_g..g], &system[from_s..s]).into_iter().map(|(a, b)| (from_g + a, from_s + b)),
            );
            // a word that only touches the stretch from the left
            if g == from_g && s == from_s {
                if gold[g].span.0 <= system[s].span.0 { g += 1 } else { s += 1 }
            }
        } else if gold[g].span == system[s].span {
            pairs.push((g, s));
            g += 1;
            s += 1;
        } else if gold[g].span.0 <= system[s].span.0 {
            g += 1;
        } else {
            s += 1;
        }
    }
    pairs
}

/// Longest common subsequence of forms.
fn common(gold: &[Word], system: &[Word]) -> Vec<(usize, usize)> {
    let mut length = vec![vec![0usize; system.len() + 1]; gold.len() + 1];
    for g in (0..gold.len()).rev() {
        for s in (0..system.len()).rev() {
            length[g][s] = if gold[g].form == system[s].form {
                length[g + 1][s + 1] + 1
            } else {
                length[g + 1][s].max(length[g][s + 1])
            };
        }
    }
    let (mut g, mut s) = (0, 0);
    let mut pairs = Vec::new();
    while g < gold.len() && s < system.len() {
        if gold[g].form == system[s].form {
            pairs.push((g, s));
            g += 1;
            s += 1;
        } else if length[g + 1][s] >= length[g][s + 1] {
            g += 1;
        } else {
            s += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CoNLL-U from sentences of `form/head/deprel`; `a+b=ab` opens a multi-word token of the next two words.
    fn conllu(sentences: &[&str]) -> String {
        let mut out = String::new();
        for s in sentences {
            let mut id = 0;
            for item in s.split(' ') {
                if let Some((_, whole)) = item.split_once('=') {
                    out += &format!("{}-{}\t{whole}\t_\t_\t_\t_\t_\t_\t_\t_\n", id + 1, id + 2);
                    continue;
                }
                id += 1;
                let f: Vec<&str> = item.split('/').collect();
                out += &format!("{id}\t{}\t{}\tNOUN\t_\t_\t{}\t{}\t_\t_\n", f[0], f[0], f[1], f[2]);
            }
            out += "\n";
        }
        out
    }

    #[test]
    fn the_same_is_perfect() {
        let text = conllu(&["He/2/nsubj left/0/root ././punct".replace("././", "./2/").as_str()]);
        let e = evaluate(&text, &text).unwrap();
        assert_eq!(e.las, Count { gold: 3, system: 3, right: 3 });
        assert!((e.sentences.f1() - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_sentence_cut_in_two_costs_its_heads() {
        let gold = conllu(&["a/2/x b/0/root c/2/y d/3/z"]);
        let system = conllu(&["a/2/x b/0/root", "c/0/root d/1/z"]);
        let e = evaluate(&gold, &system).unwrap();
        assert_eq!((e.sentences.gold, e.sentences.system, e.sentences.right), (1, 2, 0));
        assert_eq!(e.tokens.right, 4);
        assert_eq!(e.uas.right, 3);
    }

    #[test]
    fn a_token_cut_in_two_is_no_word_of_the_gold() {
        let gold = conllu(&["ab/0/root c/1/x"]);
        let system = conllu(&["a/0/root b/1/y c/1/x"]);
        let e = evaluate(&gold, &system).unwrap();
        assert_eq!(e.words, Count { gold: 2, system: 3, right: 1 });
        // its head is no word of the gold
        assert_eq!(e.uas.right, 0);
        assert!((e.words.f1() - 0.4).abs() < 1e-9);
    }

    #[test]
    fn multiword_tokens_are_aligned_by_form() {
        let gold = conllu(&["I/3/nsubj do+n't=don't do/3/aux n't/3/advmod"
            .replace("do/3", "do/4")
            .replace("n't/3", "n't/4")
            .replace("I/3", "I/4")
            .as_str()])
        .replace("\n\n", "\n4\tgo\tgo\tNOUN\t_\t_\t0\troot\t_\t_\n\n");
        let split = conllu(&["I/4/nsubj do/4/aux n't/4/advmod go/0/root"]);
        let e = evaluate(&gold, &split).unwrap();
        assert_eq!(e.words, Count { gold: 4, system: 4, right: 4 });
        assert_eq!(e.tokens, Count { gold: 3, system: 4, right: 2 });
        assert_eq!(e.las.right, 4);
    }

    #[test]
    fn other_texts_are_refused() {
        let e = evaluate(&conllu(&["a/0/root"]), &conllu(&["b/0/root"])).unwrap_err();
        assert_eq!(e, EvaluationError::Text { at: 0, gold: "a".to_owned(), system: "b".to_owned() });
    }
}
