//! On whose word: the reporting clauses and quotations an event stands in, outermost first.

use crate::clause::verb_arguments;
use crate::document::Document;
use crate::entity::{Entities, Kind, Mention};
use crate::lexicon::{Force, Lexicon};
use polybius_syntax::{Tree, Upos};
use polybius_text::Span;

/// Somebody on whose word an event rests.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) span: Span,
    pub(crate) mention: Option<Mention>,
    pub(crate) anonymous: bool,
    /// The reporting verb's force ("fears that" is not "says that").
    pub(crate) force: Force,
}

/// The speaker of each sentence's quoted words, where one is found.
pub(crate) struct Speakers {
    by_sentence: Vec<Option<Source>>,
}

impl Speakers {
    pub(crate) fn of(&self, sentence: usize) -> Option<&Source> {
        self.by_sentence.get(sentence)?.as_ref()
    }

    /// Finds who speaks where a sentence has quoted words: its own speech tag, that of the sentence before in the same
    /// paragraph or the one after, else the speaker of the paragraph before if its quotation was left open.
    pub(crate) fn find(document: &Document, entities: &Entities, lexicon: &Lexicon) -> Self {
        let count = document.sentences.len();
        let own: Vec<Option<Source>> = (0..count).map(|s| speech_tag(document, entities, lexicon, s)).collect();
        let quoted = |s: usize| document.sentences[s].quoted.iter().any(|q| *q);
        let mut found: Vec<Option<Source>> = vec![None; count];
        for s in 0..count {
            if !quoted(s) {
                continue;
            }
            let same = |o: usize| document.sentences[o].paragraph == document.sentences[s].paragraph;
            let before = s
                .checked_sub(1)
                .filter(|&b| same(b) && quoted(b))
                .and_then(|b| found[b].clone().or_else(|| own[b].clone()));
            let lead = s.checked_sub(1).filter(|&b| same(b)).and_then(|b| own[b].clone());
            let after = Some(s + 1).filter(|&a| a < count && same(a)).and_then(|a| own[a].clone());
            let earlier = s.checked_sub(1).filter(|&b| !same(b) && quoted(b)).and_then(|b| found[b].clone());
            found[s] = own[s].clone().or(before).or(after).or(lead).or(earlier);
        }
        Speakers { by_sentence: found }
    }
}

/// The speaker of a sentence's reporting verb that itself stands outside quotation marks.
fn speech_tag(document: &Document, entities: &Entities, lexicon: &Lexicon, s: usize) -> Option<Source> {
    let sentence = &document.sentences[s];
    (0..sentence.tree.words.len())
        .filter(|&i| !sentence.quoted[i] && sentence.tree.words[i].upos == Upos::Verb)
        .find_map(|i| source_of_verb(document, entities, lexicon, s, i))
}

/// The subject of a reporting verb.
fn source_of_verb(
    document: &Document,
    entities: &Entities,
    lexicon: &Lexicon,
    s: usize,
    verb: usize,
) -> Option<Source> {
    let tree = &document.sentences[s].tree;
    let force = reporting_force(tree, verb, lexicon)?;
    let arguments = verb_arguments(tree, verb, &lexicon.light_verbs);
    let head = arguments.of("subj").next().or_else(|| {
        // "it was reported by", "he was quoted as saying": the passive subject speaks
        arguments.of("obj").next().filter(|_| tree.words[verb].lemma == "quote")
    })?;
    source(document, entities, lexicon, s, head, force)
}

fn reporting_force(tree: &Tree, verb: usize, lexicon: &Lexicon) -> Option<Force> {
    let w = &tree.words[verb];
    lexicon.reporting.get(&w.lemma.to_lowercase()).copied()
}

fn source(
    document: &Document,
    entities: &Entities,
    lexicon: &Lexicon,
    s: usize,
    head: usize,
    force: Force,
) -> Option<Source> {
    let tree = &document.sentences[s].tree;
    let mention = entities.at(s, head);
    let span = match mention {
        Some(m) => m.span,
        None => {
            let (start, end) = crate::clause::core(tree, head);
            document.span(s, start, end)
        }
    };
    let lemma = tree.words[head].lemma.to_lowercase();
    let named = mention.is_some_and(|m| entities.of(m).name.is_some());
    let relative = matches!(lemma.as_str(), "who" | "which" | "that" | "it" | "what");
    if relative && mention.is_none() {
        return None;
    }
    let anonymous = !named && (lexicon.anonymous.contains(&lemma) || mention.is_none());
    Some(Source { span, mention, anonymous, force })
}

/// The sources of the event at `head` in sentence `s`, outermost first, and the forces of the reports it stands in.
pub(crate) fn sources(
    document: &Document,
    entities: &Entities,
    lexicon: &Lexicon,
    speakers: &Speakers,
    s: usize,
    head: usize,
) -> Vec<Source> {
    let sentence = &document.sentences[s];
    let tree = &sentence.tree;
    let mut inner_first: Vec<Source> = Vec::new();
    let mut add = |source: Source| {
        let known = inner_first.iter().any(|x: &Source| {
            x.span == source.span || matches!((x.mention, source.mention), (Some(a), Some(b)) if a.entity == b.entity)
        });
        if !known {
            inner_first.push(source);
        }
    };
    let mut at = head;
    for _ in 0..tree.words.len() {
        // a speech tag beside the clause: "..., Lavrov said", "as Reuters reported", "according to ..."
        for c in tree.children(at) {
            let w = &tree.words[c];
            let tag = match w.rel() {
                "parataxis" => true,
                "advcl" => tree.children(c).any(|m| tree.words[m].lemma == "as" && tree.words[m].rel() == "mark"),
                _ => false,
            };
            if tag
                && c != head
                && let Some(found) = source_of_verb(document, entities, lexicon, s, c)
            {
                add(found);
            }
            let cited = matches!(w.rel(), "obl" | "nmod" | "advmod" | "advcl")
                && tree.children(c).any(|m| matches!(tree.words[m].lemma.as_str(), "accord" | "according" | "per"));
            if cited && c != head {
                add_some(&mut add, source(document, entities, lexicon, s, c, Force::Assert));
            }
            if w.form.eq_ignore_ascii_case("according")
                && let Some(o) = tree.children(c).find(|&o| matches!(tree.words[o].rel(), "obl" | "nmod" | "obj"))
            {
                add_some(&mut add, source(document, entities, lexicon, s, o, Force::Assert));
            }
        }
        let Some(up) = tree.words[at].head else { break };
        let reported =
            matches!(tree.words[at].rel(), "ccomp" | "parataxis" | "xcomp" | "obj" | "advcl" | "csubj" | "acl");
        if reported {
            let content = matches!(tree.words[at].rel(), "ccomp" | "parataxis");
            let verb = tree.words[up].upos == Upos::Verb;
            if verb && content {
                add_some(&mut add, source_of_verb(document, entities, lexicon, s, up));
            } else if verb && &*tree.words[at].deprel == "xcomp" && crate::clause::is_passive(tree, up) {
                // "are said to have attacked": nobody's word in particular
            } else if verb && tree.words[at].rel() == "advcl" && accuses(tree, up) {
                // "accused Israel of killing": the accuser's word
                add_some(&mut add, accuser(document, entities, lexicon, s, up));
            } else if tree.words[up].upos == Upos::Noun
                && tree.words[at].rel() == "acl"
                && is_claim(&tree.words[up].lemma)
            {
                // "its fear that militants could", "reports that": the owner of the noun
                let owner = crate::clause::noun_owner(tree, up, 0).first().copied();
                let force = if matches!(tree.words[up].lemma.as_str(), "fear" | "concern" | "worry" | "suspicion") {
                    Force::Fear
                } else {
                    Force::Assert
                };
                add_some(&mut add, source(document, entities, lexicon, s, owner.unwrap_or(up), force));
            }
        }
        at = up;
    }
    if sentence.quoted[head]
        && inner_first.is_empty()
        && let Some(speaker) = speakers.of(s)
    {
        inner_first.push(speaker.clone());
    }
    inner_first.reverse();
    inner_first
}

fn add_some(add: &mut impl FnMut(Source), source: Option<Source>) {
    if let Some(source) = source {
        add(source);
    }
}

fn accuses(tree: &Tree, verb: usize) -> bool {
    matches!(tree.words[verb].lemma.as_str(), "accuse" | "blame" | "suspect" | "charge")
}

fn accuser(document: &Document, entities: &Entities, lexicon: &Lexicon, s: usize, verb: usize) -> Option<Source> {
    let tree = &document.sentences[s].tree;
    let arguments = verb_arguments(tree, verb, &lexicon.light_verbs);
    source(document, entities, lexicon, s, arguments.of("subj").next()?, Force::Assert)
}

fn is_claim(lemma: &str) -> bool {
    matches!(
        lemma,
        "fear"
            | "concern"
            | "worry"
            | "suspicion"
            | "claim"
            | "report"
            | "allegation"
            | "accusation"
            | "statement"
            | "belief"
            | "rumor"
            | "rumour"
            | "assertion"
            | "warning"
    )
}

/// Lets "we", "our", "I" in quoted words stand for the speaker, or the speaker's country.
pub(crate) fn link_first_person(document: &Document, entities: &mut Entities, speakers: &Speakers) {
    for (s, sentence) in document.sentences.iter().enumerate() {
        let Some(mention) = speakers.of(s).and_then(|x| x.mention) else { continue };
        for (i, w) in sentence.tree.words.iter().enumerate() {
            let first = matches!(w.form.to_lowercase().as_str(), "we" | "us" | "our" | "i" | "my" | "me" | "ourselves");
            if first && sentence.quoted[i] {
                entities.link(s, i, sentence.tokens[i], mention.entity);
            }
        }
    }
}

/// How a source is called in the output: `media`, `named` or `anonymous`.
pub(crate) fn kind(source: &Source, entities: &Entities) -> &'static str {
    match source.mention.map(|m| entities.of(m)) {
        Some(e) if e.sector.as_deref() == Some("JRN") && e.kind != Kind::Person => "media",
        Some(e) if e.name.is_some() => "named",
        _ if source.anonymous => "anonymous",
        _ => "named",
    }
}
