//! The head of a report's screen: where it is, what happens next, and the ways on.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::{
    id::ReportId,
    ipc::{ParkedReason, Whereabouts},
};

use super::Act;
use crate::{
    components::{
        confirm::Confirm,
        icon::Icon,
        notice::Tone,
        whereabouts::{Progress, glyph, name, tone},
    },
    state::store,
    text::{Action, words},
};

/// Where the report is, what happens next, and what the citizen can do about it.
#[component]
pub(super) fn Hero(
    report_id: ReportId,
    at: Memo<Whereabouts>,
    /// Whether something is being done about it.
    busy: RwSignal<bool>,
    /// Called with what the citizen chose, after asking where it can't be undone.
    on_act: Callback<Act>,
) -> impl IntoView {
    let store = store();
    let texts = &words().report;
    // Told once per state, not with every percent.
    Effect::new(move |before: Option<&'static str>| {
        let now = at.with(name);
        if before.is_some_and(|before| before != now) {
            store.announce(at.with_untracked(words().whereabouts));
        }
        now
    });
    let reopening = RwSignal::new(false);
    let discarding = RwSignal::new(false);

    let button = move |(action, first): (Action, bool)| {
        let label = (words().action)(action);
        let class = if first { "button" } else { "button quiet" };
        match action {
            Action::SignIn => view! {
                <A href=format!("/sign-in?next=/reports/{report_id}") attr:class="button" attr:data-test="report-sign-in">{label}</A>
            }
            .into_any(),
            Action::Edit => view! {
                <button type="button" class=class data-test="report-edit" disabled=busy on:click=move |_| reopening.set(true)>
                    {label}
                </button>
            }
            .into_any(),
            Action::Retry => view! {
                <button type="button" class=class data-test="report-retry" disabled=busy on:click=move |_| on_act.run(Act::Retry)>{label}</button>
            }
            .into_any(),
            Action::Discard => view! {
                <button type="button" class=class data-test="report-discard" disabled=busy
                    on:click=move |_| discarding.set(true)>{label}</button>
            }
            .into_any(),
        }
    };
    // A memo, so that progress doesn't rebuild the buttons under the citizen's thumb.
    let actions = Memo::new(move |_| at.with(ways_on));

    view! {
        <section class=move || format!("whereabouts {}", at.with(tone).class()) data-at=move || at.with(name) data-test="whereabouts">
            <div class="whereabouts-head">
                <span class="whereabouts-icon">{move || view! { <Icon glyph=at.with(glyph)/> }}</span>
                <p class="whereabouts-state">{move || at.with(words().whereabouts)}</p>
            </div>
            <Progress at/>
            <p>{move || at.with(words().whereabouts_next)}</p>
            <div class="actions">{move || {
                // Something to do comes first and full; what merely can be done stays quiet.
                let urgent = at.with_untracked(tone) == Tone::Warn;
                actions.get().into_iter().enumerate().map(|(n, action)| button((action, urgent && n == 0))).collect_view()
            }}</div>
        </section>
        <Confirm open=reopening title=texts.reopen_title text=texts.reopen_text yes=texts.reopen_yes
            on_yes=move |()| on_act.run(Act::Reopen)/>
        <Confirm open=discarding title=texts.discard_title text=texts.discard_text yes=texts.discard_yes destructive=true
            on_yes=move |()| on_act.run(Act::Discard)/>
    }
}

/// What the citizen can do about a report that is at this place, the likeliest first.
fn ways_on(at: &Whereabouts) -> Vec<Action> {
    match at {
        Whereabouts::Waiting { needs_sign_in: true } => vec![Action::SignIn, Action::Edit],
        Whereabouts::Waiting { needs_sign_in: false } => vec![Action::Edit],
        Whereabouts::Sending { .. } | Whereabouts::Sent { .. } => Vec::new(),
        Whereabouts::Parked { reason } => match reason {
            ParkedReason::InvalidReport { .. } | ParkedReason::MediaLost => vec![Action::Edit, Action::Discard],
            ParkedReason::Refused { .. } | ParkedReason::TooManyAttempts => vec![Action::Retry, Action::Edit, Action::Discard],
        },
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::{ErrorCode, model::status::ReportStatus};

    use super::*;

    #[test]
    fn whoever_is_stuck_has_a_way_on_and_what_is_gone_cannot_be_touched() {
        let parked = [
            ParkedReason::InvalidReport { problems: Vec::new() },
            ParkedReason::Refused { code: ErrorCode::TooLarge },
            ParkedReason::MediaLost,
            ParkedReason::TooManyAttempts,
        ];
        for reason in parked {
            let ways = ways_on(&Whereabouts::Parked { reason });
            assert!(ways.contains(&Action::Edit) && ways.contains(&Action::Discard), "{ways:?}");
        }
        assert_eq!(ways_on(&Whereabouts::Waiting { needs_sign_in: true }).first(), Some(&Action::SignIn));
        assert_eq!(ways_on(&Whereabouts::Sent { status: ReportStatus::Received }), []);
        assert_eq!(ways_on(&Whereabouts::Sending { sent_bytes: 1, total_bytes: 2 }), []);
    }
}
