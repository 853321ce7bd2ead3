//! Fields, subjects and questions as versions: checked and published from the terminal, and which one judges a report.

use std::fs;

use pakn_api::{
    ErrorCode,
    model::{
        catalogue::{Catalogue, FieldCode, QuestionCode},
        question::{Answer, Question, QuestionKind},
        report::FormProblem,
    },
    wire::{CreateReport, path},
};

use crate::{
    command::call,
    common::{ALICE, Server, report},
};

/// The built-in fields as another version, in which the subject of [`report`] asks what it is told to.
fn asking(version: u32, required: bool) -> Catalogue {
    let mut catalogue = Catalogue { version, ..Catalogue::builtin() };
    let subjects = catalogue.fields.iter_mut().flat_map(|field| &mut field.subjects);
    for subject in subjects.filter(|subject| subject.code.as_str() == "duong-xa-cong-ranh") {
        let code = QuestionCode::parse("do-sau").unwrap();
        let kind = QuestionKind::Number { min: 0.0, max: 500.0, decimals: 1, unit: Some("cm".to_owned()) };
        subject.questions = vec![Question { code, label: "Sâu bao nhiêu?".to_owned(), hint: None, required, kind }];
    }
    catalogue
}

fn seen(version: u32) -> CreateReport {
    let mut body = report(&[]);
    body.submission.catalogue_version = version;
    body
}

fn answered(version: u32, answer: Answer) -> CreateReport {
    let mut body = seen(version);
    body.submission.answers = [(QuestionCode::parse("do-sau").unwrap(), answer)].into();
    body
}

#[tokio::test]
async fn a_report_is_judged_by_the_fields_that_its_sender_saw() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let desk = server.app.desk();
    desk.publish(asking(2, false)).await.unwrap();
    desk.publish(asking(3, true)).await.unwrap();
    let mut without = Catalogue { version: 4, ..Catalogue::builtin() };
    without.fields.retain(|field| field.code != FieldCode::parse("trat-tu-do-thi").unwrap());
    desk.publish(without).await.unwrap();
    let problem = async |body: CreateReport| {
        let answer = server.post(&token, &body).await;
        if answer.status.is_success() { Vec::new() } else { answer.must_be(ErrorCode::InvalidReport).problem().problems }
    };
    assert_eq!(problem(seen(1)).await, [], "sent when nothing was published yet");
    assert_eq!(problem(answered(1, Answer::Number(12.5))).await, [FormProblem::Answers], "nothing was asked then");
    assert_eq!(problem(seen(2)).await, [], "sent before the answer was needed and the subject gone");
    assert_eq!(problem(answered(2, Answer::Number(12.5))).await, []);
    assert_eq!(problem(seen(3)).await, [FormProblem::Answers]);
    assert_eq!(problem(answered(3, Answer::Number(12.5))).await, []);
    assert_eq!(problem(answered(3, Answer::Number(501.0))).await, [FormProblem::Answers]);
    assert_eq!(problem(answered(3, Answer::Text("sâu".to_owned()))).await, [FormProblem::Answers]);
    assert_eq!(problem(seen(4)).await, [FormProblem::FieldUnknown]);
    // Versions that never were: the one in force counts.
    for never in [0, 5, u32::MAX] {
        assert_eq!(problem(seen(never)).await, [FormProblem::FieldUnknown], "{never}");
    }
}

#[tokio::test]
async fn a_file_is_checked_published_listed_and_given_back() {
    let server = Server::start().await;
    let data = server.data();
    let file = |name: &str, text: &str| {
        let path = server.folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let good = file("good.json", &serde_json::to_string(&asking(2, true)).unwrap());
    assert!(call(&data, &["fields", "check", &good]).unwrap().ends_with("no faults\n"));
    assert_eq!(call(&data, &["fields", "list"]).unwrap(), "");
    let bad = file("bad.json", r#"{"version":2,"fields":[{"code":"A","name":"","subjects":[],"publik":true}]}"#);
    for command in ["check", "publish"] {
        let told = call(&data, &["fields", command, &bad]).unwrap_err();
        for part in [
            "fields[0].code:",
            "fields[0].publik:",
            "fields[0].name: it is empty",
            "fields[0].subjects: at least one",
            "4 faults",
        ] {
            assert!(told.contains(part), "{part}: {told}");
        }
    }
    assert_eq!(call(&data, &["fields", "publish", &good]).unwrap().lines().last(), Some("version 2 is in force"));
    let served: Catalogue = server.get("", path::FIELDS).await.must_be_ok().json();
    assert_eq!(served, asking(2, true));
    for command in ["check", "publish"] {
        let told = call(&data, &["fields", command, &good]).unwrap_err();
        assert!(told.contains("version: 2 is not higher than 2"), "{told}");
    }
    let next = file("next.json", &serde_json::to_string(&asking(7, false)).unwrap());
    call(&data, &["fields", "publish", &next]).unwrap();
    let listed = call(&data, &["fields", "list"]).unwrap();
    assert!(listed.starts_with("2\t") && listed.lines().count() == 2 && listed.contains("\n7\t"), "{listed}");
    let exported: Catalogue = serde_json::from_str(&call(&data, &["fields", "export"]).unwrap()).unwrap();
    assert_eq!(exported, asking(7, false));
    let exported: Catalogue = serde_json::from_str(&call(&data, &["fields", "export", "--version", "2"]).unwrap()).unwrap();
    assert_eq!(exported, asking(2, true));
    let exported: Catalogue = serde_json::from_str(&call(&data, &["fields", "export", "--version", "1"]).unwrap()).unwrap();
    assert_eq!(exported, Catalogue::builtin());
    assert!(call(&data, &["fields", "export", "--version", "3"]).unwrap_err().contains("no version 3"));

    let profile =
        file("profile.json", &call(&data, &["jurisdiction", "export"]).unwrap().replace("\"version\": 1", "\"version\": 2"));
    call(&data, &["jurisdiction", "publish", &profile]).unwrap();
    let spoilt = file("spoilt.json", &fs::read_to_string(&profile).unwrap().replace("https://pakn", "pakn"));
    assert!(call(&data, &["jurisdiction", "check", &spoilt]).unwrap_err().contains("portal_url: it must begin with https://"));
    // Without a database the file is checked all the same.
    let nowhere = server.folder.path().join("nowhere");
    call(&nowhere, &["fields", "check", &good]).unwrap();
    assert!(!nowhere.exists());
}

#[tokio::test]
async fn an_agencys_fields_are_given_at_the_terminal() {
    let server = Server::start().await;
    let add = |fields: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_pakn-server"));
        command.arg("staff").arg("--data").arg(server.data());
        command.args(["add-account", "--phone", crate::common::STAFF, "--agency", "Sở Xây dựng", "--fields", fields]);
        command.env("PAKN_STAFF_PASSWORD", crate::common::PASSWORD).output().unwrap()
    };
    for bad in ["khong-co", "Đường"] {
        assert!(!add(bad).status.success(), "{bad}");
    }
    assert!(add("trat-tu-do-thi,moi-truong").status.success());
    let (alice, staff) = (server.sign_in(ALICE).await, server.sign_in(crate::common::STAFF).await);
    let body = report(&[]);
    server.post(&alice, &body).await.must_be_ok();
    let one = path::AGENCY_REPORT.replace("{report_id}", &body.report_id.to_string());
    server.get(&staff, &one).await.must_be_ok();
}
