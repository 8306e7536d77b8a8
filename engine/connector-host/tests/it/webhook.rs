//! The HTTP door, by the webhook connector and a server on this machine. What a webhook is sent is tested
//! beside it, against a script.

use crate::http_sink::HttpSink;
use crate::world::{deliver, detail, grant, host, load, notification, pointers};
use serde_json::{Value, json};
use std::time::Duration;
use tocsin_connector_host::{Call, Grant, Kind, Leave, MemoryKeyValue, Outcome};

#[tokio::test]
async fn what_a_connector_sends_arrives_as_it_is() {
    let sink = HttpSink::start().await;
    let settings = json!({"url": sink.url("/hook?team=ops"), "token": "t0ken", "headers": {"X-Team": "ops"}});
    let receipt = deliver("webhook", settings, notification(Kind::Problem)).await;
    assert_eq!(detail(&receipt), "HTTP 200, request r-1");
    assert_eq!(receipt.requests, 1);

    let request = sink.only();
    assert_eq!(request.line, "POST /hook?team=ops HTTP/1.1");
    assert_eq!(request.header("content-type"), Some("application/json"));
    assert_eq!(request.header("idempotency-key"), Some(notification(Kind::Problem).idempotency_key.as_str()));
    assert_eq!(request.header("authorization"), Some("Bearer t0ken"));
    assert_eq!(request.header("x-team"), Some("ops"));
    let body: Value = serde_json::from_str(&request.body).unwrap();
    assert_eq!(body["host"]["name"], "web1");
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
async fn d6_without_a_grant_nothing_leaves() {
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
async fn nothing_leaves_before_there_is_leave_and_nothing_at_all_without() {
    let sink = HttpSink::start().await;
    let connector = load(host(), "webhook").await;
    let call = Call {
        settings: json!({"url": sink.url("/hook")}),
        notification: notification(Kind::Problem),
        grant: grant(&connector),
        kv: std::sync::Arc::new(MemoryKeyValue::default()),
    };
    let (giver, leave) = Leave::later();
    let begun = host().deliver_with_leave(&connector, call.clone(), leave);
    drop(giver);
    let receipt = begun.await;
    assert!(!matches!(receipt.outcome, Outcome::Delivered { .. }), "{receipt:?}");
    assert!(sink.requests().is_empty());

    let (giver, leave) = Leave::later();
    let begun = tokio::spawn({
        let connector = connector.clone();
        async move { host().deliver_with_leave(&connector, call, leave).await }
    });
    assert!(sink.requests().is_empty());
    giver.give();
    assert_eq!(detail(&begun.await.unwrap()), "HTTP 200, request r-1");
    sink.only();
}
