//! Tiles on the device's disk, the longest unused going first. They may go at any time and are not synced.
//!
//! A file is a line of what was said of the tile, and the tile. Calls block.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::PathBuf,
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime},
};

use pakn_api::Timestamp;

use super::{Tile, TileId, image::ImageKind};
use crate::disk::Disk;

/// The first word of a file: what follows is laid out as here.
const MARK: &str = "tile-2";
/// How often it is noted on the disk that a tile was looked at.
const NOTE_USE_EVERY: Duration = Duration::from_secs(3_600);

/// A tile as it was kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    pub(super) tile: Tile,
    /// Until when nobody needs to be asked for a newer one.
    pub(super) fresh_until: Timestamp,
    /// What the server calls this state of it.
    pub(super) etag: Option<String>,
}

impl Kept {
    fn to_file(&self) -> Vec<u8> {
        let etag = self.etag.as_deref().unwrap_or_default();
        let head = format!("{MARK} {} {} {etag}\n", self.fresh_until.0, self.tile.bytes.len());
        [head.as_bytes(), &self.tile.bytes].concat()
    }

    /// Nothing for a file that a power cut or a full disk left without some of its bytes.
    fn of_file(file: &[u8]) -> Option<Self> {
        let end = file.iter().position(|byte| *byte == b'\n')?;
        let (line, bytes) = (std::str::from_utf8(file.get(..end)?).ok()?, file.get(end + 1..)?);
        let mut words = line.splitn(4, ' ');
        if words.next() != Some(MARK) {
            return None;
        }
        let fresh_until = Timestamp(words.next()?.parse().ok()?);
        let length: usize = words.next()?.parse().ok()?;
        if bytes.len() != length {
            return None;
        }
        let etag = words.next().filter(|etag| !etag.is_empty()).map(str::to_owned);
        let kind = ImageKind::of(bytes)?;
        Some(Self { tile: Tile { kind, bytes: bytes.to_vec() }, fresh_until, etag })
    }
}

#[derive(Clone, Copy)]
struct Entry {
    bytes: u64,
    used: SystemTime,
    /// As the disk has it.
    noted: SystemTime,
}

/// A folder of tiles of limited size.
pub(super) struct Shelf {
    folder: PathBuf,
    disk: Disk,
    limit: u64,
    /// What is there by its name; read from the folder when first asked for.
    entries: Mutex<Option<BTreeMap<String, Entry>>>,
}

impl Shelf {
    pub(super) fn new(folder: PathBuf, disk: Disk, limit: u64) -> Self {
        Self { folder, disk, limit, entries: Mutex::new(None) }
    }

    /// A tile of the map whose mark this is.
    pub(super) fn get(&self, map: &str, id: TileId) -> Option<Kept> {
        let name = name(map, id);
        let path = self.folder.join(&name);
        let kept = Kept::of_file(&fs::read(&path).ok()?)?;
        self.with(|entries| {
            let Some(entry) = entries.get_mut(&name) else { return };
            entry.used = SystemTime::now();
            if entry.used.duration_since(entry.noted).is_ok_and(|since| since > NOTE_USE_EVERY) {
                // Not noted, it only goes sooner.
                let noted = self.disk.step(|| File::options().write(true).open(&path)?.set_modified(entry.used));
                if noted.is_ok() {
                    entry.noted = entry.used;
                }
            }
        });
        Some(kept)
    }

    /// Keeps a tile, and lets go of the longest unused where there would be too many.
    ///
    /// # Errors
    /// When it can't be written; the tile is as good for that.
    pub(super) fn put(&self, map: &str, id: TileId, kept: &Kept) -> io::Result<()> {
        let (name, file) = (name(map, id), kept.to_file());
        if !self.folder.is_dir() {
            self.disk.step(|| fs::create_dir_all(&self.folder))?;
        }
        self.with(|entries| {
            let path = self.folder.join(&name);
            if let Err(error) = self.disk.step(|| fs::write(&path, &file)) {
                // Half a tile takes up room that there is too little of.
                if self.disk.step(|| remove(&path)).is_ok() {
                    entries.remove(&name);
                }
                return Err(error);
            }
            let now = SystemTime::now();
            entries.insert(name.clone(), Entry { bytes: file.len() as u64, used: now, noted: now });
            let mut all: u64 = entries.values().map(|entry| entry.bytes).sum();
            while all > self.limit {
                let oldest = entries.iter().filter(|(other, _)| **other != name).min_by_key(|(_, entry)| entry.used);
                let Some((oldest, bytes)) = oldest.map(|(name, entry)| (name.clone(), entry.bytes)) else { break };
                self.disk.step(|| remove(&self.folder.join(&oldest)))?;
                entries.remove(&oldest);
                all -= bytes;
            }
            Ok(())
        })
    }

    /// Lets go of everything that is not of the map whose mark this is.
    pub(super) fn keep_only(&self, map: &str) {
        self.with(|entries| {
            let others: Vec<String> = entries.keys().filter(|name| !name.starts_with(map)).cloned().collect();
            for name in others {
                // What can't be removed is the oldest soon.
                if self.disk.step(|| remove(&self.folder.join(&name))).is_ok() {
                    entries.remove(&name);
                }
            }
        });
    }

    fn with<T>(&self, act: impl FnOnce(&mut BTreeMap<String, Entry>) -> T) -> T {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        act(entries.get_or_insert_with(|| self.list()))
    }

    fn list(&self) -> BTreeMap<String, Entry> {
        let Ok(folder) = fs::read_dir(&self.folder) else { return BTreeMap::new() };
        let entry = |entry: fs::DirEntry| {
            let found = entry.metadata().ok()?;
            let used = found.modified().ok()?;
            Some((entry.file_name().into_string().ok()?, Entry { bytes: found.len(), used, noted: used }))
        };
        folder.flatten().filter_map(entry).collect()
    }
}

fn name(map: &str, id: TileId) -> String {
    format!("{map}-{}", id.to_string().replace('/', "-"))
}

fn remove(path: &std::path::Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Ok(()) | Err(_) => Ok(()),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]
mod tests {
    use super::*;

    fn kept(length: usize) -> Kept {
        let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
        bytes.resize(length, 7);
        Kept { tile: Tile { kind: ImageKind::Png, bytes }, fresh_until: Timestamp(5), etag: Some("\"a b\"".to_owned()) }
    }

    fn id(x: u32) -> TileId {
        format!("12/{x}/1882").parse().unwrap()
    }

    #[test]
    fn a_tile_comes_back_as_it_was_kept_or_not_at_all() {
        let dir = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(dir.path().join("tiles"), Disk::default(), 10_000);
        assert_eq!(shelf.get("m", id(1)), None);
        let tile = kept(100);
        shelf.put("m", id(1), &tile).unwrap();
        assert_eq!(shelf.get("m", id(1)), Some(tile.clone()));
        assert_eq!(shelf.get("n", id(1)), None, "another map's");
        let path = dir.path().join("tiles").join(name("m", id(1)));
        let file = fs::read(&path).unwrap();
        for cut in [0, 1, 6, 9, 20, file.len() - 50, file.len() - 1] {
            fs::write(&path, file.get(..cut).unwrap()).unwrap();
            assert_eq!(shelf.get("m", id(1)), None, "{cut} bytes survived");
        }
    }

    #[test]
    fn the_longest_unused_goes_first_and_the_limit_holds_over_a_restart() {
        let dir = tempfile::tempdir().unwrap();
        let open = || Shelf::new(dir.path().to_owned(), Disk::default(), 3_500);
        let shelf = open();
        for x in 1..=3 {
            shelf.put("m", id(x), &kept(1_000)).unwrap();
        }
        assert!(shelf.get("m", id(1)).is_some(), "looked at: now the second is the oldest");
        shelf.put("m", id(4), &kept(1_000)).unwrap();
        let there = |shelf: &Shelf| (1..=5).filter(|x| shelf.get("m", id(*x)).is_some()).collect::<Vec<_>>();
        assert_eq!(there(&shelf), [1, 3, 4]);
        let again = open();
        again.put("m", id(5), &kept(1_000)).unwrap();
        assert_eq!(there(&again).len(), 3);
        assert!(there(&again).contains(&5));
        again.keep_only("x");
        assert!(there(&again).is_empty());
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
    }
}
