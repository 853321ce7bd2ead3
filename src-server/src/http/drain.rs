//! Reading on after an answer that came before the body's end, so that the answer arrives.
//!
//! A connection that is closed while the caller still sends is reset, and with it goes the answer: a
//! caller with an expired token would see a broken network and try for ever. So what is left of a body that nobody
//! wants is read, up to the size of the largest file and for a minute (`limits.small_body_seconds`), and thrown away: the answer has
//! long left by then.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll},
};

use axum::{
    body::Body,
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use bytes::Bytes;
use http_body::{Body as HttpBody, Frame, SizeHint};
use pakn_api::model::photo::MAX_UPLOAD_BYTES;

use super::body::Pieces;
use crate::app::Shared;

/// A body whose rest can still be read when its reader has been dropped.
#[derive(Clone)]
struct Lent(Arc<Mutex<Loan>>);

struct Loan {
    body: Body,
    /// Whether its end has been read.
    ended: bool,
}

impl Lent {
    fn loan(&self) -> MutexGuard<'_, Loan> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut loan = self.loan();
        let frame = Pin::new(&mut loan.body).poll_frame(cx);
        loan.ended |= matches!(frame, Poll::Ready(None | Some(Err(_))));
        frame
    }

    fn is_end_stream(&self) -> bool {
        let loan = self.loan();
        loan.ended || loan.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.loan().body.size_hint()
    }
}

/// Answers first, then reads what the caller is still sending.
pub(crate) async fn after_answer(State(app): State<Shared>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let body = Lent(Arc::new(Mutex::new(Loan { body, ended: false })));
    let response = next.run(Request::from_parts(head, Body::new(body.clone()))).await;
    if !body.is_end_stream() {
        // The server's state isn't held by what nobody waits for.
        let rest = Pieces::small(Body::new(body), u64::MAX, &app.config.limits);
        tokio::spawn(async move {
            if let Ok(mut rest) = rest {
                let mut left = MAX_UPLOAD_BYTES;
                while let Ok(Some(piece)) = rest.next().await
                    && left > 0
                {
                    left = left.saturating_sub(piece.len() as u64);
                }
            }
        });
    }
    response
}
