//! What lives in memory alone of pictures and videos: what is being prepared right now, how far it is, and stopping it;
//! the video that is being watched and is not on the device.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use bytes::Bytes;
use pakn_api::id::{AttachmentId, MediaHash};

use crate::media::Job;

/// Work under way, by attachment.
#[derive(Debug, Default)]
pub(crate) struct Jobs(Mutex<BTreeMap<AttachmentId, Arc<Job>>>);

/// Work that ends when this goes.
#[derive(Debug)]
pub(crate) struct Running<'a> {
    jobs: &'a Jobs,
    id: AttachmentId,
    job: Arc<Job>,
}

impl Jobs {
    fn list(&self) -> MutexGuard<'_, BTreeMap<AttachmentId, Arc<Job>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes that work begins.
    pub(crate) fn begin(&self, id: AttachmentId, job: Job) -> Running<'_> {
        let job = Arc::new(job);
        self.list().insert(id, Arc::clone(&job));
        Running { jobs: self, id, job }
    }

    /// Stops what is being done to a file, soon.
    pub(crate) fn cancel(&self, id: AttachmentId) {
        if let Some(job) = self.list().get(&id) {
            job.cancel();
        }
    }

    /// How far a file is, if it is worked on.
    pub(crate) fn percent(&self, id: AttachmentId) -> Option<u8> {
        self.list().get(&id).map(|job| job.percent())
    }
}

impl Running<'_> {
    pub(crate) fn job(&self) -> Arc<Job> {
        Arc::clone(&self.job)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        let mut list = self.jobs.list();
        // Another try may have begun on the same file.
        if list.get(&self.id).is_some_and(|job| Arc::ptr_eq(job, &self.job)) {
            list.remove(&self.id);
        }
    }
}

/// The last video that was fetched from the server, for whoever asks for its next part.
#[derive(Debug, Default)]
pub(crate) struct Fetched {
    held: Mutex<Option<(MediaHash, Bytes, Instant)>>,
    /// Of what is being fetched.
    gates: Mutex<BTreeMap<MediaHash, Weak<tokio::sync::Mutex<()>>>>,
}

/// How long it is held after it was last asked for.
const HELD: Duration = Duration::from_secs(120);

impl Fetched {
    /// To be locked while a file is fetched: a page asks for several parts of it at once.
    pub(crate) fn gate(&self, hash: MediaHash) -> Arc<tokio::sync::Mutex<()>> {
        let mut gates = self.gates.lock().unwrap_or_else(PoisonError::into_inner);
        gates.retain(|_, gate| gate.strong_count() > 0);
        let there = gates.get(&hash).and_then(Weak::upgrade);
        there.unwrap_or_else(|| {
            let gate = Arc::default();
            gates.insert(hash, Arc::downgrade(&gate));
            gate
        })
    }

    /// The file, if it is held.
    pub(crate) fn get(&self, hash: MediaHash) -> Option<Bytes> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.as_ref().is_some_and(|(_, _, at)| at.elapsed() > HELD) {
            *held = None;
        }
        let (of, bytes, at) = held.as_mut()?;
        *at = Instant::now();
        (*of == hash).then(|| bytes.clone())
    }

    /// Holds a file in place of the one before.
    pub(crate) fn keep(&self, hash: MediaHash, bytes: &Bytes) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = Some((hash, bytes.clone(), Instant::now()));
    }

    /// Lets go of it.
    pub(crate) fn forget(&self) {
        *self.held.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_wants_the_same_file_waits_and_nobody_else_does() {
        let fetched = Fetched::default();
        let (one, other) = (MediaHash::from_digest([1; 32]), MediaHash::from_digest([2; 32]));
        let gate = fetched.gate(one);
        let turn = gate.try_lock();
        assert!(turn.is_ok() && fetched.gate(one).try_lock().is_err());
        assert!(fetched.gate(other).try_lock().is_ok());
        drop(turn);
        assert!(fetched.gate(one).try_lock().is_ok());
    }
}
