//! In the real window: whatever the device says of where it is, the citizen is told, keeps what they chose, and gets
//! on by the map or by the ward.

use kontums_tests::{
    scene::app_in,
    window::{AppSettings, AppWindow},
};

/// Where no server is.
const NOBODY: &str = "http://127.0.0.1:1";
const TITLE: &str = "Ổ gà trước chợ";
const KON_TUM: &str = "14.3498,108.0020,60";
/// Keys as WebDriver writes them.
const RIGHT: &str = "\u{e014}";
const DOWN: &str = "\u{e015}";

/// A new draft with a title, so that it stays.
async fn write(app: &AppWindow) -> anyhow::Result<()> {
    app.page.click("[data-test=home-create]").await?;
    app.page.click("[data-test=subject-duong-xa-cong-ranh]").await?;
    app.page.type_into("[data-test=draft-title]", TITLE).await
}

async fn locate(app: &AppWindow) -> anyhow::Result<()> {
    app.page.click("[data-test=draft-locate]").await
}

async fn agree(app: &AppWindow) -> anyhow::Result<()> {
    locate(app).await?;
    app.page.click("[data-test=consent-agree]").await
}

async fn open_map(app: &AppWindow) -> anyhow::Result<()> {
    app.page.click("[data-test=draft-map]").await?;
    app.page.find("[data-test=map-canvas][data-drawn=true] .map-outline").await.map(drop)
}

async fn shoot(app: &AppWindow, css: &str, name: &str) -> anyhow::Result<()> {
    let element = app.page.find(css).await?;
    app.page.show(&element).await?;
    app.shoot(name).await
}

async fn start(settings: &AppSettings) -> anyhow::Result<AppWindow> {
    let app = AppWindow::open_fresh(settings).await?;
    write(&app).await?;
    Ok(app)
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn a_device_that_cannot_say_is_told_with_a_way_on_and_one_that_learns_is_followed() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let settings = app_in(folder.path(), NOBODY.to_owned())?;
    settings.say_where("denied")?;
    let app = start(&settings).await?;
    assert!(app.page.all("[data-test=place-error]").await?.is_empty(), "nobody asked yet");
    agree(&app).await?;
    app.page.shows("[data-test=place-error]", "chưa được phép").await?;
    shoot(&app, "[data-test=place-error]", "50-place-denied").await?;

    for (says, words) in [("off", "tắt định vị"), ("slow", "Chưa bắt được"), ("0,0,5", "chưa biết mình ở đâu")]
    {
        settings.say_where(says)?;
        locate(&app).await?;
        app.page.shows("[data-test=place-error]", words).await?;
        assert!(app.page.all("[data-test=draft-place]").await?.is_empty(), "{says}");
    }
    // From here on the app asks by itself.
    settings.say_where("14.3700,108.0150,3000")?;
    app.page.shows("[data-test=draft-place]", "3000").await?;
    app.page.find("[data-test=place-rough]").await?;
    assert!(app.page.all("[data-test=place-error]").await?.is_empty());
    shoot(&app, "[data-test=place-rough]", "51-place-rough").await?;
    // What is learnt while the map is looked at stays when the map is given up.
    open_map(&app).await?;
    settings.say_where("14.3498,108.0020,12")?;
    app.page.shows("[data-test=map-caption]", "±12").await?;
    app.page.click("[data-test=map-cancel]").await?;
    app.page.gone("[data-test=map-canvas]").await?;
    app.page.shows("[data-test=draft-place]", "±12").await?;
    app.page.gone("[data-test=place-rough]").await?;
    app.page.shows("[data-test=place-origin]", "vừa xong").await?;
    app.page.shows("[data-test=draft-ward]", "Phường Kon Tum").await?;
    let address = app.page.value("[data-test=draft-address]").await?;
    assert_eq!(address, "Phường Kon Tum, Quảng Ngãi (trước đây: phường Quyết Thắng, TP. Kon Tum)");
    shoot(&app, "[data-test=draft-place]", "52-place-known").await?;

    // A ward beside, in one tap; an address of one's own; and back to what was worked out.
    app.page.click("[data-test=ward-other]").await?;
    app.page.find("[data-test=address-reset]").await?;
    assert_ne!(app.page.value("[data-test=draft-address]").await?, address);
    let beside = app.page.text("[data-test=draft-ward]").await?;
    app.page.clear("[data-test=draft-address]").await?;
    app.page.type_into("[data-test=draft-address]", "Cạnh chợ").await?;
    assert_eq!(app.page.value("[data-test=draft-address]").await?, "Cạnh chợ");
    assert_eq!(app.page.text("[data-test=draft-ward]").await?, beside);
    app.page.click("[data-test=address-reset]").await?;
    app.page.shows("[data-test=draft-ward]", "Phường Kon Tum").await?;
    assert_eq!(app.page.value("[data-test=draft-address]").await?, address);
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn a_jump_is_asked_about_and_a_pin_that_was_moved_stays_whatever_comes() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let settings = app_in(folder.path(), NOBODY.to_owned())?;
    settings.say_where(KON_TUM)?;
    let app = start(&settings).await?;
    agree(&app).await?;
    app.page.shows("[data-test=draft-place]", "14.34980, 108.00200 (±60").await?;
    settings.say_where("14.6003,108.2908,12")?;
    app.page.shows("[data-test=place-other]", "km").await?;
    app.page.shows("[data-test=draft-place]", "14.34980, 108.00200 (±60").await?;
    shoot(&app, "[data-test=place-other]", "53-place-jumped").await?;
    app.page.click("[data-test=place-other-keep]").await?;
    app.page.gone("[data-test=place-other]").await?;
    app.page.shows("[data-test=draft-place]", "14.34980, 108.00200 (±60").await?;

    // The pin: given up, then moved for good.
    open_map(&app).await?;
    app.page.find(".map-pin").await?;
    app.page.type_into("[data-test=map-canvas]", RIGHT).await?;
    let caption = app.page.text("[data-test=map-caption]").await?;
    assert!(!caption.contains("108.00200") && caption.contains("Phường"), "{caption}");
    app.shoot("54-map").await?;
    app.page.resize(360, 640).await?;
    app.shoot("55-map-small").await?;
    app.page.resize(412, 915).await?;
    app.page.click("[data-test=map-cancel]").await?;
    app.page.gone("[data-test=map-canvas]").await?;
    app.page.shows("[data-test=draft-place]", "14.34980, 108.00200 (±60").await?;

    open_map(&app).await?;
    app.page.type_into("[data-test=map-canvas]", &format!("{DOWN}{DOWN}{RIGHT}")).await?;
    app.page.click("[data-test=map-done]").await?;
    app.page.shows("[data-test=place-origin]", "Do bạn chọn").await?;
    let pinned = app.page.text("[data-test=draft-place]").await?;
    assert!(!pinned.contains("108.00200") && !pinned.contains('±'), "{pinned}");

    // The app is killed while the map is open; the pin is where it was moved last.
    settings.say_where("14.3498,108.0020,5")?;
    open_map(&app).await?;
    app.page.type_into("[data-test=map-canvas]", RIGHT).await?;
    let moved = app.page.text("[data-test=map-caption]").await?;
    let moved = moved.lines().next().unwrap_or_default().to_owned();
    assert_ne!(moved, pinned);
    let saved = "return document.querySelector('[data-test=draft-saved]')?.dataset.state";
    let kept = async || Ok((app.page.script(saved, &[]).await? == "saved").then_some(()));
    kontums_tests::wait::until("the pin is kept", std::time::Duration::from_secs(20), kept).await?;
    app.kill().await?;
    let app = AppWindow::open(&settings).await?;
    app.page.click("[data-test=draft-card]").await?;
    app.page.shows("[data-test=draft-place]", &moved).await?;
    app.page.shows("[data-test=place-origin]", "Do bạn chọn").await?;
    assert_eq!(app.page.value("[data-test=draft-title]").await?, TITLE);
    // Whoever asks gets the device instead.
    locate(&app).await?;
    app.page.shows("[data-test=draft-place]", "14.34980, 108.00200 (±5").await
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn outside_it_is_said_who_to_turn_to_and_a_ward_is_a_place_too() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut settings = app_in(folder.path(), NOBODY.to_owned())?;
    settings.dark = true;
    settings.say_where("16.0678,108.2208,10")?;
    let app = start(&settings).await?;
    agree(&app).await?;
    app.page.shows("[data-test=place-outside]", "ngoài khu vực").await?;
    app.page.shows("[data-test=place-outside]", "Đà Nẵng").await?;
    app.page.find("[data-test=elsewhere-call][href^='tel:']").await?;
    shoot(&app, "[data-test=place-outside]", "56-place-outside").await?;

    settings.say_where("denied")?;
    app.page.click("[data-test=place-clear]").await?;
    app.page.gone("[data-test=draft-place]").await?;
    app.page.click("[data-test=draft-ward]").await?;
    app.page.type_into("[data-test=picker-search]", "mang den").await?;
    app.page.shows("[data-test=picker-row]", "Măng Đen").await?;
    app.page.click("[data-test=picker-row]").await?;
    app.page.shows("[data-test=place-origin]", "chưa phải điểm chính xác").await?;
    assert_eq!(app.page.value("[data-test=draft-address]").await?, "Xã Măng Đen, Quảng Ngãi");
    shoot(&app, "[data-test=draft-place]", "57-place-ward").await?;
    // By buttons alone, as somebody would who can't see where to tap.
    open_map(&app).await?;
    app.page.click("[data-test=map-zoom-out]").await?;
    app.page.click("[data-test=map-centre]").await?;
    app.page.shows("[data-test=map-caption]", "Xã Măng Đen").await?;
    app.shoot("58-map-dark").await?;
    app.page.click("[data-test=map-done]").await?;
    app.page.shows("[data-test=place-origin]", "Do bạn chọn").await
}
