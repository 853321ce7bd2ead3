//! The server's word for what it holds of a report, and the form in which it signs it.

use serde::{Deserialize, Serialize};

use crate::{
    Timestamp,
    id::{MediaHash, OpId, ReportId},
};

/// One file in a receipt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReceiptMedium {
    /// SHA-256 of the file.
    pub sha256: MediaHash,
    /// Its length in bytes as announced.
    pub bytes: u64,
    /// Whether the server has it, safe on disk, with this hash.
    pub stored: bool,
}

/// The server's word for what it holds of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Receipt {
    /// The operation that created the report.
    pub op_id: OpId,
    /// The report.
    pub report_id: ReportId,
    /// When the report and all of its files were there; absent while a file is missing.
    pub received_at: Option<Timestamp>,
    /// Every file of the report, in its order.
    pub media: Vec<ReceiptMedium>,
    /// Once nothing is missing: a [`SignedReceipt`] as a compact JWS (RFC 7515, EdDSA of RFC 8037) under one
    /// of the server's published keys. Whoever holds it can prove later what the server had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed: Option<String>,
}

/// What a server signs: a complete receipt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SignedReceipt {
    /// The operation that created the report.
    pub op_id: OpId,
    /// The report.
    pub report_id: ReportId,
    /// When the report and all of its files were there.
    pub received_at: Timestamp,
    /// SHA-256 of every file of the report, in its order.
    pub media: Vec<MediaHash>,
}
