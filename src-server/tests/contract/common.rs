//! A server in process, on a folder of its own, and requests to it.

use std::sync::LazyLock;

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use http_body_util::BodyExt as _;
use pakn_api::{
    ErrorCode, Timestamp,
    id::{CodeId, MediaHash, OpId, ReportId, UploadId},
    model::{
        catalogue::{Catalogue, FieldCode, SubjectCode},
        code::OneTimeCode,
        consent::{Consent, ConsentPurpose},
        date::Date,
        email::Email,
        identity::IdentityNumber,
        person::{FullName, Gender},
        phone::PhoneNumber,
        place::{Place, PlaceSource, Position},
        profile::{Address, Identity, Profile},
        question::Answers,
        report::{MediaKind, MediaRef, Submission},
        status::{RefusalReason, ReportStatus},
        unit::{ProvinceCode, WardCode},
        words::{Content, IssuePlace, Street, Title},
    },
    wire::{
        CheckCode, CreateReport, DeleteAccount, Problem, PutProfile, RecordConsent, SignIn, SignedIn, path,
        tus::{self, Metadata},
    },
};
use pakn_server::{App, Config, StatusChange};
use serde::de::DeserializeOwned;
use sha2::{Digest as _, Sha256};
use tower::ServiceExt as _;

pub(crate) const TITLE: &str = "Ổ gà lớn trước chợ, đường Đặng Trần Côn ngập nước";
pub(crate) const LAT: f64 = 14.349_712_5;
pub(crate) const LON: f64 = 108.000_531_7;
pub(crate) const ALICE: &str = "0912345678";
pub(crate) const BOB: &str = "0987654321";
/// An agency's, when there is one.
pub(crate) const STAFF: &str = "0912121212";
pub(crate) const PASSWORD: &str = "mật-khẩu-rất-dài";

/// The citizens who are there from the start, and may send.
pub(crate) const CITIZENS: [(&str, &str); 2] = [(ALICE, "Nguyễn Thị An"), (BOB, "Trần Văn Bình")];

/// A server whose folder goes when it does.
pub(crate) struct Server {
    pub(crate) app: App,
    pub(crate) router: Router,
    pub(crate) folder: tempfile::TempDir,
}

/// An answer, read to its end.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap_or_else(|e| panic!("{e}: {} {:?}", self.status, self.text()))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The problem this is, which must have the right form and status.
    pub(crate) fn problem(&self) -> Problem {
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json", "{} {}", self.status, self.text());
        let problem: Problem = self.json();
        assert_eq!(problem.status, self.status.as_u16());
        assert_eq!(problem.code.http_status(), problem.status);
        problem
    }

    #[track_caller]
    pub(crate) fn must_be(self, code: ErrorCode) -> Self {
        assert_eq!(self.problem().code, code, "{}", self.text());
        self
    }

    #[track_caller]
    pub(crate) fn must_be_ok(self) -> Self {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        self
    }
}

impl Server {
    pub(crate) async fn start() -> Self {
        Self::start_with(|_| ()).await
    }

    pub(crate) async fn start_with(change: impl FnOnce(&mut Config)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut config = Config::new(folder.path().join("dữ liệu & %20"));
        config.sms.development_anywhere = true;
        change(&mut config);
        let app = App::open(config).await.unwrap();
        for (phone, name) in CITIZENS {
            app.desk().create_account(PhoneNumber::parse(phone).unwrap(), PASSWORD.into(), name.into()).await.unwrap();
        }
        Self { router: app.router(), app, folder }
    }

    /// Stops it and opens its folder again, as after the end of the process.
    pub(crate) async fn restart(self) -> Self {
        let config = Config::new(self.data());
        let Self { app, router, folder } = self;
        drop((app, router));
        let app = App::open(config).await.unwrap();
        Self { router: app.router(), app, folder }
    }

    pub(crate) fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("dữ liệu & %20")
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let asked = (request.method().clone(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes().to_vec();
        let answer = Answer { status: head.status, headers: head.headers, body };
        must_be_in_the_contract(&asked.0, &asked.1, &answer);
        let is_upload = asked.1.starts_with(path::UPLOADS);
        assert_eq!(answer.headers.get(tus::RESUMABLE).is_some_and(|version| version == "1.0.0"), is_upload, "{asked:?}");
        answer
    }

    pub(crate) async fn sign_in(&self, phone: &str) -> String {
        let answer = self.try_sign_in(phone, PASSWORD).await.must_be_ok();
        answer.json::<SignedIn>().token
    }

    pub(crate) async fn try_sign_in(&self, phone: &str, password: &str) -> Answer {
        let body = SignIn { phone: PhoneNumber::parse(phone).unwrap(), password: password.into(), device: None };
        self.send(json(Method::POST, path::SESSION, None, &body)).await
    }

    pub(crate) async fn ask_code(&self, code_id: CodeId, phone: &str) -> Answer {
        let body = serde_json::json!({ "code_id": code_id, "phone": phone });
        self.send(json(Method::POST, path::CODES, None, &body)).await
    }

    pub(crate) async fn check_code(&self, code_id: CodeId, code: &OneTimeCode) -> Answer {
        self.send(json(Method::POST, &path::code(code_id), None, &CheckCode { code: code.clone() })).await
    }

    /// A code for a number, as it comes by SMS.
    pub(crate) async fn code(&self, phone: &str) -> (CodeId, OneTimeCode) {
        let (code_id, before) = (new_code(), self.texts(phone).len());
        self.ask_code(code_id, phone).await.must_be_ok();
        (code_id, self.text(phone, before).await)
    }

    /// The codes that came to a number so far.
    pub(crate) fn texts(&self, phone: &str) -> Vec<OneTimeCode> {
        let phone = PhoneNumber::parse(phone).unwrap();
        let lines = std::fs::read_to_string(self.data().join("sms-development.jsonl")).unwrap_or_default();
        let lines = lines.split_inclusive('\n').filter(|line| line.ends_with('\n'));
        let lines = lines.map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        let ours = lines.filter(|line| line["phone"] == phone.as_e164());
        ours.map(|line| OneTimeCode::parse(line["code"].as_str().unwrap()).unwrap()).collect()
    }

    /// The code that comes to a number after so many others.
    pub(crate) async fn text(&self, phone: &str, before: usize) -> OneTimeCode {
        let come = async {
            loop {
                if let Some(code) = self.texts(phone).get(before) {
                    return code.clone();
                }
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), come).await.unwrap()
    }

    pub(crate) async fn put(&self, token: &str, file: &[u8]) -> Answer {
        self.send(put(token, hash(file), file.to_vec())).await
    }

    pub(crate) async fn post(&self, token: &str, body: &CreateReport) -> Answer {
        self.send(json(Method::POST, path::REPORTS, Some(token), body)).await
    }

    /// An account that has nothing but its number and password, signed in.
    pub(crate) async fn bare_citizen(&self, phone: &str) -> String {
        let number = PhoneNumber::parse(phone).unwrap();
        self.app.desk().create_bare_account(number, PASSWORD.into(), String::new()).await.unwrap();
        self.sign_in(phone).await
    }

    pub(crate) async fn put_profile(&self, token: &str, body: &PutProfile) -> Answer {
        self.send(json(Method::PUT, path::PROFILE, Some(token), body)).await
    }

    pub(crate) async fn consent(&self, token: &str, body: &RecordConsent) -> Answer {
        self.send(json(Method::POST, path::CONSENTS, Some(token), body)).await
    }

    pub(crate) async fn delete_account(&self, token: &str, password: &str) -> Answer {
        self.send(json(Method::POST, path::DELETION, Some(token), &DeleteAccount { password: password.into() })).await
    }

    /// Staff moves a report on.
    pub(crate) async fn set_status(&self, report: ReportId, status: ReportStatus) {
        let refusal = (status == ReportStatus::Refused).then_some(RefusalReason::OutOfScope);
        let change = StatusChange { status, refusal, agency: None, note: None };
        self.app.desk().set_status(report, change).await.unwrap();
    }

    pub(crate) async fn get(&self, token: &str, path: &str) -> Answer {
        self.send(bare(Method::GET, path, Some(token))).await
    }
}

/// What a route that exists answers has its status and media type in the OpenAPI document.
fn must_be_in_the_contract(method: &Method, path: &str, answer: &Answer) {
    static CONTRACT: LazyLock<serde_json::Value> = LazyLock::new(|| serde_json::to_value(pakn_server::contract()).unwrap());
    let named = |template: &str| {
        let (template, path) = (template.split('/'), path.split('/'));
        template.clone().count() == path.clone().count()
            && template.zip(path).all(|(part, actual)| part == actual || part.starts_with('{') && !actual.is_empty())
    };
    let routes = pakn_server::routes();
    let at = |wanted: &Method| routes.iter().find(|route| route.method == *wanted && named(route.path));
    let Some(route) = at(method).or_else(|| (*method == Method::HEAD).then(|| at(&Method::GET)).flatten()) else { return };
    let responses = &CONTRACT["paths"][route.path][route.method.as_str().to_lowercase()]["responses"];
    let response = &responses[answer.status.as_str()];
    assert!(response.is_object(), "{method} {} answers {}, the contract knows {responses}", route.path, answer.status);
    if *method == Method::HEAD {
        return;
    }
    let sent = answer.headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap());
    let described: Vec<_> = response["content"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    let fits =
        if described.len() > 1 { sent.is_some_and(|sent| described.contains(&sent)) } else { Vec::from_iter(sent) == described };
    assert!(fits, "{sent:?} is not among {described:?} {method} {} {}", route.path, answer.status);
}

pub(crate) fn bare(method: Method, path: &str, token: Option<&str>) -> Request<Body> {
    request(method, path, token).body(Body::empty()).unwrap()
}

pub(crate) fn json(method: Method, path: &str, token: Option<&str>, body: &impl serde::Serialize) -> Request<Body> {
    let body = serde_json::to_vec(body).unwrap();
    request(method, path, token).header(header::CONTENT_TYPE, "application/json").body(body.into()).unwrap()
}

/// An upload of a whole file under this hash, in one request.
pub(crate) fn put(token: &str, hash: MediaHash, file: Vec<u8>) -> Request<Body> {
    creation(token, None, hash, file.len(), file)
}

/// An upload of so many bytes with the first of them.
pub(crate) fn creation(
    token: &str,
    upload_id: Option<UploadId>,
    sha256: MediaHash,
    length: usize,
    body: impl Into<Body>,
) -> Request<Body> {
    request(Method::POST, path::UPLOADS, Some(token))
        .header(tus::RESUMABLE, tus::VERSION)
        .header(tus::LENGTH, length)
        .header(tus::METADATA, Metadata { sha256, upload_id }.to_header())
        .header(header::CONTENT_TYPE, tus::OFFSET_OCTET_STREAM)
        .body(body.into())
        .unwrap()
}

/// A request about one upload.
pub(crate) fn upload(method: Method, token: &str, id: UploadId) -> Request<Body> {
    request(method, &path::upload(id), Some(token)).header(tus::RESUMABLE, tus::VERSION).body(Body::empty()).unwrap()
}

/// More bytes of an upload.
pub(crate) fn patch(token: &str, id: UploadId, offset: usize, body: impl Into<Body>) -> Request<Body> {
    let mut request = upload(Method::PATCH, token, id);
    request.headers_mut().insert(tus::OFFSET, offset.into());
    request.headers_mut().insert(header::CONTENT_TYPE, tus::OFFSET_OCTET_STREAM.parse().unwrap());
    *request.body_mut() = body.into();
    request
}

pub(crate) fn new_code() -> CodeId {
    CodeId::new(1, rand::random())
}

pub(crate) fn new_upload() -> UploadId {
    UploadId::new(1, rand::random())
}

fn request(method: Method, path: &str, token: Option<&str>) -> axum::http::request::Builder {
    let request = Request::builder().method(method).uri(path);
    match token {
        Some(token) => request.header(header::AUTHORIZATION, format!("Bearer {token}")),
        None => request,
    }
}

/// Bytes that pass for a JPEG, different for each seed.
pub(crate) fn jpeg(seed: u32, bytes: usize) -> Vec<u8> {
    let mut file = vec![0xff, 0xd8, 0xff, 0xe0];
    let mut state = u64::from(seed) | 1 << 40;
    while file.len() < bytes {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        file.extend_from_slice(&state.to_be_bytes());
    }
    file.truncate(bytes);
    file
}

pub(crate) fn hash(file: &[u8]) -> MediaHash {
    MediaHash::from_digest(Sha256::digest(file).into())
}

pub(crate) fn announce(file: &[u8]) -> MediaRef {
    MediaRef { sha256: hash(file), bytes: file.len() as u64, kind: MediaKind::Jpeg, width: 2048, height: 1536, duration_ms: None }
}

pub(crate) fn report(files: &[&[u8]]) -> CreateReport {
    let now = Timestamp(1_764_000_000_000);
    CreateReport {
        op_id: OpId::new(1, rand::random()),
        report_id: ReportId::new(1, rand::random()),
        submission: Submission {
            catalogue_version: Catalogue::builtin().version,
            field: FieldCode::parse("trat-tu-do-thi").unwrap(),
            subject: SubjectCode::parse("duong-xa-cong-ranh").unwrap(),
            title: Title::parse(TITLE).unwrap(),
            content: Content::parse("Nước ngập cả làn xe, rất nguy hiểm.\nMong sớm sửa.").unwrap(),
            happened_at: now.plus_ms(-60_000),
            place: Place { position: Position::new(LAT, LON, 9.0).unwrap(), source: PlaceSource::Device, taken_at: now },
            ward: None,
            address: None,
            answers: Answers::new(),
            anonymous: true,
            submitted_at: now,
            media: files.iter().map(|file| announce(file)).collect(),
        },
    }
}

/// A woman's of 36 with all that can be said.
pub(crate) fn profile() -> Profile {
    Profile {
        full_name: FullName::parse("Y Blơ Thử Nghiệm").unwrap(),
        identity: Identity {
            number: IdentityNumber::parse("062190004321").unwrap(),
            issued_on: Date::new(2021, 5, 20).unwrap(),
            issued_by: IssuePlace::parse("Cục Cảnh sát QLHC về TTXH").unwrap(),
        },
        gender: Gender::Female,
        born_on: Date::new(1990, 4, 7).unwrap(),
        address: Address {
            province: ProvinceCode(51),
            ward: WardCode(23_293),
            street: Street::parse("Làng Plei Thử, nhà 77").unwrap(),
        },
        email: Email::parse("y.blo.thu@example.vn").ok(),
        guardian: None,
    }
}

pub(crate) fn new_op() -> OpId {
    OpId::new(7, rand::random())
}

pub(crate) fn put_profile(base_revision: u32, profile: Profile) -> PutProfile {
    PutProfile { op_id: new_op(), base_revision, profile }
}

pub(crate) fn consent(purpose: ConsentPurpose, given: bool) -> RecordConsent {
    let consent = Consent { purpose, given, text_version: purpose.text_version(), at: Timestamp(1_764_000_000_000) };
    RecordConsent { op_id: new_op(), consent }
}
