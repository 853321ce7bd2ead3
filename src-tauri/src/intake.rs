//! From the camera or the gallery into the core: files are handed over first and removed only when they are safe there.
//!
//! They lie in the plugin's folder, labelled with their draft, so whatever ends the app on the way, the next start
//! hands them over again; the core knows those that it has already.

mod refused;

use pakn_api::{
    id::ReportId,
    ipc::{AppError, CameraError, Shot, Taken, TakenOutcome},
    model::{
        photo::{MAX_SOURCE_BYTES, PhotoError},
        video::{MAX_VIDEO_BYTES, TAKE_SECONDS, VideoError},
    },
};
use pakn_core::{AttachFile, Client};
use tauri_plugin_camera::{Captured, Error as CameraTrouble, Got, Missing, Pick, Reason, Take, What};

use crate::platform::{Keeper, PictureSource};

/// Whether a file may be the only copy there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Origin {
    Camera,
    Gallery,
    /// Of an earlier process: either.
    Before,
}

/// Has the camera take something for a draft.
pub(crate) async fn take(
    client: &Client,
    pictures: &dyn PictureSource,
    exports: &dyn Keeper,
    report_id: ReportId,
    shot: Shot,
) -> Result<Vec<Taken>, AppError> {
    client.places_left(report_id, Some(shot)).await?;
    let (what, max_bytes) = match shot {
        Shot::Photo => (What::Photo, MAX_SOURCE_BYTES),
        Shot::Video => (What::Video, MAX_VIDEO_BYTES),
    };
    let wanted = Take { label: report_id.to_string(), what, max_seconds: TAKE_SECONDS, max_bytes };
    let got = pictures.take(wanted).await.map_err(refusal)?;
    let refused = refused::To { exports, origin: Origin::Camera };
    Ok(take_in(client, pictures, refused, report_id, got).await)
}

/// Has something chosen for a draft.
pub(crate) async fn pick(
    client: &Client,
    pictures: &dyn PictureSource,
    exports: &dyn Keeper,
    report_id: ReportId,
) -> Result<Vec<Taken>, AppError> {
    let most = u32::try_from(client.places_left(report_id, None).await?).unwrap_or(u32::MAX);
    let wanted = Pick { label: report_id.to_string(), most, max_bytes: MAX_VIDEO_BYTES };
    let got = pictures.pick(wanted).await.map_err(refusal)?;
    let refused = refused::To { exports, origin: Origin::Gallery };
    Ok(take_in(client, pictures, refused, report_id, got).await)
}

/// Hands over what earlier processes were given and did not come to hand over or to remove. Once, at the start.
pub(crate) async fn recover(client: &Client, pictures: &dyn PictureSource, exports: &dyn Keeper) {
    // Before anything else: what becomes known from here on is not looked for below.
    let known = match client.known_sources().await {
        Ok(known) => known,
        Err(error) => return tracing::warn!(%error, "what was taken in before the restart can't be read"),
    };
    let left = match pictures.recover().await {
        Ok(Some(left)) => left,
        // Not asked is not gone: the next start asks.
        Ok(None) => return,
        Err(error) => return tracing::warn!(%error, "what the camera gave before the restart can't be asked for"),
    };
    let mut still_there = Vec::new();
    for file in left {
        let source = source(&file);
        let is_gone = match file.label.parse() {
            Ok(report_id) => {
                hand_over(client, pictures, refused::To { exports, origin: Origin::Before }, report_id, file).await.is_gone
            }
            // Nobody's: it was not asked for by this app.
            Err(_) => remove(pictures, file).await,
        };
        if !is_gone {
            still_there.push(source);
        }
    }
    let gone = known.into_iter().filter(|source| !still_there.contains(source)).collect();
    if let Err(error) = client.gone(gone).await {
        tracing::warn!(%error, "what was taken in before the restart stays noted");
    }
}

async fn take_in(
    client: &Client,
    pictures: &dyn PictureSource,
    refused: refused::To<'_>,
    report_id: ReportId,
    got: Got,
) -> Vec<Taken> {
    let mut taken = Vec::new();
    for file in got.files {
        let name = file.name.clone();
        let outcome = hand_over(client, pictures, refused, report_id, file).await.outcome;
        taken.push(Taken { name, outcome });
    }
    taken.extend(got.missing.into_iter().map(missing));
    taken
}

struct HandedOver {
    outcome: TakenOutcome,
    /// Whether it is no longer where it came from.
    is_gone: bool,
}

async fn hand_over(
    client: &Client,
    pictures: &dyn PictureSource,
    refused: refused::To<'_>,
    report_id: ReportId,
    file: Captured,
) -> HandedOver {
    let Captured { path, name, poster, .. } = file.clone();
    let outcome = match client.attach_file(AttachFile { report_id, source: source(&file), path, name, poster }).await {
        Ok(attachment_id) => TakenOutcome::Coming { attachment_id },
        Err(error) => {
            tracing::warn!(%error, "a file of the camera's or the gallery's is not attached");
            TakenOutcome::Refused { error: error.into() }
        }
    };
    let stays = matches!(
        outcome,
        // Nothing is wrong with the file: the next start tries again.
        TakenOutcome::Refused { error: AppError::StorageFull | AppError::StorageBroken | AppError::Bug }
    );
    let is_refused = matches!(outcome, TakenOutcome::Refused { .. });
    let stays = stays || is_refused && !refused.may_go(&file).await;
    let is_gone = !stays && remove(pictures, file).await;
    HandedOver { outcome, is_gone }
}

/// What a file is known by: its folder in the inbox, which is no other's ever.
fn source(file: &Captured) -> String {
    let folder = file.path.parent().and_then(|folder| folder.file_name()).unwrap_or_default();
    format!("{}/{}", file.label, folder.display())
}

/// Answers whether it is gone.
async fn remove(pictures: &dyn PictureSource, file: Captured) -> bool {
    let removed = pictures.remove(file).await;
    removed.inspect_err(|error| tracing::warn!(%error, "a file that is taken in stays until the next start")).is_ok()
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
