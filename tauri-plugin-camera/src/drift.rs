//! Rust, Kotlin and Swift say the same words: names of commands, of arguments, of answers, of refusals. No compiler
//! sees all three, so their sources are read.
#![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;
use serde_json::Value;

use crate::{
    Missing, Reason, What,
    error::CODES,
    models::{Added, PickArgs, Settled, TakeArgs},
};

const RUST: &str = include_str!("mobile.rs");
const KOTLIN: [&str; 5] = [
    include_str!("../android/src/main/java/CameraPlugin.kt"),
    include_str!("../android/src/main/java/Words.kt"),
    include_str!("../android/src/main/java/Inbox.kt"),
    include_str!("../android/src/main/java/Pictures.kt"),
    include_str!("../android/src/main/java/Question.kt"),
];
const SWIFT: [&str; 4] = [
    include_str!("../ios/Sources/CameraPlugin.swift"),
    include_str!("../ios/Sources/Words.swift"),
    include_str!("../ios/Sources/Inbox.swift"),
    include_str!("../ios/Sources/Media.swift"),
];
const MANIFEST: &str = include_str!("../android/src/main/AndroidManifest.xml");
const SHARED: &str = include_str!("../android/src/main/res/xml/camera_files.xml");

type Fields = BTreeMap<String, &'static str>;

/// The commands, with what each is told.
const COMMANDS: [(&str, Option<&str>); 3] = [("pick", Some("PickArgs")), ("recover", None), ("take", Some("TakeArgs"))];

fn between<'a>(text: &'a str, begin: &str, end: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(begin)?;
    rest.split_once(end).map(|(found, _)| found)
}

/// What stands between `begin` and `end`, each time.
fn all_between<'a>(text: &'a str, begin: &str, end: &str) -> Vec<&'a str> {
    text.split(begin).skip(1).filter_map(|rest| rest.split_once(end)).map(|(found, _)| found).collect()
}

/// The body of a declaration that begins a line and ends with a brace that begins one; a data class may have none.
fn body<'a>(sources: &[&'a str], declaration: &str) -> &'a str {
    let found = sources.iter().find_map(|source| {
        let (_, rest) = source.split_once(&format!("\n{declaration}"))?;
        let (end, _) = rest.match_indices("\n}\n").next()?;
        // With the end of its last line.
        rest.get(..=end)
    });
    found.unwrap_or_else(|| panic!("no {declaration}"))
}

fn set<'a>(words: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    words.into_iter().map(str::to_owned).collect()
}

/// The fields that Rust writes or reads, each with the kind of its value.
fn rust(value: &impl Serialize) -> Fields {
    let value = serde_json::to_value(value).unwrap();
    let kind = |value: &Value| match value {
        Value::String(_) => "string",
        Value::Number(number) if number.as_u64().unwrap() > u64::from(i32::MAX.unsigned_abs()) => "long",
        Value::Number(_) => "int",
        Value::Array(_) => "list",
        other => panic!("{other}"),
    };
    value.as_object().unwrap().iter().map(|(name, value)| (name.clone(), kind(value))).collect()
}

fn kind(declared: &str) -> &'static str {
    match declared.split([' ', '=', ',', ')']).next().unwrap() {
        "String" | "What" | "Reason" => "string",
        "Int" => "int",
        "Long" | "Int64" => "long",
        list if list.starts_with("List<") || list.starts_with('[') => "list",
        other => panic!("{other}"),
    }
}

/// Declared as `NAME: TYPE` behind any of these words.
fn declared(text: &str, behind: &[&str]) -> Fields {
    let lines = behind.iter().flat_map(|word| all_between(text, word, "\n"));
    lines.filter_map(|line| line.split_once(": ")).map(|(name, rest)| (name.to_owned(), kind(rest))).collect()
}

fn kotlin_arguments(name: &str) -> Fields {
    declared(body(&KOTLIN, &format!("class {name} {{")), &["var "])
}

/// What a Kotlin class writes: the words in its `json`, and its members' kinds.
fn kotlin_answer(name: &str) -> Fields {
    let class = body(&KOTLIN, &format!("class {name}("));
    let (members, json) = class.split_once(") {").unwrap();
    let members: Fields = members
        .split(", private val ")
        .flat_map(|m| declared(&format!(" val {}\n", m.trim_start_matches("private val ")), &[" val "]))
        .collect();
    let written: Vec<_> = all_between(json, ".put(\"", "\"");
    written
        .into_iter()
        .map(|word| (word.to_owned(), *members.get(word).unwrap_or_else(|| panic!("{name} has no {word}"))))
        .collect()
}

fn swift(name: &str, conforms_to: &str) -> Fields {
    declared(body(&SWIFT, &format!("struct {name}: {conforms_to} {{")), &["  let ", "  var "])
}

fn take() -> TakeArgs {
    TakeArgs { label: "a".to_owned(), what: What::Photo, max_seconds: 60, max_bytes: 1 << 40 }
}

fn pick() -> PickArgs {
    PickArgs { label: "a".to_owned(), most: 1, max_bytes: 1 << 40 }
}

#[test]
fn commands_have_one_name_and_are_told_the_same() {
    let names = set(COMMANDS.map(|(name, _)| name));
    assert_eq!(set(all_between(RUST, "self.run(\"", "\"")), names, "Rust");
    let [kotlin, ..] = KOTLIN;
    assert_eq!(set(all_between(kotlin, "@Command\n    fun ", "(invoke: Invoke)")), names, "Kotlin");
    let [swift, ..] = SWIFT;
    assert_eq!(set(all_between(swift, "@objc public func ", "(_ invoke: Invoke)")), names, "Swift");
    for (name, arguments) in COMMANDS {
        let told = |source: &str, begin: &str, end: &str| {
            let body = between(source, &format!("{begin}{name}("), end).unwrap_or_else(|| panic!("{name}")).to_owned();
            all_between(&body, "parseArgs(", ")").first().map(|class| (*class).to_owned())
        };
        assert_eq!(told(kotlin, "    fun ", "\n    }\n"), arguments.map(|a| format!("{a}::class.java")), "Kotlin's {name}");
        assert_eq!(told(swift, "@objc public func ", "\n  }\n"), arguments.map(|a| format!("{a}.self")), "Swift's {name}");
    }
}

#[test]
fn arguments_have_the_same_fields() {
    for (name, fields) in [("TakeArgs", rust(&take())), ("PickArgs", rust(&pick()))] {
        assert_eq!(kotlin_arguments(name), fields, "Kotlin's {name}");
        assert_eq!(swift(name, "Decodable"), fields, "Swift's {name}");
    }
}

#[test]
fn answers_have_the_same_fields() {
    let missing = Missing { name: "a".to_owned(), reason: Reason::Failed };
    let answers = [
        ("Missing", rust(&missing)),
        ("Added", rust(&Added { folder: "a".to_owned(), items: vec![], missing: vec![] })),
        ("Settled", rust(&Settled { folder: "a".to_owned() })),
    ];
    for (name, fields) in answers {
        assert_eq!(kotlin_answer(name), fields, "Kotlin's {name}");
        assert_eq!(swift(name, "Encodable"), fields, "Swift's {name}");
    }
}

#[test]
fn words_are_the_same() {
    let tables = [
        ("Code", CODES.iter().map(|(code, _)| (*code).to_owned()).collect::<BTreeSet<_>>(), "String"),
        ("Reason", Reason::ALL.iter().map(word).collect(), "String, Encodable"),
        ("What", [What::Photo, What::Video].iter().map(word).collect(), "String, Decodable"),
    ];
    for (name, words, conforms_to) in tables {
        let kotlin = body(&KOTLIN, &format!("object {name} {{"));
        assert_eq!(set(all_between(kotlin, "= \"", "\"")), words, "Kotlin's {name}");
        let swift = body(&SWIFT, &format!("enum {name}: {conforms_to} {{"));
        assert_eq!(set(all_between(swift, "= \"", "\"")), words, "Swift's {name}");
    }
}

/// What is written as one word.
fn word(value: &impl Serialize) -> String {
    let Value::String(word) = serde_json::to_value(value).unwrap() else { panic!("no word") };
    word
}

#[test]
fn each_finds_the_other() {
    let package = between(RUST, "register_android_plugin(\"", "\"").unwrap();
    for source in KOTLIN {
        assert!(source.starts_with(&format!("package {package}\n")), "{source:.40}");
    }
    let class = between(RUST, "register_android_plugin(\"vn.kontums.camera\", \"", "\"").unwrap();
    let [kotlin, _, inbox, ..] = KOTLIN;
    assert!(kotlin.contains(&format!("class {class}(private val activity: Activity) : Plugin(activity)")), "{class}");
    let begun_by = between(RUST, "ios_plugin_binding!(", ")").unwrap();
    let [swift, ..] = SWIFT;
    assert!(swift.contains(&format!("@_cdecl(\"{begun_by}\")\n")), "{begun_by}");
    // The provider shares the inbox, under the name that is asked for.
    let folder = between(inbox, "File(context.filesDir, \"", "\"").unwrap();
    assert!(SHARED.contains(&format!("path=\"{folder}/\"")), "{folder}");
    let authority = between(kotlin, "\"${context.packageName}", "\"").unwrap();
    assert!(MANIFEST.contains(&format!("android:authorities=\"${{applicationId}}{authority}\"")), "{authority}");
}

#[test]
fn the_inbox_is_laid_out_alike() {
    let rust = include_str!("inbox.rs");
    for name in [".poster.jpg", ".part"] {
        let quoted = format!("\"{name}\"");
        assert!(KOTLIN.concat().contains(&quoted) && SWIFT.concat().contains(&quoted), "{name}");
        assert!(rust.contains(name), "{name}");
    }
    // What only begins with a dot is no file.
    let last = "(80)";
    assert!(KOTLIN.concat().contains(&format!("{last}.dropWhile {{ it == '.' || it.isLowSurrogate() }}")));
    assert!(SWIFT.concat().contains(&format!("{last}.drop(while: {{ $0 == \".\" }})")));
}

/// What came of one question is never the answer to the next.
#[test]
fn nothing_is_asked_while_what_came_is_worked_on() {
    let [kotlin, ..] = KOTLIN;
    let begin = between(kotlin, "private fun begin(invoke: Invoke): Boolean {", "\n    }\n").unwrap();
    assert!(begin.contains("if (isFinishing || "), "{begin}");
    let returned = between(kotlin, "private fun returned(result: ActivityResult) {", "\n    }\n").unwrap();
    let (at_once, later) = returned.split_once("work.execute {").unwrap();
    assert!(at_once.contains("questions.forget()") && at_once.contains("isFinishing = true"), "{at_once}");
    assert!(later.contains("isFinishing = false") && !later.contains("questions."), "{later}");
    let [swift, ..] = SWIFT;
    let begin = between(swift, "private func begin(_ question: Question) -> Bool {", "\n  }\n").unwrap();
    assert!(begin.contains("!isFinishing") && begin.contains("if waiting != nil {"), "{begin}");
}

#[test]
fn no_permission_is_asked_for_and_nothing_is_open_to_others() {
    assert_eq!(all_between(MANIFEST, "<uses-permission", ">"), Vec::<&str>::new());
    assert!(!MANIFEST.contains("android:exported=\"true\"") && MANIFEST.contains("android:exported=\"false\""));
    assert!(all_between(MANIFEST, "<uses-feature", ">").iter().all(|feature| feature.contains("android:required=\"false\"")));
    for asked in ["IMAGE_CAPTURE", "VIDEO_CAPTURE"] {
        assert!(between(MANIFEST, "<queries>", "</queries>").unwrap().contains(asked), "{asked}");
    }
}
