//! The words for kinds of units, as they stand before a name: `Xã`, `tt.`, `TP`, `Q1`.

use super::fold::plain;

/// A kind of unit, today's or of before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Ward,
    Commune,
    Town,
    Zone,
    District,
    UrbanDistrict,
    TownDistrict,
    City,
    Province,
}

/// By the first words, without diacritics; the longer ones first.
const WORDS: [(&[&str], Kind); 24] = [
    (&["thi", "tran"], Kind::Town),
    (&["thi", "xa"], Kind::TownDistrict),
    (&["thanh", "pho"], Kind::City),
    (&["dac", "khu"], Kind::Zone),
    (&["t", "t"], Kind::Town),
    (&["t", "x"], Kind::TownDistrict),
    (&["t", "p"], Kind::City),
    (&["phuong"], Kind::Ward),
    (&["xa"], Kind::Commune),
    (&["huyen"], Kind::District),
    (&["quan"], Kind::UrbanDistrict),
    (&["tinh"], Kind::Province),
    (&["ttr"], Kind::Town),
    (&["tt"], Kind::Town),
    (&["tx"], Kind::TownDistrict),
    (&["tp"], Kind::City),
    (&["dk"], Kind::Zone),
    (&["ph"], Kind::Ward),
    (&["p"], Kind::Ward),
    (&["f"], Kind::Ward),
    (&["x"], Kind::Commune),
    (&["h"], Kind::District),
    (&["q"], Kind::UrbanDistrict),
    (&["t"], Kind::Province),
];

/// The kind that a text begins with, and the name after it; nothing when no name would be left.
pub(super) fn split(text: &str) -> Option<(Kind, &str)> {
    let mut words = Vec::new();
    let mut rest = text;
    for _ in 0..2 {
        let from = rest.find(char::is_alphanumeric)?;
        let (_, tail) = rest.split_at_checked(from)?;
        let ends = |c: char| !c.is_alphanumeric() && !('\u{300}'..='\u{36f}').contains(&c);
        let to = tail.find(ends).unwrap_or(tail.len());
        let (word, after) = tail.split_at_checked(to)?;
        words.push((plain(word), after, word));
        rest = after;
        if rest.is_empty() {
            break;
        }
    }
    for (pattern, kind) in WORDS {
        let same = pattern.iter().enumerate().all(|(at, word)| words.get(at).is_some_and(|(seen, ..)| seen == word));
        if let (true, Some((_, after, _))) = (same, words.get(pattern.len() - 1)) {
            let name = after.trim_start_matches(|c: char| !c.is_alphanumeric());
            if !name.is_empty() {
                return Some((kind, name));
            }
        }
    }
    // `Q1`, `P.12` written without its point.
    let (first, _, word) = words.first()?;
    let number = first.strip_prefix(['p', 'q', 'f'])?;
    let is_number = !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit());
    let kind = if first.starts_with('q') { Kind::UrbanDistrict } else { Kind::Ward };
    let from = text.find(word)? + 1;
    is_number.then(|| text.get(from..).map(|name| (kind, name))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_as_people_write_them() {
        let table = [
            ("Xã Sa Thầy", Some((Kind::Commune, "Sa Thầy"))),
            ("x.Sa Thầy", Some((Kind::Commune, "Sa Thầy"))),
            ("thi tran Dak To", Some((Kind::Town, "Dak To"))),
            ("Thị  Trấn  Đắk Tô", Some((Kind::Town, "Đắk Tô"))),
            ("TT. Đắk Tô", Some((Kind::Town, "Đắk Tô"))),
            ("t.t Đắk Tô", Some((Kind::Town, "Đắk Tô"))),
            ("huye\u{323}\u{302}n Đăk Hà", Some((Kind::District, "Đăk Hà"))),
            ("tp Kon Tum", Some((Kind::City, "Kon Tum"))),
            ("TP.Kon Tum", Some((Kind::City, "Kon Tum"))),
            ("Q1", Some((Kind::UrbanDistrict, "1"))),
            ("P.12", Some((Kind::Ward, "12"))),
            ("f3", Some((Kind::Ward, "3"))),
            ("xã", None),
            ("thị trấn", None),
            ("Sa Thầy", None),
            ("Thanh Hóa", None),
            ("Pa Ủ", None),
            ("", None),
            ("…", None),
        ];
        for (text, expected) in table {
            assert_eq!(split(text), expected, "{text}");
        }
    }
}
