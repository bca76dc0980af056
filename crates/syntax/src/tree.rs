//! A sentence's words with their tags and their place in the tree.

use crate::names::Name;
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

macro_rules! upos {
    ($($name:ident $text:literal),*) => {
        /// Universal part of speech (<https://universaldependencies.org/u/pos/>).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs)]
        pub enum Upos { $($name),* }

        impl Upos {
            /// The tag as CoNLL-U writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Upos::$name => $text),* }
            }
        }

        impl FromStr for Upos {
            type Err = ();
            fn from_str(s: &str) -> Result<Self, ()> {
                match s { $($text => Ok(Upos::$name),)* _ => Err(()) }
            }
        }
    };
}
upos!(
    Adj "ADJ", Adp "ADP", Adv "ADV", Aux "AUX", Cconj "CCONJ", Det "DET", Intj "INTJ", Noun "NOUN", Num "NUM",
    Part "PART", Pron "PRON", Propn "PROPN", Punct "PUNCT", Sconj "SCONJ", Sym "SYM", Verb "VERB", X "X"
);

impl fmt::Display for Upos {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One word of a tree.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// As it stands in the text.
    pub form: String,
    /// Dictionary form.
    pub lemma: String,
    /// Part of speech.
    pub upos: Upos,
    /// Feature bundle as CoNLL-U writes it, `_` for none.
    pub feats: Arc<str>,
    /// The word it hangs on; `None` for the root.
    pub head: Option<usize>,
    /// Relation to the head, subtype included ("nsubj:pass").
    pub deprel: Arc<str>,
}

impl Word {
    /// Is this feature ("VerbForm=Part") in the bundle?
    pub fn has(&self, feature: &str) -> bool {
        self.feats.split('|').any(|f| f == feature)
    }

    /// The relation without its subtype.
    pub fn rel(&self) -> &str {
        self.deprel.split(':').next().unwrap_or("")
    }
}

/// A sentence's words; the heads form one tree with one root.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Tree {
    /// In order of the text.
    pub words: Vec<Word>,
    /// Names among them, in order, none overlapping.
    pub names: Vec<Name>,
}

impl Tree {
    /// The words that hang on `head`, in order.
    pub fn children(&self, head: usize) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().filter(move |(_, w)| w.head == Some(head)).map(|(i, _)| i)
    }
}
