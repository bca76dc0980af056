//! CoNLL-U (<https://universaldependencies.org/format.html>), ten columns, basic trees.

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

/// Reads all trees; comments, multi-word tokens and empty nodes are passed over.
pub fn read_conllu(text: &str) -> Result<Vec<Tree>, ConlluError> {
    let mut trees = Vec::new();
    let mut words: Vec<Word> = Vec::new();
    let mut last = 0;
    for (number, line) in text.lines().chain([""]).enumerate() {
        let error = |what: String| ConlluError { line: number + 1, what };
        last = number;
        if line.trim().is_empty() {
            if !words.is_empty() {
                trees.push(Tree { words: std::mem::take(&mut words) });
            }
            continue;
        }
        if line.starts_with('#') {
            continue;
        }
        let columns: Vec<&str> = line.split('\t').collect();
        let [id, form, lemma, upos, _, feats, head, deprel, _, _] = columns[..] else {
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

/// Writes one tree, with `text` as its comment and `SpaceAfter=No` for the words that `joined` names.
pub fn write_conllu(tree: &Tree, text: &str, joined: &[bool]) -> String {
    let mut out = format!("# text = {}\n", text.split_whitespace().collect::<Vec<_>>().join(" "));
    for (i, w) in tree.words.iter().enumerate() {
        let misc = if joined.get(i).copied().unwrap_or(false) { "SpaceAfter=No" } else { "_" };
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
    fn errors_name_the_line() {
        assert_eq!(read_conllu("1\tHe").unwrap_err().line, 1);
        assert!(read_conllu("2\tHe\the\tPRON\t_\t_\t0\troot\t_\t_").unwrap_err().what.contains("word 1"));
        assert!(read_conllu("1\tHe\the\tPRON\t_\t_\t7\troot\t_\t_").is_err());
        assert!(read_conllu("1\tHe\the\tPRONOUN\t_\t_\t0\troot\t_\t_").is_err());
    }
}
