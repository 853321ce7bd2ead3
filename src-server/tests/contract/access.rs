//! The access matrix: every method of every path that is mounted, tried by everyone who might try it.
//!
//! It runs over the server's own table of routes; a route that has no row here fails the test.

use axum::{
    body::Body,
    http::{Method, Request, StatusCode},
};
use pakn_api::{
    ErrorCode, Timestamp,
    id::OpId,
    model::{
        catalogue::FieldCode,
        consent::{Consent, ConsentPurpose},
        phone::PhoneNumber,
        status::ReportStatus,
        words::AgencyName,
    },
    wire::{
        ChangePassword, CheckCode, CreateAccount, DeleteAccount, PutFollow, PutProfile, RecordConsent, RequestCode,
        ResetPassword, SignedIn, StoredProfile, path, tus,
    },
};
use pakn_server::Access;

use crate::common::{
    ALICE, BOB, CITIZENS, PASSWORD, STAFF, Server, bare, creation, hash, jpeg, json, new_code, new_upload, patch, put, report,
    upload,
};

#[derive(Clone, Copy, Debug, PartialEq)]
enum Caller {
    Nobody,
    MalformedToken,
    UnknownToken,
    RevokedToken,
    AnotherCitizen,
    StaffOfAnotherAgency,
    StaffOfAnAgency,
    Owner,
}

const OTHER_STAFF: &str = "0913131313";

/// Owner last: what it does may end what the others are to be kept from.
const CALLERS: [Caller; 8] = [
    Caller::Nobody,
    Caller::MalformedToken,
    Caller::UnknownToken,
    Caller::RevokedToken,
    Caller::AnotherCitizen,
    Caller::StaffOfAnotherAgency,
    Caller::StaffOfAnAgency,
    Caller::Owner,
];

/// Who holds which token.
struct Tokens {
    owner: String,
    another: String,
    other_staff: String,
    /// Of the agency that handles what the owner sends.
    staff: String,
    revoked: String,
}

impl Tokens {
    async fn new(server: &Server) -> Self {
        let [owner, another, other_staff, staff] = [ALICE, BOB, OTHER_STAFF, STAFF].map(|phone| signed_in(server, phone));
        let revoked = signed_in(server, ALICE).await;
        server.send(bare(Method::DELETE, path::SESSION, Some(&revoked))).await.must_be_ok();
        Self { owner: owner.await, another: another.await, other_staff: other_staff.await, staff: staff.await, revoked }
    }

    fn of(&self, caller: Caller) -> Option<String> {
        match caller {
            Caller::Nobody => None,
            Caller::MalformedToken => Some("x".to_owned()),
            Caller::UnknownToken => Some("0".repeat(64)),
            Caller::RevokedToken => Some(self.revoked.clone()),
            Caller::AnotherCitizen => Some(self.another.clone()),
            Caller::StaffOfAnotherAgency => Some(self.other_staff.clone()),
            Caller::StaffOfAnAgency => Some(self.staff.clone()),
            Caller::Owner => Some(self.owner.clone()),
        }
    }

    /// Signs in again whoever has signed out, changed the password or deleted the account.
    async fn renew(&mut self, server: &Server) {
        let all =
            [(&mut self.owner, ALICE), (&mut self.another, BOB), (&mut self.other_staff, OTHER_STAFF), (&mut self.staff, STAFF)];
        for (token, phone) in all {
            if server.get(token, path::SESSION).await.status == StatusCode::UNAUTHORIZED {
                *token = signed_in(server, phone).await;
            }
        }
    }
}

/// The token of an account that is there from now on, with the usual password.
async fn signed_in(server: &Server, phone: &str) -> String {
    let (number, desk) = (PhoneNumber::parse(phone).unwrap(), server.app.desk());
    if let Some((_, name)) = CITIZENS.iter().find(|(citizen, _)| *citizen == phone) {
        desk.create_account(number, PASSWORD.into(), (*name).into()).await.unwrap();
    } else {
        let (name, field) = if phone == STAFF { ("Sở Xây dựng", "trat-tu-do-thi") } else { ("Sở Y tế", "covid-19") };
        let account = desk.create_staff_account(number, PASSWORD.into(), AgencyName::parse(name).unwrap()).await.unwrap();
        desk.set_agency_fields(account.user_id, vec![FieldCode::parse(field).unwrap()]).await.unwrap();
    }
    server.sign_in(phone).await
}

/// What a well-formed call of each route looks like, and how it succeeds.
async fn well_formed(
    server: &Server,
    owner: &str,
    seed: u32,
    method: &Method,
    path: &str,
) -> Option<(Request<Body>, StatusCode)> {
    let file = jpeg(seed, 2_000);
    let theirs = report(&[&file]);
    let of_owner = |template: &str| {
        template.replace("{report_id}", &theirs.report_id.to_string()).replace("{sha256}", &hash(&file).to_string())
    };
    let anonymous = |mut request: Request<Body>| {
        request.headers_mut().remove("authorization");
        request
    };
    if path == path::UPLOAD {
        let (id, bytes) = (new_upload(), jpeg(seed + 1_000, 100));
        server.send(creation(owner, Some(id), hash(&bytes), 100, bytes[..50].to_vec())).await.must_be_ok();
        let about = |method| anonymous(upload(method, "", id));
        let more = || anonymous(patch("", id, 50, bytes[50..60].to_vec()));
        return Some(match *method {
            Method::HEAD => (about(Method::HEAD), StatusCode::OK),
            Method::DELETE => (about(Method::DELETE), StatusCode::NO_CONTENT),
            Method::PATCH => (more(), StatusCode::NO_CONTENT),
            Method::POST => {
                let mut request = more();
                request.headers_mut().insert("x-http-method-override", "PATCH".parse().unwrap());
                (request, StatusCode::NO_CONTENT)
            }
            _ => return None,
        });
    }
    if let Some(call) = of_accounts(server, method, path).await {
        return Some(call);
    }
    if path.contains('{') {
        server.put(owner, &file).await.must_be_ok();
        server.post(owner, &theirs).await.must_be_ok();
        server.set_status(theirs.report_id, ReportStatus::Accepted).await;
    }
    let get = |template: &str| bare(method.clone(), &of_owner(template), None);
    Some(match (method.as_str(), path) {
        ("GET", path::HEALTH) => (get(path), StatusCode::NO_CONTENT),
        (
            "GET",
            path::OPENAPI
            | path::JURISDICTION
            | path::FIELDS
            | path::KEYS
            | path::SESSION
            | path::CHANGES
            | path::PROFILE
            | path::FOLLOWS
            | path::PUBLIC_REPORTS
            | path::AGENCY_REPORTS
            | path::EXPORT,
        ) => (get(path), StatusCode::OK),
        (
            "GET",
            path::REPORT
            | path::RECEIPT
            | path::MEDIUM
            | path::PUBLIC_REPORT
            | path::PUBLIC_MEDIUM
            | path::AGENCY_REPORT
            | path::AGENCY_MEDIUM,
        )
        | ("HEAD", path::MEDIUM) => (get(path), StatusCode::OK),
        ("GET", path::PUBLIC_SIMILAR) => (get("/v1/public/similar?field=moi-truong&lat=14.35&lon=108"), StatusCode::OK),
        ("PUT", path::FOLLOW) => {
            let body = PutFollow { op_id: OpId::new(6, rand::random()), following: true };
            (json(Method::PUT, &of_owner(path), None, &body), StatusCode::NO_CONTENT)
        }
        ("POST", path::SESSION) => {
            let body = serde_json::json!({ "phone": ALICE, "password": PASSWORD });
            (json(Method::POST, path, None, &body), StatusCode::CREATED)
        }
        ("DELETE", path::SESSION) => (get(path), StatusCode::NO_CONTENT),
        ("OPTIONS", path::UPLOADS) => (get(path), StatusCode::NO_CONTENT),
        ("POST", path::UPLOADS) => (anonymous(put("", hash(&file), file)), StatusCode::CREATED),
        ("POST", path::REPORTS) => {
            let mut new = report(&[]);
            new.op_id = OpId::new(3, rand::random());
            (json(Method::POST, path, None, &new), StatusCode::CREATED)
        }
        ("PUT", path::PROFILE) => {
            let StoredProfile { revision, profile } = server.get(owner, path).await.must_be_ok().json();
            let body = PutProfile { op_id: OpId::new(4, rand::random()), base_revision: revision, profile: profile.unwrap() };
            (json(Method::PUT, path, None, &body), StatusCode::OK)
        }
        ("POST", path::CONSENTS) => {
            let given = Consent { purpose: ConsentPurpose::Location, given: true, text_version: 1, at: Timestamp(1) };
            let body = RecordConsent { op_id: OpId::new(5, rand::random()), consent: given };
            (json(Method::POST, path, None, &body), StatusCode::NO_CONTENT)
        }
        ("GET", path::DELETE_ACCOUNT) => (get(path), StatusCode::OK),
        ("POST", path::DELETE_ACCOUNT) => {
            let number = format!("phone=097{:07}", rand::random_range(0..10_000_000));
            let form = Request::builder().method(Method::POST).uri(path);
            let form = form.header("content-type", "application/x-www-form-urlencoded");
            (form.body(Body::from(number)).unwrap(), StatusCode::OK)
        }
        ("POST", path::DELETION) => {
            (json(Method::POST, path, None, &DeleteAccount { password: PASSWORD.into() }), StatusCode::NO_CONTENT)
        }
        _ => return None,
    })
}

/// Calls of the routes that make accounts, try codes and end sessions: each on a number or a session of its own.
async fn of_accounts(server: &Server, method: &Method, path: &str) -> Option<(Request<Body>, StatusCode)> {
    let number = format!("03{:08}", rand::random_range(0..100_000_000));
    let device = None;
    Some(match (method.as_str(), path) {
        ("POST", path::CODES) => {
            let body = RequestCode { code_id: new_code(), phone: PhoneNumber::parse(&number).unwrap() };
            (json(Method::POST, path, None, &body), StatusCode::ACCEPTED)
        }
        ("POST", path::CODE) => {
            let (code_id, code) = server.code(&number).await;
            (json(Method::POST, &path::code(code_id), None, &CheckCode { code }), StatusCode::NO_CONTENT)
        }
        ("POST", path::ACCOUNTS) => {
            let (code_id, code) = server.code(&number).await;
            let consents = vec![Consent { purpose: ConsentPurpose::Terms, given: true, text_version: 1, at: Timestamp(1) }];
            let body = CreateAccount { code_id, code, password: PASSWORD.into(), consents, device };
            (json(Method::POST, path, None, &body), StatusCode::CREATED)
        }
        ("POST", path::PASSWORD_RESETS) => {
            let phone = PhoneNumber::parse(&number).unwrap();
            server.app.desk().create_account(phone, "mật-khẩu-đã-quên".into(), "Lê Văn Cường".into()).await.unwrap();
            let (code_id, code) = server.code(&number).await;
            let body = ResetPassword { code_id, code, password: PASSWORD.into(), device };
            (json(Method::POST, path, None, &body), StatusCode::CREATED)
        }
        ("PUT", path::PASSWORD) => {
            let body = ChangePassword { old: PASSWORD.into(), new: PASSWORD.into() };
            (json(Method::PUT, path, None, &body), StatusCode::NO_CONTENT)
        }
        ("GET", path::SESSIONS) => (bare(Method::GET, path, None), StatusCode::OK),
        ("DELETE", path::SESSIONS) => (bare(Method::DELETE, path, None), StatusCode::NO_CONTENT),
        ("DELETE", path::ONE_SESSION) => {
            let theirs: SignedIn = server.try_sign_in(ALICE, PASSWORD).await.must_be_ok().json();
            (bare(Method::DELETE, &path::session(theirs.session_id), None), StatusCode::NO_CONTENT)
        }
        _ => return None,
    })
}

/// Every mounted method and path, with who may call it. `GET` answers `HEAD` where no row of its own does.
fn mounted() -> Vec<(Method, &'static str, Access)> {
    let rows: Vec<_> = pakn_server::routes().iter().map(|row| (row.method.clone(), row.path, row.access)).collect();
    let own_head = |path| rows.iter().any(|(method, at, _)| *method == Method::HEAD && *at == path);
    let implied = rows.iter().filter(|(method, path, _)| *method == Method::GET && !own_head(*path));
    let implied: Vec<_> = implied.map(|(_, path, access)| (Method::HEAD, *path, *access)).collect();
    [rows, implied].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn everyone_gets_what_the_table_says_and_nothing_else() {
    let server = Server::start_with(|config| config.codes.address_burst = 1_000).await;
    let mut tokens = Tokens::new(&server).await;
    for (seed, (method, path, access)) in (0_u32..).zip(mounted()) {
        for caller in CALLERS {
            let asked =
                if method == Method::HEAD && path != path::MEDIUM && path != path::UPLOAD { &Method::GET } else { &method };
            let call = well_formed(&server, &tokens.owner, seed, asked, path).await;
            let (mut request, success) = call.unwrap_or_else(|| panic!("{method} {path} has no row in the access matrix"));
            *request.method_mut() = method.clone();
            if let Some(token) = tokens.of(caller) {
                request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
            }
            let expected = match (access, caller) {
                (Access::Public, _) => Ok(success),
                (Access::Account | Access::AccountOwner | Access::Citizen | Access::Owner, Caller::Owner) => Ok(success),
                (_, Caller::Nobody | Caller::MalformedToken | Caller::UnknownToken | Caller::RevokedToken) => {
                    Err(ErrorCode::Unauthenticated)
                }
                (Access::Account, Caller::AnotherCitizen | Caller::StaffOfAnotherAgency | Caller::StaffOfAnAgency) => Ok(success),
                (Access::AccountOwner, Caller::AnotherCitizen | Caller::StaffOfAnotherAgency | Caller::StaffOfAnAgency) => {
                    Err(ErrorCode::NotFound)
                }
                (Access::Agency | Access::HandlingAgency, Caller::AnotherCitizen | Caller::Owner) => Err(ErrorCode::Forbidden),
                (Access::Agency, Caller::StaffOfAnotherAgency)
                | (Access::Agency | Access::HandlingAgency, Caller::StaffOfAnAgency) => Ok(success),
                (Access::HandlingAgency, Caller::StaffOfAnotherAgency) => Err(ErrorCode::NotFound),
                (Access::Citizen, Caller::AnotherCitizen) => Ok(success),
                (Access::Owner, Caller::AnotherCitizen) => Err(ErrorCode::NotFound),
                (Access::Citizen | Access::Owner, Caller::StaffOfAnotherAgency | Caller::StaffOfAnAgency) => {
                    Err(ErrorCode::Forbidden)
                }
            };
            let answer = server.send(request).await;
            let status = expected.unwrap_or_else(|code| StatusCode::from_u16(code.http_status()).unwrap());
            assert_eq!(answer.status, status, "{method} {path} as {caller:?}: {}", answer.text());
            if let Err(code) = expected
                && method != Method::HEAD
            {
                answer.must_be(code);
            }
            tokens.renew(&server).await;
        }
    }
}

#[tokio::test]
async fn what_is_anothers_looks_just_like_what_is_not_there() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let file = jpeg(1, 2_000);
    let (theirs, nowhere) = (report(&[&file]), report(&[&jpeg(2, 10)]));
    server.put(&alice, &file).await.must_be_ok();
    server.post(&alice, &theirs).await.must_be_ok();
    let paths = |one: &pakn_api::wire::CreateReport| {
        [path::report(one.report_id), path::receipt(one.report_id), path::medium(one.submission.media[0].sha256)]
    };
    for (theirs, nowhere) in paths(&theirs).iter().zip(paths(&nowhere)) {
        let (theirs, nowhere) = (server.get(&bob, theirs).await, server.get(&bob, &nowhere).await);
        assert_eq!((theirs.status, theirs.body), (nowhere.status, nowhere.body));
    }
    let id = new_upload();
    server.send(creation(&alice, Some(id), hash(&file[1..]), 1_999, file[..50].to_vec())).await.must_be_ok();
    for request in [|id| upload(Method::DELETE, "", id), |id| patch("", id, 50, "")] {
        let ask = |id| {
            let mut request = request(id);
            request.headers_mut().insert("authorization", format!("Bearer {bob}").parse().unwrap());
            server.send(request)
        };
        let (theirs, nowhere) = (ask(id).await, ask(new_upload()).await);
        assert_eq!((theirs.status, theirs.body), (StatusCode::NOT_FOUND, nowhere.body));
    }
    server.send(upload(Method::HEAD, &alice, id)).await.must_be_ok();
    let page: pakn_api::wire::ChangePage = server.get(&bob, path::CHANGES).await.json();
    assert!(page.reports.is_empty());
}

#[tokio::test]
async fn what_is_not_in_the_table_is_told_in_the_contracts_words() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let table = [
        (Method::GET, "/", ErrorCode::NotFound),
        (Method::GET, "/v1/report", ErrorCode::NotFound),
        (Method::GET, "/v1/reports/", ErrorCode::NotFound),
        (Method::PATCH, path::SESSION, ErrorCode::MethodNotAllowed),
        (Method::GET, path::REPORTS, ErrorCode::MethodNotAllowed),
        (Method::GET, "/v1/reports/not-an-id", ErrorCode::BadRequest),
        (Method::GET, "/v1/reports/%FF/receipt", ErrorCode::BadRequest),
        (Method::GET, "/v1/media/ABCDEF", ErrorCode::BadRequest),
        (Method::PUT, "/v1/media/ABCDEF", ErrorCode::MethodNotAllowed),
        (Method::GET, "/v1/media/..%2f..%2fpakn.sqlite", ErrorCode::BadRequest),
        (Method::GET, "/v1/me/changes?after=-1", ErrorCode::BadRequest),
        (Method::GET, "/v1/me/changes?limit=0", ErrorCode::BadRequest),
        (Method::GET, "/v1/me/changes?limit=201", ErrorCode::BadRequest),
    ];
    for (method, path, code) in table {
        let answer = server.send(bare(method.clone(), path, Some(&token))).await;
        assert_eq!(answer.problem().code, code, "{method} {path}");
        assert!(answer.headers.contains_key("x-request-id"), "{method} {path}");
    }
    let table = [
        (Method::GET, path::UPLOADS, ErrorCode::MethodNotAllowed),
        (Method::GET, "/v1/uploads/not-an-id", ErrorCode::MethodNotAllowed),
        (Method::DELETE, "/v1/uploads/not-an-id", ErrorCode::BadRequest),
        (Method::DELETE, "/v1/uploads/a/b", ErrorCode::NotFound),
    ];
    for (method, path, code) in table {
        let mut request = bare(method.clone(), path, Some(&token));
        request.headers_mut().insert(tus::RESUMABLE, "1.0.0".parse().unwrap());
        assert_eq!(server.send(request).await.problem().code, code, "{method} {path}");
    }
}
