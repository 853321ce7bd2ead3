//! In the real window: detours lead back to where they were taken from, also when they are taken twice.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, ensure};
use kontums_tests::{
    citizen::Citizen,
    pictures,
    server::ServerProcess,
    sms,
    wait::until,
    window::{AppSettings, AppWindow},
};
use pakn_api::{
    ipc::{CheckCode, CodePurpose, Register, RequestCode},
    model::consent::ConsentPurpose,
};

const TITLE: &str = "Đèn đường hỏng trước nhà rông";
const CONTENT: &str = "Ba bóng đèn tắt từ đầu tuần, buổi tối đi lại rất khó.";
const PHONE: &str = "0905 765 432";
const PASSWORD: &str = "bến nước đầu làng";
const NEW_PASSWORD: &str = "cầu treo Kon Klor";
const PATIENCE: Duration = Duration::from_secs(30);
/// The narrowest phone that is drawn for.
const NARROW: (u32, u32) = (360, 740);

fn program(name: &str) -> anyhow::Result<PathBuf> {
    Ok(std::env::var_os(name).with_context(|| format!("{name} names no program"))?.into())
}

/// A server, a citizen with an account and nothing else, and where the app is.
struct Scene {
    folder: tempfile::TempDir,
    server: ServerProcess,
    settings: AppSettings,
}

impl Scene {
    async fn set() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut server = ServerProcess::new(&program("KONTUMS_SERVER_BIN")?, &folder.path().join("server"));
        server.start()?;
        let elsewhere = Citizen::open(&folder.path().join("elsewhere"), &server.url()).await?;
        let client = &elsewhere.client;
        client.request_code(RequestCode { purpose: CodePurpose::Register, phone: PHONE.to_owned() }).await?;
        client.check_code(CheckCode { code: sms::code(server.data(), PHONE, 1).await? }).await?;
        client.register(Register { password: PASSWORD.to_owned(), consents: vec![ConsentPurpose::Terms] }).await?;
        let settings = AppSettings {
            app: program("KONTUMS_APP")?,
            data: folder.path().join("app"),
            server_url: server.url(),
            screenshots: program("KONTUMS_SCREENSHOTS")?,
        };
        Ok(Self { folder, server, settings })
    }
}

async fn gone(app: &AppWindow, css: &str) -> anyhow::Result<()> {
    let gone = async || Ok(app.page.all(css).await?.is_empty().then_some(()));
    until(&format!("{css} gone"), PATIENCE, gone).await.map(drop)
}

/// What the page's history says is shown.
async fn address(app: &AppWindow) -> anyhow::Result<String> {
    app.page.script("return location.pathname", &[]).await?.as_str().map(str::to_owned).context("an address")
}

async fn number(app: &AppWindow, script: &str) -> anyhow::Result<f64> {
    app.page.script(script, &[]).await?.as_f64().context("a number")
}

async fn is_at_the_draft(app: &AppWindow) -> anyhow::Result<()> {
    app.page.find("[data-test=draft-title]").await?;
    let address = address(app).await?;
    ensure!(address.starts_with("/draft/"), "the draft is shown at {address}");
    ensure!(app.page.value("[data-test=draft-title]").await? == TITLE, "the draft's title");
    Ok(())
}

async fn is_at_the_profile(app: &AppWindow) -> anyhow::Result<()> {
    app.page.find("[data-test=profile-name]").await?;
    let address = address(app).await?;
    ensure!(address == "/profile", "the profile is shown at {address}");
    Ok(())
}

async fn sign_in(app: &AppWindow) -> anyhow::Result<()> {
    app.page.type_into("[data-test=signin-phone]", PHONE).await?;
    app.page.type_into("[data-test=signin-password]", PASSWORD).await?;
    app.page.click("[data-test=signin-submit]").await
}

async fn write_draft(app: &AppWindow) -> anyhow::Result<()> {
    let page = &app.page;
    page.click("[data-test=home-create]").await?;
    page.find("[data-test=draft-title]").await?;
    page.click("[data-test=field-trat-tu-do-thi]").await?;
    page.click("[data-test=subject-duong-xa-cong-ranh]").await?;
    page.type_into("[data-test=draft-title]", TITLE).await?;
    page.type_into("[data-test=draft-content]", CONTENT).await?;
    page.click("[data-test=draft-locate]").await?;
    page.click("[data-test=consent-agree]").await?;
    page.find("[data-test=draft-place]").await?;
    page.click("[data-test=draft-truth]").await
}

/// A card without a ward, so that one has to be chosen.
fn card(folder: &Path) -> anyhow::Result<PathBuf> {
    let path = folder.join("căn cước.jpg");
    fs::write(&path, pictures::card_photo("062198004321||Y Blơ Niê Thảo|07041998|Nữ||12052021")?)?;
    Ok(path)
}

async fn fill_profile(app: &AppWindow, card: &Path) -> anyhow::Result<()> {
    let page = &app.page;
    page.type_into("[data-test=profile-card-file]", &card.canonicalize()?.display().to_string()).await?;
    let read = async || Ok((page.value("[data-test=profile-number]").await? == "062198004321").then_some(()));
    until("the card read", PATIENCE, read).await?;
    page.type_into("[data-test=profile-issued-by]", "Bộ Công an").await?;
    page.type_into("[data-test=profile-street]", "Thôn Kon Rờ Bàng 2").await?;
    page.click("[data-test=profile-ward]").await?;
    page.type_into("[data-test=picker-search]", "thi tran dak to").await?;
    let found = async || {
        let first = page.all("[data-test=picker-row]").await?;
        Ok((!first.is_empty() && page.text("[data-test=picker-row]").await?.contains("Đăk Tô")).then_some(()))
    };
    until("the ward found", PATIENCE, found).await?;
    page.click("[data-test=picker-row]").await?;
    gone(app, "[data-test=picker-search]").await
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn a_detour_taken_twice_leads_back_to_the_draft() -> anyhow::Result<()> {
    let scene = Scene::set().await?;
    let card = card(scene.folder.path())?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    let page = &app.page;
    write_draft(&app).await?;

    page.click("[data-test=gate-account]").await?;
    page.click("[data-test=register-sign-in]").await?;
    sign_in(&app).await?;
    is_at_the_draft(&app).await?;

    page.click("[data-test=gate-profile]").await?;
    is_at_the_profile(&app).await?;
    page.click("[data-test=back]").await?;
    is_at_the_draft(&app).await?;
    page.click("[data-test=gate-profile]").await?;
    is_at_the_profile(&app).await?;
    fill_profile(&app, &card).await?;
    is_at_the_profile(&app).await?;
    page.click("[data-test=profile-save]").await?;
    is_at_the_draft(&app).await?;

    page.click("[data-test=gate-consent]").await?;
    page.click("[data-test=consent-agree]").await?;
    gone(&app, "[data-test=gate]").await?;
    page.click("[data-test=draft-submit]").await?;
    page.find("main [data-test=whereabouts][data-at=sent]").await?;
    page.click("[data-test=back]").await?;
    page.find("[data-test=home-create]").await?;
    page.click("[data-test=tab-reports]").await?;
    page.click("[data-test=report-card]").await?;
    page.find("main [data-test=whereabouts]").await?;
    page.click("[data-test=back]").await?;
    page.find("[data-test=report-card]").await?;
    ensure!(address(&app).await? == "/reports", "the list is the step before");
    Ok(())
}
