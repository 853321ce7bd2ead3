//! The server's public keys, as a JSON Web Key Set (RFC 7517) of Ed25519 keys (RFC 8037).

use serde::{Deserialize, Serialize};

/// Answer to `GET /v1/keys`: every key that receipts were ever signed with, the one in use first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct KeySet {
    /// The keys.
    pub keys: Vec<PublicKey>,
}

/// An Ed25519 public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PublicKey {
    /// `OKP`.
    pub kty: String,
    /// `Ed25519`.
    pub crv: String,
    /// Its 32 bytes in base64url without padding.
    pub x: String,
    /// Its thumbprint (RFC 7638), by which a signature names it.
    pub kid: String,
}

impl KeySet {
    /// The key of this name.
    #[must_use]
    pub fn find(&self, kid: &str) -> Option<&PublicKey> {
        self.keys.iter().find(|key| key.kid == kid)
    }
}
