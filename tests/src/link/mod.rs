//! A bad link: a TCP proxy of its own port in front of a server, which knows nothing of HTTP but where an
//! answer begins.
//!
//! All connections share one rate each way, packet by packet in turns. A packet crosses, then takes the delay;
//! while the link is down neither goes on. A connection begins with a round trip for its handshake; TCP's slow
//! start and headers are left out. What waits to cross stays with its sender: the proxy takes in no more than
//! `carry` says, so what is counted as sent has used the link, and what was under way when a connection is
//! cut is lost.

mod carry;
mod lane;
mod portal;
mod schedule;
#[cfg(test)]
mod tests;

use std::{
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use rand::{Rng, SeedableRng, rngs::StdRng};
use tokio::{
    net::{TcpListener, TcpSocket},
    sync::watch,
    task::{JoinHandle, JoinSet},
    time::Instant,
};

use self::lane::Lane;
pub use self::{portal::Page, schedule::Schedule};

/// Bytes that the system keeps for a socket of the proxy's, each way. Less, and a loopback with its packets of
/// 64 KB comes to a halt again and again.
const SOCKET_BUFFER: u32 = 32 * 1024;

/// What a link is like.
#[derive(Clone, Copy, Debug)]
pub struct Conditions {
    /// Bits per second towards the server.
    pub up: u64,
    /// Bits per second towards the client.
    pub down: u64,
    /// From one end to the other; a round trip is twice that.
    pub delay: Duration,
    /// When it moves.
    pub schedule: Schedule,
    /// How long a connection lasts.
    pub cut_after: Option<Duration>,
    /// Share of the answers that get lost along with their connection.
    pub replies_dropped: f64,
    /// Share of the answers in whose place something on the way gives a page of its own.
    pub replies_replaced: f64,
    /// What chance goes by.
    pub seed: u64,
}

impl Conditions {
    /// A link that is slow and far, but does not break.
    #[must_use]
    pub const fn new(up: u64, down: u64, round_trip: Duration) -> Self {
        Self {
            up,
            down,
            delay: Duration::from_nanos(round_trip.as_nanos() as u64 / 2),
            schedule: Schedule::ALWAYS,
            cut_after: None,
            replies_dropped: 0.0,
            replies_replaced: 0.0,
            seed: 1,
        }
    }

    /// A phone on the move: 4 Mbit/s up, 16 down, 200 ms there and back, away for one second of every six.
    #[must_use]
    pub const fn on_the_move() -> Self {
        let schedule = Schedule { up: Duration::from_secs(5), down: Duration::from_secs(1) };
        Self { schedule, ..Self::new(4_000_000, 16_000_000, Duration::from_millis(200)) }
    }
}

/// Who gets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Everyone.
    Open,
    /// Everyone, but nobody hears an answer: it gets lost along with its connection.
    Unheard,
    /// Nobody: what comes is reset.
    Refused,
    /// Nobody: a captive portal answers what comes.
    Portal(Page),
}

/// Bytes that went one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traffic {
    /// Put on the link.
    pub sent: u64,
    /// Handed over at its other end.
    pub arrived: u64,
}

/// What has happened so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Towards the server.
    pub up: Traffic,
    /// Towards the client.
    pub down: Traffic,
    /// Connections taken, a portal's included.
    pub connections: u64,
    /// Connections that had lasted long enough.
    pub cuts: u64,
    /// Answers that the server gave and nobody heard.
    pub replies_dropped: u64,
    /// Answers in whose place the client heard a page: the server's own, and those a portal gave.
    pub pages: u64,
}

/// What open and coming connections are told; they count from one.
#[derive(Clone, Copy, Debug)]
struct Orders {
    access: Access,
    /// Up to this one they carry nothing any more, and nobody is told.
    dead: u64,
    /// Up to this one they are reset.
    cut: u64,
}

#[derive(Debug, Default)]
struct Events {
    connections: AtomicU64,
    cuts: AtomicU64,
    replies_dropped: AtomicU64,
    pages: AtomicU64,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    conditions: Conditions,
    up: Lane,
    down: Lane,
    started: Instant,
    dice: Mutex<StdRng>,
    orders: watch::Sender<Orders>,
    events: Events,
}

impl Shared {
    /// The moment by which something that takes `moving` is done if it begins now.
    fn after(&self, moving: Duration) -> Instant {
        self.started + self.conditions.schedule.after(self.started.elapsed(), moving)
    }

    fn roll(&self) -> f64 {
        self.dice.lock().unwrap_or_else(PoisonError::into_inner).random()
    }
}

fn count(counter: &AtomicU64) -> u64 {
    counter.fetch_add(1, Ordering::Relaxed) + 1
}

/// A running proxy. Dropping it drops its connections.
#[derive(Debug)]
pub struct Link {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

impl Link {
    /// Puts a link in front of `server`. Its schedule begins now.
    ///
    /// # Errors
    /// When no port can be had.
    pub async fn open(server: SocketAddr, conditions: Conditions) -> io::Result<Self> {
        let socket = TcpSocket::new_v4()?;
        socket.set_recv_buffer_size(SOCKET_BUFFER)?;
        socket.set_send_buffer_size(SOCKET_BUFFER)?;
        socket.bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
        let listener = socket.listen(1_024)?;
        let address = listener.local_addr()?;
        let started = Instant::now();
        let lane = |bits| Lane::new(bits, conditions.schedule, started);
        let shared = Arc::new(Shared {
            server,
            conditions,
            up: lane(conditions.up),
            down: lane(conditions.down),
            started,
            dice: Mutex::new(StdRng::seed_from_u64(conditions.seed)),
            orders: watch::Sender::new(Orders { access: Access::Open, dead: 0, cut: 0 }),
            events: Events::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, accepting })
    }

    /// Where its clients go.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What has happened so far.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let Events { connections, cuts, replies_dropped, pages } = &self.shared.events;
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counts {
            up: self.shared.up.traffic(),
            down: self.shared.down.traffic(),
            connections: read(connections),
            cuts: read(cuts),
            replies_dropped: read(replies_dropped),
            pages: read(pages),
        }
    }

    /// The least that bringing so many bytes up could take from now on.
    #[must_use]
    pub fn time_for(&self, bytes: u64) -> Duration {
        let crossing = self.shared.up.crossing(bytes);
        self.shared.after(crossing + self.shared.conditions.delay).duration_since(Instant::now())
    }

    /// Who gets through from now on; connections that others have are reset.
    pub fn let_in(&self, access: Access) {
        self.order(|orders, so_far| {
            orders.cut = so_far;
            orders.access = access;
        });
    }

    /// From now on nothing moves on the connections there are, and neither end is told. New ones work.
    pub fn go_half_open(&self) {
        self.order(|orders, so_far| orders.dead = so_far);
    }

    fn order(&self, change: impl FnOnce(&mut Orders, u64)) {
        let so_far = self.shared.events.connections.load(Ordering::Relaxed);
        self.shared.orders.send_modify(|orders| change(orders, so_far));
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut open = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        while open.try_join_next().is_some() {}
        let number = count(&shared.events.connections);
        open.spawn(carry::carry(Arc::clone(&shared), client, number));
    }
}
