//! What is wrong with a lexicon beyond what keeps it from being read, and what it covers.

use super::{Frame, FrameFile, Lexicon, LexiconFiles, line_of};
use polybius_actors::{Coverage, File, Index, Problem, Tables};
use std::collections::{BTreeSet, HashMap};

impl LexiconFiles {
    /// Everything that is wrong, by file and line, but for examples that are not coded as they say
    /// ([`check_examples`](crate::check_examples)).
    pub fn check(&self) -> Vec<Problem> {
        let (tables, mut problems) = self.tables();
        let (_, more) = Lexicon::read(self, Index::compile(&Tables::default()));
        problems.extend(more);
        problems.extend(polybius_actors::check(&tables));
        problems.extend(self.frames_twice());
        problems
    }

    fn frames(&self) -> Vec<(Frame, &File)> {
        let read = |file: &File| toml::from_str::<FrameFile>(&file.text).map_or_else(|_| Vec::new(), |read| read.frame);
        let events = self.files.iter().filter(|f| f.name.starts_with("events/"));
        events.flat_map(|file| read(file).into_iter().map(move |frame| (frame, file))).collect()
    }

    /// Frames of the same `id`, and predicates of which one frame always goes before another.
    fn frames_twice(&self) -> Vec<Problem> {
        let frames = self.frames();
        let mut problems = Vec::new();
        let mut ids: HashMap<(&str, bool), &File> = HashMap::new();
        let mut predicates: HashMap<(bool, String, String), (&Frame, &File)> = HashMap::new();
        let mut warn = |file: &File, line, what, remedy: &str| {
            problems.push(Problem { file: file.name.clone(), line, error: false, what, remedy: remedy.to_owned() });
        };
        for (frame, file) in &frames {
            if let Some(first) = ids.insert((&frame.id, file.added), file) {
                let what = format!("the frame `{}` stands in {} already", frame.id, first.name);
                warn(file, line_of(file, &frame.id, None), what, "give it another id");
            }
            if !file.added && frames.iter().any(|(f, of)| of.added && f.id == frame.id) {
                continue; // replaced
            }
            let verbs = frame.verbs.keys().map(|p| (true, p));
            for (verb, predicate) in verbs.chain(frame.nouns.keys().map(|p| (false, p))) {
                let key = (verb, predicate.clone(), conditions(frame));
                if let Some((first, of)) = predicates.insert(key, (frame, file)) {
                    let what = format!("`{predicate}` stands in the frame `{}` of {} already", first.id, of.name);
                    let line = line_of(file, &frame.id, Some(predicate));
                    warn(
                        file,
                        line,
                        what,
                        "take it out of one of the two, or tell them apart by object, preposition or complement",
                    );
                }
            }
        }
        problems
    }

    /// Counts what the lexicon covers.
    pub fn stats(&self) -> Stats {
        let (tables, _) = self.tables();
        let (lexicon, _) = Lexicon::read(self, Index::compile(&tables));
        let frames = lexicon.frames();
        let modes: BTreeSet<(&str, &str)> =
            frames.iter().filter_map(|f| Some((f.event.as_str(), f.mode.as_deref()?))).collect();
        let finer = lexicon.codes.rules.iter().map(|rule| rule.code.as_str());
        let codes: BTreeSet<&str> = frames.iter().filter_map(|f| f.cameo.as_deref()).chain(finer).collect();
        let (names, roles) = lexicon.actors().sizes();
        Stats {
            actors: Coverage::of(&tables),
            names,
            role_terms: roles,
            frames: frames.len(),
            predicates: frames.iter().map(|f| f.verbs.len() + f.nouns.len()).sum(),
            examples: frames
                .iter()
                .map(|f| f.examples.len() + f.verbs.values().chain(f.nouns.values()).map(Vec::len).sum::<usize>())
                .sum(),
            categories: (
                frames.iter().map(|f| &f.event).collect::<BTreeSet<_>>().len(),
                lexicon.ontology.category.len(),
            ),
            modes: (modes.len(), lexicon.ontology.category.values().map(|c| c.modes.len()).sum()),
            cameo_roots: codes.iter().filter_map(|c| c.get(..2)).collect::<BTreeSet<_>>().len(),
            cameo_codes: codes.len(),
        }
    }
}

/// What a frame asks for beside its predicate.
fn conditions(f: &Frame) -> String {
    let roles = (&f.actor, &f.recipient, &f.actor_sector);
    let words = (&f.subject, &f.object, &f.not_object, &f.with_prep, &f.verb);
    format!("{:?}", (roles, words, &f.modal, &f.tells, f.condition, f.complement, f.require))
}

/// What a lexicon covers.
#[derive(Clone, Debug)]
pub struct Stats {
    /// Of countries, people, groups and roles.
    pub actors: Coverage,
    /// Spellings of names.
    pub names: usize,
    /// Role terms.
    pub role_terms: usize,
    /// Frames.
    pub frames: usize,
    /// Predicates of frames.
    pub predicates: usize,
    /// Examples of predicates.
    pub examples: usize,
    /// PLOVER categories with a frame, and all of them.
    pub categories: (usize, usize),
    /// PLOVER modes with a frame, and all of them.
    pub modes: (usize, usize),
    /// CAMEO root codes (two digits) that frames and finer codes carry.
    pub cameo_roots: usize,
    /// CAMEO codes that frames and finer codes carry.
    pub cameo_codes: usize,
}
