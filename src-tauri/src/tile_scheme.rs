//! Gives the page the map's tiles: `tile://localhost/z/x/y` (`http://tile.localhost/…` on Android and Windows).
//!
//! Which tiles there are, where they come from and how long they are kept is the core's. Whatever can't be had is a
//! 404: the map is drawn without it.

use pakn_core::tiles::Tile;
use tauri::{
    Manager, Runtime, UriSchemeContext, UriSchemeResponder,
    http::{Method, Request, Response, StatusCode, header},
};

use crate::Core;

/// Answers a request as soon as the core has the tile.
pub(crate) fn serve<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let tile = match number(&request) {
            Some(number) => tile(&app.state::<Core>(), number).await,
            None => None,
        };
        responder.respond(response(tile));
    });
}

/// The tile's number as it is written in the address; the core reads it.
fn number(request: &Request<Vec<u8>>) -> Option<&str> {
    if request.method() != Method::GET || request.uri().query().is_some() {
        return None;
    }
    request.uri().path().strip_prefix('/')
}

async fn tile(core: &Core, number: &str) -> Option<Tile> {
    let tile = core.client().await.ok()?.tile(number).await;
    // Which tile it was would tell where somebody is looking.
    tile.inspect_err(|error| tracing::debug!(%error, "no tile")).ok()
}

fn response(tile: Option<Tile>) -> Response<Vec<u8>> {
    let (status, kind, body) = match tile {
        Some(tile) => (StatusCode::OK, Some(tile.kind.mime()), tile.bytes),
        None => (StatusCode::NOT_FOUND, None, Vec::new()),
    };
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if let Some(kind) = kind {
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    // Kept once, by the core, which knows how old it is.
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_core::tiles::ImageKind;

    use super::*;

    #[test]
    fn a_tile_is_asked_for_by_its_number_alone() {
        let request = |method, uri: &str| Request::builder().method(method).uri(uri).body(Vec::new()).unwrap();
        assert_eq!(number(&request(Method::GET, "tile://localhost/12/3276/1882")), Some("12/3276/1882"));
        assert_eq!(number(&request(Method::GET, "http://tile.localhost/12/3276/1882")), Some("12/3276/1882"));
        assert_eq!(number(&request(Method::GET, "tile://localhost/12/3276/1882?a")), None);
        assert_eq!(number(&request(Method::POST, "tile://localhost/12/3276/1882")), None);
    }

    #[test]
    fn what_is_given_is_called_what_it_is() {
        let there = response(Some(Tile { kind: ImageKind::Webp, bytes: vec![1] }));
        assert_eq!((there.status(), there.body().as_slice()), (StatusCode::OK, &[1][..]));
        assert_eq!(there.headers()[header::CONTENT_TYPE], "image/webp");
        assert_eq!(there.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(response(None).status(), StatusCode::NOT_FOUND);
    }
}
