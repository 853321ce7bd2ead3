//! Uploads over a real socket: connections that are cut, that are dead without knowing it, and a server that is killed.

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use pakn_api::{
    id::UploadId,
    wire::{SignedIn, path},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::{
    common::{ALICE, Server, hash, jpeg, new_upload},
    listening::{head, listen},
};

/// Sends one request on a connection of its own and reads the answer.
async fn ask(address: &str, head: &str, body: &[u8]) -> String {
    let mut caller = TcpStream::connect(address).await.unwrap();
    caller.write_all(head.as_bytes()).await.unwrap();
    caller.write_all(body).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(Duration::from_secs(30), caller.read_to_end(&mut answer)).await.unwrap().unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}

fn about(method: &str, token: &str, id: UploadId) -> String {
    format!(
        "{method} {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nTus-Resumable: 1.0.0\r\n",
        path::upload(id)
    )
}

async fn asked(address: &str, token: &str, id: UploadId) -> usize {
    let answer = ask(address, &(about("HEAD", token, id) + "\r\n"), b"").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let offset = answer.lines().find_map(|line| line.strip_prefix("upload-offset: ")).unwrap();
    offset.parse().unwrap()
}

async fn go_on(address: &str, token: &str, id: UploadId, file: &[u8], at: usize) {
    let rest = &file[at..];
    let more =
        format!("Upload-Offset: {at}\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: {}\r\n\r\n", rest.len());
    let answer = ask(address, &(about("PATCH", token, id) + &more), rest).await;
    assert!(answer.starts_with("HTTP/1.1 204 "), "{answer}");
    assert!(answer.contains(&format!("upload-offset: {}\r\n", file.len())), "{answer}");
}

/// Waits until so much of an upload is written.
async fn written(data: &Path, bytes: usize) {
    loop {
        for entry in std::fs::read_dir(data.join("media/incoming")).unwrap() {
            // It may have got its place meanwhile.
            if entry.unwrap().metadata().is_ok_and(|found| found.len() == bytes as u64) {
                return;
            }
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_while_creating_leaves_what_has_arrived() {
    let server = Server::start().await;
    let (address, _stop, _serving) = listen(&server).await;
    let (address, token) = (address.to_string(), server.sign_in(ALICE).await);
    let file = jpeg(1, 3_000_000);
    for (cut_at, reset) in [(1_500_000, false), (1_234_567, true), (1, false)] {
        let id = new_upload();
        let file = [&file, &cut_at.to_string().into_bytes()[..]].concat();
        let mut caller = TcpStream::connect(&address).await.unwrap();
        caller.write_all(head(&file, &token, Some(id)).as_bytes()).await.unwrap();
        caller.write_all(&file[..cut_at]).await.unwrap();
        if reset {
            // A reset throws away what the server has not read yet.
            written(&server.data(), cut_at).await;
            caller.set_zero_linger().unwrap();
        }
        drop(caller);
        written(&server.data(), cut_at).await;
        assert_eq!(asked(&address, &token, id).await, cut_at);
        go_on(&address, &token, id, &file, cut_at).await;
        assert!(server.get(&token, &path::medium(hash(&file))).await.must_be_ok().body == file);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_dead_without_knowing_it_keeps_nobody_out() {
    let server = Server::start().await;
    let (address, _stop, _serving) = listen(&server).await;
    let (address, token) = (address.to_string(), server.sign_in(ALICE).await);
    let (file, id) = (jpeg(1, 3_000_000), new_upload());
    let mut dead = TcpStream::connect(&address).await.unwrap();
    dead.write_all(head(&file, &token, Some(id)).as_bytes()).await.unwrap();
    dead.write_all(&file[..1_000_000]).await.unwrap();
    written(&server.data(), 1_000_000).await;
    assert_eq!(asked(&address, &token, id).await, 1_000_000);
    // What the dead connection brings after all comes too late.
    dead.write_all(&file[1_000_000..1_500_000]).await.unwrap();
    go_on(&address, &token, id, &file, 1_000_000).await;
    dead.write_all(&file[1_500_000..]).await.unwrap();
    let mut answer = String::new();
    dead.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(server.get(&token, &path::medium(hash(&file))).await.must_be_ok().body == file);
}

struct Process(Child);

impl Process {
    fn start(data: &Path) -> (Self, String) {
        let mut program = Command::new(env!("CARGO_BIN_EXE_pakn-server"));
        let program = program.arg("serve").arg("--data").arg(data).args(["--listen", "127.0.0.1:0"]);
        let mut child = program.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        (Self(child), line.trim().strip_prefix("listening on http://").unwrap().to_owned())
    }
}

impl Drop for Process {
    /// A kill: no word of warning, no time to write anything.
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_is_killed_still_has_what_was_written() {
    let folder = tempfile::tempdir().unwrap();
    let seeded = Command::new(env!("CARGO_BIN_EXE_pakn-server")).arg("seed").arg("--data").arg(folder.path()).output().unwrap();
    assert!(seeded.status.success());
    let (server, address) = Process::start(folder.path());
    let body = r#"{"phone":"0900000001","password":"demo-kontums"}"#;
    let sign_in = format!(
        "POST /v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let answer = ask(&address, &sign_in, body.as_bytes()).await;
    let token = serde_json::from_str::<SignedIn>(answer.split("\r\n\r\n").nth(1).unwrap()).unwrap().token;
    let (file, id) = (jpeg(1, 3_000_000), new_upload());
    let mut caller = TcpStream::connect(&address).await.unwrap();
    caller.write_all(head(&file, &token, Some(id)).as_bytes()).await.unwrap();
    caller.write_all(&file[..2_345_678]).await.unwrap();
    written(folder.path(), 2_345_678).await;
    drop(server);
    let (_server, address) = Process::start(folder.path());
    assert_eq!(asked(&address, &token, id).await, 2_345_678);
    go_on(&address, &token, id, &file, 2_345_678).await;
    let (head, body) = (format!("GET {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n", path::medium(hash(&file))), b"");
    let stored = ask(&address, &format!("{head}Authorization: Bearer {token}\r\n\r\n"), body).await;
    assert!(stored.starts_with("HTTP/1.1 200 ") && stored.contains("content-length: 3000000"));
}
