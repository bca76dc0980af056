//! On whose word: every attribution of an article, found once. An attribution is a relation of three parts, as in the PARC and PolNeAR
//! corpora: a cue ("said", "according to", "the claim that"), its source, and the content that the source vouches for. An event
//! rests on the word of the sources whose content holds it.

use crate::clause::{core, is_passive, noun_owner, prepositions, subjects, tree_contains};
use crate::document::{Document, ParsedSentence};
use crate::entity::{Entities, Kind, Mention};
use crate::event::Participant;
use crate::lexicon::{Force, Lexicon, Reporting};
use polybius_syntax::{NameKind, Tree, Upos};
use polybius_text::Span;
use std::ops::Range;

/// One attribution of an article. Spans are bytes of the article's text.
#[derive(Clone, Debug, PartialEq)]
pub struct AttributionRelation {
    /// Who says it, as the words stand ("he", "who"), with what is known of them; `None` where nobody is named ("reportedly").
    pub source: Option<Participant>,
    /// `named`, `anonymous` or `media`.
    pub kind: &'static str,
    /// The words that report.
    pub cue: Span,
    /// What is reported; several spans where the report is interrupted or goes on in other sentences.
    pub content: Vec<Span>,
    /// What the cue says of the truth of the content.
    pub force: Force,
}

/// Words `words` of a sentence that belong to a content.
#[derive(Clone, Debug, PartialEq)]
struct Piece {
    sentence: usize,
    words: Range<usize>,
    /// Is it a clause or quoted words, which tell what happened, and no mere object ("criticized the raid")?
    clause: bool,
}

/// A relation in words of the document.
#[derive(Debug)]
struct Relation {
    sentence: usize,
    /// The head word of the cue, and all its words.
    cue: usize,
    cue_words: Range<usize>,
    /// The source's head word in the cue's sentence, as it stands.
    source: Option<usize>,
    /// The noun a relative pronoun stands for, else the source itself.
    antecedent: Option<usize>,
    content: Vec<Piece>,
    force: Force,
    /// Can quoted words of the sentences around be its content?
    quotes: bool,
}

/// All attributions of an article.
#[derive(Debug)]
pub(crate) struct Attributions {
    /// In order of their cues; those that turned out to have no content are among them.
    relations: Vec<Relation>,
    /// For each sentence the pieces of content there: the relation's index and the piece's.
    in_sentence: Vec<Vec<(usize, usize)>>,
    /// For each sentence the relation whose source speaks its quoted words.
    speaker: Vec<Option<usize>>,
}

/// Somebody on whose word an event rests.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) span: Span,
    pub(crate) mention: Option<Mention>,
    pub(crate) anonymous: bool,
    /// The cue's force ("fears that" is not "says that").
    pub(crate) force: Force,
}

/// Finds all attributions of `document`.
pub(crate) fn find(document: &Document, lexicon: &Lexicon) -> Attributions {
    let mut relations = Vec::new();
    for (s, sentence) in document.sentences.iter().enumerate() {
        SentenceFinder::new(s, sentence, lexicon).find(&mut relations);
    }
    let speaker = join_quotations(document, &mut relations);
    let mut in_sentence = vec![Vec::new(); document.sentences.len()];
    for (r, relation) in relations.iter().enumerate() {
        for (p, piece) in relation.content.iter().enumerate() {
            in_sentence[piece.sentence].push((r, p));
        }
    }
    Attributions { relations, in_sentence, speaker }
}

/// Looks for the relations whose cue stands in one sentence.
struct SentenceFinder<'a> {
    s: usize,
    sentence: &'a ParsedSentence,
    tree: &'a Tree,
    lexicon: &'a Lexicon,
    children: Vec<Vec<usize>>,
    /// How many semicolons outside quotation marks stand before each word; "that" behind one goes on with the same report.
    part: Vec<usize>,
}

/// A content under construction: its words, and whether they are a clause.
type Words = (Vec<usize>, bool);

impl<'a> SentenceFinder<'a> {
    fn new(s: usize, sentence: &'a ParsedSentence, lexicon: &'a Lexicon) -> Self {
        let tree = &sentence.tree;
        let mut children = vec![Vec::new(); tree.words.len()];
        let mut part = Vec::with_capacity(tree.words.len());
        let mut semicolons = 0;
        for (i, w) in tree.words.iter().enumerate() {
            if let Some(head) = w.head {
                children[head].push(i);
            }
            part.push(semicolons);
            let goes_on = tree.words.get(i + 1).is_some_and(|n| n.form == "that")
                || tree.words.get(i + 2).is_some_and(|n| n.form == "that");
            if w.form == ";" && !sentence.quoted[i] && !goes_on {
                semicolons += 1;
            }
        }
        SentenceFinder { s, sentence, tree, lexicon, children, part }
    }

    fn find(&self, relations: &mut Vec<Relation>) {
        let first = relations.len();
        for i in 0..self.tree.words.len() {
            let w = &self.tree.words[i];
            let found = match w.upos {
                Upos::Verb | Upos::Adj => self.phrase(i).or_else(|| self.predicate(i)),
                Upos::Noun => self.phrase(i).or_else(|| self.noun(i)),
                Upos::Adv => self.phrase(i).or_else(|| self.hedge(i)),
                Upos::Propn | Upos::Pron | Upos::Num => self.phrase(i),
                Upos::Punct if w.form == ":" => self.colon(i),
                _ => None,
            };
            relations.extend(found);
        }
        self.cited_inside(&mut relations[first..]);
    }

    fn rel(&self, i: usize) -> &'a str {
        self.tree.words[i].rel()
    }

    fn child(&self, head: usize, test: impl Fn(usize) -> bool) -> Option<usize> {
        self.children[head].iter().copied().find(|&c| test(c))
    }

    /// The words under `top` without those under `but`, in order.
    fn below(&self, top: usize, but: Option<usize>) -> Vec<usize> {
        let mut words = Vec::new();
        let mut stack = vec![top];
        while let Some(at) = stack.pop().filter(|_| words.len() < self.children.len()) {
            if Some(at) != but && !(at != top && self.goes_on(at)) {
                words.push(at);
                stack.extend(&self.children[at]);
            }
        }
        words.sort_unstable();
        words
    }

    /// "..., saying it was too early": such a participle goes on with the report around it, wherever the parse hangs it.
    fn goes_on(&self, i: usize) -> bool {
        let w = &self.tree.words[i];
        &*w.deprel == "advcl"
            && w.form.ends_with("ing")
            && (0..i)
                .rev()
                .find(|&k| !is_quote_mark(&self.tree.words[k].form))
                .is_some_and(|k| self.tree.words[k].form == ",")
            && !self.sentence.quoted[i]
            && self.lexicon.asserts(&w.lemma)
    }

    /// The content's words as ranges: none beyond a semicolon, punctuation inside bridged, punctuation at the ends left out.
    fn pieces(&self, (words, clause): &Words, cue: usize) -> Vec<Piece> {
        let is_mark = |i: usize| self.tree.words[i].upos == Upos::Punct;
        // "Trump said so: 'France is lost,' he claimed": a tag behind a colon and a quotation covers the quotation
        let colon = (0..cue).rev().find(|&k| self.tree.words[k].form == ":" && !self.sentence.quoted[k]);
        let from = colon.filter(|&k| self.sentence.quoted.get(k + 2) == Some(&true)).unwrap_or(0);
        let kept =
            words.iter().copied().filter(|&i| i >= from && (self.sentence.quoted[i] || self.part[i] == self.part[cue]));
        let mut ranges: Vec<Range<usize>> = Vec::new();
        for i in kept.filter(|&i| !is_mark(i)) {
            match ranges.last_mut() {
                Some(last) if (last.end..i).all(is_mark) => last.end = i + 1,
                _ => ranges.push(i..i + 1),
            }
        }
        ranges.into_iter().map(|words| Piece { sentence: self.s, words, clause: *clause }).collect()
    }

    fn relation(&self, cue: usize, force: Force, source: Option<usize>, contents: &[Words]) -> Relation {
        let mut content: Vec<Piece> = contents.iter().flat_map(|c| self.pieces(c, cue)).collect();
        content.sort_by_key(|p| p.words.start);
        Relation {
            sentence: self.s,
            cue,
            cue_words: cue..cue + 1,
            source,
            antecedent: source,
            content,
            force,
            quotes: false,
        }
    }

    /// "said", "is confident that", "called for".
    fn predicate(&self, i: usize) -> Option<Relation> {
        let w = &self.tree.words[i];
        if matches!(self.rel(i), "amod" | "compound" | "flat" | "case" | "mark") {
            return None;
        }
        let lemma = w.lemma.to_lowercase();
        let entries = if w.upos == Upos::Adj {
            self.child(i, |c| self.rel(c) == "cop")?;
            self.lexicon.reporting.get(&format!("be {lemma}"))?
        } else {
            self.lexicon.reporting.get(&lemma)?
        };
        let entry = entries.iter().find(|e| self.has_rest(i, e))?;
        // "seems to believe": the inner verb reports
        let inner = |c: usize| self.rel(c) == "xcomp" && self.lexicon.reporting.contains_key(&self.tree.words[c].lemma);
        if entry.force == Force::Hedge && self.child(i, inner).is_some() {
            return None;
        }
        let passive = w.upos == Upos::Verb && is_passive(self.tree, i);
        let (source, antecedent) =
            if entry.force == Force::Hedge { (None, None) } else { self.source(i, entry, passive) };
        let mut contents = self.arguments(i, entry, passive);
        if contents.is_empty() {
            contents.extend(self.as_speech_tag(i, entry, source));
        }
        // "A strike, said Lee, would ...": what stands before an inverted verb is part of the report
        if let Some(source) = source.filter(|&x| x > i)
            && contents.iter().any(|c| c.1)
            && let Some(other) = self.child(i, |c| c < i && c != source && self.rel(c) == "nsubj")
        {
            contents.push((self.below(other, None), true));
        }
        let mut relation = self.relation(i, entry.force, source, &contents);
        relation.antecedent = antecedent;
        relation.quotes = source.is_some() && w.upos == Upos::Verb && entry.speaks();
        relation.cue_words = self.cue_words(i, entry);
        (relation.quotes || !relation.content.is_empty()).then_some(relation)
    }

    /// Are the further words of an idiom there?
    fn has_rest(&self, i: usize, entry: &Reporting) -> bool {
        let is = |c: usize, word: &str| {
            let w = &self.tree.words[c];
            w.lemma == *word || w.form.eq_ignore_ascii_case(word)
        };
        entry.rest.iter().all(|word| {
            self.children[i].iter().any(|&c| {
                is(c, word) && !matches!(self.rel(c), "nsubj" | "aux")
                    || matches!(self.rel(c), "obl" | "obj" | "xcomp" | "advmod")
                        && self.children[c].iter().any(|&g| is(g, word))
            })
        })
    }

    /// The verb with its auxiliaries before it and its particle behind it.
    fn cue_words(&self, i: usize, entry: &Reporting) -> Range<usize> {
        let belongs = |c: usize| matches!(self.rel(c), "aux" | "cop") && self.children[i].contains(&c);
        let start = (0..i).rev().take_while(|&c| belongs(c)).last().unwrap_or(i);
        let behind = |c: usize| {
            self.rel(c) == "compound" || entry.rest.iter().any(|r| self.tree.words[c].form.eq_ignore_ascii_case(r))
        };
        let end = (i + 1..self.tree.words.len()).take_while(|&c| behind(c)).last().map_or(i + 1, |c| c + 1);
        start..end
    }

    /// Who speaks: the word as it stands, and the noun that a relative pronoun stands for.
    fn source(&self, i: usize, entry: &Reporting, passive: bool) -> (Option<usize>, Option<usize>) {
        // "quoted the minister as saying", "was quoted as saying": whoever is quoted
        let governor = self.tree.words[i].head.filter(|_| {
            matches!(self.rel(i), "advcl" | "xcomp" | "obl" | "acl")
                && self.children[i].iter().any(|&c| self.tree.words[c].form.eq_ignore_ascii_case("as"))
        });
        if let Some(up) = governor
            && matches!(self.tree.words[up].lemma.as_str(), "quote" | "cite" | "record" | "hear" | "describe")
        {
            let quoted = self
                .child(up, |c| self.rel(c) == "obj")
                .or_else(|| self.child(up, |c| self.rel(c) == "nsubj" && is_passive(self.tree, up)));
            return (quoted, quoted);
        }
        if self.goes_on(i)
            && let Some(reporter) = self.reporter_above(i)
        {
            let of = self.child(reporter, |c| self.rel(c) == "nsubj");
            if of.is_some() && !is_passive(self.tree, reporter) {
                return (of, subjects(self.tree, reporter, 0).first().copied().or(of));
            }
        }
        // "one hears from his advisers"
        if matches!(&*self.tree.words[i].lemma, "hear" | "learn")
            && let Some(from) =
                self.child(i, |c| self.rel(c) == "obl" && prepositions(self.tree, c).iter().any(|p| p == "from"))
        {
            return (Some(from), Some(from));
        }
        let own: Vec<usize> = self.children[i].iter().copied().filter(|&c| self.rel(c) == "nsubj").collect();
        let own = match own[..] {
            _ if passive => None,
            [first, second] if entry.takes("that") && first < i && i < second => Some(second),
            [first, ..] => Some(first),
            [] => None,
        };
        let antecedent = match own {
            Some(word) if self.tree.words[word].upos != Upos::Pron => Some(word),
            _ => subjects(self.tree, i, 0).first().copied(),
        };
        let expletive = |&x: &usize| {
            let w = &self.tree.words[x];
            self.rel(x) == "expl" || matches!(w.lemma.as_str(), "it" | "there" | "what") && entry.force != Force::Assert
        };
        let source = own.or(antecedent).filter(|x| !expletive(x) && *x != i);
        (source, antecedent.or(source).filter(|_| source.is_some()))
    }

    /// The reporting verb whose complement clause, at any depth, the word stands in.
    fn reporter_above(&self, i: usize) -> Option<usize> {
        let mut at = i;
        for _ in 0..self.tree.words.len() {
            let up = self.tree.words[at].head?;
            if self.rel(at) == "ccomp" && self.lexicon.asserts(&self.tree.words[up].lemma) {
                return Some(up);
            }
            at = up;
        }
        None
    }

    /// The contents that hang on a predicate, by the slots of its entry.
    fn arguments(&self, i: usize, entry: &Reporting, passive: bool) -> Vec<Words> {
        let vouches = entry.force.vouches();
        let mut found = Vec::new();
        let light = self.lexicon.light_verbs.contains(&self.tree.words[i].lemma);
        let (mut objects, mut subject, mut predicative) = (Vec::new(), false, false);
        // "found guilty of": the complement hangs on the idiom's other word
        let idiom = self.children[i].iter().filter(|&&c| entry.rest.contains(&self.tree.words[c].lemma));
        let all = self.children[i].iter().chain(idiom.flat_map(|&c| &self.children[c]));
        for &c in all {
            let whole = |clause| (self.below(c, None), clause);
            match self.rel(c) {
                // "would not say whether" vouches for nothing
                "ccomp" if entry.takes("that") && c < i => found.push((self.below(self.last_clause(c, i), None), true)),
                "ccomp" if entry.takes("that") => found.push(whole(!self.is_question(c))),
                // "alleged that A had fled and that B had stayed", where the second clause hangs on the verb
                "conj"
                    if entry.takes("that")
                        && self
                            .child(c, |m| m < c && self.tree.words[m].form == "that" && self.rel(m) == "mark")
                            .is_some() =>
                {
                    found.push(whole(true));
                }
                "csubj" if passive && entry.takes("that") => found.push(whole(true)),
                "xcomp" if entry.takes("to") => {
                    found.push(whole(false));
                    subject |= entry.force == Force::Hedge;
                }
                // "is said to have attacked", "was reported dead"
                "xcomp" if passive && entry.takes("that") => {
                    found.push(whole(true));
                    subject = true;
                }
                // "voiced support for": the noun reports
                "obj" if !passive && (!light || self.noun(c).is_none()) => objects.push(whole(entry.takes("fact"))),
                "nsubj" if passive => objects.push(whole(entry.takes("fact"))),
                "obl" | "nmod" | "advcl" | "xcomp" => {
                    let marks = |&m: &usize| {
                        matches!(self.rel(m), "case" | "mark") && entry.takes(&self.tree.words[m].form.to_lowercase())
                    };
                    if self.children[c].iter().any(marks) {
                        predicative |= self.child(c, |m| self.tree.words[m].form == "as").is_some();
                        let charge = entry.force == Force::Accuse;
                        let clause = charge || vouches && self.rel(c) != "obl" && self.rel(c) != "nmod";
                        found.push(whole(clause));
                    }
                }
                // "he said: rebels had attacked"
                "parataxis"
                    if entry.takes("that")
                        && c > i
                        && (self.sentence.quoted[c] || (i..c).any(|x| self.tree.words[x].form == ":")) =>
                {
                    found.push(whole(true));
                }
                _ => {}
            }
        }
        // what is asked or told of somebody is not that person
        let addressed = entry.force == Force::Ask && passive || found.iter().any(|c| c.1);
        if (predicative || entry.takes("fact") || entry.takes("obj")) && (found.is_empty() || !addressed) {
            found.extend(objects);
        }
        // "the rebels are said to be", "seem to be": the subject is part of what is said
        if subject && let Some(c) = self.child(i, |c| self.rel(c) == "nsubj") {
            found.push((self.below(c, None), false));
        }
        // "said in a statement that ...", where the clause hangs on the statement
        if found.is_empty() && entry.takes("that") {
            let nouns = self.children[i].iter().filter(|&&c| matches!(self.rel(c), "obl" | "obj" | "iobj") && c > i);
            let clause = nouns.flat_map(|&c| &self.children[c]).find(|&&g| {
                matches!(self.rel(g), "acl" | "ccomp")
                    && self.child(g, |m| self.tree.words[m].form == "that" && self.rel(m) == "mark").is_some()
            });
            found.extend(clause.map(|&g| (self.below(g, None), true)));
        }
        found
    }

    fn is_question(&self, clause: usize) -> bool {
        self.child(clause, |m| self.rel(m) == "mark" && matches!(&*self.tree.words[m].lemma, "whether" | "if"))
            .is_some()
    }

    /// A reporting verb set beside the clause it reports: "..., Lavrov said", "as Reuters reported".
    fn as_speech_tag(&self, i: usize, entry: &Reporting, source: Option<usize>) -> Option<Words> {
        source.filter(|_| entry.speaks())?;
        let up = self.tree.words[i].head?;
        // "X did so; Y answered" is no tag
        let first = self.below(i, None)[0];
        if first > 0 && self.tree.words[first - 1].form == ";" {
            return None;
        }
        let tag = match self.rel(i) {
            "parataxis" => true,
            "advcl" => self.child(i, |m| self.tree.words[m].lemma == "as" && m < i).is_some(),
            // a comma and no "and": the parse took the tag for a second clause
            "conj" => {
                self.child(i, |m| self.rel(m) == "cc").is_none() && self.child(i, |c| self.rel(c) == "nsubj").is_some()
            }
            _ => false,
        };
        // the clause of a verb with an object of its own says something else ("the army denied responsibility")
        let transitive = !matches!(&*self.tree.words[i].lemma, "tell" | "inform" | "assure" | "remind" | "warn");
        let own = self.child(i, |c| self.rel(c) == "obj" && transitive || self.rel(c) == "xcomp").is_some();
        (tag && !own).then(|| (self.below(self.scope(up, i), Some(i)), true))
    }

    /// The clause that a speech tag at `tag` covers, of those under `top`: a relative clause right before it; behind coordinated clauses, the last
    /// one with a subject of its own.
    fn scope(&self, top: usize, tag: usize) -> usize {
        let first = self.below(tag, None).first().copied().unwrap_or(tag);
        let before = (0..first).rev().find(|&b| self.tree.words[b].upos != Upos::Punct);
        if let Some(b) = before
            && first < top
        {
            let mut at = b;
            for _ in 0..self.tree.words.len() {
                if &*self.tree.words[at].deprel == "acl:relcl" {
                    return at;
                }
                match self.tree.words[at].head {
                    Some(up) if up != top => at = up,
                    _ => break,
                }
            }
        }
        self.last_clause(top, first)
    }

    /// Of coordinated clauses before word `tag`, the last one with a subject of its own.
    fn last_clause(&self, top: usize, tag: usize) -> usize {
        let last = self.children[top].iter().rev().find(|&&c| {
            self.rel(c) == "conj" && top < c && c < tag && self.child(c, |x| self.rel(x) == "nsubj").is_some()
        });
        last.copied().unwrap_or(top)
    }

    /// "according to", "in the words of", "by the count of".
    fn phrase(&self, i: usize) -> Option<Relation> {
        let is_according = |c: usize| self.tree.words[c].form.eq_ignore_ascii_case("according");
        let (cue, source) = if is_according(i) {
            // "according" as the head of its phrase
            let source = self.child(i, |c| matches!(self.rel(c), "obl" | "nmod" | "obj"))?;
            (i, source)
        } else if matches!(self.rel(i), "obl" | "nmod" | "advmod" | "advcl" | "parataxis" | "obj" | "root") {
            let case = |c: usize| self.rel(c) == "case" || self.rel(c) == "mark" || self.rel(c) == "advmod";
            if let Some(c) = self.child(i, |c| {
                case(c) && (is_according(c) || self.tree.words[c].lemma == "per" && self.rel(i) != "nmod")
            }) {
                (c, i)
            } else {
                let before = prepositions(self.tree, i);
                let phrase = format!("{} {}", before.first()?, self.tree.words[i].lemma.to_lowercase());
                if !self.lexicon.source_phrases.contains(&phrase) {
                    return None;
                }
                let owner = self.child(i, |c| {
                    &*self.tree.words[c].deprel == "nmod:poss"
                        || self.rel(c) == "nmod" && prepositions(self.tree, c).first().is_some_and(|p| p == "of")
                })?;
                (i, owner)
            }
        } else {
            return None;
        };
        // the phrase hangs on the clause it covers, or on a nominal inside it
        let mut up = self.tree.words[i].head?;
        while self.tree.words[up].upos != Upos::Verb
            && !matches!(self.rel(up), "ccomp" | "advcl" | "acl" | "parataxis" | "conj")
            && let Some(next) = self.tree.words[up].head
        {
            up = next;
        }
        // coordinated verbs that share a subject share the source
        while self.rel(up) == "conj"
            && self.child(up, |c| self.rel(c) == "nsubj").is_none()
            && let Some(next) = self.tree.words[up].head
        {
            up = next;
        }
        up = self.scope(up, i);
        let mut relation = self.relation(cue, Force::Assert, Some(source), &[(self.below(up, Some(i)), true)]);
        if is_according(cue) && self.tree.words.get(cue + 1).is_some_and(|w| w.form == "to") {
            relation.cue_words = cue..cue + 2;
        }
        relation.quotes = true;
        Some(relation)
    }

    /// "Israel's claim that", "criticism of".
    fn noun(&self, i: usize) -> Option<Relation> {
        let w = &self.tree.words[i];
        let entry = self.lexicon.reporting_nouns.get(&w.lemma.to_lowercase())?;
        if matches!(self.rel(i), "compound" | "flat") {
            return None;
        }
        let mut contents = Vec::new();
        for &c in &self.children[i] {
            match self.rel(c) {
                "acl" | "ccomp" if &*self.tree.words[c].deprel != "acl:relcl" => {
                    let mark = self.child(c, |m| self.rel(m) == "mark").map(|m| self.tree.words[m].form.to_lowercase());
                    let slot = mark.as_deref().unwrap_or("");
                    let slot = if matches!(slot, "whether" | "if") { "that" } else { slot };
                    if entry.takes(slot) {
                        contents.push((self.below(c, None), entry.force.vouches() && slot == "that"));
                    }
                }
                "nmod" | "obl" if prepositions(self.tree, c).first().is_some_and(|p| entry.takes(p)) => {
                    contents.push((self.below(c, None), false));
                }
                _ => {}
            }
        }
        if contents.is_empty() {
            return None;
        }
        let by = |c: usize| {
            self.rel(c) == "nmod"
                && prepositions(self.tree, c).iter().any(|p| matches!(p.as_str(), "by" | "from" | "among"))
        };
        let proper = |c: usize| {
            matches!(self.rel(c), "amod" | "compound") && self.tree.words[c].form.starts_with(char::is_uppercase)
        };
        let source = self
            .child(i, |c| &*self.tree.words[c].deprel == "nmod:poss")
            .or_else(|| self.child(i, by))
            .or_else(|| noun_owner(self.tree, i, 0).first().copied())
            .or_else(|| self.child(i, proper));
        Some(self.relation(i, entry.force, source.filter(|&x| x != i), &contents))
    }

    /// "Lavrov: We will not leave", at the beginning of a sentence.
    fn colon(&self, i: usize) -> Option<Relation> {
        let name = self.tree.names.first().filter(|n| n.end == i && n.kind == NameKind::Person)?;
        let proper = (0..name.start).all(|k| matches!(self.tree.words[k].upos, Upos::Propn | Upos::Noun));
        let source = (name.start..name.end)
            .find(|&k| self.tree.words[k].head.is_none_or(|h| !(name.start..name.end).contains(&h)))?;
        let content = (i + 1..self.tree.words.len()).collect();
        (proper && i + 2 < self.tree.words.len())
            .then(|| self.relation(i, Force::Assert, Some(source), &[(content, true)]))
    }

    /// "reportedly": nobody's word.
    fn hedge(&self, i: usize) -> Option<Relation> {
        if !self.lexicon.hedges.contains(&self.tree.words[i].form.to_lowercase()) {
            return None;
        }
        let up = self.tree.words[i].head?;
        Some(self.relation(i, Force::Hedge, None, &[(self.below(up, Some(i)), true)]))
    }

    /// Is it a name or a noun for somebody who can be cited?
    fn can_speak(&self, i: usize) -> bool {
        let w = &self.tree.words[i];
        let lemma = w.lemma.to_lowercase();
        w.upos == Upos::Propn
            || self.lexicon.anonymous.contains(&lemma)
            || !self.lexicon.actors.roles(&lemma).is_empty()
    }

    /// "The agency reported, citing officials, that ...": whoever is cited vouches for what the report says.
    fn cited_inside(&self, relations: &mut [Relation]) {
        for k in 0..relations.len() {
            let r = &relations[k];
            let citing = matches!(&*self.tree.words[r.cue].deprel, "advcl" | "acl")
                && self.tree.words[r.cue].form.ends_with("ing")
                && matches!(&*self.tree.words[r.cue].lemma, "cite" | "quote");
            let Some(cited) = self.child(r.cue, |c| self.rel(c) == "obj" && self.can_speak(c)).filter(|_| citing)
            else {
                continue;
            };
            let up = self.tree.words[r.cue].head;
            let outer = relations.iter().find(|o| Some(o.cue) == up && o.content.iter().any(|p| p.clause));
            let content = match (outer, up) {
                (Some(outer), _) => outer.content.clone(),
                (None, Some(up)) => self.pieces(&(self.below(up, Some(r.cue)), true), r.cue),
                _ => continue,
            };
            let r = &mut relations[k];
            r.source = Some(cited);
            r.antecedent = Some(cited);
            r.content = content;
            r.force = Force::Assert;
        }
    }
}

fn is_quote_mark(form: &str) -> bool {
    matches!(form, "“" | "”" | "\"" | "``" | "''" | "‘" | "’" | "'" | "«" | "»")
}

/// Gives quoted words that no relation covers to whoever speaks them: the speech tag of their own sentence, of the sentence before in the
/// same paragraph or the next one behind the quotation, else the last speaker of the paragraph before. Returns for each
/// sentence with quoted words the index of the relation that they belong to.
fn join_quotations(document: &Document, relations: &mut [Relation]) -> Vec<Option<usize>> {
    let count = document.sentences.len();
    let mut own: Vec<Option<usize>> = vec![None; count];
    for (k, r) in relations.iter().enumerate() {
        let speaks = r.quotes && !document.sentences[r.sentence].quoted[r.cue];
        if speaks && own[r.sentence].is_none() {
            own[r.sentence] = Some(k);
        }
    }
    // "..., calling it a disaster": quoted words that another cue governs
    let mut covered: Vec<Vec<Range<usize>>> = vec![Vec::new(); count];
    let unquoted = relations.iter().filter(|r| !document.sentences[r.sentence].quoted[r.cue]);
    for p in unquoted.flat_map(|r| &r.content) {
        covered[p.sentence].push(p.words.clone());
    }
    let quoted = |s: usize| document.sentences[s].quoted.iter().any(|q| *q);
    let same = |a: usize, b: usize| document.sentences[a].paragraph == document.sentences[b].paragraph;
    // the first speech tag behind a sentence, over quoted sentences of its paragraph
    let mut ahead: Vec<Option<usize>> = vec![None; count];
    for s in (1..count).rev().filter(|&s| same(s - 1, s)) {
        ahead[s - 1] = own[s].or(ahead[s].filter(|_| quoted(s)));
    }
    let mut speaker: Vec<Option<usize>> = vec![None; count];
    // the paragraph and the speaker of the latest quotation
    let mut spoke = None;
    for s in 0..count {
        if !quoted(s) {
            continue;
        }
        let last = s.checked_sub(1);
        let before = last.filter(|&b| same(s, b) && quoted(b)).and_then(|b| speaker[b].or(own[b]));
        let lead = last.filter(|&b| same(s, b)).and_then(|b| own[b]);
        let earlier = spoke.filter(|x: &(usize, usize)| x.0 + 1 == document.sentences[s].paragraph).map(|x| x.1);
        speaker[s] = own[s].or(before).or(ahead[s]).or(lead).or(earlier);
        let Some(k) = speaker[s] else { continue };
        spoke = Some((document.sentences[s].paragraph, k));
        let r = &mut relations[k];
        let sentence = &document.sentences[s];
        let words = &sentence.tree.words;
        let mut free: Vec<bool> = sentence.quoted.clone();
        for p in &covered[s] {
            free[p.clone()].fill(false);
        }
        let mut i = 0;
        while i < free.len() {
            let start = i;
            while i < free.len() && free[i] {
                i += 1;
            }
            let is_mark = |k: &usize| words[*k].upos == Upos::Punct;
            let from = (start..i).find(|k| !is_mark(k));
            if let (Some(from), Some(to)) = (from, (start..i).rev().find(|k| !is_mark(k))) {
                r.content.push(Piece { sentence: s, words: from..to + 1, clause: true });
            }
            i += 1;
        }
    }
    speaker
}

impl Attributions {
    /// Who speaks the quoted words of a sentence.
    fn speaker(&self, document: &Document, entities: &Entities, lexicon: &Lexicon, sentence: usize) -> Option<Source> {
        let relation = &self.relations[self.speaker.get(sentence).copied().flatten()?];
        relation.source_of(document, entities, lexicon)
    }

    /// The sources of the event at word `head` of sentence `s`, outermost first.
    pub(crate) fn sources(
        &self,
        document: &Document,
        entities: &Entities,
        lexicon: &Lexicon,
        s: usize,
        head: usize,
    ) -> Vec<Source> {
        let sentence = &document.sentences[s];
        let mut holding: Vec<(usize, &Relation)> = Vec::new();
        for pieces in self.in_sentence[s].chunk_by(|a, b| a.0 == b.0) {
            let r = &self.relations[pieces[0].0];
            let clauses = || pieces.iter().map(|&(_, p)| &r.content[p]).filter(|p| p.clause).map(|p| &p.words);
            let vouches = r.force.vouches() || r.quotes && sentence.quoted[head];
            let is_cue = r.sentence == s && r.cue_words.contains(&head);
            if vouches && !is_cue && clauses().any(|w| w.contains(&head)) && !is_aside(sentence, r, s, head) {
                holding.push((clauses().map(|w| w.len()).sum(), r));
            }
        }
        // the longer the content, the further out its source
        holding.sort_by_key(|h| std::cmp::Reverse(h.0));
        let mut found: Vec<Source> = Vec::new();
        for source in holding.iter().filter_map(|(_, r)| r.source_of(document, entities, lexicon)) {
            let known = found.iter().any(|x| {
                x.span == source.span
                    || matches!((x.mention, source.mention), (Some(a), Some(b)) if a.entity == b.entity)
            });
            if !known {
                found.push(source);
            }
        }
        found
    }

    /// Lets "we", "our", "I" in quoted words stand for the speaker, or the speaker's country.
    pub(crate) fn link_first_person(&self, document: &Document, entities: &mut Entities, lexicon: &Lexicon) {
        for (s, sentence) in document.sentences.iter().enumerate() {
            let Some(mention) = self.speaker(document, entities, lexicon, s).and_then(|x| x.mention) else { continue };
            for (i, w) in sentence.tree.words.iter().enumerate() {
                let first =
                    matches!(w.form.to_lowercase().as_str(), "we" | "us" | "our" | "i" | "my" | "me" | "ourselves");
                if first && sentence.quoted[i] {
                    entities.link(s, i, sentence.tokens[i], mention.entity);
                }
            }
        }
    }

    /// All attributions as they are written out, in order of their cues.
    pub(crate) fn list(&self, document: &Document, entities: &Entities, lexicon: &Lexicon) -> Vec<AttributionRelation> {
        let mut all: Vec<AttributionRelation> = self
            .relations
            .iter()
            .filter(|r| !r.content.is_empty())
            .map(|r| {
                let source = r.source.and(r.source_of(document, entities, lexicon));
                let kind = source.as_ref().map_or("anonymous", |x| kind(x, entities));
                let mut content: Vec<Span> =
                    r.content.iter().map(|p| document.span(p.sentence, p.words.start, p.words.end)).collect();
                content.sort();
                AttributionRelation {
                    source: source.map(|x| Participant { span: r.source_span(document), ..cited(entities, &x) }),
                    kind,
                    cue: document.span(r.sentence, r.cue_words.start, r.cue_words.end),
                    content,
                    force: r.force,
                }
            })
            .collect();
        all.sort_by_key(|a| a.cue);
        all
    }
}

/// A relative clause tells which thing is meant or adds what is known of it: the article's own background, not part of what is reported
/// (appositives are outside the scope of what embeds them: Potts, The Logic of Conventional Implicatures, 2005), unless it is quoted,
/// holds the cue, or is the news itself ("it was rebels who", "there are men who").
fn is_aside(sentence: &ParsedSentence, r: &Relation, s: usize, head: usize) -> bool {
    if sentence.quoted[head] {
        return false;
    }
    let tree = &sentence.tree;
    let mut at = head;
    for _ in 0..tree.words.len() {
        let Some(up) = tree.words[at].head else { break };
        if &*tree.words[at].deprel == "acl:relcl" {
            let predicate = tree.children(up).any(|c| matches!(tree.words[c].rel(), "cop" | "expl"));
            let cue_inside = r.sentence == s && tree_contains(tree, at, r.cue);
            if !predicate && !cue_inside {
                return true;
            }
        }
        at = up;
    }
    false
}

impl Relation {
    fn source_span(&self, document: &Document) -> Span {
        let word = self.source.unwrap_or(self.cue);
        let (start, end) = core(&document.sentences[self.sentence].tree, word);
        document.span(self.sentence, start, end)
    }

    /// The source as a participant: the words nearest to a name. A noun that reports for nobody ("reports that") is its own source.
    fn source_of(&self, document: &Document, entities: &Entities, lexicon: &Lexicon) -> Option<Source> {
        let tree = &document.sentences[self.sentence].tree;
        let noun = Some(self.cue).filter(|&c| tree.words[c].upos == Upos::Noun && self.force != Force::Hedge);
        let head = self.antecedent.or(self.source).or(noun)?;
        let mention = entities.at(self.sentence, head);
        let span = match mention {
            Some(m) => m.span,
            None => {
                let (start, end) = core(tree, head);
                document.span(self.sentence, start, end)
            }
        };
        let lemma = tree.words[head].lemma.to_lowercase();
        if mention.is_none() && matches!(lemma.as_str(), "who" | "which" | "that" | "it" | "what") {
            return None;
        }
        let named = mention.is_some_and(|m| entities.of(m).name.is_some());
        let anonymous = !named && (lexicon.anonymous.contains(&lemma) || mention.is_none());
        Some(Source { span, mention, anonymous, force: self.force })
    }
}

/// The participant that a source is.
pub(crate) fn cited(entities: &Entities, source: &Source) -> Participant {
    match source.mention {
        Some(m) => Participant { span: source.span, ..crate::event::participant(entities, m) },
        None => Participant { span: source.span, name: None, country: None, sector: None, guessed: false },
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

#[cfg(test)]
mod tests {
    use crate::{Coder, Document};
    use polybius_text::Article;
    use std::sync::LazyLock;

    static CODER: LazyLock<Coder> = LazyLock::new(Coder::new);

    /// Each attribution as `source | cue | content`, the pieces of a content joined by ` + `.
    fn found(text: &str) -> Vec<String> {
        let article = Article::from_lines("t", text);
        let document = Document::new(&article, CODER.model(), CODER.lexicon());
        let list = CODER.code_document(&document).1.attributions;
        let shown = list.iter().map(|a| {
            let source = a.source.as_ref().map_or("-", |s| s.span.of(text));
            let content: Vec<&str> = a.content.iter().map(|c| c.of(text)).collect();
            format!("{source} | {} | {}", a.cue.of(text), content.join(" + "))
        });
        shown.collect()
    }

    /// The sources of the event whose trigger is `trigger`, outermost first, with their kinds.
    fn sources(text: &str, trigger: &str) -> Vec<String> {
        let article = Article::from_lines("t", text);
        let events = CODER.code(&article);
        let event = events.iter().find(|e| e.trigger.of(text) == trigger);
        let event = event.unwrap_or_else(|| panic!("no event `{trigger}` among {events:?}"));
        event.attribution.iter().map(|a| format!("{} ({})", a.who.span.of(text), a.kind)).collect()
    }

    #[test]
    fn clauses() {
        assert_eq!(
            found("The minister said that rebels had shelled the town."),
            ["The minister | said | that rebels had shelled the town"]
        );
        assert_eq!(
            found("Rebels shelled the town, the minister said on Monday."),
            ["the minister | said | Rebels shelled the town"]
        );
        assert_eq!(found("Rebels, as the minister put it in parliament, are cowards."), Vec::<String>::new());
    }

    #[test]
    fn phrases_that_name_a_source() {
        assert_eq!(
            found("Rebels shelled the town, according to villagers."),
            ["villagers | according to | Rebels shelled the town"]
        );
        assert_eq!(
            found("By the army's count, rebels killed nine soldiers."),
            ["the army | count | rebels killed nine soldiers"]
        );
    }

    #[test]
    fn quotations_over_sentences_and_paragraphs() {
        let text = "\"They came at dawn and shelled us,\" the mayor said. \"They burned every single house. Nobody could stop them.\"\n\
                    \"We will rebuild the town with our own hands.\"";
        assert_eq!(
            found(text),
            [
                "the mayor | said | They came at dawn and shelled us + They burned every single house + Nobody could stop them + \
             We will rebuild the town with our own hands"
            ]
        );
        let text = "\"They burned every single house. Nobody at all could stop them,\" the mayor said.";
        assert_eq!(found(text), ["the mayor | said | They burned every single house + Nobody at all could stop them"]);
    }

    #[test]
    fn the_speaker_goes_on() {
        let text = "The mayor said rebels had left. He added that they had burned the mill.";
        assert_eq!(found(text)[1], "He | added | that they had burned the mill");
        let text = "The mayor said the rebels were leaving, adding that they had burned the mill.";
        assert_eq!(
            found(text),
            ["The mayor | said | the rebels were leaving", "The mayor | adding | that they had burned the mill"]
        );
    }

    #[test]
    fn quoted_and_cited_people() {
        let text = "The general was quoted as saying that rebels had shelled the town.";
        assert!(
            found(text).contains(&"The general | saying | that rebels had shelled the town".to_owned()),
            "{:?}",
            found(text)
        );
        assert_eq!(
            sources(
                "Reuters reported, citing Ukrainian officials, that Russian troops had attacked the town.",
                "attacked"
            ),
            ["Reuters (media)", "Ukrainian officials (anonymous)"]
        );
    }

    #[test]
    fn nobody_s_word() {
        assert_eq!(found("The rebels reportedly left."), ["- | reportedly | The rebels + left"]);
        assert_eq!(found("The rebels are said to have left."), ["- | are said | The rebels + to have left"]);
        assert_eq!(sources("Russian troops reportedly attacked the town.", "attacked"), Vec::<String>::new());
    }

    #[test]
    fn nouns() {
        assert_eq!(
            found("Israel rejected Iran's claim that its jets had bombed the port.")[1],
            "Iran | claim | that its jets had bombed the port"
        );
        assert_eq!(sources("Iran's claim that Israeli jets had bombed the port is false.", "bombed"), ["Iran (named)"]);
    }

    #[test]
    fn judgements_and_wishes_are_attributions_but_no_source_of_events() {
        assert_eq!(found("The minister praised the raid."), ["The minister | praised | the raid"]);
        assert_eq!(sources("The Turkish minister praised the Israeli raid on Gaza.", "raid"), Vec::<String>::new());
        assert_eq!(found("The minister wants to visit Gaza."), ["The minister | wants | to visit Gaza"]);
    }

    #[test]
    fn a_fact_that_is_confirmed_and_a_deed_that_one_is_accused_of() {
        assert_eq!(
            sources("The Israeli army confirmed the Syrian raid on Haifa.", "raid"),
            ["The Israeli army (named)"]
        );
        assert_eq!(
            sources("Ukraine blamed Russian gunners for the bombardment of Mariupol.", "bombardment"),
            ["Ukraine (named)"]
        );
    }

    #[test]
    fn media_are_a_kind_of_source() {
        let text = "State television reported that Israeli jets had bombed the port.";
        assert_eq!(sources(text, "bombed").len(), 1);
        assert_eq!(
            sources("Al Jazeera reported that Israeli jets had bombed the port.", "bombed"),
            ["Al Jazeera (media)"]
        );
    }

    #[test]
    fn a_semicolon_ends_a_report() {
        let text = "Israeli jets bombed the port, a Syrian officer said; Turkish troops attacked the town.";
        assert_eq!(sources(text, "bombed"), ["a Syrian officer (named)"]);
        assert_eq!(sources(text, "attacked"), Vec::<String>::new());
    }

    #[test]
    fn relative_clauses_are_the_article_s_own_background() {
        let text = "The minister said Israel, which bombed the port in May, had attacked the town.";
        assert_eq!(sources(text, "attacked"), ["The minister (named)"]);
        assert_eq!(sources(text, "bombed"), Vec::<String>::new());
    }

    #[test]
    fn a_tag_behind_two_clauses_covers_the_last() {
        let text = "Israeli jets bombed the port, and Turkish troops attacked the town, a Syrian officer said.";
        assert_eq!(sources(text, "bombed"), Vec::<String>::new());
        assert_eq!(sources(text, "attacked"), ["a Syrian officer (named)"]);
    }

    #[test]
    fn what_one_would_not_say_rests_on_nobody() {
        let text = "The ministry would not say whether Israeli jets had bombed the port.";
        assert_eq!(sources(text, "bombed"), Vec::<String>::new());
    }

    #[test]
    fn a_meeting_told_of_afterwards_rests_on_its_participant_s_word() {
        let text = "The Russian minister said he had met Turkish diplomats.";
        assert_eq!(sources(text, "met"), ["The Russian minister (named)"]);
        assert_eq!(sources("The Russian minister said he would support Turkey.", "support"), Vec::<String>::new());
    }

    #[test]
    fn a_name_and_a_colon_open_a_speech() {
        assert_eq!(
            found("Angela Merkel: Greece must pay its debts."),
            ["Angela Merkel | : | Greece must pay its debts"]
        );
    }

    #[test]
    fn empty_and_odd_texts_have_none() {
        for text in ["", "\"", "\"\"\" said", "said said said said.", "; : ; : according to", "“ ” “ ” “ ” he"]
        {
            found(text);
        }
    }
}
