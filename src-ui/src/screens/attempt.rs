//! A command given by a tap: one at a time, and what came of it.

use leptos::{prelude::*, task::spawn_local};
use pakn_api::ipc::{AppError, Command};

use crate::{
    components::notice::{Notice, Tone},
    ipc,
    text::words,
};

/// Whether a command is on its way, and why the last one failed.
#[derive(Clone, Copy)]
pub(crate) struct Attempt {
    pub(crate) busy: RwSignal<bool>,
    pub(crate) error: RwSignal<Option<AppError>>,
}

impl Attempt {
    /// Nothing tried yet.
    pub(crate) fn new() -> Self {
        Self { busy: RwSignal::new(false), error: RwSignal::new(None) }
    }

    /// Gives the command, unless one is on its way; `then` takes the reply.
    pub(crate) fn run<C: Command + 'static>(self, command: C, then: impl FnOnce(C::Reply) + 'static) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        self.error.set(None);
        spawn_local(async move {
            let answer = ipc::invoke(command).await;
            // The screen may be gone by now; what was done is done all the same.
            self.busy.try_set(false);
            match answer {
                Ok(reply) => then(reply),
                Err(error) => {
                    self.error.try_set(Some(error));
                }
            }
        });
    }
}

/// Why the last try failed, if it did.
#[component]
pub(crate) fn AttemptError(
    attempt: Attempt,
    /// The hook for tests.
    hook: &'static str,
) -> impl IntoView {
    move || {
        let error = attempt.error.get()?;
        Some(view! { <Notice tone=Tone::Bad><p data-test=hook>{(words().app_error)(&error)}</p></Notice> })
    }
}
