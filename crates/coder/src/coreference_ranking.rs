//! Which of several mentions before it a mention continues, or none: a log-linear model over what can be seen of the two (the ranking
//! model with simple features of Durrett and Klein 2013, "Easy Victories and Uphill Battles in Coreference Resolution"), small enough to
//! be read: every weight has a name in `model/coreference.tsv`.

use std::fmt::Write;

/// What a mention is, for the weights: every kind has weights of its own.
pub(crate) const KINDS: [&str; 14] = [
    "name",
    "the",
    "this",
    "possessive",
    "a",
    "any",
    "bare",
    "bare plural",
    "several",
    "he",
    "she",
    "it",
    "they",
    "demonstrative",
];

/// What is seen of a mention and one before it: a value of each feature.
pub(crate) const PAIR: [(&str, &[&str]); 21] = [
    ("kind", &KINDS),
    ("sentences", &["0", "1", "2", "3", "4-5", "6-10", "11-20", "21-"]),
    ("mentions", &["0", "1", "2-3", "4-6", "7-12", "13-25", "26-50", "51-"]),
    ("head", &["other", "same", "in its words", "its in words"]),
    ("words", &["none", "same", "fewer", "more", "some"]),
    ("name", &["no", "same in lexicon", "another in lexicon", "same", "end", "part of person", "acronym", "other"]),
    ("modifiers", &["no", "none", "fewer", "same", "more", "other"]),
    ("class", &["same", "overlap", "none", "unknown"]),
    ("classes", &CLASS_PAIRS),
    ("number", &["same", "unknown", "other"]),
    (
        "role",
        &[
            "subject",
            "passive",
            "object",
            "oblique",
            "nmod",
            "possessive",
            "compound",
            "appos",
            "root",
            "conj",
            "other",
        ],
    ),
    ("same role", &["no", "yes"]),
    ("clause", &["other sentence", "same sentence", "same"]),
    ("rivals", &["no", "yes"]),
    ("quoted", &["no", "both", "only later", "only earlier"]),
    ("chain", &["1", "2", "3-4", "5-8", "9-"]),
    ("syntax", &["none", "apposition", "apposition of places", "copula", "negated copula"]),
    ("possessors", &["none", "same", "other", "only later", "only earlier"]),
    ("order", &["other", "first of sentence"]),
    ("role and sentences", &ROLES_AND_SENTENCES),
    ("head and sentences", &HEADS_AND_SENTENCES),
];

/// What is seen of a mention alone.
pub(crate) const ALONE: [(&str, &[&str]); 7] = [
    ("new", &["always"]),
    ("new: role", PAIR[10].1),
    ("new: modifiers", &["0", "1", "2-"]),
    ("new: behind", &["no", "yes"]),
    ("new: sentence", &["0", "1-2", "3-9", "10-"]),
    ("new: class", &CLASSES),
    ("new: word before", &["0", "1", "2-3", "4-"]),
];

pub(crate) const CLASSES: [&str; 7] = ["man", "woman", "person", "body", "place", "thing", "mixed"];

const CLASS_PAIRS: [&str; 49] = [
    "man man",
    "man woman",
    "man person",
    "man body",
    "man place",
    "man thing",
    "man mixed",
    "woman man",
    "woman woman",
    "woman person",
    "woman body",
    "woman place",
    "woman thing",
    "woman mixed",
    "person man",
    "person woman",
    "person person",
    "person body",
    "person place",
    "person thing",
    "person mixed",
    "body man",
    "body woman",
    "body person",
    "body body",
    "body place",
    "body thing",
    "body mixed",
    "place man",
    "place woman",
    "place person",
    "place body",
    "place place",
    "place thing",
    "place mixed",
    "thing man",
    "thing woman",
    "thing person",
    "thing body",
    "thing place",
    "thing thing",
    "thing mixed",
    "mixed man",
    "mixed woman",
    "mixed person",
    "mixed body",
    "mixed place",
    "mixed thing",
    "mixed mixed",
];

const ROLES_AND_SENTENCES: [&str; 44] = [
    "subject 0",
    "subject 1",
    "subject 2",
    "subject 3-",
    "passive 0",
    "passive 1",
    "passive 2",
    "passive 3-",
    "object 0",
    "object 1",
    "object 2",
    "object 3-",
    "oblique 0",
    "oblique 1",
    "oblique 2",
    "oblique 3-",
    "nmod 0",
    "nmod 1",
    "nmod 2",
    "nmod 3-",
    "possessive 0",
    "possessive 1",
    "possessive 2",
    "possessive 3-",
    "compound 0",
    "compound 1",
    "compound 2",
    "compound 3-",
    "appos 0",
    "appos 1",
    "appos 2",
    "appos 3-",
    "root 0",
    "root 1",
    "root 2",
    "root 3-",
    "conj 0",
    "conj 1",
    "conj 2",
    "conj 3-",
    "other 0",
    "other 1",
    "other 2",
    "other 3-",
];

const HEADS_AND_SENTENCES: [&str; 16] = [
    "other 0",
    "other 1-3",
    "other 4-10",
    "other 11-",
    "same 0",
    "same 1-3",
    "same 4-10",
    "same 11-",
    "in its words 0",
    "in its words 1-3",
    "in its words 4-10",
    "in its words 11-",
    "its in words 0",
    "its in words 1-3",
    "its in words 4-10",
    "its in words 11-",
];

/// A value of each feature of [`PAIR`].
pub(crate) type PairFeatures = [u8; PAIR.len()];
/// A value of each feature of [`ALONE`].
pub(crate) type AloneFeatures = [u8; ALONE.len()];

/// Where the values of each feature begin.
const fn offsets<const N: usize>(features: &[(&str, &[&str]); N], from: usize) -> [usize; N] {
    let mut out = [0; N];
    let (mut i, mut at) = (0, from);
    while i < N {
        out[i] = at;
        at += features[i].1.len();
        i += 1;
    }
    out
}

const PAIR_OFFSETS: [usize; PAIR.len()] = offsets(&PAIR, 0);
const PAIR_SIZE: usize = PAIR_OFFSETS[PAIR.len() - 1] + PAIR[PAIR.len() - 1].1.len();
const ALONE_OFFSETS: [usize; ALONE.len()] = offsets(&ALONE, PAIR_SIZE);
const SIZE: usize = ALONE_OFFSETS[ALONE.len() - 1] + ALONE[ALONE.len() - 1].1.len();

/// The weights of all features for each kind of mention.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Weights(Vec<f32>);

impl Weights {
    /// The weights that ship with Polybius.
    pub(crate) fn embedded() -> Self {
        Weights::read(include_str!("../../../model/coreference.tsv"))
    }

    pub(crate) fn zero() -> Self {
        Weights(vec![0.0; SIZE * KINDS.len()])
    }

    /// Reads lines `kind feature value weight`; what is missing weighs nothing, what is unknown is passed over.
    pub(crate) fn read(text: &str) -> Self {
        let mut weights = Weights::zero();
        let position = |list: &[&str], wanted: &str| list.iter().position(|x| *x == wanted);
        for line in text.lines().filter(|l| !l.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [kind, feature, value, weight] = columns[..] else { continue };
            let find = |table: &[(&str, &[&str])], offsets: &[usize]| {
                let f = table.iter().position(|(name, _)| *name == feature)?;
                Some(offsets[f] + position(table[f].1, value)?)
            };
            let row = find(&PAIR, &PAIR_OFFSETS).or_else(|| find(&ALONE, &ALONE_OFFSETS));
            if let (Some(row), Some(k), Ok(w)) = (row, position(&KINDS, kind), weight.parse()) {
                weights.0[row * KINDS.len() + k] = w;
            }
        }
        weights
    }

    /// Writes what weighs something, as [`Weights::read`] reads it.
    pub(crate) fn write(&self) -> String {
        let mut out = String::from("# kind\tfeature\tvalue\tweight\n");
        let tables = PAIR.iter().zip(PAIR_OFFSETS).chain(ALONE.iter().zip(ALONE_OFFSETS));
        for ((feature, values), offset) in tables {
            for (v, value) in values.iter().enumerate() {
                for (k, kind) in KINDS.iter().enumerate() {
                    let w = self.0[(offset + v) * KINDS.len() + k];
                    if w.abs() >= 0.005 {
                        // writing to a String cannot fail
                        let _ = writeln!(out, "{kind}\t{feature}\t{value}\t{w:.2}");
                    }
                }
            }
        }
        out
    }

    pub(crate) fn pair(&self, kind: usize, f: &PairFeatures) -> f32 {
        f.iter().zip(PAIR_OFFSETS).map(|(&v, offset)| self.0[(offset + v as usize) * KINDS.len() + kind]).sum()
    }

    pub(crate) fn alone(&self, kind: usize, f: &AloneFeatures) -> f32 {
        f.iter().zip(ALONE_OFFSETS).map(|(&v, offset)| self.0[(offset + v as usize) * KINDS.len() + kind]).sum()
    }
}

/// A decision to learn from: a mention's own features, those of each candidate, and which candidates are right.
pub(crate) struct Decision {
    pub(crate) kind: usize,
    pub(crate) alone: AloneFeatures,
    pub(crate) candidates: Vec<(PairFeatures, bool)>,
}

/// Learns weights from decisions, one after another: the likelihood of a right candidate (of none, if there is none), with costs for wrong
/// answers as Durrett and Klein give them, by AdaGrad with a pull towards zero.
pub(crate) struct Learner {
    pub(crate) weights: Weights,
    squares: Vec<f32>,
}

impl Learner {
    /// What it costs to link where nothing is to be linked, to link to the wrong one, and to link nothing.
    const COSTS: [f32; 3] = [0.0, 1.0, 6.0];
    const RATE: f32 = 0.1;
    const PULL: f32 = 1e-5;

    pub(crate) fn new() -> Self {
        Learner { weights: Weights::zero(), squares: vec![1e-2; SIZE * KINDS.len()] }
    }

    pub(crate) fn learn(&mut self, d: &Decision) {
        let [false_link, wrong_link, false_new] = Self::COSTS;
        let anaphoric = d.candidates.iter().any(|c| c.1);
        let mut scores = vec![self.weights.alone(d.kind, &d.alone) + if anaphoric { false_new } else { 0.0 }];
        for (f, right) in &d.candidates {
            let cost = match (right, anaphoric) {
                (true, _) => 0.0,
                (false, true) => wrong_link,
                (false, false) => false_link,
            };
            scores.push(self.weights.pair(d.kind, f) + cost);
        }
        let top = scores.iter().copied().fold(f32::MIN, f32::max);
        let all: Vec<f32> = scores.iter().map(|s| (s - top).exp()).collect();
        let right = |i: usize| if i == 0 { !anaphoric } else { d.candidates[i - 1].1 };
        let total: f32 = all.iter().sum();
        let good: f32 = all.iter().enumerate().filter(|&(i, _)| right(i)).map(|(_, p)| p).sum();
        for (i, p) in all.iter().enumerate() {
            let gradient = p / total - if right(i) { p / good.max(1e-30) } else { 0.0 };
            if gradient.abs() < 1e-4 {
                continue;
            }
            if i == 0 {
                for (&v, offset) in d.alone.iter().zip(ALONE_OFFSETS) {
                    self.step((offset + v as usize) * KINDS.len() + d.kind, gradient);
                }
            } else {
                for (&v, offset) in d.candidates[i - 1].0.iter().zip(PAIR_OFFSETS) {
                    self.step((offset + v as usize) * KINDS.len() + d.kind, gradient);
                }
            }
        }
    }

    fn step(&mut self, at: usize, gradient: f32) {
        let w = &mut self.weights.0[at];
        let gradient = gradient + Self::PULL * *w;
        self.squares[at] += gradient * gradient;
        *w -= Self::RATE * gradient / self.squares[at].sqrt();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_read_back_as_written() {
        let mut weights = Weights::zero();
        weights.0[3] = 0.25;
        weights.0[SIZE * KINDS.len() - 1] = -1.5;
        assert_eq!(Weights::read(&weights.write()), weights);
        assert_eq!(Weights::read("no\tsuch\tfeature\t1\nshort"), Weights::zero());
    }

    #[test]
    fn the_learner_learns_what_is_shown() {
        let mut learner = Learner::new();
        let mut near = [0; PAIR.len()];
        near[3] = 1;
        let far = [0; PAIR.len()];
        for _ in 0..20 {
            learner.learn(&Decision { kind: 1, alone: [0; ALONE.len()], candidates: vec![(near, true), (far, false)] });
            learner.learn(&Decision { kind: 1, alone: [0; ALONE.len()], candidates: vec![(far, false)] });
        }
        let w = &learner.weights;
        let new = w.alone(1, &[0; ALONE.len()]);
        assert!(w.pair(1, &near) > new && w.pair(1, &near) > w.pair(1, &far) + 1.0);
        assert_eq!(w.pair(2, &near), 0.0);
    }
}
