//! Plain or gzip input as one stream. Gzip files of archives have many members, one a record; a broken one does not end the stream
//! for whoever asks to go on with the next (`resync`).

use flate2::bufread::GzDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// A source whose bytes come out unpacked. Each `read` gives bytes of one gzip member only.
pub(crate) enum Unpacked<R: BufRead> {
    Plain(Counted<R>),
    Gzip(Members<R>),
}

impl<R: BufRead> Unpacked<R> {
    /// Whether it is gzip is told by the first two bytes.
    pub(crate) fn new(input: R) -> io::Result<BufReader<Self>> {
        let mut input = Counted { input, at: 0, log: Vec::new(), replay: Vec::new() };
        let gzip = input.fill_buf()?.starts_with(&[0x1f, 0x8b]);
        let source = if gzip {
            Unpacked::Gzip(Members { state: State::Between(input), start: 0, fresh: false, opened: false, ahead: None })
        } else {
            Unpacked::Plain(input)
        };
        Ok(BufReader::with_capacity(1 << 16, source))
    }

    /// Where the bytes last read came from, as archives are indexed: the start of their gzip member, or the end of what was read.
    pub(crate) fn offset(&self) -> u64 {
        match self {
            Unpacked::Plain(input) => input.at,
            Unpacked::Gzip(members) => members.start,
        }
    }

    /// Whether the bytes last read are the first of a gzip member.
    pub(crate) fn at_member_start(&self) -> bool {
        matches!(self, Unpacked::Gzip(Members { fresh: true, .. }))
    }

    /// Looks whether the member that was read last is whole, where nothing of it is left.
    pub(crate) fn check(&mut self) -> io::Result<()> {
        match self {
            Unpacked::Plain(_) => Ok(()),
            Unpacked::Gzip(members) => members.check(),
        }
    }

    /// After an error: goes on at the next bytes that look like the start of a member. False where there is none.
    pub(crate) fn resync(&mut self) -> io::Result<bool> {
        match self {
            Unpacked::Plain(_) => Ok(false),
            Unpacked::Gzip(members) => members.resync(),
        }
    }
}

impl<R: BufRead> Read for Unpacked<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Unpacked::Plain(input) => input.read(out),
            Unpacked::Gzip(members) => members.read(out),
        }
    }
}

/// Counts the bytes that were taken, and keeps those of the present member: where it is cut off, the decoder has taken the next one
/// for a part of it.
pub(crate) struct Counted<R> {
    input: R,
    at: u64,
    /// Taken since `start_log`, up to `LONGEST_LOG`.
    log: Vec<u8>,
    /// To be taken again, in reverse.
    replay: Vec<u8>,
}

/// Packed records are shorter than this, but for films.
const LONGEST_LOG: usize = 4 << 20;

impl<R: BufRead> Counted<R> {
    /// Goes back to the first byte of the log, but one.
    fn rewind(&mut self) {
        if let Some(back) = self.log.len().checked_sub(1)
            && self.log.len() < LONGEST_LOG
        {
            self.replay.extend(self.log.drain(1..).rev());
            self.at -= back as u64;
        }
        self.log.clear();
    }

    fn next(&mut self) -> io::Result<Option<u8>> {
        let byte = self.fill_buf()?.first().copied();
        if byte.is_some() {
            self.consume(1);
        }
        Ok(byte)
    }
}

impl<R: BufRead> BufRead for Counted<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.replay.last() {
            Some(byte) => Ok(std::slice::from_ref(byte)),
            None => self.input.fill_buf(),
        }
    }

    fn consume(&mut self, n: usize) {
        if n == 0 {
            return;
        }
        if let Some(byte) = self.replay.pop() {
            self.log.push(byte);
        } else {
            if self.log.len() < LONGEST_LOG
                && let Ok(taken) = self.input.fill_buf()
            {
                self.log.extend_from_slice(&taken[..n.min(taken.len())]);
            }
            self.input.consume(n);
        }
        self.at += n as u64;
    }
}

impl<R: BufRead> Read for Counted<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let n = self.fill_buf()?.read(out)?;
        self.consume(n);
        Ok(n)
    }
}

pub(crate) struct Members<R: BufRead> {
    state: State<R>,
    /// Where the member lies in the file.
    start: u64,
    /// The bytes last read are its first.
    fresh: bool,
    /// It was opened and not yet read.
    opened: bool,
    /// A byte that was read in looking whether the member ends.
    ahead: Option<u8>,
}

enum State<R: BufRead> {
    Between(Counted<R>),
    Inside(Box<GzDecoder<Counted<R>>>),
    /// Only while the state changes.
    Moving,
}

/// Magic number and method (deflate) of a member.
const MEMBER: &[u8] = &[0x1f, 0x8b, 8];

impl<R: BufRead> Members<R> {
    fn raw(&mut self) -> Option<Counted<R>> {
        match std::mem::replace(&mut self.state, State::Moving) {
            State::Between(raw) => Some(raw),
            State::Inside(decoder) => Some(decoder.into_inner()),
            State::Moving => None,
        }
    }

    /// Looks whether the member ends here, so that its checksum is right, or goes on.
    fn check(&mut self) -> io::Result<()> {
        if let State::Inside(decoder) = &mut self.state
            && self.ahead.is_none()
        {
            let mut byte = [0];
            if decoder.read(&mut byte)? == 1 {
                self.ahead = Some(byte[0]);
            }
        }
        Ok(())
    }

    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if let (Some(byte), Some(first)) = (self.ahead, out.first_mut()) {
            *first = byte;
            self.ahead = None;
            self.fresh = false;
            return Ok(1);
        }
        loop {
            match &mut self.state {
                State::Inside(decoder) => {
                    self.fresh = std::mem::take(&mut self.opened);
                    let n = decoder.read(out)?;
                    if n > 0 || out.is_empty() {
                        return Ok(n);
                    }
                    let Some(raw) = self.raw() else { return Ok(0) };
                    self.state = State::Between(raw);
                }
                State::Between(raw) => {
                    // tapes and block devices pad with zeros
                    while let Some(0) = raw.fill_buf()?.first() {
                        raw.consume(1);
                    }
                    if raw.fill_buf()?.is_empty() {
                        return Ok(0);
                    }
                    self.start = raw.at;
                    raw.log.clear();
                    let Some(raw) = self.raw() else { return Ok(0) };
                    self.state = State::Inside(Box::new(GzDecoder::new(raw)));
                    self.opened = true;
                }
                State::Moving => return Ok(0),
            }
        }
    }

    fn resync(&mut self) -> io::Result<bool> {
        let Some(mut raw) = self.raw() else { return Ok(false) };
        self.ahead = None;
        raw.rewind();
        let mut matched = 0;
        while matched < MEMBER.len() {
            let Some(byte) = raw.next()? else { return Ok(false) };
            matched = if byte == MEMBER[matched] { matched + 1 } else { usize::from(byte == MEMBER[0]) };
        }
        raw.replay.extend(MEMBER.iter().rev());
        raw.at -= MEMBER.len() as u64;
        self.state = State::Between(raw);
        Ok(true)
    }
}
