//! Whether a receipt's signature is the server's: a compact JWS (RFC 7515) with EdDSA over Ed25519 (RFC 8037).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use pakn_api::{
    Timestamp,
    wire::{Receipt, SignedReceipt, keys::KeySet},
};
use ring::signature::{ED25519, UnparsedPublicKey};
use serde::Deserialize;

/// Why a signature proves nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NoProof {
    /// There is none.
    #[error("the receipt is not signed")]
    Unsigned,
    /// It is not a JWS as agreed.
    #[error("the signature can't be read")]
    Malformed,
    /// It names a key that is not among those known.
    #[error("the signature's key is not known")]
    UnknownKey,
    /// The key did not sign this.
    #[error("the signature is not the server's")]
    Forged,
    /// It was signed, but for something else.
    #[error("the signature is for another receipt")]
    Other,
}

#[derive(Deserialize)]
struct Head {
    alg: String,
    kid: String,
}

fn decode<T: for<'de> Deserialize<'de>>(part: &str) -> Result<T, NoProof> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| NoProof::Malformed)?;
    serde_json::from_slice(&bytes).map_err(|_| NoProof::Malformed)
}

/// Checks that one of `keys` has signed this very receipt, received at `received_at`.
pub(super) fn verify(receipt: &Receipt, received_at: Timestamp, keys: &KeySet) -> Result<(), NoProof> {
    let signed = receipt.signed.as_deref().ok_or(NoProof::Unsigned)?;
    let (message, signature) = signed.rsplit_once('.').ok_or(NoProof::Malformed)?;
    let (head, claims) = message.split_once('.').ok_or(NoProof::Malformed)?;
    let Head { alg, kid } = decode(head)?;
    if alg != "EdDSA" {
        return Err(NoProof::Malformed);
    }
    let key = keys.find(&kid).ok_or(NoProof::UnknownKey)?;
    let key = URL_SAFE_NO_PAD.decode(&key.x).map_err(|_| NoProof::Malformed)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| NoProof::Malformed)?;
    UnparsedPublicKey::new(&ED25519, key).verify(message.as_bytes(), &signature).map_err(|_| NoProof::Forged)?;
    let claims: SignedReceipt = decode(claims)?;
    let meant = SignedReceipt {
        op_id: receipt.op_id,
        report_id: receipt.report_id,
        received_at,
        media: receipt.media.iter().map(|m| m.sha256).collect(),
    };
    if claims == meant { Ok(()) } else { Err(NoProof::Other) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use pakn_api::{
        id::MediaHash,
        wire::{ReceiptMedium, keys::PublicKey},
    };
    use ring::signature::{Ed25519KeyPair, KeyPair};
    use serde_json::json;

    use super::*;

    fn jws(key: &Ed25519KeyPair, head: &serde_json::Value, claims: &serde_json::Value) -> String {
        let part = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let message = format!("{}.{}", part(head), part(claims));
        format!("{message}.{}", URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes())))
    }

    #[test]
    fn only_the_servers_own_word_for_this_very_receipt_counts() {
        let key = |seed| Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).unwrap();
        let public = PublicKey {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            x: URL_SAFE_NO_PAD.encode(key(1).public_key()),
            kid: "a".to_owned(),
        };
        let keys = KeySet { keys: vec![public] };
        let id = "0190b1b0-0000-7000-8000-000000000001";
        let hash = MediaHash::from_digest([7; 32]);
        let claims = json!({"op_id": id, "report_id": id, "received_at": 9, "media": [hash]});
        let head = json!({"alg": "EdDSA", "kid": "a"});
        let with = |signed: Option<String>| Receipt {
            op_id: id.parse().unwrap(),
            report_id: id.parse().unwrap(),
            received_at: Some(Timestamp(9)),
            media: vec![ReceiptMedium { sha256: hash, bytes: 3, stored: true }],
            signed,
        };
        let verified = |signed: Option<String>| verify(&with(signed), Timestamp(9), &keys);
        let good = jws(&key(1), &head, &claims);
        assert_eq!(verified(Some(good.clone())), Ok(()));
        assert_eq!(verify(&with(Some(good.clone())), Timestamp(8), &keys), Err(NoProof::Other));
        assert_eq!(verified(None), Err(NoProof::Unsigned));
        assert_eq!(verified(Some(jws(&key(2), &head, &claims))), Err(NoProof::Forged));
        assert_eq!(verified(Some(jws(&key(1), &json!({"alg": "EdDSA", "kid": "b"}), &claims))), Err(NoProof::UnknownKey));
        assert_eq!(verified(Some(jws(&key(1), &json!({"alg": "none", "kid": "a"}), &claims))), Err(NoProof::Malformed));
        let others = json!({"op_id": id, "report_id": id, "received_at": 9, "media": []});
        assert_eq!(verified(Some(jws(&key(1), &head, &others))), Err(NoProof::Other));
        for bad in ["", ".", "..", "a.b.c", good.trim_end_matches(|c: char| c != '.')] {
            assert!(verified(Some(bad.to_owned())).is_err(), "{bad}");
        }
    }
}
