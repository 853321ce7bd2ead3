//! Files: stored whole or not at all, once, and only for those who sent them.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, header},
};
use bytes::Bytes;
use futures::{StreamExt as _, stream};
use pakn_api::{
    ErrorCode,
    model::photo::MAX_UPLOAD_BYTES,
    wire::{StoredMedium, path},
};

use pakn_server::Limits;
use tokio::sync::oneshot;

use crate::common::{ALICE, BOB, Server, bare, hash, jpeg, json, put};

/// Every file below the media folder.
fn files(server: &Server) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for shard in std::fs::read_dir(server.data().join("media")).unwrap() {
        found.extend(std::fs::read_dir(shard.unwrap().path()).unwrap().map(|file| file.unwrap().path()));
    }
    found
}

/// A body that comes in pieces, and then perhaps breaks off.
fn dripping(file: &[u8], piece: usize, broken: bool) -> Body {
    let pieces: Vec<_> = file.chunks(piece).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
    let end = broken.then(|| Err(std::io::Error::other("gone")));
    Body::from_stream(stream::iter(pieces.into_iter().chain(end)))
}

#[tokio::test]
async fn what_was_sent_comes_back_with_safe_headers() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    for (seed, bytes) in [(1, 16), (2, 300_000), (3, 5_000_000)] {
        let file = jpeg(seed, bytes);
        let stored: StoredMedium =
            server.send(put(&token, hash(&file), dripping(&file, 60_001, false))).await.must_be_ok().json();
        assert_eq!((stored.sha256, stored.bytes), (hash(&file), bytes as u64));
        let got = server.get(&token, &path::medium(hash(&file))).await.must_be_ok();
        assert!(got.body == file);
        let head = server.send(bare(Method::HEAD, &path::medium(hash(&file)), Some(&token))).await.must_be_ok();
        for answer in [&got, &head] {
            assert_eq!(answer.headers[header::CONTENT_TYPE], "image/jpeg");
            assert_eq!(answer.headers[header::CONTENT_LENGTH], bytes.to_string());
            assert_eq!(answer.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
            assert!(answer.headers[header::CACHE_CONTROL].to_str().unwrap().starts_with("private"));
        }
        assert!(head.body.is_empty());
    }
    assert_eq!(files(&server).len(), 3);
}

#[tokio::test]
async fn what_is_refused_leaves_nothing() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 3_000_000);
    let png = [&b"\x89PNG\r\n\x1a\n"[..], &[0; 100]].concat();
    let big = jpeg(2, usize::try_from(MAX_UPLOAD_BYTES).unwrap() + 1);
    let mut announced_big = put(&token, hash(&file), Body::empty());
    announced_big.headers_mut().insert(header::CONTENT_LENGTH, (MAX_UPLOAD_BYTES + 1).into());
    *announced_big.body_mut() = Body::from(big.clone());
    let table = [
        (put(&token, hash(b"other"), file.clone()), ErrorCode::HashMismatch),
        (put(&token, hash(b"other"), jpeg(3, 1_000)), ErrorCode::HashMismatch),
        (put(&token, hash(&file), dripping(&file, 500_000, true)), ErrorCode::BadRequest),
        (put(&token, hash(&png), png.clone()), ErrorCode::MediaUnsupported),
        (put(&token, hash(b""), Body::empty()), ErrorCode::MediaUnsupported),
        (put(&token, hash(b"\xff"), "\u{ff}"), ErrorCode::MediaUnsupported),
        (announced_big, ErrorCode::TooLarge),
        (put(&token, hash(&big), dripping(&big, 400_000, false)), ErrorCode::TooLarge),
    ];
    for (row, (request, code)) in table.into_iter().enumerate() {
        assert_eq!(server.send(request).await.problem().code, code, "row {row}");
        assert_eq!(files(&server), Vec::<std::path::PathBuf>::new(), "row {row}");
    }
    let just_fits = jpeg(4, usize::try_from(MAX_UPLOAD_BYTES).unwrap());
    server.put(&token, &just_fits).await.must_be_ok();
}

#[tokio::test]
async fn a_caller_who_goes_away_leaves_nothing() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 3_000_000);
    let first = Bytes::copy_from_slice(&file[..2_000_000]);
    let (reached_end, at_end) = tokio::sync::oneshot::channel();
    // Two pieces, then silence: by then the first has been written to disk.
    let body = stream::once(async { Ok::<_, std::io::Error>(first) }).chain(stream::once(async move {
        let _ = reached_end.send(());
        std::future::pending().await
    }));
    let request = put(&token, hash(&file), Body::from_stream(body));
    tokio::select! {
        _ = server.send(request) => panic!("the body never ends"),
        _ = at_end => {}
    }
    assert_eq!(files(&server).len(), 0);
    server.put(&token, &file).await.must_be_ok();
}

/// A body of which nothing ever comes, and what resolves when nobody wants it any more.
fn endless() -> (Body, oneshot::Receiver<()>) {
    let (held, dropped) = oneshot::channel();
    let body = stream::once(async move {
        let _held = held;
        std::future::pending::<Result<Bytes, std::io::Error>>().await
    });
    (Body::from_stream(body), dropped)
}

#[tokio::test]
async fn a_body_that_stops_coming_or_takes_too_long_is_given_up() {
    let changes: [fn(&mut Limits); 2] = [|limits| limits.idle_seconds = 0, |limits| limits.body_seconds = 0];
    for change in changes {
        let server = Server::start_with(|config| change(&mut config.limits)).await;
        let token = server.sign_in(ALICE).await;
        let mut report = json(Method::POST, path::REPORTS, Some(&token), &());
        *report.body_mut() = endless().0;
        for request in [put(&token, hash(b"x"), endless().0), report] {
            let answer = tokio::time::timeout(Duration::from_secs(10), server.send(request)).await.unwrap();
            answer.must_be(ErrorCode::Unavailable);
        }
    }
}

#[tokio::test]
async fn the_rest_of_a_refused_body_is_not_awaited_for_ever() {
    let server = Server::start_with(|config| config.limits.body_seconds = 0).await;
    let (body, dropped) = endless();
    server.send(put("x", hash(b"x"), body)).await.must_be(ErrorCode::Unauthenticated);
    assert!(tokio::time::timeout(Duration::from_secs(10), dropped).await.unwrap().is_err());
}

#[tokio::test]
async fn the_same_bytes_from_two_users_are_one_file_and_two_rights() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let file = jpeg(1, 10_000);
    server.put(&alice, &file).await.must_be_ok();
    server.get(&bob, &path::medium(hash(&file))).await.must_be(ErrorCode::NotFound);
    // Knowing the hash is not enough: without the bytes nothing is said and nothing is given.
    server.send(put(&bob, hash(&file), Body::empty())).await.must_be(ErrorCode::MediaUnsupported);
    server.send(put(&bob, hash(&file), jpeg(2, 10_000))).await.must_be(ErrorCode::HashMismatch);
    server.get(&bob, &path::medium(hash(&file))).await.must_be(ErrorCode::NotFound);
    server.put(&bob, &file).await.must_be_ok();
    server.put(&bob, &file).await.must_be_ok();
    assert!(server.get(&bob, &path::medium(hash(&file))).await.must_be_ok().body == file);
    assert_eq!(files(&server).len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_all_arrive() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let sent: Vec<_> = (0..100).map(|seed| jpeg(seed % 50, 20_000)).collect();
    for answer in futures::future::join_all(sent.iter().map(|file| server.put(&token, file))).await {
        answer.must_be_ok();
    }
    assert_eq!(files(&server).len(), 50);
}

#[tokio::test]
async fn what_a_crash_left_half_done_is_gone_after_the_start() {
    let server = Server::start().await;
    let left = server.data().join("media/incoming/left-over");
    std::fs::write(&left, b"\xff\xd8\xff half").unwrap();
    let server = server.restart().await;
    assert_eq!(files(&server).len(), 0);
}
