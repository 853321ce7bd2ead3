//! A screen to draw on: the one that is there, or a virtual one.

use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::process::{Running, command, first_match};

/// Whether windows can be opened.
pub(crate) fn exists() -> bool {
    ["WAYLAND_DISPLAY", "DISPLAY"].iter().any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()))
}

/// An X server that draws into memory. Ended on drop.
#[derive(Debug)]
pub(crate) struct Virtual {
    name: String,
    _server: Running,
}

impl Virtual {
    /// Starts one under a number that nobody uses.
    ///
    /// # Errors
    /// When Xvfb can't be started.
    pub(crate) fn start() -> Result<Self> {
        let mut xvfb = command("Xvfb");
        xvfb.args(["-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"]);
        let mut server = Running::start(xvfb.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()))?;
        let number = server.stdout().context("Xvfb has no output")?;
        let number = first_match(number, |line| line.trim().parse::<u32>().ok()).context("Xvfb did not start")?;
        Ok(Self { name: format!(":{number}"), _server: server })
    }

    /// Makes `command` draw here and be quiet about the desktop services that are not.
    pub(crate) fn lend_to<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command.env("DISPLAY", &self.name).env("GDK_BACKEND", "x11").env("NO_AT_BRIDGE", "1").env_remove("WAYLAND_DISPLAY")
    }
}
