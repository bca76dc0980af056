//! The arithmetic of the network: products of 7-bit activations with 8-bit weights, and the steps between them.
//!
//! Each function exists for several instruction sets, chosen at run time, and gives the same bits on all of them: the products
//! are exact integers (a sum of two products of 0..=127 and -127..=127 fits the 16 bits that AVX2 leaves it), and the steps in
//! floating point are written so that the compiler may use wider registers but not another order of additions.

/// Columns of a block of packed weights.
pub(crate) const BLOCK: usize = 16;
/// The activation that stands for zero; quantized activations run from 1 to 127.
pub(crate) const ZERO: u8 = 64;
/// Steps from zero to the largest activation.
pub(crate) const STEPS: f32 = 63.0;

/// The instruction sets, from the narrowest to the widest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// What every machine has.
    Portable,
    /// x86-64 with AVX2.
    Avx2,
    /// x86-64 with AVX2 and the dot products of AVX-VNNI.
    AvxVnni,
    /// x86-64 with AVX-512 and its VNNI dot products.
    Avx512Vnni,
}

impl Level {
    /// The widest that this machine has.
    pub(crate) fn detect() -> Self {
        Self::available().last().copied().unwrap_or(Level::Portable)
    }

    /// All that this machine has, the narrowest first.
    pub(crate) fn available() -> Vec<Self> {
        #[allow(unused_mut)]
        let mut levels = vec![Level::Portable];
        #[cfg(target_arch = "x86_64")]
        {
            if is_x86_feature_detected!("avx2") {
                levels.push(Level::Avx2);
                if is_x86_feature_detected!("avxvnni") {
                    levels.push(Level::AvxVnni);
                }
                if is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
                    && is_x86_feature_detected!("avx512vnni")
                {
                    levels.push(Level::Avx512Vnni);
                }
            }
        }
        levels
    }
}

/// A linear layer with 8-bit weights: `out[n] = (Σ x[k]·w[k][n] - offset[n]) · scale[n] · row_scale + bias[n]`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed<'a> {
    /// Multiple of 4.
    pub(crate) inputs: usize,
    /// Multiple of [`BLOCK`].
    pub(crate) outputs: usize,
    /// Signed bytes in the order `[outputs / 16][inputs / 4][16][4]`.
    pub(crate) weights: &'a [u8],
    /// What the zero of the activations adds: `ZERO · Σ w[k][n]`.
    pub(crate) offset: &'a [i32],
    pub(crate) scale: &'a [f32],
    pub(crate) bias: &'a [f32],
}

/// Activations of several rows: row `r` is `data[r * stride..][..inputs]`; rows may overlap (a window over words).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Activations<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) stride: usize,
    pub(crate) rows: usize,
    /// Size of a step of each row; `None`: the step is in the layer's `scale`.
    pub(crate) scales: Option<&'a [f32]>,
}

/// `out` is (rows, outputs).
pub(crate) fn multiply(level: Level, x: Activations, w: Packed, out: &mut [f32]) {
    if x.rows == 0 {
        return;
    }
    assert!(w.inputs.is_multiple_of(4) && w.outputs.is_multiple_of(BLOCK));
    assert!(x.data.len() >= (x.rows - 1) * x.stride + w.inputs);
    assert!(w.weights.len() == w.inputs * w.outputs);
    assert!(w.offset.len() == w.outputs && w.scale.len() == w.outputs && w.bias.len() == w.outputs);
    assert!(out.len() >= x.rows * w.outputs && x.scales.is_none_or(|s| s.len() >= x.rows));
    match level {
        Level::Portable => portable(x, w, out),
        // SAFETY: the level was detected on this machine, and the assertions above are what the functions ask for.
        #[cfg(target_arch = "x86_64")]
        Level::Avx2 => unsafe { x86::multiply_avx2(x, w, out) },
        #[cfg(target_arch = "x86_64")]
        Level::AvxVnni => unsafe { x86::multiply_avx_vnni(x, w, out) },
        #[cfg(target_arch = "x86_64")]
        Level::Avx512Vnni => unsafe { x86::multiply_avx512(x, w, out) },
        #[cfg(not(target_arch = "x86_64"))]
        _ => portable(x, w, out),
    }
}

fn portable(x: Activations, w: Packed, out: &mut [f32]) {
    for r in 0..x.rows {
        let row = &x.data[r * x.stride..][..w.inputs];
        let row_scale = x.scales.map_or(1.0, |s| s[r]);
        for (block, weights) in w.weights.chunks_exact(w.inputs * BLOCK).enumerate() {
            let mut sums = [0i32; BLOCK];
            for (four, group) in row.chunks_exact(4).zip(weights.chunks_exact(4 * BLOCK)) {
                for (sum, w) in sums.iter_mut().zip(group.chunks_exact(4)) {
                    for k in 0..4 {
                        *sum += i32::from(i16::from(four[k]) * i16::from(w[k] as i8));
                    }
                }
            }
            for (i, sum) in sums.into_iter().enumerate() {
                let n = block * BLOCK + i;
                out[r * w.outputs + n] = (sum - w.offset[n]) as f32 * w.scale[n] * row_scale + w.bias[n];
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Activations, BLOCK, Packed};
    use std::arch::x86_64::*;

    /// Four activations as one number, to be broadcast.
    ///
    /// # Safety
    /// `at + 4 <= data.len()`
    #[inline(always)]
    unsafe fn four(data: &[u8], at: usize) -> i32 {
        // SAFETY: in bounds by the caller's promise; the read may be unaligned
        unsafe { data.as_ptr().add(at).cast::<i32>().read_unaligned() }
    }

    /// Calls `$tile::<ROWS, BLOCKS>` on every tile: `$rows` rows by `$blocks` blocks, and what is left at the edges.
    macro_rules! tiles {
        ($x:ident, $w:ident, $out:ident, $tile:ident, $blocks:literal, [$($rows:literal),*]) => {{
            let blocks = $w.outputs / BLOCK;
            let mut block = 0;
            while block < blocks {
                let wide = blocks - block >= $blocks;
                let mut row = 0;
                while row < $x.rows {
                    let left = $x.rows - row;
                    $(
                        if left >= $rows {
                            // SAFETY: the tile lies inside the matrices
                            unsafe {
                                if wide {
                                    $tile::<$rows, $blocks>($x, $w, row, block, $out);
                                } else {
                                    $tile::<$rows, 1>($x, $w, row, block, $out);
                                }
                            }
                            row += $rows;
                            continue;
                        }
                    )*
                }
                block += if wide { $blocks } else { 1 };
            }
        }};
    }

    /// # Safety
    /// AVX-512 with VNNI is there, and the shapes are those that [`super::multiply`] checks.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    pub(super) unsafe fn multiply_avx512(x: Activations, w: Packed, out: &mut [f32]) {
        tiles!(x, w, out, tile_avx512, 4, [6, 3, 2, 1]);
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    #[inline]
    unsafe fn tile_avx512<const ROWS: usize, const BLOCKS: usize>(
        x: Activations,
        w: Packed,
        row: usize,
        block: usize,
        out: &mut [f32],
    ) {
        // SAFETY: every index is inside, by the caller's promise
        unsafe {
            let mut sums = [[_mm512_setzero_si512(); BLOCKS]; ROWS];
            let weights = w.weights.as_ptr().add(block * w.inputs * BLOCK);
            for k in (0..w.inputs).step_by(4) {
                let mut columns = [_mm512_setzero_si512(); BLOCKS];
                for (b, column) in columns.iter_mut().enumerate() {
                    *column = _mm512_loadu_si512(weights.add((b * w.inputs + k) * BLOCK).cast());
                }
                for (r, sums) in sums.iter_mut().enumerate() {
                    let a = _mm512_set1_epi32(four(x.data, (row + r) * x.stride + k));
                    for (sum, column) in sums.iter_mut().zip(columns) {
                        *sum = _mm512_dpbusd_epi32(*sum, a, column);
                    }
                }
            }
            for (r, sums) in sums.iter().enumerate() {
                let row_scale = _mm512_set1_ps(x.scales.map_or(1.0, |s| s[row + r]));
                for (b, &sum) in sums.iter().enumerate() {
                    let n = (block + b) * BLOCK;
                    let offset = _mm512_loadu_si512(w.offset.as_ptr().add(n).cast());
                    let value = _mm512_cvtepi32_ps(_mm512_sub_epi32(sum, offset));
                    let value = _mm512_mul_ps(value, _mm512_loadu_ps(w.scale.as_ptr().add(n)));
                    let value = _mm512_add_ps(_mm512_mul_ps(value, row_scale), _mm512_loadu_ps(w.bias.as_ptr().add(n)));
                    _mm512_storeu_ps(out.as_mut_ptr().add((row + r) * w.outputs + n), value);
                }
            }
        }
    }

    /// A product for registers of 256 bits: a block of columns is two of them. `$dot` adds the products of four bytes to a sum.
    macro_rules! multiply_256 {
        ($name:ident, $tile:ident, $features:literal, $dot:expr) => {
            /// # Safety
            /// The instruction set is there, and the shapes are those that [`super::multiply`] checks.
            #[target_feature(enable = $features)]
            pub(super) unsafe fn $name(x: Activations, w: Packed, out: &mut [f32]) {
                tiles!(x, w, out, $tile, 1, [4, 2, 1]);
            }

            #[target_feature(enable = $features)]
            #[inline]
            unsafe fn $tile<const ROWS: usize, const BLOCKS: usize>(
                x: Activations,
                w: Packed,
                row: usize,
                block: usize,
                out: &mut [f32],
            ) {
                // SAFETY: every index is inside, by the caller's promise
                unsafe {
                    let mut sums = [[_mm256_setzero_si256(); 2]; ROWS];
                    let weights = w.weights.as_ptr().add(block * w.inputs * BLOCK);
                    for k in (0..w.inputs).step_by(4) {
                        let column = weights.add(k * BLOCK).cast::<__m256i>();
                        let columns = [_mm256_loadu_si256(column), _mm256_loadu_si256(column.add(1))];
                        for (r, sums) in sums.iter_mut().enumerate() {
                            let a = _mm256_set1_epi32(four(x.data, (row + r) * x.stride + k));
                            for (sum, column) in sums.iter_mut().zip(columns) {
                                *sum = $dot(*sum, a, column);
                            }
                        }
                    }
                    for (r, sums) in sums.iter().enumerate() {
                        let row_scale = _mm256_set1_ps(x.scales.map_or(1.0, |s| s[row + r]));
                        for (half, &sum) in sums.iter().enumerate() {
                            let n = block * BLOCK + half * 8;
                            let offset = _mm256_loadu_si256(w.offset.as_ptr().add(n).cast());
                            let value = _mm256_cvtepi32_ps(_mm256_sub_epi32(sum, offset));
                            let value = _mm256_mul_ps(value, _mm256_loadu_ps(w.scale.as_ptr().add(n)));
                            let value = _mm256_mul_ps(value, row_scale);
                            let value = _mm256_add_ps(value, _mm256_loadu_ps(w.bias.as_ptr().add(n)));
                            _mm256_storeu_ps(out.as_mut_ptr().add((row + r) * w.outputs + n), value);
                        }
                    }
                }
            }
        };
    }

    multiply_256!(multiply_avx2, tile_avx2, "avx2", |sum, a, w| {
        // pairs of products fit 16 bits, see the head of this file
        _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(a, w), _mm256_set1_epi16(1)))
    });
    multiply_256!(multiply_avx_vnni, tile_avx_vnni, "avx2,avxvnni", |sum, a, w| _mm256_dpbusd_avx_epi32(sum, a, w));
}

/// Makes a function of plain Rust for every instruction set: the compiler vectorizes each for its own registers.
macro_rules! for_every_level {
    ($(#[$doc:meta])* fn $name:ident($($arg:ident: $type:ty),* $(,)?) $body:block) => {
        $(#[$doc])*
        pub(crate) fn $name(level: Level, $($arg: $type),*) {
            #[inline(always)]
            fn body($($arg: $type),*) $body
            #[cfg(target_arch = "x86_64")]
            {
                #[target_feature(enable = "avx2")]
                fn avx2($($arg: $type),*) { body($($arg),*) }
                #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl")]
                fn avx512($($arg: $type),*) { body($($arg),*) }
                match level {
                    Level::Portable => body($($arg),*),
                    // SAFETY: the level was detected on this machine
                    Level::Avx2 | Level::AvxVnni => unsafe { avx2($($arg),*) },
                    Level::Avx512Vnni => unsafe { avx512($($arg),*) },
                }
            }
            #[cfg(not(target_arch = "x86_64"))]
            {
                let _ = level;
                body($($arg),*)
            }
        }
    };
}

/// Lanes of sums: fixed, so that every instruction set adds in the same order.
const LANES: usize = 16;

#[inline(always)]
fn sum(values: &[f32], term: impl Fn(f32) -> f32) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest: f32 = chunks.remainder().iter().fold(0.0, |s, &v| s + term(v));
    for chunk in chunks {
        for (lane, &v) in lanes.iter_mut().zip(chunk) {
            *lane += term(v);
        }
    }
    fold(lanes) + rest
}

#[inline(always)]
fn fold(mut lanes: [f32; LANES]) -> f32 {
    let mut width = LANES / 2;
    while width > 0 {
        for i in 0..width {
            lanes[i] += lanes[i + width];
        }
        width /= 2;
    }
    lanes[0]
}

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0f32; LANES];
    let (blocks_a, blocks_b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = blocks_a.remainder().iter().zip(blocks_b.remainder()).fold(0.0, |s, (x, y)| s + x * y);
    for (x, y) in blocks_a.zip(blocks_b) {
        for k in 0..LANES {
            lanes[k] += x[k] * y[k];
        }
    }
    fold(lanes) + rest
}

/// `1 / (1 + e^-x)` to about 3e-7, by the usual split of the exponent into a power of two and a polynomial.
#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    let x = (-x).clamp(-80.0, 80.0);
    let shifted = x * std::f32::consts::LOG2_E + MAGIC;
    let n = shifted - MAGIC;
    let r = x - n * 0.693_359_4 + n * 2.121_944_4e-4;
    let p = 1.987_569_1e-4f32;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 0.5;
    let y = p * r * r + r + 1.0;
    // the last bits of `shifted` are `n`
    let power = f32::from_bits(shifted.to_bits().wrapping_sub(MAGIC.to_bits()).wrapping_add(127) << 23);
    1.0 / (1.0 + y * power)
}

/// 1.5 · 2^23: added to a number below 2^22, it rounds it to the nearest whole number (halves to the even one) and puts that into the
/// last bits, which is cheaper than a conversion with its checks.
const MAGIC: f32 = 12_582_912.0;

/// An activation: `x` in `steps` to one, from 1 to 127.
#[inline(always)]
fn quantized(x: f32, steps: f32) -> u8 {
    ((x * steps).clamp(-STEPS, STEPS) + (MAGIC + ZERO as f32)).to_bits() as u8
}

#[inline(always)]
fn leaky(x: f32) -> f32 {
    if x > 0.0 { x } else { 0.1 * x }
}

for_every_level! {
    /// Adds `scale · row` to `out`; the row is of signed bytes.
    fn add_row(out: &mut [f32], row: &[u8], scale: f32) {
        for (o, &v) in out.iter_mut().zip(row) {
            *o += f32::from(v as i8) * scale;
        }
    }
}

for_every_level! {
    /// Layer normalization without weights, then quantization with `steps` activation steps to one standard deviation, for each row of
    /// `x` (`width` wide).
    fn normalize(x: &[f32], width: usize, steps: f32, out: &mut [u8]) {
        for (row, out) in x.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
            let mean = sum(row, |v| v) / width as f32;
            let variance = sum(row, |v| (v - mean) * (v - mean)) / width as f32;
            let scale = 1.0 / (variance + 1e-5).sqrt();
            for (o, &v) in out.iter_mut().zip(row) {
                *o = quantized((v - mean) * scale, steps);
            }
        }
    }
}

for_every_level! {
    /// Adds `value · sigmoid(gate)` to each row of `x`; a row of `gated` is the values, then the gates.
    fn add_gated(x: &mut [f32], width: usize, gated: &[f32]) {
        for (x, gated) in x.chunks_exact_mut(width).zip(gated.chunks_exact(2 * width)) {
            let (value, gate) = gated.split_at(width);
            for ((x, v), g) in x.iter_mut().zip(value).zip(gate) {
                *x += v * sigmoid(*g);
            }
        }
    }
}

for_every_level! {
    /// The gated scan over one sentence, added to `x`. A row of `p` is values, updates, outs, each `width` wide; the first half of the
    /// channels runs from the left, the second from the right.
    fn add_scan(x: &mut [f32], width: usize, p: &[f32], state: &mut [f32]) {
        let half = width / 2;
        let rows = x.len() / width;
        state.fill(0.0);
        for step in 0..rows {
            for (row, from) in [(step, 0), (rows - 1 - step, half)] {
                let x = &mut x[row * width + from..][..half];
                let p = &p[row * 3 * width..][..3 * width];
                let value = &p[from..][..half];
                let update = &p[width + from..][..half];
                let out = &p[2 * width + from..][..half];
                let state = &mut state[from..][..half];
                for i in 0..half {
                    let s = state[i] + sigmoid(update[i]) * (value[i] - state[i]);
                    state[i] = s;
                    x[i] += s * sigmoid(out[i]);
                }
            }
        }
    }
}

for_every_level! {
    /// Leaky rectification (0.1) of `a + b`, quantized by the largest value of the row; `scale` gets the size of a step.
    fn rectify(a: &[f32], b: &[f32], values: &mut [f32], out: &mut [u8], scale: &mut f32) {
        let mut largest = [0.0f32; LANES];
        for ((values, a), b) in values.chunks_exact_mut(LANES).zip(a.chunks_exact(LANES)).zip(b.chunks_exact(LANES)) {
            for i in 0..LANES {
                values[i] = leaky(a[i] + b[i]);
                largest[i] = largest[i].max(values[i].abs());
            }
        }
        let largest = largest.into_iter().fold(1e-6, f32::max);
        let steps = STEPS / largest;
        for (o, &v) in out.iter_mut().zip(values.iter()) {
            *o = quantized(v, steps);
        }
        *scale = largest / STEPS;
    }
}

for_every_level! {
    /// Leaky rectification (0.1) in place.
    fn rectify_in_place(values: &mut [f32]) {
        for v in values {
            *v = leaky(*v);
        }
    }
}

for_every_level! {
    /// `out[j] += a · b_j` for every row `b_j` of `b`, each as wide as `a`.
    fn add_dots(a: &[f32], b: &[f32], out: &mut [f32]) {
        for (out, b) in out.iter_mut().zip(b.chunks_exact(a.len())) {
            *out += dot(a, b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Numbers(u32);

    impl Numbers {
        fn next(&mut self) -> u32 {
            self.0 = self.0.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            self.0 >> 8
        }

        fn float(&mut self) -> f32 {
            (self.next() % 20_001) as f32 / 2500.0 - 4.0
        }

        fn floats(&mut self, n: usize) -> Vec<f32> {
            (0..n).map(|_| self.float()).collect()
        }
    }

    #[test]
    fn every_level_multiplies_to_the_same_bits() {
        let mut numbers = Numbers(3);
        for (rows, inputs, outputs, stride) in [(1, 4, 16, 4), (7, 64, 144, 64), (13, 96, 80, 32), (5, 576, 64, 192)] {
            let data: Vec<u8> = (0..(rows - 1) * stride + inputs).map(|_| 1 + (numbers.next() % 127) as u8).collect();
            // the extremes, which would overflow 16 bits if activations had eight bits
            let weights: Vec<u8> = (0..inputs * outputs)
                .map(|i| if i % 3 == 0 { 127i8 as u8 } else { (numbers.next() % 255) as u8 }.max(1))
                .map(|w| if w == 128 { 129 } else { w })
                .collect();
            let offset: Vec<i32> = (0..outputs).map(|_| numbers.next() as i32 % 10_000).collect();
            let (scale, bias, scales) = (numbers.floats(outputs), numbers.floats(outputs), numbers.floats(rows));
            let w = Packed { inputs, outputs, weights: &weights, offset: &offset, scale: &scale, bias: &bias };
            for scales in [None, Some(scales.as_slice())] {
                let x = Activations { data: &data, stride, rows, scales };
                // by the definition
                let expected: Vec<f32> = (0..rows * outputs)
                    .map(|i| {
                        let (r, n) = (i / outputs, i % outputs);
                        let at = |k: usize| ((n / 16 * (inputs / 4) + k / 4) * 16 + n % 16) * 4 + k % 4;
                        let sum: i32 = (0..inputs)
                            .map(|k| i32::from(data[r * stride + k]) * i32::from(weights[at(k)] as i8))
                            .sum();
                        (sum - offset[n]) as f32 * scale[n] * scales.map_or(1.0, |s| s[r]) + bias[n]
                    })
                    .collect();
                for level in Level::available() {
                    let mut out = vec![f32::NAN; rows * outputs];
                    multiply(level, x, w, &mut out);
                    assert_eq!(out, expected, "{level:?} {rows} {inputs} {outputs}");
                }
            }
        }
    }

    #[test]
    fn every_level_takes_the_same_steps() {
        let mut numbers = Numbers(5);
        let (rows, width) = (9, 64);
        let (x, gated, p) =
            (numbers.floats(rows * width), numbers.floats(rows * 2 * width), numbers.floats(rows * 3 * width));
        let run = |level: Level| {
            let mut a = x.clone();
            add_gated(level, &mut a, width, &gated);
            add_scan(level, &mut a, width, &p, &mut vec![0.0; width]);
            let mut q = vec![0; rows * width];
            normalize(level, &a, width, 15.0, &mut q);
            let (mut values, mut r, mut scale) = (vec![0.0; width], vec![0; width], 0.0);
            rectify(level, &a[..width], &a[width..2 * width], &mut values, &mut r, &mut scale);
            let mut dots = vec![0.0; rows];
            add_dots(level, &values, &a, &mut dots);
            (a, q, r, scale, dots)
        };
        let expected = run(Level::Portable);
        assert!(expected.1.iter().all(|q| (1..=127).contains(q)));
        for level in Level::available() {
            assert_eq!(run(level), expected, "{level:?}");
        }
    }

    #[test]
    fn sigmoid_is_right_and_bounded() {
        for i in -2000..2000 {
            let x = i as f32 / 20.0;
            let exact = 1.0 / (1.0 + (-f64::from(x)).exp());
            assert!((f64::from(sigmoid(x)) - exact).abs() < 5e-7, "{x}");
        }
        assert_eq!(sigmoid(f32::MAX), 1.0);
        assert!(sigmoid(f32::MIN) < 1e-30);
    }

    #[test]
    fn quantization_rounds_halves_to_even_and_is_bounded() {
        for (x, y) in [(0.5, 64), (1.5, 66), (-0.5, 64), (-1.5, 62), (2.4, 66), (62.9, 127), (1e9, 127), (-1e9, 1)] {
            assert_eq!(quantized(x, 1.0), y);
        }
    }
}
