//! Names in a sentence: read from tags, and from the entities of a treebank.

use crate::tree::{Upos, Word};
use std::fmt;
use std::str::FromStr;

/// What a name names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NameKind {
    /// People, and peoples by their name.
    Person,
    /// Governments, companies, parties, armed groups, teams.
    Organization,
    /// Countries, towns, buildings, rivers.
    Place,
    /// Events, works, laws, products, languages and the rest; names of days and months are none.
    Other,
}

impl NameKind {
    const ALL: [NameKind; 4] = [NameKind::Person, NameKind::Organization, NameKind::Place, NameKind::Other];

    /// As tags write it.
    pub fn as_str(self) -> &'static str {
        match self {
            NameKind::Person => "person",
            NameKind::Organization => "organization",
            NameKind::Place => "place",
            NameKind::Other => "other",
        }
    }
}

impl fmt::Display for NameKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for NameKind {
    type Err = ();
    fn from_str(s: &str) -> Result<Self, ()> {
        NameKind::ALL.into_iter().find(|k| k.as_str() == s).ok_or(())
    }
}

/// A name: words `start` to `end` (exclusive) of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub struct Name {
    pub start: usize,
    pub end: usize,
    pub kind: NameKind,
}

/// Names from tags such as `B-person`, `I-person`, `O`, one a word; an `I` that continues nothing opens a name.
pub(crate) fn from_tags<'a>(tags: impl Iterator<Item = &'a str>) -> Vec<Name> {
    let mut names: Vec<Name> = Vec::new();
    for (i, tag) in tags.enumerate() {
        let Some((mark, Ok(kind))) = tag.split_once('-').map(|(m, k)| (m, k.parse::<NameKind>())) else { continue };
        match names.last_mut() {
            Some(name) if mark == "I" && name.end == i && name.kind == kind => name.end += 1,
            _ => names.push(Name { start: i, end: i + 1, kind }),
        }
    }
    names
}

/// The labels of the name tagger.
#[derive(Clone, Debug)]
pub(crate) struct Tags(Vec<Option<(Mark, NameKind)>>);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mark {
    Begin,
    Inside,
}

impl Tags {
    /// From labels such as `B-person` and `O`; the label that is none of them, or no `O` among them.
    pub(crate) fn parse(labels: &[String]) -> Result<Self, String> {
        let tags = labels.iter().map(|label| match label.split_once('-') {
            None if label == "O" => Ok(None),
            Some((mark, kind)) => match (mark, kind.parse()) {
                ("B", Ok(kind)) => Ok(Some((Mark::Begin, kind))),
                ("I", Ok(kind)) => Ok(Some((Mark::Inside, kind))),
                _ => Err(label.clone()),
            },
            None => Err(label.clone()),
        });
        let tags = tags.collect::<Result<Vec<_>, _>>()?;
        if tags.contains(&None) { Ok(Tags(tags)) } else { Err("O is missing".to_owned()) }
    }

    /// Probabilities of the labels, or `None` if the word is likelier in no name than in one.
    fn probabilities(&self, scores: &[f32]) -> Option<Vec<f32>> {
        let outside = self.0.iter().position(Option::is_none)?;
        let largest = |with_outside: bool| {
            scores
                .iter()
                .enumerate()
                .filter(|&(k, _)| with_outside || k != outside)
                .fold(f32::MIN, |m, (_, &s)| m.max(s))
        };
        // even if all others were as likely as the likeliest of them
        if scores[outside] - largest(false) >= (scores.len() as f32).ln() {
            return None;
        }
        let top = largest(true);
        let all: Vec<f32> = scores.iter().map(|s| (s - top).exp()).collect();
        let total: f32 = all.iter().sum();
        (all[outside] / total < 0.5).then(|| all.iter().map(|p| p / total).collect())
    }

    /// The names of one sentence, from the tagger's scores and the tree: runs of words that are likelier in a name than not, cut before
    /// a beginning that the tree does not tie to the run, and without small words at their ends; the kind is the likeliest over all words.
    /// The Python twin is `joined_names` in `training/polybius_training/train.py`.
    pub(crate) fn names<'a>(&self, scores: impl Fn(usize) -> &'a [f32], words: &[Word]) -> Vec<Name> {
        let mut names = Vec::new();
        let mut run: Vec<(usize, Vec<f32>)> = Vec::new();
        for (i, word) in words.iter().enumerate() {
            let Some(probabilities) = self.probabilities(scores(i)) else {
                names.extend(self.close(&mut run, words));
                continue;
            };
            let share = |mark: Mark| -> f32 {
                let of_mark = self.0.iter().zip(&probabilities).filter(|(t, _)| t.is_some_and(|t| t.0 == mark));
                of_mark.map(|(_, p)| p).sum()
            };
            // to a word of the run, or with one to a word behind them
            let tied = run.iter().any(|&(j, _)| {
                word.head == Some(j) || words[j].head == Some(i) || word.head == words[j].head && word.head > Some(i)
            });
            if share(Mark::Begin) > share(Mark::Inside) && !tied {
                names.extend(self.close(&mut run, words));
            }
            run.push((i, probabilities));
        }
        names.extend(self.close(&mut run, words));
        names
    }

    fn close(&self, run: &mut Vec<(usize, Vec<f32>)>, words: &[Word]) -> Option<Name> {
        let small =
            |&(i, _): &(usize, Vec<f32>)| matches!(words[i].upos, Upos::Adp | Upos::Det | Upos::Punct | Upos::Cconj);
        let start = run.iter().position(|w| !small(w));
        let end = run.iter().rposition(|w| !small(w));
        let name = start.zip(end).map(|(start, end)| {
            let kept = &run[start..=end];
            let weight = |kind: NameKind| -> f32 {
                let of_kind = |p: &[f32]| -> f32 {
                    self.0.iter().zip(p).filter(|(t, _)| t.is_some_and(|t| t.1 == kind)).map(|(_, p)| p).sum()
                };
                kept.iter().map(|(_, p)| of_kind(p)).sum()
            };
            let kind = NameKind::ALL.into_iter().max_by(|&a, &b| weight(a).total_cmp(&weight(b)));
            Name { start: run[start].0, end: run[end].0 + 1, kind: kind.unwrap_or(NameKind::Other) }
        });
        run.clear();
        name
    }
}

/// Small words inside names.
const LINKS: [&str; 16] =
    ["de", "del", "da", "di", "la", "al", "el", "bin", "van", "von", "der", "-", "–", "&", "/", "."];
/// More of them, inside names of anything but people.
const LINKS_OF_BODIES: [&str; 3] = ["of", "the", "for"];

/// Names from the `Entity` attributes of GUM (<https://wiki.gucorpling.org/gum/entities>), one a word: a mention whose head is a proper
/// noun, cut down to the run of capitalized words around that head, with small words of names, hyphens and figures between them ("of",
/// "the" and "for" only if it is no person: "Bank of England" is one name, "President of Mexico" two). Longer names go first, none
/// overlap. The Python twin is `names` in `training/polybius_training/conllu.py`.
pub(crate) fn from_entities(words: &[Word], entities: &[String]) -> Vec<Name> {
    let decimal = |i: usize| words[i].form.chars().all(|c| c.is_ascii_digit());
    let capital = |i: usize| {
        words[i].upos == Upos::Propn
            || (words[i].form.starts_with(char::is_uppercase)
                && matches!(words[i].upos, Upos::Adj | Upos::Noun | Upos::Verb | Upos::Adv | Upos::Num | Upos::X))
    };
    let link = |i: usize, kind: NameKind| {
        let form = words[i].form.to_lowercase();
        LINKS.contains(&form.as_str())
            || decimal(i)
            || kind != NameKind::Person && LINKS_OF_BODIES.contains(&form.as_str())
    };
    let mut found: Vec<Name> = Vec::new();
    for Mention { start, end, kind, .. } in mentions(entities) {
        let kind = match kind.as_str() {
            "time" => continue,
            kind => kind.parse().unwrap_or(NameKind::Other),
        };
        let link = |i: usize| link(i, kind);
        let inside = |h: usize| (start..end).contains(&h);
        let Some(head) =
            (start..end).filter(|&i| !words[i].head.is_some_and(inside)).find(|&i| words[i].upos == Upos::Propn)
        else {
            continue;
        };
        let (mut first, mut last) = (head, head + 1);
        while let Some(at) = (start..first).rev().find(|&i| i == start || !link(i)) {
            if !capital(at) {
                break;
            }
            first = at;
        }
        while let Some(at) = (last..end).find(|&i| i == end - 1 || !link(i)) {
            if !(capital(at) || (decimal(at) && at == last)) {
                break;
            }
            last = at + 1;
        }
        found.push(Name { start: first, end: last, kind });
    }
    found.sort_by_key(|n| (usize::MAX - (n.end - n.start), n.start));
    let mut names: Vec<Name> = Vec::new();
    for name in found {
        if names.iter().all(|n| n.end <= name.start || name.end <= n.start) {
            names.push(name);
        }
    }
    names.sort_by_key(|n| n.start);
    names
}

/// A mention of an entity in a sentence: words `start` to `end` (exclusive).
pub(crate) struct Mention {
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// Of the entity, within its document.
    pub(crate) group: String,
    /// The entity's type.
    kind: String,
}

/// Mentions of one sentence in the order in which they end, from its words' `Entity` attributes.
pub(crate) fn mentions(entities: &[String]) -> Vec<Mention> {
    let mut open: Vec<(String, usize, String)> = Vec::new();
    let mut out = Vec::new();
    for (i, value) in entities.iter().enumerate() {
        let mut rest = value.as_str();
        while !rest.is_empty() {
            if let Some(inner) = rest.strip_prefix('(') {
                let end = inner.find(['(', ')']).unwrap_or(inner.len());
                let mut fields = inner[..end].split('-');
                let id = fields.next().unwrap_or("").to_owned();
                let kind = fields.next().unwrap_or("").to_owned();
                rest = &inner[end..];
                if let Some(after) = rest.strip_prefix(')') {
                    out.push(Mention { start: i, end: i + 1, group: id, kind });
                    rest = after;
                } else {
                    open.push((id, i, kind));
                }
            } else {
                let end = rest.find(')').unwrap_or(rest.len());
                if let Some(k) = open.iter().rposition(|o| o.0 == rest[..end]) {
                    let (group, start, kind) = open.remove(k);
                    out.push(Mention { start, end: i + 1, group, kind });
                }
                rest = rest.get(end + 1..).unwrap_or("");
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read_conllu;

    #[test]
    fn tags_make_names() {
        let tags = ["B-person", "I-person", "O", "I-place", "B-place", "I-other", "B-nonsense"];
        let name = |start, end, kind| Name { start, end, kind };
        assert_eq!(
            from_tags(tags.into_iter()),
            [
                name(0, 2, NameKind::Person),
                name(3, 4, NameKind::Place),
                name(4, 5, NameKind::Place),
                name(5, 6, NameKind::Other)
            ]
        );
    }

    fn words(rows: &[(&str, &str, usize)]) -> Vec<Word> {
        let word = |&(form, upos, head): &(&str, &str, usize)| Word {
            form: form.to_owned(),
            lemma: form.to_owned(),
            upos: upos.parse().unwrap(),
            feats: "_".into(),
            head: head.checked_sub(1),
            deprel: "dep".into(),
        };
        rows.iter().map(word).collect()
    }

    #[test]
    fn the_tree_holds_names_together() {
        let labels = ["B-organization", "B-place", "I-organization", "I-place", "O"].map(str::to_owned);
        let tags = Tags::parse(&labels).unwrap();
        // scores that alone would make three names of the first three words
        let scores: [[f32; 5]; 6] = [
            [2.0, 3.0, 0.0, 0.0, 1.0],
            [2.0, 0.0, 1.0, 0.0, 0.0],
            [3.0, 0.0, 1.0, 0.0, 0.0],
            [0.0, 0.0, 0.0, 0.0, 9.0],
            [0.0, 4.0, 0.0, 0.0, 0.0],
            [0.0, 4.0, 0.0, 0.0, 0.0],
        ];
        let words = words(&[
            ("Northland", "PROPN", 3),
            ("Lottery", "PROPN", 3),
            ("Board", "PROPN", 4),
            ("left", "VERB", 0),
            ("Eastport", "PROPN", 4),
            ("Westport", "PROPN", 4),
        ]);
        let name = |start, end, kind| Name { start, end, kind };
        assert_eq!(
            tags.names(|i| scores[i].as_slice(), &words),
            [name(0, 3, NameKind::Organization), name(4, 5, NameKind::Place), name(5, 6, NameKind::Place)]
        );
        assert!(Tags::parse(&["B-nonsense".to_owned()]).is_err());
        assert!(Tags::parse(&["B-place".to_owned()]).is_err());
    }

    #[test]
    fn entities_of_gum_are_cut_down_to_their_names() {
        // "the first President of Freedonia, Ada Brown, who left the United Lines on Monday"
        let rows = [
            ("the", "DET", 3, "det", "(1-person-new-cf1-3-coref"),
            ("first", "ADJ", 3, "amod", ""),
            ("President", "PROPN", 0, "root", ""),
            ("of", "ADP", 5, "case", ""),
            ("Freedonia", "PROPN", 3, "nmod", "(2-place-new-cf2-1-sgl)"),
            (",", "PUNCT", 7, "punct", ""),
            ("Ada", "PROPN", 3, "appos", "(1-person-giv-cf1-1,2-appos"),
            ("Brown", "PROPN", 7, "flat", "1)"),
            (",", "PUNCT", 11, "punct", ""),
            ("who", "PRON", 11, "nsubj", ""),
            ("left", "VERB", 3, "acl:relcl", ""),
            ("the", "DET", 14, "det", "(3-organization-new-cf3-3-sgl"),
            ("United", "VERB", 14, "amod", ""),
            ("Lines", "PROPN", 11, "obj", "3)"),
            ("on", "ADP", 16, "case", ""),
            ("Monday", "PROPN", 11, "obl", "(4-time-new-cf4-1-sgl)1)"),
        ];
        let text: String = rows
            .iter()
            .enumerate()
            .map(|(i, r)| format!("{}\t{}\t_\t{}\t_\t_\t{}\t{}\t_\tEntity={}\n", i + 1, r.0, r.1, r.2, r.3, r.4))
            .collect();
        let text = format!("# global.Entity = GRP-etype-infstat-centering-minspan-link\n{text}");
        let names = &read_conllu(&text).unwrap()[0].names;
        let name = |start, end, kind| Name { start, end, kind };
        assert_eq!(
            *names,
            [
                name(2, 3, NameKind::Person),
                name(4, 5, NameKind::Place),
                name(6, 8, NameKind::Person),
                name(12, 14, NameKind::Organization)
            ]
        );
    }
}
