//! Documents that nobody can read: they would come again for ever, so they are taken, kept and shown.

use crate::support::{Instance, Kind, Part, Provision, parts, post, until};

/// The program's limit for a document, compressed or not.
const LIMIT_BYTES: usize = 16 << 20;

#[test]
fn a_poisonous_document_is_kept_for_the_operator_and_does_not_come_again() {
    let instance = Instance::start(Kind::Sqlite, &Provision::new());
    let whole = super::captured("basic-0002-status").remove(0).1;
    let packed = super::captured("gzipped-0002-status").remove(0).1;
    let poison: [&[u8]; 5] =
        [b"", b"\xff\xfe\x00junk", &whole[..whole.len() / 2], &packed[..packed.len() / 2], b"<html>hello</html>"];
    for (number, document) in (1..).zip(poison) {
        assert_eq!(instance.post(document).status, 202, "document {number}");
        let times = "select coalesce(sum(times), 0) from rejected_check_in where reason = 'unreadable'";
        assert_eq!(instance.database.number(times), number, "it is on the list before the agent has its answer");
    }
    let kept = "select cast(length(body) as text) from rejected_check_in where reason = 'unreadable'";
    assert_eq!(instance.database.texts(kept), ["18"], "the newest of them is kept");
    assert_eq!(instance.database.number("select count(*) from host"), 0);
}

#[test]
fn a_document_that_is_too_large_is_refused_however_it_is_packed() {
    let instance = Instance::start(Kind::Sqlite, &Provision::new());
    assert_eq!(instance.post(&vec![b'x'; LIMIT_BYTES + 1]).status, 413);

    let mut compressor = libdeflater::Compressor::new(libdeflater::CompressionLvl::default());
    let mut bomb = vec![0; 1 << 20];
    let length = compressor.gzip_compress(&vec![b'x'; LIMIT_BYTES + 1], &mut bomb).expect("it fits");
    assert_eq!(instance.post(&bomb[..length]).status, 202, "small on the wire, too large to read");
    let detail = instance.database.texts("select detail from rejected_check_in where reason = 'unreadable'");
    assert_eq!(detail.len(), 1);
    assert_eq!(instance.metric("tocsin_check_ins_rejected_total{reason=\"too-large\"}"), 1);
}

/// PostgreSQL's text cannot hold a NUL. An agent never sends one, but somebody may.
#[test]
fn a_nul_does_not_come_again_for_ever() {
    if !parts::are_here("a NUL on PostgreSQL", &[Part::Postgres]) {
        return;
    }
    let instance = Instance::start(Kind::Postgres, &Provision::new());
    let document = String::from_utf8(super::captured("answers-0004-event").remove(0).1).expect("text");
    for text in ["web1", "<service>a", "name=\"a", "6.18", "32960f", "doesn't"] {
        let answer = instance.post(document.replace(text, &format!("{text}\0")).as_bytes());
        assert_eq!(answer.status, 202, "NUL after {text}: {}", answer.body);
    }
    let path = "/collector";
    let stranger = post::document(instance.port, path, Some("nobody\0:x"), document.as_bytes()).expect("an answer");
    assert_eq!(stranger.status, 401);
    let listed = "select coalesce(sum(times), 0) from rejected_check_in where reason = 'no-credentials'";
    until("the stranger is listed", || (instance.database.number(listed) == 1).then_some(()));
}
