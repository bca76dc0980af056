//! The forward pass: hashed embeddings, gated convolutions and scans, linear tagging heads, a biaffine arc head with distances and a
//! perceptron for relations. The PyTorch twins are `training/polybius_training/model.py` (how it learns) and `export.py` (how it is
//! quantized); `tests/parity.rs` holds them together.

use crate::features::{Rows, TABLES};
use crate::kernels::{self, Activations, BLOCK, Level, Packed, ZERO};
use crate::model::ModelError;
use safetensors::{Dtype, SafeTensors};
use std::borrow::Cow;

/// The taggers, in the order of their scores.
pub(crate) const TAGGERS: [&str; 3] = ["upos", "feats", "lemma"];
/// Buckets of the distance to a head, on each side.
const DISTANCES: usize = 8;

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
}

/// An embedding table already multiplied by the input layer: signed bytes with a scale a row.
#[derive(Debug)]
struct Table {
    width: usize,
    rows: Cow<'static, [u8]>,
    scales: Vec<f32>,
}

#[derive(Debug)]
pub(crate) struct Linear {
    inputs: usize,
    pub(crate) outputs: usize,
    weights: Cow<'static, [u8]>,
    offset: Vec<i32>,
    scale: Vec<f32>,
    bias: Vec<f32>,
}

impl Linear {
    pub(crate) fn packed(&self) -> Packed<'_> {
        Packed {
            inputs: self.inputs,
            outputs: self.outputs,
            weights: &self.weights,
            offset: &self.offset,
            scale: &self.scale,
            bias: &self.bias,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Convolution,
    Scan,
}

/// A gated convolution or scan, added to what goes into it.
#[derive(Debug)]
pub(crate) struct Layer {
    kind: Kind,
    /// Activation steps to one standard deviation.
    pub(crate) steps: f32,
    linear: Linear,
}

/// Runs layers of one width one after the other over sentences laid end to end, in place.
pub(crate) struct Runner {
    /// The words as they went into the last layer, in activation steps, with a row of zeros before and behind every sentence: the window
    /// of a convolution is three rows.
    quantized: Vec<u8>,
    out: Vec<f32>,
    state: Vec<f32>,
}

impl Runner {
    pub(crate) fn new(width: usize, lengths: &[usize]) -> Self {
        let words: usize = lengths.iter().sum();
        Runner {
            quantized: vec![ZERO; (words + lengths.len() + 1) * width],
            out: vec![0.0; lengths.iter().max().unwrap_or(&0) * 3 * width],
            state: vec![0.0; width],
        }
    }

    pub(crate) fn run(&mut self, level: Level, layer: &Layer, x: &mut [f32], lengths: &[usize]) {
        let width = self.state.len();
        let mut start = 0;
        for (s, &length) in lengths.iter().enumerate() {
            let at = start + s; // the row of zeros before this sentence
            let x = &mut x[start * width..(start + length) * width];
            start += length;
            kernels::normalize(level, x, width, layer.steps, &mut self.quantized[(at + 1) * width..][..length * width]);
            let from = at + usize::from(layer.kind == Kind::Scan);
            let data = &self.quantized[from * width..];
            let input = Activations { data, stride: width, rows: length, scales: None };
            kernels::multiply(level, input, layer.linear.packed(), &mut self.out);
            match layer.kind {
                Kind::Convolution => kernels::add_gated(level, x, width, &self.out),
                Kind::Scan => kernels::add_scan(level, x, width, &self.out, &mut self.state),
            }
        }
    }

    /// The rows of the words without the zeros between sentences.
    fn words(&self, lengths: &[usize]) -> Vec<u8> {
        let width = self.state.len();
        let mut out = Vec::with_capacity(lengths.iter().sum::<usize>() * width);
        let mut start = 1;
        for length in lengths {
            out.extend_from_slice(&self.quantized[start * width..(start + length) * width]);
            start += length + 1;
        }
        out
    }
}

/// The weights.
#[derive(Debug)]
pub(crate) struct Network {
    level: Level,
    width: usize,
    tables: Vec<Table>,
    input: Vec<f32>,
    layers: Vec<Layer>,
    steps: f32,
    /// All that is linear in the encoding: the taggers, then arc dependent, arc head, relation dependent, relation head.
    heads: Linear,
    /// Where each of the seven begins, and the end.
    starts: [usize; 8],
    labels: [usize; TAGGERS.len()],
    /// From a dependent: what its head looks like, then a score for each distance.
    arc: Linear,
    arc_root: Vec<f32>,
    prior: Vec<f32>,
    rel: Linear,
    rel_root: Vec<f32>,
}

/// What the network says of a batch of sentences: one row a word, sentence after sentence.
pub(crate) struct Scores<'a> {
    network: &'a Network,
    /// The words as they go into the first layer, and as they leave the last, in activation steps.
    pub(crate) words: Vec<u8>,
    pub(crate) encoded: Vec<u8>,
    heads: Matrix,
    /// For each sentence: (length, length + 1); column 0 is the root.
    pub(crate) arcs: Vec<Matrix>,
}

/// Reads tensors of a file; bytes stay where they are if the file is part of the binary.
pub(crate) struct Reader<'a> {
    file: SafeTensors<'a>,
    embedded: Option<&'static [u8]>,
    whole: &'a [u8],
}

impl<'a> Reader<'a> {
    /// `embedded` is `bytes` if they live as long as the program.
    pub(crate) fn new(bytes: &'a [u8], embedded: Option<&'static [u8]>) -> Result<Self, ModelError> {
        Ok(Reader { file: SafeTensors::deserialize(bytes)?, embedded, whole: bytes })
    }

    fn bytes(&self, name: &str, length: usize) -> Result<Cow<'static, [u8]>, ModelError> {
        let tensor = self.file.tensor(name).map_err(|_| ModelError::Missing(name.to_owned()))?;
        if tensor.dtype() != Dtype::I8 || tensor.data().len() != length {
            return Err(ModelError::Shape(name.to_owned()));
        }
        Ok(match self.embedded {
            Some(embedded) => {
                let start = tensor.data().as_ptr() as usize - self.whole.as_ptr() as usize;
                Cow::Borrowed(&embedded[start..start + length])
            }
            None => Cow::Owned(tensor.data().to_vec()),
        })
    }

    pub(crate) fn numbers<T>(&self, name: &str, dtype: Dtype, read: fn([u8; 4]) -> T) -> Result<Vec<T>, ModelError> {
        let tensor = self.file.tensor(name).map_err(|_| ModelError::Missing(name.to_owned()))?;
        if tensor.dtype() != dtype {
            return Err(ModelError::Shape(name.to_owned()));
        }
        Ok(tensor.data().chunks_exact(4).map(|b| read([b[0], b[1], b[2], b[3]])).collect())
    }

    pub(crate) fn floats(&self, name: &str) -> Result<Vec<f32>, ModelError> {
        self.numbers(name, Dtype::F32, f32::from_le_bytes)
    }

    pub(crate) fn linear(&self, name: &str, inputs: usize) -> Result<Linear, ModelError> {
        let shape = |ok: bool| if ok { Ok(()) } else { Err(ModelError::Shape(name.to_owned())) };
        let bias = self.floats(&format!("{name}.bias"))?;
        let outputs = bias.len();
        shape(outputs > 0 && outputs.is_multiple_of(BLOCK) && inputs.is_multiple_of(4))?;
        let linear = Linear {
            inputs,
            outputs,
            weights: self.bytes(&format!("{name}.weight"), inputs * outputs)?,
            offset: self.numbers(&format!("{name}.offset"), Dtype::I32, i32::from_le_bytes)?,
            scale: self.floats(&format!("{name}.scale"))?,
            bias,
        };
        shape(linear.offset.len() == outputs && linear.scale.len() == outputs)?;
        Ok(linear)
    }

    /// Layers of one width, a letter a layer (`c` convolution, `s` scan); those with the names `prefix` and a number from `first` on.
    pub(crate) fn layers(
        &self,
        prefix: &str,
        first: usize,
        kinds: &str,
        width: usize,
        steps: &[f32],
    ) -> Result<Vec<Layer>, ModelError> {
        let layers = kinds.chars().enumerate().map(|(i, kind)| {
            let name = format!("{prefix}layer.{}", first + i);
            let shape = |ok: bool| if ok { Ok(()) } else { Err(ModelError::Shape(name.clone())) };
            let (kind, linear, outputs) = match kind {
                'c' => (Kind::Convolution, self.linear(&name, 3 * width)?, 2 * width),
                's' => (Kind::Scan, self.linear(&name, width)?, 3 * width),
                _ => return Err(ModelError::Labels(format!("`{kind}` is no kind of layer"))),
            };
            shape(linear.outputs == outputs)?;
            let steps = steps.get(first + i).copied().ok_or_else(|| ModelError::Shape(format!("{prefix}steps")))?;
            Ok(Layer { kind, steps, linear })
        });
        layers.collect()
    }
}

/// Rows of a part of the merged heads: its labels, rounded up to a block.
fn padded(labels: usize) -> usize {
    labels.next_multiple_of(BLOCK)
}

impl Network {
    /// Reads the tensors that `polybius_training.export` writes. `layers` is a letter a layer; `labels` are the numbers of labels of the
    /// taggers, `deprels` that of relations.
    pub(crate) fn load(
        reader: &Reader,
        layers: &str,
        labels: [usize; TAGGERS.len()],
        deprels: usize,
    ) -> Result<Self, ModelError> {
        let shape = |name: &str, ok: bool| if ok { Ok(()) } else { Err(ModelError::Shape(name.to_owned())) };
        let input = reader.floats("input.bias")?;
        let width = input.len();
        shape("input.bias", width > 0 && width.is_multiple_of(2 * BLOCK))?;
        let tables = TABLES.iter().map(|name| {
            let scales = reader.floats(&format!("table.{name}.scale"))?;
            shape(name, !scales.is_empty())?;
            Ok(Table { width, rows: reader.bytes(&format!("table.{name}"), scales.len() * width)?, scales })
        });
        let tables = tables.collect::<Result<Vec<_>, ModelError>>()?;
        let steps = reader.floats("steps")?;
        shape("steps", steps.len() == layers.chars().count() + 1)?;
        let layers = reader.layers("", 0, layers, width, &steps)?;
        let heads = reader.linear("heads", width)?;
        let (arc_root, rel_root) = (reader.floats("arc_root")?, reader.floats("rel_root")?);
        let (arc, rel) = (arc_root.len(), rel_root.len());
        shape("arc_root", arc.is_multiple_of(BLOCK) && rel.is_multiple_of(BLOCK))?;
        let sizes = [padded(labels[0]), padded(labels[1]), padded(labels[2]), arc, arc, rel, rel];
        let mut starts = [0; 8];
        for (i, size) in sizes.into_iter().enumerate() {
            starts[i + 1] = starts[i] + size;
        }
        shape("heads", heads.outputs == starts[7])?;
        let network = Network {
            level: Level::detect(),
            width,
            tables,
            input,
            layers,
            steps: steps[steps.len() - 1],
            heads,
            starts,
            labels,
            arc: reader.linear("arc", arc)?,
            arc_root,
            prior: reader.floats("prior")?,
            rel: reader.linear("rel", rel)?,
            rel_root,
        };
        shape("prior", network.prior.len() == arc)?;
        shape("arc", network.arc.outputs == arc + 2 * DISTANCES)?;
        shape("rel", network.rel.outputs == padded(deprels))?;
        Ok(network)
    }

    /// The instructions it runs on.
    pub(crate) fn level(&self) -> Level {
        self.level
    }

    /// How wide a word is.
    pub(crate) fn width(&self) -> usize {
        self.width
    }

    /// Rows of the embedding tables.
    pub(crate) fn table_sizes(&self) -> [usize; 5] {
        std::array::from_fn(|i| self.tables[i].scales.len())
    }

    /// The same network on other instructions.
    #[cfg(test)]
    pub(crate) fn at(self, level: Level) -> Self {
        Network { level, ..self }
    }

    #[cfg(test)]
    pub(crate) fn levels() -> Vec<Level> {
        Level::available()
    }

    /// Encodes sentences laid end to end: the words as they go into the first layer and as they leave the last, in activation steps, and
    /// all that is linear in the latter.
    fn encode(&self, words: &[Rows], lengths: &[usize]) -> (Vec<u8>, Vec<u8>, Matrix) {
        let (level, width) = (self.level, self.width);
        let mut x = Matrix::zeros(words.len(), width);
        for (rows, x) in words.iter().zip(x.data.chunks_exact_mut(width)) {
            x.copy_from_slice(&self.input);
            // the norm has two hashes into one table
            for (&row, table) in rows.iter().zip([0, 0, 1, 2, 3, 4].map(|t| &self.tables[t])) {
                let bytes = &table.rows[row * table.width..][..width];
                kernels::add_row(level, x, bytes, table.scales[row]);
            }
        }
        let mut runner = Runner::new(width, lengths);
        let mut first = Vec::new();
        for layer in &self.layers {
            runner.run(level, layer, &mut x.data, lengths);
            if first.is_empty() {
                first = runner.words(lengths);
            }
        }
        let mut encoded = vec![0; words.len() * width];
        kernels::normalize(level, &x.data, width, self.steps, &mut encoded);
        let mut heads = Matrix::zeros(words.len(), self.heads.outputs);
        let input = Activations { data: &encoded, stride: width, rows: words.len(), scales: None };
        kernels::multiply(level, input, self.heads.packed(), &mut heads.data);
        (first, encoded, heads)
    }

    /// All scores of a batch of sentences laid end to end; those of relations come when the heads are known.
    pub(crate) fn scores(&self, words: &[Rows], lengths: &[usize]) -> Scores<'_> {
        let (first, encoded, mut heads) = self.encode(words, lengths);
        let level = self.level;
        let size = self.arc_root.len();
        let (dep, head) = (self.starts[3], self.starts[4]);
        let zeros = vec![0.0; size];
        let (mut quantized, mut scales) = (vec![0; words.len() * size], vec![0.0; words.len()]);
        let mut values = vec![0.0; size];
        for (i, row) in heads.data.chunks_exact_mut(heads.columns).enumerate() {
            let out = &mut quantized[i * size..][..size];
            kernels::rectify(level, &row[dep..dep + size], &zeros, &mut values, out, &mut scales[i]);
            kernels::rectify_in_place(level, &mut row[head..head + size]);
        }
        let mut wanted = Matrix::zeros(words.len(), self.arc.outputs);
        let input = Activations { data: &quantized, stride: size, rows: words.len(), scales: Some(&scales) };
        kernels::multiply(level, input, self.arc.packed(), &mut wanted.data);
        let mut arcs = Vec::with_capacity(lengths.len());
        let mut candidates = Vec::new();
        let mut start = 0;
        for &length in lengths {
            candidates.clear();
            candidates.extend_from_slice(&self.arc_root);
            (start..start + length).for_each(|i| candidates.extend_from_slice(&heads.row(i)[head..head + size]));
            let mut prior = vec![0.0; length + 1];
            kernels::add_dots(level, &self.prior, &candidates, &mut prior);
            let mut scores = Matrix::zeros(length, length + 1);
            for (i, scores) in scores.data.chunks_exact_mut(length + 1).enumerate() {
                let (looks, near) = wanted.row(start + i).split_at(size);
                scores.copy_from_slice(&prior);
                kernels::add_dots(level, looks, &candidates, scores);
                for (h, score) in scores[1..].iter_mut().enumerate() {
                    *score += near[bucket(i, h)];
                }
            }
            arcs.push(scores);
            start += length;
        }
        Scores { network: self, words: first, encoded, heads, arcs }
    }
}

/// Bucket of the way from a dependent to a head: 1, 2, 3, 4, 5-7, 8-12, 13-20, more; to the right behind those to the left.
fn bucket(dependent: usize, head: usize) -> usize {
    let size = match dependent.abs_diff(head) {
        0..=1 => 0,
        2 => 1,
        3 => 2,
        4 => 3,
        5..=7 => 4,
        8..=12 => 5,
        13..=20 => 6,
        _ => 7,
    };
    size + if head > dependent { DISTANCES } else { 0 }
}

impl Scores<'_> {
    /// Scores of the labels of tagger `tagger` (see [`TAGGERS`]) for a word of the batch.
    pub(crate) fn tags(&self, tagger: usize, word: usize) -> &[f32] {
        let start = self.network.starts[tagger];
        &self.heads.row(word)[start..start + self.network.labels[tagger]]
    }

    /// Scores of the relations of each word of the batch to its head, also counted over the batch; `None` is the root. The columns
    /// are rounded up to a block.
    pub(crate) fn relations(&self, heads: &[Option<usize>]) -> Matrix {
        let network = self.network;
        let size = network.rel_root.len();
        let (dep, head) = (network.starts[5], network.starts[6]);
        let (mut quantized, mut scales) = (vec![0; heads.len() * size], vec![0.0; heads.len()]);
        let mut values = vec![0.0; size];
        for (i, &h) in heads.iter().enumerate() {
            let own = &self.heads.row(i)[dep..dep + size];
            let its = h.map_or(network.rel_root.as_slice(), |h| &self.heads.row(h)[head..head + size]);
            kernels::rectify(network.level, own, its, &mut values, &mut quantized[i * size..][..size], &mut scales[i]);
        }
        let mut out = Matrix::zeros(heads.len(), network.rel.outputs);
        let input = Activations { data: &quantized, stride: size, rows: heads.len(), scales: Some(&scales) };
        kernels::multiply(network.level, input, network.rel.packed(), &mut out.data);
        out
    }
}
