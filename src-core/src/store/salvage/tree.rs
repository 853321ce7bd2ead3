//! Walks b-trees from their roots, as far as they can be followed.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;

use super::{
    image::Image,
    page::{Kind, Page, Pages, Record},
    record::Value,
};
use crate::store::{Result, migrate};

const DEEPEST: u32 = 40;

/// What a walk found.
#[derive(Debug, Default)]
pub(super) struct Walked {
    pub(super) records: Vec<Record>,
    /// Every page that it went through.
    pub(super) pages: BTreeSet<u32>,
    /// Of these, those that have something wrong about them.
    pub(super) hurt: BTreeSet<u32>,
    /// Everything below the root was there.
    pub(super) whole: bool,
}

/// Walks the tree of a table or an index; `fits` says whether a record can be one of its.
pub(super) fn walk(image: &Image<'_>, root: u32, fits: impl Fn(&Record) -> bool) -> Walked {
    let mut walked = Walked { whole: !image.outdated, ..Walked::default() };
    let mut open = vec![(root, 0)];
    let mut leaves = None;
    while let Some((number, depth)) = open.pop() {
        let page = image.page(number).and_then(|bytes| Page::read(number, bytes));
        let Some(page) = page.filter(|_| depth < DEEPEST && !walked.pages.contains(&number)) else {
            walked.whole = false;
            walked.hurt.insert(number);
            continue;
        };
        walked.pages.insert(number);
        let of_index = matches!(page.kind, Kind::IndexLeaf | Kind::IndexInterior);
        let mut sound = !image.hurt.contains(&number) && *leaves.get_or_insert(of_index) == of_index;
        if page.kind != Kind::TableInterior {
            for at in &page.cells {
                match page.record(*at, image).filter(&fits) {
                    Some(record) => walked.records.push(record),
                    None => sound = false,
                }
            }
        }
        if !sound {
            walked.whole = false;
            walked.hurt.insert(number);
        }
        open.extend(page.children().into_iter().map(|child| (child, depth + 1)));
    }
    walked
}

/// The root of each table and index: as a database of this app begins, corrected by what can be read of the
/// schema. Roots that never move are known even when the first page is gone.
pub(super) fn roots(image: &Image<'_>) -> Result<BTreeMap<String, u32>> {
    let mut fresh = Connection::open_in_memory()?;
    migrate::fresh(&mut fresh)?;
    let mut roots = BTreeMap::new();
    let mut statement = fresh.prepare("SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0")?;
    for row in statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (name, root): (String, u32) = row?;
        roots.insert(name, root);
    }
    for record in walk(image, 1, |record| record.values.len() == 5).records {
        if let [_, Value::Text(name), _, Value::Int(root), _] = record.values.as_slice()
            && let (Some(known), Ok(root)) = (roots.get_mut(name.as_str()), u32::try_from(*root))
        {
            *known = root;
        }
    }
    Ok(roots)
}
