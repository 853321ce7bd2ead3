//! Reading on after a refusal, so that the refusal arrives.
//!
//! A connection that is closed while the caller still sends is reset, and with it goes the answer: a
//! caller with an expired token would see a broken network and try for ever. So what is left of a refused body
//! is read, up to the size of the largest file and for as long as a body may take, and thrown away.

use std::{
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
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
struct Lent(Arc<Mutex<Body>>);

impl HttpBody for Lent {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let mut body = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        Pin::new(&mut *body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).size_hint()
    }
}

/// Answers first, then reads what a refused caller is still sending.
pub(crate) async fn after_refusal(State(app): State<Shared>, request: Request, next: Next) -> Response {
    if request.body().is_end_stream() {
        return next.run(request).await;
    }
    let (head, body) = request.into_parts();
    let body = Lent(Arc::new(Mutex::new(body)));
    let response = next.run(Request::from_parts(head, Body::new(body.clone()))).await;
    if !response.status().is_success() {
        // The server's state isn't held by what nobody waits for.
        let rest = Pieces::new(Body::new(body), u64::MAX, &app.config.limits);
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
