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

    /// Rows of scores without what rounding up to a block added.
    pub(crate) fn cut<'a>(&self, rows: impl Iterator<Item = &'a [f32]>) -> Vec<Vec<f32>> {
        rows.map(|row| row[..self.0.len()].to_vec()).collect()
    }

    /// May `tag` follow `before` (`None` at the start of a sentence)?
    fn follows(&self, before: Option<usize>, tag: usize) -> bool {
        match self.0[tag] {
            Some((Mark::Inside, kind)) => before.and_then(|b| self.0[b]).is_some_and(|(_, k)| k == kind),
            _ => true,
        }
    }

    /// The names of one sentence, from a row of scores a word: those of the best tags, without small words at their ends and with a
    /// proper noun in them.
    pub(crate) fn names(&self, scores: &[&[f32]], words: &[Word]) -> Vec<Name> {
        let small = |w: &Word| matches!(w.upos, Upos::Adp | Upos::Det | Upos::Punct | Upos::Cconj);
        let trimmed = |name: Name| {
            let inside = words.get(name.start..name.end)?;
            let first = inside.iter().position(|w| !small(w))?;
            let last = inside.iter().rposition(|w| !small(w))?;
            let proper = inside.iter().any(|w| w.upos == Upos::Propn);
            proper.then_some(Name { start: name.start + first, end: name.start + last + 1, ..name })
        };
        self.best(scores).into_iter().filter_map(trimmed).collect()
    }

    /// The names of the best row of tags in which an `I` continues a name of its kind (Viterbi). A score is the logarithm of a probability
    /// but for a constant of its word. The Python twin is `decode` in `training/polybius_training/names.py`.
    fn best(&self, scores: &[&[f32]]) -> Vec<Name> {
        let tags = self.0.len();
        let mut best: Vec<f32> = Vec::with_capacity(tags);
        let mut next = Vec::with_capacity(tags);
        let mut back: Vec<usize> = Vec::with_capacity(scores.len() * tags);
        for (i, row) in scores.iter().enumerate() {
            next.clear();
            for (tag, score) in row[..tags].iter().enumerate() {
                let from = match i {
                    0 if self.follows(None, tag) => (0, 0.0),
                    0 => (0, f32::NEG_INFINITY),
                    _ => (0..tags)
                        .filter(|&b| self.follows(Some(b), tag))
                        .map(|b| (b, best[b]))
                        .fold((0, f32::NEG_INFINITY), |a, b| if b.1 > a.1 { b } else { a }),
                };
                next.push(from.1 + score);
                back.push(from.0);
            }
            std::mem::swap(&mut best, &mut next);
        }
        let Some(mut tag) = (0..best.len()).reduce(|a, b| if best[b] > best[a] { b } else { a }) else {
            return Vec::new();
        };
        let mut names: Vec<Name> = Vec::new();
        let mut end = None;
        for i in (0..scores.len()).rev() {
            if let Some((mark, kind)) = self.0[tag] {
                let last = *end.get_or_insert(i + 1);
                if mark == Mark::Begin {
                    names.push(Name { start: i, end: last, kind });
                    end = None;
                }
            }
            tag = back[i * tags + tag];
        }
        names.reverse();
        names
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

    #[test]
    fn the_best_tags_are_names() {
        let labels = ["O", "B-organization", "I-organization", "B-place", "I-place"].map(str::to_owned);
        let tags = Tags::parse(&labels).unwrap();
        // word by word, the second and third would continue a place and the last would continue nothing
        let scores: [&[f32]; 6] = [
            &[1.0, 3.0, 0.0, 2.5, 0.0],
            &[0.0, 0.0, 2.0, 0.0, 2.2],
            &[0.0, 0.0, 2.2, 0.0, 2.0],
            &[9.0, 0.0, 0.0, 0.0, 0.0],
            &[0.0, 0.0, 0.0, 4.0, 0.0],
            &[0.0, 0.0, 0.0, 5.0, 4.0],
        ];
        let name = |start, end, kind| Name { start, end, kind };
        assert_eq!(
            tags.best(&scores),
            [name(0, 3, NameKind::Organization), name(4, 5, NameKind::Place), name(5, 6, NameKind::Place)]
        );
        assert_eq!(tags.best(&[&[0.0, 0.0, 9.0, 0.0, 0.0]]), []);
        assert_eq!(tags.best(&[]), []);
        let word = |upos: Upos| Word {
            form: "x".to_owned(),
            lemma: "x".to_owned(),
            upos,
            feats: "_".into(),
            head: None,
            deprel: "dep".into(),
        };
        let words = [Upos::Det, Upos::Propn, Upos::Propn, Upos::Verb, Upos::Noun, Upos::Propn].map(word);
        assert_eq!(tags.names(&scores, &words), [name(1, 3, NameKind::Organization), name(5, 6, NameKind::Place)]);
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
