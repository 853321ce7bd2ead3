//! Which bytes go from the old file into the new one, and where they come to lie.

use std::ops::Range;

use pakn_api::model::video::VideoError;

use super::{movie::Movie, samples::Chunk, track::Track};

/// The kept tracks' chunks in the order in which they lie in the file.
#[derive(Debug)]
pub(super) struct Plan {
    /// What is copied, neighbours joined.
    pub(super) copied: Vec<Chunk>,
    /// How much that is, in bytes.
    pub(super) length: u64,
    /// For each track, where its chunks begin, counted from the first copied byte.
    places: Vec<Vec<u64>>,
}

impl Plan {
    /// Plans for a movie whose samples may be in `data` alone: elsewhere there is what has to go.
    ///
    /// # Errors
    /// `Truncated` for chunks behind the end of the file, `Damaged` for such as are elsewhere or lie upon each other.
    pub(super) fn of(movie: &Movie, data: &[Range<u64>]) -> Result<Self, VideoError> {
        let mut places: Vec<Vec<u64>> = movie.tracks.iter().map(|t| vec![0; t.chunks().len()]).collect();
        let mut all: Vec<(Chunk, &mut u64)> = Vec::new();
        for (chunks, places) in movie.tracks.iter().map(Track::chunks).zip(&mut places) {
            all.extend(chunks.iter().copied().zip(places));
        }
        all.sort_by_key(|(chunk, _)| chunk.at);
        let end_of_data = data.iter().map(|d| d.end).max().unwrap_or(0);
        let (mut copied, mut length): (Vec<Chunk>, u64) = (Vec::new(), 0);
        for (chunk, place) in all {
            let end = chunk.at.checked_add(chunk.length).ok_or(VideoError::Damaged)?;
            if end > end_of_data {
                return Err(VideoError::Truncated);
            }
            if !data.iter().any(|d| d.start <= chunk.at && end <= d.end) {
                return Err(VideoError::Damaged);
            }
            *place = length;
            length += chunk.length;
            match copied.last_mut() {
                Some(last) if last.at + last.length > chunk.at => return Err(VideoError::Damaged),
                Some(last) if last.at + last.length == chunk.at => last.length += chunk.length,
                Some(_) | None => copied.push(chunk),
            }
        }
        if length == 0 {
            return Err(VideoError::Damaged);
        }
        Ok(Self { copied, length, places })
    }

    /// Where the chunks of each track begin when the first copied byte is at `front`.
    ///
    /// # Errors
    /// `TooManyBytes` beyond what 32 bits can name.
    pub(super) fn places(&self, front: usize) -> Result<Vec<Vec<u32>>, VideoError> {
        let place = |at: &u64| u32::try_from(at + front as u64).map_err(|_| VideoError::TooManyBytes);
        self.places.iter().map(|places| places.iter().map(place).collect()).collect()
    }
}
