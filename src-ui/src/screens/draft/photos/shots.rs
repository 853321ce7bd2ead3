//! The device's own camera and gallery: the buttons, and what they come to.
//!
//! The system may end the app while its camera is in front: so what was typed is kept before that opens.

use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::AttachmentId,
    ipc::{AppError, AttachmentKind, PickMedia, Shot, TakeMedia},
};

use super::super::{editor::Desk, problems::Question};
use crate::{
    components::{
        icon::{Glyph, Icon},
        notice::{Notice, Tone},
    },
    ipc,
    state::{Store, store},
    text::words,
};

/// What is asked of the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Camera(Shot),
    Gallery,
}

/// How far a question to the device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    Keeping,
    Waiting(Way),
}

/// Why nothing came.
#[derive(Clone, Debug, PartialEq)]
enum Refusal {
    /// What was typed could not be kept: nothing was opened.
    NotSaved,
    /// The camera or the gallery can't be used.
    Device(AppError),
}

impl Refusal {
    fn sentence(&self) -> String {
        match self {
            Self::NotSaved => words().media.not_saved.to_owned(),
            Self::Device(error) => (words().app_error)(error),
        }
    }

    /// Whether the gallery is a way on.
    const fn is_cameras(&self) -> bool {
        matches!(self, Self::Device(AppError::Camera { .. }))
    }
}

/// The device's camera and gallery, for one draft.
#[derive(Clone, Copy)]
pub(super) struct Shots {
    desk: Desk,
    store: Store,
    asking: RwSignal<Option<Asking>>,
    refusal: RwSignal<Option<Refusal>>,
}

impl Shots {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk, store: store(), asking: RwSignal::new(None), refusal: RwSignal::new(None) }
    }

    /// Takes another in the place of what is there.
    pub(super) fn retake(self, before: AttachmentId, kind: AttachmentKind) {
        let shot = match kind {
            AttachmentKind::Photo => Shot::Photo,
            AttachmentKind::Video => Shot::Video,
        };
        self.ask(Way::Camera(shot), Some(before));
    }

    fn ask(self, way: Way, instead_of: Option<AttachmentId>) {
        if self.asking.get_untracked().is_some() {
            return;
        }
        self.refusal.set(None);
        self.asking.set(Some(Asking::Keeping));
        let store = self.store;
        let (autosave, uploads, report_id) = (self.desk.autosave.get_value(), self.desk.uploads.get_value(), self.desk.report_id);
        spawn_local(async move {
            if autosave.flush().await.is_err() {
                self.asking.try_set(None);
                self.refusal.try_set(Some(Refusal::NotSaved));
                return;
            }
            self.asking.try_set(Some(Asking::Waiting(way)));
            uploads.set_asking(true);
            let answer = match way {
                Way::Camera(shot) => ipc::invoke(TakeMedia { report_id, shot }).await,
                Way::Gallery => ipc::invoke(PickMedia { report_id }).await,
            };
            uploads.set_asking(false);
            // The screen may be gone by now; what came is the draft's all the same.
            self.asking.try_set(None);
            match answer {
                Ok(taken) => {
                    let coming = uploads.given(taken);
                    if !coming.is_empty() {
                        // Put aside meanwhile, the draft is one again for what has come.
                        store.fleeting_drafts.write_value().remove(&report_id);
                    }
                    match (instead_of, coming.as_slice()) {
                        (Some(before), [now, ..]) => uploads.put_instead(before, *now).await,
                        (_, _) => uploads.refresh().await,
                    }
                }
                Err(error) => {
                    self.refusal.try_set(Some(Refusal::Device(error)));
                }
            }
        });
    }
}

/// The buttons.
#[component]
pub(super) fn ShotButtons(
    shots: Shots,
    /// No more may come, or there is no room for one.
    #[prop(into)]
    closed: Signal<bool>,
) -> impl IntoView {
    let texts = &words().media;
    let asking = shots.asking;
    let busy = Memo::new(move |_| asking.get().is_some());
    Effect::new(move || {
        if let Some(Asking::Waiting(way)) = asking.get() {
            store().announce(waiting(way));
        }
    });
    let button = move |id: &'static str, way: Way, glyph: Glyph, label: &'static str, hook: &'static str| {
        view! {
            <button type="button" id=id class="button quiet shot" disabled=closed aria-disabled=move || busy.get().to_string()
                data-test=hook aria-describedby="photos-hint photos-problem" on:click=move |_| shots.ask(way, None)>
                <Icon glyph/>
                <span>{label}</span>
            </button>
        }
    };
    let told = move || match asking.get() {
        Some(Asking::Keeping) => Some(texts.opening),
        Some(Asking::Waiting(way)) => Some(waiting(way)),
        None => None,
    };
    let refused = move || {
        shots.refusal.get().map(|refusal| {
            let gallery = refusal.is_cameras().then(|| view! {
            <button type="button" class="button quiet" data-test="camera-gallery" on:click=move |_| shots.ask(Way::Gallery, None)>
                {texts.use_gallery}
            </button>
        });
            view! {
                <Notice tone=Tone::Bad>
                    <p data-test="camera-refused">{refusal.sentence()}</p>
                    {gallery}
                </Notice>
            }
        })
    };
    view! {
        <div class="shots" class:hidden=closed>
            {button(Question::Photos.id(), Way::Camera(Shot::Photo), Glyph::Camera, texts.take_photo, "take-photo")}
            {button("take-video", Way::Camera(Shot::Video), Glyph::Film, texts.take_video, "take-video")}
            {button("pick-media", Way::Gallery, Glyph::Picture, texts.pick, "pick-media")}
        </div>
        {move || told().map(|sentence| view! { <p class="entry-hint" data-test="camera-waits">{sentence}</p> })}
        {refused}
    }
}

fn waiting(way: Way) -> &'static str {
    match way {
        Way::Camera(_) => words().media.taking,
        Way::Gallery => words().media.picking,
    }
}

#[cfg(test)]
mod tests {
    use pakn_api::ipc::CameraError;

    use super::*;

    #[test]
    fn only_where_the_camera_fails_is_the_gallery_a_way_on() {
        for reason in [CameraError::Denied, CameraError::NoCamera, CameraError::Failed] {
            assert!(Refusal::Device(AppError::Camera { reason }).is_cameras());
        }
        for other in [Refusal::NotSaved, Refusal::Device(AppError::StorageFull), Refusal::Device(AppError::NotFound)] {
            assert!(!other.is_cameras(), "{other:?}");
        }
    }
}
