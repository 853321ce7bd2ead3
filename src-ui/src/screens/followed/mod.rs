//! Reports of others that the citizen follows: in the list of reports, and each by itself.

mod detail;
mod list;

pub(crate) use detail::FollowedScreen;
pub(crate) use list::FollowedCards;

use leptos::prelude::*;
use pakn_api::{
    ipc::{AttachmentKind, MediaView},
    model::{catalogue::FieldCode, status::ReportStatus},
};

use crate::{
    components::{
        gallery::Gallery,
        icon::{Glyph, Icon},
        whereabouts::{status_glyph, status_tone},
    },
    ipc,
    screens::report::slide,
    text::words,
};

/// A small picture; the field's icon where there is none, or none comes.
#[component]
pub(crate) fn Photo(path: Option<String>, field: FieldCode) -> impl IntoView {
    let failed = RwSignal::new(false);
    let glyph = Glyph::of_field(&field);
    move || match path.as_ref().filter(|_| !failed.get()) {
        Some(path) => view! {
            <img class="cover" src=ipc::preview_url(path) alt="" data-test="public-photo" on:error=move |_| failed.set(true)/>
        }
        .into_any(),
        None => view! { <span class="cover"><Icon glyph/></span> }.into_any(),
    }
}

/// The pictures of a report of another's, each opening large; how many videos there are.
#[component]
pub(crate) fn Pictures(media: Vec<MediaView>) -> impl IntoView {
    let (pictures, videos): (Vec<_>, Vec<_>) = media.into_iter().partition(|medium| medium.kind == AttachmentKind::Photo);
    let slides: Vec<_> = pictures.iter().map(slide).collect();
    view! {
        {(!slides.is_empty()).then(|| view! { <Gallery slides/> })}
        {(!videos.is_empty()).then(|| view! { <p class="fine">{(words().public_videos)(videos.len())}</p> })}
    }
}

/// Where a report of another's stands.
#[component]
pub(crate) fn StatusPill(status: ReportStatus) -> impl IntoView {
    view! {
        <span class=format!("pill {}", status_tone(status).class()) data-test="public-status" data-status=status.as_str()>
            <Icon glyph=status_glyph(status)/>
            <span>{(words().status)(status)}</span>
        </span>
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
pub(crate) mod tests {
    use pakn_api::{
        Timestamp,
        id::ReportId,
        ipc::SimilarReport,
        model::{
            catalogue::{FieldCode, SubjectCode},
            place::Position,
            status::ReportStatus,
        },
    };

    /// A report of somebody's.
    pub(crate) fn a_report(n: u8) -> SimilarReport {
        SimilarReport {
            report_id: ReportId::new(1, [n; 10]),
            title: "Rác đổ ven suối".to_owned(),
            content: "Rác đổ tràn ra bờ suối.".to_owned(),
            field: FieldCode::parse("moi-truong").unwrap(),
            subject: SubjectCode::parse("xa-rac").unwrap(),
            status: ReportStatus::Accepted,
            received_at: Timestamp(1_764_000_000_000),
            happened_at: Timestamp(1_764_000_000_000),
            position: Position::new(14.35, 108.0, 5.0).unwrap(),
            ward: None,
            address: None,
            distance_m: Some(120.0),
            cover: None,
            media: Vec::new(),
            sender: None,
            followed: false,
        }
    }
}
