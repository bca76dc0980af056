//! What the coder knows: actors and roles (read by `polybius-actors`), event frames, reporting verbs and the ontology, from `lexicon/`.
//! `lexicon/README.md` describes the files.

mod check;

pub use check::Stats;

pub(crate) use polybius_actors::{Named, Naming, RoleKind, choose, key, keys};

use crate::cameo::{FinerCode, FinerCodes};
use crate::context::Contexts;
use crate::gazetteer::Gazetteer;
use crate::ontology::{Inside, Ontology};
use crate::time::{Holiday, Rule};
use crate::topic::TopicTerms;
use polybius_actors::{File, Index, Problem, Tables};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::path::Path;
use thiserror::Error;

include!(concat!(env!("OUT_DIR"), "/lexicon_files.rs"));

/// The tables of actors as [`Index::image`] writes them when the binary is built.
static ACTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/actors.image"));

/// Why a lexicon cannot be used.
#[derive(Debug, Error)]
pub enum LexiconError {
    /// A file cannot be read.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// Why not.
        source: std::io::Error,
    },
    /// Files have errors.
    #[error("{}", shown(.0))]
    Problems(Vec<Problem>),
}

fn shown(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}

/// The files of a lexicon: those that ship with Polybius, with or without a folder of one's own.
#[derive(Clone, Debug)]
pub struct LexiconFiles {
    pub(crate) files: Vec<File>,
}

impl LexiconFiles {
    /// The lexicon that ships with Polybius.
    pub fn built_in() -> Self {
        LexiconFiles { files: FILES.iter().map(|(name, text)| File::new(name, text)).collect() }
    }

    /// The same with the files of `folder`, laid out like `lexicon/`, added.
    pub fn with_folder(folder: &Path) -> Result<Self, LexiconError> {
        let mut stack = vec![folder.to_path_buf()];
        let mut added = Vec::new();
        while let Some(at) = stack.pop() {
            let failed = |source| LexiconError::Io { file: at.display().to_string(), source };
            for entry in std::fs::read_dir(&at).map_err(failed)? {
                let path = entry.map_err(failed)?.path();
                if path.is_dir() {
                    stack.push(path);
                } else if path.extension().is_some_and(|e| e == "tsv" || e == "toml") {
                    let failed = |source| LexiconError::Io { file: path.display().to_string(), source };
                    let text = std::fs::read_to_string(&path).map_err(failed)?;
                    let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                    added.push(File { name, text, added: true });
                }
            }
        }
        if added.is_empty() {
            return Err(LexiconError::Problems(vec![Problem {
                file: folder.display().to_string(),
                line: 0,
                error: true,
                what: "no .tsv or .toml file is in this folder".to_owned(),
                remedy: "lay it out like lexicon/ (actors/people.tsv, actors/groups/armed.tsv, events/my.toml)"
                    .to_owned(),
            }]));
        }
        added.sort_by(|a, b| a.name.cmp(&b.name));
        let mut all = LexiconFiles::built_in();
        all.files.extend(added);
        Ok(all)
    }

    /// The tables of actors, and what is wrong with their rows.
    pub fn tables(&self) -> (Tables, Vec<Problem>) {
        let ontology = Ontology::read(&self.files, &mut Vec::new());
        let sectors: Vec<&str> = ontology.sectors.keys().map(String::as_str).collect();
        Tables::read(&self.files, &sectors)
    }
}

/// An error of a TOML file by its line.
pub(crate) fn bad_toml(file: &File, error: &toml::de::Error) -> Problem {
    let before = error.span().and_then(|s| file.text.get(..s.start)).map_or(0, |text| text.matches('\n').count() + 1);
    let what = error.message().replace('\n', " ");
    bad(file, before, what, "see what lexicon/README.md says of this file")
}

pub(crate) fn bad(file: &File, line: usize, what: String, remedy: &str) -> Problem {
    Problem { file: file.name.clone(), line, error: true, what, remedy: remedy.to_owned() }
}

/// What a common noun names, as far as pronouns and names care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NounClass {
    Man,
    Woman,
    Person,
    Body,
    Place,
    Thing,
}

/// What a reporting word says of what it reports: `lexicon/README.md` explains them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Force {
    /// It is told as a fact ("said that").
    Assert,
    /// Somebody is charged with it ("accused of").
    Accuse,
    /// It is asked or asked for ("wondered whether", "urged").
    Ask,
    /// It is held to be so ("believes that").
    Belief,
    /// It is feared ("fears that").
    Fear,
    /// It is expected to come ("predicted that").
    Expect,
    /// It is said not to be so ("denied that").
    Deny,
    /// It is meant or wished ("wants to", "promised to").
    Want,
    /// It is judged or treated ("praised", "criticism of").
    Judge,
    /// It is said at a distance, on nobody's word ("reportedly", "seems to").
    Hedge,
}

impl Force {
    const ALL: [Force; 10] = [
        Force::Assert,
        Force::Accuse,
        Force::Ask,
        Force::Belief,
        Force::Fear,
        Force::Expect,
        Force::Deny,
        Force::Want,
        Force::Judge,
        Force::Hedge,
    ];

    /// As the lexicon and the output write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Force::Assert => "assert",
            Force::Accuse => "accuse",
            Force::Ask => "ask",
            Force::Belief => "belief",
            Force::Fear => "fear",
            Force::Expect => "expect",
            Force::Deny => "deny",
            Force::Want => "want",
            Force::Judge => "judge",
            Force::Hedge => "hedge",
        }
    }

    /// Does an event under such a word rest on somebody's word? What is only asked, wanted or judged does not.
    pub(crate) fn vouches(self) -> bool {
        matches!(self, Force::Assert | Force::Accuse | Force::Belief | Force::Fear | Force::Expect | Force::Deny)
    }
}

impl std::str::FromStr for Force {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        Force::ALL.into_iter().find(|f| f.as_str() == s).ok_or(())
    }
}

/// A word or idiom that reports, and where what it reports stands.
#[derive(Clone, Debug)]
pub(crate) struct Reporting {
    pub(crate) force: Force,
    /// The further words of an idiom ("point out", "make clear").
    pub(crate) rest: Vec<String>,
    /// `that`, `to`, `obj`, `fact` or a preposition.
    pub(crate) content: Vec<String>,
}

impl Reporting {
    pub(crate) fn takes(&self, slot: &str) -> bool {
        self.content.iter().any(|c| c == slot)
    }

    /// Can it stand beside quoted words ("..., he said")?
    pub(crate) fn speaks(&self) -> bool {
        self.takes("that") && !matches!(self.force, Force::Want | Force::Judge | Force::Hedge)
    }
}

/// Whether a frame wants a complement clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Complement {
    Required,
    None,
}

/// Which sides must be political actors.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Require {
    #[default]
    Any,
    Actor,
    Recipient,
    Both,
}

/// One meaning: a category and where its participants stand. See `lexicon/README.md`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// Unique name.
    pub id: String,
    /// Category of the ontology.
    pub event: String,
    /// Mode of the category.
    #[serde(default)]
    pub mode: Option<String>,
    /// CAMEO code.
    #[serde(default)]
    pub cameo: Option<String>,
    #[serde(default)]
    pub(crate) actor: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) recipient: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) subject: Vec<String>,
    #[serde(default)]
    pub(crate) object: Vec<String>,
    #[serde(default)]
    pub(crate) not_object: Vec<String>,
    #[serde(default)]
    pub(crate) with_prep: Vec<String>,
    #[serde(default)]
    pub(crate) modal: Vec<String>,
    #[serde(default)]
    pub(crate) condition: bool,
    #[serde(default)]
    pub(crate) complement: Option<Complement>,
    #[serde(default)]
    pub(crate) tells: Vec<String>,
    #[serde(default)]
    pub(crate) actor_sector: Vec<String>,
    #[serde(default)]
    pub(crate) verb: Vec<String>,
    #[serde(default)]
    pub(crate) require: Require,
    #[serde(default)]
    pub(crate) symmetric: bool,
    #[serde(default)]
    pub(crate) direct: bool,
    #[serde(default)]
    pub(crate) inside: Option<Inside>,
    /// The PLOVER category whose grammar it shares.
    #[serde(skip)]
    pub(crate) like: String,
    /// Is its category one of a folder's, beside PLOVER?
    #[serde(skip)]
    pub(crate) own: bool,
    /// Verbs with their examples.
    #[serde(default)]
    pub verbs: HashMap<String, Vec<String>>,
    /// Event nouns with their examples.
    #[serde(default)]
    pub nouns: HashMap<String, Vec<String>>,
    /// Further examples.
    #[serde(default)]
    pub examples: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameFile {
    #[serde(default)]
    frame: Vec<Frame>,
    /// Lists of nouns by name, for `@name` in the lists of frames.
    #[serde(default)]
    sets: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    code: Vec<FinerCode>,
}

/// A predicate of a frame: its words and where they must stand.
#[derive(Clone, Debug)]
pub(crate) struct Predicate {
    pub(crate) frame: usize,
    /// As the lexicon writes it.
    pub(crate) text: String,
    /// The other words that must be there (particle, preposition, object), beside the key.
    pub(crate) rest: Vec<String>,
}

/// Everything the coder knows. Immutable once loaded.
#[derive(Debug)]
pub struct Lexicon {
    /// Names and role terms.
    pub(crate) actors: Index,
    /// Common nouns that are no roles.
    pub(crate) noun_classes: HashMap<String, NounClass>,
    /// Given names and titles (`Mr`): whose they are.
    sexes: HashMap<String, NounClass>,
    pub(crate) frames: Vec<Frame>,
    pub(crate) codes: FinerCodes,
    pub(crate) verbs: HashMap<String, Vec<Predicate>>,
    pub(crate) nouns: HashMap<String, Vec<Predicate>>,
    /// Reporting verbs by lemma and predicate adjectives as `be` with the adjective, idioms before single words.
    pub(crate) reporting: HashMap<String, Vec<Reporting>>,
    /// Reporting nouns by lemma.
    pub(crate) reporting_nouns: HashMap<String, Reporting>,
    /// Nouns by the preposition before them that name a source with their owner ("in the words of"), as `preposition noun`.
    pub(crate) source_phrases: HashSet<String>,
    /// Adverbs that put a clause at a distance ("reportedly").
    pub(crate) hedges: HashSet<String>,
    pub(crate) anonymous: HashSet<String>,
    pub(crate) light_verbs: HashSet<String>,
    pub(crate) holidays: Vec<Holiday>,
    pub(crate) ontology: Ontology,
    pub(crate) topics: TopicTerms,
    /// Names of places and where they lie.
    pub(crate) places: Gazetteer,
    pub(crate) contexts: Contexts,
}

fn words(phrase: &str) -> Vec<String> {
    keys(phrase).into_iter().map(|w| w.to_lowercase()).collect()
}

/// A line of `reporting/verbs.tsv` or `nouns.tsv`: the word (an adjective as `be` with it), and the rest of the line.
fn reporting(columns: &[&str]) -> Result<(String, Reporting), String> {
    let [word, force, content] = columns[..] else { return Err(format!("{} columns instead of three", columns.len())) };
    let force = force.parse().map_err(|()| format!("`{force}` is no force of a reporting word"))?;
    let mut words = word.split_whitespace().map(str::to_owned);
    let first = words.next().unwrap_or_default();
    let first = if first == "be" { words.next().map_or(first.clone(), |a| format!("{first} {a}")) } else { first };
    let content = content.split('|').map(str::trim).filter(|c| !c.is_empty()).map(str::to_owned).collect();
    Ok((first, Reporting { force, rest: words.collect(), content }))
}

impl Lexicon {
    /// The lexicon that ships with Polybius.
    ///
    /// # Panics
    /// Never in a binary whose tests passed: they load it.
    pub fn embedded() -> Self {
        let actors = Index::open(Cow::Borrowed(ACTORS)).unwrap_or_else(|| panic!("the built-in table of actors"));
        let (lexicon, problems) = Lexicon::read(&LexiconFiles::built_in(), actors);
        assert!(problems.is_empty(), "the built-in lexicon: {}", shown(&problems));
        lexicon
    }

    /// The built-in lexicon with the files of `folder` (laid out like `lexicon/`) added: what has the same name or `id` replaces what
    /// is built in. A folder with errors is refused; [`check`](LexiconFiles::check) finds more that may be wrong.
    pub fn with_folder(folder: &Path) -> Result<Self, LexiconError> {
        let files = LexiconFiles::with_folder(folder)?;
        let (tables, mut problems) = files.tables();
        let (lexicon, more) = Lexicon::read(&files, Index::compile(&tables));
        problems.extend(more);
        if problems.is_empty() { Ok(lexicon) } else { Err(LexiconError::Problems(problems)) }
    }

    /// What the ontology has, as (kind, term): its events (categories), modes, quads, contexts and sectors.
    pub fn terms(&self) -> BTreeSet<(&'static str, &str)> {
        let ontology = &self.ontology;
        let mut terms = BTreeSet::new();
        for (name, category) in &ontology.category {
            terms.extend([("event", name.as_str()), ("quad", category.quad.as_str())]);
            terms.extend(category.modes.keys().map(|mode| ("mode", mode.as_str())));
        }
        terms.extend(ontology.contexts.iter().map(|context| ("context", context.as_str())));
        terms.extend(ontology.sectors.keys().map(|sector| ("sector", sector.as_str())));
        terms
    }

    /// All event frames.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Names and role terms of actors.
    pub fn actors(&self) -> &Index {
        &self.actors
    }

    /// Whether a given name or a title is a man's or a woman's.
    pub(crate) fn sex_of(&self, word: &str) -> Option<NounClass> {
        self.sexes.get(word.trim_end_matches('.')).copied()
    }

    /// Can the verb stand beside quoted words ("..., he said")?
    pub(crate) fn can_speak(&self, verb: &str) -> bool {
        self.reporting.get(verb).is_some_and(|entries| entries.iter().any(Reporting::speaks))
    }

    /// Does the verb report something as a fact?
    pub(crate) fn asserts(&self, verb: &str) -> bool {
        self.reporting.get(verb).is_some_and(|entries| entries.iter().any(|e| e.force == Force::Assert))
    }

    /// The country that words begin with a name or an adjective of: its code, how it is named, and how many words.
    pub(crate) fn country_named(&self, words: &[&str]) -> Option<(&str, Naming, usize)> {
        let keys: Vec<String> = words.iter().map(|w| key(w)).collect();
        (1..=keys.len()).rev().find_map(|length| {
            self.actors.exact(&keys[..length]).into_iter().find_map(|named| match named {
                Named::Country { code, naming, .. } => Some((code, naming, length)),
                _ => None,
            })
        })
    }

    /// The lemma of a verb form as this lexicon knows it: the model's, or one that regular endings suggest, for rare verbs that
    /// the model gets wrong ("carri", "reassur"). `None` if no verb of the lexicon fits.
    pub(crate) fn verb_lemma(&self, lemma: &str, form: &str) -> Option<String> {
        let known =
            |l: &String| self.verbs.contains_key(l) || self.reporting.contains_key(l) || self.light_verbs.contains(l);
        verb_lemmas(lemma, form).into_iter().find(known)
    }

    fn of(actors: Index) -> Self {
        Lexicon {
            actors,
            noun_classes: HashMap::new(),
            sexes: HashMap::new(),
            frames: Vec::new(),
            codes: FinerCodes::default(),
            verbs: HashMap::new(),
            nouns: HashMap::new(),
            reporting: HashMap::new(),
            reporting_nouns: HashMap::new(),
            source_phrases: HashSet::new(),
            hedges: HashSet::new(),
            holidays: Vec::new(),
            anonymous: HashSet::new(),
            light_verbs: HashSet::new(),
            ontology: Ontology::default(),
            topics: TopicTerms::default(),
            places: Gazetteer::embedded(),
            contexts: Contexts::default(),
        }
    }

    /// Reads all but the tables of actors. What has errors is left out; the problems say why.
    fn read(files: &LexiconFiles, actors: Index) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let ontology = Ontology::read(&files.files, &mut problems);
        let mut lexicon = Lexicon { contexts: Contexts::new(&ontology), ontology, ..Lexicon::of(actors) };
        let mut frames: Vec<(Frame, &File)> = Vec::new();
        let mut codes: Vec<(FinerCode, &File)> = Vec::new();
        let mut sets = BTreeMap::new();
        for file in &files.files {
            if file.name.starts_with("events/") && file.name.ends_with(".toml") {
                match toml::from_str::<FrameFile>(&file.text) {
                    Ok(read) => {
                        for frame in read.frame {
                            // an added file's frame replaces the built-in one
                            frames.retain(|(f, of)| f.id != frame.id || of.added == file.added);
                            frames.push((frame, file));
                        }
                        sets.extend(read.sets); // an added file's set replaces the built-in one
                        codes.extend(read.code.into_iter().map(|code| (code, file)));
                    }
                    Err(error) => problems.push(bad_toml(file, &error)),
                }
            } else if file.name.starts_with("contexts/") && file.name.ends_with(".toml") {
                lexicon.contexts.read(file, &lexicon.ontology, &mut problems);
            } else if file.name.starts_with("topics/") && file.name.ends_with(".toml") {
                lexicon.topics.read(file, &mut problems);
            } else if file.name.starts_with("reporting/") {
                lexicon.read_reporting(file, &mut problems);
            } else if file.name.starts_with("nouns/") && file.name.ends_with(".tsv") {
                lexicon.read_nouns(file, &mut problems);
            } else if file.name == "time/holidays.tsv" {
                lexicon.read_holidays(file, &mut problems);
            } else if file.name.starts_with("places/") {
                lexicon.places.read(file, &mut problems);
            } else if !Tables::has(&file.name) && file.name != "ontology.toml" {
                let what = "this file is in none of the folders that are read".to_owned();
                problems.push(bad(
                    file,
                    0,
                    what,
                    "put it where lexicon/README.md says (actors/, events/, nouns/, places/, contexts/, topics/, reporting/, time/)",
                ));
            }
        }
        let mut unknown = |file: &File, line, set: String| {
            let what = format!("`{set}` is no set of nouns");
            problems.push(bad(file, line, what, "take one of `[sets]` in lexicon/events/sets.toml, or write one"));
        };
        for (frame, file) in &mut frames {
            for list in [&mut frame.subject, &mut frame.object, &mut frame.not_object, &mut frame.verb] {
                for set in expand(list, &sets) {
                    unknown(file, line_of(file, &frame.id, None), set);
                }
            }
        }
        for (code, file) in &mut codes {
            for set in expand(&mut code.about, &sets) {
                unknown(file, 0, set);
            }
        }
        for (frame, file) in frames {
            lexicon.add_frame(frame, file, &mut problems);
        }
        codes.sort_by_key(|(_, file)| !file.added); // those of a folder go first
        // with an ontology of one's own instead of PLOVER, the built-in codes have no events to narrow down
        codes.retain(|(_, file)| file.added || !lexicon.ontology.replaced);
        for (code, file) in codes {
            let name = code.code.clone();
            for term in lexicon.codes.add(code) {
                let what = format!("the term `{term}` of the code {name} has no word");
                problems.push(bad(file, 0, what, "write one or delete it"));
            }
        }
        for list in lexicon.verbs.values_mut().chain(lexicon.nouns.values_mut()) {
            // the more a predicate asks for, the earlier it is tried
            let frames = &lexicon.frames;
            let weight = |p: &Predicate| {
                let f = &frames[p.frame];
                p.rest.len() * 10
                    // whom it is done to tells less than what it is done to
                    + usize::from(!f.object.is_empty() && !f.object.iter().any(|o| o == PERSON)) * 5
                    + usize::from(!f.subject.is_empty()) * 5
                    + usize::from(!f.tells.is_empty()) * 5
                    + usize::from(!f.actor_sector.is_empty()) * 5
                    + usize::from(!f.verb.is_empty()) * 5
                    + usize::from(f.condition) * 3
                    + usize::from(!f.with_prep.is_empty()) * 3
                    + usize::from(f.complement.is_some() || !f.modal.is_empty()) * 2
                    + usize::from(!f.not_object.is_empty())
            };
            // down to the words: the frames' maps come in another order every time
            let key = |p: &Predicate| (std::cmp::Reverse(weight(p)), frames[p.frame].id.as_str(), p.text.clone());
            list.sort_by(|a, b| key(a).cmp(&key(b)));
        }
        (lexicon, problems)
    }

    fn add_frame(&mut self, mut frame: Frame, file: &File, problems: &mut Vec<Problem>) {
        let mut bad =
            |what: String, remedy: &str| problems.push(bad(file, line_of(file, &frame.id, None), what, remedy));
        let Some(category) = self.ontology.category.get(&frame.event) else {
            if self.ontology.replaced && !file.added {
                return; // of PLOVER, which the folder's ontology stands instead of
            }
            return bad(format!("`{}` is no category", frame.event), "take one of those of ontology.toml");
        };
        if let Some(mode) = frame.mode.as_ref().filter(|m| !category.modes.contains_key(*m)) {
            return bad(
                format!("`{mode}` is no mode of {}", frame.event),
                "take one of those of ontology.toml, or none",
            );
        }
        if frame.verbs.keys().chain(frame.nouns.keys()).any(|text| words(text).iter().all(|w| w == "-")) {
            return bad(format!("a predicate of `{}` has no word", frame.id), "write its lemma");
        }
        if let Some(told) = frame.tells.iter().find(|c| !self.ontology.category.contains_key(*c)) {
            return bad(format!("`{told}` in `tells` is no category"), "take one of those of ontology.toml");
        }
        let known = |s: &&String| self.ontology.sectors.contains_key(*s);
        if let Some(sector) = frame.actor_sector.iter().find(|s| !known(s)) {
            return bad(format!("`{sector}` in `actor_sector` is no sector"), "take one of those of ontology.toml");
        }
        frame.inside.get_or_insert(category.inside);
        (frame.like, frame.own) = (category.like.clone(), category.own);
        let index = self.frames.len();
        for text in frame.verbs.keys() {
            let (first, rest) = verb_words(text);
            self.verbs.entry(first).or_default().push(Predicate { frame: index, text: text.clone(), rest });
        }
        for text in frame.nouns.keys() {
            let mut rest = words(text);
            let head = rest.pop().unwrap_or_default();
            self.nouns.entry(head).or_default().push(Predicate { frame: index, text: text.clone(), rest });
        }
        self.frames.push(frame);
    }

    /// Common nouns (`classes.tsv`) and given names (`given-names.tsv`) with what they name.
    fn read_nouns(&mut self, file: &File, problems: &mut Vec<Problem>) {
        let names = file.name.ends_with("given-names.tsv");
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (nouns, class) = line.split_once('\t').unwrap_or((line, ""));
            let class = match class.trim() {
                "man" => NounClass::Man,
                "woman" => NounClass::Woman,
                "person" if !names => NounClass::Person,
                "body" if !names => NounClass::Body,
                "place" if !names => NounClass::Place,
                "thing" if !names => NounClass::Thing,
                other => {
                    let what = format!("`{other}` is no class of nouns");
                    let remedy =
                        "write nouns, a tab, and man, woman, person, body, place or thing (of names: man or woman)";
                    problems.push(bad(file, number + 1, what, remedy));
                    continue;
                }
            };
            let table = if names { &mut self.sexes } else { &mut self.noun_classes };
            table.extend(nouns.split('|').map(|n| (n.trim().to_owned(), class)));
        }
    }

    /// Holidays with the rules by which they fall.
    fn read_holidays(&mut self, file: &File, problems: &mut Vec<Problem>) {
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
            let &[name, aliases, rule] = &columns[..] else {
                let what = format!("{} columns instead of 3", columns.len());
                problems.push(bad(file, number + 1, what, "write `name aliases rule` with tabs"));
                continue;
            };
            let Some(rule) = Rule::parse(rule) else {
                let what = format!("`{rule}` is no rule of a holiday");
                problems.push(bad(
                    file,
                    number + 1,
                    what,
                    "the head of lexicon/time/holidays.tsv says how to write one",
                ));
                continue;
            };
            for name in std::iter::once(name).chain(aliases.split('|')).filter(|n| !n.is_empty()) {
                let words = keys(name);
                self.holidays.retain(|h| h.words != words);
                self.holidays.push(Holiday { words, rule });
            }
        }
    }

    fn read_reporting(&mut self, file: &File, problems: &mut Vec<Problem>) {
        for (number, line) in file.text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
            match file.name.as_str() {
                "reporting/verbs.tsv" | "reporting/nouns.tsv" => match reporting(&columns) {
                    Ok((noun, entry)) if file.name == "reporting/nouns.tsv" => {
                        self.reporting_nouns.insert(noun, entry);
                    }
                    Ok((verb, entry)) => {
                        let entries = self.reporting.entry(verb).or_default();
                        entries.retain(|e| e.rest != entry.rest);
                        entries.push(entry);
                        entries.sort_by(|a, b| b.rest.len().cmp(&a.rest.len()).then_with(|| a.rest.cmp(&b.rest)));
                    }
                    Err(what) => {
                        let forces = Force::ALL.map(Force::as_str).join(", ");
                        let remedy =
                            format!("write a word, a force ({forces}) and where the content stands (that|to|obj|...)");
                        problems.push(bad(file, number + 1, what, &remedy));
                    }
                },
                "reporting/phrases.tsv" => {
                    self.source_phrases.insert(columns[0].to_owned());
                }
                "reporting/hedges.tsv" => {
                    self.hedges.insert(columns[0].to_owned());
                }
                "reporting/light_verbs.tsv" => {
                    self.light_verbs.insert(columns[0].to_owned());
                }
                "reporting/anonymous.tsv" => {
                    self.anonymous.insert(columns[0].to_lowercase());
                }
                _ => {
                    let what = "this file is none of those that are read".to_owned();
                    let remedy = "call it as one of the files that lexicon/README.md lists";
                    return problems.push(bad(file, 0, what, remedy));
                }
            }
        }
    }
}

/// What stands for all people in the list of a frame's objects.
pub(crate) const PERSON: &str = "person";

/// Puts the nouns of a set in place of its name (`@troops`); the names that mean none are returned.
fn expand(list: &mut Vec<String>, sets: &BTreeMap<String, Vec<String>>) -> Vec<String> {
    let mut unknown = Vec::new();
    if list.iter().any(|item| item.starts_with('@')) {
        for item in std::mem::take(list) {
            match item.strip_prefix('@').map(|name| sets.get(name)) {
                Some(Some(set)) => list.extend(set.iter().cloned()),
                Some(None) => unknown.push(item),
                None => list.push(item),
            }
        }
    }
    unknown
}

/// The first word of a verb's entry, and the others.
fn verb_words(text: &str) -> (String, Vec<String>) {
    let mut words = words(text);
    if words.len() > 1 && words[0] == "be" {
        words.remove(0);
    }
    words.retain(|w| w != "-");
    let rest = words.split_off(words.len().min(1));
    (words.pop().unwrap_or_default(), rest)
}

/// The line of a frame, or of one of its predicates, in its file; 0 if it is not found.
pub(crate) fn line_of(file: &File, frame: &str, predicate: Option<&str>) -> usize {
    let is = |line: &str, key: &str, value: Option<&str>| {
        let Some((left, right)) = line.split_once('=') else { return false };
        left.trim().trim_matches('"') == key && value.is_none_or(|v| right.trim().trim_matches('"') == v)
    };
    let mut lines = file.text.lines().enumerate();
    let Some((at, _)) = lines.find(|(_, line)| is(line, "id", Some(frame))) else { return 0 };
    match predicate {
        Some(predicate) => lines.find(|(_, line)| is(line, predicate, None)).map_or(0, |(at, _)| at + 1),
        None => at + 1,
    }
}

/// The lemma the model gives, and those that regular endings suggest, for rare verbs that it gets wrong.
fn verb_lemmas(lemma: &str, form: &str) -> Vec<String> {
    let form = form.to_lowercase();
    let mut all = Vec::new();
    // "raped" is of "rape", not of "rap", whose consonant would be doubled
    for ending in ["ed", "ing"] {
        all.extend(form.strip_suffix(ending).filter(|s| s.len() > 2).map(|stem| format!("{stem}e")));
    }
    all.push(lemma.to_lowercase());
    for (ending, with) in [
        ("ies", "y"),
        ("ied", "y"),
        ("es", ""),
        ("es", "e"),
        ("s", ""),
        ("ed", ""),
        ("ed", "e"),
        ("ing", ""),
        ("ing", "e"),
    ] {
        if let Some(stem) = form.strip_suffix(ending).filter(|s| s.len() > 2) {
            all.push(format!("{stem}{with}"));
            let mut doubled = stem.chars().rev();
            if with.is_empty()
                && ending.len() > 1
                && let (Some(a), Some(b)) = (doubled.next(), doubled.next())
                && a == b
            {
                all.push(stem[..stem.len() - a.len_utf8()].to_owned());
            }
        }
    }
    all.push(form);
    all.dedup();
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn added(name: &str, text: &str) -> Vec<String> {
        let mut files = LexiconFiles::built_in();
        files.files.push(File { name: name.to_owned(), text: text.to_owned(), added: true });
        let (_, problems) = Lexicon::read(&files, Index::compile(&Tables::default()));
        problems.iter().map(Problem::to_string).collect()
    }

    #[test]
    fn predicates_are_tried_in_the_same_order_every_time() {
        let order = |lexicon: &Lexicon| {
            let mut all: Vec<(String, Vec<String>)> = lexicon
                .verbs
                .iter()
                .chain(&lexicon.nouns)
                .map(|(lemma, list)| (lemma.clone(), list.iter().map(|p| format!("{}:{}", p.frame, p.text)).collect()))
                .collect();
            all.sort();
            all
        };
        assert_eq!(order(&Lexicon::embedded()), order(&Lexicon::embedded()));
    }

    #[test]
    fn every_category_has_a_frame_and_every_predicate_an_example() {
        let lexicon = Lexicon::embedded();
        for category in lexicon.ontology.category.keys() {
            assert!(lexicon.frames.iter().any(|f| f.event == *category), "no frame for {category}");
        }
        for frame in lexicon.frames() {
            for (predicate, examples) in frame.verbs.iter().chain(&frame.nouns) {
                assert!(!examples.is_empty(), "{}: `{predicate}` has no example", frame.id);
            }
        }
    }

    #[test]
    fn every_code_has_an_example() {
        let lexicon = Lexicon::embedded();
        let of_frames: HashSet<&str> = lexicon.frames().iter().filter_map(|f| f.cameo.as_deref()).collect();
        for rule in &lexicon.codes.rules {
            let mut same = lexicon.codes.rules.iter().filter(|other| other.code == rule.code);
            let shown = of_frames.contains(rule.code.as_str()) || same.any(|other| !other.examples.is_empty());
            assert!(shown, "{} has no example", rule.code);
        }
    }

    #[test]
    fn sets_stand_for_their_nouns() {
        let frame = "[[frame]]\nid = \"my.frame\"\nevent = \"ACCUSE\"\nobject = [\"@fish\"]\nverbs = {}\n";
        assert_eq!(added("events/my.toml", &format!("sets.fish = [\"cod\"]\n{frame}")), [""; 0]);
        let unknown = added("events/my.toml", frame);
        assert_eq!(unknown.len(), 1);
        assert!(unknown[0].contains("line 2: `@fish` is no set of nouns; take one of"), "{unknown:?}");
        let mut list = vec!["@fish".to_owned(), "crab".to_owned()];
        assert_eq!(expand(&mut list, &BTreeMap::from([("fish".to_owned(), vec!["cod".to_owned()])])), [""; 0]);
        assert_eq!(list, ["cod", "crab"]);
    }

    #[test]
    fn errors_name_file_line_and_remedy() {
        let frame = |rest: &str| added("events/my.toml", &format!("# mine\n[[frame]]\nid = \"my.frame\"\n{rest}"));
        assert_eq!(
            frame("event = \"GRUMBLE\"\n"),
            ["events/my.toml, line 3: `GRUMBLE` is no category; take one of those of ontology.toml"]
        );
        assert!(
            frame("event = \"ACCUSE\"\nmode = \"loudly\"\n")[0].contains("line 3: `loudly` is no mode of ACCUSE; take")
        );
        let key = frame("event = \"ACCUSE\"\ncode = \"112\"\n");
        assert!(key[0].starts_with("events/my.toml, line 5: unknown field `code`"), "{key:?}");
        assert_eq!(frame("event = \"ACCUSE\"\nverbs = {}\n"), [""; 0]);
        assert!(
            added("reporting/verbs.tsv", "mumble\tperhaps\tthat\n")[0].contains("line 1: `perhaps` is no force of")
        );
        assert!(added("stories/a.tsv", "x\n")[0].contains("in none of the folders that are read; put it where"));
    }
}
