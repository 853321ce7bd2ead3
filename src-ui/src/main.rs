//! KonTumS's window: the screens a citizen sees, in Leptos, running in the shell's web view.
//!
//! `app` lays out the page, `screens` are what is navigated to, `components` what they are made of,
//! `state` what more than one of them shows, `text` every word, and `ipc` the only way to the shell.

#![expect(unreachable_pub, reason = "Leptos makes the properties of every component public")]

mod amount;
mod announcer;
mod app;
mod autosave;
mod calm;
mod components;
mod history;
mod ipc;
mod loaded;
mod local_time;
mod newest;
mod screens;
mod state;
mod text;

use leptos::prelude::*;

fn main() {
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        reveal("crashed");
    }));
    leptos::mount::mount_to_body(app::App);
    if let Some(splash) = document().get_element_by_id("splash") {
        splash.remove();
    }
}

/// Shows one of the messages that stand ready in `index.html` for when the app itself can't speak.
fn reveal(id: &str) {
    if let Some(message) = document().get_element_by_id(id) {
        // Nothing better can be done on the way down.
        let _ = message.remove_attribute("hidden");
    }
}
