//! What happened: the event lexicon's frames matched against verbs and event nouns.

mod anaphora;
mod participants;
mod reduce;

pub(crate) use reduce::DECIDE;

use crate::clause::{
    Argument, Arguments, conjuncts, is_passive, light_verb, noun_arguments, prepositions, verb_arguments,
};
use crate::document::Document;
use crate::entity::{Entities, Kind, Mention};
use crate::lexicon::{Complement, Frame, Lexicon, Naming, PERSON, Predicate, Require, RoleKind};
use crate::mend::is_span_of_time;
use crate::mention::is_person_noun;
use crate::topic::Topics;
use polybius_syntax::{Name, NameKind, Tree, Upos};
use polybius_text::Span;
use std::collections::HashSet;

/// A predicate that matched a frame, with its participants.
#[derive(Clone, Debug)]
pub(crate) struct Candidate<'l> {
    pub(crate) sentence: usize,
    /// The word that says what happened.
    pub(crate) head: usize,
    /// The word whose clause it stands in: the head itself, or the light verb above it.
    pub(crate) clause: usize,
    pub(crate) frame: usize,
    /// As the lexicon writes it.
    pub(crate) predicate: &'l str,
    pub(crate) mode: Option<String>,
    pub(crate) trigger: Span,
    pub(crate) actors: Vec<Party<'l>>,
    pub(crate) recipients: Vec<Party<'l>>,
    pub(crate) complements: Vec<usize>,
    /// Heads of its arguments.
    argument_heads: Vec<usize>,
    pub(crate) is_noun: bool,
    /// Are the participants named that its frame asks for?
    named: bool,
}

/// Somebody found as a participant, and where.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Party<'l> {
    pub(crate) entity: usize,
    pub(crate) span: Span,
    /// The role of the argument, as the frame or [`Arguments`] name it.
    pub(crate) role: &'l str,
    /// Does it stand inside the argument ("the U.S. plan"), rather than being it?
    pub(crate) inside: bool,
}

impl<'l> Party<'l> {
    /// Whoever is the argument of this role.
    fn of(mention: Mention, role: &'l str) -> Self {
        Party { entity: mention.entity, span: mention.span, role, inside: false }
    }
}

impl From<Party<'_>> for Mention {
    fn from(p: Party) -> Self {
        Mention { entity: p.entity, span: p.span }
    }
}

/// The role of whoever speaks at a meeting, and so takes part.
pub(crate) const SPEAKER: &str = "speaker";

/// The role of whoever the condition of a threat wants to move.
pub(crate) const CONDITION: &str = "condition";

/// The role of whoever did what the event is about ("condemned the launch"), told elsewhere.
pub(crate) const DEED: &str = "deed";

/// Why a predicate of the lexicon does not fit where its word stands. Words are indices of the sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Misfit<'l> {
    /// The verb is an auxiliary.
    Auxiliary,
    /// It only modifies another word ("the disputed island", "attack helicopter").
    Modifier,
    /// It is part of a name.
    Name,
    /// Its frame is of the other ontology.
    OtherOntology,
    /// Further words of the predicate are not there.
    Words(&'l str),
    /// The noun is subject or object of none of these verbs.
    Verb(&'l [String]),
    /// The object is none of these; what it is.
    Object(&'l [String], Option<usize>),
    /// The object is one with which it means something else.
    NotObject(usize),
    /// The subject is none of these; what it is.
    Subject(&'l [String], Option<usize>),
    /// None of these prepositions is there.
    Preposition(&'l [String]),
    /// There is no complement clause.
    NoComplement,
    /// There is a complement clause.
    Complement,
    /// No complement clause says what must be.
    Modal(&'l [String]),
    /// There is no condition.
    Condition,
    /// Neither complement nor object tells an event of these categories.
    Tells(&'l [String]),
    /// Subject or object is nobody political, as this predicate asks.
    Direct(usize),
    /// The actor is of none of these sectors.
    ActorSector(&'l [String]),
    /// It is the work of nature or chance.
    Unwilled,
    /// It warns of what others will do.
    Others,
    /// It is the press that somebody talks to.
    Press,
    /// Whoever travels is no official, or travels at home.
    Traveller,
}

/// Why an event that a frame found is left out. Words are indices of its sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dropped {
    /// What the word only asks for, refuses or speaks about has not happened.
    NotHappened(usize),
    /// The event of that word tells it.
    Told(usize),
    /// It names nobody and takes up no event told before.
    Unnamed,
    /// Private people talk in an article without politics.
    Private,
    /// A figure of speech in an article of another topic.
    Figurative,
}

/// The events of an article, and those that a frame found and that are left out.
#[derive(Debug, Default)]
pub(crate) struct Found<'l> {
    pub(crate) events: Vec<Candidate<'l>>,
    pub(crate) dropped: Vec<(Candidate<'l>, Dropped)>,
}

/// Moves out of `list` what `why` gives a reason to drop.
fn leave_out<'l>(
    list: &mut Vec<Candidate<'l>>,
    dropped: &mut Vec<(Candidate<'l>, Dropped)>,
    why: impl Fn(&Candidate<'l>) -> Option<Dropped>,
) {
    for c in std::mem::take(list) {
        match why(&c) {
            Some(reason) => dropped.push((c, reason)),
            None => list.push(c),
        }
    }
}

struct Matcher<'a> {
    document: &'a Document<'a>,
    entities: &'a Entities<'a>,
    lexicon: &'a Lexicon,
    /// Does it look for the events of a folder's categories, or for those of PLOVER? Each ontology reads the text for itself.
    own: bool,
}

/// The fewest events with a public participant that make an article one about politics.
const POLITICAL: usize = 2;

/// All events of an article, in order of their triggers; an event told twice by one clause is there once.
pub(crate) fn find<'a>(document: &'a Document, entities: &'a Entities, lexicon: &'a Lexicon) -> Found<'a> {
    let Found { events: mut all, mut dropped } = Found::default();
    for own in [false, true] {
        if !lexicon.frames.iter().any(|f| f.own == own) {
            continue;
        }
        let matcher = Matcher { document, entities, lexicon, own };
        let mut told = Vec::new();
        for s in 0..document.sentences.len() {
            let found: Vec<Candidate> =
                (0..document.sentences[s].tree.words.len()).filter_map(|head| matcher.at(s, head)).collect();
            told.extend(matcher.reduce(s, found, &mut dropped));
        }
        matcher.drop_unnamed(&mut told, &mut dropped);
        matcher.take_up(&mut told);
        all.extend(told);
    }
    all.sort_by_key(|c| (c.sentence, c.head));
    // what private people say to each other is no politics, unless the article is about politics
    let public = |c: &Candidate| c.actors.iter().chain(&c.recipients).any(|m| entities.of(*m).is_public());
    let verbal = |c: &Candidate| lexicon.ontology.is_verbal(&lexicon.frames[c.frame].event);
    if all.iter().filter(|c| public(c)).count() < POLITICAL {
        leave_out(&mut all, &mut dropped, |c| (!public(c) && verbal(c)).then_some(Dropped::Private));
    }
    let topics = Topics::of(document, entities, lexicon);
    leave_out(&mut all, &mut dropped, |c| {
        let literal = lexicon.ontology.category.get(&lexicon.frames[c.frame].event).is_some_and(|x| x.literal);
        (!topics.allow(c, entities, literal)).then_some(Dropped::Figurative)
    });
    Found { events: all, dropped }
}

/// What came of trying a predicate.
#[derive(Debug)]
pub(crate) struct Attempt<'l> {
    pub(crate) predicate: &'l Predicate,
    /// Why it does not fit, if it does not.
    pub(crate) misfit: Option<Misfit<'l>>,
    /// If it fits, are the participants named that its frame asks for?
    pub(crate) named: bool,
}

/// Tries all predicates of a category at the word `head` of sentence `s`.
pub(crate) fn attempts<'a>(
    document: &'a Document,
    entities: &'a Entities,
    lexicon: &'a Lexicon,
    category: &str,
    (s, head): (usize, usize),
) -> Vec<Attempt<'a>> {
    let own = lexicon.ontology.category.get(category).is_some_and(|c| c.own);
    let matcher = Matcher { document, entities, lexicon, own };
    let Some((list, is_noun)) = matcher.lexicon_entries(s, head) else { return Vec::new() };
    let usable = matcher.usable(s, head, is_noun);
    let arguments = matcher.arguments(s, head, is_noun);
    let attempt = |predicate: &'a Predicate| match usable
        .clone()
        .and_then(|()| matcher.fit(s, head, predicate, &arguments, is_noun))
    {
        Ok(c) => Attempt { predicate, misfit: None, named: c.named },
        Err(misfit) => Attempt { predicate, misfit: Some(misfit), named: false },
    };
    list.iter().filter(|p| lexicon.frames[p.frame].event == category).map(attempt).collect()
}

const ACTOR_OF_VERB: &[&str] = &["subj"];
const ACTOR_OF_NOUN: &[&str] = &["subj", "by", "poss", "from", "mod", "of"];
const RECIPIENT_OF_VERB: &[&str] = &["obj", "with", "against", "on", "to", "at"];
const RECIPIENT_OF_NOUN: &[&str] = &["on", "against", "with", "to", "iobj", "of"];

impl<'a> Matcher<'a> {
    fn tree(&self, s: usize) -> &Tree {
        &self.document.sentences[s].tree
    }

    /// The predicates that the lexicon has for the word, and whether they are nouns.
    fn lexicon_entries(&self, s: usize, head: usize) -> Option<(&'a [Predicate], bool)> {
        let w = &self.tree(s).words[head];
        let (verbs, nouns) = (&self.lexicon.verbs, &self.lexicon.nouns);
        match w.upos {
            Upos::Verb | Upos::Adj | Upos::Aux => {
                let known = verbs.get(&w.lemma.to_lowercase()).or_else(|| verbs.get(&w.form.to_lowercase()))?;
                Some((known, false))
            }
            Upos::Noun | Upos::Propn => {
                let known = noun_lemmas(&w.lemma, &w.form).iter().find_map(|l| nouns.get(l))?;
                Some((known, true))
            }
            _ => None,
        }
    }

    /// Does the word stand where it can tell of an event?
    fn usable(&self, s: usize, head: usize, is_noun: bool) -> Result<(), Misfit<'a>> {
        let tree = self.tree(s);
        let w = &tree.words[head];
        if is_noun {
            // a noun before another noun names the second ("attack helicopter", "peace talks venue"), a name is no event
            if matches!(w.rel(), "compound" | "flat") && w.head.is_some_and(|h| h > head) {
                return Err(Misfit::Modifier);
            }
            let named = self.entities.matches[s].iter().any(|m| m.start <= head && head < m.end);
            return if named { Err(Misfit::Name) } else { Ok(()) };
        }
        if w.upos == Upos::Aux && w.rel() == "aux" {
            return Err(Misfit::Auxiliary);
        }
        // a modifier ("the disputed island", "armed men") tells of no event of its own
        let has_subject = tree.children(head).any(|c| tree.words[c].rel() == "nsubj");
        if (w.rel() == "amod" && !has_subject) || (w.rel() == "compound" && w.upos == Upos::Adj) {
            return Err(Misfit::Modifier);
        }
        Ok(())
    }

    fn arguments(&self, s: usize, head: usize, is_noun: bool) -> Arguments {
        let tree = self.tree(s);
        if !is_noun {
            return verb_arguments(tree, head, &self.lexicon.light_verbs);
        }
        let mut arguments = noun_arguments(tree, head, &self.lexicon.light_verbs);
        arguments.list.extend(of_state(tree, head, &self.lexicon.light_verbs));
        arguments
    }

    /// The event that the word at `head` tells of, if any.
    fn at(&self, s: usize, head: usize) -> Option<Candidate<'a>> {
        let (known, is_noun) = self.lexicon_entries(s, head)?;
        self.usable(s, head, is_noun).ok()?;
        let arguments = self.arguments(s, head, is_noun);
        let mut fitting = known.iter().filter_map(|p| self.fit(s, head, p, &arguments, is_noun).ok());
        if !is_noun {
            return fitting.find(|c| c.named);
        }
        let mut fitting: Vec<Candidate> = fitting.collect();
        let best = fitting.iter().position(|c| c.named).unwrap_or(0);
        (best < fitting.len()).then(|| fitting.swap_remove(best))
    }

    /// The event that a predicate tells of at the word `head`, or why it tells of none.
    fn fit(
        &self,
        s: usize,
        head: usize,
        p: &'a Predicate,
        arguments: &Arguments,
        is_noun: bool,
    ) -> Result<Candidate<'a>, Misfit<'a>> {
        let tree = self.tree(s);
        let frame: &'a Frame = &self.lexicon.frames[p.frame];
        if frame.own != self.own {
            return Err(Misfit::OtherOntology);
        }
        let mut arguments = arguments.clone();
        let words = if is_noun { compound_words(tree, head, &p.rest) } else { rest_words(tree, head, &p.rest) };
        let words = words.ok_or(Misfit::Words(&p.text))?;
        let objects: Vec<usize> = if is_noun {
            arguments.of("of").collect()
        } else {
            // "arrive at a consensus": the object of a predicate that ends in a preposition
            let prepositional = p.rest.iter().flat_map(|r| arguments.of(r)).collect::<Vec<_>>();
            arguments
                .of("obj")
                .chain(prepositional)
                .flat_map(|o| conjuncts(tree, o))
                .flat_map(|o| measured(tree, o))
                .collect()
        };
        if is_noun
            && !frame.verb.is_empty()
            && !verb_of(tree, head).is_some_and(|v| frame.verb.contains(&tree.words[v].lemma))
        {
            return Err(Misfit::Verb(&frame.verb));
        }
        let of_kind = |&o: &usize| {
            let named = |kind: &str| frame.object.iter().any(|x| x == kind);
            self.is_one_of(s, o, &frame.object)
                || named("town") && self.is_town(s, o)
                || named(PERSON) && self.is_person(s, o)
                || self.antecedents(s, o).into_iter().any(|(s, o)| self.is_one_of(s, o, &frame.object))
        };
        if !frame.object.is_empty() && !objects.iter().any(of_kind) {
            return Err(Misfit::Object(&frame.object, objects.first().copied()));
        }
        // "an attack on inflation"
        let against = ["on", "against"].into_iter().filter(|_| is_noun).flat_map(|p| arguments.of(p));
        if let Some(o) = objects.iter().copied().chain(against).find(|&o| self.is_one_of(s, o, &frame.not_object)) {
            return Err(Misfit::NotObject(o));
        }
        if !frame.subject.is_empty()
            && !arguments.of("subj").flat_map(|x| measured(tree, x)).any(|x| {
                let mut meant = self.antecedents(s, x).into_iter().chain([(s, x)]);
                meant.any(|(s, x)| self.is_one_of(s, x, &frame.subject))
            })
        {
            return Err(Misfit::Subject(&frame.subject, arguments.of("subj").next()));
        }
        if !frame.with_prep.is_empty() && !frame.with_prep.iter().any(|p| arguments.has(p)) {
            return Err(Misfit::Preposition(&frame.with_prep));
        }
        match frame.complement {
            Some(Complement::Required) if arguments.complements.is_empty() => return Err(Misfit::NoComplement),
            Some(Complement::None) if !arguments.complements.is_empty() => return Err(Misfit::Complement),
            _ => {}
        }
        if !frame.modal.is_empty() {
            let modal = |c: &usize| {
                tree.children(*c)
                    .any(|x| tree.words[x].rel() == "aux" && frame.modal.contains(&tree.words[x].form.to_lowercase()))
            };
            // only what must be is demanded; what else is said has happened ("said rebels were fighting and that X must leave")
            arguments.complements.retain(modal);
            if arguments.complements.is_empty() {
                return Err(Misfit::Modal(&frame.modal));
            }
        }
        let conditional =
            || [head].into_iter().chain(arguments.complements.iter().copied()).any(|c| has_condition(tree, c));
        if frame.condition && !conditional() {
            return Err(Misfit::Condition);
        }
        let mut mode = frame.mode.clone();
        let mut doers = Vec::new();
        if !frame.tells.is_empty() {
            let told = self.told(s, head, &arguments, &objects, &frame.tells).ok_or(Misfit::Tells(&frame.tells))?;
            // "vowed to arrest" threatens arrest
            let category = &self.lexicon.frames[told.frame].event;
            let announced = self.lexicon.ontology.category.get(category).and_then(|c| c.announced.as_ref());
            if let Some(becomes) = announced.filter(|b| b.event == frame.event && mode.is_none()) {
                mode = becomes.mode_of(told.mode.as_deref());
            }
            doers = told.actors;
        }
        let roles = |given: &'a Option<Vec<String>>, default: &[&'static str]| -> Vec<&'a str> {
            given.as_ref().map_or_else(|| default.to_vec(), |given| given.iter().map(String::as_str).collect())
        };
        let mut actor_roles = roles(&frame.actor, if is_noun { ACTOR_OF_NOUN } else { ACTOR_OF_VERB });
        if is_noun && frame.actor.is_none() {
            // "the killing of soldiers" tells whom, "the withdrawal of soldiers" who
            let done_to = match &frame.recipient {
                Some(roles) => roles.iter().any(|r| r == "of"),
                None => matches!(frame.like.as_str(), "ASSAULT" | "COERCE" | "SANCTION" | "ACCUSE" | "AID"),
            };
            actor_roles.retain(|r| *r != "of" || !done_to);
        }
        if is_noun && frame.actor.as_ref().is_some_and(|a| !a.iter().any(|r| r == "subj")) {
            actor_roles.insert(0, "subj"); // of a light verb
        }
        if p.text.starts_with("be ") && !arguments.has("subj") {
            actor_roles.insert(0, "obj"); // "was prepared to" looks like a passive
        }
        let mut recipient_roles = roles(&frame.recipient, if is_noun { RECIPIENT_OF_NOUN } else { RECIPIENT_OF_VERB });
        // "said the prisoners must be freed" asks those who hold them, whom it does not name
        let asks_nobody = !frame.modal.is_empty()
            && frame.tells.is_empty()
            && arguments.complements.iter().all(|&c| is_passive(tree, c));
        if asks_nobody {
            recipient_roles.retain(|r| !r.starts_with("comp"));
        }
        if frame.direct {
            let own = |a: &Argument| a.role == "obj" || a.role == "subj";
            let known = |a: &Argument| self.entities.at(s, a.head).is_some_and(|m| self.entities.of(m).is_political());
            if let Some(a) = arguments.list.iter().find(|a| own(a) && !known(a)) {
                return Err(Misfit::Direct(a.head));
            }
        }
        let mut actors = if frame.symmetric { Vec::new() } else { self.side(s, &arguments, &actor_roles, &[]) };
        let mut recipients =
            if frame.symmetric { Vec::new() } else { self.side(s, &arguments, &recipient_roles, &actors) };
        // "Israeli missiles were fired at the town": whose weapons they are says who fired them
        let weapon = |p: &Party| {
            let tokens = &self.document.sentences[s].tokens;
            let armed = |h: usize| ARMS.contains(&tree.words[h].lemma.as_str()) && p.span.end <= tokens[h].start;
            p.role == "obj" && p.inside && arguments.of("obj").any(armed)
        };
        if FIRES.contains(&tree.words[head].lemma.as_str()) && recipients.iter().any(weapon) {
            if actors.is_empty() {
                actors = recipients.iter().filter(|p| weapon(p)).copied().collect();
            }
            let others: Vec<&str> = recipient_roles.iter().copied().filter(|r| *r != "obj").collect();
            recipients = self.side(s, &arguments, &others, &actors);
        }
        if frame.symmetric {
            for role in actor_roles.iter().chain(&recipient_roles).copied().chain(["between", "among"]) {
                let found = self.side(s, &arguments, &[role], &actors);
                actors.extend(found);
            }
            // "said during a meeting with local officials": whoever speaks there takes part
            if is_noun && actors.len() == 1 {
                let speaker: Vec<usize> = setting(tree, head)
                    .filter(|&verb| self.lexicon.asserts(&tree.words[verb].lemma))
                    .map(|verb| verb_arguments(tree, verb, &self.lexicon.light_verbs).of("subj").collect())
                    .unwrap_or_default();
                let speaker = speaker.into_iter().find_map(|h| self.participant(s, h, "subj", &[])).map(|x| x.1);
                if let Some(m) = speaker.filter(|m| m.entity != actors[0].entity && self.entities.of(*m).is_political())
                {
                    actors.insert(0, Party::of(m, SPEAKER));
                }
            }
        } else if is_noun && recipients.is_empty() && actors.is_empty() {
            actors = self.side(s, &arguments, &["between", "among"], &[]);
        }
        // what is agreed (upon) at a meeting is agreed by those who meet
        let stranded = tree.children(head).any(|c| {
            let upon = matches!(&*tree.words[c].form, "upon" | "on" | "to");
            upon && tree.words[c].upos == Upos::Adp && matches!(tree.words[c].rel(), "compound" | "obl" | "advmod")
        });
        if !is_noun && actors.is_empty() && frame.like == "AGREE" && (is_passive(tree, head) || stranded) {
            let meetings = arguments.of("at").chain(arguments.of("during"));
            for noun in meetings.filter(|&h| self.lexicon.nouns.contains_key(&tree.words[h].lemma)) {
                let inside = noun_arguments(tree, noun, &self.lexicon.light_verbs);
                actors = self.side(s, &inside, &["between", "of", "poss", "mod"], &[]);
                if !actors.is_empty() {
                    recipients.clear();
                    break;
                }
            }
        }
        // "with funding from abroad, the militia has grown": the aid goes to whoever has it
        if is_noun && frame.like == "AID" && tree.words[head].rel() == "obl" {
            let with = prepositions(tree, head).first().is_some_and(|p| p == "with");
            if let Some(verb) = tree.words[head].head.filter(|_| with) {
                let outer = verb_arguments(tree, verb, &self.lexicon.light_verbs);
                let holders = self.side(s, &outer, &["subj"], &actors);
                if !holders.is_empty() {
                    recipients = holders;
                    if actors.is_empty() {
                        actors = self.uncoded(s, &arguments, &["from", "by"], true);
                    }
                }
            }
        }
        // one side found under the role of the other ("the killing of 12 soldiers")
        if is_noun && recipients.is_empty() && !frame.symmetric {
            let of = self.side(s, &arguments, &["of"], &[]);
            if of.is_empty() && frame.like == "ASSAULT" {
                recipients = self.side(s, &arguments, &["in", "against"], &actors);
                recipients.retain(|m| self.entities.of(*m).sector.is_some());
            }
        }
        // "warned that it and its allies would respond": who threatens is not threatened
        if frame.like == "THREATEN" {
            let responds = arguments.complements.iter().flat_map(|&c| crate::clause::subjects(tree, c, 0));
            let responds: Vec<usize> = responds.filter_map(|h| self.entities.at(s, h)).map(|m| m.entity).collect();
            let country = |p: &Party| self.entities.of(*p).country.as_deref();
            let state = |r: &Party| matches!(self.entities.of(*r).sector.as_deref(), None | Some("GOV" | "UNK"));
            let own = |r: &Party| {
                state(r)
                    && responds.contains(&r.entity)
                    && actors.iter().any(|a| country(a).is_some() && country(a) == country(r))
            };
            if recipients.first().is_some_and(own) {
                recipients.clear();
            }
        }
        // "threatened to stop the talks if Washington deploys the missiles": whoever is to be moved
        if recipients.is_empty() && frame.like == "THREATEN" {
            let conditions = [head].into_iter().chain(arguments.complements.iter().copied());
            let moved = conditions.flat_map(|c| crate::clause::subjects_of_conditions(tree, c));
            recipients = moved
                .filter_map(|h| self.participant(s, h, "subj", &actors).map(|(at, m)| (at != h, m)))
                .map(|(inside, m)| Party { inside, ..Party::of(m, CONDITION) })
                .collect();
            recipients.retain(|m| actors.iter().all(|a| a.entity != m.entity));
        }
        if recipients.is_empty() && !frame.symmetric {
            recipients = self.uncoded(s, &arguments, &recipient_roles, is_noun);
            recipients.retain(|m| {
                words.iter().all(|&w| w == head || self.entities.at(s, w).is_none_or(|x| x.span != m.span))
            });
        }
        let of_sector = |m: &Party| {
            let e = self.entities.of(*m);
            [&e.sector, &e.country].into_iter().flatten().any(|s| frame.actor_sector.contains(s))
        };
        if !frame.actor_sector.is_empty() && !actors.iter().any(of_sector) {
            return Err(Misfit::ActorSector(&frame.actor_sector));
        }
        // an earthquake is nobody's assault, nor is what happens in one
        let unwilled = |role: &str| arguments.of(role).any(|a| self.is_one_of(s, a, &self.lexicon.topics.unwilled));
        if unwilled("subj") || unwilled("by") || actors.is_empty() && unwilled("in") {
            return Err(Misfit::Unwilled);
        }
        // "warned that Russia would attack" threatens nobody: what others will do
        let country = |m: &Party| self.entities.of(*m).country.as_deref();
        let own = |d: &Party| actors.iter().any(|a| a.entity == d.entity || country(a) == country(d));
        if frame.event == "THREATEN" && doers.iter().any(|d| country(d).is_some() && !own(d)) {
            return Err(Misfit::Others);
        }
        // "volunteers travelled to Syria", "the premier flew to the coast": no visit of a state
        let private = |m: &Party| {
            matches!(
                self.entities.of(*m).sector.as_deref(),
                Some("AGR" | "BUS" | "CRM" | "CVL" | "EDU" | "JRN" | "LAB" | "MED" | "REB" | "REF" | "UAF")
            )
        };
        let at_home = |m: &Party| {
            let place = self.entities.of(*m).sector.is_none() && country(m).is_some();
            place && actors.iter().all(|a| country(a) == country(m))
        };
        let visit = frame.event == "CONSULT" && frame.mode.as_deref() == Some("visit");
        // "spoke to reporters": what is told the press is a statement
        let press = |m: &Party| self.entities.of(*m).sector.as_deref() == Some("JRN");
        if frame.event == "CONSULT" && actors.iter().chain(&recipients).any(press) {
            return Err(Misfit::Press);
        }
        let travels = visit && !actors.is_empty() && actors.iter().all(|a| a.role == "subj");
        if travels && (actors.iter().all(private) || recipients.iter().any(at_home)) {
            return Err(Misfit::Traveller);
        }
        // "pulled back its troops", "would not let its banks close": one's own are no other side
        if matches!(frame.like.as_str(), "RETREAT" | "MOBILIZE" | "REJECT") {
            recipients.retain(|r| !self.is_own(s, r, &actors));
        }
        // "pledged to pull its troops out"
        let sure = |m: &Party| !self.entities.of(*m).is_guessed();
        let troops =
            |m: &Party| self.entities.of(*m).sector.as_deref() == Some("MIL") && m.role.starts_with("comp") && sure(m);
        if matches!(frame.like.as_str(), "AGREE" | "CONCEDE") && !actors.is_empty() {
            recipients
                .retain(|r| !(troops(r) && actors.iter().all(|a| country(a).is_some() && country(a) == country(r))));
        }
        let political = |side: &[Party]| side.iter().any(|m| self.entities.of(*m).is_political());
        let enough = match frame.require {
            _ if asks_nobody => political(&actors),
            Require::Any => political(&actors) || political(&recipients),
            Require::Actor => political(&actors),
            Require::Recipient => political(&recipients),
            // a meeting of the Group of Eight has many sides
            Require::Both if frame.symmetric => {
                actors.len() > 1
                    || actors
                        .iter()
                        .any(|m| self.is_plural(s, *m) || self.entities.of(*m).country.as_deref() == Some("IGO"))
            }
            Require::Both => political(&actors) && political(&recipients),
        };
        // violence and protest are events even where nobody is named, if the words say where
        let somewhere = (matches!(frame.like.as_str(), "ASSAULT" | "PROTEST" | "COERCE") || !frame.verb.is_empty())
            && frame.require == Require::Any
            && self.located(s, head);
        let end = words.iter().copied().filter(|&i| i > head && i <= head + 5).max().unwrap_or(head) + 1;
        let start = words.iter().copied().filter(|&i| i < head && head - i <= 5).min().unwrap_or(head);
        let clause = if is_noun { light_verb(tree, head, &self.lexicon.light_verbs).unwrap_or(head) } else { head };
        Ok(Candidate {
            sentence: s,
            head,
            clause,
            frame: p.frame,
            predicate: &p.text,
            mode,
            trigger: self.document.span(s, start, end),
            actors,
            recipients,
            complements: arguments.complements.clone(),
            // a setting ("agreed at a meeting") is an event of its own
            argument_heads: arguments
                .list
                .iter()
                .filter(|a| !matches!(a.role.as_str(), "at" | "during" | "after" | "before" | "following" | "since"))
                .map(|a| a.head)
                .collect(),
            is_noun,
            named: enough || somewhere,
        })
    }

    /// The first event of one of the categories that a predicate's complement clause or object tells of ("vowed to attack", "raised the
    /// possibility of a ban").
    fn told(
        &self,
        s: usize,
        head: usize,
        arguments: &Arguments,
        objects: &[usize],
        categories: &[String],
    ) -> Option<Candidate<'a>> {
        let tree = self.tree(s);
        let inside = arguments.of("of").filter(|_| !objects.is_empty());
        let heads = arguments.complements.iter().copied().chain(objects.iter().copied()).chain(inside);
        for at in heads.flat_map(|h| conjuncts(tree, h)).filter(|&h| h != head) {
            let w = &tree.words[at];
            let is_noun = matches!(w.upos, Upos::Noun | Upos::Propn);
            let (known, inner) = if is_noun {
                let known = noun_lemmas(&w.lemma, &w.form).iter().find_map(|l| self.lexicon.nouns.get(l));
                (known, noun_arguments(tree, at, &self.lexicon.light_verbs))
            } else {
                let known = self.lexicon.verbs.get(&w.lemma.to_lowercase());
                (known, verb_arguments(tree, at, &self.lexicon.light_verbs))
            };
            let plain = known.into_iter().flatten().filter(|p| self.lexicon.frames[p.frame].tells.is_empty());
            let mut fitting = plain.filter_map(|p| self.fit(s, at, p, &inner, is_noun).ok());
            // what it most likely means, whoever is named
            if let Some(c) = fitting.next().filter(|c| categories.contains(&self.lexicon.frames[c.frame].event)) {
                return Some(c);
            }
            // "to launch an attack", "to resume a campaign of attacks": a light verb's noun, or what goes on
            let lasting = GOES_ON.contains(&w.lemma.as_str());
            if !is_noun && (lasting || self.lexicon.light_verbs.contains(&w.lemma)) {
                let objects: Vec<usize> = inner.of("obj").chain(inner.of("of").filter(|_| lasting)).collect();
                let inner = Arguments::default();
                if let Some(told) = self.told(s, at, &inner, &objects, categories) {
                    return Some(told);
                }
            }
        }
        None
    }

    /// Does a country, capital or place hang on the word with a locative preposition, or on the verb whose subject or object it is
    /// ("riots shook Karak", "a bombing killed two in Basra")?
    fn located(&self, s: usize, head: usize) -> bool {
        let tree = self.tree(s);
        let locative =
            |c: usize| prepositions(tree, c).iter().any(|p| matches!(p.as_str(), "in" | "near" | "outside" | "across"));
        let known = |c: usize| self.entities.country_at(s, c).is_some();
        let here = |of: usize, object: bool| {
            tree.children(of).filter(|&c| c != head).any(|c| {
                // "strikes on a market in Douma"
                let nested = tree.words[of].upos == Upos::Noun
                    && tree.words[c].rel() == "nmod"
                    && tree.children(c).any(|g| tree.words[g].rel() == "nmod" && locative(g) && known(g));
                nested || known(c) && (object && tree.words[c].rel() == "obj" || locative(c))
            })
        };
        let word = &tree.words[head];
        let verb = word.head.filter(|&v| {
            matches!(word.rel(), "nsubj" | "obj") && word.upos == Upos::Noun && tree.words[v].upos == Upos::Verb
        });
        here(head, false) || verb.is_some_and(|v| here(v, word.rel() == "nsubj"))
    }

    /// Does a possessive before the party's words say that it is one of the actors' own ("its troops")?
    fn is_own(&self, s: usize, party: &Party, actors: &[Party]) -> bool {
        let sentence = &self.document.sentences[s];
        let tree = &sentence.tree;
        let country = |p: Mention| self.entities.of(p).country.as_deref();
        // "spurned his ally Germany"
        let own = self.entities.of(*party);
        let foreign =
            |a: &Party| own.country.is_some() && !own.is_guessed() && own.country.as_deref() != country((*a).into());
        if actors.iter().any(foreign) {
            return false;
        }
        let inside = (0..tree.words.len()).filter(|&i| party.span.contains(sentence.tokens[i]));
        inside.filter(|&i| &*tree.words[i].deprel == "nmod:poss" && tree.words[i].upos == Upos::Pron).any(|i| {
            let owner = self.entities.at(s, i);
            owner.is_some_and(|o| {
                actors
                    .iter()
                    .any(|a| a.entity == o.entity || country(o).is_some() && country(o) == country((*a).into()))
            })
        })
    }

    fn is_plural(&self, s: usize, party: Party) -> bool {
        let sentence = &self.document.sentences[s];
        sentence.tokens.iter().zip(&sentence.tree.words).any(|(t, w)| party.span.contains(*t) && w.has("Number=Plur"))
    }

    /// Is it a town by its name ("took over Kirkuk")?
    fn is_town(&self, s: usize, nominal: usize) -> bool {
        let tree = self.tree(s);
        let place = |n: &Name| n.kind == NameKind::Place && (n.start..n.end).contains(&nominal);
        let known = self.entities.country_at(s, nominal).map(|c| matches!(c.1, Naming::Place | Naming::Capital));
        tree.words[nominal].upos == Upos::Propn && known.unwrap_or_else(|| tree.names.iter().any(place))
    }

    /// Does it name people ("the residents", "four Russians", "him")?
    fn is_person(&self, s: usize, nominal: usize) -> bool {
        let word = &self.tree(s).words[nominal];
        let kind = self.entities.at(s, nominal).map(|m| self.entities.of(m).kind);
        let role = || {
            let roles = self.lexicon.actors.roles(&word.lemma);
            roles.iter().any(|r| r.kind == RoleKind::Person)
        };
        let noun = word.upos == Upos::Noun && (is_person_noun(&word.lemma, self.lexicon) || role());
        noun || matches!(kind, Some(Kind::Person | Kind::People))
    }

    /// The nouns with which the text speaks of what a pronoun stands for.
    fn antecedents(&self, s: usize, nominal: usize) -> Vec<(usize, usize)> {
        if self.tree(s).words[nominal].upos != Upos::Pron {
            return Vec::new();
        }
        let Some(pronoun) = self.entities.at(s, nominal) else { return Vec::new() };
        self.entities
            .heads_of(pronoun.entity)
            .into_iter()
            .filter(|&(at, head)| at <= s && self.tree(at).words[head].upos == Upos::Noun)
            .collect()
    }

    /// Is the nominal (its head, or a word compounded with it) one of the lexicon's words?
    fn is_one_of(&self, s: usize, nominal: usize, list: &[String]) -> bool {
        let tree = self.tree(s);
        let has = |lemma: &str, alone: bool| {
            let eq = |i: usize| {
                noun_lemmas(&tree.words[i].lemma, &tree.words[i].form).iter().any(|l| l == lemma)
                    || lemma == "money" && is_amount(tree, i)
            };
            // a word compounded with an event noun says less than the noun ("missile attack" is no missile)
            let event = alone && self.lexicon.nouns.contains_key(&tree.words[nominal].lemma.to_lowercase());
            // "an end to the curfew" is no curfew
            let over = ENDS.contains(&tree.words[nominal].lemma.as_str());
            eq(nominal)
                || !event
                    && tree.children(nominal).any(|c| {
                        let inside = tree.words[c].rel() == "nmod";
                        matches!(tree.words[c].rel(), "compound" | "amod" | "flat" | "nmod" | "nummod")
                            && eq(c)
                            && (c < nominal || inside)
                            && !(inside && over)
                    })
        };
        list.iter().any(|item| {
            let alone = !item.contains([' ', '-']);
            item.split([' ', '-']).all(|lemma| has(lemma, alone))
        })
    }
}

/// The verb that an event noun is the setting of: "said during a meeting", "said at the start of talks".
fn setting(tree: &Tree, noun: usize) -> Option<usize> {
    let mut at = noun;
    for _ in 0..2 {
        let up = tree.words[at].head?;
        if tree.words[at].rel() == "nmod" && prepositions(tree, at).iter().any(|p| p == "of") {
            at = up;
        }
    }
    let verb = tree.words[at].head?;
    let during =
        prepositions(tree, at).iter().any(|p| matches!(p.as_str(), "during" | "at" | "after" | "following" | "before"));
    (tree.words[at].rel() == "obl" && during && tree.words[verb].upos == Upos::Verb).then_some(verb)
}

/// The words of a predicate beside its head, if all are there: particles, prepositions and objects close below it.
fn rest_words(tree: &Tree, head: usize, rest: &[String]) -> Option<Vec<usize>> {
    let mut found = vec![head];
    for word in rest {
        // the verb of an infinitive: "promised to call off the strike" does not promise to strike
        let infinitive = found.last().filter(|&&i| tree.words[i].rel() == "mark" && tree.words[i].lemma == "to");
        let infinitive = infinitive.and_then(|&i| tree.words[i].head);
        let is = |i: &usize| {
            let w = &tree.words[*i];
            if infinitive.is_some_and(|verb| verb != *i) {
                return false;
            }
            // "called the premier on Monday" is no call on the premier
            let of_time = || {
                w.rel() == "case"
                    && w.head.is_some_and(|h| {
                        crate::entity::is_calendar(&tree.words[h].form) || is_span_of_time(&tree.words[h].lemma)
                    })
            };
            (w.lemma.eq_ignore_ascii_case(word) || w.form.eq_ignore_ascii_case(word)) && !of_time()
        };
        let below = |top: usize| tree.children(top).collect::<Vec<_>>();
        let children = below(head);
        let hit = children
            .iter()
            .copied()
            .find(|i| is(i) && !matches!(tree.words[*i].rel(), "nsubj" | "conj"))
            .or_else(|| {
                children
                    .iter()
                    .filter(|&&c| !matches!(tree.words[c].rel(), "nsubj" | "conj" | "parataxis"))
                    .flat_map(|&c| below(c))
                    .find(is)
            })
            // "had dinner with the chancellor", where the chancellor hangs on the dinner
            .or_else(|| {
                let objects = children.iter().filter(|&&c| matches!(tree.words[c].rel(), "obj" | "ccomp"));
                let inner =
                    objects.flat_map(|&c| below(c)).filter(|&g| matches!(tree.words[g].rel(), "nmod" | "obl" | "acl"));
                inner.flat_map(below).find(is)
            })
            .or_else(|| (tree.words.get(head + 1).is_some() && is(&(head + 1))).then_some(head + 1))?;
        // "To our regret, ... has not expressed readiness" does not express regret
        let w = &tree.words[hit];
        let stray = w.upos == Upos::Noun
            && w.rel() == "obl"
            && !rest.iter().any(|r| prepositions(tree, hit).contains(r))
            && !prepositions(tree, hit).is_empty();
        if stray {
            return None;
        }
        found.push(hit);
    }
    Some(found)
}

/// Whoever is in a state that an event noun names: who does it ("Kenya was in talks with Somalia", "the premier, on a visit to Laos, said") or to
/// whom it is done ("Kharkiv is under attack").
fn of_state(tree: &Tree, noun: usize, light_verbs: &HashSet<String>) -> Vec<Argument> {
    let word = &tree.words[noun];
    let first = prepositions(tree, noun);
    let role = match first.first().map(String::as_str) {
        Some("in" | "on" | "at") => "subj",
        Some("under") => "obj",
        _ => return Vec::new(),
    };
    let is_state = tree.children(noun).any(|c| tree.words[c].rel() == "cop");
    let heads: Vec<usize> = match (word.head, word.rel()) {
        _ if is_state => tree.children(noun).filter(|&c| tree.words[c].rel() == "nsubj").collect(),
        (Some(above), "nmod") if first.iter().any(|p| p == "on") && tree.words[above].upos != Upos::Verb => vec![above],
        (Some(verb), "obl") if first.iter().any(|p| p == "on") && noun < verb => {
            verb_arguments(tree, verb, light_verbs).of("subj").collect()
        }
        _ => Vec::new(),
    };
    heads.into_iter().map(|head| Argument { role: role.to_owned(), head }).collect()
}

/// Does the clause hold only under a condition ("if the troops stay", "anyone who cuts the wire", "any attack")?
fn has_condition(tree: &Tree, clause: usize) -> bool {
    tree.children(clause).any(|c| match tree.words[c].rel() {
        "advcl" => {
            tree.children(c).any(|m| matches!(tree.words[m].lemma.as_str(), "if" | "unless" | "until" | "should"))
        }
        "nsubj" => {
            let whoever = |i: usize| matches!(tree.words[i].lemma.as_str(), "anyone" | "anybody" | "whoever" | "any");
            whoever(c) || tree.children(c).any(|d| tree.words[d].rel() == "det" && whoever(d))
        }
        _ => false,
    })
}

/// Verbs that say that something begins, goes on or grows.
const GOES_ON: &[&str] =
    &["begin", "continue", "escalate", "expand", "intensify", "rekindle", "renew", "restart", "resume", "start"];

/// Nouns that say that something is over.
const ENDS: &[&str] = &[
    "abolition",
    "cessation",
    "easing",
    "end",
    "ending",
    "halt",
    "lifting",
    "loosening",
    "reduction",
    "relaxation",
    "removal",
    "repeal",
    "stop",
    "suspension",
    "withdrawal",
];

/// Verbs whose object is what strikes.
const FIRES: &[&str] = &["drop", "fire", "hurl", "launch", "lob", "send", "shoot", "unleash"];

/// What is fired, dropped and sent.
const ARMS: &[&str] = &[
    "aircraft",
    "bomb",
    "bullet",
    "drone",
    "grenade",
    "helicopter",
    "jet",
    "missile",
    "mortar",
    "plane",
    "rocket",
    "round",
    "shell",
    "tank",
    "torpedo",
    "warplane",
    "warship",
];

/// Nouns that only say how many or how much of something.
const QUANTITIES: &[&str] = &[
    "batch",
    "bulk",
    "contingent",
    "couple",
    "deployment",
    "dozen",
    "group",
    "handful",
    "host",
    "hundred",
    "load",
    "lot",
    "majority",
    "million",
    "number",
    "part",
    "score",
    "series",
    "slew",
    "string",
    "ten",
    "thousand",
    "wave",
];

/// A nominal and what it is a quantity of ("tens of thousands of troops": tens, thousands and troops).
fn measured(tree: &Tree, nominal: usize) -> Vec<usize> {
    let mut all = vec![nominal];
    let mut at = nominal;
    while tree.words[at].upos == Upos::Num || QUANTITIES.contains(&tree.words[at].lemma.as_str()) {
        let of =
            |c: &usize| tree.words[*c].rel() == "nmod" && prepositions(tree, *c).first().is_some_and(|p| p == "of");
        let Some(inner) = tree.children(at).find(of) else { break };
        all.push(inner);
        at = inner;
    }
    all
}

/// The verb whose subject or object the noun is ("the ceasefire held").
fn verb_of(tree: &Tree, noun: usize) -> Option<usize> {
    let w = &tree.words[noun];
    w.head.filter(|&v| matches!(w.rel(), "nsubj" | "obj") && tree.words[v].upos == Upos::Verb)
}

/// The words of a compound noun before its head, if all stand right before it.
fn compound_words(tree: &Tree, head: usize, rest: &[String]) -> Option<Vec<usize>> {
    let mut found = vec![head];
    let mut at = head;
    for word in rest.iter().rev() {
        at = at.checked_sub(1)?;
        let w = &tree.words[at];
        if !(w.lemma.eq_ignore_ascii_case(word) || w.form.eq_ignore_ascii_case(word)) {
            return None;
        }
        found.push(at);
    }
    Some(found)
}

fn noun_lemmas(lemma: &str, form: &str) -> Vec<String> {
    let form = form.to_lowercase();
    let mut all = vec![lemma.to_lowercase()];
    for (ending, with) in [("ies", "y"), ("es", ""), ("s", "")] {
        if let Some(stem) = form.strip_suffix(ending).filter(|s| s.len() > 2) {
            all.push(format!("{stem}{with}"));
        }
    }
    all.push(form);
    all.dedup();
    all
}

/// Is the nominal an amount of money ("$2 million", "€28 million", "500 million dollars")?
fn is_amount(tree: &Tree, nominal: usize) -> bool {
    const CURRENCIES: &[&str] = &[
        "baht", "crown", "dinar", "dirham", "dollar", "euro", "franc", "hryvnia", "krona", "krone", "kroner", "lira",
        "naira", "peso", "pound", "rand", "real", "rial", "riyal", "rouble", "ruble", "rupee", "rupiah", "shekel",
        "won", "yen", "yuan", "zloty",
    ];
    let sign = |i: usize| tree.words[i].form.starts_with(['$', '€', '£', '¥']) || tree.words[i].form.ends_with('$');
    let counted = tree.children(nominal).any(|c| tree.words[c].rel() == "nummod");
    sign(nominal)
        || tree.children(nominal).any(sign)
        || counted && CURRENCIES.contains(&tree.words[nominal].lemma.as_str())
}

/// The frame of a candidate.
pub(crate) fn frame<'l>(lexicon: &'l Lexicon, candidate: &Candidate) -> &'l Frame {
    &lexicon.frames[candidate.frame]
}
