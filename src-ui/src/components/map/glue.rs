//! The one place that touches the map's JavaScript (`static/map.js`).

use js_sys::{Function, Promise, Reflect};
use serde::Serialize;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

/// What a map is opened with.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Config {
    /// The data of `pakn_api::model::map`.
    pub(super) data: String,
    /// South-western and north-eastern corner.
    pub(super) bounds: [[f64; 2]; 2],
    /// The middle of what is seen first.
    pub(super) view: [f64; 2],
    pub(super) zoom: u8,
    pub(super) tiles: Option<TilesAt>,
    /// The pin's drawing.
    pub(super) pin: &'static str,
}

/// Where tiles are.
#[derive(Clone, Debug, Serialize)]
pub(super) struct TilesAt {
    pub(super) url: String,
    pub(super) max_zoom: u8,
}

/// Where a pin was put.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Pinned {
    pub(crate) lat: f64,
    pub(crate) lon: f64,
    /// Metres that one pixel stood for.
    pub(crate) metres_per_pixel: f64,
}

/// An open map.
pub(super) struct Handle {
    map: JsValue,
    _told: Closure<dyn Fn(f64, f64, f64)>,
}

impl Handle {
    /// Opens a map in an element. Nothing where the element went meanwhile, or the map can't be drawn.
    pub(super) async fn open(element: &HtmlElement, config: &Config, told: impl Fn(Pinned) + 'static) -> Option<Self> {
        let told = Closure::<dyn Fn(f64, f64, f64)>::new(move |lat, lon, metres_per_pixel| {
            told(Pinned { lat, lon, metres_per_pixel });
        });
        let config = config.serialize(&serde_wasm_bindgen::Serializer::json_compatible()).ok()?;
        let open = Reflect::get(&js_sys::global(), &"openMap".into()).ok()?.dyn_into::<Function>().ok()?;
        let opening: Promise = open.call3(&JsValue::NULL, element, &config, told.as_ref()).ok()?.dyn_into().ok()?;
        let map = JsFuture::from(opening).await.ok().filter(JsValue::is_object)?;
        Some(Self { map, _told: told })
    }

    fn call(&self, name: &str, numbers: &[f64]) {
        let function = Reflect::get(&self.map, &name.into()).ok().and_then(|function| function.dyn_into::<Function>().ok());
        let numbers: js_sys::Array = numbers.iter().copied().map(JsValue::from_f64).collect();
        // A map that fails to follow shows it; what the form holds is not its business.
        let _ = function.map(|function| function.apply(&self.map, &numbers));
    }

    pub(super) fn set_pin(&self, lat: f64, lon: f64) {
        self.call("setPin", &[lat, lon]);
    }

    pub(super) fn set_own(&self, lat: f64, lon: f64, accuracy_m: f64) {
        self.call("setOwn", &[lat, lon, accuracy_m]);
    }

    pub(super) fn pin_to_centre(&self) {
        self.call("pinToCentre", &[]);
    }

    pub(super) fn nudge(&self, right: f64, down: f64) {
        self.call("nudge", &[right, down]);
    }

    pub(super) fn look_at(&self, lat: f64, lon: f64) {
        self.call("lookAt", &[lat, lon]);
    }

    pub(super) fn zoom_by(&self, steps: f64) {
        self.call("zoomBy", &[steps]);
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.call("close", &[]);
    }
}
