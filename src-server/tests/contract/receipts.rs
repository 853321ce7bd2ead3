//! Signed receipts, verified by other code than signed them, and the key's life.

use axum::http::{Method, StatusCode};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use pakn_api::wire::{CreateReport, Receipt, SignedReceipt, keys::KeySet, path};
use pakn_server::{App, Config, Desk, DeskError, KeyError};

use crate::common::{ALICE, Server, bare, hash, jpeg, report};

const KEY_FILE: &str = "receipt-key.pk8";

/// What a stranger does with a receipt and the published keys.
fn verified(keys: &KeySet, jws: &str) -> Option<SignedReceipt> {
    let (signed, signature) = jws.rsplit_once('.')?;
    let (header, payload) = signed.split_once('.')?;
    let header: serde_json::Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
    assert_eq!(header["alg"], "EdDSA");
    let key = keys.find(header["kid"].as_str()?)?;
    assert_eq!((&*key.kty, &*key.crv), ("OKP", "Ed25519"));
    let key = VerifyingKey::from_bytes(URL_SAFE_NO_PAD.decode(&key.x).ok()?.as_slice().try_into().ok()?).ok()?;
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).ok()?).ok()?;
    key.verify_strict(signed.as_bytes(), &signature).ok()?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(payload).ok()?).ok()
}

async fn keys(server: &Server) -> KeySet {
    server.send(bare(Method::GET, path::KEYS, None)).await.must_be_ok().json()
}

async fn receipt(server: &Server, token: &str, body: &CreateReport) -> Receipt {
    server.get(token, &path::receipt(body.report_id)).await.must_be_ok().json()
}

/// A report with two files, received.
async fn received(server: &Server, token: &str) -> CreateReport {
    let files = [jpeg(1, 3_000), jpeg(2, 4_000)];
    let body = report(&[&files[0], &files[1]]);
    for file in &files {
        server.put(token, file).await.must_be_ok();
    }
    server.post(token, &body).await.must_be_ok();
    body
}

#[tokio::test]
async fn a_complete_receipt_is_signed_the_same_way_wherever_it_is_asked_for() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let files = [jpeg(1, 3_000), jpeg(2, 4_000)];
    let body = report(&[&files[0], &files[1]]);
    let created: Receipt = server.post(&token, &body).await.must_be_ok().json();
    assert_eq!(created.signed, None);
    server.put(&token, &files[0]).await.must_be_ok();
    assert_eq!(receipt(&server, &token, &body).await.signed, None, "half of it");
    server.put(&token, &files[1]).await.must_be_ok();
    let complete = receipt(&server, &token, &body).await;
    let said = verified(&keys(&server).await, complete.signed.as_deref().unwrap()).unwrap();
    let expected = SignedReceipt {
        op_id: body.op_id,
        report_id: body.report_id,
        received_at: complete.received_at.unwrap(),
        media: files.iter().map(|file| hash(file)).collect(),
    };
    assert_eq!(said, expected);

    let whole = received(&server, &token).await;
    let created: Receipt = server.post(&token, &whole).await.must_be_ok().json();
    assert!(created.signed.is_some());
    assert_eq!(created, receipt(&server, &token, &whole).await);
}

#[tokio::test]
async fn a_receipt_with_a_changed_byte_does_not_verify() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let body = received(&server, &token).await;
    let (keys, jws) = (keys(&server).await, receipt(&server, &token, &body).await.signed.unwrap());
    assert!(verified(&keys, &jws).is_some());
    let payload = jws.find('.').unwrap() + 1;
    for at in (payload..jws.len()).filter(|at| jws.as_bytes()[*at] != b'.') {
        let mut spoilt = jws.clone().into_bytes();
        spoilt[at] = if spoilt[at] == b'Q' { b'g' } else { b'Q' };
        assert_eq!(verified(&keys, &String::from_utf8(spoilt).unwrap()), None, "byte {at}");
    }
}

#[tokio::test]
async fn the_key_survives_a_restart_and_is_published_by_tag() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let body = received(&server, &token).await;
    let before = (keys(&server).await, receipt(&server, &token, &body).await);
    assert_eq!(before.0.keys.len(), 1);
    let server = server.restart().await;
    assert_eq!((keys(&server).await, receipt(&server, &token, &body).await), before);
    let tag = server.send(bare(Method::GET, path::KEYS, None)).await.headers["etag"].clone();
    let mut again = bare(Method::GET, path::KEYS, None);
    again.headers_mut().insert("if-none-match", tag);
    assert_eq!(server.send(again).await.status, StatusCode::NOT_MODIFIED);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(server.data().join(KEY_FILE)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[tokio::test]
async fn after_a_rotation_both_keys_are_published_the_new_one_first() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let old = received(&server, &token).await;
    let first_answer = server.post(&token, &old).await;
    let (before, old_jws) = (keys(&server).await, receipt(&server, &token, &old).await.signed.unwrap());
    assert!(matches!(server.app.desk().rotate_key(&server.data()).await, Err(DeskError::FolderInUse)));

    let Server { app, router, folder } = server;
    drop((app, router));
    let data = folder.path().join("dữ liệu & %20");
    let new = Desk::open_existing(&data).await.unwrap().rotate_key(&data).await.unwrap();
    let app = App::open(Config::new(&data)).await.unwrap();
    let server = Server { router: app.router(), app, folder };
    let after = keys(&server).await;
    assert_eq!((after.keys.len(), &after.keys[0].kid, &after.keys[1]), (2, &new, &before.keys[0]));
    assert!(verified(&after, &old_jws).is_some());
    let new_jws = receipt(&server, &token, &old).await.signed.unwrap();
    assert_ne!(new_jws, old_jws);
    assert_eq!(verified(&before, &new_jws), None);
    assert_eq!(verified(&after, &new_jws), verified(&after, &old_jws));
    assert_eq!(server.post(&token, &old).await.body, first_answer.body, "byte for byte, under the old key");
}

#[tokio::test]
async fn a_key_that_is_gone_or_spoilt_is_not_replaced_unasked() {
    let Server { app, router, folder } = Server::start().await;
    drop((app, router));
    let data = folder.path().join("dữ liệu & %20");
    let (file, document) = (data.join(KEY_FILE), std::fs::read(data.join(KEY_FILE)).unwrap());
    let open = || App::open(Config::new(&data));
    std::fs::write(&file, &document[..document.len() - 1]).unwrap();
    assert!(matches!(open().await, Err(DeskError::Key(KeyError::NotAKey))));
    assert_eq!(std::fs::read(&file).unwrap().len(), document.len() - 1, "left as it is");
    std::fs::remove_file(&file).unwrap();
    assert!(matches!(open().await, Err(DeskError::Key(KeyError::Gone))));
    assert!(!file.exists());
    std::fs::create_dir(&file).unwrap();
    assert!(matches!(open().await, Err(DeskError::Key(KeyError::File(_)))));
    std::fs::remove_dir(&file).unwrap();
    Desk::open_existing(&data).await.unwrap().rotate_key(&data).await.unwrap();
    open().await.unwrap();
}
