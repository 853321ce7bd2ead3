//! Whether a JSON document has the members it must have, each of its type, and no others: all that is amiss, with its path.
//!
//! Reading a document stops at the first thing that does not fit; an administrator wants to hear of all of them. So what
//! does not fit is noted and mended here, and the rules can be tried on the rest.

use std::collections::BTreeSet;

use pakn_api::model::catalogue::FieldCode;
use serde_json::{Map, Number, Value};

/// What a value must be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Words.
    Text,
    /// 1 to 64 lower-case letters, digits and hyphens.
    Code,
    /// A whole number from 0 to this one.
    Whole(u64),
    /// A number.
    Number,
    /// `true` or `false`.
    Flag,
    /// A list of words.
    Texts,
    /// An object.
    Object(&'static [Member]),
    /// A list of objects.
    List(&'static [Member]),
    /// An object whose member `type` says which others it has. One of another type is left to the rules.
    Tagged(&'static [(&'static str, &'static [Member])]),
}

/// Whether a member may be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Need {
    /// No.
    Always,
    /// Yes.
    Maybe,
    /// Yes, or it is `null`.
    MaybeNull,
}

/// A member of an object.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Member(pub(crate) &'static str, pub(crate) Shape, pub(crate) Need);

/// What is amiss with a document's form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShapeFault {
    /// A member that must be there isn't.
    #[error("it is missing")]
    Missing,
    /// A member that means nothing: perhaps a typing mistake.
    #[error("this means nothing here; known are {known}")]
    Unknown {
        /// The members there may be.
        known: String,
    },
    /// A value of another type.
    #[error("it must be {expected}")]
    WrongType {
        /// What it must be.
        expected: String,
    },
    /// A code that is none.
    #[error("the code {code:?} is not 1 to 64 lower-case letters a-z, digits and hyphens")]
    BadCode {
        /// It.
        code: String,
    },
}

/// What was amiss.
#[derive(Debug, Default)]
pub(crate) struct Mended {
    pub(crate) faults: Vec<(String, ShapeFault)>,
    /// Where something was put in the place of what was there or wasn't.
    places: BTreeSet<String>,
}

impl Mended {
    /// Whether a rule that is broken at `path` may be broken by what was put in.
    pub(crate) fn touches(&self, path: &str) -> bool {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
        };
        self.places.iter().any(|place| within(path, place) || within(place, path))
    }

    fn put(&mut self, path: &str, shape: Shape, fault: ShapeFault) -> Value {
        self.faults.push((path.to_owned(), fault));
        self.places.insert(path.to_owned());
        let nth = self.places.len();
        match shape {
            Shape::Text => Value::String(format!("?{nth}")),
            Shape::Code => Value::String(format!("x-{nth}-x")),
            Shape::Whole(_) | Shape::Number => Value::Number(Number::from(1)),
            Shape::Flag => Value::Bool(false),
            Shape::Texts | Shape::List(_) => Value::Array(Vec::new()),
            Shape::Object(members) => Value::Object(self.object(path, &Map::new(), members, true)),
            Shape::Tagged(kinds) => {
                let mut object = Map::new();
                if let Some((kind, members)) = kinds.first() {
                    object = self.object(path, &object, members, true);
                    object.insert("type".to_owned(), Value::String((*kind).to_owned()));
                }
                Value::Object(object)
            }
        }
    }

    fn wrong(&mut self, path: &str, shape: Shape, expected: &str) -> Value {
        self.put(path, shape, ShapeFault::WrongType { expected: expected.to_owned() })
    }

    /// The value, with what does not fit replaced.
    pub(crate) fn value(&mut self, path: &str, value: &Value, shape: Shape) -> Value {
        match (shape, value) {
            (Shape::Text, Value::String(_)) | (Shape::Number, Value::Number(_)) | (Shape::Flag, Value::Bool(_)) => value.clone(),
            (Shape::Text, _) => self.wrong(path, shape, "a text"),
            (Shape::Number, _) => self.wrong(path, shape, "a number"),
            (Shape::Flag, _) => self.wrong(path, shape, "true or false"),
            (Shape::Code, Value::String(code)) if FieldCode::parse(code).is_ok() => value.clone(),
            (Shape::Code, Value::String(code)) => self.put(path, shape, ShapeFault::BadCode { code: code.clone() }),
            (Shape::Code, _) => self.wrong(path, shape, "a text of 1 to 64 lower-case letters a-z, digits and hyphens"),
            (Shape::Whole(most), _) => match value.as_u64() {
                Some(number) if number <= most => value.clone(),
                Some(_) | None => self.wrong(path, shape, &format!("a whole number from 0 to {most}")),
            },
            (Shape::Texts, Value::Array(texts)) => {
                let text = |(nth, text): (usize, &Value)| self.value(&format!("{path}[{nth}]"), text, Shape::Text);
                Value::Array(texts.iter().enumerate().map(text).collect())
            }
            (Shape::Texts, _) => self.wrong(path, shape, "a list of texts"),
            (Shape::List(members), Value::Array(entries)) => {
                let entry = |(nth, entry): (usize, &Value)| self.value(&format!("{path}[{nth}]"), entry, Shape::Object(members));
                Value::Array(entries.iter().enumerate().map(entry).collect())
            }
            (Shape::List(_), _) => self.wrong(path, shape, "a list of objects"),
            (Shape::Object(members), Value::Object(object)) => Value::Object(self.object(path, object, members, false)),
            (Shape::Tagged(kinds), Value::Object(object)) => {
                let tag = object.get("type").and_then(Value::as_str);
                let Some(tag) = tag else {
                    self.faults.push((member(path, "type"), ShapeFault::Missing));
                    self.places.insert(path.to_owned());
                    return Self::default().put(path, shape, ShapeFault::Missing);
                };
                match kinds.iter().find(|(kind, _)| *kind == tag) {
                    Some((_, members)) => Value::Object(self.object(path, object, members, false)),
                    None => value.clone(),
                }
            }
            (Shape::Object(_) | Shape::Tagged(_), _) => self.wrong(path, shape, "an object"),
        }
    }

    /// The object; `empty` is one that was put in, of which nothing more need be said.
    fn object(&mut self, path: &str, object: &Map<String, Value>, members: &[Member], empty: bool) -> Map<String, Value> {
        let mut mended = Map::new();
        for Member(name, shape, need) in members {
            let path = member(path, name);
            let value = match (object.get(*name), need) {
                (None, Need::Maybe | Need::MaybeNull) | (Some(Value::Null), Need::MaybeNull) => continue,
                (None, Need::Always) => {
                    let value = self.put(&path, *shape, ShapeFault::Missing);
                    if empty {
                        self.faults.pop();
                    }
                    value
                }
                (Some(value), Need::Always | Need::Maybe | Need::MaybeNull) => self.value(&path, value, *shape),
            };
            mended.insert((*name).to_owned(), value);
        }
        for name in object.keys().filter(|name| !members.iter().any(|Member(known, ..)| known == name)) {
            let known: Vec<_> = members.iter().map(|Member(name, ..)| *name).collect();
            self.faults.push((member(path, name), ShapeFault::Unknown { known: known.join(", ") }));
        }
        mended
    }
}

fn member(path: &str, name: &str) -> String {
    if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") }
}
