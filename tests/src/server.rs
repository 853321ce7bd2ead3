//! A PAKN server as a process of its own: started, stopped, killed, and asked as staff.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use anyhow::{Context, ensure};
use serde::de::DeserializeOwned;

use crate::small_disk::SmallDisk;

/// The demo account that [`ServerProcess::seed`] makes.
pub const DEMO_PHONE: &str = "0900000001";
/// Its password.
pub const DEMO_PASSWORD: &str = "demo-kontums";

/// A `pakn-server` binary with a data folder; running or not.
pub struct ServerProcess {
    binary: PathBuf,
    data: PathBuf,
    log: PathBuf,
    listen: String,
    child: Option<Child>,
    disk: Option<SmallDisk>,
}

/// The server's binary beside a program of the tests: one build makes both.
///
/// # Errors
/// When the build left it out.
pub fn beside(program: &Path) -> anyhow::Result<PathBuf> {
    let server = program.with_file_name("pakn-server").with_extension(std::env::consts::EXE_EXTENSION);
    ensure!(server.exists(), "there is no {}: build the package pakn-server too", server.display());
    Ok(server)
}

impl ServerProcess {
    /// A server that is not running yet, with its log beside its data.
    #[must_use]
    pub fn new(binary: &Path, data: &Path) -> Self {
        Self {
            binary: binary.to_owned(),
            data: data.to_owned(),
            log: data.with_extension("log"),
            listen: "127.0.0.1:0".to_owned(),
            child: None,
            disk: None,
        }
    }

    /// A server as by [`ServerProcess::new`], whose data folder is a disk of so many bytes.
    ///
    /// # Errors
    /// When the disk can't be mounted.
    pub fn on_small_disk(binary: &Path, data: &Path, bytes: u64) -> anyhow::Result<Self> {
        let mut server = Self::new(binary, data);
        server.disk = Some(SmallDisk::mount(data, bytes)?);
        Ok(server)
    }

    /// The disk it was given.
    ///
    /// # Errors
    /// When it was given none.
    pub fn disk(&self) -> anyhow::Result<&SmallDisk> {
        self.disk.as_ref().context("it has no disk of its own")
    }

    fn program(&self) -> Command {
        self.disk.as_ref().map_or_else(|| Command::new(&self.binary), |disk| disk.command(&self.binary))
    }

    /// Where it listens, once it has run.
    ///
    /// # Errors
    /// When that is no address.
    pub fn address(&self) -> anyhow::Result<SocketAddr> {
        Ok(self.listen.parse()?)
    }

    /// Its address, once it has run.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}", self.listen)
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Starts it and waits until it accepts. A second start takes the port of the first.
    ///
    /// # Errors
    /// When it ends before it accepts.
    pub fn start(&mut self) -> anyhow::Result<()> {
        ensure!(self.child.is_none(), "it is running");
        let log = std::fs::OpenOptions::new().create(true).append(true).open(&self.log)?;
        let mut child = self
            .program()
            .arg("serve")
            .arg("--data")
            .arg(&self.data)
            .args(["--listen", &self.listen])
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .with_context(|| format!("starting {}", self.binary.display()))?;
        let mut line = String::new();
        let out = child.stdout.take().context("its output")?;
        self.child = Some(child);
        BufReader::new(out).read_line(&mut line)?;
        let address = line.trim().strip_prefix("listening on http://");
        address.with_context(|| format!("its first line: {line:?}"))?.clone_into(&mut self.listen);
        Ok(())
    }

    /// Kills it without a word of warning.
    ///
    /// # Errors
    /// When it can't be killed.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    fn run(&self, args: &[&str]) -> anyhow::Result<String> {
        let mut command = self.program();
        let (first, rest) = args.split_first().context("a subcommand")?;
        let output = command.arg(first).arg("--data").arg(&self.data).args(rest).output()?;
        ensure!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Makes the demo account.
    ///
    /// # Errors
    /// When the command fails.
    pub fn seed(&self) -> anyhow::Result<()> {
        self.seed_account(DEMO_PHONE)
    }

    /// Makes an account of this number, with the demo account's password.
    ///
    /// # Errors
    /// When the command fails.
    pub fn seed_account(&self, phone: &str) -> anyhow::Result<()> {
        self.run(&["seed", "--phone", phone, "--password", DEMO_PASSWORD]).map(drop)
    }

    /// Makes a file with fields the version in force.
    ///
    /// # Errors
    /// When the command finds fault with it.
    pub fn publish_fields(&self, file: &Path) -> anyhow::Result<()> {
        self.run(&["fields", "publish", &file.display().to_string()]).map(drop)
    }

    /// `staff …`, its output read as JSON.
    ///
    /// # Errors
    /// When the command fails or answers something else.
    pub fn staff_json<T: DeserializeOwned>(&self, args: &[&str]) -> anyhow::Result<T> {
        Ok(serde_json::from_str(&self.staff(args)?)?)
    }

    /// `staff …`.
    ///
    /// # Errors
    /// When the command fails.
    pub fn staff(&self, args: &[&str]) -> anyhow::Result<String> {
        self.run(&[&["staff"], args].concat())
    }

    /// What it has logged so far.
    ///
    /// # Errors
    /// When the log can't be read.
    pub fn log(&self) -> anyhow::Result<String> {
        Ok(std::fs::read_to_string(&self.log)?)
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        drop(self.kill());
    }
}
