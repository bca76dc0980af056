//! From tokens to Universal Dependencies trees, by a small model of our own (see `model/MODEL_CARD.md`).
//!
//! ```
//! let model = polybius_syntax::Model::embedded();
//! let trees = model.parse(&[vec!["Rebels", "attacked", "the", "village", "."]]);
//! assert_eq!(trees[0].words[0].head, Some(1));
//! ```

mod branch;
mod conllu;
mod coreference;
mod decode;
mod evaluate;
mod features;
mod gazetteer;
mod irregular;
mod kernels;
mod model;
mod names;
mod network;
mod tree;

pub use conllu::{ConlluError, document_lengths, read_conllu, write_conllu};
pub use coreference::{CoreferenceDocument, CoreferenceSentence, WordSpan, read_coreference};
pub use evaluate::{Count, Evaluation, EvaluationError, evaluate};
pub use model::{LONGEST, Model, ModelError};
pub use names::{Name, NameKind};
pub use tree::{Tree, Upos, Word};
