//! The whole shell over Tauri's mock runtime: real context, real capabilities, real core.
#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a failing fixture fails the test")]

use std::{collections::BTreeSet, fs, path::Path, sync::mpsc, time::Duration};

use async_trait::async_trait;
use pakn_api::{
    Timestamp,
    ipc::{
        AppError, AppInfo, AskNotifications, AttachBegin, CHANGE_EVENT, COMMANDS, CancelScan, Change, Command, CreateDraft,
        ExportedFile, GetAppInfo, GetConsents, GetDraft, GetSync, GetUnits, ListDrafts, Locate, LocationError, NotificationState,
        ReadCard, SaveDraft, ScanCard, SetConsent,
    },
    model::{
        card::CardError,
        consent::ConsentPurpose,
        place::{Place, PlaceSource, Position},
        profile::ProfileForm,
        report::ReportForm,
        unit::Units,
    },
};
use pakn_core::{Config, MemoryTokenStore};
use serde_json::{Value, json};
use tauri::{
    App, Listener, Manager, WebviewWindow,
    ipc::{CallbackFn, InvokeBody},
    test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder},
    webview::InvokeRequest,
};

use super::*;
use crate::platform::{CameraPlugin, CardScanner, LocationProvider, Notifier, Scanner};

mod camera;
mod intake;

struct Here(Result<Place, LocationError>);

#[async_trait]
impl LocationProvider for Here {
    async fn locate(&self) -> Result<Place, LocationError> {
        self.0
    }
}

struct Silent;

#[async_trait]
impl Notifier for Silent {
    async fn notify(&self, _: pakn_core::Notice) {}

    async fn state(&self) -> NotificationState {
        NotificationState::NotAsked
    }

    async fn ask(&self) -> NotificationState {
        NotificationState::Allowed
    }
}

/// A scanner that no card is held before; it tells when it has begun.
struct Unheld {
    begun: mpsc::Sender<()>,
    stop: tokio::sync::Notify,
}

#[async_trait]
impl CardScanner for Unheld {
    async fn scan(&self) -> Result<String, CardError> {
        let stopped = self.stop.notified();
        self.begun.send(()).unwrap();
        stopped.await;
        Err(CardError::NoCode)
    }

    fn cancel(&self) {
        self.stop.notify_waiters();
    }
}

fn kon_tum() -> Place {
    let position = Position::new(14.3497, 108.0005, 12.0).unwrap();
    Place { position, source: PlaceSource::Device, taken_at: Timestamp(1_700_000_000_000) }
}

fn app_with(data_dir: &Path, here: Result<Place, LocationError>, scanner: Option<Scanner>) -> App<MockRuntime> {
    built(mock_builder(), data_dir, here, scanner, false)
}

#[expect(deprecated, reason = "the one way to have an app set up without running it")]
fn built(
    builder: Builder<MockRuntime>,
    data_dir: &Path,
    here: Result<Place, LocationError>,
    scanner: Option<Scanner>,
    has_camera: bool,
) -> App<MockRuntime> {
    let (data_dir, beside) = (data_dir.to_owned(), data_dir.to_owned());
    // Nothing listens on the discard port: the app is offline.
    let server_url = "http://127.0.0.1:9".to_owned();
    let config = move || {
        let tokens = Arc::new(MemoryTokenStore::default());
        Ok(Config { data_dir: data_dir.clone(), server_url: server_url.clone(), tokens, device_name: None })
    };
    let exports = export::Folder {
        of: move || Ok(beside.join("exports")),
        found: |name, folder| ExportedFile::Folder { name, folder: folder.display().to_string() },
    };
    let platform = move |app: &AppHandle<MockRuntime>| Platform {
        config: Box::new(config),
        location: Box::new(Here(here)),
        notifications: Arc::new(Silent),
        exports: Arc::new(exports),
        scanner,
        pictures: has_camera.then(|| Arc::new(CameraPlugin(app.clone())) as Pictures),
    };
    let mut app = build(builder, context(), platform).unwrap();
    app.run_iteration(|_, _| {});
    app
}

fn app_in(data_dir: &Path, here: Result<Place, LocationError>) -> App<MockRuntime> {
    app_with(data_dir, here, None)
}

fn window(app: &App<MockRuntime>) -> WebviewWindow<MockRuntime> {
    app.get_webview_window("main").unwrap()
}

fn ask(window: &WebviewWindow<MockRuntime>, cmd: &str, body: Value, origin: &str) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: cmd.to_owned(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: origin.parse().unwrap(),
        body: InvokeBody::Json(body),
        headers: tauri::http::HeaderMap::new(),
        invoke_key: INVOKE_KEY.to_owned(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

const OWN: &str = "tauri://localhost";

fn invoke<C: Command>(window: &WebviewWindow<MockRuntime>, command: &C) -> Result<C::Reply, AppError> {
    ask(window, C::NAME, json!({ "args": command }), OWN)
        .map(|reply| serde_json::from_value(reply).unwrap())
        .map_err(|error| serde_json::from_value(error).unwrap())
}

#[test]
fn the_page_can_call_every_command_and_nothing_else() {
    let dir = tempfile::tempdir().unwrap();
    let app = app_in(dir.path(), Ok(kon_tum()));
    let window = window(&app);
    for command in COMMANDS {
        // Arguments that can't be read are what only a handler complains about.
        let answer = ask(&window, command, json!({}), OWN).unwrap_err();
        assert!(answer.to_string().contains("missing required key args"), "{command}: {answer}");
        let stranger = ask(&window, command, json!({}), "https://example.com").unwrap_err();
        assert!(stranger.to_string().contains("not allowed"), "{command} for a stranger: {stranger}");
    }
    for command in [
        "format_disk",
        "plugin:event|emit",
        "plugin:geolocation|get_current_position",
        "plugin:camera|take",
        "plugin:window|close",
    ] {
        let answer = ask(&window, command, json!({}), OWN).unwrap_err().to_string();
        assert!(answer.contains("not allowed") || answer.contains("not found"), "{command}: {answer}");
    }
}

#[test]
fn the_capabilities_name_exactly_what_is_used() {
    let mut allowed = BTreeSet::new();
    for entry in fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../capabilities")).unwrap() {
        let capability: Value = serde_json::from_slice(&fs::read(entry.unwrap().path()).unwrap()).unwrap();
        for permission in capability["permissions"].as_array().unwrap() {
            assert!(allowed.insert(permission.as_str().unwrap().to_owned()), "{permission} twice");
        }
    }
    let mut used: BTreeSet<String> = COMMANDS.iter().map(|command| format!("allow-{}", command.replace('_', "-"))).collect();
    used.extend(["core:event:allow-listen", "core:event:allow-unlisten"].map(str::to_owned));
    assert_eq!(allowed, used);
}

#[test]
fn a_draft_goes_through_the_shell_and_the_page_hears_of_it() {
    let dir = tempfile::tempdir().unwrap();
    let app = app_in(dir.path(), Ok(kon_tum()));
    let window = window(&app);
    let info: AppInfo = invoke(&window, &GetAppInfo {}).unwrap();
    assert_eq!(info.app_version, env!("CARGO_PKG_VERSION"));
    assert_eq!(Path::new(&info.data_dir), dir.path());

    let (sender, changes) = mpsc::channel::<Change>();
    app.listen_any(CHANGE_EVENT, move |event| sender.send(serde_json::from_str(event.payload()).unwrap()).unwrap());
    let draft = invoke(&window, &CreateDraft { field: None }).unwrap();
    while changes.recv_timeout(Duration::from_secs(10)).unwrap() != Change::Drafts {}

    let location = ConsentPurpose::Location;
    assert_eq!(invoke(&window, &Locate {}), Err(AppError::ConsentNeeded { purpose: location }), "asked for before it is used");
    invoke(&window, &SetConsent { purpose: location, given: true }).unwrap();
    let place = invoke(&window, &Locate {}).unwrap();
    assert_eq!(place, kon_tum());
    let form = ReportForm { title: "Đèn đường hỏng ở ngõ 5".to_owned(), place: Some(place), ..ReportForm::default() };
    invoke(&window, &SaveDraft { report_id: draft.report_id, form: form.clone() }).unwrap();
    assert_eq!(invoke(&window, &GetDraft { report_id: draft.report_id }).unwrap().form, form);
    let empty = AttachBegin { report_id: draft.report_id, name: "a.jpg".to_owned(), bytes: 0 };
    assert!(matches!(invoke(&window, &empty), Err(AppError::Photo { .. })), "errors keep their code on the way");
}

#[test]
fn no_place_is_said_with_its_reason() {
    let dir = tempfile::tempdir().unwrap();
    let app = app_in(dir.path(), Err(LocationError::Denied));
    let window = window(&app);
    invoke(&window, &SetConsent { purpose: ConsentPurpose::Location, given: true }).unwrap();
    assert_eq!(invoke(&window, &Locate {}), Err(AppError::Location { reason: LocationError::Denied }));
}

#[test]
fn a_core_that_cannot_be_opened_keeps_no_window_from_opening_and_is_tried_again() {
    let dir = tempfile::tempdir().unwrap();
    let blocked = dir.path().join("data");
    fs::write(&blocked, "a file where the folder should be").unwrap();
    let app = app_in(&blocked, Ok(kon_tum()));
    let window = window(&app);
    assert_eq!(invoke(&window, &ListDrafts {}), Err(AppError::StorageBroken));
    assert_eq!(invoke(&window, &GetSync {}), Err(AppError::StorageBroken));

    fs::remove_file(&blocked).unwrap();
    assert_eq!(invoke(&window, &ListDrafts {}), Ok(vec![]));
}

#[test]
fn what_is_said_about_notifications_is_a_consent_too() {
    let dir = tempfile::tempdir().unwrap();
    let app = app_in(dir.path(), Ok(kon_tum()));
    let window = window(&app);
    for (wanted, expected) in [(true, NotificationState::Allowed), (false, NotificationState::NotAsked)] {
        assert_eq!(invoke(&window, &AskNotifications { wanted }), Ok(expected));
        let consents = invoke(&window, &GetConsents {}).unwrap();
        let said = consents.iter().find(|view| view.purpose == ConsentPurpose::Notifications).unwrap();
        assert_eq!(said.said.map(|consent| consent.given), Some(wanted));
    }
}

#[test]
fn cards_and_units_come_through_the_shell() {
    let dir = tempfile::tempdir().unwrap();
    let app = app_in(dir.path(), Ok(kon_tum()));
    let window = window(&app);
    let units = invoke(&window, &GetUnits {}).unwrap();
    assert_eq!(Units::parse(&units).unwrap().provinces().len(), 34);
    let no_picture = ReadCard { base64: "AAAA".to_owned(), form: ProfileForm::default() };
    assert_eq!(invoke(&window, &no_picture), Err(AppError::Card { reason: CardError::NotAPicture }));
    assert!(!invoke(&window, &GetAppInfo {}).unwrap().card_scanner);
}

#[test]
fn a_scan_can_be_given_up_and_without_a_camera_it_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let no_camera = app_in(&dir.path().join("without"), Ok(kon_tum()));
    let scan = ScanCard { form: ProfileForm::default() };
    assert_eq!(invoke(&window(&no_camera), &scan), Err(AppError::Card { reason: CardError::NoCamera }));
    assert_eq!(invoke(&window(&no_camera), &CancelScan {}), Ok(()));

    let (begun, begins) = mpsc::channel();
    let unheld: Scanner = Box::new(Unheld { begun, stop: tokio::sync::Notify::new() });
    let app = app_with(&dir.path().join("with"), Ok(kon_tum()), Some(unheld));
    let window = window(&app);
    assert!(invoke(&window, &GetAppInfo {}).unwrap().card_scanner);
    let scanning = window.clone();
    let scanned = std::thread::spawn(move || invoke(&scanning, &scan));
    begins.recv_timeout(Duration::from_secs(10)).unwrap();
    assert_eq!(invoke(&window, &CancelScan {}), Ok(()));
    assert_eq!(scanned.join().unwrap(), Err(AppError::Card { reason: CardError::NoCode }));
}
