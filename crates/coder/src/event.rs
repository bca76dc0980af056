//! Events: candidates with sources, auxiliaries, dates and places, after the ontology's rules.

use crate::attribution::{self, Attributions, cited};
use crate::clause::{prepositions, tree_contains};
use crate::document::Document;
use crate::entity::{Entities, Kind, Mention};
use crate::frame::{self, Candidate};
use crate::lexicon::{Lexicon, Naming};
use crate::ontology::Category;
use crate::reality::{Auxiliary, auxiliaries};
use crate::time::{self, TimeExpression, When};
use jiff::civil::Date;
use polybius_syntax::{Tree, Upos};
use polybius_text::Span;

/// A participant or a source.
#[derive(Clone, Debug, PartialEq)]
pub struct Participant {
    /// The words nearest the trigger.
    pub span: Span,
    /// The fullest proper name the article or the lexicon gives.
    pub name: Option<String>,
    /// ISO 3166-1 alpha-3, or IGO, NGO, MNC, IMG.
    pub country: Option<String>,
    /// PLOVER sector.
    pub sector: Option<String>,
}

/// On whose word an event rests.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// Who.
    pub who: Participant,
    /// `named`, `anonymous` or `media`.
    pub kind: &'static str,
}

/// Where an event happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// The words.
    pub span: Span,
    /// ISO 3166-1 alpha-3.
    pub country: String,
}

/// One coded event. Spans are bytes of the article's text.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
    /// PLOVER category.
    pub category: String,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// CAMEO code.
    pub cameo: Option<String>,
    /// Quad class.
    pub quad: String,
    /// PLOVER's score of the mode, or of the category.
    pub score: f64,
    /// The words that say what happened.
    pub trigger: Span,
    /// The fields it belongs to, in the ontology's order.
    pub context: Vec<String>,
    /// Who did it.
    pub actor: Vec<Participant>,
    /// To whom.
    pub recipient: Vec<Participant>,
    /// How real it is.
    pub auxiliary: Auxiliary,
    /// On whose word, outermost first; empty where the article asserts it.
    pub attribution: Vec<Attribution>,
    /// When: `YYYY-MM-DD`, `YYYY-MM` or `YYYY`.
    pub date: Option<String>,
    /// Where.
    pub place: Option<Place>,
    /// Index of its sentence among the article's body sentences.
    pub sentence: usize,
    /// Span of its sentence.
    pub sentence_span: Span,
    /// The frame and the predicate that coded it, as `frame:predicate`.
    pub rule: String,
    /// A rank between 0 and 1, not a probability: the more of the participants are known and the nearer they stand, the higher.
    pub confidence: f64,
}

/// Codes what the earlier steps found.
pub(crate) fn code(
    document: &Document,
    entities: &Entities,
    lexicon: &Lexicon,
    attributions: &Attributions,
) -> Vec<Event> {
    let times: Vec<Vec<TimeExpression>> =
        document.sentences.iter().map(|s| time::find(&s.tree, document.article.date)).collect();
    let mut days = NewsDays::new(document.article.date);
    let mut events: Vec<Event> = frame::find(document, entities, lexicon)
        .iter()
        .map(|c| {
            let (mut event, when) = one(document, entities, lexicon, attributions, &times[c.sentence], c);
            let of_the_day = is_news_of_the_day(&document.sentences[c.sentence].tree, c);
            event.date = days.date(when, of_the_day && event.auxiliary == Auxiliary::default());
            event
        })
        .collect();
    events.sort_by(|a, b| (a.trigger, &a.category, &a.rule).cmp(&(b.trigger, &b.category, &b.rule)));
    events.dedup_by(|a, b| a.trigger == b.trigger && a.category == b.category);
    lexicon.contexts.give(document, &mut events);
    events
}

fn one(
    document: &Document,
    entities: &Entities,
    lexicon: &Lexicon,
    attributions: &Attributions,
    times: &[TimeExpression],
    c: &Candidate,
) -> (Event, Option<When>) {
    let frame = frame::frame(lexicon, c);
    let sentence = &document.sentences[c.sentence];
    let tree = &sentence.tree;
    let is_noun = matches!(tree.words[c.head].upos, Upos::Noun | Upos::Propn);
    let mut sources = attributions.sources(document, entities, lexicon, c.sentence, c.head);
    let mut auxiliary = auxiliaries(tree, c.head, c.clause, is_noun, &sources);
    // whoever announces the act himself, or an official of his country
    let announced =
        sources.iter().filter_map(|s| s.mention).any(|m| c.actors.iter().any(|&a| speaks_for(entities, m, a)));
    let possible = auxiliary.hypothetical && may_be(tree, c.clause);
    let told = lexicon.ontology.category.get(&frame.event);
    let becomes = told.filter(|_| auxiliary.future || announced && possible).and_then(|t| match &t.refused {
        // "Armenia will not lift the blockade": what is refused is no concession that did not happen
        Some(refused) if auxiliary.negation && !is_noun => Some(refused),
        // what still lies ahead is an agreement or a concession: one category instead of a category with an auxiliary
        _ if t.future.is_some() => t.future.as_ref().filter(|_| auxiliary.future),
        // "France said it would expel ...": a hostile act that its own actor announces is a threat
        _ => t.announced.as_ref().filter(|_| announced && !auxiliary.negation),
    });
    let (mut category, mut mode, mut cameo) = (frame.event.clone(), c.mode.clone(), frame.cameo.clone());
    if let Some(becomes) = becomes {
        auxiliary.future = false;
        auxiliary.hypothetical &= !possible;
        auxiliary.negation &= told.is_none_or(|t| t.refused.as_ref() != Some(becomes));
        (category, mode, cameo) = (becomes.event.clone(), becomes.mode_of(mode.as_deref()), becomes.cameo.clone());
    }
    let ontology = lexicon.ontology.category.get(&category);
    // whoever speaks for himself is the actor, not the source; a deed that he tells of afterwards rests on his word
    if lexicon.ontology.is_verbal(&category) && !is_told_afterwards(tree, c.clause) {
        sources.retain(|s| !s.mention.is_some_and(|m| c.actors.iter().any(|a| a.entity == m.entity)));
    }
    let when = nearest_time(tree, times, c);
    let lasting = when
        .is_some_and(|w| times.iter().any(|t| t.when == w && t.start > 0 && tree.words[t.start - 1].lemma == "since"));
    if !lasting
        && let (Some(day), Some(published)) = (when.and_then(When::latest), document.article.date)
        && published.since(day).is_ok_and(|s| s.get_days() > 365)
    {
        auxiliary.historical = true;
    }
    let place = place(document, entities, c);
    let mut recipient: Vec<Participant> = c.recipients.iter().map(|m| participant(entities, *m)).collect();
    // "strike the Olympics in Sochi": what is harmed belongs to the country where it stands
    if let Some(place) = place.as_ref().filter(|_| ontology.is_some_and(|o| o.harms)) {
        for harmed in recipient.iter_mut().filter(|r| r.country.is_none()) {
            harmed.country = Some(place.country.clone());
        }
    }
    let score = |o: &Category| mode.as_ref().and_then(|m| o.modes.get(m)).copied().unwrap_or(o.score);
    let score = ontology.map_or(0.0, score);
    let known = |side: &[Mention]| side.iter().filter(|m| entities.of(**m).is_political()).count().min(1) as f64;
    let confidence =
        0.5 + 0.2 * known(&c.actors) + 0.15 * known(&c.recipients) + if frame.object.is_empty() { 0.0 } else { 0.1 };
    let event = Event {
        quad: ontology.map_or_else(String::new, |o| o.quad.clone()),
        actor: actors(entities, &c.actors, ontology.map_or("GOV", |o| &o.acts_by)),
        category,
        mode,
        cameo,
        score,
        trigger: c.trigger,
        context: Vec::new(), // comes with the words of the article
        recipient,
        auxiliary,
        attribution: sources
            .iter()
            .map(|s| Attribution { who: cited(entities, s), kind: attribution::kind(s, entities) })
            .collect(),
        date: None, // comes with the dates of the events around it
        place,
        sentence: c.sentence,
        sentence_span: sentence.span,
        rule: format!("{}:{}", frame.id, c.predicate),
        confidence: (confidence * 100.0).round() / 100.0,
    };
    (event, when)
}

/// "said he had met": is the event over when it is reported?
fn is_told_afterwards(tree: &Tree, clause: usize) -> bool {
    let first = first_conjunct(tree, clause);
    let perfect =
        |verb: usize| tree.children(verb).any(|c| tree.words[c].rel() == "aux" && tree.words[c].lemma == "have");
    perfect(clause)
        || perfect(first)
            && tree.children(clause).all(|c| tree.words[c].rel() != "nsubj" && tree.words[c].rel() != "aux")
}

/// The day on which an article's events happen, as far as it has been told: news that names a day goes on with what happened then.
struct NewsDays {
    published: Option<Date>,
    told: Option<Date>,
}

impl NewsDays {
    /// How many days before publication a day may lie that the following sentences go on with.
    const RECENT: i32 = 3;

    fn new(published: Option<Date>) -> Self {
        NewsDays { published, told: None }
    }

    /// The date of the next event: the one its words give; for news of the day without one, the recent day told last, or else the day of
    /// publication.
    fn date(&mut self, when: Option<When>, of_the_day: bool) -> Option<String> {
        if let (Some(When::Day(day)), Some(published)) = (when, self.published) {
            let recent = published.since(day).is_ok_and(|s| (0..=Self::RECENT).contains(&s.get_days()));
            if recent {
                self.told = Some(day);
            }
        }
        when.or_else(|| self.told.or(self.published).filter(|_| of_the_day).map(When::Day)).map(|w| w.to_string())
    }
}

/// Is the verb's own auxiliary one of possibility ("may expel")?
fn may_be(tree: &Tree, verb: usize) -> bool {
    tree.children(verb)
        .any(|c| tree.words[c].rel() == "aux" && matches!(&*tree.words[c].form, "may" | "might" | "could"))
}

/// Is the speaker the actor, or an official of the state that acts?
fn speaks_for(entities: &Entities, speaker: Mention, actor: Mention) -> bool {
    let (s, a) = (entities.of(speaker), entities.of(actor));
    let official = |sector: Option<&str>| matches!(sector, Some("GOV" | "MIL"));
    speaker.entity == actor.entity
        || s.country.is_some()
            && s.country == a.country
            && official(s.sector.as_deref())
            && (a.kind == Kind::Body || official(a.sector.as_deref()))
}

/// Those who act. A country of which nothing more is said ("Russia", "Ankara") acts by an arm: its government, and where it fights or
/// deploys its armed forces.
fn actors(entities: &Entities, mentions: &[Mention], arm: &str) -> Vec<Participant> {
    let acting = |&m: &Mention| {
        let state = entities.of(m).kind == Kind::Body;
        let mut p = participant(entities, m);
        if state && p.country.is_some() {
            p.sector.get_or_insert_with(|| arm.to_owned());
        }
        p
    };
    mentions.iter().map(acting).collect()
}

fn participant(entities: &Entities, mention: Mention) -> Participant {
    let e = entities.of(mention);
    // a body of no country that the text names stands between or beside the countries
    let own = e.sector.as_ref().filter(|s| matches!(s.as_str(), "IGO" | "NGO" | "MNC"));
    let country = e.country.as_ref().or(own).cloned();
    Participant { span: mention.span, name: e.name.clone(), country, sector: e.sector.clone() }
}

/// What a main clause says in the simple past or the present without a date is the news of the day: the day of publication.
fn is_news_of_the_day(tree: &Tree, c: &Candidate) -> bool {
    let w = &tree.words[c.clause];
    let finite = w.has("VerbForm=Fin") && (w.has("Tense=Past") || w.has("Tense=Pres"));
    let main = w.head.is_none() || (w.rel() == "conj" && w.head.is_some_and(|h| tree.words[h].head.is_none()));
    finite && main && !tree.children(c.clause).any(|x| tree.words[x].rel() == "aux")
}

/// The clause a word stands in: the nearest verb above it (or the root).
fn clause_of(tree: &Tree, word: usize) -> usize {
    let mut at = word;
    while let Some(up) = tree.words[at].head {
        let clausal =
            matches!(tree.words[at].rel(), "ccomp" | "xcomp" | "advcl" | "acl" | "csubj" | "parataxis" | "conj")
                && tree.words[at].upos == Upos::Verb;
        if clausal {
            return at;
        }
        at = up;
        if tree.words[at].upos == Upos::Verb {
            return at;
        }
    }
    at
}

/// The time expression of the event: below the predicate, else in its clause, nearest first.
fn nearest_time(tree: &Tree, times: &[TimeExpression], c: &Candidate) -> Option<When> {
    let clause = clause_of(tree, c.clause);
    let rank = |t: &TimeExpression| {
        let time_clause = clause_of(tree, t.start);
        let below = (t.start..t.end).any(|i| tree_contains(tree, c.head, i))
            && (time_clause == clause_of(tree, c.head) || time_clause == c.head);
        let level = if below {
            0
        } else if time_clause == c.clause {
            1
        } else if time_clause == clause {
            2
        } else if tree_contains(tree, c.head, t.start) && !nested_clause(tree, c.head, t.start) {
            3
        } else if first_conjunct(tree, time_clause) == first_conjunct(tree, clause) {
            // "burned cars and daubed slogans on Saturday"
            4
        } else {
            return None;
        };
        Some((level, t.start.abs_diff(c.head)))
    };
    times.iter().filter_map(|t| rank(t).map(|r| (r, t.when))).min_by_key(|x| x.0).map(|x| x.1)
}

fn first_conjunct(tree: &Tree, verb: usize) -> usize {
    let mut at = verb;
    for _ in 0..tree.words.len() {
        let Some(up) = tree.words[at].head.filter(|_| tree.words[at].rel() == "conj") else { break };
        at = up;
    }
    at
}

fn nested_clause(tree: &Tree, top: usize, word: usize) -> bool {
    let mut at = word;
    while at != top {
        if matches!(tree.words[at].rel(), "ccomp" | "acl" | "advcl" | "parataxis") {
            return true;
        }
        match tree.words[at].head {
            Some(h) => at = h,
            None => return true,
        }
    }
    false
}

/// Where: a country, capital or place under a locative preposition in the event's clause.
fn place(document: &Document, entities: &Entities, c: &Candidate) -> Option<Place> {
    let tree = &document.sentences[c.sentence].tree;
    let clause = clause_of(tree, c.clause);
    let mut best: Option<((usize, usize), Place)> = None;
    for m in &entities.matches[c.sentence] {
        let Some((country, naming, _)) = entities.country_at(c.sentence, m.start) else { continue };
        if matches!(naming, Naming::Demonym | Naming::Metonym) {
            continue;
        }
        let located = (m.start..m.end).any(|t| {
            let own = prepositions(tree, t);
            own.iter().any(|p| {
                matches!(
                    p.as_str(),
                    "in" | "at" | "near" | "outside" | "inside" | "across" | "around" | "on" | "throughout" | "into"
                )
            })
        });
        if !located {
            continue;
        }
        let level = if tree_contains(tree, c.head, m.start) {
            0
        } else if clause_of(tree, m.start) == clause {
            1
        } else {
            continue;
        };
        let rank = (level, m.start.abs_diff(c.head));
        if best.as_ref().is_none_or(|b| rank < b.0) {
            let place = Place { span: document.span(c.sentence, m.start, m.end), country: country.to_owned() };
            best = Some((rank, place));
        }
    }
    best.map(|b| b.1)
}

/// The day of publication, for callers that print it.
pub(crate) fn day(date: Date) -> String {
    When::Day(date).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn news_goes_on_with_the_day_told_last() {
        let mut days = NewsDays::new("2013-07-22".parse().ok());
        let date = |days: &mut NewsDays, told: Option<&str>, of_the_day| {
            days.date(told.map(|d| When::Day(d.parse().unwrap())), of_the_day)
        };
        assert_eq!(date(&mut days, None, true).as_deref(), Some("2013-07-22"));
        assert_eq!(date(&mut days, Some("2013-07-20"), false).as_deref(), Some("2013-07-20"));
        assert_eq!(date(&mut days, None, true).as_deref(), Some("2013-07-20"));
        assert_eq!(date(&mut days, None, false), None);
        // background and plans do not move it
        assert_eq!(date(&mut days, Some("2010-07-20"), false).as_deref(), Some("2010-07-20"));
        assert_eq!(date(&mut days, Some("2013-07-25"), false).as_deref(), Some("2013-07-25"));
        assert_eq!(date(&mut days, None, true).as_deref(), Some("2013-07-20"));
        assert_eq!(NewsDays::new(None).date(None, true), None);
    }
}
