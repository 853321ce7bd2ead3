//! A link that does what a test says: a request held up, refused, or answered and the answer lost.

mod accounts;
mod public;

use async_trait::async_trait;
use bytes::Bytes;
use futures::future::BoxFuture;
use pakn_api::{
    ErrorCode,
    id::{MediaHash, ReportId},
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction},
    wire::{
        ChangePage, CreateReport, Problem, PutProfile, Receipt, RecordConsent, SignIn, SignedIn, StoredProfile, keys::KeySet,
    },
};
use pakn_core::{
    remote::{Accounts, Fresh, HttpRemote, NewUpload, OnSent, Public, Remote, RemoteError, Upload},
    secrets::Token,
};

pub use accounts::Cuts;

/// What is asked of the server, and whether the server has carried it out already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ask {
    /// Which.
    pub what: What,
    /// `false` on the way there, `true` on the way back.
    pub done: bool,
}

/// A request that a script may tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is named after a function of `Remote`")]
pub enum What {
    SignIn,
    SignOut,
    StaticData,
    Keys,
    CreateUpload(MediaHash),
    UploadOffset,
    AppendUpload,
    GetMedium,
    CreateReport(ReportId),
    Receipt,
    Profile,
    PutProfile,
    RecordConsent,
    Changes,
    PublicReports,
    Similar,
    PublicMedium,
    PutFollow,
    Follows,
    RequestCode,
    CheckCode,
    CreateAccount,
    ResetPassword,
    ChangePassword,
    Sessions,
    EndSession,
    EndOtherSessions,
    Export,
    DeleteAccount,
}

/// What becomes of a request, asked on its way there and on its way back.
pub type Script = Box<dyn Fn(Ask) -> BoxFuture<'static, Result<(), RemoteError>> + Send + Sync>;

/// A server behind a scripted link.
pub struct Scripted {
    inner: HttpRemote,
    script: Script,
}

/// What a server says with a code.
#[must_use]
pub fn refusal(code: ErrorCode) -> RemoteError {
    RemoteError::Problem { problem: Problem::new(code, ""), retry_after_ms: None }
}

impl Scripted {
    /// Puts the server at `url` behind a link.
    ///
    /// # Errors
    /// When that is no address.
    pub fn new(url: &str, script: Script) -> anyhow::Result<Self> {
        Ok(Self { inner: HttpRemote::new(url)?, script })
    }

    async fn pass<T: Send>(
        &self,
        what: What,
        request: impl Future<Output = Result<T, RemoteError>> + Send,
    ) -> Result<T, RemoteError> {
        (self.script)(Ask { what, done: false }).await?;
        let answer = request.await?;
        (self.script)(Ask { what, done: true }).await?;
        Ok(answer)
    }
}

#[async_trait]
impl Remote for Scripted {
    async fn sign_in(&self, request: &SignIn) -> Result<SignedIn, RemoteError> {
        self.pass(What::SignIn, self.inner.sign_in(request)).await
    }

    async fn sign_out(&self, token: &Token) -> Result<(), RemoteError> {
        self.pass(What::SignOut, self.inner.sign_out(token)).await
    }

    async fn catalogue(&self, etag: Option<&str>) -> Result<Fresh<Catalogue>, RemoteError> {
        self.pass(What::StaticData, self.inner.catalogue(etag)).await
    }

    async fn jurisdiction(&self, etag: Option<&str>) -> Result<Fresh<Jurisdiction>, RemoteError> {
        self.pass(What::StaticData, self.inner.jurisdiction(etag)).await
    }

    async fn keys(&self) -> Result<KeySet, RemoteError> {
        self.pass(What::Keys, self.inner.keys()).await
    }

    async fn create_upload(&self, token: &Token, new: NewUpload, first: Bytes, on_sent: OnSent) -> Result<Upload, RemoteError> {
        self.pass(What::CreateUpload(new.sha256), self.inner.create_upload(token, new, first, on_sent)).await
    }

    async fn upload_offset(&self, token: &Token, url: &str) -> Result<Option<u64>, RemoteError> {
        self.pass(What::UploadOffset, self.inner.upload_offset(token, url)).await
    }

    async fn append_upload(
        &self,
        token: &Token,
        url: &str,
        offset: u64,
        bytes: Bytes,
        on_sent: OnSent,
    ) -> Result<u64, RemoteError> {
        self.pass(What::AppendUpload, self.inner.append_upload(token, url, offset, bytes, on_sent)).await
    }

    async fn get_medium(&self, token: &Token, hash: MediaHash) -> Result<Bytes, RemoteError> {
        self.pass(What::GetMedium, self.inner.get_medium(token, hash)).await
    }

    async fn create_report(&self, token: &Token, request: &CreateReport) -> Result<Receipt, RemoteError> {
        self.pass(What::CreateReport(request.report_id), self.inner.create_report(token, request)).await
    }

    async fn receipt(&self, token: &Token, report_id: ReportId) -> Result<Receipt, RemoteError> {
        self.pass(What::Receipt, self.inner.receipt(token, report_id)).await
    }

    async fn profile(&self, token: &Token) -> Result<StoredProfile, RemoteError> {
        self.pass(What::Profile, self.inner.profile(token)).await
    }

    async fn put_profile(&self, token: &Token, request: &PutProfile) -> Result<StoredProfile, RemoteError> {
        self.pass(What::PutProfile, self.inner.put_profile(token, request)).await
    }

    async fn record_consent(&self, token: &Token, request: &RecordConsent) -> Result<(), RemoteError> {
        self.pass(What::RecordConsent, self.inner.record_consent(token, request)).await
    }

    fn accounts(&self) -> &dyn Accounts {
        self
    }

    fn public(&self) -> &dyn Public {
        self
    }

    async fn changes(&self, token: &Token, after: u64) -> Result<ChangePage, RemoteError> {
        self.pass(What::Changes, self.inner.changes(token, after)).await
    }
}
