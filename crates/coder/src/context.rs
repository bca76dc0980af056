//! Contexts: the fields of politics and life that an event belongs to (PLOVER's `military`, `election`, `health`, ...), by the lists of
//! `lexicon/contexts/`. A category or mode may imply one; a strong term of the event's sentence gives one; weaker evidence, the
//! sector of a participant among it, has to be borne out by the sentence, its paragraph or the article.

use crate::document::Document;
use crate::event::Event;
use crate::lexicon::{bad, bad_toml};
use crate::ontology::Ontology;
use crate::terms::Terms;
use polybius_actors::{File, Problem};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// An article is about a context whose strong terms stand in at least so many of its sentences, and in one of so many.
const SENTENCES: usize = 3;
const ONE_OF: usize = 3;

/// How well a term tells its context.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Tier {
    Strong,
    Weak,
    /// It says that terms inside it do not count.
    Not,
}

/// What the files of `lexicon/contexts/` say. A context is its place in the ontology's list.
#[derive(Debug, Default)]
pub(crate) struct Contexts {
    pub(crate) list: Vec<Context>,
    terms: Terms<(usize, Tier)>,
    /// By category, and by category and mode ("COERCE arrest").
    events: HashMap<String, Vec<usize>>,
    sectors: HashMap<String, Vec<usize>>,
}

/// A context with its examples.
#[derive(Debug, Default)]
pub(crate) struct Context {
    pub(crate) name: String,
    pub(crate) examples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextFile {
    context: BTreeMap<String, Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    #[serde(default)]
    strong: Vec<String>,
    #[serde(default)]
    weak: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    events: Vec<String>,
    #[serde(default)]
    sectors: Vec<String>,
    #[serde(default)]
    examples: Vec<String>,
}

impl Contexts {
    /// Those that the ontology lists, still without terms.
    pub(crate) fn new(ontology: &Ontology) -> Self {
        let list = ontology.contexts.iter().map(|name| Context { name: name.clone(), examples: Vec::new() }).collect();
        Contexts { list, ..Contexts::default() }
    }

    /// Adds what a file says.
    pub(crate) fn read(&mut self, file: &File, ontology: &Ontology, problems: &mut Vec<Problem>) {
        let read: ContextFile = match toml::from_str(&file.text) {
            Ok(read) => read,
            Err(error) => return problems.push(bad_toml(file, &error)),
        };
        for (name, entry) in read.context {
            let line = file.text.lines().position(|l| l.trim() == format!("[context.{name}]")).map_or(0, |at| at + 1);
            let mut wrong = |what: String, remedy: &str| problems.push(bad(file, line, what, remedy));
            let Some(context) = self.list.iter().position(|c| c.name == name) else {
                // a PLOVER context, where the folder's ontology has its own instead
                if file.added || !ontology.replaced {
                    wrong(format!("`{name}` is no context"), "list it under `contexts` in ontology.toml");
                }
                continue;
            };
            for (tier, terms) in [(Tier::Strong, &entry.strong), (Tier::Weak, &entry.weak), (Tier::Not, &entry.not)] {
                for term in terms.iter().filter(|t| !self.terms.add(t, (context, tier))).collect::<Vec<_>>() {
                    wrong(format!("the term `{term}` of `{name}` has no word"), "write one or delete it");
                }
            }
            for event in entry.events {
                let (category, mode) = event.split_once(' ').map_or((event.as_str(), None), |(c, m)| (c, Some(m)));
                let known =
                    ontology.category.get(category).is_some_and(|c| mode.is_none_or(|m| c.modes.contains_key(m)));
                if known {
                    self.events.entry(event).or_default().push(context);
                } else if file.added || !ontology.replaced {
                    wrong(format!("`{event}` is no category, or no category and mode"), "take them from ontology.toml");
                }
            }
            for sector in entry.sectors {
                if ontology.sectors.contains_key(&sector) {
                    self.sectors.entry(sector).or_default().push(context);
                } else {
                    wrong(format!("`{sector}` is no sector"), "take one of those of ontology.toml");
                }
            }
            self.list[context].examples.extend(entry.examples);
        }
    }

    /// Gives each event of an article its contexts, in the ontology's order.
    pub(crate) fn give(&self, document: &Document, events: &mut [Event]) {
        if events.is_empty() || self.list.is_empty() {
            return;
        }
        let evidence = Evidence::of(self, document);
        for event in events {
            let sectors = event.actor.iter().chain(&event.recipient).filter_map(|p| p.sector.as_ref());
            let sides: Vec<usize> = sectors.filter_map(|s| self.sectors.get(s)).flatten().copied().collect();
            let mut given = evidence.contexts(event.sentence, &sides);
            let with_mode = event.mode.as_ref().and_then(|m| self.events.get(&format!("{} {m}", event.category)));
            for list in [self.events.get(&event.category), with_mode].into_iter().flatten() {
                list.iter().for_each(|&c| given[c] = true);
            }
            event.context =
                self.list.iter().zip(given).filter(|(_, given)| *given).map(|(c, _)| c.name.clone()).collect();
        }
    }
}

/// Numbers of terms of one context.
#[derive(Clone, Copy, Default)]
struct Counts {
    strong: usize,
    weak: usize,
}

/// The terms of an article's sentences.
struct Evidence {
    /// By sentence and context.
    sentences: Vec<Vec<Counts>>,
    paragraphs: Vec<usize>,
    /// By context: is the article about it?
    about: Vec<bool>,
}

impl Evidence {
    fn of(contexts: &Contexts, document: &Document) -> Self {
        let mut sentences = Vec::with_capacity(document.sentences.len());
        for sentence in &document.sentences {
            let mut hits = Vec::new();
            contexts.terms.find(&sentence.tree, |start, end, &(context, tier)| hits.push((context, tier, start, end)));
            let mut counts = vec![Counts::default(); contexts.list.len()];
            let mut last = None;
            hits.sort_by_key(|h| (h.0, h.2));
            for &(context, tier, start, end) in hits.iter().filter(|h| h.1 != Tier::Not) {
                let denied = hits.iter().any(|h| h.0 == context && h.1 == Tier::Not && h.2 <= start && end <= h.3);
                // a word counts once for a context
                if denied || last == Some((context, start)) {
                    continue;
                }
                last = Some((context, start));
                match tier {
                    Tier::Strong => counts[context].strong += 1,
                    _ => counts[context].weak += 1,
                }
            }
            sentences.push(counts);
        }
        let about = (0..contexts.list.len())
            .map(|c| {
                let told = sentences.iter().filter(|s: &&Vec<Counts>| s[c].strong > 0).count();
                told >= SENTENCES && told * ONE_OF >= sentences.len()
            })
            .collect();
        Evidence { sentences, paragraphs: document.sentences.iter().map(|s| s.paragraph).collect(), about }
    }

    /// For each context whether the terms of a sentence and of what surrounds it give it; `sides` are those that the sectors of the event's
    /// participants speak for, as a weak term does.
    fn contexts(&self, sentence: usize, sides: &[usize]) -> Vec<bool> {
        let beside = |s: usize| self.paragraphs.get(s) == Some(&self.paragraphs[sentence]);
        let around: Vec<usize> = [sentence.wrapping_sub(1), sentence + 1].into_iter().filter(|&s| beside(s)).collect();
        let given = |c: usize| {
            let here = self.sentences[sentence][c];
            let near = around.iter().any(|&s| self.sentences[s][c].strong > 0);
            let weak = here.weak + usize::from(sides.contains(&c));
            here.strong > 0 || weak > 1 || weak > 0 && near || self.about[c]
        };
        (0..self.about.len()).map(given).collect()
    }
}
