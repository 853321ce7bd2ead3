//! The product's one sentence, driven through the real window: a report written without a network, the app
//! killed twice, the network back, and the server has that report exactly once.

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};
use pakn_api::{
    id::{MediaHash, ReportId},
    model::words::Title,
    wire::path,
};
use pakn_server::ListedReport;
use sha2::{Digest, Sha256};

use crate::{
    logs, pictures,
    scene::{begin, describe, review_and_vouch},
    server::{DEMO_PASSWORD, DEMO_PHONE, ServerProcess},
    wait::until,
    window::{AppSettings, AppWindow},
};

/// How long a report may take to leave by itself once the server is back.
pub const SENT_WITHIN: Duration = Duration::from_secs(10);

const NOTE: &str = "Đã chuyển Đội Trật tự đô thị phường Kon Tum kiểm tra trong hôm nay.";

/// What to drive, and where to leave what is made.
#[derive(Clone, Debug)]
pub struct Job {
    /// The app's binary.
    pub app: PathBuf,
    /// The server's binary.
    pub server: PathBuf,
    /// A folder for both sides' data; emptied first.
    pub work: PathBuf,
    /// Where screenshots go.
    pub screenshots: PathBuf,
}

/// Every Vietnamese letter with every mark, in a title of exactly 200 characters.
///
/// # Errors
/// Never: the letters fit.
pub fn long_title() -> anyhow::Result<String> {
    const LETTERS: &str = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ";
    let mut title = format!("Ổ gà ở ngã tư Phan Đình Phùng – {LETTERS} {}", LETTERS.to_uppercase());
    let missing = Title::MAX_CHARS.checked_sub(title.chars().count()).context("the letters fit")?;
    title.extend(std::iter::repeat_n('ẵ', missing));
    Ok(title)
}

/// A pencil for the steps, with the time each took.
struct Steps(Instant);

impl Steps {
    #[expect(clippy::print_stdout, reason = "whoever runs the job watches it")]
    fn done(&mut self, what: &str) {
        println!("  {:>6.1} s  {what}", self.0.elapsed().as_secs_f64());
        self.0 = Instant::now();
    }
}

/// Does the main job from the first tap to the agency's note.
///
/// # Errors
/// At the first step that doesn't go as it should.
pub async fn run(job: &Job) -> anyhow::Result<()> {
    if job.work.exists() {
        fs::remove_dir_all(&job.work)?;
    }
    fs::create_dir_all(&job.work)?;
    let mut steps = Steps(Instant::now());
    let photo = job.work.join("IMG_2026.jpg");
    fs::write(&photo, pictures::phone_photo(20_261_122)?)?;
    let mut server = ServerProcess::new(&job.server, &job.work.join("server"));
    server.seed()?;
    server.start()?;
    let settings = AppSettings {
        app: job.app.clone(),
        data: job.work.join("app"),
        server_url: server.url(),
        screenshots: job.screenshots.clone(),
        dark: false,
        camera: None,
    };
    let app = AppWindow::open_fresh(&settings).await?;
    app.shoot("01-home").await?;
    steps.done("server up, app open");

    sign_in(&app).await?;
    steps.done("signed in");
    server.kill()?;
    steps.done("server gone");

    let title = long_title()?;
    write_draft(&app, &title, &photo).await?;
    steps.done("draft written, with place and a 12-megapixel photo");
    app.kill().await?;
    let app = AppWindow::open(&settings).await?;
    app.page.click("[data-test=draft-card]").await?;
    ensure!(app.page.value("[data-test=draft-title]").await? == title, "the draft's title after SIGKILL");
    app.page.find("[data-test=draft-photo]").await?;
    ensure!(app.page.text("[data-test=draft-place]").await?.contains("14"), "the draft's place after SIGKILL");
    app.shoot("05-draft-after-kill").await?;
    steps.done("killed and started again: the draft is whole");

    review_and_vouch(&app).await?;
    app.shoot("05-review").await?;
    app.page.click("[data-test=draft-submit]").await?;
    whereabouts(&app, "waiting", Duration::from_secs(20)).await?;
    app.shoot("06-waiting").await?;
    steps.done("submitted without a network: it waits");
    app.kill().await?;
    let app = AppWindow::open(&settings).await?;
    app.page.find("[data-test=home-create]").await?;
    app.shoot("07-home-waiting").await?;
    app.page.click("[data-test=tab-reports]").await?;
    app.page.find("[data-test=report-card]").await?;
    app.shoot("08-reports-waiting").await?;
    app.page.click("[data-test=report-card]").await?;
    whereabouts(&app, "waiting", Duration::from_secs(20)).await?;
    let shown = app.page.text("main").await?;
    ensure!(shown.contains(&title), "the report's title after SIGKILL: {shown}");
    ensure!(shown.contains("Bờ kè sông Đăk Bla"), "its content");
    ensure!(shown.contains("14.34") || shown.contains("14,34"), "its place");
    picture_is_drawn(&app).await?;
    steps.done("killed and started again: text, place and photo are there");

    server.start()?;
    let took = whereabouts(&app, "sent", SENT_WITHIN).await?;
    app.shoot("09-sent").await?;
    steps.done(&format!("server back: sent by itself after {:.1} s", took.as_secs_f64()));

    let report_id = on_the_server(&server, &settings.data, &title)?;
    steps.done("the server has one report and one file, hash as on the device, upright, no metadata");

    let id = report_id.to_string();
    server.staff(&["set-status", &id, "accepted", "--agency", "UBND phường Kon Tum", "--note", NOTE])?;
    app.page.click("[data-test=tab-settings]").await?;
    app.shoot("10-settings").await?;
    app.page.click("[data-test=sync-now]").await?;
    app.page.click("[data-test=tab-reports]").await?;
    app.page.click("[data-test=report-card]").await?;
    let noted = async || Ok(app.page.text("main").await?.contains(NOTE).then_some(()));
    until("the agency's note in the timeline", Duration::from_secs(20), noted).await?;
    let entry = app.page.find("[data-test=timeline-entry]").await?;
    app.page.show(&entry).await?;
    app.shoot("11-timeline").await?;
    steps.done("staff set a status with a note: the timeline shows it");
    no_secrets(&server, &settings.data)?;
    steps.done("no log says who, where or what");
    Ok(())
}

async fn sign_in(app: &AppWindow) -> anyhow::Result<()> {
    app.page.click("[data-test=tab-settings]").await?;
    app.page.click("[data-test=settings-sign-in]").await?;
    app.page.type_into("[data-test=signin-phone]", DEMO_PHONE).await?;
    app.page.type_into("[data-test=signin-password]", DEMO_PASSWORD).await?;
    app.shoot("02-sign-in").await?;
    app.page.click("[data-test=signin-submit]").await?;
    let gone = async || Ok(app.page.all("[data-test=signin-submit]").await?.is_empty().then_some(()));
    until("being signed in", Duration::from_secs(30), gone).await?;
    Ok(())
}

async fn write_draft(app: &AppWindow, title: &str, photo: &Path) -> anyhow::Result<()> {
    let page = &app.page;
    page.click("[data-test=tab-home]").await?;
    begin(app).await?;
    describe(app, title, "Bờ kè sông Đăk Bla sụt lún, người đi xe máy dễ ngã khi trời mưa.").await?;
    app.shoot("03-draft").await?;
    page.click("[data-test=draft-locate]").await?;
    page.click("[data-test=consent-agree]").await?;
    page.type_into("[data-test=draft-photo-input]", &photo.canonicalize()?.display().to_string()).await?;
    page.find("[data-test=draft-photo]").await?;
    page.show(&page.find("[data-test=draft-photo]").await?).await?;
    until_saved(app).await?;
    app.shoot("04-draft-complete").await
}

/// Waits until the screen says that everything typed is durable.
async fn until_saved(app: &AppWindow) -> anyhow::Result<()> {
    let saved = async || {
        let state = app.page.script("return document.querySelector('[data-test=draft-saved]')?.dataset.state ?? ''", &[]).await?;
        Ok((state == "saved").then_some(()))
    };
    until("the draft saved", Duration::from_secs(20), saved).await.map(drop)
}

async fn whereabouts(app: &AppWindow, at: &str, limit: Duration) -> anyhow::Result<Duration> {
    let css = format!("main [data-test=whereabouts][data-at={at}]");
    let there = async || Ok((!app.page.all(&css).await?.is_empty()).then_some(()));
    Ok(until(&css, limit, there).await?.1)
}

/// The photo is not only named but drawn: it came through the app's own scheme and was decoded.
async fn picture_is_drawn(app: &AppWindow) -> anyhow::Result<()> {
    let drawn = async || {
        let script = "const p = document.querySelector('[data-test=report-photo]'); const i = p?.matches('img') ? p : p?.querySelector('img'); return !!i && i.complete && i.naturalHeight > i.naturalWidth";
        Ok((app.page.script(script, &[]).await? == true).then_some(()))
    };
    until("the photo drawn, upright", Duration::from_secs(20), drawn).await.map(drop)
}

/// One report, one file; the same bytes on both sides; upright; nothing but picture in it.
fn on_the_server(server: &ServerProcess, app_data: &Path, title: &str) -> anyhow::Result<ReportId> {
    let reports: Vec<ListedReport> = server.staff_json(&["reports", "--json"])?;
    let [report] = reports.as_slice() else { bail!("{} reports on the server", reports.len()) };
    ensure!(report.title.as_str() == title, "its title: {}", report.title.as_str());
    let [medium] = report.media.as_slice() else { bail!("{} files on the server", report.media.len()) };
    let here: Vec<_> = fs::read_dir(app_data.join("photos"))?.collect::<Result<_, _>>()?;
    let [file] = here.as_slice() else { bail!("{} pictures on the device", here.len()) };
    let bytes = fs::read(file.path())?;
    ensure!(MediaHash::from_digest(Sha256::digest(&bytes).into()) == medium.sha256, "the hash on the server and on the device");
    let stored = stored_file(server.data(), medium.sha256)?;
    ensure!(fs::read(stored)? == bytes, "the bytes on the server and on the device");
    ensure!(pictures::is_upright(&bytes)?, "upright");
    ensure!(pictures::metadata_segments(&bytes).iter().all(|marker| *marker == 0xe0), "no metadata but JFIF");
    ensure!(!bytes.windows(24).any(|w| w == pictures::gps_bytes()), "no position");
    Ok(report.report_id)
}

/// The one file in the server's folder that has this hash for a name.
fn stored_file(folder: &Path, hash: MediaHash) -> anyhow::Result<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.file_name().is_some_and(|n| n.to_string_lossy().contains(&hash.to_string())) {
                found.push(path);
            }
        }
    }
    match <[PathBuf; 1]>::try_from(found) {
        Ok([path]) => Ok(path),
        Err(found) => bail!("{} files named {hash}", found.len()),
    }
}

/// Neither side's log knows a phone number, a password, a title, a note or a position.
fn no_secrets(server: &ServerProcess, app_data: &Path) -> anyhow::Result<()> {
    let token = fs::read_to_string(app_data.join("token"))?;
    let secrets = [DEMO_PHONE, "900000001", DEMO_PASSWORD, "Ổ gà", "Đăk Bla", "14.3497", "108.0005", "Đội Trật tự", &token];
    logs::tell_nothing(server, app_data, path::REPORTS, &secrets, &[])
}
