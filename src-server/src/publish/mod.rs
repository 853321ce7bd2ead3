//! Files with the fields or the jurisdiction profile, as an administrator writes them: read and checked before anything
//! is published, with everything that is wrong told at once.

use pakn_api::model::{
    catalogue::{Catalogue, CatalogueFault, MAX_CATALOGUE_BYTES},
    jurisdiction::Jurisdiction,
};
use serde_json::Value;

mod jurisdiction;
mod shape;

pub use shape::ShapeFault;
use shape::{
    Member, Mended,
    Need::{Always, Maybe, MaybeNull},
    Shape::{self, Code, Flag, List, Number, Object, Tagged, Text, Texts, Whole},
};

use crate::db::document::Document;

/// What is wrong with a file that is to be published.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FileFault {
    /// Too large for anything.
    #[error("the whole is {bytes} bytes; at most {MAX_CATALOGUE_BYTES} are sent to devices")]
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// Not JSON.
    #[error("line {line}, column {column}: this is not JSON: {what}")]
    NotJson {
        /// From 1.
        line: usize,
        /// From 1.
        column: usize,
        /// What was found.
        what: String,
    },
    /// A member is missing, unknown or of another type.
    #[error("{path}: {what}")]
    Shape {
        /// Where.
        path: String,
        /// What.
        what: ShapeFault,
    },
    /// A rule is broken.
    #[error("{path}: {what}")]
    Rule {
        /// Where.
        path: String,
        /// What, in words.
        what: String,
    },
    /// Its version is not higher than the published one.
    #[error("version: {version} is not higher than {published}, which is in force")]
    VersionNotHigher {
        /// The file's.
        version: u32,
        /// The one in force.
        published: u32,
    },
}

/// A document that an administrator writes.
pub trait Published: Document {
    /// Reads a file.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    fn from_file(file: &[u8]) -> Result<Self, Vec<FileFault>>
    where
        Self: Sized;
}

const CHOICE: &[Member] = &[Member("code", Code, Always), Member("label", Text, Always)];
const QUESTION: &[Member] = &[
    Member("code", Code, Always),
    Member("label", Text, Always),
    Member("hint", Text, MaybeNull),
    Member("required", Flag, Maybe),
    Member("kind", Tagged(KINDS), Always),
];
const TYPE: Member = Member("type", Text, Always);
const KINDS: &[(&str, &[Member])] = &[
    ("text", &[TYPE, Member("max_chars", Whole(u16::MAX as u64), Always)]),
    (
        "number",
        &[
            TYPE,
            Member("min", Number, Always),
            Member("max", Number, Always),
            Member("decimals", Whole(u8::MAX as u64), Maybe),
            Member("unit", Text, MaybeNull),
        ],
    ),
    ("one", &[TYPE, Member("options", List(CHOICE), Always)]),
    ("many", &[TYPE, Member("options", List(CHOICE), Always), Member("at_most", Whole(u8::MAX as u64), MaybeNull)]),
    ("date_time", &[TYPE, Member("past_only", Flag, Maybe)]),
];
const SUBJECT: &[Member] = &[
    Member("code", Code, Always),
    Member("name", Text, Always),
    Member("icon", Text, MaybeNull),
    Member("keywords", Texts, Maybe),
    Member("questions", List(QUESTION), Maybe),
];
const FIELD: &[Member] = &[
    Member("code", Code, Always),
    Member("name", Text, Always),
    Member("icon", Text, MaybeNull),
    Member("public", Flag, Maybe),
    Member("subjects", List(SUBJECT), Always),
];
const VERSION: Member = Member("version", Whole(u32::MAX as u64), Always);

impl Published for Catalogue {
    fn from_file(file: &[u8]) -> Result<Self, Vec<FileFault>> {
        let told = |CatalogueFault { path, what }| (path, what.to_string());
        read(file, &[VERSION, Member("fields", List(FIELD), Always)], |catalogue: &Self| {
            catalogue.faults().into_iter().map(told).collect()
        })
    }
}

const BOUNDS: &[Member] = &[
    Member("south", Number, Always),
    Member("west", Number, Always),
    Member("north", Number, Always),
    Member("east", Number, Always),
];
const HOTLINE: &[Member] = &[Member("number", Text, Always), Member("name", Text, Always)];
const TILES: &[Member] = &[
    Member("url_template", Text, Always),
    Member("attribution", Text, Always),
    Member("max_zoom", Whole(u8::MAX as u64), Always),
];
const ELSEWHERE: &[Member] = &[Member("name", Text, Always), Member("url", Text, MaybeNull), Member("phone", Text, MaybeNull)];

const JURISDICTION: &[Member] = &[
    VERSION,
    Member("name", Text, Always),
    Member("province", Text, Always),
    Member("bounds", Object(BOUNDS), Always),
    Member("hotlines", List(HOTLINE), Always),
    Member("portal_url", Text, Always),
    Member("anonymous_by_default", Flag, Maybe),
    Member("similar_within_m", Whole(u32::MAX as u64), Maybe),
    Member("tiles", Object(TILES), MaybeNull),
    Member("elsewhere", Object(ELSEWHERE), MaybeNull),
];

impl Published for Jurisdiction {
    fn from_file(file: &[u8]) -> Result<Self, Vec<FileFault>> {
        read(file, JURISDICTION, jurisdiction::broken_rules)
    }
}

fn read<D: Document>(
    file: &[u8],
    members: &'static [Member],
    broken_rules: impl FnOnce(&D) -> Vec<(String, String)>,
) -> Result<D, Vec<FileFault>> {
    if file.len() > MAX_CATALOGUE_BYTES {
        return Err(vec![FileFault::TooLarge { bytes: file.len() }]);
    }
    let value: Value = serde_json::from_slice(file).map_err(|error| vec![not_json(&error)])?;
    let mut mended = Mended::default();
    let document = mended.value("", &value, Shape::Object(members));
    let shape = |(path, what): &(String, ShapeFault)| FileFault::Shape { path: named(path), what: what.clone() };
    let mut faults: Vec<_> = mended.faults.iter().map(shape).collect();
    match serde_json::from_value::<D>(document) {
        Ok(document) => {
            let broken = broken_rules(&document).into_iter().filter(|(path, _)| !mended.touches(path));
            faults.extend(broken.map(|(path, what)| FileFault::Rule { path: named(&path), what }));
            if faults.is_empty() { Ok(document) } else { Err(faults) }
        }
        // What no member's type says: a number that is none, for instance.
        Err(error) => {
            faults.push(FileFault::Rule { path: named(""), what: error.to_string() });
            Err(faults)
        }
    }
}

/// A place as it is told.
fn named(path: &str) -> String {
    if path.is_empty() { "the whole".to_owned() } else { path.to_owned() }
}

/// What is wrong between a file's version and the one in force.
#[must_use]
pub fn version_fault(version: u32, published: u32) -> Option<FileFault> {
    (version <= published).then_some(FileFault::VersionNotHigher { version, published })
}

fn not_json(error: &serde_json::Error) -> FileFault {
    let what = error.to_string();
    // What serde_json says ends with the place, which is told in front.
    let what = what.rsplit_once(" at line ").map_or(what.as_str(), |(what, _)| what).to_owned();
    FileFault::NotJson { line: error.line(), column: error.column(), what }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "fixed test data")]
mod tests {
    use super::*;

    fn told<D: Published>(file: &str) -> Vec<String> {
        D::from_file(file.as_bytes()).err().unwrap_or_default().iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_exported_is_without_fault() {
        let catalogue = serde_json::to_string_pretty(&Catalogue::builtin()).unwrap();
        assert_eq!(Catalogue::from_file(catalogue.as_bytes()).unwrap(), Catalogue::builtin());
        let profile = serde_json::to_string_pretty(&Jurisdiction::builtin()).unwrap();
        assert_eq!(Jurisdiction::from_file(profile.as_bytes()).unwrap(), Jurisdiction::builtin());
    }

    #[test]
    fn all_that_is_wrong_is_told_with_its_place_and_nothing_that_is_not() {
        let file = r#"{"version":"2","fields":[
            {"code":"Môi trường","name":"Môi trường","subjects":[
                {"code":"rac","name":"Rác","keyword":["rác"],"questions":[
                    {"code":"q","kind":{"type":"number","min":5,"max":1}},
                    {"code":"r","label":"R","required":"yes","kind":{"type":"one","options":[{"code":"a","label":"A"},{"code":"a","label":"B"}]}},
                    {"code":"s","label":"S","kind":{"type":"sketch","pen":1}},
                    {"code":"t","label":"T","kind":{"max_chars":3}},
                    {"code":"u","label":"U","kind":{"type":"text","max_chars":-3}}]}]},
            {"code":"b","name":"","subjects":7},
            3]}"#;
        assert_eq!(
            told::<Catalogue>(file),
            [
                "version: it must be a whole number from 0 to 4294967295",
                "fields[0].code: the code \"Môi trường\" is not 1 to 64 lower-case letters a-z, digits and hyphens",
                "fields[0].subjects[0].questions[0].label: it is missing",
                "fields[0].subjects[0].questions[1].required: it must be true or false",
                "fields[0].subjects[0].questions[3].kind.type: it is missing",
                "fields[0].subjects[0].questions[4].kind.max_chars: it must be a whole number from 0 to 65535",
                "fields[0].subjects[0].keyword: this means nothing here; known are code, name, icon, keywords, questions",
                "fields[1].subjects: it must be a list of objects",
                "fields[2]: it must be an object",
                "fields[0].subjects[0].questions[0].kind: min 5 is larger than max 1: no number fits",
                "fields[0].subjects[0].questions[1].kind.options[1].code: the code \"a\" is used twice here",
                "fields[0].subjects[0].questions[2].kind.type: this kind of question is not known: it is one of text, number, one, many, date_time",
                "fields[1].name: it is empty",
            ]
        );
    }

    #[test]
    fn what_is_no_document_at_all() {
        assert_eq!(told::<Catalogue>("{\n \"version\": 2,\n}"), ["line 3, column 1: this is not JSON: trailing comma"]);
        assert_eq!(told::<Catalogue>("[]"), ["the whole: it must be an object"]);
        let long = format!("{{\"version\":2,\"x\":\"{}\"}}", "x".repeat(MAX_CATALOGUE_BYTES));
        assert!(matches!(told::<Catalogue>(&long).as_slice(), [one] if one.contains("at most 524288")));
        assert_eq!(version_fault(3, 2), None);
        assert!(version_fault(2, 2).is_some_and(|fault| fault.to_string().contains("2 is not higher than 2")));
    }

    #[test]
    fn a_profiles_rules() {
        let mut profile = serde_json::to_value(Jurisdiction::builtin()).unwrap();
        let spoilt: [(&str, Value); 5] = [
            ("/bounds/south", 16.into()),
            ("/hotlines/0/number", "một trăm".into()),
            ("/portal_url", "ftp://kontum".into()),
            ("/similar_within_m", 50_000.into()),
            ("/elsewhere/name", " ".into()),
        ];
        for (pointer, value) in spoilt {
            *profile.pointer_mut(pointer).unwrap() = value;
        }
        profile["tiles"] =
            serde_json::json!({"url_template": "http://tiles.example/{z}/{x}.png", "attribution": "A", "max_zoom": 30});
        let paths: Vec<_> =
            told::<Jurisdiction>(&profile.to_string()).iter().map(|one| one.split(':').next().unwrap().to_owned()).collect();
        assert_eq!(
            paths,
            [
                "bounds",
                "hotlines[0].number",
                "portal_url",
                "similar_within_m",
                "tiles.url_template",
                "tiles.max_zoom",
                "elsewhere.name"
            ]
        );
    }
}
