//! The database's files as bytes: what they say now, and what they said before.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs, io,
    path::Path,
};

use super::{
    log::Log,
    page::{Pages, be16, be32},
};

const MAGIC: &[u8] = b"SQLite format 3\0";
const DEFAULT_PAGE: usize = 4096;

/// The three files of a database, read whole. It is small: words and numbers, no pictures.
pub(in crate::store) struct Files {
    pub(super) database: Vec<u8>,
    log: Vec<u8>,
    index: Vec<u8>,
}

/// Pages as they were at one moment.
#[derive(Clone)]
pub(super) struct Image<'a> {
    pages: BTreeMap<u32, &'a [u8]>,
    usable: usize,
    /// Pages whose bytes are known to be wrong in some place.
    pub(super) hurt: BTreeSet<u32>,
    /// Some page is not as it was last.
    pub(super) outdated: bool,
}

impl Pages for Image<'_> {
    fn page(&self, number: u32) -> Option<&[u8]> {
        self.pages.get(&number).copied()
    }

    fn usable(&self) -> usize {
        self.usable
    }
}

impl<'a> Image<'a> {
    pub(super) fn pages(&self) -> impl Iterator<Item = (u32, &'a [u8])> + '_ {
        self.pages.iter().map(|(number, bytes)| (*number, *bytes))
    }

    /// Pages that are free, as far as their list can be followed.
    pub(super) fn free(&self) -> BTreeSet<u32> {
        let mut free = BTreeSet::new();
        let mut trunk = self.page(1).and_then(|head| be32(head, 32)).unwrap_or(0);
        while trunk != 0 && free.insert(trunk) {
            let Some(bytes) = self.page(trunk) else { break };
            let leaves = be32(bytes, 4).and_then(|n| usize::try_from(n).ok()).unwrap_or(0).min(self.usable / 4);
            free.extend((0..leaves).filter_map(|n| be32(bytes, 8 + 4 * n)));
            trunk = be32(bytes, 0).unwrap_or(0);
        }
        free
    }
}

fn if_there(path: &Path) -> io::Result<Vec<u8>> {
    match fs::read(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        read => read,
    }
}

impl Files {
    /// Reads them without touching them.
    pub(in crate::store) fn read(database: &Path) -> io::Result<Self> {
        let beside = |suffix: &str| {
            let mut name = database.as_os_str().to_owned();
            name.push(suffix);
            if_there(Path::new(&name))
        };
        let (log, index) = (beside("-wal")?, beside("-shm")?);
        let mut files = Self { database: if_there(database)?, log, index };
        // The last page may be cut off; what is left of it can be read.
        let whole = files.database.len().next_multiple_of(files.page_size());
        files.database.resize(whole, 0);
        Ok(files)
    }

    fn page_size(&self) -> usize {
        let usable = |size: &usize| size.is_power_of_two() && (512..=65_536).contains(size);
        let stated = |size: usize| if size == 1 { 65_536 } else { size };
        let by_head = be16(&self.database, 16).filter(|_| self.database.starts_with(MAGIC)).map(stated).filter(usable);
        let by_log = || be32(&self.log, 8).and_then(|size| usize::try_from(size).ok()).filter(usable);
        by_head.or_else(by_log).unwrap_or(DEFAULT_PAGE)
    }

    /// Whether there is nothing at all.
    pub(in crate::store) const fn is_empty(&self) -> bool {
        self.database.is_empty() && self.log.is_empty()
    }

    /// Whether the main file has nothing in it.
    pub(in crate::store) const fn has_no_database(&self) -> bool {
        self.database.is_empty()
    }

    /// Whether there is a log with something in it.
    pub(in crate::store) const fn has_log(&self) -> bool {
        !self.log.is_empty()
    }

    pub(super) fn log(&self) -> Log<'_> {
        Log::read(&self.log, &self.index, self.page_size())
    }

    /// Whether SQLite would read all of the log.
    pub(in crate::store) fn log_is_whole(&self) -> bool {
        self.log().is_whole()
    }

    fn first(&self) -> Image<'_> {
        let size = self.page_size();
        let reserved = self.database.get(20).filter(|_| self.database.starts_with(MAGIC)).map_or(0, |n| usize::from(*n));
        let pages = (1..).zip(self.database.chunks_exact(size)).collect();
        Image { pages, usable: size - reserved.min(size / 2), hurt: BTreeSet::new(), outdated: false }
    }

    /// What everything committed comes to.
    pub(super) fn now(&self) -> Image<'_> {
        let (mut image, log) = (self.first(), self.log());
        image.outdated = log.has_gap();
        for frame in log.frames.iter().take(log.committed).filter(|f| f.current) {
            image.pages.insert(frame.page, frame.bytes);
            if frame.sound {
                image.hurt.remove(&frame.page);
            } else {
                image.hurt.insert(frame.page);
            }
        }
        image
    }

    /// What was there before, and what was never committed: each page with the moment it is from, the
    /// oldest first.
    pub(super) fn history(&self, mut visit: impl FnMut(&Image<'_>, u32, u64)) {
        let (log, mut moment) = (self.log(), 0);
        for current in [false, true] {
            let mut image = self.first();
            if !current {
                let numbers: Vec<u32> = image.pages.keys().copied().collect();
                numbers.into_iter().for_each(|number| visit(&image, number, moment));
            }
            let mut changed = Vec::new();
            for frame in log.frames.iter().filter(|f| f.current == current) {
                image.pages.insert(frame.page, frame.bytes);
                changed.push(frame.page);
                if frame.commits {
                    moment += 1;
                    changed.drain(..).for_each(|number| visit(&image, number, moment));
                }
            }
            moment += 1;
            changed.into_iter().for_each(|number| visit(&image, number, moment));
        }
    }

    /// The schema's version, if there is a first page.
    pub(in crate::store) fn version(&self) -> Option<u32> {
        let now = self.now();
        now.page(1).filter(|page| page.starts_with(MAGIC)).and_then(|page| be32(page, 60))
    }
}
