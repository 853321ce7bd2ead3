//! The steps that a report goes through, and which of them it is at.

use leptos::prelude::*;
use pakn_api::{ipc::Whereabouts, model::status::ReportStatus};

use crate::{
    components::icon::{Glyph, Icon},
    text::words,
};

/// How many steps are done; nothing for a report that goes no further way.
const fn done(at: &Whereabouts) -> Option<usize> {
    match at {
        Whereabouts::Waiting { .. } | Whereabouts::Sending { .. } | Whereabouts::Parked { .. } => Some(1),
        Whereabouts::Sent { status } => match status {
            ReportStatus::Received => Some(2),
            ReportStatus::Accepted | ReportStatus::Assigned | ReportStatus::InProgress | ReportStatus::NeedsInfo => Some(3),
            ReportStatus::Answered | ReportStatus::Closed => Some(5),
            ReportStatus::Refused => None,
        },
    }
}

/// The steps from the device to the answer.
#[component]
pub(super) fn Way(at: Memo<Whereabouts>) -> impl IntoView {
    let texts = &words().way;
    let reached = Memo::new(move |_| at.with(done));
    let step = move |(n, label): (usize, &'static str), reached: usize| {
        let (is_done, is_here) = (n < reached, n == reached);
        let mark = if is_done { view! { <Icon glyph=Glyph::Check/> }.into_any() } else { (n + 1).into_any() };
        let spoken = if is_done { Some(texts.done) } else { is_here.then_some(texts.here) };
        view! {
            <li class:done=is_done class:here=is_here aria-current=is_here.then_some("step")>
                <span class="way-mark" aria-hidden="true">{mark}</span>
                <span>{label}{spoken.map(|spoken| view! { <span class="unseen">" ("{spoken}")"</span> })}</span>
            </li>
        }
    };
    let steps = [texts.kept, texts.sent, texts.accepted, texts.handled, texts.answered];
    move || {
        let reached = reached.get()?;
        let list = steps.into_iter().enumerate().map(|item| step(item, reached)).collect_view();
        Some(view! {
            <section data-test="way">
                <h2>{texts.heading}</h2>
                <ol class="way">{list}</ol>
            </section>
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_a_step_of_the_way_but_a_refusal() {
        let waits = [Whereabouts::Waiting { needs_sign_in: true }, Whereabouts::Sending { sent_bytes: 1, total_bytes: 2 }];
        assert_eq!(waits.map(|at| done(&at)), [Some(1), Some(1)]);
        let sent = ReportStatus::ALL.map(|status| (status, done(&Whereabouts::Sent { status })));
        for (status, done) in sent {
            assert_eq!(done.is_none(), status == ReportStatus::Refused, "{status:?}");
        }
    }
}
