//! The coder: an article goes in, political events come out. The modules stand in the order of the data's way:
//! document (sentences and trees) → entity (who) → time (when) → clause (arguments) → frame (what) → attribution (on whose word)
//! → reality (how real) → event → context → confidence → record.
//!
//! ```
//! let coder = polybius_coder::Coder::new();
//! let article = polybius_text::Article::from_lines("1", "Ukraine accused Russia of shelling the town.");
//! let events = coder.code(&article);
//! assert_eq!(events[0].category, "ACCUSE");
//! assert_eq!(events[0].actor[0].country.as_deref(), Some("UKR"));
//! ```

mod attribution;
mod attribution_score;
mod clause;
mod confidence;
mod context;
mod coreference;
mod coreference_ranking;
mod coreference_score;
mod document;
mod entity;
mod event;
mod examples;
mod explain;
mod figures;
mod frame;
mod gazetteer;
mod language;
mod lexicon;
mod mend;
mod mention;
mod ontology;
mod place;
mod reality;
mod record;
mod terms;
mod time;
mod topic;

pub use attribution::AttributionRelation;
pub use attribution_score::{AnnotatedAttribution, AttributionScore, Hits, score_attributions};
pub use coreference_score::{CoreferenceScore, Fractions};
pub use document::{Document, ParsedSentence};
pub use entity::EntityMentions;
pub use event::{Attribution, Event, Participant};
pub use examples::{ExampleReport, check_examples};
pub use explain::UnknownCategory;
pub use figures::{Figure, FigureKind};
pub use gazetteer::{GazetteerPlace, PlaceKind, distance};
pub use language::is_english;
pub use lexicon::{Force, Frame, Lexicon, LexiconError, LexiconFiles, Stats};
pub use place::{Basis, Place, Toponym};
pub use reality::Auxiliary;
pub use record::RecordWriter;
pub use time::DateMention;

use polybius_syntax::{Model, WordSpan};
use polybius_text::{Article, Span};

/// What the coder found in an article on the way to its events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layers {
    /// Entities, in order of their first mentions.
    pub entities: Vec<EntityMentions>,
    /// Toponyms, in order.
    pub places: Vec<Toponym>,
    /// Time expressions, in order.
    pub dates: Vec<DateMention>,
    /// Attributions, in order of their cues.
    pub attributions: Vec<AttributionRelation>,
}

/// The model and the lexicon. Load it once, share it among threads.
#[derive(Debug)]
pub struct Coder {
    model: Model,
    lexicon: Lexicon,
    coreference: coreference_ranking::Weights,
}

impl Default for Coder {
    fn default() -> Self {
        Coder::new()
    }
}

impl Coder {
    /// With the model and the lexicon that ship with Polybius.
    pub fn new() -> Self {
        Coder::with_lexicon(Lexicon::embedded())
    }

    /// With a lexicon of the caller's.
    pub fn with_lexicon(lexicon: Lexicon) -> Self {
        Coder { model: Model::embedded(), lexicon, coreference: coreference_ranking::Weights::embedded() }
    }

    /// The lexicon in use.
    pub fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    /// The syntax model in use.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The events of an article's body, in order of their triggers.
    pub fn code(&self, article: &Article) -> Vec<Event> {
        self.code_with_layers(article).0
    }

    /// The events, and what was found on the way to them.
    pub fn code_with_layers(&self, article: &Article) -> (Vec<Event>, Layers) {
        self.code_document(&Document::new(article, &self.model, &self.lexicon))
    }

    /// The same for an article that is parsed already.
    pub fn code_document(&self, document: &Document) -> (Vec<Event>, Layers) {
        let (entities, attributions) = self.entities_and_attributions(document);
        let places = place::Places::find(document, &entities, &self.lexicon);
        let times = time::find(document, &self.lexicon);
        let events = event::code(document, &entities, &times, &places, &self.lexicon, &attributions).events;
        let layers = Layers {
            entities: entities.all(),
            places: places.toponyms(&self.lexicon.places),
            dates: times.mentions(document),
            attributions: attributions.list(document, &entities, &self.lexicon),
        };
        (events, layers)
    }

    /// What given toponyms of an article mean: for measuring resolution by itself.
    pub fn places_at(&self, article: &Article, spans: &[Span]) -> Vec<Toponym> {
        let document = Document::new(article, &self.model, &self.lexicon);
        let (entities, _) = self.entities_and_attributions(&document);
        place::Places::given(&document, spans, &entities, &self.lexicon).toponyms(&self.lexicon.places)
    }

    fn entities_and_attributions(&self, document: &Document) -> (entity::Entities<'_>, attribution::Attributions) {
        let mut entities = entity::Entities::find(document, &self.lexicon, &self.coreference);
        let attributions = attribution::find(document, &self.lexicon);
        attributions.link_first_person(document, &mut entities, &self.lexicon);
        (entities, attributions)
    }

    /// The mentions that speak of the same somebody or something, those that are spoken of once included, in order of the text.
    pub fn coreference(&self, document: &Document) -> Vec<Vec<WordSpan>> {
        let matches = entity::find_all_names(document, &self.lexicon);
        coreference::Chains::find(document, &matches, &self.lexicon, &self.coreference).clusters()
    }

    /// Learns to choose antecedents from documents whose entities are known, reading them `rounds` times; returns the weights as
    /// `model/coreference.tsv` holds them.
    pub fn learn_coreference(&self, documents: &[(Document, Vec<Vec<WordSpan>>)], rounds: usize) -> String {
        coreference::learn(documents, &self.lexicon, rounds).write()
    }

    /// Each sentence with its events and why each was coded as it was, for people to read; or, with `why_not` and a category, why a
    /// sentence has no event of that category. `trees` puts each sentence's tree and clauses before.
    ///
    /// # Errors
    /// If the category is none of the ontology's; the error lists them.
    ///
    /// ```
    /// let coder = polybius_coder::Coder::new();
    /// let article = polybius_text::Article::from_lines("1", "France will meet Turkey. Rebels accused Paris.");
    /// let why = coder.explain(&article, false, Some("CONSULT"))?;
    /// assert!(why.contains("CONSULT that lies ahead (\"will\") is AGREE"), "{why}");
    /// # Ok::<(), polybius_coder::UnknownCategory>(())
    /// ```
    pub fn explain(&self, article: &Article, trees: bool, why_not: Option<&str>) -> Result<String, UnknownCategory> {
        explain::explain(self, article, trees, why_not)
    }

    /// The category of the ontology that `name` means, in whatever case.
    ///
    /// # Errors
    /// If it means none; the error lists them.
    pub fn category(&self, name: &str) -> Result<&str, UnknownCategory> {
        explain::category(self, name)
    }
}
