//! What a citizen can do about a report that has not arrived: sign in, edit it, try again, give it up.
//!
//! What can't be undone is asked about first. Whether the server may hold the report already is the core's
//! to say; here only what is hopeless is not offered.

use leptos::prelude::*;
use leptos_router::components::A;
use pakn_api::{
    id::ReportId,
    ipc::{AppError, DiscardUnsent, ParkedReason, Reopen, RetryParked, Whereabouts},
};

use super::draft::mending::to_mend;
use crate::{
    components::{confirm::Confirm, notice::Tone, whereabouts::tone},
    ipc,
    state::Store,
    text::{Action, words},
};

/// What a citizen does about a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Act {
    /// Turns it back into a draft.
    Reopen,
    /// Gives it up, with its words and pictures.
    Discard,
    /// Has it sent once more.
    Retry,
}

impl Act {
    /// Does it. What is to be mended in a report that becomes a draft again is kept for the draft's screen.
    ///
    /// # Errors
    /// Why it was not done.
    pub(crate) async fn carry_out(self, store: Store, report_id: ReportId, at: &Whereabouts) -> Result<(), AppError> {
        match self {
            Self::Reopen => {
                ipc::invoke(Reopen { report_id }).await?;
                let mends = match at {
                    Whereabouts::Parked { reason } => to_mend(reason),
                    Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } | Whereabouts::Sent { .. } => Vec::new(),
                };
                store.mending.write_value().insert(report_id, mends);
                Ok(())
            }
            Self::Discard => ipc::invoke(DiscardUnsent { report_id }).await,
            Self::Retry => ipc::invoke(RetryParked { report_id }).await,
        }
    }

    /// Why it was not done, in words.
    pub(crate) fn failure(self, error: &AppError) -> String {
        let action = match self {
            Self::Reopen => Action::Edit,
            Self::Discard => Action::Discard,
            Self::Retry => Action::Retry,
        };
        (words().act_error)(action, error)
    }
}

/// What the citizen can do about a report that is at this place, the likeliest first.
fn ways_on(at: &Whereabouts, surely_unsent: bool) -> Vec<Action> {
    let taken_back = if surely_unsent { vec![Action::Edit, Action::Discard] } else { Vec::new() };
    match at {
        Whereabouts::Waiting { needs_sign_in: true } => [vec![Action::SignIn], taken_back].concat(),
        Whereabouts::Waiting { needs_sign_in: false } | Whereabouts::Sending { .. } => taken_back,
        Whereabouts::Sent { .. } => Vec::new(),
        // Where it may have arrived, the server is asked first.
        Whereabouts::Parked { reason } => match reason {
            ParkedReason::InvalidReport { .. } | ParkedReason::MediaLost => vec![Action::Edit, Action::Discard],
            ParkedReason::Refused { .. } | ParkedReason::TooManyAttempts => vec![Action::Retry, Action::Edit, Action::Discard],
        },
    }
}

/// The buttons, and the questions they ask.
#[component]
pub(crate) fn WaysOn(
    report_id: ReportId,
    #[prop(into)] at: Signal<Whereabouts>,
    /// The server surely doesn't hold it.
    #[prop(into)]
    surely_unsent: Signal<bool>,
    /// Whether something is being done about it.
    busy: RwSignal<bool>,
    /// Where signing in leads back to.
    #[prop(into)]
    here: String,
    /// Called with what the citizen chose, after asking where it can't be undone.
    #[prop(into)]
    on_act: Callback<Act>,
) -> impl IntoView {
    let texts = &words().report;
    let (reopening, discarding) = (RwSignal::new(false), RwSignal::new(false));
    let button = move |(action, first): (Action, bool)| {
        let label = (words().action)(action);
        let class = if first { "button" } else { "button quiet" };
        let (hook, act) = match action {
            Action::SignIn => {
                let href = format!("/sign-in?next={here}");
                return view! { <A href=href attr:class="button" attr:data-test="report-sign-in">{label}</A> }.into_any();
            }
            Action::Edit => ("report-edit", Act::Reopen),
            Action::Retry => ("report-retry", Act::Retry),
            Action::Discard => ("report-discard", Act::Discard),
        };
        let press = move |_| match act {
            Act::Reopen => reopening.set(true),
            Act::Discard => discarding.set(true),
            Act::Retry => on_act.run(act),
        };
        view! { <button type="button" class=class data-test=hook disabled=busy on:click=press>{label}</button> }.into_any()
    };
    // A memo, so that progress doesn't rebuild the buttons under the citizen's thumb.
    let actions = Memo::new(move |_| at.with(|at| ways_on(at, surely_unsent.get())));
    view! {
        <div class="actions" data-report=report_id.to_string()>{move || {
            // Something to do comes first and full; what merely can be done stays quiet.
            let urgent = at.with_untracked(tone) == Tone::Warn;
            actions.get().into_iter().enumerate().map(|(n, action)| button((action, urgent && n == 0))).collect_view()
        }}</div>
        <Confirm open=reopening title=texts.reopen_title text=texts.reopen_text yes=texts.reopen_yes
            on_yes=move |()| on_act.run(Act::Reopen)/>
        <Confirm open=discarding title=texts.discard_title text=texts.discard_text yes=texts.discard_yes destructive=true
            on_yes=move |()| on_act.run(Act::Discard)/>
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
        for (reason, surely_unsent) in parked.into_iter().flat_map(|reason| [(reason.clone(), true), (reason, false)]) {
            let ways = ways_on(&Whereabouts::Parked { reason }, surely_unsent);
            assert!(ways.contains(&Action::Edit) && ways.contains(&Action::Discard), "{ways:?}");
        }
        assert_eq!(ways_on(&Whereabouts::Sent { status: ReportStatus::Received }, false), []);
    }

    #[test]
    fn what_may_be_on_its_way_is_not_taken_back() {
        let (both, sign_in) = ([Action::Edit, Action::Discard], [Action::SignIn, Action::Edit, Action::Discard]);
        let table: [(Whereabouts, bool, &[Action]); 6] = [
            (Whereabouts::Waiting { needs_sign_in: false }, true, &both),
            (Whereabouts::Waiting { needs_sign_in: false }, false, &[]),
            (Whereabouts::Waiting { needs_sign_in: true }, true, &sign_in),
            (Whereabouts::Waiting { needs_sign_in: true }, false, &[Action::SignIn]),
            (Whereabouts::Sending { sent_bytes: 1, total_bytes: 2 }, true, &both),
            (Whereabouts::Sending { sent_bytes: 1, total_bytes: 2 }, false, &[]),
        ];
        for (at, surely_unsent, expected) in table {
            assert_eq!(ways_on(&at, surely_unsent), expected, "{at:?} {surely_unsent}");
        }
    }
}
