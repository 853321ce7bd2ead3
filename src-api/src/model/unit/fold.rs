//! Spellings that mean the same name, made one: a key without case, diacritics, spaces and signs.
//!
//! `Đắk Tô`, `Dac To` and `dakto` all become `dacto`. `k` becomes `c` (names of the highlands are written with
//! either), `y` after a consonant `i` (`Mỹ`, `Mĩ`). Every rule looks backwards only, so the key of what is being
//! typed stays a prefix of the key of what is meant.

/// A key, and where its words began: bit `n` is set when one begins at byte `n`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Key {
    pub(super) text: String,
    pub(super) starts: u64,
}

impl Key {
    pub(super) fn of(text: &str) -> Self {
        let mut key = Self::default();
        key.starts = fold(text, &mut key.text);
        key
    }
}

/// The letter without its marks, in lower case; nothing for a mark by itself.
fn base(c: char) -> Option<char> {
    Some(match c {
        'a'..='z' | '0'..='9' => c,
        'A'..='Z' => c.to_ascii_lowercase(),
        '\u{300}'..='\u{36f}' | '\'' | '’' | 'ʼ' | '`' => return None,
        'À'..='Ã' | 'à'..='ã' | 'Ă' | 'ă' | 'Ạ'..='ặ' => 'a',
        'È'..='Ê' | 'è'..='ê' | 'Ẹ'..='ệ' => 'e',
        'Ì' | 'Í' | 'ì' | 'í' | 'Ĩ' | 'ĩ' | 'Ỉ'..='ị' => 'i',
        'Ò'..='Õ' | 'ò'..='õ' | 'Ơ' | 'ơ' | 'Ọ'..='ợ' => 'o',
        'Ù' | 'Ú' | 'ù' | 'ú' | 'Ũ' | 'ũ' | 'Ư' | 'ư' | 'Ụ'..='ự' => 'u',
        'Ý' | 'ý' | 'Ỳ'..='ỹ' => 'y',
        'Đ' | 'đ' | 'Ð' | 'ð' => 'd',
        other => other.to_lowercase().next().unwrap_or(other),
    })
}

/// Appends the text's key to `out` and gives the beginnings of its words, counted from there.
pub(super) fn fold(text: &str, out: &mut String) -> u64 {
    let from = out.len();
    let mut starts = 0_u64;
    let mut between = true;
    let (mut last, mut before) = (' ', ' ');
    for c in text.chars() {
        let Some(letter) = base(c) else { continue };
        if !letter.is_alphanumeric() {
            between = true;
            continue;
        }
        // `Phường 01` is `Phường 1`.
        if between && letter == '0' {
            continue;
        }
        let letter = match letter {
            'k' => 'c',
            'y' if !matches!(last, 'a' | 'e' | 'i' | 'o' | 'u') || (last == 'u' && before == 'q') => 'i',
            other => other,
        };
        if between {
            starts |= u32::try_from(out.len() - from).ok().and_then(|at| 1_u64.checked_shl(at)).unwrap_or(0);
            between = false;
        }
        out.push(letter);
        (before, last) = (last, letter);
    }
    starts
}

/// The text's key alone.
pub(in crate::model) fn key(text: &str) -> String {
    Key::of(text).text
}

/// The text in lower case without diacritics, with its spaces and signs.
pub(in crate::model) fn plain(text: &str) -> String {
    text.chars().filter_map(base).collect()
}

/// How well a key fits what was typed: 0 is all of it, 1 its beginning, 2 the beginning of one of its words, 3 the
/// same with the words parted elsewhere.
pub(super) fn fit(key: &str, starts: u64, typed: &Key) -> Option<u8> {
    let agree = |at: u32| {
        let seen = u32::try_from(typed.text.len()).ok().and_then(|len| 1_u64.checked_shl(len)).map_or(u64::MAX, |bit| bit - 1);
        starts.checked_shr(at).unwrap_or(0) & seen == typed.starts
    };
    if key.starts_with(&typed.text) {
        return Some(match key.len() == typed.text.len() {
            true => 0,
            false if agree(0) => 1,
            false => 3,
        });
    }
    let mut rest = starts & !1;
    let mut best = None;
    while rest != 0 {
        let at = rest.trailing_zeros();
        rest &= rest - 1;
        if key.get(at as usize..).is_some_and(|tail| tail.starts_with(&typed.text)) {
            if agree(at) {
                return Some(2);
            }
            best = Some(3);
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_have_one_key() {
        let table = [
            ("dacto", ["Đắk Tô", "Đăk Tô", "dak to", "Đắc Tô", "DAKTO", "Da\u{306}\u{301}k To\u{302}"]),
            ("sathay", ["Sa Thầy", "sa thay", "SA THẦY", "sathay", " Sa-Thầy ", "Sa Tha\u{302}\u{300}y"]),
            ("mithoi", ["Mỹ Thới", "Mĩ Thới", "my thoi", "mi thoi", "MỸ THỚI", "Mỹ  Thới"]),
            ("quinhon", ["Quy Nhơn", "Qui Nhơn", "quy nhon", "QUI NHON", "quynhon", "Quy Nhơn."]),
            ("iahdrai", ["Ia H'Drai", "Ia H’Drai", "ia hdrai", "Ya H'Drai", "IA H'DRAI", "ia h drai"]),
            ("1", ["1", "01", " 1", "1.", "001", "1 "]),
        ];
        for (key, spellings) in table {
            for spelling in spellings {
                assert_eq!(Key::of(spelling).text, key, "{spelling}");
            }
        }
        assert_ne!(Key::of("Thủy").text, Key::of("Thuế").text);
    }

    #[test]
    fn what_is_being_typed_stays_a_prefix() {
        for name in ["Đắk Krông Nô", "Khánh Hòa", "Quỳnh Lưu", "Mỹ Yên", "Ya Ly", "Phường Đúc"] {
            let whole = Key::of(name).text;
            for (at, _) in name.char_indices() {
                let typed = name.get(..at).unwrap_or_default();
                assert!(whole.starts_with(&Key::of(typed).text), "{name}: {typed}");
            }
        }
    }

    #[test]
    fn fits_are_ranked() {
        let name = Key::of("Tân Hòa");
        for (typed, expected) in
            [("tan hoa", Some(0)), ("tanhoa", Some(0)), ("tan h", Some(1)), ("hoa", Some(2)), ("tanh", Some(3)), ("an", None)]
        {
            assert_eq!(fit(&name.text, name.starts, &Key::of(typed)), expected, "{typed}");
        }
    }
}
