//! Extra questions that a subject asks, as server data, and the rules between a question and its answer.
//!
//! [`Question::check`] turns what was typed into an [`Answer`]; [`Question::fault`] judges a finished one. Which
//! question belongs to which subject is the catalogue's.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization as _;

use super::catalogue::{ChoiceCode, QuestionCode};
use crate::Timestamp;

/// The most characters that a question may take in an answer.
pub const MAX_ANSWER_CHARS: u16 = 1_000;
/// The most digits after the decimal comma.
pub const MAX_DECIMALS: u8 = 6;

/// One of the answers that may be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Choice {
    /// Unique within the question.
    pub code: ChoiceCode,
    /// What citizens read.
    pub label: String,
}

/// What kind of answer a question wants.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum QuestionKind {
    /// Words.
    Text {
        /// At most so many characters, after trimming, in NFC; no more than [`MAX_ANSWER_CHARS`].
        max_chars: u16,
    },
    /// A number.
    Number {
        /// The smallest, itself included.
        min: f64,
        /// The largest, itself included.
        max: f64,
        /// At most so many digits after the decimal comma.
        #[serde(default)]
        decimals: u8,
        /// What is counted or measured, as citizens read it: `m`, `cái`.
        #[serde(default)]
        unit: Option<String>,
    },
    /// One of several.
    One {
        /// In the order they are shown.
        options: Vec<Choice>,
    },
    /// Any of several.
    Many {
        /// In the order they are shown.
        options: Vec<Choice>,
        /// At most so many.
        #[serde(default)]
        at_most: Option<u8>,
    },
    /// A moment.
    DateTime {
        /// Whether it can't be after the moment of sending.
        #[serde(default)]
        past_only: bool,
    },
    /// One that this version doesn't know: it is not asked.
    #[serde(other)]
    Unknown,
}

/// An extra question of a subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Question {
    /// Unique within the subject.
    pub code: QuestionCode,
    /// What citizens read.
    pub label: String,
    /// What helps to answer it.
    #[serde(default)]
    pub hint: Option<String>,
    /// Whether a report needs an answer.
    #[serde(default)]
    pub required: bool,
    /// What kind of answer.
    pub kind: QuestionKind,
}

/// An answer as it stands in the form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TypedAnswer {
    /// Words or a number, as typed.
    Words(String),
    /// What is ticked.
    Chosen(BTreeSet<ChoiceCode>),
    /// A moment.
    At(Timestamp),
}

/// A valid answer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", content = "value", rename_all = "snake_case")]
pub enum Answer {
    /// Words, trimmed, in NFC.
    Text(String),
    /// A number.
    Number(f64),
    /// One of several.
    One(ChoiceCode),
    /// Some of several, at least one.
    Many(BTreeSet<ChoiceCode>),
    /// A moment.
    DateTime(Timestamp),
}

impl From<Answer> for TypedAnswer {
    fn from(answer: Answer) -> Self {
        match answer {
            Answer::Text(words) => Self::Words(words),
            Answer::Number(number) => Self::Words(number.to_string().replace('.', ",")),
            Answer::One(code) => Self::Chosen(BTreeSet::from([code])),
            Answer::Many(codes) => Self::Chosen(codes),
            Answer::DateTime(at) => Self::At(at),
        }
    }
}

/// The answers of a report, by question.
pub type Answers = BTreeMap<QuestionCode, Answer>;

/// What is wrong with an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum AnswerProblem {
    /// There is none.
    #[error("no answer")]
    Missing,
    /// Too many characters, or one that can't be shown.
    #[error("text too long or not plain")]
    BadText,
    /// Not a number.
    #[error("not a number")]
    NotANumber,
    /// Too small, too large, or of more digits than are asked for.
    #[error("number out of range")]
    OutOfRange,
    /// Not among what may be chosen, or of another kind than asked for.
    #[error("not one of the options")]
    NotAnOption,
    /// More than may be chosen.
    #[error("too many options")]
    TooMany,
    /// A moment after that of sending.
    #[error("in the future")]
    InFuture,
    /// Asked in a way that this version doesn't know, and needed.
    #[error("unknown kind of question")]
    UnknownKind,
}

impl Question {
    /// The answer that was typed; none where it was left open and may be.
    ///
    /// # Errors
    /// [`AnswerProblem`] says what is wrong with it.
    pub fn check(&self, typed: Option<&TypedAnswer>, now: Timestamp) -> Result<Option<Answer>, AnswerProblem> {
        let answer = match (&self.kind, typed) {
            (QuestionKind::Unknown, _) | (_, None) => None,
            (QuestionKind::Text { .. }, Some(TypedAnswer::Words(words))) => {
                let words: String = words.replace("\r\n", "\n").trim().nfc().collect();
                (!words.is_empty()).then_some(Answer::Text(words))
            }
            (QuestionKind::Number { decimals, .. }, Some(TypedAnswer::Words(words))) => number(words, *decimals)?,
            (QuestionKind::One { .. }, Some(TypedAnswer::Chosen(chosen))) => match chosen.len() {
                0 => None,
                1 => chosen.first().cloned().map(Answer::One),
                _ => return Err(AnswerProblem::TooMany),
            },
            (QuestionKind::Many { .. }, Some(TypedAnswer::Chosen(chosen))) => {
                (!chosen.is_empty()).then(|| Answer::Many(chosen.clone()))
            }
            (QuestionKind::DateTime { .. }, Some(TypedAnswer::At(at))) => Some(Answer::DateTime(*at)),
            // The question was another one when this was typed.
            (
                QuestionKind::Text { .. }
                | QuestionKind::Number { .. }
                | QuestionKind::One { .. }
                | QuestionKind::Many { .. }
                | QuestionKind::DateTime { .. },
                Some(TypedAnswer::Words(_) | TypedAnswer::Chosen(_) | TypedAnswer::At(_)),
            ) => None,
        };
        match self.fault(answer.as_ref(), now) {
            Some(problem) => Err(problem),
            None => Ok(answer),
        }
    }

    /// What is wrong between this question and an answer, which was sent at `submitted_at`.
    #[must_use]
    pub fn fault(&self, answer: Option<&Answer>, submitted_at: Timestamp) -> Option<AnswerProblem> {
        let Some(answer) = answer else {
            return match (&self.kind, self.required) {
                (_, false) => None,
                (QuestionKind::Unknown, true) => Some(AnswerProblem::UnknownKind),
                (_, true) => Some(AnswerProblem::Missing),
            };
        };
        let among = |options: &[Choice], code: &ChoiceCode| options.iter().any(|option| &option.code == code);
        match (&self.kind, answer) {
            (QuestionKind::Text { max_chars }, Answer::Text(words)) => {
                let limit = usize::from((*max_chars).min(MAX_ANSWER_CHARS));
                let plain = words.chars().all(|c| !c.is_control() || c == '\n' || c == '\t');
                let fits = !words.trim().is_empty() && words.chars().count() <= limit;
                (!plain || !fits).then_some(AnswerProblem::BadText)
            }
            (QuestionKind::Number { min, max, .. }, Answer::Number(number)) => {
                (!(*min..=*max).contains(number)).then_some(AnswerProblem::OutOfRange)
            }
            (QuestionKind::One { options }, Answer::One(code)) => (!among(options, code)).then_some(AnswerProblem::NotAnOption),
            (QuestionKind::Many { options, at_most }, Answer::Many(codes)) => {
                if codes.is_empty() || codes.iter().any(|code| !among(options, code)) {
                    Some(AnswerProblem::NotAnOption)
                } else {
                    at_most.is_some_and(|most| codes.len() > usize::from(most)).then_some(AnswerProblem::TooMany)
                }
            }
            (QuestionKind::DateTime { past_only }, Answer::DateTime(at)) => {
                (*past_only && *at > submitted_at).then_some(AnswerProblem::InFuture)
            }
            (
                QuestionKind::Text { .. }
                | QuestionKind::Number { .. }
                | QuestionKind::One { .. }
                | QuestionKind::Many { .. }
                | QuestionKind::DateTime { .. }
                | QuestionKind::Unknown,
                Answer::Text(_) | Answer::Number(_) | Answer::One(_) | Answer::Many(_) | Answer::DateTime(_),
            ) => Some(AnswerProblem::NotAnOption),
        }
    }
}

/// A number as people here write it: `1.250,5` and `1250,5`; a single point before other than three digits is a comma.
fn number(words: &str, decimals: u8) -> Result<Option<Answer>, AnswerProblem> {
    let words: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    if words.is_empty() {
        return Ok(None);
    }
    let (sign, digits) = words.strip_prefix('-').map_or(("", words.as_str()), |rest| ("-", rest));
    let (whole, fraction) = match (digits.split_once(','), digits.split_once('.')) {
        (Some((whole, fraction)), _) => (grouped(whole)?, fraction),
        (None, Some((whole, fraction))) if fraction.len() != 3 && !fraction.contains('.') => (whole.to_owned(), fraction),
        (None, Some(_) | None) => (grouped(digits)?, ""),
    };
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !all_digits(&whole) || !all_digits(fraction) {
        return Err(AnswerProblem::NotANumber);
    }
    if fraction.len() > usize::from(decimals.min(MAX_DECIMALS)) {
        return Err(AnswerProblem::OutOfRange);
    }
    let number = format!("{sign}{whole}.{fraction}0").parse::<f64>().map_err(|_| AnswerProblem::NotANumber)?;
    Ok(Some(Answer::Number(number)))
}

/// Digits with or without points between groups of three.
fn grouped(whole: &str) -> Result<String, AnswerProblem> {
    let mut groups = whole.split('.');
    let first = groups.next().unwrap_or_default();
    let rest: Vec<_> = groups.collect();
    let well_grouped = rest.is_empty() || ((1..=3).contains(&first.len()) && rest.iter().all(|group| group.len() == 3));
    if well_grouped { Ok(std::iter::once(first).chain(rest).collect()) } else { Err(AnswerProblem::NotANumber) }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp(1_764_000_000_000);

    fn code(text: &str) -> ChoiceCode {
        ChoiceCode::parse(text).unwrap()
    }

    fn question(required: bool, kind: QuestionKind) -> Question {
        Question { code: QuestionCode::parse("cau-hoi").unwrap(), label: "Câu hỏi".to_owned(), hint: None, required, kind }
    }

    fn options() -> Vec<Choice> {
        ["mot", "hai", "ba"].map(|c| Choice { code: code(c), label: c.to_owned() }).to_vec()
    }

    fn chosen(codes: &[&str]) -> TypedAnswer {
        TypedAnswer::Chosen(codes.iter().map(|c| code(c)).collect())
    }

    fn typed(words: &str) -> TypedAnswer {
        TypedAnswer::Words(words.to_owned())
    }

    #[test]
    fn numbers_are_read_as_people_here_write_them() {
        let kind = QuestionKind::Number { min: -5.0, max: 2_000.0, decimals: 2, unit: None };
        let table = [
            ("12", Ok(Some(12.0))),
            (" 1 250 ", Ok(Some(1_250.0))),
            ("1.250", Ok(Some(1_250.0))),
            ("1.250,5", Ok(Some(1_250.5))),
            ("0,25", Ok(Some(0.25))),
            ("2.5", Ok(Some(2.5))),
            ("-3", Ok(Some(-3.0))),
            ("", Ok(None)),
            ("1,234", Err(AnswerProblem::OutOfRange)),
            ("2.001", Err(AnswerProblem::OutOfRange)),
            ("hai", Err(AnswerProblem::NotANumber)),
            ("1e3", Err(AnswerProblem::NotANumber)),
            ("NaN", Err(AnswerProblem::NotANumber)),
            ("1.2.3", Err(AnswerProblem::NotANumber)),
            (",", Err(AnswerProblem::NotANumber)),
        ];
        for (words, expected) in table {
            let found = question(false, kind.clone()).check(Some(&typed(words)), NOW);
            assert_eq!(found, expected.map(|n: Option<f64>| n.map(Answer::Number)), "{words:?}");
        }
    }

    #[test]
    fn each_kind_has_its_rules() {
        let one = QuestionKind::One { options: options() };
        let many = QuestionKind::Many { options: options(), at_most: Some(2) };
        let past = QuestionKind::DateTime { past_only: true };
        let text = QuestionKind::Text { max_chars: 3 };
        let table = [
            (one.clone(), chosen(&["hai"]), Ok(Some(Answer::One(code("hai"))))),
            (one.clone(), chosen(&["bon"]), Err(AnswerProblem::NotAnOption)),
            (one, chosen(&["mot", "hai"]), Err(AnswerProblem::TooMany)),
            (many.clone(), chosen(&["mot", "ba"]), Ok(Some(Answer::Many([code("mot"), code("ba")].into())))),
            (many.clone(), chosen(&["mot", "hai", "ba"]), Err(AnswerProblem::TooMany)),
            (many, chosen(&[]), Err(AnswerProblem::Missing)),
            (past.clone(), TypedAnswer::At(NOW), Ok(Some(Answer::DateTime(NOW)))),
            (past, TypedAnswer::At(NOW.plus_ms(1)), Err(AnswerProblem::InFuture)),
            (text.clone(), typed(" ẵẵẵ "), Ok(Some(Answer::Text("ẵẵẵ".to_owned())))),
            (text.clone(), typed("ẵẵẵẵ"), Err(AnswerProblem::BadText)),
            (text.clone(), typed("a\u{7}"), Err(AnswerProblem::BadText)),
            (text, typed("  "), Err(AnswerProblem::Missing)),
        ];
        for (kind, answer, expected) in table {
            assert_eq!(question(true, kind.clone()).check(Some(&answer), NOW), expected, "{kind:?} {answer:?}");
        }
    }

    #[test]
    fn a_kind_of_a_later_version_is_passed_over_unless_it_is_needed() {
        let json = r#"{"code":"ve","label":"Vẽ","kind":{"type":"sketch","pen":"red"}}"#;
        let mut later: Question = serde_json::from_str(json).unwrap();
        assert_eq!(later.kind, QuestionKind::Unknown);
        assert_eq!(later.check(None, NOW), Ok(None));
        later.required = true;
        assert_eq!(later.check(None, NOW), Err(AnswerProblem::UnknownKind));
    }
}
