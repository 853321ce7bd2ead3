//! Asking the PAKN server: the trait, what can go wrong, and what that means.
//!
//! Implemented over HTTP in `http`; tests put wrappers around it that drop, double and delay. Nothing
//! here retries: that is the engine's to decide.

mod answer;
mod body;
pub mod http;

use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use pakn_api::{
    ErrorCode,
    id::{MediaHash, ReportId},
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction},
    wire::{ChangePage, CreateReport, Problem, Receipt, SignIn, SignedIn},
};

use crate::secrets::Token;

pub use http::{BadServerUrl, HttpRemote};

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
                ErrorCode::Internal | ErrorCode::Unavailable | ErrorCode::RateLimited => {
                    Class::Transient { retry_after_ms: *retry_after_ms }
                }
                ErrorCode::Unauthenticated | ErrorCode::BadCredentials => Class::Auth,
                code @ (ErrorCode::BadRequest
                | ErrorCode::NotFound
                | ErrorCode::MethodNotAllowed
                | ErrorCode::OpIdReused
                | ErrorCode::ReportExists
                | ErrorCode::HashMismatch
                | ErrorCode::MediaUnsupported
                | ErrorCode::TooLarge
                | ErrorCode::InvalidReport) => Class::Refused(code),
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
    /// `HEAD /v1/media/{sha256}`: whether the server has this caller's file.
    async fn has_medium(&self, token: &Token, hash: MediaHash) -> Result<bool, RemoteError>;
    /// `PUT /v1/media/{sha256}`.
    async fn put_medium(&self, token: &Token, hash: MediaHash, bytes: Bytes, on_sent: OnSent) -> Result<(), RemoteError>;
    /// `GET /v1/media/{sha256}`.
    async fn get_medium(&self, token: &Token, hash: MediaHash) -> Result<Bytes, RemoteError>;
    /// `POST /v1/reports`.
    async fn create_report(&self, token: &Token, request: &CreateReport) -> Result<Receipt, RemoteError>;
    /// `GET /v1/reports/{id}/receipt`.
    async fn receipt(&self, token: &Token, report_id: ReportId) -> Result<Receipt, RemoteError>;
    /// `GET /v1/me/changes`.
    async fn changes(&self, token: &Token, after: u64) -> Result<ChangePage, RemoteError>;
}
