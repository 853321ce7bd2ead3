//! In the real window: detours lead back to where they were taken from, also when they are taken twice; and what is
//! said on the account's screens is said where it is seen and heard.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, ensure};
use kontums_tests::{
    citizen::Citizen,
    pictures,
    scene::{app_in, begin, describe, locate_and_vouch},
    server::ServerProcess,
    sms,
    wait::until,
    window::{AppSettings, AppWindow, program},
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

/// A server, a citizen with an account and nothing else, and where the app is.
struct NewCitizen {
    folder: tempfile::TempDir,
    server: ServerProcess,
    settings: AppSettings,
}

impl NewCitizen {
    async fn set() -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let mut server = ServerProcess::new(&program("KONTUMS_SERVER_BIN")?, &folder.path().join("server"));
        server.start()?;
        let elsewhere = Citizen::open(&folder.path().join("elsewhere"), &server.url()).await?;
        let client = &elsewhere.client;
        client.request_code(RequestCode { purpose: CodePurpose::Register, phone: PHONE.to_owned() }).await?;
        client.check_code(CheckCode { code: sms::code(server.data(), PHONE, 1).await? }).await?;
        client.register(Register { password: PASSWORD.to_owned(), consents: vec![ConsentPurpose::Terms] }).await?;
        // For a minute no other code would be sent to that number; whoever remembers it is the process.
        server.kill()?;
        server.start()?;
        let settings = app_in(folder.path(), server.url())?;
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

/// Waits until the focus is on the element of this id.
async fn focus_on(app: &AppWindow, id: &str) -> anyhow::Result<()> {
    let focus = async || {
        let focus = app.page.script("return document.activeElement?.id ?? ''", &[]).await?;
        Ok((focus == id).then_some(()))
    };
    until(&format!("the focus on {id}"), PATIENCE, focus).await.map(drop)
}

/// How tall the screen's bar is.
async fn bar(app: &AppWindow) -> anyhow::Result<f64> {
    app.page.script("return document.querySelector('.bar').offsetHeight", &[]).await?.as_f64().context("a height")
}

/// What the script finds, as texts.
async fn texts(app: &AppWindow, css: &str) -> anyhow::Result<Vec<String>> {
    let script = format!("return [...document.querySelectorAll('{css}')].map(e => e.textContent.trim()).filter(t => t !== '')");
    Ok(serde_json::from_value(app.page.script(&script, &[]).await?)?)
}

async fn is_at_the_draft(app: &AppWindow) -> anyhow::Result<()> {
    app.page.find("[data-test=draft-title]").await?;
    let address = address(app).await?;
    ensure!(address.starts_with("/draft/"), "the draft is shown at {address}");
    ensure!(app.page.value("[data-test=draft-title]").await? == TITLE, "the draft's title");
    Ok(())
}

async fn is_at_the_review(app: &AppWindow) -> anyhow::Result<()> {
    app.page.find("[data-test=review-title]").await?;
    let address = address(app).await?;
    ensure!(address.starts_with("/draft/") && address.ends_with("/review"), "the last look is shown at {address}");
    ensure!(app.page.text("[data-test=review-title]").await? == TITLE, "the draft's title");
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
    begin(app).await?;
    describe(app, TITLE, CONTENT).await?;
    locate_and_vouch(app).await
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
    let scene = NewCitizen::set().await?;
    let card = card(scene.folder.path())?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    let page = &app.page;
    write_draft(&app).await?;

    page.click("[data-test=draft-submit]").await?;
    page.find("[data-test=submit-error]").await?;
    focus_on(&app, "gate").await?;
    ensure!(page.all("[data-test=submit-hint]").await?.is_empty(), "it can't be sent without a network either");
    app.shoot("70-gate-refuses").await?;

    page.click("[data-test=gate-account]").await?;
    page.click("[data-test=register-sign-in]").await?;
    sign_in(&app).await?;
    is_at_the_review(&app).await?;

    page.click("[data-test=gate-profile]").await?;
    is_at_the_profile(&app).await?;
    page.click("[data-test=back]").await?;
    is_at_the_review(&app).await?;
    page.click("[data-test=gate-profile]").await?;
    is_at_the_profile(&app).await?;
    page.resize(NARROW.0, NARROW.1).await?;
    let empty = bar(&app).await?;
    fill_profile(&app, &card).await?;
    is_at_the_profile(&app).await?;
    page.find("[data-test=profile-kept][data-state=saved]").await?;
    let typed = bar(&app).await?;
    ensure!((typed - empty).abs() < 1.0, "the bar grew from {empty} to {typed}");
    app.shoot("71-profile-narrow").await?;
    page.click("[data-test=profile-save]").await?;
    is_at_the_review(&app).await?;

    page.click("[data-test=gate-consent]").await?;
    page.click("[data-test=consent-agree]").await?;
    gone(&app, "[data-test=gate]").await?;
    focus_on(&app, "draft-submit").await?;
    ensure!(page.all("[data-test=submit-error]").await?.is_empty(), "nothing is missing any more");
    page.find("[data-test=submit-hint]").await?;
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

    page.click("[data-test=tab-settings]").await?;
    page.click("[data-test=settings-account]").await?;
    page.click("[data-test=account-profile]").await?;
    page.click("[data-test=profile-save]").await?;
    page.find("[data-test=profile-saved]").await?;
    page.type_into("[data-test=profile-street]", "A").await?;
    gone(&app, "[data-test=profile-saved]").await
}

/// Asks for a code for the own number, which stands there already, and sets another password.
async fn reset_password(app: &AppWindow, scene: &NewCitizen) -> anyhow::Result<()> {
    let page = &app.page;
    page.click("[data-test=password-forgotten]").await?;
    let own = async || Ok((page.value("[data-test=register-phone]").await? == PHONE).then_some(()));
    until("the own number", PATIENCE, own).await?;
    page.clear("[data-test=register-phone]").await?;
    page.type_into("[data-test=register-phone]", "0905 765 433").await?;
    page.click("[data-test=register-send-code]").await?;
    page.find("[data-test=register-phone][aria-invalid=true]").await?;
    app.shoot("73-forgot-anothers").await?;
    page.clear("[data-test=register-phone]").await?;
    page.type_into("[data-test=register-phone]", PHONE).await?;
    page.click("[data-test=register-send-code]").await?;
    page.type_into("[data-test=register-code]", &sms::code(scene.server.data(), PHONE, 2).await?).await?;
    page.click("[data-test=register-check]").await?;
    page.type_into("[data-test=register-password]", NEW_PASSWORD).await?;
    app.shoot("74-forgot-password").await?;
    page.click("[data-test=forgot-reset]").await?;
    page.click("[data-test=register-go-on]").await?;
    ensure!(page.text("[data-test=account-phone]").await? == PHONE, "whose account it is");
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn the_accounts_screens_say_what_became_of_it() -> anyhow::Result<()> {
    let scene = NewCitizen::set().await?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    let page = &app.page;
    page.click("[data-test=tab-settings]").await?;
    page.click("[data-test=settings-sign-in]").await?;
    page.type_into("[data-test=signin-phone]", PHONE).await?;
    page.click("[data-test=signin-forgot]").await?;
    ensure!(page.value("[data-test=register-phone]").await? == PHONE, "the number is typed once");
    page.click("[data-test=back]").await?;
    page.click("[data-test=settings-sign-in]").await?;
    page.clear("[data-test=signin-phone]").await?;
    sign_in(&app).await?;

    page.click("[data-test=settings-account]").await?;
    page.click("[data-test=account-sessions]").await?;
    page.click("[data-test=session-end]").await?;
    page.find("dialog[open] [data-test=confirm-yes]").await?;
    app.shoot("72-session-end").await?;
    page.click("dialog[open] [data-test=confirm-yes]").await?;
    page.find("[data-test=sessions-only-this]").await?;
    let on_the_heading = async || {
        let focus = page.script("return document.activeElement?.tagName ?? ''", &[]).await?;
        Ok((focus == "H1").then_some(()))
    };
    until("the focus on the heading", PATIENCE, on_the_heading).await?;
    page.click("[data-test=back]").await?;

    page.click("[data-test=account-password]").await?;
    page.type_into("[data-test=password-old]", PASSWORD).await?;
    page.type_into("[data-test=password-new]", "12345678").await?;
    page.click("[data-test=password-submit]").await?;
    page.find("[data-test=password-new][aria-invalid=true]").await?;
    focus_on(&app, "password-new").await?;
    page.type_into("[data-test=password-new]", "9").await?;
    page.find("[data-test=password-new][aria-invalid=false]").await?;
    reset_password(&app, &scene).await?;

    page.click("[data-test=account-consents]").await?;
    page.click("[data-test=consent-agree-notifications]").await?;
    page.find("[data-test=consent-withdraw-notifications]").await?;
    focus_on(&app, "consent-heading-notifications").await?;
    // A desktop shows none, which is said as long as it was agreed to.
    page.find("[data-test=notifications-trouble]").await?;
    page.click("[data-test=back]").await?;
    page.click("[data-test=account-consents]").await?;
    let trouble = page.find("[data-test=notifications-trouble]").await?;
    page.show(&trouble).await?;
    app.shoot("75-consents").await?;
    page.click("[data-test=back]").await?;

    page.click("[data-test=account-profile]").await?;
    page.type_into("[data-test=profile-born-year]", "2015").await?;
    page.type_into("[data-test=profile-born-month]", "4").await?;
    page.type_into("[data-test=profile-born-day]", "7").await?;
    page.find("[data-test=profile-guardian]").await?;
    page.click("[data-test=profile-save]").await?;
    page.find("[data-test=profile-problems]").await?;
    let (told, beside) = (texts(&app, "[data-test=profile-problems] li").await?, texts(&app, ".entry-problem").await?);
    ensure!(told.len() > 5 && told == beside, "what is told on top, {told:?}, in the order of the questions, {beside:?}");
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn whoever_comes_back_from_the_message_is_led_to_the_draft() -> anyhow::Result<()> {
    const OTHER: &str = "0905 765 434";
    let scene = NewCitizen::set().await?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    write_draft(&app).await?;
    app.page.click("[data-test=gate-account]").await?;
    app.page.type_into("[data-test=register-phone]", OTHER).await?;
    app.page.click("[data-test=register-send-code]").await?;
    app.page.find("[data-test=register-code]").await?;
    app.kill().await?;

    let app = AppWindow::open(&scene.settings).await?;
    let page = &app.page;
    page.click("[data-test=pending-go-on]").await?;
    page.type_into("[data-test=register-code]", &sms::code(scene.server.data(), OTHER, 1).await?).await?;
    page.click("[data-test=register-check]").await?;
    page.find("[data-test=register-change-number]").await?;
    app.shoot("76-register-password").await?;
    page.type_into("[data-test=register-password]", "12345678").await?;
    page.click("[data-test=register-agree]").await?;
    page.find("[data-test=register-password][aria-invalid=true]").await?;
    focus_on(&app, "password").await?;
    page.clear("[data-test=register-password]").await?;
    page.type_into("[data-test=register-password]", NEW_PASSWORD).await?;
    page.click("[data-test=register-agree]").await?;
    page.click("[data-test=register-go-on]").await?;
    is_at_the_draft(&app).await?;
    page.click("[data-test=back]").await?;
    page.find("[data-test=home-create]").await.map(drop)
}
