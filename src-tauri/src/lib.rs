//! KonTumS, the citizen's app: a thin shell around `pakn_core`.
//!
//! `commands` are the page's way in, `events` its way of hearing what changed, `photo_scheme` how it
//! shows pictures, `tile_scheme` how it gets the map's tiles, `intake` how the camera's files come to the core, `links`
//! what becomes of links; `platform` is what differs between phones and desktops, `client` the one place that
//! holds the client. The shell decides nothing about reports and owns no words but those of system
//! notifications. A core that can't be opened never keeps the window from opening: every command then
//! says why, and tries again.
#![cfg_attr(target_os = "ios", expect(missing_docs, reason = "tauri::mobile_entry_point makes a public function without any"))]

mod client;
mod commands;
mod events;
#[cfg(not(target_os = "android"))]
mod export;
mod intake;
#[cfg(any(mobile, test))]
mod lifecycle;
mod links;
mod notify;
mod photo_scheme;
pub mod platform;
mod tile_scheme;

use std::sync::Arc;

use pakn_core::{Client, Trigger};
use tauri::{App, AppHandle, Builder, Context, Manager, Runtime, WebviewWindowBuilder, async_runtime::spawn};

pub use self::client::Core;
use self::intake::Intake;
use self::platform::{Exports, Notifications, Pictures, Platform};

/// Runs the app until it is closed.
#[cfg_attr(mobile, tauri::mobile_entry_point)]
pub fn run() {
    platform::log();
    match build(platform::plugins(Builder::default()), context(), platform::here) {
        Ok(app) => app.run(|_, _| {}),
        Err(error) => {
            tracing::error!(%error, "the app can't start");
            std::process::exit(1);
        }
    }
}

/// Configuration, capabilities and the embedded UI, as `build.rs` left them.
#[expect(clippy::unwrap_used, clippy::expect_used, reason = "generated")]
fn context<R: Runtime>() -> Context<R> {
    tauri::tauri_build_context!()
}

/// Puts the app together over any runtime; `platform` is asked once, when the app is set up.
///
/// # Errors
/// What Tauri says, when the window or a plugin can't be had.
pub fn build<R: Runtime>(
    builder: Builder<R>,
    context: Context<R>,
    platform: impl FnOnce(&AppHandle<R>) -> Platform + Send + 'static,
) -> tauri::Result<App<R>> {
    let builder = builder
        .invoke_handler(commands::handler())
        .register_asynchronous_uri_scheme_protocol(pakn_api::ipc::PHOTO_SCHEME, photo_scheme::serve)
        .register_asynchronous_uri_scheme_protocol(pakn_api::ipc::TILE_SCHEME, tile_scheme::serve)
        .setup(|app| Ok(set_up(app.handle(), platform)?));
    #[cfg(mobile)]
    let builder = builder.on_window_event(lifecycle::on_window_event);
    builder.build(context)
}

fn set_up<R: Runtime>(app: &AppHandle<R>, platform: impl FnOnce(&AppHandle<R>) -> Platform) -> tauri::Result<()> {
    let Platform { config, location, notifications, exports, scanner, pictures } = platform(app);
    #[cfg(mobile)]
    app.manage(lifecycle::Lifecycle::default());
    app.manage(location);
    app.manage(Arc::clone(&notifications));
    app.manage(exports);
    app.manage(scanner);
    app.manage(pictures);
    let handle = app.clone();
    app.manage(Core::new(config, move |client| start(&handle, client, &notifications)));
    let waking = app.clone();
    // Whoever comes first opens the core; a command that needs it waits, or says why it failed.
    spawn(async move { waking.state::<Core>().client().await.map(drop) });
    // Only now may the page ask for something: on Android its questions come on threads of their own.
    for window in &app.config().app.windows {
        let links = app.clone();
        WebviewWindowBuilder::from_config(app, window)?.on_navigation(move |url| links::follow(&links, url)).build()?;
    }
    Ok(())
}

fn start<R: Runtime>(app: &AppHandle<R>, client: &Client, notifications: &Notifications) {
    spawn(events::forward(app.clone(), client.clone(), client.changes()));
    spawn(notify::forward(Arc::clone(notifications), client.clone(), client.notices()));
    spawn(client.run());
    if let Some(pictures) = app.state::<Option<Pictures>>().inner().clone() {
        let intake = Intake { client: client.clone(), pictures, exports: Arc::clone(&app.state::<Exports>()) };
        let (following, changes) = (intake.clone(), client.changes());
        spawn(async move { following.follow(changes).await });
        spawn(async move { intake.recover().await });
    }
    client.trigger(Trigger::Started);
}

#[cfg(test)]
mod tests;
