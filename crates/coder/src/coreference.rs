//! Coreference: which nominals of an article speak of the same somebody or something.
//!
//! Every nominal of every tree is a mention (`mention`). Mentions are read in the order of the text; each either continues the chain of a
//! mention before it or opens a chain of its own. What can be continued is gathered by sieves: what apposition and copula say, what has a
//! word of the name or the same head noun (the latest [`SAME_WORD`] of them), and what was mentioned last. Hard constraints leave out what
//! cannot be meant (a part of the mention itself, another sex, one for many), and `coreference_ranking` chooses among the rest. First and
//! second person come last, when it is known who speaks. Every look back is bounded, so that the cost is proportional to the article.

use crate::clause::verb_arguments;
use crate::coreference_ranking::{AloneFeatures, CLASSES, Decision, Learner, PairFeatures, Weights};
use crate::document::Document;
use crate::entity::Match;
use crate::lexicon::Lexicon;
use crate::mention::{Class, Determiner, Form, Mention, Shape, pronoun, read};
use polybius_syntax::WordSpan;
use std::collections::HashMap;

/// How many mentions with the same word are asked.
const SAME_WORD: usize = 10;
/// How many of the latest mentions are asked, by a pronoun and by another mention, and how many sentences back.
const RECENT_FOR_PRONOUN: usize = 40;
const RECENT: usize = 10;
const RECENT_SENTENCES: usize = 3;

/// All mentions of a document and the chains they form.
#[derive(Debug, Default)]
pub(crate) struct Chains {
    mentions: Vec<Mention>,
    /// Of each mention.
    chain_of: Vec<usize>,
    by_head: HashMap<(usize, usize), usize>,
    /// Mentions of each chain in order; empty where a chain was joined to another.
    chains: Vec<Vec<usize>>,
}

impl Chains {
    /// Finds mentions and chains; `names` are those that the lexicon knows, by sentence.
    pub(crate) fn find(document: &Document, names: &[Vec<Match>], lexicon: &Lexicon, weights: &Weights) -> Self {
        let mut finder = Finder::new(document, names, lexicon, weights);
        finder.run();
        finder.out
    }

    /// The chain of the mention headed by a word.
    pub(crate) fn at(&self, sentence: usize, head: usize) -> Option<usize> {
        self.by_head.get(&(sentence, head)).map(|&m| self.chain_of[m])
    }

    /// For a mention of several that were coordinated before ("they", "the two countries"), the sentence and head word of each of these.
    pub(crate) fn parts(&self, sentence: usize, head: usize) -> Vec<(usize, usize)> {
        let Some(&m) = self.by_head.get(&(sentence, head)) else { return Vec::new() };
        let earlier = self.chains[self.chain_of[m]].iter().rev().filter(|&&a| a < m);
        let whole = earlier.map(|&a| &self.mentions[a]).find(|a| a.form == Form::Coordination);
        let place = |&p: &usize| (self.mentions[p].sentence, self.mentions[p].head);
        whole.map_or_else(Vec::new, |w| w.parts.iter().map(place).collect())
    }

    /// The mentions of each chain in order; chains in the order of their first mentions.
    pub(crate) fn clusters(&self) -> Vec<Vec<WordSpan>> {
        let span = |&m: &usize| {
            let m = &self.mentions[m];
            WordSpan { sentence: m.sentence, start: m.start, end: m.end }
        };
        self.chains.iter().filter(|c| !c.is_empty()).map(|c| c.iter().map(span).collect()).collect()
    }
}

/// Learns the weights from documents whose entities are known, read `rounds` times.
pub(crate) fn learn(documents: &[(Document, Vec<Vec<WordSpan>>)], lexicon: &Lexicon, rounds: usize) -> Weights {
    let names: Vec<Vec<Vec<Match>>> =
        documents.iter().map(|(d, _)| crate::entity::find_all_names(d, lexicon)).collect();
    let mut learner = Learner::new();
    for _ in 0..rounds {
        for ((document, entities), names) in documents.iter().zip(&names) {
            let of: HashMap<WordSpan, usize> =
                entities.iter().enumerate().flat_map(|(e, list)| list.iter().map(move |&m| (m, e))).collect();
            let weights = learner.weights.clone();
            let mut finder = Finder::new(document, names, lexicon, &weights);
            finder.decisions = Some(Vec::new());
            finder.run();
            let entity = |m: usize| {
                let m = &finder.out.mentions[m];
                of.get(&WordSpan { sentence: m.sentence, start: m.start, end: m.end })
            };
            for (m, alone, candidates) in finder.decisions.iter().flatten() {
                let own = entity(*m);
                let right = |a: usize| own.is_some() && entity(a) == own;
                let candidates = candidates.iter().map(|&(a, f)| (f, right(a))).collect();
                learner.learn(&Decision { kind: kind(&finder.out.mentions[*m]), alone: *alone, candidates });
            }
        }
    }
    learner.weights
}

/// A mention, its features, and its candidates with theirs.
type Seen = (usize, AloneFeatures, Vec<(usize, PairFeatures)>);

struct Finder<'d, 'l> {
    document: &'d Document<'d>,
    names: &'d [Vec<Match<'l>>],
    lexicon: &'l Lexicon,
    weights: &'d Weights,
    out: Chains,
    /// What is known of each chain.
    class: Vec<Class>,
    plural: Vec<Option<bool>>,
    named_person: Vec<bool>,
    /// Mentions by the words of names and the heads of descriptions.
    by_word: HashMap<String, Vec<usize>>,
    /// Mentions in the first and second person, to be given their speakers at the end.
    spoken: Vec<usize>,
    /// What was decided, for learning.
    decisions: Option<Vec<Seen>>,
}

/// How apposition and copula tie a mention to another, as a value of the feature `syntax`.
const APPOSITION: u8 = 1;
const APPOSITION_OF_PLACES: u8 = 2;
const COPULA: u8 = 3;
const NEGATED_COPULA: u8 = 4;

/// The kind of a mention, as an index into [`KINDS`].
fn kind(m: &Mention) -> usize {
    match m.form {
        Form::Name => 0,
        Form::Coordination => 8,
        Form::Description => match m.determiner {
            Determiner::The => 1,
            Determiner::Demonstrative => 2,
            Determiner::Possessive => 3,
            Determiner::Indefinite | Determiner::Other => 4,
            Determiner::Quantified => 5,
            Determiner::None if m.plural == Some(true) => 7,
            Determiner::None => 6,
        },
        Form::Pronoun => match m.lemma.as_bytes() {
            [b'h', b'e', b'r', ..] | [b's', ..] => 10,
            [b'h', ..] => 9,
            [b'i', b't', ..] => 11,
            _ if m.determiner == Determiner::Demonstrative => 13,
            _ => 12,
        },
    }
}

fn class_index(class: Class) -> usize {
    let known = [Class::MAN, Class::WOMAN, Class::PERSON, Class::BODY, Class::PLACE, Class::THING];
    known.iter().position(|k| *k == class).unwrap_or(CLASSES.len() - 1)
}

/// The bucket of a number: how many of the bounds it reaches.
fn bucket(n: usize, bounds: &[usize]) -> u8 {
    bounds.iter().filter(|b| n >= **b).count() as u8
}

fn role_index(deprel: &str) -> u8 {
    match deprel {
        "nsubj:pass" => 1,
        "nmod:poss" => 5,
        _ => match deprel.split(':').next().unwrap_or("") {
            "nsubj" => 0,
            "obj" | "iobj" => 2,
            "obl" => 3,
            "nmod" => 4,
            "compound" => 6,
            "appos" => 7,
            "root" => 8,
            "conj" => 9,
            _ => 10,
        },
    }
}

/// How the words of one list relate to those of another: none, same, fewer, more, some.
fn overlap(a: &[String], b: &[String]) -> u8 {
    let shared = a.iter().filter(|w| b.contains(w)).count();
    match (shared, shared == a.len(), shared == b.len()) {
        (0, ..) => 0,
        (_, true, true) => 1,
        (_, true, false) => 2,
        (_, false, true) => 3,
        _ => 4,
    }
}

/// How two names relate, as a value of the feature `name`.
fn name_relation(m: &Mention, o: &Mention) -> u8 {
    if m.form != Form::Name || o.form != Form::Name {
        return 0;
    }
    match (&m.identity, &o.identity) {
        (Some(a), Some(b)) if a == b => return 1,
        (Some(_), Some(_)) => return 2,
        _ => {}
    }
    if m.words == o.words {
        return 3;
    }
    let (short, long) = if m.words.len() <= o.words.len() { (&m.words, &o.words) } else { (&o.words, &m.words) };
    let person = m.class.within(Class::PERSON) || o.class.within(Class::PERSON);
    if person && short.iter().all(|w| long.contains(w)) {
        5
    } else if long.ends_with(short) {
        4
    } else if short.len() == 1 && is_acronym(&short[0], long) {
        6
    } else {
        7
    }
}

fn is_acronym(short: &str, words: &[String]) -> bool {
    let letters = || short.chars().filter(|c| c.is_alphabetic());
    let initials = words.iter().filter_map(|w| w.chars().next());
    words.len() > 1 && letters().count() > 1 && letters().eq(initials)
}

impl<'d, 'l> Finder<'d, 'l> {
    fn new(document: &'d Document, names: &'d [Vec<Match<'l>>], lexicon: &'l Lexicon, weights: &'d Weights) -> Self {
        Finder {
            document,
            names,
            lexicon,
            weights,
            out: Chains::default(),
            class: Vec::new(),
            plural: Vec::new(),
            named_person: Vec::new(),
            by_word: HashMap::new(),
            spoken: Vec::new(),
            decisions: None,
        }
    }

    fn run(&mut self) {
        for s in 0..self.document.sentences.len() {
            self.sentence(s);
        }
        self.first_and_second_person();
    }

    fn sentence(&mut self, s: usize) {
        let document = self.document;
        let sentence = &document.sentences[s];
        let shape = Shape::new(&sentence.tree);
        let first = self.out.mentions.len();
        // coordinations by their last word
        let mut closing: Vec<(usize, usize)> = Vec::new();
        for head in 0..shape.tree.words.len() {
            if shape.is_mention(head) {
                let known = self.names[s].iter().find(|k| k.start <= head && head < k.end);
                let m = read(&shape, (s, head), sentence.quoted[head], known, self.lexicon);
                self.add(&shape, m, first);
                if let Some(&last) = shape.conjuncts(head)[1..].last() {
                    closing.push((last, head));
                }
            }
            while let Some(at) = closing.iter().position(|c| c.0 == head) {
                let (_, start) = closing.remove(at);
                if let Some(m) = self.coordination(&shape, s, start) {
                    self.add(&shape, m, first);
                }
            }
        }
    }

    /// "The president and his minister": both together.
    fn coordination(&self, shape: &Shape, s: usize, first: usize) -> Option<Mention> {
        let conjuncts = shape.conjuncts(first);
        let parts: Vec<usize> = conjuncts.iter().filter_map(|&h| self.out.by_head.get(&(s, h)).copied()).collect();
        let and = |&c: &usize| shape.child(c, "cc").is_some_and(|k| shape.tree.words[k].lemma == "and");
        let (&start, &end) = (parts.first()?, parts.last()?);
        if parts.len() < 2 || parts.len() < conjuncts.len() || !conjuncts.iter().any(and) {
            return None;
        }
        let of = |p: usize| &self.out.mentions[p];
        let words: Vec<String> = parts.iter().flat_map(|&p| of(p).words.clone()).collect();
        Some(Mention {
            start: of(start).start,
            end: of(end).end,
            form: Form::Coordination,
            lemma: words.join(" "),
            words,
            modifiers: Vec::new(),
            identity: None,
            determiner: Determiner::None,
            possessor: None,
            plural: Some(true),
            class: parts.iter().fold(Class(0), |c, &p| c.or(of(p).class)),
            parts,
            ..of(start).clone()
        })
    }

    /// Gives a mention its chain; `first` is the first mention of its sentence.
    fn add(&mut self, shape: &Shape, m: Mention, first: usize) {
        let index = self.out.mentions.len();
        let spoken = m.form == Form::Pronoun && pronoun(&m.lemma).is_some_and(|p| p.person < 3);
        let antecedent = if spoken { None } else { self.antecedent(shape, &m, first) };
        let chain = match antecedent {
            Some(a) => self.out.chain_of[a],
            None => {
                self.out.chains.push(Vec::new());
                self.class.push(m.class);
                self.plural.push(m.plural);
                self.named_person.push(false);
                self.out.chains.len() - 1
            }
        };
        let class = self.class[chain].and(m.class);
        if !class.is_empty() {
            self.class[chain] = class;
        }
        self.plural[chain] = self.plural[chain].or(m.plural);
        self.named_person[chain] |= m.form == Form::Name && m.class.within(Class::PERSON);
        self.out.chains[chain].push(index);
        self.out.chain_of.push(chain);
        if m.form != Form::Coordination {
            self.out.by_head.insert((m.sentence, m.head), index);
        }
        let mut post = |word: &String| match self.by_word.get_mut(word) {
            Some(list) => list.push(index),
            None => drop(self.by_word.insert(word.clone(), vec![index])),
        };
        match m.form {
            Form::Name => {
                m.words.iter().for_each(&mut post);
                m.modifiers.iter().filter(|w| !m.words.contains(w)).for_each(&mut post);
            }
            Form::Description | Form::Coordination => post(&m.lemma),
            Form::Pronoun if spoken => self.spoken.push(index),
            Form::Pronoun => {}
        }
        self.out.mentions.push(m);
    }

    /// The mention before `m` that it continues.
    fn antecedent(&mut self, shape: &Shape, m: &Mention, first: usize) -> Option<usize> {
        let kind = kind(m);
        let tied = self.tied_by_syntax(shape, m);
        let mut candidates = self.candidates(m, first);
        if let Some((a, _)) = tied
            && !candidates.contains(&a)
        {
            candidates.push(a);
        }
        let alone = self.alone_features(shape, m);
        let mut best: (f32, Option<usize>) = (self.weights.alone(kind, &alone), None);
        let mut seen = Vec::new();
        for a in candidates {
            let syntax = tied.filter(|t| t.0 == a).map_or(0, |t| t.1);
            if !self.can_be(shape, m, a, syntax) {
                continue;
            }
            let features = self.pair_features(shape, m, a, syntax, first);
            let score = self.weights.pair(kind, &features);
            if score > best.0 {
                best = (score, Some(a));
            }
            if self.decisions.is_some() {
                seen.push((a, features));
            }
        }
        let index = self.out.mentions.len();
        if let Some(decisions) = &mut self.decisions {
            decisions.push((index, alone, seen));
        }
        best.1
    }

    /// The mention that apposition or copula ties to this one, and how.
    fn tied_by_syntax(&self, shape: &Shape, m: &Mention) -> Option<(usize, u8)> {
        let at = |head: usize| self.out.by_head.get(&(m.sentence, head)).copied();
        let w = &shape.tree.words[m.head];
        if m.form == Form::Coordination {
            return None;
        }
        if w.rel() == "appos" {
            let a = w.head.and_then(at)?;
            let place = |c: Class| !c.and(Class::PLACE).is_empty() && c.and(Class::THING).is_empty();
            let places = place(m.class) && place(self.out.mentions[a].class);
            return Some((a, if places { APPOSITION_OF_PLACES } else { APPOSITION }));
        }
        shape.child(m.head, "cop")?;
        let negated =
            shape.children[m.head].iter().any(|&c| matches!(&*shape.tree.words[c].lemma, "not" | "n't" | "never"));
        let subject = shape.child(m.head, "nsubj").and_then(at)?;
        Some((subject, if negated { NEGATED_COPULA } else { COPULA }))
    }

    /// Mentions that may be continued, latest last.
    fn candidates(&self, m: &Mention, first: usize) -> Vec<usize> {
        let count = self.out.mentions.len();
        let recent = if m.form == Form::Pronoun { RECENT_FOR_PRONOUN } else { RECENT };
        let mut out: Vec<usize> = (0..count)
            .rev()
            .take(recent)
            .take_while(|&a| a >= first || m.sentence - self.out.mentions[a].sentence <= RECENT_SENTENCES)
            .collect();
        let mut add = |word: &str| {
            let list = self.by_word.get(word).map_or(&[][..], Vec::as_slice);
            out.extend(list.iter().rev().take(SAME_WORD));
        };
        match m.form {
            Form::Name => m.words.iter().for_each(|w| add(w)),
            Form::Description | Form::Coordination => add(&m.lemma),
            Form::Pronoun => {}
        }
        out.sort_unstable();
        out.dedup();
        out
    }

    /// The hard constraints.
    fn can_be(&self, shape: &Shape, m: &Mention, a: usize, syntax: u8) -> bool {
        let o = &self.out.mentions[a];
        if syntax == NEGATED_COPULA || syntax == 0 && m.determiner == Determiner::Other {
            return false;
        }
        // what a verb does to somebody else
        let object = |m: &Mention| matches!(shape.rel(m.head), "obj" | "iobj");
        if m.form == Form::Pronoun
            && o.sentence == m.sentence
            && object(m)
            && (shape.rel(o.head) == "nsubj" || object(o))
            && shape.governor(o.head) == shape.governor(m.head)
            && pronoun(&m.lemma).is_some_and(|p| !p.reflexive)
        {
            return false;
        }
        let chain = self.out.chain_of[a];
        if o.form == Form::Pronoun
            && (o.determiner == Determiner::Demonstrative || pronoun(&o.lemma).is_some_and(|p| p.person < 3))
        {
            return syntax != 0;
        }
        if syntax == 0 && o.sentence == m.sentence && o.start < m.end && m.start < o.end {
            return false;
        }
        if m.form == Form::Pronoun {
            let one_for_many = m.plural == Some(false) && self.plural[chain] == Some(true);
            let many_for_one = m.plural == Some(true) && self.plural[chain] == Some(false) && self.named_person[chain];
            return !self.class[chain].and(m.class).is_empty() && !one_for_many && !many_for_one;
        }
        if m.form == Form::Coordination {
            let chains = |m: &Mention| m.parts.iter().map(|&p| self.out.chain_of[p]).collect::<Vec<_>>();
            return o.form != Form::Coordination || chains(m) == chains(o);
        }
        true
    }

    fn alone_features(&self, shape: &Shape, m: &Mention) -> AloneFeatures {
        let before = self.by_word.get(&m.lemma).map_or(0, Vec::len);
        [
            0,
            role_index(&shape.tree.words[m.head].deprel),
            bucket(m.modifiers.len(), &[1, 2]),
            u8::from(m.end > m.head + 1),
            bucket(m.sentence, &[1, 3, 10]),
            class_index(m.class) as u8,
            bucket(before, &[1, 2, 4]),
        ]
    }

    fn pair_features(&self, shape: &Shape, m: &Mention, a: usize, syntax: u8, first: usize) -> PairFeatures {
        let o = &self.out.mentions[a];
        let chain = self.out.chain_of[a];
        let o_word = &self.document.sentences[o.sentence].tree.words[o.head];
        let m_word = &shape.tree.words[m.head];
        let same_sentence = a >= first;
        let between = self.out.mentions.len() - 1 - a;
        let same_head = m.lemma == o.lemma && m.form != Form::Pronoun;
        let head = match () {
            () if same_head => 1,
            () if o.words.contains(&m.lemma) => 2,
            () if m.words.contains(&o.lemma) => 3,
            () => 0,
        };
        let modifiers = match overlap(&m.modifiers, &o.modifiers) {
            _ if !same_head => 0,
            _ if m.modifiers.is_empty() && o.modifiers.is_empty() => 1,
            _ if m.modifiers.is_empty() => 2,
            _ if o.modifiers.is_empty() => 4,
            1 => 3,
            2 => 2,
            3 => 4,
            _ => 5,
        };
        let class = self.class[chain];
        let agreement = match () {
            () if class == Class::ANY || m.class == Class::ANY => 3,
            () if class == m.class => 0,
            () if !class.and(m.class).is_empty() => 1,
            () => 2,
        };
        let number = match (self.plural[chain], m.plural) {
            (Some(a), Some(b)) => {
                if a == b {
                    0
                } else {
                    2
                }
            }
            _ => 1,
        };
        let clause = match () {
            () if !same_sentence => 0,
            () if shape.clause(o.head) == shape.clause(m.head) => 2,
            () => 1,
        };
        let rivals = same_sentence
            && shape.governor(o.head) == shape.governor(m.head)
            && m_word.rel() != "conj"
            && o_word.rel() != "conj"
            && !(m.form == Form::Pronoun && pronoun(&m.lemma).is_some_and(|p| p.reflexive));
        let quoted = match (m.quoted, o.quoted) {
            (false, false) => 0,
            (true, true) => 1,
            (true, false) => 2,
            (false, true) => 3,
        };
        let possessor = |m: &Mention| m.possessor.and_then(|p| self.out.at(m.sentence, p));
        let possessors = match (possessor(m), possessor(o)) {
            (None, None) => 0,
            (Some(a), Some(b)) if a == b => 1,
            (Some(_), Some(_)) => 2,
            (Some(_), None) => 3,
            (None, Some(_)) => 4,
        };
        let opens = a == 0 || self.out.mentions[a - 1].sentence != o.sentence;
        let (o_role, m_role) = (role_index(&o_word.deprel), role_index(&m_word.deprel));
        [
            kind(o) as u8,
            bucket(m.sentence - o.sentence, &[1, 2, 3, 4, 6, 11, 21]),
            bucket(between, &[1, 2, 4, 7, 13, 26, 51]),
            head,
            overlap(&m.words, &o.words),
            name_relation(m, o),
            modifiers,
            agreement,
            (class_index(m.class) * CLASSES.len() + class_index(class)) as u8,
            number,
            o_role,
            u8::from(o_role == m_role),
            clause,
            u8::from(rivals),
            quoted,
            bucket(self.out.chains[chain].len(), &[2, 3, 5, 9]),
            syntax,
            possessors,
            u8::from(opens),
            o_role * 4 + bucket(m.sentence - o.sentence, &[1, 2, 3]),
            head * 4 + bucket(m.sentence - o.sentence, &[1, 4, 11]),
        ]
    }

    fn join(&mut self, a: usize, b: usize) {
        if a == b {
            return;
        }
        let (into, from) = if self.out.chains[a].first() <= self.out.chains[b].first() { (a, b) } else { (b, a) };
        let moved = std::mem::take(&mut self.out.chains[from]);
        for &m in &moved {
            self.out.chain_of[m] = into;
        }
        self.out.chains[into].extend(moved);
        self.out.chains[into].sort_unstable();
    }

    /// "I" is who speaks; "we" are the same as long as the same speaks, "you" as long as the same is spoken to.
    fn first_and_second_person(&mut self) {
        let tags = self.tags();
        let mut voices: HashMap<(Voice, Part), usize> = HashMap::new();
        for i in std::mem::take(&mut self.spoken) {
            let m = &self.out.mentions[i];
            let Some(p) = pronoun(&m.lemma) else { continue };
            let part = match (p.person, p.plural) {
                (1, Some(false)) => Part::I,
                (1, _) => Part::We,
                _ => Part::You,
            };
            let tag = tags[m.sentence].filter(|_| m.quoted).and_then(|(s, head)| self.out.at(s, head));
            let speaker = &self.document.sentences[m.sentence].speaker;
            let addressee = speaker.as_ref().filter(|_| part == Part::You).and_then(|s| self.addressee(m.sentence, s));
            let (part, speaker) = match addressee {
                Some(name) => (Part::I, Some(name)),
                None => (part, speaker.clone()),
            };
            let voice = match (&speaker, tag) {
                (_, Some(chain)) => Voice::Quoted(self.out.chains[chain][0]),
                (Some(name), None) => Voice::Transcript(name.clone()),
                (None, None) => Voice::Author,
            };
            let own = self.out.chain_of[i];
            let chain = match (&voice, part) {
                (Voice::Quoted(first), Part::I) => Some(self.out.chain_of[*first]),
                (Voice::Transcript(name), Part::I) => self.named(name),
                _ => None,
            };
            if let Some(chain) = chain {
                self.join(own, chain);
            }
            match voices.get(&(voice.clone(), part)) {
                Some(&first) => self.join(self.out.chain_of[first], self.out.chain_of[i]),
                None => drop(voices.insert((voice, part), i)),
            }
        }
    }

    /// Whom the speaker of a sentence in a transcript speaks to: who spoke last before, or else who speaks next.
    fn addressee(&self, sentence: usize, speaker: &str) -> Option<String> {
        let other = |s: &&crate::document::ParsedSentence| s.speaker.as_deref().is_some_and(|name| name != speaker);
        let (before, after) = self.document.sentences.split_at(sentence);
        before.iter().rev().find(other).or_else(|| after.iter().find(other)).and_then(|s| s.speaker.clone())
    }

    /// The chain of the person whose name a transcript gives its speaker ("AdaBrown", "Brown").
    fn named(&self, speaker: &str) -> Option<usize> {
        let letters =
            |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
        let speaker = letters(speaker);
        let fits = |m: &Mention| {
            m.form == Form::Name
                && !m.class.and(Class::PERSON).is_empty()
                && (letters(&m.words.concat()) == speaker || m.words.last().is_some_and(|w| letters(w) == speaker))
        };
        self.out.mentions.iter().position(fits).map(|m| self.out.chain_of[m])
    }

    /// Who speaks each sentence's quoted words: the sentence and head word of the subject of its own speech tag, of that of the sentence
    /// before in the same paragraph or the one after, or else whoever spoke in the paragraph before.
    fn tags(&self) -> Vec<Option<(usize, usize)>> {
        let sentences = &self.document.sentences;
        let count = sentences.len();
        let quoted: Vec<bool> = sentences.iter().map(|s| s.quoted.contains(&true)).collect();
        let near = |s: usize| quoted[s] || s > 0 && quoted[s - 1] || s + 1 < count && quoted[s + 1];
        let own: Vec<Option<(usize, usize)>> = (0..count).map(|s| self.speech_tag(s).filter(|_| near(s))).collect();
        let mut found = vec![None; count];
        for s in (0..count).filter(|&s| quoted[s]) {
            let same = |o: usize| sentences[o].paragraph == sentences[s].paragraph;
            let before = s.checked_sub(1).filter(|&b| same(b) && quoted[b]).and_then(|b| found[b].or(own[b]));
            let after = Some(s + 1).filter(|&a| a < count && same(a)).and_then(|a| own[a]);
            let lead = s.checked_sub(1).filter(|&b| same(b)).and_then(|b| own[b]);
            let earlier = s.checked_sub(1).filter(|&b| !same(b) && quoted[b]).and_then(|b| found[b]);
            found[s] = own[s].or(before).or(after).or(lead).or(earlier);
        }
        found
    }

    fn speech_tag(&self, s: usize) -> Option<(usize, usize)> {
        let sentence = &self.document.sentences[s];
        let tree = &sentence.tree;
        (0..tree.words.len())
            .filter(|&i| !sentence.quoted[i] && self.lexicon.can_speak(&tree.words[i].lemma))
            .find_map(|i| verb_arguments(tree, i, &self.lexicon.light_verbs).of("subj").next())
            .map(|head| (s, head))
    }
}

/// Whose first person it is.
#[derive(Clone, PartialEq, Eq, Hash)]
enum Voice {
    /// Of the speaker whose first mention this is.
    Quoted(usize),
    Transcript(String),
    Author,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    I,
    We,
    You,
}

#[cfg(test)]
mod tests {
    use super::*;
    use polybius_syntax::{Model, Tree};
    use polybius_text::Article;

    /// What corefers in a text with the mention that reads `words` and is the last that does, itself left out.
    fn with(document: &Document, words: &str) -> Vec<String> {
        let lexicon = Lexicon::embedded();
        let names = crate::entity::find_all_names(document, &lexicon);
        let chains = Chains::find(document, &names, &lexicon, &Weights::embedded());
        let text = |m: &WordSpan| document.span(m.sentence, m.start, m.end).of(&document.article.text).to_owned();
        let clusters = chains.clusters();
        let last = clusters.iter().flatten().filter(|m| text(m) == words).max();
        let last = last.unwrap_or_else(|| panic!("no mention reads {words}"));
        let cluster = clusters.iter().find(|c| c.contains(last)).unwrap();
        cluster.iter().filter(|m| *m != last).map(text).collect()
    }

    fn chain(text: &str, words: &str) -> Vec<String> {
        let article = Article::from_lines("1", text);
        with(&Document::new(&article, &Model::embedded(), &Lexicon::embedded()), words)
    }

    #[test]
    fn names_go_on_by_last_name_and_acronym() {
        let text = "Foreign Minister Ola Nordmann arrived in Oslo. On Monday Nordmann met reporters.";
        assert_eq!(chain(text, "Nordmann"), ["Foreign Minister Ola Nordmann"]);
        let name = |words: &[&str], class| {
            let words: Vec<String> = words.iter().map(|w| (*w).to_owned()).collect();
            let lemma = words[0].clone();
            Mention {
                sentence: 0,
                head: 0,
                start: 0,
                end: 1,
                form: Form::Name,
                lemma,
                words,
                modifiers: Vec::new(),
                identity: None,
                determiner: Determiner::None,
                possessor: None,
                plural: None,
                class,
                quoted: false,
                parts: Vec::new(),
            }
        };
        let body = |words: &[&str]| name(words, Class::BODY);
        assert_eq!(name_relation(&body(&["pwa"]), &body(&["port", "workers", "association"])), 6);
        assert_eq!(name_relation(&body(&["association"]), &body(&["port", "workers", "association"])), 4);
        assert_eq!(name_relation(&body(&["port"]), &body(&["port", "workers", "association"])), 7);
        let (short, long) = (name(&["ola"], Class::PERSON), name(&["ola", "nordmann"], Class::PERSON));
        assert_eq!(name_relation(&short, &long), 5);
    }

    #[test]
    fn apposition_and_copula() {
        assert_eq!(chain("Ola Nordmann, the minister, resigned.", "the minister"), ["Ola Nordmann"]);
        assert_eq!(chain("Ola Nordmann is the foreign minister.", "the foreign minister"), ["Ola Nordmann"]);
        assert!(chain("Ola Nordmann is not the foreign minister.", "the foreign minister").is_empty());
    }

    #[test]
    fn descriptions_go_on_with_the_same_noun() {
        let text = "Rebels attacked a convoy near the border. The convoy was carrying food.";
        assert_eq!(chain(text, "The convoy"), ["a convoy near the border"]);
        assert!(chain("Rebels attacked a convoy. Another convoy escaped.", "Another convoy").is_empty());
    }

    #[test]
    fn pronouns_agree_in_number_and_sex() {
        let text = "Anna Berg criticised Ola Nordmann on Monday. She said that he had lied.";
        assert_eq!(chain(text, "She"), ["Anna Berg"]);
        assert_eq!(chain(text, "he"), ["Ola Nordmann"]);
        let text = "The rebels met President Ola Nordmann. They left on Monday.";
        assert_eq!(chain(text, "They"), ["The rebels"]);
    }

    #[test]
    fn the_arguments_of_a_verb_are_different() {
        assert!(!chain("Tehran declined to meet it.", "it").contains(&"Tehran".to_owned()));
        assert!(!chain("Anna Berg saw her.", "her").contains(&"Anna Berg".to_owned()));
        assert_eq!(chain("Anna Berg hurt herself.", "herself"), ["Anna Berg"]);
    }

    #[test]
    fn they_are_those_who_are_coordinated() {
        let article = Article::from_lines("1", "Norway and Sweden signed an accord. They will open the border.");
        let lexicon = Lexicon::embedded();
        let document = Document::new(&article, &Model::embedded(), &lexicon);
        let names = crate::entity::find_all_names(&document, &lexicon);
        let chains = Chains::find(&document, &names, &lexicon, &Weights::embedded());
        assert_eq!(chains.parts(1, 0), [(0, 0), (0, 2)]);
        assert!(chains.parts(0, 0).is_empty());
    }

    #[test]
    fn who_speaks_is_i() {
        let text = "“I have never been afraid of them,” said Ola Nordmann on Monday. “We will win.”";
        assert_eq!(chain(text, "I"), ["Ola Nordmann"]);
        assert!(chain(text, "We").is_empty());
    }

    #[test]
    fn a_transcript_names_its_speakers() {
        let lines = [("Press", "Ola Nordmann , are you afraid ?"), ("Nordmann", "I am not .")];
        let mut article = Article::default();
        let mut sentences = Vec::new();
        for (paragraph, (speaker, line)) in lines.into_iter().enumerate() {
            let start = article.text.len();
            let mut tokens = Vec::new();
            for form in line.split(' ') {
                let at = article.text.len();
                article.text += form;
                tokens.push(polybius_text::Span::new(at, article.text.len()));
                article.text.push(' ');
            }
            sentences.push(crate::ParsedSentence {
                paragraph,
                span: polybius_text::Span::new(start, article.text.len() - 1),
                quoted: vec![false; tokens.len()],
                tokens,
                tree: Tree::default(),
                speaker: Some(speaker.to_owned()),
            });
        }
        let document = Document::from_sentences(&article, sentences, &Model::embedded(), &Lexicon::embedded());
        assert_eq!(with(&document, "I"), ["Ola Nordmann", "you"]);
    }

    #[test]
    fn odd_texts_do_no_harm() {
        for text in ["", "He.", "They they their. It its itself!", "( ) — “", "Of of of the the", "a , b and c and"]
        {
            let article = Article::from_lines("1", text);
            let lexicon = Lexicon::embedded();
            let document = Document::new(&article, &Model::embedded(), &lexicon);
            let names = crate::entity::find_all_names(&document, &lexicon);
            let chains = Chains::find(&document, &names, &lexicon, &Weights::embedded());
            assert!(chains.clusters().iter().all(|c| !c.is_empty()), "{text}");
        }
    }
}
