//! Consents: each noted once, in the order they came, none ever changed.

use std::time::Duration;

use axum::http::header;
use pakn_api::{
    ErrorCode, Timestamp,
    model::consent::{Consent, ConsentPurpose},
    wire::{AccountExport, RecordConsent, SignedIn, path},
};

use crate::common::{BOB, PASSWORD, Server, consent};

const NEW: &str = "0933333333";

#[tokio::test]
async fn what_was_said_last_holds_and_all_of_it_is_kept() {
    let server = Server::start().await;
    let token = server.bare_citizen(NEW).await;
    use ConsentPurpose::{Location, Reports};
    let mut said = [consent(Reports, true), consent(Location, true), consent(Reports, false), consent(Location, false)];
    // The order in which they come counts, not what the device's clock says.
    said[2].consent.at = Timestamp(1);
    for one in &said {
        server.consent(&token, one).await.must_be_ok();
    }
    server.consent(&token, &said[0]).await.must_be_ok();
    let signed_in: SignedIn = server.try_sign_in(NEW, PASSWORD).await.must_be_ok().json();
    assert_eq!(signed_in.consents, [said[2].consent, said[3].consent]);
    let export: AccountExport = server.get(&token, path::EXPORT).await.must_be_ok().json();
    assert_eq!(export.consents, said.map(|one| one.consent));
}

#[tokio::test]
async fn one_operation_is_one_consent() {
    let server = Server::start().await;
    let (token, bob) = (server.bare_citizen(NEW).await, server.sign_in(BOB).await);
    let said = consent(ConsentPurpose::Location, true);
    let (first, twin) = tokio::join!(server.consent(&token, &said), server.consent(&token, &said));
    assert!(first.status.is_success() && twin.status.is_success(), "{} {}", first.text(), twin.text());
    let other = RecordConsent { consent: Consent { given: false, ..said.consent }, ..said };
    server.consent(&token, &other).await.must_be(ErrorCode::OpIdReused);
    server.consent(&bob, &said).await.must_be(ErrorCode::OpIdReused);
    let export: AccountExport = server.get(&token, path::EXPORT).await.json();
    assert_eq!(export.consents, [said.consent]);
}

#[tokio::test]
async fn what_holds_is_found_among_much_that_was_said() {
    let server = Server::start().await;
    let token = server.bare_citizen(NEW).await;
    use ConsentPurpose::{Location, Reports};
    let mut said = Vec::new();
    for nth in 0..40 {
        let purpose = if nth % 3 == 0 { Reports } else { Location };
        let mut one = consent(purpose, nth % 2 == 0);
        one.consent.text_version = nth;
        server.consent(&token, &one).await.must_be_ok();
        said.push(one.consent);
    }
    let signed_in: SignedIn = server.try_sign_in(NEW, PASSWORD).await.must_be_ok().json();
    assert_eq!(signed_in.consents, [said[38], said[39]]);
    assert_eq!([38, 39].map(|nth: usize| said[nth].purpose), [Location, Reports]);
}

#[tokio::test]
async fn who_says_too_much_waits() {
    let server = Server::start_with(|config| config.limits.consent_burst = 3).await;
    server.app.clock().stop();
    let (token, bob) = (server.bare_citizen(NEW).await, server.sign_in(BOB).await);
    let said = [true, false, true].map(|given| consent(ConsentPurpose::Location, given));
    for one in &said {
        server.consent(&token, one).await.must_be_ok();
    }
    let fourth = consent(ConsentPurpose::Location, false);
    let refused = server.consent(&token, &fourth).await.must_be(ErrorCode::RateLimited);
    assert_eq!(refused.headers[header::RETRY_AFTER], "600");
    // What has been noted is answered as ever, and others are not in it.
    server.consent(&token, &said[0]).await.must_be_ok();
    server.consent(&bob, &consent(ConsentPurpose::Location, true)).await.must_be_ok();
    server.app.clock().advance(Duration::from_secs(600));
    server.consent(&token, &fourth).await.must_be_ok();
    let export: AccountExport = server.get(&token, path::EXPORT).await.json();
    assert_eq!(export.consents.len(), 4);
}
