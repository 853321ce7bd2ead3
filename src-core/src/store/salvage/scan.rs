//! Everything that can be read of a damaged database, each row with how far it can be trusted.
//!
//! First the trees, from their roots. What hangs on no tree is found by looking at each page, and on a page
//! that is hurt by trying every offset: a record's header leaves little to chance, its shape the rest.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    image::{Files, Image},
    page::{Kind, Page, Pages, Record, table_record},
    record::Value,
    shape::{Index, Row, Table, any_row, row},
    tree::{Walked, roots, walk},
};
use crate::store::Result;

/// How far a row can be trusted to be what the database says now.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trust {
    /// From a moment before now, or deleted since: the later, the better.
    Once(u64),
    /// On a page that is in use, but hurt, or that no tree leads to.
    Stray,
    /// Where the table's tree has it.
    Live,
}

/// The beginning of a row that can't be read whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fragment {
    /// A draft's own, or an operation's, its report's and its user's.
    pub(super) ids: Vec<uuid::Uuid>,
    pub(super) title: String,
    pub(super) was_sent: bool,
}

/// What there is.
#[derive(Debug, Default)]
pub(super) struct Finds {
    pub(super) rows: Vec<(Row, Trust)>,
    /// Tables whose tree was all there: nothing but its live rows is in them.
    pub(super) whole: BTreeSet<Table>,
    /// The entries of each index, and whether its tree was all there.
    pub(super) entries: BTreeMap<Index, (Vec<Vec<Value>>, bool)>,
    pub(super) fragments: Vec<Fragment>,
    /// Something that was written later than what the trees say is missing.
    pub(super) outdated: bool,
}

/// Reads what the files hold.
pub(super) fn scan(files: &Files) -> Result<Finds> {
    let now = files.now();
    let roots = roots(&now)?;
    let mut finds = Finds { outdated: now.outdated, ..Finds::default() };
    let (mut seen, mut hurt) = (BTreeSet::from([1]), BTreeSet::new());
    let mut keep = |walked: &Walked| {
        seen.extend(walked.pages.difference(&walked.hurt));
        hurt.extend(walked.hurt.iter().copied());
    };
    for table in Table::ALL {
        let root = roots.get(table.name()).copied().unwrap_or_default();
        let walked = walk(&now, root, |record| row(table, record).is_some());
        keep(&walked);
        finds.rows.extend(walked.records.iter().filter_map(|record| Some((row(table, record)?, Trust::Live))));
        if walked.whole {
            finds.whole.insert(table);
        }
    }
    for index in Index::ALL {
        let root = roots.get(index.name()).copied().unwrap_or_default();
        let walked = walk(&now, root, |record| index.fits(record));
        keep(&walked);
        let entries = walked.records.into_iter().map(|record| record.values).collect();
        finds.entries.insert(index, (entries, walked.whole));
    }
    let free = now.free();
    for (number, bytes) in now.pages().filter(|(number, _)| !seen.contains(number)) {
        let trust = if free.contains(&number) { Trust::Once(0) } else { Trust::Stray };
        search(&now, number, trust, &mut finds.rows);
        // What was deleted on a hurt page is among it too; the indexes tell which.
        if trust == Trust::Stray {
            finds.fragments.extend(fragments(bytes));
        }
    }
    files.history(|image, number, moment| {
        if image.page(number) != now.page(number) || hurt.contains(&number) {
            search(image, number, Trust::Once(moment), &mut finds.rows);
        }
    });
    Ok(finds)
}

/// Every row on a page that isn't known to be sound.
fn search(image: &Image<'_>, number: u32, trust: Trust, rows: &mut Vec<(Row, Trust)>) {
    let Some(bytes) = image.page(number) else { return };
    let page = Page::read(number, bytes);
    let in_order =
        |page: &Page<'_>| -> Option<Vec<Row>> { page.cells.iter().map(|at| any_row(&page.record(*at, image)?)).collect() };
    match page {
        Some(page) if page.kind != Kind::TableLeaf => {}
        Some(page) if let Some(found) = in_order(&page) => rows.extend(found.into_iter().map(|row| (row, trust))),
        Some(_) | None => {
            let found = (0..bytes.len()).filter_map(|at| any_row(&carved(bytes, at, image)?));
            rows.extend(found.map(|row| (row, trust)));
        }
    }
}

/// A record at an offset that nothing points to. No row of ours has fewer than two columns.
fn carved(bytes: &[u8], at: usize, image: &Image<'_>) -> Option<Record> {
    table_record(bytes, at, image).filter(|record| record.values.len() >= 2)
}

/// Ids in a row that are followed by a form or a payload, with the title in it.
fn fragments(bytes: &[u8]) -> Vec<Fragment> {
    const ID: usize = 36;
    const KEY: &[u8] = b"\"title\":\"";
    let id = |at: usize| {
        let text = bytes.get(at..at + ID).and_then(|b| std::str::from_utf8(b).ok())?;
        (text.bytes().filter(|b| *b == b'-').count() == 4).then(|| text.parse::<uuid::Uuid>().ok()).flatten()
    };
    let mut runs: Vec<(Vec<uuid::Uuid>, usize)> = Vec::new();
    for (at, id) in (0..bytes.len()).filter_map(|at| Some((at, id(at)?))) {
        match runs.last_mut() {
            Some((ids, end)) if *end == at => {
                ids.push(id);
                *end = at + ID;
            }
            Some(_) | None => runs.push((vec![id], at + ID)),
        }
    }
    let ends: Vec<usize> = runs.iter().skip(1).map(|(ids, end)| end - ids.len() * ID).chain([bytes.len()]).collect();
    let titled = runs.into_iter().zip(ends).filter_map(|((ids, start), end)| {
        let body = bytes.get(start..end)?;
        let rest = body.get(memchr::memmem::find(body, KEY)? + KEY.len()..)?;
        let quote = (0..rest.len()).find(|at| rest.get(*at) == Some(&b'"') && (*at == 0 || rest.get(at - 1) != Some(&b'\\')))?;
        let title = std::str::from_utf8(rest.get(..quote)?).ok()?.to_owned();
        Some(Fragment { ids, title, was_sent: body.starts_with(b"create_report") })
    });
    titled.collect()
}
