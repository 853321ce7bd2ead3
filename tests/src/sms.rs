//! What a citizen's phone gets by SMS: the development gateway writes it into a file of the server's.

use std::{path::Path, time::Duration};

use pakn_api::model::phone::PhoneNumber;
use serde::Deserialize;

use crate::wait::until;

const FILE: &str = "sms-development.jsonl";

#[derive(Deserialize)]
struct Line {
    phone: String,
    code: String,
}

/// The codes that were sent to a number, the first one first.
///
/// # Errors
/// When the file is not what it should be.
pub fn codes(server: &Path, phone: &str) -> anyhow::Result<Vec<String>> {
    let phone = PhoneNumber::parse(phone)?;
    let text = match std::fs::read_to_string(server.join(FILE)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        text => text?,
    };
    // The last line may still be on its way.
    let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
    let lines = whole.lines().map(serde_json::from_str::<Line>).collect::<Result<Vec<_>, _>>()?;
    Ok(lines.into_iter().filter(|line| line.phone == phone.as_e164()).map(|line| line.code).collect())
}

/// Waits for the `nth` code that is sent to a number, counted from 1.
///
/// # Errors
/// When it doesn't come.
pub async fn code(server: &Path, phone: &str, nth: usize) -> anyhow::Result<String> {
    let there = async || Ok(codes(server, phone)?.into_iter().nth(nth.saturating_sub(1)));
    Ok(until("the SMS", Duration::from_secs(20), there).await?.0)
}
