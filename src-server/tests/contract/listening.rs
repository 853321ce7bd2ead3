//! Over a real socket: stopping, and refusals that come before the body has.

use std::time::Duration;

use pakn_api::wire::path;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    sync::oneshot,
    task::JoinHandle,
};

use crate::common::{Server, hash, jpeg};

async fn listen(server: &Server) -> (std::net::SocketAddr, oneshot::Sender<()>, JoinHandle<std::io::Result<()>>) {
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
        let head = format!(
            "PUT {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer x\r\nContent-Length: {}\r\n\r\n",
            path::medium(hash(&file)),
            file.len()
        );
        caller.write_all(head.as_bytes()).await.unwrap();
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
    let head = format!(
        "PUT {} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer {token}\r\nContent-Length: {}\r\n\r\n",
        path::medium(hash(&file)),
        file.len()
    );
    caller.write_all(head.as_bytes()).await.unwrap();
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
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    tokio::time::timeout(Duration::from_secs(10), serving).await.unwrap().unwrap().unwrap();
}
