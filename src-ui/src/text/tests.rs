//! No sentence is missing, empty, doubled or of the wrong kind.

use std::collections::BTreeMap;

use pakn_api::{
    ErrorCode,
    ipc::{AppError, CameraError, Connection, FileProgress, LocationError, ParkedReason, Whereabouts},
    model::{
        card::CardError,
        consent::ConsentPurpose,
        date::DateError,
        identity::IdentityError,
        password::PasswordProblem,
        person::NameError,
        photo::PhotoError,
        place::PositionError,
        profile::ProfileProblem,
        question::AnswerProblem,
        report::FormProblem,
        status::{RefusalReason, ReportStatus},
        video::VideoError,
        words::WordsError,
    },
};

use super::{Action, Document, words};
use crate::local_time::LocalTime;

const PHOTO_ERRORS: [PhotoError; 10] = [
    PhotoError::Empty,
    PhotoError::Truncated,
    PhotoError::NotAPicture,
    PhotoError::Heic,
    PhotoError::UnsupportedFormat,
    PhotoError::TooManyBytes,
    PhotoError::TooManyPixels,
    PhotoError::Damaged,
    PhotoError::TooManyPictures,
    PhotoError::AlreadyAttached,
];

const PASSWORD_PROBLEMS: [PasswordProblem; 4] =
    [PasswordProblem::TooShort, PasswordProblem::TooLong, PasswordProblem::TooCommon, PasswordProblem::LikeTheNumber];

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
        AppError::BadCode,
        AppError::CodeWrong { tries_left: None },
        AppError::CodeWrong { tries_left: Some(1) },
        AppError::CodeWrong { tries_left: Some(4) },
        AppError::NoCode,
        AppError::Profile { problems: Vec::new() },
        AppError::NotAllowedYet { missing: Vec::new() },
        AppError::RateLimited { retry_after_ms: None },
        AppError::RateLimited { retry_after_ms: Some(30_000) },
        AppError::RateLimited { retry_after_ms: Some(90_000) },
        AppError::Form { problems: Vec::new() },
        AppError::NotFound,
        AppError::NotEditable,
        AppError::StorageFull,
        AppError::StorageBroken,
        AppError::NewerDatabase { drafts: Vec::new(), unsent: Vec::new() },
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
    let passwords = PASSWORD_PROBLEMS.iter().map(|reason| AppError::WeakPassword { reason: *reason });
    let consents = ConsentPurpose::ALL.iter().map(|purpose| AppError::ConsentNeeded { purpose: *purpose });
    let refused = ErrorCode::ALL.iter().map(|error| AppError::Refused { error: *error });
    let form = FORM_PROBLEMS.iter().map(|problem| AppError::Form { problems: vec![*problem] });
    assert_sentences(
        "errors",
        app.chain(passwords)
            .chain(consents)
            .chain(photo)
            .chain(location)
            .chain(refused)
            .chain(form)
            .map(|error| (words().app_error)(&error)),
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
fn every_cause_of_waiting_has_its_own_sentence() {
    let waiting =
        |needs_sign_in, link, online| (words().outbox_state)(&Whereabouts::Waiting { needs_sign_in }, link, online, &[]);
    assert_sentences(
        "outbox",
        [
            waiting(true, Connection::Online, true),
            waiting(false, Connection::Online, true),
            waiting(false, Connection::Offline, true),
            waiting(false, Connection::Offline, false),
            waiting(false, Connection::ServerTrouble, true),
        ],
    );
    assert_eq!(waiting(true, Connection::Offline, false), waiting(true, Connection::Online, true), "signing in comes first");
}

#[test]
fn what_has_arrived_is_told_and_not_told_twice() {
    let file = |sent_bytes| FileProgress { photo: String::new(), sent_bytes, total_bytes: 100 };
    let told = |at: &Whereabouts, files: &[u64]| {
        let files: Vec<_> = files.iter().map(|sent| file(*sent)).collect();
        (words().outbox_state)(at, Connection::Offline, false, &files)
    };
    let (waiting, sending) =
        (Whereabouts::Waiting { needs_sign_in: false }, Whereabouts::Sending { sent_bytes: 1, total_bytes: 300 });
    assert_sentences("waiting", [&[0, 0][..], &[40, 0], &[100, 0], &[100, 100]].map(|files| told(&waiting, files)));
    assert_sentences("sending", [&[][..], &[40, 0], &[100, 0], &[100, 100]].map(|files| told(&sending, files)));
    assert!(told(&waiting, &[100, 40, 0]).contains("1 trên 3"));
    let files = [0, 1, 45, 99, 100].map(|sent| (words().file_progress)(&file(sent)));
    assert_eq!(files, ["Chưa gửi", "1\u{a0}%", "45\u{a0}%", "99\u{a0}%", "Đã gửi"]);
    let nothing_to_send = FileProgress { photo: String::new(), sent_bytes: 0, total_bytes: 0 };
    assert_eq!((words().file_progress)(&nothing_to_send), "Đã gửi");
}

#[test]
fn the_next_try_is_told_in_seconds_while_one_can_wait_for_it() {
    let told = [0, 1, 90, 91].map(|seconds| (words().next_try)(seconds, "hôm nay 14:05"));
    assert_sentences("next try", told.clone());
    let with_seconds: Vec<_> = told.iter().map(|sentence| sentence.contains("giây")).collect();
    assert_eq!(with_seconds, [false, true, true, false]);
}

#[test]
fn what_can_not_be_taken_back_is_told_apart_from_what_has_to_be_asked_about() {
    let errors = [AppError::NotEditable, AppError::Offline, AppError::ServerTrouble, AppError::SignedOut, AppError::NotFound];
    let told = |action| errors.each_ref().map(|error| (words().act_error)(action, error));
    assert_sentences("edit and discard", told(Action::Discard).into_iter().take(4).chain(told(Action::Edit)));
    assert_eq!(told(Action::Retry), errors.each_ref().map(words().app_error), "trying again asks nobody first");
}

#[test]
fn a_receipt_counts_its_pictures() {
    let told = [0, 3].map(|files| (words().receipt)(files, "hôm nay 14:05"));
    assert_sentences("receipts", told.clone());
    let [bare, with_pictures] = told;
    assert!(!bare.contains("ảnh,") && with_pictures.contains("3 ảnh"), "{bare} {with_pictures}");
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
    let screens =
        [w.common.all(), w.home.all(), w.draft.all(), w.reports.all(), w.report.all(), w.sign_in.all(), w.settings.all()];
    let compose =
        [w.choose.all(), w.compose.all(), w.review.all(), w.discarded.all(), w.way.all(), w.similar.all(), w.followed.all()];
    let all = screens.into_iter().chain(compose).chain([w.outbox.all(), w.salvage.all(), w.newer.all()]);
    let account = [w.welcome.all(), w.enter.all(), w.gate.all(), w.consent.all(), w.legal.all()];
    let citizen = [w.profile.all(), w.card.all(), w.picker.all(), w.account.all(), w.new_password.all(), w.sessions.all()];
    let purposes = ConsentPurpose::ALL.map(|purpose| (w.purpose)(purpose).all());
    let data = [w.consents.all(), w.data.all(), w.delete.all(), w.media.all(), w.blur.all()];
    for (name, sentence) in all.chain(account).chain(citizen).chain(purposes).chain(data).flatten() {
        assert_there_and_composed(name, sentence);
    }
}

fn assert_there_and_composed(name: &str, sentence: &str) {
    assert!(!sentence.trim().is_empty() && sentence.trim() == sentence, "{name}: {sentence:?}");
    let decomposed = |c: char| ('\u{300}'..='\u{36f}').contains(&c);
    assert!(!sentence.contains(decomposed), "{name} is not in NFC: {sentence:?}");
}

#[test]
fn what_is_agreed_to_is_there_and_composed_and_names_its_place() {
    const PLACE: [&str; 3] = ["{area}", "{province}", "{portal}"];
    let legal = [Document::Terms, Document::Privacy].map(words().legal_text);
    for text in legal {
        assert_there_and_composed("title", text.title);
        let mut named = String::new();
        for (heading, paragraphs) in text.sections {
            assert_there_and_composed(text.title, heading);
            assert!(!heading.contains(['{', '}']) && !paragraphs.is_empty(), "{heading}");
            for paragraph in *paragraphs {
                assert_there_and_composed(heading, paragraph);
                assert!(paragraph.ends_with('.'), "{paragraph}");
                let left = PLACE.iter().fold((*paragraph).to_owned(), |left, name| left.replace(name, ""));
                assert!(!left.contains(['{', '}']), "what is not filled in: {paragraph}");
                named.push_str(paragraph);
            }
        }
        assert!(PLACE.iter().all(|name| named.contains(name)), "{} names its place", text.title);
    }
    for purpose in ConsentPurpose::ALL {
        let text = (words().consent_text)(purpose);
        assert_there_and_composed("consent", text.title);
        assert!(!text.paragraphs.is_empty());
        for paragraph in text.paragraphs {
            assert_there_and_composed(text.title, paragraph);
            assert!(paragraph.ends_with('.') && !paragraph.contains(['{', '}']), "{paragraph}");
        }
    }
}

#[test]
fn one_document_has_one_name() {
    let w = words();
    let name = |document| (w.legal_text)(document).title;
    assert_eq!((w.account.terms, w.account.privacy), (name(Document::Terms), name(Document::Privacy)));
    let agreed = [w.enter.agree_text, (w.purpose)(ConsentPurpose::Terms).text];
    for sentence in agreed.into_iter().chain((w.consent_text)(ConsentPurpose::Terms).paragraphs.iter().copied().take(1)) {
        for document in [Document::Terms, Document::Privacy] {
            assert!(sentence.to_lowercase().contains(&name(document).to_lowercase()), "{sentence}");
        }
    }
}

#[test]
fn every_problem_of_a_profile_and_a_card_has_its_own_sentence() {
    let words_errors = [WordsError::Empty, WordsError::TooLong, WordsError::ControlCharacter];
    let names = || words_errors.into_iter().map(NameError::Words).chain([NameError::NotLetters]);
    let dates = [DateError::Missing, DateError::NotADate, DateError::NoSuchDay];
    let numbers = [IdentityError::Missing, IdentityError::Length, IdentityError::NotDigits];
    let rest = [
        ProfileProblem::NumberAgainstGender,
        ProfileProblem::NumberAgainstBirth,
        ProfileProblem::IssuedBeforeBirth,
        ProfileProblem::IssuedInFuture,
        ProfileProblem::GenderMissing,
        ProfileProblem::BornInFuture,
        ProfileProblem::ProvinceMissing,
        ProfileProblem::WardMissing,
        ProfileProblem::WardUnknown,
        ProfileProblem::Email,
        ProfileProblem::GuardianMissing,
    ];
    let all = names()
        .map(ProfileProblem::FullName)
        .chain(names().map(ProfileProblem::GuardianName))
        .chain(numbers.into_iter().map(ProfileProblem::IdentityNumber))
        .chain(dates.into_iter().flat_map(|error| [ProfileProblem::IssuedOn(error), ProfileProblem::BornOn(error)]))
        .chain(words_errors.into_iter().flat_map(|error| [ProfileProblem::IssuedBy(error), ProfileProblem::Street(error)]))
        .chain(rest);
    assert_sentences("profile", all.map(|problem| (words().profile_problem)(problem).to_owned()));
    let cards = [CardError::NotAPicture, CardError::NoCode, CardError::NotACard, CardError::NoCamera];
    assert_sentences("card", cards.map(|reason| (words().app_error)(&AppError::Card { reason })));
}

#[test]
fn every_problem_of_an_answer_has_its_own_sentence() {
    let all = [
        AnswerProblem::Missing,
        AnswerProblem::BadText,
        AnswerProblem::NotANumber,
        AnswerProblem::OutOfRange,
        AnswerProblem::NotAnOption,
        AnswerProblem::TooMany,
        AnswerProblem::InFuture,
        AnswerProblem::UnknownKind,
    ];
    assert_sentences("answers", all.map(|problem| (words().answer_problem)(problem).to_owned()));
    assert_eq!((words().number_range)(0.0, 2.5, Some("m")), "Từ 0 đến 2,5 m");
}

#[test]
fn a_button_is_called_what_it_says() {
    let texts = &words().sign_in;
    for (seen, called) in [(texts.show, texts.show_password), (texts.hide, texts.hide_password)] {
        assert!(called.starts_with(seen), "{seen}, {called}");
    }
}

#[test]
fn videos_are_counted_and_timed() {
    let counted = [(0, 0), (3, 0), (0, 1), (2, 1)].map(|(photos, videos)| (words().media_count)(photos, videos));
    assert_eq!(counted, ["0 ảnh", "3 ảnh", "1 video", "2 ảnh, 1 video"]);
    let timed = [0, 400, 9_600, 60_000, 61_200].map(words().duration);
    assert_eq!(timed, ["0:01", "0:01", "0:10", "1:00", "1:01"]);
    let spoken = [400, 60_000, 61_200].map(words().duration_spoken);
    assert_eq!(spoken, ["1 giây", "1 phút", "1 phút 1 giây"]);
}

#[test]
fn what_is_wrong_with_a_video_or_the_camera_has_its_own_sentence() {
    let videos = [
        VideoError::Truncated,
        VideoError::UnsupportedFormat,
        VideoError::TooManyBytes,
        VideoError::TooLong,
        VideoError::Damaged,
        VideoError::TooManyVideos,
    ];
    let cameras = [CameraError::Denied, CameraError::NoCamera, CameraError::Failed];
    let errors = videos
        .map(|reason| AppError::Video { reason })
        .into_iter()
        .chain(cameras.map(|reason| AppError::Camera { reason }))
        .chain(PHOTO_ERRORS.map(|reason| AppError::Photo { reason }));
    assert_sentences("media", errors.map(|error| (words().app_error)(&error)));
}

#[test]
fn distances_are_no_more_exact_than_positions() {
    let table = [
        (0.0, "Ngay tại đây"),
        (14.9, "Ngay tại đây"),
        (15.0, "Cách 20\u{a0}m"),
        (123.4, "Cách 120\u{a0}m"),
        (994.0, "Cách 990\u{a0}m"),
        (1_250.0, "Cách 1,2\u{a0}km"),
    ];
    for (metres, expected) in table {
        assert_eq!((words().distance)(metres), expected, "{metres}");
    }
}
