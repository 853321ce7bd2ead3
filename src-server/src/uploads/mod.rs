//! Uploads that go on where they broke off: the unfinished ones as files, and an index of them in memory.
//!
//! An unfinished upload is nothing but saved bytes: one file in `media/incoming` (see `partial`), written as
//! the bytes come and flushed to disk only when it is whole (see `intake`, `finish`). After a SIGKILL what was written
//! counts; what a power cut has spoilt is found by the final hash, and the client starts anew. One request at a time
//! works at an upload (see `hold`). Those of which nothing more comes are given up (see `sweep`).

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use pakn_api::id::{UploadId, UserId};

mod checksum;
mod error;
mod finish;
mod hold;
mod intake;
mod partial;
mod receive;
pub(crate) mod sweep;

pub(crate) use checksum::{ALGORITHMS, BadChecksum, Checksum};
pub(crate) use error::UploadError;
use finish::{State, already, finish, state};
pub(crate) use hold::Held;
use hold::Slot;
pub(crate) use intake::Intake;
pub(crate) use partial::Partial;
use partial::Progress;
pub(crate) use receive::{Far, begin, finished, must_be_at, receive, under_way};

/// How long a request waits for the one before it to let go: writing out what it has, or finishing.
const PATIENCE: Duration = Duration::from_secs(20);

/// The unfinished uploads.
#[derive(Debug)]
pub(crate) struct Uploads {
    incoming: PathBuf,
    by_id: Mutex<BTreeMap<(UserId, UploadId), Arc<Slot>>>,
    per_user: usize,
    patience: Duration,
}

/// An upload that was asked for by creating it.
pub(crate) enum Created {
    /// It wasn't there.
    New(Held),
    /// It was.
    Known(Held),
}

impl Uploads {
    /// Finds what is in the folder and removes what is no upload (a file that was just getting its place).
    pub(crate) fn open(incoming: &Path, per_user: usize) -> io::Result<Self> {
        let mut by_id = BTreeMap::new();
        for entry in fs::read_dir(incoming)? {
            let entry = entry?;
            match entry.file_name().to_str().and_then(Partial::of_name) {
                Some(partial) => drop(by_id.insert((partial.user, partial.upload), Slot::new(partial))),
                None => fs::remove_file(entry.path())?,
            }
        }
        Ok(Self { incoming: incoming.to_owned(), by_id: Mutex::new(by_id), per_user, patience: PATIENCE })
    }

    /// Takes an unfinished upload over from whoever works at it. `None` when there is none.
    pub(crate) async fn take_over(&self, user: UserId, upload: UploadId) -> Result<Option<Held>, UploadError> {
        loop {
            let slot = self.index().get(&(user, upload)).cloned();
            let Some(slot) = slot else { return Ok(None) };
            let held = slot.take_over(self.patience).await?;
            if !held.is_gone() {
                return Ok(Some(held));
            }
        }
    }

    /// Takes over the upload of this id, or begins one, which has no file yet.
    pub(crate) async fn create(&self, partial: Partial) -> Result<Created, UploadError> {
        loop {
            let slot = match self.begin(partial)? {
                Ok(new) => return Ok(Created::New(new)),
                Err(known) => known,
            };
            let held = slot.take_over(self.patience).await?;
            if !held.is_gone() {
                return Ok(Created::Known(held));
            }
        }
    }

    fn begin(&self, partial: Partial) -> Result<Result<Held, Arc<Slot>>, UploadError> {
        let mut by_id = self.index();
        let theirs = by_id.range((partial.user, least())..).take_while(|((user, _), _)| *user == partial.user).count();
        match by_id.entry((partial.user, partial.upload)) {
            Entry::Occupied(known) if known.get().partial == partial => Ok(Err(Arc::clone(known.get()))),
            Entry::Occupied(_) => Err(UploadError::Conflict),
            Entry::Vacant(_) if theirs >= self.per_user => Err(UploadError::TooMany),
            Entry::Vacant(place) => {
                let slot = place.insert(Slot::new(partial));
                Arc::clone(slot).take_idle().map(Ok).ok_or(UploadError::Busy)
            }
        }
    }

    /// Takes an upload out of the index. What waits for it finds it gone.
    pub(crate) fn forget(&self, mut held: Held) {
        let Partial { user, upload, .. } = held.partial();
        held.set_gone();
        if let Entry::Occupied(known) = self.index().entry((user, upload))
            && held.is(known.get())
        {
            known.remove();
        }
    }

    /// How far an upload is; `None` when its file is not there.
    async fn progress(&self, held: &Held) -> io::Result<Option<Progress>> {
        let (partial, incoming) = (held.partial(), self.incoming.clone());
        on_disk_thread(move || partial.progress(&incoming)).await
    }

    /// Gives an upload up: its file goes, and it is in the index no more.
    pub(crate) async fn remove(&self, held: Held) -> io::Result<()> {
        self.remove_file(&held).await?;
        self.forget(held);
        Ok(())
    }

    /// Gives all of a user's uploads up, taking them from whoever works at them.
    pub(crate) async fn remove_all(&self, user: UserId) -> io::Result<()> {
        let theirs: Vec<_> = self.index().keys().filter(|(of, _)| *of == user).map(|(_, upload)| *upload).collect();
        for upload in theirs {
            match self.take_over(user, upload).await {
                Ok(Some(held)) => self.remove(held).await?,
                Ok(None) => {}
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(())
    }

    async fn remove_file(&self, held: &Held) -> io::Result<()> {
        let path = held.partial().path(&self.incoming);
        on_disk_thread(move || match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            Ok(()) | Err(_) => Ok(()),
        })
        .await
    }

    fn all(&self) -> Vec<Arc<Slot>> {
        self.index().values().cloned().collect()
    }

    fn index(&self) -> MutexGuard<'_, BTreeMap<(UserId, UploadId), Arc<Slot>>> {
        self.by_id.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// No id is less.
fn least() -> UploadId {
    UploadId::from_uuid(uuid::Uuid::nil())
}

async fn on_disk_thread<T, E>(work: impl FnOnce() -> Result<T, E> + Send + 'static) -> Result<T, E>
where
    T: Send + 'static,
    E: From<io::Error> + Send + 'static,
{
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|broken| Err(io::Error::other(broken).into()))
}
