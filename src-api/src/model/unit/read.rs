//! Reads the text of the units; its header says how it is laid out.

use super::{
    Province, ProvinceCode, Units, UnitsError, Ward, WardCode,
    fold::fold,
    kind::{self, Kind},
    table::{Around, Centre, District, Name, Old},
};

/// A unit's kind by the letter it is packed with, and the words for it.
fn unpack(letter: char) -> Option<(Kind, &'static str)> {
    match letter {
        'p' => Some((Kind::Ward, "Phường ")),
        'x' => Some((Kind::Commune, "Xã ")),
        't' => Some((Kind::Town, "Thị trấn ")),
        'd' => Some((Kind::Zone, "Đặc khu ")),
        _ => None,
    }
}

/// `south,west,north,east`.
fn edges_of(text: &str) -> Option<Around> {
    let mut edges = text.split(',').map(|edge| edge.parse().ok());
    let mut edge = || edges.next().flatten();
    let around = Around { south: edge()?, west: edge()?, north: edge()?, east: edge()? };
    (edges.next().is_none() && around.south < around.north && around.west < around.east).then_some(around)
}

impl Units {
    pub(super) fn read(text: &str) -> Result<Self, UnitsError> {
        let mut reader = Reader::default();
        for (at, line) in text.lines().enumerate() {
            if !line.is_empty() && !line.starts_with('#') {
                reader.line(line).ok_or(UnitsError { line: at + 1 })?;
            }
        }
        Ok(reader.finish())
    }
}

#[derive(Default)]
struct Reader {
    units: Units,
    /// The line's province, and where its names and its districts begin.
    province: Option<ProvinceCode>,
    first_name: usize,
    first_district: usize,
}

impl Reader {
    fn line(&mut self, line: &str) -> Option<()> {
        let mut columns = line.split('\t');
        match columns.next()? {
            "T" => {
                let code = ProvinceCode(columns.next()?.parse().ok()?);
                let name = columns.next()?;
                self.province = Some(code);
                self.first_name = self.units.province_names.len();
                self.first_district = self.units.districts.len();
                for name in std::iter::once(name).chain(columns) {
                    let name = self.named(name)?;
                    self.units.province_names.push((code, name));
                }
                self.units.provinces.push(Province { code, name: name.to_owned() });
            }
            "H" => {
                let province = self.first_name + columns.next()?.parse::<usize>().ok()?;
                self.units.province_names.get(province)?;
                let name = self.named(columns.next()?)?;
                self.units.districts.push(District { name, province });
            }
            code => {
                let code = WardCode(code.parse().ok()?);
                let province = self.province?;
                let packed = columns.next()?;
                let (kind, words) = unpack(packed.chars().next()?)?;
                let short = packed.get(1..)?;
                let ward = self.units.wards.len();
                let key = self.name(kind, [words, short], short);
                let olds = columns.next()?;
                let centre = Centre {
                    lat: columns.next()?.parse().ok()?,
                    lon: columns.next()?.parse().ok()?,
                    area: columns.next()?.parse().ok()?,
                };
                self.units.wards.push((Ward { code, province, name: format!("{words}{short}"), centre }, key));
                for old in olds.split(';') {
                    self.old(ward, old)?;
                }
            }
        }
        Some(())
    }

    fn old(&mut self, ward: usize, packed: &str) -> Option<()> {
        let digits = packed.bytes().take_while(u8::is_ascii_digit).count();
        let (number, packed) = packed.split_at_checked(digits)?;
        let (packed, around) = match packed.split_once('@') {
            Some((packed, edges)) => (packed, Some(edges_of(edges)?)),
            None => (packed, None),
        };
        let district = self.first_district + number.parse::<usize>().ok()?;
        let district_name = self.units.districts.get(district)?.name.whole.clone();
        let name = match packed.chars().next() {
            None => None,
            Some(letter) => {
                let (kind, words) = unpack(letter)?;
                let short = packed.get(1..)?;
                let mut name = self.name(kind, [words, short], short);
                self.units.names.push_str(", ");
                self.units.names.extend_from_within(district_name);
                name.whole.end = self.units.names.len();
                Some(name)
            }
        };
        self.units.olds.push(Old { name, district, ward, around });
        Some(())
    }

    /// The name of a unit that has its kind spelt out.
    fn named(&mut self, whole: &str) -> Option<Name> {
        let (kind, short) = kind::split(whole)?;
        Some(self.name(kind, [whole, ""], short))
    }

    fn name(&mut self, kind: Kind, whole: [&str; 2], short: &str) -> Name {
        let Units { names, keys, .. } = &mut self.units;
        let (from, key_from) = (names.len(), keys.len());
        for part in whole {
            names.push_str(part);
        }
        let starts = fold(short, keys);
        Name { kind, whole: from..names.len(), key: key_from..keys.len(), starts }
    }

    /// Puts provinces and wards into the order of their names.
    fn finish(mut self) -> Units {
        let units = &mut self.units;
        let key = |name: &Name| units.keys.get(name.key.clone()).unwrap_or_default();
        let name_of = |province: ProvinceCode| {
            let named = units.province_names.iter().find(|(code, _)| *code == province);
            named.map_or("", |(_, name)| key(name))
        };
        units.provinces.sort_by_key(|province| name_of(province.code));
        let mut order: Vec<usize> = (0..units.wards.len()).collect();
        let sorted = |at: &usize| units.wards.get(*at).map(|(ward, name)| (key(name), ward.code));
        order.sort_by_cached_key(sorted);
        let mut place = vec![0; order.len()];
        for (now, before) in order.iter().enumerate() {
            if let Some(place) = place.get_mut(*before) {
                *place = now;
            }
        }
        for old in &mut units.olds {
            old.ward = place.get(old.ward).copied().unwrap_or(old.ward);
        }
        let mut placed: Vec<_> = place.into_iter().zip(std::mem::take(&mut units.wards)).collect();
        placed.sort_unstable_by_key(|(at, _)| *at);
        units.wards = placed.into_iter().map(|(_, ward)| ward).collect();
        self.units
    }
}
