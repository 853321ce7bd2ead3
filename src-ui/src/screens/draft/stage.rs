//! How far a chosen file has come, and whether what stopped it may pass.

use pakn_api::{
    ipc::AppError,
    model::{
        photo::{MAX_PER_REPORT, MAX_SOURCE_BYTES, PhotoError},
        video::{MAX_VIDEO_BYTES, MAX_VIDEOS_PER_REPORT, VideoError},
    },
};

/// How far a file has come.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Stage {
    /// Others are before it.
    Queued,
    /// So much of it, in percent, has been read.
    Reading(u8),
    /// All of it is there; the shell is at work, so far in percent where that is known.
    Preparing(Option<u8>),
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
    /// The camera or the gallery gave it, and the shell says so: it is held by nobody.
    Given(AppError),
    /// It was there and turned out to be of no use.
    Lost,
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
            Self::App(error) => {
                !matches!(error, AppError::Photo { .. } | AppError::Video { .. } | AppError::NotFound | AppError::NotEditable)
            }
            Self::Unreadable => true,
            Self::Given(_) | Self::Lost => false,
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

/// What a draft has before another file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Before {
    /// Pictures and videos.
    pub(super) files: usize,
    /// Of these, videos.
    pub(super) videos: usize,
}

/// Whether a file is a video, by what the browser takes it for or, where it can't tell, by its name.
pub(super) fn looks_like_video(kind: &str, name: &str) -> bool {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    kind.starts_with("video/") || (kind.is_empty() && matches!(ending.as_deref(), Some("mp4" | "m4v" | "mov" | "3gp")))
}

/// Why a file need not even be read.
pub(super) fn refuse_unread(bytes: u64, is_video: bool, before: Before) -> Option<AppError> {
    let photo = |reason| Some(AppError::Photo { reason });
    let video = |reason| Some(AppError::Video { reason });
    if before.files >= MAX_PER_REPORT {
        photo(PhotoError::TooManyPictures)
    } else if bytes == 0 {
        photo(PhotoError::Empty)
    } else if is_video && before.videos >= MAX_VIDEOS_PER_REPORT {
        video(VideoError::TooManyVideos)
    } else if is_video && bytes > MAX_VIDEO_BYTES {
        video(VideoError::TooManyBytes)
    } else if !is_video && bytes > MAX_SOURCE_BYTES {
        photo(PhotoError::TooManyBytes)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hopeless_files_are_refused_before_they_are_read() {
        let photo = |reason| Some(AppError::Photo { reason });
        let video = |reason| Some(AppError::Video { reason });
        let (full, last) = (MAX_PER_REPORT, MAX_PER_REPORT - 1);
        let table = [
            ((0, false, 0, 0), photo(PhotoError::Empty)),
            ((0, true, 0, 0), photo(PhotoError::Empty)),
            ((1, false, 0, 0), None),
            ((MAX_SOURCE_BYTES, false, last, 0), None),
            ((MAX_SOURCE_BYTES + 1, false, 0, 0), photo(PhotoError::TooManyBytes)),
            ((MAX_SOURCE_BYTES + 1, true, 0, 0), None),
            ((MAX_VIDEO_BYTES + 1, true, 0, 0), video(VideoError::TooManyBytes)),
            ((1, true, MAX_VIDEOS_PER_REPORT, MAX_VIDEOS_PER_REPORT), video(VideoError::TooManyVideos)),
            ((1, false, MAX_VIDEOS_PER_REPORT, MAX_VIDEOS_PER_REPORT), None),
            ((1, false, full, 0), photo(PhotoError::TooManyPictures)),
            ((1, true, full, 0), photo(PhotoError::TooManyPictures)),
        ];
        for ((bytes, is_video, files, videos), expected) in table {
            let before = Before { files, videos };
            assert_eq!(refuse_unread(bytes, is_video, before), expected, "{bytes} bytes, {is_video}, {before:?}");
        }
    }

    #[test]
    fn a_video_is_told_by_its_kind_and_without_one_by_its_name() {
        let table = [
            ("video/mp4", "a", true),
            ("", "a.MOV", true),
            ("", "a.jpg", false),
            ("image/jpeg", "a.mp4", false),
            ("", "mp4", false),
        ];
        for (kind, name, expected) in table {
            assert_eq!(looks_like_video(kind, name), expected, "{kind} {name}");
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
            (failed(AppError::Video { reason: VideoError::TooLong }), false, true),
            (Stage::Failed(Trouble::Given(AppError::StorageFull)), false, true),
            (Stage::Failed(Trouble::Lost), false, true),
            (failed(AppError::NotFound), false, true),
            (failed(AppError::NotEditable), false, true),
            (Stage::Preparing(None), false, false),
        ];
        for (stage, again, refused) in table {
            assert_eq!((stage.may_be_tried_again(), stage.is_refused()), (again, refused), "{stage:?}");
        }
    }
}
