//! The program as it is called from a terminal.

use std::{path::Path, process::Command};

use crate::common::{ALICE, Server, report};

/// What a call printed; `Err` with that and what it complained of when it failed.
pub(crate) fn call(data: &Path, args: &[&str]) -> Result<String, String> {
    let (command, rest) = args.split_first().unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_pakn-server"));
    let output = program.arg(command).arg("--data").arg(data).args(rest).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stdout) + &text(output.stderr)) }
}

#[test]
fn staff_makes_no_database_where_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("mistyped");
    let complaint = call(&data, &["staff", "reports"]).unwrap_err();
    assert!(complaint.contains("no PAKN database") && complaint.contains("mistyped"), "{complaint}");
    assert!(!data.exists());
    call(&data, &["seed"]).unwrap();
    assert_eq!(call(&data, &["staff", "reports"]).unwrap(), "");
}

#[tokio::test]
async fn staff_and_seed_work_beside_a_running_server() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let body = report(&[]);
    server.post(&token, &body).await.must_be_ok();
    let id = body.report_id.to_string();
    let complaint = call(&server.data(), &["staff", "set-status", &id, "done"]).unwrap_err();
    assert!(complaint.contains("in_progress"), "{complaint}");
    for name in ["", " ", "hai\ndòng", &"ư".repeat(201)] {
        call(&server.data(), &["staff", "set-status", &id, "accepted", "--agency", name]).unwrap_err();
    }
    call(&server.data(), &["staff", "set-status", &id, "accepted", "--agency", "UBND phường Kon Tum"]).unwrap();
    let listed = call(&server.data(), &["staff", "reports"]).unwrap();
    assert!(listed.starts_with(&format!("{id}\taccepted\t")), "{listed}");
    call(&server.data(), &["seed"]).unwrap();
    server.try_sign_in("0900000001", "demo-kontums").await.must_be_ok();
}
