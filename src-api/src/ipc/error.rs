//! Why a command was not carried out, as codes and values; the words are the UI's.

use serde::{Deserialize, Serialize};

use crate::{
    ErrorCode,
    model::{photo::PhotoError, place::PositionError, report::FormProblem},
};

/// Why the device could not say where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", content = "position", rename_all = "snake_case")]
pub enum LocationError {
    /// The citizen refused.
    Denied,
    /// Switched off, or not to be had on this device.
    Unavailable,
    /// No fix in time.
    TimedOut,
    /// The device answered with something that is not a place.
    NotAPlace(PositionError),
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum AppError {
    /// The server can't be reached.
    Offline,
    /// The server is in trouble.
    ServerTrouble,
    /// Nobody is signed in, or the session has ended.
    SignedOut,
    /// The phone number can't be one.
    BadPhone,
    /// Phone number and password don't belong together.
    BadCredentials,
    /// Too many tries.
    RateLimited {
        /// Milliseconds until the next may be made, if the server said.
        retry_after_ms: Option<u64>,
    },
    /// A picture can't be used.
    Photo {
        /// Why.
        reason: PhotoError,
    },
    /// The form is not complete.
    Form {
        /// What is missing or wrong, in form order.
        problems: Vec<FormProblem>,
    },
    /// No place.
    Location {
        /// Why.
        reason: LocationError,
    },
    /// There is no such thing any more.
    NotFound,
    /// It has been sent, or may have been: it can't be changed any more.
    NotEditable,
    /// No room left on the device. Nothing that was saved before is lost.
    StorageFull,
    /// The device's storage fails.
    StorageBroken,
    /// The local data were written by a newer version of the app. Nothing of it is touched; the newer version
    /// reads it.
    NewerDatabase {
        /// Titles of the drafts in it, as far as this version can read them.
        drafts: Vec<String>,
        /// Titles of the reports in it that wait to be sent.
        unsent: Vec<String>,
    },
    /// The app is open already, with the same data.
    InUse,
    /// The server address can't be one.
    BadServerUrl,
    /// The server refused.
    Refused {
        /// Why.
        error: ErrorCode,
    },
    /// Our own mistake.
    Bug,
}
