//! `polybius parse`

use anyhow::{Context, Result};
use polybius_coder::{Coder, Document};
use polybius_reader::{Defaults, read_file, read_stream};
use polybius_syntax::{LONGEST, Model, Tree, read_conllu, write_conllu};
use polybius_text::LONGEST_SENTENCE;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes CoNLL-U: sentences are numbered; one that was too long for the segmentation has the comment `cut = yes`, one of a CoNLL-U file
/// that was parsed in pieces says how many (`pieces = 3`). Returns whether the input was parsed.
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
            for s in &Document::new(&article, coder.model(), coder.lexicon()).sentences {
                number += 1;
                let joined: Vec<bool> = s.tokens.windows(2).map(|w| w[0].end == w[1].start).collect();
                let cut = if s.tokens.len() >= LONGEST_SENTENCE { "# cut = yes\n" } else { "" };
                let tree = write_conllu(&s.tree, s.span.of(&article.text), &joined);
                if let Err(e) = write!(out, "# sent_id = {number}\n{cut}{tree}") {
                    outcome = Err(e.into());
                    return;
                }
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

/// Parses the tokens of a CoNLL-U file anew.
fn parse_conllu(file: &Path, out: &mut impl Write) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let gold = read_conllu(&text).with_context(|| file.display().to_string())?;
    let model = Model::embedded();
    let forms = |trees: &[Tree]| -> Vec<Vec<String>> {
        trees.iter().map(|t| t.words.iter().map(|w| w.form.clone()).collect()).collect()
    };
    for (chunk, trees) in gold.chunks(1000).enumerate() {
        let forms = forms(trees);
        for (i, (tree, forms)) in model.parse(&forms).iter().zip(&forms).enumerate() {
            let pieces = match forms.len().div_ceil(LONGEST) {
                0 | 1 => String::new(),
                pieces => format!("# pieces = {pieces}\n"),
            };
            let tree = write_conllu(tree, &forms.join(" "), &[]);
            write!(out, "# sent_id = {}\n{pieces}{tree}", chunk * 1000 + i + 1)?;
        }
    }
    Ok(())
}
