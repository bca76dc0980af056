//! Ranges of a text, in bytes inside the program and in code points outside it.

use std::ops::Range;

/// A byte range of an article's text, end exclusive, always on character boundaries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to, not including, `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end);
        Span { start, end }
    }

    /// The words it covers; empty if the span is not one of `text`.
    pub fn of<'t>(&self, text: &'t str) -> &'t str {
        text.get(self.start..self.end).unwrap_or("")
    }

    /// The smallest span that covers both.
    pub fn join(self, other: Span) -> Span {
        Span::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// Do the two share a byte?
    pub fn overlaps(&self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Does `other` lie inside this span?
    pub fn contains(&self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

impl From<Range<usize>> for Span {
    fn from(range: Range<usize>) -> Self {
        Span::new(range.start, range.end)
    }
}

/// Turns byte offsets of one text into code point offsets, in constant time each.
pub struct CodePoints {
    /// For each block of 64 bytes, the number of code points that begin before it.
    before: Vec<usize>,
    ascii: bool,
}

impl CodePoints {
    const BLOCK: usize = 64;

    /// Counts `text` once.
    pub fn new(text: &str) -> Self {
        if text.is_ascii() {
            return CodePoints { before: Vec::new(), ascii: true };
        }
        let mut before = Vec::with_capacity(text.len() / Self::BLOCK + 1);
        let mut count = 0;
        for block in text.as_bytes().chunks(Self::BLOCK) {
            before.push(count);
            count += block.iter().filter(|&&b| !is_continuation(b)).count();
        }
        CodePoints { before, ascii: false }
    }

    /// The number of code points before `byte` in `text`, the text this was made from.
    pub fn at(&self, text: &str, byte: usize) -> usize {
        if self.ascii {
            return byte;
        }
        let Some(block) = (byte / Self::BLOCK).checked_sub(usize::from(byte / Self::BLOCK >= self.before.len())) else {
            return 0;
        };
        let start = block * Self::BLOCK;
        let rest = &text.as_bytes()[start..byte.min(text.len())];
        self.before.get(block).copied().unwrap_or(0) + rest.iter().filter(|&&b| !is_continuation(b)).count()
    }
}

fn is_continuation(byte: u8) -> bool {
    byte & 0xC0 == 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_agree_with_counting() {
        let text = "Erdoğan “met” Çavuşoğlu — ".repeat(20);
        let points = CodePoints::new(&text);
        for (expected, (byte, _)) in text.char_indices().enumerate() {
            assert_eq!(points.at(&text, byte), expected);
        }
        assert_eq!(points.at(&text, text.len()), text.chars().count());
        let aligned = "é".repeat(32);
        assert_eq!(CodePoints::new(&aligned).at(&aligned, 64), 32);
    }

    #[test]
    fn spans_join_overlap_and_contain() {
        let (a, b) = (Span::new(2, 5), Span::new(4, 9));
        assert_eq!(a.join(b), Span::new(2, 9));
        assert!(a.overlaps(b) && !a.overlaps(Span::new(5, 6)));
        assert!(Span::new(0, 9).contains(a) && !a.contains(b));
    }
}
