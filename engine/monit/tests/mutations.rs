//! Damaged documents: whatever happens to the bytes on their way, reading them never panics and keeps its bounds.

mod common;

use std::sync::LazyLock;

use proptest::prelude::*;
use proptest::sample::Index;
use tocsin_monit::{MAX_DOCUMENT_BYTES, inflate, limits, parse};

/// Small documents of all kinds, so that many mutations fit into a second.
static DOCUMENTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let names = [
        "basic-0002-status",
        "basic-0006-event-monit-65536-2",
        "every-0003-status",
        "httpd-0011-status",
        "names-0025-status",
        "names_lt-0002-event-a-b-c-512-1",
        "programs-0009-event-ctrl-2097152-1",
        "versions-5.2.5-0011-status",
        "versions-5.35.3-0008-status",
    ];
    names.iter().map(|name| common::document(name)).collect()
});

/// Pieces that are likely to confuse a reader.
const PIECES: [&[u8]; 14] = [
    b"<",
    b">",
    b"\"",
    b"</service>",
    b"<![CDATA[",
    b"]]>",
    b"</monit>",
    b"<service name=\"",
    b"<event>",
    b"</event>",
    b"<status>-1</status>",
    b"99999999999999999999",
    b"\xff\x00\xc3",
    b"<errors><event id=\"1\" state=\"1\"></event></errors>",
];

/// One thing that happens to a document.
#[derive(Debug, Clone)]
enum Mutation {
    Flip(Index, u8),
    Cut(Index),
    Remove(Index, usize),
    Duplicate(Index, usize),
    Insert(Index, Index),
    Splice(Index, Index, Index),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let at = any::<Index>;
    prop_oneof![
        (at(), any::<u8>()).prop_map(|(at, byte)| Mutation::Flip(at, byte)),
        at().prop_map(Mutation::Cut),
        (at(), 1..400_usize).prop_map(|(at, length)| Mutation::Remove(at, length)),
        (at(), 1..4000_usize).prop_map(|(at, length)| Mutation::Duplicate(at, length)),
        (at(), at()).prop_map(|(at, piece)| Mutation::Insert(at, piece)),
        (at(), at(), at()).prop_map(|(at, other, from)| Mutation::Splice(at, other, from)),
    ]
}

impl Mutation {
    fn apply(&self, document: &mut Vec<u8>) {
        if document.is_empty() {
            return;
        }
        let size = document.len();
        match self {
            Mutation::Flip(at, byte) => document[at.index(size)] ^= byte,
            Mutation::Cut(at) => document.truncate(at.index(size)),
            Mutation::Remove(at, length) => {
                let start = at.index(size);
                document.drain(start..(start + length).min(size));
            }
            Mutation::Duplicate(at, length) => {
                let start = at.index(size);
                let piece = document[start..(start + length).min(size)].to_vec();
                document.splice(start..start, piece);
            }
            Mutation::Insert(at, piece) => {
                let at = at.index(size);
                document.splice(at..at, piece.get(&PIECES).iter().copied());
            }
            Mutation::Splice(at, other, from) => {
                let other = other.get(&DOCUMENTS);
                document.truncate(at.index(size));
                document.extend_from_slice(&other[from.index(other.len())..]);
            }
        }
    }
}

fn read_everything(document: &[u8]) {
    let report = match parse(document) {
        Ok(report) => report,
        Err(error) => {
            assert!(error.to_string().len() < 1000, "a sentence, not a novel: {error}");
            return;
        }
    };
    assert!(!report.id.is_empty() && report.id.len() <= 4 * limits::MAX_ID_BYTES);
    assert!(report.services.len() <= limits::MAX_SERVICES);
    for service in &report.services {
        assert!(service.name.len() <= 4 * limits::MAX_NAME_BYTES);
        assert!(service.values().len() <= limits::MAX_VALUES);
        assert!(service.is_monitored() || service.failed_bits() | service.changed_bits() == 0);
    }
    let _ = report.event_is_late();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_damaged_document_is_read_or_refused(which in any::<Index>(), mutations in prop::collection::vec(mutation(), 1..6)) {
        let mut document = which.get(&DOCUMENTS).clone();
        for mutation in &mutations {
            mutation.apply(&mut document);
        }
        read_everything(&document);
    }

    #[test]
    fn rubbish_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), is_declared in any::<bool>()) {
        read_everything(&bytes);
        read_everything(&[b"<monit id=\"x\" incarnation=\"1\">", &bytes[..]].concat());
        let gzip_like = [&[0x1f, 0x8b][..], &bytes].concat();
        for body in [&bytes, &gzip_like] {
            if let Ok(document) = inflate(body, is_declared, MAX_DOCUMENT_BYTES) {
                read_everything(&document);
            }
        }
    }
}

#[test]
fn a_document_cut_anywhere_is_refused_as_cut() {
    let document = common::document("basic-0006-event-monit-65536-2");
    let root = document.windows(7).position(|window| window == b"<monit ").expect("a root") + 7;
    for end in root..document.len() {
        let error = parse(&document[..end]).expect_err("a part is no document");
        assert!(error.to_string().contains("cut on the way"), "cut at {end}: {error}");
    }
}
