//! Records, as SQLite's file format has them: variable-length integers, serial types, values
//! (<https://sqlite.org/fileformat2.html#record_format>).

/// A stored value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    /// A blob, or text that is not UTF-8.
    Bytes(Vec<u8>),
}

impl Value {
    pub(super) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(super) const fn int(&self) -> Option<i64> {
        if let Self::Int(n) = self { Some(*n) } else { None }
    }

    pub(super) const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}

/// A variable-length integer at the start of `bytes`, and its length.
pub(super) fn varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0_u64;
    for (at, byte) in bytes.iter().take(9).enumerate() {
        if at == 8 {
            return Some(((value << 8) | u64::from(*byte), 9));
        }
        value = (value << 7) | u64::from(byte & 0x7f);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

fn body_length(serial: u64) -> Option<usize> {
    match serial {
        0 | 8 | 9 => Some(0),
        n @ 1..=4 => usize::try_from(n).ok(),
        5 => Some(6),
        6 | 7 => Some(8),
        10 | 11 => None,
        n => usize::try_from((n - 12) / 2).ok(),
    }
}

fn value(serial: u64, body: &[u8]) -> Value {
    let signed = || {
        let start = if body.first().is_some_and(|b| b & 0x80 != 0) { -1_i64 } else { 0 };
        body.iter().fold(start, |n, b| (n << 8) | i64::from(*b))
    };
    match serial {
        0 => Value::Null,
        1..=6 => Value::Int(signed()),
        7 => Value::Real(f64::from_bits(body.iter().fold(0, |n, b| (n << 8) | u64::from(*b)))),
        8 => Value::Int(0),
        9 => Value::Int(1),
        n if n % 2 == 1 => String::from_utf8(body.to_vec()).map_or_else(|e| Value::Bytes(e.into_bytes()), Value::Text),
        _ => Value::Bytes(body.to_vec()),
    }
}

/// The values of a record, when header and bodies fill `payload` exactly.
pub(super) fn read(payload: &[u8]) -> Option<Vec<Value>> {
    let (header, mut at) = varint(payload)?;
    let header = usize::try_from(header).ok()?;
    let mut body = header;
    let mut values = Vec::new();
    while at < header {
        let (serial, length) = varint(payload.get(at..header)?)?;
        at += length;
        let end = body.checked_add(body_length(serial)?)?;
        values.push(value(serial, payload.get(body..end)?));
        body = end;
    }
    (at == header && body == payload.len()).then_some(values)
}
