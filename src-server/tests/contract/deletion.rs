//! An account's end: what goes, what stays, and that nothing personal is left in the bytes on disk.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    path::{Path, PathBuf},
};

use axum::http::{Method, StatusCode};
use pakn_api::{
    ErrorCode,
    id::{MediaHash, UserId},
    model::{
        consent::ConsentPurpose,
        date::Date,
        phone::PhoneNumber,
        profile::Profile,
        status::ReportStatus,
        words::{Content, DeviceName, Title},
    },
    wire::{CreateReport, ReportView, ResetPassword, SignedIn, path},
};
use pakn_server::{Checked, Place, check};
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, Connection as _, Executor as _, Row as _};

use crate::common::{
    ALICE, BOB, PASSWORD, Server, consent, creation, hash, jpeg, json, new_upload, profile, put_profile, report,
};

const NOBODY: &str = "00000000-0000-0000-0000-000000000000";

/// A report with words of its own.
fn entitled(title: &str, files: &[&[u8]]) -> CreateReport {
    let mut body = report(files);
    body.submission.title = Title::parse(title).unwrap();
    body.submission.content = Content::parse(&format!("Nội dung của {title}")).unwrap();
    body
}

/// Every file below a folder.
fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] }).collect()
}

/// Where in a data folder these bytes are, in files' contents or names. What would have gone out as SMS doesn't count.
fn places(data: &Path, wanted: &[u8]) -> Vec<PathBuf> {
    let has = |bytes: &[u8]| bytes.windows(wanted.len()).any(|window| window == wanted);
    let named = |path: &PathBuf| has(path.to_string_lossy().as_bytes());
    let kept = |path: &PathBuf| !path.ends_with("sms-development.jsonl");
    files(data).into_iter().filter(kept).filter(|path| named(path) || has(&fs::read(path).unwrap())).collect()
}

pub(crate) async fn database(server: &Server) -> AnyConnection {
    sqlx::any::install_default_drivers();
    let path = server.data().join("pakn.sqlite").to_string_lossy().replace('%', "%25").replace(' ', "%20");
    let mut conn = AnyConnection::connect(&format!("sqlite://{path}?mode=rw")).await.unwrap();
    // As the server's own: without it, a row that moves to another page leaves a copy behind.
    conn.execute("PRAGMA secure_delete = ON").await.unwrap();
    conn
}

async fn texts(conn: &mut AnyConnection, sql: &'static str) -> BTreeSet<String> {
    let rows = sqlx::query(sql).fetch_all(conn).await.unwrap();
    rows.iter().map(|row| row.try_get(0).unwrap()).collect()
}

async fn must_be_sound(server: &Server) {
    let Checked { faults, .. } = check(Place::Data(&server.data()), false).await.unwrap();
    assert!(faults.is_empty(), "{faults:?}");
}

/// So many accounts that rows have moved from page to page.
async fn crowd(server: &Server, first: u32) {
    let mut conn = database(server).await;
    for nth in first..first + 150 {
        let user = UserId::new(u64::from(nth.wrapping_mul(2_654_435_761)), rand::random()).to_string();
        sqlx::query("INSERT INTO account (user_id, phone, name, password_hash, created_at) VALUES ($1, $2, $3, $4, 1)")
            .bind(user.clone())
            .bind(format!("+8477{:07}", nth.wrapping_mul(7_919) % 10_000_000))
            .bind("Một Người Khác")
            .bind("x".repeat(97))
            .execute(&mut conn)
            .await
            .unwrap();
        sqlx::query("INSERT INTO profile (user_id, revision, body, updated_at) VALUES ($1, 1, $2, 1)")
            .bind(user)
            .bind(format!("{{\"filler\":\"{}\"}}", "y".repeat(400)))
            .execute(&mut conn)
            .await
            .unwrap();
    }
    conn.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_personal_is_left_but_what_an_agency_has_taken_up() {
    let server = Server::start().await;
    crowd(&server, 0).await;
    let (code_id, code) = server.code(ALICE).await;
    let device = DeviceName::parse("Điện thoại của mẹ An").ok();
    let back = ResetPassword { code_id, code, password: PASSWORD.into(), device };
    let alice: SignedIn = server.send(json(Method::POST, path::PASSWORD_RESETS, None, &back)).await.must_be_ok().json();
    let (second, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let token = &alice.token;
    // Born on a day that nobody else here was born on.
    let own = Profile { born_on: Date::new(1990, 8, 19).unwrap(), ..profile() };
    server.put_profile(token, &put_profile(1, own)).await.must_be_ok();
    let agreed = consent(ConsentPurpose::Location, true);
    server.consent(token, &agreed).await.must_be_ok();
    crowd(&server, 1_000).await;

    let pictures: Vec<_> = (1..=7).map(|seed| jpeg(seed, 3_000)).collect();
    let [waiting, received, refused, kept, shared, orphan, unfinished] = pictures.as_slice() else { unreachable!() };
    let missing = jpeg(8, 3_000);
    for picture in [waiting, received, refused, kept, shared, orphan] {
        server.put(token, picture).await.must_be_ok();
    }
    let upload = new_upload();
    let begun = creation(token, Some(upload), hash(unfinished), unfinished.len(), unfinished[..1_500].to_vec());
    server.send(begun).await.must_be_ok();
    let removed = [
        entitled("Tiêu đề còn đợi ảnh", &[waiting, &missing]),
        entitled("Tiêu đề vừa nhận", &[received, shared]),
        entitled("Tiêu đề bị từ chối", &[refused]),
    ];
    let stays = entitled("Tiêu đề đã tiếp nhận", &[kept, shared]);
    let bobs = entitled("Tiêu đề của Bình", &[shared]);
    server.put(&bob, shared).await.must_be_ok();
    for body in removed.iter().chain([&stays]) {
        server.post(token, body).await.must_be_ok();
    }
    server.post(&bob, &bobs).await.must_be_ok();
    server.set_status(removed[2].report_id, ReportStatus::Refused).await;
    server.set_status(stays.report_id, ReportStatus::Accepted).await;

    let mut conn = database(&server).await;
    let password_hash = texts(&mut conn, "SELECT password_hash FROM account WHERE phone = '+84912345678'").await;
    let macs = texts(&mut conn, "SELECT code_mac FROM one_time_code WHERE phone = '+84912345678'").await;
    let used_by = texts(&mut conn, "SELECT used_by FROM one_time_code WHERE used_by IS NOT NULL").await;
    assert_eq!((macs.len(), used_by), (1, BTreeSet::from([alice.account.user_id.to_string()])));
    conn.close().await.unwrap();
    let mut secrets: Vec<Vec<u8>> = [
        "Y Blơ Thử Nghiệm",
        "062190004321",
        "912345678",
        "y.blo.thu@example.vn",
        "Làng Plei Thử",
        "1990-08-19",
        "2021-05-20",
        "Cục Cảnh sát QLHC về TTXH",
        "Điện thoại của mẹ An",
        "Tiêu đề còn đợi ảnh",
        "Tiêu đề vừa nhận",
        "Tiêu đề bị từ chối",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    secrets.extend(password_hash.into_iter().chain(macs).map(String::into_bytes));
    let ids = [
        alice.account.user_id.to_string(),
        alice.session_id.to_string(),
        code_id.to_string(),
        agreed.op_id.to_string(),
        upload.to_string(),
        format!("{:x}", Sha256::digest(token)),
        format!("{:x}", Sha256::digest(&second)),
    ];
    let of_reports = removed.iter().flat_map(|one| [one.op_id.to_string(), one.report_id.to_string()]);
    secrets.extend(ids.into_iter().chain(of_reports).map(String::into_bytes));
    for picture in [waiting, received, refused, orphan, unfinished] {
        secrets.extend([hash(picture).to_string().into_bytes(), picture[100..1_400].to_vec()]);
    }
    for secret in &secrets {
        let text = String::from_utf8_lossy(secret);
        assert!(!places(&server.data(), secret).is_empty(), "this test would not see {text}");
    }

    server.delete_account(token, "đoán sai").await.must_be(ErrorCode::BadCredentials);
    server.get(token, path::PROFILE).await.must_be_ok();
    assert_eq!(server.delete_account(token, PASSWORD).await.must_be_ok().status, StatusCode::NO_CONTENT);

    for picture in [waiting, received, refused, orphan, unfinished] {
        assert_eq!(places(&server.data().join("media"), hash(picture).to_string().as_bytes()), Vec::<PathBuf>::new());
        assert_eq!(places(&server.data().join("media"), &picture[100..1_400]), Vec::<PathBuf>::new());
    }
    let by_user =
        ["account", "profile", "consent", "session", "operation", "upload_done", "medium", "report", "profile_operation"];
    for (table, column) in by_user.map(|table| (table, "user_id")).into_iter().chain([("one_time_code", "used_by")]) {
        let mut conn = database(&server).await;
        let sql = format!("SELECT {column} FROM {table} WHERE {column} IS NOT NULL");
        let rows = texts(&mut conn, &*sql.leak()).await;
        assert!(!rows.contains(&alice.account.user_id.to_string()), "{table}");
    }
    let mut conn = database(&server).await;
    let codes = texts(&mut conn, "SELECT phone FROM one_time_code").await;
    assert!(!codes.contains("+84912345678"), "{codes:?}");
    conn.close().await.unwrap();
    // What was left behind as rows moved from page to page goes within the hour.
    server.app.sweep(pakn_api::Timestamp(1)).await.unwrap();
    secrets.push("Nguyễn Thị An".into());
    for secret in &secrets {
        let left = places(&server.data(), secret);
        assert!(left.is_empty(), "{} is left in {left:?}", String::from_utf8_lossy(secret));
    }
    // What stays is just what the agency has taken up, and is nobody's.
    let mut conn = database(&server).await;
    let report = texts(&mut conn, &*format!("SELECT report_id FROM report WHERE user_id = '{NOBODY}'").leak()).await;
    assert_eq!(report, BTreeSet::from([stays.report_id.to_string()]));
    let media = texts(&mut conn, &*format!("SELECT sha256 FROM medium WHERE user_id = '{NOBODY}'").leak()).await;
    assert_eq!(media, [kept, shared].map(|picture| hash(picture).to_string()).into());
    let told = sqlx::query("SELECT reports_removed, reports_kept FROM deleted_account").fetch_all(&mut conn).await.unwrap();
    let told: Vec<(i64, i64)> = told.iter().map(|row| (row.try_get(0).unwrap(), row.try_get(1).unwrap())).collect();
    assert_eq!(told, [(3, 1)]);
    sqlx::query("DELETE FROM profile WHERE body LIKE '{\"filler%'").execute(&mut conn).await.unwrap();
    conn.close().await.unwrap();
    must_be_sound(&server).await;
    // The agency goes on, and others have what is theirs.
    server.set_status(stays.report_id, ReportStatus::InProgress).await;
    assert_eq!(server.get(&bob, &path::medium(hash(shared))).await.must_be_ok().body, *shared);
    server.get(&bob, &path::report(bobs.report_id)).await.must_be_ok().json::<ReportView>();
    server.get(&bob, &path::report(stays.report_id)).await.must_be(ErrorCode::NotFound);
    server.get(&bob, &path::medium(hash(kept))).await.must_be(ErrorCode::NotFound);
    for token in [token, &second] {
        server.get(token, path::SESSION).await.must_be(ErrorCode::Unauthenticated);
    }
    server.try_sign_in(ALICE, PASSWORD).await.must_be(ErrorCode::BadCredentials);
}

#[tokio::test]
async fn who_comes_back_begins_anew() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let (body, before) = (report(&[]), server.get(&token, path::SESSION).await.body);
    server.post(&token, &body).await.must_be_ok();
    server.set_status(body.report_id, ReportStatus::Accepted).await;
    server.delete_account(&token, PASSWORD).await.must_be_ok();
    server.app.desk().create_account(PhoneNumber::parse(ALICE).unwrap(), PASSWORD.into(), "Nguyễn Thị An".into()).await.unwrap();
    let again = server.sign_in(ALICE).await;
    assert_ne!(server.get(&again, path::SESSION).await.must_be_ok().body, before);
    server.get(&again, &path::report(body.report_id)).await.must_be(ErrorCode::NotFound);
    server.post(&again, &body).await.must_be(ErrorCode::OpIdReused);
    must_be_sound(&server).await;
}

#[tokio::test]
async fn guessing_the_password_here_is_slowed_down() {
    let server = Server::start_with(|config| config.limits.sign_in_burst = 3).await;
    let token = server.sign_in(ALICE).await;
    for _ in 0..3 {
        server.delete_account(&token, "đoán").await.must_be(ErrorCode::BadCredentials);
    }
    server.delete_account(&token, PASSWORD).await.must_be(ErrorCode::RateLimited);
    for password in ["", &"ư".repeat(201)] {
        server.delete_account(&token, password).await.must_be(ErrorCode::BadRequest);
    }
    server.get(&token, path::SESSION).await.must_be_ok();
}

#[tokio::test]
async fn while_a_backup_copies_files_they_stay_and_go_after_it() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let (theirs, sent_again) = (jpeg(1, 2_000), jpeg(2, 2_000));
    for picture in [&theirs, &sent_again] {
        server.put(&alice, picture).await.must_be_ok();
    }
    let at = |hash: MediaHash| server.data().join("media").join(&hash.to_string()[..2]).join(hash.to_string());
    let copying = File::options().write(true).open(server.data().join("collect.lock"));
    let copying = copying.unwrap_or_else(|_| File::create(server.data().join("collect.lock")).unwrap());
    copying.lock_shared().unwrap();
    server.delete_account(&alice, PASSWORD).await.must_be_ok();
    assert!(at(hash(&theirs)).exists());
    server.put(&bob, &sent_again).await.must_be_ok();
    drop(copying);
    let server = server.restart().await;
    let swept = server.app.sweep(pakn_api::Timestamp(1)).await.unwrap();
    let at = |hash: MediaHash| server.data().join("media").join(&hash.to_string()[..2]).join(hash.to_string());
    assert_eq!((swept.files, at(hash(&theirs)).exists()), (1, false));
    assert_eq!(server.get(&bob, &path::medium(hash(&sent_again))).await.must_be_ok().body, sent_again);
    let mut conn = database(&server).await;
    assert_eq!(texts(&mut conn, "SELECT sha256 FROM unwanted_file").await, BTreeSet::new());
}
