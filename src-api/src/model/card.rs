//! What the QR code on an identity card says, read tolerantly.
//!
//! `number|old number|name|birth ddmmyyyy|gender|address|issue ddmmyyyy`, with the old number empty for who never had
//! one; newer cards carry more (parents' names, and so on), which is left alone. Where the card was issued is not in
//! it. There is no published standard: what is read is told apart by what it looks like, not by its place alone.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use super::{
    date::Date,
    identity::IdentityNumber,
    person::{FullName, Gender},
    profile::ProfileForm,
    unit::Units,
};

/// More than any card says.
const MAX_CHARS: usize = 2_000;

/// Why a text is not a card's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum CardError {
    /// The picture can't be read as one.
    #[error("not a picture")]
    NotAPicture,
    /// There is no QR code in the picture that can be read.
    #[error("no QR code")]
    NoCode,
    /// There is one, but it is no identity card's.
    #[error("not an identity card's")]
    NotACard,
    /// The camera is not to be had: not allowed, or there is none.
    #[error("no camera")]
    NoCamera,
}

/// What a card says. What it says illegibly is left out. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    /// The number.
    pub number: IdentityNumber,
    /// The name.
    pub full_name: Option<FullName>,
    /// Date of birth.
    pub born_on: Option<Date>,
    /// Gender.
    pub gender: Option<Gender>,
    /// The address as one line, as it stands.
    pub address: Option<String>,
    /// Date of issue.
    pub issued_on: Option<Date>,
}

impl std::fmt::Debug for Card {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Card(…)")
    }
}

impl Card {
    /// Reads a QR code's text.
    ///
    /// # Errors
    /// [`CardError::NotACard`] without a number of twelve digits, or with nothing beside it.
    pub fn parse(text: &str) -> Result<Self, CardError> {
        let text: String = repaired(text).nfc().filter(|c| !c.is_control() && *c != '\u{feff}').take(MAX_CHARS).collect();
        let fields: Vec<&str> = text.split('|').map(str::trim).collect();
        let number_of = |field: &&str| {
            let digits: String = field.chars().filter(|c| !c.is_whitespace()).collect();
            (digits.len() == 12).then(|| IdentityNumber::parse(&digits).ok()).flatten()
        };
        // The number comes first; some readers put the old one before it, or an empty field.
        let head = fields.get(..fields.len().min(3)).unwrap_or_default();
        let (at, number) =
            head.iter().enumerate().find_map(|(at, field)| Some((at, number_of(field)?))).ok_or(CardError::NotACard)?;
        let rest = fields.get(at + 1..).unwrap_or_default();

        // Gender stands between the dates; only a card without it leaves the first date to be the birth.
        let is_date = |field: Option<&&str>| field.is_some_and(|field| date(field).is_some());
        let spoken = rest.iter().take(4).rposition(|field| gender(field).is_some());
        let spoken = spoken.filter(|at| !is_date(rest.get(at + 1)) || rest.iter().take(*at).any(|field| is_date(Some(field))));
        let born = rest.iter().take(spoken.unwrap_or(rest.len())).position(|field| is_date(Some(field)));
        let (head, tail) = match (spoken, born) {
            (Some(at), _) | (None, Some(at)) => (rest.get(..at), rest.get(at + 1..)),
            (None, None) => (Some(rest), None),
        };
        let (head, tail) = (head.unwrap_or_default(), tail.unwrap_or_default());
        let names = head.get(..born.unwrap_or(head.len())).unwrap_or_default();
        let issued = tail.iter().position(|field| is_date(Some(field)));
        let address = tail.iter().take(issued.unwrap_or(3)).find(|field| is_address(field));
        let card = Self {
            number,
            full_name: names.iter().rev().find_map(|field| FullName::parse(field).ok()),
            born_on: born.and_then(|at| rest.get(at)).and_then(|field| date(field)),
            gender: spoken.and_then(|at| rest.get(at)).and_then(|field| gender(field)),
            address: address.map(|field| field.split_whitespace().collect::<Vec<_>>().join(" ")),
            issued_on: issued.and_then(|at| tail.get(at)).and_then(|field| date(field)),
        };
        if card.full_name.is_none() && card.born_on.is_none() { Err(CardError::NotACard) } else { Ok(card) }
    }

    /// Fills a form with what the card says; what it doesn't say stays. The address fills what is still empty:
    /// province and ward only where it can mean but one, the street with what is left of it.
    pub fn fill(&self, form: &mut ProfileForm, units: Option<&Units>) {
        form.identity_number = self.number.as_str().to_owned();
        if let Some(name) = &self.full_name {
            form.full_name = name.as_str().to_owned();
        }
        if let Some(born_on) = self.born_on {
            form.born_on = born_on.day_first();
        }
        if self.gender.is_some() {
            form.gender = self.gender;
        }
        if let Some(issued_on) = self.issued_on {
            form.issued_on = issued_on.day_first();
        }
        if let Some(address) = &self.address {
            fill_address(address, form, units);
        }
    }
}

fn fill_address(address: &str, form: &mut ProfileForm, units: Option<&Units>) {
    let had_street = !form.street.trim().is_empty();
    let untouched = form.province.is_none() && form.ward.is_none();
    let resolved = units.and_then(|units| units.resolve(address)).filter(|_| untouched);
    if let Some(resolved) = &resolved {
        (form.province, form.ward) = (Some(resolved.province), resolved.ward);
    }
    if !had_street {
        form.street = resolved.map_or_else(|| address.to_owned(), |resolved| resolved.rest);
    }
}

fn date(field: &str) -> Option<Date> {
    let digits = field.bytes().filter(u8::is_ascii_digit).count();
    let day_first = || Date::parse(field).ok();
    let year_first = || Date::try_from(field.replace('/', "-")).ok();
    (digits >= 6).then(|| day_first().or_else(year_first)).flatten()
}

fn gender(field: &str) -> Option<Gender> {
    match field.to_lowercase().as_str() {
        "nam" | "male" | "m" => Some(Gender::Male),
        "nữ" | "nử" | "nu" | "female" | "f" => Some(Gender::Female),
        _ => None,
    }
}

fn is_address(field: &str) -> bool {
    field.chars().any(char::is_alphabetic) && (field.contains(',') || field.chars().filter(|c| c.is_alphabetic()).count() > 2)
}

/// Undoes what a reader does that takes UTF-8 for Latin-1 or Windows-1252: `Ä�áº¯k` was `Đắk`.
fn repaired(text: &str) -> String {
    let bytes: Option<Vec<u8>> = text.chars().map(byte_of).collect();
    match bytes.filter(|bytes| !bytes.is_ascii()).map(String::from_utf8) {
        Some(Ok(repaired)) => repaired,
        Some(Err(_)) | None => text.to_owned(),
    }
}

/// The byte that a character stands for in Windows-1252, or else in Latin-1.
fn byte_of(c: char) -> Option<u8> {
    const WINDOWS: [(char, u8); 27] = [
        ('€', 0x80),
        ('‚', 0x82),
        ('ƒ', 0x83),
        ('„', 0x84),
        ('…', 0x85),
        ('†', 0x86),
        ('‡', 0x87),
        ('ˆ', 0x88),
        ('‰', 0x89),
        ('Š', 0x8a),
        ('‹', 0x8b),
        ('Œ', 0x8c),
        ('Ž', 0x8e),
        ('‘', 0x91),
        ('’', 0x92),
        ('“', 0x93),
        ('”', 0x94),
        ('•', 0x95),
        ('–', 0x96),
        ('—', 0x97),
        ('˜', 0x98),
        ('™', 0x99),
        ('š', 0x9a),
        ('›', 0x9b),
        ('œ', 0x9c),
        ('ž', 0x9e),
        ('Ÿ', 0x9f),
    ];
    u8::try_from(u32::from(c)).ok().or_else(|| WINDOWS.iter().find(|(known, _)| *known == c).map(|(_, byte)| *byte))
}

#[cfg(test)]
mod tests;
