//! The trained model: weights, labels, and what turns scores into trees.

use crate::branch::{self, Branch};
use crate::decode;
use crate::features::{self, LemmaScript, Rows};
use crate::irregular;
use crate::names::{self, Name};
use crate::network::{Network, Reader, Scores, TAGGERS};
use crate::tree::{Tree, Upos, Word};
use safetensors::SafeTensors;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use thiserror::Error;

/// The weights in the binary; `model/MODEL_CARD.md` says where they come from.
static EMBEDDED: &[u8] = include_bytes!("../../../model/syntax.safetensors");

/// Words handed to the network at once: enough to spare allocations, few enough to stay in the cache.
const BATCH: usize = 320;

/// How far the score of a lemma script may lie below the best one for its result to be preferred.
const MARGIN: f32 = 6.0;

/// The most words that are parsed as one piece: any sentence that segmentation makes (it lets closing marks follow the last word).
pub const LONGEST: usize = polybius_text::LONGEST_SENTENCE + 16;

/// Why weights could not be used.
#[derive(Debug, Error)]
pub enum ModelError {
    /// Not a safetensors file.
    #[error("the weights are not a safetensors file: {0}")]
    Format(#[from] safetensors::SafeTensorError),
    /// A tensor is not there.
    #[error("the weights have no tensor `{0}`; were they written by this version of training/?")]
    Missing(String),
    /// A tensor has another type or shape than the network needs.
    #[error(
        "the tensor `{0}` has a type or shape that does not fit; were the weights written by this version of training/?"
    )]
    Shape(String),
    /// The labels are missing or broken.
    #[error("the labels in the weights' metadata cannot be read: {0}")]
    Labels(String),
}

/// Tags, lemmatizes, names and parses. Immutable: share one among threads.
#[derive(Debug)]
pub struct Model {
    network: Network,
    branch: Branch,
    upos: Vec<Upos>,
    feats: Vec<Arc<str>>,
    lemma: Vec<LemmaScript>,
    tags: names::Tags,
    /// Lemmas of the treebanks' nouns, verbs, adjectives and adverbs.
    vocabulary: HashSet<String>,
    deprel: Vec<Arc<str>>,
    root: Arc<str>,
    parataxis: Arc<str>,
}

impl Model {
    /// The model that ships with Polybius. Its weights are used where they lie in the binary: nothing is unpacked.
    pub fn embedded() -> Self {
        // the embedded file is checked by the tests: it cannot fail in a binary that passed them
        Model::read(EMBEDDED, Some(EMBEDDED)).expect("the embedded weights are those the tests ran with")
    }

    /// Reads weights as `training/` writes them.
    pub fn load(bytes: &[u8]) -> Result<Self, ModelError> {
        Model::read(bytes, None)
    }

    fn read(bytes: &[u8], embedded: Option<&'static [u8]>) -> Result<Self, ModelError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let metadata = metadata.metadata().clone().unwrap_or_default();
        let broken = |what: &str| ModelError::Labels(what.to_owned());
        let field = |name: &str| metadata.get(name).ok_or_else(|| broken(&format!("`{name}` is missing")));
        let labels: HashMap<String, Vec<String>> =
            serde_json::from_str(field("labels")?).map_err(|e| broken(&e.to_string()))?;
        let list = |name: &str| {
            let list = labels.get(name).ok_or_else(|| broken(&format!("`{name}` is missing")))?;
            if list.is_empty() { Err(broken(&format!("`{name}` is empty"))) } else { Ok(list) }
        };
        let shared = |name: &str| -> Result<Vec<Arc<str>>, ModelError> {
            Ok(list(name)?.iter().map(|l| Arc::from(l.as_str())).collect())
        };
        let mut sizes = [0; TAGGERS.len()];
        for (size, name) in sizes.iter_mut().zip(TAGGERS) {
            *size = list(name)?.len();
        }
        let reader = Reader::new(bytes, embedded)?;
        let network = Network::load(&reader, field("layers")?, sizes, list("deprel")?.len())?;
        Ok(Model {
            branch: Branch::load(&reader, field("names")?, network.width(), list("ner")?.len())?,
            network,
            upos: list("upos")?
                .iter()
                .map(|l| l.parse().map_err(|()| broken(&format!("`{l}` is no UPOS"))))
                .collect::<Result<_, _>>()?,
            feats: shared("feats")?,
            lemma: list("lemma")?
                .iter()
                .map(|l| LemmaScript::parse(l).ok_or_else(|| broken(&format!("`{l}` is no lemma script"))))
                .collect::<Result<_, _>>()?,
            tags: names::Tags::parse(list("ner")?).map_err(|l| broken(&format!("tags of names: {l}")))?,
            vocabulary: serde_json::from_str(field("vocabulary")?).map_err(|e| broken(&e.to_string()))?,
            deprel: shared("deprel")?,
            root: Arc::from("root"),
            parataxis: Arc::from("parataxis"),
        })
    }

    /// One tree a sentence, in order; an empty sentence gives an empty tree. The sentences are taken for one document: a name is judged by
    /// all its mentions. A sentence of more than [`LONGEST`] words is parsed in pieces of that length, so that time and memory grow with the
    /// number of words and not with its square; the root of each later piece hangs on the first one's as `parataxis`.
    pub fn parse<S: AsRef<str>>(&self, sentences: &[Vec<S>]) -> Vec<Tree> {
        let pieces: Vec<&[S]> =
            sentences.iter().flat_map(|s| s.chunks(LONGEST).chain(s.is_empty().then_some(s.as_slice()))).collect();
        let mut trees = Vec::with_capacity(pieces.len());
        let mut document = branch::Document::default();
        let mut start = 0;
        while start < pieces.len() {
            let mut end = start + 1;
            let mut words = pieces[start].len();
            while end < pieces.len() && words + pieces[end].len() <= BATCH {
                words += pieces[end].len();
                end += 1;
            }
            self.parse_batch(&pieces[start..end], &mut trees, &mut document);
            start = end;
        }
        let scores = self.branch.scores(self.network.level(), document);
        let mut rows = scores.chunks_exact(self.branch.columns());
        for tree in &mut trees {
            let rows: Vec<&[f32]> = rows.by_ref().take(tree.words.len()).collect();
            tree.names = self.tags.names(&rows, &tree.words);
        }
        let mut trees = trees.into_iter();
        let whole = |s: &Vec<S>| match s.len().div_ceil(LONGEST) {
            0 | 1 => trees.next().unwrap_or_default(),
            pieces => self.join(trees.by_ref().take(pieces)),
        };
        sentences.iter().map(whole).collect()
    }

    /// Pieces of one sentence as one tree.
    fn join(&self, pieces: impl Iterator<Item = Tree>) -> Tree {
        let mut whole = Tree::default();
        let mut root = None;
        for piece in pieces {
            let start = whole.words.len();
            for mut word in piece.words {
                match (word.head, root) {
                    (Some(head), _) => word.head = Some(start + head),
                    (None, None) => root = Some(whole.words.len()),
                    (None, Some(_)) => {
                        word.head = root;
                        word.deprel = self.parataxis.clone();
                    }
                }
                whole.words.push(word);
            }
            whole.names.extend(piece.names.into_iter().map(|n| Name {
                start: start + n.start,
                end: start + n.end,
                ..n
            }));
        }
        whole
    }

    /// Trees without names; the words go into the document.
    fn parse_batch<S: AsRef<str>>(&self, sentences: &[&[S]], trees: &mut Vec<Tree>, document: &mut branch::Document) {
        let scores = self.scores(sentences, document);
        let mut heads = Vec::new();
        for arcs in &scores.arcs {
            let start = heads.len();
            heads.extend(decode::heads(arcs).into_iter().map(|h| h.map(|h| start + h)));
        }
        let relations = scores.relations(&heads);
        let mut start = 0;
        for sentence in sentences {
            let words = sentence.iter().enumerate().map(|(i, form)| {
                let at = start + i;
                let form = form.as_ref();
                let upos = self.upos[best(scores.tags(0, at))];
                Word {
                    form: form.to_owned(),
                    lemma: self.lemma_of(form, upos, scores.tags(2, at)),
                    upos,
                    feats: self.feats[best(scores.tags(1, at))].clone(),
                    head: heads[at].map(|h| h - start),
                    deprel: match heads[at] {
                        None => self.root.clone(),
                        Some(_) => self.deprel[best(&relations.row(at)[..self.deprel.len()])].clone(),
                    },
                }
            });
            trees.push(Tree { words: words.collect(), names: Vec::new() });
            start += sentence.len();
        }
    }

    /// The lemma of a form: an irregular one by its list; otherwise by the likeliest script, or for words with endings by the likeliest
    /// of those near it whose result is a lemma that the treebanks know, if there is one ("promised" is no form of "promis").
    fn lemma_of(&self, form: &str, upos: Upos, scores: &[f32]) -> String {
        let likeliest = || self.lemma[best(scores)].apply(form);
        match upos {
            Upos::Noun | Upos::Verb | Upos::Adj | Upos::Adv => {
                if matches!(upos, Upos::Verb | Upos::Noun)
                    && let Some(lemma) = irregular::lemma(&form.to_lowercase(), upos == Upos::Noun)
                {
                    return lemma;
                }
                let lemma = likeliest();
                let inflected = lemma.chars().all(char::is_alphabetic) && !lemma.eq_ignore_ascii_case(form);
                if !inflected || self.vocabulary.contains(&lemma) {
                    return lemma;
                }
                let top = scores[best(scores)];
                let mut others: Vec<usize> = (0..scores.len()).filter(|&k| scores[k] > top - MARGIN).collect();
                others.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
                let others = others.into_iter().map(|k| self.lemma[k].apply(form));
                others.into_iter().find(|l| self.vocabulary.contains(l)).unwrap_or(lemma)
            }
            // typographic quotes and dashes have the lemmas of plain ones
            Upos::Punct | Upos::Sym | Upos::Part => likeliest()
                .chars()
                .map(|c| match c {
                    '“' | '”' => '"',
                    '‘' | '’' => '\'',
                    '–' => '-',
                    c => c,
                })
                .collect(),
            _ => likeliest(),
        }
    }

    /// All scores but those of names, for which the document gets the words.
    fn scores<S: AsRef<str>>(&self, sentences: &[&[S]], document: &mut branch::Document) -> Scores<'_> {
        let sizes = self.network.table_sizes();
        let rows: Vec<Rows> =
            sentences.iter().flat_map(|s| s.iter()).map(|w| features::rows(w.as_ref(), &sizes)).collect();
        let lengths: Vec<usize> = sentences.iter().map(|s| s.len()).collect();
        let scores = self.network.scores(&rows, &lengths);
        let forms = sentences.iter().flat_map(|s| s.iter()).map(AsRef::as_ref);
        self.branch.read(self.network.level(), document, &scores, forms, &lengths);
        scores
    }

    /// All scores of one sentence, each a list of rows (one a word), for comparison with PyTorch: `upos`, `feats`, `lemma`, `ner`,
    /// `head` (root first) and `deprel` (for the head at `heads[i]`, 1-based, 0 = root). The sentence is the whole document.
    pub fn raw_scores(&self, forms: &[&str], heads: &[usize]) -> HashMap<&'static str, Vec<Vec<f32>>> {
        let mut document = branch::Document::default();
        let scores = self.scores(&[forms], &mut document);
        let heads: Vec<Option<usize>> = heads.iter().map(|h| h.checked_sub(1)).collect();
        let relations = scores.relations(&heads);
        let rows = |m: &crate::network::Matrix, columns: usize| -> Vec<Vec<f32>> {
            (0..m.rows).map(|i| m.row(i)[..columns].to_vec()).collect()
        };
        let mut out = HashMap::from([
            ("head", scores.arcs.first().map(|m| rows(m, m.columns)).unwrap_or_default()),
            ("deprel", rows(&relations, self.deprel.len())),
        ]);
        let names = self.branch.scores(self.network.level(), document);
        out.insert("ner", self.tags.cut(names.chunks_exact(self.branch.columns())));
        for (tagger, name) in TAGGERS.into_iter().enumerate() {
            out.insert(name, (0..forms.len()).map(|i| scores.tags(tagger, i).to_vec()).collect());
        }
        out
    }
}

fn best(scores: &[f32]) -> usize {
    let mut best = 0;
    for (i, v) in scores.iter().enumerate() {
        if *v > scores[best] {
            best = i;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "The prime minister of Northland said on Monday that rebels had attacked Eastport , and asked the U.N. for help .";

    #[test]
    fn every_instruction_set_gives_the_same_scores() {
        let forms: Vec<&str> = TEXT.split(' ').collect();
        let heads = vec![0; forms.len()];
        let expected = Model::embedded().raw_scores(&forms, &heads);
        for level in Network::levels() {
            let model = Model::embedded();
            let model = Model { network: model.network.at(level), ..model };
            assert_eq!(model.raw_scores(&forms, &heads), expected, "{level:?}");
        }
    }

    #[test]
    fn a_long_sentence_is_parsed_in_pieces() {
        let words: Vec<&str> = TEXT.split(' ').cycle().take(3 * LONGEST + 7).collect();
        let model = Model::embedded();
        let tree = &model.parse(std::slice::from_ref(&words))[0];
        assert_eq!(tree.words.len(), words.len());
        let roots: Vec<usize> = (0..words.len()).filter(|&i| tree.words[i].head.is_none()).collect();
        assert_eq!(roots.len(), 1);
        let later = tree.children(roots[0]).filter(|&i| i >= LONGEST && &*tree.words[i].deprel == "parataxis");
        assert_eq!(later.count(), 3);
        // a piece is parsed as it would be alone
        let second = &model.parse(&[words[LONGEST..2 * LONGEST].to_vec()])[0];
        for (i, w) in second.words.iter().enumerate() {
            assert_eq!(tree.words[LONGEST + i].head, Some(w.head.map_or(roots[0], |h| LONGEST + h)));
        }
        assert!(tree.names.iter().any(|n| n.start >= LONGEST));
    }

    #[test]
    fn broken_weights_are_refused() {
        assert!(matches!(Model::load(b"no weights"), Err(ModelError::Format(_))));
        assert!(matches!(Model::load(&EMBEDDED[..EMBEDDED.len() - 1]), Err(ModelError::Format(_))));
        assert!(Model::load(EMBEDDED).is_ok());
        let (_, metadata) = SafeTensors::read_metadata(EMBEDDED).unwrap();
        let file = SafeTensors::deserialize(EMBEDDED).unwrap();
        let without = |name: &str| {
            let tensors = file.tensors().into_iter().filter(|(n, _)| n != name);
            safetensors::serialize(tensors, metadata.metadata().clone()).unwrap()
        };
        assert!(
            matches!(Model::load(&without("layer.1.scale")), Err(ModelError::Missing(name)) if name == "layer.1.scale")
        );
        let other_labels =
            HashMap::from([("labels".to_owned(), "{}".to_owned()), ("layers".to_owned(), "c".to_owned())]);
        let bytes = safetensors::serialize(file.tensors(), Some(other_labels)).unwrap();
        assert!(matches!(Model::load(&bytes), Err(ModelError::Labels(_))));
    }
}
