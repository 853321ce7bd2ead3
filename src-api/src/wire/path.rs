//! The contract's paths, as the server mounts them and the client asks for them.

use crate::id::{CodeId, MediaHash, ReportId, SessionId, UploadId};

/// Is the server up: `GET`.
pub const HEALTH: &str = "/health";
/// Sign in, look, sign out: `POST`, `GET`, `DELETE`.
pub const SESSION: &str = "/v1/session";
/// The jurisdiction profile: `GET`, with `ETag`.
pub const JURISDICTION: &str = "/v1/jurisdiction";
/// Fields and subjects: `GET`, with `ETag`.
pub const FIELDS: &str = "/v1/fields";
/// Create a report: `POST`.
pub const REPORTS: &str = "/v1/reports";
/// One report: `GET`.
pub const REPORT: &str = "/v1/reports/{report_id}";
/// A report's receipt: `GET`.
pub const RECEIPT: &str = "/v1/reports/{report_id}/receipt";
/// One file by its hash: `GET`, `HEAD`.
pub const MEDIUM: &str = "/v1/media/{sha256}";
/// Resumable uploads (tus 1.0): `OPTIONS` what is understood, `POST` a new one.
pub const UPLOADS: &str = "/v1/uploads";
/// One upload: `HEAD` how far it is, `PATCH` more bytes, `DELETE` give it up.
pub const UPLOAD: &str = "/v1/uploads/{upload_id}";
/// The public keys that receipts are signed with: `GET`, with `ETag`.
pub const KEYS: &str = "/v1/keys";
/// What changed of the caller's reports: `GET ?after=&limit=`.
pub const CHANGES: &str = "/v1/me/changes";
/// One-time codes: `POST` to have one sent.
pub const CODES: &str = "/v1/codes";
/// One code: `POST` to try it.
pub const CODE: &str = "/v1/codes/{code_id}";
/// Accounts: `POST` a new one.
pub const ACCOUNTS: &str = "/v1/accounts";
/// Forgotten passwords: `POST` another one.
pub const PASSWORD_RESETS: &str = "/v1/password-resets";
/// The caller's password: `PUT`.
pub const PASSWORD: &str = "/v1/me/password";
/// The caller's sessions: `GET`, `DELETE` all others.
pub const SESSIONS: &str = "/v1/me/sessions";
/// One of them: `DELETE`.
pub const ONE_SESSION: &str = "/v1/me/sessions/{session_id}";
/// The caller's profile: `GET`, `PUT`.
pub const PROFILE: &str = "/v1/me/profile";
/// What the caller agreed to: `POST`.
pub const CONSENTS: &str = "/v1/me/consents";
/// What the caller follows: `GET`.
pub const FOLLOWS: &str = "/v1/me/follows";
/// One of it: `PUT`.
pub const FOLLOW: &str = "/v1/me/follows/{report_id}";
/// Reports as anyone may see them: `GET ?after=&limit=`.
pub const PUBLIC_REPORTS: &str = "/v1/public/reports";
/// One of them: `GET`.
pub const PUBLIC_REPORT: &str = "/v1/public/reports/{report_id}";
/// Open reports that may be about the same: `GET ?field=&lat=&lon=`.
pub const PUBLIC_SIMILAR: &str = "/v1/public/similar";
/// A file of a public report: `GET`.
pub const PUBLIC_MEDIUM: &str = "/v1/public/media/{sha256}";
/// The reports that the caller's agency handles: `GET ?after=&limit=`.
pub const AGENCY_REPORTS: &str = "/v1/agency/reports";
/// One of them: `GET`.
pub const AGENCY_REPORT: &str = "/v1/agency/reports/{report_id}";
/// A file of one of them: `GET`.
pub const AGENCY_MEDIUM: &str = "/v1/agency/media/{sha256}";
/// Everything about the caller: `GET`.
pub const EXPORT: &str = "/v1/me/export";
/// Deleting the account: `POST`.
pub const DELETION: &str = "/v1/me/deletion";
/// The page on which an account is deleted without the app: `GET`, and `POST` from its forms.
pub const DELETE_ACCOUNT: &str = "/delete-account";
/// The contract itself: `GET`.
pub const OPENAPI: &str = "/v1/openapi.json";

/// [`REPORT`] of one report.
#[must_use]
pub fn report(id: ReportId) -> String {
    format!("{REPORTS}/{id}")
}

/// [`RECEIPT`] of one report.
#[must_use]
pub fn receipt(id: ReportId) -> String {
    format!("{REPORTS}/{id}/receipt")
}

/// [`MEDIUM`] of one file.
#[must_use]
pub fn medium(hash: MediaHash) -> String {
    format!("/v1/media/{hash}")
}

/// [`UPLOAD`] of one upload.
#[must_use]
pub fn upload(id: UploadId) -> String {
    format!("{UPLOADS}/{id}")
}

/// [`FOLLOW`] of one report.
#[must_use]
pub fn follow(id: ReportId) -> String {
    format!("{FOLLOWS}/{id}")
}

/// [`PUBLIC_MEDIUM`] of one file.
#[must_use]
pub fn public_medium(hash: MediaHash) -> String {
    format!("/v1/public/media/{hash}")
}

/// [`CODE`] of one code.
#[must_use]
pub fn code(id: CodeId) -> String {
    format!("{CODES}/{id}")
}

/// [`ONE_SESSION`] of one session.
#[must_use]
pub fn session(id: SessionId) -> String {
    format!("{SESSIONS}/{id}")
}
