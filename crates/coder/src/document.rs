//! An article with its sentences, trees and quotations: what every later step reads.

use crate::lexicon::Lexicon;
use crate::mend;
use polybius_syntax::{Model, Tree, Upos};
use polybius_text::{Article, Span};

/// A sentence with its tree.
#[derive(Clone, Debug)]
pub struct ParsedSentence {
    /// Which paragraph of the article it is in.
    pub paragraph: usize,
    /// Where it stands.
    pub span: Span,
    /// Where its words stand.
    pub tokens: Vec<Span>,
    /// Its tree; as many words as tokens.
    pub tree: Tree,
    /// For each word: does it stand in a quotation of four words or more?
    pub quoted: Vec<bool>,
    /// Who speaks all of it, where the source says so (a transcript).
    pub speaker: Option<String>,
}

/// An article's parsed sentences.
#[derive(Debug)]
pub struct Document<'a> {
    /// The article.
    pub article: &'a Article,
    /// Its body's sentences in order.
    pub sentences: Vec<ParsedSentence>,
    /// Datelines ("PARIS (Reuters) -") at the start of paragraphs, which are in no sentence.
    pub datelines: Vec<Span>,
}

/// The fewest words in quotation marks that count as speech; fewer are a term somebody keeps at arm's length.
const SPEECH: usize = 4;

impl<'a> Document<'a> {
    /// Segments and parses the body of `article`; lemmas of verbs that the lexicon knows are set right.
    pub fn new(article: &'a Article, model: &Model, lexicon: &Lexicon) -> Self {
        let mut sentences: Vec<ParsedSentence> = Vec::new();
        let mut datelines = Vec::new();
        let mut forms: Vec<Vec<&str>> = Vec::new();
        for (paragraph, span) in article.body().enumerate() {
            let first = sentences.len();
            let story = span.start + dateline(span.of(&article.text));
            if story > span.start {
                datelines.push(Span::new(span.start, story));
            }
            let span = Span::new(story, span.end);
            for s in polybius_text::sentences(&article.text, span) {
                let tokens: Vec<Span> = s.tokens.iter().map(|t| t.span).collect();
                forms.push(tokens.iter().map(|t| t.of(&article.text)).collect());
                let quoted = vec![false; tokens.len()];
                let tree = Tree::default();
                sentences.push(ParsedSentence { paragraph, span: s.span, tokens, tree, quoted, speaker: None });
            }
            mark_quotations(&mut sentences[first..], &article.text);
        }
        let document = Document::parsed(article, sentences, &forms, model, lexicon);
        Document { datelines, ..document }
    }

    /// An article whose words, sentences and paragraphs are known: `sentences` have no trees yet and no quotations.
    pub fn from_sentences(
        article: &'a Article,
        mut sentences: Vec<ParsedSentence>,
        model: &Model,
        lexicon: &Lexicon,
    ) -> Self {
        for paragraph in sentences.chunk_by_mut(|a, b| a.paragraph == b.paragraph) {
            mark_quotations(paragraph, &article.text);
        }
        let form = |t: &Span| t.of(&article.text);
        let forms: Vec<Vec<&str>> = sentences.iter().map(|s| s.tokens.iter().map(form).collect()).collect();
        Document::parsed(article, sentences, &forms, model, lexicon)
    }

    fn parsed(
        article: &'a Article,
        mut sentences: Vec<ParsedSentence>,
        forms: &[Vec<&str>],
        model: &Model,
        lexicon: &Lexicon,
    ) -> Self {
        for (sentence, tree) in sentences.iter_mut().zip(model.parse(forms)) {
            sentence.tree = tree;
            for word in sentence.tree.words.iter_mut().filter(|w| w.upos == Upos::Verb) {
                if let Some(lemma) = lexicon.verb_lemma(&word.lemma, &word.form) {
                    word.lemma = lemma;
                }
            }
            mend::tree(&mut sentence.tree);
        }
        Document { article, sentences, datelines: Vec::new() }
    }

    /// The words from `start` to `end` (exclusive) of a sentence as a span of the text.
    pub fn span(&self, sentence: usize, start: usize, end: usize) -> Span {
        let tokens = &self.sentences[sentence].tokens;
        tokens[start].join(tokens[end - 1])
    }
}

/// The length of a dateline ("PARIS (Reuters) - ", "Bogota, March 8 (IANS) ") at the start of a paragraph; 0 if there is none.
fn dateline(paragraph: &str) -> usize {
    let end = paragraph.char_indices().nth(70).map_or(paragraph.len(), |(i, _)| i);
    let head = &paragraph[..end];
    let place = |s: &str| {
        let s = s.trim();
        let words: Vec<&str> = s.split([' ', ',', '/', '.']).filter(|w| !w.is_empty()).collect();
        let first = words.first().copied().unwrap_or("");
        !words.is_empty()
            && words.len() <= 7
            && first.chars().count() > 2
            && first.chars().all(|c| c.is_uppercase() || c == '-' || c == '\'')
            // an agency in brackets, not a year ("Smith (2004) ...")
            || (s.split_once('(').is_some_and(|(_, agency)| agency.starts_with(char::is_uppercase))
                && words.iter().all(|w| w.starts_with(|c: char| c.is_uppercase() || c.is_numeric() || c == '(')))
    };
    for dash in [" -- ", " — ", " – ", " - ", "— ", ": "] {
        if let Some(at) = head.find(dash)
            && place(&head[..at])
            && (dash != ": " || head[..at].contains('('))
        {
            return at + dash.len();
        }
    }
    // "Bogota, March 8 (IANS) The president ...", but not "Prime Minister Lee (R) holds talks"
    match (head.find('('), head.find(')')) {
        (Some(open), Some(at))
            if open < at
                && AGENCIES.contains(&head[open + 1..at].trim())
                && place(&head[..=at])
                && head[at + 1..].starts_with(' ') =>
        {
            at + 2
        }
        _ => 0,
    }
}

/// News agencies as a dateline writes them.
const AGENCIES: &[&str] = &[
    "AA",
    "ABC",
    "ADN",
    "AFP",
    "AGERPRES",
    "ANI",
    "ANSA",
    "AP",
    "APA",
    "APP",
    "BTA",
    "Bloomberg",
    "CNS",
    "DPA",
    "EFE",
    "IANS",
    "INA",
    "IRNA",
    "ITAR-TASS",
    "Interfax",
    "KUNA",
    "Kyodo",
    "MENA",
    "NAN",
    "PA",
    "PNA",
    "PTI",
    "RIA",
    "Reuters",
    "SANA",
    "TASS",
    "UNI",
    "UPI",
    "Xinhua",
    "Yonhap",
    "dpa",
];

/// Marks the words inside quotation marks, over the sentences of one paragraph.
fn mark_quotations(sentences: &mut [ParsedSentence], text: &str) {
    let all: Vec<(usize, usize)> =
        sentences.iter().enumerate().flat_map(|(s, p)| (0..p.tokens.len()).map(move |t| (s, t))).collect();
    let mut open: Option<usize> = None;
    let mut ranges = Vec::new();
    for (k, &(s, t)) in all.iter().enumerate() {
        match (sentences[s].tokens[t].of(text), open) {
            ("“" | "«" | "\"" | "``" | "„" | "''", None) => open = Some(k + 1),
            ("”" | "»" | "\"" | "''", Some(from)) => {
                ranges.push(from..k);
                open = None;
            }
            _ => {}
        }
    }
    // a quotation that goes on in the next paragraph is left open in this one
    if let Some(from) = open {
        ranges.push(from..all.len());
    }
    for range in ranges.into_iter().filter(|r| r.len() >= SPEECH) {
        for &(s, t) in &all[range] {
            sentences[s].quoted[t] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn datelines_are_told_from_sentences() {
        let rest = |p: &'static str| &p[dateline(p)..];
        assert_eq!(rest("PARIS (Reuters) - France met"), "France met");
        assert_eq!(rest("CAIRO -- Egypt met"), "Egypt met");
        assert_eq!(rest("Bogota, March 8 (IANS) The president"), "The president");
        assert_eq!(rest("SAN FRANCISCO - The union"), "The union");
        for whole in [
            "The minister - a former general - left.",
            "NATO forces left.",
            "U.S.-led forces left",
            "“Go” – he said",
            "Quintero (2004) said so",
            "John Hart (born 3 April 1978) left",
        ] {
            assert_eq!(rest(whole), whole);
        }
    }
}
