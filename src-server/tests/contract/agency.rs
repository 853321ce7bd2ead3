//! What an agency sees: what it handles, and of its senders what they let it.

use pakn_api::{
    ErrorCode,
    id::ReportId,
    model::{
        catalogue::{FieldCode, SubjectCode},
        phone::PhoneNumber,
        status::ReportStatus,
        words::{AgencyName, Note},
    },
    wire::{AgencyPage, AgencyReport, ChangePage, CreateReport, path},
};
use pakn_server::{DeskError, StatusChange};

use crate::common::{ALICE, BOB, PASSWORD, STAFF, Server, hash, jpeg, report};

const OTHERS: &str = "0913131313";

async fn agency(server: &Server, phone: &str, name: &str, fields: &[&str]) -> String {
    let (desk, number) = (server.app.desk(), PhoneNumber::parse(phone).unwrap());
    let account = desk.create_staff_account(number, PASSWORD.into(), AgencyName::parse(name).unwrap()).await.unwrap();
    let fields = fields.iter().map(|field| FieldCode::parse(field).unwrap()).collect();
    desk.set_agency_fields(account.user_id, fields).await.unwrap();
    server.sign_in(phone).await
}

fn one(id: ReportId) -> String {
    path::AGENCY_REPORT.replace("{report_id}", &id.to_string())
}

fn file(bytes: &[u8]) -> String {
    path::AGENCY_MEDIUM.replace("{sha256}", &hash(bytes).to_string())
}

async fn news(server: &Server, token: &str, after: u64) -> AgencyPage {
    server.get(token, &format!("{}?after={after}", path::AGENCY_REPORTS)).await.must_be_ok().json()
}

fn ids(page: &AgencyPage) -> Vec<ReportId> {
    page.reports.iter().map(|report| report.report.report_id).collect()
}

async fn handled(server: &Server, token: &str) -> Vec<ReportId> {
    ids(&news(server, token, 0).await)
}

fn of(field: &str, subject: &str) -> CreateReport {
    let mut body = report(&[]);
    body.submission.field = FieldCode::parse(field).unwrap();
    body.submission.subject = SubjectCode::parse(subject).unwrap();
    body
}

#[tokio::test]
async fn an_agency_sees_its_fields_and_what_it_was_named_for_and_nothing_else() {
    let server = Server::start().await;
    let alice = server.sign_in(ALICE).await;
    let (of_field, named) =
        (agency(&server, STAFF, "Sở Môi trường", &["moi-truong"]).await, AgencyName::parse("UBND xã Ngọk Bay"));
    let by_name = agency(&server, OTHERS, named.as_ref().unwrap().as_str(), &[]).await;
    let (picture, other) = (jpeg(1, 900), jpeg(2, 900));
    let (mut rubbish, road) = (report(&[&picture]), report(&[&other]));
    rubbish.submission.field = FieldCode::parse("moi-truong").unwrap();
    rubbish.submission.subject = SubjectCode::parse("xa-rac").unwrap();
    for (body, bytes) in [(&rubbish, &picture), (&road, &other)] {
        server.post(&alice, body).await.must_be_ok();
        assert_eq!(handled(&server, &of_field).await, [], "it doesn't count yet");
        server.put(&alice, bytes).await.must_be_ok();
        if body == &rubbish {
            assert_eq!(handled(&server, &of_field).await, [rubbish.report_id]);
            break;
        }
    }
    server.post(&alice, &road).await.must_be_ok();
    server.put(&alice, &other).await.must_be_ok();
    assert_eq!((handled(&server, &of_field).await, handled(&server, &by_name).await), (vec![rubbish.report_id], vec![]));
    let change = StatusChange {
        status: ReportStatus::Assigned,
        refusal: None,
        agency: named.ok(),
        note: Note::parse("Giao xã xử lý").ok(),
    };
    server.app.desk().set_status(road.report_id, change).await.unwrap();
    assert_eq!(
        (handled(&server, &of_field).await, handled(&server, &by_name).await),
        (vec![rubbish.report_id], vec![road.report_id])
    );
    for (token, own, others) in
        [(&of_field, (&rubbish, &picture), (&road, &other)), (&by_name, (&road, &other), (&rubbish, &picture))]
    {
        let seen: AgencyReport = server.get(token, &one(own.0.report_id)).await.must_be_ok().json();
        assert_eq!((&seen.report.title, &seen.sender), (&own.0.submission.title, &None));
        assert!(server.get(token, &file(own.1)).await.must_be_ok().body == *own.1);
        server.get(token, &one(others.0.report_id)).await.must_be(ErrorCode::NotFound);
        server.get(token, &file(others.1)).await.must_be(ErrorCode::NotFound);
    }
    // Given to another, it is the first one's no more.
    let to = |name: &str| StatusChange {
        status: ReportStatus::InProgress,
        refusal: None,
        agency: AgencyName::parse(name).ok(),
        note: None,
    };
    server.app.desk().set_status(road.report_id, to("Sở Môi trường")).await.unwrap();
    assert_eq!((handled(&server, &of_field).await.len(), handled(&server, &by_name).await), (2, vec![]));
}

#[tokio::test]
async fn it_is_told_who_sent_what_was_sent_with_a_name_and_what_was_near() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let staff = agency(&server, STAFF, "Sở Xây dựng", &["trat-tu-do-thi"]).await;
    let (mut named, hidden) = (report(&[]), report(&[]));
    named.submission.anonymous = false;
    server.post(&alice, &named).await.must_be_ok();
    server.post(&bob, &hidden).await.must_be_ok();
    let page: AgencyPage = server.get(&staff, path::AGENCY_REPORTS).await.must_be_ok().json();
    let [first, second] = page.reports.as_slice() else { panic!("{page:?}") };
    let sender = first.sender.as_ref().map(|sender| (sender.name.as_str(), sender.phone.as_e164()));
    assert_eq!((sender, first.report.sender.as_deref()), (Some(("Nguyễn Thị An", "+84912345678")), Some("Nguyễn Thị An")));
    assert_eq!((&second.sender, &second.report.sender), (&None, &None));
    assert_eq!((&first.similar, &second.similar), (&vec![], &vec![named.report_id]));
    assert_eq!(
        server.get(&staff, &format!("{}?after={}", path::AGENCY_REPORTS, page.cursor)).await.json::<AgencyPage>().reports,
        []
    );
    // Who leaves takes name and number along.
    server.set_status(named.report_id, ReportStatus::Accepted).await;
    server.delete_account(&alice, PASSWORD).await.must_be_ok();
    let seen: AgencyReport = server.get(&staff, &one(named.report_id)).await.must_be_ok().json();
    assert_eq!((seen.sender, seen.report.sender), (None, None));
}

#[tokio::test]
async fn only_fields_that_there_are_are_given_and_only_to_agencies() {
    let server = Server::start().await;
    let desk = server.app.desk();
    let code = |text: &str| vec![FieldCode::parse(text).unwrap()];
    let staff =
        desk.create_staff_account(PhoneNumber::parse(STAFF).unwrap(), PASSWORD.into(), AgencyName::parse("Sở Y tế").unwrap());
    let staff = staff.await.unwrap().user_id;
    assert!(matches!(desk.set_agency_fields(staff, code("khong-co")).await, Err(DeskError::UnknownField(_))));
    let citizen = desk.create_account(PhoneNumber::parse(ALICE).unwrap(), PASSWORD.into(), "Nguyễn Thị An".into()).await.unwrap();
    assert!(matches!(desk.set_agency_fields(citizen.user_id, code("covid-19")).await, Err(DeskError::OtherKind)));
    desk.set_agency_fields(staff, code("covid-19")).await.unwrap();
    let token = server.sign_in(STAFF).await;
    server.post(&token, &report(&[])).await.must_be(ErrorCode::Forbidden);
}

#[tokio::test]
async fn what_comes_with_a_further_field_or_another_name_is_news() {
    let server = Server::start().await;
    let alice = server.sign_in(ALICE).await;
    let (road, first, second) = (report(&[]), of("moi-truong", "xa-rac"), of("moi-truong", "xa-rac"));
    let staff = agency(&server, STAFF, "Sở Xây dựng", &["trat-tu-do-thi"]).await;
    for body in [&first, &second, &road] {
        server.post(&alice, body).await.must_be_ok();
    }
    let before = news(&server, &staff, 0).await;
    assert_eq!(ids(&before), [road.report_id]);
    let staff = agency(&server, STAFF, "Sở Xây dựng", &["trat-tu-do-thi", "moi-truong"]).await;
    let further = news(&server, &staff, before.cursor).await;
    assert_eq!(ids(&further), [first.report_id, second.report_id]);
    // Given again, it is no news.
    let staff_again = agency(&server, STAFF, "Sở Xây dựng", &["moi-truong", "trat-tu-do-thi"]).await;
    assert_eq!(ids(&news(&server, &staff_again, further.cursor).await), []);
    let seen: ChangePage = server.get(&alice, &format!("{}?after=0", path::CHANGES)).await.must_be_ok().json();
    assert!(seen.reports.iter().all(|report| report.revision == 1) && seen.reports.len() == 3, "{seen:?}");

    let to = |name: &str| StatusChange {
        status: ReportStatus::Assigned,
        refusal: None,
        agency: AgencyName::parse(name).ok(),
        note: None,
    };
    server.app.desk().set_status(road.report_id, to("UBND xã Ngọk Bay")).await.unwrap();
    let others = agency(&server, OTHERS, "UBND xã Đăk Cấm", &[]).await;
    let far = news(&server, &staff, further.cursor).await.cursor;
    assert_eq!(ids(&news(&server, &others, far).await), []);
    let others = agency(&server, OTHERS, "UBND xã Ngọk Bay", &[]).await;
    assert_eq!(ids(&news(&server, &others, far).await), [road.report_id]);
}

#[tokio::test]
async fn an_agency_that_follows_hears_that_name_and_number_are_gone() {
    let server = Server::start().await;
    let alice = server.sign_in(ALICE).await;
    let staff = agency(&server, STAFF, "Sở Xây dựng", &["trat-tu-do-thi"]).await;
    let (mut named, hidden) = (report(&[]), report(&[]));
    named.submission.anonymous = false;
    for body in [&named, &hidden] {
        server.post(&alice, body).await.must_be_ok();
        server.set_status(body.report_id, ReportStatus::Accepted).await;
    }
    let before = news(&server, &staff, 0).await;
    assert!(before.reports.len() == 2 && before.reports[0].sender.is_some(), "{before:?}");
    server.delete_account(&alice, PASSWORD).await.must_be_ok();
    let after = news(&server, &staff, before.cursor).await;
    // The one without a name has not changed, and does not move beside it.
    assert_eq!(ids(&after), [named.report_id]);
    assert_eq!((&after.reports[0].sender, &after.reports[0].report.sender), (&None, &None));
}
