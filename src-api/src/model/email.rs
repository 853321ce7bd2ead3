//! E-mail addresses, checked as far as a form can.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Why a text is not an e-mail address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[error("not an e-mail address")]
pub struct EmailError;

/// An e-mail address. `Debug` shows only its domain.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(value_type = String))]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// Reads an address: something without spaces, one `@`, a domain with a dot (the shape that HTML's
    /// `type=email` asks for, and the dot). At most 254 characters (RFC 5321).
    ///
    /// # Errors
    /// [`EmailError`].
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let text = text.trim();
        let (local, domain) = text.rsplit_once('@').ok_or(EmailError)?;
        let local_fits = !local.is_empty()
            && local.len() <= 64
            && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b));
        let label = |l: &str| {
            (1..=63).contains(&l.len())
                && l.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !l.starts_with('-')
                && !l.ends_with('-')
        };
        let domain_fits = domain.contains('.') && domain.split('.').all(label);
        if local_fits && domain_fits && text.len() <= 254 { Ok(Self(text.to_owned())) } else { Err(EmailError) }
    }

    /// The address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Email(…@{})", self.0.rsplit('@').next().unwrap_or(""))
    }
}

impl TryFrom<String> for Email {
    type Error = EmailError;
    fn try_from(text: String) -> Result<Self, EmailError> {
        Self::parse(&text)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> Self {
        email.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for good in ["an@example.vn", " nguyen.van-an+kt@mail.example.com.vn ", "a@b.co"] {
            assert_eq!(Email::parse(good).map(|e| e.as_str().to_owned()), Ok(good.trim().to_owned()));
        }
        for bad in ["", "an", "an@", "@example.vn", "an@example", "an @example.vn", "an@exa mple.vn", "an@-x.vn", "ân@example.vn"]
        {
            assert_eq!(Email::parse(bad), Err(EmailError), "{bad}");
        }
    }
}
