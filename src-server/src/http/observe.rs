//! What surrounds every request: an id, a line in the log, a deadline, and an answer even after a panic.
//!
//! The log knows the method, the path's *template*, status, time taken and request id. Concrete paths,
//! headers, bodies and addresses stay out of it: they hold ids, tokens, words and places of people.

use std::{any::Any, convert::Infallible, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request, State},
    http::HeaderName,
    middleware::{Next, from_fn_with_state},
    response::{IntoResponse as _, Response},
};
use http_body_util::BodyExt as _;
use pakn_api::ErrorCode;
use tokio::sync::oneshot;
use tower_http::{
    catch_panic::CatchPanicLayer,
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, RequestId, SetRequestIdLayer},
    trace::{DefaultOnRequest, TraceLayer},
};
use tracing::{Level, Span};

use super::{drain, tus};
use crate::{app::Shared, error::ApiError};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Puts all of it around a router.
pub(crate) fn surround(router: Router, app: &Shared) -> Router {
    let trace = TraceLayer::new_for_http()
        .make_span_with(span)
        .on_request(DefaultOnRequest::new().level(Level::TRACE))
        .on_response(|response: &Response, latency: Duration, _: &Span| {
            tracing::info!(
                status = response.status().as_u16(),
                ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX),
                "done"
            );
        })
        .on_failure(())
        .on_eos(());
    router
        .layer(CatchPanicLayer::custom(|_: Box<dyn Any + Send>| {
            ApiError::internal("a handler panicked", &"see the panic's own line").into_response()
        }))
        .layer(from_fn_with_state(app.clone(), deadline))
        .layer(axum::middleware::from_fn(tus::speak))
        .layer(from_fn_with_state(app.clone(), drain::after_answer))
        .layer(trace)
        .layer(PropagateRequestIdLayer::new(REQUEST_ID))
        .layer(SetRequestIdLayer::new(REQUEST_ID, MakeRequestUuid))
        .layer(axum::middleware::from_fn(own_request_ids))
}

/// A caller's own request id is not taken over: what is in the log is the server's.
async fn own_request_ids(mut request: Request, next: Next) -> Response {
    request.headers_mut().remove(REQUEST_ID);
    next.run(request).await
}

fn span(request: &Request<Body>) -> Span {
    let template = request.extensions().get::<MatchedPath>().map_or("(none)", MatchedPath::as_str);
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok()).unwrap_or("");
    tracing::info_span!("request", method = %request.method(), path = template, id)
}

/// An answer takes so long at most, counted from when the body has been read or is wanted no more: until
/// then [`Pieces`](super::body::Pieces) sets the pace.
async fn deadline(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let (unread, read) = oneshot::channel::<Infallible>();
    // The body owns the channel's end: dropping the one drops the other.
    let request = request.map(|body| {
        Body::new(body.map_err(move |error| {
            let _ = &unread;
            error
        }))
    });
    let late = async {
        let _ = read.await;
        tokio::time::sleep(Duration::from_secs(app.config.limits.handling_seconds)).await;
    };
    tokio::select! {
        biased;
        response = next.run(request) => response,
        () = late => ApiError::unavailable("it took too long").into_response(),
    }
}

/// No such path.
pub(crate) async fn no_such_path() -> ApiError {
    ApiError::not_found()
}

/// The path exists, the method doesn't.
pub(crate) async fn no_such_method() -> ApiError {
    ApiError::new(ErrorCode::MethodNotAllowed, "this path doesn't know the method")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use axum::{
        http::StatusCode,
        routing::{get, post},
    };
    use bytes::Bytes;
    use futures::{StreamExt as _, stream};
    use tower::ServiceExt as _;

    use super::*;
    use crate::{App, Config};

    #[tokio::test]
    async fn a_panic_and_an_endless_handler_are_answered_too() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::new(folder.path());
        config.limits.handling_seconds = 0;
        let app = App::open(config).await.unwrap();
        let routes = Router::new()
            .route("/panic", get(async || -> StatusCode { panic!("on purpose") }))
            .route("/endless", get(std::future::pending::<StatusCode>));
        let router = surround(routes, app.shared());
        for (path, code) in [("/panic", ErrorCode::Internal), ("/endless", ErrorCode::Unavailable)] {
            let response = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
            assert_eq!(response.status(), code.http_status(), "{path}");
            assert!(response.headers().contains_key(REQUEST_ID), "{path}");
            let body = axum::body::to_bytes(response.into_body(), 1_000).await.unwrap();
            let problem: pakn_api::wire::Problem = serde_json::from_slice(&body).unwrap();
            assert_eq!(problem.code, code, "{path}");
        }
    }

    #[tokio::test]
    async fn time_runs_from_when_the_body_has_been_read() {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::new(folder.path());
        config.limits.handling_seconds = 0;
        let app = App::open(config).await.unwrap();
        let routes = Router::new().route("/length", post(async |body: Bytes| body.len().to_string()));
        let slow = stream::iter(0..1_000).then(async |_| {
            tokio::task::yield_now().await;
            Ok::<_, std::io::Error>("x")
        });
        let request = Request::post("/length").body(Body::from_stream(slow)).unwrap();
        let response = surround(routes, app.shared()).oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(axum::body::to_bytes(response.into_body(), 10).await.unwrap(), "1000");
    }
}
