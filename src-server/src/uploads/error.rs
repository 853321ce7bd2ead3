//! Why an upload did not go on, and how that is said.

use std::{io, time::Duration};

use pakn_api::ErrorCode;

use crate::error::ApiError;

/// When a user who has too many unfinished uploads may look again whether one has ended.
const TOO_MANY_WAIT: Duration = Duration::from_secs(60);

/// Why an upload did not go on.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    /// The request before would not let go in time.
    #[error("another request works at this upload")]
    Busy,
    /// A newer request has taken over.
    #[error("a newer request goes on with this upload")]
    Superseded,
    /// Too many unfinished uploads of one user.
    #[error("too many unfinished uploads")]
    TooMany,
    /// The id came before with another file.
    #[error("this upload is of another file")]
    Conflict,
    /// The bytes have another hash than announced.
    #[error("the bytes have another hash")]
    HashMismatch,
    /// This request's bytes have another checksum than announced.
    #[error("the bytes have another checksum")]
    ChecksumMismatch,
    /// Neither a JPEG nor a bare MP4 or MOV.
    #[error("neither a JPEG nor a bare MP4 or MOV")]
    Unsupported,
    /// Larger than files of its kind may be.
    #[error("larger than files of its kind may be")]
    TooLarge,
    /// The disk said no.
    #[error("media folder: {0}")]
    Disk(#[from] io::Error),
}

impl From<UploadError> for ApiError {
    fn from(error: UploadError) -> Self {
        match error {
            UploadError::Busy => Self::unavailable("another request still works at this upload"),
            UploadError::Superseded => Self::unavailable("a newer request goes on with this upload"),
            UploadError::TooMany => Self::too_many("too many unfinished uploads", TOO_MANY_WAIT),
            UploadError::Conflict => Self::new(ErrorCode::UploadConflict, "this upload is of another file or length"),
            UploadError::HashMismatch => Self::new(ErrorCode::HashMismatch, "the bytes don't have this hash"),
            UploadError::ChecksumMismatch => Self::new(ErrorCode::ChecksumMismatch, "the bytes don't have this checksum"),
            UploadError::Unsupported => {
                Self::new(ErrorCode::MediaUnsupported, "only JPEG is taken, and MP4 and MOV without metadata")
            }
            UploadError::TooLarge => Self::new(ErrorCode::TooLarge, "the file is larger than is taken of its kind"),
            UploadError::Disk(error) if is_full(&error) => {
                tracing::error!(%error, "no room for uploads");
                Self::unavailable("there is no room for more")
            }
            UploadError::Disk(error) => Self::internal("taking a file in", &error),
        }
    }
}

fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)
}
