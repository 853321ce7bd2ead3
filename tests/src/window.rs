//! The real app in a real window: started through WebKit's driver, killed without warning.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, ensure};

use crate::{wait::until, webdriver::Session};

/// Where the desktop app is told that it is at first: Kon Tum, 12 m.
pub const LOCATION: &str = "14.3497,108.0005,12";
/// The desktop app's scanner: one that waits for a card that never comes.
const SCANNER: &str = "waits";
/// Done when the fonts and the pictures in view are there and two frames have been drawn with them: the
/// driver takes what was drawn last, which on a slow machine is the screen before.
const DRAWN: &str = "const done = arguments[0];
const seen = ({top, bottom}) => bottom > 0 && top < innerHeight;
const pictures = [...document.images].filter(i => seen(i.getBoundingClientRect())).map(i => i.decode().catch(() => {}));
Promise.all([document.fonts.ready, ...pictures]).then(() => requestAnimationFrame(() => requestAnimationFrame(() => done())));";
const START_LIMIT: Duration = Duration::from_secs(60);

/// How to start the app.
#[derive(Clone, Debug)]
pub struct AppSettings {
    /// The binary.
    pub app: PathBuf,
    /// Its data folder.
    pub data: PathBuf,
    /// The server it talks to.
    pub server_url: String,
    /// Where screenshots go.
    pub screenshots: PathBuf,
    /// Whether the system's look is dark.
    pub dark: bool,
    /// The desktop's stand-in for a camera: a folder of pictures and videos, or a word; without one, none.
    pub camera: Option<OsString>,
}

impl AppSettings {
    /// Where files go that the citizen asks for.
    #[must_use]
    pub fn exports(&self) -> PathBuf {
        self.data.with_extension("exports")
    }

    /// Has the device say from now on where it is: as [`LOCATION`], or `denied`, `off`, `slow`.
    ///
    /// # Errors
    /// When the file that says so can't be written.
    pub fn say_where(&self, said: &str) -> anyhow::Result<()> {
        let (file, new) = (self.location_file(), self.data.with_extension("location-new"));
        fs::write(&new, said)?;
        // In one step: the app may be reading it.
        Ok(fs::rename(new, file)?)
    }

    fn location_file(&self) -> PathBuf {
        self.data.with_extension("location")
    }
}

/// A running app and the driver that holds it.
pub struct AppWindow {
    /// For finding, clicking and typing.
    pub page: Session,
    /// The app's process.
    pub pid: u32,
    driver: Child,
    screenshots: PathBuf,
}

/// The program or folder that a variable of the environment names.
///
/// # Errors
/// When it is not set.
pub fn program(name: &str) -> anyhow::Result<PathBuf> {
    Ok(std::env::var_os(name).with_context(|| format!("{name} names no program"))?.into())
}

fn free_port() -> anyhow::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Processes that run `binary`.
fn running(binary: &Path) -> anyhow::Result<Vec<u32>> {
    let binary = binary.canonicalize()?;
    let processes = fs::read_dir("/proc")?.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    Ok(processes.filter(|pid: &u32| fs::read_link(format!("/proc/{pid}/exe")).is_ok_and(|exe| exe == binary)).collect())
}

impl AppWindow {
    /// Starts the app and waits for its first screen.
    ///
    /// # Errors
    /// When the driver or the app doesn't come up.
    pub async fn open(settings: &AppSettings) -> anyhow::Result<Self> {
        let (port, log) = (free_port()?, settings.data.with_extension("log"));
        fs::create_dir_all(&settings.data)?;
        let log = fs::OpenOptions::new().create(true).append(true).open(log)?;
        if !settings.location_file().exists() {
            settings.say_where(LOCATION)?;
        }
        let mut command = Command::new("WebKitWebDriver");
        if let Some(camera) = &settings.camera {
            command.env("KONTUMS_CAMERA", camera);
        }
        let driver = command
            .arg(format!("--port={port}"))
            .env("TAURI_AUTOMATION", "true")
            .env("TAURI_WEBVIEW_AUTOMATION", "true")
            .env("KONTUMS_DATA", &settings.data)
            .env("KONTUMS_SERVER", &settings.server_url)
            .env("KONTUMS_LOCATION", format!("@{}", settings.location_file().display()))
            .env("KONTUMS_EXPORTS", settings.exports())
            .env("KONTUMS_SCANNER", SCANNER)
            // The toolkit tells pages that the system is dark where its theme is.
            .env("GTK_THEME", if settings.dark { "Adwaita:dark" } else { "Adwaita" })
            .stdin(Stdio::null())
            .stdout(log.try_clone()?)
            .stderr(log)
            .spawn()
            .context("WebKitWebDriver: is webkit2gtk-driver installed?")?;
        let mut driver = DriverGuard(Some(driver));
        let before = running(&settings.app)?;
        let address = format!("http://127.0.0.1:{port}");
        let application = settings.app.canonicalize()?.display().to_string();
        let opening = async || match Session::open(&address, &application).await {
            Ok(page) => Ok(Some(page)),
            Err(error) if error.is::<reqwest::Error>() => Ok(None),
            Err(error) => Err(error),
        };
        let (page, _) = until("a session with the app", START_LIMIT, opening).await?;
        let new: Vec<_> = running(&settings.app)?.into_iter().filter(|pid| !before.contains(pid)).collect();
        ensure!(new.len() == 1, "one new process of the app, not {new:?}");
        let pid = new.first().copied().context("the app's process")?;
        page.resize(412, 915).await?;
        page.find("[data-test]").await?;
        let driver = driver.0.take().context("the driver")?;
        Ok(Self { page, pid, driver, screenshots: settings.screenshots.clone() })
    }

    /// As [`AppWindow::open`] on a fresh folder, past the greeting of a first start.
    ///
    /// # Errors
    /// When it is not greeted.
    pub async fn open_fresh(settings: &AppSettings) -> anyhow::Result<Self> {
        let app = Self::open(settings).await?;
        app.page.click("[data-test=welcome-skip]").await?;
        app.page.find("[data-test=home-create]").await?;
        Ok(app)
    }

    /// Keeps a picture of the window as `NAME.png`, once everything in view is drawn.
    ///
    /// # Errors
    /// When it can't be taken or kept.
    pub async fn shoot(&self, name: &str) -> anyhow::Result<()> {
        let path = self.screenshots.join(format!("{name}.png"));
        fs::create_dir_all(path.parent().context("a folder")?)?;
        self.drawn().await?;
        Ok(fs::write(path, self.page.screenshot().await?)?)
    }

    /// Waits until everything in view is drawn.
    ///
    /// # Errors
    /// When the page doesn't answer.
    pub async fn drawn(&self) -> anyhow::Result<()> {
        self.page.script_until_done(DRAWN).await.map(drop)
    }

    /// The app's resident memory, in bytes.
    ///
    /// # Errors
    /// When its process is gone.
    pub fn resident_bytes(&self) -> anyhow::Result<u64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid))?;
        let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).context("its peak")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse::<u64>()? * 1_024)
    }

    /// SIGKILL: the app gets no chance to save anything.
    ///
    /// # Errors
    /// When there is nothing to kill.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        let killed = Command::new("kill").args(["-KILL", &self.pid.to_string()]).status()?;
        ensure!(killed.success(), "kill: {killed}");
        let gone = async || Ok((!Path::new(&format!("/proc/{}/exe", self.pid)).exists()).then_some(()));
        until("the app's end", START_LIMIT, gone).await?;
        self.driver.kill()?;
        self.driver.wait()?;
        Ok(())
    }
}

impl Drop for AppWindow {
    fn drop(&mut self) {
        drop(Command::new("kill").args(["-KILL", &self.pid.to_string()]).stderr(Stdio::null()).status());
        drop(self.driver.kill());
        drop(self.driver.wait());
    }
}

struct DriverGuard(Option<Child>);

impl Drop for DriverGuard {
    fn drop(&mut self) {
        if let Some(mut driver) = self.0.take() {
            drop(driver.kill());
            drop(driver.wait());
        }
    }
}
