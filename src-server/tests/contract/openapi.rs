//! The written contract is the mounted one, and the copy in docs/ is current.

use std::collections::BTreeSet;

use pakn_api::{
    ErrorCode,
    model::status::{RefusalReason, ReportStatus},
    wire::path,
};

use crate::common::Server;

const COPY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json");

#[test]
fn every_route_is_described_and_nothing_else() {
    let contract = serde_json::to_value(pakn_server::contract()).unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in contract["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let needs_token = operation.get("security").is_some();
            described.insert((method.to_uppercase(), path.clone(), needs_token));
        }
    }
    let mounted: BTreeSet<_> = pakn_server::routes()
        .iter()
        .map(|route| (route.method.to_string(), route.path.to_owned(), route.access != pakn_server::Access::Public))
        .collect();
    assert_eq!(described, mounted);
}

#[test]
fn every_reference_leads_somewhere() {
    let contract = serde_json::to_value(pakn_server::contract()).unwrap();
    let text = contract.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(contract.pointer(reference).is_some(), "{reference}");
    }
}

#[test]
fn closed_sets_are_spelt_as_they_are_sent() {
    let contract = serde_json::to_value(pakn_server::contract()).unwrap();
    let described = |name: &str| contract["components"]["schemas"][name]["enum"].clone();
    assert_eq!(described("ErrorCode"), serde_json::to_value(ErrorCode::ALL).unwrap());
    assert_eq!(described("ReportStatus"), serde_json::to_value(ReportStatus::ALL).unwrap());
    assert_eq!(described("RefusalReason"), serde_json::to_value(RefusalReason::ALL).unwrap());
}

/// `UPDATE_OPENAPI=1 cargo test -p pakn-server` writes it anew.
#[test]
fn the_copy_in_docs_is_current() {
    let current = pakn_server::contract().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(COPY, &current).unwrap();
    }
    let copy = std::fs::read_to_string(COPY).unwrap_or_default();
    assert!(copy == current, "docs/openapi.json is out of date: UPDATE_OPENAPI=1 cargo test -p pakn-server");
}

#[tokio::test]
async fn it_is_served() {
    let server = Server::start().await;
    let served: serde_json::Value = server.send(crate::common::bare(axum::http::Method::GET, path::OPENAPI, None)).await.json();
    assert_eq!(served, serde_json::to_value(pakn_server::contract()).unwrap());
}
