//! The forward pass: hashed embeddings, gated dilated convolutions, linear tagging heads and biaffine parsing heads.
//! The PyTorch twin is `training/polybius_training/model.py`; `tests/parity.rs` holds the two together.

use crate::features::Rows;
use crate::model::ModelError;
use safetensors::{Dtype, SafeTensors};

/// A row-major matrix.
#[derive(Clone, Debug, Default)]
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) columns: usize,
    pub(crate) data: Vec<f32>,
}

impl Matrix {
    pub(crate) fn zeros(rows: usize, columns: usize) -> Self {
        Matrix { rows, columns, data: vec![0.0; rows * columns] }
    }

    pub(crate) fn row(&self, i: usize) -> &[f32] {
        &self.data[i * self.columns..(i + 1) * self.columns]
    }

    fn row_mut(&mut self, i: usize) -> &mut [f32] {
        &mut self.data[i * self.columns..(i + 1) * self.columns]
    }
}

/// `a · b` where `b` is given transposed (as PyTorch stores linear layers): (m, k) × (n, k)ᵀ → (m, n), plus `bias`.
fn times_transposed(a: &Matrix, b: &Matrix, bias: Option<&[f32]>) -> Matrix {
    assert_eq!(a.columns, b.columns);
    product(a, b, b.rows, (1, b.columns as isize), bias)
}

/// `a · b`: (m, k) × (k, n) → (m, n).
fn times(a: &Matrix, b: &Matrix) -> Matrix {
    assert_eq!(a.columns, b.rows);
    product(a, b, b.columns, (b.columns as isize, 1), None)
}

fn product(a: &Matrix, b: &Matrix, columns: usize, strides: (isize, isize), bias: Option<&[f32]>) -> Matrix {
    let mut out = Matrix::zeros(a.rows, columns);
    if let Some(bias) = bias {
        for i in 0..a.rows {
            out.row_mut(i).copy_from_slice(bias);
        }
    }
    assert!(a.data.len() == a.rows * a.columns && b.data.len() >= a.columns * columns);
    // SAFETY: the dimensions and strides describe exactly the three slices, checked by the assertions here and in the two
    // callers; `out` is not aliased. `tests/parity.rs` compares the results with PyTorch.
    unsafe {
        gemm::gemm(
            a.rows,
            columns,
            a.columns,
            out.data.as_mut_ptr(),
            1,
            columns as isize,
            true,
            a.data.as_ptr(),
            1,
            a.columns as isize,
            b.data.as_ptr(),
            strides.1,
            strides.0,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
    out
}

#[derive(Clone, Debug)]
struct Linear {
    weight: Matrix,
    bias: Vec<f32>,
}

impl Linear {
    fn apply(&self, x: &Matrix) -> Matrix {
        times_transposed(x, &self.weight, Some(&self.bias))
    }
}

#[derive(Clone, Debug)]
struct LayerNorm {
    weight: Vec<f32>,
    bias: Vec<f32>,
}

impl LayerNorm {
    fn apply(&self, x: &Matrix) -> Matrix {
        let mut out = x.clone();
        let n = x.columns as f32;
        for i in 0..x.rows {
            let row = out.row_mut(i);
            let mean = row.iter().sum::<f32>() / n;
            let variance = row.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / n;
            let scale = 1.0 / (variance + 1e-5).sqrt();
            for ((v, w), b) in row.iter_mut().zip(&self.weight).zip(&self.bias) {
                *v = (*v - mean) * scale * w + b;
            }
        }
        out
    }
}

fn leaky_relu(mut x: Matrix) -> Matrix {
    x.data.iter_mut().for_each(|v| *v = if *v > 0.0 { *v } else { 0.1 * *v });
    x
}

/// `e^x` to about 2e-7 relative, by the usual split into a power of two and a polynomial, so that the compiler can vectorize it.
#[inline]
fn exp(x: f32) -> f32 {
    let x = x.clamp(-80.0, 80.0);
    let n = (x * std::f32::consts::LOG2_E).round();
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let p = 1.987_569_1e-4f32;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let y = p * r * r + r + 1.0;
    y * f32::from_bits(((n as i32 + 127) as u32) << 23)
}

/// What the network says of a batch of sentences laid end to end: one row a word.
pub(crate) struct Scores {
    pub(crate) upos: Matrix,
    pub(crate) feats: Matrix,
    pub(crate) lemma: Matrix,
    /// For each sentence: (length, length + 1); column 0 is the root.
    pub(crate) arcs: Vec<Matrix>,
    rel_dep: Matrix,
    rel_head: Matrix,
    rel_root: Vec<f32>,
}

/// The weights.
#[derive(Debug)]
pub(crate) struct Network {
    tables: [Matrix; 5],
    input: Linear,
    norms: Vec<LayerNorm>,
    /// (2 · width, 3 · width): the three positions of the window side by side.
    convolutions: Vec<Linear>,
    dilations: Vec<usize>,
    output: LayerNorm,
    upos: Linear,
    feats: Linear,
    lemma: Linear,
    root: Matrix,
    arc_dep: Linear,
    arc_head: Linear,
    rel_dep: Linear,
    rel_head: Linear,
    arc: Matrix,
    rel: Matrix,
    deprels: usize,
}

impl Network {
    /// Reads the tensors that `polybius_training.train` writes.
    pub(crate) fn load(file: &SafeTensors, dilations: Vec<usize>) -> Result<Self, ModelError> {
        let matrix = |name: &str| -> Result<Matrix, ModelError> {
            let tensor = file.tensor(name).map_err(|_| ModelError::Missing(name.to_owned()))?;
            if tensor.dtype() != Dtype::F16 {
                return Err(ModelError::Shape(name.to_owned()));
            }
            let shape = tensor.shape();
            let (rows, columns) = match *shape {
                [columns] => (1, columns),
                [rows, columns] => (rows, columns),
                [rows, a, b] => (rows, a * b),
                _ => return Err(ModelError::Shape(name.to_owned())),
            };
            let halves: Vec<half::f16> =
                tensor.data().chunks_exact(2).map(|b| half::f16::from_le_bytes([b[0], b[1]])).collect();
            let mut data = vec![0.0; halves.len()];
            half::slice::HalfFloatSliceExt::convert_to_f32_slice(halves.as_slice(), &mut data);
            if data.len() != rows * columns {
                return Err(ModelError::Shape(name.to_owned()));
            }
            Ok(Matrix { rows, columns, data })
        };
        let linear = |name: &str| -> Result<Linear, ModelError> {
            Ok(Linear { weight: matrix(&format!("{name}.weight"))?, bias: matrix(&format!("{name}.bias"))?.data })
        };
        let norm = |name: &str| -> Result<LayerNorm, ModelError> {
            Ok(LayerNorm {
                weight: matrix(&format!("{name}.weight"))?.data,
                bias: matrix(&format!("{name}.bias"))?.data,
            })
        };
        let convolution = |i: usize| -> Result<Linear, ModelError> {
            let mut layer = linear(&format!("encoder.convolutions.{i}"))?;
            // PyTorch keeps (out, in, window); the window goes outside, so that a row of the input is three words
            let width = layer.weight.columns / 3;
            let mut turned = Matrix::zeros(layer.weight.rows, layer.weight.columns);
            for o in 0..layer.weight.rows {
                for i in 0..width {
                    for w in 0..3 {
                        turned.row_mut(o)[w * width + i] = layer.weight.row(o)[i * 3 + w];
                    }
                }
            }
            layer.weight = turned;
            Ok(layer)
        };
        let table = |name: &str| matrix(&format!("encoder.tables.{name}.weight"));
        let rel = matrix("rel")?;
        let rel_head = linear("rel_head")?;
        let layers = 0..dilations.len();
        Ok(Network {
            tables: [table("norm")?, table("prefix")?, table("suffix3")?, table("suffix2")?, table("shape")?],
            input: linear("encoder.input")?,
            norms: layers.clone().map(|i| norm(&format!("encoder.norms.{i}"))).collect::<Result<_, _>>()?,
            convolutions: layers.map(convolution).collect::<Result<_, _>>()?,
            dilations,
            output: norm("encoder.output")?,
            upos: linear("upos")?,
            feats: linear("feats")?,
            lemma: linear("lemma")?,
            root: matrix("root")?,
            arc_dep: linear("arc_dep")?,
            arc_head: linear("arc_head")?,
            rel_dep: linear("rel_dep")?,
            deprels: rel.columns / (rel_head.weight.rows + 1),
            rel_head,
            arc: matrix("arc")?,
            rel,
        })
    }

    /// Rows of the five embedding tables.
    pub(crate) fn table_sizes(&self) -> [usize; 5] {
        [0, 1, 2, 3, 4].map(|i| self.tables[i].rows)
    }

    /// Number of labels of the four classifiers: UPOS, features, lemma scripts, relations.
    pub(crate) fn label_counts(&self) -> [usize; 4] {
        [self.upos.bias.len(), self.feats.bias.len(), self.lemma.bias.len(), self.deprels]
    }

    fn embed(&self, words: &[Rows]) -> Matrix {
        let width: usize = self.tables.iter().map(|t| t.columns).sum();
        let mut out = Matrix::zeros(words.len(), width);
        for (i, rows) in words.iter().enumerate() {
            let (norm, rest) = out.row_mut(i).split_at_mut(self.tables[0].columns);
            let (a, b) = (self.tables[0].row(rows[0]), self.tables[0].row(rows[1]));
            norm.iter_mut().zip(a).zip(b).for_each(|((o, a), b)| *o = a + b);
            let mut at = 0;
            for (table, &row) in self.tables[1..].iter().zip(&rows[2..]) {
                rest[at..at + table.columns].copy_from_slice(table.row(row));
                at += table.columns;
            }
        }
        out
    }

    /// Encodes words of sentences laid end to end; `lengths` are the sentences' lengths.
    fn encode(&self, words: &[Rows], lengths: &[usize]) -> Matrix {
        let mut x = self.input.apply(&self.embed(words));
        let width = x.columns;
        let mut windows = Matrix::zeros(x.rows, 3 * width);
        for ((norm, convolution), &dilation) in self.norms.iter().zip(&self.convolutions).zip(&self.dilations) {
            let y = norm.apply(&x);
            let mut start = 0;
            for &length in lengths {
                for i in 0..length {
                    let row = windows.row_mut(start + i);
                    row.fill(0.0);
                    if i >= dilation {
                        row[..width].copy_from_slice(y.row(start + i - dilation));
                    }
                    row[width..2 * width].copy_from_slice(y.row(start + i));
                    if i + dilation < length {
                        row[2 * width..].copy_from_slice(y.row(start + i + dilation));
                    }
                }
                start += length;
            }
            let gated = convolution.apply(&windows);
            for i in 0..x.rows {
                let (value, gate) = gated.row(i).split_at(width);
                for ((o, v), g) in x.row_mut(i).iter_mut().zip(value).zip(gate) {
                    *o += v / (1.0 + exp(-g));
                }
            }
        }
        self.output.apply(&x)
    }

    /// All scores of a batch except those of relations, which need the heads.
    pub(crate) fn scores(&self, words: &[Rows], lengths: &[usize]) -> Scores {
        let x = self.encode(words, lengths);
        let dep = times(&leaky_relu(self.arc_dep.apply(&x)), &self.arc_without_bias());
        let (head, root_head) = (leaky_relu(self.arc_head.apply(&x)), leaky_relu(self.arc_head.apply(&self.root)));
        let bias = self.arc.row(self.arc.rows - 1);
        let mut arcs = Vec::with_capacity(lengths.len());
        let mut start = 0;
        for &length in lengths {
            let mut heads = Matrix::zeros(length + 1, head.columns);
            heads.row_mut(0).copy_from_slice(root_head.row(0));
            heads.data[head.columns..]
                .copy_from_slice(&head.data[start * head.columns..(start + length) * head.columns]);
            let dependents = Matrix {
                rows: length,
                columns: dep.columns,
                data: dep.data[start * dep.columns..(start + length) * dep.columns].to_vec(),
            };
            let prior: Vec<f32> = (0..=length).map(|h| dot(heads.row(h), bias)).collect();
            arcs.push(times_transposed(&dependents, &heads, Some(&prior)));
            start += length;
        }
        let rel_dep = with_one(&leaky_relu(self.rel_dep.apply(&x)));
        Scores {
            upos: self.upos.apply(&x),
            feats: self.feats.apply(&x),
            lemma: self.lemma.apply(&x),
            arcs,
            rel_dep: times(&rel_dep, &self.rel),
            rel_head: with_one(&leaky_relu(self.rel_head.apply(&x))),
            rel_root: with_one(&leaky_relu(self.rel_head.apply(&self.root))).data,
        }
    }

    fn arc_without_bias(&self) -> Matrix {
        let rows = self.arc.rows - 1;
        Matrix { rows, columns: self.arc.columns, data: self.arc.data[..rows * self.arc.columns].to_vec() }
    }
}

impl Scores {
    /// Scores of the relations between a word and its head, both counted over the whole batch; `None` is the root.
    pub(crate) fn relations(&self, word: usize, head: Option<usize>) -> Vec<f32> {
        let head = head.map_or(self.rel_root.as_slice(), |h| self.rel_head.row(h));
        self.rel_dep.row(word).chunks_exact(head.len()).map(|c| dot(c, head)).collect()
    }
}

fn with_one(x: &Matrix) -> Matrix {
    let mut out = Matrix::zeros(x.rows, x.columns + 1);
    for i in 0..x.rows {
        let row = out.row_mut(i);
        row[..x.columns].copy_from_slice(x.row(i));
        row[x.columns] = 1.0;
    }
    out
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    // eight sums, so that the compiler may use vector registers
    let mut sums = [0.0f32; 8];
    let (blocks_a, blocks_b) = (a.chunks_exact(8), b.chunks_exact(8));
    let tail: f32 = blocks_a.remainder().iter().zip(blocks_b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in blocks_a.zip(blocks_b) {
        for k in 0..8 {
            sums[k] += x[k] * y[k];
        }
    }
    sums.iter().sum::<f32>() + tail
}
