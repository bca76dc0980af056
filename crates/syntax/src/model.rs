//! The trained model: weights, labels, and what turns scores into trees.

use crate::decode;
use crate::features::{self, LemmaScript, Rows};
use crate::irregular;
use crate::network::{Network, Scores};
use crate::tree::{Tree, Upos, Word};
use safetensors::SafeTensors;
use std::collections::HashMap;
use std::sync::Arc;
use thiserror::Error;

/// The weights in the binary; `model/MODEL_CARD.md` says where they come from.
static EMBEDDED: &[u8] = include_bytes!("../../../model/syntax.safetensors");

/// Words handed to the network at once: enough to keep the matrix kernels busy, few enough to stay in the cache.
const BATCH: usize = 320;

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

/// Tags, lemmatizes and parses. Immutable: share one among threads.
#[derive(Debug)]
pub struct Model {
    network: Network,
    upos: Vec<Upos>,
    feats: Vec<Arc<str>>,
    lemma: Vec<LemmaScript>,
    deprel: Vec<Arc<str>>,
}

impl Model {
    /// The model that ships with Polybius.
    pub fn embedded() -> Self {
        // the embedded file is checked by the tests: it cannot fail in a binary that passed them
        Model::load(EMBEDDED).expect("the embedded weights are those the tests ran with")
    }

    /// Reads weights as `training/` writes them.
    pub fn load(bytes: &[u8]) -> Result<Self, ModelError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let metadata = metadata.metadata().clone().unwrap_or_default();
        let broken = |what: &str| ModelError::Labels(what.to_owned());
        let field = |name: &str| metadata.get(name).ok_or_else(|| broken(&format!("`{name}` is missing")));
        let labels: HashMap<String, Vec<String>> =
            serde_json::from_str(field("labels")?).map_err(|e| broken(&e.to_string()))?;
        let dilations: Vec<usize> = serde_json::from_str(field("dilations")?).map_err(|e| broken(&e.to_string()))?;
        let list = |name: &str| labels.get(name).ok_or_else(|| broken(&format!("`{name}` is missing")));
        let model = Model {
            network: Network::load(&SafeTensors::deserialize(bytes)?, dilations)?,
            upos: list("upos")?
                .iter()
                .map(|l| l.parse().map_err(|()| broken(&format!("`{l}` is no UPOS"))))
                .collect::<Result<_, _>>()?,
            feats: list("feats")?.iter().map(|l| Arc::from(l.as_str())).collect(),
            lemma: list("lemma")?
                .iter()
                .map(|l| LemmaScript::parse(l).ok_or_else(|| broken(&format!("`{l}` is no lemma script"))))
                .collect::<Result<_, _>>()?,
            deprel: list("deprel")?.iter().map(|l| Arc::from(l.as_str())).collect(),
        };
        let counts = [model.upos.len(), model.feats.len(), model.lemma.len(), model.deprel.len()];
        if counts != model.network.label_counts() {
            return Err(broken("the number of labels is not that of the weights"));
        }
        Ok(model)
    }

    /// One tree a sentence, in order; an empty sentence gives an empty tree.
    pub fn parse<S: AsRef<str>>(&self, sentences: &[Vec<S>]) -> Vec<Tree> {
        let mut trees = Vec::with_capacity(sentences.len());
        let mut start = 0;
        while start < sentences.len() {
            let mut end = start + 1;
            let mut words = sentences[start].len();
            while end < sentences.len() && words + sentences[end].len() <= BATCH {
                words += sentences[end].len();
                end += 1;
            }
            self.parse_batch(&sentences[start..end], &mut trees);
            start = end;
        }
        trees
    }

    fn parse_batch<S: AsRef<str>>(&self, sentences: &[Vec<S>], trees: &mut Vec<Tree>) {
        let scores = self.scores(sentences);
        let mut start = 0;
        for (sentence, arcs) in sentences.iter().zip(&scores.arcs) {
            let heads = decode::heads(arcs);
            let words = sentence.iter().zip(&heads).enumerate().map(|(i, (form, &head))| {
                let at = start + i;
                let form = form.as_ref();
                let deprel = best(&scores.relations(at, head.map(|h| start + h)));
                let upos = self.upos[best(scores.upos.row(at))];
                let irregular = matches!(upos, Upos::Verb | Upos::Noun)
                    .then(|| irregular::lemma(&form.to_lowercase(), upos == Upos::Noun))
                    .flatten();
                Word {
                    form: form.to_owned(),
                    lemma: irregular.unwrap_or_else(|| self.lemma[best(scores.lemma.row(at))].apply(form)),
                    upos,
                    feats: self.feats[best(scores.feats.row(at))].clone(),
                    head,
                    deprel: if head.is_none() { Arc::from("root") } else { self.deprel[deprel].clone() },
                }
            });
            trees.push(Tree { words: words.collect() });
            start += sentence.len();
        }
    }

    fn scores<S: AsRef<str>>(&self, sentences: &[Vec<S>]) -> Scores {
        let sizes = self.network.table_sizes();
        let rows: Vec<Rows> = sentences.iter().flatten().map(|w| features::rows(w.as_ref(), &sizes)).collect();
        let lengths: Vec<usize> = sentences.iter().map(Vec::len).collect();
        self.network.scores(&rows, &lengths)
    }

    /// All scores of one sentence, each a list of rows (one a word), for comparison with PyTorch: `upos`, `feats`, `lemma`, `arcs`
    /// (heads, root first) and `rels` (for the head at `heads[i]`, 1-based, 0 = root).
    pub fn raw_scores(&self, forms: &[&str], heads: &[usize]) -> HashMap<&'static str, Vec<Vec<f32>>> {
        let scores = self.scores(&[forms.to_vec()]);
        let rows = |m: &crate::network::Matrix| (0..m.rows).map(|i| m.row(i).to_vec()).collect::<Vec<_>>();
        let rels = heads.iter().enumerate().map(|(i, h)| scores.relations(i, h.checked_sub(1))).collect();
        HashMap::from([
            ("upos", rows(&scores.upos)),
            ("feats", rows(&scores.feats)),
            ("lemma", rows(&scores.lemma)),
            ("arcs", scores.arcs.first().map(rows).unwrap_or_default()),
            ("rels", rels),
        ])
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
