//! The parts of a picture that are to be covered, as fingers and keys change them. Pure.

use pakn_api::ipc::Area;

/// The most parts at once; the device's core takes no more.
pub(super) const MOST: usize = 32;
/// The least side, as a fraction of the picture's: smaller, nobody can hold it.
const LEAST: f64 = 0.03;
/// How far an arrow key goes.
const STEP: f64 = 0.02;
/// The most coarse squares along a side, as the device's core makes them.
const SQUARES: u32 = 8;
/// The least side of such a square, in pixels of the picture.
const LEAST_SQUARE: f64 = 12.0;

/// A place on the picture, each number a fraction of its width or height.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Spot {
    pub(super) x: f64,
    pub(super) y: f64,
}

impl Spot {
    /// The nearest place on the picture.
    pub(super) fn on_picture(self) -> Self {
        Self { x: self.x.clamp(0.0, 1.0), y: self.y.clamp(0.0, 1.0) }
    }
}

/// A part to be covered.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Part {
    pub(super) key: u32,
    pub(super) area: Area,
}

/// What the finger does.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Hold {
    /// Draws a new part from here.
    Draw { key: u32, from: Spot },
    /// Moves a part, held so far from its upper left corner.
    Move { key: u32, grip: Spot },
    /// Pulls a part's lower right corner.
    Size { key: u32 },
}

/// What a key does to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Nudge { x: i8, y: i8 },
    Grow { x: i8, y: i8 },
    Remove,
}

impl Key {
    /// A key by its name.
    pub(super) fn of(name: &str, shift: bool) -> Option<Self> {
        let (x, y) = match name {
            "ArrowLeft" => (-1, 0),
            "ArrowRight" => (1, 0),
            "ArrowUp" => (0, -1),
            "ArrowDown" => (0, 1),
            "Delete" | "Backspace" => return Some(Self::Remove),
            _ => return None,
        };
        Some(if shift { Self::Grow { x, y } } else { Self::Nudge { x, y } })
    }
}

/// The parts of one picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Parts {
    pub(super) list: Vec<Part>,
    next_key: u32,
}

fn between(a: Spot, b: Spot) -> Area {
    let (a, b) = (a.on_picture(), b.on_picture());
    Area { x: a.x.min(b.x), y: a.y.min(b.y), width: (a.x - b.x).abs(), height: (a.y - b.y).abs() }
}

fn put(area: Area, x: f64, y: f64) -> Area {
    Area { x: x.clamp(0.0, 1.0 - area.width), y: y.clamp(0.0, 1.0 - area.height), ..area }
}

fn sized(area: Area, width: f64, height: f64) -> Area {
    let side = |wanted: f64, from: f64| wanted.max(LEAST).min((1.0 - from).max(0.0));
    Area { width: side(width, area.x), height: side(height, area.y), ..area }
}

impl Parts {
    /// Whether no more may be added.
    pub(super) fn is_full(&self) -> bool {
        self.list.len() >= MOST
    }

    /// All of them, for the shell.
    pub(super) fn areas(&self) -> Vec<Area> {
        self.list.iter().map(|part| part.area).collect()
    }

    fn push(&mut self, area: Area) -> Option<u32> {
        if self.is_full() {
            return None;
        }
        let key = self.next_key;
        self.next_key += 1;
        self.list.push(Part { key, area });
        Some(key)
    }

    /// One more in the middle, for whoever has no finger on the picture.
    pub(super) fn add(&mut self) -> Option<u32> {
        // Not exactly over the one before.
        let shift = 0.04 * f64::from(u8::try_from(self.list.len() % 5).unwrap_or(0));
        self.push(Area { x: 0.35 + shift, y: 0.35 + shift, width: 0.2, height: 0.2 })
    }

    pub(super) fn remove(&mut self, key: u32) {
        self.list.retain(|part| part.key != key);
    }

    /// A finger comes down beside all parts: a new one begins.
    pub(super) fn begin(&mut self, at: Spot) -> Option<Hold> {
        let from = at.on_picture();
        let key = self.push(between(from, from))?;
        Some(Hold::Draw { key, from })
    }

    /// A finger comes down on a part.
    pub(super) fn grip(&self, key: u32, at: Spot) -> Option<Hold> {
        let part = self.list.iter().find(|part| part.key == key)?;
        Some(Hold::Move { key, grip: Spot { x: at.x - part.area.x, y: at.y - part.area.y } })
    }

    /// The finger is there now.
    pub(super) fn drag(&mut self, hold: Hold, to: Spot) {
        let key = match hold {
            Hold::Draw { key, .. } | Hold::Move { key, .. } | Hold::Size { key } => key,
        };
        let Some(part) = self.list.iter_mut().find(|part| part.key == key) else { return };
        part.area = match hold {
            Hold::Draw { from, .. } => between(from, to),
            Hold::Move { grip, .. } => put(part.area, to.x - grip.x, to.y - grip.y),
            Hold::Size { .. } => sized(part.area, to.x - part.area.x, to.y - part.area.y),
        };
    }

    /// The finger lifts: what was only touched is no part; answers the key of what was held.
    pub(super) fn release(&mut self, hold: Hold) -> Option<u32> {
        match hold {
            Hold::Draw { key, .. } => {
                let is_touch = |part: &Part| part.key == key && (part.area.width < LEAST / 2.0 || part.area.height < LEAST / 2.0);
                if self.list.iter().any(is_touch) {
                    self.remove(key);
                    return None;
                }
                Some(key)
            }
            Hold::Move { key, .. } | Hold::Size { key } => Some(key),
        }
    }

    /// A key is pressed on a part.
    pub(super) fn press(&mut self, key: u32, pressed: Key) {
        let step = |by: i8| f64::from(by) * STEP;
        if pressed == Key::Remove {
            return self.remove(key);
        }
        let Some(part) = self.list.iter_mut().find(|part| part.key == key) else { return };
        let area = part.area;
        part.area = match pressed {
            Key::Nudge { x, y } => put(area, area.x + step(x), area.y + step(y)),
            Key::Grow { x, y } => sized(area, area.width + step(x), area.height + step(y)),
            Key::Remove => area,
        };
    }
}

/// How many coarse squares are left of a part along one side of the picture.
pub(super) fn squares(fraction: f64, side: u32) -> u32 {
    let most = (fraction * f64::from(side) / LEAST_SQUARE) as u32;
    most.clamp(1, SQUARES)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spot(x: f64, y: f64) -> Spot {
        Spot { x, y }
    }

    fn near(area: Area, (x, y, width, height): (f64, f64, f64, f64)) -> bool {
        let pairs = [(area.x, x), (area.y, y), (area.width, width), (area.height, height)];
        pairs.iter().all(|(a, b)| (a - b).abs() < 1e-9)
    }

    fn drawn(from: Spot, to: Spot) -> (Parts, Option<u32>) {
        let mut parts = Parts::default();
        let hold = parts.begin(from);
        let released = hold.and_then(|hold| {
            parts.drag(hold, to);
            parts.release(hold)
        });
        (parts, released)
    }

    #[test]
    fn a_part_is_drawn_in_any_direction_and_ends_at_the_edge() {
        let table = [
            (spot(0.2, 0.3), spot(0.5, 0.7), (0.2, 0.3, 0.3, 0.4)),
            (spot(0.5, 0.7), spot(0.2, 0.3), (0.2, 0.3, 0.3, 0.4)),
            (spot(0.8, 0.9), spot(3.0, 4.0), (0.8, 0.9, 0.2, 0.1)),
            (spot(0.4, 0.4), spot(-1.0, 0.8), (0.0, 0.4, 0.4, 0.4)),
        ];
        for (from, to, expected) in table {
            let (parts, key) = drawn(from, to);
            assert_eq!(key, Some(0));
            assert!(parts.list.iter().all(|part| near(part.area, expected)), "{parts:?}");
        }
    }

    #[test]
    fn a_touch_covers_nothing() {
        let (parts, key) = drawn(spot(0.5, 0.5), spot(0.505, 0.5));
        assert_eq!((parts.list.len(), key), (0, None));
    }

    #[test]
    fn a_part_is_moved_and_pulled_but_not_off_the_picture() {
        let (mut parts, _) = drawn(spot(0.2, 0.2), spot(0.4, 0.4));
        let hold = parts.grip(0, spot(0.3, 0.3));
        for (to, expected) in [(spot(0.5, 0.6), (0.4, 0.5, 0.2, 0.2)), (spot(2.0, -1.0), (0.8, 0.0, 0.2, 0.2))] {
            hold.into_iter().for_each(|hold| parts.drag(hold, to));
            assert!(parts.list.iter().all(|part| near(part.area, expected)), "{parts:?}");
        }
        let size = Hold::Size { key: 0 };
        for (to, expected) in [(spot(3.0, 0.5), (0.8, 0.0, 0.2, 0.5)), (spot(0.0, 0.0), (0.8, 0.0, LEAST, LEAST))] {
            parts.drag(size, to);
            assert!(parts.list.iter().all(|part| near(part.area, expected)), "{parts:?}");
        }
        assert_eq!(parts.grip(7, spot(0.3, 0.3)), None);
    }

    #[test]
    fn keys_do_what_fingers_do() {
        let mut parts = Parts::default();
        let key = parts.add().unwrap_or_default();
        let press =
            |parts: &mut Parts, name, shift| Key::of(name, shift).into_iter().for_each(|pressed| parts.press(key, pressed));
        press(&mut parts, "ArrowRight", false);
        press(&mut parts, "ArrowUp", false);
        press(&mut parts, "ArrowDown", true);
        assert!(parts.list.iter().all(|part| near(part.area, (0.37, 0.33, 0.2, 0.22))), "{parts:?}");
        (0..100).for_each(|_| press(&mut parts, "ArrowLeft", true));
        assert!(parts.list.iter().all(|part| near(part.area, (0.37, 0.33, LEAST, 0.22))), "{parts:?}");
        press(&mut parts, "Delete", false);
        assert!(parts.list.is_empty());
        assert_eq!(Key::of("a", false), None);
    }

    #[test]
    fn there_is_an_end_to_parts() {
        let mut parts = Parts::default();
        let keys: Vec<_> = (0..MOST).filter_map(|_| parts.add()).collect();
        assert_eq!((keys.len(), parts.is_full(), parts.add(), parts.begin(spot(0.1, 0.1))), (MOST, true, None, None));
    }

    #[test]
    fn little_is_left_of_what_is_covered() {
        for (fraction, side, expected) in [(0.5, 2_000, 8), (0.03, 1_200, 3), (0.001, 1_200, 1), (1.0, 50, 4)] {
            assert_eq!(squares(fraction, side), expected, "{fraction} of {side}");
        }
    }
}
