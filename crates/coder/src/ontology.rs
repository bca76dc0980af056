//! The ontology: the categories of events with what follows from each, contexts, and the sectors of actors, from `ontology.toml`. That of a folder of
//! one's own stands beside the built-in one (PLOVER) or, with `replace = true`, instead of it.

use crate::lexicon::{bad, bad_toml};
use polybius_actors::{File, Problem};
use serde::Deserialize;
use std::collections::{BTreeMap, HashMap};

/// A category of events.
#[derive(Clone, Debug)]
pub(crate) struct Category {
    pub(crate) quad: String,
    pub(crate) score: f64,
    pub(crate) modes: BTreeMap<String, f64>,
    /// The built-in category whose grammar it shares: itself for those of PLOVER, empty for none.
    pub(crate) like: String,
    /// Is it one of a folder's, beside those of PLOVER?
    pub(crate) own: bool,
    pub(crate) future: Option<Becomes>,
    pub(crate) announced: Option<Becomes>,
    pub(crate) refused: Option<Becomes>,
    /// Does it do harm to its recipient?
    pub(crate) harms: bool,
    /// Are its words seldom meant figuratively?
    pub(crate) literal: bool,
    /// What happens to events inside a complement clause of its frames.
    pub(crate) inside: Inside,
    /// The sector by which a country does it of which nothing more is said.
    pub(crate) acts_by: String,
}

/// What an event is coded as where it is not simply told as having happened.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Becomes {
    pub(crate) event: String,
    #[serde(default)]
    pub(crate) mode: Option<String>,
    #[serde(default)]
    pub(crate) cameo: Option<String>,
    /// Its mode where that follows from the mode of what becomes it ("would arrest" threatens arrest).
    #[serde(default)]
    modes: BTreeMap<String, String>,
}

impl Becomes {
    /// The mode of what an event of this mode becomes.
    pub(crate) fn mode_of(&self, mode: Option<&str>) -> Option<String> {
        mode.and_then(|m| self.modes.get(m)).or(self.mode.as_ref()).cloned()
    }
}

/// What happens to events inside a frame's complement clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Inside {
    Drop,
    Keep,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OntologyFile {
    #[serde(default)]
    replace: bool,
    #[serde(default)]
    category: BTreeMap<String, Entry>,
    #[serde(default)]
    contexts: Vec<String>,
    #[serde(default)]
    sectors: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    quad: Option<String>,
    score: Option<f64>,
    #[serde(default)]
    modes: BTreeMap<String, f64>,
    like: Option<String>,
    future: Option<Becomes>,
    announced: Option<Becomes>,
    refused: Option<Becomes>,
    literal: Option<bool>,
    inside: Option<Inside>,
    acts_by: Option<String>,
}

impl Entry {
    /// What the entry leaves out is that of the category it is `like`.
    fn resolve(self, name: &str, model: Option<&Category>, own: bool) -> Option<Category> {
        Some(Category {
            quad: self.quad.or_else(|| model.map(|m| m.quad.clone()))?,
            score: self.score.or_else(|| model.map(|m| m.score)).unwrap_or(0.0),
            modes: self.modes,
            like: if own { self.like.unwrap_or_default() } else { name.to_owned() },
            own,
            harms: self.announced.is_some() || model.is_some_and(|m| m.harms),
            future: self.future,
            announced: self.announced,
            refused: self.refused,
            literal: self.literal.unwrap_or_else(|| model.is_some_and(|m| m.literal)),
            inside: self.inside.or_else(|| model.map(|m| m.inside)).unwrap_or(Inside::Keep),
            acts_by: self.acts_by.or_else(|| model.map(|m| m.acts_by.clone())).unwrap_or_else(|| "GOV".to_owned()),
        })
    }
}

/// Categories, contexts and sectors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Ontology {
    pub(crate) category: HashMap<String, Category>,
    pub(crate) sectors: BTreeMap<String, String>,
    /// Contexts, in the order in which events name them.
    pub(crate) contexts: Vec<String>,
    /// Does it stand instead of PLOVER?
    pub(crate) replaced: bool,
}

impl Ontology {
    /// Does the category tell of words rather than deeds?
    pub(crate) fn is_verbal(&self, category: &str) -> bool {
        self.category.get(category).is_some_and(|c| c.quad.starts_with("verbal"))
    }

    /// Reads the built-in `ontology.toml` and then the folder's, if there is one. What has errors is left out; the problems say why.
    pub(crate) fn read(files: &[File], problems: &mut Vec<Problem>) -> Self {
        let mut ontology = Ontology::default();
        let mut built_in = HashMap::new();
        for file in files.iter().filter(|f| f.name == "ontology.toml") {
            let read: OntologyFile = match toml::from_str(&file.text) {
                Ok(read) => read,
                Err(error) => {
                    problems.push(bad_toml(file, &error));
                    continue;
                }
            };
            if read.replace {
                ontology.category.clear();
                ontology.replaced = true;
                if !read.contexts.is_empty() {
                    ontology.contexts.clear();
                }
            }
            for context in read.contexts {
                if !ontology.contexts.contains(&context) {
                    ontology.contexts.push(context);
                }
            }
            for (name, entry) in read.category {
                let own = file.added && !built_in.contains_key(&name);
                let line = line_of(file, &name);
                let model = entry.like.as_ref().and_then(|like| built_in.get(like));
                if let (Some(like), None) = (&entry.like, model) {
                    let what = format!("`{like}`, which `{name}` is said to be like, is no category of PLOVER");
                    problems.push(bad(
                        file,
                        line,
                        what,
                        "take one of those of lexicon/ontology.toml, or leave `like` out",
                    ));
                    continue;
                }
                match entry.resolve(&name, model, own) {
                    Some(category) => {
                        ontology.category.insert(name, category);
                    }
                    None => problems.push(bad(
                        file,
                        line,
                        format!("the category `{name}` has no `quad`"),
                        "write one (\"verbal cooperation\", \"material cooperation\", \"verbal conflict\", \"material conflict\"), or \
                         `like` with a PLOVER category",
                    )),
                }
            }
            ontology.sectors.extend(read.sectors);
            if !file.added {
                built_in = ontology.category.clone();
            }
            ontology.check(file, problems);
        }
        ontology
    }

    /// Takes out what leads to categories or modes that do not exist.
    fn check(&mut self, file: &File, problems: &mut Vec<Problem>) {
        let modes: HashMap<String, Vec<String>> =
            self.category.iter().map(|(name, c)| (name.clone(), c.modes.keys().cloned().collect())).collect();
        let mut names: Vec<String> = modes.keys().cloned().collect();
        names.sort();
        for name in names {
            let Some(category) = self.category.get_mut(&name) else { continue };
            for (field, becomes) in [
                ("future", &mut category.future),
                ("announced", &mut category.announced),
                ("refused", &mut category.refused),
            ] {
                let wrong = becomes.as_ref().and_then(|b| match (modes.get(&b.event), &b.mode) {
                    (None, _) => Some(format!("`{}` is no category", b.event)),
                    (Some(modes), Some(mode)) if !modes.contains(mode) => {
                        Some(format!("`{mode}` is no mode of {}", b.event))
                    }
                    _ => None,
                });
                if let Some(wrong) = wrong {
                    let what = format!("`{field}` of `{name}`: {wrong}");
                    problems.push(bad(file, line_of(file, &name), what, "take one that this file or PLOVER has"));
                    *becomes = None;
                }
            }
        }
    }
}

/// The line where a category begins; 0 if it is not found.
fn line_of(file: &File, category: &str) -> usize {
    let head = format!("[category.{category}");
    file.text.lines().position(|line| line.trim_start().starts_with(&head)).map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::LexiconFiles;

    fn with(text: &str) -> (Ontology, Vec<String>) {
        let mut files = LexiconFiles::built_in().files;
        files.push(File { name: "ontology.toml".to_owned(), text: text.to_owned(), added: true });
        let mut problems = Vec::new();
        let ontology = Ontology::read(&files, &mut problems);
        (ontology, problems.iter().map(Problem::to_string).collect())
    }

    #[test]
    fn a_category_takes_what_it_leaves_out_from_the_one_it_is_like() {
        let (ontology, problems) = with("[category.ATTACK_ON_VOTERS]\nlike = \"ASSAULT\"\nscore = -9.5\n");
        assert_eq!(problems, [""; 0]);
        let category = &ontology.category["ATTACK_ON_VOTERS"];
        assert_eq!((category.quad.as_str(), category.score), ("material conflict", -9.5));
        assert!(category.own && category.harms && category.announced.is_none());
        assert_eq!(category.acts_by, "MIL");
        assert!(ontology.category.contains_key("ASSAULT") && !ontology.category["ASSAULT"].own);
    }

    #[test]
    fn an_ontology_can_stand_instead_of_plover() {
        let (ontology, problems) = with("replace = true\n[category.VOTE]\nquad = \"verbal cooperation\"\n");
        assert_eq!(problems, [""; 0]);
        assert_eq!(ontology.category.keys().collect::<Vec<_>>(), ["VOTE"]);
        assert!(ontology.sectors.contains_key("GOV"));
    }

    #[test]
    fn errors_name_the_line_and_the_remedy() {
        let first = |text: &str| with(text).1.first().cloned().unwrap_or_default();
        assert!(
            first("\n[category.VOTE]\nscore = 1.0\n")
                .starts_with("ontology.toml, line 2: the category `VOTE` has no `quad`; write")
        );
        assert!(
            first("[category.VOTE]\nlike = \"BALLOT\"\n").contains("line 1: `BALLOT`, which `VOTE` is said to be like")
        );
        let becomes = "[category.VOTE]\nlike = \"AID\"\nfuture = { event = \"PROMISE\" }\n";
        assert!(first(becomes).contains("line 1: `future` of `VOTE`: `PROMISE` is no category; take"));
        let gone = "replace = true\n[category.VOTE]\nlike = \"AID\"\nannounced = { event = \"THREATEN\" }\n";
        assert!(first(gone).contains("`THREATEN` is no category"));
        assert!(first("[category.VOTE]\ncolour = \"red\"\n").contains("line 2: unknown field `colour`"));
    }
}
