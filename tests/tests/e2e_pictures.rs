//! In the real window: files that can't be used, each with its own words, and a draft that stays.

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use anyhow::Context;
use kontums_tests::{
    pictures::{Odd, phone_photo},
    wait::until,
    window::{AppSettings, AppWindow},
};

const MEMORY_LIMIT: u64 = 300 * 1024 * 1024;
const TITLE: &str = "Cây đổ chắn đường Trần Phú";

fn program(name: &str) -> anyhow::Result<PathBuf> {
    Ok(std::env::var_os(name).with_context(|| format!("{name} names no program"))?.into())
}

async fn messages(app: &AppWindow) -> anyhow::Result<Vec<String>> {
    let script = "return [...document.querySelectorAll('[data-test=photo-message]')].map(m => m.innerText).join('\\u0000')";
    let shown = app.page.script(script, &[]).await?;
    Ok(shown.as_str().unwrap_or_default().split('\0').filter(|m| !m.is_empty()).map(str::to_owned).collect())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn every_odd_file_has_its_own_words_and_the_draft_stays() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let settings = AppSettings {
        app: program("KONTUMS_APP")?,
        data: folder.path().join("app"),
        server_url: "http://127.0.0.1:1".to_owned(),
        screenshots: program("KONTUMS_SCREENSHOTS")?,
    };
    let app = AppWindow::open(&settings).await?;
    app.page.click("[data-test=home-create]").await?;
    app.page.type_into("[data-test=draft-title]", TITLE).await?;
    let good = folder.path().join("ảnh đẹp.jpg");
    std::fs::write(&good, phone_photo(11)?)?;
    app.page.type_into("[data-test=draft-photo-input]", &good.display().to_string()).await?;
    app.page.find("[data-test=draft-photo]").await?;

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
    app.page.script("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", &[&message]).await?;
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
