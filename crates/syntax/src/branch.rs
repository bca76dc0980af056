//! The branch of the network that finds names: reads, of every word, what the encoder took in and gave out and what the gazetteer knows; some
//! layers on it sees the mean of what it made of the same capitalized word all over the document. The PyTorch twins are
//! `training/polybius_training/names.py` and `export.py`.

use crate::gazetteer::{self, Gazetteer};
use crate::kernels::{self, Activations, BLOCK, Level};
use crate::model::ModelError;
use crate::network::{Layer, Linear, Reader, Runner, Scores};
use std::collections::HashMap;

/// Words handed to the layers behind the memory at once.
const BATCH: usize = 320;

/// The weights.
#[derive(Debug)]
pub(crate) struct Branch {
    /// Of the encoder, and of the branch.
    widths: (usize, usize),
    encoded: Linear,
    word: Linear,
    /// A row for each of the gazetteer's bits.
    known: Vec<f32>,
    gazetteer: Gazetteer,
    before: Vec<Layer>,
    memory_steps: f32,
    memory: Linear,
    after: Vec<Layer>,
    steps: f32,
    tags: Linear,
}

/// The words of a document on their way through the branch.
#[derive(Debug, Default)]
pub(crate) struct Document {
    x: Vec<f32>,
    /// Of each word with a capital: what makes it the same word elsewhere.
    keys: Vec<Option<u32>>,
    lengths: Vec<usize>,
}

impl Branch {
    /// Reads the tensors that `polybius_training.export` writes. `layers` has a letter a layer, those before and behind the memory with a
    /// blank between them; `width` is the encoder's; `tags` the number of tags.
    pub(crate) fn load(reader: &Reader, layers: &str, width: usize, tags: usize) -> Result<Self, ModelError> {
        let (before, after) = layers.split_once(' ').unwrap_or((layers, ""));
        let steps = reader.floats("names.steps")?;
        let encoded = reader.linear("names.encoded", width)?;
        let own = encoded.outputs;
        let branch = Branch {
            widths: (width, own),
            word: reader.linear("names.word", width)?,
            known: reader.floats("names.known")?,
            gazetteer: Gazetteer::load(reader)?,
            before: reader.layers("names.", 0, before, own, &steps)?,
            after: reader.layers("names.", before.len(), after, own, &steps)?,
            memory: reader.linear("names.memory", own)?,
            memory_steps: *steps.get(layers.len().saturating_sub(1)).unwrap_or(&0.0),
            steps: *steps.last().unwrap_or(&0.0),
            tags: reader.linear("names.tags", own)?,
            encoded,
        };
        let shape = |name: &str, ok: bool| if ok { Ok(()) } else { Err(ModelError::Shape(name.to_owned())) };
        shape("names.encoded", own.is_multiple_of(2 * BLOCK))?;
        shape("names.word", branch.word.outputs == own)?;
        shape("names.memory", branch.memory.outputs == own)?;
        shape("names.known", branch.known.len().is_multiple_of(own) && branch.known.len() / own <= 32)?;
        shape("names.tags", branch.tags.outputs == tags.next_multiple_of(BLOCK))?;
        shape("names.steps", steps.len() == before.len() + after.len() + 2)?;
        Ok(branch)
    }

    /// Takes the words of some sentences into a document.
    pub(crate) fn read<'s>(
        &self,
        level: Level,
        document: &mut Document,
        scores: &Scores,
        forms: impl Iterator<Item = &'s str>,
        lengths: &[usize],
    ) {
        let (width, own) = self.widths;
        let words: usize = lengths.iter().sum();
        let mut x = vec![0.0; words * own];
        let mut of_input = vec![0.0; words * own];
        for (linear, data, out) in
            [(&self.encoded, &scores.encoded, &mut x), (&self.word, &scores.words, &mut of_input)]
        {
            let input = Activations { data, stride: width, rows: words, scales: None };
            kernels::multiply(level, input, linear.packed(), out);
        }
        for (a, b) in x.iter_mut().zip(&of_input) {
            *a += b;
        }
        for (form, x) in forms.zip(x.chunks_exact_mut(own)) {
            let key = gazetteer::key(form);
            let bits = key.map_or(0, |k| self.gazetteer.bits(k));
            for (_, row) in self.known.chunks_exact(own).enumerate().filter(|(i, _)| bits >> i & 1 == 1) {
                for (x, v) in x.iter_mut().zip(row) {
                    *x += v;
                }
            }
            document.keys.push(key);
        }
        let mut runner = Runner::new(own, lengths);
        for layer in &self.before {
            runner.run(level, layer, &mut x, lengths);
        }
        document.x.extend_from_slice(&x);
        document.lengths.extend_from_slice(lengths);
    }

    /// Scores of the tags, one row a word of the document; the columns are rounded up to a block.
    pub(crate) fn scores(&self, level: Level, document: Document) -> Vec<f32> {
        let Document { mut x, keys, lengths } = document;
        let own = self.widths.1;
        self.recall(level, &mut x, &keys);
        let mut out = vec![0.0; keys.len() * self.tags.outputs];
        let mut quantized = vec![0; x.len()];
        let (mut sentence, mut word) = (0, 0);
        while sentence < lengths.len() {
            let mut end = sentence + 1;
            let mut words = lengths[sentence];
            while end < lengths.len() && words + lengths[end] <= BATCH {
                words += lengths[end];
                end += 1;
            }
            let lengths = &lengths[sentence..end];
            let rows = word * own..(word + words) * own;
            let x = &mut x[rows.clone()];
            let mut runner = Runner::new(own, lengths);
            for layer in &self.after {
                runner.run(level, layer, x, lengths);
            }
            kernels::normalize(level, x, own, self.steps, &mut quantized[rows.clone()]);
            let input = Activations { data: &quantized[rows], stride: own, rows: words, scales: None };
            kernels::multiply(level, input, self.tags.packed(), &mut out[word * self.tags.outputs..]);
            sentence = end;
            word += words;
        }
        out
    }

    /// Adds to each capitalized word that the document has more than once what its occurrences have in common.
    fn recall(&self, level: Level, x: &mut [f32], keys: &[Option<u32>]) {
        let own = self.widths.1;
        let mut times: HashMap<u32, usize> = HashMap::new();
        for key in keys.iter().flatten() {
            *times.entry(*key).or_default() += 1;
        }
        // cells in the order of their words, so that every run adds in the same order
        let mut cells: HashMap<u32, usize> = HashMap::new();
        let mut means: Vec<f32> = Vec::new();
        for (key, x) in keys.iter().zip(x.chunks_exact(own)) {
            let Some((key, times)) = key.and_then(|k| Some((k, *times.get(&k)?))).filter(|&(_, times)| times > 1)
            else {
                continue;
            };
            let next = cells.len();
            let cell = *cells.entry(key).or_insert(next);
            if cell == next {
                means.resize(means.len() + own, 0.0);
            }
            let share = 1.0 / times as f32;
            for (mean, v) in means[cell * own..][..own].iter_mut().zip(x) {
                *mean += v * share;
            }
        }
        let mut quantized = vec![0; means.len()];
        kernels::normalize(level, &means, own, self.memory_steps, &mut quantized);
        let mut recalled = vec![0.0; means.len()];
        let input = Activations { data: &quantized, stride: own, rows: cells.len(), scales: None };
        kernels::multiply(level, input, self.memory.packed(), &mut recalled);
        for (key, x) in keys.iter().zip(x.chunks_exact_mut(own)) {
            if let Some(&cell) = key.and_then(|k| cells.get(&k)) {
                for (x, v) in x.iter_mut().zip(&recalled[cell * own..][..own]) {
                    *x += v;
                }
            }
        }
    }

    /// Columns of [`Branch::scores`].
    pub(crate) fn columns(&self) -> usize {
        self.tags.outputs
    }
}
