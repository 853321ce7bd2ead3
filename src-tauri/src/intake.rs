//! From the camera or the gallery into the core: files are handed over first and removed only when they are safe there.
//! What may be the only copy goes once its picture is ready, or the citizen has the file.
//!
//! They lie in the plugin's folder, labelled with their draft, so whatever ends the app on the way, the next start
//! hands them over again; the core knows those that it has already.

mod refused;

use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::{AppError, CameraError, Change, Shot, Taken, TakenOutcome},
    model::{
        photo::{MAX_SOURCE_BYTES, PhotoError},
        video::{MAX_VIDEO_BYTES, TAKE_SECONDS, VideoError},
    },
};
use pakn_core::{AttachFile, Client};
use tauri::async_runtime::spawn;
use tauri_plugin_camera::{Captured, Error as CameraTrouble, Got, Missing, Pick, Reason, Take, What};
use tokio::sync::broadcast::{Receiver, error::RecvError};

use crate::platform::{Exports, Pictures};

/// Whether a file may be the only copy there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Camera,
    Gallery,
    /// Of an earlier process: either.
    Before,
}

/// From the camera and the gallery into the core.
#[derive(Clone)]
pub(crate) struct Intake {
    pub(crate) client: Client,
    pub(crate) pictures: Pictures,
    pub(crate) exports: Exports,
}

impl Intake {
    /// Has the camera take something for a draft.
    pub(crate) async fn take(&self, report_id: ReportId, shot: Shot) -> Result<Vec<Taken>, AppError> {
        self.client.places_left(report_id, Some(shot)).await?;
        let (what, max_bytes) = match shot {
            Shot::Photo => (What::Photo, MAX_SOURCE_BYTES),
            Shot::Video => (What::Video, MAX_VIDEO_BYTES),
        };
        let wanted = Take { label: report_id.to_string(), what, max_seconds: TAKE_SECONDS, max_bytes };
        let got = self.pictures.take(wanted).await.map_err(refusal)?;
        Ok(self.take_in(Origin::Camera, report_id, got).await)
    }

    /// Has something chosen for a draft.
    pub(crate) async fn pick(&self, report_id: ReportId) -> Result<Vec<Taken>, AppError> {
        let most = u32::try_from(self.client.places_left(report_id, None).await?).unwrap_or(u32::MAX);
        let wanted = Pick { label: report_id.to_string(), most, max_bytes: MAX_VIDEO_BYTES };
        let got = self.pictures.pick(wanted).await.map_err(refusal)?;
        Ok(self.take_in(Origin::Gallery, report_id, got).await)
    }

    /// Removes what lies there for drafts that went with whoever left, each time somebody does.
    pub(crate) async fn follow(&self, mut changes: Receiver<Change>) {
        loop {
            match changes.recv().await {
                Ok(Change::Session) | Err(RecvError::Lagged(_)) => {
                    self.sweep().await;
                }
                Ok(_) => {}
                Err(RecvError::Closed) => return,
            }
        }
    }

    /// Answers whether nothing is left of whoever left.
    async fn sweep(&self) -> bool {
        let swept = async {
            let Some(drafts) = self.client.left_drafts().await.map_err(AppError::from)? else { return Ok(()) };
            self.pictures.keep_only(drafts.iter().map(ToString::to_string).collect()).await.map_err(refusal)?;
            self.client.others_are_gone().await.map_err(AppError::from)
        };
        swept.await.inspect_err(|error| tracing::warn!(?error, "what was taken for others stays until the next start")).is_ok()
    }

    /// Hands over what earlier processes were given and did not come to hand over or to remove. Once, at the start.
    pub(crate) async fn recover(&self) {
        if !self.sweep().await {
            return;
        }
        // Before anything else: what becomes known from here on is not looked for below.
        let known = match self.client.known_sources().await {
            Ok(known) => known,
            Err(error) => return tracing::warn!(%error, "what was taken in before the restart can't be read"),
        };
        let left = match self.pictures.recover().await {
            Ok(Some(left)) => left,
            // Not asked is not gone: the next start asks.
            Ok(None) => return,
            Err(error) => return tracing::warn!(%error, "what the camera gave before the restart can't be asked for"),
        };
        let (mut attached, mut still_there) = (Vec::new(), Vec::new());
        for file in left {
            match file.label.parse() {
                Ok(report_id) => attached.push((self.attach(report_id, &file).await, file)),
                // Nobody's: it was not asked for by this app.
                Err(_) => {
                    let source = source(&file);
                    if !self.remove(file).await {
                        still_there.push(source);
                    }
                }
            }
        }
        for (attached, file) in attached {
            let source = source(&file);
            if !self.settle(Origin::Before, file, attached).await {
                still_there.push(source);
            }
        }
        let gone = known.into_iter().filter(|source| !still_there.contains(source)).collect();
        if let Err(error) = self.client.gone(gone).await {
            tracing::warn!(%error, "what was taken in before the restart stays noted");
        }
    }

    /// Answers what became of the command's own. A file goes where its label says: it may have been asked for by a draft
    /// whose citizen had left it by the time it came.
    async fn take_in(&self, origin: Origin, report_id: ReportId, got: Got) -> Vec<Taken> {
        let mut taken = Vec::new();
        for file in got.files {
            let draft = file.label.parse().unwrap_or(report_id);
            let is_own = draft == report_id;
            // Of another's it is not known where it is from.
            let origin = if is_own { origin } else { Origin::Camera };
            let attached = self.attach(draft, &file).await;
            if is_own {
                let outcome = match attached.clone() {
                    Ok(attachment_id) => TakenOutcome::Coming { attachment_id },
                    Err(error) => TakenOutcome::Refused { error },
                };
                taken.push(Taken { name: file.name.clone(), outcome });
            }
            if attached.is_ok() && origin != Origin::Gallery {
                // The screen goes on meanwhile.
                let intake = self.clone();
                spawn(async move { intake.settle(origin, file, attached).await });
            } else {
                self.settle(origin, file, attached).await;
            }
        }
        taken.extend(got.missing.into_iter().map(missing));
        taken
    }

    async fn attach(&self, report_id: ReportId, file: &Captured) -> Result<AttachmentId, AppError> {
        let Captured { path, name, poster, .. } = file.clone();
        let attached = self.client.attach_file(AttachFile { report_id, source: source(file), path, name, poster }).await;
        attached.map_err(|error| {
            tracing::warn!(%error, "a file of the camera's or the gallery's is not attached");
            error.into()
        })
    }

    /// Removes a file once it is safe elsewhere, the citizen has it, or nobody wants it. Answers whether it is gone.
    async fn settle(&self, origin: Origin, file: Captured, attached: Result<AttachmentId, AppError>) -> bool {
        let prepared = match attached {
            Ok(_) if origin == Origin::Gallery => Ok(()),
            // Only then it is known whether it is of any use.
            Ok(attachment_id) => self.client.prepared(attachment_id).await.map_err(AppError::from),
            Err(error) => Err(error),
        };
        let may_go = match prepared {
            // Its picture is there, or the citizen took it out.
            Ok(()) | Err(AppError::NotFound | AppError::Photo { reason: PhotoError::AlreadyAttached }) => true,
            // Nothing is wrong with the file: the next start tries again.
            Err(AppError::StorageFull | AppError::StorageBroken | AppError::Bug) => false,
            Err(_) => refused::To { exports: self.exports.as_ref(), origin }.may_go(&file).await,
        };
        may_go && self.remove(file).await
    }

    /// Answers whether it is gone.
    async fn remove(&self, file: Captured) -> bool {
        let removed = self.pictures.remove(file).await;
        removed.inspect_err(|error| tracing::warn!(%error, "a file that is taken in stays until the next start")).is_ok()
    }
}

/// What a file is known by: its folder in the inbox, which is no other's ever.
fn source(file: &Captured) -> String {
    let folder = file.path.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
    format!("{}/{}", file.label, folder.display())
}

fn missing(missing: Missing) -> Taken {
    let error = match missing.reason {
        Reason::TooMany => AppError::Photo { reason: PhotoError::TooManyPictures },
        // Larger than a video may be.
        Reason::TooLarge => AppError::Video { reason: VideoError::TooManyBytes },
        Reason::NoRoom => AppError::StorageFull,
        Reason::Failed => AppError::Camera { reason: CameraError::Failed },
    };
    Taken { name: missing.name, outcome: TakenOutcome::Refused { error } }
}

fn refusal(trouble: CameraTrouble) -> AppError {
    match trouble {
        CameraTrouble::Denied => AppError::Camera { reason: CameraError::Denied },
        CameraTrouble::NoCamera => AppError::Camera { reason: CameraError::NoCamera },
        CameraTrouble::NoRoom => AppError::StorageFull,
        CameraTrouble::Failed(why) => {
            tracing::warn!(why, "the camera or the gallery failed");
            AppError::Camera { reason: CameraError::Failed }
        }
    }
}
