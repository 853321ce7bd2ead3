//! Goes from screen to screen in one window and looks at each in every way: pictures, measures, axe.
//!
//! Of each screen and look there is a picture of the window, `NAME.png`, and where there is more than it shows, one of
//! all of it, `NAME-whole.png`; and of each look a sheet with all screens side by side, in the order of the catalogue.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use image::{DynamicImage, GenericImage, Rgba, RgbaImage, imageops::FilterType};

use super::{
    Fault, Names, Screen, Step,
    axe::{self, Axe},
    css, filled,
    look::{self, LOOKS, SMALL, Text},
    probe,
};
use crate::{
    link::{Access, Link},
    sms,
    window::{AppSettings, AppWindow},
};

/// How wide a screen is on a sheet.
const THUMB: u32 = 215;
const COLUMNS: usize = 10;

/// Where screens are looked at, and what was found.
pub struct Gallery {
    axe: Axe,
    folder: PathBuf,
    theme: &'static str,
    faults: BTreeMap<(&'static str, Fault), Vec<String>>,
    shown: BTreeMap<String, Vec<PathBuf>>,
    begun: Instant,
    looks: usize,
    screens: usize,
}

/// What the steps need beside the window.
pub struct Surroundings<'a> {
    /// What words in braces stand for.
    pub names: &'a Names,
    /// The app's way to the server.
    pub link: &'a Link,
    /// The server's data folder, and the number that codes are sent to.
    pub sms: (&'a Path, &'a str),
}

impl Gallery {
    /// A new one with its pictures below the given folder of screenshots.
    ///
    /// # Errors
    /// When the folder can't be made.
    pub fn new(axe: Axe, screenshots: &Path, dark: bool) -> anyhow::Result<Self> {
        let theme = if dark { "dark" } else { "light" };
        let folder = screenshots.join("screens").join(theme);
        fs::create_dir_all(&folder)?;
        let (faults, shown) = (BTreeMap::new(), BTreeMap::new());
        Ok(Self { axe, folder, theme, faults, shown, begun: Instant::now(), looks: 0, screens: 0 })
    }

    /// Opens the app, in this gallery's light.
    ///
    /// # Errors
    /// When it doesn't open, or doesn't know whether it is dark.
    pub async fn open(&self, settings: &AppSettings) -> anyhow::Result<AppWindow> {
        let settings = AppSettings { dark: self.theme == "dark", ..settings.clone() };
        let app = AppWindow::open(&settings).await?;
        let dark = app.page.script("return matchMedia('(prefers-color-scheme: dark)').matches", &[]).await?;
        ensure!(dark == settings.dark, "the page is told that the system is dark: {dark}");
        self.axe.enter(&app).await?;
        Ok(app)
    }

    /// Goes to each screen and looks at it.
    ///
    /// # Errors
    /// When a way doesn't lead there. What is wrong with a screen is told by [`Gallery::close`].
    pub async fn tour(&mut self, app: &AppWindow, around: &Surroundings<'_>, screens: &[Screen]) -> anyhow::Result<()> {
        for screen in screens {
            for step in screen.way {
                let stepped = take(app, around, *step).await;
                if stepped.is_err() {
                    app.shoot(&format!("screens/{}/lost-before-{}", self.theme, screen.name)).await?;
                }
                stepped.with_context(|| format!("on the way to {}, {step:?}", screen.name))?;
            }
            self.look_at(app, screen.name).await.with_context(|| screen.name)?;
            self.screens += 1;
        }
        Ok(())
    }

    async fn look_at(&mut self, app: &AppWindow, name: &'static str) -> anyhow::Result<()> {
        for (window, text) in LOOKS {
            let look = format!("{}x{}-{}", window.0, window.1, text.name());
            look::set(app, text, window).await?;
            self.shoot(app, name, &look, "").await?;
            self.note(name, &look, probe::measure(app).await?);
            if look::unroll(app, text, window).await? {
                self.shoot(app, name, &look, "-whole").await?;
            }
            if (window, text) == (SMALL, Text::Normal) {
                // All of it in view: what bars cover, axe would call small, and its colours unknown.
                self.note(name, &look, axe::examine(app).await?);
            }
            self.looks += 1;
        }
        look::set(app, Text::Normal, SMALL).await
    }

    fn note(&mut self, name: &'static str, look: &str, faults: Vec<Fault>) {
        for fault in faults {
            self.faults.entry((name, fault)).or_default().push(look.to_owned());
        }
    }

    async fn shoot(&mut self, app: &AppWindow, name: &str, look: &str, part: &str) -> anyhow::Result<()> {
        let path = self.folder.join(look).join(format!("{name}{part}.png"));
        fs::create_dir_all(path.parent().context("a folder")?)?;
        fs::write(&path, app.page.screenshot().await?)?;
        if part.is_empty() {
            self.shown.entry(look.to_owned()).or_default().push(path);
        }
        Ok(())
    }

    /// The faults, each with where it was met and how it looked there first.
    fn told(&self) -> String {
        type Met<'a> = BTreeMap<&'a str, BTreeSet<&'a str>>;
        let mut kinds: BTreeMap<(&str, &str), (&str, Met<'_>)> = BTreeMap::new();
        for ((name, fault), looks) in &self.faults {
            let (_, met) = kinds.entry((&fault.rule, &fault.element)).or_insert((&fault.detail, Met::new()));
            met.entry(name).or_default().extend(looks.iter().map(String::as_str));
        }
        kinds.into_iter().fold(String::new(), |mut told, ((rule, element), (detail, met))| {
            let _ = writeln!(told, "{rule}: {element}: {detail}");
            for (name, looks) in met {
                let _ = writeln!(told, "    {name} in {}", looks.into_iter().collect::<Vec<_>>().join(", "));
            }
            told
        })
    }

    /// Makes the sheets, says how much was looked at, and fails if anything was wrong with any of it.
    ///
    /// # Errors
    /// When something was wrong; then all of it is told.
    pub fn close(self) -> anyhow::Result<(usize, usize, Duration)> {
        for (look, paths) in &self.shown {
            sheet(paths)?.save(self.folder.with_file_name(format!("{}-{look}.png", self.theme)))?;
        }
        let told = self.told();
        fs::write(self.folder.with_file_name(format!("{}-faults.txt", self.theme)), &told)?;
        ensure!(told.is_empty(), "in the {} look:\n{told}", self.theme);
        Ok((self.screens, self.looks, self.begun.elapsed()))
    }
}

/// Takes one step of a way.
async fn take(app: &AppWindow, around: &Surroundings<'_>, step: Step) -> anyhow::Result<()> {
    let (page, fill) = (&app.page, |text: &str| filled(text, around.names));
    match step {
        Step::Go(path) => {
            let path = serde_json::to_string(&fill(path))?;
            let go = format!("history.pushState(null, '', {path}); dispatchEvent(new PopStateEvent('popstate'))");
            page.script(&go, &[]).await.map(drop)
        }
        Step::Tap(hook) => page.click(&css(&fill(hook))).await,
        Step::Type(hook, text) => page.type_into(&css(hook), &fill(text)).await,
        Step::Code(hook) => {
            let (server, phone) = around.sms;
            page.type_into(&css(hook), &sms::code(server, phone, 1).await?).await
        }
        Step::Clear(hook) => page.clear(&css(hook)).await,
        Step::See(hook) => page.find(&css(&fill(hook))).await.map(drop),
        Step::Shows(hook, text) => page.shows(&css(hook), &fill(text)).await,
        Step::Gone(hook) => page.gone(&css(hook)).await,
        Step::Online(is) => {
            around.link.let_in(if is { Access::Open } else { Access::Refused });
            Ok(())
        }
        Step::Script(script) => page.script(script, &[]).await.map(drop),
    }
}

/// All pictures of a look, small, side by side.
fn sheet(paths: &[PathBuf]) -> anyhow::Result<RgbaImage> {
    let thumbs = paths.iter().map(|path| Ok(thumb(&image::open(path)?))).collect::<anyhow::Result<Vec<_>>>()?;
    let (width, height) = (THUMB + 4, thumbs.iter().map(RgbaImage::height).max().context("a picture")? + 4);
    let rows = thumbs.len().div_ceil(COLUMNS);
    let (columns, rows) = (u32::try_from(COLUMNS.min(thumbs.len()))?, u32::try_from(rows)?);
    let mut sheet = RgbaImage::from_pixel(columns * width, rows * height, Rgba([120, 120, 120, 255]));
    for (n, small) in thumbs.iter().enumerate() {
        let (column, row) = (u32::try_from(n % COLUMNS)?, u32::try_from(n / COLUMNS)?);
        sheet.copy_from(small, column * width + 2, row * height + 2)?;
    }
    Ok(sheet)
}

fn thumb(picture: &DynamicImage) -> RgbaImage {
    let height = picture.height() * THUMB / picture.width().max(1);
    picture.resize_exact(THUMB, height, FilterType::Triangle).to_rgba8()
}
