//! The Slack connector against a server that answers like Slack.

use crate::http_sink::HttpSink;
use crate::world::{KINDS, deliver, detail, notification, pointers, word};
use serde_json::{Value, json};
use std::time::Duration;
use tocsin_connector_host::{Kind, Outcome};

async fn posted(notification: tocsin_connector_host::Notification) -> Value {
    let sink = HttpSink::start().await;
    let receipt = deliver("slack", json!({"url": sink.url("/services/T/B/x")}), notification).await;
    assert_eq!(detail(&receipt), "HTTP 200: ok");
    serde_json::from_str(&sink.only().body).unwrap()
}

#[tokio::test]
async fn each_kind_has_its_own_look() {
    for kind in KINDS {
        let body = posted(notification(kind)).await;
        insta::assert_json_snapshot!(format!("slack_{}", word(kind)), body);
    }
}

#[tokio::test]
async fn a_long_message_fits_and_keeps_its_end() {
    let mut long = notification(Kind::Problem);
    long.title = format!("{} matches limit 90%", "<".repeat(400));
    long.text = format!("{} matches limit 90%", "<&>".repeat(5_000));
    let body = posted(long).await;

    let blocks = &body["attachments"][0]["blocks"];
    let header = blocks[0]["text"]["text"].as_str().unwrap();
    assert!(header.chars().count() <= 150 && header.ends_with("matches limit 90%"), "{header}");
    let section = blocks[1]["text"]["text"].as_str().unwrap();
    assert!(section.chars().count() <= 3000 && section.ends_with("matches limit 90%"), "{section}");
}

#[tokio::test]
async fn a_message_from_outside_mentions_nobody() {
    let sly = "<!channel> <https://evil.example|Open the alert>";
    let mut notification = notification(Kind::Problem);
    notification.text = sly.into();
    notification.title = sly.into();
    notification.host.name = "<@U1>".into();
    let body = posted(notification).await;
    // What is no markup may carry it as it is …
    let blocks = &body["attachments"][0]["blocks"];
    assert_eq!(blocks[1]["text"], json!({"type": "plain_text", "emoji": false, "text": sly}));
    // … and elsewhere it is escaped.
    let markup = format!("{} {}", body["text"], blocks[3]);
    assert!(!markup.contains("<!") && !markup.contains("<https://evil") && !markup.contains("<@"), "{markup}");
}

#[tokio::test]
async fn a_removed_webhook_is_a_matter_of_settings_and_its_url_stays_secret() {
    let sink = HttpSink::start().await;
    let receipt = deliver("slack", json!({"url": sink.url("/gone/T0/B0/s3cr3t")}), notification(Kind::Problem)).await;
    assert_eq!(pointers(&receipt), ["/url"]);
    assert!(!format!("{receipt:?}").contains("s3cr3t"));
}

#[tokio::test]
async fn slack_decides_when_to_come_back_and_what_it_cannot_read() {
    let sink = HttpSink::start().await;
    let outcome =
        async |path: &str| deliver("slack", json!({"url": sink.url(path)}), notification(Kind::Problem)).await.outcome;
    assert!(
        matches!(outcome("/busy").await, Outcome::Retry { after: Some(after), .. } if after == Duration::from_secs(7))
    );
    assert!(
        matches!(outcome("/payload").await, Outcome::Permanent { message } if message == "HTTP 400: invalid_payload")
    );
}
