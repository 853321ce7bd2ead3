//! Accounts from the citizen's side, core and server joined over HTTP: made with the link cut at every step and the app
//! killed in between, kept, and deleted.

use std::{fs, path::Path, sync::Arc, time::Duration};

use kontums_tests::{
    citizen::Citizen,
    local_server::LocalServer,
    pictures::small_photo,
    scripted::{Cuts, Scripted, What},
    sms,
    wait::until,
};
use pakn_api::{
    ErrorCode, Timestamp,
    ipc::{
        AppError, ChangePassword, CheckCode, CodePurpose, DeleteAccount, EndOtherSessions, EndSession, GetConsents, GetDraft,
        GetGate, GetPendingCode, GetProfile, GetSession, ListDrafts, ListReports, ListSessions, Missing, ProfileState, Register,
        RequestCode, ResetPassword, SaveProfile, SessionView, SignIn, SignOut, SyncNow, Whereabouts,
    },
    model::{
        consent::ConsentPurpose,
        date::Date,
        person::Gender,
        profile::ProfileForm,
        unit::{ProvinceCode, WardCode},
    },
};
use pakn_core::Error;

const LIMIT: Duration = Duration::from_secs(30);
const PHONE: &str = "0905 123 456";
const PASSWORD: &str = "bến nước cây đa";
const OTHER: &str = "mái nhà rông cao";

/// A citizen's device at a server, over a link that can be cut. The app can be killed.
struct Device<'a> {
    server: &'a LocalServer,
    folder: tempfile::TempDir,
    cuts: Cuts,
    app: Option<Citizen>,
}

impl<'a> Device<'a> {
    async fn at(server: &'a LocalServer) -> anyhow::Result<Self> {
        let mut device = Self { server, folder: tempfile::tempdir()?, cuts: Cuts::default(), app: None };
        device.restart().await?;
        Ok(device)
    }

    async fn restart(&mut self) -> anyhow::Result<()> {
        drop(self.app.take());
        let link = Scripted::new(&self.server.url(), self.cuts.script())?;
        self.app = Some(Citizen::open_through(self.folder.path(), Arc::new(link)).await?);
        Ok(())
    }

    fn app(&self) -> anyhow::Result<&Citizen> {
        self.app.as_ref().ok_or_else(|| anyhow::anyhow!("the app is not open"))
    }

    async fn session(&self) -> anyhow::Result<SessionView> {
        Ok(self.app()?.client.get_session(GetSession {}).await?)
    }

    async fn request(&self, purpose: CodePurpose, phone: &str) -> anyhow::Result<Result<(), AppError>> {
        Ok(told(self.app()?.client.request_code(RequestCode { purpose, phone: phone.to_owned() }).await))
    }

    async fn check(&self, code: &str) -> anyhow::Result<Result<(), AppError>> {
        Ok(told(self.app()?.client.check_code(CheckCode { code: code.to_owned() }).await))
    }

    async fn finish(&self, purpose: CodePurpose, password: &str) -> anyhow::Result<Result<(), AppError>> {
        let (client, password) = (&self.app()?.client, password.to_owned());
        let consents = vec![ConsentPurpose::Terms, ConsentPurpose::Reports];
        Ok(match purpose {
            CodePurpose::Register => told(client.register(Register { password, consents }).await),
            CodePurpose::ResetPassword => told(client.reset_password(ResetPassword { password }).await),
        })
    }

    /// From a number to being signed in, by the `nth` code that is sent to it.
    async fn through(&self, purpose: CodePurpose, phone: &str, nth: usize, password: &str) -> anyhow::Result<()> {
        self.request(purpose, phone).await?.map_err(failed)?;
        self.check(&sms::code(self.server.data(), phone, nth).await?).await?.map_err(failed)?;
        self.finish(purpose, password).await?.map_err(failed)
    }

    async fn sign_in(&self, phone: &str, password: &str) -> anyhow::Result<Result<(), AppError>> {
        let args = SignIn { phone: phone.to_owned(), password: password.to_owned() };
        Ok(told(self.app()?.client.sign_in(args).await))
    }

    async fn delete(&self, password: &str) -> anyhow::Result<Result<(), AppError>> {
        Ok(told(self.app()?.client.delete_account(DeleteAccount { password: password.to_owned() }).await))
    }

    async fn save_profile(&self) -> anyhow::Result<()> {
        let client = &self.app()?.client;
        client.save_profile(SaveProfile { form: profile() }).await?;
        let stored = async || Ok((client.get_profile(GetProfile {}).await?.state == ProfileState::Stored).then_some(()));
        until("the profile is at the server", LIMIT, stored).await.map(drop)
    }
}

fn told<T>(answer: Result<T, Error>) -> Result<(), AppError> {
    answer.map(drop).map_err(AppError::from)
}

fn failed(error: AppError) -> anyhow::Error {
    anyhow::anyhow!("{error:?}")
}

fn signed_in(name: &str, phone: &str) -> SessionView {
    SessionView::SignedIn { name: name.to_owned(), phone: phone.to_owned() }
}

fn profile() -> ProfileForm {
    ProfileForm {
        full_name: "Y Bến Nước".to_owned(),
        identity_number: "062190123456".to_owned(),
        issued_on: "1/7/2021".to_owned(),
        issued_by: "Cục Cảnh sát QLHC về TTXH".to_owned(),
        gender: Some(Gender::Female),
        born_on: "7/4/1990".to_owned(),
        province: Some(ProvinceCode(51)),
        ward: Some(WardCode(23_293)),
        street: "Làng Kon Rbàng".to_owned(),
        ..ProfileForm::default()
    }
}

/// Each step in turn loses its request or its answer; the app lives on, or is killed before it is tried again.
#[tokio::test(flavor = "multi_thread")]
async fn it_goes_on_where_it_was_whatever_step_the_link_is_cut_in() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(folder.path()).await?;
    for (purpose, last) in [(CodePurpose::Register, What::CreateAccount), (CodePurpose::ResetPassword, What::ResetPassword)] {
        let griefs = [What::RequestCode, What::CheckCode, last].into_iter();
        let griefs = griefs
            .flat_map(|what| [(what, false), (what, true)])
            .flat_map(|(what, done)| [(what, done, false), (what, done, true)]);
        for (n, (cut, done, killed)) in griefs.enumerate() {
            let case = format!("{purpose:?}: {cut:?} cut, done: {done}, killed: {killed}");
            let phone = &format!("09{}1 000 {n:03}", if purpose == CodePurpose::Register { 6 } else { 7 });
            if purpose == CodePurpose::ResetPassword {
                server.add_account(phone, "Người Quên").await?;
            }
            let mut device = Device::at(&server).await?;
            device.cuts.cut(cut, done);

            for step in [What::RequestCode, What::CheckCode, last] {
                loop {
                    let answer = match step {
                        What::RequestCode => device.request(purpose, phone).await?,
                        What::CheckCode => device.check(&sms::code(server.data(), phone, 1).await?).await?,
                        _ => device.finish(purpose, PASSWORD).await?,
                    };
                    match answer {
                        Ok(()) => break,
                        Err(AppError::Offline) if step == cut => {}
                        // The right code was in memory alone.
                        Err(AppError::NoCode) if step == last && killed => {
                            device.check(&sms::code(server.data(), phone, 1).await?).await?.map_err(failed)?;
                            continue;
                        }
                        Err(error) => anyhow::bail!("{case}: {step:?}: {error:?}"),
                    }
                    if killed {
                        device.restart().await?;
                    }
                }
            }
            assert_eq!(device.cuts.left(), 0, "{case}");
            let name = if purpose == CodePurpose::Register { "" } else { "Người Quên" };
            assert_eq!(device.session().await?, signed_in(name, phone), "{case}");
            assert_eq!(sms::codes(server.data(), phone)?.len(), 1, "{case}");
            let again = Device::at(&server).await?;
            again.sign_in(phone, PASSWORD).await?.map_err(failed)?;
            assert_eq!(device.app()?.client.get_pending_code(GetPendingCode {}).await?, None, "{case}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_new_account_may_and_what_it_still_needs() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(folder.path()).await?;
    let device = Device::at(&server).await?;
    let client = &device.app()?.client;
    assert_eq!(client.get_gate(GetGate {}).await?, [Missing::Account, Missing::Profile, Missing::ReportsConsent]);
    device.through(CodePurpose::Register, PHONE, 1, PASSWORD).await?;
    assert_eq!(client.get_gate(GetGate {}).await?, [Missing::Profile]);
    device.save_profile().await?;
    assert_eq!(client.get_gate(GetGate {}).await?, []);
    let report_id = device.app()?.report("Từ tài khoản mới", &[small_photo(3)?]).await?;
    device.app()?.until_all_sent(LIMIT).await?;
    assert_eq!(server.desk().await?.list_reports().await?.iter().map(|r| r.report_id).collect::<Vec<_>>(), [report_id]);

    // On another device, all of it is there again.
    let other = Device::at(&server).await?;
    other.sign_in(PHONE, PASSWORD).await?.map_err(failed)?;
    assert_eq!(other.session().await?, signed_in("Y Bến Nước", PHONE));
    assert_eq!(other.app()?.client.get_profile(GetProfile {}).await?.form, ProfileForm::of(&valid()?));
    let consents = other.app()?.client.get_consents(GetConsents {}).await?;
    let given = |purpose| consents.iter().any(|c| c.purpose == purpose && c.is_given());
    assert!(given(ConsentPurpose::Terms) && given(ConsentPurpose::Reports) && !given(ConsentPurpose::Location));
    Ok(())
}

fn valid() -> anyhow::Result<pakn_api::model::profile::Profile> {
    let today = Date::in_vietnam(Timestamp(1_780_000_000_000));
    profile().check(today).map_err(|problems| anyhow::anyhow!("{problems:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn each_wrong_way_has_its_own_answer() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(folder.path()).await?;
    let device = Device::at(&server).await?;
    device.request(CodePurpose::Register, PHONE).await?.map_err(failed)?;
    let right = sms::code(server.data(), PHONE, 1).await?;
    let wrong = if right == "111111" { "222222" } else { "111111" };
    for left in (0..5).rev() {
        assert_eq!(device.check(wrong).await?, Err(AppError::CodeWrong { tries_left: Some(left) }));
    }
    assert_eq!(device.check(&right).await?, Err(AppError::Refused { error: ErrorCode::CodeExhausted }));
    assert_eq!(device.finish(CodePurpose::Register, PASSWORD).await?, Err(AppError::NoCode));
    let early = device.request(CodePurpose::Register, PHONE).await?;
    assert!(matches!(early, Err(AppError::RateLimited { retry_after_ms: Some(1..=60_000) })), "{early:?}");
    assert_eq!(sms::codes(server.data(), PHONE)?.len(), 1);

    // Who has an account, and who has none: told to who holds the number, and then the same code does.
    let known = "0906 000 001";
    server.add_account(known, "Người Cũ").await?;
    device.request(CodePurpose::Register, known).await?.map_err(failed)?;
    device.check(&sms::code(server.data(), known, 1).await?).await?.map_err(failed)?;
    let exists = device.finish(CodePurpose::Register, PASSWORD).await?;
    assert_eq!(exists, Err(AppError::Refused { error: ErrorCode::AccountExists }));
    device.request(CodePurpose::ResetPassword, known).await?.map_err(failed)?;
    device.finish(CodePurpose::ResetPassword, PASSWORD).await?.map_err(failed)?;
    let unknown = "0906 000 002";
    device.request(CodePurpose::ResetPassword, unknown).await?.map_err(failed)?;
    device.check(&sms::code(server.data(), unknown, 1).await?).await?.map_err(failed)?;
    let none = device.finish(CodePurpose::ResetPassword, PASSWORD).await?;
    assert_eq!(none, Err(AppError::Refused { error: ErrorCode::NoAccount }));
    device.request(CodePurpose::Register, unknown).await?.map_err(failed)?;
    device.finish(CodePurpose::Register, PASSWORD).await?.map_err(failed)?;
    for phone in [known, unknown] {
        assert_eq!(sms::codes(server.data(), phone)?.len(), 1, "{phone}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn another_password_ends_the_other_sessions_and_what_waits_there_waits() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(folder.path()).await?;
    let (here, there) = (Device::at(&server).await?, Device::at(&server).await?);
    here.through(CodePurpose::Register, PHONE, 1, PASSWORD).await?;
    here.save_profile().await?;
    there.sign_in(PHONE, PASSWORD).await?.map_err(failed)?;

    let change = async || {
        let args = ChangePassword { old: PASSWORD.to_owned(), new: OTHER.to_owned() };
        anyhow::Ok(told(here.app()?.client.change_password(args).await))
    };
    here.cuts.cut(What::ChangePassword, true);
    assert_eq!(change().await?, Err(AppError::Offline));
    assert_eq!(change().await?, Ok(()), "repeated, it is what was asked for");

    let report_id = there.app()?.report("Viết khi phiên đã hết", &[]).await?;
    let expired = async || {
        there.app()?.client.sync_now(SyncNow {}).await?;
        Ok((there.app()?.whereabouts(report_id).await? == Whereabouts::Waiting { needs_sign_in: true }).then_some(()))
    };
    until("the other device learns of it", LIMIT, expired).await?;
    assert_eq!(there.session().await?, SessionView::Expired { name: "Y Bến Nước".to_owned(), phone: PHONE.to_owned() });
    assert_eq!(there.sign_in(PHONE, PASSWORD).await?, Err(AppError::BadCredentials));
    there.sign_in(PHONE, OTHER).await?.map_err(failed)?;
    there.app()?.until_all_sent(LIMIT).await?;

    let client = &here.app()?.client;
    let sessions = client.list_sessions(ListSessions {}).await?;
    assert_eq!((sessions.len(), sessions.iter().filter(|s| s.current).count()), (2, 1));
    let other = sessions.iter().find(|s| !s.current).ok_or_else(|| anyhow::anyhow!("no other"))?.session_id;
    here.cuts.cut(What::EndSession, true);
    assert_eq!(told(client.end_session(EndSession { session_id: other }).await), Err(AppError::Offline));
    assert_eq!(client.end_session(EndSession { session_id: other }).await?.len(), 1);
    assert_eq!(client.end_other_sessions(EndOtherSessions {}).await?.len(), 1);
    assert_eq!(told(there.app()?.client.list_sessions(ListSessions {}).await), Err(AppError::SignedOut));
    Ok(())
}

/// The request is lost, its answer is lost once and found out at once, or the second try is lost as well.
#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_leaves_its_drafts_and_nothing_else() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(folder.path()).await?;
    let griefs: [&[bool]; 4] = [&[], &[false], &[true], &[true, false]];
    for (n, (grief, killed)) in griefs.into_iter().flat_map(|grief| [(grief, false), (grief, true)]).enumerate() {
        let case = format!("{grief:?}, killed: {killed}");
        let phone = &format!("0981 000 {n:03}");
        let mut device = Device::at(&server).await?;
        device.through(CodePurpose::Register, phone, 1, PASSWORD).await?;
        device.save_profile().await?;
        device.app()?.report("Đã gửi", &[small_photo(5)?]).await?;
        device.app()?.until_all_sent(LIMIT).await?;
        device.cuts.sever_uploads();
        let waiting = device.app()?.report("Chưa gửi được", &[small_photo(6)?]).await?;
        assert_eq!(device.delete("sai mật khẩu rồi").await?, Err(AppError::BadCredentials), "{case}");

        for done in grief {
            device.cuts.cut(What::DeleteAccount, *done);
        }
        let mut answer = device.delete(PASSWORD).await?;
        // A lost request is told; a lost answer only where the second try is lost as well.
        assert_eq!(answer.is_err(), grief.contains(&false), "{case}: {answer:?}");
        if answer.is_err() {
            assert_eq!(answer, Err(AppError::Offline), "{case}");
            assert!(matches!(device.session().await?, SessionView::SignedIn { .. } | SessionView::Expired { .. }), "{case}");
            assert_eq!(device.app()?.client.list_reports(ListReports {}).await?.len(), 2, "{case}: nothing has changed");
            if killed {
                device.restart().await?;
            }
            answer = device.delete(PASSWORD).await?;
        }
        assert_eq!(answer, Ok(()), "{case}");
        assert_eq!(device.cuts.left(), 0, "{case}");

        let client = &device.app()?.client;
        assert_eq!(device.session().await?, SessionView::SignedOut, "{case}");
        assert!(client.list_reports(ListReports {}).await?.is_empty(), "{case}");
        let drafts = client.list_drafts(ListDrafts {}).await?;
        let [draft] = drafts.as_slice() else { anyhow::bail!("{case}: {} drafts", drafts.len()) };
        assert_eq!((draft.report_id, draft.title.as_str(), draft.photos), (waiting, "Chưa gửi được", 1), "{case}");
        let draft = client.get_draft(GetDraft { report_id: waiting }).await?;
        let picture = draft.attachments.first().ok_or_else(|| anyhow::anyhow!("no picture"))?.attachment_id;
        assert!(!client.photo(&picture.to_string()).await?.is_empty(), "{case}");
        assert_eq!(files(&device.folder.path().join("photos"))?, 1, "{case}: the sent one's picture is gone");
        assert_eq!(device.sign_in(phone, PASSWORD).await?, Err(AppError::BadCredentials), "{case}: there is none");
        assert_eq!(server.desk().await?.list_reports().await?.len(), 0, "{case}");
    }
    Ok(())
}

fn files(folder: &Path) -> anyhow::Result<usize> {
    Ok(fs::read_dir(folder)?.count())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_ended_elsewhere_is_not_taken_for_a_deletion() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(folder.path()).await?;
    let (here, there) = (Device::at(&server).await?, Device::at(&server).await?);
    here.through(CodePurpose::Register, PHONE, 1, PASSWORD).await?;
    there.sign_in(PHONE, PASSWORD).await?.map_err(failed)?;
    here.app()?.client.end_other_sessions(EndOtherSessions {}).await?;
    assert_eq!(there.delete("sai mật khẩu rồi").await?, Err(AppError::BadCredentials));
    assert_eq!(here.app()?.client.list_sessions(ListSessions {}).await?.len(), 1, "the account is there");
    assert_eq!(there.delete(PASSWORD).await?, Ok(()), "number and password are enough");
    assert_eq!(told(here.app()?.client.list_sessions(ListSessions {}).await), Err(AppError::SignedOut));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_has_both_sides_and_the_token_is_in_one_file_alone() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(folder.path()).await?;
    let device = Device::at(&server).await?;
    device.through(CodePurpose::Register, PHONE, 1, PASSWORD).await?;
    device.save_profile().await?;
    let sent = device.app()?.report("Đã gửi", &[]).await?;
    device.app()?.until_all_sent(LIMIT).await?;
    let draft = device.app()?.draft("Còn viết dở", &[small_photo(8)?]).await?;
    let (name, bytes) = device.app()?.client.export().await?;
    assert!(name.starts_with("kontums-") && Path::new(&name).extension().is_some_and(|e| e == "json"), "{name}");
    let read: serde_json::Value = serde_json::from_slice(&bytes)?;
    let at = |path: &str| read.pointer(path).and_then(serde_json::Value::as_str).unwrap_or_default().to_owned();
    assert_eq!(at("/server/phone"), "+84905123456");
    assert_eq!(at("/server/profile/profile/full_name"), "Y Bến Nước");
    assert_eq!(at("/server/reports/0/report_id"), sent.to_string());
    assert_eq!(at("/device/drafts/0/report_id"), draft.to_string());
    assert_eq!(at("/device/drafts/0/pictures/0/sha256").len(), 64);

    let token = fs::read_to_string(device.folder.path().join("token"))?;
    assert!(token.len() >= 32 && !String::from_utf8(bytes)?.contains(&token));
    let secrets = [token.as_bytes(), PASSWORD.as_bytes()];
    assert_eq!(holding(device.folder.path(), &secrets)?, ["token"]);
    device.app()?.client.sign_out(SignOut {}).await?;
    assert_eq!(holding(device.folder.path(), &secrets)?, [] as [String; 0]);
    Ok(())
}

/// The files in a folder, at any depth, that hold any of these bytes.
fn holding(folder: &Path, secrets: &[&[u8]]) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(holding(&path, secrets)?);
            continue;
        }
        let bytes = fs::read(&path)?;
        if secrets.iter().any(|secret| bytes.windows(secret.len()).any(|window| window == *secret)) {
            found.push(path.file_name().unwrap_or_default().to_string_lossy().into_owned());
        }
    }
    Ok(found)
}
