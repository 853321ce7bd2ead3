//! How far a chosen file has come, and whether what stopped it may pass.

use pakn_api::{
    ipc::AppError,
    model::photo::{MAX_PER_REPORT, MAX_SOURCE_BYTES, PhotoError},
};

/// How far a file has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// Others are before it.
    Queued,
    /// So much of it, in percent, has been read.
    Reading(u8),
    /// All of it is there; the shell is at work.
    Preparing,
    /// It can't be used, or could not be read or kept.
    Failed(Trouble),
}

/// Why a file did not come in.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Trouble {
    /// The shell says so.
    App(AppError),
    /// The device did not hand the file over: its card, cloud or permission was not there at that moment.
    Unreadable,
}

impl From<AppError> for Trouble {
    fn from(error: AppError) -> Self {
        Self::App(error)
    }
}

impl Trouble {
    /// Whether the same file may be taken in another time: neither the file nor the draft is at fault.
    pub(crate) fn is_passing(&self) -> bool {
        match self {
            Self::App(error) => !matches!(error, AppError::Photo { .. } | AppError::NotFound | AppError::NotEditable),
            Self::Unreadable => true,
        }
    }
}

impl Stage {
    /// Whether it failed for a reason that may pass.
    pub(crate) fn may_be_tried_again(&self) -> bool {
        matches!(self, Self::Failed(trouble) if trouble.is_passing())
    }

    /// Whether it is over, and not for good.
    pub(crate) fn is_refused(&self) -> bool {
        matches!(self, Self::Failed(trouble) if !trouble.is_passing())
    }
}

/// Why a file need not even be read.
pub(super) fn refuse_unread(bytes: u64, pictures_before: usize) -> Option<PhotoError> {
    if pictures_before >= MAX_PER_REPORT {
        Some(PhotoError::TooManyPictures)
    } else if bytes == 0 {
        Some(PhotoError::Empty)
    } else if bytes > MAX_SOURCE_BYTES {
        Some(PhotoError::TooManyBytes)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hopeless_files_are_refused_before_they_are_read() {
        let table = [
            ((0, 0), Some(PhotoError::Empty)),
            ((1, 0), None),
            ((MAX_SOURCE_BYTES, MAX_PER_REPORT - 1), None),
            ((MAX_SOURCE_BYTES + 1, 0), Some(PhotoError::TooManyBytes)),
            ((200 * 1024 * 1024, 0), Some(PhotoError::TooManyBytes)),
            ((1, MAX_PER_REPORT), Some(PhotoError::TooManyPictures)),
        ];
        for ((bytes, before), expected) in table {
            assert_eq!(refuse_unread(bytes, before), expected, "{bytes} bytes, {before} before");
        }
    }

    #[test]
    fn what_is_no_fault_of_the_file_or_the_draft_may_be_tried_again() {
        let failed = |error: AppError| Stage::Failed(error.into());
        let table = [
            (failed(AppError::StorageFull), true, false),
            (failed(AppError::StorageBroken), true, false),
            (failed(AppError::Bug), true, false),
            (Stage::Failed(Trouble::Unreadable), true, false),
            (failed(AppError::Photo { reason: PhotoError::Damaged }), false, true),
            (failed(AppError::NotFound), false, true),
            (failed(AppError::NotEditable), false, true),
            (Stage::Preparing, false, false),
        ];
        for (stage, again, refused) in table {
            assert_eq!((stage.may_be_tried_again(), stage.is_refused()), (again, refused), "{stage:?}");
        }
    }
}
