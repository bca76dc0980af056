//! `polybius parse`

use anyhow::{Context, Result};
use polybius_coder::{Coder, Document};
use polybius_reader::{Defaults, read_file, read_stream};
use polybius_syntax::{LONGEST, Model, Tree, document_lengths, read_conllu, write_conllu};
use polybius_text::LONGEST_SENTENCE;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes CoNLL-U: an article opens with `# newdoc id = ...`, sentences are numbered; one that was too long for the segmentation has the
/// comment `cut = yes`, one of a CoNLL-U file that was parsed in pieces says how many (`pieces = 3`). Returns whether the input was parsed.
pub fn run(file: &Path) -> Result<bool> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    if file.extension().is_some_and(|e| e == "conllu") {
        parse_conllu(file, &mut out)?;
        out.flush()?;
        return Ok(true);
    }
    let coder = Coder::new();
    let mut outcome: Result<bool> = Ok(true);
    let mut number = 0;
    let mut sink = |read: Result<polybius_text::Article, polybius_reader::ReadError>| match read {
        Ok(article) if outcome.is_ok() => {
            let id = article.id.split_whitespace().collect::<Vec<_>>().join(" ");
            let mut opens = if id.is_empty() { "# newdoc\n".to_owned() } else { format!("# newdoc id = {id}\n") };
            for s in &Document::new(&article, coder.model(), coder.lexicon()).sentences {
                number += 1;
                let joined: Vec<bool> = s.tokens.windows(2).map(|w| w[0].end == w[1].start).collect();
                let cut = if s.tokens.len() >= LONGEST_SENTENCE { "# cut = yes\n" } else { "" };
                let tree = write_conllu(&s.tree, s.span.of(&article.text), &joined);
                if let Err(e) = write!(out, "{opens}# sent_id = {number}\n{cut}{tree}") {
                    outcome = Err(e.into());
                    return;
                }
                opens.clear();
            }
        }
        Ok(_) => {}
        Err(e) => {
            eprintln!("polybius: {e}");
            outcome = Ok(false);
        }
    };
    if file == Path::new("-") {
        read_stream(std::io::stdin().lock(), "-", &Defaults::default(), &mut sink);
    } else {
        read_file(file, &Defaults::default(), &mut sink);
    }
    out.flush()?;
    outcome
}

/// Parses the tokens of a CoNLL-U file anew, document by document.
fn parse_conllu(file: &Path, out: &mut impl Write) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let gold = read_conllu(&text).with_context(|| file.display().to_string())?;
    let model = Model::embedded();
    let forms = |trees: &[Tree]| -> Vec<Vec<String>> {
        trees.iter().map(|t| t.words.iter().map(|w| w.form.clone()).collect()).collect()
    };
    let (mut number, mut rest) = (0, gold.as_slice());
    for length in document_lengths(&text) {
        let (trees, after) = rest.split_at(length.min(rest.len()));
        rest = after;
        let forms = forms(trees);
        for (tree, forms) in model.parse(&forms).iter().zip(&forms) {
            number += 1;
            let pieces = match forms.len().div_ceil(LONGEST) {
                0 | 1 => String::new(),
                pieces => format!("# pieces = {pieces}\n"),
            };
            let tree = write_conllu(tree, &forms.join(" "), &[]);
            write!(out, "# sent_id = {number}\n{pieces}{tree}")?;
        }
    }
    Ok(())
}
