//! Sign-ins that are being asked for.
//!
//! What somebody said before they signed out may be carried out while they sign in again. It is cleared as it is
//! heard, and the answer that signs them in may be from before: so for as long as one is awaited, it is remembered here.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use pakn_api::id::UserId;

use super::Inner;
use crate::{
    account::{Left, Since},
    remote::Remote,
};

#[derive(Debug, Default)]
struct Awaited {
    count: usize,
    left: BTreeMap<UserId, Left>,
}

/// All that are under way.
#[derive(Debug, Default)]
pub(super) struct SignIns(Mutex<Awaited>);

impl SignIns {
    fn lock(&self) -> MutexGuard<'_, Awaited> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One that is under way, until it is dropped.
pub(crate) struct SignIn {
    inner: Arc<Inner>,
    /// The server that is asked.
    pub(crate) remote: Arc<dyn Remote>,
    account_changes: u64,
}

impl SignIn {
    /// What was heard of an account since this was asked for.
    pub(crate) fn since(&self, user_id: UserId) -> Since {
        Since {
            overtaken: self.inner.flight.account_changes() != self.account_changes,
            left: self.inner.sign_ins.lock().left.remove(&user_id),
        }
    }
}

impl Drop for SignIn {
    fn drop(&mut self) {
        let mut awaited = self.inner.sign_ins.lock();
        awaited.count = awaited.count.saturating_sub(1);
        if awaited.count == 0 {
            awaited.left.clear();
        }
    }
}

impl Inner {
    /// A session is about to be asked for.
    pub(crate) fn ask_for_session(self: &Arc<Self>) -> SignIn {
        self.sign_ins.lock().count += 1;
        SignIn { inner: Arc::clone(self), remote: self.remote(), account_changes: self.flight.account_changes() }
    }

    /// Something was heard of an account whose owner had gone, and was cleared.
    pub(crate) fn note_left(&self, user_id: UserId, left: Left) {
        let mut awaited = self.sign_ins.lock();
        if awaited.count > 0 {
            awaited.left.entry(user_id).or_default().then(left);
        }
    }
}
