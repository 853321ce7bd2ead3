//! The map's tiles against a server that answers, changes its mind, lies and goes away.

#![expect(clippy::unwrap_used, reason = "a failing fixture fails the test")]

use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::JoinHandle,
};

use pakn_api::{
    Timestamp,
    model::jurisdiction::{Bounds, Jurisdiction, Tiles},
};
use pakn_core::{
    disk::Disk,
    tiles::{ImageKind, Tile, TileCache, TileError, TileId},
};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_800_000_000_000);
const DAY_MS: i64 = 24 * 3_600 * 1_000;
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n and so on";

/// What the server says: status line and headers, and the body.
type Words = (&'static str, Vec<u8>);

/// Answers every request with the present words, and remembers what was asked.
struct TileServer {
    address: SocketAddr,
    words: Arc<Mutex<Words>>,
    asked: Arc<Mutex<Vec<String>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl TileServer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (words, asked): (Arc<Mutex<Words>>, Arc<Mutex<Vec<String>>>) = Default::default();
        let stop = Arc::new(AtomicBool::new(false));
        let (say, hear, stopping) = (Arc::clone(&words), Arc::clone(&asked), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            for stream in listener.incoming() {
                if stopping.load(Ordering::SeqCst) {
                    return;
                }
                let mut stream = stream.unwrap();
                let mut request = String::new();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                while reader.read_line(&mut request).is_ok_and(|read| read > 2) {}
                hear.lock().unwrap().push(request.to_lowercase());
                let (head, body) = say.lock().unwrap().clone();
                let _ = write!(stream, "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n", body.len());
                let _ = stream.write_all(&body);
            }
        });
        Self { address, words, asked, stop, thread: Some(thread) }
    }

    fn says(&self, head: &'static str, body: &[u8]) {
        *self.words.lock().unwrap() = (head, body.to_vec());
    }

    fn asked(&self) -> Vec<String> {
        std::mem::take(&mut *self.asked.lock().unwrap())
    }

    fn tiles(&self) -> Tiles {
        let url_template = format!("http://{}/map/{{z}}/{{x}}/{{y}}.png", self.address);
        Tiles { url_template, attribution: "© Người làm thử".to_owned(), max_zoom: 18 }
    }

    fn end(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        drop(std::net::TcpStream::connect(self.address));
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Drop for TileServer {
    fn drop(&mut self) {
        self.end();
    }
}

fn area() -> Bounds {
    Jurisdiction::builtin().bounds
}

fn id(x: u32) -> TileId {
    format!("12/{x}/1882").parse().unwrap()
}

fn open(dir: &TempDir) -> TileCache {
    TileCache::new(dir.path().join("tiles"), Disk::default())
}

#[tokio::test]
async fn a_tile_that_was_seen_is_there_when_the_server_is_gone() {
    let (dir, mut server) = (tempfile::tempdir().unwrap(), TileServer::start());
    let (cache, tiles) = (open(&dir), server.tiles());
    server.says("200 OK\r\ncontent-type: image/png\r\netag: \"1\"\r\ncache-control: public, max-age=86400", PNG);
    let expected = Tile { kind: ImageKind::Png, bytes: PNG.to_vec() };
    assert_eq!(cache.get(&tiles, &area(), id(3276), NOW).await, Ok(expected.clone()));
    assert!(server.asked().concat().starts_with("get /map/12/3276/1882.png "), "asked by number");
    assert_eq!(cache.get(&tiles, &area(), id(3276), NOW).await, Ok(expected.clone()));
    assert!(server.asked().is_empty(), "it is fresh");

    let later = NOW.plus_ms(2 * DAY_MS);
    server.says("304 Not Modified", b"");
    assert_eq!(cache.get(&tiles, &area(), id(3276), later).await, Ok(expected.clone()));
    assert!(server.asked().concat().contains("if-none-match: \"1\""), "it is old");

    server.end();
    let (much_later, again) = (later.plus_ms(60 * DAY_MS), open(&dir));
    assert_eq!(again.get(&tiles, &area(), id(3276), much_later).await, Ok(expected), "after a restart, without a server");
    assert_eq!(again.get(&tiles, &area(), id(3277), much_later).await, Err(TileError::Unreachable));
}

#[tokio::test]
async fn what_is_no_tile_is_refused_and_not_kept() {
    let (dir, server) = (tempfile::tempdir().unwrap(), TileServer::start());
    let tiles = server.tiles();
    let huge = [PNG, &vec![0; 600 * 1024]].concat();
    let table: [(&'static str, &[u8]); 5] = [
        ("200 OK\r\ncontent-type: text/html", b"<html>sign in"),
        ("200 OK\r\ncontent-type: image/png", b"<svg onload=alert(1)>"),
        ("200 OK\r\ncontent-type: text/html", PNG),
        ("200 OK\r\ncontent-type: image/png", &huge),
        ("200 OK\r\ncontent-type: image/png", b""),
    ];
    for (head, body) in table {
        let cache = open(&dir);
        server.says(head, body);
        assert_eq!(cache.get(&tiles, &area(), id(3276), NOW).await, Err(TileError::NoPicture), "{head}");
        server.asked();
        assert!(cache.get(&tiles, &area(), id(3276), NOW).await.is_err());
        assert!(server.asked().is_empty(), "not asked again and again");
    }
    assert!(!dir.path().join("tiles").exists());
    for (outside, tiles) in [("12/2074/1409", tiles.clone()), ("19/419349/240964", tiles.clone())] {
        let id: TileId = outside.parse().unwrap();
        assert_eq!(open(&dir).get(&tiles, &area(), id, NOW).await, Err(TileError::NoTile), "{outside}");
    }
    assert!(server.asked().is_empty());
}

#[tokio::test]
async fn a_server_in_trouble_is_left_alone_and_a_moved_one_not_followed() {
    let (dir, server) = (tempfile::tempdir().unwrap(), TileServer::start());
    let (cache, tiles) = (open(&dir), server.tiles());
    server.says("503 Service Unavailable", b"");
    for x in 3270..3280 {
        assert_eq!(cache.get(&tiles, &area(), id(x), NOW).await, Err(TileError::Unreachable));
    }
    assert_eq!(server.asked().len(), 1, "one answer was enough");

    let cache = open(&dir);
    server.says("302 Found\r\nlocation: http://127.0.0.1:1/", b"");
    assert_eq!(cache.get(&tiles, &area(), id(3276), NOW).await, Err(TileError::Unreachable));

    let cache = open(&dir);
    server.says("404 Not Found", b"");
    assert_eq!(cache.get(&tiles, &area(), id(3276), NOW).await, Err(TileError::NotThere));
    server.says("200 OK", PNG);
    assert_eq!(cache.get(&tiles, &area(), id(3276), NOW).await, Err(TileError::NotThere), "not asked again so soon");
    assert!(cache.get(&tiles, &area(), id(3277), NOW).await.is_ok(), "others are");
}

#[tokio::test]
async fn the_cache_keeps_within_its_limit_and_another_servers_tiles_go() {
    let (dir, server) = (tempfile::tempdir().unwrap(), TileServer::start());
    let folder = dir.path().join("tiles");
    let tiles = server.tiles();
    let body = [PNG, &vec![1; 10_000]].concat();
    server.says("200 OK", &body);
    let cache = TileCache::with_limit(folder.clone(), Disk::default(), 50_000);
    for x in 3270..3280 {
        assert!(cache.get(&tiles, &area(), id(x), NOW).await.is_ok());
    }
    let kept = || std::fs::read_dir(&folder).unwrap().map(|file| file.unwrap().metadata().unwrap().len()).sum::<u64>();
    assert!((30_000..=50_000).contains(&kept()), "{}", kept());

    let other = Tiles { url_template: tiles.url_template.replace("map", "other"), ..tiles };
    server.says("200 OK\r\ncache-control: no-store", PNG);
    let cache = open(&dir);
    assert!(cache.get(&other, &area(), id(3276), NOW).await.is_ok());
    assert_eq!(kept(), 0, "the first server's are gone, and this one wants none kept");
}
