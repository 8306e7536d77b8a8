//! Where a connector's requests can go, and where they cannot, however they are written.

use crate::hostile::{misbehave, with_addresses};
use crate::http_sink::{HttpSink, bomb_bytes};
use crate::world::detail;
use serde_json::json;
use tocsin_connector_host::PrivateAddresses;

#[tokio::test]
async fn nobody_is_reached_who_was_not_granted() {
    let sink = HttpSink::start().await;
    let other = HttpSink::start().await;
    for target in [other.url("/"), sink.url("/").replace("http:", "https:"), "http://example.com/".into()] {
        let receipt = misbehave(json!({"mode": "http", "url": sink.url("/"), "target": target})).await;
        assert!(detail(&receipt).starts_with("Error::Denied"), "{target}: {receipt:?}");
    }
    for target in [sink.url("/").replace("//", "//user:word@"), "file:///etc/passwd".into(), "gopher://x/".into()] {
        let receipt = misbehave(json!({"mode": "http", "url": sink.url("/"), "target": target})).await;
        assert!(detail(&receipt).starts_with("Error::Invalid"), "{target}: {receipt:?}");
    }
    assert!(sink.requests().is_empty() && other.requests().is_empty());
}

#[tokio::test]
async fn a_private_address_is_found_out_however_it_is_written() {
    let sink = HttpSink::start().await;
    let port = sink.port();
    for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "0x7f000001", "2130706433", "127.1"] {
        let settings = json!({"mode": "http", "url": format!("http://{host}:{port}/")});
        let receipt = with_addresses(settings, PrivateAddresses::None).await;
        let said = detail(&receipt);
        assert!(said.starts_with("Error::Denied") && said.contains("not a public address"), "{host}: {said}");
    }
    let metadata = json!({"mode": "http", "url": "http://169.254.169.254/latest/meta-data/"});
    assert!(detail(&misbehave(metadata).await).starts_with("Error::Denied"), "not among the inner networks");
    assert!(sink.requests().is_empty());
}

#[tokio::test]
async fn a_listed_network_opens_that_network() {
    let sink = HttpSink::start().await;
    let listed = |network: &str| PrivateAddresses::Listed(vec![network.parse().unwrap()]);
    let settings = json!({"mode": "http", "url": sink.named_url("/")});
    assert_eq!(detail(&with_addresses(settings.clone(), listed("127.0.0.0/8")).await), "answered 200 with 2 bytes");
    assert!(detail(&with_addresses(settings, listed("10.0.0.0/8")).await).starts_with("Error::Denied"));
}

#[tokio::test]
async fn a_redirect_is_handed_back_and_a_huge_answer_is_not() {
    let sink = HttpSink::start().await;
    let get = async |path: &str| {
        let receipt = misbehave(json!({"mode": "http", "url": sink.url(path)})).await;
        detail(&receipt).to_owned()
    };
    assert_eq!(get("/redirect").await, "answered 302 with 0 bytes");
    assert_eq!(get("/huge").await, "Error::TooLarge(1048576)");
    assert_eq!(sink.requests().len(), 2);
}

#[tokio::test]
async fn a_redirect_inwards_is_checked_when_the_connector_follows_it() {
    let sink = HttpSink::start().await;
    let receipt = misbehave(json!({"mode": "http-follow", "url": sink.url("/inward")})).await;
    assert!(detail(&receipt).starts_with("Error::Denied"), "{receipt:?}");
    assert_eq!((receipt.requests, sink.requests().len()), (1, 1));

    // Granted is the site of the first request, at an address of its own; the other is somebody in the same network.
    let other = HttpSink::at("127.0.0.2", 0).await;
    let settings = json!({"mode": "http-follow", "url": sink.url(&format!("/elsewhere/{}", other.port()))});
    let listed = PrivateAddresses::Listed(vec!["127.0.0.1/32".parse().unwrap()]);
    for addresses in [listed, PrivateAddresses::All] {
        let receipt = with_addresses(settings.clone(), addresses).await;
        assert!(detail(&receipt).starts_with("Error::Denied"), "{receipt:?}");
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn an_answer_without_end_is_cut_and_a_packed_one_stays_packed() {
    let sink = HttpSink::start().await;
    let endless = misbehave(json!({"mode": "http", "url": sink.url("/endless")})).await;
    assert_eq!(detail(&endless), "Error::TooLarge(1048576)");
    let bomb = misbehave(json!({"mode": "http", "url": sink.url("/bomb")})).await;
    assert_eq!(detail(&bomb), format!("answered 200 with {} bytes", bomb_bytes().len()));
    assert!(sink.requests().iter().all(|request| request.header("accept-encoding").is_none()), "nobody asked for it");
}

#[tokio::test]
async fn nothing_can_be_hidden_in_a_request_and_some_headers_are_ours() {
    let sink = HttpSink::start().await;
    for into in ["value", "name", "host", "length", "method"] {
        let receipt = misbehave(json!({"mode": "http-inject", "into": into, "url": sink.url("/")})).await;
        assert!(detail(&receipt).starts_with("Error::Invalid"), "{into}: {receipt:?}");
    }
    assert!(sink.requests().is_empty());
    misbehave(json!({"mode": "http-inject", "into": "url", "url": sink.url("/")})).await;
    let request = sink.only();
    assert_eq!((request.line.as_str(), request.header("x-b")), ("GET /%20HTTP/1.1x-b:%202 HTTP/1.1", None));
}

#[tokio::test]
async fn a_request_has_a_size() {
    let sink = HttpSink::start().await;
    let sent = async |mode: &str| detail(&misbehave(json!({"mode": mode, "url": sink.url("/")})).await).to_owned();
    assert_eq!(sent("http-large-body").await, "Error::TooLarge(1048576)");
    assert!(sent("http-many-headers").await.contains("more than 64 headers"));
    assert!(sink.requests().is_empty());
}
