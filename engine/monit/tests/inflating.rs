//! From the bytes on the wire to the document.

mod common;

use std::borrow::Cow;

use libdeflater::{CompressionLvl, Compressor};
use tocsin_monit::{InflateError, MAX_DOCUMENT_BYTES, inflate, parse};

fn gzip(document: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut body = vec![0; compressor.gzip_compress_bound(document.len())];
    let length = compressor.gzip_compress(document, &mut body).expect("room enough");
    body.truncate(length);
    body
}

#[test]
fn a_plain_body_is_borrowed() {
    let body = common::capture("basic-0002-status");
    assert!(matches!(inflate(&body, false, MAX_DOCUMENT_BYTES), Ok(Cow::Borrowed(_))));
    // A proxy unpacked it and left the header.
    assert!(matches!(inflate(&body, true, MAX_DOCUMENT_BYTES), Ok(Cow::Borrowed(_))));
}

#[test]
fn an_agents_gzip_is_known_by_its_first_bytes() {
    let body = common::capture("large2000-0007-event-monit-65536-2");
    let document = inflate(&body, false, MAX_DOCUMENT_BYTES).expect("an agent's gzip");
    assert!(document.len() > 900_000);
    assert_eq!(parse(&document).expect("a document").services.len(), 2001);
}

#[test]
fn bytes_behind_the_stream_are_ignored() {
    let mut body = gzip(b"<monit></monit>");
    body.extend_from_slice(b"rubbish");
    assert_eq!(inflate(&body, true, 100).as_deref(), Ok(&b"<monit></monit>"[..]));
}

#[test]
fn a_bomb_stops_at_the_limit() {
    let body = gzip(&vec![b'x'; 4_000_000]);
    assert!(body.len() < 10_000);
    assert_eq!(inflate(&body, true, 1_000_000), Err(InflateError::TooLarge { limit: 1_000_000 }));
    assert_eq!(inflate(b"<monit>", false, 3), Err(InflateError::TooLarge { limit: 3 }));
}

#[test]
fn a_document_of_exactly_the_limit_passes() {
    let document = vec![b'x'; 100_000];
    assert_eq!(inflate(&gzip(&document), true, document.len()).map(|it| it.len()), Ok(document.len()));
}

#[test]
fn a_stream_that_lies_about_its_length_is_damaged() {
    let mut body = gzip(&vec![b'x'; 1000]);
    let length_at = body.len() - 4;
    body[length_at..].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(inflate(&body, true, MAX_DOCUMENT_BYTES), Err(InflateError::Damaged));
    assert_eq!(inflate(&body[..length_at - 8], true, MAX_DOCUMENT_BYTES), Err(InflateError::Damaged));
}

#[test]
fn what_is_declared_as_gzip_and_is_neither_gzip_nor_xml_is_refused() {
    assert_eq!(inflate(b"hello", true, 100), Err(InflateError::NotGzip));
    assert_eq!(inflate(b"", true, 100).as_deref(), Ok(&b""[..]));
}
