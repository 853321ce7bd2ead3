//! Files: stored whole or not at all, once, and only for those who sent them.

use std::time::Duration;

use axum::{
    body::Body,
    http::{Method, header},
};
use bytes::Bytes;
use futures::stream;
use pakn_api::{
    ErrorCode,
    model::{
        photo::MAX_UPLOAD_BYTES,
        report::{MediaKind, MediaRef},
        status::ReportStatus,
    },
    wire::{Receipt, path, tus},
};

use pakn_server::Limits;
use tokio::sync::oneshot;

use crate::common::{ALICE, BOB, Server, announce, bare, creation, hash, jpeg, json, new_upload, patch, put, report};

/// Every file below the media folder.
pub(crate) fn files(server: &Server) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for shard in std::fs::read_dir(server.data().join("media")).unwrap() {
        found.extend(std::fs::read_dir(shard.unwrap().path()).unwrap().map(|file| file.unwrap().path()));
    }
    found
}

/// A body that comes in pieces, and then perhaps breaks off.
pub(crate) fn dripping(file: &[u8], piece: usize, broken: bool) -> Body {
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
        let stored = server.send(creation(&token, None, hash(&file), bytes, dripping(&file, 60_001, false))).await.must_be_ok();
        assert_eq!(stored.headers[tus::OFFSET], bytes.to_string());
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
    let longer = jpeg(3, 1_001);
    let table = [
        (put(&token, hash(b"other"), file.clone()), ErrorCode::HashMismatch),
        (put(&token, hash(b"other"), jpeg(3, 1_000)), ErrorCode::HashMismatch),
        (put(&token, hash(&png), png.clone()), ErrorCode::MediaUnsupported),
        (put(&token, hash(b""), Vec::new()), ErrorCode::BadRequest),
        (put(&token, hash(b"\xff"), b"\xff".to_vec()), ErrorCode::MediaUnsupported),
        (put(&token, hash(&big), big.clone()), ErrorCode::TooLarge),
        (creation(&token, None, hash(&big), big.len(), dripping(&big, 400_000, false)), ErrorCode::TooLarge),
        (creation(&token, None, hash(&longer), 1_000, longer.clone()), ErrorCode::TooLarge),
    ];
    for (row, (request, code)) in table.into_iter().enumerate() {
        assert_eq!(server.send(request).await.problem().code, code, "row {row}");
        assert_eq!(files(&server), Vec::<std::path::PathBuf>::new(), "row {row}");
    }
    let just_fits = jpeg(4, usize::try_from(MAX_UPLOAD_BYTES).unwrap());
    server.put(&token, &just_fits).await.must_be_ok();
}

fn boxed(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&u32::try_from(content.len() + 8).unwrap().to_be_bytes(), &kind[..], content].concat()
}

/// Bytes that pass for a bare video, of so many bytes of sound and pictures.
pub(crate) fn video(brand: &[u8; 4], more: &[u8], bytes: usize) -> Vec<u8> {
    let handler = boxed(b"hdlr", &[&[0; 8][..], b"vide", &[0; 13]].concat());
    let movie = [boxed(b"mvhd", &[0; 100]), boxed(b"trak", &boxed(b"mdia", &handler)), more.to_vec()].concat();
    let samples: Vec<u8> = (0..bytes).map(|nth| u8::try_from(nth % 251).unwrap()).collect();
    [boxed(b"ftyp", &[&brand[..], &[0; 4], brand].concat()), boxed(b"moov", &movie), boxed(b"mdat", &samples)].concat()
}

#[tokio::test]
async fn videos_are_taken_when_they_hold_nothing_else() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    // Larger than a picture may be, in one request and in two.
    let large = usize::try_from(MAX_UPLOAD_BYTES).unwrap() + 100_000;
    for (brand, mime, bytes) in [(b"isom", "video/mp4", large), (b"qt  ", "video/quicktime", 2_000)] {
        let file = video(brand, &[], bytes);
        server.put(&token, &file).await.must_be_ok();
        let got = server.get(&token, &path::medium(hash(&file))).await.must_be_ok();
        assert_eq!((&got.headers[header::CONTENT_TYPE], got.body == file), (&mime.parse().unwrap(), true));
        let mut body = report(&[]);
        let kind = if mime == "video/mp4" { MediaKind::Mp4 } else { MediaKind::Mov };
        body.submission.media = vec![MediaRef { kind, duration_ms: Some(8_000), ..announce(&file) }];
        let receipt: Receipt = server.post(&token, &body).await.must_be_ok().json();
        assert!(receipt.received_at.is_some());
        server.set_status(body.report_id, ReportStatus::Accepted).await;
        let public = server.send(bare(Method::GET, &path::public_medium(hash(&file)), None)).await.must_be_ok();
        assert_eq!((&public.headers[header::CONTENT_TYPE], public.body == file), (&mime.parse().unwrap(), true));
    }
    let kept = files(&server).len();
    let place = boxed(b"udta", &boxed(b"\xa9xyz", b"+14.3497+108.0005/"));
    let (told, broken) = (video(b"isom", &place, 3_000), video(b"isom", &[], 3_000)[..2_000].to_vec());
    for file in [&told, &broken] {
        server.put(&token, file).await.must_be(ErrorCode::MediaUnsupported);
        let id = new_upload();
        server.send(creation(&token, Some(id), hash(file), file.len(), file[..900].to_vec())).await.must_be_ok();
        server.send(patch(&token, id, 900, file[900..].to_vec())).await.must_be(ErrorCode::MediaUnsupported);
        assert_eq!(files(&server).len(), kept);
    }
    let heic = [b"\0\0\0\x18ftypheic".as_slice(), &[0; 100]].concat();
    server.put(&token, &heic).await.must_be(ErrorCode::MediaUnsupported);
}

/// A body of which nothing ever comes, and what resolves when nobody wants it any more.
pub(crate) fn endless() -> (Body, oneshot::Receiver<()>) {
    let (held, dropped) = oneshot::channel();
    let body = stream::once(async move {
        let _held = held;
        std::future::pending::<Result<Bytes, std::io::Error>>().await
    });
    (Body::from_stream(body), dropped)
}

#[tokio::test]
async fn a_body_that_stops_coming_or_takes_too_long_is_given_up() {
    let changes: [fn(&mut Limits); 2] =
        [|limits| limits.idle_seconds = 0, |limits| (limits.body_seconds, limits.small_body_seconds) = (0, 0)];
    for change in changes {
        let server = Server::start_with(|config| change(&mut config.limits)).await;
        let token = server.sign_in(ALICE).await;
        let mut report = json(Method::POST, path::REPORTS, Some(&token), &());
        *report.body_mut() = endless().0;
        for request in [creation(&token, None, hash(b"x"), 9, endless().0), report] {
            let answer = tokio::time::timeout(Duration::from_secs(10), server.send(request)).await.unwrap();
            answer.must_be(ErrorCode::Unavailable);
        }
    }
}

#[tokio::test]
async fn the_rest_of_a_refused_body_is_not_awaited_for_ever() {
    let server = Server::start_with(|config| config.limits.small_body_seconds = 0).await;
    let (body, dropped) = endless();
    server.send(creation("x", None, hash(b"x"), 9, body)).await.must_be(ErrorCode::Unauthenticated);
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
    let begun = server.send(creation(&bob, None, hash(&file), file.len(), Body::empty())).await.must_be_ok();
    assert_eq!(begun.headers[tus::OFFSET], "0");
    server.send(put(&bob, hash(&file), jpeg(2, 10_000))).await.must_be(ErrorCode::HashMismatch);
    server.get(&bob, &path::medium(hash(&file))).await.must_be(ErrorCode::NotFound);
    server.put(&bob, &file).await.must_be_ok();
    server.put(&bob, &file).await.must_be_ok();
    assert!(server.get(&bob, &path::medium(hash(&file))).await.must_be_ok().body == file);
    // Beside it there is the one that was begun and not gone on with.
    assert_eq!(files(&server).len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_all_arrive() {
    let server = Server::start_with(|config| config.limits.uploads_per_user = 100).await;
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
