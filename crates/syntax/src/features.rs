//! Word features and lemma scripts. The Python twin is `training/polybius_training/features.py`: change both together.

use std::borrow::Cow;

/// Rows of a word in the embedding tables: norm, norm (second hash), prefix, 3-suffix, 2-suffix, shape.
pub(crate) type Rows = [usize; 6];

/// 32-bit FNV-1a over a seed byte and the bytes of `text`.
fn fnv1a(seed: u8, text: &str) -> usize {
    let step = |value: u32, byte: u8| (value ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    text.bytes().fold(step(0x811C_9DC5, seed), step) as usize
}

/// Typographic quotes, dashes and ellipsis as the ASCII that most of the treebanks use.
fn straight(form: &str) -> String {
    let mut out = String::with_capacity(form.len());
    for c in form.chars() {
        match c {
            '‘' | '’' => out.push('\''),
            '“' | '”' => out.push('"'),
            '–' | '—' => out.push('-'),
            '…' => out.push_str("..."),
            c => out.push(c),
        }
    }
    out
}

/// Python's `isdecimal`, on the digits that occur in news.
fn is_decimal(c: char) -> bool {
    c.is_ascii_digit() || (c.is_numeric() && c.to_digit(10).is_none() && ('\u{660}'..='\u{669}').contains(&c))
}

fn shape(form: &str) -> String {
    let mut out: Vec<char> = Vec::with_capacity(10);
    for c in form.chars() {
        let class = match c {
            _ if is_decimal(c) => 'd',
            _ if c.is_uppercase() => 'X',
            _ if c.is_alphabetic() => 'x',
            other => other,
        };
        if out.len() >= 4 && out[out.len() - 4..].iter().all(|&o| o == class) {
            continue;
        }
        out.push(class);
        if out.len() == 10 {
            break;
        }
    }
    out.into_iter().collect()
}

fn suffix(text: &str, length: usize) -> &str {
    let start = text.char_indices().rev().nth(length - 1).map_or(0, |(i, _)| i);
    &text[start..]
}

fn prefix(text: &str, length: usize) -> &str {
    let end = text.char_indices().nth(length).map_or(text.len(), |(i, _)| i);
    &text[..end]
}

/// The embedding tables, in the order of [`Rows`] (the norm has two rows).
pub(crate) const TABLES: [&str; 5] = ["norm", "prefix", "suffix3", "suffix2", "shape"];

/// The rows of `form`, given the number of rows of the five tables.
pub(crate) fn rows(form: &str, sizes: &[usize; 5]) -> Rows {
    let straight: Cow<str> = if form.is_ascii() { Cow::Borrowed(form) } else { Cow::Owned(straight(form)) };
    let mut norm = straight.to_lowercase();
    if norm.contains(is_decimal) {
        norm = norm.chars().map(|c| if is_decimal(c) { '0' } else { c }).collect();
    }
    [
        fnv1a(1, &norm) % sizes[0],
        fnv1a(2, &norm) % sizes[0],
        fnv1a(3, prefix(&norm, 3)) % sizes[1],
        fnv1a(4, suffix(&norm, 3)) % sizes[2],
        fnv1a(5, suffix(&norm, 2)) % sizes[3],
        fnv1a(6, &shape(&straight)) % sizes[4],
    ]
}

/// The number that stands for a word, whatever its case.
pub(crate) fn key(form: &str) -> u32 {
    fnv1a(7, &straight(form).to_lowercase()) as u32
}

/// How to get a lemma from a form: lower-case or not, cut characters from the end, append.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct LemmaScript {
    lower: bool,
    cut: usize,
    append: String,
}

impl LemmaScript {
    /// Reads a label such as `L3ing`; `None` if it is not one.
    pub(crate) fn parse(label: &str) -> Option<Self> {
        let lower = match label.chars().next()? {
            'L' => true,
            'K' => false,
            _ => return None,
        };
        let rest = &label[1..];
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        Some(LemmaScript { lower, cut: rest[..digits].parse().ok()?, append: rest[digits..].to_owned() })
    }

    /// The lemma of `form`; the lower-cased form itself where the script does not fit it.
    pub(crate) fn apply(&self, form: &str) -> String {
        let base = if self.lower { form.to_lowercase() } else { form.to_owned() };
        let length = base.chars().count();
        if self.cut > length || (self.cut == length && self.append.is_empty()) {
            return base;
        }
        let end = base.char_indices().nth(length - self.cut).map_or(base.len(), |(i, _)| i);
        format!("{}{}", &base[..end], self.append)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lemma_scripts_apply_and_never_panic() {
        let script = |s: &str| LemmaScript::parse(s).unwrap();
        assert_eq!(script("L3").apply("Attacking"), "attack");
        assert_eq!(script("L3be").apply("was"), "be");
        assert_eq!(script("K0").apply("Lavrov"), "Lavrov");
        assert_eq!(script("L9x").apply("go"), "go");
        assert_eq!(LemmaScript::parse("?"), None);
    }

    #[test]
    fn hashes_are_those_of_python() {
        // python -c 'from polybius_training.features import rows; print(rows("Özgür’s"))'
        let sizes = [20000, 4000, 6000, 1500, 1500];
        assert_eq!(rows("Özgür’s", &sizes), [1415, 13624, 24, 5181, 794, 1228]);
        assert_eq!(rows("12,000", &sizes), [5936, 5633, 298, 5009, 124, 645]);
        assert_eq!(shape("U.S.-led12345"), "X.X.-xxxdd");
    }
}
