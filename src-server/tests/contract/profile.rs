//! The profile: put once, changed from what one knows, held to its rules; and what reports need of it.

use axum::http::{Method, StatusCode};
use pakn_api::{
    ErrorCode,
    model::{
        consent::ConsentPurpose,
        date::Date,
        person::{FullName, Gender},
        profile::{Guardian, Profile, ProfileProblem},
        unit::{ProvinceCode, WardCode},
    },
    wire::{Account, PutProfile, SignedIn, StoredProfile, path},
};

use crate::common::{ALICE, BOB, PASSWORD, Server, consent, json, new_op, profile, put_profile, report};

const NEW: &str = "0933333333";

#[tokio::test]
async fn a_profile_is_put_and_changed_and_every_sign_in_brings_it() {
    let server = Server::start().await;
    let token = server.bare_citizen(NEW).await;
    let stored: StoredProfile = server.get(&token, path::PROFILE).await.must_be_ok().json();
    assert_eq!(stored, StoredProfile { revision: 0, profile: None });

    let first = put_profile(0, profile());
    let answer: StoredProfile = server.put_profile(&token, &first).await.must_be_ok().json();
    assert_eq!(answer, StoredProfile { revision: 1, profile: Some(profile()) });
    assert_eq!(server.get(&token, path::SESSION).await.json::<Account>().name, "Y Blơ Thử Nghiệm");

    let married = Profile { full_name: FullName::parse("Y Blơ Khác").unwrap(), ..profile() };
    let answer: StoredProfile = server.put_profile(&token, &put_profile(1, married.clone())).await.must_be_ok().json();
    assert_eq!((answer.revision, answer.profile.as_ref()), (2, Some(&married)));
    let again: SignedIn = server.try_sign_in(NEW, PASSWORD).await.must_be_ok().json();
    assert_eq!((again.profile, again.account.name.as_str()), (answer, "Y Blơ Khác"));
    let others: StoredProfile = server.get(&server.sign_in(BOB).await, path::PROFILE).await.json();
    assert_eq!((others.revision, others.profile.unwrap().full_name.as_str().to_owned()), (1, "Trần Văn Bình".to_owned()));
}

#[tokio::test]
async fn the_same_operation_is_answered_again_and_carried_out_once() {
    let server = Server::start().await;
    let token = server.bare_citizen(NEW).await;
    let put = put_profile(0, profile());
    let (first, twin) = tokio::join!(server.put_profile(&token, &put), server.put_profile(&token, &put));
    let again = server.put_profile(&token, &put).await.must_be_ok();
    assert_eq!((first.status, twin.status), (StatusCode::OK, StatusCode::OK), "{} {}", first.text(), twin.text());
    assert_eq!((&first.body, &again.body), (&twin.body, &first.body));
    assert_eq!(again.json::<StoredProfile>().revision, 1);
    let mut other = put.clone();
    other.profile.gender = Gender::Other;
    server.put_profile(&token, &other).await.must_be(ErrorCode::OpIdReused);
    let bob = server.sign_in(BOB).await;
    server.put_profile(&bob, &put).await.must_be(ErrorCode::OpIdReused);
}

#[tokio::test]
async fn what_was_changed_elsewhere_is_not_overwritten() {
    let server = Server::start().await;
    let token = server.bare_citizen(NEW).await;
    server.put_profile(&token, &put_profile(1, profile())).await.must_be(ErrorCode::ProfileConflict);
    let lost = put_profile(0, profile());
    server.put_profile(&token, &lost).await.must_be_ok();
    let elsewhere = Profile { email: None, ..profile() };
    server.put_profile(&token, &put_profile(0, elsewhere.clone())).await.must_be(ErrorCode::ProfileConflict);
    server.put_profile(&token, &put_profile(1, elsewhere.clone())).await.must_be_ok();
    // The answer to the first was lost, and meanwhile came another.
    let again: StoredProfile = server.put_profile(&token, &lost).await.must_be_ok().json();
    let stored: StoredProfile = server.get(&token, path::PROFILE).await.json();
    assert_eq!(stored, StoredProfile { revision: 2, profile: Some(elsewhere) });
    assert_eq!(again, stored);
    server.put_profile(&token, &PutProfile { base_revision: 1, ..lost }).await.must_be(ErrorCode::OpIdReused);
}

#[tokio::test]
async fn a_profile_that_breaks_a_rule_is_refused_with_all_its_problems() {
    let server = Server::start().await;
    let token = server.bare_citizen(NEW).await;
    let change = |change: &dyn Fn(&mut Profile)| {
        let mut changed = profile();
        change(&mut changed);
        changed
    };
    let child = Date::new(2020, 4, 7).unwrap();
    let table = [
        (change(&|p| p.gender = Gender::Male), vec![ProfileProblem::NumberAgainstGender]),
        (change(&|p| p.address.ward = WardCode(1)), vec![ProfileProblem::WardUnknown]),
        (change(&|p| p.address.province = ProvinceCode(1)), vec![ProfileProblem::WardUnknown]),
        (change(&|p| p.identity.issued_on = Date::new(2199, 1, 1).unwrap()), vec![ProfileProblem::IssuedInFuture]),
        (change(&|p| p.born_on = child), vec![ProfileProblem::NumberAgainstBirth, ProfileProblem::GuardianMissing]),
    ];
    for (profile, problems) in table {
        let refused = server.put_profile(&token, &put_profile(0, profile)).await.must_be(ErrorCode::InvalidProfile);
        assert_eq!(refused.problem().profile_problems, problems);
    }
    let mut spoilt = serde_json::to_value(put_profile(0, profile())).unwrap();
    spoilt["profile"]["identity"]["number"] = "12345".into();
    let refused = server.send(json(Method::PUT, path::PROFILE, Some(&token), &spoilt)).await.must_be(ErrorCode::BadRequest);
    assert!(!refused.text().contains("12345"), "{}", refused.text());
    assert_eq!(server.get(&token, path::PROFILE).await.json::<StoredProfile>().revision, 0);

    let mut with_guardian = change(&|p| p.born_on = Date::new(2012, 4, 7).unwrap());
    with_guardian.identity.number = "062312004321".to_owned().try_into().unwrap();
    with_guardian.guardian = Some(Guardian { full_name: FullName::parse("Y Mẹ").unwrap() });
    server.put_profile(&token, &put_profile(0, with_guardian)).await.must_be_ok();
}

#[tokio::test]
async fn reports_are_taken_once_profile_and_consent_are_there() {
    let server = Server::start().await;
    let token = server.bare_citizen(NEW).await;
    let body = report(&[]);
    server.post(&token, &body).await.must_be(ErrorCode::ProfileIncomplete);
    server.put_profile(&token, &put_profile(0, profile())).await.must_be_ok();
    server.post(&token, &body).await.must_be(ErrorCode::ConsentMissing);
    for (purpose, given) in [(ConsentPurpose::Terms, true), (ConsentPurpose::Location, true), (ConsentPurpose::Reports, false)] {
        server.consent(&token, &consent(purpose, given)).await.must_be_ok();
        server.post(&token, &body).await.must_be(ErrorCode::ConsentMissing);
    }
    server.consent(&token, &consent(ConsentPurpose::Reports, true)).await.must_be_ok();
    server.post(&token, &body).await.must_be_ok();
}

#[tokio::test]
async fn what_was_taken_is_answered_again_after_the_consent_was_taken_back() {
    let server = Server::start().await;
    let token = server.sign_in(ALICE).await;
    let (body, mut late) = (report(&[]), report(&[]));
    late.op_id = new_op();
    let first = server.post(&token, &body).await.must_be_ok();
    server.consent(&token, &consent(ConsentPurpose::Reports, false)).await.must_be_ok();
    let again = server.post(&token, &body).await.must_be_ok();
    assert_eq!((again.status, again.body), (first.status, first.body));
    server.post(&token, &late).await.must_be(ErrorCode::ConsentMissing);
    // Long after, when the first answer is kept no more.
    let later = pakn_api::Timestamp(i64::MAX / 2);
    server.app.sweep(later).await.unwrap();
    let token = server.sign_in(ALICE).await;
    assert_eq!(server.post(&token, &body).await.must_be_ok().status, StatusCode::CREATED);
    server.post(&token, &late).await.must_be(ErrorCode::ConsentMissing);
}
