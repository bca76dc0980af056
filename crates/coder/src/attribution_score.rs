//! Scores attributions against annotated ones, such as those of the PolNeAR corpus.
//!
//! - Predicted and annotated attributions of an article are paired one to one: pairs whose cues share a word first, then those whose contents
//!   share most words; a pair shares at least a word of the cue or of the content.
//! - The head of a part is its word that stands highest in the tree of the first sentence that it touches (the leftmost of several), by
//!   our parse, for both sides. A source or a content is right if the paired one has the same head word.
//! - A cue is right if the paired one shares a word with it.
//! - Overlap counts words: those that a part shares with the same part of its pair, against all predicted and all annotated ones.
//! - Corpora such as PolNeAR give each word to one attribution at most, the outermost. So a predicted attribution whose cue stands in
//!   the content of another is not counted.

use crate::attribution::AttributionRelation;
use crate::document::Document;
use polybius_text::Span;
use std::collections::{HashMap, HashSet};
use std::ops::AddAssign;

/// An annotated attribution; spans are bytes of the article's text.
#[derive(Clone, Debug, Default)]
pub struct AnnotatedAttribution {
    /// Who says it; empty where nobody is named.
    pub source: Vec<Span>,
    /// The words that report.
    pub cue: Vec<Span>,
    /// What is reported.
    pub content: Vec<Span>,
}

/// How many were right, predicted and annotated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Hits {
    /// Right.
    pub right: usize,
    /// Predicted.
    pub predicted: usize,
    /// Annotated.
    pub annotated: usize,
}

impl Hits {
    /// Right of the predicted.
    pub fn precision(&self) -> f64 {
        self.right as f64 / self.predicted.max(1) as f64
    }

    /// Right of the annotated.
    pub fn recall(&self) -> f64 {
        self.right as f64 / self.annotated.max(1) as f64
    }

    /// Their harmonic mean.
    pub fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.predicted + self.annotated).max(1) as f64
    }
}

impl AddAssign for Hits {
    fn add_assign(&mut self, other: Hits) {
        self.right += other.right;
        self.predicted += other.predicted;
        self.annotated += other.annotated;
    }
}

/// The figures of the module's head.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AttributionScore {
    /// Sources by their heads.
    pub source_head: Hits,
    /// Contents by their heads.
    pub content_head: Hits,
    /// Cues.
    pub cue: Hits,
    /// Words of sources.
    pub source_overlap: Hits,
    /// Words of cues.
    pub cue_overlap: Hits,
    /// Words of contents.
    pub content_overlap: Hits,
}

impl AddAssign for AttributionScore {
    fn add_assign(&mut self, other: AttributionScore) {
        self.source_head += other.source_head;
        self.content_head += other.content_head;
        self.cue += other.cue;
        self.source_overlap += other.source_overlap;
        self.cue_overlap += other.cue_overlap;
        self.content_overlap += other.content_overlap;
    }
}

/// The parts of an attribution as sets of the article's words, and the heads of two of them.
struct Parts {
    source: HashSet<usize>,
    cue: HashSet<usize>,
    content: HashSet<usize>,
    source_head: Option<usize>,
    content_head: Option<usize>,
}

/// The words of a document in one row.
struct Row {
    spans: Vec<Span>,
    /// The sentence of each word and how deep in its tree it stands.
    place: Vec<(usize, usize)>,
}

impl Row {
    fn new(document: &Document) -> Self {
        let mut row = Row { spans: Vec::new(), place: Vec::new() };
        for (s, sentence) in document.sentences.iter().enumerate() {
            row.spans.extend(&sentence.tokens);
            let words = &sentence.tree.words;
            row.place.extend((0..words.len()).map(|i| {
                let depth = std::iter::successors(words[i].head, |&h| words[h].head).take(words.len()).count();
                (s, depth)
            }));
        }
        row
    }

    fn words(&self, spans: &[Span]) -> HashSet<usize> {
        let mut found = HashSet::new();
        for span in spans {
            let from = self.spans.partition_point(|w| w.end <= span.start);
            found.extend((from..self.spans.len()).take_while(|&i| self.spans[i].start < span.end));
        }
        found
    }

    fn head(&self, words: &HashSet<usize>) -> Option<usize> {
        words.iter().copied().min_by_key(|&i| (self.place[i], i))
    }

    fn parts(&self, source: &[Span], cue: &[Span], content: &[Span]) -> Parts {
        let (source, cue, content) = (self.words(source), self.words(cue), self.words(content));
        Parts { source_head: self.head(&source), content_head: self.head(&content), source, cue, content }
    }
}

/// Scores the attributions found in `document`.
pub fn score_attributions(
    document: &Document,
    annotated: &[AnnotatedAttribution],
    predicted: &[AttributionRelation],
) -> AttributionScore {
    let row = Row::new(document);
    let gold: Vec<Parts> = annotated.iter().map(|a| row.parts(&a.source, &a.cue, &a.content)).collect();
    let inside = |a: &AttributionRelation| {
        predicted.iter().any(|o| o.cue != a.cue && o.content.iter().any(|c| c.contains(a.cue)))
    };
    let found: Vec<Parts> = predicted
        .iter()
        .filter(|a| !inside(a))
        .map(|a| row.parts(a.source.as_ref().map(|s| s.span).as_slice(), &[a.cue], &a.content))
        .collect();
    let mut score = AttributionScore::default();
    let heads = |hits: &mut Hits, head: fn(&Parts) -> Option<usize>| {
        hits.predicted = found.iter().filter_map(head).count();
        hits.annotated = gold.iter().filter_map(head).count();
    };
    heads(&mut score.source_head, |p| p.source_head);
    heads(&mut score.content_head, |p| p.content_head);
    heads(&mut score.cue, |p| p.cue.iter().next().copied());
    let sizes = |hits: &mut Hits, part: fn(&Parts) -> usize| {
        hits.predicted = found.iter().map(part).sum();
        hits.annotated = gold.iter().map(part).sum();
    };
    sizes(&mut score.source_overlap, |p| p.source.len());
    sizes(&mut score.cue_overlap, |p| p.cue.len());
    sizes(&mut score.content_overlap, |p| p.content.len());
    for (g, f) in pair(&gold, &found) {
        let (g, f) = (&gold[g], &found[f]);
        let same = |a: Option<usize>, b: Option<usize>| usize::from(a.is_some() && a == b);
        let shared = |a: &HashSet<usize>, b: &HashSet<usize>| a.intersection(b).count();
        score.source_head.right += same(g.source_head, f.source_head);
        score.content_head.right += same(g.content_head, f.content_head);
        score.cue.right += shared(&g.cue, &f.cue).min(1);
        score.source_overlap.right += shared(&g.source, &f.source);
        score.cue_overlap.right += shared(&g.cue, &f.cue);
        score.content_overlap.right += shared(&g.content, &f.content);
    }
    score
}

/// One-to-one pairs (annotated, predicted), best first.
fn pair(gold: &[Parts], found: &[Parts]) -> Vec<(usize, usize)> {
    // only what shares a word is compared
    let mut by_word: HashMap<usize, Vec<usize>> = HashMap::new();
    for (f, parts) in found.iter().enumerate() {
        for &word in parts.cue.iter().chain(&parts.content) {
            by_word.entry(word).or_default().push(f);
        }
    }
    let mut ranked = Vec::new();
    for (g, parts) in gold.iter().enumerate() {
        let mut near: Vec<usize> =
            parts.cue.iter().chain(&parts.content).filter_map(|w| by_word.get(w)).flatten().copied().collect();
        near.sort_unstable();
        near.dedup();
        for f in near {
            let cue = parts.cue.intersection(&found[f].cue).count().min(1);
            let content = parts.content.intersection(&found[f].content).count();
            if cue + content > 0 {
                ranked.push((std::cmp::Reverse((cue, content)), g, f));
            }
        }
    }
    ranked.sort_unstable();
    let (mut taken_gold, mut taken_found) = (vec![false; gold.len()], vec![false; found.len()]);
    let mut pairs = Vec::new();
    for (_, g, f) in ranked {
        if !taken_gold[g] && !taken_found[f] {
            (taken_gold[g], taken_found[f]) = (true, true);
            pairs.push((g, f));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Coder;
    use polybius_text::Article;
    use std::sync::LazyLock;

    static CODER: LazyLock<Coder> = LazyLock::new(Coder::new);

    fn score(text: &str, source: &str, cue: &str, content: &str) -> AttributionScore {
        let article = Article::from_lines("t", text);
        let document = Document::new(&article, CODER.model(), CODER.lexicon());
        let spans = |part: &str| -> Vec<Span> {
            text.find(part).filter(|_| !part.is_empty()).map(|at| Span::new(at, at + part.len())).into_iter().collect()
        };
        let annotated = AnnotatedAttribution { source: spans(source), cue: spans(cue), content: spans(content) };
        score_attributions(&document, &[annotated], &CODER.code_document(&document).1.attributions)
    }

    #[test]
    fn heads_are_compared_and_not_ends() {
        let text = "The defence minister said that rebels had shelled the town.";
        let s = score(text, "minister", "said", "rebels had shelled the town.");
        assert_eq!((s.source_head.right, s.content_head.right, s.cue.right), (1, 1, 1));
        assert_eq!((s.source_overlap.predicted, s.source_overlap.annotated), (3, 1));
        let s = score(text, "town", "said", "town");
        assert_eq!((s.source_head.right, s.content_head.right, s.cue.right), (0, 0, 1));
    }

    #[test]
    fn an_attribution_inside_another_is_not_counted() {
        let text = "The minister said that villagers believed that rebels had shelled the town.";
        let s = score(text, "The minister", "said", "that villagers believed that rebels had shelled the town");
        assert_eq!((s.cue.right, s.cue.predicted, s.cue.annotated), (1, 1, 1));
    }

    #[test]
    fn what_is_missed_lowers_recall_only() {
        let s = score("The town is quiet.", "town", "is", "quiet");
        assert_eq!(s.cue, Hits { right: 0, predicted: 0, annotated: 1 });
        assert_eq!((s.cue.precision(), s.cue.recall(), s.cue.f1()), (0.0, 0.0, 0.0));
    }
}
