//! The server's word in writing: complete receipts as a compact JWS (RFC 7515) under one Ed25519 key.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use pakn_api::{
    id::ReportId,
    wire::{
        Receipt, SignedReceipt,
        keys::{KeySet, PublicKey},
    },
};
use ring::signature::{Ed25519KeyPair, KeyPair as _};
use sha2::{Digest as _, Sha256};

/// A test's server needs no secret.
const SEED: [u8; 32] = [7; 32];

pub(super) struct Signer {
    pair: Option<Ed25519KeyPair>,
    made: BTreeMap<ReportId, (Receipt, String)>,
}

impl Signer {
    pub(super) fn new() -> Self {
        Self { pair: Ed25519KeyPair::from_seed_unchecked(&SEED).ok(), made: BTreeMap::new() }
    }

    fn key(pair: &Ed25519KeyPair) -> PublicKey {
        let x = URL_SAFE_NO_PAD.encode(pair.public_key().as_ref());
        let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
        PublicKey { kty: "OKP".to_owned(), crv: "Ed25519".to_owned(), kid: URL_SAFE_NO_PAD.encode(Sha256::digest(members)), x }
    }

    pub(super) fn keys(&self) -> KeySet {
        KeySet { keys: self.pair.iter().map(Self::key).collect() }
    }

    /// A complete receipt's signed form, made once: it costs more than everything else the model does.
    pub(super) fn sign(&mut self, receipt: &Receipt) -> Option<String> {
        let pair = self.pair.as_ref()?;
        if let Some((of, signed)) = self.made.get(&receipt.report_id)
            && of == receipt
        {
            return Some(signed.clone());
        }
        let said = SignedReceipt {
            op_id: receipt.op_id,
            report_id: receipt.report_id,
            received_at: receipt.received_at?,
            media: receipt.media.iter().map(|m| m.sha256).collect(),
        };
        let head = format!(r#"{{"alg":"EdDSA","kid":"{}"}}"#, Self::key(pair).kid);
        let body = serde_json::to_string(&said).ok()?;
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(head), URL_SAFE_NO_PAD.encode(body));
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes()));
        let signed = format!("{signed}.{signature}");
        self.made.insert(receipt.report_id, (receipt.clone(), signed.clone()));
        Some(signed)
    }
}
