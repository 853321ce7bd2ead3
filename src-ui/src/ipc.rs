//! The one place that touches Tauri's JavaScript.
//!
//! A command goes out as `{ "args": <the command> }` under its name and comes back as its reply or an
//! [`AppError`]; anything else that comes back is an error of ours. Changes arrive as events. What a
//! reply means is left to the screens.

use js_sys::{Function, Object, Promise, Reflect};
use pakn_api::ipc::{AppError, CHANGE_EVENT, Change, Command, PHOTO_SCHEME, PREVIEW, TILE_SCHEME};
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// Asks the shell to do something and waits for its answer.
///
/// # Errors
/// What the shell says; [`AppError::Bug`] when the answer can't be read.
pub(crate) async fn invoke<C: Command>(command: C) -> Result<C::Reply, AppError> {
    #[derive(Serialize)]
    struct Envelope<C> {
        args: C,
    }
    let args = to_js(&Envelope { args: command })?;
    let answer = call_invoke(C::NAME, &args).await.map_err(|error| from_js::<AppError>(error).unwrap_or(AppError::Bug))?;
    from_js(answer).ok_or(AppError::Bug)
}

/// Runs `on_change` for every change the shell tells of, for as long as the page lives. Returns once the
/// subscription stands, so that whatever is asked for afterwards misses no change.
///
/// # Errors
/// [`AppError::Bug`] when there is no shell to listen to.
pub(crate) async fn listen(on_change: impl Fn(Change) + 'static) -> Result<(), AppError> {
    #[derive(Deserialize)]
    struct Event {
        payload: Change,
    }
    #[derive(Serialize)]
    struct Target {
        kind: &'static str,
    }
    #[derive(Serialize)]
    struct Listen {
        event: &'static str,
        target: Target,
        handler: f64,
    }
    let callback = Closure::<dyn Fn(JsValue)>::new(move |event| {
        if let Some(Event { payload }) = from_js(event) {
            on_change(payload);
        }
    });
    let callback = callback.into_js_value();
    let handler = internals_function("transformCallback")
        .and_then(|(internals, transform)| transform.call1(&internals, &callback).ok())
        .and_then(|id| id.as_f64())
        .ok_or(AppError::Bug)?;
    let args = to_js(&Listen { event: CHANGE_EVENT, target: Target { kind: "Any" }, handler })?;
    call_invoke("plugin:event|listen", &args).await.map(drop).map_err(|_| AppError::Bug)
}

/// The address under which a picture is shown, given the path part of its `photo:` address.
pub(crate) fn photo_url(path: &str) -> String {
    scheme_url(path, PHOTO_SCHEME)
}

/// The address under which the map's tiles are, with `{z}`, `{x}` and `{y}`.
pub(crate) fn tile_url() -> String {
    format!("{}{{z}}/{{x}}/{{y}}", scheme_url("", TILE_SCHEME))
}

/// Platforms write the addresses of a scheme of ours in two ways.
fn scheme_url(path: &str, scheme: &str) -> String {
    internals_function("convertFileSrc")
        .and_then(|(internals, convert)| convert.call2(&internals, &path.into(), &scheme.into()).ok())
        .and_then(|url| url.as_string())
        .unwrap_or_default()
}

/// As [`photo_url`], of a small copy.
pub(crate) fn preview_url(path: &str) -> String {
    format!("{}?{PREVIEW}", photo_url(path))
}

async fn call_invoke(name: &str, args: &JsValue) -> Result<JsValue, JsValue> {
    let (internals, invoke) = internals_function("invoke").ok_or(JsValue::NULL)?;
    let promise: Promise = invoke.call2(&internals, &name.into(), args)?.dyn_into()?;
    JsFuture::from(promise).await
}

fn internals_function(name: &str) -> Option<(Object, Function)> {
    let internals = Reflect::get(&js_sys::global(), &"__TAURI_INTERNALS__".into()).ok()?.dyn_into::<Object>().ok()?;
    let function = Reflect::get(&internals, &name.into()).ok()?.dyn_into().ok()?;
    Some((internals, function))
}

fn to_js<T: Serialize>(value: &T) -> Result<JsValue, AppError> {
    value.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).map_err(|_| AppError::Bug)
}

fn from_js<T: for<'de> Deserialize<'de>>(value: JsValue) -> Option<T> {
    serde_wasm_bindgen::from_value(value).ok()
}
