//! In the real window: somebody has reported it already, 120 m away. It is shown with picture and distance, followed
//! instead of sending the same, with the draft put aside and taken back; or it is another matter, and is sent.

use std::time::Duration;

use anyhow::{Context, ensure};
use kontums_tests::{
    citizen::{Citizen, form},
    link::Access,
    pictures,
    scene::{Scene, begin, review_and_vouch, sign_in},
    server::{DEMO_PASSWORD, DEMO_PHONE},
    wait::until,
    window::{AppWindow, LOCATION},
};
use pakn_api::{
    Timestamp,
    id::ReportId,
    ipc::{SaveDraft, Submit},
    model::{
        catalogue::{FieldCode, SubjectCode},
        phone::PhoneNumber,
        place::{Place, PlaceSource, Position},
        report::ReportForm,
    },
    wire::SignIn,
};
use pakn_core::{
    remote::{HttpRemote, Public, Remote},
    secrets::Token,
};

const OTHER_PHONE: &str = "0900000002";
const TITLE: &str = "Ổ gà lớn trước cổng chợ";
const CONTENT: &str = "Ổ gà rộng cả nửa làn đường, sâu tới đầu gối, trời mưa ngập không ai thấy. Hôm qua đã có hai người ngã xe ở đây, một cháu nhỏ phải khâu ba mũi ở trán.";
const SENTENCE: &str = "Đường trước chợ có cái hố rất to, xe nào cũng phải tránh.";
const PATIENCE: Duration = Duration::from_secs(30);
/// Degrees of latitude in a metre.
const METRE: f64 = 1.0 / 111_195.0;
/// The smallest phone that is drawn for, and a large one.
const SIZES: [(&str, u32, u32); 2] = [("360x640", 360, 640), ("430x932", 430, 932)];

/// A report of somebody else's with pictures, so many metres north of where the app is told that it is, accepted.
async fn anothers(scene: &Scene, metres: f64) -> anyhow::Result<ReportId> {
    scene.server.seed_account(OTHER_PHONE)?;
    let other = Citizen::open(&scene.folder.path().join("other"), &scene.server.url()).await?;
    other.sign_in_as(OTHER_PHONE, DEMO_PASSWORD).await?;
    let report_id = other.draft(TITLE, &[pictures::phone_photo(4)?, pictures::small_photo(9)?]).await?;
    let mut here = LOCATION.split(',').map(str::parse::<f64>);
    let (lat, lon) = (here.next().context("a latitude")??, here.next().context("a longitude")??);
    let position = Position::new(metres.mul_add(METRE, lat), lon, 8.0)?;
    let form = ReportForm {
        field: Some(FieldCode::parse("trat-tu-do-thi")?),
        subject: Some(SubjectCode::parse("duong-xa-cong-ranh")?),
        content: CONTENT.to_owned(),
        place: Some(Place { position, source: PlaceSource::Device, taken_at: Timestamp(1_764_000_000_000) }),
        ..form(TITLE)?
    };
    other.client.save_draft(SaveDraft { report_id, form }).await?;
    other.client.submit(Submit { report_id }).await?;
    other.until_all_sent(PATIENCE).await?;
    scene.server.staff(&["set-status", &report_id.to_string(), "accepted"])?;
    Ok(report_id)
}

/// What the server has the app's citizen follow.
async fn followed_at_the_server(scene: &Scene) -> anyhow::Result<Vec<ReportId>> {
    let remote = HttpRemote::new(&scene.server.url())?;
    let asked = SignIn { phone: PhoneNumber::parse(DEMO_PHONE)?, password: DEMO_PASSWORD.to_owned(), device: None };
    let token = Token::new(remote.sign_in(&asked).await?.token);
    Ok(remote.follows(&token).await?.reports.into_iter().map(|report| report.report_id).collect())
}

async fn until_followed(scene: &Scene, expected: &[ReportId]) -> anyhow::Result<()> {
    let so = async || Ok((followed_at_the_server(scene).await? == expected).then_some(()));
    until("what is followed at the server", PATIENCE, so).await.map(drop)
}

/// A draft with its words and its place.
async fn write(app: &AppWindow, first: bool) -> anyhow::Result<()> {
    begin(app).await?;
    app.page.type_into("[data-test=draft-content]", SENTENCE).await?;
    if first {
        app.page.click("[data-test=draft-locate]").await?;
        app.page.click("[data-test=consent-agree]").await?;
    }
    app.page.find("[data-test=draft-place]").await.map(drop)
}

/// Whether the picture has come and can be seen.
async fn picture_is_there(app: &AppWindow, css: &str) -> anyhow::Result<()> {
    let script = format!("return document.querySelector('{css}')?.naturalWidth ?? 0");
    let there = async || Ok(app.page.script(&script, &[]).await?.as_u64().filter(|width| *width > 0));
    until("the picture", PATIENCE, there).await.map(drop)
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn what_is_reported_already_is_followed_instead() -> anyhow::Result<()> {
    let scene = Scene::set().await?;
    let theirs = anothers(&scene, 120.0).await?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    let page = &app.page;
    sign_in(&app).await?;
    page.click("[data-test=tab-home]").await?;
    write(&app, true).await?;

    let card = page.find("[data-test=similar-card]").await?;
    page.show(&card).await?;
    picture_is_there(&app, "[data-test=similar-card] img").await?;
    page.shows("[data-test=similar-line]", "Cách 120").await?;
    // What is cut to a few lines, the driver takes for hidden.
    let title = page.script("return document.querySelector('[data-test=similar-card] h3').textContent", &[]).await?;
    ensure!(title == TITLE, "{title}");
    page.find("[data-test=similar-card] [data-status=accepted]").await?;
    for (name, width, height) in SIZES {
        page.resize(width, height).await?;
        let card = page.find("[data-test=similar]").await?;
        page.show(&card).await?;
        app.shoot(&format!("similar-{name}")).await?;
    }
    page.click("[data-test=similar-more]").await?;
    page.find("[data-test=similar-words] + ul img, [data-test=similar-card] .gallery img").await?;
    app.shoot("similar-open").await?;

    scene.link.let_in(Access::Refused);
    page.click("[data-test=similar-follow]").await?;
    app.shoot("similar-ask").await?;
    page.click("dialog[open] [data-test=confirm-yes]").await?;
    page.find("[data-test=followed-card]").await?;
    page.find("[data-test=undo]").await?;
    ensure!(page.all("[data-test=draft-card]").await?.is_empty(), "the draft is put aside");
    app.shoot("followed-list").await?;
    ensure!(followed_at_the_server(&scene).await?.is_empty(), "there is no way to the server");
    scene.link.let_in(Access::Open);
    until_followed(&scene, &[theirs]).await?;

    // Taken back: the draft is there, and nothing is followed.
    page.click("[data-test=undo-discard]").await?;
    page.find("[data-test=draft-content]").await?;
    ensure!(page.value("[data-test=draft-content]").await? == SENTENCE, "the words");
    until_followed(&scene, &[]).await?;

    // And followed after all.
    page.click("[data-test=similar-follow]").await?;
    page.click("dialog[open] [data-test=confirm-yes]").await?;
    page.click("[data-test=followed-card]").await?;
    page.find("[data-test=followed-report]").await?;
    picture_is_there(&app, "[data-test=followed-report] .gallery img").await?;
    until_followed(&scene, &[theirs]).await?;
    app.shoot("followed-one").await?;
    page.click("[data-test=unfollow]").await?;
    page.click("dialog[open] [data-test=confirm-yes]").await?;
    page.gone("[data-test=followed-card]").await?;
    until_followed(&scene, &[]).await
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn another_matter_is_sent_and_nobody_has_to_say_so() -> anyhow::Result<()> {
    let scene = Scene::set().await?;
    anothers(&scene, 40.0).await?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    let page = &app.page;
    write(&app, true).await?;
    page.click("[data-test=similar-follow]").await?;
    page.click("dialog[open] [data-test=confirm-yes]").await?;
    page.find("[data-test=similar-needs-account]").await?;
    ensure!(page.value("[data-test=draft-content]").await? == SENTENCE, "the draft is where it was");
    app.shoot("similar-needs-account").await?;
    page.click("[data-test=similar-sign-in]").await?;
    page.type_into("[data-test=signin-phone]", DEMO_PHONE).await?;
    page.type_into("[data-test=signin-password]", DEMO_PASSWORD).await?;
    page.click("[data-test=signin-submit]").await?;
    page.find("[data-test=draft-content]").await?;
    page.click("[data-test=similar-other]").await?;
    page.find("[data-test=similar-folded]").await?;
    page.gone("[data-test=similar-card]").await?;
    app.shoot("similar-folded").await?;
    review_and_vouch(&app).await?;
    page.click("[data-test=draft-submit]").await?;
    page.find("main [data-test=whereabouts][data-at=sent]").await?;
    ensure!(followed_at_the_server(&scene).await?.is_empty(), "nothing is followed");

    // Nobody has to say so: what is near stands in nobody's way.
    page.click("[data-test=tab-home]").await?;
    write(&app, false).await?;
    page.find("[data-test=similar-card]").await?;
    review_and_vouch(&app).await?;
    page.click("[data-test=draft-submit]").await?;
    page.find("main [data-test=whereabouts][data-at=sent]").await.map(drop)
}
