//! Finding units by what is typed.
//!
//! Every ward is ranked by the best name that leads to it: its own, an old ward's, an old district's, an old
//! province's. `Đăk Mar, Đăk Hà` asks for the first within the second.

use super::{
    Found, Province, ProvinceCode, Units,
    fold::{Key, fit, plain},
    kind::{self, Kind},
    table::Name,
};

/// More words than any name has; a pasted page is not searched for.
const MAX_CHARS: usize = 120;

/// A name as typed: as it stands, and without the kind it may begin with.
struct Typed {
    whole: Key,
    without: Option<(Kind, Key)>,
}

impl Typed {
    fn of(text: &str) -> Self {
        Self { whole: Key::of(text), without: kind::split(text).map(|(kind, name)| (kind, Key::of(name))) }
    }

    fn is_empty(&self) -> bool {
        self.whole.text.is_empty()
    }
}

/// How well a name fits, less being better; then whether its kind is the typed one.
type Fit = (u8, bool);

/// The names that may lead to a ward, and the rank of each [`fit`] among all.
const OWN: [u8; 4] = [0, 1, 2, 3];
const OLD: [u8; 4] = [4, 6, 8, 12];
const DISTRICT: [u8; 4] = [5, 7, 9, 13];
const PROVINCE: [u8; 4] = [10, 11, 14, 15];

impl Units {
    fn key(&self, name: &Name) -> &str {
        self.keys.get(name.key.clone()).unwrap_or_default()
    }

    pub(super) fn shown(&self, name: &Name) -> &str {
        self.names.get(name.whole.clone()).unwrap_or_default()
    }

    fn fits(&self, name: &Name, typed: &Typed) -> Option<Fit> {
        let key = self.key(name);
        let whole = fit(key, name.starts, &typed.whole).map(|fit| (fit, false));
        let without =
            typed.without.as_ref().and_then(|(kind, typed)| fit(key, name.starts, typed).map(|fit| (fit, *kind != name.kind)));
        match (whole, without) {
            (Some(whole), Some(without)) => Some(whole.min(without)),
            (fit, None) | (None, fit) => fit,
        }
    }

    /// Whether a name is the typed one, to its end.
    pub(super) fn is(&self, name: &Name, text: &str) -> bool {
        self.fits(name, &Typed::of(text)).is_some_and(|(fit, _)| fit == 0)
    }

    pub(super) fn find(&self, text: &str, within: Option<ProvinceCode>, limit: usize) -> Vec<Found<'_>> {
        let text: String = text.chars().take(MAX_CHARS).collect();
        let mut parts = text.split([',', ';', '/', '\n']).map(str::trim).filter(|part| !Typed::of(part).is_empty());
        let Some(first) = parts.next() else {
            let wards = self.wards.iter().map(|(ward, _)| ward).filter(|ward| within.is_none_or(|code| ward.province == code));
            return wards.take(limit).map(|ward| Found { ward, by_old_name: None }).collect();
        };
        let around: Vec<&str> = parts.collect();
        let found = self.find_within(first, &around, within, limit);
        if !found.is_empty() || !around.is_empty() {
            return found;
        }
        // Nothing has such a name: `dak mar dak ha` may be one within the other.
        let gaps = first.char_indices().filter(|(_, c)| c.is_whitespace()).map(|(at, _)| at).rev();
        for (name, around) in gaps.filter_map(|at| first.split_at_checked(at)) {
            let found = self.find_within(name, &[around], within, limit);
            if !found.is_empty() {
                return found;
            }
        }
        Vec::new()
    }

    /// Which districts are, or were, in all of these.
    fn districts_in(&self, around: &[&str]) -> Vec<bool> {
        let around: Vec<Typed> = around.iter().map(|part| Typed::of(part)).collect();
        let begins = |name: &Name, typed: &Typed| self.fits(name, typed).is_some_and(|(fit, _)| fit < 2);
        let is_in = |district: &super::table::District| {
            let (province, before) = self.province_names.get(district.province)?;
            let now = self.province_names.iter().find(|(code, _)| code == province).map(|(_, name)| name)?;
            Some(around.iter().all(|typed| {
                let names = [&district.name, before, now];
                names.iter().any(|name| begins(name, typed))
                    || [before, now].iter().any(|name| {
                        let both = [self.key(&district.name), self.key(name)].concat();
                        let key = typed.without.as_ref().map_or(&typed.whole, |(_, key)| key);
                        key.text.len() > self.key(&district.name).len() && both.starts_with(&key.text)
                    })
            }))
        };
        self.districts.iter().map(|district| is_in(district).unwrap_or(false)).collect()
    }

    fn find_within<'a>(&'a self, name: &str, around: &[&str], within: Option<ProvinceCode>, limit: usize) -> Vec<Found<'a>> {
        let typed = Typed::of(name);
        let ranked = |name: &Name, ranks: [u8; 4]| {
            let (fit, other_kind) = self.fits(name, &typed)?;
            Some((*ranks.get(usize::from(fit))?, other_kind))
        };
        let by_province: Vec<Option<Fit>> = self.province_names.iter().map(|(_, name)| ranked(name, PROVINCE)).collect();
        let by_district: Vec<Option<Fit>> = self.districts.iter().map(|district| ranked(&district.name, DISTRICT)).collect();
        let inside = (!around.is_empty()).then(|| self.districts_in(around));
        let is_inside = |district: usize| inside.as_ref().is_none_or(|inside| inside.get(district) == Some(&true));

        // For each ward the best name that leads to it.
        let mut best: Vec<Option<(Fit, Option<&'a Name>)>> = vec![None; self.wards.len()];
        let mut lead = |ward: usize, fit: Option<Fit>, by: Option<&'a Name>| {
            let (Some(fit), Some(seen)) = (fit, best.get_mut(ward)) else { return };
            if seen.is_none_or(|(seen, _)| fit < seen) {
                *seen = Some((fit, by));
            }
        };
        let mut own: Vec<bool> = vec![inside.is_none(); self.wards.len()];
        let is_asked: Vec<bool> = self.wards.iter().map(|(ward, _)| within.is_none_or(|code| ward.province == code)).collect();
        let is_asked = |ward: usize| is_asked.get(ward) == Some(&true);
        for old in self.olds.iter().filter(|old| is_asked(old.ward) && is_inside(old.district)) {
            if let Some(own) = own.get_mut(old.ward) {
                *own = true;
            }
            let Some(district) = self.districts.get(old.district) else { continue };
            if let Some(name) = &old.name {
                lead(old.ward, ranked(name, OLD), Some(name));
            }
            lead(old.ward, by_district.get(old.district).copied().flatten(), Some(&district.name));
            if let Some((_, name)) = self.province_names.get(district.province) {
                lead(old.ward, by_province.get(district.province).copied().flatten(), Some(name));
            }
        }
        for (at, (_, name)) in self.wards.iter().enumerate() {
            if is_asked(at) && own.get(at) == Some(&true) {
                lead(at, ranked(name, OWN), None);
            }
        }

        let spelt = Spelling::of(name);
        let mut found: Vec<_> = Vec::new();
        for (at, ((ward, name), best)) in self.wards.iter().zip(&best).enumerate() {
            if let Some((fit, by)) = *best {
                let shown = self.shown(by.unwrap_or(name));
                found.push(((fit.0, spelt.distance(shown), fit.1, at), Found { ward, by_old_name: by.map(|_| shown) }));
            }
        }
        found.sort_unstable_by_key(|(rank, _)| *rank);
        found.into_iter().take(limit).map(|(_, found)| found).collect()
    }

    pub(super) fn find_provinces(&self, text: &str) -> Vec<&Province> {
        let typed = Typed::of(text);
        if typed.is_empty() {
            return self.provinces.iter().collect();
        }
        let letters = &typed.without.as_ref().map_or(&typed.whole, |(_, key)| key).text;
        let letters = letters.strip_prefix("tp").unwrap_or(letters);
        let mut found: Vec<(u8, usize, &Province)> = Vec::new();
        for (at, province) in self.provinces.iter().enumerate() {
            let names = self.province_names.iter().filter(|(code, _)| *code == province.code);
            let ranks = names.enumerate().filter_map(|(nth, (_, name))| {
                let fit = self.fits(name, &typed).map(|(fit, _)| fit);
                let initials = (initials(self.key(name), name.starts) == letters).then_some(0);
                let rank = fit.into_iter().chain(initials).min()?;
                Some(if nth == 0 { rank } else { rank + 4 })
            });
            if let Some(rank) = ranks.min() {
                found.push((rank, at, province));
            }
        }
        found.sort_unstable_by_key(|(rank, at, _)| (*rank, *at));
        found.into_iter().map(|(.., province)| province).collect()
    }
}

/// `hcm` for `Hồ Chí Minh`: the first letters of a key's words, as [`Key`] spells them.
fn initials(key: &str, starts: u64) -> String {
    key.char_indices()
        .filter(|(at, _)| u32::try_from(*at).is_ok_and(|at| starts.checked_shr(at).unwrap_or(0) & 1 == 1))
        .map(|(_, c)| c)
        .collect()
}

/// What tells names of one key apart: who types `Phú Thạnh` means it rather than `Phú Thành`.
pub(super) struct Spelling {
    marked: Option<String>,
    plain: String,
}

impl Spelling {
    pub(super) fn of(text: &str) -> Self {
        use unicode_normalization::UnicodeNormalization;
        let text = kind::split(text).map_or(text, |(_, name)| name).trim();
        let marked = (!text.is_ascii()).then(|| text.nfc().collect::<String>().to_lowercase());
        Self { marked, plain: plain(text) }
    }

    /// 0 with the same marks, 1 with the same letters, 2 with others that mean the same.
    pub(super) fn distance(&self, name: &str) -> u8 {
        match &self.marked {
            Some(marked) if name.to_lowercase().contains(marked) => 0,
            _ if plain(name).contains(&self.plain) => 1,
            _ => 2,
        }
    }
}
