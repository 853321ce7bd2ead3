//! In the real window: files that can't be used, each with its own words, a draft that stays, and a
//! picture that the device had no place for.

use std::{collections::BTreeSet, time::Duration};

use anyhow::Context;
use kontums_tests::{
    pictures::{Odd, phone_photo},
    scene::app_in,
    wait::until,
    window::AppWindow,
};

const MEMORY_LIMIT: u64 = 300 * 1024 * 1024;
/// A dozen whole pictures on one screen are more than a cheap phone's web view can hold.
const PREVIEW_SIDE: u32 = 330;
/// Where no server is.
const NOBODY: &str = "http://127.0.0.1:1";
const TITLE: &str = "Cây đổ chắn đường Trần Phú";

async fn messages(app: &AppWindow) -> anyhow::Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('[data-test=photo-message]')].map(m => m.innerText).join('\\u0000')";
    let shown = app.page.script(script, &[]).await?;
    Ok(shown.as_str().unwrap_or_default().split('\0').filter(|m| !m.is_empty()).map(str::to_owned).collect())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn every_odd_file_has_its_own_words_and_the_draft_stays() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let settings = app_in(folder.path(), NOBODY.to_owned())?;
    let app = AppWindow::open_fresh(&settings).await?;
    app.page.click("[data-test=home-create]").await?;
    app.page.click("[data-test=choose-write]").await?;
    app.page.type_into("[data-test=draft-title]", TITLE).await?;
    let good = folder.path().join("ảnh đẹp.jpg");
    std::fs::write(&good, phone_photo(11)?)?;
    app.page.type_into("[data-test=draft-photo-input]", &good.display().to_string()).await?;
    let shown = app.page.find("[data-test=draft-photo]").await?;
    let small = async || {
        let side = app.page.script("return arguments[0].complete ? arguments[0].naturalHeight : 0", &[&shown]).await?;
        Ok((side == PREVIEW_SIDE).then_some(()))
    };
    until("a small copy on the screen", Duration::from_secs(20), small).await?;

    for (n, odd) in Odd::ALL.into_iter().enumerate() {
        let path = odd.write(folder.path())?;
        app.page.type_into("[data-test=draft-photo-input]", &path.display().to_string()).await?;
        let told = async || Ok((messages(&app).await?.len() == n + 1).then_some(()));
        until(&format!("a message about {odd:?}"), Duration::from_secs(30), told).await?;
    }
    let shown = messages(&app).await?;
    for odd in Odd::ALL {
        assert!(shown.iter().any(|m| m.contains(odd.name())), "{odd:?} is named in {shown:?}");
    }
    let own_words = |message: &String| Odd::ALL.iter().fold(message.clone(), |m, odd| m.replace(odd.name(), ""));
    let different: BTreeSet<_> = shown.iter().map(own_words).collect();
    assert_eq!(different.len(), Odd::ALL.len(), "each has its own words: {shown:?}");
    let message = app.page.all("[data-test=photo-message]").await?.pop().context("a message")?;
    app.page.show(&message).await?;
    app.shoot("20-odd-files").await?;

    assert_eq!(app.page.value("[data-test=draft-title]").await?, TITLE);
    assert_eq!(app.page.all("[data-test=draft-photo]").await?.len(), 2, "the good one and the PNG");
    let peak = app.resident_bytes()?;
    assert!(peak < MEMORY_LIMIT, "the app's memory peaked at {} MB", peak / 1024 / 1024);
    app.kill().await?;

    let app = AppWindow::open(&settings).await?;
    app.page.click("[data-test=draft-card]").await?;
    assert_eq!(app.page.value("[data-test=draft-title]").await?, TITLE);
    let both = async || Ok((app.page.all("[data-test=draft-photo]").await?.len() == 2).then_some(()));
    until("both pictures after SIGKILL", Duration::from_secs(20), both).await?;
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn a_picture_that_could_not_be_kept_is_held_until_it_can() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let settings = app_in(folder.path(), NOBODY.to_owned())?;
    let app = AppWindow::open_fresh(&settings).await?;
    app.page.click("[data-test=home-create]").await?;
    app.page.click("[data-test=choose-write]").await?;
    app.page.find("[data-test=draft-title]").await?;
    let photo = folder.path().join("ảnh duy nhất.jpg");
    std::fs::write(&photo, phone_photo(12)?)?;

    // Where the finished picture belongs, there is no folder.
    let (photos, aside) = (settings.data.join("photos"), settings.data.join("aside"));
    std::fs::rename(&photos, &aside)?;
    app.page.type_into("[data-test=draft-photo-input]", &photo.display().to_string()).await?;
    let again = app.page.find("[data-test=photo-again]").await?;
    let [message] = messages(&app).await?.try_into().map_err(|shown| anyhow::anyhow!("{shown:?}"))?;
    assert!(message.contains("ảnh duy nhất.jpg"), "{message}");
    app.page.show(&again).await?;
    app.shoot("21-not-kept").await?;
    assert!(std::fs::read_dir(settings.data.join("incoming"))?.next().is_some(), "the original is still there");

    std::fs::rename(&aside, &photos)?;
    std::fs::remove_file(&photo)?;
    app.page.click("[data-test=photo-again]").await?;
    app.page.find("[data-test=draft-photo]").await?;
    assert!(messages(&app).await?.is_empty());
    Ok(())
}
