//! The map's tiles, where the jurisdiction names a server for them: fetched here, so that the page needs no network of
//! its own, and kept on the disk, so that what was seen once can be seen without one.
//!
//! `address` says which tile may be asked for, `fetch` asks, `shelf` keeps. A tile that is old is shown where no newer
//! one is to be had; a server that does not answer is left alone for a while. What the map shows without tiles is
//! `pakn_api::model::map`.

mod address;
mod fetch;
mod image;
mod shelf;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex, OnceLock, PoisonError},
    time::Duration,
};

use pakn_api::{
    Timestamp,
    ipc::GetJurisdiction,
    model::jurisdiction::{Bounds, Tiles},
};
use sha2::{Digest, Sha256};
use tokio::{sync::Semaphore, time::Instant};

pub use self::{address::TileId, image::ImageKind};
use self::{
    fetch::{Answer, fetch},
    shelf::Shelf,
};
use crate::{Client, disk::Disk, remote};

/// The most bytes that tiles take on the disk: a district at every zoom.
const LIMIT: u64 = 64 * 1024 * 1024;
/// As many as browsers ask one server for at once.
const AT_ONCE: usize = 6;
/// How long a server that did not answer is left alone.
const QUIET: Duration = Duration::from_secs(20);
/// How long a tile that is not there is not asked for again.
const GONE_FOR: Duration = Duration::from_secs(3_600);
/// Tiles that are not there which are remembered.
const GONE_KEPT: usize = 512;

/// A tile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tile {
    /// What it is.
    pub kind: ImageKind,
    /// The file.
    pub bytes: Vec<u8>,
}

/// Why there is no tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// It is no tile's number, or not one of the area.
    #[error("no such tile")]
    NoTile,
    /// The jurisdiction has no tiles.
    #[error("no tiles")]
    NoTiles,
    /// The jurisdiction names no server that may be asked.
    #[error("the address of the tiles is unusable")]
    BadTemplate,
    /// The server does not have it.
    #[error("not there")]
    NotThere,
    /// The server did not answer, or not with a tile; or it was left alone because it did not.
    #[error("the server can't be reached")]
    Unreachable,
    /// What came is no picture, or too large for one.
    #[error("not a picture")]
    NoPicture,
    /// The device failed.
    #[error("the device failed")]
    Device,
}

#[derive(Default)]
struct Silence {
    until: Option<Instant>,
    gone: BTreeMap<TileId, Instant>,
}

/// Tiles of one server at a time, kept in a folder.
pub struct TileCache {
    shelf: Arc<Shelf>,
    http: OnceLock<Option<reqwest::Client>>,
    asking: Semaphore,
    silence: Mutex<Silence>,
    /// Whether what other servers' tiles were kept has been cleared away.
    cleared: OnceLock<()>,
}

impl TileCache {
    /// Tiles in a folder, which is made when there is the first.
    #[must_use]
    pub fn new(folder: PathBuf, disk: Disk) -> Self {
        Self::with_limit(folder, disk, LIMIT)
    }

    /// As [`TileCache::new`], with another limit in bytes.
    #[must_use]
    pub fn with_limit(folder: PathBuf, disk: Disk, limit: u64) -> Self {
        Self {
            shelf: Arc::new(Shelf::new(folder, disk, limit)),
            http: OnceLock::new(),
            asking: Semaphore::new(AT_ONCE),
            silence: Mutex::default(),
            cleared: OnceLock::new(),
        }
    }

    /// A tile: the one that is kept while it is fresh, else the server's, else the old one.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn get(&self, tiles: &Tiles, area: &Bounds, id: TileId, now: Timestamp) -> Result<Tile, TileError> {
        let url = id.url(tiles, area)?;
        let map = mark(&tiles.url_template);
        let kept = {
            let (shelf, map, first) = (Arc::clone(&self.shelf), map.clone(), self.cleared.set(()).is_ok());
            blocking(move || {
                if first {
                    shelf.keep_only(&map);
                }
                shelf.get(&map, id)
            })
            .await?
        };
        let kept = match kept {
            // A clock that was set back must not keep a tile for ever.
            Some(kept) if kept.fresh_until > now && kept.fresh_until < now.plus_ms(MAX_AGE_MS) => return Ok(kept.tile),
            kept => kept,
        };
        let etag = kept.as_ref().and_then(|kept| kept.etag.as_deref());
        let newer = match (self.ask(id, url, etag, now).await, &kept) {
            (Ok(Answer::New { kept, may_be_kept: false }), _) => return Ok(kept.tile),
            (Ok(Answer::New { kept, may_be_kept: true }), _) => kept,
            (Ok(Answer::Unchanged { fresh_until }), Some(kept)) => shelf::Kept { fresh_until, ..kept.clone() },
            (Ok(Answer::Unchanged { .. }), None) => return Err(TileError::Unreachable),
            (Err(_), Some(old)) => return Ok(old.tile.clone()),
            (Err(error), None) => return Err(error),
        };
        let tile = newer.tile.clone();
        let shelf = Arc::clone(&self.shelf);
        if let Err(error) = blocking(move || shelf.put(&map, id, &newer)).await? {
            tracing::warn!(%error, "a tile can't be kept");
        }
        Ok(tile)
    }

    async fn ask(&self, id: TileId, url: reqwest::Url, etag: Option<&str>, now: Timestamp) -> Result<Answer, TileError> {
        let _turn = self.asking.acquire().await.map_err(|_| TileError::Device)?;
        self.is_quiet(id)?;
        let client = self.http.get_or_init(|| remote::plain_client().ok()).as_ref().ok_or(TileError::Device)?;
        let answer = fetch(client, url, etag, now).await;
        let mut silence = self.silence();
        match answer {
            Ok(_) => silence.until = None,
            Err(TileError::Unreachable) => silence.until = Some(Instant::now() + QUIET),
            Err(_) => {
                if silence.gone.len() >= GONE_KEPT {
                    silence.gone.clear();
                }
                silence.gone.insert(id, Instant::now() + GONE_FOR);
            }
        }
        answer
    }

    fn is_quiet(&self, id: TileId) -> Result<(), TileError> {
        let silence = self.silence();
        let now = Instant::now();
        if silence.until.is_some_and(|until| until > now) {
            return Err(TileError::Unreachable);
        }
        if silence.gone.get(&id).is_some_and(|until| *until > now) { Err(TileError::NotThere) } else { Ok(()) }
    }

    fn silence(&self) -> std::sync::MutexGuard<'_, Silence> {
        self.silence.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Longer than any tile is fresh, in milliseconds.
const MAX_AGE_MS: i64 = 31 * 24 * 3_600 * 1_000;

/// What files of a server's tiles are named with.
fn mark(template: &str) -> String {
    Sha256::digest(template.as_bytes()).iter().take(4).fold(String::new(), |mark, byte| format!("{mark}{byte:02x}"))
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, TileError> {
    tokio::task::spawn_blocking(work).await.map_err(|_| TileError::Device)
}

impl Client {
    /// A tile of the jurisdiction's map, by its number `z/x/y`.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn tile(&self, number: &str) -> Result<Tile, TileError> {
        let id = number.parse::<TileId>()?;
        let here = self.get_jurisdiction(GetJurisdiction {}).await.map_err(|_| TileError::Device)?;
        let tiles = here.tiles.as_ref().ok_or(TileError::NoTiles)?;
        self.inner.tiles.get(tiles, &here.bounds, id, self.inner.ambient.now()).await
    }
}
