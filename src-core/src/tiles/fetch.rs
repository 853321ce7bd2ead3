//! Asking a server for a tile: bounded in size and time, and pictures only.

use std::time::Duration;

use pakn_api::Timestamp;
use reqwest::{Client, Response, StatusCode, Url, header};

use super::{Tile, TileError, image::ImageKind, shelf::Kept};

/// The largest tile: those of aerial pictures have a tenth of it.
const MAX_BYTES: usize = 512 * 1024;
/// How long a tile may take altogether; the map is drawn without it meanwhile.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a tile is taken for fresh where its server says nothing.
const USUAL_AGE_S: u64 = 7 * 24 * 3_600;
/// What a server says of it is believed between these.
const AGES_S: (u64, u64) = (3_600, 30 * 24 * 3_600);

/// What a server answered.
#[derive(Debug)]
pub(super) enum Answer {
    /// A tile, to be kept unless the server forbids it.
    New { kept: Kept, may_be_kept: bool },
    /// What is kept is as good as new.
    Unchanged { fresh_until: Timestamp },
}

/// Asks for a tile; `etag` is that of the one that is kept.
///
/// # Errors
/// What went wrong, as far as it matters to whoever waits for it.
pub(super) async fn fetch(client: &Client, url: Url, etag: Option<&str>, now: Timestamp) -> Result<Answer, TileError> {
    let mut request = client.get(url).header(header::ACCEPT, "image/webp,image/png,image/jpeg");
    if let Some(etag) = etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    let asked = async {
        let response = request.send().await.map_err(|_| TileError::Unreachable)?;
        let age = age_of(&response);
        let fresh_until = now.plus_ms(i64::try_from(age.unwrap_or(0).saturating_mul(1_000)).unwrap_or(i64::MAX));
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_MODIFIED if etag.is_some() => return Ok(Answer::Unchanged { fresh_until }),
            StatusCode::NOT_FOUND | StatusCode::GONE | StatusCode::NO_CONTENT => return Err(TileError::NotThere),
            _ => return Err(TileError::Unreachable),
        }
        let is_image = header_of(&response, header::CONTENT_TYPE).is_none_or(|kind| kind.starts_with("image/"));
        if !is_image {
            return Err(TileError::NoPicture);
        }
        let etag = header_of(&response, header::ETAG).filter(|etag| !etag.contains('\n')).map(str::to_owned);
        let bytes = read(response).await?;
        let kind = ImageKind::of(&bytes).ok_or(TileError::NoPicture)?;
        Ok(Answer::New { kept: Kept { tile: Tile { kind, bytes }, fresh_until, etag }, may_be_kept: age.is_some() })
    };
    tokio::time::timeout(PATIENCE, asked).await.map_err(|_| TileError::Unreachable)?
}

fn header_of(response: &Response, name: header::HeaderName) -> Option<&str> {
    response.headers().get(name)?.to_str().ok()
}

/// For how many seconds it is fresh; nothing where it must not be kept.
fn age_of(response: &Response) -> Option<u64> {
    let said = header_of(response, header::CACHE_CONTROL).unwrap_or_default();
    let mut age = USUAL_AGE_S;
    for directive in said.split(',').map(str::trim) {
        if directive.eq_ignore_ascii_case("no-store") {
            return None;
        }
        if let Some(seconds) = directive.strip_prefix("max-age=").and_then(|seconds| seconds.parse().ok()) {
            age = seconds;
        }
    }
    Some(age.clamp(AGES_S.0, AGES_S.1))
}

async fn read(mut response: Response) -> Result<Vec<u8>, TileError> {
    let mut bytes = Vec::new();
    while let Some(more) = response.chunk().await.map_err(|_| TileError::Unreachable)? {
        if bytes.len() + more.len() > MAX_BYTES {
            return Err(TileError::NoPicture);
        }
        bytes.extend_from_slice(&more);
    }
    Ok(bytes)
}
