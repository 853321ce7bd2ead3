//! What the screens are shown of the account: codes, profile, consents, what is missing before something can be sent.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    model::{
        consent::{Consent, ConsentPurpose},
        profile::{ProfileForm, ProfileProblem},
    },
};

/// What a code was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CodePurpose {
    /// Making an account.
    Register,
    /// A forgotten password.
    ResetPassword,
}

/// A code that was asked for and not used yet. Kept over a restart: whoever looks for the SMS may find the app killed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PendingCode {
    /// What for.
    pub purpose: CodePurpose,
    /// The number as people read it: `0912 345 678`.
    pub phone: String,
    /// Until when it can be entered, by the device's clock.
    pub expires_at: Timestamp,
    /// From when another one may be asked for, by the device's clock.
    pub resend_at: Timestamp,
    /// The right code was entered and is held in memory: only the password is still asked for.
    pub checked: bool,
}

/// Where the profile stands between the device and the server.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum ProfileState {
    /// There is none yet.
    Missing,
    /// Kept here, on its way to the server by itself.
    Waiting,
    /// The server has it.
    Stored,
    /// The server found fault with it: edit it.
    Refused {
        /// What.
        problems: Vec<ProfileProblem>,
    },
}

/// The profile as the screen shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProfileView {
    /// As last typed, or as it is kept where nothing was typed since.
    pub form: ProfileForm,
    /// Something was typed that is not saved as the profile yet.
    pub edited: bool,
    /// Where the saved one stands.
    pub state: ProfileState,
}

/// A purpose, and what was last said about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsentView {
    /// What for.
    pub purpose: ConsentPurpose,
    /// What was last said, if anything.
    pub said: Option<Consent>,
}

impl ConsentView {
    /// Whether it is agreed to.
    #[must_use]
    pub fn is_given(&self) -> bool {
        self.said.is_some_and(|said| said.given)
    }
}

/// Something that has to be there before a report can be sent (guide II.5). In the order in which it is led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Missing {
    /// An account: register or sign in.
    Account,
    /// A complete profile.
    Profile,
    /// The consent to what is done with a report and its sender.
    ReportsConsent,
}

/// Whether the system shows the app's notifications.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationState {
    /// Not asked yet.
    NotAsked,
    /// Allowed.
    Allowed,
    /// Refused; only the system's settings can change it.
    Refused,
    /// This system has none for the app.
    Unsupported,
}

/// A file that was written for the citizen to keep, and where it is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "at", rename_all = "snake_case")]
pub enum ExportedFile {
    /// In a folder.
    Folder {
        /// Its name.
        name: String,
        /// The folder's path.
        folder: String,
    },
    /// Among the app's documents, as an iPhone's file manager shows them.
    AppDocuments {
        /// Its name.
        name: String,
    },
    /// Where the citizen chose, under the name that they gave it.
    Chosen,
}
