//! The same rules on both sides: what the device lets through, the server never refuses for its form; and
//! when the fields move on in between, the citizen is told the one thing to mend and it can be mended.

use std::{cell::Cell, time::Duration};

use kontums_tests::{
    citizen::{Citizen, form},
    local_server::LocalServer,
    server::{DEMO_PASSWORD, DEMO_PHONE},
    wait::until,
};
use pakn_api::{
    Timestamp,
    id::{MediaHash, OpId, ReportId},
    ipc::{GetCatalogue, GetDraft, ParkedReason, Reopen, SaveDraft, Submit, Whereabouts},
    model::{
        catalogue::{Catalogue, FieldCode, SubjectCode},
        phone::PhoneNumber,
        place::{Place, PlaceSource, Position},
        report::{FormProblem, MediaKind, MediaRef, ReportForm},
    },
    wire::{CreateReport, SignIn},
};
use pakn_core::{
    remote::{HttpRemote, Remote},
    secrets::Token,
};
use proptest::{prelude::*, test_runner::TestRunner};

const NOW: i64 = 1_764_000_000_000;
const CASES: u32 = 400;

fn text(longest: usize) -> impl Strategy<Value = String> {
    let letters =
        prop::sample::select(vec!["a", "ẵ", "a\u{306}\u{303}", " ", "\n", "\r\n", "\t", "\"", "\\", "𠀀", "\u{2000}", "\u{7}"]);
    prop_oneof![
        12 => "[a-zẵđ𠀀\"\\\\/<&]{1,60}",
        4 => prop::collection::vec(letters, 0..12).prop_map(|letters| letters.concat()),
        2 => any::<String>(),
        1 => (longest - 2..longest + 2).prop_map(|length| "ẵ".repeat(length)),
        1 => (longest - 2..longest + 2).prop_map(|length| "\"".repeat(length)),
        1 => (longest - 2..longest + 2).prop_map(|length| "𠀀".repeat(length)),
    ]
}

fn code<T: Clone + std::fmt::Debug + 'static>(known: Vec<T>, unknown: Option<T>) -> impl Strategy<Value = Option<T>> {
    let known = prop::sample::select(known);
    prop_oneof![8 => known.prop_map(Some), 1 => Just(unknown), 1 => Just(None)]
}

fn place() -> impl Strategy<Value = Option<Place>> {
    let number = prop_oneof![prop::num::f64::ANY, -180.0..180.0_f64];
    (number.clone(), number.clone(), number, any::<bool>(), any::<i64>()).prop_map(|(lat, lon, accuracy, device, at)| {
        let source = if device { PlaceSource::Device } else { PlaceSource::Chosen };
        // The screen has no other way to a position than this one, with words for what it refuses.
        Position::new(lat, lon, accuracy.abs()).ok().map(|position| Place { position, source, taken_at: Timestamp(at) })
    })
}

fn media() -> impl Strategy<Value = Vec<MediaRef>> {
    let medium =
        (any::<u8>(), prop_oneof![Just(0), 1..9_000_000_u64], any::<(u32, u32)>()).prop_map(|(byte, bytes, (width, height))| {
            MediaRef {
                sha256: MediaHash::from_digest([byte; 32]),
                bytes,
                kind: MediaKind::Jpeg,
                width,
                height,
                duration_ms: None,
            }
        });
    prop::collection::vec(medium, 0..12)
}

fn forms() -> impl Strategy<Value = (ReportForm, Vec<MediaRef>)> {
    let catalogue = Catalogue::builtin();
    let fields: Vec<_> = catalogue.fields.iter().map(|f| f.code.clone()).collect();
    let subjects: Vec<_> = catalogue.fields.iter().flat_map(|f| f.subjects.iter().map(|s| s.code.clone())).collect();
    let pairs: Vec<_> =
        catalogue.fields.iter().flat_map(|f| f.subjects.iter().map(|s| (Some(f.code.clone()), Some(s.code.clone())))).collect();
    let any_pair = (code(fields, FieldCode::parse("khong-co").ok()), code(subjects, SubjectCode::parse("khong-co").ok()));
    let pair = prop_oneof![6 => prop::sample::select(pairs), 1 => any_pair];
    let time = prop_oneof![6 => Just(Some(Timestamp(NOW))), 1 => any::<i64>().prop_map(|t| Some(Timestamp(t))), 1 => Just(None)];
    let known_place = Position::new(14.35, 108.0, 9.0).ok();
    let known_place = known_place.map(|position| Place { position, source: PlaceSource::Device, taken_at: Timestamp(NOW) });
    let place = prop_oneof![2 => place(), 4 => Just(known_place)];
    let media = prop_oneof![4 => Just(Vec::new()), 3 => media()];
    (pair, text(200), text(4_000), time, place, any::<bool>(), prop::bool::weighted(0.9), media).prop_map(
        |((field, subject), title, content, happened_at, place, anonymous, truth_confirmed, media)| {
            (
                ReportForm {
                    field,
                    subject,
                    title,
                    content,
                    happened_at,
                    place,
                    anonymous,
                    truth_confirmed,
                    ..ReportForm::default()
                },
                media,
            )
        },
    )
}

#[test]
fn what_the_device_lets_through_the_server_takes() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let runtime = tokio::runtime::Runtime::new()?;
    let server = runtime.block_on(LocalServer::start(&folder.path().join("server")))?;
    let remote = HttpRemote::new(&server.url())?;
    let sign_in = SignIn { phone: PhoneNumber::parse(DEMO_PHONE)?, password: DEMO_PASSWORD.to_owned(), device: None };
    let token = Token::new(runtime.block_on(remote.sign_in(&sign_in))?.token);
    let (through, kept) = (Cell::new(0), Cell::new(0));
    let mut runner = TestRunner::new(ProptestConfig { cases: CASES, ..ProptestConfig::default() });
    runner.run(&forms(), |(form, media)| {
        let Ok(submission) = form.check(&Catalogue::builtin(), &media, Timestamp(NOW)) else {
            kept.set(kept.get() + 1);
            return Ok(());
        };
        through.set(through.get() + 1);
        let request =
            CreateReport { op_id: OpId::new(1, rand::random()), report_id: ReportId::new(1, rand::random()), submission };
        let answer = runtime.block_on(remote.create_report(&token, &request));
        prop_assert!(answer.is_ok(), "{answer:?}");
        Ok(())
    })?;
    let (through, kept) = (through.get(), kept.get());
    assert!(through > CASES / 10 && kept > CASES / 10, "{through} let through, {kept} kept back");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_fields_move_on_the_one_thing_to_mend_is_named_and_can_be_mended() -> anyhow::Result<()> {
    let folder = tempfile::tempdir()?;
    let mut server = LocalServer::start(&folder.path().join("server")).await?;
    let device = folder.path().join("device");
    let citizen = Citizen::open(&device, &server.url()).await?;
    citizen.sign_in().await?;
    // Fields that the server knows nothing of when the report comes: else they would judge it.
    let backup = folder.path().join("backup");
    pakn_server::backup(server.data(), &backup, false).await?;
    server.desk().await?.publish(Catalogue { version: 2, ..Catalogue::builtin() }).await?;
    drop(citizen);
    let citizen = Citizen::open(&device, &server.url()).await?;
    let seen = async || Ok((citizen.client.get_catalogue(GetCatalogue {}).await?.version == 2).then_some(()));
    until("the second fields", Duration::from_secs(30), seen).await?;
    server.go_back(&backup).await?;
    let report_id = citizen.report("Bãi rác bên sông", &[]).await?;
    let mut catalogue = Catalogue { version: 3, ..Catalogue::builtin() };
    let sent = form("")?;
    for field in catalogue.fields.iter_mut().filter(|field| Some(&field.code) == sent.field.as_ref()) {
        field.subjects.retain(|subject| Some(&subject.code) != sent.subject.as_ref());
    }
    server.desk().await?.publish(catalogue.clone()).await?;
    server.resume().await?;
    let parked = async || match citizen.whereabouts(report_id).await? {
        Whereabouts::Parked { reason } => Ok(Some(reason)),
        Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } => Ok(None),
        Whereabouts::Sent { .. } => anyhow::bail!("sent with a subject that is no more"),
    };
    let (reason, _) = until("the report parked", Duration::from_secs(30), parked).await?;
    assert_eq!(reason, ParkedReason::InvalidReport { problems: vec![FormProblem::SubjectUnknown] });

    citizen.client.reopen(Reopen { report_id }).await?;
    let mut mended = citizen.client.get_draft(GetDraft { report_id }).await?.form;
    let known = async || {
        let version = citizen.client.get_catalogue(GetCatalogue {}).await?.version;
        Ok((version == catalogue.version).then_some(()))
    };
    until("the new fields, asked for by itself", Duration::from_secs(30), known).await?;
    mended.truth_confirmed = true;
    citizen.client.save_draft(SaveDraft { report_id, form: mended.clone() }).await?;
    let refused = citizen.client.submit(Submit { report_id }).await;
    assert!(
        matches!(&refused, Err(pakn_core::Error::Form(problems)) if problems == &[FormProblem::SubjectUnknown]),
        "{refused:?}"
    );
    let field = catalogue.fields.iter().find(|field| Some(&field.code) == mended.field.as_ref());
    mended.subject = field.and_then(|field| field.subjects.first()).map(|subject| subject.code.clone());
    citizen.client.save_draft(SaveDraft { report_id, form: mended }).await?;
    citizen.client.submit(Submit { report_id }).await?;
    citizen.until_all_sent(Duration::from_secs(30)).await?;
    assert_eq!(server.desk().await?.list_reports().await?.len(), 1);
    Ok(())
}
