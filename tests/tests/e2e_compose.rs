//! In the real window: a report composed. The simple case with its taps counted, the complete one with every kind of
//! question, the app killed in the middle of each step, and a draft thrown away and taken back.

use std::{cell::Cell, fs, path::Path, time::Duration};

use anyhow::{Context, ensure};
use kontums_tests::{
    films::Film,
    link::Access,
    pictures,
    scene::{Scene, begin, review_and_vouch, sign_in},
    wait::until,
    window::AppWindow,
};
use pakn_api::model::{catalogue::Catalogue, place::PlaceSource, report::Submission};
use pakn_core::remote::{HttpRemote, Remote};

const SENTENCE: &str = "Ổ gà to trước cổng trường, xe máy ngã hoài.";
const PATIENCE: Duration = Duration::from_secs(30);
/// From the home screen to "waiting", for a report of one sentence.
const TAPS: u32 = 5;
const PHOTOS: u32 = 6;
/// The arrow key, as the driver types it.
const RIGHT: &str = "\u{e014}";
/// Roads.
const SUBJECT: &str = "duong-xa-cong-ranh";

/// Taps on a window, counted.
struct Taps<'a> {
    app: &'a AppWindow,
    count: Cell<u32>,
}

impl<'a> Taps<'a> {
    fn on(app: &'a AppWindow) -> Self {
        Self { app, count: Cell::new(0) }
    }

    async fn tap(&self, hook: &str) -> anyhow::Result<()> {
        self.count.set(self.count.get() + 1);
        self.app.page.click(&format!("[data-test={hook}]")).await
    }
}

/// Agrees to the device's location being used, away from any report.
async fn agree_to_location(app: &AppWindow) -> anyhow::Result<()> {
    for door in ["tab-settings", "settings-account", "account-consents", "consent-agree-location"] {
        app.page.click(&format!("[data-test={door}]")).await?;
    }
    app.page.click("dialog[open] [data-test=consent-agree]").await?;
    app.page.find("[data-test=consent-withdraw-location]").await?;
    app.page.click("[data-test=tab-home]").await
}

async fn until_saved(app: &AppWindow) -> anyhow::Result<()> {
    app.page.find("[data-test=draft-saved][data-state=saved]").await.map(drop)
}

/// What the server has been sent, all of it.
async fn submissions(scene: &Scene) -> anyhow::Result<Vec<Submission>> {
    use kontums_tests::server::{DEMO_PASSWORD, DEMO_PHONE};
    use pakn_api::{model::phone::PhoneNumber, wire::SignIn};
    let remote = HttpRemote::new(&scene.server.url())?;
    let asked = SignIn { phone: PhoneNumber::parse(DEMO_PHONE)?, password: DEMO_PASSWORD.to_owned(), device: None };
    let token = pakn_core::secrets::Token::new(remote.sign_in(&asked).await?.token);
    Ok(remote.accounts().export(&token).await?.reports.into_iter().map(|view| view.submission).collect())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn five_taps_and_a_sentence() -> anyhow::Result<()> {
    let scene = Scene::set().await?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    sign_in(&app).await?;
    agree_to_location(&app).await?;
    scene.link.let_in(Access::Refused);

    let (page, taps) = (&app.page, Taps::on(&app));
    taps.tap("home-create").await?;
    page.find("[data-test=choose-search]").await?;
    app.shoot("80-choose").await?;
    taps.tap(&format!("subject-{SUBJECT}")).await?;
    page.type_into("[data-test=draft-content]", SENTENCE).await?;
    page.shows("[data-test=title-made]", "Ổ gà to trước cổng trường, xe máy ngã hoài").await?;
    // The place comes by itself.
    page.find("[data-test=draft-place]").await?;
    app.shoot("81-form").await?;
    taps.tap("draft-review").await?;
    page.find("[data-test=review-title]").await?;
    app.shoot("82-review").await?;
    taps.tap("draft-truth").await?;
    taps.tap("draft-submit").await?;
    page.find("main [data-test=whereabouts][data-at=waiting]").await?;
    ensure!(taps.count.get() == TAPS, "{} taps", taps.count.get());
    page.find("[data-test=way] [aria-current=step]").await?;
    app.shoot("83-waiting").await?;

    // What it was made of is behind it: the way back leads home.
    page.click("[data-test=back]").await?;
    page.find("[data-test=home-create]").await?;
    scene.link.let_in(Access::Open);
    page.click("[data-test=tab-reports]").await?;
    page.click("[data-test=report-card]").await?;
    page.find("main [data-test=whereabouts][data-at=sent]").await?;
    let [sent] =
        <[Submission; 1]>::try_from(submissions(&scene).await?).map_err(|all| anyhow::anyhow!("{} reports", all.len()))?;
    ensure!(sent.subject.as_str() == SUBJECT && sent.content.as_str() == SENTENCE, "{sent:?}");
    ensure!(sent.title.as_str() == "Ổ gà to trước cổng trường, xe máy ngã hoài" && !sent.anonymous, "{sent:?}");
    Ok(())
}

/// The built-in fields with every kind of question for one subject, as a file to be published.
fn catalogue_with_questions(folder: &Path) -> anyhow::Result<std::path::PathBuf> {
    let questions = serde_json::json!([
        {"code": "do-sau", "label": "Sâu chừng nào?", "required": true,
         "kind": {"type": "number", "min": 0.0, "max": 5.0, "decimals": 1, "unit": "m"}},
        {"code": "mat-duong", "label": "Mặt đường loại nào?", "required": true,
         "kind": {"type": "one", "options": [{"code": "nhua", "label": "Nhựa"}, {"code": "be-tong", "label": "Bê tông"}, {"code": "dat", "label": "Đất"}]}},
        {"code": "anh-huong", "label": "Ảnh hưởng đến ai?", "hint": "Chọn những gì đúng", "required": false,
         "kind": {"type": "many", "at_most": 2, "options": [
            {"code": "di-bo", "label": "Người đi bộ"}, {"code": "xe-may", "label": "Xe máy"}, {"code": "o-to", "label": "Ô tô"}]}},
        {"code": "tu-khi-nao", "label": "Thấy lần đầu khi nào?", "required": false, "kind": {"type": "date_time", "past_only": true}},
        {"code": "ghi-chu", "label": "Dấu hiệu dễ nhận ra", "required": false, "kind": {"type": "text", "max_chars": 200}}
    ]);
    let mut json = serde_json::to_value(Catalogue::builtin())?;
    *json.get_mut("version").context("a version")? = 1_000.into();
    let subjects = json.pointer_mut("/fields/0/subjects").and_then(serde_json::Value::as_array_mut).context("subjects")?;
    let subject = subjects.iter_mut().find(|subject| subject.get("code").is_some_and(|code| code == SUBJECT));
    *subject.and_then(|subject| subject.get_mut("questions")).context("its questions")? = questions;
    let path = folder.join("fields.json");
    fs::write(&path, serde_json::to_vec(&json)?)?;
    Ok(path)
}

/// A server that has published questions. Fields are fetched rarely: before the app is first there.
async fn scene_with_questions() -> anyhow::Result<Scene> {
    let scene = Scene::set().await?;
    scene.server.publish_fields(&catalogue_with_questions(scene.folder.path())?)?;
    Ok(scene)
}

/// Opens the form of a new draft and waits for what its subject asks.
async fn begin_with_questions(app: &AppWindow) -> anyhow::Result<()> {
    begin(app).await?;
    app.page.find("[data-test=answer-do-sau]").await.map(drop)
}

async fn answer(app: &AppWindow) -> anyhow::Result<()> {
    let page = &app.page;
    page.type_into("[data-test=answer-do-sau]", "0,4").await?;
    for option in ["answer-mat-duong-nhua", "answer-anh-huong-xe-may", "answer-anh-huong-di-bo"] {
        page.click(&format!("[data-test={option}]")).await?;
    }
    page.type_into("[data-test=answer-ghi-chu]", "Gần cột điện số 7").await?;
    set_moment(app, "answer-tu-khi-nao", "2026-01-02T07:30").await
}

/// Types a moment as a picker would leave it: the driver knows no keys for one.
async fn set_moment(app: &AppWindow, hook: &str, value: &str) -> anyhow::Result<()> {
    let element = app.page.find(&format!("[data-test={hook}]")).await?;
    let script = format!(
        "const box = arguments[0]; box.value = '{value}'; for (const kind of ['input', 'change']) box.dispatchEvent(new Event(kind, {{bubbles: true}}))"
    );
    app.page.script(&script, &[&element]).await.map(drop)
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn the_complete_case() -> anyhow::Result<()> {
    let scene = scene_with_questions().await?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    sign_in(&app).await?;
    agree_to_location(&app).await?;
    begin_with_questions(&app).await?;
    scene.link.let_in(Access::Refused);
    let page = &app.page;

    // What is missing is told at its question, and on the way back from the last look.
    page.click("[data-test=draft-review]").await?;
    page.find("[data-test=form-problems]").await?;
    page.find(".wrong [data-test=answer-do-sau][aria-invalid=true]").await?;
    page.type_into("[data-test=answer-do-sau]", "chín").await?;
    page.shows("#answer-do-sau-problem", "số").await?;
    page.clear("[data-test=answer-do-sau]").await?;
    page.type_into("[data-test=draft-content]", SENTENCE).await?;
    answer(&app).await?;
    page.click("[data-test=draft-anonymous]").await?;
    page.find("[data-test=who-sees-what] td.now").await?;
    for n in 0..PHOTOS {
        let photo = scene.folder.path().join(format!("ảnh {n}.jpg"));
        fs::write(&photo, pictures::small_photo(900 + n)?)?;
        page.type_into("[data-test=draft-photo-input]", &photo.display().to_string()).await?;
    }
    let ready = async || Ok((u32::try_from(page.all("[data-test=draft-photo]").await?.len())? == PHOTOS).then_some(()));
    until("six pictures", PATIENCE, ready).await?;
    let video = scene.folder.path().join("suối dâng.mp4");
    fs::write(&video, Film::default().bytes())?;
    page.type_into("[data-test=draft-photo-input]", &video.display().to_string()).await?;
    page.find("[data-test=draft-video]").await?;
    page.find("[data-test=draft-place]").await?;
    page.click("[data-test=draft-map]").await?;
    page.find("[data-test=map-canvas][data-drawn=true] .map-pin").await?;
    page.type_into("[data-test=map-canvas]", RIGHT).await?;
    page.click("[data-test=map-done]").await?;

    // Another subject and back: the answers are there.
    page.click("[data-test=draft-choose]").await?;
    page.type_into("[data-test=choose-search]", "rac bua bai").await?;
    page.click("[data-test=subject-xa-rac]").await?;
    page.gone("[data-test=answer-do-sau]").await?;
    page.click("[data-test=draft-choose]").await?;
    page.click(&format!("[data-test=subject-{SUBJECT}]")).await?;
    ensure!(page.value("[data-test=answer-do-sau]").await? == "0,4", "an answer after another subject");
    let shown = page.find("[data-test=answer-do-sau]").await?;
    page.show(&shown).await?;
    app.shoot("84-answers").await?;

    page.click("[data-test=draft-review]").await?;
    page.find("[data-test=review-answers]").await?;
    let all = page.text("main").await?;
    for part in [SENTENCE, "0,4 m", "Nhựa", "Người đi bộ, Xe máy", "Gần cột điện số 7", "02/01/2026 07:30", "Ẩn danh", "14.34"]
    {
        ensure!(all.contains(part), "{part} is not among what will be seen: {all}");
    }
    ensure!(u32::try_from(page.all("[data-test=review-photo]").await?.len())? == PHOTOS, "the pictures");
    page.find("[data-test=review-video]").await?;
    app.shoot("85-review-all").await?;
    // Each part leads back to where it is changed, and the way on comes here again.
    page.click("[data-test=edit-content]").await?;
    let focused = async || Ok((page.script("return document.activeElement?.id ?? ''", &[]).await? == "content").then_some(()));
    until("the focus on the content", PATIENCE, focused).await?;
    page.click("[data-test=draft-review]").await?;
    page.click("[data-test=draft-submit]").await?;
    page.find(".wrong [data-test=draft-truth]").await?;
    page.click("[data-test=draft-truth]").await?;
    page.click("[data-test=draft-submit]").await?;
    page.find("main [data-test=whereabouts][data-at=waiting]").await?;
    scene.link.let_in(Access::Open);
    page.find("main [data-test=whereabouts][data-at=sent]").await?;

    let [sent] =
        <[Submission; 1]>::try_from(submissions(&scene).await?).map_err(|all| anyhow::anyhow!("{} reports", all.len()))?;
    ensure!(sent.anonymous && u32::try_from(sent.media.len())? == PHOTOS + 1, "{sent:?}");
    ensure!(sent.media.iter().filter(|medium| medium.kind.is_video()).count() == 1, "{sent:?}");
    ensure!(sent.place.source == PlaceSource::Chosen && sent.ward.is_some(), "{:?}", sent.place);
    let answers = serde_json::to_value(&sent.answers)?;
    for (question, expected) in [
        ("do-sau", serde_json::json!({"type": "number", "value": 0.4})),
        ("mat-duong", serde_json::json!({"type": "one", "value": "nhua"})),
        ("anh-huong", serde_json::json!({"type": "many", "value": ["di-bo", "xe-may"]})),
        ("ghi-chu", serde_json::json!({"type": "text", "value": "Gần cột điện số 7"})),
    ] {
        ensure!(answers.get(question) == Some(&expected), "{question}: {answers}");
    }
    ensure!(answers.pointer("/tu-khi-nao/type").is_some_and(|kind| kind == "date_time"), "{answers}");
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn killed_in_the_middle_of_each_step_nothing_typed_is_lost() -> anyhow::Result<()> {
    let scene = scene_with_questions().await?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    sign_in(&app).await?;
    agree_to_location(&app).await?;
    begin_with_questions(&app).await?;
    scene.link.let_in(Access::Refused);

    // While typing: all but what was typed since the last pause.
    app.page.type_into("[data-test=draft-content]", SENTENCE).await?;
    until_saved(&app).await?;
    app.page.type_into("[data-test=draft-content]", " Rất").await?;
    app.kill().await?;
    let app = AppWindow::open(&scene.settings).await?;
    app.page.click("[data-test=draft-card]").await?;
    ensure!(app.page.value("[data-test=draft-content]").await?.starts_with(SENTENCE), "what was typed");
    ensure!(app.page.text("[data-test=draft-subject]").await? == "Đường xá, cống rãnh hư hỏng", "what was chosen");

    // While answering.
    answer(&app).await?;
    app.page.click("[data-test=draft-anonymous]").await?;
    app.page.click("[data-test=time-other]").await?;
    set_moment(&app, "draft-time", "2026-01-03T09:15").await?;
    until_saved(&app).await?;
    app.kill().await?;
    let app = AppWindow::open(&scene.settings).await?;
    app.page.click("[data-test=draft-card]").await?;
    ensure!(app.page.value("[data-test=answer-do-sau]").await? == "0,4", "a number");
    ensure!(app.page.value("[data-test=answer-ghi-chu]").await? == "Gần cột điện số 7", "words");
    ensure!(app.page.value("[data-test=answer-tu-khi-nao]").await? == "2026-01-02T07:30", "a moment");
    ensure!(app.page.value("[data-test=draft-time]").await? == "2026-01-03T09:15", "its time");
    let ticked = "return [...document.querySelectorAll('.answers input:checked')].map(box => box.dataset.test).sort().join(' ')";
    let ticked = app.page.script(ticked, &[]).await?;
    ensure!(ticked == "answer-anh-huong-di-bo answer-anh-huong-xe-may answer-mat-duong-nhua", "what was ticked: {ticked}");

    // While choosing another subject.
    app.page.click("[data-test=draft-choose]").await?;
    app.page.type_into("[data-test=choose-search]", "rac").await?;
    app.kill().await?;
    let app = AppWindow::open(&scene.settings).await?;
    app.page.click("[data-test=draft-card]").await?;
    ensure!(app.page.value("[data-test=answer-do-sau]").await? == "0,4", "nothing else was chosen");

    // While looking at it for the last time.
    app.page.find("[data-test=draft-place]").await?;
    review_and_vouch(&app).await?;
    app.page.click("[data-test=edit-title]").await?;
    app.page.type_into("[data-test=draft-title]", "Ổ gà cổng trường").await?;
    until_saved(&app).await?;
    app.page.click("[data-test=draft-review]").await?;
    app.page.find("[data-test=review-title]").await?;
    app.kill().await?;
    let app = AppWindow::open(&scene.settings).await?;
    app.page.click("[data-test=draft-card]").await?;
    app.page.click("[data-test=draft-review]").await?;
    ensure!(app.page.text("[data-test=review-title]").await? == "Ổ gà cổng trường", "the title");
    app.page.find("[data-test=draft-truth]:checked").await?;
    app.page.click("[data-test=draft-submit]").await?;
    app.page.find("main [data-test=whereabouts][data-at=waiting]").await.map(drop)
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn a_draft_thrown_away_can_be_taken_back_and_a_blank_one_leaves_no_trace() -> anyhow::Result<()> {
    let scene = Scene::set().await?;
    let app = AppWindow::open_fresh(&scene.settings).await?;
    let page = &app.page;
    begin(&app).await?;
    page.click("[data-test=back]").await?;
    page.find("[data-test=home-create]").await?;
    page.gone("[data-test=draft-card]").await?;

    // Written first: what it is about is suggested, said why, and taken with a tap.
    page.click("[data-test=home-create]").await?;
    page.type_into("[data-test=choose-search]", "đèn đường tắt trước nhà").await?;
    page.find("[data-test=subject-den-duong-hong]").await?;
    app.shoot("86-search").await?;
    page.click("[data-test=choose-write]").await?;
    ensure!(page.value("[data-test=draft-content]").await? == "đèn đường tắt trước nhà", "what was typed to search");
    page.shows("[data-test=suggest-den-duong-hong]", "đèn đường tắt").await?;
    app.shoot("87-suggestion").await?;
    page.click("[data-test=suggest-den-duong-hong]").await?;
    page.shows("[data-test=draft-subject]", "Đèn đường hỏng").await?;
    page.gone("[data-test=suggest]").await?;

    page.type_into("[data-test=draft-title]", "Tối om").await?;
    page.click("[data-test=draft-discard]").await?;
    page.find("[data-test=undo]").await?;
    page.find("[data-test=discarded]").await?;
    app.shoot("88-discarded").await?;
    page.click("[data-test=undo-discard]").await?;
    ensure!(page.value("[data-test=draft-title]").await? == "Tối om", "also what was typed last");

    page.click("[data-test=draft-discard]").await?;
    page.find("[data-test=undo]").await?;
    app.kill().await?;
    let app = AppWindow::open(&scene.settings).await?;
    let page = &app.page;
    page.find("[data-test=home-create]").await?;
    page.gone("[data-test=draft-card]").await?;
    page.click("[data-test=tab-reports]").await?;
    page.click("[data-test=discarded] summary").await?;
    app.shoot("89-just-discarded").await?;
    page.click("[data-test=discarded-restore]").await?;
    page.click("[data-test=draft-card]").await?;
    ensure!(page.value("[data-test=draft-title]").await? == "Tối om", "taken back after a restart");
    Ok(())
}
