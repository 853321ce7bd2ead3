//! Server data with a version: built in, published, and asked for by tag.

use axum::http::{Method, StatusCode};
use pakn_api::{
    model::{catalogue::Catalogue, jurisdiction::Jurisdiction},
    wire::path,
};

use crate::common::{Answer, Server, bare};

async fn ask(server: &Server, path: &str, tag: Option<&str>) -> Answer {
    let mut request = bare(Method::GET, path, None);
    if let Some(tag) = tag {
        request.headers_mut().insert("if-none-match", tag.parse().unwrap());
    }
    server.send(request).await
}

#[tokio::test]
async fn a_tag_spares_the_body_until_something_is_published() {
    let server = Server::start().await;
    let first = ask(&server, path::FIELDS, None).await.must_be_ok();
    assert_eq!(first.json::<Catalogue>(), Catalogue::builtin());
    let tag = first.headers["etag"].to_str().unwrap();
    let still = ask(&server, path::FIELDS, Some(tag)).await;
    assert_eq!((still.status, still.body.len(), still.headers["etag"].to_str().unwrap()), (StatusCode::NOT_MODIFIED, 0, tag));

    let next = Catalogue { version: 2, ..Catalogue::builtin() };
    server.app.desk().publish(next.clone()).await.unwrap();
    let changed = ask(&server, path::FIELDS, Some(tag)).await.must_be_ok();
    assert_eq!(changed.json::<Catalogue>(), next);
    assert_ne!(changed.headers["etag"].to_str().unwrap(), tag);
}

#[tokio::test]
async fn the_profile_likewise() {
    let server = Server::start().await;
    let first = ask(&server, path::JURISDICTION, None).await.must_be_ok();
    assert_eq!(first.json::<Jurisdiction>(), Jurisdiction::builtin());
    let list = format!("\"other\", {}", first.headers["etag"].to_str().unwrap());
    assert_eq!(ask(&server, path::JURISDICTION, Some(&list)).await.status, StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn health_needs_no_token() {
    let server = Server::start().await;
    assert_eq!(ask(&server, path::HEALTH, None).await.status, StatusCode::NO_CONTENT);
}
