//! What the screens show: a server, an account that has been used for a while on this device, and one still to be made;
//! and databases that something happened to.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use anyhow::{Context, ensure};
use futures::FutureExt;
use pakn_api::{
    ErrorCode,
    id::{AttachmentId, ReportId},
    ipc::{CreateDraft, FinishWelcome, GetDraft, SaveDraft, Submit, SyncNow, Whereabouts},
    model::{
        catalogue::{Catalogue, FieldCode, SubjectCode},
        phone::PhoneNumber,
        report::ReportForm,
    },
};
use pakn_core::remote::{HttpRemote, Remote};
use pakn_server::Desk;
use serde_json::Value;

use super::Names;
use crate::{
    citizen::{Citizen, form, until_let_go},
    main_job::long_title,
    pictures,
    scene::{Scene, app_in},
    scripted::{Ask, Scripted, What, refusal},
    server::{DEMO_PASSWORD, DEMO_PHONE},
    wait::until,
    window::AppSettings,
};

/// Every kind of question, for the subject [`ASKED`].
const QUESTIONS: &str = include_str!("questions.json");
const ASKED: [&str; 2] = ["trat-tu-do-thi", "duong-xa-cong-ranh"];
/// Whose reports others may see.
const NEIGHBOUR: (&str, &str) = ("0900000002", "Y Blơ");
const LIMIT: Duration = Duration::from_secs(60);
const DATABASE: &str = "kontums.db";
/// A version of the database that no app has yet; one much higher would be taken for damage.
const NEWER: u32 = 900;
const NOTE: &str = "Đã chuyển Đội Trật tự đô thị phường Kon Tum kiểm tra trong hôm nay. Cảm ơn bạn đã báo tin.";

/// The stage, with the names of what stands on it.
pub struct Stage {
    /// The server and the way to it.
    pub scene: Scene,
    /// What words in braces stand for.
    pub names: Names,
}

/// A folder of the app with nothing in it.
///
/// # Errors
/// When the environment names no app.
pub fn empty(stage: &Stage, name: &str) -> anyhow::Result<AppSettings> {
    app_in(&stage.scene.folder.path().join(name), stage.scene.link.url())
}

impl Stage {
    /// Sets it: the demo account signed in on a device with drafts, reports that wait, one that was refused by the
    /// server, and two that arrived, one of them answered.
    ///
    /// # Errors
    /// When something of it can't be set.
    pub async fn set() -> anyhow::Result<Self> {
        let scene = Scene::set().await?;
        let mut names = Names::new();
        let files = scene.folder.path().join("files");
        fs::create_dir_all(&files)?;
        for (name, bytes) in [
            ("photo", pictures::phone_photo(7)?),
            ("card", pictures::card_photo("062198004321||Y Blơ Niê Thảo|07041998|Nữ||12052021")?),
            ("not-a-photo", b"GIF89a, or so it says".to_vec()),
        ] {
            let path = files.join(format!("{name}.jpg"));
            fs::write(&path, bytes)?;
            names.insert(name, path.display().to_string());
        }
        names.insert("phone", DEMO_PHONE.to_owned());
        names.insert("password", DEMO_PASSWORD.to_owned());
        scene.server.publish_fields(&fields_with_questions(&files)?)?;
        let mut stage = Self { scene, names };
        stage.others_report().await?;
        stage.live_for_a_while().await?;
        Ok(stage)
    }

    /// Somebody else's reports, in public, near where this device is.
    async fn others_report(&self) -> anyhow::Result<()> {
        let (phone, name) = NEIGHBOUR;
        let desk = Desk::open(self.scene.server.data()).await?;
        desk.create_account(PhoneNumber::parse(phone)?, DEMO_PASSWORD.to_owned(), name.to_owned()).await?;
        let neighbour = Citizen::open(&self.scene.folder.path().join("neighbour"), &self.scene.server.url()).await?;
        neighbour.sign_in_as(phone, DEMO_PASSWORD).await?;
        let title = "Rác sinh hoạt đổ tràn bờ sông Đăk Bla, gần cầu treo Kon Klor";
        let told_at_length = neighbour.draft(title, &photos(2)?).await?;
        let content = "Sáng nào cũng có thêm bao rác mới, mùi hôi bay vào lớp học bên cạnh. ".repeat(4).trim().to_owned();
        let form = ReportForm { content, ..form(title)? };
        neighbour.client.save_draft(SaveDraft { report_id: told_at_length, form }).await?;
        neighbour.client.submit(Submit { report_id: told_at_length }).await?;
        let seen = [told_at_length, neighbour.report("Đốt rác nhựa mỗi tối", &[]).await?];
        neighbour.until_all_sent(LIMIT).await?;
        for report_id in seen {
            self.scene.server.staff(&["set-status", &report_id.to_string(), "accepted"])?;
        }
        Ok(())
    }

    async fn live_for_a_while(&mut self) -> anyhow::Result<()> {
        let (data, url) = (self.scene.settings.data.clone(), self.scene.server.url());
        let citizen = Citizen::open(&data, &url).await?;
        citizen.client.finish_welcome(FinishWelcome {}).await?;
        citizen.sign_in().await?;
        let elsewhere = Citizen::open(&self.scene.folder.path().join("elsewhere"), &url).await?;
        elsewhere.sign_in().await?;
        let answered = citizen.report("Bãi rác tự phát bên bờ kè sông Đăk Bla", &photos(3)?).await?;
        citizen.report(&long_title()?, &[]).await?;
        citizen.until_all_sent(LIMIT).await?;
        let id = answered.to_string();
        let agency = ["--agency", "UBND phường Kon Tum", "--note", NOTE];
        for status in ["accepted", "assigned"] {
            self.scene.server.staff(&[&["set-status", &id, status], &agency[..]].concat())?;
        }
        citizen.client.sync_now(SyncNow {}).await?;
        let heard = async || {
            let news = pakn_api::model::status::ReportStatus::Assigned;
            Ok((citizen.whereabouts(answered).await? == Whereabouts::Sent { status: news }).then_some(()))
        };
        until("the news of the report", LIMIT, heard).await?;
        drop(citizen);
        until_let_go(&data).await?;

        let refused = self.refuse_one(&data, &url).await?;
        let citizen = Citizen::open_through(&data, nowhere()?).await?;
        let waiting = citizen.report("Cột đèn gãy ở chợ Đăk Hà", &photos(2)?).await?;
        let draft = citizen.draft("Nắp cống vỡ trước trường Lê Lợi", &photos(4)?).await?;
        let stranded = citizen.draft("Cây đổ chắn lối vào làng", &photos(3)?).await?;
        let broke = citizen.client.get_draft(GetDraft { report_id: stranded }).await?.attachments;
        let broke = broke.first().context("a picture")?.attachment_id;
        let long = citizen.draft(&long_title()?, &[]).await?;
        let blank = citizen.client.create_draft(CreateDraft { field: None }).await?.report_id;
        let barely = citizen.client.create_draft(CreateDraft { field: None }).await?.report_id;
        let asked = citizen.client.create_draft(CreateDraft { field: None }).await?.report_id;
        let [field, subject] = ASKED;
        let form = ReportForm {
            field: Some(FieldCode::parse(field)?),
            subject: Some(SubjectCode::parse(subject)?),
            ..form("Ổ gà ở ngã tư Phan Đình Phùng")?
        };
        citizen.client.save_draft(SaveDraft { report_id: asked, form }).await?;
        let form = ReportForm { content: "Chưa viết xong".to_owned(), ..ReportForm::default() };
        citizen.client.save_draft(SaveDraft { report_id: barely, form }).await?;
        for (name, id) in [
            ("answered", answered),
            ("refused", refused),
            ("waiting", waiting),
            ("draft", draft),
            ("stranded", stranded),
            ("long", long),
            ("blank", blank),
            ("barely", barely),
            ("asked", asked),
        ] {
            self.names.insert(name, id.to_string());
        }
        drop(citizen);
        until_let_go(&data).await?;
        give_up(&data, broke)
    }

    /// A report that the server refuses.
    async fn refuse_one(&self, data: &Path, url: &str) -> anyhow::Result<ReportId> {
        let script = |ask: Ask| {
            let refused = matches!(ask, Ask { what: What::CreateReport(_), done: false });
            futures::future::ready(if refused { Err(refusal(ErrorCode::TooLarge)) } else { Ok(()) }).boxed()
        };
        let citizen = Citizen::open_through(data, Arc::new(Scripted::new(url, Box::new(script))?)).await?;
        let refused = citizen.report("Mương nước tắc ở thôn Kon Rờ Bàng 2", &photos(1)?).await?;
        let parked = async || Ok(matches!(citizen.whereabouts(refused).await?, Whereabouts::Parked { .. }).then_some(()));
        until("the report refused", LIMIT, parked).await?;
        drop(citizen);
        until_let_go(data).await?;
        Ok(refused)
    }

    /// A device whose database was damaged and half of it saved; and one whose database a newer app has written.
    ///
    /// # Errors
    /// When the files can't be written.
    pub async fn mishaps(&self) -> anyhow::Result<[AppSettings; 2]> {
        let (damaged, newer) = (empty(self, "damaged")?, empty(self, "newer")?);
        for settings in [&damaged, &newer] {
            let citizen = Citizen::open_through(&settings.data, nowhere()?).await?;
            citizen.client.finish_welcome(FinishWelcome {}).await?;
            for n in 1..=6 {
                let title = format!("Ổ gà số {n} trên đường Phan Đình Phùng, đoạn qua chợ");
                let report_id = citizen.draft(&title, &[]).await?;
                let content = "Xe máy dễ ngã khi trời mưa. ".repeat(100).trim().to_owned();
                citizen.client.save_draft(SaveDraft { report_id, form: ReportForm { content, ..form(&title)? } }).await?;
            }
            drop(citizen);
            until_let_go(&settings.data).await?;
        }
        spoil(&damaged.data.join(DATABASE))?;
        let database = rusqlite::Connection::open(newer.data.join(DATABASE))?;
        database.pragma_update(None, "user_version", NEWER)?;
        Ok([damaged, newer])
    }
}

/// Leaves a picture as it is after the app died twice of preparing it.
fn give_up(data: &Path, picture: AttachmentId) -> anyhow::Result<()> {
    let sql = "UPDATE attachment SET state = 'original', sha256 = '' WHERE attachment_id = ?1";
    let changed = rusqlite::Connection::open(data.join(DATABASE))?.execute(sql, [picture.to_string()])?;
    ensure!(changed == 1, "{changed} pictures");
    let (incoming, photo) = (data.join("incoming"), pictures::small_photo(0)?);
    fs::write(incoming.join(picture.to_string()), [&(photo.len() as u64).to_le_bytes(), photo.as_slice()].concat())?;
    Ok(fs::write(incoming.join(format!("{picture}.tried")), "..")?)
}

/// The built-in fields with questions, as a file to be published.
fn fields_with_questions(folder: &Path) -> anyhow::Result<PathBuf> {
    let mut fields = serde_json::to_value(Catalogue::builtin())?;
    *fields.get_mut("version").context("a version")? = 1_000.into();
    let [field, subject] = ASKED;
    let subjects = fields.get_mut("fields").and_then(|fields| coded(fields, field)?.get_mut("subjects"));
    let subject = subjects.and_then(|subjects| coded(subjects, subject)).context("the subject")?;
    *subject.get_mut("questions").context("its questions")? = serde_json::from_str(QUESTIONS)?;
    let path = folder.join("fields.json");
    fs::write(&path, serde_json::to_vec(&fields)?)?;
    Ok(path)
}

/// The one of a list that has this code.
fn coded<'a>(list: &'a mut Value, code: &str) -> Option<&'a mut Value> {
    list.as_array_mut()?.iter_mut().find(|one| one.get("code").is_some_and(|own| own == code))
}

fn nowhere() -> anyhow::Result<Arc<dyn Remote>> {
    Ok(Arc::new(HttpRemote::new("http://127.0.0.1:1")?))
}

fn photos(n: u32) -> anyhow::Result<Vec<Vec<u8>>> {
    (0..n).map(pictures::small_photo).collect()
}

/// Writes nonsense over the end of a database that nobody has open.
fn spoil(path: &PathBuf) -> anyhow::Result<()> {
    const PAGES: usize = 8 * 4_096;
    rusqlite::Connection::open(path)?.pragma_update(None, "wal_checkpoint", "TRUNCATE")?;
    let mut bytes = fs::read(path)?;
    ensure!(bytes.len() > 2 * PAGES, "a database of {} bytes", bytes.len());
    let from = bytes.len() - PAGES;
    bytes.iter_mut().skip(from).for_each(|byte| *byte = 0xa5);
    Ok(fs::write(path, bytes)?)
}
