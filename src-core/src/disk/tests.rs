//! The gate over a whole life of a report: a dead process changes nothing more, a full disk is called full.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{Mutex, PoisonError},
};

use pakn_api::{Timestamp, id::AttachmentId, ipc::AppError};
use sha2::{Digest, Sha256};

use super::*;
use crate::{
    error::Error,
    media::{Previews, Spool, Vault, previews::Of},
    store::{Place, Store, StoreError},
};

/// How a process ends, or what its disk says, at one step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum At {
    Before(u32),
    After(u32),
    FullFrom(u32),
}

struct Mortal {
    at: At,
    /// Steps asked for, and whether the process is dead.
    life: Mutex<(u32, bool)>,
}

impl Mortal {
    fn new(at: At) -> Arc<Self> {
        Arc::new(Self { at, life: Mutex::default() })
    }

    fn is_dead(&self) -> bool {
        self.life.lock().unwrap_or_else(PoisonError::into_inner).1
    }
}

impl Ambient for Mortal {
    fn now(&self) -> Timestamp {
        Timestamp(0)
    }

    fn random(&self) -> [u8; 10] {
        [0; 10]
    }

    fn roll(&self) -> f64 {
        0.0
    }

    fn before_write(&self) -> io::Result<()> {
        let mut life = self.life.lock().unwrap_or_else(PoisonError::into_inner);
        life.0 += 1;
        match self.at {
            At::FullFrom(step) if life.0 >= step => return Err(io::ErrorKind::StorageFull.into()),
            At::Before(step) if life.0 == step => life.1 = true,
            At::FullFrom(_) | At::Before(_) | At::After(_) => {}
        }
        if life.1 { Err(io::Error::other("dead")) } else { Ok(()) }
    }

    fn after_write(&self) -> io::Result<()> {
        let mut life = self.life.lock().unwrap_or_else(PoisonError::into_inner);
        // Files are written side by side: another step may have been asked for meanwhile.
        life.1 |= matches!(self.at, At::After(step) if step <= life.0);
        if life.1 { Err(io::Error::other("dead")) } else { Ok(()) }
    }

    fn free_bytes(&self, _: &Path) -> Option<u64> {
        None
    }
}

fn id(n: u8) -> AttachmentId {
    AttachmentId::new(u64::from(n), [n; 10])
}

/// Everything that changes a data folder, each part whatever became of the one before; what failed.
fn live(folder: &Path, disk: &Disk, mut after_each: impl FnMut()) -> Vec<(&'static str, bool)> {
    let mut failed = Vec::new();
    let mut note = |what, error: Option<bool>| {
        after_each();
        failed.extend(error.map(|full| (what, full)));
    };
    let full = |e: crate::media::VaultError| e.is_storage_full();
    let vault = Vault::open(folder.join("vault"), disk.clone()).map_err(Error::from);
    let spool = Spool::open(folder.join("spool"), disk.clone()).map_err(Error::from);
    let store = vault.and_then(|vault| Ok((vault, spool?))).and_then(|(vault, spool)| {
        let place = Place { data_dir: folder, database: "db", vault: &vault, spool: &spool, ambient: &Device, disk };
        Store::open(&place)
    });
    match store {
        Ok(store) => {
            let set = |name: &'static str| {
                let done =
                    store.write_blocking(|tx| Ok(tx.execute("INSERT INTO setting (name, value) VALUES (?1, '')", [name])?));
                done.err().map(|e| matches!(e, StoreError::Full))
            };
            note("write", set("a"));
            note("write again", set("b"));
            // Closing would carry the log over into the database: the same to whoever reads it.
            std::mem::forget(store);
        }
        Err(e) => note("store", Some(matches!(AppError::from(e), AppError::StorageFull))),
    }
    match Vault::open(folder.join("vault"), disk.clone()) {
        Ok(vault) => {
            note("put", vault.put_all(&[(id(1), b"one")]).err().map(full));
            note("put many", vault.put_all(&[(id(1), b"uno"), (id(2), b"due")]).err().map(full));
            note("vault remove", vault.remove(&[id(2), id(9)]).err().map(full));
        }
        Err(e) => note("vault", Some(full(e))),
    }
    match Spool::open(folder.join("spool"), disk.clone()) {
        Ok(spool) => {
            note("create", spool.create(id(3), 2).err().map(full));
            let appended = spool.append(id(3), 0, b"ab");
            note("append", appended.err().filter(|e| !matches!(e, crate::media::VaultError::NotFound)).map(full));
            let finished = spool.finish(id(3));
            note("finish", finished.err().filter(|e| matches!(e, crate::media::VaultError::Io(_))).map(full));
            note("begin", spool.begin_work(id(3)).err().map(full));
            note("end", spool.end_work(id(3)).err().map(full));
            note("spool remove", spool.remove(id(3)).err().map(full));
        }
        Err(e) => note("spool", Some(full(e))),
    }
    match Previews::open(folder.join("previews"), disk.clone()) {
        Ok(previews) => {
            note("keep", previews.keep(Of::Attachment(id(4)), b"x").err().map(full));
            note("preview remove", previews.remove(&[id(4)]).err().map(full));
        }
        Err(e) => note("previews", Some(full(e))),
    }
    failed
}

/// What is in a folder. SQLite's index of its log is not: it is made anew by whoever opens the database.
fn contents(folder: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            found.extend(contents(&path).into_iter().map(|(inner, digest)| (format!("{name}/{inner}"), digest)));
            found.insert(name, String::new());
        } else if !name.ends_with("-shm") {
            found.insert(name, format!("{:x}", Sha256::digest(std::fs::read(&path).unwrap())));
        }
    }
    found
}

fn steps_of_a_whole_life() -> u32 {
    let (dir, mortal) = (tempfile::tempdir().unwrap(), Mortal::new(At::Before(u32::MAX)));
    assert_eq!(live(dir.path(), &Disk::new(mortal.clone()), || ()), []);
    let steps = mortal.life.lock().unwrap().0;
    assert!(steps >= 27, "{steps} steps: something no longer asks");
    steps
}

#[test]
fn a_dead_process_changes_nothing_any_more() {
    for at in (1..=steps_of_a_whole_life()).flat_map(|n| [At::Before(n), At::After(n)]) {
        let (dir, mortal) = (tempfile::tempdir().unwrap(), Mortal::new(at));
        let mut last_words = None;
        let look = || {
            if mortal.is_dead() {
                let now = contents(dir.path());
                assert_eq!(last_words.get_or_insert_with(|| now.clone()), &now, "{at:?}");
            }
        };
        let failed = live(dir.path(), &Disk::new(mortal.clone()), look);
        assert!(mortal.is_dead() && !failed.is_empty(), "{at:?}");
        assert!(last_words.is_some(), "{at:?}");
    }
}

#[test]
fn a_full_disk_is_always_called_full() {
    for step in 1..=steps_of_a_whole_life() {
        let dir = tempfile::tempdir().unwrap();
        let failed = live(dir.path(), &Disk::new(Mortal::new(At::FullFrom(step))), || ());
        assert!(!failed.is_empty() && failed.iter().all(|(_, full)| *full), "from step {step}: {failed:?}");
    }
}
