//! A citizen with an errand: so many reports with so many photos each, written and sent through the real
//! core, whatever ends the process in between.
//!
//! Like somebody who takes up their phone again it trusts nothing but what is there: it looks at drafts and
//! reports and goes on from them. Before each thing it does it says so on a line, whose first word is the
//! [`Phase`], and once the core has answered, `done` and the same line; what leaves meanwhile is told likewise.
//! A report or a picture that is there twice ends it. What it does a second time although it was done was lost:
//! that is for whoever hears the lines ([`Kept`]).

mod lines;

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, bail, ensure};
use base64::{Engine, engine::general_purpose::STANDARD};
use pakn_api::{
    id::{AttachmentId, ReportId},
    ipc::{
        AppError, AttachBegin, AttachChunk, AttachFinish, AttachmentState, Change, Connection, CreateDraft, DiscardDraft,
        GetDraft, GetSession, GetSync, ListDrafts, ListReports, SaveDraft, SessionView, SignIn, Submit, SyncNow, Whereabouts,
    },
};
use pakn_core::{Client, Config, Error, FileTokenStore, Trigger};
use tokio::io::{AsyncBufReadExt, BufReader, Lines, Stdin};

pub use self::lines::{Kept, Phase};
use crate::{
    citizen::form,
    pictures::light_photo,
    server::{DEMO_PASSWORD, DEMO_PHONE},
};

/// Reports that may wait before the next one is begun: writing and sending go side by side to the end.
const AHEAD: usize = 4;
/// Bytes of a picture handed over at a time: fewer than the app's, so that there is more to cut through.
const CHUNK: usize = 48 * 1024;
/// How often somebody looks at the screen.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long a picture may be prepared before somebody loses patience.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is to be done, and where.
#[derive(Clone, Debug)]
pub struct Errand {
    /// The app's data folder.
    pub data: PathBuf,
    /// The server's address.
    pub server_url: String,
    /// Where the photos are, as [`photo_name`] calls them.
    pub photos: PathBuf,
    /// How many reports.
    pub reports: u32,
    /// How many photos each.
    pub photos_each: u32,
    /// Before each step wait for a line on standard input.
    pub asked: bool,
}

/// The title of the `n`th report.
#[must_use]
pub fn title(n: u32) -> String {
    format!("Phản ánh số {n:03}")
}

/// The file name of the `k`th photo of the `n`th report.
#[must_use]
pub fn photo_name(n: u32, k: u32) -> String {
    format!("{n:03}-{k}.jpg")
}

/// Where a report of a given title stands.
enum Standing {
    Nowhere,
    Draft(ReportId),
    HandedOver,
}

/// Does what is left of the errand. Answers once the server has everything.
///
/// # Errors
/// At what somebody could not go on from: a thing that is there twice, a report that was refused.
pub async fn run(errand: Errand) -> anyhow::Result<()> {
    let mut pace = Pace(errand.asked.then(|| BufReader::new(tokio::io::stdin()).lines()));
    let client = pace.tap("open", async || Client::open(config(&errand)).await).await?;
    let engine = tokio::spawn(client.run());
    let telling = tokio::spawn(tell_what_leaves(client.clone()));
    client.trigger(Trigger::Started);
    let done = Walk { errand, client, pace }.whole().await;
    telling.abort();
    engine.abort();
    done
}

fn config(errand: &Errand) -> Config {
    Config {
        data_dir: errand.data.clone(),
        server_url: errand.server_url.clone(),
        tokens: Arc::new(FileTokenStore::new(errand.data.join("token"))),
        device_name: None,
    }
}

#[expect(clippy::print_stdout, reason = "whoever started the process follows its lines")]
fn say(line: &str) {
    println!("{line}");
}

/// One thing after the other, each announced.
struct Pace(Option<Lines<BufReader<Stdin>>>);

impl Pace {
    /// Waits until it is asked to go on, or a moment.
    async fn turn(&mut self, moment: Duration) -> anyhow::Result<()> {
        match &mut self.0 {
            Some(lines) => lines.next_line().await?.map(drop).context("nobody asks any more"),
            None => {
                tokio::time::sleep(moment).await;
                Ok(())
            }
        }
    }

    /// Does something, and again for as long as the device has no room for it.
    async fn tap<T>(&mut self, what: &str, act: impl AsyncFn() -> Result<T, Error>) -> anyhow::Result<T> {
        say(what);
        self.turn(Duration::ZERO).await?;
        loop {
            let error = match act().await {
                Ok(done) => {
                    say(&format!("done {what}"));
                    return Ok(done);
                }
                Err(error) => error,
            };
            let words = error.to_string();
            match AppError::from(error) {
                AppError::StorageFull => say(&format!("full {what}")),
                error => bail!("{what}: {error:?} ({words})"),
            }
            self.turn(LOOK_EVERY).await?;
        }
    }
}

/// Says what the engine sends, until nobody listens any more.
async fn tell_what_leaves(client: Client) {
    use tokio::sync::broadcast::error::RecvError;
    let mut changes = client.changes();
    let mut sending = 0;
    loop {
        match changes.recv().await {
            Ok(Change::Progress { report_id, sent_bytes, total_bytes }) => {
                say(&format!("upload {report_id} {sent_bytes}/{total_bytes}"));
            }
            Ok(Change::Sync { sync }) if sync.sending != sending => {
                sending = sync.sending;
                say(&format!("sending {sending}"));
            }
            Ok(
                Change::Sync { .. }
                | Change::Drafts
                | Change::Reports
                | Change::Catalogue
                | Change::Session
                | Change::Account
                | Change::Similar,
            )
            | Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

struct Walk {
    errand: Errand,
    client: Client,
    pace: Pace,
}

impl Walk {
    async fn whole(mut self) -> anyhow::Result<()> {
        self.be_signed_in().await?;
        self.throw_away_blank_drafts().await?;
        for n in 1..=self.errand.reports {
            let report_id = match self.standing(n).await? {
                Standing::HandedOver => continue,
                Standing::Draft(report_id) => report_id,
                Standing::Nowhere => {
                    self.until_waiting(AHEAD).await?;
                    self.begin(n).await?
                }
            };
            self.attach_what_is_missing(report_id, n).await?;
            let client = &self.client;
            let submit = async || client.submit(Submit { report_id }).await;
            self.pace.tap(&format!("submit {n}"), submit).await?;
        }
        self.until_waiting(0).await?;
        say("all sent");
        Ok(())
    }

    async fn be_signed_in(&self) -> anyhow::Result<()> {
        loop {
            if matches!(self.client.get_session(GetSession {}).await?, SessionView::SignedIn { .. }) {
                return Ok(());
            }
            say("sign-in");
            let who = SignIn { phone: DEMO_PHONE.to_owned(), password: DEMO_PASSWORD.to_owned() };
            if let Err(error) = self.client.sign_in(who).await {
                match AppError::from(error) {
                    AppError::Offline | AppError::ServerTrouble => tokio::time::sleep(LOOK_EVERY).await,
                    error => bail!("signing in: {error:?}"),
                }
            }
        }
    }

    async fn throw_away_blank_drafts(&mut self) -> anyhow::Result<()> {
        for draft in self.client.list_drafts(ListDrafts {}).await? {
            if draft.title.is_empty() {
                ensure!(draft.photos == 0, "a draft without a title has photos");
                let client = &self.client;
                let discard = async || client.discard_draft(DiscardDraft { report_id: draft.report_id }).await;
                self.pace.tap("draft blank discard", discard).await?;
            }
        }
        Ok(())
    }

    async fn standing(&self, n: u32) -> anyhow::Result<Standing> {
        let title = title(n);
        let drafts = self.client.list_drafts(ListDrafts {}).await?.into_iter().filter(|d| d.title == title);
        let sent = self.client.list_reports(ListReports {}).await?.into_iter().filter(|r| r.title == title);
        match (drafts.collect::<Vec<_>>().as_slice(), sent.count()) {
            ([], 0) => Ok(Standing::Nowhere),
            ([draft], 0) => Ok(Standing::Draft(draft.report_id)),
            ([], 1) => Ok(Standing::HandedOver),
            (drafts, sent) => bail!("report {n} is {} drafts and {sent} reports", drafts.len()),
        }
    }

    async fn begin(&mut self, n: u32) -> anyhow::Result<ReportId> {
        let client = &self.client;
        let create = async || client.create_draft(CreateDraft { field: None }).await;
        let report_id = self.pace.tap(&format!("draft {n} create"), create).await?.report_id;
        let form = form(&title(n))?;
        let save = async || client.save_draft(SaveDraft { report_id, form: form.clone() }).await;
        self.pace.tap(&format!("draft {n} save"), save).await?;
        Ok(report_id)
    }

    async fn attach_what_is_missing(&mut self, report_id: ReportId, n: u32) -> anyhow::Result<()> {
        for k in 1..=self.errand.photos_each {
            let name = photo_name(n, k);
            loop {
                let draft = self.client.get_draft(GetDraft { report_id }).await?;
                let there: Vec<_> = draft.attachments.iter().filter(|a| a.name == name).collect();
                let what = format!("attach {n}.{k}");
                match there.as_slice() {
                    [] => self.attach(report_id, &what, &name).await?,
                    [one] => match one.state {
                        AttachmentState::Ready { .. } => break,
                        AttachmentState::Processing { .. } => self.see_it_prepared(report_id, &what, one.attachment_id).await?,
                        AttachmentState::Incoming => self.finish(&what, one.attachment_id).await?,
                    },
                    more => bail!("{name} is attached {} times", more.len()),
                }
            }
        }
        Ok(())
    }

    async fn attach(&mut self, report_id: ReportId, what: &str, name: &str) -> anyhow::Result<()> {
        let photo = std::fs::read(self.errand.photos.join(name)).with_context(|| name.to_owned())?;
        let client = &self.client;
        let begin = AttachBegin { report_id, name: name.to_owned(), bytes: photo.len() as u64 };
        let attachment_id = self.pace.tap(&format!("{what} begin"), async || client.attach_begin(begin.clone()).await).await?;
        let mut offset = 0;
        for piece in photo.chunks(CHUNK) {
            let chunk = AttachChunk { attachment_id, offset, base64: STANDARD.encode(piece) };
            self.pace.tap(&format!("{what} chunk"), async || client.attach_chunk(chunk.clone()).await).await?;
            offset += piece.len() as u64;
        }
        self.finish(what, attachment_id).await
    }

    async fn finish(&mut self, what: &str, attachment_id: AttachmentId) -> anyhow::Result<()> {
        let client = &self.client;
        let finish = async || client.attach_finish(AttachFinish { attachment_id }).await;
        self.pace.tap(&format!("{what} finish"), finish).await.map(drop)
    }

    /// A picture that an earlier end interrupted is prepared by the app itself.
    async fn see_it_prepared(&mut self, report_id: ReportId, what: &str, id: AttachmentId) -> anyhow::Result<()> {
        say(&format!("{what} wait"));
        let asked = tokio::time::Instant::now();
        while asked.elapsed() < PATIENCE {
            let draft = self.client.get_draft(GetDraft { report_id }).await?;
            let state = draft.attachments.iter().find(|a| a.attachment_id == id).map(|a| a.state);
            if !matches!(state, Some(AttachmentState::Processing { .. })) {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY / 10).await;
        }
        bail!("{what}: it is not prepared within {PATIENCE:?}")
    }

    /// Waits until at most `limit` reports wait, tapping "try again" while the screen says that it can't send.
    async fn until_waiting(&self, limit: usize) -> anyhow::Result<()> {
        loop {
            let mut waiting = 0;
            for report in self.client.list_reports(ListReports {}).await? {
                match report.whereabouts {
                    Whereabouts::Parked { reason } => bail!("{} is parked: {reason:?}", report.title),
                    Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } => waiting += 1,
                    Whereabouts::Sent { .. } => {}
                }
            }
            if waiting <= limit {
                return Ok(());
            }
            match self.client.get_sync(GetSync {}).await?.connection {
                Connection::Offline | Connection::ServerTrouble => self.client.sync_now(SyncNow {}).await?,
                Connection::Unknown | Connection::Online => {}
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// Makes the photos of an errand, each another and each light enough to be sent as it is. Those that are
/// there already stay.
///
/// # Errors
/// When one can't be made or written.
pub fn make_photos(folder: &Path, reports: u32, photos_each: u32) -> anyhow::Result<()> {
    std::fs::create_dir_all(folder)?;
    for n in 1..=reports {
        for k in 1..=photos_each {
            let path = folder.join(photo_name(n, k));
            if !path.exists() {
                std::fs::write(path, light_photo(n * photos_each + k)?)?;
            }
        }
    }
    Ok(())
}
