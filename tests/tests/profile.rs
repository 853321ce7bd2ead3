//! Who sends reports, and what they agreed to: said without a network, brought over once, before what follows from it.

use std::{
    fs,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use anyhow::{bail, ensure};
use kontums_tests::{
    citizen::Citizen,
    local_server::LocalServer,
    model_server::{Keeps, ModelServer, State, a_profile},
    scripted::{Ask, Scripted, What, refusal},
    server::{DEMO_PASSWORD, DEMO_PHONE},
    wait::until,
};
use pakn_api::{
    ErrorCode, Timestamp,
    ipc::{
        EndOtherSessions, GetConsents, GetDraft, GetGate, GetProfile, GetSession, GetSync, KeepProfileForm, Missing,
        ParkedReason, ProfileState, ProfileView, SaveProfile, SessionView, SetConsent, SignOut, Submit, Whereabouts,
    },
    model::{
        consent::{Consent, ConsentPurpose},
        phone::PhoneNumber,
        profile::{ProfileForm, ProfileProblem},
    },
    wire,
};
use pakn_core::{
    Error,
    remote::{HttpRemote, Remote, RemoteError},
};

const LIMIT: Duration = Duration::from_secs(60);

/// A link that a test can cut, that can refuse one request or break in one, and that notes what was carried out.
#[derive(Clone, Default)]
struct Wire {
    cut: Arc<AtomicBool>,
    refuse: Arc<Mutex<Option<(What, RemoteError)>>>,
    sever: Arc<Mutex<Option<Ask>>>,
    done: Arc<Mutex<Vec<What>>>,
}

impl Wire {
    fn cut(&self, cut: bool) {
        self.cut.store(cut, Ordering::SeqCst);
    }

    fn refuse(&self, what: What, error: RemoteError) {
        *self.refuse.lock().unwrap_or_else(PoisonError::into_inner) = Some((what, error));
    }

    /// Cuts the link in the middle of the next such request, on its way there or back: it is not known which.
    fn sever(&self, what: What, done: bool) {
        *self.sever.lock().unwrap_or_else(PoisonError::into_inner) = Some(Ask { what, done });
    }

    async fn until_cut(&self) -> anyhow::Result<()> {
        let cut = async || Ok(self.cut.load(Ordering::SeqCst).then_some(()));
        until("the link is cut", LIMIT, cut).await.map(drop)
    }

    fn done(&self) -> Vec<What> {
        self.done.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn to(&self, url: &str) -> anyhow::Result<Arc<Scripted>> {
        let wire = self.clone();
        let script = move |Ask { what, done }: Ask| -> futures::future::BoxFuture<'static, Result<(), RemoteError>> {
            let fate = wire.fate(what, done);
            Box::pin(async move { fate })
        };
        Ok(Arc::new(Scripted::new(url, Box::new(script))?))
    }

    fn fate(&self, what: What, done: bool) -> Result<(), RemoteError> {
        if self.cut.load(Ordering::SeqCst) {
            return Err(if done { RemoteError::Lost } else { RemoteError::NotSent });
        }
        let here = Ask { what, done };
        if self.sever.lock().unwrap_or_else(PoisonError::into_inner).take_if(|ask| *ask == here).is_some() {
            self.cut(true);
            return Err(RemoteError::Lost);
        }
        if done {
            self.done.lock().unwrap_or_else(PoisonError::into_inner).push(what);
            return Ok(());
        }
        let refused = self.refuse.lock().unwrap_or_else(PoisonError::into_inner).take_if(|(which, _)| *which == what);
        refused.map_or(Ok(()), |(_, error)| Err(error))
    }
}

async fn profile(citizen: &Citizen) -> anyhow::Result<ProfileView> {
    Ok(citizen.client.get_profile(GetProfile {}).await?)
}

/// Saves the profile with some of it changed.
async fn save(citizen: &Citizen, change: impl FnOnce(&mut ProfileForm)) -> anyhow::Result<ProfileView> {
    let mut form = profile(citizen).await?.form;
    change(&mut form);
    Ok(citizen.client.save_profile(SaveProfile { form }).await?)
}

async fn agree(citizen: &Citizen, purpose: ConsentPurpose, given: bool) -> anyhow::Result<()> {
    citizen.client.set_consent(SetConsent { purpose, given }).await?;
    Ok(())
}

async fn until_stored(citizen: &Citizen) -> anyhow::Result<ProfileForm> {
    let stored = async || {
        let view = profile(citizen).await?;
        Ok((view.state == ProfileState::Stored).then_some(view.form))
    };
    Ok(until("the profile is stored", LIMIT, stored).await?.0)
}

/// What the server has of the demo account, asked by a device of its own.
async fn at_server(url: &str) -> anyhow::Result<wire::SignedIn> {
    let phone = PhoneNumber::parse(DEMO_PHONE)?;
    let request = wire::SignIn { phone, password: DEMO_PASSWORD.to_owned(), device: None };
    Ok(HttpRemote::new(url)?.sign_in(&request).await?)
}

async fn until_heard(url: &str, purpose: ConsentPurpose, given: bool) -> anyhow::Result<()> {
    let heard = async || {
        let said = at_server(url).await?.consents;
        Ok(said.iter().any(|c: &Consent| c.purpose == purpose && c.given == given).then_some(()))
    };
    until("the consent is heard", LIMIT, heard).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_saved_offline_survives_a_kill_and_leaves_before_the_report_that_follows() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let (wire, device) = (Wire::default(), folder.path().join("device"));
    let citizen = Citizen::open_through(&device, wire.to(&server.url())?).await?;
    citizen.sign_in().await?;
    wire.cut(true);
    let view = save(&citizen, |form| {
        form.street = "7 Hẻm 12 Trần Phú".to_owned();
        form.full_name = "Y Blơ".to_owned();
    });
    assert_eq!(view.await?.state, ProfileState::Waiting);
    let report_id = citizen.report("Sau khi sửa hồ sơ", &[]).await?;
    drop(citizen);

    let citizen = Citizen::open_through(&device, wire.to(&server.url())?).await?;
    let view = profile(&citizen).await?;
    assert_eq!((view.state, view.form.street.as_str(), view.edited), (ProfileState::Waiting, "7 Hẻm 12 Trần Phú", false));
    let SessionView::SignedIn { name, .. } = citizen.client.get_session(GetSession {}).await? else { bail!("signed out") };
    assert_eq!(name, "Y Blơ", "the account is called as its profile says");
    wire.cut(false);
    citizen.until_all_sent(LIMIT).await?;
    assert_eq!(until_stored(&citizen).await?.street, "7 Hẻm 12 Trần Phú");
    let done = wire.done();
    let at = |what| done.iter().position(|done| *done == what);
    assert!(at(What::PutProfile) < at(What::CreateReport(report_id)) && at(What::PutProfile).is_some(), "{done:?}");
    assert_eq!(done.iter().filter(|what| **what == What::PutProfile).count(), 1, "{done:?}");
    let there = at_server(&server.url()).await?;
    assert_eq!(there.account.name, "Y Blơ");
    assert_eq!(there.profile.profile.map(|p| p.address.street.as_str().to_owned()).as_deref(), Some("7 Hẻm 12 Trần Phú"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_two_devices_change_is_brought_together() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let wire = Wire::default();
    let one = Citizen::open_through(&folder.path().join("one"), wire.to(&server.url())?).await?;
    let other = Citizen::open(&folder.path().join("other"), &server.url()).await?;
    one.sign_in().await?;
    other.sign_in().await?;
    wire.cut(true);
    save(&one, |form| form.street = "1 Lê Lợi".to_owned()).await?;
    save(&other, |form| form.email = "thu@example.vn".to_owned()).await?;
    until_stored(&other).await?;
    // Said after the first and still waiting with it.
    save(&one, |form| form.street = "2 Lê Lợi".to_owned()).await?;
    wire.cut(false);
    let form = until_stored(&one).await?;
    assert_eq!((form.street.as_str(), form.email.as_str()), ("2 Lê Lợi", "thu@example.vn"));
    let there = at_server(&server.url()).await?.profile.profile;
    ensure!(there.is_some_and(|p| ProfileForm::of(&p) == form), "the server has another");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_device_changes_over_ours_stays_though_our_answer_was_lost() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let wire = Wire::default();
    let one = Citizen::open_through(&folder.path().join("one"), wire.to(&server.url())?).await?;
    one.sign_in().await?;
    wire.sever(What::PutProfile, true);
    save(&one, |form| form.street = "1 Lê Lợi".to_owned()).await?;
    wire.until_cut().await?;
    let other = Citizen::open(&folder.path().join("other"), &server.url()).await?;
    other.sign_in().await?;
    assert_eq!(until_stored(&other).await?.street, "1 Lê Lợi", "it has arrived");
    save(&other, |form| form.street = "2 Trần Phú".to_owned()).await?;
    until_stored(&other).await?;
    wire.cut(false);
    assert_eq!(until_stored(&one).await?.street, "2 Trần Phú");
    let there = at_server(&server.url()).await?.profile.profile;
    assert_eq!(there.map(|profile| profile.address.street.as_str().to_owned()).as_deref(), Some("2 Trần Phú"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_taken_back_elsewhere_is_not_given_by_what_was_on_its_way() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let wire = Wire::default();
    let one = Citizen::open_through(&folder.path().join("one"), wire.to(&server.url())?).await?;
    one.sign_in().await?;
    wire.sever(What::RecordConsent, false);
    agree(&one, ConsentPurpose::Reports, true).await?;
    wire.until_cut().await?;
    let other = Citizen::open(&folder.path().join("other"), &server.url()).await?;
    other.sign_in().await?;
    agree(&other, ConsentPurpose::Reports, false).await?;
    until_heard(&server.url(), ConsentPurpose::Reports, false).await?;
    other.client.end_other_sessions(EndOtherSessions {}).await?;
    wire.cut(false);
    one.sign_in().await?;
    assert!(!one.client.has_consent(ConsentPurpose::Reports).await?);
    // What was on its way, and what counts after it.
    let all = async || Ok((wire.done().iter().filter(|what| **what == What::RecordConsent).count() == 2).then_some(()));
    until("all is heard", LIMIT, all).await?;
    until_heard(&server.url(), ConsentPurpose::Reports, false).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_profile_holds_what_follows_until_it_is_mended() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let wire = Wire::default();
    let citizen = Citizen::open_through(&folder.path().join("device"), wire.to(&server.url())?).await?;
    citizen.sign_in().await?;
    let RemoteError::Problem { mut problem, retry_after_ms } = refusal(ErrorCode::InvalidProfile) else { bail!("no problem") };
    problem.profile_problems = vec![ProfileProblem::WardUnknown];
    wire.refuse(What::PutProfile, RemoteError::Problem { problem, retry_after_ms });
    wire.cut(true);
    save(&citizen, |form| form.street = "1 Lê Lợi".to_owned()).await?;
    let report_id = citizen.report("Phải chờ", &[]).await?;
    wire.cut(false);
    let held = Whereabouts::Parked { reason: ParkedReason::Refused { code: ErrorCode::ProfileIncomplete } };
    let told = async || Ok((citizen.whereabouts(report_id).await? == held).then_some(()));
    until("the report is told to rest", LIMIT, told).await?;
    let refused = ProfileState::Refused { problems: vec![ProfileProblem::WardUnknown] };
    assert_eq!(profile(&citizen).await?.state, refused);
    // Counted and told after the row rests, not with it.
    let counted = async || Ok((citizen.client.get_sync(GetSync {}).await?.parked == 1).then_some(()));
    until("the resting report is counted", LIMIT, counted).await?;
    save(&citizen, |form| form.street = "3 Lê Lợi".to_owned()).await?;
    citizen.until_all_sent(LIMIT).await?;
    assert_eq!(until_stored(&citizen).await?.street, "3 Lê Lợi");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn consents_said_before_there_is_an_account_reach_it_and_can_be_taken_back() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let citizen = Citizen::open(&folder.path().join("device"), &server.url()).await?;
    assert!(!citizen.client.has_consent(ConsentPurpose::Location).await?);
    agree(&citizen, ConsentPurpose::Location, true).await?;
    agree(&citizen, ConsentPurpose::Notifications, false).await?;
    assert!(citizen.client.has_consent(ConsentPurpose::Location).await?);
    citizen.sign_in().await?;
    assert!(citizen.client.has_consent(ConsentPurpose::Location).await?, "it is the account's now");
    until_heard(&server.url(), ConsentPurpose::Location, true).await?;
    until_heard(&server.url(), ConsentPurpose::Notifications, false).await?;
    agree(&citizen, ConsentPurpose::Location, false).await?;
    assert!(!citizen.client.has_consent(ConsentPurpose::Location).await?, "taken back, it counts at once");
    until_heard(&server.url(), ConsentPurpose::Location, false).await?;
    let said = citizen.client.get_consents(GetConsents {}).await?;
    let location = said.iter().find(|view| view.purpose == ConsentPurpose::Location).and_then(|view| view.said);
    ensure!(location.is_some_and(|c| c.text_version == ConsentPurpose::Location.text_version()), "{said:?}");
    citizen.client.sign_out(SignOut {}).await?;
    assert!(citizen.client.get_consents(GetConsents {}).await?.iter().all(|view| view.said.is_none()), "nobody has said");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_consent_nothing_leaves_and_with_it_what_rested_goes_on_by_itself() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let wire = Wire::default();
    let citizen = Citizen::open_through(&folder.path().join("device"), wire.to(&server.url())?).await?;
    citizen.sign_in().await?;
    agree(&citizen, ConsentPurpose::Reports, false).await?;
    let draft = citizen.draft("Chưa đồng ý", &[]).await?;
    let before = citizen.client.get_draft(GetDraft { report_id: draft }).await?;
    let kept_back = citizen.client.submit(Submit { report_id: draft }).await;
    ensure!(matches!(&kept_back, Err(Error::NotAllowedYet(missing)) if *missing == [Missing::ReportsConsent]), "{kept_back:?}");
    assert_eq!(citizen.client.get_draft(GetDraft { report_id: draft }).await?, before);
    agree(&citizen, ConsentPurpose::Reports, true).await?;
    citizen.client.submit(Submit { report_id: draft }).await?;
    citizen.until_all_sent(LIMIT).await?;

    // Taken back on another device: only the server knows.
    let other = Citizen::open(&folder.path().join("other"), &server.url()).await?;
    other.sign_in().await?;
    agree(&other, ConsentPurpose::Reports, false).await?;
    until_heard(&server.url(), ConsentPurpose::Reports, false).await?;
    let report_id = citizen.report("Đã rút ở máy khác", &[]).await?;
    let rests = Whereabouts::Parked { reason: ParkedReason::Refused { code: ErrorCode::ConsentMissing } };
    let told = async || Ok((citizen.whereabouts(report_id).await? == rests).then_some(()));
    until("the report rests", LIMIT, told).await?;
    assert_eq!(citizen.client.get_gate(GetGate {}).await?, [Missing::ReportsConsent]);
    agree(&citizen, ConsentPurpose::Reports, true).await?;
    citizen.until_all_sent(LIMIT).await?;
    Ok(())
}

/// A server in memory at which the demo account has said nothing of itself yet.
fn newly_registered() -> anyhow::Result<Arc<ModelServer>> {
    let mut state = State::new(Keeps { uploads_ms: i64::MAX, orphans_ms: i64::MAX, operations_ms: i64::MAX });
    let user = state.add_account(PhoneNumber::parse(DEMO_PHONE)?, DEMO_PASSWORD, "Nguyễn Thị Thử");
    state.forget_person(user);
    Ok(Arc::new(ModelServer::new(state, Arc::new(|| Timestamp(1_764_000_000_000)))))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_gate_says_what_is_missing_and_nothing_more() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = newly_registered()?;
    let citizen = Citizen::open_through(folder.path(), Arc::clone(&server) as Arc<dyn Remote>).await?;
    let report_id = citizen.draft("Chưa có gì", &[]).await?;
    let gate = async || -> anyhow::Result<Vec<Missing>> {
        let said = citizen.client.get_gate(GetGate {}).await?;
        match citizen.client.submit(Submit { report_id }).await {
            Err(Error::NotAllowedYet(missing)) => ensure!(missing == said && !said.is_empty(), "{missing:?}, not {said:?}"),
            other => bail!("{other:?} although {said:?} is missing"),
        }
        Ok(said)
    };
    assert_eq!(gate().await?, [Missing::Account, Missing::Profile, Missing::ReportsConsent]);
    let profile_of_nobody = citizen.client.get_profile(GetProfile {}).await;
    ensure!(matches!(profile_of_nobody, Err(Error::SignedOut)), "{profile_of_nobody:?}");
    citizen.sign_in().await?;
    assert_eq!(gate().await?, [Missing::Profile, Missing::ReportsConsent]);
    assert_eq!(profile(&citizen).await?.state, ProfileState::Missing);
    agree(&citizen, ConsentPurpose::Reports, true).await?;
    assert_eq!(gate().await?, [Missing::Profile]);
    let Some(complete) = a_profile("Nguyễn Thị Thử") else { bail!("no profile") };
    let incomplete = ProfileForm { street: String::new(), ..ProfileForm::of(&complete) };
    let refused = citizen.client.save_profile(SaveProfile { form: incomplete.clone() }).await;
    ensure!(matches!(&refused, Err(Error::Profile(problems)) if problems.len() == 1), "{refused:?}");
    assert_eq!(profile(&citizen).await?.form, incomplete, "what is typed is kept all the same");
    assert_eq!(gate().await?, [Missing::Profile]);
    citizen.client.save_profile(SaveProfile { form: ProfileForm::of(&complete) }).await?;
    // Complete here is enough: the report waits for the profile, not the citizen.
    assert_eq!(citizen.client.get_gate(GetGate {}).await?, []);
    server.state().end_sessions();
    citizen.client.submit(Submit { report_id }).await?;
    let waits = async || {
        let expired = matches!(citizen.client.get_session(GetSession {}).await?, SessionView::Expired { .. });
        Ok((expired && citizen.client.get_gate(GetGate {}).await?.is_empty()).then_some(()))
    };
    until("an ended session is no missing account", LIMIT, waits).await?;
    citizen.sign_in().await?;
    citizen.until_all_sent(LIMIT).await?;
    Ok(())
}

async fn opened(folder: &Path, server: &Arc<ModelServer>) -> anyhow::Result<Citizen> {
    Citizen::open_through(folder, Arc::clone(server) as Arc<dyn Remote>).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_outlives_the_app_and_is_each_accounts_own() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = newly_registered()?;
    server.state().add_account(PhoneNumber::parse("0900000002")?, DEMO_PASSWORD, "Trần Văn Hai");
    let citizen = opened(folder.path(), &server).await?;
    citizen.sign_in().await?;
    let typed = ProfileForm { full_name: "Y".to_owned(), born_on: "7/4".to_owned(), ..ProfileForm::default() };
    citizen.client.keep_profile_form(KeepProfileForm { form: typed.clone() }).await?;
    drop(citizen);
    let citizen = opened(folder.path(), &server).await?;
    let view = profile(&citizen).await?;
    assert_eq!((view.form, view.edited, view.state), (typed.clone(), true, ProfileState::Missing));
    server.state().end_sessions();
    citizen.sign_in().await?;
    assert_eq!(profile(&citizen).await?.form, typed, "also the end of a session, for the same person");
    citizen.sign_in_as("0900000002", DEMO_PASSWORD).await?;
    let theirs = profile(&citizen).await?;
    assert_eq!((theirs.form.full_name.as_str(), theirs.edited, theirs.state), ("Trần Văn Hai", false, ProfileState::Stored));
    citizen.sign_in().await?;
    let view = profile(&citizen).await?;
    assert_eq!((view.form, view.edited), (ProfileForm::default(), false), "for nobody else's eyes it is gone");
    citizen.client.keep_profile_form(KeepProfileForm { form: typed }).await?;
    citizen.client.keep_profile_form(KeepProfileForm { form: ProfileForm::default() }).await?;
    assert!(!profile(&citizen).await?.edited, "typed back to what it was");
    Ok(())
}

/// Whether any file of the device, at any depth, holds any of these words.
fn is_kept(folder: &Path, secrets: &[&str]) -> anyhow::Result<bool> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            if is_kept(&path, secrets)? {
                return Ok(true);
            }
            continue;
        }
        let bytes = fs::read(&path)?;
        if secrets.iter().any(|secret| bytes.windows(secret.len()).any(|window| window == secret.as_bytes())) {
            return Ok(true);
        }
    }
    Ok(false)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_is_passed_on_keeps_no_profile_and_nothing_unsent_is_lost() -> anyhow::Result<()> {
    const STREET: &str = "Ngõ Nhỏ Cuối Làng";
    const NUMBER: &str = "062190000123";
    const TYPED: &str = "038190000456";
    const SECRETS: [&str; 3] = [STREET, NUMBER, TYPED];
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let (wire, device) = (Wire::default(), folder.path().join("device"));
    let citizen = Citizen::open_through(&device, wire.to(&server.url())?).await?;
    citizen.sign_in().await?;
    until_stored(&citizen).await?;
    let mine = |form: &mut ProfileForm| {
        form.street = STREET.to_owned();
        form.identity_number = NUMBER.to_owned();
    };
    save(&citizen, mine).await?;
    let form = until_stored(&citizen).await?;
    for typed in ["", "0", TYPED] {
        let form = ProfileForm { identity_number: typed.to_owned(), ..form.clone() };
        citizen.client.keep_profile_form(KeepProfileForm { form }).await?;
    }
    for secret in SECRETS {
        assert!(is_kept(&device, &[secret])?, "{secret} while signed in");
    }
    citizen.client.sign_out(SignOut {}).await?;
    assert!(!is_kept(&device, &SECRETS)?, "after signing out");

    citizen.sign_in().await?;
    let view = profile(&citizen).await?;
    assert_eq!(
        (view.form.street.as_str(), view.form.identity_number.as_str(), view.edited),
        (STREET, NUMBER, false),
        "it comes again"
    );
    citizen.client.keep_profile_form(KeepProfileForm { form: ProfileForm { identity_number: TYPED.to_owned(), ..form } }).await?;
    server.add_account("0900000009", "Trần Văn Chín").await?;
    citizen.sign_in_as("0900000009", DEMO_PASSWORD).await?;
    assert!(!is_kept(&device, &SECRETS)?, "after somebody else has signed in");
    citizen.sign_in().await?;
    until_stored(&citizen).await?;
    wire.cut(true);
    save(&citizen, |form| form.street = "Làng Kon K’Tu".to_owned()).await?;
    citizen.client.sign_out(SignOut {}).await?;
    wire.cut(false);
    citizen.sign_in().await?;
    assert_eq!(until_stored(&citizen).await?.street, "Làng Kon K’Tu", "what had not left is not lost");
    let there = at_server(&server.url()).await?.profile.profile;
    assert_eq!(there.map(|profile| profile.address.street.as_str().to_owned()).as_deref(), Some("Làng Kon K’Tu"));
    Ok(())
}
