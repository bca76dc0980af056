//! Near-copies: wire stories reprinted, shortened, updated, under another headline or byline, with a paragraph more.
//!
//! A text is the set of its shingles, runs of four words. Its [`Signature`] holds
//! - the smallest hashes of that set (a bottom-k sketch: Broder 1997, Cohen 1997), from which [`similarity`] estimates how much of the
//!   shorter text stands in the longer one, and
//! - minima under many hash functions (MinHash), of all shingles and of those of the first words, from which [`bands`] makes the keys
//!   under which likely copies are looked up, so that nothing is compared with everything (locality-sensitive hashing: Indyk & Motwani
//!   1998; Leskovec, Rajaraman & Ullman, Mining of Massive Datasets, ch. 3).
//!
//! Copies are cut from the end, so that a quarter of a story has few shingles in common with all of it, but its beginning: hence the bands
//! of the first words.
//!
//! ```
//! use polybius_incidents::near_copy::{THRESHOLD, bands, signature, similarity};
//! let wire = "Two bombs exploded in a fish market in Maiduguri on Monday, killing at least 18 people, a police spokesman said. The blasts \
//!     went off minutes apart as traders were packing up their stalls near the Baga road. Nobody claimed responsibility.";
//! let reprint = "Two bombs exploded in a fish market in Maiduguri on Monday, killing at least 20 people, a police spokesman said. The \
//!     blasts went off minutes apart as traders were packing up their stalls near the Baga road. Shops were closed.";
//! let (a, b) = (signature(wire), signature(reprint));
//! assert!(similarity(&a, &b) >= THRESHOLD);
//! let keys = bands(&a);
//! assert!(bands(&b).iter().any(|k| keys.contains(k)));
//! ```

use xxhash_rust::xxh3::{xxh3_64, xxh3_64_with_seed};

/// Words in a shingle. Four words in a row are rarely the same by chance and are torn by few edits.
const SHINGLE: usize = 4;

/// Hashes kept of the shingles: all of them in a text of 250 words. The estimate of a share of one half errs by 0.03 (one standard error).
const SKETCH: usize = 256;

/// Minima a band. Texts that share one shingle in a hundred, as reports of one event may, meet in a band with probability 1/10,000.
const ROWS: usize = 2;

/// Bands of the whole text: copies that share half of all shingles meet in one of them with probability 0.999, a third 0.94, a fifth 0.62.
const WHOLE: usize = 24;

/// Bands of the beginning: those that share seven in ten of its shingles meet with probability 0.996.
const LEAD: usize = 8;

/// Words that are the beginning: a wire story's first paragraph or two.
const LEAD_WORDS: usize = 60;

/// How many keys [`bands`] gives.
pub const BANDS: usize = WHOLE + LEAD;

/// A text of fewer shingles is too short to say whose copy it is.
const SHORTEST: usize = 20;

/// From this [`similarity`] on a text counts as a copy. Reports of the same event by different hands share names, titles and quotations, at
/// most 0.1 of the shorter one's shingles in our stories (`corpus/incidents`), copies with a paragraph exchanged or cut 0.55 and more:
/// any value from 0.2 to 0.5 tells them apart. It lies high in the gap because real reports quote the same agencies.
pub const THRESHOLD: f64 = 0.4;

/// The longer text may have this many times the shingles of the shorter one: a digest of the day is no copy of one of its items.
const LENGTHS: f64 = 6.0;

const MINIMA: usize = BANDS * ROWS;

/// What is kept of a text to know its copies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// How many different shingles the text has.
    shingles: u32,
    /// The smallest of their hashes, ascending.
    sketch: Vec<u32>,
    /// The minima, those of the whole text first; empty for a text that is too short.
    minima: Vec<u32>,
}

/// The signature of an article's text. Case, punctuation, and white space do not count.
pub fn signature(text: &str) -> Signature {
    let lower = text.to_lowercase().replace('’', "'");
    let words: Vec<u64> = lower
        .split(|c: char| !c.is_alphanumeric() && c != '\'')
        .map(|w| w.trim_matches('\''))
        .filter(|w| !w.is_empty())
        .map(|w| xxh3_64(w.as_bytes()))
        .collect();
    let shingle = |w: &[u64]| w.iter().fold(0u64, |h, x| xxh3_64_with_seed(&x.to_le_bytes(), h));
    let all: Vec<u64> = words.windows(SHINGLE).map(shingle).collect();
    let lead = &all[..all.len().min(LEAD_WORDS - SHINGLE + 1)];
    // the sketch takes the upper half of each hash
    let mut sketch: Vec<u32> = all.iter().map(|h| (h >> 32) as u32).collect();
    sketch.sort_unstable();
    sketch.dedup();
    let shingles = sketch.len() as u32;
    sketch.truncate(SKETCH);
    let mut minima = Vec::new();
    if shingles as usize >= SHORTEST {
        let whole = WHOLE * ROWS;
        minima.extend((0..MINIMA).map(|i| minimum(if i < whole { &all } else { lead }, i as u64)));
    }
    Signature { shingles, sketch, minima }
}

/// The smallest hash of the set under the `i`-th hash function: multiply-shift (Dietzfelbinger et al. 1997), with constants of xxh3.
fn minimum(set: &[u64], i: u64) -> u32 {
    let constant = |seed: u64| xxh3_64_with_seed(&i.to_le_bytes(), seed);
    let (factor, term) = (constant(1) | 1, constant(2));
    set.iter().map(|h| (h.wrapping_mul(factor).wrapping_add(term) >> 32) as u32).min().unwrap_or(u32::MAX)
}

/// The keys under which to look for copies of a text: two texts that share a key are candidates, whose [`similarity`] decides. They are the
/// same in every run, on every machine and in every version that reads the same [`Signature::to_bytes`]. A text that is too short has none.
pub fn bands(signature: &Signature) -> Vec<u64> {
    let key = |(band, rows): (usize, &[u32])| {
        let bytes: Vec<u8> = rows.iter().flat_map(|r| r.to_le_bytes()).collect();
        xxh3_64_with_seed(&bytes, band as u64)
    };
    signature.minima.chunks_exact(ROWS).enumerate().map(key).collect()
}

/// How much of the shorter text stands in the longer one, from 0 to 1: the estimated share of its shingles. 0 where one of the two is too
/// short or the other much longer.
pub fn similarity(a: &Signature, b: &Signature) -> f64 {
    let (few, many) = (a.shingles.min(b.shingles), a.shingles.max(b.shingles));
    if (few as usize) < SHORTEST || f64::from(many) > LENGTHS * f64::from(few) {
        return 0.0;
    }
    // below the lower of the two limits both sketches are complete
    let limit = |s: &Signature| if s.shingles as usize > SKETCH { s.sketch.last().copied() } else { None };
    let limit = [limit(a), limit(b)].into_iter().flatten().min().unwrap_or(u32::MAX);
    let below = |s: &Signature| s.sketch.partition_point(|&h| h <= limit);
    let (a, b) = (&a.sketch[..below(a)], &b.sketch[..below(b)]);
    let shared = a.iter().filter(|h| b.binary_search(h).is_ok()).count();
    shared as f64 / a.len().min(b.len()).max(1) as f64
}

/// The bytes of a signature are not those of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("these {length} bytes are no signature of a text: compute it anew")]
pub struct SignatureError {
    /// How many bytes were given.
    pub length: usize,
}

impl Signature {
    const VERSION: u8 = 1;

    /// For a BLOB: at most 1.3 kB.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![Self::VERSION];
        let numbers = [self.shingles, self.sketch.len() as u32];
        bytes.extend(numbers.iter().chain(&self.sketch).chain(&self.minima).flat_map(|n| n.to_le_bytes()));
        bytes
    }

    /// Reads what [`Signature::to_bytes`] wrote.
    ///
    /// # Errors
    /// If the bytes are something else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, SignatureError> {
        let error = SignatureError { length: bytes.len() };
        let (&version, rest) = bytes.split_first().ok_or(error)?;
        let (numbers, odd) = rest.as_chunks::<4>();
        let numbers: Vec<u32> = numbers.iter().map(|n| u32::from_le_bytes(*n)).collect();
        let [shingles, length, rest @ ..] = numbers.as_slice() else { return Err(error) };
        let length = *length as usize;
        if version != Self::VERSION
            || !odd.is_empty()
            || length > rest.len()
            || length != SKETCH.min(*shingles as usize)
        {
            return Err(error);
        }
        let (sketch, minima) = rest.split_at(length);
        let expected = if *shingles as usize >= SHORTEST { MINIMA } else { 0 };
        if minima.len() != expected || !sketch.is_sorted() {
            return Err(error);
        }
        Ok(Signature { shingles: *shingles, sketch: sketch.to_vec(), minima: minima.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text of so many made-up words that are the same for the same seed.
    fn text(seed: u64, words: usize) -> Vec<String> {
        (0..words as u64).map(|i| format!("w{}", xxh3_64_with_seed(&i.to_le_bytes(), seed) % 5_000)).collect()
    }

    fn of(words: &[String]) -> Signature {
        signature(&words.join(" "))
    }

    fn meet(a: &Signature, b: &Signature) -> bool {
        let keys = bands(a);
        bands(b).iter().any(|k| keys.contains(k))
    }

    #[test]
    fn copies_are_found_cut_lengthened_updated_and_moved() {
        let mut cases = 0;
        for seed in 0..50 {
            let wire = text(seed, 400);
            let a = of(&wire);
            let half = of(&wire[..200]);
            let quarter = of(&wire[..100]);
            let longer = of(&[wire.clone(), text(seed + 1_000, 150)].concat());
            // another byline and dateline before, every thirtieth word another one, the end cut
            let mut edited = [text(seed + 2_000, 8), wire[..320].to_vec()].concat();
            edited.iter_mut().step_by(30).for_each(|w| w.push('x'));
            for copy in [half, quarter, longer, of(&edited)] {
                assert!(similarity(&a, &copy) >= THRESHOLD, "seed {seed}: {}", similarity(&a, &copy));
                assert!(meet(&a, &copy), "seed {seed}");
                cases += 1;
            }
        }
        assert_eq!(cases, 200);
    }

    #[test]
    fn other_texts_are_no_copies_and_rarely_meet() {
        let all: Vec<Signature> = (0..200).map(|seed| of(&text(seed, 300))).collect();
        let pairs = || all.iter().enumerate().flat_map(|(i, a)| all[..i].iter().map(move |b| (a, b)));
        assert!(pairs().all(|(a, b)| similarity(a, b) < 0.1));
        assert!(pairs().filter(|(a, b)| meet(a, b)).count() < 5);
    }

    #[test]
    fn the_estimate_is_near_the_share() {
        for shared in [100, 300, 500, 700] {
            let a = text(1, 800);
            let b = [a[..shared].to_vec(), text(2, 1_000 - shared)].concat();
            let share = similarity(&of(&a), &of(&b));
            let expected = (shared as f64 - 3.0) / 797.0;
            assert!((share - expected).abs() < 0.1, "{shared}: {share} for {expected}");
        }
    }

    #[test]
    fn case_punctuation_and_spacing_do_not_count() {
        let a = "The army's spokesman -- a colonel -- said that rebels had shelled the town from the hills on Monday night, killing two women and a child.";
        let b = "THE ARMY’S spokesman, a colonel, said\n that rebels had shelled the town; from the hills on Monday night killing two women and a child";
        assert!(similarity(&signature(a), &signature(b)) > 0.8);
        assert_eq!(signature(a), signature(&a.to_uppercase()));
    }

    #[test]
    fn a_digest_and_a_scrap_are_no_copies() {
        let item = text(1, 60);
        let digest = [item.clone(), text(2, 900)].concat();
        assert_eq!(similarity(&of(&item), &of(&digest)), 0.0);
        let scrap = of(&text(1, 10));
        assert_eq!((similarity(&scrap, &scrap), bands(&scrap).len()), (0.0, 0));
        assert_eq!(bands(&signature("")).len(), 0);
    }

    #[test]
    fn keys_and_bytes_are_the_same_in_every_run() {
        let a = of(&text(7, 300));
        assert_eq!(bands(&a).len(), BANDS);
        assert_eq!((bands(&a)[0], bands(&a)[BANDS - 1]), (PINNED.0, PINNED.1));
        for words in [0, 10, 100, 600] {
            let a = of(&text(3, words));
            assert_eq!(Signature::from_bytes(&a.to_bytes()), Ok(a));
        }
        let bytes = a.to_bytes();
        for wrong in [&bytes[1..], &bytes[..bytes.len() - 4], &[], &[2], &[1, 255, 255, 255, 255, 255, 255, 255, 255]] {
            assert_eq!(Signature::from_bytes(wrong), Err(SignatureError { length: wrong.len() }));
        }
    }

    /// First and last key of a text: stores have such keys in their tables.
    const PINNED: (u64, u64) = (9_361_327_642_502_918_950, 7_970_485_035_799_778_618);
}
