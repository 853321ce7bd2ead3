//! Asking the PAKN server: the trait, what can go wrong, and what that means.
//!
//! Implemented over HTTP in `http`; tests put wrappers around it that drop, double and delay. Nothing
//! here retries: that is the engine's to decide.

mod accounts;
mod answer;
mod body;
pub mod http;
mod public;
pub mod tus;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use pakn_api::{
    ErrorCode,
    id::{MediaHash, ReportId, UploadId},
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction},
    wire::{
        ChangePage, CreateReport, Problem, PutProfile, Receipt, RecordConsent, SignIn, SignedIn, StoredProfile, keys::KeySet,
    },
};

use crate::secrets::Token;

pub use accounts::Accounts;
pub use http::{BadServerUrl, HttpRemote};
pub(crate) use http::{may_talk_to, plain_client};
pub use public::Public;

/// Why a request has no usable answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum RemoteError {
    /// No connection came about: it is certain that nothing left the device.
    #[error("no connection to the server")]
    NotSent,
    /// The connection broke or nothing came back in time: it may have arrived.
    #[error("the connection was lost")]
    Lost,
    /// Something answered that is not a PAKN server: a captive portal, a proxy.
    #[error("the answer is not a PAKN server's")]
    NotUnderstood,
    /// The server refused or failed, in its own words.
    #[error("{}", .problem.code.as_str())]
    Problem {
        /// What it said.
        problem: Problem,
        /// When to come back, in milliseconds.
        retry_after_ms: Option<u64>,
    },
}

/// What an error means for what to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// No network, as far as the server is concerned.
    Offline,
    /// The server is there but can't now.
    Transient {
        /// When to come back, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// The session or the credentials are not accepted.
    Auth,
    /// A definite no.
    Refused(ErrorCode),
}

impl RemoteError {
    /// What it means.
    #[must_use]
    pub const fn classify(&self) -> Class {
        match self {
            Self::NotSent | Self::Lost | Self::NotUnderstood => Class::Offline,
            Self::Problem { problem, retry_after_ms } => match problem.code {
                // An upload's conflict is one of turns, not of content: asked again, the server says where it is.
                ErrorCode::Internal | ErrorCode::Unavailable | ErrorCode::RateLimited | ErrorCode::UploadConflict => {
                    Class::Transient { retry_after_ms: *retry_after_ms }
                }
                ErrorCode::Unauthenticated | ErrorCode::BadCredentials => Class::Auth,
                code @ (ErrorCode::BadRequest
                | ErrorCode::NotFound
                | ErrorCode::MethodNotAllowed
                | ErrorCode::OpIdReused
                | ErrorCode::ReportExists
                | ErrorCode::UnsupportedVersion
                | ErrorCode::ChecksumMismatch
                | ErrorCode::HashMismatch
                | ErrorCode::MediaUnsupported
                | ErrorCode::TooLarge
                | ErrorCode::InvalidReport
                | ErrorCode::Forbidden
                | ErrorCode::CodeWrong
                | ErrorCode::CodeExpired
                | ErrorCode::CodeUsed
                | ErrorCode::CodeExhausted
                | ErrorCode::AccountExists
                | ErrorCode::NoAccount
                | ErrorCode::WeakPassword
                | ErrorCode::InvalidProfile
                | ErrorCode::ProfileConflict
                | ErrorCode::ProfileIncomplete
                | ErrorCode::ConsentMissing) => Class::Refused(code),
            },
        }
    }

    /// The server's code, if the server said anything.
    #[must_use]
    pub const fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Problem { problem, .. } => Some(problem.code),
            Self::NotSent | Self::Lost | Self::NotUnderstood => None,
        }
    }
}

/// A file to be uploaded, as the device names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewUpload {
    /// The upload.
    pub upload_id: UploadId,
    /// The file.
    pub sha256: MediaHash,
    /// Its length.
    pub bytes: u64,
}

/// An upload as the server answers its creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Where it goes on: a path on the server.
    pub url: String,
    /// Bytes that are there.
    pub offset: u64,
}

/// Told how many more bytes of a body have been handed to the network.
pub type OnSent = Arc<dyn Fn(u64) + Send + Sync>;

/// A value that may be unchanged since last time.
#[derive(Clone, Debug, PartialEq)]
pub enum Fresh<T> {
    /// As before.
    Unchanged,
    /// A new value, with its `ETag`.
    New {
        /// The value.
        value: T,
        /// The `ETag` to ask with next time.
        etag: Option<String>,
    },
}

/// The PAKN server, as the core sees it.
#[async_trait]
pub trait Remote: Send + Sync + 'static {
    /// `POST /v1/session`.
    async fn sign_in(&self, request: &SignIn) -> Result<SignedIn, RemoteError>;
    /// `DELETE /v1/session`.
    async fn sign_out(&self, token: &Token) -> Result<(), RemoteError>;
    /// `GET /v1/fields`.
    async fn catalogue(&self, etag: Option<&str>) -> Result<Fresh<Catalogue>, RemoteError>;
    /// `GET /v1/jurisdiction`.
    async fn jurisdiction(&self, etag: Option<&str>) -> Result<Fresh<Jurisdiction>, RemoteError>;
    /// `GET /v1/keys`: what receipts are signed with.
    async fn keys(&self) -> Result<KeySet, RemoteError>;
    /// `POST /v1/uploads`: a new upload with its first bytes, which may be none. Repeated, it is answered with
    /// the upload there is; then none of `first` counts.
    async fn create_upload(&self, token: &Token, new: NewUpload, first: Bytes, on_sent: OnSent) -> Result<Upload, RemoteError>;
    /// `HEAD` of an upload: how many bytes are there. `None` when the server no longer knows it.
    async fn upload_offset(&self, token: &Token, url: &str) -> Result<Option<u64>, RemoteError>;
    /// `PATCH` of an upload: `bytes` go on at `offset`. Answers how many are there now.
    async fn append_upload(
        &self,
        token: &Token,
        url: &str,
        offset: u64,
        bytes: Bytes,
        on_sent: OnSent,
    ) -> Result<u64, RemoteError>;
    /// `GET /v1/media/{sha256}`.
    async fn get_medium(&self, token: &Token, hash: MediaHash) -> Result<Bytes, RemoteError>;
    /// `POST /v1/reports`.
    async fn create_report(&self, token: &Token, request: &CreateReport) -> Result<Receipt, RemoteError>;
    /// `GET /v1/reports/{id}/receipt`.
    async fn receipt(&self, token: &Token, report_id: ReportId) -> Result<Receipt, RemoteError>;
    /// `GET /v1/me/profile`.
    async fn profile(&self, token: &Token) -> Result<StoredProfile, RemoteError>;
    /// `PUT /v1/me/profile`.
    async fn put_profile(&self, token: &Token, request: &PutProfile) -> Result<StoredProfile, RemoteError>;
    /// `POST /v1/me/consents`.
    async fn record_consent(&self, token: &Token, request: &RecordConsent) -> Result<(), RemoteError>;
    /// What is asked of it about accounts while a citizen waits for the answer.
    fn accounts(&self) -> &dyn Accounts;
    /// What it shows of others' reports, and following them.
    fn public(&self) -> &dyn Public;
    /// `GET /v1/me/changes`.
    async fn changes(&self, token: &Token, after: u64) -> Result<ChangePage, RemoteError>;
}
