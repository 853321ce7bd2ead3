//! What fingers on a picture mean: turning to the next one, closing, enlarging, moving what is enlarged.
//!
//! Pure: places in CSS pixels from the middle of the stage go in, what to do comes out.

/// The most a picture is enlarged.
const MOST: f64 = 5.0;
/// How much a double tap enlarges.
const DOUBLE_TAP: f64 = 2.5;
/// How far a finger goes before it turns the page, in CSS pixels.
const SWIPE: f64 = 56.0;
/// How far a finger may go and still have tapped, in CSS pixels.
const TAP: f64 = 10.0;
/// How soon a second tap makes a double one, in milliseconds.
const DOUBLE_TAP_MS: f64 = 320.0;

/// A place on the stage, from its middle, or a way along it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Place {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

impl Place {
    fn from(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }

    fn length(self) -> f64 {
        self.x.hypot(self.y)
    }

    fn between(self, other: Self) -> Self {
        Self { x: (self.x + other.x) / 2.0, y: (self.y + other.y) / 2.0 }
    }
}

/// How large a picture is shown, and how far its middle is from the stage's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Zoom {
    pub(crate) scale: f64,
    pub(crate) at: Place,
}

impl Default for Zoom {
    fn default() -> Self {
        Self { scale: 1.0, at: Place::default() }
    }
}

impl Zoom {
    /// Whether it is enlarged.
    pub(crate) fn is_large(self) -> bool {
        self.scale > 1.01
    }

    /// As often as large, while what is under `fixed` stays there.
    pub(crate) fn by(self, factor: f64, fixed: Place, stage: Place) -> Self {
        let scale = (self.scale * factor).clamp(1.0, MOST);
        let factor = scale / self.scale;
        let at = Place { x: fixed.x + (self.at.x - fixed.x) * factor, y: fixed.y + (self.at.y - fixed.y) * factor };
        Self { scale, at }.kept_on(stage)
    }

    /// Moved, but never off the stage.
    fn moved(self, way: Place, stage: Place) -> Self {
        Self { scale: self.scale, at: Place { x: self.at.x + way.x, y: self.at.y + way.y } }.kept_on(stage)
    }

    /// Large where it was small, and the other way round.
    pub(crate) fn toggled(self, fixed: Place, stage: Place) -> Self {
        if self.is_large() { Self::default() } else { self.by(DOUBLE_TAP, fixed, stage) }
    }

    fn kept_on(self, stage: Place) -> Self {
        let keep = |at: f64, side: f64| {
            let room = (self.scale - 1.0) * side / 2.0;
            at.clamp(-room, room)
        };
        Self { scale: self.scale, at: Place { x: keep(self.at.x, stage.x), y: keep(self.at.y, stage.y) } }
    }
}

/// What a gesture asked for, beyond how large the picture is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asked {
    Next,
    Previous,
    Close,
}

/// The fingers on the stage.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fingers {
    /// Each by its pointer's id, and where it is.
    down: Vec<(i32, Place)>,
    /// How far the only finger has gone since it came; nothing once there were two.
    way: Option<Place>,
    /// When and where was tapped last.
    tapped: Option<(f64, Place)>,
}

impl Fingers {
    /// A finger comes.
    pub(crate) fn press(&mut self, id: i32, at: Place) {
        self.down.retain(|(known, _)| *known != id);
        self.down.push((id, at));
        self.way = (self.down.len() == 1).then(Place::default);
    }

    /// A finger moves.
    pub(crate) fn drag(&mut self, id: i32, to: Place, zoom: Zoom, stage: Place) -> Zoom {
        let before = self.down.clone();
        let Some((_, at)) = self.down.iter_mut().find(|(known, _)| *known == id) else { return zoom };
        let step = to.from(*at);
        *at = to;
        match (before.as_slice(), self.down.as_slice()) {
            ([_], _) => {
                self.way = self.way.map(|way| Place { x: way.x + step.x, y: way.y + step.y });
                if zoom.is_large() { zoom.moved(step, stage) } else { zoom }
            }
            ([(_, a), (_, b)], [(_, c), (_, d)]) => {
                let (old, new) = (a.from(*b).length(), c.from(*d).length());
                let (from, to) = (a.between(*b), c.between(*d));
                let factor = if old > 1.0 { new / old } else { 1.0 };
                zoom.by(factor, from, stage).moved(to.from(from), stage)
            }
            _ => zoom,
        }
    }

    /// A finger goes, at so many milliseconds.
    pub(crate) fn lift(&mut self, id: i32, at: Place, now_ms: f64, zoom: Zoom, stage: Place) -> (Zoom, Option<Asked>) {
        self.down.retain(|(known, _)| *known != id);
        let Some(way) = self.way.take().filter(|_| self.down.is_empty()) else { return (zoom, None) };
        if way.length() < TAP {
            let doubled = self
                .tapped
                .take()
                .is_some_and(|(then, place)| now_ms - then < DOUBLE_TAP_MS && at.from(place).length() < 4.0 * TAP);
            if doubled {
                return (zoom.toggled(at, stage), None);
            }
            self.tapped = Some((now_ms, at));
            return (zoom, None);
        }
        self.tapped = None;
        (zoom, if zoom.is_large() { None } else { asked(way) })
    }

    /// The system took a finger for itself.
    pub(crate) fn cancel(&mut self, id: i32) {
        self.down.retain(|(known, _)| *known != id);
        (self.way, self.tapped) = (None, None);
    }
}

fn asked(way: Place) -> Option<Asked> {
    if way.x.abs() > SWIPE && way.x.abs() > 1.5 * way.y.abs() {
        Some(if way.x < 0.0 { Asked::Next } else { Asked::Previous })
    } else if way.y > 2.0 * SWIPE && way.y > 1.5 * way.x.abs() {
        Some(Asked::Close)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAGE: Place = Place { x: 400.0, y: 800.0 };
    const MIDDLE: Place = Place { x: 0.0, y: 0.0 };

    fn at(x: f64, y: f64) -> Place {
        Place { x, y }
    }

    /// One finger from the middle to there.
    fn swiped(to: Place, zoom: Zoom) -> (Zoom, Option<Asked>) {
        let mut fingers = Fingers::default();
        fingers.press(1, MIDDLE);
        let zoom = fingers.drag(1, at(to.x / 2.0, to.y / 2.0), zoom, STAGE);
        let zoom = fingers.drag(1, to, zoom, STAGE);
        fingers.lift(1, to, 0.0, zoom, STAGE)
    }

    #[test]
    fn a_finger_turns_the_page_or_closes() {
        let table = [
            (at(-80.0, 10.0), Some(Asked::Next)),
            (at(80.0, -10.0), Some(Asked::Previous)),
            (at(10.0, 150.0), Some(Asked::Close)),
            (at(0.0, -150.0), None),
            (at(40.0, 0.0), None),
            (at(80.0, 80.0), None),
        ];
        for (to, expected) in table {
            assert_eq!(swiped(to, Zoom::default()), (Zoom::default(), expected), "{to:?}");
        }
    }

    #[test]
    fn what_is_large_is_moved_and_stays_on_the_stage() {
        let large = Zoom { scale: 2.0, at: MIDDLE };
        assert_eq!(swiped(at(-80.0, 0.0), large), (Zoom { scale: 2.0, at: at(-80.0, 0.0) }, None));
        assert_eq!(swiped(at(-900.0, 900.0), large), (Zoom { scale: 2.0, at: at(-200.0, 400.0) }, None));
    }

    #[test]
    fn two_fingers_enlarge_about_what_is_between_them_and_turn_no_page() {
        let mut fingers = Fingers::default();
        fingers.press(1, at(-50.0, 0.0));
        fingers.press(2, at(50.0, 0.0));
        let zoom = fingers.drag(1, at(-150.0, 0.0), Zoom::default(), STAGE);
        let zoom = fingers.drag(2, at(150.0, 0.0), zoom, STAGE);
        assert!((zoom.scale - 3.0).abs() < 1e-9, "{zoom:?}");
        let (zoom, asked) = fingers.lift(1, at(-150.0, 0.0), 0.0, zoom, STAGE);
        assert_eq!(asked, None);
        assert_eq!(fingers.lift(2, at(350.0, 0.0), 0.0, zoom, STAGE), (zoom, None));
        for (factor, scale) in [(0.01, 1.0), (100.0, MOST)] {
            assert_eq!(zoom.by(factor, MIDDLE, STAGE).scale.to_bits(), scale.to_bits());
        }
    }

    #[test]
    fn a_double_tap_enlarges_where_it_was_and_the_next_one_takes_it_back() {
        let mut fingers = Fingers::default();
        let mut tap = |now, zoom| {
            fingers.press(1, at(100.0, 50.0));
            fingers.lift(1, at(100.0, 50.0), now, zoom, STAGE).0
        };
        let once = tap(0.0, Zoom::default());
        assert_eq!(once, Zoom::default());
        let late = tap(1_000.0, once);
        assert_eq!(late, Zoom::default(), "two single taps");
        let twice = tap(1_200.0, late);
        assert_eq!(twice, Zoom { scale: 2.5, at: at(-150.0, -75.0) });
        let third = tap(1_300.0, twice);
        assert_eq!(third, twice, "one tap is not two");
        assert_eq!(tap(1_400.0, third), Zoom::default());
    }
}
