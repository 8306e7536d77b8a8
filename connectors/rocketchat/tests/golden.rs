//! What Rocket.Chat is sent for each kind, and what its answers mean. No server has been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Told, problem, recovery};

fn settings() -> Value {
    json!({"url": "https://chat.example.org/hooks/64f0/s3cr3t"})
}

fn posted() -> Answer {
    Answer::json(200, &json!({"success": true}))
}

fn refused(status: u16, word: &str) -> Answer {
    Answer::json(status, &json!({"success": false, "error": word}))
}

fn answered(answer: Answer) -> Told {
    channel("rocketchat").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_look() {
    channel("rocketchat").golden(&settings(), posted());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("rocketchat").keeps_the_house_rules(&settings(), posted());
}

#[test]
fn a_handle_of_earlier_days_does_no_harm() {
    let told = channel("rocketchat").tell(
        &settings(),
        Notification { prior_handle: Some("?".into()), ..recovery() },
        posted(),
    );
    assert_eq!(told.handle(), None);
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "*".repeat(400));
    long.text = format!("{} matches limit 90%", "`".repeat(10_000));
    let body = channel("rocketchat").tell(&settings(), long, posted()).json();
    let heading = body["text"].as_str().unwrap();
    assert!(heading.chars().count() <= 252 && heading.ends_with("matches limit 90%*"), "{heading}");
    let text = body["attachments"][0]["text"].as_str().unwrap();
    assert!(text.contains("matches limit 90%\n```"), "{text}");
    assert!(heading.chars().count() + text.chars().count() <= 5000);
}

#[test]
fn a_message_from_outside_calls_nobody_and_ends_no_fence() {
    let body = channel("rocketchat").withstands(&settings(), posted()).json();
    let text = body["attachments"][0]["text"].as_str().unwrap();
    assert_eq!(text.matches("```").count(), 2, "one fence, opened and closed");
    let around = format!("{} {}", body["text"], text.rsplit("```").next().unwrap());
    for word in ["@everyone", "@all", "@U1", "[x]("] {
        assert!(!around.contains(word), "{word}: {around}");
    }
    assert!(body["text"].as_str().unwrap().chars().count() + text.chars().count() <= 5000);
}

#[test]
fn troubles_point_at_the_webhook_or_are_given_up() {
    assert_eq!(answered(refused(400, "invalid-channel")).misconfigured(), ["/url"]);
    assert_eq!(answered(refused(200, "error-not-allowed")).misconfigured(), ["/url"]);
    for status in [401, 403, 404] {
        assert_eq!(answered(Answer::text(status, "no")).misconfigured(), ["/url"], "{status}");
    }
    assert!(answered(refused(400, "error-message-size-exceeded")).permanent().contains("size-exceeded"));
    assert!(answered(refused(200, "error-message-size-exceeded")).permanent().contains("size-exceeded"));
    assert!(!format!("{:?}", answered(Answer::text(403, "no")).receipt).contains("s3cr3t"));
}

#[test]
fn a_server_that_counts_says_how_long_to_wait_in_words() {
    let words = "Error, too many requests. Please slow down. You must wait 23 seconds before trying this endpoint again. [error-too-many-requests]";
    assert_eq!(answered(refused(400, words)).retry_after_ms(), Some(23_000));
    assert_eq!(answered(refused(429, "[error-too-many-requests]")).retry_after_ms(), None);
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("rocketchat").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({})), ["/url"]);
    assert_eq!(wrong(json!({"url": "https://chat.example.org/"})), ["/url"]);
    assert_eq!(wrong(json!({"url": "https://chat.example.org/hooks/a/b", "channel": "#ops"})), ["/channel"]);
}
