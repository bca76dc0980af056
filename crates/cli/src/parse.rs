//! `polybius parse`

use anyhow::{Context, Result};
use polybius_coder::{Coder, Document};
use polybius_reader::{Defaults, read_file, read_stream};
use polybius_syntax::{read_conllu, write_conllu};
use std::io::{BufWriter, Write};
use std::path::Path;

/// Returns whether the input was parsed.
pub fn run(file: &Path) -> Result<bool> {
    let coder = Coder::new();
    let model = coder.model();
    let mut out = BufWriter::new(std::io::stdout().lock());
    if file.extension().is_some_and(|e| e == "conllu") {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let gold = read_conllu(&text).with_context(|| file.display().to_string())?;
        let forms: Vec<Vec<&str>> = gold.iter().map(|t| t.words.iter().map(|w| w.form.as_str()).collect()).collect();
        for (tree, forms) in model.parse(&forms).iter().zip(&forms) {
            write!(out, "{}", write_conllu(tree, &forms.join(" "), &[]))?;
        }
        out.flush()?;
        return Ok(true);
    }
    let mut outcome: Result<bool> = Ok(true);
    let mut sink = |read: Result<polybius_text::Article, polybius_reader::ReadError>| match read {
        Ok(article) if outcome.is_ok() => {
            for s in &Document::new(&article, model, coder.lexicon()).sentences {
                let joined: Vec<bool> = s.tokens.windows(2).map(|w| w[0].end == w[1].start).collect();
                if let Err(e) = write!(out, "{}", write_conllu(&s.tree, s.span.of(&article.text), &joined)) {
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
