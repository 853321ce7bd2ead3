//! The write-ahead log and its index (<https://sqlite.org/fileformat2.html#walformat>,
//! <https://sqlite.org/walformat.html>), each frame judged by itself: SQLite stops at the first whose checksum
//! is wrong and forgets, without a word, what was committed behind it.

use super::page::be32;

const HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// One page, as a transaction wrote it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame<'a> {
    pub(super) page: u32,
    pub(super) commits: bool,
    pub(super) bytes: &'a [u8],
    /// It belongs to what the log holds now, not to what was there before it began anew.
    pub(super) current: bool,
    /// Its checksum is right.
    pub(super) sound: bool,
}

/// A log.
#[derive(Debug, Default)]
pub(super) struct Log<'a> {
    pub(super) frames: Vec<Frame<'a>>,
    /// Frames that SQLite would read.
    believed: usize,
    /// Frames that were committed, as far as can be told.
    pub(super) committed: usize,
    head_broken: bool,
}

/// What the log's index last said.
struct Index<'a> {
    frames: usize,
    copied_back: usize,
    salts: &'a [u8],
}

fn checksum(big: bool, seed: (u32, u32), bytes: &[u8]) -> (u32, u32) {
    bytes.chunks_exact(8).fold(seed, |(a, b), pair| {
        let word = |at: usize| {
            let four = pair.get(at..at + 4).and_then(|w| w.try_into().ok()).unwrap_or_default();
            if big { u32::from_be_bytes(four) } else { u32::from_le_bytes(four) }
        };
        let a = a.wrapping_add(word(0)).wrapping_add(b);
        (a, b.wrapping_add(word(4)).wrapping_add(a))
    })
}

fn stored(bytes: &[u8], at: usize) -> Option<(u32, u32)> {
    Some((be32(bytes, at)?, be32(bytes, at + 4)?))
}

impl<'a> Index<'a> {
    /// The index, if its two copies agree.
    fn read(bytes: &'a [u8]) -> Option<Self> {
        let native = |at: usize| bytes.get(at..at + 4)?.try_into().ok().map(u32::from_ne_bytes);
        let (head, copy) = (bytes.get(..48)?, bytes.get(48..96)?);
        let sum = checksum(cfg!(target_endian = "big"), (0, 0), head.get(..40)?);
        if head != copy || Some(sum) != native(40).zip(native(44)) || native(0) != Some(3_007_000) {
            return None;
        }
        let frames = usize::try_from(native(16)?).ok()?;
        Some(Self { frames, copied_back: usize::try_from(native(96)?).ok()?, salts: bytes.get(32..40)? })
    }
}

impl<'a> Log<'a> {
    /// Reads a log of pages of `page_size`, beside its index.
    pub(super) fn read(log: &'a [u8], index: &[u8], page_size: usize) -> Self {
        let index = Index::read(index).filter(|index| index.frames > index.copied_back);
        let known = log.get(..HEAD);
        let magic = known.and_then(|head| be32(head, 0));
        let big = magic == Some(0x377f_0683);
        let head_sound = matches!(magic, Some(0x377f_0682 | 0x377f_0683))
            && known.and_then(|head| head.get(..24)).map(|head| checksum(big, (0, 0), head)) == stored(log, 24);
        let first = log.get(HEAD + 8..HEAD + 16);
        let salts = if head_sound { log.get(16..24) } else { index.as_ref().map(|i| i.salts).or(first) };
        let mut seed = stored(log, 24);
        let mut frames = Vec::new();
        for frame in log.get(HEAD..).unwrap_or_default().chunks_exact(FRAME_HEAD + page_size) {
            let (head, bytes) = frame.split_at(FRAME_HEAD);
            let (Some(page), Some(pages)) = (be32(head, 0), be32(head, 4)) else { break };
            let sum = seed.zip(head.get(..8)).map(|(seed, head)| checksum(big, checksum(big, seed, head), bytes));
            seed = stored(head, 16);
            frames.push(Frame { page, commits: pages != 0, bytes, current: head.get(8..16) == salts, sound: sum == seed });
        }
        let unbroken = if head_sound { frames.iter().take_while(|f| f.current && f.sound).count() } else { 0 };
        let last_commit =
            |among: usize| frames.iter().take(among).rposition(|f| f.current && f.sound && f.commits).map_or(0, |at| at + 1);
        let believed = last_commit(unbroken);
        let committed = last_commit(frames.len());
        let by_index = index.filter(|i| Some(i.salts) == salts || log.len() < HEAD).map_or(0, |i| i.frames);
        let head_broken = !head_sound && log.iter().any(|byte| *byte != 0) && !frames.is_empty();
        Self { believed, committed: committed.max(by_index), head_broken, frames }
    }

    /// Whether SQLite would read everything that was committed.
    pub(super) const fn is_whole(&self) -> bool {
        !self.head_broken && self.believed >= self.committed
    }

    /// Whether something that was committed can't be had: of a broken frame not even the page's number is sure.
    pub(super) fn has_gap(&self) -> bool {
        self.committed > self.frames.len() || self.frames.iter().take(self.committed).any(|f| !f.current || !f.sound)
    }
}
