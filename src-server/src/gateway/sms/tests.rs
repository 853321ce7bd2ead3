//! Sending over gateways that fail as told, in virtual time, and over a provider on this machine.

use std::{collections::VecDeque, sync::Mutex};

use axum::{Router, extract::Request, routing::any};
use http_body_util::BodyExt as _;

use super::*;
use crate::config::SmsHttp;

/// Answers as told, then with success; remembers when it was asked.
#[derive(Debug, Default)]
struct Scripted {
    answers: Mutex<VecDeque<Option<SendError>>>,
    asked: Mutex<Vec<Instant>>,
}

impl SmsGateway for Scripted {
    fn send<'a>(&'a self, _: &'a Sms) -> BoxFuture<'a, Result<(), SendError>> {
        self.asked.lock().unwrap().push(Instant::now());
        let answer = self.answers.lock().unwrap().pop_front();
        Box::pin(async move {
            match answer {
                None => Ok(()),
                Some(Some(error)) => Err(error),
                Some(None) => std::future::pending().await,
            }
        })
    }
}

fn failed() -> Option<SendError> {
    Some(SendError::Failed("500".into()))
}

fn sms() -> Sms {
    Sms { phone: PhoneNumber::parse("0912345678").unwrap(), text: "ma 000042".into(), code: OneTimeCode::of(42) }
}

fn sending(answers: impl IntoIterator<Item = Option<SendError>>) -> (Sending, Arc<Scripted>) {
    let gateway = Arc::new(Scripted { answers: Mutex::new(answers.into_iter().collect()), ..Scripted::default() });
    (Sending::new(gateway.clone(), &Settings::default()), gateway)
}

const USEFUL: Duration = Duration::from_secs(300);

#[tokio::test(start_paused = true)]
async fn what_fails_is_tried_again_in_growing_distances() {
    let (sending, gateway) = sending([failed(), None, failed()]);
    sending.deliver(&sms(), Instant::now() + USEFUL).await.unwrap();
    let asked = gateway.asked.lock().unwrap().clone();
    let waits: Vec<_> = asked.windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect();
    // The second one gets no answer for ten seconds.
    assert_eq!(asked.len(), 4);
    for (wait, between) in waits.iter().zip([500..=1_001, 11_000..=12_001, 2_000..=4_001]) {
        assert!(between.contains(wait), "{waits:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_final_and_says_nothing_about_the_provider() {
    let refused = || Some(SendError::Refused("422".into()));
    let (sending, gateway) = sending((0..50).map(|_| refused()));
    for _ in 0..50 {
        sending.deliver(&sms(), Instant::now() + USEFUL).await.unwrap_err();
    }
    assert_eq!((gateway.asked.lock().unwrap().len(), sending.closed_for()), (50, Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_fails_is_left_alone_then_asked_again() {
    let (sending, gateway) = sending((0..5).map(|_| failed()));
    let (begun, sms) = (Instant::now(), sms());
    let (one, two) = tokio::join!(sending.deliver(&sms, begun + USEFUL), async {
        tokio::time::sleep(Duration::from_millis(1)).await;
        sending.deliver(&sms, begun + USEFUL).await
    });
    assert_eq!((one, two), (Ok(()), Ok(())));
    let asked = gateway.asked.lock().unwrap().clone();
    assert!(asked[5] - asked[4] >= Duration::from_secs(30), "{asked:?}");
    assert_eq!(sending.closed_for(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn what_is_of_no_use_any_more_is_given_up() {
    let (sending, gateway) = sending((0..1_000).map(|_| failed()));
    let begun = Instant::now();
    for _ in 0..10 {
        sending.deliver(&sms(), begun + USEFUL).await.unwrap_err();
        assert!(Instant::now() <= begun + USEFUL + Duration::from_millis(2));
    }
    assert!(!sending.closed_for().is_zero());
    assert!(gateway.asked.lock().unwrap().len() < 15);
}

#[test]
fn waits_are_bounded() {
    for tried in 1..100 {
        let (least, most) = (wait_after(tried, 0), wait_after(tried, u16::MAX));
        assert!(least >= Duration::from_millis(500) && least < most && most <= Duration::from_secs(64), "{tried}");
    }
}

/// A provider that answers with this and keeps the last request's line, key and body.
async fn provider(status: u16, answer: &'static str) -> (String, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = Arc::clone(&seen);
    let router = Router::new().fallback(any(async move |request: Request| {
        let (head, body) = request.into_parts();
        let body = String::from_utf8(body.collect().await.unwrap().to_bytes().to_vec()).unwrap();
        let header = |name: &str| head.headers.get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default();
        *keep.lock().unwrap() =
            vec![head.method.to_string(), head.uri.to_string(), header("x-key"), header("content-type"), body];
        (axum::http::StatusCode::from_u16(status).unwrap(), answer)
    }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, seen)
}

fn to(url: String) -> SmsHttp {
    SmsHttp {
        url,
        content_type: "application/json".into(),
        body: r#"{"to":"{phone_digits}","content":"{text}"}"#.into(),
        headers: [("X-Key".to_owned(), "k1".to_owned())].into(),
        ..SmsHttp::default()
    }
}

#[tokio::test]
async fn a_provider_gets_the_request_that_was_set() {
    let (address, seen) = provider(200, "").await;
    let gateway = http::ByRequest::new(&to(format!("{address}/send?n={{phone}}"))).unwrap();
    gateway.send(&sms()).await.unwrap();
    let expected = ["POST", "/send?n=%2B84912345678", "k1", "application/json", r#"{"to":"84912345678","content":"ma 000042"}"#];
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[tokio::test]
async fn what_a_providers_answer_means() {
    let failed = |error: &SendError| matches!(error, SendError::Failed(_));
    for (status, answer, accepted, is_failure) in [
        (200, "anything", "", None),
        (202, r#"{"CodeResult":"100"}"#, r#""CodeResult":"100""#, None),
        (200, r#"{"CodeResult":"99"}"#, r#""CodeResult":"100""#, Some(false)),
        (422, "", "", Some(false)),
        (401, "", "", Some(true)),
        (302, "", "", Some(true)),
        (429, "", "", Some(true)),
        (503, "", "", Some(true)),
    ] {
        let (address, _) = provider(status, answer).await;
        let gateway = http::ByRequest::new(&SmsHttp { accepted: accepted.into(), ..to(address) }).unwrap();
        let outcome = gateway.send(&sms()).await;
        assert_eq!(outcome.as_ref().err().map(failed), is_failure, "{status} {answer}: {outcome:?}");
    }
}

#[tokio::test]
async fn nobody_there_is_told_without_the_number() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/{{phone}}", listener.local_addr().unwrap());
    drop(listener);
    let Err(SendError::Failed(why)) = http::ByRequest::new(&to(address)).unwrap().send(&sms()).await else {
        panic!("somebody was there")
    };
    assert!(!why.contains("912345678"), "{why}");
}

#[test]
fn requests_that_cant_be_sent_are_refused_at_the_start() {
    let fine = || to("https://sms.example/".into());
    assert!(http::ByRequest::new(&fine()).is_ok());
    for bad in [
        SmsHttp { url: String::new(), ..fine() },
        SmsHttp { url: "ftp://sms.example/".into(), ..fine() },
        SmsHttp { method: "PO ST".into(), ..fine() },
        SmsHttp { content_type: "multipart/form-data".into(), ..fine() },
        SmsHttp { body: "{}".into(), ..fine() },
        SmsHttp { headers: [("a b".to_owned(), String::new())].into(), ..fine() },
    ] {
        assert!(matches!(http::ByRequest::new(&bad), Err(ConfigError::Unusable(_))), "{bad:?}");
    }
}
