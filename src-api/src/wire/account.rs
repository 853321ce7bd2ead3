//! Accounts over HTTP: codes, registering, sessions, the profile, consents, export and deletion.
//!
//! Whoever holds a code that was sent to a number has the number: before that, no answer tells whether it has an
//! account (ADR 11).

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{CodeId, MediaHash, OpId, ReportId, SessionId, UserId},
    model::{code::OneTimeCode, consent::Consent, phone::PhoneNumber, profile::Profile, report::Submission, words::DeviceName},
};

use super::ReportView;

/// Body of `POST /v1/codes`. Repeated with the same id and number, it is answered again and nothing is sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RequestCode {
    /// Names the code; made by the device.
    pub code_id: CodeId,
    /// Where to send it.
    pub phone: PhoneNumber,
}

/// Answer to [`RequestCode`], whether the number has an account or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CodeSent {
    /// Seconds for which it can be entered.
    pub expires_in_s: u32,
    /// Seconds until another one may be asked for.
    pub resend_in_s: u32,
}

/// Body of `POST /v1/codes/{code_id}`: is this the code? A right one has to be used within a quarter of an hour.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CheckCode {
    /// As typed.
    pub code: OneTimeCode,
}

/// Body of `POST /v1/accounts`: makes an account for the code's number and signs in. Repeated with the same code and
/// password, it signs in again.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateAccount {
    /// The code that was asked for.
    pub code_id: CodeId,
    /// What came by SMS.
    pub code: OneTimeCode,
    /// The account's password.
    pub password: String,
    /// What was agreed to; the terms must be among it.
    pub consents: Vec<Consent>,
    /// The device, as its owner knows it.
    pub device: Option<DeviceName>,
}

/// Body of `POST /v1/password-resets`: another password for the code's number; ends its sessions and signs in.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ResetPassword {
    /// The code that was asked for.
    pub code_id: CodeId,
    /// What came by SMS.
    pub code: OneTimeCode,
    /// The new password.
    pub password: String,
    /// The device, as its owner knows it.
    pub device: Option<DeviceName>,
}

/// Body of `PUT /v1/me/password`; ends the account's other sessions.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChangePassword {
    /// The present one.
    pub old: String,
    /// The one from now on.
    pub new: String,
}

/// A sign-in of a device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionInfo {
    /// Which.
    pub session_id: SessionId,
    /// The device, if it said.
    pub device: Option<DeviceName>,
    /// When it signed in.
    pub created_at: Timestamp,
    /// When it was last seen, to the hour.
    pub last_seen_at: Timestamp,
    /// It is the one that asks.
    pub current: bool,
}

/// Answer to `GET /v1/me/sessions`: the last seen first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// The account's sessions.
    pub sessions: Vec<SessionInfo>,
}

/// A profile as the server has it, and answer to `GET` and `PUT /v1/me/profile`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredProfile {
    /// Rises with every change; 0 while there is none.
    pub revision: u32,
    /// The profile, once there is one.
    pub profile: Option<Profile>,
}

/// Body of `PUT /v1/me/profile`. The same `op_id` again is answered as carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutProfile {
    /// Names this operation.
    pub op_id: OpId,
    /// The revision it was changed from; another one now is a `profile_conflict`.
    pub base_revision: u32,
    /// The profile.
    pub profile: Profile,
}

/// Body of `POST /v1/me/consents`. The same `op_id` again is answered as carried out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecordConsent {
    /// Names this operation.
    pub op_id: OpId,
    /// What was agreed to or taken back.
    pub consent: Consent,
}

/// Body of `POST /v1/me/deletion`: deletes the account at once.
#[derive(Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeleteAccount {
    /// The account's password.
    pub password: String,
}

/// Answer to `GET /v1/me/export`: everything the server has about the caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AccountExport {
    /// When it was put together.
    pub at: Timestamp,
    /// The account.
    pub user_id: UserId,
    /// Its number.
    pub phone: PhoneNumber,
    /// Since when.
    pub created_at: Timestamp,
    /// The profile.
    pub profile: StoredProfile,
    /// Every consent given or taken back, oldest first.
    pub consents: Vec<Consent>,
    /// The sessions.
    pub sessions: Vec<SessionInfo>,
    /// The reports that were received.
    pub reports: Vec<ReportView>,
    /// Those that still wait for a file of theirs.
    pub waiting: Vec<WaitingReport>,
    /// The files that were received, whether a report names them or not; `GET /v1/media/{sha256}` gives them.
    pub files: Vec<StoredFile>,
    /// The reports of others that the caller follows.
    #[serde(default)]
    pub follows: Vec<ReportId>,
}

/// A report that doesn't count yet, because a file of it has not come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WaitingReport {
    /// The report.
    pub report_id: ReportId,
    /// When it came.
    pub created_at: Timestamp,
    /// What was sent.
    pub submission: Submission,
}

/// A file as the server keeps it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StoredFile {
    /// SHA-256 of its bytes.
    pub sha256: MediaHash,
    /// Length in bytes.
    pub bytes: u64,
    /// When it last came.
    pub received_at: Timestamp,
}
