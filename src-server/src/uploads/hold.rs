//! Who works at an upload: one request at a time, and always the latest.
//!
//! Each request takes a number and then the lock. Whoever has the lock watches the numbers: a higher one
//! means that a newer request waits, and the holder lets go as soon as what it has is written. A connection
//! that is dead without knowing it can so keep nobody out, and once a newer request has the lock nothing of an
//! older one comes after it.

use std::{sync::Arc, time::Duration};

use pakn_api::id::UserId;
use tokio::sync::{Mutex, OwnedMutexGuard, watch};

use super::{Partial, UploadError};

/// An upload in the index.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) partial: Partial,
    /// The latest request's number.
    turn: watch::Sender<u64>,
    /// Locked by whoever works at it. Whether it has left the index.
    gone: Arc<Mutex<bool>>,
}

/// An upload in the hands of one request.
#[derive(Debug)]
pub(crate) struct Held {
    slot: Arc<Slot>,
    number: u64,
    turn: watch::Receiver<u64>,
    gone: OwnedMutexGuard<bool>,
}

impl Slot {
    pub(super) fn new(partial: Partial) -> Arc<Self> {
        Arc::new(Self { partial, turn: watch::Sender::new(0), gone: Arc::default() })
    }

    /// Whose it is.
    pub(super) fn user(&self) -> UserId {
        self.partial.user
    }

    /// Takes it away from whoever has it, who is given `patience` to let go.
    pub(super) async fn take_over(self: Arc<Self>, patience: Duration) -> Result<Held, UploadError> {
        let mut number = 0;
        self.turn.send_modify(|turn| {
            *turn += 1;
            number = *turn;
        });
        let gone = tokio::time::timeout(patience, Arc::clone(&self.gone).lock_owned()).await.map_err(|_| UploadError::Busy)?;
        Ok(self.held(number, gone))
    }

    /// Takes it if nobody has it and nobody waits for it.
    pub(super) fn take_idle(self: Arc<Self>) -> Option<Held> {
        let number = *self.turn.borrow();
        let gone = Arc::clone(&self.gone).try_lock_owned().ok()?;
        Some(self.held(number, gone))
    }

    fn held(self: Arc<Self>, number: u64, gone: OwnedMutexGuard<bool>) -> Held {
        Held { number, turn: self.turn.subscribe(), gone, slot: self }
    }
}

impl Held {
    /// What it was created with.
    pub(crate) fn partial(&self) -> Partial {
        self.slot.partial
    }

    /// Resolves once a newer request wants it.
    pub(crate) async fn superseded(&mut self) {
        let number = self.number;
        // The sender is in the slot, which is held here.
        let _ = self.turn.wait_for(|turn| *turn != number).await;
    }

    pub(super) fn is_gone(&self) -> bool {
        *self.gone
    }

    pub(super) fn set_gone(&mut self) {
        *self.gone = true;
    }

    pub(super) fn is(&self, slot: &Arc<Slot>) -> bool {
        Arc::ptr_eq(&self.slot, slot)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::id::{MediaHash, UploadId};

    use super::*;

    fn slot() -> Arc<Slot> {
        let (user, upload) = (UserId::new(1, [1; 10]), UploadId::new(1, [1; 10]));
        Slot::new(Partial { user, upload, sha256: MediaHash::from_digest([1; 32]), length: 1 })
    }

    #[tokio::test]
    async fn who_does_not_let_go_is_not_awaited_for_ever() {
        let slot = slot();
        let mut first = Arc::clone(&slot).take_idle().unwrap();
        let second = Arc::clone(&slot).take_over(Duration::from_millis(1)).await;
        assert!(matches!(second, Err(UploadError::Busy)), "{second:?}");
        first.superseded().await;
        drop(first);
        Arc::clone(&slot).take_over(Duration::ZERO).await.unwrap();
    }

    #[tokio::test]
    async fn only_a_newer_request_supersedes() {
        let slot = slot();
        let mut first = Arc::clone(&slot).take_over(Duration::from_secs(60)).await.unwrap();
        assert!(futures::poll!(Box::pin(first.superseded())).is_pending());
        assert!(Arc::clone(&slot).take_idle().is_none());
        assert!(futures::poll!(Box::pin(first.superseded())).is_pending());
        let mut second = Box::pin(Arc::clone(&slot).take_over(Duration::from_secs(60)));
        assert!(futures::poll!(&mut second).is_pending());
        first.superseded().await;
        drop(first);
        let mut second = second.await.unwrap();
        assert!(futures::poll!(Box::pin(second.superseded())).is_pending());
    }
}
