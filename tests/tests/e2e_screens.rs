//! In the real window: every screen on a small phone and a large one, with text as it is and twice as large, in the light
//! and in the dark. Nothing is cut or overlaps, everything is large enough for a thumb, in the order in which it is read,
//! and named for those who hear it.

#![expect(clippy::print_stdout, reason = "how much was looked at, and how long that took")]

use std::path::Path;

use anyhow::ensure;
use kontums_tests::{
    link::Access,
    scene::app_in,
    screens::{
        axe::{self, Axe},
        catalogue::{COMPOSING, DAMAGED, FIRST, NEWER, OFFLINE, ONLINE, PHONE},
        gallery::{Gallery, Surroundings},
        look::{self, Text},
        probe,
        stage::{Stage, empty},
    },
    window::AppWindow,
};

async fn tours(gallery: &mut Gallery, stage: &Stage) -> anyhow::Result<()> {
    let link = &stage.scene.link;
    let around = Surroundings { names: &stage.names, link, sms: (stage.scene.server.data(), PHONE) };

    let app = gallery.open(&empty(stage, "first")?).await?;
    gallery.tour(&app, &around, FIRST).await?;
    app.kill().await?;

    link.let_in(Access::Refused);
    let app = gallery.open(&stage.scene.settings).await?;
    gallery.tour(&app, &around, OFFLINE).await?;
    gallery.tour(&app, &around, COMPOSING).await?;
    gallery.tour(&app, &around, ONLINE).await?;
    app.kill().await?;

    let [damaged, newer] = stage.mishaps().await?;
    for (settings, screens) in [(damaged, DAMAGED), (newer, NEWER)] {
        let app = gallery.open(&settings).await?;
        gallery.tour(&app, &around, screens).await?;
        app.kill().await?;
    }
    Ok(())
}

async fn every_screen(dark: bool) -> anyhow::Result<()> {
    let axe = Axe::fetch(Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe")).await?;
    let mut stage = Stage::set().await?;
    stage.names.insert("new-phone", PHONE.to_owned());
    let screenshots = app_in(stage.scene.folder.path(), String::new())?.screenshots;
    let mut gallery = Gallery::new(axe, &screenshots, dark)?;
    let toured = tours(&mut gallery, &stage).await;
    let told = gallery.close();
    // What was found until a way led nowhere is told all the same.
    let (screens, looks, took) = match (toured, told) {
        (Err(lost), Err(faults)) => return Err(lost.context(faults)),
        (toured, told) => toured.and(told)?,
    };
    println!("{screens} screens, {looks} looks in {:.0} s", took.as_secs_f64());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn every_screen_in_the_light() -> anyhow::Result<()> {
    every_screen(false).await
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn every_screen_in_the_dark() -> anyhow::Result<()> {
    every_screen(true).await
}

/// What is done to the greeting's page, the rule that has to notice, and how it is undone.
const HARM: [(&str, &str, &str); 12] = [
    (
        "const words = document.querySelector('.points span'); words.style.height = '10px'; words.style.overflow = 'hidden'",
        "text cut",
        UNSTYLED,
    ),
    ("document.querySelector('.lead').style.width = '500px'", "page wider than window", UNSTYLED),
    ("document.querySelector('.lead').style.marginLeft = '-40px'", "text outside the window", UNSTYLED),
    (
        "const next = document.querySelector('.button.big'); next.style.width = '48px'; next.style.whiteSpace = 'nowrap'",
        "text out of its box",
        UNSTYLED,
    ),
    (
        "document.querySelector('.welcome-actions').insertAdjacentHTML('beforeend',
            '<input class=\"box\" id=\"harm\" aria-label=\"x\" placeholder=\"Nhập họ và tên của người gửi phản ánh hiện trường\">')",
        "placeholder cut",
        "document.querySelector('#harm').remove()",
    ),
    (
        "const next = document.querySelector('.button.big'); next.style.minHeight = '30px'; next.style.height = '30px'",
        "target too small",
        UNSTYLED,
    ),
    ("document.querySelector('.points li:last-child').style.marginTop = '-40px'", "overlap", UNSTYLED),
    ("document.querySelector('.button.big').style.order = '2'", "focus order", UNSTYLED),
    (
        "document.querySelector('.button.big').tabIndex = 3",
        "tabindex above 0",
        "document.querySelector('.button.big').removeAttribute('tabindex')",
    ),
    (
        "const over = document.createElement('div'); over.id = 'harm'; document.body.append(over);
            Object.assign(over.style, {position: 'fixed', inset: '50vh 0 0', zIndex: 9})",
        "covered",
        "document.querySelector('#harm').remove()",
    ),
    ("document.querySelector('.lead').style.color = '#bbb'", "axe: color-contrast", UNSTYLED),
    (
        "document.querySelector('.button.big').textContent = ''",
        "axe: button-name",
        "document.querySelector('.button.big').textContent = 'Tiếp tục'",
    ),
];
const UNSTYLED: &str = "document.querySelectorAll('main [style]').forEach(e => e.removeAttribute('style'))";

#[tokio::test(flavor = "multi_thread")]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn what_is_wrong_is_noticed() -> anyhow::Result<()> {
    let axe = Axe::fetch(Path::new(env!("CARGO_TARGET_TMPDIR")).join("axe")).await?;
    let folder = tempfile::tempdir()?;
    let settings = app_in(folder.path(), "http://127.0.0.1:1".to_owned())?;
    let app = AppWindow::open(&settings).await?;
    axe.enter(&app).await?;
    app.page.find("[data-test=welcome-next]").await?;
    look::set(&app, Text::Normal, look::SMALL).await?;
    let noticed = async || {
        let faults = [probe::measure(&app).await?, axe::examine(&app).await?].concat();
        Ok::<_, anyhow::Error>(faults.into_iter().map(|fault| fault.rule).collect::<Vec<_>>())
    };
    for (harm, rule, undo) in HARM {
        let before = noticed().await?;
        ensure!(before.is_empty(), "before {harm}: {before:?}");
        app.page.script(harm, &[]).await?;
        let after = noticed().await?;
        ensure!(after.iter().any(|noticed| noticed == rule), "{harm}: wanted {rule}, noticed {after:?}");
        app.page.script(undo, &[]).await?;
    }
    Ok(())
}
