//! The server in memory answers as the real one does: the same requests, made of both, in any order.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use bytes::Bytes;
use kontums_tests::{
    citizen::form,
    local_server::LocalServer,
    model_server::{Keeps, ModelServer, State, a_profile},
    server::{DEMO_PASSWORD, DEMO_PHONE},
};
use pakn_api::{
    Timestamp,
    id::{MediaHash, OpId, ReportId, UploadId},
    model::{
        catalogue::Catalogue,
        consent::{Consent, ConsentPurpose},
        date::Date,
        person::{FullName, Gender},
        phone::PhoneNumber,
        profile::Profile,
        report::{MediaKind, MediaRef, Submission},
        status::ReportStatus,
        unit::WardCode,
    },
    wire::{CreateReport, PublicReport, PutFollow, PutProfile, Receipt, RecordConsent, SignIn, SignedIn, StoredProfile},
};
use pakn_core::{
    remote::{Fresh, HttpRemote, NewUpload, Remote, RemoteError},
    secrets::Token,
};
use pakn_server::StatusChange;
use rand::{Rng as _, SeedableRng as _, rngs::StdRng};
use sha2::{Digest as _, Sha256};

const NOW: Timestamp = Timestamp(1_764_000_000_000);
const OTHER_PHONE: &str = "0900000002";
/// Of somebody who has only just registered.
const BARE_PHONE: &str = "0900000003";
const LONG: Keeps = Keeps { uploads_ms: i64::MAX, orphans_ms: i64::MAX, operations_ms: i64::MAX };
const REQUESTS: usize = 250;
const RUNS: u64 = 6;
const CITIZENS: usize = 3;
/// When consents are said that are drawn.
const SAID_AT: std::ops::Range<i64> = 1_000..1_003;

/// The real one and the model of it, asked the same.
struct Both {
    real: HttpRemote,
    model: ModelServer,
    /// Each citizen's tokens, by server; the last is nobody's.
    tokens: Vec<(Token, Token)>,
    /// Etags given so far, by server.
    etags: (Option<String>, Option<String>),
}

fn files() -> Vec<Bytes> {
    let jpeg = |length: usize, byte: u8| [&[0xff, 0xd8, 0xff, 0xe0][..], &vec![byte; length]].concat().into();
    vec![jpeg(20, 1), jpeg(300, 2), jpeg(5_000, 3), Bytes::from_static(b"this is no picture, whatever it says")]
}

fn hash(bytes: &[u8]) -> MediaHash {
    MediaHash::from_digest(Sha256::digest(bytes).into())
}

/// What both must say alike: everything but clocks and signatures.
fn receipt(receipt: Receipt) -> String {
    let signed = receipt.signed.is_some();
    format!(
        "{:?} received {} signed {signed}",
        Receipt { received_at: None, signed: None, ..receipt.clone() },
        receipt.received_at.is_some()
    )
}

fn said<T>(answer: Result<T, RemoteError>, how: impl FnOnce(T) -> String) -> String {
    match answer {
        Ok(value) => how(value),
        Err(RemoteError::Problem { problem, .. }) => {
            format!("{:?} {:?} {:?}", problem.code, problem.problems, problem.profile_problems)
        }
        Err(other) => format!("{other:?}"),
    }
}

fn id(n: u8) -> [u8; 10] {
    [n; 10]
}

fn catalogue(fresh: Fresh<Catalogue>) -> (String, Option<String>) {
    match fresh {
        Fresh::Unchanged => ("unchanged".to_owned(), None),
        Fresh::New { value, etag } => (format!("{value:?}"), etag),
    }
}

impl Both {
    async fn start(server: &LocalServer) -> anyhow::Result<Self> {
        let real = HttpRemote::new(&server.url())?;
        let mut state = State::new(LONG);
        let mut tokens = Vec::new();
        for phone in [DEMO_PHONE, OTHER_PHONE, BARE_PHONE] {
            let user = state.add_account(PhoneNumber::parse(phone)?, DEMO_PASSWORD, "Nguyễn Thị Thử");
            if phone == BARE_PHONE {
                state.forget_person(user);
            }
        }
        let model = ModelServer::new(state, Arc::new(|| NOW));
        for phone in [DEMO_PHONE, OTHER_PHONE, BARE_PHONE] {
            let request = SignIn { phone: PhoneNumber::parse(phone)?, password: DEMO_PASSWORD.to_owned(), device: None };
            let token = |signed: SignedIn| Token::new(signed.token);
            tokens.push((token(real.sign_in(&request).await?), token(model.sign_in(&request).await?)));
        }
        // Complete accounts are made with a profile of each server's own.
        for (nth, (real_token, model_token)) in tokens.iter().take(2).enumerate() {
            let op_id = OpId::new(2, id(u8::try_from(nth)?));
            let request = PutProfile { op_id, base_revision: 1, profile: complete()? };
            let same = real.put_profile(real_token, &request).await? == model.put_profile(model_token, &request).await?;
            anyhow::ensure!(same, "the first profiles differ");
        }
        tokens.push((Token::new("nobody's".to_owned()), Token::new("nobody's".to_owned())));
        Ok(Self { real, model, tokens, etags: (None, None) })
    }

    /// One request, drawn; what each said.
    async fn ask(&mut self, dice: &mut StdRng) -> anyhow::Result<(String, String, String)> {
        let who = if dice.random_ratio(1, 20) { CITIZENS } else { dice.random_range(0..CITIZENS) };
        let Some((real_token, model_token)) = self.tokens.get(who).cloned() else { anyhow::bail!("nobody") };
        let (real, model) = (&self.real, &self.model);
        let files = files();
        let on_sent = || Arc::new(|_| ()) as Arc<dyn Fn(u64) + Send + Sync>;
        let (what, one, other) = match dice.random_range(0..14) {
            0..3 => {
                let file = files.get(dice.random_range(0..files.len())).cloned().unwrap_or_default();
                let announced = if dice.random_ratio(1, 12) { hash(b"other bytes") } else { hash(&file) };
                let bytes = file.len() as u64 + u64::from(dice.random_ratio(1, 12));
                let new = NewUpload { upload_id: UploadId::new(1, id(dice.random_range(0..6))), sha256: announced, bytes };
                let first = file.slice(..if dice.random_ratio(1, 2) { file.len() } else { dice.random_range(0..file.len()) });
                let show = |upload: pakn_core::remote::Upload| format!("{}", upload.offset);
                let one = said(real.create_upload(&real_token, new, first.clone(), on_sent()).await, show);
                let other = said(model.create_upload(&model_token, new, first.clone(), on_sent()).await, show);
                (format!("create {new:?} with {}", first.len()), one, other)
            }
            3 | 4 => {
                let file = files.get(dice.random_range(0..files.len())).cloned().unwrap_or_default();
                let url = pakn_api::wire::path::upload(UploadId::new(1, id(dice.random_range(0..7))));
                let there = said(real.upload_offset(&real_token, &url).await, |offset| format!("{offset:?}"));
                let modelled = model.upload_offset(&model_token, &url).await;
                let from = modelled.as_ref().ok().copied().flatten().unwrap_or(0);
                let modelled = said(modelled, |offset| format!("{offset:?}"));
                anyhow::ensure!(there == modelled, "HEAD {url}: {there} instead of {modelled}");
                let offset = if dice.random_ratio(1, 6) { from + 1 } else { from };
                let rest = usize::try_from(from).unwrap_or(0).min(file.len());
                let to = if dice.random_ratio(1, 2) { file.len() } else { dice.random_range(rest..=file.len()) };
                let bytes = file.slice(rest..to);
                let one =
                    said(real.append_upload(&real_token, &url, offset, bytes.clone(), on_sent()).await, |at| at.to_string());
                let other =
                    said(model.append_upload(&model_token, &url, offset, bytes.clone(), on_sent()).await, |at| at.to_string());
                (format!("append to {url} at {offset}: {}", bytes.len()), one, other)
            }
            5..8 => {
                let request = report(dice, &files)?;
                let one = said(real.create_report(&real_token, &request).await, receipt);
                let other = said(model.create_report(&model_token, &request).await, receipt);
                (format!("report {request:?}"), one, other)
            }
            8 => {
                let report = ReportId::new(1, id(dice.random_range(0..9)));
                let one = said(real.receipt(&real_token, report).await, receipt);
                (format!("receipt {report}"), one, said(model.receipt(&model_token, report).await, receipt))
            }
            9 | 10 => {
                let theirs = model.profile(&model_token).await;
                let request = put_profile(dice, theirs.as_ref().ok())?;
                let there = said(real.profile(&real_token).await, stored);
                let modelled = said(theirs, stored);
                anyhow::ensure!(there == modelled, "profile: {there} instead of {modelled}");
                let one = said(real.put_profile(&real_token, &request).await, stored);
                let other = said(model.put_profile(&model_token, &request).await, stored);
                (format!("profile {} over {}", request.op_id, request.base_revision), one, other)
            }
            11 => {
                let request = consent(dice);
                let show = |()| String::new();
                let one = said(real.record_consent(&real_token, &request).await, show);
                let other = said(model.record_consent(&model_token, &request).await, show);
                (format!("consent {request:?}"), one, other)
            }
            12 => {
                let report = ReportId::new(1, id(dice.random_range(0..9)));
                let request = PutFollow { op_id: OpId::new(5, id(dice.random_range(0..12))), following: dice.random_ratio(2, 3) };
                let show = |()| String::new();
                let one = said(real.public().put_follow(&real_token, report, &request).await, show);
                let other = said(model.public().put_follow(&model_token, report, &request).await, show);
                (format!("follow {report} {request:?}"), one, other)
            }
            _ => {
                let medium = hash(files.get(dice.random_range(0..files.len())).map_or(&[][..], |file| file));
                let show = |bytes: Bytes| format!("{bytes:?}");
                let one = said(real.get_medium(&real_token, medium).await, show);
                let other = said(model.get_medium(&model_token, medium).await, show);
                let (fields, etag) = catalogue(real.catalogue(self.etags.0.as_deref()).await?);
                let (modelled, model_etag) = catalogue(model.catalogue(self.etags.1.as_deref()).await?);
                anyhow::ensure!(fields == modelled, "fields: {fields} instead of {modelled}");
                self.etags = (etag.or(self.etags.0.take()), model_etag.or(self.etags.1.take()));
                (format!("medium {medium}"), one, other)
            }
        };
        Ok((what, one, other))
    }

    /// What each citizen is told of themselves when they sign in.
    async fn same_people(&self) -> anyhow::Result<()> {
        for phone in [DEMO_PHONE, OTHER_PHONE, BARE_PHONE] {
            let request = SignIn { phone: PhoneNumber::parse(phone)?, password: DEMO_PASSWORD.to_owned(), device: None };
            let mut told = Vec::new();
            for remote in [&self.real as &dyn Remote, &self.model] {
                let mut signed_in: SignedIn = remote.sign_in(&request).await?;
                signed_in.consents.sort_by_key(|consent| consent.purpose);
                // What accounts are made with is dated by each server's own clock.
                let dated = |c: Consent| Consent { at: if SAID_AT.contains(&c.at.0) { c.at } else { NOW }, ..c };
                let said: Vec<_> = signed_in.consents.into_iter().map(dated).collect();
                told.push((signed_in.profile, said, signed_in.account.name));
            }
            anyhow::ensure!(told.first() == told.get(1), "{phone} is told {told:?}");
        }
        Ok(())
    }

    /// What anybody is shown, and what each citizen follows of it.
    async fn same_in_public(&self) -> anyhow::Result<()> {
        let shown = |report: PublicReport| {
            (
                report.report_id,
                (report.revision, report.status, report.title, report.media, report.sender, report.position.lat().to_bits()),
            )
        };
        let mut told = Vec::new();
        for (remote, nth) in [(&self.real as &dyn Remote, 0), (&self.model, 1)] {
            let (mut cursor, mut feed) = (0, BTreeMap::new());
            loop {
                let page = remote.public().public_reports(cursor).await?;
                feed.extend(page.reports.into_iter().map(shown));
                cursor = page.cursor;
                if !page.more {
                    break;
                }
            }
            let form = form("")?;
            let (field, place) = form.field.zip(form.place).ok_or_else(|| anyhow::anyhow!("no place"))?;
            let near: BTreeMap<_, _> =
                remote.public().similar(&field, &place.position).await?.reports.into_iter().map(shown).collect();
            let mut followed = Vec::new();
            for tokens in self.tokens.iter().take(CITIZENS) {
                let list = remote.public().follows(if nth == 0 { &tokens.0 } else { &tokens.1 }).await?;
                let ids: BTreeSet<_> = list.reports.into_iter().map(|report| report.report_id).collect();
                followed.push(ids);
            }
            told.push((feed, near, followed));
        }
        anyhow::ensure!(told.first() == told.get(1), "anybody is shown {told:?}");
        Ok(())
    }

    /// The whole feed of each citizen, as far as clocks don't matter.
    async fn same_news(&self) -> anyhow::Result<()> {
        for (real_token, model_token) in self.tokens.iter().take(CITIZENS) {
            let mut feeds = Vec::new();
            for (remote, token) in [(&self.real as &dyn Remote, real_token), (&self.model, model_token)] {
                let (mut cursor, mut news) = (0, BTreeMap::new());
                loop {
                    let page = remote.changes(token, cursor).await?;
                    for view in page.reports {
                        let steps: Vec<_> = view.timeline.iter().map(|step| step.status).collect();
                        news.insert(view.report_id, (view.revision, view.status, view.submission, steps));
                    }
                    cursor = page.cursor;
                    if !page.more {
                        break;
                    }
                }
                feeds.push(news);
            }
            anyhow::ensure!(feeds.first() == feeds.get(1), "the feeds differ: {feeds:?}");
        }
        Ok(())
    }
}

fn complete() -> anyhow::Result<Profile> {
    a_profile("Nguyễn Thị Thử").ok_or_else(|| anyhow::anyhow!("no profile"))
}

/// All of it, which its `Debug` does not tell.
fn stored(stored: StoredProfile) -> String {
    serde_json::to_string(&stored).unwrap_or_default()
}

/// A profile over the revision there is or another one; now and then one that breaks a rule, or an operation that was.
fn put_profile(dice: &mut StdRng, there: Option<&StoredProfile>) -> anyhow::Result<PutProfile> {
    let mut profile = complete()?;
    profile.full_name = FullName::parse(if dice.random_ratio(1, 2) { "Y Thử Một" } else { "Y Thử Hai" })?;
    match dice.random_range(0..12) {
        0 => profile.address.ward = WardCode(99_999),
        1 => profile.gender = Gender::Male,
        2 => profile.identity.issued_on = Date::new(1980, 1, 1)?,
        3 => profile.born_on = Date::new(2024, 1, 1)?,
        _ => {}
    }
    let revision = there.map_or(0, |there| there.revision);
    let base_revision = match dice.random_range(0..5) {
        0 => revision.saturating_sub(1),
        1 => revision + 1,
        _ => revision,
    };
    Ok(PutProfile { op_id: OpId::new(3, id(dice.random_range(0..6))), base_revision, profile })
}

fn consent(dice: &mut StdRng) -> RecordConsent {
    let purpose = ConsentPurpose::ALL.get(dice.random_range(0..ConsentPurpose::ALL.len())).copied();
    let purpose = purpose.unwrap_or(ConsentPurpose::Reports);
    let at = Timestamp(dice.random_range(SAID_AT));
    let consent = Consent { purpose, given: dice.random_ratio(2, 3), text_version: purpose.text_version(), at };
    RecordConsent { op_id: OpId::new(4, id(dice.random_range(0..20))), consent }
}

fn report(dice: &mut StdRng, files: &[Bytes]) -> anyhow::Result<CreateReport> {
    let media = |n: usize| {
        let bytes = files.get(n).cloned().unwrap_or_default();
        MediaRef {
            sha256: hash(&bytes),
            bytes: bytes.len() as u64,
            kind: MediaKind::Jpeg,
            width: 1,
            height: 1,
            duration_ms: None,
        }
    };
    let mut chosen: Vec<_> = (0..dice.random_range(0..3)).map(|_| media(dice.random_range(0..3))).collect();
    if dice.random_ratio(1, 15) {
        chosen.iter_mut().for_each(|medium| medium.bytes += 1);
    }
    let mut said = form(&format!("Phản ánh {}", dice.random_range(0..2)))?;
    if dice.random_ratio(1, 15) {
        said.happened_at = Some(NOW.plus_ms(1));
    }
    let fits: Submission = form("")
        .and_then(|_| form("Phản ánh"))?
        .check(&Catalogue::builtin(), &[], NOW)
        .map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    let submission =
        Submission { title: said.title.try_into()?, happened_at: said.happened_at.unwrap_or(NOW), media: chosen, ..fits };
    let (op_id, report_id) = (OpId::new(1, id(dice.random_range(0..9))), ReportId::new(1, id(dice.random_range(0..9))));
    Ok(CreateReport { op_id, report_id, submission })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_model_answers_as_the_server_does() -> anyhow::Result<()> {
    for seed in 0..RUNS {
        let folder = tempfile::tempdir()?;
        let mut server = LocalServer::start(folder.path()).await?;
        server.add_account(OTHER_PHONE, "Trần Văn Hai").await?;
        let bare = (PhoneNumber::parse(BARE_PHONE)?, DEMO_PASSWORD.to_owned(), String::new());
        server.desk().await?.create_bare_account(bare.0, bare.1, bare.2).await?;
        let mut both = Both::start(&server).await?;
        let mut dice = StdRng::seed_from_u64(seed);
        for nth in 0..REQUESTS {
            let (what, real, model) = both.ask(&mut dice).await?;
            anyhow::ensure!(real == model, "seed {seed}, request {nth}: {what}\nserver: {real}\nmodel:  {model}");
            if nth % 40 == 39 {
                let report = ReportId::new(1, id(dice.random_range(0..9)));
                let change = StatusChange { status: ReportStatus::Accepted, refusal: None, agency: None, note: None };
                let moved = server.desk().await?.set_status(report, change).await.is_ok();
                anyhow::ensure!(moved == both.model.state().move_on(report, ReportStatus::Accepted, NOW), "staff and {report}");
                both.same_news().await?;
                both.same_people().await?;
                both.same_in_public().await?;
            }
        }
        both.same_news().await?;
        server.stop().await?;
    }
    Ok(())
}
