//! The coder explains itself in words: why each event of a sentence was coded as it was, or why one of a category was not.

use crate::clause::is_passive;
use crate::document::Document;
use crate::entity::{Entities, Guess};
use crate::event::{Became, Coding, DatedBy, Event, Grounds, Participant};
use crate::frame::{self, CONDITION, Candidate, Dropped, Misfit, Party, SPEAKER};
use crate::lexicon::{Force, Named, Naming, Require};
use crate::place::Basis;
use crate::reality::Sign;
use crate::{Coder, place, time};
use polybius_syntax::{Upos, WordSpan};
use polybius_text::{Article, Span};
use std::fmt::{self, Write};

/// A category that the lexicon does not have.
#[derive(Debug, thiserror::Error)]
#[error("`{asked}` is no category; take one of {}", .known.join(", "))]
pub struct UnknownCategory {
    asked: String,
    known: Vec<String>,
}

/// An article with all that its explanation speaks of.
struct Explainer<'a> {
    coder: &'a Coder,
    document: &'a Document<'a>,
    entities: &'a Entities<'a>,
    coding: Coding<'a>,
}

/// Explains an article sentence by sentence: its events, or with `why_not`, why a sentence has none of that category; with `trees`, trees
/// and clauses before.
pub(crate) fn explain(
    coder: &Coder,
    article: &Article,
    trees: bool,
    why_not: Option<&str>,
) -> Result<String, UnknownCategory> {
    let category = why_not.map(|asked| category(coder, asked)).transpose()?;
    let document = Document::new(article, &coder.model, &coder.lexicon);
    let (entities, attributions) = coder.entities_and_attributions(&document);
    let places = place::Places::find(&document, &entities, &coder.lexicon);
    let times = time::find(&document, &coder.lexicon);
    let coding = crate::event::code(&document, &entities, &times, &places, &coder.lexicon, &attributions);
    let explainer = Explainer { coder, document: &document, entities: &entities, coding };
    let chains = if trees { coder.coreference(&document) } else { Vec::new() };
    let mut out = String::new();
    for (s, sentence) in document.sentences.iter().enumerate() {
        // writing to a String cannot fail: the results are dropped
        let _ = writeln!(out, "{}. {}", s + 1, one_line(sentence.span.of(&article.text)));
        if trees {
            explainer.tree(s, &chains, &mut out);
        }
        let _ = match category {
            Some(category) => explainer.why_not(s, category, &mut out),
            None => explainer.events(s, &mut out),
        };
        out.push('\n');
    }
    Ok(out)
}

/// The category of the ontology that is meant, in whatever case.
pub(crate) fn category<'c>(coder: &'c Coder, asked: &str) -> Result<&'c str, UnknownCategory> {
    let categories = &coder.lexicon.ontology.category;
    categories.keys().find(|k| k.eq_ignore_ascii_case(asked)).map(String::as_str).ok_or_else(|| {
        let mut known: Vec<String> = categories.keys().cloned().collect();
        known.sort();
        UnknownCategory { asked: asked.to_owned(), known }
    })
}

/// Words of an article as they are quoted in an explanation.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// "a", "a and b", "a, b and c"
fn series(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// The first few words of a list of the lexicon, quoted.
fn such_as(list: &[String]) -> String {
    const SHOWN: usize = 6;
    let mut shown: Vec<String> = list.iter().take(SHOWN).map(|w| format!("\"{w}\"")).collect();
    if list.len() > SHOWN {
        shown.push("others".to_owned());
    }
    series(&shown, "or")
}

impl Explainer<'_> {
    fn quote(&self, span: Span) -> String {
        format!("\"{}\"", one_line(span.of(&self.document.article.text)))
    }

    fn word(&self, s: usize, word: usize) -> String {
        format!("\"{}\"", self.document.sentences[s].tree.words[word].form)
    }

    fn tree(&self, s: usize, chains: &[Vec<WordSpan>], out: &mut String) {
        let tree = &self.document.sentences[s].tree;
        for (i, w) in tree.words.iter().enumerate() {
            let head = w.head.map_or("-", |h| tree.words[h].form.as_str());
            let _ =
                writeln!(out, "   {:>3} {:<18} {:<18} {:<6} {:<12} {head}", i + 1, w.form, w.lemma, w.upos, w.deprel);
            if w.upos != Upos::Verb {
                continue;
            }
            let arguments = crate::clause::verb_arguments(tree, i, &self.coder.lexicon.light_verbs);
            let shown: Vec<String> =
                arguments.list.iter().map(|a| format!("{}={}", a.role, tree.words[a.head].form)).collect();
            if !shown.is_empty() {
                let _ = writeln!(out, "       clause: {} [{}]", w.lemma, shown.join(", "));
            }
        }
        let words = |m: WordSpan| self.quote(self.document.span(m.sentence, m.start, m.end));
        for pair in chains.iter().flat_map(|c| c.windows(2)).filter(|p| p[1].sentence == s) {
            let _ = writeln!(out, "   {} = {} (sentence {})", words(pair[1]), words(pair[0]), pair[0].sentence + 1);
        }
    }

    fn events(&self, s: usize, out: &mut String) -> fmt::Result {
        let mut none = true;
        for (event, grounds) in self.coding.events.iter().zip(&self.coding.grounds).filter(|(e, _)| e.sentence == s) {
            self.event(event, grounds, out)?;
            none = false;
        }
        if none {
            writeln!(out, "   No event.")?;
        }
        Ok(())
    }

    fn event(&self, e: &Event, g: &Grounds, out: &mut String) -> fmt::Result {
        let mode = e.mode.as_ref().map_or(String::new(), |m| format!(" ({m})"));
        let side = |list: &[Participant]| {
            let all: Vec<String> = list.iter().map(|p| self.coded(p)).collect();
            if all.is_empty() { "nobody named".to_owned() } else { series(&all, "and") }
        };
        let c = &g.candidate;
        let symmetric = frame::frame(&self.coder.lexicon, c).symmetric;
        write!(out, "   {}{mode}: {} {}", e.category, side(&e.actor), self.quote(e.trigger))?;
        writeln!(out, "{}", if symmetric { String::new() } else { format!(" {}", side(&e.recipient)) })?;
        writeln!(out, "     Why: {}", self.rule(e, g))?;
        for (name, parties, coded) in [("Actor", &c.actors, &e.actor), ("Recipient", &c.recipients, &e.recipient)] {
            for (party, coded) in parties.iter().zip(coded) {
                writeln!(out, "     {name}: {}", self.party(c, *party, coded))?;
            }
        }
        writeln!(out, "     How real: {}", self.how_real(e, g))?;
        writeln!(out, "     On the word of: {}", self.whose_word(e, g))?;
        writeln!(out, "     When: {}", self.when(e, g))?;
        writeln!(out, "     Where: {}", self.place(e))?;
        if !e.context.is_empty() {
            writeln!(out, "     Fields: {}", e.context.join(", "))?;
        }
        writeln!(out, "     Confidence: {:.2}", e.confidence)
    }

    /// "Ukraine [UKR GOV]"
    fn coded(&self, p: &Participant) -> String {
        let codes: Vec<&str> = [&p.country, &p.sector].into_iter().flatten().map(String::as_str).collect();
        let words = one_line(p.span.of(&self.document.article.text));
        if codes.is_empty() { words } else { format!("{words} [{}]", codes.join(" ")) }
    }

    /// Which word is which predicate of which rule, and why the category is not the rule's.
    fn rule(&self, e: &Event, g: &Grounds) -> String {
        let c = &g.candidate;
        let frame = frame::frame(&self.coder.lexicon, c);
        let part = if c.is_noun { "noun" } else { "verb" };
        let mut text = format!("{} is the {part} `{}` of the rule {}", self.quote(e.trigger), c.predicate, frame.id);
        let example = if c.is_noun { frame.nouns.get(c.predicate) } else { frame.verbs.get(c.predicate) };
        if let Some(example) = example.and_then(|x| x.first()) {
            let _ = write!(text, ", as in \"{}\"", example.split("=>").next().unwrap_or(example).trim());
        } else {
            text.push('.');
        }
        if let Some(became) = g.became {
            let because = match became {
                Became::Ahead => format!("lies ahead{}", self.sign(c.sentence, g.signs.future)),
                Became::Refused => format!("is refused{}", self.sign(c.sentence, g.signs.negation)),
                Became::Announced => "is announced by whoever would do it".to_owned(),
            };
            let _ = write!(text, " {} that {because} is {}.", frame.event, e.category);
        }
        text
    }

    fn sign(&self, s: usize, sign: Option<Sign>) -> String {
        match sign {
            Some(Sign::Word(word)) => format!(" ({})", self.word(s, word)),
            Some(Sign::Source(span)) => format!(" (in the words of {})", self.quote(span)),
            None => String::new(),
        }
    }

    /// How a participant was found, and where its country and sector come from.
    fn party(&self, c: &Candidate, party: Party, coded: &Participant) -> String {
        let mut text = format!("{} {}.", self.quote(party.span), self.position(c, party));
        let entity = self.entities.of(party);
        let _ = write!(text, "{}", self.antecedent(party));
        if let Some(country) = &entity.country {
            let _ = write!(text, " {}", self.country(party, country));
        } else if let Some(country) = coded.country.as_ref().filter(|c| Some(*c) != entity.sector.as_ref()) {
            let _ = write!(text, " It belongs to the country where it stands ({country}).");
        }
        let meaning = |sector: &str| {
            let known = self.coder.lexicon.ontology.sectors.get(sector);
            known.map_or_else(|| sector.to_owned(), |what| format!("{sector}, {what}"))
        };
        match (&entity.sector, &coded.sector) {
            (Some(sector), _) => {
                let _ = write!(text, " Sector: {}.", meaning(sector));
            }
            (None, Some(arm)) => {
                let _ = write!(text, " A country of which no more is said acts by an arm ({}).", meaning(arm));
            }
            (None, None) if !entity.is_political() => text.push_str(" Not known as a political actor."),
            (None, None) => {}
        }
        text
    }

    /// Where it stands in the clause.
    fn position(&self, c: &Candidate, party: Party) -> String {
        let tree = &self.document.sentences[c.sentence].tree;
        let clause = self.word(c.sentence, c.clause);
        let word = self.word(c.sentence, c.head);
        let passive = is_passive(tree, c.clause);
        let place = match party.role {
            "subj" | "by" if passive && tree.words[c.clause].upos == Upos::Verb => {
                format!("the one by whom it was done, as the passive {clause} says")
            }
            // "urged Israel to withdraw": Israel is to withdraw
            "subj" if !self.is_own_subject(c, party) => format!("understood as the subject of {clause}"),
            "subj" => format!("the subject of {clause}"),
            "obj" if passive => format!("the subject of the passive {clause}, so whom it was done to"),
            "obj" => format!("the object of {clause}"),
            "iobj" => format!("the indirect object of {clause}"),
            "poss" => format!("the owner of {word}"),
            "mod" => format!("the modifier of {word}"),
            "comp" => format!("in the clause that {word} introduces"),
            CONDITION => format!("the subject of the condition beside {word}: whom it wants to move"),
            SPEAKER => format!("the speaker at the {}, who so takes part", tree.words[c.head].form),
            role => match role.strip_prefix("comp.") {
                Some("subj") => format!("the subject of the clause that {word} introduces"),
                Some("obj") => format!("the object of the clause that {word} introduces"),
                Some(preposition) => format!("after \"{preposition}\" in the clause that {word} introduces"),
                None => format!("after \"{role}\" behind {word}"),
            },
        };
        let stands = if party.inside { "stands inside the phrase that is " } else { "is " };
        match place.strip_prefix("after ").or_else(|| place.strip_prefix("in ")) {
            Some(_) if party.inside => format!("stands inside the phrase {place}"),
            Some(_) => format!("stands {place}"),
            None => format!("{stands}{place}"),
        }
    }

    /// Does it stand below the word of the clause as its subject, rather than in a clause around it?
    fn is_own_subject(&self, c: &Candidate, party: Party) -> bool {
        let sentence = &self.document.sentences[c.sentence];
        sentence.tree.children(c.clause).any(|w| {
            sentence.tree.words[w].rel() == "nsubj"
                && (party.inside || party.span.contains(sentence.tokens[w]) || sentence.tokens[w].contains(party.span))
        })
    }

    /// Does a word of the span name a country or somebody whom the lexicon knows? How, told from sentence `here`.
    fn named(&self, span: Span, country: &str, here: Option<usize>) -> Option<String> {
        let s = self.sentence_of(span)?;
        let sentence = &self.document.sentences[s];
        let inside = |m: &&crate::entity::Match| span.contains(sentence.tokens[m.start]);
        self.entities.matches[s].iter().filter(inside).find_map(|m| {
            let words = self.document.span(s, m.start, m.end);
            let words = if here == Some(s) { self.quote(words) } else { self.elsewhere(words) };
            m.meanings.iter().find_map(|meaning| match meaning {
                Named::Country { code, naming, .. } if *code == country => Some(match naming {
                    Naming::Demonym => format!("The adjective or people {words} says of which country ({code})."),
                    Naming::Name => format!("{words} is a name of the country ({code})."),
                    Naming::Capital | Naming::Metonym => format!("{words} stands for the state it governs ({code})."),
                    Naming::Place => format!("{words} is a place of the country ({code})."),
                }),
                Named::Person { country: code, .. } | Named::Group { country: code, .. } if *code == country => {
                    Some(format!("The lexicon knows {words} ({code})."))
                }
                _ => None,
            })
        })
    }

    fn sentence_of(&self, span: Span) -> Option<usize> {
        self.document.sentences.iter().position(|s| s.span.contains(span))
    }

    /// Where its country comes from.
    fn country(&self, party: Party, country: &str) -> String {
        let here = self.sentence_of(party.span);
        if let Some(how) = self.named(party.span, country, here) {
            return how;
        }
        let entity = self.entities.of(party);
        if let Some(guess) = entity.guess {
            let from = match guess {
                Guess::Place => "the place named beside it",
                Guess::Focus => "what the article speaks of most",
                Guess::Partner => "whom it is named together with",
            };
            return format!("No word says of which country: {country} is guessed from {from}.");
        }
        let mentions = self.entities.mentions_of(party.entity).into_iter();
        let said = mentions.filter_map(|span| self.named(span, country, here)).next();
        said.unwrap_or_else(|| format!("Its country ({country}) follows from the words around it."))
    }

    fn elsewhere(&self, span: Span) -> String {
        let sentence = self.sentence_of(span).map_or(String::new(), |s| format!(" (sentence {})", s + 1));
        format!("{}{sentence}", self.quote(span))
    }

    /// Whom a pronoun or a description stands for.
    fn antecedent(&self, party: Party) -> String {
        let text = &self.document.article.text;
        let mentions = self.entities.mentions_of(party.entity);
        let own = party.span.of(text);
        let before = mentions.iter().rev().find(|m| m.start < party.span.start && m.of(text) != own);
        let named = self.entities.of(party).name.as_ref().filter(|n| !own.to_lowercase().contains(&n.to_lowercase()));
        match (before, named) {
            (Some(&span), _) => format!(" It stands for {}.", self.elsewhere(span)),
            (None, Some(name)) => format!(" That is {name}."),
            (None, None) => String::new(),
        }
    }

    fn how_real(&self, e: &Event, g: &Grounds) -> String {
        let s = g.candidate.sentence;
        let a = e.auxiliary;
        let background = match g.signs.historical {
            None => " (its date lies more than a year before the article's)".to_owned(),
            sign => self.sign(s, sign),
        };
        let all: Vec<String> = [
            (a.historical, "background from the past", background),
            (a.future, "it lies ahead", self.sign(s, g.signs.future)),
            (a.hypothetical, "it may never be", self.sign(s, g.signs.hypothetical)),
            (a.negation, "it did not happen", self.sign(s, g.signs.negation)),
        ]
        .into_iter()
        .filter_map(|(holds, what, sign)| holds.then(|| format!("{what}{sign}")))
        .collect();
        match (all.is_empty(), g.became) {
            (false, _) => format!("{}.", series(&all, "and")),
            (true, Some(became)) => {
                let what = match became {
                    Became::Ahead => "lies ahead",
                    Became::Refused => "is refused",
                    Became::Announced => "is announced",
                };
                format!("nothing to add: {} says already that it {what}.", e.category)
            }
            (true, None) => "reported as having happened.".to_owned(),
        }
    }

    fn whose_word(&self, e: &Event, g: &Grounds) -> String {
        let force = |force: Force| match force {
            Force::Accuse => "whose charge it is",
            Force::Belief => "who holds it to be so",
            Force::Fear => "who fears it",
            Force::Expect => "who expects it",
            Force::Deny => "who denies it",
            _ => "who reports it",
        };
        let sources = e.attribution.iter().zip(&g.sources);
        let all: Vec<String> = sources.map(|(a, s)| format!("{}, {}", self.coded(&a.who), force(s.force))).collect();
        if all.is_empty() {
            return "nobody else: the article says so itself.".to_owned();
        }
        format!("{}.", all.join("; there "))
    }

    fn when(&self, e: &Event, g: &Grounds) -> String {
        let Some(date) = &e.date else { return "the text does not say.".to_owned() };
        match g.dated {
            Some(DatedBy::Words(start, end)) => {
                format!("{date}, from {}.", self.quote(self.document.span(g.candidate.sentence, start, end)))
            }
            Some(DatedBy::Counted) => format!("{date}, counted from another event of the sentence."),
            Some(DatedBy::News) | None => format!("{date}, as news of the day that the article tells of."),
        }
    }

    fn place(&self, e: &Event) -> String {
        let Some(place) = &e.place else { return "the text does not say.".to_owned() };
        let country = place.country.as_ref().map_or(String::new(), |c| format!(" ({c})"));
        let basis = match place.basis {
            Basis::Text => "the clause says so",
            Basis::Dateline => "where the article was filed",
            Basis::Focus => "the place that the article speaks of most",
        };
        format!("{}{country}, {basis}.", self.quote(place.span))
    }

    /// Why the sentence has no event of the category.
    fn why_not(&self, s: usize, category: &str, out: &mut String) -> fmt::Result {
        let frames = &self.coder.lexicon.frames;
        let here = |c: &Candidate| c.sentence == s;
        let coded = || self.coding.events.iter().zip(&self.coding.grounds).filter(|(e, _)| e.sentence == s);
        let mut told: Vec<usize> = Vec::new();
        let mut reasons: Vec<(usize, String)> = Vec::new();
        for (e, g) in coded() {
            if e.category == category {
                reasons.push((g.candidate.head, format!("It has one: {}", self.rule(e, g))));
                told.push(g.candidate.head);
            } else if frames[g.candidate.frame].event == category {
                reasons.push((g.candidate.head, format!("Coded as {}: {}", e.category, self.rule(e, g))));
                told.push(g.candidate.head);
            }
        }
        let dropped = self.coding.dropped.iter().filter(|(c, _)| here(c) && frames[c.frame].event == category);
        for (c, why) in dropped {
            reasons.push((
                c.head,
                format!("{} was found and left out: {}.", self.quote(c.trigger), self.dropped(c, *why)),
            ));
            told.push(c.head);
        }
        for head in (0..self.document.sentences[s].tree.words.len()).filter(|h| !told.contains(h)) {
            if let Some(why) = self.attempts(s, head, category) {
                reasons.push((head, format!("{}: {why}.", self.word(s, head))));
            }
        }
        if reasons.is_empty() {
            return writeln!(out, "   No word of it is a predicate of {category}.");
        }
        reasons.sort();
        for (_, reason) in reasons {
            writeln!(out, "   {reason}")?;
        }
        Ok(())
    }

    /// Why the predicates of a category at a word tell of no event; `None` where the lexicon has none.
    fn attempts(&self, s: usize, head: usize, category: &str) -> Option<String> {
        const SHOWN: usize = 4;
        let attempts = frame::attempts(self.document, self.entities, &self.coder.lexicon, category, (s, head));
        let mut whys: Vec<String> = Vec::new();
        let mut phrases: Vec<String> = Vec::new();
        // predicates by what they ask for: the first word of each frame's list says enough
        let mut objects: Vec<(&str, Option<usize>, Vec<String>)> = Vec::new();
        for attempt in attempts {
            let predicate = attempt.predicate.text.as_str();
            let why = match attempt.misfit {
                Some(Misfit::Auxiliary) => return None,
                Some(misfit @ (Misfit::Modifier | Misfit::Name)) => {
                    return Some(format!("it {}", self.misfit(s, &misfit)));
                }
                Some(Misfit::Words(text)) => {
                    phrases.push(format!("`{text}`"));
                    continue;
                }
                Some(Misfit::Object(list, found)) => {
                    let first = list.first().cloned().into_iter();
                    match objects.iter_mut().find(|o| o.0 == predicate) {
                        Some((.., words)) => words.extend(first),
                        None => objects.push((predicate, found, first.collect())),
                    }
                    continue;
                }
                Some(misfit) => format!("`{predicate}` {}", self.misfit(s, &misfit)),
                None if attempt.named => {
                    format!("`{predicate}` would fit, but the word was read otherwise first{}", self.read_as(s, head))
                }
                None => {
                    let whom = self.asks(self.coder.lexicon.frames[attempt.predicate.frame].require);
                    format!("`{predicate}` asks for {whom}")
                }
            };
            if !whys.contains(&why) {
                whys.push(why);
            }
        }
        for (predicate, found, words) in objects {
            whys.push(format!(
                "`{predicate}` asks for an object such as {}; {}",
                such_as(&words),
                self.found(s, found)
            ));
        }
        if whys.is_empty() && !phrases.is_empty() {
            phrases.dedup();
            phrases.truncate(SHOWN);
            whys.push(format!("it is a predicate only in {}", series(&phrases, "or")));
        }
        whys.truncate(SHOWN);
        (!whys.is_empty()).then(|| whys.join("; "))
    }

    /// What stands where something else was asked for.
    fn found(&self, s: usize, word: Option<usize>) -> String {
        word.map_or_else(|| "here there is none".to_owned(), |w| format!("here it is {}", self.word(s, w)))
    }

    /// Which participants a frame asks for.
    fn asks(&self, require: Require) -> &'static str {
        match require {
            Require::Any => "somebody political on one side, and none is named",
            Require::Actor => "a political actor, and none is named",
            Require::Recipient => "a political recipient, and none is named",
            Require::Both => "a political actor on each side, and at least one is not named",
        }
    }

    /// As what an event's word was read instead.
    fn read_as(&self, s: usize, head: usize) -> String {
        let coded = self.coding.grounds.iter().map(|g| &g.candidate);
        let mut all = coded.chain(self.coding.dropped.iter().map(|d| &d.0));
        let other = all.find(|c| c.sentence == s && c.head == head);
        other.map_or(String::new(), |c| {
            let frame = frame::frame(&self.coder.lexicon, c);
            format!(", as {} by the rule {}", frame.event, frame.id)
        })
    }

    fn dropped(&self, c: &Candidate, why: Dropped) -> String {
        match why {
            Dropped::NotHappened(by) => {
                format!("what {} only speaks of has not happened", self.word(c.sentence, by))
            }
            Dropped::Told(by) => format!("the event of {} tells it already", self.word(c.sentence, by)),
            Dropped::Unnamed => "it names nobody political and takes up no event told shortly before".to_owned(),
            Dropped::Private => "it is talk among private people in an article without politics".to_owned(),
            Dropped::Figurative => {
                "it is most likely a figure of speech, as the article is about sport, business, culture, weather or accidents"
                    .to_owned()
            }
        }
    }

    fn misfit(&self, s: usize, misfit: &Misfit) -> String {
        match misfit {
            Misfit::Auxiliary => "is an auxiliary here".to_owned(),
            Misfit::Modifier => "only modifies another word here".to_owned(),
            Misfit::Name => "is part of a name here".to_owned(),
            Misfit::OtherOntology => "is of another ontology".to_owned(),
            Misfit::Words(text) => format!("asks for the words \"{text}\""),
            Misfit::Verb(verbs) => format!("asks to be subject or object of {}", such_as(verbs)),
            Misfit::Object(list, _) => format!("asks for an object such as {}", such_as(list)),
            Misfit::NotObject(word) => format!("means something else with {}", self.word(s, *word)),
            Misfit::Subject(list, found) => {
                format!("asks for a subject such as {}; {}", such_as(list), self.found(s, *found))
            }
            Misfit::Preposition(list) => format!("asks for something behind {}", such_as(list)),
            Misfit::NoComplement => "asks for a clause that says what (\"that ...\", \"to ...\")".to_owned(),
            Misfit::Complement => "means something else with a clause behind it".to_owned(),
            Misfit::Modal(list) => format!("asks for a clause that says what must be ({})", such_as(list)),
            Misfit::Condition => "asks for a condition (\"if ...\", \"anyone who ...\")".to_owned(),
            Misfit::Tells(list) => format!("asks for a clause or object that tells of {}", series(list, "or")),
            Misfit::Direct(word) => {
                format!("asks for political actors themselves, and {} is none", self.word(s, *word))
            }
            Misfit::ActorSector(list) => format!("asks for an actor of the sector {}", series(list, "or")),
            Misfit::Unwilled => "is the work of nature or chance here".to_owned(),
            Misfit::Others => "is no threat: it warns of what others will do".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::LazyLock;

    static CODER: LazyLock<Coder> = LazyLock::new(Coder::new);

    fn told(text: &str, why_not: Option<&str>) -> String {
        let mut article = Article::from_lines("a", text);
        article.date = "2024-05-01".parse().ok();
        explain(&CODER, &article, false, why_not).unwrap()
    }

    #[track_caller]
    fn says(text: &str, why_not: Option<&str>, expected: &[&str]) {
        let told = told(text, why_not);
        for line in expected {
            assert!(told.contains(line), "{line}\nis not in\n{told}");
        }
    }

    #[test]
    fn rule_position_and_country_are_told() {
        says(
            "The Ukrainian foreign ministry accused Russia on Monday of shelling the town.",
            None,
            &[
                "ACCUSE (allege): The Ukrainian foreign ministry [UKR GOV] \"accused\" Russia [RUS]",
                "\"accused\" is the verb `accuse` of the rule accuse.allege, as in \"",
                "Actor: \"The Ukrainian foreign ministry\" is the subject of \"accused\".",
                "Recipient: \"Russia\" is the object of \"accused\". \"Russia\" is a name of the country (RUS).",
                "\"Russia\" is understood as the subject of \"shelling\".",
                "A country of which no more is said acts by an arm (MIL, armed forces of a state).",
                "On the word of: The Ukrainian foreign ministry [UKR GOV], whose charge it is.",
                "When: 2024-04-29, from \"Monday\".",
            ],
        );
    }

    #[test]
    fn pronouns_passives_and_guesses_are_told() {
        says(
            "French soldiers left Mali. They had arrested two rebels.",
            None,
            &[
                "It stands for \"French soldiers\" (sentence 1).",
                "\"French\" (sentence 1) says of which country (FRA).",
            ],
        );
        says(
            "Two soldiers were killed by militants in Basra.",
            None,
            &[
                "the one by whom it was done, as the passive \"killed\" says",
                "the subject of the passive \"killed\", so whom it was done to",
                "IRQ is guessed from the place named beside it",
            ],
        );
    }

    #[test]
    fn the_word_that_makes_it_unreal_is_told() {
        says("Rebels will attack Egypt.", None, &["How real: it lies ahead (\"will\")."]);
        says("Rebels could attack Egypt.", None, &["How real: it may never be (\"could\")."]);
        says("Turkey did not accuse Greece.", None, &["How real: it did not happen (\"not\")."]);
        says("Iraq invaded Kuwait in 1990.", None, &["background from the past (its date lies more than a year"]);
        says("Iraq invaded Kuwait.", None, &["How real: reported as having happened."]);
    }

    #[test]
    fn why_not_names_what_failed() {
        let is = |text, category, expected| says(text, Some(category), &[expected]);
        is("It rained in France.", "ACCUSE", "No word of it is a predicate of ACCUSE.");
        is("France will meet Turkey.", "CONSULT", "Coded as AGREE: \"meet\" is the verb");
        is("France will meet Turkey.", "consult", "CONSULT that lies ahead (\"will\") is AGREE.");
        is("Turkey accused Greece.", "ACCUSE", "It has one: \"accused\" is the verb");
        is("The minister called for talks with Greece.", "CONSULT", "what \"called\" only speaks of has not happened");
        is("The teacher met the children.", "CONSULT", "talk among private people");
        let both = "`call` asks for a political actor on each side, and at least one is not named";
        is("The minister called for talks with Greece.", "CONSULT", both);
        is("Rebels threatened to attack France.", "ASSAULT", "what \"threatened\" only speaks of has not happened");
        is(
            "Opponents marched in Cairo, demanding that the president resign.",
            "REQUEST",
            "of \"marched\" tells it already",
        );
        is("He urged Iran to release the prisoners.", "ASSAULT", "it is a predicate only in `release nerve gas`");
        is("Japan lifted the box.", "CONCEDE", "asks for an object such as");
        is("Japan lifted the box.", "CONCEDE", "here it is \"box\"");
        is("The French attack helicopter landed.", "ASSAULT", "only modifies another word here");
        is("A cyclone killed twelve Indian soldiers.", "ASSAULT", "is the work of nature or chance here");
        let report = "The striker scored twice before half-time, and the league leaders won the match.\n\n\
            The coach attacked the French referee after the match.";
        is(report, "ASSAULT", "a figure of speech");
    }

    #[test]
    fn an_unknown_category_is_an_error_that_lists_the_known() {
        let article = Article::from_lines("a", "Turkey accused Greece.");
        let error = explain(&CODER, &article, false, Some("GRUMBLE")).unwrap_err().to_string();
        assert!(error.starts_with("`GRUMBLE` is no category; take one of ACCUSE, AGREE, AID, ASSAULT"), "{error}");
    }

    #[test]
    fn trees_are_shown_only_when_asked_for() {
        let article = Article::from_lines("a", "Turkey accused Greece.");
        assert!(!explain(&CODER, &article, false, None).unwrap().contains("nsubj"));
        let with = explain(&CODER, &article, true, None).unwrap();
        assert!(with.contains("nsubj") && with.contains("clause: accuse [subj=Turkey, obj=Greece]"), "{with}");
    }
}
