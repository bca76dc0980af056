//! CoNLL-U (<https://universaldependencies.org/format.html>), ten columns, basic trees.

use crate::names;
use crate::tree::{Tree, Word};
use std::fmt::Write;
use std::sync::Arc;
use thiserror::Error;

/// What is wrong with a CoNLL-U text, and where (lines count from 1).
#[derive(Debug, Error, PartialEq)]
#[error("line {line}: {what}")]
pub struct ConlluError {
    /// Line number.
    pub line: usize,
    /// What is wrong and what is needed.
    pub what: String,
}

/// Reads all trees; comments, multi-word tokens and empty nodes are passed over. Names come from `NE` in MISC, as [`write_conllu`] writes
/// them, or from `Entity` where the file says that it has the entities of GUM.
pub fn read_conllu(text: &str) -> Result<Vec<Tree>, ConlluError> {
    let mut trees = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let (mut tags, mut entities) = (Vec::new(), Vec::new());
    let has_entities = text.contains("# global.Entity = GRP-etype");
    let mut last = 0;
    for (number, line) in text.lines().chain([""]).enumerate() {
        let error = |what: String| ConlluError { line: number + 1, what };
        last = number;
        if line.trim().is_empty() {
            if !words.is_empty() {
                let names = match has_entities {
                    true => names::from_entities(&words, &entities),
                    false => names::from_tags(tags.iter().copied()),
                };
                trees.push(Tree { words: std::mem::take(&mut words), names });
                tags.clear();
                entities.clear();
            }
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, form, lemma, upos, _, feats, head, deprel, _, misc] = columns[..] else {
            return Err(error(format!("ten columns separated by tabs are needed, this line has {}", columns.len())));
        };
        if id.contains(['-', '.']) {
            continue;
        }
        if id.parse() != Ok(words.len() + 1) {
            return Err(error(format!("word {} is expected here, not `{id}`", words.len() + 1)));
        }
        let head = match head {
            "_" => None,
            h => h.parse::<usize>().map_err(|_| error(format!("the head `{h}` is not a number")))?.checked_sub(1),
        };
        let attribute = |name: &str| misc.split('|').find_map(|a| a.strip_prefix(name)?.strip_prefix('='));
        tags.push(attribute("NE").unwrap_or("O"));
        entities.push(attribute("Entity").unwrap_or("").to_owned());
        words.push(Word {
            form: form.to_owned(),
            lemma: lemma.to_owned(),
            upos: match upos {
                "_" => crate::Upos::X,
                u => u.parse().map_err(|()| error(format!("`{u}` is not a universal part of speech")))?,
            },
            feats: Arc::from(feats),
            head,
            deprel: Arc::from(deprel),
        });
    }
    for tree in &trees {
        if tree.words.iter().any(|w| w.head.is_some_and(|h| h >= tree.words.len())) {
            return Err(ConlluError { line: last, what: "a head lies outside its sentence".to_owned() });
        }
    }
    Ok(trees)
}

/// How many sentences each document of a CoNLL-U text has: `# newdoc` opens one, and so does the first sentence.
pub fn document_lengths(text: &str) -> Vec<usize> {
    let mut lengths = Vec::new();
    let (mut opens, mut inside) = (true, false);
    for line in text.lines().chain([""]) {
        if line.trim().is_empty() {
            inside = false;
        } else if line.starts_with('#') {
            opens |= line.starts_with("# newdoc");
        } else if !inside && line.split('\t').next().is_some_and(|id| !id.contains(['-', '.'])) {
            inside = true;
            match lengths.last_mut() {
                Some(length) if !opens => *length += 1,
                _ => lengths.push(1),
            }
            opens = false;
        }
    }
    lengths
}

/// The multi-word tokens of each sentence: first word (from 0), the word after the last, surface form.
pub(crate) fn multiword_tokens(text: &str) -> Vec<Vec<(usize, usize, String)>> {
    let mut all = Vec::new();
    let (mut here, mut words) = (Vec::new(), 0);
    for line in text.lines().chain([""]) {
        let mut columns = line.split('\t');
        let id = columns.next().unwrap_or("");
        if line.trim().is_empty() {
            if words > 0 {
                all.push(std::mem::take(&mut here));
            }
            words = 0;
        } else if let Some((from, to)) = id.split_once('-')
            && let (Ok(from), Ok(to)) = (from.parse::<usize>(), to.parse::<usize>())
            && from > 0
        {
            here.push((from - 1, to, columns.next().unwrap_or("").to_owned()));
        } else if id.parse::<usize>().is_ok() {
            words += 1;
        }
    }
    all
}

/// Is the word one that the English treebanks write as one multi-word token with the word it touches ("do|n't", "Iran|'s", "can|not")?
fn is_clitic(form: &str, before: &str) -> bool {
    let letters = |s: &str| s.chars().all(char::is_alphabetic);
    let form = form.to_lowercase().replace('’', "'");
    matches!(form.as_str(), "n't" | "'s" | "'re" | "'ve" | "'ll" | "'m" | "'d") || letters(&form) && letters(before)
}

/// Writes one tree, with `text` as its comment, `SpaceAfter=No` for the words that `joined` names, and names as `NE=B-person` and so
/// on (an `I` continues a name).
pub fn write_conllu(tree: &Tree, text: &str, joined: &[bool]) -> String {
    // the marks without width that segmentation takes for blanks, too
    let blank = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}');
    let mut out = format!("# text = {}\n", text.split(blank).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" "));
    let is_joined = |i: usize| joined.get(i).copied().unwrap_or(false);
    let clitic = |i: usize| {
        let part = |w: &Word| {
            // the soldiers' camp
            let owner = matches!(w.form.as_str(), "'" | "’") && w.rel() == "case";
            owner || is_clitic(&w.form, &tree.words[i - 1].form)
        };
        i > 0 && is_joined(i - 1) && tree.words.get(i).is_some_and(part)
    };
    let mut names = tree.names.iter().peekable();
    for (i, w) in tree.words.iter().enumerate() {
        let mut last = i;
        while clitic(last + 1) {
            last += 1;
        }
        let whole = last > i && !clitic(i);
        if whole {
            let form: String = tree.words[i..=last].iter().map(|w| w.form.as_str()).collect();
            let misc = if is_joined(last) { "SpaceAfter=No" } else { "_" };
            let _ = writeln!(out, "{}-{}\t{form}\t_\t_\t_\t_\t_\t_\t_\t{misc}", i + 1, last + 1);
        }
        let inside = whole || clitic(i);
        while names.peek().is_some_and(|n| n.end <= i) {
            names.next();
        }
        let name = names.peek().filter(|n| n.start <= i).map(|n| {
            let mark = if n.start == i { 'B' } else { 'I' };
            format!("NE={mark}-{}", n.kind)
        });
        let space = (is_joined(i) && !inside).then(|| "SpaceAfter=No".to_owned());
        let misc = [name, space].into_iter().flatten().collect::<Vec<_>>().join("|");
        let misc = if misc.is_empty() { "_" } else { &misc };
        let head = w.head.map_or(0, |h| h + 1);
        // writing to a String cannot fail
        let _ = writeln!(
            out,
            "{}\t{}\t{}\t{}\t_\t{}\t{head}\t{}\t_\t{misc}",
            i + 1,
            w.form,
            w.lemma,
            w.upos,
            w.feats,
            w.deprel
        );
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_reads_back() {
        let text = "# x\n1\tHe\the\tPRON\t_\t_\t2\tnsubj\t_\t_\n2\tleft\tleave\tVERB\t_\tTense=Past\t0\troot\t_\t_\n\n";
        let trees = read_conllu(text).unwrap();
        assert_eq!(trees[0].words[0].head, Some(1));
        assert_eq!(read_conllu(&write_conllu(&trees[0], "He left", &[])).unwrap(), trees);
    }

    #[test]
    fn contractions_are_multiword_tokens() {
        let text = "1\tcan\tcan\tAUX\t_\t_\t2\taux\t_\t_\n2\tnot\tnot\tPART\t_\t_\t0\troot\t_\t_\n\n";
        let tree = &read_conllu(text).unwrap()[0];
        let written = write_conllu(tree, "cannot", &[true]);
        assert!(written.contains("1-2\tcannot\t"));
        assert_eq!(multiword_tokens(&written), [[(0, 2, "cannot".to_owned())]]);
        assert_eq!(
            multiword_tokens(&write_conllu(tree, "can not", &[false])),
            [[]; 1] as [[(usize, usize, String); 0]; 1]
        );
    }

    #[test]
    fn documents_are_counted() {
        let sentence =
            "1-2\tab\t_\t_\t_\t_\t_\t_\t_\t_\n1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n2\tb\tb\tX\t_\t_\t1\tdep\t_\t_\n\n";
        let text = format!("{sentence}# newdoc id = x\n# text = ab\n{sentence}{sentence}\n# newdoc\n{sentence}");
        assert_eq!(document_lengths(&text), [1, 2, 1]);
        assert_eq!(document_lengths(&text).iter().sum::<usize>(), read_conllu(&text).unwrap().len());
        assert_eq!(document_lengths(""), [0; 0]);
    }

    #[test]
    fn errors_name_the_line() {
        assert_eq!(read_conllu("1\tHe").unwrap_err().line, 1);
        assert!(read_conllu("2\tHe\the\tPRON\t_\t_\t0\troot\t_\t_").unwrap_err().what.contains("word 1"));
        assert!(read_conllu("1\tHe\the\tPRON\t_\t_\t7\troot\t_\t_").is_err());
        assert!(read_conllu("1\tHe\the\tPRONOUN\t_\t_\t0\troot\t_\t_").is_err());
    }
}
