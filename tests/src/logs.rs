//! What server and app have logged after a run in the window: what happened, and nothing about anybody.

use std::{fs, path::Path};

use anyhow::ensure;

use crate::server::ServerProcess;

/// What the app says of a report that could not leave.
const WAITED: &str = "stays in the outbox";

/// Makes sure that neither log tells one of the `secrets` or, as a word of its own, one of the `codes`. A report has to
/// have waited for a network, and `route` to have been asked for: a log that lacks this would prove nothing.
///
/// # Errors
/// When a log tells too much or too little, or can't be read.
pub fn tell_nothing(
    server: &ServerProcess,
    app_data: &Path,
    route: &str,
    secrets: &[&str],
    codes: &[&str],
) -> anyhow::Result<()> {
    let app = fs::read_to_string(app_data.with_extension("log"))?;
    for (side, log, expected) in [("server", server.log()?, route), ("app", app, WAITED)] {
        ensure!(log.contains(expected), "the {side}'s log lacks {expected:?}");
        for secret in secrets {
            ensure!(!secret.is_empty() && !log.contains(secret), "the {side}'s log has {secret:?}");
        }
        // Six digits are also part of a time or an id.
        let mut words = log.split(|c: char| !c.is_ascii_alphanumeric());
        ensure!(!words.any(|word| codes.contains(&word)), "the {side}'s log has a code");
    }
    Ok(())
}
