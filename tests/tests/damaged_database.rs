//! Whatever happens to the database's files: each draft and each report that waits comes back or is named, no
//! picture is lost, and what comes back is sent once.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs, io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use anyhow::Context;
use futures::StreamExt;
use kontums_tests::{
    citizen::{Citizen, config, form, until_let_go},
    model_server::{Keeps, ModelServer, State},
    pictures::small_photo,
    server::{DEMO_PASSWORD, DEMO_PHONE},
    wait::until,
};
use pakn_api::{
    Timestamp,
    id::ReportId,
    ipc::{
        self, AppError, DismissSalvage, GetDraft, GetSalvage, GetSession, ListDrafts, ListReports, SaveDraft, SessionView,
        Whereabouts,
    },
    model::{phone::PhoneNumber, report::ReportForm},
    wire::SignIn,
};
use pakn_core::{
    Client,
    ambient::{Ambient, Device},
    remote::{HttpRemote, Remote},
};

const LIMIT: Duration = Duration::from_secs(60);
const DATABASE: &str = "kontums.db";

/// A server as the device left it, apart from the reports that it had sent: the same account and token.
fn server(signed_in: bool) -> anyhow::Result<Arc<ModelServer>> {
    let mut state = State::new(Keeps { uploads_ms: i64::MAX, orphans_ms: i64::MAX, operations_ms: i64::MAX });
    let phone = PhoneNumber::parse(DEMO_PHONE)?;
    state.add_account(phone.clone(), DEMO_PASSWORD, "Y Thử");
    if signed_in {
        state
            .sign_in(&SignIn { phone, password: DEMO_PASSWORD.to_owned(), device: None })
            .map_err(|e| anyhow::anyhow!("{e:?}"))?;
    }
    Ok(Arc::new(ModelServer::new(state, Arc::new(|| Timestamp(1_764_000_000_000)))))
}

fn nowhere() -> anyhow::Result<Arc<dyn Remote>> {
    Ok(Arc::new(HttpRemote::new("http://127.0.0.1:1")?))
}

/// What a device must not lose.
struct Kept {
    /// With the number of pictures.
    drafts: BTreeMap<ReportId, (ReportForm, usize)>,
    unsent: BTreeMap<ReportId, (ReportForm, usize)>,
    /// Names of the picture files.
    photos: BTreeSet<String>,
}

fn names(folder: &Path) -> anyhow::Result<BTreeSet<String>> {
    fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
}

/// A device with drafts, unsent and sent reports, some of them long, some changed often, one thrown away.
async fn live(folder: &Path) -> anyhow::Result<Kept> {
    let citizen = Citizen::open_through(folder, server(false)?).await?;
    citizen.sign_in().await?;
    for n in 0..2 {
        citizen.report(&format!("Đã gửi {n}"), &[small_photo(100 + n)?]).await?;
    }
    citizen.until_all_sent(LIMIT).await?;
    let sent = names(&folder.join("photos"))?;
    drop(citizen);
    let citizen = Citizen::open_through(folder, nowhere()?).await?;
    let mut kept = Kept { drafts: BTreeMap::new(), unsent: BTreeMap::new(), photos: BTreeSet::new() };
    for n in 0..5_u32 {
        let photos: Vec<_> = (0..n % 3).map(|p| small_photo(10 * n + p)).collect::<Result<_, _>>()?;
        let title = format!("Nháp số {n}");
        let report_id = citizen.draft(&title, &photos).await?;
        for words in [0, n, 0, n] {
            citizen.client.save_draft(SaveDraft { report_id, form: long(&title, words)? }).await?;
        }
        kept.drafts.insert(report_id, (long(&title, n)?, photos.len()));
        let title = format!("Chờ gửi {n}");
        let photos: Vec<_> = (0..n % 2).map(|p| small_photo(1_000 + 10 * n + p)).collect::<Result<_, _>>()?;
        let report_id = citizen.draft(&title, &photos).await?;
        citizen.client.save_draft(SaveDraft { report_id, form: long(&title, n)? }).await?;
        citizen.client.submit(ipc::Submit { report_id }).await?;
        kept.unsent.insert(report_id, (long(&title, n)?, photos.len()));
    }
    let gone = citizen.draft("Bỏ đi", &[]).await?;
    citizen.client.discard_draft(ipc::DiscardDraft { report_id: gone }).await?;
    kept.photos = names(&folder.join("photos"))?.difference(&sent).cloned().collect();
    drop(citizen);
    until_let_go(folder).await?;
    Ok(kept)
}

/// From a few words to more than a page of the database holds.
fn long(title: &str, n: u32) -> anyhow::Result<ReportForm> {
    let mut form = form(title)?;
    form.content =
        "Rác thải chất đống bên đường, mùi hôi nồng nặc. ".repeat(usize::try_from(n * n * 2 + 1)?).trim_end().to_owned();
    Ok(form)
}

fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.path().is_dir() {
            copy(&entry.path(), &to.join(entry.file_name()))?;
        } else {
            fs::copy(entry.path(), to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

/// How many came back as they were, were named as lost, or neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Count {
    whole: usize,
    /// As it was some time before, or without a picture.
    older: usize,
    named: usize,
    silent: usize,
}

#[derive(Debug, Default)]
struct Row {
    cases: usize,
    salvaged: usize,
    drafts: Count,
    unsent: Count,
    pictures_lost: usize,
}

impl Row {
    fn add(&mut self, other: &Self) {
        let sum = |a: Count, b: Count| Count {
            whole: a.whole + b.whole,
            older: a.older + b.older,
            named: a.named + b.named,
            silent: a.silent + b.silent,
        };
        self.cases += other.cases;
        self.salvaged += other.salvaged;
        self.drafts = sum(self.drafts, other.drafts);
        self.unsent = sum(self.unsent, other.unsent);
        self.pictures_lost += other.pictures_lost;
    }
}

/// Opens a damaged folder and looks; then sends.
async fn look(case: &Case, folder: &Path, kept: &Kept) -> anyhow::Result<Row> {
    let server = server(true)?;
    let remote: Arc<dyn Remote> = Arc::<ModelServer>::clone(&server);
    let client = Client::open_with(config(folder), remote, Arc::new(Device)).await?;
    let salvage = client.get_salvage(GetSalvage {}).await?;
    let mut row = Row { cases: 1, salvaged: usize::from(salvage.is_some()), ..Row::default() };
    let lost: BTreeSet<_> = salvage.iter().flat_map(|s| &s.lost).filter_map(|l| l.report_id).collect();
    let mut back = BTreeMap::new();
    for draft in client.list_drafts(ListDrafts {}).await? {
        back.insert(draft.report_id, client.get_draft(GetDraft { report_id: draft.report_id }).await?);
    }
    let mut pictures: usize = back.values().map(|view| view.attachments.len()).sum();
    for (id, (form, photos)) in &kept.drafts {
        match back.get(id) {
            Some(view) if view.form == *form && view.attachments.len() == *photos => row.drafts.whole += 1,
            Some(view) if view.form.title == form.title => row.drafts.older += 1,
            Some(_) | None if lost.contains(id) => row.drafts.named += 1,
            Some(_) | None => row.drafts.silent += 1,
        }
    }
    // Whose account can't be told has to sign in again; an account's reports are listed to nobody else.
    if client.get_session(GetSession {}).await? == SessionView::SignedOut {
        client.sign_in(ipc::SignIn { phone: DEMO_PHONE.to_owned(), password: DEMO_PASSWORD.to_owned() }).await?;
    }
    let listed = client.list_reports(ListReports {}).await?;
    let waiting: BTreeSet<_> =
        listed.iter().filter(|r| !matches!(r.whereabouts, Whereabouts::Sent { .. })).map(|r| r.report_id).collect();
    for (id, (form, photos)) in &kept.unsent {
        pictures += usize::from(waiting.contains(id)) * photos;
        let report = listed.iter().find(|r| r.report_id == *id && waiting.contains(id));
        match report {
            Some(report) if report.title == form.title => row.unsent.whole += 1,
            Some(_) | None if back.contains_key(id) => row.unsent.older += 1,
            Some(_) | None if lost.contains(id) => row.unsent.named += 1,
            Some(_) | None => row.unsent.silent += 1,
        }
    }
    let there = names(&folder.join("photos"))?;
    row.pictures_lost = kept.photos.difference(&there).count() + kept.photos.len().saturating_sub(pictures);
    if case.send {
        let engine = tokio::spawn(client.run());
        client.trigger(pakn_core::Trigger::Started);
        let sent = async || {
            let listed = client.list_reports(ListReports {}).await?;
            let parked = listed.iter().find(|r| matches!(r.whereabouts, Whereabouts::Parked { .. }));
            anyhow::ensure!(parked.is_none(), "{parked:?}");
            Ok(listed.iter().all(|r| matches!(r.whereabouts, Whereabouts::Sent { .. })).then_some(()))
        };
        until("everything sent", LIMIT, sent).await?;
        engine.abort();
        for id in &waiting {
            let created = server.state().created().reports.get(id).copied();
            anyhow::ensure!(created == Some(1), "{id} was created {created:?} times");
            let form = kept.unsent.get(id).map(|(form, _)| form.content.clone());
            let held = server.state().reports().get(id).map(|held| held.submission.content.as_str().to_owned());
            anyhow::ensure!(form.is_none() || held == form, "{id} arrived with other words");
        }
    }
    client.dismiss_salvage(DismissSalvage {}).await?;
    anyhow::ensure!(client.get_salvage(GetSalvage {}).await?.is_none(), "it was dismissed");
    Ok(row)
}

type Spoil = Box<dyn Fn(&Path) -> anyhow::Result<()> + Send + Sync>;

/// A device's files, and what becomes of them.
struct Case {
    name: String,
    /// Whether what came back is also sent.
    send: bool,
    spoil: Spoil,
}

fn case(name: String, send: bool, spoil: impl Fn(&Path) -> anyhow::Result<()> + Send + Sync + 'static) -> Case {
    Case { name, send, spoil: Box::new(spoil) }
}

async fn all(kind: &'static str, device: &Path, kept: &Kept, cases: Vec<Case>) -> anyhow::Result<(&'static str, Row)> {
    let looked = cases.into_iter().map(async |case| {
        let folder = tempfile::tempdir()?;
        copy(device, folder.path())?;
        (case.spoil)(folder.path())?;
        let row = look(&case, folder.path(), kept).await.with_context(|| format!("{kind}: {}", case.name))?;
        if row.drafts.silent + row.unsent.silent + row.pictures_lost > 0 {
            eprintln!("{kind}: {}: {row:?}", case.name);
        }
        anyhow::Ok(row)
    });
    let mut looked = futures::stream::iter(looked).buffer_unordered(8);
    let mut sum = Row::default();
    while let Some(row) = looked.next().await {
        sum.add(&row?);
    }
    Ok((kind, sum))
}

fn edit(folder: &Path, name: &str, change: impl FnOnce(&mut Vec<u8>)) -> anyhow::Result<()> {
    let path = folder.join(name);
    let mut bytes = fs::read(&path)?;
    change(&mut bytes);
    Ok(fs::write(path, bytes)?)
}

fn table(rows: &[(&str, Row)], kept: &Kept) -> String {
    let mut text = String::from(
        "damage: cases, salvaged; whole/older/named/in silence of all drafts, of all unsent reports; pictures lost\n",
    );
    for (name, row) in rows {
        let of = |c: Count, n: usize| format!("{}/{}/{}/{} of {}", c.whole, c.older, c.named, c.silent, row.cases * n);
        let (drafts, unsent) = (of(row.drafts, kept.drafts.len()), of(row.unsent, kept.unsent.len()));
        let _ = writeln!(text, "{name}: {}, {}; {drafts}, {unsent}; {}", row.cases, row.salvaged, row.pictures_lost);
    }
    text
}

const PAGE: usize = 4096;
const LOG_HEAD: usize = 32;
const FRAME: usize = 24 + PAGE;

fn flip_each(step: usize) -> impl Fn(&mut [u8]) + Copy {
    move |bytes| bytes.iter_mut().step_by(step).for_each(|b| *b ^= 0xff)
}

/// Each `size` bytes of a file from `start` spoilt, one after the other.
fn each(
    file: &str,
    start: usize,
    size: usize,
    length: usize,
    spoil: impl Fn(&mut [u8]) + Copy + Send + Sync + 'static,
) -> Vec<Case> {
    let starts = (start..length).step_by(size).enumerate();
    let at = starts.map(|(n, at)| {
        let file = file.to_owned();
        let change = move |folder: &Path| {
            edit(folder, &file, |bytes| {
                let end = (at + size).min(bytes.len());
                bytes.get_mut(at..end).into_iter().for_each(spoil);
            })
        };
        case(format!("part {}", n + 1), n % 5 == 0, change)
    });
    at.collect()
}

fn cuts(file: &str, step: usize, length: usize) -> Vec<Case> {
    let cut = (0..length).step_by(step).enumerate().map(|(n, cut)| {
        let file = file.to_owned();
        case(format!("after {cut}"), n % 16 == 0, move |folder: &Path| edit(folder, &file, |bytes| bytes.truncate(cut)))
    });
    cut.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_in_silence() -> anyhow::Result<()> {
    let (logged, copied) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let kept = &live(logged.path()).await?;
    // Opened once more, everything is in the main file and nothing in the log.
    copy(logged.path(), copied.path())?;
    drop(Client::open_with(config(copied.path()), nowhere()?, Arc::new(Device)).await?);
    let (logged, copied, log) = (logged.path(), copied.path(), format!("{DATABASE}-wal"));
    let length = |path: std::path::PathBuf| anyhow::Ok(usize::try_from(fs::metadata(path)?.len())?);
    let (main_length, log_length) = (length(copied.join(DATABASE))?, length(logged.join(&log))?);
    let pages = |spoil: fn(&mut [u8])| each(DATABASE, 0, PAGE, main_length, spoil);
    let index = format!("{DATABASE}-shm");
    let without = |files: &[&str]| {
        let files: Vec<String> = files.iter().map(|f| (*f).to_owned()).collect();
        vec![case(files.join(", "), true, move |folder| files.iter().try_for_each(|f| Ok(fs::remove_file(folder.join(f))?)))]
    };
    let mut rows = vec![
        all("nothing, all in the log", logged, kept, vec![case(String::new(), true, |_| Ok(()))]).await?,
        all("nothing, all in the main file", copied, kept, vec![case(String::new(), true, |_| Ok(()))]).await?,
        all("each 64th byte of a page", copied, kept, pages(|page| flip_each(64)(page))).await?,
        all("all bytes of a page", copied, kept, pages(|page| flip_each(1)(page))).await?,
        all("the head of a page", copied, kept, pages(|page| page.iter_mut().take(16).for_each(|b| *b ^= 0xff))).await?,
        all("a page is zeros", copied, kept, pages(|page| page.fill(0))).await?,
        all("a frame of the log", logged, kept, each(&log, LOG_HEAD, FRAME, log_length, flip_each(100))).await?,
        all("one byte of a frame", logged, kept, each(&log, LOG_HEAD, FRAME, log_length, flip_each(FRAME))).await?,
        all("the log's head", logged, kept, each(&log, 0, LOG_HEAD, LOG_HEAD, flip_each(1))).await?,
        all("no main file, but its log", logged, kept, without(&[DATABASE])).await?,
        all("no main file, no index, but its log", logged, kept, without(&[DATABASE, &index])).await?,
    ];
    let whole = rows.iter().take(2).all(|(_, row)| row.salvaged == 0 && row.drafts.whole == 5 && row.unsent.whole == 5);
    let silent = rows.iter().any(|(_, row)| row.drafts.silent + row.unsent.silent > 0);
    rows.push(all("the main file cut off", copied, kept, cuts(DATABASE, 512, main_length)).await?);
    rows.push(all("the log cut off", logged, kept, cuts(&log, 3 * FRAME + 1_000, log_length)).await?);
    rows.push(all("no log", logged, kept, without(&[&log])).await?);
    rows.push(all("no files at all", logged, kept, without(&[DATABASE, &log, &index])).await?);
    let table = table(&rows, kept);
    eprintln!("{table}");
    assert!(whole, "an undamaged database is left alone\n{table}");
    assert!(!silent, "what is damaged in one place comes back or is named\n{table}");
    assert!(rows.iter().all(|(_, row)| row.pictures_lost == 0), "no picture is lost\n{table}");
    let cut = rows.iter().find(|(name, _)| *name == "the main file cut off").map(|(_, row)| row).context("cut")?;
    // Half of the file may be gone, and with it both the rows and the indexes that would name them.
    assert!(cut.drafts.silent < cut.cases && cut.unsent.silent < cut.cases * 3, "{table}");
    Ok(())
}

/// A device whose process ends at a step.
struct Mortal {
    step: u32,
    taken: AtomicU32,
}

impl Ambient for Mortal {
    fn now(&self) -> Timestamp {
        Device.now()
    }

    fn random(&self) -> [u8; 10] {
        Device.random()
    }

    fn roll(&self) -> f64 {
        Device.roll()
    }

    fn before_write(&self) -> io::Result<()> {
        if self.taken.fetch_add(1, Ordering::Relaxed) >= self.step { Err(io::Error::other("dead")) } else { Ok(()) }
    }

    fn free_bytes(&self, _: &Path) -> Option<u64> {
        None
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_salvage_that_is_cut_short_is_finished_or_begun_anew() -> anyhow::Result<()> {
    let device = tempfile::tempdir()?;
    let kept = &live(device.path()).await?;
    let mut deaths = 0;
    for step in 0.. {
        let folder = tempfile::tempdir()?;
        copy(device.path(), folder.path())?;
        // In the log as well as in the main file.
        edit(folder.path(), &format!("{DATABASE}-wal"), |log| {
            log.iter_mut().skip(LOG_HEAD + 5 * FRAME).take(50).for_each(|b| *b ^= 0xff)
        })?;
        let mortal = Arc::new(Mortal { step, taken: AtomicU32::new(0) });
        let opened = Client::open_with(config(folder.path()), nowhere()?, mortal).await;
        let survived = opened.is_ok();
        drop(opened);
        deaths += u32::from(!survived);
        let again = case(format!("died at step {step}"), step % 4 == 0, |_| Ok(()));
        let row = look(&again, folder.path(), kept).await.with_context(|| again.name.clone())?;
        assert_eq!((row.salvaged, row.drafts.whole, row.unsent.whole, row.pictures_lost), (1, 5, 5, 0), "step {step}: {row:?}");
        let aside = names(folder.path())?.into_iter().filter(|name| name.starts_with("damaged-")).collect::<Vec<_>>();
        assert_eq!(aside.len(), 1, "what was begun is used: {aside:?}");
        let with_files = aside.iter().filter(|name| folder.path().join(name).join(DATABASE).exists()).count();
        assert_eq!(with_files, 1, "the damaged files are kept: {aside:?}");
        if survived {
            break;
        }
    }
    assert!(deaths >= 10, "{deaths} steps: some are no longer asked for");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_apps_database_is_shown_and_not_touched() -> anyhow::Result<()> {
    let device = tempfile::tempdir()?;
    let kept = live(device.path()).await?;
    let connection = rusqlite::Connection::open(device.path().join(DATABASE))?;
    connection.set_db_config(rusqlite::config::DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    let known: u32 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    connection.execute_batch("ALTER TABLE draft ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'")?;
    connection.pragma_update(None, "user_version", known + 7)?;
    drop(connection);
    let bytes = || -> anyhow::Result<Vec<Vec<u8>>> {
        ["", "-wal", "-shm"].iter().map(|end| Ok(fs::read(device.path().join(format!("{DATABASE}{end}")))?)).collect()
    };
    let before = bytes()?;
    for _ in 0..2 {
        let opened = Client::open_with(config(device.path()), nowhere()?, Arc::new(Device)).await;
        let Err(error) = opened else { anyhow::bail!("it was opened") };
        let AppError::NewerDatabase { drafts, unsent } = AppError::from(error) else { anyhow::bail!("another error") };
        let titles = |forms: &BTreeMap<_, (ReportForm, usize)>| {
            forms.values().map(|(form, _)| form.title.clone()).collect::<BTreeSet<_>>()
        };
        assert_eq!(drafts.into_iter().collect::<BTreeSet<_>>(), titles(&kept.drafts));
        assert_eq!(unsent.into_iter().collect::<BTreeSet<_>>(), titles(&kept.unsent));
        assert!(bytes()? == before, "it was touched");
    }
    // The newer app comes back, and brings it to a version that this one knows.
    let connection = rusqlite::Connection::open(device.path().join(DATABASE))?;
    connection.execute_batch("ALTER TABLE draft DROP COLUMN colour")?;
    connection.pragma_update(None, "user_version", known)?;
    drop(connection);
    let row = look(&case("afterwards".to_owned(), true, |_| Ok(())), device.path(), &kept).await?;
    assert_eq!((row.salvaged, row.drafts.whole, row.unsent.whole, row.pictures_lost), (0, 5, 5, 0));
    Ok(())
}
