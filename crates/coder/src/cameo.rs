//! CAMEO codes finer than those of the frames: what an event speaks of ("vowed to retaliate", "demanded the release of"), and the words of its
//! clause ("appealed for a loan") narrow a code down, by the rules of `lexicon/events/codes.toml`.

use crate::clause::tree_contains;
use crate::frame::{Candidate, Dropped};
use crate::lexicon::Lexicon;
use crate::terms::Terms;
use polybius_syntax::{Tree, Upos};
use serde::Deserialize;
use std::collections::{BTreeSet, HashMap};

/// How often a code may be narrowed down: CAMEO has three levels, and a rule may move to a sibling first.
const STEPS: usize = 4;

/// A rule that narrows codes down. `lexicon/README.md` explains the fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FinerCode {
    pub(crate) code: String,
    of: Vec<String>,
    #[serde(default)]
    modes: Vec<String>,
    #[serde(default)]
    tells: Vec<String>,
    #[serde(default)]
    pub(crate) about: Vec<String>,
    #[serde(default)]
    pub(crate) examples: Vec<String>,
}

/// All rules, in the order in which they are tried.
#[derive(Debug, Default)]
pub(crate) struct FinerCodes {
    pub(crate) rules: Vec<FinerCode>,
    by_code: HashMap<String, Vec<usize>>,
    terms: Terms<usize>,
}

impl FinerCodes {
    /// Adds a rule; the terms in `about` that have no word are returned.
    pub(crate) fn add(&mut self, rule: FinerCode) -> Vec<String> {
        let index = self.rules.len();
        for code in &rule.of {
            self.by_code.entry(code.clone()).or_default().push(index);
        }
        let empty = rule.about.iter().filter(|term| !self.terms.add(term, index)).cloned().collect();
        self.rules.push(rule);
        empty
    }

    /// The code that the rules lead to from `code`, where the event has this mode, the events it only speaks of have the codes `told`, and
    /// the rules of `spoken` have terms in its clause.
    fn narrow(&self, code: &str, mode: Option<&str>, told: &[String], spoken: &BTreeSet<usize>) -> String {
        let mut code = code.to_owned();
        for _ in 0..STEPS {
            let fits = |&i: &usize| {
                let rule = &self.rules[i];
                let tells = || told.iter().any(|t| rule.tells.iter().any(|x| t.starts_with(x.as_str())));
                let any_words = rule.tells.is_empty() && rule.about.is_empty();
                rule.code != code
                    && (rule.modes.is_empty() || mode.is_some_and(|m| rule.modes.iter().any(|x| x == m)))
                    && (any_words || spoken.contains(&i) || tells())
            };
            let Some(rule) = self.by_code.get(&code).and_then(|rules| rules.iter().copied().find(fits)) else { break };
            code.clone_from(&self.rules[rule].code);
        }
        code
    }
}

/// The words of an event, as far as they tell what it is about: all below its predicate, and below its light verb, but for who does it.
fn spoken(codes: &FinerCodes, tree: &Tree, c: &Candidate) -> BTreeSet<usize> {
    let top = if tree.words[c.clause].upos == Upos::Verb { c.clause } else { c.head };
    let acts = c.actors.iter().any(|a| a.role == "subj");
    let doer = |w: usize| acts && &*tree.words[w].deprel == "nsubj" || tree.words[w].rel() == "parataxis";
    let told_beside = |w: usize| tree.words[w].rel() == "conj" && tree.words[w].upos == Upos::Verb;
    let subjects: Vec<usize> =
        [top, c.head].into_iter().flat_map(|t| tree.children(t)).filter(|&w| doer(w) || told_beside(w)).collect();
    let mut found = BTreeSet::new();
    codes.terms.find(tree, |start, _, &rule| {
        let inside = tree_contains(tree, top, start) || tree_contains(tree, c.head, start);
        if inside && !subjects.iter().any(|&s| s != c.head && tree_contains(tree, s, start)) {
            found.insert(rule);
        }
    });
    found
}

/// The events of an article that others only speak of, by sentence and word of the other event.
pub(crate) struct Told<'a>(HashMap<(usize, usize), Vec<&'a Candidate<'a>>>);

impl<'a> Told<'a> {
    /// Those among what was left out.
    pub(crate) fn among(dropped: &'a [(Candidate<'a>, Dropped)]) -> Self {
        let mut told: HashMap<_, Vec<_>> = HashMap::new();
        for (c, why) in dropped {
            if let Dropped::NotHappened(by) | Dropped::Told(by) = why {
                told.entry((c.sentence, *by)).or_default().push(c);
            }
        }
        Told(told)
    }
}

/// The CAMEO code of what a predicate tells, or, where the ontology makes it another event, of what it becomes: the code given with it.
pub(crate) fn code(
    lexicon: &Lexicon,
    tree: &Tree,
    c: &Candidate,
    told: &Told,
    becomes: Option<(Option<&str>, Option<&str>)>,
) -> Option<String> {
    let spoken = spoken(&lexicon.codes, tree, c);
    let narrow = |code: &str, mode: Option<&str>, told: &[String]| lexicon.codes.narrow(code, mode, told, &spoken);
    let inner = told.0.get(&(c.sentence, c.head)).into_iter().flatten().filter(|inner| inner.head != c.head);
    let inner: Vec<String> = inner.filter_map(|inner| code(lexicon, tree, inner, told, None)).collect();
    let own = lexicon.frames[c.frame].cameo.as_deref().map(|code| narrow(code, c.mode.as_deref(), &inner));
    match becomes {
        Some((code, mode)) => code.map(|code| narrow(code, mode, own.as_slice())),
        None => own,
    }
}
