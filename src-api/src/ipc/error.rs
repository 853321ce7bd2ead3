//! Why a command was not carried out, as codes and values; the words are the UI's.

use serde::{Deserialize, Serialize};

use super::Missing;
use crate::{
    ErrorCode,
    model::{
        card::CardError, consent::ConsentPurpose, password::PasswordProblem, photo::PhotoError, place::PositionError,
        profile::ProfileProblem, report::FormProblem, video::VideoError,
    },
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

/// Why the camera or the gallery gave nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CameraError {
    /// The citizen refused.
    #[error("refused")]
    Denied,
    /// There is none on this device.
    #[error("no camera")]
    NoCamera,
    /// It failed.
    #[error("failed")]
    Failed,
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
    /// What was typed can't be a code.
    BadCode,
    /// Not the code that was sent.
    CodeWrong {
        /// How often it may still be tried, if the server said.
        tries_left: Option<u8>,
    },
    /// There is no code to be checked or used: have one sent.
    NoCode,
    /// The password can't be used.
    WeakPassword {
        /// Why.
        reason: PasswordProblem,
    },
    /// The profile is not complete.
    Profile {
        /// What is missing or wrong, in form order.
        problems: Vec<ProfileProblem>,
    },
    /// A card can't be read.
    Card {
        /// Why.
        reason: CardError,
    },
    /// Something has to be there before a report can be sent. The draft is as it was.
    NotAllowedYet {
        /// What, in the order in which it is led to.
        missing: Vec<Missing>,
    },
    /// The citizen has not agreed to this use.
    ConsentNeeded {
        /// Which.
        purpose: ConsentPurpose,
    },
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
    /// A video can't be used.
    Video {
        /// Why.
        reason: VideoError,
    },
    /// The camera or the gallery can't be used.
    Camera {
        /// Why.
        reason: CameraError,
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
