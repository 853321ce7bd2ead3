//! Everything about oneself, and nothing about others.

use std::collections::BTreeSet;

use axum::http::header;
use pakn_api::{
    model::{phone::PhoneNumber, status::ReportStatus},
    wire::{AccountExport, path},
};

use crate::common::{ALICE, BOB, PASSWORD, Server, hash, jpeg, profile, put_profile, report};

#[tokio::test]
async fn an_export_holds_all_of_ones_own() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    server.try_sign_in(ALICE, PASSWORD).await.must_be_ok();
    server.put_profile(&alice, &put_profile(1, profile())).await.must_be_ok();
    let (sent, missing, alone) = (jpeg(1, 500), jpeg(2, 500), jpeg(3, 500));
    let (mine, waiting, theirs) = (report(&[]), report(&[&sent, &missing]), report(&[]));
    for file in [&sent, &alone] {
        server.put(&alice, file).await.must_be_ok();
    }
    for (token, body) in [(&alice, &mine), (&alice, &waiting), (&bob, &theirs)] {
        server.post(token, body).await.must_be_ok();
    }
    server.set_status(mine.report_id, ReportStatus::Accepted).await;
    let answer = server.get(&alice, path::EXPORT).await.must_be_ok();
    assert_eq!(answer.headers[header::CACHE_CONTROL], "no-store");
    let export: AccountExport = answer.json();
    assert_eq!(export.phone, PhoneNumber::parse(ALICE).unwrap());
    assert_eq!((export.profile.revision, export.profile.profile), (2, Some(profile())));
    assert!(export.created_at <= export.at);
    assert_eq!((export.sessions.len(), export.sessions.iter().filter(|one| one.current).count()), (2, 1));
    assert_eq!(export.consents.len(), 2);
    assert_eq!(export.reports.iter().map(|one| one.report_id).collect::<Vec<_>>(), [mine.report_id]);
    assert_eq!((export.reports[0].timeline.len(), &export.reports[0].submission), (2, &mine.submission));
    let [not_whole] = &export.waiting[..] else { panic!("{:?}", export.waiting) };
    assert_eq!((not_whole.report_id, &not_whole.submission), (waiting.report_id, &waiting.submission));
    let files: BTreeSet<_> = export.files.iter().map(|file| (file.sha256, file.bytes)).collect();
    assert_eq!(files, [&sent, &alone].map(|file| (hash(file), file.len() as u64)).into());
}
