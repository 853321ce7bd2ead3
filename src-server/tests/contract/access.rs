//! The access matrix: every method of every path that is mounted, tried by everyone who might try it.
//!
//! It runs over the server's own table of routes; a route that has no row here fails the test.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use pakn_api::{
    ErrorCode,
    id::OpId,
    wire::{path, tus},
};
use pakn_server::Access;

use crate::common::{ALICE, BOB, Server, bare, creation, hash, jpeg, json, new_upload, patch, put, report, upload};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Caller {
    Nobody,
    MalformedToken,
    UnknownToken,
    RevokedToken,
    AnotherCitizen,
    Owner,
}

const CALLERS: [Caller; 6] =
    [Caller::Nobody, Caller::MalformedToken, Caller::UnknownToken, Caller::RevokedToken, Caller::AnotherCitizen, Caller::Owner];

/// What a well-formed call of each route looks like, and how it succeeds.
async fn well_formed(
    server: &Server,
    owner: &str,
    seed: u32,
    method: &Method,
    path: &str,
) -> Option<(Request<Body>, StatusCode)> {
    let file = jpeg(seed, 2_000);
    let theirs = report(&[&file]);
    let of_owner = |template: &str| {
        template.replace("{report_id}", &theirs.report_id.to_string()).replace("{sha256}", &hash(&file).to_string())
    };
    let anonymous = |mut request: Request<Body>| {
        request.headers_mut().remove("authorization");
        request
    };
    if path == path::UPLOAD {
        let (id, bytes) = (new_upload(), jpeg(seed + 1_000, 100));
        server.send(creation(owner, Some(id), hash(&bytes), 100, bytes[..50].to_vec())).await.must_be_ok();
        let about = |method| anonymous(upload(method, "", id));
        let more = || anonymous(patch("", id, 50, bytes[50..60].to_vec()));
        return Some(match *method {
            Method::HEAD => (about(Method::HEAD), StatusCode::OK),
            Method::DELETE => (about(Method::DELETE), StatusCode::NO_CONTENT),
            Method::PATCH => (more(), StatusCode::NO_CONTENT),
            Method::POST => {
                let mut request = more();
                request.headers_mut().insert("x-http-method-override", "PATCH".parse().unwrap());
                (request, StatusCode::NO_CONTENT)
            }
            _ => return None,
        });
    }
    if path.contains('{') {
        server.put(owner, &file).await.must_be_ok();
        server.post(owner, &theirs).await.must_be_ok();
    }
    let get = |template: &str| bare(method.clone(), &of_owner(template), None);
    Some(match (method.as_str(), path) {
        ("GET", path::HEALTH) => (get(path), StatusCode::NO_CONTENT),
        ("GET", path::OPENAPI | path::JURISDICTION | path::FIELDS | path::KEYS | path::SESSION | path::CHANGES) => {
            (get(path), StatusCode::OK)
        }
        ("GET", path::REPORT | path::RECEIPT | path::MEDIUM) | ("HEAD", path::MEDIUM) => (get(path), StatusCode::OK),
        ("POST", path::SESSION) => {
            let body = serde_json::json!({ "phone": ALICE, "password": crate::common::PASSWORD });
            (json(Method::POST, path, None, &body), StatusCode::CREATED)
        }
        ("DELETE", path::SESSION) => (get(path), StatusCode::NO_CONTENT),
        ("OPTIONS", path::UPLOADS) => (get(path), StatusCode::NO_CONTENT),
        ("POST", path::UPLOADS) => (anonymous(put("", hash(&file), file)), StatusCode::CREATED),
        ("POST", path::REPORTS) => {
            let mut new = report(&[]);
            new.op_id = OpId::new(3, rand::random());
            (json(Method::POST, path, None, &new), StatusCode::CREATED)
        }
        _ => return None,
    })
}

/// Every mounted method and path, with who may call it. `GET` answers `HEAD` where no row of its own does.
fn mounted() -> Vec<(Method, &'static str, Access)> {
    let rows: Vec<_> = pakn_server::routes().iter().map(|row| (row.method.clone(), row.path, row.access)).collect();
    let own_head = |path| rows.iter().any(|(method, at, _)| *method == Method::HEAD && *at == path);
    let implied = rows.iter().filter(|(method, path, _)| *method == Method::GET && !own_head(*path));
    let implied: Vec<_> = implied.map(|(_, path, access)| (Method::HEAD, *path, *access)).collect();
    [rows, implied].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_gets_what_the_table_says_and_nothing_else() {
    let server = Server::start().await;
    let (mut owner, mut another) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let revoked = server.sign_in(ALICE).await;
    server.send(bare(Method::DELETE, path::SESSION, Some(&revoked))).await.must_be_ok();
    for (seed, (method, path, access)) in (0_u32..).zip(mounted()) {
        for caller in CALLERS {
            let asked =
                if method == Method::HEAD && path != path::MEDIUM && path != path::UPLOAD { &Method::GET } else { &method };
            let call = well_formed(&server, &owner, seed, asked, path).await;
            let (mut request, success) = call.unwrap_or_else(|| panic!("{method} {path} has no row in the access matrix"));
            *request.method_mut() = method.clone();
            let token = match caller {
                Caller::Nobody => None,
                Caller::MalformedToken => Some("x".to_owned()),
                Caller::UnknownToken => Some("0".repeat(64)),
                Caller::RevokedToken => Some(revoked.clone()),
                Caller::AnotherCitizen => Some(another.clone()),
                Caller::Owner => Some(owner.clone()),
            };
            if let Some(token) = token {
                request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
            }
            let expected = match (access, caller) {
                (Access::Public, _) | (_, Caller::Owner) | (Access::Citizen, Caller::AnotherCitizen) => success,
                (Access::Owner, Caller::AnotherCitizen) => StatusCode::NOT_FOUND,
                (Access::Citizen | Access::Owner, _) => StatusCode::UNAUTHORIZED,
            };
            let answer = server.send(request).await;
            assert_eq!(answer.status, expected, "{method} {path} as {caller:?}: {}", answer.text());
            if !expected.is_success() && method != Method::HEAD {
                let code = if expected == StatusCode::NOT_FOUND { ErrorCode::NotFound } else { ErrorCode::Unauthenticated };
                answer.must_be(code);
            }
            match (&method, path, caller) {
                (&Method::DELETE, path::SESSION, Caller::Owner) => owner = server.sign_in(ALICE).await,
                (&Method::DELETE, path::SESSION, Caller::AnotherCitizen) => another = server.sign_in(BOB).await,
                _ => {}
            }
        }
    }
}

#[tokio::test]
async fn what_is_anothers_looks_just_like_what_is_not_there() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let file = jpeg(1, 2_000);
    let (theirs, nowhere) = (report(&[&file]), report(&[&jpeg(2, 10)]));
    server.put(&alice, &file).await.must_be_ok();
    server.post(&alice, &theirs).await.must_be_ok();
    let paths = |one: &pakn_api::wire::CreateReport| {
        [path::report(one.report_id), path::receipt(one.report_id), path::medium(one.submission.media[0].sha256)]
    };
    for (theirs, nowhere) in paths(&theirs).iter().zip(paths(&nowhere)) {
        let (theirs, nowhere) = (server.get(&bob, theirs).await, server.get(&bob, &nowhere).await);
        assert_eq!((theirs.status, theirs.body), (nowhere.status, nowhere.body));
    }
    let id = new_upload();
    server.send(creation(&alice, Some(id), hash(&file[1..]), 1_999, file[..50].to_vec())).await.must_be_ok();
    for request in [|id| upload(Method::DELETE, "", id), |id| patch("", id, 50, "")] {
        let ask = |id| {
            let mut request = request(id);
            request.headers_mut().insert("authorization", format!("Bearer {bob}").parse().unwrap());
            server.send(request)
        };
        let (theirs, nowhere) = (ask(id).await, ask(new_upload()).await);
        assert_eq!((theirs.status, theirs.body), (StatusCode::NOT_FOUND, nowhere.body));
    }
    server.send(upload(Method::HEAD, &alice, id)).await.must_be_ok();
    let page: pakn_api::wire::ChangePage = server.get(&bob, path::CHANGES).await.json();
    assert!(page.reports.is_empty());
}

#[tokio::test]
async fn what_is_not_in_the_table_is_told_in_the_contracts_words() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let table = [
        (Method::GET, "/", ErrorCode::NotFound),
        (Method::GET, "/v1/report", ErrorCode::NotFound),
        (Method::GET, "/v1/reports/", ErrorCode::NotFound),
        (Method::PATCH, path::SESSION, ErrorCode::MethodNotAllowed),
        (Method::GET, path::REPORTS, ErrorCode::MethodNotAllowed),
        (Method::GET, "/v1/reports/not-an-id", ErrorCode::BadRequest),
        (Method::GET, "/v1/reports/%FF/receipt", ErrorCode::BadRequest),
        (Method::GET, "/v1/media/ABCDEF", ErrorCode::BadRequest),
        (Method::PUT, "/v1/media/ABCDEF", ErrorCode::MethodNotAllowed),
        (Method::GET, "/v1/media/..%2f..%2fpakn.sqlite", ErrorCode::BadRequest),
        (Method::GET, "/v1/me/changes?after=-1", ErrorCode::BadRequest),
        (Method::GET, "/v1/me/changes?limit=0", ErrorCode::BadRequest),
        (Method::GET, "/v1/me/changes?limit=201", ErrorCode::BadRequest),
    ];
    for (method, path, code) in table {
        let answer = server.send(bare(method.clone(), path, Some(&token))).await;
        assert_eq!(answer.problem().code, code, "{method} {path}");
        assert!(answer.headers.contains_key("x-request-id"), "{method} {path}");
    }
    let table = [
        (Method::GET, path::UPLOADS, ErrorCode::MethodNotAllowed),
        (Method::GET, "/v1/uploads/not-an-id", ErrorCode::MethodNotAllowed),
        (Method::DELETE, "/v1/uploads/not-an-id", ErrorCode::BadRequest),
        (Method::DELETE, "/v1/uploads/a/b", ErrorCode::NotFound),
    ];
    for (method, path, code) in table {
        let mut request = bare(method.clone(), path, Some(&token));
        request.headers_mut().insert(tus::RESUMABLE, "1.0.0".parse().unwrap());
        assert_eq!(server.send(request).await.problem().code, code, "{method} {path}");
    }
}
