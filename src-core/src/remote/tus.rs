//! Resumable uploads over HTTP: the client's side of tus 1.0, against any server that speaks it.
//!
//! Three requests, none of which decides anything: when to ask again, and from where, is the outbox's. An
//! answer counts only with tus's own header on it, so that a portal's is never taken for success.

use bytes::Bytes;
use pakn_api::{
    ErrorCode,
    wire::{
        path,
        tus::{LENGTH, METADATA, Metadata, OFFSET, OFFSET_OCTET_STREAM, RESUMABLE, VERSION},
    },
};
use reqwest::{Method, RequestBuilder, Response, StatusCode, Url, header};

use super::{
    HttpRemote, NewUpload, OnSent, RemoteError, Upload,
    answer::{checked, is_problem, said},
};
use crate::secrets::Token;

pub(super) async fn create(
    http: &HttpRemote,
    token: &Token,
    new: NewUpload,
    first: Bytes,
    on_sent: OnSent,
) -> Result<Upload, RemoteError> {
    let metadata = Metadata { sha256: new.sha256, upload_id: Some(new.upload_id) };
    let request = http
        .request(Method::POST, path::UPLOADS, Some(token))
        .header(RESUMABLE, VERSION)
        .header(LENGTH, new.bytes)
        .header(METADATA, metadata.to_header());
    let answer = carrying(http, request, first, on_sent).await?;
    if answer.status() != StatusCode::CREATED {
        return Err(refused(answer).await);
    }
    let location = answer.headers().get(header::LOCATION).and_then(|value| value.to_str().ok());
    let url = location.and_then(|at| own(http, at)).ok_or(RemoteError::NotUnderstood)?;
    // A server that takes no bytes at the creation has none.
    let offset = number(&answer).filter(|_| ours(&answer)).unwrap_or(0);
    if ours(&answer) && offset <= new.bytes {
        Ok(Upload { url: url.path().to_owned(), offset })
    } else {
        Err(RemoteError::NotUnderstood)
    }
}

pub(super) async fn offset(http: &HttpRemote, token: &Token, url: &str) -> Result<Option<u64>, RemoteError> {
    let url = own(http, url).ok_or(RemoteError::NotUnderstood)?;
    let answer = http.ask(http.request_at(Method::HEAD, url, Some(token)).header(RESUMABLE, VERSION)).await?;
    match answer.status() {
        StatusCode::OK | StatusCode::NO_CONTENT if ours(&answer) => number(&answer).map(Some).ok_or(RemoteError::NotUnderstood),
        StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::FORBIDDEN if ours(&answer) => Ok(None),
        // An answer to HEAD has no body, so the words of a refusal are missing.
        StatusCode::UNAUTHORIZED if is_problem(&answer) => Err(said(ErrorCode::Unauthenticated, &answer)),
        _ => Err(refused(answer).await),
    }
}

pub(super) async fn append(
    http: &HttpRemote,
    token: &Token,
    url: &str,
    offset: u64,
    bytes: Bytes,
    on_sent: OnSent,
) -> Result<u64, RemoteError> {
    let url = own(http, url).ok_or(RemoteError::NotUnderstood)?;
    let request = http.request_at(Method::PATCH, url, Some(token)).header(RESUMABLE, VERSION).header(OFFSET, offset);
    let answer = carrying(http, request, bytes, on_sent).await?;
    match answer.status() {
        StatusCode::NO_CONTENT if ours(&answer) => number(&answer).ok_or(RemoteError::NotUnderstood),
        _ => Err(refused(answer).await),
    }
}

async fn carrying(http: &HttpRemote, request: RequestBuilder, bytes: Bytes, on_sent: OnSent) -> Result<Response, RemoteError> {
    if bytes.is_empty() {
        return http.ask(request.header(header::CONTENT_LENGTH, 0)).await;
    }
    http.ask_while_moving(request.header(header::CONTENT_TYPE, OFFSET_OCTET_STREAM), bytes, on_sent).await
}

/// An address on the server itself: the token goes nowhere else.
fn own(http: &HttpRemote, location: &str) -> Option<Url> {
    let url = http.base().join(location).ok()?;
    (url.origin() == http.base().origin()).then_some(url)
}

fn ours(answer: &Response) -> bool {
    answer.headers().get(RESUMABLE).is_some_and(|version| version == VERSION)
}

fn number(answer: &Response) -> Option<u64> {
    answer.headers().get(OFFSET)?.to_str().ok()?.parse().ok()
}

async fn refused(answer: Response) -> RemoteError {
    checked(answer).await.err().unwrap_or(RemoteError::NotUnderstood)
}
