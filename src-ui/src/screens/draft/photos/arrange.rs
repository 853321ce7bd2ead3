//! Dragging a tile to another place. The tiles stay where they are until the finger lifts: one that is taken out of
//! the page and put in elsewhere loses the finger.

use leptos::{ev, prelude::*};
use pakn_api::{id::AttachmentId, ipc::AttachmentView};
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::tile::tile_id;

/// How far a finger goes before it drags, in CSS pixels.
const SLACK: f64 = 8.0;

/// The middle of a tile, in CSS pixels of the window.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Middle {
    x: f64,
    y: f64,
}

/// A tile in the hand.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    id: AttachmentId,
    pointer: i32,
    /// Its own place in the row.
    from: usize,
    /// Where the finger came down.
    down: Middle,
    /// How far it has gone.
    by: Middle,
    /// The place it is over.
    over: usize,
}

/// What is being dragged, if anything.
#[derive(Clone, Copy)]
pub(super) struct Drag {
    held: RwSignal<Option<Held>>,
    /// Every tile and its middle, from when the finger came down.
    tiles: StoredValue<Vec<(AttachmentId, Middle)>>,
}

fn at(event: &ev::PointerEvent) -> Middle {
    Middle { x: f64::from(event.client_x()), y: f64::from(event.client_y()) }
}

/// The place in the row whose tile is the nearest.
fn nearest(tiles: &[(AttachmentId, Middle)], to: Middle) -> Option<usize> {
    let distance = |middle: &Middle| (middle.x - to.x).hypot(middle.y - to.y);
    let all = tiles.iter().enumerate();
    all.min_by(|(_, (_, a)), (_, (_, b))| distance(a).total_cmp(&distance(b))).map(|(place, _)| place)
}

impl Drag {
    /// Nothing in the hand.
    pub(super) fn new() -> Self {
        Self { held: RwSignal::new(None), tiles: StoredValue::new(Vec::new()) }
    }

    /// A finger comes down on a tile.
    pub(super) fn press(self, id: AttachmentId, all: &[AttachmentView], event: &ev::PointerEvent) {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let on_step = target.is_some_and(|target| target.closest(".photo-step").is_ok_and(|step| step.is_some()));
        if on_step || event.button() != 0 || self.held.read_untracked().is_some() {
            return;
        }
        let middle = |view: &AttachmentView| {
            let rect = document().get_element_by_id(&tile_id(view.attachment_id))?.get_bounding_client_rect();
            Some((view.attachment_id, Middle { x: rect.left() + rect.width() / 2.0, y: rect.top() + rect.height() / 2.0 }))
        };
        let tiles: Vec<_> = all.iter().filter_map(middle).collect();
        let Some(from) = tiles.iter().position(|(tile, _)| *tile == id) else { return };
        self.tiles.set_value(tiles);
        if let Some(tile) = document().get_element_by_id(&tile_id(id)) {
            // What can't be held is followed for as long as it is over the tile.
            let _ = tile.set_pointer_capture(event.pointer_id());
        }
        let (down, by) = (at(event), Middle { x: 0.0, y: 0.0 });
        self.held.set(Some(Held { id, pointer: event.pointer_id(), from, down, by, over: from }));
    }

    /// The finger moves.
    pub(super) fn drag(self, id: AttachmentId, event: &ev::PointerEvent) {
        let Some(held) = self.of(id, event) else { return };
        let now = at(event);
        let by = Middle { x: now.x - held.down.x, y: now.y - held.down.y };
        if by.x.hypot(by.y) < SLACK && held.over == held.from {
            return;
        }
        let over = self.tiles.with_value(|tiles| {
            let (_, middle) = tiles.get(held.from)?;
            nearest(tiles, Middle { x: middle.x + by.x, y: middle.y + by.y })
        });
        self.held.set(Some(Held { by, over: over.unwrap_or(held.from), ..held }));
    }

    /// The finger lifts; answers where the tile is to go.
    pub(super) fn lift(self, id: AttachmentId, event: &ev::PointerEvent) -> Option<usize> {
        let held = self.of(id, event)?;
        self.held.set(None);
        (held.over != held.from).then_some(held.over)
    }

    /// The system took the finger for itself.
    pub(super) fn cancel(self) {
        self.held.set(None);
    }

    fn of(self, id: AttachmentId, event: &ev::PointerEvent) -> Option<Held> {
        self.held.get_untracked().filter(|held| held.id == id && held.pointer == event.pointer_id())
    }

    /// Whether this tile is in the hand.
    pub(super) fn holds(self, id: AttachmentId) -> bool {
        self.held.read().is_some_and(|held| held.id == id)
    }

    /// Whether what is in the hand would go to this tile's place.
    pub(super) fn aims_at(self, id: AttachmentId) -> bool {
        let Some(held) = self.held.get() else { return false };
        held.over != held.from && self.tiles.with_value(|tiles| tiles.get(held.over).is_some_and(|(tile, _)| *tile == id))
    }

    /// Where a tile is drawn.
    pub(super) fn transform(self, id: AttachmentId) -> String {
        match self.held.get() {
            Some(held) if held.id == id => format!("translate({:.0}px, {:.0}px)", held.by.x, held.by.y),
            _ => "none".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tile_goes_to_the_place_it_is_nearest_to() {
        let tile = |n: u8, x, y| (AttachmentId::new(1, [n; 10]), Middle { x, y });
        let tiles = [tile(1, 50.0, 50.0), tile(2, 150.0, 50.0), tile(3, 50.0, 150.0)];
        for ((x, y), expected) in [((60.0, 40.0), 0), ((101.0, 50.0), 1), ((900.0, 0.0), 1), ((0.0, 900.0), 2)] {
            assert_eq!(nearest(&tiles, Middle { x, y }), Some(expected), "{x} {y}");
        }
        assert_eq!(nearest(&[], Middle { x: 0.0, y: 0.0 }), None);
    }
}
