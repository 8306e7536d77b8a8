//! From the bytes on the wire to the document: gunzip if needed, never more than a limit.

use std::borrow::Cow;

use libdeflater::{DecompressionError, Decompressor};

use crate::error::InflateError;

/// How every gzip stream begins.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The first guess at the inflated size: a document of ten services fits.
const FIRST_GUESS_BYTES: usize = 16 * 1024;

/// Compression seen in ordinary documents, for the first guess.
const USUAL_RATIO: usize = 6;

/// How much a guess that was too small grows: three rounds cover the best ratio seen (38:1).
const GROWTH: usize = 4;

/// The document within a request's body: inflated when it is gzip, borrowed when it is not.
///
/// The bytes decide, not the header: gzip is known by its magic. A body declared as gzip that is plain XML passes as
/// it is, since some proxies unpack without telling. The lengths written in the stream are not trusted, and bytes
/// after its end are ignored.
///
/// # Errors
/// [`InflateError`] when the document would exceed `limit` bytes or the stream is damaged.
pub fn inflate(body: &[u8], declared_gzip: bool, limit: usize) -> Result<Cow<'_, [u8]>, InflateError> {
    if body.starts_with(&GZIP_MAGIC) {
        return gunzip(body, limit).map(Cow::Owned);
    }
    if declared_gzip && !body.is_empty() && body.trim_ascii_start().first() != Some(&b'<') {
        return Err(InflateError::NotGzip);
    }
    if body.len() > limit {
        return Err(InflateError::TooLarge { limit });
    }
    Ok(Cow::Borrowed(body))
}

fn gunzip(body: &[u8], limit: usize) -> Result<Vec<u8>, InflateError> {
    let mut decompressor = Decompressor::new();
    let mut size = body.len().saturating_mul(USUAL_RATIO).max(FIRST_GUESS_BYTES).min(limit);
    loop {
        let mut document = vec![0; size];
        match decompressor.gzip_decompress(body, &mut document) {
            Ok(length) => {
                document.truncate(length);
                return Ok(document);
            }
            Err(DecompressionError::InsufficientSpace) if size < limit => {
                size = size.saturating_mul(GROWTH).min(limit);
            }
            Err(DecompressionError::InsufficientSpace) => return Err(InflateError::TooLarge { limit }),
            Err(DecompressionError::BadData) => return Err(InflateError::Damaged),
        }
    }
}
