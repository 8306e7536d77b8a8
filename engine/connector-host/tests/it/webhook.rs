//! The webhook connector against a server on this machine.

use crate::http_sink::HttpSink;
use crate::world::{KINDS, deliver, detail, host, load, notification, pointers, word};
use serde_json::{Value, json};
use std::time::Duration;
use tocsin_connector_host::{Call, Grant, Kind, MemoryKeyValue, Outcome};

#[tokio::test]
async fn each_kind_is_posted_in_full() {
    for kind in KINDS {
        let sink = HttpSink::start().await;
        let receipt = deliver("webhook", json!({"url": sink.url("/hook?team=ops")}), notification(kind)).await;
        assert_eq!(detail(&receipt), "HTTP 200, request r-1");
        assert_eq!(receipt.requests, 1);

        let request = sink.only();
        assert_eq!(request.line, "POST /hook?team=ops HTTP/1.1");
        assert_eq!(request.header("content-type"), Some("application/json"));
        assert_eq!(request.header("idempotency-key"), Some(notification(kind).idempotency_key.as_str()));
        assert_eq!(request.header("authorization"), None);
        assert_eq!(request.header("x-tocsin-signature"), None);
        let body: Value = serde_json::from_str(&request.body).unwrap();
        insta::assert_json_snapshot!(format!("webhook_{}", word(kind)), body);
    }
}

#[tokio::test]
async fn token_signature_and_own_headers_go_along() {
    let sink = HttpSink::start().await;
    let settings = json!({
        "url": sink.url("/hook"), "token": "t0ken", "signing_key": "key", "headers": {"X-Team": "ops"}
    });
    deliver("webhook", settings, notification(Kind::Problem)).await;

    let request = sink.only();
    assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
    assert_eq!(request.header("x-team"), Some("ops"));
    let signature = request.header("x-tocsin-signature").unwrap();
    let hex = signature.strip_prefix("t=1700000300,v1=").expect(signature);
    assert_eq!(hex.len(), 64);
}

#[tokio::test]
async fn what_the_far_side_calls_it_is_kept_as_the_handle() {
    let sink = HttpSink::start().await;
    let receipt = deliver("webhook", json!({"url": sink.url("/handle")}), notification(Kind::Problem)).await;
    assert!(matches!(receipt.outcome, Outcome::Delivered { handle: Some(handle), .. } if handle == "TICKET-7"));
}

#[tokio::test]
async fn a_busy_server_is_left_alone_for_as_long_as_it_asks() {
    let sink = HttpSink::start().await;
    let receipt = deliver("webhook", json!({"url": sink.url("/busy")}), notification(Kind::Problem)).await;
    let Outcome::Retry { message, after } = receipt.outcome else { panic!("{:?}", receipt.outcome) };
    assert_eq!(message, "HTTP 429: slow down");
    assert_eq!(after, Some(Duration::from_secs(7)));
}

#[tokio::test]
async fn only_what_may_pass_is_tried_again() {
    let sink = HttpSink::start().await;
    let outcome = async |path: &str| {
        deliver("webhook", json!({"url": sink.url(path)}), notification(Kind::Problem)).await.outcome
    };
    assert!(matches!(outcome("/broken").await, Outcome::Retry { after: None, .. }));
    assert!(matches!(outcome("/gone").await, Outcome::Permanent { .. }));
    assert!(matches!(outcome("/redirect").await, Outcome::Permanent { message } if message.contains("not followed")));
}

#[tokio::test]
async fn nobody_listening_is_worth_a_retry() {
    let sink = HttpSink::start().await;
    let url = sink.url("/").replace(&sink.port().to_string(), "1");
    let receipt = deliver("webhook", json!({"url": url}), notification(Kind::Problem)).await;
    assert!(
        matches!(&receipt.outcome, Outcome::Retry { message, .. } if message.starts_with("no connection")),
        "{receipt:?}"
    );
}

#[tokio::test]
async fn without_a_grant_nothing_leaves() {
    let sink = HttpSink::start().await;
    let connector = load(host(), "webhook").await;
    let call = Call {
        settings: json!({"url": sink.url("/hook")}),
        notification: notification(Kind::Problem),
        grant: Grant::default(),
        kv: std::sync::Arc::new(MemoryKeyValue::default()),
    };
    let receipt = host().deliver(&connector, call).await;
    assert_eq!(pointers(&receipt), [""]);
    assert!(sink.requests().is_empty());
}

#[tokio::test]
async fn settings_are_looked_at_before_they_are_saved() {
    let connector = load(host(), "webhook").await;
    let errors = async |settings: Value| {
        let errors = host().validate(&connector, &settings).await.err().unwrap_or_default();
        errors.into_iter().map(|error| error.pointer).collect::<Vec<_>>()
    };
    assert!(errors(json!({"url": "https://example.org/hook"})).await.is_empty());
    assert_eq!(errors(json!({})).await, ["/url"]);
    assert_eq!(errors(json!({"url": "example.org/hook"})).await, ["/url"]);
    assert_eq!(errors(json!({"url": "https://example.org", "headers": {"Host": "x"}})).await, ["/headers/Host"]);
    assert_eq!(errors(json!({"url": "https://example.org", "colour": "red"})).await, ["/colour"]);
}
