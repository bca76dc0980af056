//! `polybius eval-syntax`

use anyhow::{Context, Result, bail};
use polybius_syntax::{Evaluation, Model, document_lengths, evaluate, read_conllu, write_conllu};
use polybius_text::Span;
use std::io::{self, Write};
use std::path::Path;
use std::time::Instant;

type Measure = fn(&Evaluation) -> f64;

const ROWS: [(&str, Measure); 8] = [
    ("tokens", |e| e.tokens.f1()),
    ("sentences", |e| e.sentences.f1()),
    ("words", |e| e.words.f1()),
    ("UPOS", |e| e.upos.f1()),
    ("lemmas", |e| e.lemmas.f1()),
    ("UAS", |e| e.uas.f1()),
    ("LAS", |e| e.las.f1()),
    ("names", |e| e.names.f1()),
];

/// Writes a row a measure, a column an evaluation, in percent.
fn write_table(out: &mut impl Write, evaluations: &[Evaluation]) -> io::Result<()> {
    for (row, of) in ROWS {
        if row == "names" && evaluations.iter().all(|e| e.names.gold == 0) {
            continue;
        }
        write!(out, "{row:9}")?;
        for e in evaluations {
            write!(out, " {:13.2}", 100.0 * of(e))?;
        }
        writeln!(out)?;
    }
    Ok(())
}

/// Scores the model against a treebank file, with the treebank's tokens and from its raw text; each of its documents is parsed by itself.
pub fn model(file: &Path) -> Result<bool> {
    let name = || file.display().to_string();
    let gold = std::fs::read_to_string(file).with_context(name)?;
    let trees = read_conllu(&gold).with_context(name)?;
    if trees.is_empty() {
        bail!("{}: no sentence in it; a CoNLL-U file with gold trees is needed", name());
    }
    let start = Instant::now();
    let model = Model::embedded();
    let loaded = start.elapsed().as_secs_f64() * 1e3;
    let forms: Vec<Vec<&str>> = trees.iter().map(|t| t.words.iter().map(|w| w.form.as_str()).collect()).collect();
    let start = Instant::now();
    let mut parsed = Vec::with_capacity(trees.len());
    let mut rest = forms.as_slice();
    for length in document_lengths(&gold) {
        let (document, after) = rest.split_at(length.min(rest.len()));
        parsed.extend(model.parse(document));
        rest = after;
    }
    let words = forms.iter().map(Vec::len).sum::<usize>();
    let rate = words as f64 / start.elapsed().as_secs_f64();
    let mut out = io::stdout().lock();
    writeln!(out, "{words} words in {} sentences, {rate:.0} words a second; loaded in {loaded:.1} ms", trees.len())?;
    // with the gold's tokens: multi-word tokens are no matter then, on either side
    let plain =
        |trees: &[polybius_syntax::Tree]| -> String { trees.iter().map(|t| write_conllu(t, "", &[])).collect() };
    let with_tokens = evaluate(&plain(&trees), &plain(&parsed)).with_context(name)?;
    let from_text: String = raw_texts(&gold).iter().map(|text| parse_text(&model, text)).collect();
    let from_text = evaluate(&gold, &from_text).with_context(name)?;
    writeln!(out, "            gold tokens raw text (F1)")?;
    write_table(&mut out, &[with_tokens, from_text])?;
    Ok(true)
}

/// Scores another system's CoNLL-U against a treebank file of the same text.
pub fn compare(gold: &Path, system: &Path) -> Result<bool> {
    let read = |file: &Path| std::fs::read_to_string(file).with_context(|| file.display().to_string());
    let evaluation = evaluate(&read(gold)?, &read(system)?)
        .with_context(|| format!("{} against {}", system.display(), gold.display()))?;
    write_table(&mut io::stdout().lock(), &[evaluation])?;
    Ok(true)
}

/// The text of each document of a treebank from its `# text` lines: sentences of a paragraph with a blank between them, an empty line
/// between paragraphs.
fn raw_texts(conllu: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let (mut document, mut paragraph) = (true, false);
    for line in conllu.lines() {
        document |= line.starts_with("# newdoc");
        paragraph |= line.starts_with("# newpar");
        let Some(text) = line.strip_prefix("# text = ") else { continue };
        match out.last_mut() {
            Some(whole) if !document => {
                whole.push_str(if paragraph { "\n\n" } else { " " });
                whole.push_str(text);
            }
            _ => out.push(text.to_owned()),
        }
        (document, paragraph) = (false, false);
    }
    out
}

fn parse_text(model: &Model, text: &str) -> String {
    let mut sentences = Vec::new();
    let mut start = 0;
    for paragraph in text.split("\n\n") {
        sentences.extend(polybius_text::sentences(text, Span::new(start, start + paragraph.len())));
        start += paragraph.len() + 2;
    }
    let forms: Vec<Vec<&str>> = sentences.iter().map(|s| s.tokens.iter().map(|t| t.span.of(text)).collect()).collect();
    let trees = model.parse(&forms);
    let mut out = String::new();
    for (tree, s) in trees.iter().zip(&sentences) {
        let joined: Vec<bool> = s.tokens.windows(2).map(|w| w[0].span.end == w[1].span.start).collect();
        out += &write_conllu(tree, s.span.of(text), &joined);
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn raw_text_keeps_documents_and_paragraphs() {
        let conllu = "# newdoc\n# newpar\n# text = A b.\n1\n\n# text = C.\n\n# newpar id = x\n# text = D\n\n# newdoc\n# newpar\n# text = E\n";
        assert_eq!(super::raw_texts(conllu), ["A b. C.\n\nD", "E"]);
    }
}
