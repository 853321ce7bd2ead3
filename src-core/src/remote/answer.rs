//! Reading what came back, without trusting it: a portal, a proxy or a broken server may answer too.
//!
//! Bounded in size, and given up when nothing comes for a while; only idleness counts, never the whole
//! time. What a gateway in front of the server says in its own words is taken by its status.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use pakn_api::{ErrorCode, wire::Problem};
use reqwest::{Response, StatusCode, header};
use serde::{Deserialize, de::DeserializeOwned};

use super::RemoteError;

const PROBLEM_JSON: &str = "application/problem+json";
const JSON: &str = "application/json";
/// The largest JSON is a page of news: fifty reports with all that was said about them.
const MAX_JSON: usize = 16 * 1024 * 1024;
const MAX_PROBLEM: usize = 64 * 1024;
/// How long an answer may stand still before it is given up.
const STALL_TIMEOUT: Duration = Duration::from_secs(45);

fn media_type(response: &Response) -> &str {
    let value = response.headers().get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    value.split(';').next().unwrap_or("").trim()
}

/// Whether a PAKN server's own words of refusal follow.
pub(super) fn is_problem(response: &Response) -> bool {
    media_type(response) == PROBLEM_JSON
}

fn retry_after_ms(response: &Response) -> Option<u64> {
    let seconds = response.headers().get(header::RETRY_AFTER)?.to_str().ok()?.parse::<u64>().ok()?;
    Some(seconds.saturating_mul(1_000))
}

/// The error of a code that the answer gives without words.
pub(super) fn said(code: ErrorCode, response: &Response) -> RemoteError {
    RemoteError::Problem { problem: Problem::new(code, ""), retry_after_ms: retry_after_ms(response) }
}

/// What a status means that a gateway gave in the server's place. A portal's sign-in page has another.
fn of_gateway(response: &Response) -> RemoteError {
    match response.status() {
        StatusCode::PAYLOAD_TOO_LARGE => said(ErrorCode::TooLarge, response),
        StatusCode::TOO_MANY_REQUESTS => said(ErrorCode::RateLimited, response),
        StatusCode::INTERNAL_SERVER_ERROR
        | StatusCode::BAD_GATEWAY
        | StatusCode::SERVICE_UNAVAILABLE
        | StatusCode::GATEWAY_TIMEOUT => said(ErrorCode::Unavailable, response),
        _ => RemoteError::NotUnderstood,
    }
}

/// Passes what a PAKN server says on success, and turns everything else into an error.
pub(super) async fn checked(response: Response) -> Result<Response, RemoteError> {
    if response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED {
        return Ok(response);
    }
    if !is_problem(&response) {
        return Err(of_gateway(&response));
    }
    let (retry_after_ms, status, gateway) = (retry_after_ms(&response), response.status(), of_gateway(&response));
    let words = body(response, MAX_PROBLEM).await?;
    let problem = serde_json::from_slice::<Problem>(&words).or_else(|unknown| match serde_json::from_slice(&words) {
        Ok(NewerProblem { code: _ }) => Ok(Problem::new(of_status(status), "in words that this version doesn't know")),
        Err(_) => Err(unknown),
    });
    Err(problem.map_or(gateway, |problem| RemoteError::Problem { problem, retry_after_ms }))
}

/// A PAKN server's refusal whose code or details a newer version has brought.
#[derive(Deserialize)]
struct NewerProblem {
    #[expect(dead_code, reason = "that there is one tells the server's words from others'")]
    code: String,
}

fn of_status(status: StatusCode) -> ErrorCode {
    match status {
        StatusCode::UNAUTHORIZED => ErrorCode::Unauthenticated,
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        StatusCode::METHOD_NOT_ALLOWED => ErrorCode::MethodNotAllowed,
        StatusCode::PAYLOAD_TOO_LARGE => ErrorCode::TooLarge,
        StatusCode::UNSUPPORTED_MEDIA_TYPE => ErrorCode::MediaUnsupported,
        StatusCode::UNPROCESSABLE_ENTITY => ErrorCode::InvalidReport,
        StatusCode::TOO_MANY_REQUESTS => ErrorCode::RateLimited,
        failed if failed.is_server_error() => ErrorCode::Unavailable,
        _ => ErrorCode::BadRequest,
    }
}

/// The whole body, if it is no longer than `limit` bytes.
pub(super) async fn body(mut response: Response, limit: usize) -> Result<Bytes, RemoteError> {
    let mut all = BytesMut::new();
    loop {
        let piece = tokio::time::timeout(STALL_TIMEOUT, response.chunk()).await.map_err(|_| RemoteError::Lost)?;
        let Some(piece) = piece.map_err(|_| RemoteError::Lost)? else { return Ok(all.freeze()) };
        if all.len().saturating_add(piece.len()) > limit {
            return Err(RemoteError::NotUnderstood);
        }
        all.extend_from_slice(&piece);
    }
}

/// A JSON answer.
pub(super) async fn read<T: DeserializeOwned>(response: Response) -> Result<T, RemoteError> {
    if media_type(&response) != JSON {
        return Err(RemoteError::NotUnderstood);
    }
    serde_json::from_slice(&body(response, MAX_JSON).await?).map_err(|_| RemoteError::NotUnderstood)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "test")]
mod tests {
    use pakn_api::wire::SignIn;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;
    use crate::{
        remote::{Class, HttpRemote, Remote},
        secrets::Token,
    };

    /// Answers every request with the same bytes, and keeps the connection.
    async fn answering(answer: &'static str) -> HttpRemote {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let mut kept = Vec::new();
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = [0; 4_096];
                let _ = stream.read(&mut request).await;
                let _ = stream.write_all(answer.as_bytes()).await;
                kept.push(stream);
            }
        });
        HttpRemote::new(&url).unwrap()
    }

    #[tokio::test]
    async fn a_gateways_words_are_taken_by_their_status() {
        let table = [
            ("413 Too Big", Class::Refused(ErrorCode::TooLarge)),
            ("429 Slow", Class::Transient { retry_after_ms: Some(7_000) }),
            ("502 Bad", Class::Transient { retry_after_ms: Some(7_000) }),
            ("504 Late", Class::Transient { retry_after_ms: Some(7_000) }),
            ("511 Sign In", Class::Offline),
            ("401 Who", Class::Offline),
            ("403 No", Class::Offline),
            ("302 Portal", Class::Offline),
            ("204 Nothing", Class::Offline),
            ("200 Portal", Class::Offline),
        ];
        for (status, expected) in table {
            let answer = format!("HTTP/1.1 {status}\r\nretry-after: 7\r\ncontent-type: text/html\r\ncontent-length: 0\r\n\r\n");
            let remote = answering(answer.leak()).await;
            let error =
                remote.receipt(&Token::new("t".to_owned()), "0190b1b0-0000-7000-8000-000000000000".parse().unwrap()).await;
            assert_eq!(error.unwrap_err().classify(), expected, "{status}");
        }
    }

    #[tokio::test]
    async fn a_newer_servers_refusal_is_a_refusal_all_the_same() {
        let table = [
            (
                "422 No",
                r#"{"code":"invalid_report","status":422,"title":"","problems":["moon_phase"]}"#,
                ErrorCode::InvalidReport,
            ),
            ("403 No", r#"{"code":"not_a_resident","status":403,"title":""}"#, ErrorCode::BadRequest),
            ("409 No", r#"{"code":"op_id_reused","status":409,"title":"","more":1}"#, ErrorCode::OpIdReused),
        ];
        for (status, words, expected) in table {
            let head = format!("HTTP/1.1 {status}\r\ncontent-type: {PROBLEM_JSON}\r\ncontent-length: {}\r\n\r\n", words.len());
            let remote = answering(format!("{head}{words}").leak()).await;
            let refused =
                remote.receipt(&Token::new("t".to_owned()), "0190b1b0-0000-7000-8000-000000000000".parse().unwrap()).await;
            assert_eq!(refused.unwrap_err().classify(), Class::Refused(expected), "{status}");
        }
    }

    #[tokio::test]
    async fn only_a_pakn_servers_own_401_ends_a_session() {
        for (kind, expected) in [("text/html", Class::Offline), ("application/problem+json", Class::Auth)] {
            let answer = format!("HTTP/1.1 401 Who\r\ncontent-type: {kind}\r\ncontent-length: 9\r\n\r\n");
            let answered = answering(answer.leak()).await.upload_offset(&Token::new("t".to_owned()), "/v1/uploads/x").await;
            assert_eq!(answered.unwrap_err().classify(), expected, "{kind}");
        }
    }

    #[tokio::test]
    async fn an_answer_without_end_is_not_read_to_the_end() {
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99999999999\r\n\r\n";
        let endless = format!("{head}{}", " ".repeat(MAX_JSON + 1));
        let remote = answering(endless.leak()).await;
        let phone = pakn_api::model::phone::PhoneNumber::parse("0912345678").unwrap();
        let answered = remote.sign_in(&SignIn { phone, password: String::new(), device: None }).await;
        assert!(matches!(answered, Err(RemoteError::NotUnderstood)));
    }
}
