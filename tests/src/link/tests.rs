#![expect(clippy::unwrap_used, reason = "test")]

use std::sync::atomic::AtomicUsize;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::*;

const FAR: Duration = Duration::from_secs(30);

#[derive(Clone, Debug, Default)]
struct Heard {
    bytes: Arc<Mutex<Vec<u64>>>,
    ended: Arc<AtomicUsize>,
}

impl Heard {
    fn bytes(&self) -> u64 {
        self.each().iter().sum()
    }

    fn each(&self) -> Vec<u64> {
        self.bytes.lock().unwrap().clone()
    }
}

/// A server that counts what it hears on each connection, and says `answer` after every `question` bytes.
async fn server(question: u64, answer: &'static [u8]) -> (SocketAddr, Heard) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let (address, heard) = (listener.local_addr().unwrap(), Heard::default());
    let counting = heard.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let heard = counting.clone();
            let number = heard.bytes.lock().unwrap().len();
            heard.bytes.lock().unwrap().push(0);
            tokio::spawn(async move {
                let (mut piece, mut so_far) = ([0; 4_096], 0);
                while let Ok(length @ 1..) = stream.read(&mut piece).await {
                    let before = so_far;
                    so_far += length as u64;
                    *heard.bytes.lock().unwrap().get_mut(number).unwrap() = so_far;
                    for _ in before / question..so_far / question {
                        if stream.write_all(answer).await.is_err() {
                            break;
                        }
                    }
                }
                heard.ended.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    (address, heard)
}

async fn until(what: &str, limit: Duration, condition: impl Fn() -> bool) -> Duration {
    let looked = async || Ok(condition().then_some(()));
    crate::wait::until(what, limit, looked).await.unwrap().1
}

async fn client(link: &Link) -> TcpStream {
    TcpStream::connect(link.address).await.unwrap()
}

async fn ask(stream: &mut TcpStream, question: &[u8]) -> io::Result<Vec<u8>> {
    stream.write_all(question).await?;
    let mut answer = vec![0; 64];
    let length = stream.read(&mut answer).await?;
    answer.truncate(length);
    Ok(answer)
}

/// By what a busy machine may be late; a round trip that nobody asked for is more than that.
const LATE: Duration = Duration::from_millis(100);

fn close_to(took: Duration, expected: Duration) {
    let in_time = took >= expected.mul_f64(0.97) && took <= expected.mul_f64(1.03) + LATE;
    assert!(in_time, "{took:?} instead of {expected:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_share_the_rate_alike_and_waste_none_of_it() {
    for connections in [1, 5] {
        let (address, heard) = server(u64::MAX, b"").await;
        let link = Link::open(address, Conditions::new(4_000_000, 1, Duration::ZERO)).await.unwrap();
        let start = Instant::now();
        let bytes = 1_000_000;
        let sending = (0..connections).map(|_| {
            let connecting = TcpStream::connect(link.address);
            tokio::spawn(async move {
                let mut stream = connecting.await.unwrap();
                stream.write_all(&vec![7; bytes / connections]).await.unwrap();
                stream
            })
        });
        let sending: Vec<_> = sending.collect();
        until("half of it", FAR, || heard.bytes() >= 500_000).await;
        let each = heard.each();
        let (least, most) = (each.iter().min().unwrap(), each.iter().max().unwrap());
        assert!(each.len() == connections && most - least <= most / 10, "{each:?}");
        while heard.bytes() < bytes as u64 {
            tokio::task::yield_now().await;
        }
        close_to(start.elapsed(), Duration::from_secs(2));
        assert_eq!(link.counts().up, Traffic { sent: bytes as u64, arrived: bytes as u64 });
        drop(sending);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn both_ways_have_a_rate_of_their_own() {
    let answer = vec![1; 1_000_000].leak();
    let (address, _) = server(1, answer).await;
    let link = Link::open(address, Conditions::new(1_000, 8_000_000, Duration::ZERO)).await.unwrap();
    let mut stream = client(&link).await;
    let start = Instant::now();
    stream.write_all(b"?").await.unwrap();
    stream.read_exact(&mut vec![0; answer.len()]).await.unwrap();
    // The question takes eight milliseconds.
    close_to(start.elapsed(), Duration::from_millis(1_008));
    assert_eq!(link.counts().down.sent, 1_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_trip_takes_its_time_and_so_does_a_handshake() {
    let (address, _) = server(1, b"!").await;
    let link = Link::open(address, Conditions::new(1_000_000_000, 1_000_000_000, Duration::from_millis(200))).await.unwrap();
    let start = Instant::now();
    let mut stream = client(&link).await;
    ask(&mut stream, b"?").await.unwrap();
    close_to(start.elapsed(), Duration::from_millis(400));
    let start = Instant::now();
    ask(&mut stream, b"?").await.unwrap();
    close_to(start.elapsed(), Duration::from_millis(200));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_handshake_keeps_nobody_else_waiting() {
    let (address, heard) = server(u64::MAX, b"").await;
    let link = Link::open(address, Conditions::new(4_000_000, 1, Duration::from_millis(400))).await.unwrap();
    let start = Instant::now();
    let sending = (0..5).map(async |number| {
        tokio::time::sleep_until(start + Duration::from_millis(300) * number).await;
        let mut stream = client(&link).await;
        stream.write_all(&vec![7; 200_000]).await.unwrap();
        stream
    });
    let _open = futures::future::join_all(sending).await;
    while heard.bytes() < 1_000_000 {
        tokio::task::yield_now().await;
    }
    // The first handshake and the way there, and then without a pause.
    close_to(start.elapsed(), Duration::from_millis(400 + 2_000 + 200));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_while_it_is_down_and_connections_survive() {
    let (address, heard) = server(u64::MAX, b"").await;
    let schedule = Schedule { up: Duration::from_millis(500), down: Duration::from_millis(500) };
    let conditions = Conditions { schedule, ..Conditions::new(4_000_000, 1, Duration::ZERO) };
    let link = Link::open(address, conditions).await.unwrap();
    let start = Instant::now();
    let estimate = link.time_for(450_000);
    let mut stream = client(&link).await;
    let sending = tokio::spawn(async move {
        stream.write_all(&vec![7; 450_000]).await.unwrap();
        stream
    });
    tokio::time::sleep_until(start + Duration::from_millis(600)).await;
    let before = heard.bytes();
    tokio::time::sleep_until(start + Duration::from_millis(900)).await;
    assert_eq!(heard.bytes(), before);
    while heard.bytes() < 450_000 {
        tokio::task::yield_now().await;
    }
    close_to(start.elapsed(), Duration::from_millis(1_400));
    close_to(estimate, Duration::from_millis(1_400));
    drop(sending);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_loses_what_is_under_way_and_nothing_else_was_counted() {
    let (address, heard) = server(u64::MAX, b"").await;
    let cut_after = Some(Duration::from_millis(1_000));
    let conditions = Conditions { cut_after, ..Conditions::new(4_000_000, 1, Duration::from_millis(200)) };
    let link = Link::open(address, conditions).await.unwrap();
    let mut stream = client(&link).await;
    let start = Instant::now();
    let error = stream.write_all(&vec![7; 10_000_000]).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
    close_to(start.elapsed(), Duration::from_secs(1));
    until("the other end is told", FAR, || heard.ended.load(Ordering::Relaxed) == 1).await;
    let Counts { up, cuts, connections, .. } = link.counts();
    assert_eq!((cuts, connections), (1, 1));
    // A handshake of 200 ms, and 100 ms that were on their way.
    assert!((380_000..=420_000).contains(&up.sent), "{up:?}");
    assert!((40_000..=60_000).contains(&(up.sent - up.arrived)), "{up:?}");
    assert!(heard.bytes() <= up.arrived);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dropped_reply_was_given_and_resets_the_connection() {
    let (address, heard) = server(1, b"answer").await;
    let quick = Conditions::new(1_000_000_000, 1_000_000_000, Duration::ZERO);
    let conditions = Conditions { replies_dropped: 0.2, replies_replaced: 0.1, ..quick };
    let link = Link::open(address, conditions).await.unwrap();
    let (mut given, mut reset, mut replaced) = (0, 0, 0);
    let mut stream = client(&link).await;
    for _ in 0..300 {
        match ask(&mut stream, b"?").await {
            Ok(answer) if answer == b"answer" => given += 1,
            Ok(answer) => {
                assert!(answer.starts_with(b"HTTP/1.1 200 OK\r\nContent-Type: text/html"));
                replaced += 1;
                stream = client(&link).await;
            }
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::ConnectionReset);
                reset += 1;
                stream = client(&link).await;
            }
        }
    }
    let counts = link.counts();
    assert_eq!(heard.bytes(), 300, "each question was heard");
    assert_eq!((given + reset + replaced, counts.replies_dropped), (300, reset));
    assert_eq!(counts.connections, 1 + reset + replaced);
    assert!((40..=80).contains(&reset) && (15..=45).contains(&replaced), "{reset} reset, {replaced} replaced");
}

#[tokio::test(flavor = "multi_thread")]
async fn half_open_means_silence_at_both_ends_and_new_connections_work() {
    let (address, heard) = server(1, b"!").await;
    let link = Link::open(address, Conditions::new(1_000_000, 1_000_000, Duration::ZERO)).await.unwrap();
    let mut old = client(&link).await;
    assert_eq!(ask(&mut old, b"?").await.unwrap(), b"!");
    link.go_half_open();
    let silence = tokio::time::timeout(Duration::from_millis(300), ask(&mut old, b"?")).await;
    assert!(silence.is_err(), "{silence:?}");
    assert_eq!((heard.bytes(), heard.ended.load(Ordering::Relaxed)), (1, 0));
    assert_eq!(ask(&mut client(&link).await, b"?").await.unwrap(), b"!");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_answers_everyone_and_asks_nobody() {
    let (address, heard) = server(1, b"!").await;
    let link = Link::open(address, Conditions::new(1_000_000, 1_000_000, Duration::ZERO)).await.unwrap();
    let mut old = client(&link).await;
    ask(&mut old, b"?").await.unwrap();
    for (page, status) in [(Page::SignIn, "200"), (Page::Redirect, "302")] {
        link.let_in(Access::Portal(page));
        let http = crate::http::client().unwrap();
        let request = http.post(format!("{}/v1/reports", link.url())).body(vec![7; 100_000]);
        let answer = request.send().await;
        // A redirect is followed, to where nobody is.
        assert_eq!(answer.is_ok(), page == Page::SignIn);
        if let Ok(answer) = answer {
            assert_eq!((answer.status().as_str(), answer.text().await.unwrap().contains("WiFi")), (status, true));
        }
    }
    assert!(ask(&mut old, b"?").await.is_err(), "what was open is reset");
    assert_eq!((heard.bytes(), link.counts().pages), (1, 2));
    link.let_in(Access::Refused);
    let refused = async { ask(&mut TcpStream::connect(link.address).await?, b"?").await };
    assert!(refused.await.is_err());
    link.let_in(Access::Open);
    assert_eq!(ask(&mut client(&link).await, b"?").await.unwrap(), b"!");
}

#[tokio::test(flavor = "multi_thread")]
async fn unheard_means_that_questions_arrive_and_answers_do_not() {
    let (address, heard) = server(1, b"!").await;
    let link = Link::open(address, Conditions::new(1_000_000, 1_000_000, Duration::ZERO)).await.unwrap();
    link.let_in(Access::Unheard);
    assert!(ask(&mut client(&link).await, b"?").await.is_err());
    assert_eq!((heard.bytes(), link.counts().replies_dropped), (1, 1));
    link.let_in(Access::Open);
    assert_eq!(ask(&mut client(&link).await, b"?").await.unwrap(), b"!");
}
