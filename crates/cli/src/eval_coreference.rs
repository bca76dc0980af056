//! `polybius eval-coreference`

use anyhow::{Context, Result, bail};
use polybius_coder::{Coder, CoreferenceScore, Document, Fractions, ParsedSentence};
use polybius_syntax::{CoreferenceDocument, Tree, WordSpan, read_coreference};
use polybius_text::{Article, Paragraph, Role, Span};
use std::io::{self, Write};
use std::path::Path;

/// How often the documents are read to learn from them.
const ROUNDS: usize = 8;

/// Scores coreference on the documents of a file. Mentions are the same if they are the same words. As the CoNLL shared tasks do, the first
/// table leaves out entities that are mentioned once, on both sides; the second one keeps them.
pub fn run(file: &Path, genres: &[String], learn: bool) -> Result<bool> {
    let name = || file.display().to_string();
    let text = std::fs::read_to_string(file).with_context(name)?;
    let mut documents = read_coreference(&text).with_context(name)?;
    documents.retain(|d| genres.is_empty() || d.genre.as_ref().is_some_and(|g| genres.contains(g)));
    if documents.iter().all(|d| d.entities.is_empty()) {
        bail!(
            "{}: no document with entities of the genres asked for is in it; CoNLL-U with `Entity` in MISC is needed",
            name()
        );
    }
    let coder = Coder::new();
    let articles: Vec<(Article, Vec<ParsedSentence>)> = documents.iter().map(article).collect();
    let parsed = articles
        .iter()
        .map(|(a, sentences)| Document::from_sentences(a, sentences.clone(), coder.model(), coder.lexicon()));
    let mut out = io::stdout().lock();
    if learn {
        let known: Vec<(Document, Vec<Vec<WordSpan>>)> =
            parsed.zip(&documents).map(|(p, d)| (p, d.entities.clone())).collect();
        write!(out, "{}", coder.learn_coreference(&known, ROUNDS))?;
        return Ok(true);
    }
    let (mut without, mut with) = (CoreferenceScore::default(), CoreferenceScore::default());
    for (parsed, document) in parsed.zip(&documents) {
        let found = coder.coreference(&parsed);
        with += CoreferenceScore::of(&document.entities, &found);
        without += CoreferenceScore::of(&chains(&document.entities), &chains(&found));
    }
    writeln!(out, "{} documents", documents.len())?;
    for (title, score) in [("mentioned more than once", without), ("mentioned once included", with)] {
        writeln!(out, "\n{title:<26} recall precision   F1")?;
        for (measure, f) in [
            ("mentions", score.mentions),
            ("MUC", score.muc),
            ("B³", score.b_cubed),
            ("CEAF-m", score.ceaf_m),
            ("CEAF-e", score.ceaf_e),
        ] {
            write_row(&mut out, measure, f)?;
        }
        writeln!(out, "{:<26} {:>21.2}", "CoNLL average", score.conll() * 100.0)?;
    }
    Ok(true)
}

fn write_row(out: &mut impl Write, measure: &str, f: Fractions) -> io::Result<()> {
    let percent = |x: f64| x * 100.0;
    let (recall, precision, f1) = (percent(f.recall()), percent(f.precision()), percent(f.f1()));
    writeln!(out, "{measure:<26} {recall:>6.2} {precision:>8.2} {f1:>5.2}")
}

/// The entities that are mentioned more than once.
fn chains(entities: &[Vec<WordSpan>]) -> Vec<Vec<WordSpan>> {
    entities.iter().filter(|e| e.len() > 1).cloned().collect()
}

/// The article that the words of a document make, and its sentences, not yet parsed.
fn article(document: &CoreferenceDocument) -> (Article, Vec<ParsedSentence>) {
    let mut article = Article { id: document.id.clone(), ..Article::default() };
    let mut sentences: Vec<ParsedSentence> = Vec::new();
    let mut paragraph = 0;
    for s in &document.sentences {
        if s.opens_paragraph && !sentences.is_empty() {
            paragraph += 1;
        }
        let mut tokens = Vec::new();
        let start = article.text.len();
        for form in &s.forms {
            let start = article.text.len();
            article.text += form;
            tokens.push(Span::new(start, article.text.len()));
            article.text.push(' ');
        }
        sentences.push(ParsedSentence {
            paragraph,
            span: Span::new(start, article.text.len() - 1),
            quoted: vec![false; tokens.len()],
            tokens,
            tree: Tree::default(),
            speaker: s.speaker.clone(),
        });
    }
    article.paragraphs.push(Paragraph { span: Span::new(0, article.text.len()), role: Role::Body });
    (article, sentences)
}
