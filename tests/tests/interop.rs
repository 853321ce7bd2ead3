//! Ours and others' ends of tus 1.0: tus-js-client against our server, our client against `@tus/server`, each
//! cut in the middle of a file.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, ensure};
use bytes::Bytes;
use kontums_tests::{
    batch::{hash, photo},
    link::{Conditions, Link},
    local_server::LocalServer,
    npm,
    server::{DEMO_PASSWORD, DEMO_PHONE},
};
use pakn_api::{
    id::UploadId,
    model::phone::PhoneNumber,
    wire::{SignIn, path},
};
use pakn_core::{
    remote::{HttpRemote, NewUpload, OnSent, Remote, RemoteError},
    secrets::Token,
};
use rand::Rng;
use serde::Deserialize;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::Command,
    sync::OnceCell,
};

const FILE_BYTES: usize = 600 * 1024;

/// A file takes some two and a half seconds, a connection lasts one.
fn cutting() -> Conditions {
    Conditions { cut_after: Some(Duration::from_secs(1)), ..Conditions::new(2_000_000, 8_000_000, Duration::from_millis(40)) }
}

/// Puts the peers into the target folder, with what they depend on.
async fn peers() -> anyhow::Result<&'static Path> {
    static THERE: OnceCell<PathBuf> = OnceCell::const_new();
    let install = async || {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peers");
        npm::install(&sources, Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers")).await
    };
    Ok(THERE.get_or_try_init(install).await?)
}

/// What the other client says of an answer it got, or of how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum Line {
    Answer { method: String, status: u16, offset: Option<String> },
    Failed { failed: String },
    Done { url: String },
}

async fn tus_js_client(link: &Link, token: &Token, chunk: Option<usize>, first: bool) -> anyhow::Result<(Vec<u8>, Vec<Line>)> {
    let peers = peers().await?;
    let folder = tempfile::tempdir()?;
    let (file, photo) = (folder.path().join("photo.jpg"), photo(FILE_BYTES));
    fs::write(&file, &photo)?;
    let what = json!({
        "endpoint": format!("{}{}", link.url(), path::UPLOADS),
        "file": file,
        "token": token.reveal(),
        "metadata": { "sha256": hash(&photo), "upload_id": UploadId::new(7, rand::rng().random()), "filename": "ảnh.jpg" },
        "chunk": chunk,
        "first": first,
    });
    let mut client = Command::new("node");
    client.arg("client.mjs").arg(what.to_string()).current_dir(peers).stderr(Stdio::inherit()).kill_on_drop(true);
    let output = client.output().await.context("node")?;
    let lines = String::from_utf8(output.stdout)?;
    let lines: Vec<Line> = lines.lines().map(serde_json::from_str).collect::<Result<_, _>>().context(lines.clone())?;
    ensure!(output.status.success(), "{lines:?}");
    Ok((photo, lines))
}

#[tokio::test(flavor = "multi_thread")]
async fn tus_js_client_resumes_on_our_server() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let sign_in = SignIn { phone: PhoneNumber::parse(DEMO_PHONE)?, password: DEMO_PASSWORD.to_owned(), device: None };
    let token = Token::new(HttpRemote::new(&server.url())?.sign_in(&sign_in).await?.token);
    // A creation that is cut it sends again whole, not knowing where the upload is; the server says it has some.
    for (chunk, first, times) in [(None, true, 1.6), (None, false, 1.1), (Some(400 * 1024), false, 1.1)] {
        let link = Link::open(server.address(), cutting()).await?;
        let (photo, lines) = tus_js_client(&link, &token, chunk, first).await?;
        let counts = link.counts();
        assert!(counts.cuts > 0, "{counts:?}");
        let asked = |method: &str| lines.iter().filter(|l| matches!(l, Line::Answer { method: m, .. } if m == method)).count();
        assert!(asked("HEAD") > 0 && asked("PATCH") > 0, "{lines:?}");
        assert!(matches!(lines.last(), Some(Line::Done { .. })), "{lines:?}");
        #[expect(clippy::cast_precision_loss, reason = "some megabytes")]
        let sent = counts.up.sent as f64 / FILE_BYTES as f64;
        assert!(sent < times, "sent {sent} times: {lines:?}");
        let stored = HttpRemote::new(&server.url())?.get_medium(&token, hash(&photo)).await?;
        assert!(stored == photo, "the file that is there");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn our_client_resumes_on_tus_server() -> anyhow::Result<()> {
    let peers = peers().await?;
    let store = tempfile::tempdir()?;
    let mut server = Command::new("node");
    server.arg("server.mjs").arg(store.path()).current_dir(peers).kill_on_drop(true);
    let mut server = server.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("node")?;
    let mut lines = BufReader::new(server.stdout.take().context("its output")?).lines();
    let address = lines.next_line().await?.context("its address")?.parse()?;
    let link = Link::open(address, cutting()).await?;
    let (remote, token, photo) =
        (HttpRemote::new(&link.url())?, Token::new("anybody".to_owned()), Bytes::from(photo(FILE_BYTES)));
    let total = photo.len() as u64;
    let new = NewUpload { upload_id: UploadId::new(7, rand::rng().random()), sha256: hash(&photo), bytes: total };
    let unheard: OnSent = Arc::new(|_| {});

    let first = photo.slice(..100_000);
    let upload = remote.create_upload(&token, new, first, Arc::clone(&unheard)).await?;
    let mut offset = upload.offset;
    assert_eq!(offset, 100_000, "what came with the creation counts");
    let mut broke = 0;
    while offset < total {
        let rest = photo.slice(usize::try_from(offset)?..);
        match remote.append_upload(&token, &upload.url, offset, rest, Arc::clone(&unheard)).await {
            Ok(now) => offset = now,
            Err(RemoteError::Lost) => {
                broke += 1;
                ensure!(broke < 20, "no end of it");
                let there = remote.upload_offset(&token, &upload.url).await?.context("it is there")?;
                assert!(there >= offset, "{there} after {offset}");
                offset = there;
            }
            Err(error) => return Err(error.into()),
        }
    }
    assert_eq!(remote.upload_offset(&token, &upload.url).await?, Some(total));
    assert!(broke >= 2 && link.counts().cuts >= 2, "{broke} breaks");
    assert!(link.counts().up.sent < total + total / 10);
    let name = upload.url.rsplit('/').next().context("a name")?;
    assert!(fs::read(store.path().join(name))? == photo, "the file that is there");
    assert_eq!(remote.upload_offset(&token, &format!("{}/nothing", path::UPLOADS)).await?, None);
    Ok(())
}
