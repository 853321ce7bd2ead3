//! Over a real socket: stopping, limits of connections, and refusals that come before the body has.

use std::time::Duration;

use pakn_api::wire::tus::Metadata;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpSocket, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::common::{Server, hash, jpeg};

/// The head of a request that creates an upload of `file` with all of it.
pub(crate) fn head(file: &[u8], token: &str, upload_id: Option<pakn_api::id::UploadId>) -> String {
    format!(
        "POST /v1/uploads HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
         Tus-Resumable: 1.0.0\r\nContent-Type: application/offset+octet-stream\r\n\
         Upload-Metadata: {}\r\nUpload-Length: {}\r\nContent-Length: {}\r\n\r\n",
        Metadata { sha256: hash(file), upload_id }.to_header(),
        file.len(),
        file.len()
    )
}

pub(crate) async fn listen(server: &Server) -> (std::net::SocketAddr, oneshot::Sender<()>, JoinHandle<std::io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel::<()>();
    let serving = tokio::spawn(pakn_server::serve(server.app.clone(), listener, async {
        let _ = stopped.await;
    }));
    (address, stop, serving)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_reaches_a_caller_who_is_still_sending() {
    let server = Server::start().await;
    let (address, _stop, _serving) = listen(&server).await;
    let file = jpeg(1, 8_000_000);
    for _ in 0..5 {
        let mut caller = TcpStream::connect(address).await.unwrap();
        caller.write_all(head(&file, "x", None).as_bytes()).await.unwrap();
        // Like a client that sends all before it listens.
        caller.write_all(&file).await.unwrap();
        let mut answer = String::new();
        caller.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("unauthenticated"), "{answer}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_lets_a_request_under_way_end() {
    let server = Server::start().await;
    let (address, stop, serving) = listen(&server).await;
    let token = server.sign_in(crate::common::ALICE).await;
    let file = jpeg(1, 3_000_000);
    let mut caller = TcpStream::connect(address).await.unwrap();
    caller.write_all(head(&file, &token, None).as_bytes()).await.unwrap();
    caller.write_all(&file[..2_000_000]).await.unwrap();
    let incoming = server.data().join("media/incoming");
    // Once something of it is on disk, the request is under way for certain.
    while std::fs::read_dir(&incoming).unwrap().next().is_none() {
        tokio::task::yield_now().await;
    }
    stop.send(()).unwrap();
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    caller.write_all(&file[2_000_000..]).await.unwrap();
    let mut answer = String::new();
    caller.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    tokio::time::timeout(Duration::from_secs(10), serving).await.unwrap().unwrap().unwrap();
}

/// Asks for `/health` and reads the answer, on a connection that stays open.
async fn healthy(caller: &mut TcpStream) {
    caller.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    read_healthy(caller).await;
}

async fn read_healthy(caller: &mut TcpStream) {
    let mut answer = Vec::new();
    while !answer.ends_with(b"\r\n\r\n") {
        assert_ne!(caller.read_buf(&mut answer).await.unwrap(), 0, "{}", String::from_utf8_lossy(&answer));
    }
    assert!(answer.starts_with(b"HTTP/1.1 204 "), "{}", String::from_utf8_lossy(&answer));
}

#[tokio::test(flavor = "multi_thread")]
async fn half_a_head_is_given_up_while_others_are_answered() {
    let server = Server::start_with(|config| config.limits.header_seconds = 1).await;
    let (address, _stop, _serving) = listen(&server).await;
    let mut half = TcpStream::connect(address).await.unwrap();
    half.write_all(b"GET /health HTTP/1.1\r\nHost:").await.unwrap();
    healthy(&mut TcpStream::connect(address).await.unwrap()).await;
    let mut rest = Vec::new();
    tokio::time::timeout(Duration::from_secs(10), half.read_to_end(&mut rest)).await.unwrap().unwrap();
    healthy(&mut TcpStream::connect(address).await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_connection_too_many_waits_for_its_turn() {
    let server = Server::start_with(|config| config.limits.connections = 1).await;
    let (address, _stop, _serving) = listen(&server).await;
    let mut first = TcpStream::connect(address).await.unwrap();
    healthy(&mut first).await;
    let mut second = TcpStream::connect(address).await.unwrap();
    second.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await.unwrap();
    for _ in 0..50 {
        healthy(&mut first).await;
    }
    let early = second.try_read(&mut [0; 100]);
    assert!(matches!(&early, Err(error) if error.kind() == std::io::ErrorKind::WouldBlock), "{early:?}");
    drop(first);
    read_healthy(&mut second).await;
}

/// Reads until the server closes.
async fn to_the_end(caller: &mut TcpStream) -> String {
    let mut answer = String::new();
    tokio::time::timeout(Duration::from_secs(20), caller.read_to_string(&mut answer)).await.unwrap().unwrap();
    answer
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_does_not_come_is_not_awaited_as_long_as_a_file() {
    let server = Server::start_with(|config| config.limits.small_body_seconds = 1).await;
    let (address, _stop, _serving) = listen(&server).await;
    let token = server.sign_in(crate::common::ALICE).await;
    let file = jpeg(1, 3_000_000);
    let mut uploading = TcpStream::connect(address).await.unwrap();
    uploading.write_all(head(&file, &token, None).as_bytes()).await.unwrap();
    uploading.write_all(&file[..1_000_000]).await.unwrap();

    let form = "application/x-www-form-urlencoded";
    for (path, media_type, status) in [("/v1/session", "application/json", "503"), ("/delete-account", form, "503")] {
        let mut slow = TcpStream::connect(address).await.unwrap();
        let head = format!("POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {media_type}\r\nContent-Length: 1000\r\n\r\n{{");
        slow.write_all(head.as_bytes()).await.unwrap();
        let answer = to_the_end(&mut slow).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
    let mut refused = TcpStream::connect(address).await.unwrap();
    refused.write_all(head(&file, "x", None).replace("Connection: close\r\n", "").as_bytes()).await.unwrap();
    let answer = to_the_end(&mut refused).await;
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");

    // A file's own time is another.
    uploading.write_all(&file[1_000_000..]).await.unwrap();
    let answer = to_the_end(&mut uploading).await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn one_address_has_only_a_part_of_the_connections() {
    for behind_proxy in [false, true] {
        let server = Server::start_with(|config| {
            config.behind_proxy = behind_proxy;
            config.limits.connections_per_address = 2;
        })
        .await;
        let (address, _stop, _serving) = listen(&server).await;
        let from = async |from: &str| {
            let socket = TcpSocket::new_v4().unwrap();
            socket.bind(std::net::SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
            socket.connect(address).await.unwrap()
        };
        let (mut first, mut second) = (from("127.0.0.1").await, from("127.0.0.1").await);
        healthy(&mut first).await;
        healthy(&mut second).await;
        let mut third = from("127.0.0.1").await;
        if behind_proxy {
            healthy(&mut third).await;
            continue;
        }
        assert_eq!(to_the_end(&mut third).await, "", "closed at once");
        healthy(&mut from("127.0.0.2").await).await;
        healthy(&mut first).await;
        drop(second);
        // As soon as the server has noticed.
        let again = async {
            loop {
                let mut caller = from("127.0.0.1").await;
                let asked = caller.write_all(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n").await;
                let mut answer = [0; 12];
                if asked.is_ok() && caller.read_exact(&mut answer).await.is_ok() {
                    break answer;
                }
            }
        };
        assert_eq!(&tokio::time::timeout(Duration::from_secs(20), again).await.unwrap(), b"HTTP/1.1 204");
    }
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn limits_count_by_the_address_of_the_connection() {
    let server = Server::start_with(|config| config.limits.sign_in_burst = 1).await;
    let (address, _stop, _serving) = listen(&server).await;
    let guess = async |from: &str| {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(std::net::SocketAddr::new(from.parse().unwrap(), 0)).unwrap();
        let mut caller = socket.connect(address).await.unwrap();
        let body = format!(r#"{{"phone":"{}","password":"sai"}}"#, crate::common::ALICE);
        let head = "POST /v1/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json";
        caller.write_all(format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()).as_bytes()).await.unwrap();
        let mut answer = String::new();
        caller.read_to_string(&mut answer).await.unwrap();
        answer.split(' ').nth(1).unwrap().to_owned()
    };
    assert_eq!(guess("127.0.0.1").await, "401");
    assert_eq!(guess("127.0.0.1").await, "429");
    assert_eq!(guess("127.0.0.2").await, "401");
}
