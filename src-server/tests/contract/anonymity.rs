//! Whoever sends without a name is found nowhere: every route, feed, page and export, walked as the public, as another
//! citizen, and as the agencies.
//!
//! It runs over the server's own table of routes; a route that has no row here fails the test.

use std::collections::BTreeMap;

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use pakn_api::{
    Timestamp,
    id::UploadId,
    model::{
        catalogue::{FieldCode, SubjectCode},
        code::OneTimeCode,
        consent::{Consent, ConsentPurpose},
        date::Date,
        phone::PhoneNumber,
        place::Position,
        profile::Profile,
        report::{MediaKind, MediaRef},
        status::ReportStatus,
        words::{AgencyName, Content, DeviceName, Note, Title},
    },
    wire::{
        ChangePassword, CheckCode, CreateAccount, CreateReport, DeleteAccount, PutFollow, RecordConsent, RequestCode,
        ResetPassword, SignIn, SignedIn, path, tus,
    },
};
use pakn_server::{Publish, StatusChange};
use serde_json::Value;

use crate::{
    common::{
        Answer, BOB, LAT, LON, PASSWORD, STAFF, Server, announce, bare, consent, creation, hash, jpeg, json, new_code, new_op,
        new_upload, patch, profile, put_profile, report, upload,
    },
    media::video,
};

const OTHER_STAFF: &str = "0913131313";
/// The sender's, and nobody's in an example.
const SENDER: &str = "0938271645";
const DEVICE: &str = "Máy của cô Blơ";
/// By the sender's clock: nobody else's business to the millisecond.
const SUBMITTED_AT: i64 = 1_764_000_123_457;
const TAKEN_AT: i64 = 1_763_999_987_653;
/// For what a caller must say, of nobody here.
const SOMEBODY: &str = "0977000111";

/// What was sent without a name, by whom, and what must not be seen of that.
struct World {
    server: Server,
    reports: Vec<CreateReport>,
    files: Vec<Vec<u8>>,
    unfinished: UploadId,
    sender: SignedIn,
    consent: RecordConsent,
    /// What it is, and how it is spelt.
    traces: Vec<(&'static str, String)>,
}

/// Two of one sender and one of another, alike in all but what is their own; then one of a field that is not public, and
/// one that still waits.
fn reports(files: &[Vec<u8>]) -> Vec<CreateReport> {
    let one = |nth: usize, files: &[&[u8]]| {
        let mut body = report(files);
        body.submission.title = Title::parse(&format!("Tiêu đề {nth}")).unwrap();
        body.submission.content = Content::parse(&format!("Nội dung {nth}")).unwrap();
        let nth = i32::try_from(nth).unwrap();
        body.submission.happened_at = Timestamp(1_763_000_000_000 + i64::from(nth) * 1_001);
        body.submission.place.position = Position::new(LAT + f64::from(nth) / 10_000.0, LON, 5.0 + f64::from(nth)).unwrap();
        body.submission.place.taken_at = Timestamp(TAKEN_AT);
        body.submission.submitted_at = Timestamp(SUBMITTED_AT);
        body.submission.anonymous = true;
        body
    };
    let mut all =
        vec![one(0, &[&files[0]]), one(1, &[&files[1]]), one(2, &[&files[2]]), one(3, &[]), one(4, &[b"still to come"])];
    all[0].submission.media.push(MediaRef { kind: MediaKind::Mp4, duration_ms: Some(5_000), ..announce(&files[3]) });
    // Another sender's own clock.
    all[2].submission.place.taken_at = Timestamp(1_763_000_000_001);
    all[2].submission.submitted_at = Timestamp(1_764_000_000_009);
    all[3].submission.field = FieldCode::parse("an-ninh-trat-tu").unwrap();
    all[3].submission.subject = SubjectCode::parse("trom-cap").unwrap();
    all
}

async fn staff(server: &Server, phone: &str, name: &str, fields: &[&str]) {
    let number = PhoneNumber::parse(phone).unwrap();
    let account =
        server.app.desk().create_staff_account(number, PASSWORD.into(), AgencyName::parse(name).unwrap()).await.unwrap();
    let fields = fields.iter().map(|field| FieldCode::parse(field).unwrap()).collect();
    server.app.desk().set_agency_fields(account.user_id, fields).await.unwrap();
}

impl World {
    async fn new() -> Self {
        let server = Server::start_with(|config| {
            config.publish = Publish::Received;
            config.codes.address_burst = 10_000;
            config.codes.number_burst = 1_000;
            config.codes.resend_seconds = 0;
            config.limits.sign_in_burst = 10_000;
            config.limits.public_burst = 1_000_000;
        })
        .await;
        staff(&server, STAFF, "Sở Xây dựng", &["trat-tu-do-thi", "an-ninh-trat-tu"]).await;
        staff(&server, OTHER_STAFF, "UBND phường Kon Tum", &[]).await;
        let number = PhoneNumber::parse(SENDER).unwrap();
        server.app.desk().create_account(number, PASSWORD.into(), "Nguyễn Thị Gương".into()).await.unwrap();
        let body = SignIn {
            phone: PhoneNumber::parse(SENDER).unwrap(),
            password: PASSWORD.into(),
            device: DeviceName::parse(DEVICE).ok(),
        };
        let sender: SignedIn = server.send(json(Method::POST, path::SESSION, None, &body)).await.must_be_ok().json();
        let (alice, bob) = (&sender.token, server.sign_in(BOB).await);
        let put = put_profile(1, Profile { born_on: Date::new(1990, 8, 19).unwrap(), ..profile() });
        server.put_profile(alice, &put).await.must_be_ok();
        let agreed = consent(ConsentPurpose::Location, true);
        server.consent(alice, &agreed).await.must_be_ok();

        let files = vec![jpeg(1, 900), jpeg(2, 900), jpeg(3, 900), video(b"isom", &[], 900)];
        let reports = reports(&files);
        let mut uploads = Vec::new();
        for (nth, file) in files.iter().enumerate() {
            let id = new_upload();
            let token = if nth == 2 { &bob } else { alice };
            server.send(creation(token, Some(id), hash(file), file.len(), file.clone())).await.must_be_ok();
            uploads.extend((nth != 2).then_some(id));
        }
        let mut receipts = Vec::new();
        for (nth, body) in reports.iter().enumerate() {
            let token = if nth == 2 { &bob } else { alice };
            let receipt: pakn_api::wire::Receipt = server.post(token, body).await.must_be_ok().json();
            receipts.extend((nth != 2).then_some(receipt.signed).flatten());
        }
        let unfinished = new_upload();
        let begun = jpeg(9, 100);
        server.send(creation(alice, Some(unfinished), hash(&begun), 100, begun[..50].to_vec())).await.must_be_ok();
        for body in &reports[..3] {
            server.set_status(body.report_id, ReportStatus::Accepted).await;
            let change = StatusChange {
                status: ReportStatus::InProgress,
                refusal: None,
                agency: AgencyName::parse("UBND phường Kon Tum").ok(),
                note: Note::parse("Đang xử lý").ok(),
            };
            server.app.desk().set_status(body.report_id, change).await.unwrap();
            let mine = PutFollow { op_id: new_op(), following: true };
            server.send(json(Method::PUT, &path::follow(body.report_id), Some(alice), &mine)).await.must_be_ok();
        }
        let mut traces = vec![
            ("name", "Y Blơ Thử Nghiệm".to_owned()),
            ("name at the start", "Nguyễn Thị Gương".to_owned()),
            ("phone", "938271645".to_owned()),
            ("identity number", "062190004321".to_owned()),
            ("issued", "2021-05-20".to_owned()),
            ("issued by", "Cục Cảnh sát QLHC".to_owned()),
            ("born", "1990-08-19".to_owned()),
            ("street", "Làng Plei Thử".to_owned()),
            ("e-mail", "y.blo.thu".to_owned()),
            ("device", DEVICE.to_owned()),
            ("user", sender.account.user_id.to_string()),
            ("session", sender.session_id.to_string()),
            ("token", sender.token.clone()),
            ("submitted", SUBMITTED_AT.to_string()),
            ("taken", TAKEN_AT.to_string()),
            ("profile's operation", put.op_id.to_string()),
            ("consent's operation", agreed.op_id.to_string()),
            ("unfinished upload", unfinished.to_string()),
        ];
        traces.extend(uploads.iter().map(|id| ("upload", id.to_string())));
        traces.extend(receipts.into_iter().map(|signed| ("receipt", signed)));
        let own = reports.iter().enumerate().filter(|(nth, _)| *nth != 2);
        traces.extend(own.map(|(_, body)| ("report's operation", body.op_id.to_string())));
        Self { server, reports, files, unfinished, sender, consent: agreed, traces }
    }

    /// Every call of a route that somebody might try, without a token.
    fn calls(&self, method: &Method, path: &'static str) -> Option<Vec<Request<Body>>> {
        let get = |path: &str| bare(method.clone(), path, None);
        let about_reports = |template: &str| {
            let paths = self.reports.iter().map(|body| template.replace("{report_id}", &body.report_id.to_string()));
            paths.map(|path| get(&path)).collect::<Vec<_>>()
        };
        let about_files = |template: &str| {
            let paths = self.files.iter().map(|file| template.replace("{sha256}", &hash(file).to_string()));
            paths.map(|path| get(&path)).collect::<Vec<_>>()
        };
        let anonymous = |mut request: Request<Body>| {
            request.headers_mut().remove("authorization");
            request
        };
        let somebody = PhoneNumber::parse(SOMEBODY).unwrap();
        let (code, password) = (OneTimeCode::of(1), "đoán-một-mật-khẩu".to_owned());
        let post = |body: Value| vec![json(method.clone(), path, None, &body)];
        Some(match (method.as_str(), path) {
            (
                "GET" | "HEAD" | "OPTIONS",
                path::HEALTH
                | path::OPENAPI
                | path::JURISDICTION
                | path::FIELDS
                | path::KEYS
                | path::SESSION
                | path::SESSIONS
                | path::CHANGES
                | path::PROFILE
                | path::EXPORT
                | path::FOLLOWS
                | path::PUBLIC_REPORTS
                | path::AGENCY_REPORTS
                | path::DELETE_ACCOUNT
                | path::UPLOADS,
            )
            | ("DELETE", path::SESSION | path::SESSIONS) => vec![get(path)],
            ("GET" | "HEAD", path::REPORT | path::RECEIPT | path::PUBLIC_REPORT | path::AGENCY_REPORT) => about_reports(path),
            ("GET" | "HEAD", path::MEDIUM | path::PUBLIC_MEDIUM | path::AGENCY_MEDIUM) => about_files(path),
            ("GET" | "HEAD", path::PUBLIC_SIMILAR) => {
                let around = |body: &CreateReport| {
                    let (field, at) = (&body.submission.field, body.submission.place.position);
                    get(&format!("{path}?field={field}&lat={}&lon={}", at.lat(), at.lon()))
                };
                self.reports.iter().map(around).collect()
            }
            ("PUT", path::FOLLOW) => {
                let follow = |body: &CreateReport| {
                    let wish = PutFollow { op_id: new_op(), following: true };
                    json(Method::PUT, &path::follow(body.report_id), None, &wish)
                };
                self.reports.iter().map(follow).collect()
            }
            ("HEAD" | "DELETE", path::UPLOAD) => vec![anonymous(upload(method.clone(), "", self.unfinished))],
            ("PATCH", path::UPLOAD) => vec![anonymous(patch("", self.unfinished, 50, vec![1; 10]))],
            ("POST", path::UPLOAD) => {
                let mut request = anonymous(patch("", self.unfinished, 50, vec![1; 10]));
                *request.method_mut() = Method::POST;
                request.headers_mut().insert("x-http-method-override", "PATCH".parse().unwrap());
                vec![request]
            }
            ("POST", path::UPLOADS) => {
                let begin = |file: &Vec<u8>| anonymous(creation("", None, hash(file), file.len(), Body::empty()));
                self.files.iter().map(begin).collect()
            }
            ("POST", path::REPORTS) => self.reports.iter().map(|body| json(Method::POST, path, None, body)).collect(),
            ("POST", path::SESSION) => post(serde_json::json!({ "phone": SENDER, "password": password })),
            ("POST", path::CODES) => {
                let phone = PhoneNumber::parse(SENDER).unwrap();
                vec![json(Method::POST, path, None, &RequestCode { code_id: new_code(), phone })]
            }
            ("POST", path::CODE) => vec![json(Method::POST, &path::code(new_code()), None, &CheckCode { code })],
            ("POST", path::ACCOUNTS) => {
                let consents = vec![Consent { purpose: ConsentPurpose::Terms, given: true, text_version: 1, at: Timestamp(1) }];
                let body = CreateAccount { code_id: new_code(), code, password, consents, device: None };
                vec![json(Method::POST, path, None, &body)]
            }
            ("POST", path::PASSWORD_RESETS) => {
                let body = ResetPassword { code_id: new_code(), code, password, device: None };
                vec![json(Method::POST, path, None, &body)]
            }
            ("PUT", path::PASSWORD) => {
                vec![json(Method::PUT, path, None, &ChangePassword { old: password.clone(), new: password })]
            }
            ("DELETE", path::ONE_SESSION) => vec![get(&path::session(self.sender.session_id))],
            ("PUT", path::PROFILE) => vec![json(Method::PUT, path, None, &put_profile(7, profile()))],
            ("POST", path::CONSENTS) => vec![json(Method::POST, path, None, &self.consent)],
            ("POST", path::DELETION) => vec![json(Method::POST, path, None, &DeleteAccount { password })],
            ("POST", path::DELETE_ACCOUNT) => {
                let form = Request::builder().method(Method::POST).uri(path);
                let form = form.header("content-type", "application/x-www-form-urlencoded");
                vec![form.body(Body::from(format!("phone={}", somebody.as_e164().replace('+', "%2B")))).unwrap()]
            }
            _ => return None,
        })
    }

    /// What of the sender can be read in an answer.
    fn seen_in(&self, answer: &Answer) -> Vec<&'static str> {
        let mut said = answer.text();
        for (name, value) in &answer.headers {
            said.push_str(&format!("\n{name}: {}", String::from_utf8_lossy(value.as_bytes())));
        }
        let said = said.to_lowercase();
        self.traces.iter().filter(|(_, trace)| said.contains(&trace.to_lowercase())).map(|(what, _)| *what).collect()
    }
}

/// Every mounted method and path, `HEAD` where `GET` answers it.
fn mounted() -> Vec<(Method, &'static str)> {
    let mut rows: Vec<_> = pakn_server::routes().iter().map(|row| (row.method.clone(), row.path)).collect();
    let implied: Vec<_> =
        rows.iter().filter(|(method, _)| *method == Method::GET).map(|(_, path)| (Method::HEAD, *path)).collect();
    rows.extend(implied);
    rows
}

#[tokio::test(flavor = "multi_thread")]
async fn no_route_tells_who_sent_a_report_without_a_name() {
    let world = World::new().await;
    let server = &world.server;
    // What is looked for is there to be seen: by the sender, or in the database.
    let mut own = String::new();
    for path in [path::EXPORT, path::PROFILE, path::SESSIONS, path::FOLLOWS] {
        own.push_str(&server.get(&world.sender.token, path).await.must_be_ok().text());
    }
    for body in &world.reports {
        own.push_str(&server.get(&world.sender.token, &path::receipt(body.report_id)).await.text());
    }
    let mut stored = Vec::new();
    for file in ["pakn.sqlite", "pakn.sqlite-wal"] {
        stored.extend(std::fs::read(server.data().join(file)).unwrap());
    }
    let stored = String::from_utf8_lossy(&stored).into_owned();
    for (what, trace) in &world.traces {
        let held = own.contains(trace.as_str()) || stored.contains(trace.as_str());
        assert!(held || ["token", "unfinished upload"].contains(what), "{what} would not be found");
    }

    let mut titles = BTreeMap::<&str, usize>::new();
    for (viewer, phone) in
        [("public", None), ("citizen", Some(BOB)), ("agency", Some(STAFF)), ("named agency", Some(OTHER_STAFF))]
    {
        let mut token: Option<String> = None;
        for (method, path) in mounted() {
            let calls = world.calls(&method, path);
            for mut request in calls.unwrap_or_else(|| panic!("{method} {path} has no row in the walk")) {
                if let Some(phone) = phone {
                    // Signing out and the like end what the one before used.
                    let ended = match &token {
                        Some(token) => server.get(token, path::SESSION).await.status == StatusCode::UNAUTHORIZED,
                        None => true,
                    };
                    if ended {
                        token = Some(server.sign_in(phone).await);
                    }
                    let bearer = format!("Bearer {}", token.as_deref().unwrap_or_default());
                    request.headers_mut().insert("authorization", bearer.parse().unwrap());
                }
                let asked = request.uri().clone();
                let answer = server.send(request).await;
                assert_ne!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{method} {asked} as {viewer}");
                let seen = world.seen_in(&answer);
                assert!(seen.is_empty(), "{method} {asked} as {viewer} tells {seen:?}: {:.2000}", answer.text());
                *titles.entry(viewer).or_default() += answer.text().matches("Tiêu đề ").count();
            }
        }
    }
    // The reports themselves were seen all the same.
    assert!(titles.values().all(|seen| *seen >= 8) && titles.len() == 4, "{titles:?}");
    assert_eq!(server.get(&world.sender.token, path::SESSION).await.must_be_ok().status, StatusCode::OK);
    assert!(server.headers_of_upload(&world).await.headers.contains_key(tus::OFFSET), "nobody has touched the sender's upload");
}

impl Server {
    async fn headers_of_upload(&self, world: &World) -> Answer {
        self.send(upload(Method::HEAD, &world.sender.token, world.unfinished)).await.must_be_ok()
    }
}

/// Every value in a document by its place; places in lists count as one.
fn leaves(value: &Value, at: &str, found: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, value)| leaves(value, &format!("{at}/{name}"), found)),
        Value::Array(entries) => entries.iter().for_each(|value| leaves(value, at, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => found.push((at.to_owned(), value.to_string())),
    }
}

#[tokio::test]
async fn two_reports_without_a_name_are_not_seen_to_be_one_senders() {
    let world = World::new().await;
    let staff = world.server.sign_in(STAFF).await;
    for (template, token) in [(path::PUBLIC_REPORT, None), (path::AGENCY_REPORT, Some(staff.as_str()))] {
        let mut views = Vec::new();
        for body in &world.reports[..3] {
            let path = template.replace("{report_id}", &body.report_id.to_string());
            let answer = world.server.send(bare(Method::GET, &path, token)).await.must_be_ok();
            let mut found = Vec::new();
            leaves(&answer.json(), "", &mut found);
            let fixed = ["date", "x-request-id", "content-length"];
            let headers = answer.headers.iter().filter(|(name, _)| !fixed.contains(&name.as_str()));
            found.extend(headers.map(|(name, value)| (name.to_string(), format!("{value:?}"))));
            views.push(found);
        }
        let [one, two, anothers] = views.try_into().unwrap();
        // A file of its own, and what was near when they came, say nothing of a sender.
        let apart = |(at, _): &&(String, String)| !at.contains("/media/") && !at.starts_with("/similar");
        let linking: Vec<_> = one.iter().filter(apart).filter(|leaf| two.contains(leaf) && !anothers.contains(leaf)).collect();
        assert!(linking.is_empty(), "{template}: {linking:?}");
        assert!(one.len() > 15, "{one:?}");
    }
}
