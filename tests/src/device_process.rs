//! A device as a process of its own: its lines followed, killed at any moment, started again.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, Command, ExitStatus, Stdio},
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Duration,
};

use anyhow::{Context, bail};

/// A running device.
pub struct DeviceProcess {
    child: Child,
    input: ChildStdin,
    lines: Receiver<String>,
}

impl DeviceProcess {
    /// Starts it.
    ///
    /// # Errors
    /// When it can't be started.
    pub fn start(command: &mut Command) -> anyhow::Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("starting a device")?;
        let (input, output) = (child.stdin.take().context("its input")?, child.stdout.take().context("its output")?);
        let (sender, lines) = channel();
        std::thread::spawn(move || BufReader::new(output).lines().map_while(Result::ok).try_for_each(|line| sender.send(line)));
        Ok(Self { child, input, lines })
    }

    /// Its next line, if one comes within `limit`.
    ///
    /// # Errors
    /// When it has ended and said all.
    pub fn line(&mut self, limit: Duration) -> anyhow::Result<Option<String>> {
        match self.lines.recv_timeout(limit) {
            Ok(line) => Ok(Some(line)),
            Err(RecvTimeoutError::Timeout) => Ok(None),
            Err(RecvTimeoutError::Disconnected) => bail!("the device has ended by itself: {}", self.child.wait()?),
        }
    }

    /// Lets it take the next step.
    ///
    /// # Errors
    /// When it has ended.
    pub fn go_on(&mut self) -> anyhow::Result<()> {
        Ok(self.input.write_all(b"\n")?)
    }

    /// Kills it without a word of warning. Answers what it had still said.
    ///
    /// # Errors
    /// When it can't be killed, or had ended before.
    pub fn kill(&mut self) -> anyhow::Result<Vec<String>> {
        if let Some(status) = self.child.try_wait()? {
            bail!("the device has ended by itself: {status}");
        }
        self.child.kill()?;
        self.child.wait()?;
        Ok(self.lines.iter().collect())
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// When it says nothing for longer than `limit`.
    pub fn end(&mut self, limit: Duration) -> anyhow::Result<ExitStatus> {
        loop {
            match self.lines.recv_timeout(limit) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => bail!("nothing new for {limit:?}"),
                Err(RecvTimeoutError::Disconnected) => return Ok(self.child.wait()?),
            }
        }
    }
}

impl Drop for DeviceProcess {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
