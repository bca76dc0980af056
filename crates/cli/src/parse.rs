//! `polybius parse`

use anyhow::{Context, Result, bail};
use polybius_coder::{Coder, Document};
use polybius_reader::{Defaults, read_file, read_stream};
use polybius_syntax::{Tree, read_conllu, write_conllu};
use std::io::{BufWriter, Write};
use std::path::Path;
use std::time::Instant;

/// Returns whether the input was parsed.
pub fn run(file: &Path, score: bool) -> Result<bool> {
    let coder = Coder::new();
    let model = coder.model();
    let mut out = BufWriter::new(std::io::stdout().lock());
    if file.extension().is_some_and(|e| e == "conllu") {
        let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
        let gold = read_conllu(&text).with_context(|| file.display().to_string())?;
        let forms: Vec<Vec<&str>> = gold.iter().map(|t| t.words.iter().map(|w| w.form.as_str()).collect()).collect();
        let start = Instant::now();
        let trees = model.parse(&forms);
        if score {
            write!(out, "{}", scores(&gold, &trees, start.elapsed().as_secs_f64()))?;
        } else {
            for (tree, forms) in trees.iter().zip(&forms) {
                write!(out, "{}", write_conllu(tree, &forms.join(" "), &[]))?;
            }
        }
        out.flush()?;
        return Ok(true);
    }
    if score {
        bail!("--score needs a .conllu file with gold trees");
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

/// Accuracy on gold tokens as CoNLL 2018 counts it: LAS compares relations without subtypes.
fn scores(gold: &[Tree], trees: &[Tree], seconds: f64) -> String {
    let pairs = || gold.iter().zip(trees).flat_map(|(g, t)| g.words.iter().zip(&t.words));
    let words = pairs().count();
    let rate = |hit: &dyn Fn(&polybius_syntax::Word, &polybius_syntax::Word) -> bool| {
        100.0 * pairs().filter(|(g, t)| hit(g, t)).count() as f64 / words.max(1) as f64
    };
    format!(
        "{words} words in {} sentences, {:.0} words a second\nUPOS  {:6.2}\nlemma {:6.2}\nUAS   {:6.2}\nLAS   {:6.2}\n",
        gold.len(),
        words as f64 / seconds,
        rate(&|g, t| g.upos == t.upos),
        rate(&|g, t| g.lemma == t.lemma || g.lemma == "_"),
        rate(&|g, t| g.head == t.head),
        rate(&|g, t| g.head == t.head && g.rel() == t.rel()),
    )
}
