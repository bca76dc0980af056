//! Events: candidates with sources, auxiliaries, dates and places, after the ontology's rules.

use crate::attribution::{self, Attributions, Source, cited};
use crate::clause::tree_contains;
use crate::confidence;
use crate::document::Document;
use crate::entity::{Entities, Kind, Mention};
use crate::figures::{self, Figure};
use crate::frame::{self, Candidate, Dropped, Party};
use crate::lexicon::Lexicon;
use crate::ontology::Category;
use crate::place::{Basis, Place, Places};
use crate::reality::{Auxiliary, Signs, signs};
use crate::time::{Amount, TimeExpression, Times, When};
use jiff::civil::Date;
use polybius_syntax::{Tree, Upos, Word};
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
    /// Is the country a guess: that of the place where the entity is, or of the article's focus?
    pub guessed: bool,
}

/// On whose word an event rests.
#[derive(Clone, Debug, PartialEq)]
pub struct Attribution {
    /// Who.
    pub who: Participant,
    /// `named`, `anonymous` or `media`.
    pub kind: &'static str,
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
    /// How many it killed, wounded, detained and so on, as its sentence or those behind it tell.
    pub figures: Vec<Figure>,
    /// Index of its sentence among the article's body sentences.
    pub sentence: usize,
    /// Span of its sentence.
    pub sentence_span: Span,
    /// The frame and the predicate that coded it, as `frame:predicate`.
    pub rule: String,
    /// The chance that it is there and of its category, between 0 and 1.
    pub confidence: f64,
}

/// Why an event is of another category than its frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Became {
    /// It is refused ("will not lift the blockade").
    Refused,
    /// It lies ahead.
    Ahead,
    /// Its own actor announces it.
    Announced,
}

/// Where an event has its date from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DatedBy {
    /// A time expression of its clause, or of the one above with which it happens: words of its sentence.
    Words(usize, usize),
    /// Counted from another event ("two days after ...").
    Counted,
    /// It is the news of the day.
    News,
}

/// On what an event rests, for people who ask why.
#[derive(Debug)]
pub(crate) struct Grounds<'l> {
    pub(crate) candidate: Candidate<'l>,
    pub(crate) signs: Signs,
    pub(crate) sources: Vec<Source>,
    pub(crate) became: Option<Became>,
    pub(crate) dated: Option<DatedBy>,
}

/// Events, the grounds of each, and what was found and left out.
#[derive(Debug)]
pub(crate) struct Coding<'l> {
    pub(crate) events: Vec<Event>,
    pub(crate) grounds: Vec<Grounds<'l>>,
    pub(crate) dropped: Vec<(Candidate<'l>, Dropped)>,
}

/// Codes what the earlier steps found.
pub(crate) fn code<'l>(
    document: &'l Document,
    entities: &'l Entities,
    times: &Times,
    places: &Places,
    lexicon: &'l Lexicon,
    attributions: &Attributions,
) -> Coding<'l> {
    let mut days = NewsDays::new(times.today);
    let found = frame::find(document, entities, lexicon);
    let code_one = |c: Candidate<'l>| {
        let tree = &document.sentences[c.sentence].tree;
        let dated = Dated::find(tree, &times.sentences[c.sentence], times.today, &c);
        let when = dated.when.filter(|_| dated.offset.is_none());
        let clause = c.clause;
        let (mut event, mut grounds) = one(document, entities, places, lexicon, attributions, (when, dated.lasting), c);
        let of_the_day = dated.is_news(tree, clause) && event.auxiliary == Auxiliary::default();
        event.date = match dated.offset {
            Some(offset) => dated.when.or(days.day()).and_then(|w| w.shift(offset)).map(|w| w.to_string()),
            None => days.date(when, of_the_day),
        };
        grounds.dated = match (dated.offset, dated.words.filter(|_| when.is_some())) {
            _ if event.date.is_none() => None,
            (Some(_), _) => Some(DatedBy::Counted),
            (None, Some((start, end))) => Some(DatedBy::Words(start, end)),
            (None, None) => Some(DatedBy::News),
        };
        (event, grounds)
    };
    let mut coded: Vec<(Event, Grounds)> = found.events.into_iter().map(code_one).collect();
    coded.sort_by(|(a, _), (b, _)| (a.trigger, &a.category, &a.rule).cmp(&(b.trigger, &b.category, &b.rule)));
    coded.dedup_by(|(a, _), (b, _)| a.trigger == b.trigger && a.category == b.category);
    let (mut events, grounds): (Vec<Event>, Vec<Grounds>) = coded.into_iter().unzip();
    lexicon.contexts.give(document, &mut events);
    figures::give(document, lexicon, &mut events, &grounds);
    let count = events.len();
    for event in &mut events {
        event.confidence = confidence::of(event, &document.article.text, count, lexicon);
    }
    Coding { events, grounds, dropped: found.dropped }
}

fn one<'l>(
    document: &Document,
    entities: &Entities,
    places: &Places,
    lexicon: &Lexicon,
    attributions: &Attributions,
    (when, lasting): (Option<When>, bool),
    c: Candidate<'l>,
) -> (Event, Grounds<'l>) {
    let frame = frame::frame(lexicon, &c);
    let sentence = &document.sentences[c.sentence];
    let tree = &sentence.tree;
    let is_noun = matches!(tree.words[c.head].upos, Upos::Noun | Upos::Propn);
    let mut sources = attributions.sources(document, entities, lexicon, c.sentence, c.head);
    let signs = signs(tree, c.head, c.clause, is_noun, &sources);
    let mut auxiliary = signs.auxiliary();
    // whoever announces the act himself, or an official of his country
    let announced =
        sources.iter().filter_map(|s| s.mention).any(|m| c.actors.iter().any(|&a| speaks_for(entities, m, a.into())));
    let possible = auxiliary.hypothetical && may_be(tree, c.clause);
    let told = lexicon.ontology.category.get(&frame.event);
    let becomes = told.filter(|_| auxiliary.future || announced && possible).and_then(|t| match &t.refused {
        // "Armenia will not lift the blockade": what is refused is no concession that did not happen
        Some(refused) if auxiliary.negation && !is_noun => Some((Became::Refused, refused)),
        // what still lies ahead is an agreement or a concession: one category instead of a category with an auxiliary
        _ if t.future.is_some() => t.future.as_ref().filter(|_| auxiliary.future).map(|b| (Became::Ahead, b)),
        // "France said it would expel ...": a hostile act that its own actor announces is a threat
        _ => {
            let announced = t.announced.as_ref().filter(|_| announced && !auxiliary.negation);
            announced.map(|b| (Became::Announced, b))
        }
    });
    let (mut category, mut mode, mut cameo) = (frame.event.clone(), c.mode.clone(), frame.cameo.clone());
    if let Some((why, becomes)) = becomes {
        auxiliary.future = false;
        auxiliary.hypothetical &= !possible;
        auxiliary.negation &= why != Became::Refused;
        (category, mode, cameo) = (becomes.event.clone(), becomes.mode_of(mode.as_deref()), becomes.cameo.clone());
    }
    let ontology = lexicon.ontology.category.get(&category);
    // whoever speaks for himself is the actor, not the source; a deed that he tells of afterwards rests on his word
    if lexicon.ontology.is_verbal(&category) && !is_told_afterwards(tree, c.clause) {
        sources.retain(|s| !s.mention.is_some_and(|m| c.actors.iter().any(|a| a.entity == m.entity)));
    }
    if !lasting
        && let (Some(day), Some(published)) = (when.and_then(When::latest), document.article.date)
        && published.since(day).is_ok_and(|s| s.get_days() > 365)
    {
        auxiliary.historical = true;
    }
    // background happened elsewhere than where the article was filed
    let harms = matches!(category.as_str(), "ASSAULT" | "COERCE" | "MOBILIZE" | "RETREAT" | "PROTEST");
    let at = (c.sentence, c.head, c.clause);
    let place = places.of_event(document, &lexicon.places, at, harms, !auxiliary.historical);
    let mut recipient: Vec<Participant> = c.recipients.iter().map(|&m| participant(entities, m.into())).collect();
    // "strike the Olympics in Sochi": what is harmed belongs to the country where it stands
    if let Some(place) = place.as_ref().filter(|p| p.basis == Basis::Text && ontology.is_some_and(|o| o.harms)) {
        for harmed in recipient.iter_mut().filter(|r| r.country.is_none()) {
            harmed.country.clone_from(&place.country);
            harmed.guessed = true;
        }
    }
    let score = |o: &Category| mode.as_ref().and_then(|m| o.modes.get(m)).copied().unwrap_or(o.score);
    let score = ontology.map_or(0.0, score);
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
        figures: Vec::new(), // come with the events around it
        sentence: c.sentence,
        sentence_span: sentence.span,
        rule: format!("{}:{}", frame.id, c.predicate),
        confidence: 0.0, // comes with the number of events in the article
    };
    let became = becomes.map(|b| b.0);
    (event, Grounds { candidate: c, signs, sources, became, dated: None })
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

    /// The day that the news is about, so far.
    fn day(&self) -> Option<When> {
        self.told.or(self.published).map(When::Day)
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
        when.or_else(|| self.day().filter(|_| of_the_day)).map(|w| w.to_string())
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
fn actors(entities: &Entities, parties: &[Party], arm: &str) -> Vec<Participant> {
    let acting = |&m: &Party| {
        let state = entities.of(m).kind == Kind::Body;
        let mut p = participant(entities, m.into());
        if state && p.country.is_some() {
            p.sector.get_or_insert_with(|| arm.to_owned());
        }
        p
    };
    parties.iter().map(acting).collect()
}

pub(crate) fn participant(entities: &Entities, mention: Mention) -> Participant {
    let e = entities.of(mention);
    // a body of no country that the text names stands between or beside the countries
    let own = e.sector.as_ref().filter(|s| matches!(s.as_str(), "IGO" | "NGO" | "MNC"));
    let country = e.country.as_ref().or(own).cloned();
    let guessed = e.country.is_some() && e.is_guessed();
    Participant { span: mention.span, name: e.name.clone(), country, sector: e.sector.clone(), guessed }
}

/// What a main clause says in the simple past or the present without a date is the news of the day: the day of publication.
fn is_news_of_the_day(tree: &Tree, clause: usize) -> bool {
    let w = &tree.words[clause];
    let told = |w: &Word| w.has("VerbForm=Fin") && (w.has("Tense=Past") || w.has("Tense=Pres"));
    let passive = || tree.children(clause).any(|x| &*tree.words[x].deprel == "aux:pass" && told(&tree.words[x]));
    let main = w.head.is_none_or(|h| matches!(w.rel(), "conj" | "parataxis") && tree.words[h].head.is_none());
    main && (told(w) || passive()) && !tree.children(clause).any(|x| &*tree.words[x].deprel == "aux")
}

/// The clause a word stands in: the nearest verb above it (or the root).
pub(crate) fn clause_of(tree: &Tree, word: usize) -> usize {
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

/// When an event happens, as far as its sentence tells.
struct Dated {
    /// The date of the event, or of the clause that `offset` counts from.
    when: Option<When>,
    /// "two days after the army had fled": how much later (earlier, if negative) than `when` the event is.
    offset: Option<Amount>,
    /// Since then, up to now.
    lasting: bool,
    /// The clause that the date was looked for in: the event's, or one above that it shares its time with.
    clause: usize,
    /// The words of the time expression.
    words: Option<(usize, usize)>,
}

impl Dated {
    fn find(tree: &Tree, times: &[TimeExpression], today: Option<Date>, c: &Candidate) -> Dated {
        let mut dated = Dated { when: None, offset: None, lasting: false, clause: c.clause, words: None };
        let own = nearest_time(tree, times, today, c.head, c.clause);
        let (counted, main) = match counted_from(tree, times, c.clause) {
            // "had fled on Friday, two days after ..." has a date of its own
            Some((verb, ..)) if own.is_some_and(|t| tree_contains(tree, verb, t.start)) => (None, c.clause),
            Some((_, offset, main)) => (Some(offset), main),
            None => (None, c.clause),
        };
        if let Some(offset) = counted {
            dated.offset = Some(offset.back());
            dated.when = nearest_time(tree, times, today, main, main).and_then(|t| t.date(today));
            return dated;
        }
        let mut time = own;
        // what happens along with what the clause above tells has its time
        for _ in 0..4 {
            if time.is_some() || is_news_of_the_day(tree, dated.clause) {
                break;
            }
            let Some(above) = clause_of_same_time(tree, dated.clause) else { break };
            dated.clause = above;
            time = nearest_time(tree, times, today, above, above);
        }
        dated.when = time.and_then(|t| t.date(today));
        dated.words = time.map(|t| (t.start, t.end));
        dated.lasting = time.is_some_and(|t| tree.words[t.start].form.eq_ignore_ascii_case("since"));
        dated
    }
}

impl Dated {
    /// Has an event without a date of its own that of the news? A noun has not: what is deplored may be long past.
    fn is_news(&self, tree: &Tree, own: usize) -> bool {
        is_news_of_the_day(tree, self.clause) && (self.clause == own || tree.words[own].upos == Upos::Verb)
    }
}

/// Is the clause counted from another one ("two days after the army had fled")? Its verb, the amount and the other clause.
fn counted_from(tree: &Tree, times: &[TimeExpression], clause: usize) -> Option<(usize, Amount, usize)> {
    times.iter().filter_map(|t| Some((t.end - 1, t.offset?))).find_map(|(mark, offset)| {
        let verb = tree.words[mark].head?;
        let main = clause_of(tree, verb);
        let main = if main == verb { clause_of(tree, tree.words[verb].head?) } else { main };
        (tree_contains(tree, verb, clause) && !tree_contains(tree, verb, main)).then_some((verb, offset, main))
    })
}

/// The clause above that a clause without a date shares its time with: of a participle ("killing nine"), a relative clause in the same tense,
/// an "as" or "when" clause, an infinitive ("began to withdraw") or a noun. `None` for what lies before it ("had fled"), ahead of it or is only said.
fn clause_of_same_time(tree: &Tree, clause: usize) -> Option<usize> {
    let word = &tree.words[clause];
    let has_auxiliary = tree.children(clause).any(|c| tree.words[c].rel() == "aux" && tree.words[c].lemma != "be");
    let apart = tree.children(clause).any(|c| {
        let w = &tree.words[c];
        w.rel() == "mark" && !matches!(w.form.to_lowercase().as_str(), "as" | "when" | "while" | "by" | "to")
    });
    // "Jordan, which shelters them" lasts
    let present = word.has("Tense=Pres") && word.has("VerbForm=Fin");
    if has_auxiliary || apart || present {
        return None;
    }
    let head = word.head?;
    match (word.upos, word.rel()) {
        (Upos::Verb, "advcl") if word.has("VerbForm=Inf") => None,
        (Upos::Verb, "advcl" | "xcomp" | "conj") => Some(clause_of(tree, head)),
        (Upos::Verb, "acl") => Some(clause_of(tree, head)),
        (Upos::Verb, _) => None,
        _ => Some(clause_of(tree, clause)).filter(|up| *up != clause),
    }
}

/// The time expression of an event whose word is `head` in the clause of `clause`: below the word, else in its clause, nearest first.
fn nearest_time<'t>(
    tree: &Tree,
    times: &'t [TimeExpression],
    today: Option<Date>,
    head: usize,
    clause: usize,
) -> Option<&'t TimeExpression> {
    let own = clause;
    let clause = clause_of(tree, own);
    // "agreed to hand over the arms by the end of the year" was agreed before
    let is_past = tree.words[own].has("Tense=Past") && tree.words[own].has("VerbForm=Fin");
    let rank = |t: &TimeExpression| {
        if is_past && today.is_some_and(|today| t.is_ahead(today)) {
            return None;
        }
        t.date(today)?;
        // "since 2 March, when gunmen burned the houses", "the ruling of May, in which the court banned it"
        let noun = noun_above(tree, t);
        let above = tree.words[own].head.filter(|_| tree.words[own].upos == Upos::Verb);
        if above.is_some_and(|h| (t.start..t.end).contains(&h) || noun.is_some_and(|(_, noun)| noun == h)) {
            return Some((0, 0, 0));
        }
        let time_clause = clause_of(tree, t.start);
        let below = (t.start..t.end).any(|i| tree_contains(tree, head, i))
            && (time_clause == clause_of(tree, head) || time_clause == head);
        let level = if below {
            0
        } else if time_clause == own {
            1
        } else if time_clause == clause {
            2
        } else if tree_contains(tree, head, t.start) && !nested_clause(tree, head, t.start) {
            3
        } else if first_conjunct(tree, time_clause) == first_conjunct(tree, clause) {
            // "burned cars and daubed slogans on Saturday"
            4
        } else {
            return None;
        };
        // "capped oil imports over a test on 3 September": that dates the test, "last year's laureate" dates nothing else
        let noun = noun.filter(|(_, noun)| *noun != head);
        let of = t.start > 0 && tree.words[t.start - 1].form == "of";
        if noun.is_some_and(|(rel, _)| of || matches!(rel, "nmod:poss" | "compound" | "nummod" | "amod")) {
            return None;
        }
        Some((usize::from(noun.is_some()), level, t.start.abs_diff(head)))
    };
    times.iter().filter_map(|t| Some((rank(t)?, t))).min_by_key(|x| x.0).map(|x| x.1)
}

/// The noun that a time expression hangs on, and how.
fn noun_above<'t>(tree: &'t Tree, t: &TimeExpression) -> Option<(&'t str, usize)> {
    let inside = t.start..t.end;
    let top = inside.clone().find(|&i| tree.words[i].head.is_none_or(|h| !inside.contains(&h)))?;
    let noun = tree.words[top].head.filter(|&h| matches!(tree.words[h].upos, Upos::Noun | Upos::Propn))?;
    Some((&tree.words[top].deprel, noun))
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
