//! A request body that tells how much of it has been taken, in slices small enough for a slow uplink.

use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::OnSent;

const SLICE: usize = 64 * 1024;

/// Bytes of known length, handed out slice by slice.
pub(super) struct Counted {
    rest: Bytes,
    on_sent: OnSent,
}

impl Counted {
    pub(super) fn new(bytes: Bytes, on_sent: OnSent) -> Self {
        Self { rest: bytes, on_sent }
    }
}

impl Body for Counted {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.rest.is_empty() {
            return Poll::Ready(None);
        }
        let length = self.rest.len().min(SLICE);
        let slice = self.rest.split_to(length);
        (self.on_sent)(u64::try_from(length).unwrap_or(u64::MAX));
        Poll::Ready(Some(Ok(Frame::data(slice))))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(u64::try_from(self.rest.len()).unwrap_or(u64::MAX))
    }
}
