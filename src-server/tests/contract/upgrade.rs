//! A data folder that an earlier server left goes on with all it held.

use std::{collections::BTreeSet, fs};

use pakn_api::{
    ErrorCode, Timestamp,
    model::status::ReportStatus,
    wire::{AccountExport, CreateReport, ReportView, SignedIn, path},
};
use pakn_server::{App, Config, Place, check};
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

use crate::common::{ALICE, PASSWORD, Server, hash, report};

/// The whole database of a server with schema 3, before there were profiles and codes: Alice with a report that was
/// accepted and one that waits for its picture.
const VERSION_3: &str = include_str!("../fixtures/version-3.sql");
/// Her token.
const TOKEN: &str = "d40c7e0879327be6dbd853c874f5a60592ac3dd0cce70e821639516322f3840a";
const TABLES: [&str; 11] = [
    "account",
    "session",
    "medium",
    "report",
    "report_medium",
    "timeline",
    "operation",
    "change_counter",
    "document",
    "upload_done",
    "receipt_key",
];

fn picture() -> Vec<u8> {
    [b"\xff\xd8\xff\xe0".as_slice(), &b"a picture of before".repeat(8)].concat()
}

async fn texts(conn: &mut AnyConnection, sql: String) -> Vec<String> {
    let rows = sqlx::query(&*sql.leak()).fetch_all(conn).await.unwrap();
    rows.iter().map(|row| row.try_get(0).unwrap()).collect()
}

/// What selects a table's rows as text, in the columns it has now.
async fn selection(conn: &mut AnyConnection, table: &str) -> String {
    let columns = texts(conn, format!("SELECT name FROM pragma_table_info('{table}')")).await;
    let values: Vec<_> = columns.iter().map(|column| format!("quote({column})")).collect();
    format!("SELECT '{table}: ' || {} FROM {table}", values.join(" || ', ' || "))
}

/// Every row that is selected.
async fn rows(conn: &mut AnyConnection, selections: &[String]) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for selection in selections {
        all.extend(texts(conn, selection.clone()).await);
    }
    all
}

#[tokio::test]
async fn what_a_server_of_schema_3_held_is_there_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("dữ liệu & %20");
    let name = hash(&picture()).to_string();
    let media = data.join("media").join(&name[..2]);
    fs::create_dir_all(&media).unwrap();
    fs::write(media.join(&name), picture()).unwrap();
    sqlx::any::install_default_drivers();
    let url = format!("sqlite://{}?mode=rwc", data.join("pakn.sqlite").to_string_lossy().replace('%', "%25").replace(' ', "%20"));
    let mut conn = AnyConnection::connect(&url).await.unwrap();
    conn.execute(VERSION_3).await.unwrap();
    // Signed in not long ago, whenever this runs: sessions end when nobody uses them.
    conn.execute("UPDATE session SET created_at = 1000 * unixepoch()").await.unwrap();
    let mut selections = Vec::new();
    for table in TABLES {
        selections.push(selection(&mut conn, table).await);
    }
    let before = rows(&mut conn, &selections).await;
    assert_eq!(before.len(), 13, "{before:#?}");
    let [first, _] = texts(&mut conn, "SELECT answer FROM operation ORDER BY op_id".to_owned()).await.try_into().unwrap();
    conn.close().await.unwrap();

    let app = App::open(Config::new(&data)).await.unwrap();
    let server = Server { router: app.router(), app, folder };
    let mut conn = AnyConnection::connect(&url).await.unwrap();
    let after = rows(&mut conn, &selections).await;
    let gone: Vec<_> = before.difference(&after).collect();
    // The accepted report got a place in the public feed.
    assert_eq!(gone, ["change_counter: 1, 2"]);
    // Whose kept reports become, and the key that signs from now on.
    let new: Vec<_> = after.difference(&before).map(|row| row.split(':').next().unwrap()).collect();
    assert_eq!(new, ["account", "change_counter", "receipt_key"]);
    assert_eq!(texts(&mut conn, "SELECT MAX(version) || '' FROM _sqlx_migrations".to_owned()).await, ["7"]);
    conn.close().await.unwrap();

    let export: AccountExport = server.get(TOKEN, path::EXPORT).await.must_be_ok().json();
    let [accepted] = export.reports.as_slice() else { panic!("{:?}", export.reports) };
    assert_eq!((accepted.submission.title.as_str(), accepted.status), ("Ổ gà trước chợ", ReportStatus::Accepted));
    assert_eq!((export.phone.as_e164(), export.profile.profile, export.consents), ("+84912345678", None, Vec::new()));
    let [session] = export.sessions.as_slice() else { panic!("{:?}", export.sessions) };
    assert_eq!((session.device.as_ref(), session.current), (None, true));
    let public = server.send(crate::common::bare(axum::http::Method::GET, path::PUBLIC_REPORTS, None)).await.must_be_ok();
    let public: pakn_api::wire::PublicPage = public.json();
    let [shown] = public.reports.as_slice() else { panic!("{public:?}") };
    assert_eq!((shown.report_id, &shown.sender), (accepted.report_id, &None));
    let mut conn = AnyConnection::connect(&url).await.unwrap();
    let filled =
        texts(&mut conn, "SELECT field || ' ' || cell || ' ' || COALESCE(handled_by, '') FROM report ORDER BY op_id".to_owned());
    // 14.349712 + 90 and 108.000531 + 180, each in 1/400 degrees.
    let cell = 41_739_i64 * 144_000 + 115_200;
    let place = format!("trat-tu-do-thi {cell}");
    assert_eq!(filled.await, [format!("{place} UBND phường Kon Tum"), format!("{place} ")]);
    conn.close().await.unwrap();
    let alone: ReportView = server.get(TOKEN, &path::report(accepted.report_id)).await.must_be_ok().json();
    assert_eq!(&alone, accepted);
    assert_eq!(server.get(TOKEN, &path::medium(hash(&picture()))).await.must_be_ok().body, picture());
    let sent = CreateReport {
        op_id: "01930000-0000-7000-8000-0000000000c1".parse().unwrap(),
        report_id: accepted.report_id,
        submission: accepted.submission.clone(),
    };
    assert_eq!(server.post(TOKEN, &sent).await.must_be_ok().text(), first, "the answer that was kept");

    let again: SignedIn = server.try_sign_in(ALICE, PASSWORD).await.must_be_ok().json();
    assert_eq!((again.account.user_id, again.account.name.as_str()), (export.user_id, "Nguyễn Thị An"));
    server.post(&again.token, &report(&[])).await.must_be(ErrorCode::ProfileIncomplete);
    let checked = check(Place::Data(&server.data()), false).await.unwrap();
    assert!(checked.faults.is_empty(), "{:?}", checked.faults);
    server.app.sweep(Timestamp(1)).await.unwrap();
}
