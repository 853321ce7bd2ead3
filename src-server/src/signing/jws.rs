//! Compact JSON Web Signatures (RFC 7515) with Ed25519 (RFC 8037), as far as receipts need them: one
//! header, whose members are in one order, and nothing that is optional. What is signed under another
//! header is none of this server's.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use pakn_api::wire::keys::{KeySet, PublicKey};
use ring::signature::{ED25519, Ed25519KeyPair, UnparsedPublicKey};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use sha2::{Digest as _, Sha256};

const ALG: &str = "EdDSA";
const KTY: &str = "OKP";
const CRV: &str = "Ed25519";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    kid: String,
}

/// Why a signature does not stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// It is not a compact JWS as this server writes them.
    #[error("this is no signed receipt")]
    Shape,
    /// No published key has the name it gives.
    #[error("it names a key that is none of this server's")]
    UnknownKey,
    /// The bytes were not signed with the key it names.
    #[error("the signature does not fit")]
    Forged,
}

/// A public key of these coordinates under this name.
pub(crate) fn public_key(x: String, kid: String) -> PublicKey {
    PublicKey { kty: KTY.to_owned(), crv: CRV.to_owned(), x, kid }
}

/// A public key's bytes under their thumbprint (RFC 7638, 3).
pub(crate) fn named(public: &[u8]) -> PublicKey {
    let x = URL_SAFE_NO_PAD.encode(public);
    let canonical = format!(r#"{{"crv":"{CRV}","kty":"{KTY}","x":"{x}"}}"#);
    let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
    public_key(x, kid)
}

/// `payload` as JSON, signed.
pub(crate) fn sign(pair: &Ed25519KeyPair, kid: &str, payload: &impl Serialize) -> serde_json::Result<String> {
    let header = serde_json::to_vec(&Header { alg: ALG.to_owned(), kid: kid.to_owned() })?;
    let mut jws = URL_SAFE_NO_PAD.encode(header);
    jws.push('.');
    URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(payload)?, &mut jws);
    let signature = pair.sign(jws.as_bytes());
    jws.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut jws);
    Ok(jws)
}

/// What was signed, and the name of the key, if it was with one of these.
pub(crate) fn verify<T: DeserializeOwned>(keys: &KeySet, jws: &str) -> Result<(T, String), JwsError> {
    let (signed, signature) = jws.rsplit_once('.').ok_or(JwsError::Shape)?;
    let (header, payload) = signed.split_once('.').ok_or(JwsError::Shape)?;
    let bytes = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Shape);
    let header: Header = serde_json::from_slice(&bytes(header)?).map_err(|_| JwsError::Shape)?;
    if header.alg != ALG {
        return Err(JwsError::Shape);
    }
    let key = keys.find(&header.kid).ok_or(JwsError::UnknownKey)?;
    let public = UnparsedPublicKey::new(&ED25519, bytes(&key.x)?);
    public.verify(signed.as_bytes(), &bytes(signature)?).map_err(|_| JwsError::Forged)?;
    let payload = serde_json::from_slice(&bytes(payload)?).map_err(|_| JwsError::Shape)?;
    Ok((payload, header.kid))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use ring::signature::KeyPair as _;

    use super::*;

    /// The key, thumbprint and signature of RFC 8037, appendix A.
    #[test]
    fn the_examples_of_the_standard() {
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
        let key = named(pair.public_key().as_ref());
        assert_eq!(key.x, "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo");
        assert_eq!(key.kid, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let input = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = URL_SAFE_NO_PAD.encode(pair.sign(input.as_bytes()));
        assert_eq!(signature, "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg");
    }

    #[test]
    fn what_is_not_as_it_was_signed_does_not_stand() {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        let key = named(pair.public_key().as_ref());
        let keys = KeySet { keys: vec![key.clone()] };
        let jws = sign(&pair, &key.kid, &["một"]).unwrap();
        assert_eq!(verify::<Vec<String>>(&keys, &jws).unwrap(), (vec!["một".to_owned()], key.kid.clone()));
        for at in 0..jws.len() {
            let mut spoilt = jws.clone().into_bytes();
            spoilt.iter_mut().skip(at).take(1).for_each(|byte| *byte = if *byte == b'A' { b'B' } else { b'A' });
            let spoilt = String::from_utf8(spoilt).unwrap();
            verify::<Vec<String>>(&keys, &spoilt).unwrap_err();
        }
        let under_none = jws.replacen(jws.split('.').next().unwrap(), &URL_SAFE_NO_PAD.encode(r#"{"alg":"none"}"#), 1);
        for bad in ["", ".", "..", "a.b.c", jws.rsplit_once('.').unwrap().0, &under_none, &format!("{jws}=")] {
            assert_eq!(verify::<Vec<String>>(&keys, bad), Err(JwsError::Shape), "{bad}");
        }
        assert_eq!(verify::<Vec<String>>(&KeySet::default(), &jws), Err(JwsError::UnknownKey));
    }
}
