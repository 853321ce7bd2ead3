//! In the real window: everything that is done about an account, and at last its end, with a report that has not left.

use std::{fs, path::PathBuf};

use anyhow::{Context, ensure};
use kontums_tests::{
    link::{Access, Link},
    logs,
    scene::{Scene, begin, describe, locate_and_vouch, sign_in},
    server::{DEMO_PASSWORD, DEMO_PHONE, ServerProcess},
    wait::until,
    webdriver::PATIENCE,
    window::{AppSettings, AppWindow},
};
use pakn_api::{
    ErrorCode, Timestamp,
    id::OpId,
    model::{
        consent::{Consent, ConsentPurpose},
        email::Email,
        phone::PhoneNumber,
        profile::Profile,
        words::DeviceName,
    },
    wire::{AccountExport, RecordConsent, SignIn, SignedIn, path},
};
use pakn_core::{
    remote::{HttpRemote, Remote, RemoteError},
    secrets::Token,
};
use pakn_server::ListedReport;
use serde_json::Value;

const TITLE: &str = "Cột đèn gãy ở chợ Đăk Hà";
const CONTENT: &str = "Cột đèn gãy đêm qua, dây điện chạm đất.";
const EMAIL: &str = "thu.dak.ha@example.vn";
const NEW_PASSWORD: &str = "cà phê đầu mùa khô";
const OTHER_DEVICE: &str = "Máy tính bảng ở nhà";

async fn signed_in(remote: &HttpRemote, password: &str, device: Option<&str>) -> anyhow::Result<Result<SignedIn, RemoteError>> {
    let device = device.map(DeviceName::parse).transpose()?;
    let asked = SignIn { phone: PhoneNumber::parse(DEMO_PHONE)?, password: password.to_owned(), device };
    Ok(remote.sign_in(&asked).await)
}

/// The account's other device, which asks the server itself.
struct Other {
    remote: HttpRemote,
    token: Token,
}

impl Other {
    async fn sign_in(server: &ServerProcess) -> anyhow::Result<(Self, Profile)> {
        let remote = HttpRemote::new(&server.url())?;
        let answer = signed_in(&remote, DEMO_PASSWORD, Some(OTHER_DEVICE)).await??;
        let profile = answer.profile.profile.context("the demo account has a profile")?;
        Ok((Self { remote, token: Token::new(answer.token) }, profile))
    }

    /// What the server has about the account.
    async fn sees(&self) -> anyhow::Result<AccountExport> {
        Ok(self.remote.accounts().export(&self.token).await?)
    }

    async fn takes_back(&self, purpose: ConsentPurpose) -> anyhow::Result<()> {
        let consent = Consent { purpose, given: false, text_version: purpose.text_version(), at: Timestamp(1) };
        let said = RecordConsent { op_id: OpId::new(1, [7; 10]), consent };
        Ok(self.remote.record_consent(&self.token, &said).await?)
    }
}

/// To the account's screen, and through one of its doors.
async fn enter(app: &AppWindow, door: &str) -> anyhow::Result<()> {
    app.page.click("[data-test=tab-settings]").await?;
    app.page.click("[data-test=settings-account]").await?;
    app.page.click(&format!("[data-test={door}]")).await
}

async fn confirm(app: &AppWindow) -> anyhow::Result<()> {
    app.page.click("dialog[open] [data-test=confirm-yes]").await
}

async fn shoot_at(app: &AppWindow, css: &str, name: &str) -> anyhow::Result<()> {
    app.page.show(&app.page.find(css).await?).await?;
    app.shoot(name).await
}

/// Written without a network, and refused later: the consent that it needs was taken back on the other device.
async fn a_report_that_cannot_leave(app: &AppWindow, link: &Link, other: &Other) -> anyhow::Result<()> {
    let page = &app.page;
    link.let_in(Access::Refused);
    page.click("[data-test=tab-home]").await?;
    begin(app).await?;
    describe(app, TITLE, CONTENT).await?;
    locate_and_vouch(app).await?;
    page.click("[data-test=draft-submit]").await?;
    page.find("main [data-test=whereabouts][data-at=waiting]").await?;
    other.takes_back(ConsentPurpose::Reports).await?;
    link.let_in(Access::Open);
    page.find("main [data-test=whereabouts][data-at=parked]").await.map(drop)
}

async fn profile(app: &AppWindow, other: &Other, before: Profile) -> anyhow::Result<Profile> {
    let page = &app.page;
    enter(app, "account-profile").await?;
    ensure!(page.value("[data-test=profile-name]").await? == before.full_name.as_str(), "the name");
    ensure!(page.value("[data-test=profile-street]").await? == before.address.street.as_str(), "the street");
    page.type_into("[data-test=profile-email]", EMAIL).await?;
    page.click("[data-test=profile-save]").await?;
    shoot_at(app, "[data-test=profile-saved]", "51-profile-saved").await?;
    let now = Profile { email: Some(Email::parse(EMAIL)?), ..before };
    let heard = async || Ok((other.sees().await?.profile.profile.as_ref() == Some(&now)).then_some(()));
    until("the profile at the server", PATIENCE, heard).await?;
    Ok(now)
}

async fn consents(app: &AppWindow, other: &Other) -> anyhow::Result<()> {
    let page = &app.page;
    enter(app, "account-consents").await?;
    // Taken back on the other device.
    page.find("[data-test=consent-agree-reports]").await?;
    page.find("[data-test=consent-withdraw-location]").await?;
    app.shoot("52-consents").await?;
    page.click("[data-test=consent-withdraw-location]").await?;
    page.find("dialog[open] [data-test=confirm-yes]").await?;
    app.shoot("53-consent-taken-back").await?;
    confirm(app).await?;
    page.find("[data-test=consent-agree-location]").await?;
    page.gone("[data-test=consent-withdraw-location]").await?;
    let heard = async || {
        let said = other.sees().await?.consents;
        let last = said.iter().rfind(|consent| consent.purpose == ConsentPurpose::Location);
        Ok(last.is_some_and(|consent| !consent.given).then_some(()))
    };
    until("the server hears of it", PATIENCE, heard).await.map(drop)
}

async fn sessions(app: &AppWindow, other: &Other) -> anyhow::Result<()> {
    let page = &app.page;
    enter(app, "account-sessions").await?;
    page.find("[data-test=session-end]").await?;
    ensure!(page.all("[data-test=session]").await?.len() == 2, "this device and the other");
    let listed = page.text("main").await?;
    ensure!(listed.contains(OTHER_DEVICE), "the other device by its name: {listed}");
    app.shoot("54-sessions").await?;
    page.click("[data-test=session-end]").await?;
    page.find("dialog[open] [data-test=confirm-yes]").await?;
    app.shoot("55-session-ends").await?;
    confirm(app).await?;
    page.find("[data-test=sessions-only-this]").await?;
    ensure!(page.all("[data-test=session]").await?.len() == 1, "this device alone");
    let refused = other.remote.accounts().sessions(&other.token).await.err().and_then(|error| error.code());
    ensure!(refused == Some(ErrorCode::Unauthenticated), "the other device is answered {refused:?}");
    Ok(())
}

/// The one exported file.
fn exported(settings: &AppSettings) -> anyhow::Result<(PathBuf, Value)> {
    let files: Vec<_> = fs::read_dir(settings.exports())?.collect::<Result<_, _>>()?;
    let [file] = files.as_slice() else { anyhow::bail!("{} exported files", files.len()) };
    Ok((file.path(), serde_json::from_slice(&fs::read(file.path())?)?))
}

async fn export(app: &AppWindow, settings: &AppSettings, profile: &Profile) -> anyhow::Result<()> {
    enter(app, "account-data").await?;
    app.shoot("56-data").await?;
    app.page.click("[data-test=data-export]").await?;
    let told = app.page.text("[data-test=data-exported]").await?;
    shoot_at(app, "[data-test=data-exported]", "57-exported").await?;
    let (path, export) = exported(settings)?;
    let (name, folder) = (path.file_name().context("its name")?, settings.exports().display().to_string());
    ensure!(told.contains(&*name.to_string_lossy()) && told.contains(&folder), "the screen names it: {told}");
    let profile = serde_json::to_value(profile)?;
    for place in ["/server/profile/profile", "/device/profile"] {
        ensure!(export.pointer(place) == Some(&profile), "the profile in {place}");
    }
    ensure!(export.pointer("/device/waiting/0/submission/title") == Some(&TITLE.into()), "the report that has not left");
    ensure!(export.pointer("/server/reports") == Some(&Value::Array(Vec::new())), "no report has arrived");
    let token = fs::read_to_string(settings.data.join("token"))?;
    ensure!(!export.to_string().contains(&token), "the token is in it");
    Ok(())
}

async fn password(app: &AppWindow, remote: &HttpRemote) -> anyhow::Result<()> {
    let page = &app.page;
    enter(app, "account-password").await?;
    page.type_into("[data-test=password-old]", "chưa đúng").await?;
    page.type_into("[data-test=password-new]", NEW_PASSWORD).await?;
    page.click("[data-test=password-submit]").await?;
    page.find("[data-test=password-error]").await?;
    app.shoot("58-password-wrong").await?;
    page.clear("[data-test=password-old]").await?;
    page.type_into("[data-test=password-old]", DEMO_PASSWORD).await?;
    page.click("[data-test=password-submit]").await?;
    page.find("[data-test=password-done]").await?;
    app.shoot("59-password-changed").await?;
    let refused = signed_in(remote, DEMO_PASSWORD, None).await?.err().and_then(|error| error.code());
    ensure!(refused == Some(ErrorCode::BadCredentials), "the old password is answered {refused:?}");
    signed_in(remote, NEW_PASSWORD, None).await??;
    Ok(())
}

async fn delete(app: &AppWindow, remote: &HttpRemote) -> anyhow::Result<()> {
    let page = &app.page;
    enter(app, "account-data").await?;
    page.click("[data-test=data-delete]").await?;
    page.find("[data-test=delete-unsent]").await?;
    app.shoot("60-delete-warns").await?;
    page.type_into("[data-test=delete-password]", DEMO_PASSWORD).await?;
    shoot_at(app, "[data-test=delete-password]", "61-delete").await?;
    page.click("[data-test=delete-submit]").await?;
    confirm(app).await?;
    shoot_at(app, "[data-test=delete-error]", "62-delete-wrong-password").await?;
    signed_in(remote, NEW_PASSWORD, None).await??;
    page.clear("[data-test=delete-password]").await?;
    page.type_into("[data-test=delete-password]", NEW_PASSWORD).await?;
    page.click("[data-test=delete-submit]").await?;
    page.find("dialog[open] [data-test=confirm-yes]").await?;
    app.shoot("63-delete-asks").await?;
    confirm(app).await?;
    page.find("[data-test=delete-done]").await?;
    app.shoot("64-deleted").await?;
    let refused = signed_in(remote, NEW_PASSWORD, None).await?.err().and_then(|error| error.code());
    ensure!(refused == Some(ErrorCode::BadCredentials), "after its end the account is answered {refused:?}");
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn an_account_is_looked_after_and_ended() -> anyhow::Result<()> {
    let Scene { folder: _folder, server, link, settings } = Scene::set().await?;
    let app = AppWindow::open_fresh(&settings).await?;
    sign_in(&app).await?;
    let token = fs::read_to_string(settings.data.join("token"))?;
    let (other, before) = Other::sign_in(&server).await?;
    app.page.click("[data-test=settings-account]").await?;
    app.page.shows("[data-test=account-name]", before.full_name.as_str()).await?;
    app.shoot("50-account").await?;

    let now = profile(&app, &other, before).await?;
    a_report_that_cannot_leave(&app, &link, &other).await?;
    consents(&app, &other).await?;
    sessions(&app, &other).await?;
    export(&app, &settings, &now).await?;
    password(&app, &other.remote).await?;
    delete(&app, &other.remote).await?;

    // What was written is still the citizen's; the account is gone from both sides.
    let reports: Vec<ListedReport> = server.staff_json(&["reports", "--json"])?;
    ensure!(reports.is_empty(), "{} reports at the server", reports.len());
    ensure!(!settings.data.join("token").exists(), "the token is still there");
    app.page.click("[data-test=delete-home]").await?;
    app.page.click("[data-test=draft-card]").await?;
    ensure!(app.page.value("[data-test=draft-title]").await? == TITLE, "the report is a draft again");
    app.page.click("[data-test=tab-settings]").await?;
    app.page.find("[data-test=settings-sign-in]").await?;

    let (name, number) = (now.full_name.as_str(), now.identity.number.as_str());
    let secrets =
        [DEMO_PHONE, "900000001", DEMO_PASSWORD, NEW_PASSWORD, name, number, EMAIL, OTHER_DEVICE, TITLE, CONTENT, &token];
    logs::tell_nothing(&server, &settings.data, path::DELETION, &secrets, &[])
}
