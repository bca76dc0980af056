//! Scores of coreference: MUC, B³, CEAF and their CoNLL average, as Pradhan et al. 2014 define them for predicted mentions ("Scoring
//! Coreference Partitions of Predicted Mentions: A Reference Implementation", <https://aclanthology.org/P14-2006>).
//!
//! A document's coreference is a list of clusters; a cluster is a set of mentions; a mention is any value that equals its twin on the other
//! side. Each measure counts a numerator and a denominator of recall and of precision, and counts are summed over documents before the
//! division, as the reference scorer does.

use std::collections::HashMap;
use std::hash::Hash;
use std::ops::AddAssign;

/// Recall and precision as fractions that can be summed over documents.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Fractions {
    /// What of the key is in the response.
    pub found: f64,
    /// What is in the key.
    pub key: f64,
    /// What of the response is in the key.
    pub right: f64,
    /// What is in the response.
    pub response: f64,
}

impl Fractions {
    /// Recall; 0 where the key is empty.
    pub fn recall(&self) -> f64 {
        if self.key > 0.0 { self.found / self.key } else { 0.0 }
    }

    /// Precision; 0 where the response is empty.
    pub fn precision(&self) -> f64 {
        if self.response > 0.0 { self.right / self.response } else { 0.0 }
    }

    /// The harmonic mean of recall and precision.
    pub fn f1(&self) -> f64 {
        let (r, p) = (self.recall(), self.precision());
        if r + p > 0.0 { 2.0 * r * p / (r + p) } else { 0.0 }
    }
}

impl AddAssign for Fractions {
    fn add_assign(&mut self, other: Fractions) {
        self.found += other.found;
        self.key += other.key;
        self.right += other.right;
        self.response += other.response;
    }
}

/// All measures of one document, or the sum over several.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CoreferenceScore {
    /// Which mentions there are, whatever their cluster.
    pub mentions: Fractions,
    /// Links (Vilain et al. 1995).
    pub muc: Fractions,
    /// Overlap of the clusters of each mention (Bagga and Baldwin 1998).
    pub b_cubed: Fractions,
    /// Best alignment of clusters by the number of mentions they share (Luo 2005, φ3).
    pub ceaf_m: Fractions,
    /// Best alignment of clusters by the share of mentions they share (Luo 2005, φ4).
    pub ceaf_e: Fractions,
}

impl CoreferenceScore {
    /// Scores the clusters of one document. A mention that stands twice counts where it stands first.
    pub fn of<M: Hash + Eq + Clone>(key: &[Vec<M>], response: &[Vec<M>]) -> Self {
        let (key, response) = (without_repetitions(key), without_repetitions(response));
        let overlap = Overlap::new(&key, &response);
        let mentions = |clusters: &[Vec<M>]| clusters.iter().map(Vec::len).sum::<usize>() as f64;
        let shared: f64 = overlap.cells.iter().map(|c| c.2).sum();
        let sides = |found: f64, right: f64, key: f64, response: f64| Fractions { found, key, right, response };
        let (in_key, in_response) = (mentions(&key), mentions(&response));
        let [muc_key, muc_response] = [overlap.links(true), overlap.links(false)];
        let phi3 = overlap.best_alignment(|shared, _, _| shared);
        let phi4 = overlap.best_alignment(|shared, k, r| 2.0 * shared / (k + r));
        CoreferenceScore {
            mentions: sides(shared, shared, in_key, in_response),
            muc: sides(muc_key.0, muc_response.0, muc_key.1, muc_response.1),
            b_cubed: sides(overlap.squares(true), overlap.squares(false), in_key, in_response),
            ceaf_m: sides(phi3, phi3, in_key, in_response),
            ceaf_e: sides(phi4, phi4, key.len() as f64, response.len() as f64),
        }
    }

    /// The mean of the F1 of MUC, B³ and CEAF-e.
    pub fn conll(&self) -> f64 {
        (self.muc.f1() + self.b_cubed.f1() + self.ceaf_e.f1()) / 3.0
    }
}

impl AddAssign for CoreferenceScore {
    fn add_assign(&mut self, other: CoreferenceScore) {
        self.mentions += other.mentions;
        self.muc += other.muc;
        self.b_cubed += other.b_cubed;
        self.ceaf_m += other.ceaf_m;
        self.ceaf_e += other.ceaf_e;
    }
}

fn without_repetitions<M: Hash + Eq + Clone>(clusters: &[Vec<M>]) -> Vec<Vec<M>> {
    let mut seen = std::collections::HashSet::new();
    let mut kept: Vec<Vec<M>> =
        clusters.iter().map(|c| c.iter().filter(|m| seen.insert((*m).clone())).cloned().collect()).collect();
    kept.retain(|c| !c.is_empty());
    kept
}

/// How many mentions the clusters of key and response share: the cells that are not zero.
struct Overlap {
    key: Vec<f64>,
    response: Vec<f64>,
    /// Cluster of the key, cluster of the response, mentions in both; by key, then response.
    cells: Vec<(usize, usize, f64)>,
}

impl Overlap {
    fn new<M: Hash + Eq>(key: &[Vec<M>], response: &[Vec<M>]) -> Self {
        let of_response: HashMap<&M, usize> =
            response.iter().enumerate().flat_map(|(r, c)| c.iter().map(move |m| (m, r))).collect();
        let mut cells = Vec::new();
        for (k, cluster) in key.iter().enumerate() {
            let mut row: Vec<usize> = cluster.iter().filter_map(|m| of_response.get(m).copied()).collect();
            row.sort_unstable();
            for same in row.chunk_by(|a, b| a == b) {
                cells.push((k, same[0], same.len() as f64));
            }
        }
        let sizes = |clusters: &[Vec<M>]| clusters.iter().map(|c| c.len() as f64).collect();
        Overlap { key: sizes(key), response: sizes(response), cells }
    }

    /// MUC's links of one side: those that the other side keeps, and all. The other side cuts a cluster into the parts it shares with its
    /// clusters, and one part for each mention it lacks.
    fn links(&self, of_key: bool) -> (f64, f64) {
        let sizes = if of_key { &self.key } else { &self.response };
        let mut kept: Vec<f64> = vec![0.0; sizes.len()];
        for &(k, r, shared) in &self.cells {
            kept[if of_key { k } else { r }] += shared - 1.0;
        }
        (kept.iter().sum(), sizes.iter().map(|s| s - 1.0).sum())
    }

    /// B³'s sum over the mentions of one side.
    fn squares(&self, of_key: bool) -> f64 {
        self.cells
            .iter()
            .map(|&(k, r, shared)| shared * shared / if of_key { self.key[k] } else { self.response[r] })
            .sum()
    }

    /// The largest sum of `similarity` (of shared mentions and the two sizes) over one-to-one alignments of clusters.
    fn best_alignment(&self, similarity: impl Fn(f64, f64, f64) -> f64) -> f64 {
        let mut weights = vec![vec![0.0; self.response.len()]; self.key.len()];
        for &(k, r, shared) in &self.cells {
            weights[k][r] = similarity(shared, self.key[k], self.response[r]);
        }
        largest_assignment(&weights)
    }
}

/// The largest sum of weights that takes at most one from each row and each column: the Hungarian method with potentials, in time cubic
/// in the number of rows (Kuhn 1955; the shortest augmenting path of each row in turn).
fn largest_assignment(weights: &[Vec<f64>]) -> f64 {
    let columns = weights.first().map_or(0, Vec::len);
    if columns == 0 {
        return 0.0;
    }
    // fewer rows than columns: the method gives every row its column
    if weights.len() > columns {
        let turned: Vec<Vec<f64>> = (0..columns).map(|c| weights.iter().map(|row| row[c]).collect()).collect();
        return largest_assignment(&turned);
    }
    let rows = weights.len();
    // column 0 and row 0 stand for "none"; the method looks for the least cost, which is the weight with its sign turned
    let cost = |row: usize, column: usize| -weights[row - 1][column - 1];
    let mut row_potential = vec![0.0; rows + 1];
    let mut column_potential = vec![0.0; columns + 1];
    let mut row_of = vec![0; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut slack = vec![f64::INFINITY; columns + 1];
        let mut before = vec![0; columns + 1];
        let mut done = vec![false; columns + 1];
        let mut at = 0;
        loop {
            done[at] = true;
            let from = row_of[at];
            let (mut step, mut next) = (f64::INFINITY, 0);
            for column in (1..=columns).filter(|&c| !done[c]) {
                let reduced = cost(from, column) - row_potential[from] - column_potential[column];
                if reduced < slack[column] {
                    slack[column] = reduced;
                    before[column] = at;
                }
                if slack[column] < step {
                    step = slack[column];
                    next = column;
                }
            }
            for column in 0..=columns {
                if done[column] {
                    row_potential[row_of[column]] += step;
                    column_potential[column] -= step;
                } else {
                    slack[column] -= step;
                }
            }
            at = next;
            if row_of[at] == 0 {
                break;
            }
        }
        while at != 0 {
            let previous = before[at];
            row_of[at] = row_of[previous];
            at = previous;
        }
    }
    (1..=columns).filter(|&c| row_of[c] != 0).map(|c| weights[row_of[c] - 1][c - 1]).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Clusters of one-letter mentions: "ab cd" are {a, b} and {c, d}.
    fn score(key: &str, response: &str) -> CoreferenceScore {
        let clusters = |text: &str| text.split(' ').map(|c| c.chars().collect()).collect::<Vec<Vec<char>>>();
        CoreferenceScore::of(&clusters(key), &clusters(response))
    }

    /// Recall, precision and F1 as given by the source, to its digits.
    fn check(name: &str, f: Fractions, [recall, precision, f1]: [f64; 3]) {
        for (what, got, wanted) in
            [("recall", f.recall(), recall), ("precision", f.precision(), precision), ("F1", f.f1(), f1)]
        {
            assert!((got - wanted).abs() < 1e-9, "{name}: {what} is {got}, not {wanted}");
        }
    }

    #[test]
    fn the_example_of_pradhan_and_others_2014() {
        // section 4 of the paper: key {a b c} {d e f g}, response {a b} {c d} {f g h i}
        let s = score("abc defg", "ab cd fghi");
        check("MUC", s.muc, [2.0 / 5.0, 2.0 / 5.0, 0.4]);
        check("B3", s.b_cubed, [35.0 / 12.0 / 7.0, 4.0 / 8.0, 2.0 * (5.0 / 12.0) * 0.5 / (5.0 / 12.0 + 0.5)]);
        check("CEAFm", s.ceaf_m, [4.0 / 7.0, 4.0 / 8.0, 8.0 / 15.0]);
        check("CEAFe", s.ceaf_e, [1.3 / 2.0, 1.3 / 3.0, 2.6 / 5.0]);
        check("mentions", s.mentions, [6.0 / 7.0, 6.0 / 8.0, 12.0 / 15.0]);
    }

    #[test]
    fn the_test_cases_of_the_reference_scorer() {
        // test/TestCases.README and test/CorefMetricTestConfig.pm of github.com/conll/reference-coreference-scorers, TC-A; capital
        // letters there are other mentions
        let perfect = score("a bc def", "a bc def");
        for f in [perfect.muc, perfect.b_cubed, perfect.ceaf_m, perfect.ceaf_e] {
            check("TC-A-1", f, [1.0, 1.0, 1.0]);
        }
        let none = [0.0, 0.0, 0.0];
        let third = [1.0 / 3.0; 3];
        let f1 = |r: f64, p: f64| [r, p, 2.0 * r * p / (r + p)];
        // response, then MUC, B³, CEAF-m, CEAF-e; where the source leaves a measure out, its definition by hand
        let cases = [
            ("a de", f1(1.0 / 3.0, 1.0), f1(7.0 / 18.0, 1.0), f1(0.5, 1.0), f1(0.6, 0.9)),
            ("a bcx defy z", f1(1.0, 0.6), f1(1.0, 55.0 / 108.0), f1(1.0, 6.0 / 9.0), f1(93.0 / 105.0, 93.0 / 140.0)),
            ("a bcx dy z", third, f1(5.0 / 9.0, 17.0 / 42.0), f1(4.0 / 6.0, 4.0 / 7.0), f1(2.2 / 3.0, 0.55)),
            (
                "a bcxB dy z",
                f1(1.0 / 3.0, 0.25),
                f1(5.0 / 9.0, 5.0 / 16.0),
                f1(4.0 / 6.0, 0.5),
                f1(31.0 / 45.0, 31.0 / 60.0),
            ),
            ("a bcx dy Bz", f1(1.0 / 3.0, 0.25), f1(5.0 / 9.0, 17.0 / 48.0), f1(4.0 / 6.0, 0.5), f1(2.2 / 3.0, 0.55)),
            // repeated mentions: TC-A-7 to TC-A-9
            ("a bcxb dy z", third, f1(5.0 / 9.0, 17.0 / 42.0), f1(4.0 / 6.0, 4.0 / 7.0), f1(2.2 / 3.0, 0.55)),
            ("a bcx dy bz", third, f1(5.0 / 9.0, 17.0 / 42.0), f1(4.0 / 6.0, 4.0 / 7.0), f1(2.2 / 3.0, 0.55)),
            ("a bcx dy bbbbbbbbbbz", third, f1(5.0 / 9.0, 17.0 / 42.0), f1(4.0 / 6.0, 4.0 / 7.0), f1(2.2 / 3.0, 0.55)),
            // all alone, all together: TC-A-10 to TC-A-13
            ("a b c d e f", none, f1(0.5, 1.0), f1(0.5, 0.5), f1(13.0 / 18.0, 13.0 / 36.0)),
            ("abcdef", f1(1.0, 0.6), f1(1.0, 7.0 / 18.0), f1(0.5, 0.5), f1(2.0 / 9.0, 2.0 / 3.0)),
            ("a x y c d e z", none, f1(13.0 / 36.0, 4.0 / 7.0), f1(0.5, 3.0 / 7.0), f1(13.0 / 18.0, 13.0 / 42.0)),
            (
                "axycdez",
                f1(1.0 / 3.0, 1.0 / 6.0),
                f1(17.0 / 36.0, 6.0 / 49.0),
                f1(2.0 / 6.0, 2.0 / 7.0),
                f1(0.4 / 3.0, 0.4),
            ),
        ];
        for (response, muc, b_cubed, ceaf_m, ceaf_e) in cases {
            let s = score("a bc def", response);
            for (name, got, wanted) in [
                ("MUC", s.muc, muc),
                ("B3", s.b_cubed, b_cubed),
                ("CEAFm", s.ceaf_m, ceaf_m),
                ("CEAFe", s.ceaf_e, ceaf_e),
            ] {
                check(&format!("{response}: {name}"), got, wanted);
            }
        }
        // TC-D-1 and TC-E-1, from the paper on B³
        let merged = score("12345 67 89ABC", "12345 6789ABC");
        check("TC-D-1: MUC", merged.muc, f1(1.0, 0.9));
        check("TC-D-1: B3", merged.b_cubed, f1(1.0, 16.0 / 21.0));
        let merged = score("12345 67 89ABC", "1234589ABC 67");
        check("TC-E-1: MUC", merged.muc, f1(1.0, 0.9));
        check("TC-E-1: B3", merged.b_cubed, f1(1.0, 7.0 / 12.0));
        // TC-F-1 to TC-L-1, from the paper on MUC
        for (key, response, muc) in [
            ("ABCD", "AB CD", f1(2.0 / 3.0, 1.0)),
            ("AB CD", "ABCD", f1(1.0, 2.0 / 3.0)),
            ("ABC", "AC", f1(0.5, 1.0)),
            ("BCDEGHJ", "ABC DEF GHI", f1(0.5, 0.5)),
            ("ABC DEFG", "AB CD FGH", f1(0.4, 0.5)),
        ] {
            check(&format!("{key}, {response}: MUC"), score(key, response).muc, muc);
        }
    }

    #[test]
    fn counts_are_summed_before_the_division() {
        let mut sum = score("abc", "abc");
        sum += score("abcde", "ab cd");
        assert_eq!(sum.muc.recall(), 4.0 / 6.0);
        assert_eq!(sum.mentions.recall(), 7.0 / 8.0);
    }

    #[test]
    fn nothing_to_score_is_zero_and_no_panic() {
        let nothing = CoreferenceScore::of::<u8>(&[], &[]);
        assert_eq!(nothing.conll(), 0.0);
        assert_eq!(CoreferenceScore::of(&[vec![1, 2]], &[]).conll(), 0.0);
        assert_eq!(CoreferenceScore::of(&[], &[vec![1, 2]]).conll(), 0.0);
    }

    #[test]
    fn the_assignment_is_the_best_of_all() {
        // greedy takes 9 and then 1; the best is 8 + 8
        assert_eq!(largest_assignment(&[vec![9.0, 8.0], vec![8.0, 1.0]]), 16.0);
        assert_eq!(largest_assignment(&[vec![1.0], vec![5.0], vec![3.0]]), 5.0);
        // every matrix of three rows and four columns out of a fixed sequence, against all assignments
        let mut state = 1u32;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 28)
        };
        for _ in 0..200 {
            let w: Vec<Vec<f64>> = (0..3).map(|_| (0..4).map(|_| next()).collect()).collect();
            let mut best = 0.0f64;
            for a in 0..4 {
                for b in (0..4).filter(|&b| b != a) {
                    for c in (0..4).filter(|&c| c != a && c != b) {
                        best = best.max(w[0][a] + w[1][b] + w[2][c]);
                    }
                }
            }
            assert_eq!(largest_assignment(&w), best);
        }
    }
}
