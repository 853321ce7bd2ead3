//! Pages of b-trees and their cells (<https://sqlite.org/fileformat2.html#b_tree_pages>). Nothing is believed:
//! every offset and length may be damaged.

use super::record::{self, Value, varint};

/// What kind of page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    TableLeaf,
    TableInterior,
    IndexLeaf,
    IndexInterior,
}

/// Gives pages by number, as they were at one moment.
pub(super) trait Pages {
    /// A page's bytes.
    fn page(&self, number: u32) -> Option<&[u8]>;
    /// Bytes of a page that SQLite uses: all but those reserved at the end.
    fn usable(&self) -> usize;
}

/// A page whose head makes sense.
pub(super) struct Page<'a> {
    pub(super) kind: Kind,
    bytes: &'a [u8],
    /// Where its cells begin.
    pub(super) cells: Vec<usize>,
    right: Option<u32>,
}

/// A cell's record.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Record {
    /// In a table; 0 in an index.
    pub(super) rowid: i64,
    pub(super) values: Vec<Value>,
}

pub(super) fn be16(bytes: &[u8], at: usize) -> Option<usize> {
    bytes.get(at..at + 2)?.try_into().ok().map(|b| usize::from(u16::from_be_bytes(b)))
}

pub(super) fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at.checked_add(4)?)?.try_into().ok().map(u32::from_be_bytes)
}

impl<'a> Page<'a> {
    /// The b-tree page with this number.
    pub(super) fn read(number: u32, bytes: &'a [u8]) -> Option<Self> {
        let start = if number == 1 { 100 } else { 0 };
        let kind = match bytes.get(start)? {
            0x0d => Kind::TableLeaf,
            0x05 => Kind::TableInterior,
            0x0a => Kind::IndexLeaf,
            0x02 => Kind::IndexInterior,
            _ => return None,
        };
        let interior = matches!(kind, Kind::TableInterior | Kind::IndexInterior);
        let head = start + if interior { 12 } else { 8 };
        let count = be16(bytes, start + 3)?;
        let cells: Option<Vec<usize>> = (0..count).map(|n| be16(bytes, head + 2 * n).filter(|at| *at < bytes.len())).collect();
        Some(Self { kind, bytes, cells: cells?, right: interior.then(|| be32(bytes, start + 8)).flatten() })
    }

    /// The pages below an interior page.
    pub(super) fn children(&self) -> Vec<u32> {
        let Some(right) = self.right else { return Vec::new() };
        self.cells.iter().filter_map(|at| be32(self.bytes, *at)).chain([right]).collect()
    }

    /// The record in the cell at an offset.
    pub(super) fn record(&self, at: usize, pages: &impl Pages) -> Option<Record> {
        match self.kind {
            Kind::TableLeaf => table_record(self.bytes, at, pages),
            Kind::IndexLeaf => index_record(self.bytes, at, pages),
            Kind::IndexInterior => index_record(self.bytes, at + 4, pages),
            Kind::TableInterior => None,
        }
    }
}

/// The record of a table at an offset in a page, if there is one.
pub(super) fn table_record(page: &[u8], at: usize, pages: &impl Pages) -> Option<Record> {
    let (length, a) = varint(page.get(at..)?)?;
    let (rowid, b) = varint(page.get(at + a..)?)?;
    let max_local = pages.usable().checked_sub(35)?;
    let payload = payload(page, at + a + b, length, max_local, pages)?;
    Some(Record { rowid: rowid.cast_signed(), values: record::read(&payload)? })
}

fn index_record(page: &[u8], at: usize, pages: &impl Pages) -> Option<Record> {
    let (length, a) = varint(page.get(at..)?)?;
    let max_local = (pages.usable().checked_sub(12)? * 64 / 255).checked_sub(23)?;
    let payload = payload(page, at + a, length, max_local, pages)?;
    Some(Record { rowid: 0, values: record::read(&payload)? })
}

/// A payload, with what is on overflow pages.
fn payload(page: &[u8], at: usize, length: u64, max_local: usize, pages: &impl Pages) -> Option<Vec<u8>> {
    let (length, usable) = (usize::try_from(length).ok()?, pages.usable());
    if length <= max_local {
        return Some(page.get(at..at.checked_add(length)?)?.to_vec());
    }
    let min_local = (usable.checked_sub(12)? * 32 / 255).checked_sub(23)?;
    let wanted = min_local + length.checked_sub(min_local)? % usable.checked_sub(4)?;
    let local = if wanted <= max_local { wanted } else { min_local };
    let mut found = page.get(at..at.checked_add(local)?)?.to_vec();
    let mut next = be32(page, at + local)?;
    // Each page adds bytes, so a ring of pages comes to an end.
    while found.len() < length {
        let bytes = pages.page(next)?;
        next = be32(bytes, 0)?;
        let more = (length - found.len()).min(usable - 4);
        found.extend_from_slice(bytes.get(4..4 + more)?);
    }
    Some(found)
}
