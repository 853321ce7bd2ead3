//! Backup, restore, check and receipts, as an operator calls them.

use std::{
    fs,
    io::{Seek as _, SeekFrom, Write as _},
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::atomic::{AtomicBool, Ordering},
};

use pakn_api::wire::{ChangePage, Receipt, ReportView, path};
use pakn_server::{App, Config, Desk, DeskError};
use sqlx::{AnyConnection, Connection as _, Executor as _};

use crate::common::{ALICE, BOB, Server, hash, jpeg, report};

const DATABASE: &str = "pakn.sqlite";
const KEY: &str = "receipt-key.pk8";

fn run(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pakn-server")).args(args).stdin(Stdio::null()).output().unwrap()
}

/// What a call that succeeds prints.
#[track_caller]
fn good(args: &[&str]) -> String {
    let output = run(args);
    assert!(output.status.success(), "{args:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// What a call that fails prints, complaint and all.
#[track_caller]
fn bad(args: &[&str]) -> String {
    let Output { status, stdout, stderr } = run(args);
    let text = String::from_utf8([stdout, stderr].concat()).unwrap();
    assert_eq!(status.code(), Some(1), "{args:?}: {text}");
    text
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

async fn open(data: &Path, folder: tempfile::TempDir) -> Server {
    let app = App::open(Config::new(data)).await.unwrap();
    Server { router: app.router(), app, folder }
}

async fn feed(server: &Server, token: &str) -> Vec<ReportView> {
    let (mut reports, mut cursor) = (Vec::new(), 0);
    loop {
        let page: ChangePage = server.get(token, &format!("{}?after={cursor}", path::CHANGES)).await.must_be_ok().json();
        reports.extend(page.reports);
        if !page.more {
            return reports;
        }
        cursor = page.cursor;
    }
}

/// A received report with a file of its own, one that waits, and a file that two share.
async fn furnish(server: &Server) {
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let shared = jpeg(90, 3_000);
    for (seed, token) in [(91, &alice), (92, &bob)] {
        let own = jpeg(seed, 2_000);
        for file in [&shared, &own] {
            server.put(token, file).await.must_be_ok();
        }
        server.post(token, &report(&[&shared, &own])).await.must_be_ok();
    }
    server.post(&alice, &report(&[&jpeg(93, 2_000)])).await.must_be_ok();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_made_under_load_is_whole_and_serves_the_same() {
    let server = Server::start().await;
    furnish(&server).await;
    let alice = server.sign_in(ALICE).await;
    let before = feed(&server, &alice).await;
    let folder = tempfile::tempdir().unwrap();
    let (to, restored) = (folder.path().join("bản sao 'một'"), folder.path().join("restored"));

    let (done, data) = (AtomicBool::new(false), server.data());
    let load = async {
        let mut sent = 0;
        while !done.load(Ordering::Relaxed) {
            let file = jpeg(1_000 + sent, 20_000);
            let body = report(&[&file]);
            let (put, posted) = futures::join!(server.put(&alice, &file), server.post(&alice, &body));
            put.must_be_ok();
            posted.must_be_ok();
            sent += 1;
        }
        sent
    };
    let target = to.clone();
    let backing = tokio::task::spawn_blocking(move || {
        // More than one, so that there is something between the steps of some.
        for number in 0..4 {
            let one = target.with_extension(number.to_string());
            good(&["backup", "--data", text(&data), "--to", text(&one)]);
            good(&["check", "--backup", text(&one)]);
            good(&["check", "--data", text(&data)]);
        }
        good(&["backup", "--data", text(&data), "--to", text(&target)])
    });
    let backing = async {
        let said = backing.await;
        done.store(true, Ordering::Relaxed);
        said.unwrap()
    };
    let (sent, said) = futures::join!(load, backing);
    assert!(sent > 0 && said.contains("2 accounts"), "{sent} {said}");

    good(&["check", "--backup", text(&to)]);
    good(&["restore", "--from", text(&to), "--data", text(&restored)]);
    good(&["check", "--data", text(&restored)]);
    let again = open(&restored, folder).await;
    let (now, then) = (feed(&server, &alice).await, feed(&again, &alice).await);
    assert!(before.iter().all(|report| then.contains(report)), "what was there before the backup is in it");
    for report in &then {
        assert!(now.contains(report));
        for medium in &report.submission.media {
            assert_eq!(again.get(&alice, &path::medium(medium.sha256)).await.must_be_ok().body.len() as u64, medium.bytes);
        }
        let receipt = path::receipt(report.report_id);
        let (one, another): (Receipt, Receipt) =
            (server.get(&alice, &receipt).await.json(), again.get(&alice, &receipt).await.json());
        assert!(one.signed.is_some());
        assert_eq!(one, another, "signed with the same key");
    }
}

#[tokio::test]
async fn a_backup_of_a_quiet_server_gives_the_same_feed_linked_or_not() {
    let server = Server::start().await;
    furnish(&server).await;
    let alice = server.sign_in(ALICE).await;
    for link in [None, Some("--link")] {
        let folder = tempfile::tempdir().unwrap();
        let (to, restored) = (folder.path().join("backup"), folder.path().join("restored"));
        let data = server.data();
        let args: Vec<_> = ["backup", "--data", text(&data), "--to", text(&to)].into_iter().chain(link).collect();
        good(&args);
        let checked = good(&["check", "--backup", text(&to)]);
        assert!(
            checked.starts_with("0 faults; 2 accounts, 3 reports (2 received, 2 steps), 3 kept answers, 3 files"),
            "{checked}"
        );
        good(&["restore", "--from", text(&to), "--data", text(&restored)]);
        let again = open(&restored, folder).await;
        let (now, then) = (server.get(&alice, path::CHANGES).await, again.get(&alice, path::CHANGES).await);
        assert_eq!(now.body, then.body);
    }
}

#[tokio::test]
async fn a_device_that_knows_more_than_the_backup_misses_no_news() {
    let server = Server::start().await;
    furnish(&server).await;
    let alice = server.sign_in(ALICE).await;
    let folder = tempfile::tempdir().unwrap();
    let (to, restored) = (folder.path().join("backup"), folder.path().join("restored"));
    good(&["backup", "--data", text(&server.data()), "--to", text(&to)]);
    server.post(&alice, &report(&[])).await.must_be_ok();
    server.post(&alice, &report(&[])).await.must_be_ok();
    let known: ChangePage = server.get(&alice, path::CHANGES).await.json();
    good(&["restore", "--from", text(&to), "--data", text(&restored)]);
    let again = open(&restored, folder).await;
    let news: Vec<_> = (0..3).map(|_| report(&[])).collect();
    for report in &news {
        again.post(&alice, report).await.must_be_ok();
    }
    let page: ChangePage = again.get(&alice, &format!("{}?after={}", path::CHANGES, known.cursor)).await.json();
    let heard: Vec<_> = page.reports.iter().map(|report| report.report_id).collect();
    assert_eq!(heard, news.iter().map(|report| report.report_id).collect::<Vec<_>>());
}

#[tokio::test]
async fn nothing_is_overwritten_or_half_put_back() {
    let server = Server::start().await;
    furnish(&server).await;
    let folder = tempfile::tempdir().unwrap();
    let (to, data, other) = (folder.path().join("backup"), server.data(), folder.path().join("other"));
    let nowhere = folder.path().join("mistyped");
    for command in ["backup", "restore"] {
        let (from, into) = if command == "backup" { ("--data", "--to") } else { ("--from", "--data") };
        let said = bad(&[command, from, text(&nowhere), into, text(&to)]);
        assert!(said.contains("no PAKN database"), "{said}");
    }
    assert!(!nowhere.exists() && !to.exists());
    good(&["backup", "--data", text(&data), "--to", text(&to)]);
    assert!(bad(&["backup", "--data", text(&data), "--to", text(&to)]).contains("not empty"));
    assert!(bad(&["restore", "--from", text(&to), "--data", text(&data)]).contains("not empty"));

    let file = to.join("media").join(&hash(&jpeg(90, 3_000)).to_string()[..2]).join(hash(&jpeg(90, 3_000)).to_string());
    fs::remove_file(&file).unwrap();
    let said = bad(&["restore", "--from", text(&to), "--data", text(&other)]);
    assert!(said.contains(": missing") && !other.exists(), "{said}");
    good(&["restore", "--from", text(&to), "--data", text(&other), "--despite-faults"]);
    assert!(bad(&["check", "--data", text(&other)]).contains(": missing"));

    fs::write(other.join("restore.unfinished"), "").unwrap();
    assert!(matches!(App::open(Config::new(&other)).await, Err(DeskError::HalfRestored)));
    assert!(matches!(Desk::open_existing(&other).await, Err(DeskError::HalfRestored)));
}

#[tokio::test]
async fn a_backup_of_a_damaged_folder_has_all_the_rest_and_says_so() {
    let server = Server::start().await;
    furnish(&server).await;
    let folder = tempfile::tempdir().unwrap();
    let (to, data) = (folder.path().join("backup"), server.data());
    fs::remove_file(place(&data, 91)).unwrap();
    let said = bad(&["backup", "--data", text(&data), "--to", text(&to)]);
    assert!(said.contains(&format!("file {}: missing", hash(&jpeg(91, 2_000)))), "{said}");
    let said = bad(&["check", "--backup", text(&to)]);
    assert!(said.contains("1 faults;"), "{said}");
}

/// The file of this seed that [`furnish`] has sent.
fn place(data: &Path, seed: u32) -> PathBuf {
    let name = hash(&jpeg(seed, 2_000)).to_string();
    data.join("media").join(&name[..2]).join(name)
}

fn overwrite(path: &Path, at: u64, bytes: &[u8]) {
    let mut file = fs::File::options().write(true).open(path).unwrap();
    file.seek(SeekFrom::Start(at)).unwrap();
    file.write_all(bytes).unwrap();
}

async fn sql(data: &Path, statements: &'static str) {
    sqlx::any::install_default_drivers();
    let mut conn = AnyConnection::connect(&format!("sqlite://{}", data.join(DATABASE).display())).await.unwrap();
    conn.execute("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").await.unwrap();
    conn.execute(statements).await.unwrap();
    conn.close().await.unwrap();
}

#[tokio::test]
async fn a_check_finds_each_kind_of_damage() {
    enum Damage {
        Sql(&'static str),
        Disk(fn(&Path)),
    }
    use Damage::{Disk, Sql};
    let table = [
        ("missing", Disk(|data| fs::remove_file(place(data, 91)).unwrap())),
        ("its bytes have another hash", Disk(|data| overwrite(&place(data, 91), 1_000, b"!"))),
        ("1999 bytes instead of 2000", Disk(|data| fs::write(place(data, 91), &jpeg(91, 2_000)[1..]).unwrap())),
        ("holds no Ed25519 key", Disk(|data| overwrite(&data.join(KEY), 0, b"!!!!"))),
        ("receipt-key.pk8 is gone", Disk(|data| fs::remove_file(data.join(KEY)).unwrap())),
        ("database: ", Disk(|data| overwrite(&data.join(DATABASE), 0, b"no database at all"))),
        ("database: ", Disk(|data| overwrite(&data.join(DATABASE), 4_096, &[0xa5; 8_192]))),
        ("its timeline", Sql("DELETE FROM timeline WHERE report_id = (SELECT MIN(report_id) FROM timeline)")),
        ("its profile", Sql("UPDATE profile SET body = '{}'")),
        ("what it agreed to", Sql("DELETE FROM consent WHERE seq = 1")),
        ("what it agreed to", Sql("UPDATE consent SET purpose = 'anything'")),
        ("its timeline", Sql("UPDATE timeline SET revision = 2")),
        ("its timeline", Sql("UPDATE timeline SET status = 'done'")),
        ("is not noted as stored", Sql("DELETE FROM medium")),
        ("names a row of report", Sql("DELETE FROM report WHERE received_at IS NOT NULL")),
        ("names a row of account", Sql("DELETE FROM account")),
        ("its report is not there", Sql("UPDATE report SET op_id = '0' || op_id WHERE received_at IS NULL")),
        ("its change number", Sql("UPDATE change_counter SET last_seq = 1")),
        ("its change number", Sql("UPDATE report SET change_seq = 0 WHERE change_seq = 1")),
        ("database: ", Sql("DELETE FROM change_counter")),
        ("what was sent", Sql("UPDATE report SET submission = '{}'")),
        ("what was sent", Sql("DELETE FROM report_medium WHERE position = 1")),
        ("database: ", Sql("DROP TABLE operation")),
    ];
    let server = Server::start().await;
    furnish(&server).await;
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("backup");
    good(&["backup", "--data", text(&server.data()), "--to", text(&to)]);
    for (number, (expected, damage)) in table.into_iter().enumerate() {
        let data = folder.path().join(number.to_string());
        good(&["restore", "--from", text(&to), "--data", text(&data)]);
        match damage {
            Sql(statements) => sql(&data, statements).await,
            Disk(damage) => damage(&data),
        }
        let said = bad(&["check", "--data", text(&data)]);
        assert!(said.contains(expected) && !said.contains("\n0 faults"), "{number}, {expected}: {said}");
        if expected == "its bytes have another hash" {
            good(&["check", "--data", text(&data), "--quick"]);
        }
    }
    let stray = folder.path().join("stray");
    good(&["restore", "--from", text(&to), "--data", text(&stray)]);
    fs::create_dir_all(place(&stray, 99).parent().unwrap()).unwrap();
    fs::write(place(&stray, 99), "nobody's").unwrap();
    let said = good(&["check", "--data", text(&stray)]);
    assert!(said.starts_with("0 faults") && said.contains("1 stray files"), "{said}");
}

#[tokio::test]
async fn a_check_of_a_backup_knows_it_from_something_else() {
    type Damage = (&'static str, fn(&Path));
    let damages: [Damage; 5] = [
        ("the backup was not finished", |to| fs::remove_file(to.join("manifest.json")).unwrap()),
        ("manifest: can't be read", |to| fs::write(to.join("manifest.json"), "{").unwrap()),
        ("pakn.sqlite is not as it was", |to| {
            let length = fs::metadata(to.join(DATABASE)).unwrap().len();
            // A free byte of the version-valid-for number: SQLite itself minds nothing.
            overwrite(&to.join(DATABASE), 96, &[0xff; 4]);
            assert!(length > 100);
        }),
        ("receipt-key.pk8 is not as it was", |to| fs::remove_file(to.join(KEY)).unwrap()),
        ("made by a newer", |to| {
            let text = fs::read_to_string(to.join("manifest.json")).unwrap();
            fs::write(to.join("manifest.json"), text.replace("\"format\": 1", "\"format\": 2")).unwrap();
        }),
    ];
    let server = Server::start().await;
    furnish(&server).await;
    let folder = tempfile::tempdir().unwrap();
    for (number, (expected, damage)) in damages.into_iter().enumerate() {
        let to = folder.path().join(number.to_string());
        good(&["backup", "--data", text(&server.data()), "--to", text(&to)]);
        damage(&to);
        let said = bad(&["check", "--backup", text(&to)]);
        assert!(said.contains(expected), "{expected}: {said}");
    }
    let nowhere = folder.path().join("mistyped");
    bad(&["check", "--backup", text(&nowhere)]);
    bad(&["check", "--data", text(&nowhere)]);
    assert!(!nowhere.exists());
}

#[tokio::test]
async fn a_receipt_is_held_against_what_is_here() {
    let server = Server::start().await;
    furnish(&server).await;
    let alice = server.sign_in(ALICE).await;
    let report = feed(&server, &alice).await.remove(0);
    let receipt: Receipt = server.get(&alice, &path::receipt(report.report_id)).await.json();
    let (data, folder) = (server.data(), tempfile::tempdir().unwrap());
    let file = folder.path().join("receipt.jws");
    let verify = |data: &Path, jws: &str| {
        fs::write(&file, format!("{jws}\n")).unwrap();
        let output = run(&["verify-receipt", "--data", text(data), text(&file)]);
        (output.status.code(), String::from_utf8([output.stdout, output.stderr].concat()).unwrap())
    };
    let signed = receipt.signed.unwrap();
    let (code, said) = verify(&data, &signed);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&report.report_id.to_string()) && said.contains("all of it is here"), "{said}");
    assert_eq!(verify(&data, &signed.replacen('.', ".A", 1)).0, Some(1));
    assert_eq!(verify(&data, "nothing").0, Some(1));

    let elsewhere = Server::start().await;
    let (code, said) = verify(&elsewhere.data(), &signed);
    assert_eq!((code, said.contains("none of this server's")), (Some(1), true), "{said}");

    // After going back to a backup from before the report, the receipt still tells what was there.
    let empty = folder.path().join("empty");
    let backup = folder.path().join("backup");
    good(&["backup", "--data", text(&data), "--to", text(&backup)]);
    good(&["restore", "--from", text(&backup), "--data", text(&empty)]);
    sql(&empty, "DELETE FROM operation; DELETE FROM timeline; DELETE FROM report_medium; DELETE FROM report").await;
    let (code, said) = verify(&empty, &signed);
    assert_eq!((code, said.contains("not here")), (Some(3), true), "{said}");

    overwrite(&place(&data, 91), 1_000, b"!");
    let (code, said) = verify(&data, &signed);
    assert_eq!((code, said.contains("another hash")), (Some(3), true), "{said}");

    assert!(bad(&["rotate-key", "--data", text(&data)]).contains("another server is running"));
    let kid = good(&["rotate-key", "--data", text(&empty)]);
    assert!(!kid.trim().is_empty() && !said.contains(kid.trim()), "{kid}");
    assert_eq!(verify(&empty, &signed).0, Some(3), "the former key still counts");
}
