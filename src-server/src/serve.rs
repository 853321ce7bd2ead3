//! Putting a server on a listener until it is told to stop, and sweeping its folder meanwhile.
//!
//! A connection has a limited time for each request's head, which is also how long it may idle between
//! two requests; bodies have limits of their own (see `http::body`). There are so many connections at a
//! time and no more: further callers wait in the system's queue until one ends. One address has only a part of them
//! (see `http::places`); what it opens beyond that is closed at once.

use std::{future::Future, io, sync::Arc, time::Duration};

use axum::{
    extract::{ConnectInfo, Request},
    serve::{Listener as _, ListenerExt as _},
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use tokio::{net::TcpListener, sync::Semaphore, task::JoinSet};
use tower::ServiceExt as _;

use crate::{App, http::places::Places, sweep};

/// Serves until `shutdown` is done, then lets requests under way end, for `limits.stop_seconds` at most.
///
/// # Errors
/// None so far: what fails for one connection is that connection's end.
pub async fn serve(app: App, listener: TcpListener, shutdown: impl Future<Output = ()> + Send + 'static) -> io::Result<()> {
    let limits = app.limits().clone();
    let mut listener = listener.tap_io(|stream| {
        // Answers are small and awaited; a failure here only makes them slower.
        let _ = stream.set_nodelay(true);
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(Duration::from_secs(limits.header_seconds));
    let router = app.router();
    let places = Arc::new(Semaphore::new(limits.connections.max(1)));
    let by_address = Places::new(app.connections_per_address());
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    let sweeping = tokio::spawn(sweep::for_ever(app.clone()));
    tokio::pin!(shutdown);
    loop {
        let next = async {
            let place = Arc::clone(&places).acquire_owned().await;
            (place, listener.accept().await)
        };
        let (place, (stream, peer)) = tokio::select! {
            () = &mut shutdown => break,
            next = next => next,
            Some(_) = connections.join_next() => continue,
        };
        let Some(own) = by_address.take(peer.ip()) else { continue };
        let router = router.clone();
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            router.clone().oneshot(request)
        });
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection broke off");
            }
            drop((place, own));
        });
    }
    drop(listener);
    sweeping.abort();
    if tokio::time::timeout(Duration::from_secs(limits.stop_seconds), graceful.shutdown()).await.is_err() {
        tracing::warn!("stopped with requests still under way");
    }
    connections.shutdown().await;
    // It holds the data folder until it has ended.
    let _ = sweeping.await;
    Ok(())
}
