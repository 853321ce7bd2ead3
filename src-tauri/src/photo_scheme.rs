//! Serves pictures and videos to the page: `photo://localhost/<attachment id or media hash>`, with `?small` a small
//! copy of a picture or of a video's poster. A player asks for a video in parts (`Range`, RFC 9110, 14).
//!
//! The path is parsed into an id or a hash and written anew from it, so nothing that could name a file
//! gets through. Whatever can't be shown is a 404: the page needs no reason.

use pakn_api::{
    id::{AttachmentId, MediaHash},
    ipc::PREVIEW,
    model::report::MediaKind,
};
use pakn_core::{Part, Wanted};
use tauri::{
    Manager, Runtime, UriSchemeContext, UriSchemeResponder,
    http::{Method, Request, Response, StatusCode, header},
};

use crate::Core;

/// Answers a request as soon as the core has the picture.
pub(crate) fn serve<R: Runtime>(context: UriSchemeContext<'_, R>, request: Request<Vec<u8>>, responder: UriSchemeResponder) {
    let app = context.app_handle().clone();
    tauri::async_runtime::spawn(async move {
        let (small, wanted) = (request.uri().query() == Some(PREVIEW), wanted(&request));
        let part = match name(&request) {
            Some(name) => part(&app.state::<Core>(), &name, small, wanted).await,
            None => None,
        };
        responder.respond(response(part, !small && wanted != Wanted::All));
    });
}

/// Which bytes are asked for; whoever asks in a way that isn't understood gets all.
fn wanted(request: &Request<Vec<u8>>) -> Wanted {
    let asked = || {
        let range = request.headers().get(header::RANGE)?.to_str().ok()?.strip_prefix("bytes=")?;
        let (first, last) = range.split_once('-')?;
        match (first, last) {
            ("", length) => Some(Wanted::Last(length.parse().ok()?)),
            (first, "") => Some(Wanted::From(first.parse().ok()?, None)),
            (first, last) => Some(Wanted::From(first.parse().ok()?, Some(last.parse().ok()?))),
        }
    };
    asked().unwrap_or(Wanted::All)
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

async fn part(core: &Core, name: &str, small: bool, wanted: Wanted) -> Option<Part> {
    let client = core.client().await.ok()?;
    if !small {
        return client.part(name, wanted).await.ok();
    }
    let jpeg = client.preview(name).await.ok()?;
    Some(Part { kind: MediaKind::Jpeg, start: 0, total: jpeg.len() as u64, bytes: jpeg.into() })
}

fn response(part: Option<Part>, in_parts: bool) -> Response<Vec<u8>> {
    let Some(Part { kind, start, bytes, total }) = part else {
        return plain(StatusCode::NOT_FOUND, Vec::new());
    };
    let last = start + (bytes.len() as u64).saturating_sub(1);
    let mut response = plain(if in_parts { StatusCode::PARTIAL_CONTENT } else { StatusCode::OK }, bytes.to_vec());
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, header::HeaderValue::from_static(kind.mime()));
    headers.insert(header::ACCEPT_RANGES, header::HeaderValue::from_static("bytes"));
    if in_parts && let Ok(range) = header::HeaderValue::from_str(&format!("bytes {start}-{last}/{total}")) {
        headers.insert(header::CONTENT_RANGE, range);
    }
    response
}

fn plain(status: StatusCode, body: Vec<u8>) -> Response<Vec<u8>> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, header::HeaderValue::from_static("nosniff"));
    // The page makes a still of a video, for which it must be let read what it drew. Nobody else asks this scheme.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, header::HeaderValue::from_static("*"));
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

    fn part(kind: MediaKind, start: u64, bytes: &'static [u8], total: u64) -> Option<Part> {
        Some(Part { kind, start, bytes: bytes.into(), total })
    }

    #[test]
    fn a_picture_is_a_jpeg_and_nothing_else() {
        let there = response(part(MediaKind::Jpeg, 0, &[1, 2, 3], 3), false);
        assert_eq!((there.status(), there.body().as_slice()), (StatusCode::OK, &[1, 2, 3][..]));
        assert_eq!(there.headers()[header::CONTENT_TYPE], "image/jpeg");
        assert_eq!(there.headers()[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(there.headers()[header::CACHE_CONTROL], "no-store");
        let missing = response(None, false);
        assert_eq!((missing.status(), missing.body().len()), (StatusCode::NOT_FOUND, 0));
    }

    #[test]
    fn a_video_comes_in_the_parts_that_are_asked_for() {
        let answer = response(part(MediaKind::Mp4, 5, &[5, 6, 7], 100), true);
        assert_eq!((answer.status(), answer.body().as_slice()), (StatusCode::PARTIAL_CONTENT, &[5, 6, 7][..]));
        assert_eq!(answer.headers()[header::CONTENT_TYPE], "video/mp4");
        assert_eq!(answer.headers()[header::CONTENT_RANGE], "bytes 5-7/100");
        let table = [
            (None, Wanted::All),
            (Some("bytes=0-"), Wanted::From(0, None)),
            (Some("bytes=0-1"), Wanted::From(0, Some(1))),
            (Some("bytes=-500"), Wanted::Last(500)),
            (Some("bytes=-"), Wanted::All),
            (Some("bytes=1-2,5-6"), Wanted::All),
            (Some("bytes=99999999999999999999-"), Wanted::All),
            (Some("lines=1-2"), Wanted::All),
        ];
        for (range, expected) in table {
            let mut request = request(Method::GET, "photo://localhost/a");
            if let Some(range) = range {
                request.headers_mut().insert(header::RANGE, header::HeaderValue::from_static(range));
            }
            assert_eq!(wanted(&request), expected, "{range:?}");
        }
    }
}
