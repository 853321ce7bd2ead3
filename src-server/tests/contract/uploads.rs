//! Resumable uploads: no byte that has arrived is sent twice, and none counts that didn't arrive.

use std::time::{Duration, SystemTime};

use axum::{
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use futures::{StreamExt as _, channel::mpsc, stream};
use pakn_api::{
    ErrorCode, Timestamp,
    id::UploadId,
    model::video::MAX_VIDEO_BYTES,
    wire::{Receipt, path, tus},
};
use sha2::{Digest as _, Sha256};

use crate::{
    common::{ALICE, Answer, BOB, Server, bare, creation, hash, jpeg, new_upload, patch, report, upload},
    media::{dripping, endless, files},
};

fn offset(answer: &Answer) -> usize {
    answer.headers[tus::OFFSET].to_str().unwrap().parse().unwrap()
}

/// How far the server says an upload is.
async fn asked(server: &Server, token: &str, id: UploadId) -> usize {
    let answer = server.send(upload(Method::HEAD, token, id)).await.must_be_ok();
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    offset(&answer)
}

async fn is_gone(server: &Server, token: &str, id: UploadId) {
    assert_eq!(server.send(upload(Method::HEAD, token, id)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(unfinished(server), Vec::<std::path::PathBuf>::new());
}

/// The files of unfinished uploads.
fn unfinished(server: &Server) -> Vec<std::path::PathBuf> {
    std::fs::read_dir(server.data().join("media/incoming")).unwrap().map(|file| file.unwrap().path()).collect()
}

async fn begun(server: &Server, token: &str, file: &[u8], first: usize) -> UploadId {
    let id = new_upload();
    let answer = server.send(creation(token, Some(id), hash(file), file.len(), file[..first].to_vec())).await.must_be_ok();
    assert_eq!((answer.status, offset(&answer)), (StatusCode::CREATED, first));
    assert_eq!(answer.headers[header::LOCATION], path::upload(id));
    id
}

fn with(mut request: Request<Body>, name: &'static str, value: &str) -> Request<Body> {
    request.headers_mut().insert(name, value.parse().unwrap());
    request
}

fn sha256_checksum(bytes: &[u8]) -> String {
    format!("sha256 {}", STANDARD.encode(Sha256::digest(bytes)))
}

#[tokio::test]
async fn what_is_understood_is_told_to_anyone() {
    let server = Server::start().await;
    let answer = server.send(bare(Method::OPTIONS, path::UPLOADS, None)).await.must_be_ok();
    for (name, value) in [
        (tus::VERSIONS, "1.0.0"),
        (tus::EXTENSION, "creation,creation-with-upload,checksum,expiration,termination"),
        (tus::CHECKSUM_ALGORITHM, "sha1,sha256"),
        (tus::MAX_SIZE, &MAX_VIDEO_BYTES.to_string()),
    ] {
        assert_eq!(answer.headers[name], value, "{name}");
    }
}

#[tokio::test]
async fn another_version_is_refused_with_the_right_one() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 100);
    let id = begun(&server, &token, &file, 20).await;
    let right = || [creation(&token, None, hash(&file), 100, ""), patch(&token, id, 20, "x"), upload(Method::DELETE, &token, id)];
    for mut request in right().map(|request| with(request, tus::RESUMABLE, "0.2.2")).into_iter().chain(right()) {
        if request.headers()[tus::RESUMABLE] == "1.0.0" {
            request.headers_mut().remove(tus::RESUMABLE);
        }
        let answer = server.send(request).await.must_be(ErrorCode::UnsupportedVersion);
        assert_eq!(answer.headers[tus::VERSIONS], "1.0.0");
    }
    assert_eq!(asked(&server, &token, id).await, 20);
}

#[tokio::test]
async fn a_creation_must_say_which_file_and_how_long() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 100);
    let good = || creation(&token, None, hash(&file), 100, file.clone());
    let without = |name: &str| {
        let mut request = good();
        request.headers_mut().remove(name);
        request
    };
    let too_long = (MAX_VIDEO_BYTES + 1).to_string();
    let table = [
        (without(tus::METADATA), ErrorCode::BadRequest),
        (with(good(), tus::METADATA, "filename YQ=="), ErrorCode::BadRequest),
        (with(good(), tus::METADATA, "sha256 YQ=="), ErrorCode::BadRequest),
        (without(tus::LENGTH), ErrorCode::BadRequest),
        (with(good(), tus::LENGTH, "0"), ErrorCode::BadRequest),
        (with(good(), tus::LENGTH, "+100"), ErrorCode::BadRequest),
        (with(good(), tus::LENGTH, &too_long), ErrorCode::TooLarge),
        (with(good(), tus::CHECKSUM, "md5 XrY7u+Ae7tCTyyK7j1rNww=="), ErrorCode::BadRequest),
        (without(header::CONTENT_TYPE.as_str()), ErrorCode::MediaUnsupported),
        (with(good(), "content-type", "image/jpeg"), ErrorCode::MediaUnsupported),
    ];
    for (row, (request, code)) in table.into_iter().enumerate() {
        assert_eq!(server.send(request).await.problem().code, code, "row {row}");
        assert_eq!(files(&server).len(), 0, "row {row}");
    }
    let named_by_the_server = server.send(good()).await.must_be_ok();
    let location = named_by_the_server.headers[header::LOCATION].to_str().unwrap();
    let id = location.strip_prefix("/v1/uploads/").unwrap().parse().unwrap();
    assert_eq!(asked(&server, &token, id).await, 100);
}

#[tokio::test]
async fn it_goes_on_where_it_broke_off_however_often() {
    let mut server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 3_000_000);
    let waiting = report(&[&file]);
    server.post(&token, &waiting).await.must_be_ok();
    let id = new_upload();
    let broken = creation(&token, Some(id), hash(&file), file.len(), dripping(&file[..700_001], 100_000, true));
    server.send(broken).await.must_be(ErrorCode::BadRequest);
    assert_eq!(asked(&server, &token, id).await, 700_001);
    for (end, broken) in [(700_002, false), (1_900_000, true), (2_999_999, false)] {
        server = server.restart().await;
        let at = asked(&server, &token, id).await;
        let answer = server.send(patch(&token, id, at, dripping(&file[at..end], 30_000, broken))).await;
        if !broken {
            assert_eq!(offset(&answer.must_be_ok()), end);
        }
        assert_eq!(asked(&server, &token, id).await, end);
    }
    let last = server.send(patch(&token, id, 2_999_999, file[2_999_999..].to_vec())).await.must_be_ok();
    assert_eq!((last.status, offset(&last)), (StatusCode::NO_CONTENT, 3_000_000));
    assert!(!last.headers.contains_key(tus::EXPIRES));
    assert!(server.get(&token, &path::medium(hash(&file))).await.must_be_ok().body == file);
    let receipt: Receipt = server.get(&token, &path::receipt(waiting.report_id)).await.must_be_ok().json();
    assert!(receipt.received_at.is_some());
    assert_eq!(files(&server).len(), 1);
    // Whoever lost the answer hears it again, later too.
    let server = server.restart().await;
    assert_eq!(asked(&server, &token, id).await, 3_000_000);
    assert_eq!(offset(&server.send(patch(&token, id, 3_000_000, "")).await.must_be_ok()), 3_000_000);
    server.send(patch(&token, id, 2_999_999, file[2_999_999..].to_vec())).await.must_be(ErrorCode::UploadConflict);
    server.send(patch(&token, id, 3_000_000, "x")).await.must_be(ErrorCode::TooLarge);
    let again = server.send(creation(&token, Some(id), hash(&file), file.len(), file.clone())).await.must_be_ok();
    assert_eq!((again.status, offset(&again)), (StatusCode::CREATED, 3_000_000));
    assert_eq!(files(&server).len(), 1);
}

#[tokio::test]
async fn a_creation_repeated_is_the_same_upload() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let (file, other) = (jpeg(1, 5_000), jpeg(2, 5_000));
    let id = begun(&server, &alice, &file, 2_000).await;
    for body in [Body::empty(), Body::from(file.clone()), dripping(&file, 100, true)] {
        let again = server.send(creation(&alice, Some(id), hash(&file), 5_000, body)).await.must_be_ok();
        assert_eq!((again.status, offset(&again)), (StatusCode::CREATED, 2_000));
        assert_eq!(again.headers[header::LOCATION], path::upload(id));
        assert!(again.headers.contains_key(tus::EXPIRES));
    }
    let of_others = [(hash(&other), 5_000), (hash(&file), 5_001)];
    for (hash, length) in of_others {
        server.send(creation(&alice, Some(id), hash, length, "")).await.must_be(ErrorCode::UploadConflict);
    }
    // Another's upload of the same name is another upload.
    let theirs = server.send(creation(&bob, Some(id), hash(&other), 5_000, other[..10].to_vec())).await.must_be_ok();
    assert_eq!(offset(&theirs), 10);
    assert_eq!((asked(&server, &alice, id).await, asked(&server, &bob, id).await), (2_000, 10));
    server.send(patch(&alice, id, 2_000, file[2_000..].to_vec())).await.must_be_ok();
    for (hash, length) in of_others {
        server.send(creation(&alice, Some(id), hash, length, "")).await.must_be(ErrorCode::UploadConflict);
    }
    assert!(server.get(&alice, &path::medium(hash(&file))).await.must_be_ok().body == file);
}

#[tokio::test]
async fn a_file_sent_before_is_finished_at_once_and_another_s_is_not() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let file = jpeg(1, 5_000);
    let half = begun(&server, &alice, &file, 2_500).await;
    server.put(&alice, &file).await.must_be_ok();
    let known = begun(&server, &alice, &file, 5_000).await;
    for (id, body) in [(new_upload(), Body::empty()), (half, Body::empty()), (known, Body::from(file.clone()))] {
        let answer = server.send(creation(&alice, Some(id), hash(&file), 5_000, body)).await.must_be_ok();
        assert_eq!((answer.status, offset(&answer)), (StatusCode::CREATED, 5_000));
        assert_eq!(asked(&server, &alice, id).await, 5_000);
    }
    assert_eq!(unfinished(&server).len(), 0);
    server.send(creation(&alice, None, hash(&file), 5_001, "")).await.must_be(ErrorCode::UploadConflict);
    begun(&server, &bob, &file, 0).await;
}

#[tokio::test]
async fn a_file_that_is_lost_is_taken_anew() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 5_000);
    server.put(&token, &file).await.must_be_ok();
    std::fs::write(&files(&server)[0], &file[..4_999]).unwrap();
    begun(&server, &token, &file, 100).await;
    server.put(&token, &file).await.must_be_ok();
    assert!(server.get(&token, &path::medium(hash(&file))).await.must_be_ok().body == file);
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_creations_at_once_are_one_upload() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    for seed in 0..8 {
        let (file, id) = (jpeg(seed, 400_000), new_upload());
        let create = || server.send(creation(&token, Some(id), hash(&file), file.len(), dripping(&file, 10_000, false)));
        for answer in futures::future::join_all((0..8).map(|_| create())).await {
            if answer.status != StatusCode::CREATED {
                answer.must_be(ErrorCode::Unavailable);
            }
        }
        assert!(unfinished(&server).len() <= 1);
        let at = asked(&server, &token, id).await;
        server.send(patch(&token, id, at, file[at..].to_vec())).await.must_be_ok();
        assert!(server.get(&token, &path::medium(hash(&file))).await.must_be_ok().body == file);
        assert_eq!(unfinished(&server).len(), 0);
    }
}

#[tokio::test]
async fn what_does_not_go_on_just_there_is_refused_and_changes_nothing() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 1_000);
    let id = begun(&server, &token, &file, 400).await;
    let rest = || file[400..].to_vec();
    let longer = [&file[400..], b"x"].concat();
    let without = |name: &str| {
        let mut request = patch(&token, id, 400, rest());
        request.headers_mut().remove(name);
        request
    };
    let table = [
        (patch(&token, id, 399, rest()), ErrorCode::UploadConflict),
        (patch(&token, id, 401, rest()), ErrorCode::UploadConflict),
        (patch(&token, id, 1_000, ""), ErrorCode::UploadConflict),
        (without(tus::OFFSET), ErrorCode::BadRequest),
        (with(patch(&token, id, 400, rest()), tus::OFFSET, "-1"), ErrorCode::BadRequest),
        (without("content-type"), ErrorCode::MediaUnsupported),
        (with(patch(&token, id, 400, rest()), "content-type", "image/jpeg"), ErrorCode::MediaUnsupported),
        (patch(&token, id, 400, longer.clone()), ErrorCode::TooLarge),
        (patch(&token, id, 400, dripping(&longer, 100, false)), ErrorCode::TooLarge),
        (patch(&token, new_upload(), 400, rest()), ErrorCode::NotFound),
    ];
    for (row, (request, code)) in table.into_iter().enumerate() {
        assert_eq!(server.send(request).await.problem().code, code, "row {row}");
        assert_eq!(asked(&server, &token, id).await, 400, "row {row}");
    }
    server.send(patch(&token, id, 400, rest())).await.must_be_ok();
}

#[tokio::test]
async fn a_piece_with_a_checksum_counts_as_a_whole_or_not_at_all() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 2_500_000);
    let id = new_upload();
    let create = |checksum: &[u8], body: &[u8]| {
        let request = creation(&token, Some(id), hash(&file), file.len(), dripping(body, 300_000, false));
        with(request, tus::CHECKSUM, &sha256_checksum(checksum))
    };
    let spoilt = [b"\0", &file[1..1_000]].concat();
    server.send(create(&file[..1_000], &spoilt)).await.must_be(ErrorCode::ChecksumMismatch);
    assert_eq!(asked(&server, &token, id).await, 0);
    // Created it is, so a repetition's bytes don't count.
    assert_eq!(offset(&server.send(create(&file[..1_000], &file[..1_000])).await.must_be_ok()), 0);
    let more = |at: usize, end: usize, checksum: &[u8], broken| {
        let request = patch(&token, id, at, dripping(&file[at..end], 300_000, broken));
        with(request, tus::CHECKSUM, &sha256_checksum(checksum))
    };
    assert_eq!(offset(&server.send(more(0, 1_000, &file[..1_000], false)).await.must_be_ok()), 1_000);
    server.send(more(1_000, 2_200_000, &file[..1_000], false)).await.must_be(ErrorCode::ChecksumMismatch);
    assert_eq!(asked(&server, &token, id).await, 1_000);
    server.send(more(1_000, 2_200_000, &file[1_000..2_200_000], true)).await.must_be(ErrorCode::BadRequest);
    assert_eq!(asked(&server, &token, id).await, 1_000);
    let unknown = with(patch(&token, id, 1_000, file[1_000..].to_vec()), tus::CHECKSUM, "md5 XrY7u+Ae7tCTyyK7j1rNww==");
    server.send(unknown).await.must_be(ErrorCode::BadRequest);
    server.send(more(1_000, 2_500_000, &file, false)).await.must_be(ErrorCode::ChecksumMismatch);
    assert_eq!(asked(&server, &token, id).await, 1_000);
    server.send(more(1_000, 2_500_000, &file[1_000..], false)).await.must_be_ok();
    assert!(server.get(&token, &path::medium(hash(&file))).await.must_be_ok().body == file);
}

#[tokio::test]
async fn a_file_that_proves_to_be_another_is_gone_and_can_be_begun_anew() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 100_000);
    let id = begun(&server, &token, &file, 50_000).await;
    server.send(patch(&token, id, 50_000, jpeg(2, 50_000))).await.must_be(ErrorCode::HashMismatch);
    is_gone(&server, &token, id).await;
    let no_jpeg = [b"GIF89a", &file[6..]].concat();
    for first in [0, 1, 5, 15] {
        let id = begun(&server, &token, &no_jpeg, first).await;
        server.send(patch(&token, id, first, no_jpeg[first..20].to_vec())).await.must_be(ErrorCode::MediaUnsupported);
        is_gone(&server, &token, id).await;
    }
    let again = server.send(creation(&token, Some(id), hash(&file), file.len(), file[..10].to_vec())).await.must_be_ok();
    assert_eq!(offset(&again), 10);
}

#[tokio::test]
async fn bytes_spoilt_while_the_server_was_off_are_found() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 100_000);
    let id = begun(&server, &token, &file, 50_000).await;
    let mut spoilt = file[..50_000].to_vec();
    spoilt[40_000..].fill(0);
    std::fs::write(&unfinished(&server)[0], spoilt).unwrap();
    let server = server.restart().await;
    server.send(patch(&token, id, 50_000, file[50_000..].to_vec())).await.must_be(ErrorCode::HashMismatch);
    is_gone(&server, &token, id).await;
}

/// A body of what is sent into the channel.
fn channel() -> (mpsc::UnboundedSender<Bytes>, Body) {
    let (send, pieces) = mpsc::unbounded();
    (send, Body::from_stream(pieces.map(Ok::<_, std::io::Error>)))
}

#[tokio::test]
async fn a_newer_request_takes_over_and_nothing_of_the_older_comes_after_it() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 10_000);
    for newer in [Method::HEAD, Method::PATCH, Method::POST, Method::DELETE] {
        let id = begun(&server, &token, &file, 100).await;
        let (sender, body) = channel();
        sender.unbounded_send(Bytes::copy_from_slice(&file[100..600])).unwrap();
        let older = server.send(patch(&token, id, 100, body));
        tokio::pin!(older);
        // Its bytes are written, though it goes on.
        let path = unfinished(&server).remove(0);
        while std::fs::metadata(&path).unwrap().len() < 600 {
            assert!(futures::poll!(&mut older).is_pending());
            tokio::task::yield_now().await;
        }
        let request = match newer {
            Method::PATCH => patch(&token, id, 600, file[600..700].to_vec()),
            Method::POST => creation(&token, Some(id), hash(&file), 10_000, file.clone()),
            _ => upload(newer.clone(), &token, id),
        };
        let answer = server.send(request).await.must_be_ok();
        let at = if newer == Method::PATCH { 700 } else { 600 };
        if newer != Method::DELETE {
            assert_eq!(offset(&answer), at, "{newer}");
        }
        let _ = sender.unbounded_send(Bytes::copy_from_slice(&file[600..]));
        older.await.must_be(ErrorCode::Unavailable);
        if newer == Method::DELETE {
            is_gone(&server, &token, id).await;
        } else {
            assert_eq!(asked(&server, &token, id).await, at, "{newer}");
            server.send(upload(Method::DELETE, &token, id)).await.must_be_ok();
        }
    }
}

#[tokio::test]
async fn what_came_before_a_body_stood_still_counts() {
    let server = Server::start_with(|config| config.limits.idle_seconds = 0).await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 10_000);
    let id = new_upload();
    let first = stream::once(async { Ok(Bytes::copy_from_slice(&jpeg(1, 300))) });
    let body = Body::from_stream(first.chain(endless().0.into_data_stream()));
    server.send(creation(&token, Some(id), hash(&file), 10_000, body)).await.must_be(ErrorCode::Unavailable);
    assert_eq!(asked(&server, &token, id).await, 300);
}

#[tokio::test]
async fn what_came_from_a_caller_who_went_away_counts() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let (file, id) = (jpeg(1, 10_000), new_upload());
    let (sender, body) = channel();
    sender.unbounded_send(Bytes::copy_from_slice(&file[..300])).unwrap();
    {
        let request = server.send(creation(&token, Some(id), hash(&file), 10_000, body));
        tokio::pin!(request);
        while unfinished(&server).is_empty() {
            assert!(futures::poll!(&mut request).is_pending());
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(asked(&server, &token, id).await, 300);
}

fn age(file: &std::path::Path, hours: u64) {
    let then = SystemTime::now() - Duration::from_secs(hours * 3_600);
    std::fs::File::options().append(true).open(file).unwrap().set_modified(then).unwrap();
}

fn expires(headers: &HeaderMap) -> SystemTime {
    httpdate::parse_http_date(headers[tus::EXPIRES].to_str().unwrap()).unwrap()
}

#[tokio::test]
async fn an_unfinished_upload_expires_after_its_last_byte() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 10_000);
    let id = begun(&server, &token, &file, 300).await;
    age(&unfinished(&server)[0], 167);
    let head = server.send(upload(Method::HEAD, &token, id)).await.must_be_ok();
    let in_an_hour = expires(&head.headers).duration_since(SystemTime::now()).unwrap();
    assert!((3_500..=3_600).contains(&in_an_hour.as_secs()), "{in_an_hour:?}");
    let more = server.send(patch(&token, id, 300, file[300..400].to_vec())).await.must_be_ok();
    assert!(expires(&more.headers) > SystemTime::now() + Duration::from_secs(167 * 3_600));
    age(&unfinished(&server)[0], 168);
    server.send(patch(&token, id, 400, file[400..].to_vec())).await.must_be(ErrorCode::NotFound);
    is_gone(&server, &token, id).await;
    let id = begun(&server, &token, &file, 300).await;
    age(&unfinished(&server)[0], 168);
    let anew = server.send(creation(&token, Some(id), hash(&file), 10_000, file[..50].to_vec())).await.must_be_ok();
    assert_eq!(offset(&anew), 50);
}

#[tokio::test]
async fn the_sweep_takes_what_is_expired_and_leaves_what_a_report_waits_for() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let file = jpeg(1, 10_000);
    server.post(&alice, &report(&[&file])).await.must_be_ok();
    let (awaited, expired) = (begun(&server, &alice, &file, 300).await, begun(&server, &bob, &file, 300).await);
    unfinished(&server).iter().for_each(|file| age(file, 10_000));
    let fresh = begun(&server, &bob, &jpeg(2, 500), 100).await;
    let server = server.restart().await;
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis();
    assert_eq!(server.app.sweep(Timestamp(now.try_into().unwrap())).await.unwrap().uploads, 1);
    assert_eq!(unfinished(&server).len(), 2);
    assert_eq!(server.send(upload(Method::HEAD, &bob, expired)).await.status, StatusCode::NOT_FOUND);
    assert_eq!((asked(&server, &alice, awaited).await, asked(&server, &bob, fresh).await), (300, 100));
    server.send(patch(&alice, awaited, 300, file[300..].to_vec())).await.must_be_ok();
}

#[tokio::test]
async fn one_user_s_unfinished_uploads_are_bounded() {
    let server = Server::start_with(|config| config.limits.uploads_per_user = 2).await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let file = |seed| jpeg(seed, 1_000);
    let (first, second) = (begun(&server, &alice, &file(1), 10).await, begun(&server, &alice, &file(2), 10).await);
    let third = || creation(&alice, None, hash(&file(3)), 1_000, file(3));
    let refused = server.send(third()).await.must_be(ErrorCode::RateLimited);
    assert!(refused.headers.contains_key(header::RETRY_AFTER));
    server.send(creation(&alice, Some(first), hash(&file(1)), 1_000, "")).await.must_be_ok();
    server.put(&bob, &file(3)).await.must_be_ok();
    server.send(patch(&alice, first, 10, file(1)[10..].to_vec())).await.must_be_ok();
    server.send(third()).await.must_be_ok();
    begun(&server, &alice, &file(4), 10).await;
    server.send(third()).await.must_be(ErrorCode::RateLimited);
    server.send(upload(Method::DELETE, &alice, second)).await.must_be_ok();
    server.send(third()).await.must_be_ok();
}

#[tokio::test]
async fn what_is_given_up_is_gone_and_a_finished_file_stays() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 1_000);
    for sent in [0, 500, 1_000] {
        let id = begun(&server, &token, &file, sent).await;
        server.send(upload(Method::DELETE, &token, id)).await.must_be_ok();
        is_gone(&server, &token, id).await;
        server.send(upload(Method::DELETE, &token, id)).await.must_be(ErrorCode::NotFound);
    }
    server.get(&token, &path::medium(hash(&file))).await.must_be_ok();
}

#[tokio::test]
async fn a_post_in_disguise_does_what_it_names() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let file = jpeg(1, 1_000);
    let id = begun(&server, &token, &file, 400).await;
    let disguised = |mut request: Request<Body>, name: &str| {
        *request.method_mut() = Method::POST;
        with(request, "x-http-method-override", name)
    };
    let more = server.send(disguised(patch(&token, id, 400, file[400..500].to_vec()), "PATCH")).await.must_be_ok();
    assert_eq!(offset(&more), 500);
    assert_eq!(offset(&server.send(disguised(upload(Method::HEAD, &token, id), "HEAD")).await.must_be_ok()), 500);
    for name in ["", "PUT", "patch", "\u{7f}"] {
        let mut request = disguised(patch(&token, id, 500, ""), "x");
        match name.parse() {
            Ok(name) => drop(request.headers_mut().insert("x-http-method-override", name)),
            Err(_) => drop(request.headers_mut().remove("x-http-method-override")),
        }
        server.send(request).await.must_be(ErrorCode::MethodNotAllowed);
    }
    server.send(disguised(upload(Method::DELETE, &token, id), "DELETE")).await.must_be_ok();
    is_gone(&server, &token, id).await;
}

#[tokio::test]
async fn what_could_not_be_finished_is_finished_by_the_next_request() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    for (seed, next) in (1..).zip([Method::HEAD, Method::PATCH, Method::POST]) {
        let (file, id) = (jpeg(seed, 1_000), new_upload());
        let shard = server.data().join(format!("media/{:02x}", hash(&file).as_bytes()[0]));
        std::fs::remove_dir(&shard).unwrap();
        let create = || server.send(creation(&token, Some(id), hash(&file), 1_000, file.clone()));
        create().await.must_be(ErrorCode::Internal);
        assert_eq!(server.send(upload(Method::HEAD, &token, id)).await.status, StatusCode::INTERNAL_SERVER_ERROR);
        std::fs::create_dir(&shard).unwrap();
        let answer = match next {
            Method::PATCH => server.send(patch(&token, id, 1_000, "")).await,
            Method::POST => create().await,
            _ => server.send(upload(Method::HEAD, &token, id)).await,
        };
        assert_eq!(offset(&answer.must_be_ok()), 1_000);
        assert!(server.get(&token, &path::medium(hash(&file))).await.must_be_ok().body == file);
        assert_eq!(unfinished(&server).len(), 0);
    }
}
