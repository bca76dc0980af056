//! What the coder knows: actors, roles, event frames, reporting verbs and the ontology, read from `lexicon/`.
//! `lexicon/README.md` describes the files.

use jiff::civil::Date;
use serde::Deserialize;
use std::collections::{HashMap, HashSet};
use std::path::Path;
use thiserror::Error;

include!(concat!(env!("OUT_DIR"), "/lexicon_files.rs"));

/// What is wrong with a lexicon file, where, and what to do.
#[derive(Debug, Error)]
pub enum LexiconError {
    /// The file cannot be read.
    #[error("{file}: {source}")]
    Io {
        /// The file.
        file: String,
        /// Why not.
        source: std::io::Error,
    },
    /// A line breaks the format.
    #[error("{file}, line {line}: {what}")]
    Line {
        /// The file.
        file: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong and what is needed.
        what: String,
    },
    /// A TOML file breaks the format.
    #[error("{file}: {what}")]
    File {
        /// The file.
        file: String,
        /// What is wrong and what is needed.
        what: String,
    },
}

/// How a country is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    Name,
    Demonym,
    Capital,
    Metonym,
    Place,
}

/// A span of time in which a code holds; open ends are `None`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tenure {
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
}

impl Tenure {
    pub(crate) fn holds(&self, day: Date) -> bool {
        self.from.is_none_or(|f| f <= day) && self.to.is_none_or(|t| day <= t)
    }
}

/// One meaning of a name.
#[derive(Clone, Debug)]
pub(crate) enum Named {
    Country { code: String, naming: Naming },
    Person { name: String, country: String, sector: String, office: String, tenure: Tenure },
    Group { name: String, country: String, sector: String, tenure: Tenure },
}

/// What kind of thing a role noun is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoleKind {
    Person,
    Group,
    Body,
    Modifier,
}

/// A role noun or modifier with its sector.
#[derive(Clone, Debug)]
pub(crate) struct RoleTerm {
    pub(crate) sector: String,
    pub(crate) kind: RoleKind,
}

/// What a reporting verb says of the truth of what it reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Force {
    Assert,
    Belief,
    Fear,
    Expect,
    Deny,
}

/// A category of the ontology.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Category {
    pub(crate) quad: String,
    pub(crate) score: f64,
    #[serde(default)]
    pub(crate) future: Option<String>,
    #[serde(default)]
    pub(crate) modes: HashMap<String, f64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Ontology {
    pub(crate) category: HashMap<String, Category>,
    pub(crate) sectors: HashMap<String, String>,
}

impl Ontology {
    /// Does the category tell of words rather than deeds?
    pub(crate) fn is_verbal(&self, category: &str) -> bool {
        self.category.get(category).is_some_and(|c| c.quad.starts_with("verbal"))
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

/// What happens to events inside a frame's complement clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Inside {
    Drop,
    Keep,
}

/// One meaning: a category and where its participants stand. See `lexicon/README.md`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Frame {
    /// Unique name.
    pub id: String,
    /// PLOVER category.
    pub event: String,
    /// PLOVER mode.
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
    pub(crate) object: Vec<String>,
    #[serde(default)]
    pub(crate) not_object: Vec<String>,
    #[serde(default)]
    pub(crate) with_prep: Vec<String>,
    #[serde(default)]
    pub(crate) modal: Vec<String>,
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

impl Frame {
    pub(crate) fn inside(&self) -> Inside {
        self.inside.unwrap_or(match self.event.as_str() {
            "REQUEST" | "AGREE" | "REJECT" | "THREATEN" | "CONCEDE" | "SUPPORT" => Inside::Drop,
            _ => Inside::Keep,
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FrameFile {
    #[serde(default)]
    frame: Vec<Frame>,
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

/// The words of a name after its first, and what the name may mean.
type Continuation = (Vec<String>, Vec<Named>);

/// Everything the coder knows. Immutable once loaded.
#[derive(Debug, Default)]
pub struct Lexicon {
    /// Names by their first token: the further tokens and the meanings, longest first.
    pub(crate) names: HashMap<String, Vec<Continuation>>,
    /// Last names of people in the lexicon: the full names they may stand for.
    pub(crate) last_names: HashMap<String, Vec<Named>>,
    pub(crate) roles: HashMap<String, Vec<RoleTerm>>,
    /// The most words a role term has.
    pub(crate) longest_role: usize,
    pub(crate) frames: Vec<Frame>,
    pub(crate) verbs: HashMap<String, Vec<Predicate>>,
    pub(crate) nouns: HashMap<String, Vec<Predicate>>,
    pub(crate) reporting: HashMap<String, Force>,
    pub(crate) anonymous: HashSet<String>,
    pub(crate) light_verbs: HashSet<String>,
    pub(crate) ontology: Ontology,
}

/// The key under which a token of a name is looked up: no diacritics, no dots inside ("U.N." = "UN"), straight quotes.
pub(crate) fn key(token: &str) -> String {
    use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};
    if token.is_ascii() && !token.contains('.') {
        return token.to_owned();
    }
    let plain: String = token.nfd().filter(|c| !is_combining_mark(*c)).collect();
    plain.replace('’', "'").replace('.', "").replace('ı', "i").replace('ø', "o").replace('ł', "l")
}

/// A name's tokens, as the segmenter cuts them, as keys.
pub(crate) fn keys(name: &str) -> Vec<String> {
    let span = polybius_text::Span::new(0, name.len());
    polybius_text::tokens(name, span).iter().map(|t| key(t.span.of(name))).filter(|k| !k.is_empty()).collect()
}

fn words(phrase: &str) -> Vec<String> {
    keys(phrase).into_iter().map(|w| w.to_lowercase()).collect()
}

impl Lexicon {
    /// The lexicon that ships with Polybius.
    ///
    /// # Panics
    /// Never in a binary whose tests passed: they load it.
    pub fn embedded() -> Self {
        Lexicon::from_files(FILES.iter().map(|(n, c)| ((*n).to_owned(), (*c).to_owned())).collect())
            .unwrap_or_else(|e| panic!("the built-in lexicon: {e}"))
    }

    /// The built-in lexicon with the files of `folder` (laid out like `lexicon/`) added: frames of the same `id` and names of the
    /// same spelling replace the built-in ones.
    pub fn with_folder(folder: &Path) -> Result<Self, LexiconError> {
        let mut files: Vec<(String, String)> = FILES.iter().map(|(n, c)| ((*n).to_owned(), (*c).to_owned())).collect();
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
                    added.push((name, text));
                }
            }
        }
        added.sort();
        if added.is_empty() {
            return Err(LexiconError::File {
                file: folder.display().to_string(),
                what: "no .tsv or .toml file is in this folder; lay it out like lexicon/ (actors/, events/, ...)"
                    .to_owned(),
            });
        }
        files.extend(added);
        Lexicon::from_files(files)
    }

    /// All event frames.
    pub fn frames(&self) -> &[Frame] {
        &self.frames
    }

    /// Number of names (spellings), role terms, frames and predicates, in this order.
    pub fn counts(&self) -> [usize; 4] {
        [
            self.names.values().map(Vec::len).sum(),
            self.roles.values().map(Vec::len).sum(),
            self.frames.len(),
            self.frames.iter().map(|f| f.verbs.len() + f.nouns.len()).sum(),
        ]
    }

    /// The lemma of a verb form as this lexicon knows it: the model's, or one that regular endings suggest, for rare verbs that
    /// the model gets wrong ("carri", "reassur"). `None` if no verb of the lexicon fits.
    pub(crate) fn verb_lemma(&self, lemma: &str, form: &str) -> Option<String> {
        let known =
            |l: &String| self.verbs.contains_key(l) || self.reporting.contains_key(l) || self.light_verbs.contains(l);
        verb_lemmas(lemma, form).into_iter().find(known)
    }

    fn from_files(files: Vec<(String, String)>) -> Result<Self, LexiconError> {
        let mut lexicon = Lexicon::default();
        let mut frames: Vec<Frame> = Vec::new();
        for (file, text) in &files {
            let bad = |what: String| LexiconError::File { file: file.clone(), what };
            if file == "ontology.toml" {
                lexicon.ontology = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
            } else if file.starts_with("events/") && file.ends_with(".toml") {
                let read: FrameFile = toml::from_str(text).map_err(|e| bad(e.to_string()))?;
                for frame in read.frame {
                    frames.retain(|f| f.id != frame.id);
                    frames.push(frame);
                }
            } else if file.ends_with(".tsv") {
                lexicon.read_table(file, text)?;
            }
        }
        for frame in frames {
            lexicon.add_frame(frame)?;
        }
        for entries in lexicon.names.values_mut() {
            entries.sort_by(|a, b| b.0.len().cmp(&a.0.len()).then_with(|| a.0.cmp(&b.0)));
        }
        for list in lexicon.verbs.values_mut().chain(lexicon.nouns.values_mut()) {
            // the more a predicate asks for, the earlier it is tried
            let frames = &lexicon.frames;
            let weight = |p: &Predicate| {
                let f = &frames[p.frame];
                p.rest.len() * 10
                    + usize::from(!f.object.is_empty()) * 5
                    + usize::from(!f.tells.is_empty()) * 5
                    + usize::from(!f.actor_sector.is_empty()) * 5
                    + usize::from(!f.verb.is_empty()) * 5
                    + usize::from(!f.with_prep.is_empty()) * 3
                    + usize::from(f.complement.is_some() || !f.modal.is_empty()) * 2
                    + usize::from(!f.not_object.is_empty())
            };
            // down to the words: the frames' maps come in another order every time
            let key = |p: &Predicate| (std::cmp::Reverse(weight(p)), frames[p.frame].id.as_str(), p.text.clone());
            list.sort_by(|a, b| key(a).cmp(&key(b)));
        }
        Ok(lexicon)
    }

    fn add_frame(&mut self, frame: Frame) -> Result<(), LexiconError> {
        let bad = |what: String| LexiconError::File { file: format!("events/, frame `{}`", frame.id), what };
        let Some(category) = self.ontology.category.get(&frame.event) else {
            return Err(bad(format!("`{}` is not a category of ontology.toml", frame.event)));
        };
        if let Some(mode) = frame.mode.as_ref().filter(|m| !category.modes.contains_key(*m)) {
            return Err(bad(format!("`{mode}` is not a mode of {}", frame.event)));
        }
        if let Some(told) = frame.tells.iter().find(|c| !self.ontology.category.contains_key(*c)) {
            return Err(bad(format!("`{told}` in `tells` is not a category of ontology.toml")));
        }
        let known = |s: &&String| self.ontology.sectors.contains_key(*s);
        if let Some(sector) = frame.actor_sector.iter().find(|s| !known(s)) {
            return Err(bad(format!("`{sector}` in `actor_sector` is not a sector of ontology.toml")));
        }
        let index = self.frames.len();
        for text in frame.verbs.keys() {
            let mut words = words(text);
            if words.len() > 1 && words[0] == "be" {
                words.remove(0);
            }
            words.retain(|w| w != "-");
            if words.is_empty() {
                return Err(bad(format!("the verb `{text}` has no word")));
            }
            let rest = words.split_off(1);
            self.verbs.entry(words.remove(0)).or_default().push(Predicate { frame: index, text: text.clone(), rest });
        }
        for text in frame.nouns.keys() {
            let mut rest = words(text);
            let Some(head) = rest.pop() else { return Err(bad(format!("the noun `{text}` has no word"))) };
            self.nouns.entry(head).or_default().push(Predicate { frame: index, text: text.clone(), rest });
        }
        self.frames.push(frame);
        Ok(())
    }

    fn read_table(&mut self, file: &str, text: &str) -> Result<(), LexiconError> {
        // names that this file has set; an earlier file's meaning of a name is replaced, this file's own are added to
        let mut own: HashSet<Vec<String>> = HashSet::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_end_matches('\r');
            if line.trim().is_empty() || line.starts_with('#') {
                continue;
            }
            let bad = |what: String| LexiconError::Line { file: file.to_owned(), line: number + 1, what };
            let columns: Vec<&str> = line.split('\t').map(str::trim).collect();
            let wrong = |names: &str| {
                bad(format!("the columns `{names}` separated by tabs are needed, this line has {}", columns.len()))
            };
            let parts = |column: &str| {
                column.split('|').map(str::trim).filter(|p| !p.is_empty()).map(str::to_owned).collect::<Vec<_>>()
            };
            let date = |text: &str, end: bool| {
                parse_date(text, end)
                    .map_err(|()| bad(format!("`{text}` is not a date; write YYYY, YYYY-MM or YYYY-MM-DD")))
            };
            let topic = file.rsplit_once('/').map_or(file, |(folder, _)| folder);
            match (topic, file) {
                ("reporting", f) if f.ends_with("verbs.tsv") && !f.contains("light") => {
                    let [verb, force] = columns[..] else { return Err(wrong("verb force")) };
                    let force = match force {
                        "assert" => Force::Assert,
                        "belief" => Force::Belief,
                        "fear" => Force::Fear,
                        "expect" => Force::Expect,
                        "deny" => Force::Deny,
                        other => return Err(bad(format!("`{other}` is none of assert, belief, fear, expect, deny"))),
                    };
                    self.reporting.insert(verb.to_owned(), force);
                }
                ("reporting", f) if f.contains("light") => {
                    self.light_verbs.insert(columns[0].to_owned());
                }
                ("reporting", _) => {
                    self.anonymous.insert(columns[0].to_lowercase());
                }
                (t, _) if t.ends_with("actors/roles") => {
                    let [term, sector, kind] = columns[..] else { return Err(wrong("term sector kind")) };
                    let kind = match kind {
                        "person" => RoleKind::Person,
                        "group" => RoleKind::Group,
                        "body" => RoleKind::Body,
                        "modifier" => RoleKind::Modifier,
                        other => return Err(bad(format!("`{other}` is none of person, group, body, modifier"))),
                    };
                    if !self.ontology.sectors.contains_key(sector) && !self.ontology.sectors.is_empty() {
                        return Err(bad(format!("`{sector}` is not a sector of ontology.toml")));
                    }
                    let words = words(term);
                    self.longest_role = self.longest_role.max(words.len());
                    self.roles.entry(words.join(" ")).or_default().push(RoleTerm { sector: sector.to_owned(), kind });
                }
                (_, f) if f.contains("countries") => {
                    let [code, _, name, aliases, demonyms, capital, metonyms, places] = columns[..] else {
                        return Err(wrong("code alpha2 name aliases demonyms capital metonyms places"));
                    };
                    let mut add = |name: &str, naming| {
                        self.add_name(&mut own, name, Named::Country { code: code.to_owned(), naming });
                    };
                    add(name, Naming::Name);
                    parts(aliases).iter().for_each(|n| add(n, Naming::Name));
                    for d in parts(demonyms) {
                        add(&d, Naming::Demonym);
                        if !d.ends_with("ese")
                            && !d.ends_with("sh")
                            && !d.ends_with("ch")
                            && !d.ends_with('s')
                            && !d.ends_with("men")
                        {
                            add(&format!("{d}s"), Naming::Demonym);
                        }
                    }
                    parts(capital).iter().for_each(|n| add(n, Naming::Capital));
                    parts(metonyms).iter().for_each(|n| add(n, Naming::Metonym));
                    parts(places).iter().for_each(|n| add(n, Naming::Place));
                }
                (_, f) if f.contains("people") => {
                    let [name, aliases, country, sector, office, from, to] = columns[..] else {
                        return Err(wrong("name aliases country sector office from to"));
                    };
                    let person = Named::Person {
                        name: name.to_owned(),
                        country: country.to_owned(),
                        sector: sector.to_owned(),
                        office: office.to_owned(),
                        tenure: Tenure { from: date(from, false)?, to: date(to, true)? },
                    };
                    for n in [name.to_owned()].into_iter().chain(parts(aliases)) {
                        self.add_name(&mut own, &n, person.clone());
                    }
                    let keys = keys(name);
                    if let (true, Some(last)) = (keys.len() > 1, keys.last()) {
                        // "Bashar al-Assad" is "Assad" for short
                        if let Some(short) = last.strip_prefix("al-").or_else(|| last.strip_prefix("el-")) {
                            self.last_names.entry(short.to_owned()).or_default().push(person.clone());
                        }
                        self.last_names.entry(last.clone()).or_default().push(person);
                    }
                }
                (t, _) if t.ends_with("actors/groups") => {
                    let [name, aliases, country, sector, from, to] = columns[..] else {
                        return Err(wrong("name aliases country sector from to"));
                    };
                    let group = Named::Group {
                        name: name.to_owned(),
                        country: country.to_owned(),
                        sector: sector.to_owned(),
                        tenure: Tenure { from: date(from, false)?, to: date(to, true)? },
                    };
                    for n in [name.to_owned()].into_iter().chain(parts(aliases)) {
                        self.add_name(&mut own, &n, group.clone());
                    }
                }
                _ => {
                    return Err(bad("this file is in none of the folders that lexicon/README.md describes".to_owned()));
                }
            }
        }
        Ok(())
    }

    fn add_name(&mut self, own: &mut HashSet<Vec<String>>, name: &str, meaning: Named) {
        let mut keys = keys(name);
        if keys.first().is_some_and(|k| k == "the" || k == "The") {
            keys.remove(0);
        }
        if keys.is_empty() {
            return;
        }
        let fresh = own.insert(keys.clone());
        let first = keys.remove(0);
        let entries = self.names.entry(first).or_default();
        match entries.iter_mut().find(|(rest, _)| *rest == keys) {
            // groups and people that share a spelling with a country in another file are told apart by date and context
            Some((_, meanings)) if fresh && same_kind(&meanings[0], &meaning) => *meanings = vec![meaning],
            Some((_, meanings)) => meanings.push(meaning),
            None => entries.push((keys, vec![meaning])),
        }
    }
}

fn same_kind(a: &Named, b: &Named) -> bool {
    matches!((a, b), (Named::Person { name: x, .. }, Named::Person { name: y, .. }) if x == y)
        || matches!((a, b), (Named::Group { .. }, Named::Group { .. }))
}

/// A date of the lexicon; a year or month alone is its first day, or its last if `end`. Empty is open.
fn parse_date(text: &str, end: bool) -> Result<Option<Date>, ()> {
    if text.is_empty() || text == "-" {
        return Ok(None);
    }
    let mut parts = text.split('-');
    let mut next = || parts.next().map(str::parse::<i16>).transpose().map_err(|_| ());
    let (year, month, day) = (next()?.ok_or(())?, next()?, next()?);
    let first = Date::new(year, month.unwrap_or(if end { 12 } else { 1 }) as i8, 1).map_err(|_| ())?;
    match day {
        Some(day) => Date::new(year, first.month(), day as i8).map(Some).map_err(|_| ()),
        None if end => Ok(Some(first.last_of_month())),
        None => Ok(Some(first)),
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
    fn the_built_in_lexicon_loads_and_covers_what_it_promises() {
        let lexicon = Lexicon::embedded();
        let [names, roles, _, predicates] = lexicon.counts();
        assert!(names > 4000 && roles > 500, "{names} names, {roles} roles");
        assert!(predicates >= 600, "{predicates} predicates");
        for category in lexicon.ontology.category.keys() {
            assert!(lexicon.frames.iter().any(|f| f.event == *category), "no frame for {category}");
        }
    }

    #[test]
    fn every_predicate_has_an_example() {
        for frame in Lexicon::embedded().frames() {
            for (predicate, examples) in frame.verbs.iter().chain(&frame.nouns) {
                assert!(!examples.is_empty(), "{}: `{predicate}` has no example", frame.id);
            }
        }
    }

    #[test]
    fn dates_of_the_lexicon() {
        assert_eq!(parse_date("2004", true).unwrap(), Date::new(2004, 12, 31).ok());
        assert_eq!(parse_date("2004-02", true).unwrap(), Date::new(2004, 2, 29).ok());
        assert_eq!(parse_date("", true), Ok(None));
        assert!(parse_date("soon", false).is_err() && parse_date("2004-13", false).is_err());
    }

    #[test]
    fn errors_name_file_and_line() {
        let error =
            Lexicon::from_files(vec![("actors/groups/x.tsv".into(), "# head\nOnly one column\n".into())]).unwrap_err();
        assert!(error.to_string().starts_with("actors/groups/x.tsv, line 2:"), "{error}");
    }
}
