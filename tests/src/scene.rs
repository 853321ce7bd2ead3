//! What tests in the real window begin with: a server with the demo account, a link to it that can be cut, a place for
//! the app; and the steps that many of them take. What a step shows is theirs to look at.

use std::{path::Path, time::Duration};

use tempfile::TempDir;

use crate::{
    link::{Conditions, Link},
    server::{DEMO_PASSWORD, DEMO_PHONE, ServerProcess},
    wait::until,
    window::{AppSettings, AppWindow, program},
};

/// How long a screen may take to follow a click that has met its button.
const SOON: Duration = Duration::from_secs(5);

/// A server that runs, and where the app is to be.
pub struct Scene {
    /// All of it; gone with this.
    pub folder: TempDir,
    /// The server.
    pub server: ServerProcess,
    /// The app's way to it.
    pub link: Link,
    /// How to start the app.
    pub settings: AppSettings,
}

impl Scene {
    /// Sets it up, in a folder of its own.
    ///
    /// # Errors
    /// When the environment names no programs, or the server doesn't come up.
    pub async fn set() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut server = ServerProcess::new(&program("KONTUMS_SERVER_BIN")?, &folder.path().join("server"));
        server.seed()?;
        server.start()?;
        let link = Link::open(server.address()?, Conditions::new(50_000_000, 50_000_000, Duration::from_millis(20))).await?;
        let settings = app_in(folder.path(), link.url())?;
        Ok(Self { folder, server, link, settings })
    }
}

/// The app with its data in a folder.
///
/// # Errors
/// When the environment doesn't name the app or a place for screenshots.
pub fn app_in(folder: &Path, server_url: String) -> anyhow::Result<AppSettings> {
    let (app, screenshots) = (program("KONTUMS_APP")?, program("KONTUMS_SCREENSHOTS")?);
    Ok(AppSettings { app, data: folder.join("app"), server_url, screenshots, dark: false, camera: None })
}

/// From anywhere to the settings of whoever has the demo account.
///
/// # Errors
/// When that leads nowhere.
pub async fn sign_in(app: &AppWindow) -> anyhow::Result<()> {
    app.page.click("[data-test=tab-settings]").await?;
    app.page.click("[data-test=settings-sign-in]").await?;
    app.page.type_into("[data-test=signin-phone]", DEMO_PHONE).await?;
    app.page.type_into("[data-test=signin-password]", DEMO_PASSWORD).await?;
    app.page.click("[data-test=signin-submit]").await?;
    app.page.find("[data-test=settings-account]").await.map(drop)
}

/// From the home screen to the form of a new draft about a damaged road.
///
/// # Errors
/// When that leads nowhere.
pub async fn begin(app: &AppWindow) -> anyhow::Result<()> {
    app.page.click("[data-test=home-create]").await?;
    app.page.click("[data-test=subject-duong-xa-cong-ranh]").await?;
    app.page.find("[data-test=draft-content]").await.map(drop)
}

/// In a draft: its words.
///
/// # Errors
/// When there is no draft on the screen.
pub async fn describe(app: &AppWindow, title: &str, content: &str) -> anyhow::Result<()> {
    app.page.type_into("[data-test=draft-title]", title).await?;
    app.page.type_into("[data-test=draft-content]", content).await
}

/// In a draft: where it is, asked for leave for the first time; and, on the screen that shows all of it, that it is true.
///
/// # Errors
/// When nobody asks, or no place comes.
pub async fn locate_and_vouch(app: &AppWindow) -> anyhow::Result<()> {
    app.page.click("[data-test=draft-locate]").await?;
    app.page.click("[data-test=consent-agree]").await?;
    app.page.find("[data-test=draft-place]").await?;
    review_and_vouch(app).await
}

/// From a draft's form to the screen that shows all of it, and there: that it is true.
///
/// # Errors
/// When something is missing in the form.
pub async fn review_and_vouch(app: &AppWindow) -> anyhow::Result<()> {
    // What comes in meanwhile may move the page under the click.
    let truth = async || Ok((!app.page.all("[data-test=draft-truth]").await?.is_empty()).then_some(()));
    for _ in 0..3 {
        app.page.click("[data-test=draft-review]").await?;
        if until("the last look", SOON, truth).await.is_ok() {
            break;
        }
    }
    app.page.click("[data-test=draft-truth]").await
}
