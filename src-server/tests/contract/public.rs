//! What anyone may see: the feed, one report, what is near a place, files; and following.

use axum::http::{Method, header};
use pakn_api::{
    ErrorCode,
    id::{OpId, ReportId},
    model::{
        catalogue::{Catalogue, FieldCode, SubjectCode},
        jurisdiction::Jurisdiction,
        phone::PhoneNumber,
        place::Position,
        status::ReportStatus,
    },
    wire::{AccountExport, CreateReport, FollowList, PublicPage, PublicReport, PutFollow, SimilarPage, path},
};
use pakn_server::{Fault, Place, Publish, check};
use sqlx::{Connection as _, Executor as _};

use crate::common::{ALICE, BOB, LAT, LON, PASSWORD, Server, bare, hash, jpeg, json, new_op, report};

impl Server {
    /// What anyone gets.
    async fn look(&self, path: &str) -> crate::common::Answer {
        self.send(bare(Method::GET, path, None)).await
    }

    async fn public(&self, after: u64) -> PublicPage {
        self.look(&format!("{}?after={after}", path::PUBLIC_REPORTS)).await.must_be_ok().json()
    }

    async fn near(&self, field: &str, lat: f64, lon: f64) -> Vec<ReportId> {
        let page: SimilarPage =
            self.look(&format!("{}?field={field}&lat={lat}&lon={lon}", path::PUBLIC_SIMILAR)).await.must_be_ok().json();
        page.reports.iter().map(|report| report.report_id).collect()
    }

    async fn follow(&self, token: &str, report: ReportId, op_id: OpId, following: bool) -> crate::common::Answer {
        self.send(json(Method::PUT, &path::follow(report), Some(token), &PutFollow { op_id, following })).await
    }

    async fn followed(&self, token: &str) -> Vec<ReportId> {
        let list: FollowList = self.get(token, path::FOLLOWS).await.must_be_ok().json();
        list.reports.iter().map(|report| report.report_id).collect()
    }
}

fn ids(page: &PublicPage) -> Vec<ReportId> {
    page.reports.iter().map(|report| report.report_id).collect()
}

fn one(id: ReportId) -> String {
    path::PUBLIC_REPORT.replace("{report_id}", &id.to_string())
}

/// A report so many metres north of the usual place.
fn north(metres: f64) -> CreateReport {
    let mut body = report(&[]);
    body.submission.place.position = Position::new(LAT + metres / 111_195.0, LON, 9.0).unwrap();
    body
}

fn of(field: &str, subject: &str, mut body: CreateReport) -> CreateReport {
    body.submission.field = FieldCode::parse(field).unwrap();
    body.submission.subject = SubjectCode::parse(subject).unwrap();
    body
}

#[tokio::test]
async fn the_feed_tells_what_comes_changes_and_goes_and_nothing_of_the_rest() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let (mut named, hidden, refused) = (report(&[]), report(&[]), report(&[]));
    named.submission.anonymous = false;
    let crime = of("an-ninh-trat-tu", "trom-cap", report(&[]));
    for body in [&named, &hidden, &refused, &crime] {
        server.post(&token, body).await.must_be_ok();
    }
    let nothing = server.public(0).await;
    assert_eq!((ids(&nothing), nothing.gone, nothing.cursor), (vec![], vec![], 0));
    server.look(&one(named.report_id)).await.must_be(ErrorCode::NotFound);

    server.set_status(refused.report_id, ReportStatus::Refused).await;
    for body in [&named, &hidden, &crime] {
        server.set_status(body.report_id, ReportStatus::Accepted).await;
    }
    let first = server.public(0).await;
    assert_eq!((ids(&first), &first.gone), (vec![named.report_id, hidden.report_id], &vec![]));
    let senders: Vec<_> = first.reports.iter().map(|report| report.sender.as_deref()).collect();
    assert_eq!(senders, [Some("Nguyễn Thị An"), None]);
    let shown: PublicReport = server.look(&one(named.report_id)).await.must_be_ok().json();
    assert_eq!(shown, first.reports[0]);
    assert_eq!((&shown.title, shown.position), (&named.submission.title, named.submission.place.position));
    for id in [crime.report_id, refused.report_id, ReportId::new(1, [9; 10])] {
        server.look(&one(id)).await.must_be(ErrorCode::NotFound);
    }

    let page: PublicPage = server.look(&format!("{}?limit=1", path::PUBLIC_REPORTS)).await.must_be_ok().json();
    assert_eq!((ids(&page), page.more), (vec![named.report_id], true));
    let rest = server.public(page.cursor).await;
    assert_eq!((ids(&rest), rest.more, rest.cursor), (vec![hidden.report_id], false, first.cursor));
    assert_eq!(ids(&server.public(first.cursor).await), []);
    assert_eq!(ids(&server.public(1 << 50).await).len(), 2, "a cursor of before a restore");

    server.set_status(named.report_id, ReportStatus::InProgress).await;
    server.set_status(hidden.report_id, ReportStatus::Refused).await;
    let later = server.public(first.cursor).await;
    assert_eq!((ids(&later), &later.gone), (vec![named.report_id], &vec![hidden.report_id]));
    assert_eq!(later.reports[0].status, ReportStatus::InProgress);
    server.look(&one(hidden.report_id)).await.must_be(ErrorCode::NotFound);
}

#[tokio::test]
async fn whoever_leaves_takes_their_name_and_what_nobody_took_up() {
    let server = Server::start_with(|config| config.publish = Publish::Received).await;
    let token = server.sign_in(ALICE).await;
    let [mut kept, mut gone] = [(); 2].map(|()| report(&[]));
    for body in [&mut kept, &mut gone] {
        body.submission.anonymous = false;
        server.post(&token, body).await.must_be_ok();
    }
    server.set_status(kept.report_id, ReportStatus::Accepted).await;
    let before = server.public(0).await;
    assert!(before.reports.len() == 2 && before.reports.iter().all(|report| report.sender.is_some()), "{before:?}");
    server.delete_account(&token, PASSWORD).await.must_be_ok();
    let after = server.public(before.cursor).await;
    assert_eq!((ids(&after), &after.gone), (vec![kept.report_id], &vec![gone.report_id]));
    assert_eq!(after.reports[0].sender, None);
}

#[tokio::test]
async fn whoever_leaves_is_not_seen_to_have_sent_what_has_no_name() {
    let server = Server::start().await;
    let (token, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let [mut named, one, two, others] = [(); 4].map(|()| report(&[]));
    named.submission.anonymous = false;
    for (token, body) in [(&token, &one), (&token, &named), (&bob, &others), (&token, &two)] {
        server.post(token, body).await.must_be_ok();
        server.set_status(body.report_id, ReportStatus::Accepted).await;
    }
    let before = server.public(0).await;
    assert_eq!(before.reports.len(), 4);
    server.delete_account(&token, PASSWORD).await.must_be_ok();
    let after = server.public(before.cursor).await;
    assert_eq!((ids(&after), &after.gone), (vec![named.report_id], &vec![]));
    assert_eq!(after.reports[0].sender, None);
    let all = server.public(0).await;
    assert_eq!(ids(&all), [one.report_id, others.report_id, two.report_id, named.report_id]);
}

#[tokio::test]
async fn what_decides_may_change_and_the_feed_tells() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let (accepted, received) = (report(&[]), report(&[]));
    for body in [&accepted, &received] {
        server.post(&token, body).await.must_be_ok();
    }
    server.set_status(accepted.report_id, ReportStatus::Accepted).await;
    let first = server.public(0).await;
    let mut catalogue = Catalogue { version: 2, ..Catalogue::builtin() };
    for field in &mut catalogue.fields {
        field.public = false;
    }
    server.app.desk().publish(catalogue.clone()).await.unwrap();
    let hidden = server.public(first.cursor).await;
    assert_eq!((ids(&hidden), &hidden.gone), (vec![], &vec![accepted.report_id]));
    server.app.desk().publish(Catalogue { version: 3, ..Catalogue::builtin() }).await.unwrap();
    let again = server.public(hidden.cursor).await;
    assert_eq!((ids(&again), &again.gone), (vec![accepted.report_id], &vec![]));

    let data = server.data();
    let Server { app, router, folder } = server;
    drop((app, router));
    let mut config = pakn_server::Config::new(data);
    config.publish = Publish::Received;
    let app = pakn_server::App::open(config).await.unwrap();
    let server = Server { router: app.router(), app, folder };
    let more = server.public(again.cursor).await;
    assert_eq!((ids(&more), &more.gone), (vec![received.report_id], &vec![]));
}

#[tokio::test]
async fn what_is_near_open_and_of_the_field_is_found_nearest_first() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let [far, near, middle, closed, waiting] = [249.0, 1.0, 120.0, 5.0, 6.0].map(north);
    let beyond = north(252.0);
    let other = of("moi-truong", "xa-rac", north(2.0));
    for body in [&far, &near, &middle, &closed, &waiting, &beyond, &other] {
        server.post(&token, body).await.must_be_ok();
    }
    assert_eq!(server.near("trat-tu-do-thi", LAT, LON).await, []);
    for body in [&far, &near, &middle, &closed, &beyond, &other] {
        server.set_status(body.report_id, ReportStatus::Accepted).await;
    }
    for status in [ReportStatus::InProgress, ReportStatus::Answered, ReportStatus::Closed] {
        server.set_status(closed.report_id, status).await;
    }
    assert_eq!(server.near("trat-tu-do-thi", LAT, LON).await, [near.report_id, middle.report_id, far.report_id]);
    assert_eq!(server.near("moi-truong", LAT, LON).await, [other.report_id]);
    assert_eq!(server.near("khong-co", LAT, LON).await, []);
    assert_eq!(server.near("trat-tu-do-thi", LAT + 1.0, LON).await, []);
    let wider = Jurisdiction { version: 2, similar_within_m: 100, ..Jurisdiction::builtin() };
    server.app.desk().publish(wider).await.unwrap();
    assert_eq!(server.near("trat-tu-do-thi", LAT, LON).await, [near.report_id]);
    for query in [
        "",
        "?field=moi-truong",
        "?field=MOI&lat=14&lon=108",
        "?field=a&lat=0&lon=0",
        "?field=a&lat=91&lon=1",
        "?field=a&lat=x&lon=1",
    ] {
        server.look(&format!("{}{query}", path::PUBLIC_SIMILAR)).await.must_be(ErrorCode::BadRequest);
    }
}

/// Against every distance, over places that lie on, beside and far from borders of squares.
#[tokio::test]
async fn no_more_than_ten_are_told_and_these_are_the_nearest() {
    let server = Server::start_with(|config| config.publish = Publish::Received).await;
    let token = server.sign_in(ALICE).await;
    let mut all = Vec::new();
    for nth in 0..40_u32 {
        let mut body = report(&[]);
        // A grid's border is at a multiple of 0.0025°.
        let (lat, lon) = (14.35 + f64::from(nth % 7) * 0.000_5 - 0.001_5, 108.0 + f64::from(nth % 11) * 0.000_5 - 0.002_5);
        body.submission.place.position = Position::new(lat, lon, 5.0).unwrap();
        server.post(&token, &body).await.must_be_ok();
        all.push((lat, lon, body.report_id));
    }
    for (lat, lon) in [(14.35, 108.0), (14.3499, 107.9999), (14.3512, 108.0013), (14.3525, 108.0025)] {
        let flat = |a: f64, b: f64| ((a - lat) * 111_195.0).hypot((b - lon) * 111_195.0 * lat.to_radians().cos());
        let mut expected: Vec<_> = all.iter().map(|(a, b, id)| (flat(*a, *b), *id)).filter(|(far, _)| *far <= 250.0).collect();
        expected.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let found = server.near("trat-tu-do-thi", lat, lon).await;
        assert_eq!(found.len(), expected.len().min(10), "{lat} {lon}");
        let furthest = expected[found.len() - 1].0;
        for id in found {
            assert!(expected.iter().any(|(far, at)| *at == id && *far <= furthest + 0.01), "{lat} {lon}");
        }
    }
}

#[tokio::test]
async fn a_file_is_public_as_long_as_a_report_of_it_is() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let (shown, other) = (jpeg(1, 3_000), jpeg(2, 3_000));
    let (theirs, hidden) = (report(&[&shown]), report(&[&shown, &other]));
    for file in [&shown, &other] {
        server.put(&alice, file).await.must_be_ok();
    }
    server.put(&bob, &shown).await.must_be_ok();
    server.post(&bob, &theirs).await.must_be_ok();
    server.post(&alice, &hidden).await.must_be_ok();
    for file in [&shown, &other] {
        server.look(&path::public_medium(hash(file))).await.must_be(ErrorCode::NotFound);
    }
    server.set_status(theirs.report_id, ReportStatus::Accepted).await;
    let got = server.look(&path::public_medium(hash(&shown))).await.must_be_ok();
    assert!(got.body == shown);
    assert_eq!(got.headers[header::CONTENT_TYPE], "image/jpeg");
    assert_eq!(got.headers[header::CACHE_CONTROL], "public, max-age=3600");
    server.look(&path::public_medium(hash(&other))).await.must_be(ErrorCode::NotFound);
    server.set_status(theirs.report_id, ReportStatus::Refused).await;
    server.look(&path::public_medium(hash(&shown))).await.must_be(ErrorCode::NotFound);
}

#[tokio::test]
async fn a_wish_is_carried_out_once() {
    let server = Server::start().await;
    let (alice, bob) = (server.sign_in(ALICE).await, server.sign_in(BOB).await);
    let (one, two, hidden) = (report(&[]), report(&[]), report(&[]));
    for body in [&one, &two, &hidden] {
        server.post(&alice, body).await.must_be_ok();
    }
    for body in [&one, &two] {
        server.set_status(body.report_id, ReportStatus::Accepted).await;
    }
    let (first, second, third) = (new_op(), new_op(), new_op());
    server.follow(&bob, one.report_id, first, true).await.must_be_ok();
    server.follow(&bob, hidden.report_id, new_op(), true).await.must_be(ErrorCode::NotFound);
    server.follow(&bob, two.report_id, first, true).await.must_be(ErrorCode::OpIdReused);
    server.follow(&alice, one.report_id, first, true).await.must_be(ErrorCode::OpIdReused);
    server.follow(&bob, one.report_id, second, false).await.must_be_ok();
    // The first one comes once more, late.
    server.follow(&bob, one.report_id, first, true).await.must_be_ok();
    assert_eq!(server.followed(&bob).await, []);
    server.follow(&bob, one.report_id, third, true).await.must_be_ok();
    server.follow(&bob, one.report_id, new_op(), true).await.must_be_ok();
    assert_eq!((server.followed(&bob).await, server.followed(&alice).await), (vec![one.report_id], vec![]));
    let export: AccountExport = server.get(&bob, path::EXPORT).await.must_be_ok().json();
    assert_eq!(export.follows, [one.report_id]);
    // What is public no longer is not shown, and can still be let go.
    server.set_status(one.report_id, ReportStatus::Refused).await;
    assert_eq!(server.followed(&bob).await, []);
    server.follow(&bob, one.report_id, new_op(), false).await.must_be_ok();
    server.follow(&bob, two.report_id, new_op(), true).await.must_be_ok();
    server.delete_account(&bob, PASSWORD).await.must_be_ok();
    server.app.desk().create_account(PhoneNumber::parse(BOB).unwrap(), PASSWORD.into(), "Trần Văn Bình".into()).await.unwrap();
    let bob = server.sign_in(BOB).await;
    assert_eq!(server.followed(&bob).await, []);
}

#[tokio::test]
async fn who_asks_too_much_waits() {
    let server = Server::start_with(|config| {
        config.limits.public_burst = 2;
        config.limits.public_per_second = 1;
    })
    .await;
    let similar = format!("{}?field=moi-truong&lat=14&lon=108", path::PUBLIC_SIMILAR);
    server.look(path::PUBLIC_REPORTS).await.must_be_ok();
    server.look(&similar).await.must_be_ok();
    let id = ReportId::new(1, [1; 10]);
    for path in [path::PUBLIC_REPORTS.to_owned(), similar, one(id), path::public_medium(hash(b"x"))] {
        let refused = server.look(&path).await.must_be(ErrorCode::RateLimited);
        assert_eq!(refused.headers[header::RETRY_AFTER], "1");
    }
}

#[tokio::test]
async fn a_check_finds_what_is_public_and_not_there() {
    let server = Server::start_with(|config| config.publish = Publish::Received).await;
    let token = server.sign_in(ALICE).await;
    let body = report(&[]);
    server.post(&token, &body).await.must_be_ok();
    server.delete_account(&token, PASSWORD).await.must_be_ok();
    let faults = async || check(Place::Data(&server.data()), true).await.unwrap().faults;
    assert_eq!(faults().await, []);
    let mut conn = crate::deletion::database(&server).await;
    conn.execute("UPDATE public_change SET shown = 1").await.unwrap();
    conn.close().await.unwrap();
    assert_eq!(faults().await, [Fault::Public(body.report_id)]);
}

#[tokio::test]
async fn the_desk_is_told_what_was_near_when_a_report_came_in() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let [far, near, new, refused] = [240.0, 20.0, 0.0, 3.0].map(north);
    for body in [&far, &near, &refused] {
        server.post(&token, body).await.must_be_ok();
    }
    server.set_status(refused.report_id, ReportStatus::Refused).await;
    server.post(&token, &new).await.must_be_ok();
    let listed = server.app.desk().list_reports().await.unwrap();
    let similar = |id| listed.iter().find(|one| one.report_id == id).unwrap().similar.clone();
    assert_eq!(similar(new.report_id), [near.report_id, far.report_id]);
    assert_eq!(similar(far.report_id), []);
}

/// So many more reports like one, in another status, public or not.
async fn copies(server: &Server, of: ReportId, count: u32, status: ReportStatus, shown: bool) {
    let mut conn = crate::deletion::database(server).await;
    let sql = format!(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) \
         INSERT INTO report (report_id, user_id, op_id, submission, created_at, revision, received_at, status, change_seq, field, cell) \
         SELECT printf('01930000-0000-7000-8000-%012x', i), user_id, printf('01930000-0000-7000-9000-%012x', i), submission, \
         created_at, 1, received_at, '{status}', 1000000 + i, field, cell FROM report, n WHERE report_id = '{of}'; \
         INSERT INTO public_change (report_id, seq, shown) SELECT report_id, change_seq + 1000000, 1 FROM report \
         WHERE change_seq > 1000000 AND {shown}",
        status = status.as_str()
    );
    conn.execute(sqlx::AssertSqlSafe(sql)).await.unwrap();
    conn.close().await.unwrap();
}

#[tokio::test]
async fn what_is_done_hidden_or_further_away_pushes_nothing_out() {
    use ReportStatus::{Accepted, Closed, Received};
    let far = 240.0;
    // Whether those who ask now, and whoever looks at what came in later, must find the one among the many.
    for (nearer, status, shown) in [(true, Closed, true), (true, Received, false), (false, Accepted, true)] {
        let server = Server::start().await;
        let token = server.sign_in(ALICE).await;
        let (one, like) = if nearer { (north(far), north(0.0)) } else { (north(1.0), north(far)) };
        for body in [&one, &like] {
            server.post(&token, body).await.must_be_ok();
        }
        server.set_status(one.report_id, Accepted).await;
        copies(&server, like.report_id, 400, status, shown).await;
        let found = server.near("trat-tu-do-thi", LAT, LON).await;
        assert_eq!(found.first(), Some(&one.report_id), "{status:?}");
        assert_eq!(found.len(), if status == Accepted { 10 } else { 1 }, "{status:?}");
        let new = north(0.0);
        server.post(&token, &new).await.must_be_ok();
        let listed = server.app.desk().list_reports().await.unwrap();
        let similar = &listed.iter().find(|listed| listed.report_id == new.report_id).unwrap().similar;
        assert_eq!(similar.contains(&one.report_id), status != Received, "{status:?}");
    }
}
