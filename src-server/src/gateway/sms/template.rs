//! The placeholders of an address or a body, put in as its form wants, so that no text changes the request's shape.

use pakn_api::model::phone::PhoneNumber;

use super::Sms;

/// How a value is written where it is put in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Encoding {
    /// Percent-encoded: addresses and forms.
    Percent,
    /// As the inside of a JSON string.
    Json,
    /// As XML's text.
    Xml,
    /// As it is.
    Plain,
}

impl Encoding {
    /// What a body of this media type wants.
    pub(super) fn of(content_type: &str) -> Option<Self> {
        match content_type.split(';').next().unwrap_or("").trim().to_ascii_lowercase().as_str() {
            "application/json" => Some(Self::Json),
            "application/x-www-form-urlencoded" => Some(Self::Percent),
            "text/xml" | "application/xml" | "application/soap+xml" => Some(Self::Xml),
            "text/plain" => Some(Self::Plain),
            _ => None,
        }
    }

    fn write(self, value: &str, out: &mut String) {
        match self {
            Self::Plain => out.push_str(value),
            Self::Percent => {
                for byte in value.bytes() {
                    if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
                        out.push(char::from(byte));
                    } else {
                        out.push_str(&format!("%{byte:02X}"));
                    }
                }
            }
            Self::Json => {
                let quoted = serde_json::Value::from(value).to_string();
                out.push_str(quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(&quoted));
            }
            Self::Xml => {
                for c in value.chars() {
                    match c {
                        '&' => out.push_str("&amp;"),
                        '<' => out.push_str("&lt;"),
                        '>' => out.push_str("&gt;"),
                        '"' => out.push_str("&quot;"),
                        '\'' => out.push_str("&apos;"),
                        c => out.push(c),
                    }
                }
            }
        }
    }
}

/// The template with the message in it; braces that are no placeholder stay.
pub(super) fn fill(template: &str, encoding: Encoding, sms: &Sms) -> String {
    let mut out = String::with_capacity(template.len() + sms.text.len());
    let mut rest = template;
    while let Some((before, from)) = rest.split_once('{') {
        out.push_str(before);
        let found = from.split_once('}').and_then(|(name, after)| Some((value(name, sms)?, after)));
        rest = match found {
            Some((value, after)) => {
                encoding.write(&value, &mut out);
                after
            }
            None => {
                out.push('{');
                from
            }
        };
    }
    out + rest
}

fn value(name: &str, sms: &Sms) -> Option<String> {
    let e164 = |phone: &PhoneNumber| phone.as_e164().to_owned();
    match name {
        "phone" => Some(e164(&sms.phone)),
        "phone_digits" => Some(e164(&sms.phone).trim_start_matches('+').to_owned()),
        "phone_local" => Some(e164(&sms.phone).replacen("+84", "0", 1)),
        "text" => Some(sms.text.clone()),
        "code" => Some(sms.code.as_str().to_owned()),
        _ => None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "fixed test data")]
mod tests {
    use pakn_api::model::code::OneTimeCode;

    use super::*;

    #[test]
    fn each_form_keeps_its_shape() {
        let sms = Sms {
            phone: PhoneNumber::parse("0912345678").unwrap(),
            text: "a \"b\" & <c>\n{phone}".into(),
            code: OneTimeCode::of(42),
        };
        let table = [
            ("https://x/?to={phone}&local={phone_local}", Encoding::Percent, "https://x/?to=%2B84912345678&local=0912345678"),
            ("to={phone_digits}&m={text}", Encoding::Percent, "to=84912345678&m=a%20%22b%22%20%26%20%3Cc%3E%0A%7Bphone%7D"),
            (r#"{"to":"{phone}","m":"{text}"}"#, Encoding::Json, r#"{"to":"+84912345678","m":"a \"b\" & <c>\n{phone}"}"#),
            ("<m>{text}</m>", Encoding::Xml, "<m>a &quot;b&quot; &amp; &lt;c&gt;\n{phone}</m>"),
            ("{{code}} {unknown} {", Encoding::Plain, "{000042} {unknown} {"),
        ];
        for (template, encoding, filled) in table {
            assert_eq!(fill(template, encoding, &sms), filled);
        }
    }

    #[test]
    fn a_text_that_ends_in_a_quote_stays_whole() {
        let sms = Sms { phone: PhoneNumber::parse("0912345678").unwrap(), text: "\"".into(), code: OneTimeCode::of(1) };
        let filled = fill(r#"{"m":"{text}"}"#, Encoding::Json, &sms);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&filled).unwrap()["m"], "\"");
    }

    #[test]
    fn media_types() {
        assert_eq!(Encoding::of("Application/JSON; charset=utf-8"), Some(Encoding::Json));
        assert_eq!(Encoding::of("application/soap+xml"), Some(Encoding::Xml));
        assert_eq!(Encoding::of("multipart/form-data"), None);
    }
}
