//! In the real window: pictures and videos from the camera and the gallery, arranged, covered, taken anew, taken out;
//! the app killed in the middle; and all of it at the server.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context, ensure};
use kontums_tests::{
    films::Film,
    pictures::{Odd, phone_photo, small_photo, tiny_photo},
    scene::{Scene, app_in, begin, describe, locate_and_vouch, sign_in},
    wait::until,
    window::{AppSettings, AppWindow},
};
use pakn_api::id::MediaHash;
use pakn_server::ListedReport;
use sha2::{Digest, Sha256};

/// Where no server is.
const NOBODY: &str = "http://127.0.0.1:1";
/// How long a debug build may take for a handful of pictures on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);
/// Presses a pointer at one place of an element and lifts it at another; places in CSS pixels of the window. Runs in
/// the page, as the driver's own pointers know no touch.
const POINTER: &str = "
const point = (on, kind, [x, y]) => on.dispatchEvent(new PointerEvent(kind,
    {bubbles: true, cancelable: true, pointerId: 7, isPrimary: true, pointerType: 'touch', button: 0, buttons: 1, clientX: x, clientY: y}));
const drag = (on, from, to) => {
    point(on, 'pointerdown', from);
    for (let n = 1; n <= 5; n++) point(on, 'pointermove', [from[0] + (to[0] - from[0]) * n / 5, from[1] + (to[1] - from[1]) * n / 5]);
    point(on, 'pointerup', to);
};
const middle = on => { const r = on.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; };
const within = (on, x, y) => { const r = on.getBoundingClientRect(); return [r.left + r.width * x, r.top + r.height * y]; };
";

/// A camera's folder: files in the order in which they are taken, and those that the gallery gives.
struct Camera {
    folder: PathBuf,
}

impl Camera {
    fn new(folder: &Path) -> anyhow::Result<Self> {
        let folder = folder.join("camera");
        fs::create_dir_all(&folder)?;
        Ok(Self { folder })
    }

    fn holds(&self, name: &str, bytes: &[u8]) -> anyhow::Result<()> {
        Ok(fs::write(self.folder.join(name), bytes)?)
    }

    fn gives(&self, names: &[&str]) -> anyhow::Result<()> {
        Ok(fs::write(self.folder.join("pick.txt"), names.join("\n"))?)
    }
}

fn app_with(folder: &Path, camera: &str) -> anyhow::Result<AppSettings> {
    Ok(AppSettings { camera: Some(camera.into()), ..app_in(folder, NOBODY.to_owned())? })
}

/// The pictures and videos in the row, by their ids.
async fn tiles(app: &AppWindow) -> anyhow::Result<Vec<String>> {
    let ids =
        app.page.script("return [...document.querySelectorAll('[data-test=photo-tile]')].map(t => t.dataset.id)", &[]).await?;
    Ok(serde_json::from_value(ids)?)
}

/// Waits until so many are in the row and all of them are ready.
async fn ready(app: &AppWindow, count: usize) -> anyhow::Result<Vec<String>> {
    let all = async || {
        let ready = app.page.all("[data-test=photo-tile] [data-test=photo-open]").await?.len();
        let tiles = tiles(app).await?;
        Ok((ready == count && tiles.len() == count).then_some(tiles))
    };
    Ok(until(&format!("{count} ready"), PATIENCE, all).await?.0)
}

/// Waits until the row is in this order.
async fn in_order(app: &AppWindow, wanted: &[String]) -> anyhow::Result<()> {
    let same = async || Ok((tiles(app).await? == wanted).then_some(()));
    until("the order", PATIENCE, same).await.map(drop)
}

fn at(list: &[String], n: usize) -> anyhow::Result<String> {
    list.get(n).cloned().with_context(|| format!("number {n} of {}", list.len()))
}

async fn point(app: &AppWindow, script: &str) -> anyhow::Result<()> {
    app.page.script(&format!("{POINTER}{script}"), &[]).await.map(drop)
}

async fn reopened(settings: &AppSettings) -> anyhow::Result<AppWindow> {
    let app = AppWindow::open(settings).await?;
    app.page.click("[data-test=draft-card]").await?;
    app.page.find("[data-test=draft-title]").await?;
    Ok(app)
}

fn on_device(settings: &AppSettings, id: &str) -> PathBuf {
    settings.data.join("photos").join(id)
}

/// How many different colours the middle half of a part of a picture has, in coarse steps.
fn colours(jpeg: &Path, (x, y, width, height): (f64, f64, f64, f64)) -> anyhow::Result<usize> {
    let picture = image::load_from_memory(&fs::read(jpeg)?)?.into_rgb8();
    let (w, h) = (f64::from(picture.width()), f64::from(picture.height()));
    let side = |from: f64, length: f64, all: f64| ((from + length / 4.0) * all) as u32..((from + length * 0.75) * all) as u32;
    let pixels = side(y, height, h).flat_map(|y| side(x, width, w).map(move |x| (x, y)));
    Ok(pixels.map(|(x, y)| picture.get_pixel(x, y).0.map(|channel| channel / 4)).collect::<BTreeSet<_>>().len())
}

/// What Android does when its back key is pressed.
async fn step_back(app: &AppWindow) -> anyhow::Result<()> {
    app.page.script("history.back()", &[]).await.map(drop)
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn pictures_are_taken_picked_arranged_covered_taken_anew_and_taken_out() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let camera = Camera::new(folder.path())?;
    for n in 1..=4 {
        camera.holds(&format!("a{n}.jpg"), &small_photo(n)?)?;
    }
    for n in 1..=3 {
        camera.holds(&format!("g{n}.jpg"), &small_photo(10 + n)?)?;
    }
    let broken = Odd::Truncated.write(&camera.folder)?;
    let broken = broken.file_name().context("its name")?.to_string_lossy().into_owned();
    camera.gives(&["g1.jpg", &broken, "g2.jpg", "g3.jpg"])?;
    let settings = app_with(folder.path(), &camera.folder.display().to_string())?;
    let app = AppWindow::open_fresh(&settings).await?;
    begin(&app).await?;
    let buttons = app.page.find("[data-test=take-photo]").await?;
    app.page.show(&buttons).await?;
    app.shoot("50-media-none").await?;

    for taken in 1..=3 {
        app.page.click("[data-test=take-photo]").await?;
        ready(&app, taken).await?;
    }
    app.page.click("[data-test=pick-media]").await?;
    let six = ready(&app, 6).await?;
    app.page.shows("[data-test=photo-message]", &broken).await?;
    app.page.show(&app.page.find("[data-test=photo-message]").await?).await?;
    app.shoot("51-media-one-broken").await?;
    app.page.click("[data-test=photo-dismiss]").await?;
    app.page.gone("[data-test=photo-message]").await?;

    // By button: the first goes one back. By finger: the last goes to the front.
    app.page.click("[data-test=photos-arrange]").await?;
    app.page.click(&format!("[id='later-{}']", at(&six, 0)?)).await?;
    let mut order = six.clone();
    order.swap(0, 1);
    in_order(&app, &order).await?;
    app.shoot("52-media-arranging").await?;
    point(
        &app,
        "const all = [...document.querySelectorAll('[data-test=photo-tile]')];
        drag(all[5].querySelector('[data-test=photo-open]'), middle(all[5]), middle(all[0]));",
    )
    .await?;
    order.rotate_right(1);
    in_order(&app, &order).await?;
    app.page.click("[data-test=photos-arrange]").await?;
    let cover = app.page.script("return document.querySelector('[data-test=photo-cover]').closest('li').dataset.id", &[]).await?;
    ensure!(cover == at(&order, 0)?.as_str(), "the first is the cover");
    // What the shell was told of last is what is there after the end.
    let kept = async || Ok((app.page.all("[data-test=draft-saved][data-state=saved]").await?.len() == 1).then_some(()));
    until("saved", PATIENCE, kept).await?;

    // A part is covered: another file stands in the same place.
    let covered = at(&order, 0)?;
    app.page.click(&format!("[data-id='{covered}'] [data-test=photo-open]")).await?;
    app.page.find("[data-test=lightbox-picture]").await?;
    app.shoot("53-media-large").await?;
    app.page.click("[data-test=photo-blur]").await?;
    let drawn = async || {
        let complete = app.page.script("const p = document.querySelector('[data-test=blur-picture]'); return !!p && p.complete && p.clientWidth > 0 && getComputedStyle(p.parentElement).getPropertyValue('--shape') !== ''", &[]);
        Ok((complete.await? == true).then_some(()))
    };
    until("the picture to be covered", PATIENCE, drawn).await?;
    point(
        &app,
        "const sheet = document.querySelector('[data-test=blur-sheet]');
        drag(sheet, within(sheet, 0.1, 0.1), within(sheet, 0.4, 0.3));",
    )
    .await?;
    app.page.find("[data-test=blur-box]").await?;
    // The way back asks before it gives up what was drawn, each time.
    for _ in 0..2 {
        step_back(&app).await?;
        app.page.find("dialog[open] [data-test=confirm-yes]").await?;
        app.page.click("dialog.dialog[open] .dialog-actions .quiet").await?;
        app.page.gone("dialog[open] [data-test=confirm-yes]").await?;
        app.page.find("[data-test=blur-box]").await?;
    }
    app.page.click("[data-test=blur-add]").await?;
    app.shoot("54-media-covering").await?;
    let before = colours(&on_device(&settings, &covered), (0.1, 0.1, 0.3, 0.2))?;
    app.page.click("[data-test=blur-done]").await?;
    app.page.gone("[data-test=blur-done]").await?;
    app.page.find("[data-test=lightbox-picture]").await?;
    step_back(&app).await?;
    app.page.gone("[data-test=lightbox-picture]").await?;
    let after = ready(&app, 6).await?;
    ensure!(after.get(1..) == order.get(1..) && at(&after, 0)? != covered, "{after:?} after {order:?}");
    let now = colours(&on_device(&settings, &at(&after, 0)?), (0.1, 0.1, 0.3, 0.2))?;
    ensure!(now * 4 < before, "{before} colours became {now}");
    ensure!(!on_device(&settings, &covered).exists(), "what was under it is kept nowhere");

    // One is taken anew: the old one goes when the new one is there, in the same place.
    let old = at(&after, 2)?;
    app.page.click(&format!("[data-id='{old}'] [data-test=photo-open]")).await?;
    app.page.click("[data-test=photo-retake]").await?;
    let replaced = async || {
        let tiles = tiles(&app).await?;
        Ok((tiles.len() == 6 && !tiles.contains(&old)).then_some(tiles))
    };
    let (anew, _) = until("another in its place", PATIENCE, replaced).await?;
    ensure!(anew.get(..2) == after.get(..2) && anew.get(3..) == after.get(3..), "{anew:?} after {after:?}");

    let gone = at(&anew, 5)?;
    app.page.click(&format!("[id='remove-{gone}']")).await?;
    app.page.click("dialog[open] [data-test=confirm-yes]").await?;
    let left = ready(&app, 5).await?;
    ensure!(anew.get(..5) == Some(left.as_slice()), "{left:?} after {anew:?}");
    app.kill().await?;

    let app = reopened(&settings).await?;
    ensure!(ready(&app, 5).await? == left, "order, covered and retaken ones after SIGKILL");
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn what_was_attached_outlives_the_app_in_the_middle_of_it() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let camera = Camera::new(folder.path())?;
    let names = ["g1.jpg", "g2.jpg", "g3.jpg", "g4.jpg"];
    for (name, seed) in names.iter().zip(21..) {
        camera.holds(name, &phone_photo(seed)?)?;
    }
    camera.gives(&names)?;
    let settings = app_with(folder.path(), &camera.folder.display().to_string())?;
    let app = AppWindow::open_fresh(&settings).await?;
    begin(&app).await?;
    app.page.type_into("[data-test=draft-title]", "Cầu treo mục ván").await?;
    app.page.click("[data-test=pick-media]").await?;
    // All four are the draft's and none can be ready yet: so the end comes in the middle of preparing them.
    let four = async || Ok(Some(tiles(&app).await?).filter(|tiles| tiles.len() == 4));
    let (attached, _) = until("four on the draft", PATIENCE, four).await?;
    app.shoot("55-media-processing").await?;
    app.kill().await?;

    let app = reopened(&settings).await?;
    ensure!(ready(&app, 4).await? == attached, "all four after SIGKILL");
    ensure!(app.page.value("[data-test=draft-title]").await? == "Cầu treo mục ván", "what was typed before the camera opened");
    Ok(())
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn a_camera_that_may_not_be_used_leaves_the_gallery() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let settings = app_with(folder.path(), "denied")?;
    let app = AppWindow::open_fresh(&settings).await?;
    begin(&app).await?;
    app.page.click("[data-test=take-photo]").await?;
    app.page.shows("[data-test=camera-refused]", "quyền").await?;
    app.page.find("[data-test=camera-gallery]").await?;
    app.page.show(&app.page.find("[data-test=camera-refused]").await?).await?;
    app.shoot("56-media-refused").await
}

#[tokio::test]
#[ignore = "drives the real window: cargo xtask test --only window"]
async fn six_pictures_and_a_video_arrive_in_their_order() -> anyhow::Result<()> {
    let mut scene = Scene::set().await?;
    let camera = Camera::new(scene.folder.path())?;
    let mut names: Vec<String> = (1..=6).map(|n| format!("g{n}.jpg")).collect();
    for (name, seed) in names.iter().zip(31..) {
        camera.holds(name, &small_photo(seed)?)?;
    }
    names.push("suối dâng.mp4".to_owned());
    camera.holds("suối dâng.mp4", &Film::default().bytes())?;
    camera.holds("suối dâng.mp4.poster.jpg", &tiny_photo(40)?)?;
    camera.gives(&names.iter().map(String::as_str).collect::<Vec<_>>())?;
    scene.settings.camera = Some(camera.folder.clone().into());
    let app = AppWindow::open_fresh(&scene.settings).await?;
    sign_in(&app).await?;
    app.page.click("[data-test=tab-home]").await?;
    begin(&app).await?;
    describe(&app, "Suối dâng cao", "Nước tràn qua đường vào làng từ sáng nay.").await?;
    app.page.click("[data-test=pick-media]").await?;
    let seven = ready(&app, 7).await?;
    // The still that the camera made; the web view here has no decoder for phones' videos.
    let still = async || {
        let script =
            "const s = document.querySelector('[data-test=video-still]'); return !!s && s.complete && s.naturalWidth > 0";
        Ok((app.page.script(script, &[]).await? == true).then_some(()))
    };
    until("the video's still", PATIENCE, still).await?;
    let video = app.page.find("[data-test=draft-video]").await?;
    app.page.show(&video).await?;
    app.shoot("57-media-video").await?;
    app.page.click(&format!("[data-id='{}'] [data-test=photo-open]", at(&seven, 6)?)).await?;
    app.page.find("[data-test=lightbox-video]").await?;
    app.shoot("58-media-video-large").await?;
    app.page.click("[data-test=lightbox-close]").await?;
    locate_and_vouch(&app).await?;
    app.page.click("[data-test=draft-submit]").await?;
    let sent = async || Ok((!app.page.all("main [data-test=whereabouts][data-at=sent]").await?.is_empty()).then_some(()));
    until("sent", PATIENCE, sent).await?;
    app.page.find("[data-test=gallery-tile]").await?;
    ensure!(app.page.all("[data-test=gallery-tile]").await?.len() == 7, "all in the report's gallery");
    app.page.show(&app.page.find("[data-test=gallery-tile]").await?).await?;
    app.shoot("59-media-sent").await?;

    let reports: Vec<ListedReport> = scene.server.staff_json(&["reports", "--json"])?;
    let media: Vec<_> = reports.iter().flat_map(|report| &report.media).collect();
    ensure!(media.iter().all(|medium| medium.stored), "every file is there");
    let mut here = Vec::new();
    for id in &seven {
        here.push(MediaHash::from_digest(Sha256::digest(fs::read(on_device(&scene.settings, id))?).into()));
    }
    ensure!(media.iter().map(|medium| medium.sha256).collect::<Vec<_>>() == here, "the same files in the same order");
    Ok(())
}
