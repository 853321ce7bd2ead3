//! What a request does to an upload: begin it, find it, or add its bytes and finish it with the last of them.

use std::time::Duration;

use pakn_api::{
    ErrorCode, Timestamp,
    id::{UploadId, UserId},
};
use tokio::time::{Instant, timeout_at};

use super::{Checksum, Created, Held, Intake, Partial, State, UploadError, already, finish, state, sweep};
use crate::{app::Shared, clock, db::upload, error::ApiError, http::body::Pieces};

/// How long a superseded request may go on reading what has arrived, and how long it waits for each piece of that.
const LAST_WORDS: Duration = Duration::from_millis(500);
const LAST_WORDS_PAUSE: Duration = Duration::from_millis(20);

/// How far an upload is: its bytes that are there, and when it is given up unless it is finished.
pub(crate) struct Far {
    pub(crate) offset: u64,
    pub(crate) expires: Option<Timestamp>,
}

/// Begins an upload, or finds it begun or finished.
pub(crate) async fn begin(app: &Shared, partial: Partial, checksum: Option<Checksum>, pieces: Pieces) -> Result<Far, ApiError> {
    let finished = Far { offset: partial.length, expires: None };
    let held = loop {
        let held = match app.uploads.create(partial).await? {
            Created::New(held) => break held,
            Created::Known(held) => held,
        };
        match state(app, held).await? {
            State::Finished => return Ok(finished),
            State::Gone => {}
            State::Unfinished(held, _) if already(app, partial).await? => {
                app.uploads.remove(held).await.map_err(UploadError::from)?;
                return Ok(finished);
            }
            State::Unfinished(_, progress) => {
                return Ok(Far { offset: progress.offset, expires: Some(sweep::expires(app, progress.last_byte)) });
            }
        }
    };
    match already(app, partial).await {
        Ok(false) => {}
        known => {
            app.uploads.forget(held);
            return known.map(|_| finished);
        }
    }
    let intake = Intake::new(&app.media, &partial, 0, true, checksum);
    receive(app, held, intake, pieces).await
}

/// Takes an unfinished upload over, and says how far it is. `None` when it is finished, or there is none.
pub(crate) async fn under_way(app: &Shared, user: UserId, upload: UploadId) -> Result<Option<(Held, Far)>, ApiError> {
    let Some(held) = app.uploads.take_over(user, upload).await? else { return Ok(None) };
    match state(app, held).await {
        Ok(State::Unfinished(held, progress)) => {
            Ok(Some((held, Far { offset: progress.offset, expires: Some(sweep::expires(app, progress.last_byte)) })))
        }
        Ok(State::Finished | State::Gone) => Ok(None),
        // That was an earlier request's fault, and the upload is gone.
        Err(error) if matches!(error.code(), ErrorCode::HashMismatch | ErrorCode::MediaUnsupported | ErrorCode::TooLarge) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// The length of a finished upload's file.
pub(crate) async fn finished(app: &Shared, user: UserId, upload: UploadId) -> Result<u64, ApiError> {
    let found = upload::finished(&mut *app.db.reader().await?, user, upload).await?;
    found.map(|(_, bytes)| bytes).ok_or_else(ApiError::not_found)
}

/// A request must go on just where the upload is.
pub(crate) fn must_be_at(offset: u64, asked: u64) -> Result<(), ApiError> {
    if asked == offset { Ok(()) } else { Err(ApiError::new(ErrorCode::UploadConflict, "the upload is not at this offset")) }
}

/// Reads one request's bytes into an upload, and finishes it with the last of them.
pub(crate) async fn receive(app: &Shared, mut held: Held, mut intake: Intake, pieces: Pieces) -> Result<Far, ApiError> {
    let read = read(&mut held, &mut intake, pieces).await;
    let mut refused = intake.is_refused();
    let brought = match &read {
        Ok(()) => {
            let brought = intake.end().await;
            refused = matches!(brought, Err(UploadError::Unsupported | UploadError::TooLarge));
            brought.map_err(ApiError::from)
        }
        Err(error) => {
            let left = if error.code() == ErrorCode::TooLarge { intake.take_back().await } else { intake.break_off().await };
            Err(left.err().map_or_else(|| error.clone(), ApiError::from))
        }
    };
    let brought = match brought {
        Ok(brought) => brought,
        Err(error) => {
            if refused {
                app.uploads.remove(held).await.map_err(UploadError::from)?;
            }
            return Err(error);
        }
    };
    if brought.offset == held.partial().length {
        finish(app, held, brought.digest).await?;
        return Ok(Far { offset: brought.offset, expires: None });
    }
    Ok(Far { offset: brought.offset, expires: Some(sweep::expires(app, clock::now())) })
}

async fn read(held: &mut Held, intake: &mut Intake, mut pieces: Pieces) -> Result<(), ApiError> {
    loop {
        tokio::select! {
            biased;
            () = held.superseded() => return last_words(intake, pieces).await,
            piece = pieces.next() => match piece? {
                Some(piece) => intake.push(piece).await?,
                None => return Ok(()),
            },
            () = intake.due() => intake.write_out().await?,
        }
    }
}

/// What has arrived and only not been read yet counts, too, if a newer request need not wait long for it.
async fn last_words(intake: &mut Intake, mut pieces: Pieces) -> Result<(), ApiError> {
    let until = Instant::now() + LAST_WORDS;
    while let Ok(piece) = timeout_at(until.min(Instant::now() + LAST_WORDS_PAUSE), pieces.next()).await {
        match piece? {
            Some(piece) => intake.push(piece).await?,
            None => return Ok(()),
        }
    }
    Err(UploadError::Superseded.into())
}
