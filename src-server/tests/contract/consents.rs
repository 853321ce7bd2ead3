//! Consents: each noted once, in the order they came, none ever changed.

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
