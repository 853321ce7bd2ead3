//! Serves pictures to the page: `photo://localhost/<attachment id or media hash>`, with `?small` a small
//! copy.
//!
//! The path is parsed into an id or a hash and written anew from it, so nothing that could name a file
//! gets through. Whatever can't be shown is a 404: the page needs no reason.

use pakn_api::{
    id::{AttachmentId, MediaHash},
    ipc::PREVIEW,
};
use tauri::{
    Manager, Runtime, UriSchemeContext, UriSchemeResponder,
    http::{Method, Request, Response, StatusCode, header},
};

use crate::Core;

/// Answers a request as soon as the core has the picture.
pub(crate) fn serve<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let picture = match name(&request) {
            Some(name) => picture(&app.state::<Core>(), &name, request.uri().query() == Some(PREVIEW)).await,
            None => None,
        };
        responder.respond(response(picture));
    });
}

/// The picture asked for, in the one way its id or hash is written.
fn name(request: &Request<Vec<u8>>) -> Option<String> {
    if request.method() != Method::GET {
        return None;
    }
    let path = request.uri().path().strip_prefix('/')?;
    let media = path.parse::<MediaHash>().map(|hash| hash.to_string());
    media.or_else(|_| path.parse::<AttachmentId>().map(|id| id.to_string())).ok()
}

async fn picture(core: &Core, name: &str, small: bool) -> Option<Vec<u8>> {
    let client = core.client().await.ok()?;
    if small { client.preview(name).await.ok() } else { client.photo(name).await.ok() }
}

fn response(picture: Option<Vec<u8>>) -> Response<Vec<u8>> {
    let (status, body) = picture.map_or((StatusCode::NOT_FOUND, Vec::new()), |jpeg| (StatusCode::OK, jpeg));
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    if status == StatusCode::OK {
        headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static("image/jpeg"));
    }
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    // A discarded picture must not live on in the webview's cache.
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static("no-store"));
    response
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    fn request(method: Method, uri: &str) -> Request<Vec<u8>> {
        Request::builder().method(method).uri(uri).body(Vec::new()).unwrap()
    }

    #[test]
    fn only_ids_and_hashes_are_asked_for() {
        let id = AttachmentId::new(7, [7; 10]).to_string();
        let hash = MediaHash::from_digest([0xab; 32]).to_string();
        let table = [
            (format!("photo://localhost/{id}"), Some(&id)),
            (format!("photo://localhost/{}", id.to_uppercase()), Some(&id)),
            (format!("http://photo.localhost/{hash}"), Some(&hash)),
            (format!("photo://localhost/{id}?small"), Some(&id)),
            ("photo://localhost/".to_owned(), None),
            ("photo://localhost/../kontums.db".to_owned(), None),
            ("photo://localhost/..%2Fkontums.db".to_owned(), None),
            (format!("photo://localhost/{id}/../token"), None),
            (format!("photo://localhost//{id}"), None),
            (format!("photo://localhost/{hash}0"), None),
        ];
        for (uri, expected) in table {
            assert_eq!(name(&request(Method::GET, &uri)).as_ref(), expected, "{uri}");
        }
        assert_eq!(name(&request(Method::POST, &format!("photo://localhost/{id}"))), None);
    }

    #[test]
    fn a_picture_is_a_jpeg_and_nothing_else() {
        let there = response(Some(vec![1, 2, 3]));
        assert_eq!((there.status(), there.body().as_slice()), (StatusCode::OK, &[1, 2, 3][..]));
        assert_eq!(there.headers()[header::CONTENT_TYPE], "image/jpeg");
        assert_eq!(there.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(there.headers()[header::CACHE_CONTROL], "no-store");
        let missing = response(None);
        assert_eq!((missing.status(), missing.body().len()), (StatusCode::NOT_FOUND, 0));
    }
}
