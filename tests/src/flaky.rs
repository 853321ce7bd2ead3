//! A link that breaks: requests that never leave, replies that never come, requests that come twice.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU32, Ordering},
};

use async_trait::async_trait;
use bytes::Bytes;
use pakn_api::{
    id::{MediaHash, ReportId},
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction},
    wire::{ChangePage, CreateReport, PutProfile, Receipt, RecordConsent, SignIn, SignedIn, StoredProfile, keys::KeySet},
};
use pakn_core::{
    remote::{Accounts, Fresh, NewUpload, OnSent, Public, Remote, RemoteError, Upload},
    secrets::Token,
};
use rand::{Rng, SeedableRng, rngs::StdRng};

/// What becomes of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Arrives,
    NeverLeaves,
    ReplyLost,
    ArrivesTwice,
    PortalAnswers,
}

/// A remote behind a link that fails at random, from a seed.
pub struct Flaky<R> {
    inner: R,
    dice: Mutex<StdRng>,
    failing_percent: AtomicU32,
}

impl<R> Flaky<R> {
    /// Puts `inner` behind a link where `failing_percent` of the requests come to grief.
    pub fn new(inner: R, seed: u64, failing_percent: u32) -> Self {
        Self { inner, dice: Mutex::new(StdRng::seed_from_u64(seed)), failing_percent: AtomicU32::new(failing_percent) }
    }

    /// Changes how much comes to grief from now on.
    pub fn fail(&self, percent: u32) {
        self.failing_percent.store(percent, Ordering::Relaxed);
    }

    fn fate(&self) -> Fate {
        let mut dice = self.dice.lock().unwrap_or_else(PoisonError::into_inner);
        if dice.random_range(0..100) >= self.failing_percent.load(Ordering::Relaxed) {
            return Fate::Arrives;
        }
        match dice.random_range(0..4) {
            0 => Fate::NeverLeaves,
            1 => Fate::ReplyLost,
            2 => Fate::ArrivesTwice,
            _ => Fate::PortalAnswers,
        }
    }

    /// Two copies of a request, neither under way yet: fate decides which of them are.
    async fn pass<T>(
        &self,
        request: impl Future<Output = Result<T, RemoteError>> + Send,
        copy: impl Future<Output = Result<T, RemoteError>> + Send,
    ) -> Result<T, RemoteError> {
        match self.fate() {
            Fate::Arrives => request.await,
            Fate::NeverLeaves => Err(RemoteError::NotSent),
            Fate::ReplyLost => request.await.and(Err(RemoteError::Lost)),
            Fate::ArrivesTwice => {
                // Whatever the first answer was, it is the second that is heard.
                drop(request.await);
                copy.await
            }
            Fate::PortalAnswers => Err(RemoteError::NotUnderstood),
        }
    }
}

#[async_trait]
impl<R: Remote> Remote for Flaky<R> {
    async fn sign_in(&self, request: &SignIn) -> Result<SignedIn, RemoteError> {
        self.inner.sign_in(request).await
    }

    async fn sign_out(&self, token: &Token) -> Result<(), RemoteError> {
        self.inner.sign_out(token).await
    }

    async fn catalogue(&self, etag: Option<&str>) -> Result<Fresh<Catalogue>, RemoteError> {
        match self.fate() {
            Fate::Arrives | Fate::ArrivesTwice => self.inner.catalogue(etag).await,
            Fate::NeverLeaves | Fate::ReplyLost | Fate::PortalAnswers => Err(RemoteError::Lost),
        }
    }

    async fn jurisdiction(&self, etag: Option<&str>) -> Result<Fresh<Jurisdiction>, RemoteError> {
        self.inner.jurisdiction(etag).await
    }

    async fn keys(&self) -> Result<KeySet, RemoteError> {
        self.pass(self.inner.keys(), self.inner.keys()).await
    }

    async fn create_upload(&self, token: &Token, new: NewUpload, first: Bytes, on_sent: OnSent) -> Result<Upload, RemoteError> {
        let copy = self.inner.create_upload(token, new, first.clone(), on_sent.clone());
        self.pass(self.inner.create_upload(token, new, first, on_sent), copy).await
    }

    async fn upload_offset(&self, token: &Token, url: &str) -> Result<Option<u64>, RemoteError> {
        self.pass(self.inner.upload_offset(token, url), self.inner.upload_offset(token, url)).await
    }

    async fn append_upload(
        &self,
        token: &Token,
        url: &str,
        offset: u64,
        bytes: Bytes,
        on_sent: OnSent,
    ) -> Result<u64, RemoteError> {
        let copy = self.inner.append_upload(token, url, offset, bytes.clone(), on_sent.clone());
        self.pass(self.inner.append_upload(token, url, offset, bytes, on_sent), copy).await
    }

    async fn get_medium(&self, token: &Token, hash: MediaHash) -> Result<Bytes, RemoteError> {
        self.pass(self.inner.get_medium(token, hash), self.inner.get_medium(token, hash)).await
    }

    async fn create_report(&self, token: &Token, request: &CreateReport) -> Result<Receipt, RemoteError> {
        self.pass(self.inner.create_report(token, request), self.inner.create_report(token, request)).await
    }

    async fn receipt(&self, token: &Token, report_id: ReportId) -> Result<Receipt, RemoteError> {
        self.pass(self.inner.receipt(token, report_id), self.inner.receipt(token, report_id)).await
    }

    async fn profile(&self, token: &Token) -> Result<StoredProfile, RemoteError> {
        self.pass(self.inner.profile(token), self.inner.profile(token)).await
    }

    async fn put_profile(&self, token: &Token, request: &PutProfile) -> Result<StoredProfile, RemoteError> {
        self.pass(self.inner.put_profile(token, request), self.inner.put_profile(token, request)).await
    }

    async fn record_consent(&self, token: &Token, request: &RecordConsent) -> Result<(), RemoteError> {
        self.pass(self.inner.record_consent(token, request), self.inner.record_consent(token, request)).await
    }

    fn accounts(&self) -> &dyn Accounts {
        self.inner.accounts()
    }

    fn public(&self) -> &dyn Public {
        self.inner.public()
    }

    async fn changes(&self, token: &Token, after: u64) -> Result<ChangePage, RemoteError> {
        self.pass(self.inner.changes(token, after), self.inner.changes(token, after)).await
    }
}
