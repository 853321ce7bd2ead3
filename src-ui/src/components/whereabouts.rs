//! Where a report is, as a pill with an icon, and as a bar while it is on its way.

use leptos::prelude::*;
use pakn_api::{ipc::Whereabouts, model::status::ReportStatus};

use super::{
    icon::{Glyph, Icon},
    notice::Tone,
};
use crate::text::words;

/// The stable name of a state, for tests and styles.
pub(crate) const fn name(at: &Whereabouts) -> &'static str {
    match at {
        Whereabouts::Waiting { .. } => "waiting",
        Whereabouts::Sending { .. } => "sending",
        Whereabouts::Parked { .. } => "parked",
        Whereabouts::Sent { .. } => "sent",
    }
}

/// How a state is meant.
pub(crate) const fn tone(at: &Whereabouts) -> Tone {
    match at {
        Whereabouts::Waiting { needs_sign_in: true } | Whereabouts::Parked { .. } => Tone::Warn,
        Whereabouts::Waiting { needs_sign_in: false } | Whereabouts::Sending { .. } => Tone::Info,
        Whereabouts::Sent { status } => status_tone(*status),
    }
}

/// How a status is meant.
pub(crate) const fn status_tone(status: ReportStatus) -> Tone {
    match status {
        ReportStatus::Refused => Tone::Bad,
        ReportStatus::NeedsInfo => Tone::Warn,
        ReportStatus::Received | ReportStatus::Accepted | ReportStatus::Assigned | ReportStatus::InProgress => Tone::Info,
        ReportStatus::Answered | ReportStatus::Closed => Tone::Good,
    }
}

/// The icon of a state.
pub(crate) const fn glyph(at: &Whereabouts) -> Glyph {
    match at {
        Whereabouts::Waiting { needs_sign_in: true } => Glyph::Person,
        Whereabouts::Waiting { needs_sign_in: false } => Glyph::Clock,
        Whereabouts::Sending { .. } => Glyph::Send,
        Whereabouts::Parked { .. } => Glyph::Alert,
        Whereabouts::Sent { status } => status_glyph(*status),
    }
}

/// The icon of a status.
pub(crate) const fn status_glyph(status: ReportStatus) -> Glyph {
    match status {
        ReportStatus::Refused => Glyph::Cross,
        ReportStatus::NeedsInfo => Glyph::Alert,
        ReportStatus::Received
        | ReportStatus::Accepted
        | ReportStatus::Assigned
        | ReportStatus::InProgress
        | ReportStatus::Answered
        | ReportStatus::Closed => Glyph::Check,
    }
}

/// The state in a word or two.
#[component]
pub(crate) fn Pill(#[prop(into)] at: Signal<Whereabouts>) -> impl IntoView {
    view! {
        <span class=move || format!("pill {}", at.with(tone).class()) data-test="whereabouts" data-at=move || at.with(name)>
            {move || view! { <Icon glyph=at.with(glyph)/> }}
            <span>{move || at.with(words().whereabouts)}</span>
        </span>
    }
}

/// How much has left, while a report is on its way.
#[component]
pub(crate) fn Progress(#[prop(into)] at: Signal<Whereabouts>) -> impl IntoView {
    move || match at.get() {
        Whereabouts::Sending { sent_bytes, total_bytes } => {
            let label = at.with(words().whereabouts);
            Some(view! { <progress class="progress" max=total_bytes.max(1) value=sent_bytes aria-label=label></progress> })
        }
        Whereabouts::Waiting { .. } | Whereabouts::Parked { .. } | Whereabouts::Sent { .. } => None,
    }
}
