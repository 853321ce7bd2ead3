//! One connection over the link: both directions, and what ends it.
//!
//! Each direction is a row of three: taken in, crossing, handed over. Only [`WAITING`] packets are taken in
//! ahead of the link, enough to keep it busy when a timer fires late; all else waits in the sender's own
//! socket. What has crossed and is not taken by the other end fills [`FLYING`], and then stops the row too.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
    sync::mpsc::{self, Receiver, Sender},
    time::{Instant, sleep_until},
};

use super::{Access, SOCKET_BUFFER, Shared, count, lane::Lane, portal::Page};

/// Bytes of a packet: what an Ethernet frame carries of TCP.
const PACKET: usize = 1_460;
const WAITING: usize = 16;
const FLYING: usize = 256;

struct Packet {
    bytes: Vec<u8>,
    /// Waiting since, then due at the other end.
    at: Instant,
}

/// Why a connection carries no more.
enum End {
    /// Both ends have said all they had to say.
    Done,
    /// One end is gone.
    Broken,
    Cut,
    ReplyDropped,
    ReplyReplaced,
    Dead,
    Ordered,
}

impl From<io::Error> for End {
    fn from(_: io::Error) -> Self {
        Self::Broken
    }
}

/// What becomes of answers: the first bytes that come back after some went there.
struct Answers<'a> {
    shared: &'a Shared,
    asked: AtomicBool,
}

impl Answers<'_> {
    fn begins(&self) -> Result<(), End> {
        if !self.asked.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let (roll, conditions) = (self.shared.roll(), &self.shared.conditions);
        if roll < conditions.replies_dropped || self.shared.orders.borrow().access == Access::Unheard {
            return Err(End::ReplyDropped);
        }
        if roll < conditions.replies_dropped + conditions.replies_replaced { Err(End::ReplyReplaced) } else { Ok(()) }
    }
}

pub(super) async fn carry(shared: Arc<Shared>, mut client: TcpStream, number: u64) {
    let access = shared.orders.borrow().access;
    match access {
        Access::Open | Access::Unheard => {}
        Access::Refused => return reset(&client),
        Access::Portal(page) => {
            if page.serve(&mut client).await {
                count(&shared.events.pages);
            }
            return;
        }
    }
    let opened = Instant::now();
    let Ok(mut server) = reach(&shared).await else { return reset(&client) };
    if client.set_nodelay(true).and_then(|()| server.set_nodelay(true)).is_err() {
        return reset(&client);
    }
    let cut = async {
        match shared.conditions.cut_after {
            Some(after) => sleep_until(opened + after).await,
            None => std::future::pending().await,
        }
    };
    let mut orders = shared.orders.subscribe();
    let end = tokio::select! {
        end = both_ways(&shared, &mut client, &mut server) => end,
        () = cut => End::Cut,
        Ok(orders) = orders.wait_for(|orders| number <= orders.cut.max(orders.dead)) => {
            if number <= orders.cut { End::Ordered } else { End::Dead }
        }
    };
    let back = shared.after(shared.conditions.delay);
    match end {
        End::Done => return,
        End::Broken | End::Ordered => {}
        End::Cut => drop(count(&shared.events.cuts)),
        End::ReplyDropped => {
            count(&shared.events.replies_dropped);
            sleep_until(back).await;
        }
        End::ReplyReplaced => {
            drop(server);
            sleep_until(back).await;
            count(&shared.events.pages);
            Page::SignIn.give(&mut client).await;
            return;
        }
        End::Dead => return std::future::pending().await,
    }
    reset(&client);
    reset(&server);
}

async fn reach(shared: &Shared) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.set_recv_buffer_size(SOCKET_BUFFER)?;
    socket.set_send_buffer_size(SOCKET_BUFFER)?;
    socket.connect(shared.server).await
}

/// Makes the coming drop a reset.
fn reset(stream: &TcpStream) {
    // Fails on a connection that is gone, which is as good.
    let _ = stream.set_zero_linger();
}

async fn both_ways(shared: &Shared, client: &mut TcpStream, server: &mut TcpStream) -> End {
    let Shared { up, down, conditions, .. } = shared;
    let greeted = shared.after(conditions.delay * 2);
    let answers = &Answers { shared, asked: AtomicBool::new(false) };
    let (from_client, to_client) = client.split();
    let (from_server, to_server) = server.split();
    let there = async {
        let (taken, waiting) = mpsc::channel(WAITING);
        let (sent, flying) = mpsc::channel(FLYING);
        let asked = || answers.asked.store(true, Ordering::Relaxed);
        tokio::try_join!(
            take(from_client, taken, greeted, || Ok(())),
            cross(waiting, sent, up, conditions.delay),
            hand_over(flying, to_server, up, asked)
        )
    };
    let back = async {
        let (taken, waiting) = mpsc::channel(WAITING);
        let (sent, flying) = mpsc::channel(FLYING);
        tokio::try_join!(
            take(from_server, taken, greeted, || answers.begins()),
            cross(waiting, sent, down, conditions.delay),
            hand_over(flying, to_client, down, || {})
        )
    };
    tokio::try_join!(there, back).err().unwrap_or(End::Done)
}

async fn take(
    mut from: impl AsyncRead + Unpin,
    to: Sender<Packet>,
    not_before: Instant,
    look: impl Fn() -> Result<(), End>,
) -> Result<(), End> {
    // Here and not in the lane, where it would keep the others waiting.
    sleep_until(not_before).await;
    loop {
        let Ok(room) = to.reserve().await else { return Ok(()) };
        let mut bytes = vec![0; PACKET];
        let length = from.read(&mut bytes).await?;
        if length == 0 {
            return Ok(());
        }
        look()?;
        bytes.truncate(length);
        room.send(Packet { bytes, at: Instant::now() });
    }
}

async fn cross(mut from: Receiver<Packet>, to: Sender<Packet>, lane: &Lane, delay: Duration) -> Result<(), End> {
    while let Some(Packet { bytes, at }) = from.recv().await {
        let at = lane.send(bytes.len(), at, delay).await;
        if to.send(Packet { bytes, at }).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

async fn hand_over(mut from: Receiver<Packet>, mut to: impl AsyncWrite + Unpin, lane: &Lane, note: impl Fn()) -> Result<(), End> {
    while let Some(Packet { bytes, at }) = from.recv().await {
        sleep_until(at).await;
        note();
        to.write_all(&bytes).await?;
        lane.arrived(bytes.len());
    }
    // Gone already is as good as closed.
    let _ = to.shutdown().await;
    Ok(())
}
