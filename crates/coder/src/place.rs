//! Where: the toponyms of an article, and the place that each means.
//!
//! A toponym is a name or an adjective of a place that the gazetteer knows, or a name that the model takes for one of a place. [`recognize`]
//! weighs whether such words name a place here, and not a person, a team or a company. [`resolve`] decides once for the article what a
//! spelling means: the place that is best known, that the text says ("Paris, Texas"), that lies in the countries and regions the article
//! speaks of, and near its other places. [`locate`] finds the place of an event among them.

mod locate;
mod recognize;
mod resolve;

pub use locate::{Basis, Place};

use crate::document::Document;
use crate::entity::Entities;
use crate::gazetteer::{Gazetteer, GazetteerPlace, PlaceId, PlaceKind};
use crate::lexicon::Lexicon;
use polybius_text::Span;
use std::collections::HashMap;

/// A place name in an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Toponym {
    /// The words.
    pub span: Span,
    /// What they mean; `None` for a name that the gazetteer does not have.
    pub place: Option<GazetteerPlace>,
    /// Is it an adjective ("the Russian ambassador") rather than a name?
    pub adjective: bool,
}

/// A toponym where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Mention {
    /// `None` in a dateline.
    pub(crate) sentence: Option<usize>,
    /// Words `start..end` of the sentence or the dateline.
    pub(crate) start: usize,
    pub(crate) end: usize,
    pub(crate) span: Span,
    /// What its spelling means in this article.
    pub(crate) place: Option<PlaceId>,
    pub(crate) adjective: bool,
    /// Index among the article's spellings.
    pub(crate) spelling: usize,
}

/// A spelling of an article with what it may mean.
#[derive(Debug)]
struct Spelling {
    candidates: Vec<PlaceId>,
    /// As many as candidates: is it another spelling than the place's usual name?
    alternate: Vec<bool>,
    /// How often it names a place in the article.
    count: usize,
    /// Spellings that stand behind it and a comma ("Paris, Texas").
    qualifiers: Vec<usize>,
    /// Spellings that it stands behind.
    qualified: Vec<usize>,
    /// What the words beside it say it is ("Tula region").
    kinds: Vec<PlaceKind>,
}

/// The toponyms of an article in order of its text.
#[derive(Debug, Default)]
pub(crate) struct Places {
    pub(crate) mentions: Vec<Mention>,
    /// Where the article was filed, by index of a mention.
    dateline: Option<usize>,
    /// What it speaks of most, by index of a mention.
    focus: Option<usize>,
}

impl Places {
    /// Finds and resolves the toponyms of `document`.
    pub(crate) fn find(document: &Document, entities: &Entities, lexicon: &Lexicon) -> Self {
        let (mentions, spellings) = recognize::toponyms(document, entities, lexicon);
        Places::resolved(mentions, &spellings, document, &lexicon.places)
    }

    /// What gold toponyms mean, whose spans are given: for measuring resolution by itself.
    pub(crate) fn given(document: &Document, spans: &[Span], entities: &Entities, lexicon: &Lexicon) -> Self {
        let (mentions, spellings) = recognize::given(document, spans, entities, lexicon);
        Places::resolved(mentions, &spellings, document, &lexicon.places)
    }

    fn resolved(mut mentions: Vec<Mention>, spellings: &[Spelling], document: &Document, g: &Gazetteer) -> Self {
        let meanings = resolve::resolve(spellings, document.article.publisher.as_deref(), g);
        for m in &mut mentions {
            m.place = meanings[m.spelling];
        }
        Places { dateline: locate::dateline(&mentions), focus: locate::focus(&mentions, g), mentions }
    }

    /// The toponyms for callers outside.
    pub(crate) fn toponyms(&self, gazetteer: &Gazetteer) -> Vec<Toponym> {
        // one sense an article: the facts are read once a place
        let mut known: HashMap<PlaceId, GazetteerPlace> = HashMap::new();
        let mut fact = |id: PlaceId| known.entry(id).or_insert_with(|| gazetteer.place(id)).clone();
        self.mentions
            .iter()
            .map(|m| Toponym { span: m.span, place: m.place.map(&mut fact), adjective: m.adjective })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Coder, Event};
    use polybius_text::Article;
    use std::sync::LazyLock;
    use std::time::{Duration, Instant};

    static CODER: LazyLock<Coder> = LazyLock::new(Coder::new);

    /// Words, meaning, and is it an adjective.
    type Named = (String, Option<GazetteerPlace>, bool);

    fn coded(text: &str, publisher: Option<&str>) -> (Vec<Event>, Vec<Named>) {
        let mut article = Article::from_lines("1", text);
        article.date = "2016-02-03".parse().ok();
        article.publisher = publisher.map(str::to_owned);
        let (events, layers) = CODER.code_with_layers(&article);
        let words = |t: &Toponym| (t.span.of(&article.text).to_owned(), t.place.clone(), t.adjective);
        (events, layers.places.iter().map(words).collect())
    }

    /// Country and GeoNames id of the first toponym with these words.
    fn meaning(text: &str, words: &str, publisher: Option<&str>) -> Option<(String, u32)> {
        let place = coded(text, publisher).1.into_iter().find(|t| t.0 == words)?.1?;
        Some((place.country?, place.geonames?))
    }

    fn is(country: &str, geonames: u32) -> Option<(String, u32)> {
        Some((country.to_owned(), geonames))
    }

    #[test]
    fn a_name_means_what_the_text_says() {
        assert_eq!(meaning("The minister flew to Paris on Monday.", "Paris", None), is("FRA", 2_988_507));
        assert_eq!(meaning("A man from Paris, Texas, was arrested.", "Paris", None), is("USA", 4_717_560));
        let near = "The storm hit Lamar County on Sunday. Roofs were torn off in Paris and Blossom, northeast of Dallas. The governor of \
            Texas toured the area.";
        assert_eq!(meaning(near, "Paris", None), is("USA", 4_717_560));
        // the country, unless the article is about the American South
        assert_eq!(meaning("Russia sent troops to Georgia and Armenia.", "Georgia", None), is("GEO", 614_540));
        let south = "The sheriff of Fulton County said police in Atlanta and Savannah, Georgia, had arrested two men.";
        assert_eq!(meaning(south, "Georgia", None), is("USA", 4_197_000));
    }

    #[test]
    fn a_town_is_told_from_its_province() {
        assert_eq!(meaning("Rebels shelled Aleppo on Monday.", "Aleppo", None), is("SYR", 170_063));
        assert_eq!(meaning("Rebels shelled villages in Aleppo province.", "Aleppo", None), is("SYR", 170_062));
    }

    #[test]
    fn the_publisher_says_where_it_is_at_home() {
        let text = "The mayor of Springfield resigned on Monday.";
        let illinois = is("USA", 4_250_542);
        assert_eq!(meaning(text, "Springfield", Some("Decatur Herald, Illinois")), illinois);
        assert_ne!(meaning(text, "Springfield", Some("Boston Globe")), illinois);
    }

    #[test]
    fn people_and_companies_are_no_places_and_adjectives_are_marked() {
        let (_, places) = coded("Jack London and Paris Hilton met the Russian ambassador in Lyon.", None);
        let words: Vec<(&str, bool)> = places.iter().map(|p| (p.0.as_str(), p.2)).collect();
        assert_eq!(words, [("Russian", true), ("Lyon", false)]);
    }

    #[test]
    fn abbreviations_count_behind_a_town_alone() {
        let (_, places) = coded("Police in Austin, Tex., freed a hostage. In Washington, D.C., nobody knew.", None);
        let words: Vec<&str> = places.iter().map(|p| p.0.as_str()).collect();
        assert_eq!(words, ["Austin", "Tex.", "Washington", "D.C."]);
        assert!(coded("Or so he said.", None).1.is_empty());
    }

    #[test]
    fn an_event_happens_where_its_clause_says() {
        let place = |text: &str| {
            let (events, _) = coded(text, None);
            let p = events.first()?.place.clone()?;
            Some((p.place?.name, p.country?, p.basis))
        };
        let found = |name: &str, country: &str, basis| Some((name.to_owned(), country.to_owned(), basis));
        let text = Basis::Text;
        // where it happened, not any place in the sentence
        let raid = "Turkish police arrested twelve students in Izmir on Monday, the embassy of Germany said.";
        assert_eq!(place(raid).map(|p| (p.1, p.2)), Some(("TUR".to_owned(), text)));
        assert_eq!(place("Rebels shelled Aleppo on Monday."), found("Aleppo", "SYR", text));
        let near = "A bomb killed three soldiers on the outskirts of the town of Cizre on Monday.";
        assert_eq!(place(near), found("Cizre", "TUR", text));
        assert_eq!(place("Gunmen killed two officers in Syria's Aleppo on Monday."), found("Aleppo", "SYR", text));
        let filed = "CAIRO (Reuters) - Russia condemned the arrests on Monday.";
        assert_eq!(place(filed), found("Cairo", "EGY", Basis::Dateline));
        let about = "Nigeria is at war.\nLagos is quiet, Nigeria says.\nRussia condemned the arrests on Monday.";
        assert_eq!(place(about), found("Nigeria", "NGA", Basis::Focus));
        // background is not placed where the article was filed
        assert_eq!(place("CAIRO (Reuters) - In 2003 the army arrested the leader of the party."), None);
    }

    #[test]
    fn a_name_that_the_gazetteer_lacks_is_still_a_place() {
        let (events, places) = coded("Rebels killed two soldiers in the Marrow Valley on Monday, Yemen said.", None);
        let unknown = places.iter().find(|p| p.0 == "Marrow Valley");
        assert!(unknown.is_some_and(|p| p.1.is_none()), "{places:?}");
        let place = events[0].place.as_ref().map(|p| (p.place.is_none(), p.basis, p.country.as_deref()));
        assert_eq!(place, Some((true, Basis::Text, Some("YEM"))));
    }

    /// The time to find the places of an article of so many names, each its own or all the same.
    fn time(names: usize, same: bool) -> Duration {
        let g = &CODER.lexicon().places;
        let name = |i: usize| if same { "Aleppo".to_owned() } else { g.place(PlaceId::Packed(5 * i as u32)).name };
        let text: String = (0..names).map(|i| format!("He went to {}.\n", name(i))).collect();
        let article = Article::from_lines("1", text);
        let document = Document::new(&article, CODER.model(), CODER.lexicon());
        let entities = Entities::names_only(&document, CODER.lexicon());
        let once = || {
            let start = Instant::now();
            let places = Places::find(&document, &entities, CODER.lexicon());
            assert!(places.mentions.len() > names / 4, "{} of {names}", places.mentions.len());
            start.elapsed()
        };
        // the best of some: the machine may have other work
        (0..5).map(|_| once()).min().unwrap_or_default()
    }

    #[test]
    fn places_take_time_in_proportion_to_the_article() {
        // were it quadratic, eight times the names would take 64 times as long
        for (few, many, same) in [(6_250, 50_000, false), (1_250, 10_000, true)] {
            let (short, long) = (time(few, same), time(many, same));
            assert!(long < 40 * short, "{few} names: {short:?}, {many}: {long:?}");
        }
    }
}
