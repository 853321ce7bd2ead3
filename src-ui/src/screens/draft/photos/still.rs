//! A picture to stand for a video that came without one, taken from the video by the page. Where the web view can't
//! play it there is none, and a sign stands for it.

use base64::{Engine, engine::general_purpose::STANDARD};
use futures::{
    channel::oneshot,
    future::{Either, select},
    lock::Mutex,
};
use gloo_timers::future::TimeoutFuture;
use leptos::{prelude::*, task::spawn_local};
use pakn_api::{
    id::AttachmentId,
    ipc::{AttachmentKind, AttachmentState, AttachmentView, CHUNK_BYTES, SetPoster},
};
use std::sync::Arc;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlVideoElement};

use super::super::editor::Desk;
use crate::ipc;

/// The longest side of a still, in pixels.
const LONGEST: u32 = 960;
/// How long the web view may take to show a video's beginning, in milliseconds.
const PATIENCE_MS: u32 = 10_000;
/// Where in a video the still is taken, in seconds: the first picture is often black.
const AT_S: f64 = 0.5;
const QUALITY: f64 = 0.8;

/// Whether a video is to have a still taken.
fn lacks_still(view: &AttachmentView) -> bool {
    view.kind == AttachmentKind::Video && !view.has_poster && matches!(view.state, AttachmentState::Ready { .. })
}

/// Looks for a still for each video that has none, once, one after the other.
pub(super) fn follow(desk: Desk, attachments: RwSignal<Vec<AttachmentView>>) {
    let turn = Arc::new(Mutex::new(()));
    Effect::new(move || {
        let uploads = desk.uploads.get_value();
        let bare: Vec<_> = attachments.read().iter().filter(|view| lacks_still(view)).map(|view| view.attachment_id).collect();
        for id in bare.into_iter().filter(|id| uploads.may_look_for_still(*id)) {
            let (uploads, turn) = (uploads.clone(), Arc::clone(&turn));
            spawn_local(async move {
                let still = {
                    let _turn = turn.lock().await;
                    take(id).await
                };
                // Without one the sign stays; nobody is to be troubled with it.
                if let Some(base64) = still
                    && let Ok(view) = ipc::invoke(SetPoster { attachment_id: id, base64 }).await
                {
                    uploads.swap(id, view);
                    uploads.refresh().await;
                }
            });
        }
    });
}

/// A JPEG in base64.
async fn take(id: AttachmentId) -> Option<String> {
    let video = document().create_element("video").ok()?.dyn_into::<HtmlVideoElement>().ok()?;
    video.set_cross_origin(Some("anonymous"));
    video.set_muted(true);
    video.set_preload("auto");
    // Without it an iPhone opens its own player.
    video.set_attribute("playsinline", "").ok()?;
    video.set_src(&ipc::photo_url(&id.to_string()));
    let still = match select(Box::pin(draw(&video)), TimeoutFuture::new(PATIENCE_MS)).await {
        Either::Left((still, _)) => still,
        Either::Right(_) => None,
    };
    // Lets go of what was loaded.
    drop(video.remove_attribute("src"));
    video.load();
    still
}

async fn draw(video: &HtmlVideoElement) -> Option<String> {
    until(video, "loadeddata").await?;
    let length = video.duration();
    let at = if length.is_finite() { AT_S.min(length / 2.0) } else { 0.0 };
    let seeked = until(video, "seeked");
    video.set_current_time(at);
    seeked.await?;
    let (width, height) = fitted(video.video_width(), video.video_height())?;
    let canvas = document().create_element("canvas").ok()?.dyn_into::<HtmlCanvasElement>().ok()?;
    canvas.set_width(width);
    canvas.set_height(height);
    let context = canvas.get_context("2d").ok()??.dyn_into::<CanvasRenderingContext2d>().ok()?;
    let (width, height) = (f64::from(width), f64::from(height));
    context.draw_image_with_html_video_element_and_dw_and_dh(video, 0.0, 0.0, width, height).ok()?;
    let url = canvas.to_data_url_with_type_and_encoder_options("image/jpeg", &JsValue::from_f64(QUALITY)).ok()?;
    let base64 = url.strip_prefix("data:image/jpeg;base64,")?;
    let bytes = STANDARD.decode(base64).ok()?.len();
    (bytes > 0 && bytes <= CHUNK_BYTES).then(|| base64.to_owned())
}

/// Waits for an event of a video; nothing where it fails first. Listens from the call on.
fn until(video: &HtmlVideoElement, event: &str) -> impl Future<Output = Option<()>> + use<> {
    let (happens, happened) = oneshot::channel();
    let (fails, failed) = oneshot::channel();
    let once = |tell: oneshot::Sender<()>| {
        Closure::once_into_js(move || {
            // Nobody waits any longer.
            let _ = tell.send(());
        })
    };
    // An event that can't be listened to is one that never comes.
    let _ = video.add_event_listener_with_callback(event, once(happens).unchecked_ref());
    let _ = video.add_event_listener_with_callback("error", once(fails).unchecked_ref());
    async move {
        match select(happened, failed).await {
            Either::Left((Ok(()), _)) => Some(()),
            Either::Left(_) | Either::Right(_) => None,
        }
    }
}

/// A picture's sides, no longer than a still's.
fn fitted(width: u32, height: u32) -> Option<(u32, u32)> {
    let longest = width.max(height);
    if width == 0 || height == 0 {
        return None;
    }
    let scaled = |side: u32| {
        if longest > LONGEST { (u64::from(side) * u64::from(LONGEST) / u64::from(longest)).max(1) } else { u64::from(side) }
    };
    Some((u32::try_from(scaled(width)).ok()?, u32::try_from(scaled(height)).ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_still_keeps_its_shape_and_is_not_enlarged() {
        let table = [
            ((1_920, 1_080), Some((960, 540))),
            ((1_080, 1_920), Some((540, 960))),
            ((640, 480), Some((640, 480))),
            ((10_000, 1), Some((960, 1))),
            ((0, 1_080), None),
        ];
        for ((width, height), expected) in table {
            assert_eq!(fitted(width, height), expected, "{width} x {height}");
        }
    }

    #[test]
    fn only_a_finished_video_without_a_still_gets_one() {
        let ready = AttachmentState::Ready { width: 1, height: 1, bytes: 1 };
        let view = |kind, state, has_poster| AttachmentView {
            attachment_id: AttachmentId::new(1, [1; 10]),
            name: String::new(),
            kind,
            state,
            notice: None,
            hint: None,
            duration_ms: None,
            has_poster,
        };
        let table = [
            (view(AttachmentKind::Video, ready, false), true),
            (view(AttachmentKind::Video, ready, true), false),
            (view(AttachmentKind::Video, AttachmentState::Processing { percent: None }, false), false),
            (view(AttachmentKind::Photo, ready, false), false),
        ];
        for (view, expected) in table {
            assert_eq!(lacks_still(&view), expected, "{view:?}");
        }
    }
}
