//! The device's process and disk: where it dies, and when the disk is full.

use std::{
    io,
    path::Path,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use async_trait::async_trait;
use pakn_api::Timestamp;
use pakn_core::{TokenStore, TokenStoreError, ambient::Ambient};
use tokio::sync::Notify;

use super::{schedule::Fuse, tally::Fault, world::World};

/// The device's disk, as far as it is not its files.
#[derive(Default)]
struct Disk {
    /// Writes until it is full.
    full_after: Option<u32>,
    /// It was full when something was to be written, since this was last asked.
    refused: bool,
}

/// What lasts from one life of the device to the next, beside its files.
#[derive(Default)]
pub(super) struct Body {
    disk: Mutex<Disk>,
    fuse: Mutex<Option<(Fuse, Option<Fuse>)>>,
    token: Mutex<Option<String>>,
    drawn: AtomicU64,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Body {
    /// The device will die there, and perhaps there in its next life.
    pub(super) fn arm(&self, fuse: Option<(Fuse, Option<Fuse>)>) {
        *locked(&self.fuse) = fuse;
    }

    /// The disk is full after so many more writes, or never.
    pub(super) fn fill_disk(&self, after: Option<u32>) {
        locked(&self.disk).full_after = after;
    }

    /// Whether a write was refused since this was last asked.
    pub(super) fn take_refused(&self) -> bool {
        std::mem::take(&mut locked(&self.disk).refused)
    }
}

/// The same fuse with another length.
type Shorter = fn(u8) -> Fuse;

/// One life of the device's process.
pub(super) struct Power {
    world: Arc<World>,
    body: Arc<Body>,
    dead: AtomicBool,
    died: Notify,
}

fn dead() -> io::Error {
    io::Error::other("the process is dead")
}

impl Power {
    /// A new life.
    #[must_use]
    pub(super) fn new(world: Arc<World>, body: Arc<Body>) -> Self {
        Self { world, body, dead: AtomicBool::new(false), died: Notify::new() }
    }

    /// Whether it is over.
    pub(super) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed)
    }

    /// Comes back when it is over.
    pub(super) async fn died(&self) {
        let told = self.died.notified();
        if !self.is_dead() {
            told.await;
        }
    }

    /// It ends now.
    pub(super) fn die(&self, fault: Fault) {
        if !self.dead.swap(true, Ordering::Relaxed) {
            self.world.tally.count(fault);
            self.died.notify_one();
        }
    }

    /// Burns the fuse down if it is of this kind; answers whether that was its end.
    fn burn(&self, here: fn(Fuse) -> Option<(u8, Shorter)>) -> bool {
        let mut armed = locked(&self.body.fuse);
        let Some((fuse, again)) = *armed else { return false };
        let Some((left, same)) = here(fuse) else { return false };
        let over = left == 0;
        *armed = if over { again.map(|next| (next, None)) } else { Some((same(left - 1), again)) };
        over
    }

    /// A request is about to leave.
    pub(super) fn asking(&self) -> bool {
        if self.burn(|fuse| if let Fuse::Asking(n) = fuse { Some((n, Fuse::Asking)) } else { None }) {
            self.die(Fault::DiedAsking);
        }
        !self.is_dead()
    }

    /// A request was carried out; its answer is about to be heard.
    pub(super) fn answered(&self) -> bool {
        if self.burn(|fuse| if let Fuse::Answered(n) = fuse { Some((n, Fuse::Answered)) } else { None }) {
            self.die(Fault::DiedAnswered);
        }
        !self.is_dead()
    }
}

/// A life's surroundings, as the core sees them.
pub(super) struct Surroundings(pub(super) Arc<Power>);

/// Spreads the bits of a number (splitmix64).
#[must_use]
pub(super) const fn spread(n: u64) -> u64 {
    let n = n.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let n = (n ^ (n >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    n ^ (n >> 31)
}

impl Ambient for Surroundings {
    fn now(&self) -> Timestamp {
        self.0.world.device_now()
    }

    fn random(&self) -> [u8; 10] {
        let drawn = self.0.body.drawn.fetch_add(1, Ordering::Relaxed);
        let [a, b, c, d, e, f, g, h] = spread(self.0.world.seed ^ spread(drawn)).to_be_bytes();
        [0, 0, a, b, c, d, e, f, g, h]
    }

    fn roll(&self) -> f64 {
        0.5
    }

    fn before_write(&self) -> io::Result<()> {
        let power = &self.0;
        if power.is_dead() {
            return Err(dead());
        }
        if power.burn(|fuse| if let Fuse::BeforeWrite(n) = fuse { Some((n, Fuse::BeforeWrite)) } else { None }) {
            power.die(Fault::DiedBeforeWrite);
            return Err(dead());
        }
        let mut disk = locked(&power.body.disk);
        match disk.full_after {
            Some(0) => {
                disk.refused = true;
                power.world.tally.count(Fault::DiskFull);
                return Err(io::ErrorKind::StorageFull.into());
            }
            Some(n) => disk.full_after = Some(n - 1),
            None => {}
        }
        power.world.tally.write();
        Ok(())
    }

    fn after_write(&self) -> io::Result<()> {
        let power = &self.0;
        if power.is_dead() {
            return Err(dead());
        }
        if power.burn(|fuse| if let Fuse::AfterWrite(n) = fuse { Some((n, Fuse::AfterWrite)) } else { None }) {
            power.die(Fault::DiedAfterWrite);
            return Err(dead());
        }
        Ok(())
    }

    fn free_bytes(&self, _: &Path) -> Option<u64> {
        let mut disk = locked(&self.0.body.disk);
        let full = disk.full_after == Some(0);
        disk.refused |= full;
        full.then_some(0)
    }
}

#[async_trait]
impl TokenStore for Surroundings {
    async fn load(&self) -> Result<Option<String>, TokenStoreError> {
        Ok(locked(&self.0.body.token).clone())
    }

    async fn save(&self, token: &str) -> Result<(), TokenStoreError> {
        self.before_write()?;
        *locked(&self.0.body.token) = Some(token.to_owned());
        Ok(self.after_write()?)
    }

    async fn clear(&self) -> Result<(), TokenStoreError> {
        self.before_write()?;
        *locked(&self.0.body.token) = None;
        Ok(self.after_write()?)
    }
}
