//! The bound on one article, so that memory stays bounded whatever comes in.

use std::io::{self, BufRead, Read};

/// An article, or the line, row, record or page it comes in, has at most this many bytes, unpacked.
pub(crate) const LARGEST: u64 = 32 << 20;

/// "... is larger than 32 MiB ..."
pub(crate) fn too_large(what: &str) -> String {
    format!("{what} is larger than {} MiB, the most that one article may have; split it", LARGEST >> 20)
}

/// Reads a line (with its line feed) into `line`. A longer one than `LARGEST` is passed over; then `line` holds its beginning
/// and the answer is false.
pub(crate) fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    input.by_ref().take(LARGEST + 1).read_until(b'\n', line)?;
    if line.len() as u64 <= LARGEST || line.ends_with(b"\n") {
        return Ok(true);
    }
    loop {
        let buffer = input.fill_buf()?;
        let (end, n) = match buffer.iter().position(|&b| b == b'\n') {
            Some(at) => (true, at + 1),
            None => (buffer.is_empty(), buffer.len()),
        };
        input.consume(n);
        if end {
            return Ok(false);
        }
    }
}

/// All that comes, up to `LARGEST`; none if there is more.
pub(crate) fn read_all(input: impl Read) -> io::Result<Option<Vec<u8>>> {
    let mut bytes = Vec::new();
    input.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(Some(bytes).filter(|b| b.len() as u64 <= LARGEST))
}

/// A reader that fails once `LARGEST` bytes went through since the last `refill`: for parsers that buffer without bound.
pub(crate) struct Metered<R> {
    input: R,
    left: u64,
}

#[derive(Debug, thiserror::Error)]
#[error("larger than one article may be")]
struct OverLimit;

pub(crate) fn is_limit(error: &io::Error) -> bool {
    error.get_ref().is_some_and(|e| e.is::<OverLimit>())
}

impl<R> Metered<R> {
    pub(crate) fn new(input: R) -> Self {
        Metered { input, left: LARGEST }
    }

    pub(crate) fn refill(&mut self) {
        self.left = LARGEST;
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 {
            return Err(io::Error::other(OverLimit));
        }
        let n = self.input.read(out)?;
        self.left = self.left.saturating_sub(n as u64);
        Ok(n)
    }
}

impl<R: BufRead> BufRead for Metered<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left == 0 {
            return Err(io::Error::other(OverLimit));
        }
        self.input.fill_buf()
    }

    fn consume(&mut self, n: usize) {
        self.left = self.left.saturating_sub(n as u64);
        self.input.consume(n);
    }
}
