//! Boxes within memory: their headers, the values in them, and writing them anew (ISO/IEC 14496-12, 4.2).

use pakn_api::model::video::VideoError;

/// Four letters that say what a box is.
pub(super) type Kind = [u8; 4];

/// The most boxes side by side in one container. Phones write about a dozen.
const MOST_SIBLINGS: usize = 1_000;

/// A box inside another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Inside<'a> {
    pub(super) kind: Kind,
    pub(super) body: &'a [u8],
}

/// The boxes in a container's body. QuickTime may end a list with zeros.
///
/// # Errors
/// `Damaged` when a length leads out of the container or nowhere.
pub(super) fn children(body: &[u8]) -> Result<Vec<Inside<'_>>, VideoError> {
    let mut rest = body;
    let mut found = Vec::new();
    while !(rest.len() < 8 && rest.iter().all(|b| *b == 0)) {
        let mut head = Values(rest);
        let (short, kind) = (head.u32()?, head.four()?);
        let length = match short {
            0 if kind == [0; 4] => break,
            1 => head.u64()?,
            short => short.into(),
        };
        let length = usize::try_from(length).map_err(|_| VideoError::Damaged)?;
        let header = rest.len() - head.0.len();
        let body = rest.get(header..length).ok_or(VideoError::Damaged)?;
        rest = rest.get(length..).ok_or(VideoError::Damaged)?;
        found.push(Inside { kind, body });
        if found.len() > MOST_SIBLINGS {
            return Err(VideoError::Damaged);
        }
    }
    Ok(found)
}

/// The only box of its kind.
///
/// # Errors
/// `Damaged` when there are two.
pub(super) fn only<'a>(boxes: &[Inside<'a>], kind: &Kind) -> Result<Option<&'a [u8]>, VideoError> {
    let mut of_kind = boxes.iter().filter(|b| b.kind == *kind);
    let first = of_kind.next().map(|b| b.body);
    if of_kind.next().is_some() { Err(VideoError::Damaged) } else { Ok(first) }
}

/// The only box of its kind, which has to be there.
///
/// # Errors
/// `Damaged`.
pub(super) fn need<'a>(boxes: &[Inside<'a>], kind: &Kind) -> Result<&'a [u8], VideoError> {
    only(boxes, kind)?.ok_or(VideoError::Damaged)
}

/// What is left to read of a body; big-endian, every read within it or `Damaged`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Values<'a>(pub(super) &'a [u8]);

impl<'a> Values<'a> {
    pub(super) fn take(&mut self, length: usize) -> Result<&'a [u8], VideoError> {
        let (taken, rest) = self.0.split_at_checked(length).ok_or(VideoError::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], VideoError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(VideoError::Damaged)?;
        self.0 = rest;
        Ok(*taken)
    }

    pub(super) fn four(&mut self) -> Result<Kind, VideoError> {
        self.array()
    }

    pub(super) fn three(&mut self) -> Result<[u8; 3], VideoError> {
        self.array()
    }

    pub(super) fn u8(&mut self) -> Result<u8, VideoError> {
        Ok(u8::from_be_bytes(self.array()?))
    }

    pub(super) fn u16(&mut self) -> Result<u16, VideoError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    pub(super) fn u32(&mut self) -> Result<u32, VideoError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    pub(super) fn u64(&mut self) -> Result<u64, VideoError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// A length or time: 64 bits in a box of version 1, else 32.
    pub(super) fn wide(&mut self, version: u8) -> Result<u64, VideoError> {
        if version == 1 { self.u64() } else { Ok(self.u32()?.into()) }
    }
}

/// Adds a box with a body in parts. Lengths of more than 32 bits don't occur: what is written is small.
pub(super) fn put(out: &mut Vec<u8>, kind: &Kind, body: &[&[u8]]) {
    let length = 8 + body.iter().map(|part| part.len()).sum::<usize>();
    out.extend(u32::try_from(length).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(kind);
    for part in body {
        out.extend_from_slice(part);
    }
}

/// A box with a body in parts.
pub(super) fn boxed(kind: &Kind, body: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::new();
    put(&mut out, kind, body);
    out
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "fixed test data")]
mod tests {
    use super::*;

    #[test]
    fn boxes_are_found_and_lengths_that_lie_are_not_believed() {
        let two = [boxed(b"abcd", &[b"12", b"3"]), boxed(b"efgh", &[])].concat();
        let found = children(&two).unwrap();
        assert_eq!(found, [Inside { kind: *b"abcd", body: b"123" }, Inside { kind: *b"efgh", body: b"" }]);
        assert_eq!(children(&[&two[..], &[0; 4]].concat()).unwrap().len(), 2, "QuickTime's end of a list");
        assert_eq!(children(b"\0\0\0\x01long\0\0\0\0\0\0\0\x12ab").unwrap(), [Inside { kind: *b"long", body: b"ab" }]);
        for bad in
            [&b"\0\0\0\x09abcd"[..], b"\0\0\0\x07abcd", b"\0\0\0\0abcd", b"\0\0\0\x01abcd\0\0\0\0\0\0\0\x0f", b"\0\0\0\x08ab"]
        {
            assert_eq!(children(bad), Err(VideoError::Damaged), "{bad:?}");
        }
        assert_eq!(children(&boxed(b"abcd", &[]).repeat(MOST_SIBLINGS + 1)), Err(VideoError::Damaged));
    }

    #[test]
    fn what_there_is_twice_is_not_taken_for_one() {
        let two = boxed(b"abcd", &[]).repeat(2);
        let boxes = children(&two).unwrap();
        assert_eq!((only(&boxes, b"abcd"), only(&boxes, b"efgh")), (Err(VideoError::Damaged), Ok(None)));
        assert_eq!(need(&boxes, b"efgh"), Err(VideoError::Damaged));
    }
}
