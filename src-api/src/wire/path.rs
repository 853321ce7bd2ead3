//! The contract's paths, as the server mounts them and the client asks for them.

use crate::id::{MediaHash, ReportId, UploadId};

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
