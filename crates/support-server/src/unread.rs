//! An answer may be ready before its request has come whole: a caller who asks too often, an unknown path, a body that is too
//! large. What is still to come then makes the connection useless, and the caller is told so: who sent the next request on it
//! would see it break off.

use axum::body::{Body, Bytes};
use axum::extract::Request;
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

/// Whether a request's body has come whole.
#[derive(Clone)]
pub(crate) struct Unread(Arc<AtomicBool>);

impl Unread {
    /// Begins to watch a request's body.
    pub(crate) fn watch(request: Request) -> (Request, Unread) {
        let whole = Arc::new(AtomicBool::new(request.body().is_end_stream()));
        let unread = Unread(Arc::clone(&whole));
        let watched = request.map(|body| match unread.is_left() {
            true => Body::new(Watched { body, whole }),
            false => body,
        });
        (watched, unread)
    }

    /// There is more to come than was read.
    pub(crate) fn is_left(&self) -> bool {
        !self.0.load(Ordering::Relaxed)
    }
}

struct Watched {
    body: Body,
    whole: Arc<AtomicBool>,
}

impl HttpBody for Watched {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        if matches!(polled, Poll::Ready(None)) || self.body.is_end_stream() {
            self.whole.store(true, Ordering::Relaxed);
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
