//! Everything that can keep the core from doing what it was asked, and what the UI is told of it.

use pakn_api::{
    ErrorCode,
    ipc::{AppError, Missing},
    model::{
        card::CardError, code::CodeError, consent::ConsentPurpose, password::PasswordProblem, phone::PhoneError,
        photo::PhotoError, profile::ProfileProblem, report::FormProblem, video::VideoError,
    },
    wire::Problem,
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
    /// A video can't be used.
    #[error("video: {0}")]
    Video(#[from] VideoError),
    /// The form is not complete.
    #[error("the form has {} problems", .0.len())]
    Form(Vec<FormProblem>),
    /// Not a phone number.
    #[error("not a phone number")]
    BadPhone,
    /// Not a one-time code.
    #[error("not a code")]
    BadCode,
    /// There is no code to be checked or used.
    #[error("no code was asked for or checked")]
    NoCode,
    /// A password can't be used.
    #[error("password: {0}")]
    WeakPassword(#[from] PasswordProblem),
    /// The profile is not complete.
    #[error("the profile has {} problems", .0.len())]
    Profile(Vec<ProfileProblem>),
    /// A card can't be read.
    #[error("card: {0}")]
    Card(#[from] CardError),
    /// Something has to be there before a report can be sent.
    #[error("not allowed yet: {0:?} missing")]
    NotAllowedYet(Vec<Missing>),
    /// The citizen has not agreed to this use.
    #[error("no consent to {}", .0.as_str())]
    ConsentNeeded(ConsentPurpose),
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

impl From<PhoneError> for Error {
    fn from(PhoneError: PhoneError) -> Self {
        Self::BadPhone
    }
}

impl From<CodeError> for Error {
    fn from(CodeError: CodeError) -> Self {
        Self::BadCode
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
            Error::Video(reason) => Self::Video { reason },
            Error::Form(problems) => Self::Form { problems },
            Error::BadPhone => Self::BadPhone,
            Error::BadCode => Self::BadCode,
            Error::NoCode => Self::NoCode,
            Error::WeakPassword(reason) => Self::WeakPassword { reason },
            Error::Profile(problems) => Self::Profile { problems },
            Error::Card(reason) => Self::Card { reason },
            Error::NotAllowedYet(missing) => Self::NotAllowedYet { missing },
            Error::ConsentNeeded(purpose) => Self::ConsentNeeded { purpose },
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
        Class::Refused(code) => refused(code, error),
    }
}

/// A refusal with what the server said about it. One without what belongs to it (a newer server's) stays a code.
fn refused(code: ErrorCode, error: &RemoteError) -> AppError {
    let RemoteError::Problem { problem: Problem { password, tries_left, profile_problems, .. }, .. } = error else {
        return AppError::Refused { error: code };
    };
    match (code, password) {
        (ErrorCode::CodeWrong, _) => AppError::CodeWrong { tries_left: *tries_left },
        (ErrorCode::WeakPassword, Some(reason)) => AppError::WeakPassword { reason: *reason },
        (ErrorCode::InvalidProfile, _) if !profile_problems.is_empty() => {
            AppError::Profile { problems: profile_problems.clone() }
        }
        _ => AppError::Refused { error: code },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_says_about_a_refusal_reaches_the_screen() {
        let said = |code, fill: fn(&mut Problem)| {
            let mut problem = Problem::new(code, "");
            fill(&mut problem);
            AppError::from(Error::Remote(RemoteError::Problem { problem, retry_after_ms: None }))
        };
        let table = [
            (said(ErrorCode::CodeWrong, |p| p.tries_left = Some(3)), AppError::CodeWrong { tries_left: Some(3) }),
            (said(ErrorCode::CodeWrong, |_| ()), AppError::CodeWrong { tries_left: None }),
            (
                said(ErrorCode::WeakPassword, |p| p.password = Some(PasswordProblem::TooCommon)),
                AppError::WeakPassword { reason: PasswordProblem::TooCommon },
            ),
            (said(ErrorCode::WeakPassword, |_| ()), AppError::Refused { error: ErrorCode::WeakPassword }),
            (
                said(ErrorCode::InvalidProfile, |p| p.profile_problems = vec![ProfileProblem::GuardianMissing]),
                AppError::Profile { problems: vec![ProfileProblem::GuardianMissing] },
            ),
            (said(ErrorCode::BadCredentials, |_| ()), AppError::BadCredentials),
            (said(ErrorCode::Unauthenticated, |_| ()), AppError::SignedOut),
        ];
        for (told, expected) in table {
            assert_eq!(told, expected);
        }
        for code in [
            ErrorCode::CodeExpired,
            ErrorCode::CodeUsed,
            ErrorCode::CodeExhausted,
            ErrorCode::AccountExists,
            ErrorCode::NoAccount,
            ErrorCode::ConsentMissing,
            ErrorCode::Forbidden,
        ] {
            assert_eq!(said(code, |_| ()), AppError::Refused { error: code });
        }
    }
}
