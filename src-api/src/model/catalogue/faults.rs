//! What can be wrong with a catalogue that can be read: all of it at once, each with its place.

use std::{
    collections::BTreeMap,
    fmt::{self, Display},
};

use super::{
    super::question::{Choice, MAX_ANSWER_CHARS, MAX_DECIMALS, Question, QuestionKind},
    Catalogue, Field, Subject,
};

/// The most bytes of a catalogue as JSON: every device fetches it, over a slow line too.
pub const MAX_CATALOGUE_BYTES: usize = 512 * 1024;
/// The most characters of a name, a label or a hint.
pub const MAX_NAME_CHARS: usize = 200;
/// The most characters of a keyword, an icon's name or a unit.
pub const MAX_WORD_CHARS: usize = 60;
/// The most fields, the most subjects of a field, the most questions of a subject, options of a question and keywords of a subject.
pub const MAX_ENTRIES: usize = 100;

/// Something in a catalogue that can't be so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CatalogueFault {
    /// Where: `fields[0].subjects[2].questions[1].kind.max`, indices from 0.
    pub path: String,
    /// What is wrong there.
    pub what: CatalogueFaultKind,
}

impl Display for CatalogueFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { self.what.fmt(f) } else { write!(f, "{}: {}", self.path, self.what) }
    }
}

/// What is wrong at a place of a catalogue.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CatalogueFaultKind {
    /// The version is 0.
    #[error("a version is 1 or higher")]
    NoVersion,
    /// More than [`MAX_CATALOGUE_BYTES`].
    #[error("the whole is {bytes} bytes; at most {MAX_CATALOGUE_BYTES} are sent to devices")]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// A list that needs an entry has none.
    #[error("at least one is needed")]
    None,
    /// A list is longer than [`MAX_ENTRIES`].
    #[error("there are {count}; at most {MAX_ENTRIES} are allowed")]
    TooMany {
        /// How many there are.
        count: usize,
    },
    /// The code is not 1 to 64 lower-case letters, digits and hyphens.
    #[error("the code {code:?} is not 1 to 64 lower-case letters a-z, digits and hyphens")]
    BadCode {
        /// It.
        code: String,
    },
    /// Another entry of the same list has this code.
    #[error("the code {code:?} is used twice here")]
    CodeTwice {
        /// It.
        code: String,
    },
    /// Another entry of the same list has this name.
    #[error("{name:?} is there twice: citizens could not tell them apart")]
    NameTwice {
        /// It.
        name: String,
    },
    /// Nothing to read.
    #[error("it is empty")]
    Empty,
    /// Spaces around it, a line break or another character that can't be shown.
    #[error("it begins or ends with a space, or has a line break or another character that can't be shown")]
    NotPlain,
    /// Too long.
    #[error("it has {chars} characters; at most {most} are allowed")]
    TooLong {
        /// How many it has.
        chars: usize,
        /// How many it may have.
        most: usize,
    },
    /// A text question's limit is 0 or beyond [`MAX_ANSWER_CHARS`].
    #[error("{max_chars} is not 1 to {MAX_ANSWER_CHARS} characters")]
    BadTextLimit {
        /// It.
        max_chars: u16,
    },
    /// A bound is not a number.
    #[error("it is not a finite number")]
    NotANumber,
    /// The smallest is larger than the largest.
    #[error("min {min} is larger than max {max}: no number fits")]
    MinBeyondMax {
        /// The smallest.
        min: String,
        /// The largest.
        max: String,
    },
    /// More than [`MAX_DECIMALS`].
    #[error("{decimals} decimals; at most {MAX_DECIMALS} are allowed")]
    TooManyDecimals {
        /// How many it has.
        decimals: u8,
    },
    /// Not from 1 to the number of options.
    #[error("at_most is {at_most}, and there are {options} options")]
    BadAtMost {
        /// It.
        at_most: u8,
        /// How many options there are.
        options: usize,
    },
    /// A kind of question that this version doesn't know.
    #[error("this kind of question is not known: it is one of text, number, one, many, date_time")]
    UnknownKind,
}

use CatalogueFaultKind as Kind;

#[derive(Default)]
struct Found(Vec<CatalogueFault>);

impl Found {
    fn note(&mut self, path: impl Into<String>, what: Kind) {
        self.0.push(CatalogueFault { path: path.into(), what });
    }

    fn words(&mut self, path: &str, words: &str, most: usize) {
        let chars = words.chars().count();
        if words.trim().is_empty() {
            self.note(path, Kind::Empty);
        } else if words.trim() != words || words.chars().any(char::is_control) {
            self.note(path, Kind::NotPlain);
        }
        if chars > most {
            self.note(path, Kind::TooLong { chars, most });
        }
    }

    fn length(&mut self, path: &str, count: usize) {
        if count == 0 {
            self.note(path, Kind::None);
        }
        self.most(path, count);
    }

    fn most(&mut self, path: &str, count: usize) {
        if count > MAX_ENTRIES {
            self.note(path, Kind::TooMany { count });
        }
    }

    /// Codes and names of one list: each code well formed, none of either twice.
    fn distinct<'a>(&mut self, path: &str, label: &str, entries: impl Iterator<Item = (&'a str, &'a str)>) {
        let (mut codes, mut names) = (BTreeMap::new(), BTreeMap::new());
        for (nth, (code, name)) in entries.enumerate() {
            if codes.insert(code, ()).is_some() {
                self.note(format!("{path}[{nth}].code"), Kind::CodeTwice { code: code.to_owned() });
            }
            if !name.trim().is_empty() && names.insert(name.trim().to_lowercase(), ()).is_some() {
                self.note(format!("{path}[{nth}].{label}"), Kind::NameTwice { name: name.to_owned() });
            }
        }
    }
}

impl CatalogueFault {
    /// What is wrong with a catalogue of so many bytes of JSON.
    #[must_use]
    pub fn of_size(bytes: usize) -> Option<Self> {
        (bytes > MAX_CATALOGUE_BYTES).then(|| Self { path: String::new(), what: Kind::TooLarge { bytes } })
    }
}

impl Catalogue {
    /// Whether a device can do with it what it must: it has no fault but perhaps a kind of question of a later version.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.faults().iter().all(|fault| fault.what == Kind::UnknownKind)
    }

    /// Everything that is wrong with it, in its order; empty when nothing is. A file's size is judged by [`CatalogueFault::of_size`].
    #[must_use]
    pub fn faults(&self) -> Vec<CatalogueFault> {
        let mut found = Found::default();
        if self.version == 0 {
            found.note("version", Kind::NoVersion);
        }
        found.length("fields", self.fields.len());
        found.distinct("fields", "name", self.fields.iter().map(|field| (field.code.as_str(), field.name.as_str())));
        for (nth, one) in self.fields.iter().enumerate() {
            field(&mut found, &format!("fields[{nth}]"), one);
        }
        found.0
    }
}

fn field(found: &mut Found, path: &str, field: &Field) {
    found.words(&format!("{path}.name"), &field.name, MAX_NAME_CHARS);
    icon(found, path, field.icon.as_deref());
    let list = format!("{path}.subjects");
    found.length(&list, field.subjects.len());
    found.distinct(&list, "name", field.subjects.iter().map(|subject| (subject.code.as_str(), subject.name.as_str())));
    for (nth, one) in field.subjects.iter().enumerate() {
        subject(found, &format!("{list}[{nth}]"), one);
    }
}

fn icon(found: &mut Found, path: &str, icon: Option<&str>) {
    if let Some(icon) = icon {
        found.words(&format!("{path}.icon"), icon, MAX_WORD_CHARS);
    }
}

fn subject(found: &mut Found, path: &str, subject: &Subject) {
    found.words(&format!("{path}.name"), &subject.name, MAX_NAME_CHARS);
    icon(found, path, subject.icon.as_deref());
    found.most(&format!("{path}.keywords"), subject.keywords.len());
    for (nth, keyword) in subject.keywords.iter().enumerate() {
        found.words(&format!("{path}.keywords[{nth}]"), keyword, MAX_WORD_CHARS);
    }
    let list = format!("{path}.questions");
    found.most(&list, subject.questions.len());
    found.distinct(&list, "label", subject.questions.iter().map(|question| (question.code.as_str(), question.label.as_str())));
    for (nth, one) in subject.questions.iter().enumerate() {
        question(found, &format!("{list}[{nth}]"), one);
    }
}

fn question(found: &mut Found, path: &str, question: &Question) {
    found.words(&format!("{path}.label"), &question.label, MAX_NAME_CHARS);
    if let Some(hint) = &question.hint {
        found.words(&format!("{path}.hint"), hint, MAX_NAME_CHARS);
    }
    let path = format!("{path}.kind");
    match &question.kind {
        QuestionKind::Text { max_chars } => {
            if !(1..=MAX_ANSWER_CHARS).contains(max_chars) {
                found.note(format!("{path}.max_chars"), Kind::BadTextLimit { max_chars: *max_chars });
            }
        }
        QuestionKind::Number { min, max, decimals, unit } => {
            for (name, bound) in [("min", min), ("max", max)] {
                if !bound.is_finite() {
                    found.note(format!("{path}.{name}"), Kind::NotANumber);
                }
            }
            if min > max {
                found.note(&path, Kind::MinBeyondMax { min: min.to_string(), max: max.to_string() });
            }
            if *decimals > MAX_DECIMALS {
                found.note(format!("{path}.decimals"), Kind::TooManyDecimals { decimals: *decimals });
            }
            if let Some(unit) = unit {
                found.words(&format!("{path}.unit"), unit, MAX_WORD_CHARS);
            }
        }
        QuestionKind::One { options } => choices(found, &path, options),
        QuestionKind::Many { options, at_most } => {
            choices(found, &path, options);
            if let Some(at_most) = at_most
                && !(1..=options.len()).contains(&usize::from(*at_most))
            {
                found.note(format!("{path}.at_most"), Kind::BadAtMost { at_most: *at_most, options: options.len() });
            }
        }
        QuestionKind::DateTime { past_only: _ } => {}
        QuestionKind::Unknown => found.note(format!("{path}.type"), Kind::UnknownKind),
    }
}

fn choices(found: &mut Found, path: &str, options: &[Choice]) {
    let list = format!("{path}.options");
    found.length(&list, options.len());
    found.distinct(&list, "label", options.iter().map(|option| (option.code.as_str(), option.label.as_str())));
    for (nth, option) in options.iter().enumerate() {
        found.words(&format!("{list}[{nth}].label"), &option.label, MAX_NAME_CHARS);
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "fixed test data")]
mod tests {
    use super::*;

    fn with(question: &str) -> Catalogue {
        let json = format!(
            r#"{{"version":2,"fields":[{{"code":"a","name":"A","subjects":[{{"code":"b","name":"B","questions":[{question}]}}]}}]}}"#
        );
        serde_json::from_str(&json).unwrap()
    }

    fn found(catalogue: &Catalogue) -> Vec<String> {
        catalogue.faults().iter().map(|fault| fault.path.clone()).collect()
    }

    #[test]
    fn each_rule_of_a_question_has_its_place() {
        let at = |rest: &str| format!("fields[0].subjects[0].questions[0]{rest}");
        let table = [
            (r#"{"type":"text","max_chars":1000}"#, vec![]),
            (r#"{"type":"text","max_chars":0}"#, vec![at(".kind.max_chars")]),
            (r#"{"type":"text","max_chars":1001}"#, vec![at(".kind.max_chars")]),
            (r#"{"type":"number","min":1,"max":1,"decimals":6,"unit":"m"}"#, vec![]),
            (
                r#"{"type":"number","min":2,"max":1,"decimals":7,"unit":" "}"#,
                vec![at(".kind"), at(".kind.decimals"), at(".kind.unit")],
            ),
            (r#"{"type":"one","options":[]}"#, vec![at(".kind.options")]),
            (r#"{"type":"one","options":[{"code":"x","label":"X"},{"code":"y","label":"Y"}]}"#, vec![]),
            (
                r#"{"type":"one","options":[{"code":"x","label":"X"},{"code":"x","label":"x"}]}"#,
                vec![at(".kind.options[1].code"), at(".kind.options[1].label")],
            ),
            (r#"{"type":"many","options":[{"code":"x","label":"X"}],"at_most":1}"#, vec![]),
            (
                r#"{"type":"many","options":[{"code":"x","label":""}],"at_most":2}"#,
                vec![at(".kind.options[0].label"), at(".kind.at_most")],
            ),
            (r#"{"type":"many","options":[{"code":"x","label":"X"}],"at_most":0}"#, vec![at(".kind.at_most")]),
            (r#"{"type":"date_time"}"#, vec![]),
            (r#"{"type":"sketch"}"#, vec![at(".kind.type")]),
        ];
        for (kind, expected) in table {
            let catalogue = with(&format!(r#"{{"code":"q","label":"Q","kind":{kind}}}"#));
            assert_eq!(found(&catalogue), expected, "{kind}");
            assert_eq!(catalogue.is_usable(), expected.is_empty() || kind.contains("sketch"), "{kind}");
        }
        let mut endless = with(r#"{"code":"q","label":"Q","kind":{"type":"number","min":0,"max":1}}"#);
        endless.fields[0].subjects[0].questions[0].kind =
            QuestionKind::Number { min: f64::NAN, max: f64::INFINITY, decimals: 0, unit: None };
        assert_eq!(found(&endless), [at(".kind.min"), at(".kind.max")]);
    }

    #[test]
    fn everything_that_is_wrong_is_told_at_once() {
        let json = r#"{"version":0,"fields":[
            {"code":"a","name":" A","icon":"","subjects":[]},
            {"code":"a","name":"A","subjects":[
                {"code":"b","name":"B","keywords":["một\nhai",""]},
                {"code":"c","name":"b","questions":[
                    {"code":"q","label":"Q","hint":"","kind":{"type":"date_time"}},
                    {"code":"q","label":"R","kind":{"type":"date_time"}}]}]}]}"#;
        let catalogue: Catalogue = serde_json::from_str(json).unwrap();
        assert_eq!(
            found(&catalogue),
            [
                "version",
                "fields[1].code",
                "fields[1].name",
                "fields[0].name",
                "fields[0].icon",
                "fields[0].subjects",
                "fields[1].subjects[1].name",
                "fields[1].subjects[0].keywords[0]",
                "fields[1].subjects[0].keywords[1]",
                "fields[1].subjects[1].questions[1].code",
                "fields[1].subjects[1].questions[0].hint",
            ]
        );
        assert_eq!(found(&Catalogue { version: 1, fields: Vec::new() }), ["fields"]);
        let mut long = with("");
        long.fields[0].name = "ư".repeat(MAX_NAME_CHARS + 1);
        long.fields[0].subjects[0].keywords = vec!["a".to_owned(); MAX_ENTRIES + 1];
        assert_eq!(found(&long), ["fields[0].name", "fields[0].subjects[0].keywords"]);
        assert!(
            CatalogueFault::of_size(MAX_CATALOGUE_BYTES).is_none() && CatalogueFault::of_size(MAX_CATALOGUE_BYTES + 1).is_some()
        );
    }
}
