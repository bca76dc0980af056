//! The best tree under arc scores: Chu-Liu-Edmonds with exactly one word on the root (as UD asks).

use crate::network::Matrix;

/// Heads of the best tree. `scores` is (n, n + 1), column 0 the root; the result holds `None` for the one word on the root.
pub(crate) fn heads(scores: &Matrix) -> Vec<Option<usize>> {
    let n = scores.rows;
    let mut best: Vec<usize> = (0..n).map(|i| argmax(scores.row(i), |h| h != i + 1)).collect();
    let roots = best.iter().filter(|&&h| h == 0).count();
    if roots != 1 || has_cycle(&best) {
        // one root: the candidate that costs least; the others lose their root arc
        let gain = |i: usize| {
            let row = scores.row(i);
            let other = (1..=n).filter(|&h| h != i + 1).map(|h| row[h]).fold(f32::NEG_INFINITY, f32::max);
            row[0] - if other.is_finite() { other } else { row[0] - 1.0 }
        };
        let root = (0..n).max_by(|&a, &b| gain(a).total_cmp(&gain(b))).unwrap_or(0);
        best = arborescence(scores, root);
    }
    best.into_iter().map(|h| h.checked_sub(1)).collect()
}

fn argmax(row: &[f32], allowed: impl Fn(usize) -> bool) -> usize {
    let mut best = usize::MAX;
    for (i, v) in row.iter().enumerate() {
        if allowed(i) && (best == usize::MAX || *v > row[best]) {
            best = i;
        }
    }
    if best == usize::MAX { 0 } else { best }
}

fn has_cycle(heads: &[usize]) -> bool {
    find_cycle(heads).is_some()
}

/// A cycle among words whose heads are 1-based with 0 for the root.
fn find_cycle(heads: &[usize]) -> Option<Vec<usize>> {
    let mut color = vec![0usize; heads.len()];
    for start in 0..heads.len() {
        let mut at = start;
        let mut path = Vec::new();
        while color[at] == 0 {
            color[at] = start + 1;
            path.push(at);
            match heads[at] {
                0 => break,
                h => at = h - 1,
            }
            if color[at] == start + 1 {
                let from = path.iter().position(|&p| p == at)?;
                return Some(path[from..].to_vec());
            }
        }
    }
    None
}

/// Chu-Liu-Edmonds by contraction, with `root` the only word on the root. Cubic at worst; sentences are short.
fn arborescence(scores: &Matrix, root: usize) -> Vec<usize> {
    let n = scores.rows;
    // dense graph over nodes 0..=n; node 0 is the root
    let mut weight = vec![vec![f32::NEG_INFINITY; n + 1]; n + 1]; // weight[dependent][head]
    for (i, dependent) in weight.iter_mut().skip(1).enumerate() {
        for (h, (w, score)) in dependent.iter_mut().zip(scores.row(i)).enumerate() {
            if h != i + 1 && (h != 0 || i == root) {
                *w = *score;
            }
        }
    }
    let mut heads = contract(&weight);
    heads.remove(0);
    heads
}

/// Maximum spanning arborescence of a dense graph rooted in node 0; returns the head of every node (0 for node 0).
fn contract(weight: &[Vec<f32>]) -> Vec<usize> {
    let n = weight.len();
    let mut best = vec![0; n];
    for d in 1..n {
        best[d] = argmax(&weight[d], |h| h != d);
    }
    let Some(cycle) = find_cycle(&best[1..]).map(|c| c.into_iter().map(|i| i + 1).collect::<Vec<_>>()) else {
        return best;
    };
    let inside = |v: usize| cycle.contains(&v);
    // nodes outside keep their order; the cycle becomes the last node
    let outside: Vec<usize> = (0..n).filter(|&v| !inside(v)).collect();
    let m = outside.len();
    let mut smaller = vec![vec![f32::NEG_INFINITY; m + 1]; m + 1];
    let mut enters = vec![0; m]; // for each outside head: which cycle node it would enter
    let mut leaves = vec![0; m]; // for each outside dependent: which cycle node would be its head
    for (i, &v) in outside.iter().enumerate() {
        for (j, &h) in outside.iter().enumerate() {
            smaller[i][j] = weight[v][h];
        }
        if v != 0 {
            leaves[i] = cycle.iter().copied().max_by(|&a, &b| weight[v][a].total_cmp(&weight[v][b])).unwrap_or(0);
            smaller[i][m] = weight[v][leaves[i]];
        }
        let gain = |c: usize| weight[c][v] - weight[c][best[c]];
        enters[i] = cycle.iter().copied().max_by(|&a, &b| gain(a).total_cmp(&gain(b))).unwrap_or(0);
        smaller[m][i] = gain(enters[i]);
    }
    let solved = contract(&smaller);
    let mut out = best.clone();
    for (i, &v) in outside.iter().enumerate().skip(1) {
        out[v] = if solved[i] == m { leaves[i] } else { outside[solved[i]] };
    }
    let entry = solved[m];
    if entry < m {
        out[enters[entry]] = outside[entry];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(rows: &[&[f32]]) -> Matrix {
        Matrix { rows: rows.len(), columns: rows[0].len(), data: rows.concat() }
    }

    fn score(m: &Matrix, heads: &[Option<usize>]) -> f32 {
        heads.iter().enumerate().map(|(i, h)| m.row(i)[h.map_or(0, |h| h + 1)]).sum()
    }

    #[test]
    fn a_cycle_is_broken_at_the_least_cost() {
        let m = matrix(&[&[5.0, 0.0, 1.0, 1.0], &[1.0, 11.0, 0.0, 10.0], &[1.0, 8.0, 20.0, 0.0]]);
        assert_eq!(heads(&m), [None, Some(0), Some(1)]);
    }

    #[test]
    fn always_the_best_tree_with_one_root() {
        // all trees of four words, by brute force, on pseudo-random scores
        let mut seed = 7u32;
        for _ in 0..200 {
            let n = 4;
            let mut m = Matrix::zeros(n, n + 1);
            for v in &mut m.data {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                *v = (seed >> 16) as f32 / 1000.0;
            }
            let found = heads(&m);
            assert_eq!(found.iter().filter(|h| h.is_none()).count(), 1);
            let root = found.iter().position(Option::is_none).unwrap();
            let mut best = f32::NEG_INFINITY;
            for code in 0..(n + 1).pow(n as u32) {
                let tree: Vec<usize> = (0..n).map(|i| code / (n + 1).pow(i as u32) % (n + 1)).collect();
                let single = tree.iter().filter(|&&h| h == 0).count() == 1 && tree[root] == 0;
                if single && !has_cycle(&tree) && tree.iter().enumerate().all(|(i, &h)| h != i + 1) {
                    let tree: Vec<Option<usize>> = tree.into_iter().map(|h| h.checked_sub(1)).collect();
                    best = best.max(score(&m, &tree));
                }
            }
            assert!((score(&m, &found) - best).abs() < 1e-2, "{found:?}");
        }
    }
}
