//! No sentence is missing, empty, doubled or of the wrong kind.

use std::collections::BTreeMap;

use pakn_api::{
    ErrorCode,
    ipc::{AppError, Connection, LocationError, ParkedReason, Whereabouts},
    model::{
        photo::PhotoError,
        place::PositionError,
        report::FormProblem,
        status::{RefusalReason, ReportStatus},
        words::WordsError,
    },
};

use super::words;
use crate::local_time::LocalTime;

const PHOTO_ERRORS: [PhotoError; 9] = [
    PhotoError::Empty,
    PhotoError::Truncated,
    PhotoError::NotAPicture,
    PhotoError::UnsupportedFormat,
    PhotoError::TooManyBytes,
    PhotoError::TooManyPixels,
    PhotoError::Damaged,
    PhotoError::TooManyPictures,
    PhotoError::AlreadyAttached,
];

const LOCATION_ERRORS: [LocationError; 6] = [
    LocationError::Denied,
    LocationError::Unavailable,
    LocationError::TimedOut,
    LocationError::NotAPlace(PositionError::OutOfRange),
    LocationError::NotAPlace(PositionError::NullIsland),
    LocationError::NotAPlace(PositionError::BadAccuracy),
];

const FORM_PROBLEMS: [FormProblem; 17] = [
    FormProblem::FieldMissing,
    FormProblem::FieldUnknown,
    FormProblem::SubjectMissing,
    FormProblem::SubjectUnknown,
    FormProblem::Title(WordsError::Empty),
    FormProblem::Title(WordsError::TooLong),
    FormProblem::Title(WordsError::ControlCharacter),
    FormProblem::Content(WordsError::Empty),
    FormProblem::Content(WordsError::TooLong),
    FormProblem::Content(WordsError::ControlCharacter),
    FormProblem::TimeMissing,
    FormProblem::TimeInFuture,
    FormProblem::PlaceMissing,
    FormProblem::TooManyMedia,
    FormProblem::RepeatedMedia,
    FormProblem::MediaNotReady,
    FormProblem::TruthNotConfirmed,
];

const REFUSALS: [RefusalReason; 6] = [
    RefusalReason::OutOfScope,
    RefusalReason::Unclear,
    RefusalReason::ComplaintOrDenunciation,
    RefusalReason::AdministrativeRules,
    RefusalReason::EmergencyHotline,
    RefusalReason::Duplicate,
];

fn plain_errors() -> Vec<AppError> {
    vec![
        AppError::Offline,
        AppError::ServerTrouble,
        AppError::SignedOut,
        AppError::BadPhone,
        AppError::BadCredentials,
        AppError::RateLimited { retry_after_ms: None },
        AppError::RateLimited { retry_after_ms: Some(30_000) },
        AppError::RateLimited { retry_after_ms: Some(90_000) },
        AppError::Form { problems: Vec::new() },
        AppError::NotFound,
        AppError::NotEditable,
        AppError::StorageFull,
        AppError::StorageBroken,
        AppError::NewerDatabase,
        AppError::InUse,
        AppError::BadServerUrl,
        AppError::Bug,
    ]
}

fn parked() -> Vec<ParkedReason> {
    let refused = ErrorCode::ALL.iter().map(|code| ParkedReason::Refused { code: *code });
    let rest = [ParkedReason::InvalidReport { problems: Vec::new() }, ParkedReason::MediaLost, ParkedReason::TooManyAttempts];
    refused.chain(rest).collect()
}

/// Every kind has a sentence of its own, which ends, and in which nothing of the code shows through.
fn assert_sentences(of: &str, sentences: impl IntoIterator<Item = String>) {
    let mut seen = BTreeMap::new();
    for (n, sentence) in sentences.into_iter().enumerate() {
        assert!(sentence.chars().count() > 8 && sentence.ends_with('.'), "{of}: {sentence:?}");
        assert!(!sentence.contains(['{', '_', '"']), "{of}: {sentence:?}");
        assert_eq!(sentence.trim(), sentence, "{of}");
        assert_eq!(seen.insert(sentence.clone(), n), None, "{of}: said twice: {sentence}");
    }
}

#[test]
fn every_error_has_its_own_sentence() {
    let app = plain_errors().into_iter();
    let photo = PHOTO_ERRORS.iter().map(|reason| AppError::Photo { reason: *reason });
    let location = LOCATION_ERRORS.iter().map(|reason| AppError::Location { reason: *reason });
    let refused = ErrorCode::ALL.iter().map(|error| AppError::Refused { error: *error });
    let form = FORM_PROBLEMS.iter().map(|problem| AppError::Form { problems: vec![*problem] });
    assert_sentences(
        "errors",
        app.chain(photo).chain(location).chain(refused).chain(form).map(|error| (words().app_error)(&error)),
    );
    let next = |at: Whereabouts| (words().whereabouts_next)(&at);
    let waiting = [true, false].into_iter().map(|needs_sign_in| Whereabouts::Waiting { needs_sign_in });
    let sending = [Whereabouts::Sending { sent_bytes: 1, total_bytes: 2 }].into_iter();
    let parked = parked().into_iter().map(|reason| Whereabouts::Parked { reason });
    let sent = ReportStatus::ALL.into_iter().map(|status| Whereabouts::Sent { status });
    assert_sentences("what happens next", waiting.chain(sending).chain(parked).chain(sent).map(next));
    assert_sentences("refusals", REFUSALS.iter().map(|reason| (words().refusal)(*reason).to_owned()));
}

#[test]
fn a_parked_report_tells_every_problem_the_server_found() {
    let problems = vec![FormProblem::SubjectUnknown, FormProblem::PlaceMissing];
    let told =
        (words().whereabouts_next)(&Whereabouts::Parked { reason: ParkedReason::InvalidReport { problems: problems.clone() } });
    for problem in problems {
        assert!(told.contains((words().form_problem)(problem)), "{told}");
    }
}

#[test]
fn states_are_told_apart() {
    let mut states: Vec<_> =
        ReportStatus::ALL.iter().map(|status| (words().whereabouts)(&Whereabouts::Sent { status: *status })).collect();
    states.extend([true, false].map(|needs_sign_in| (words().whereabouts)(&Whereabouts::Waiting { needs_sign_in })));
    states.extend([0, 9].map(|sent_bytes| (words().whereabouts)(&Whereabouts::Sending { sent_bytes, total_bytes: 20 })));
    states.push((words().whereabouts)(&Whereabouts::Parked { reason: ParkedReason::MediaLost }));
    let all = states.len();
    states.sort_unstable();
    states.dedup();
    assert_eq!(states.len(), all, "{states:?}");
    assert!(states.contains(&"Đang gửi 45\u{a0}%".to_owned()), "{states:?}");
}

#[test]
fn the_banner_speaks_only_when_something_is_known_to_be_wrong() {
    let said = |connection, online, waiting| (words().banner)(connection, online, waiting);
    for silent in [Connection::Unknown, Connection::Online] {
        assert_eq!(said(silent, true, 3), None);
        assert_eq!(said(silent, false, 0), None);
    }
    assert_eq!(
        said(Connection::Offline, false, 1).as_deref(),
        Some("Không có mạng · 1 phản ánh đang chờ, sẽ tự gửi khi có mạng")
    );
    let (no_network, no_server, trouble) =
        (said(Connection::Offline, false, 2), said(Connection::Offline, true, 2), said(Connection::ServerTrouble, true, 2));
    assert!(no_network != no_server && no_server != trouble && no_network != trouble);
    for sentence in [no_network, no_server, trouble] {
        assert!(sentence.is_some_and(|s| s.contains("2 phản ánh")));
    }
}

#[test]
fn times_are_told_from_where_one_stands() {
    let at = |text: &str| LocalTime::from_input(text);
    let now = at("2026-11-22T08:00");
    let table = [
        ("2026-11-22T14:05", "hôm nay 14:05"),
        ("2026-11-21T23:59", "hôm qua 23:59"),
        ("2026-11-23T00:00", "ngày mai 00:00"),
        ("2026-11-20T09:30", "20/11/2026 09:30"),
        ("2025-11-22T09:30", "22/11/2025 09:30"),
    ];
    for (then, expected) in table {
        let told = at(then).zip(now).map(|(then, now)| (words().when)(then, now));
        assert_eq!(told.as_deref(), Some(expected));
    }
}

#[test]
fn the_fixed_sentences_are_there_and_composed() {
    let w = words();
    let all = [w.common.all(), w.home.all(), w.draft.all(), w.reports.all(), w.report.all(), w.sign_in.all(), w.settings.all()];
    for (name, sentence) in all.into_iter().flatten() {
        assert!(!sentence.trim().is_empty() && sentence.trim() == sentence, "{name}: {sentence:?}");
        let decomposed = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
        assert!(!sentence.contains(decomposed), "{name} is not in NFC: {sentence:?}");
    }
}

#[test]
fn a_button_is_called_what_it_says() {
    let texts = &words().sign_in;
    for (seen, called) in [(texts.show, texts.show_password), (texts.hide, texts.hide_password)] {
        assert!(called.starts_with(seen), "{seen}, {called}");
    }
}
