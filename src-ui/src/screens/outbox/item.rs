//! A report that still has to leave: how far it has come, what it waits for, what can be done about it.

use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, components::A, hooks::use_navigate};
use pakn_api::{
    id::ReportId,
    ipc::{FileProgress, OutboxItem, Whereabouts},
};

use super::strip::Strip;
use crate::{
    components::whereabouts::{Pill, Progress, name},
    screens::{
        cards::{field_name, when},
        ways_on::{Act, WaysOn},
    },
    state::store,
    text::words,
};

/// The id of a report's card.
pub(super) fn element_id(report_id: ReportId) -> String {
    format!("outbox-{report_id}")
}

/// Its bytes in all, once some have arrived.
fn arrived(files: &[FileProgress]) -> Option<(u64, u64)> {
    let (sent, total) = files.iter().fold((0, 0), |(sent, total), file| (sent + file.sent_bytes, total + file.total_bytes));
    (sent > 0).then_some((sent, total))
}

/// A card of the outbox.
#[component]
pub(super) fn Item(
    report_id: ReportId,
    /// Where it is said why something was not done.
    problem: RwSignal<Option<String>>,
    /// Called when it was given up.
    gone: Callback<ReportId>,
) -> impl IntoView {
    let store = store();
    let first = store.in_outbox(report_id);
    // The last of it stays while its card goes.
    let item = Memo::new(move |before: Option<&Option<OutboxItem>>| {
        store.in_outbox(report_id).or_else(|| before.cloned().flatten()).or_else(|| first.clone())
    });
    let at = Memo::new(move |_| {
        let at = item.read().as_ref().map(|item| item.whereabouts.clone());
        at.map_or(Whereabouts::Waiting { needs_sign_in: false }, |at| store.freshest(report_id, at))
    });
    let files = Memo::new(move |_| item.read().as_ref().map(|item| item.files.clone()).unwrap_or_default());
    let surely_unsent = Memo::new(move |_| item.read().as_ref().is_some_and(|item| item.surely_unsent));
    let title = Memo::new(move |_| item.read().as_ref().map(|item| item.title.clone()).unwrap_or_default());
    let line = move || item.read().as_ref().map(|item| format!("{} · {}", field_name(&item.field), when(item.submitted_at)));
    let state =
        move || (words().outbox_state)(&at.read(), store.sync.read().connection, store.device_online.get(), &files.read());
    let rest = move || match at.get() {
        Whereabouts::Waiting { .. } => arrived(&files.read()),
        Whereabouts::Sending { .. } | Whereabouts::Parked { .. } | Whereabouts::Sent { .. } => None,
    };

    let busy = RwSignal::new(false);
    let navigate = StoredValue::new_local(use_navigate());
    let on_act = move |act: Act| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        problem.set(None);
        spawn_local(async move {
            let done = act.carry_out(store, report_id, &at.get_untracked()).await;
            busy.try_set(false);
            match (done, act) {
                (Ok(()), Act::Reopen) => {
                    navigate.try_with_value(|go| go(&format!("/draft/{report_id}"), NavigateOptions::default()));
                }
                (Ok(()), Act::Discard) => {
                    gone.try_run(report_id);
                }
                (Ok(()), Act::Retry) => {}
                (Err(error), act) => {
                    problem.try_set(Some(act.failure(&error)));
                    store.ask_for_outbox();
                }
            }
        });
    };
    view! {
        <li class="sheet outbox-item" id=element_id(report_id) tabindex="-1" data-test="outbox-item" data-at=move || at.with(name)>
            <div class="outbox-title">
                <h2><A href=format!("/reports/{report_id}") attr:class="link">{title}</A></h2>
                <p class="card-line">{line}</p>
            </div>
            <Pill at/>
            <p data-test="outbox-state">{state}</p>
            <Progress at/>
            {move || rest().map(|(sent, total)| {
                view! { <progress class="progress" max=total value=sent aria-label=words().outbox.progress></progress> }
            })}
            <Strip files/>
            <WaysOn report_id at surely_unsent busy here="/outbox" on_act/>
        </li>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_arrived_counts_over_all_files() {
        let file = |sent_bytes, total_bytes| FileProgress { photo: String::new(), sent_bytes, total_bytes };
        assert_eq!(arrived(&[]), None);
        assert_eq!(arrived(&[file(0, 10), file(0, 20)]), None);
        assert_eq!(arrived(&[file(10, 10), file(5, 20)]), Some((15, 30)));
    }
}
