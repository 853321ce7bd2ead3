//! Whether the time of an answer tells that a number has an account: asked in turns with one that has none.

use std::{path::Path, time::Instant};

use axum::{
    Router,
    body::Body,
    http::{Method, Request, StatusCode},
};
use http_body_util::BodyExt as _;
use pakn_api::{
    id::CodeId,
    model::phone::PhoneNumber,
    wire::{RequestCode, path},
};
use pakn_server::{App, Config};
use rand::Rng;
use serde_json::json;
use tower::ServiceExt as _;

use crate::{Round, show};

const ROUNDS: u32 = 200;
/// What chance alone leaves between two equal jobs here.
const AIM: f64 = 1.02;

fn number(prefix: &str, nth: u32) -> anyhow::Result<PhoneNumber> {
    Ok(PhoneNumber::parse(&format!("{prefix}{nth:07}"))?)
}

async fn ask(router: &Router, to: &str, body: serde_json::Value, expected: StatusCode) -> anyhow::Result<std::time::Duration> {
    let request = Request::builder().method(Method::POST).uri(to).header("content-type", "application/json");
    let request = request.body(Body::from(body.to_string()))?;
    let start = Instant::now();
    let answer = router.clone().oneshot(request).await?;
    let status = answer.status();
    answer.into_body().collect().await?;
    let took = start.elapsed();
    anyhow::ensure!(status == expected, "{to}: {status}");
    Ok(took)
}

async fn code(router: &Router, phone: PhoneNumber) -> anyhow::Result<std::time::Duration> {
    let body = RequestCode { code_id: CodeId::new(1_764_000_000_000, rand::rng().random()), phone };
    ask(router, path::CODES, serde_json::to_value(body)?, StatusCode::ACCEPTED).await
}

async fn sign_in(router: &Router, phone: PhoneNumber) -> anyhow::Result<std::time::Duration> {
    let body = json!({ "phone": phone, "password": "không phải mật khẩu này" });
    ask(router, path::SESSION, body, StatusCode::UNAUTHORIZED).await
}

/// One of each kind, either first.
async fn in_turns<F: Future<Output = anyhow::Result<std::time::Duration>>>(
    kind: impl Fn(PhoneNumber) -> F,
) -> anyhow::Result<Vec<Round>> {
    let mut rounds = Vec::new();
    for nth in 0..ROUNDS {
        let (known, unknown) = (number("097", nth)?, number("098", nth)?);
        let (ours, baseline) = if rand::rng().random() {
            let first = kind(known).await?;
            (first, kind(unknown).await?)
        } else {
            let first = kind(unknown).await?;
            (kind(known).await?, first)
        };
        rounds.push(Round { ours, baseline });
    }
    Ok(rounds)
}

pub(crate) async fn measure(folder: &Path) -> anyhow::Result<()> {
    let mut config = Config::new(folder.join("accounts"));
    config.limits.sign_in_burst = u32::MAX / 100;
    (config.codes.number_burst, config.codes.address_burst, config.codes.sms_per_hour) = (1_000, 1_000_000, 1_000_000);
    let app = App::open(config).await?;
    for nth in 0..ROUNDS {
        app.desk().create_account(number("097", nth)?, "một mật khẩu".to_owned(), "Nguyễn Thị Thử".to_owned()).await?;
    }
    let router = app.router();
    let codes = in_turns(|phone| code(&router, phone)).await?;
    show("asking for a code, for a number with an account against one without", &codes, AIM);
    let wrong = in_turns(|phone| sign_in(&router, phone)).await?;
    show("a wrong password, for a number with an account against one without", &wrong, AIM);
    Ok(())
}
