//! Nothing is stuck for ever: not behind another report, not behind a refusal, not behind a dead session.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use futures::FutureExt;
use kontums_tests::{
    citizen::{Citizen, form},
    local_server::LocalServer,
    pictures::small_photo,
    scripted::{Ask, Script, Scripted, What, refusal},
    server::{DEMO_PASSWORD, DEMO_PHONE},
    wait::until,
};
use pakn_api::{
    ErrorCode, Timestamp,
    id::{OpId, ReportId},
    ipc::{
        DiscardDraft, DiscardUnsent, GetSession, ListReports, ParkedReason, Reopen, SaveDraft, SessionView, SignIn, SignOut,
        Submit, SyncNow, Whereabouts,
    },
    model::{catalogue::Catalogue, phone::PhoneNumber, status::ReportStatus},
    wire,
};
use pakn_core::{
    Client, Config, MemoryTokenStore, TokenStore, TokenStoreError,
    ambient::Device,
    media::prepare,
    remote::{HttpRemote, Remote, RemoteError},
    secrets::Token,
};
use pakn_server::StatusChange;
use tokio::sync::Notify;

const LIMIT: Duration = Duration::from_secs(30);

async fn with_script(folder: &Path, server: &LocalServer, script: Script) -> anyhow::Result<Citizen> {
    let citizen = Citizen::open_through(&folder.join("device"), Arc::new(Scripted::new(&server.url(), script)?)).await?;
    citizen.sign_in().await?;
    Ok(citizen)
}

async fn parked(citizen: &Citizen, report_id: ReportId) -> anyhow::Result<ParkedReason> {
    let parked = async || match citizen.whereabouts(report_id).await? {
        Whereabouts::Parked { reason } => Ok(Some(reason)),
        Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } | Whereabouts::Sent { .. } => Ok(None),
    };
    Ok(until("the report parked", LIMIT, parked).await?.0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_without_photos_that_never_left_can_be_taken_back() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let tries = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&tries);
    let script = move |ask: Ask| {
        let creates = matches!(ask.what, What::CreateReport(_));
        counted.fetch_add(u32::from(creates), Ordering::Relaxed);
        futures::future::ready(if creates { Err(RemoteError::NotSent) } else { Ok(()) }).boxed()
    };
    let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
    let report_id = citizen.report("Đèn đường hỏng", &[]).await?;
    let failed = async || Ok((tries.load(Ordering::Relaxed) > 1).then_some(()));
    until("tries that failed", LIMIT, failed).await?;
    let reopened = async || Ok(citizen.client.reopen(Reopen { report_id }).await.ok());
    until("the report as a draft again", Duration::from_secs(10), reopened).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_that_dies_before_anything_arrived_leaves_its_report_editable() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let held = Arc::new(Notify::new());
    let script = {
        let held = Arc::clone(&held);
        move |ask: Ask| {
            let (hold, held) = (matches!(ask.what, What::CreateUpload(_)), Arc::clone(&held));
            async move {
                if hold {
                    held.notify_one();
                    std::future::pending::<()>().await;
                }
                Ok(())
            }
            .boxed()
        }
    };
    let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
    let report_id = citizen.report("Đèn đường hỏng", &[small_photo(1)?]).await?;
    held.notified().await;
    drop(citizen);
    let silent = |_: Ask| futures::future::ready(Err(RemoteError::NotSent)).boxed();
    let remote = Arc::new(Scripted::new(&server.url(), Box::new(silent))?);
    let citizen = Citizen::open_through(&folder.path().join("device"), remote).await?;
    citizen.client.reopen(Reopen { report_id }).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_taken_back_while_its_files_are_on_their_way_is_not_sent() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let [held, go] = [(); 2].map(|()| Arc::new(Notify::new()));
    let script = {
        let (held, go) = (Arc::clone(&held), Arc::clone(&go));
        move |ask: Ask| {
            let hold = matches!(ask, Ask { what: What::CreateUpload(_), done: true });
            let (held, go) = (Arc::clone(&held), Arc::clone(&go));
            async move {
                if hold {
                    held.notify_one();
                    go.notified().await;
                }
                Ok(())
            }
            .boxed()
        }
    };
    let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
    let taken_back = citizen.report("Nhầm chỗ", &[small_photo(1)?]).await?;
    held.notified().await;
    citizen.client.reopen(Reopen { report_id: taken_back }).await?;
    go.notify_one();
    let other = citizen.report("Đúng chỗ", &[]).await?;
    citizen.until_all_sent(LIMIT).await?;
    let held = server.desk().await?.list_reports().await?;
    assert_eq!(held.iter().map(|h| h.report_id).collect::<Vec<_>>(), [other]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_report_that_fails_again_and_again_holds_nothing_else_up() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let cursed = prepare(&small_photo(1)?, "")?.sha256;
    // A proxy that has something against this one file.
    let script = move |ask: Ask| {
        let refused = ask == Ask { what: What::CreateUpload(cursed), done: false };
        futures::future::ready(if refused { Err(RemoteError::NotUnderstood) } else { Ok(()) }).boxed()
    };
    let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
    citizen.report("Không qua được", &[small_photo(1)?]).await?;
    let mut others = Vec::new();
    for n in 2..5 {
        others.push(citizen.report(&format!("Phản ánh {n}"), &[small_photo(n)?]).await?);
    }
    for report_id in &others {
        let sent = async || Ok(matches!(citizen.whereabouts(*report_id).await?, Whereabouts::Sent { .. }).then_some(()));
        until("the others sent", LIMIT, sent).await?;
    }
    let change = StatusChange { status: ReportStatus::Accepted, refusal: None, agency: None, note: None };
    let [first, ..] = others.as_slice() else { anyhow::bail!("no others") };
    server.desk().await?.set_status(*first, change).await?;
    citizen.client.sync_now(SyncNow {}).await?;
    let noted = async || {
        let at = citizen.whereabouts(*first).await?;
        Ok((at == Whereabouts::Sent { status: ReportStatus::Accepted }).then_some(()))
    };
    until("news about the others", LIMIT, noted).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_refused_outright_can_be_edited_and_discarded() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    for code in [ErrorCode::TooLarge, ErrorCode::BadRequest, ErrorCode::ReportExists] {
        let script = move |ask: Ask| {
            let refused = matches!(ask, Ask { what: What::CreateReport(_), done: false });
            futures::future::ready(if refused { Err(refusal(code)) } else { Ok(()) }).boxed()
        };
        let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
        let report_id = citizen.report("Không nhận", &[small_photo(1)?]).await?;
        assert_eq!(parked(&citizen, report_id).await?, ParkedReason::Refused { code });
        citizen.client.reopen(Reopen { report_id }).await?;
        citizen.client.discard_draft(DiscardDraft { report_id }).await?;
        assert!(citizen.whereabouts(report_id).await.is_err());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_parked_report_that_may_have_arrived_is_taken_back_only_if_the_server_has_it_not() -> anyhow::Result<()> {
    for arrives in [false, true] {
        let folder = tempfile::tempdir()?;
        let server = LocalServer::start(&folder.path().join("server")).await?;
        let tries = Arc::new(AtomicU32::new(0));
        // The first try's fate is unknown to the device; the second is refused.
        let script = move |ask: Ask| {
            let answer = match (ask.what, ask.done) {
                (What::CreateReport(_), true) => Err(RemoteError::Lost),
                (What::CreateReport(_), false) if tries.fetch_add(1, Ordering::Relaxed) > 0 => {
                    Err(refusal(ErrorCode::BadRequest))
                }
                (What::CreateReport(_), false) if !arrives => Err(RemoteError::Lost),
                _ => Ok(()),
            };
            futures::future::ready(answer).boxed()
        };
        let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
        let report_id = citizen.report("Có đến không?", &[]).await?;
        assert_eq!(parked(&citizen, report_id).await?, ParkedReason::Refused { code: ErrorCode::BadRequest });
        assert_eq!(citizen.client.reopen(Reopen { report_id }).await.is_ok(), !arrives);
        if arrives {
            let sent = Whereabouts::Sent { status: ReportStatus::Received };
            assert_eq!(citizen.whereabouts(report_id).await?, sent, "the receipt that was asked for settles it");
        }
        assert_eq!(server.desk().await?.list_reports().await?.len(), usize::from(arrives));
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_edited_report_whose_earlier_form_arrives_late_can_be_thrown_away() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    // The first form is held up in the network; the device hears a refusal.
    let (refusing, offline) = (Arc::new(AtomicBool::new(true)), Arc::new(AtomicBool::new(false)));
    let (refuses, cut) = (Arc::clone(&refusing), Arc::clone(&offline));
    let script = move |ask: Ask| {
        let creates = matches!(ask, Ask { what: What::CreateReport(_), done: false });
        let answer = if creates && refuses.load(Ordering::Relaxed) {
            Err(refusal(ErrorCode::TooLarge))
        } else if cut.load(Ordering::Relaxed) {
            Err(RemoteError::NotSent)
        } else {
            Ok(())
        };
        futures::future::ready(answer).boxed()
    };
    let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
    let report_id = citizen.report("Lời đầu", &[]).await?;
    assert_eq!(parked(&citizen, report_id).await?, ParkedReason::Refused { code: ErrorCode::TooLarge });
    citizen.client.reopen(Reopen { report_id }).await?;
    let remote = HttpRemote::new(&server.url())?;
    let sign_in = wire::SignIn { phone: PhoneNumber::parse(DEMO_PHONE)?, password: DEMO_PASSWORD.to_owned(), device: None };
    let token = Token::new(remote.sign_in(&sign_in).await?.token);
    let first = wire::CreateReport {
        op_id: OpId::new(1, [1; 10]),
        report_id,
        submission: form("Lời đầu")?
            .check(&Catalogue::builtin(), &[], Timestamp(1_764_000_000_001))
            .map_err(|problems| anyhow::anyhow!("{problems:?}"))?,
    };
    remote.create_report(&token, &first).await?;
    refusing.store(false, Ordering::Relaxed);
    citizen.client.save_draft(SaveDraft { report_id, form: form("Lời sau")? }).await?;
    citizen.client.submit(Submit { report_id }).await?;
    assert_eq!(parked(&citizen, report_id).await?, ParkedReason::Refused { code: ErrorCode::ReportExists });
    assert!(citizen.client.reopen(Reopen { report_id }).await.is_err(), "the server holds one under this id");
    offline.store(true, Ordering::Relaxed);
    assert!(citizen.client.discard_unsent(DiscardUnsent { report_id }).await.is_err(), "only the server knows");
    offline.store(false, Ordering::Relaxed);
    citizen.client.discard_unsent(DiscardUnsent { report_id }).await?;
    let arrived = async || match citizen.whereabouts(report_id).await {
        Ok(Whereabouts::Sent { .. }) => Ok(Some(())),
        Ok(Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } | Whereabouts::Parked { .. }) | Err(_) => Ok(None),
    };
    until("the first form, by the news", LIMIT, arrived).await?;
    let listed = citizen.client.list_reports(ListReports {}).await?;
    assert_eq!(listed.iter().map(|r| r.title.as_str()).collect::<Vec<_>>(), ["Lời đầu"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_no_longer_knows_its_first_answer_is_asked_for_the_receipt() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let tries = Arc::new(AtomicU32::new(0));
    let script = move |ask: Ask| {
        let answer = match (ask.what, ask.done) {
            (What::CreateReport(_), true) => Err(RemoteError::Lost),
            (What::CreateReport(_), false) if tries.fetch_add(1, Ordering::Relaxed) > 0 => Err(refusal(ErrorCode::OpIdReused)),
            _ => Ok(()),
        };
        futures::future::ready(answer).boxed()
    };
    let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
    citizen.report("Đã đến rồi", &[small_photo(1)?]).await?;
    citizen.until_all_sent(LIMIT).await?;
    assert_eq!(server.desk().await?.list_reports().await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_of_an_old_session_does_not_end_the_new_one() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let [held, go, gone] = [(); 3].map(|()| Arc::new(Notify::new()));
    let first = Arc::new(AtomicBool::new(true));
    let script = {
        let (held, go, gone) = (Arc::clone(&held), Arc::clone(&go), Arc::clone(&gone));
        move |ask: Ask| {
            let creates = matches!(ask, Ask { what: What::CreateReport(_), done: false });
            let stop = creates && first.swap(false, Ordering::Relaxed);
            let (held, go, gone) = (Arc::clone(&held), Arc::clone(&go), Arc::clone(&gone));
            async move {
                if stop {
                    held.notify_one();
                    go.notified().await;
                } else if ask == (Ask { what: What::SignOut, done: true }) {
                    gone.notify_one();
                }
                Ok(())
            }
            .boxed()
        }
    };
    let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
    citizen.report("Đang gửi dở", &[]).await?;
    held.notified().await;
    citizen.client.sign_out(SignOut {}).await?;
    citizen.sign_in().await?;
    gone.notified().await;
    go.notify_one();
    citizen.until_all_sent(Duration::from_secs(10)).await?;
    assert!(matches!(citizen.client.get_session(GetSession {}).await?, SessionView::SignedIn { .. }));
    assert_eq!(server.desk().await?.list_reports().await?.len(), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_does_not_wait_for_the_server_and_ends_no_later_session() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let go = Arc::new(Notify::new());
    let released = Arc::clone(&go);
    let script = move |ask: Ask| {
        let (hold, go) = (ask == Ask { what: What::SignOut, done: false }, Arc::clone(&go));
        async move {
            if hold {
                go.notified().await;
            }
            Ok(())
        }
        .boxed()
    };
    let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
    let out = tokio::time::timeout(Duration::from_secs(5), citizen.client.sign_out(SignOut {})).await;
    assert!(matches!(out, Ok(Ok(SessionView::SignedOut))));
    citizen.sign_in().await?;
    released.notify_one();
    citizen.report("Sau khi đăng nhập lại", &[]).await?;
    citizen.until_all_sent(LIMIT).await?;
    assert!(matches!(citizen.client.get_session(GetSession {}).await?, SessionView::SignedIn { .. }));
    Ok(())
}

/// A token store that can't be read, or that a crash interrupts while it writes.
#[derive(Default)]
struct Fragile {
    kept: MemoryTokenStore,
    unreadable: AtomicBool,
    dies_after_saving: AtomicBool,
}

#[async_trait::async_trait]
impl TokenStore for Fragile {
    async fn load(&self) -> Result<Option<String>, TokenStoreError> {
        if self.unreadable.load(Ordering::Relaxed) {
            return Err(TokenStoreError::Platform("locked".to_owned()));
        }
        self.kept.load().await
    }

    async fn save(&self, token: &str) -> Result<(), TokenStoreError> {
        self.kept.save(token).await?;
        if self.dies_after_saving.load(Ordering::Relaxed) {
            return Err(TokenStoreError::Platform("killed".to_owned()));
        }
        Ok(())
    }

    async fn clear(&self) -> Result<(), TokenStoreError> {
        self.kept.clear().await
    }
}

async fn open_with(folder: &Path, url: &str, tokens: &Arc<Fragile>) -> anyhow::Result<Client> {
    let config =
        Config { data_dir: folder.to_owned(), server_url: url.to_owned(), tokens: Arc::clone(tokens) as _, device_name: None };
    Ok(Client::open_with(config, Arc::new(HttpRemote::new(url)?), Arc::new(Device)).await?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_never_counts_for_another_account_and_its_store_never_locks_anybody_out() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    server.add_account("0900000002", "Trần Văn Mới").await?;
    let tokens = Arc::new(Fragile::default());
    let sign_in = |phone: &str| SignIn { phone: phone.to_owned(), password: DEMO_PASSWORD.to_owned() };
    let device = folder.path().join("device");
    let client = open_with(&device, &server.url(), &tokens).await?;
    let first = client.sign_in(sign_in(DEMO_PHONE)).await?;
    drop(client);

    tokens.unreadable.store(true, Ordering::Relaxed);
    let client = open_with(&device, &server.url(), &tokens).await?;
    let SessionView::SignedIn { name, phone } = first.clone() else { anyhow::bail!("{first:?}") };
    assert_eq!(client.get_session(GetSession {}).await?, SessionView::Expired { name, phone }, "drafts are there all the same");
    drop(client);

    tokens.unreadable.store(false, Ordering::Relaxed);
    let client = open_with(&device, &server.url(), &tokens).await?;
    assert_eq!(client.get_session(GetSession {}).await?, first, "nothing was thrown away");
    tokens.dies_after_saving.store(true, Ordering::Relaxed);
    assert!(client.sign_in(sign_in("0900000002")).await.is_err());
    drop(client);
    let client = open_with(&device, &server.url(), &tokens).await?;
    assert_ne!(client.get_session(GetSession {}).await?, first, "the kept token is the second one's");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_cannot_be_had_keep_no_news_back() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let server = LocalServer::start(&folder.path().join("server")).await?;
    let script = |ask: Ask| {
        let refused = ask == Ask { what: What::StaticData, done: false };
        futures::future::ready(if refused { Err(RemoteError::NotUnderstood) } else { Ok(()) }).boxed()
    };
    let citizen = with_script(folder.path(), &server, Box::new(script)).await?;
    let report_id = citizen.report("Có tin gì chưa?", &[]).await?;
    citizen.until_all_sent(LIMIT).await?;
    let change = StatusChange { status: ReportStatus::Accepted, refusal: None, agency: None, note: None };
    server.desk().await?.set_status(report_id, change).await?;
    citizen.client.sync_now(SyncNow {}).await?;
    let noted = async || {
        let at = citizen.whereabouts(report_id).await?;
        Ok((at == Whereabouts::Sent { status: ReportStatus::Accepted }).then_some(()))
    };
    until("the new status", LIMIT, noted).await?;
    Ok(())
}
