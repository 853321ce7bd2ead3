//! Everything that can keep the core from doing what it was asked, and what the UI is told of it.

use pakn_api::{
    ErrorCode,
    ipc::AppError,
    model::{photo::PhotoError, report::FormProblem},
};

use crate::{
    media::vault::VaultError,
    remote::{Class, RemoteError},
    secrets::TokenStoreError,
    store::StoreError,
};

/// Why the core did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The local database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Reading or writing a picture file failed.
    #[error(transparent)]
    Vault(#[from] VaultError),
    /// The token store failed.
    #[error(transparent)]
    Tokens(#[from] TokenStoreError),
    /// The data folder can't be used.
    #[error("data folder: {0}")]
    Folder(std::io::Error),
    /// Another process has the data folder open.
    #[error("the data folder is in use")]
    InUse,
    /// The server could not be asked, or refused.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// A picture can't be used.
    #[error("photo: {0}")]
    Photo(PhotoError),
    /// The form is not complete.
    #[error("the form has {} problems", .0.len())]
    Form(Vec<FormProblem>),
    /// Not a phone number.
    #[error("not a phone number")]
    BadPhone,
    /// Not a server address.
    #[error("not a server address")]
    BadServerUrl,
    /// Nobody is signed in.
    #[error("nobody is signed in")]
    SignedOut,
    /// There is no such thing any more.
    #[error("not found")]
    NotFound,
    /// It may have been sent already.
    #[error("not editable any more")]
    NotEditable,
    /// A mistake of ours.
    #[error("bug: {0}")]
    Bug(&'static str),
}

impl From<PhotoError> for Error {
    fn from(reason: PhotoError) -> Self {
        Self::Photo(reason)
    }
}

impl From<Error> for AppError {
    fn from(error: Error) -> Self {
        match error {
            Error::Store(StoreError::Full) => Self::StorageFull,
            Error::Store(StoreError::Newer { drafts, unsent, .. }) => Self::NewerDatabase { drafts, unsent },
            Error::Store(StoreError::Unreadable { .. } | StoreError::Corrupt(_) | StoreError::Sqlite(_) | StoreError::Io(_)) => {
                Self::StorageBroken
            }
            Error::Store(StoreError::Stopped) | Error::Bug(_) => Self::Bug,
            Error::Vault(VaultError::StorageFull) => Self::StorageFull,
            Error::Folder(error) if error.kind() == std::io::ErrorKind::StorageFull => Self::StorageFull,
            Error::Vault(_) | Error::Tokens(_) | Error::Folder(_) => Self::StorageBroken,
            Error::InUse => Self::InUse,
            Error::Remote(error) => remote(&error),
            Error::Photo(reason) => Self::Photo { reason },
            Error::Form(problems) => Self::Form { problems },
            Error::BadPhone => Self::BadPhone,
            Error::BadServerUrl => Self::BadServerUrl,
            Error::SignedOut => Self::SignedOut,
            Error::NotFound => Self::NotFound,
            Error::NotEditable => Self::NotEditable,
        }
    }
}

fn remote(error: &RemoteError) -> AppError {
    match error.classify() {
        Class::Offline => AppError::Offline,
        Class::Transient { retry_after_ms: Some(ms) } if error.code() == Some(ErrorCode::RateLimited) => {
            AppError::RateLimited { retry_after_ms: Some(ms) }
        }
        Class::Transient { .. } if error.code() == Some(ErrorCode::RateLimited) => AppError::RateLimited { retry_after_ms: None },
        Class::Transient { .. } => AppError::ServerTrouble,
        Class::Auth if error.code() == Some(ErrorCode::BadCredentials) => AppError::BadCredentials,
        Class::Auth => AppError::SignedOut,
        Class::Refused(ErrorCode::NotFound) => AppError::NotFound,
        Class::Refused(error) => AppError::Refused { error },
    }
}
