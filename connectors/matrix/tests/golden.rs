//! What a homeserver is sent for each kind, and what its answers mean. None has been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Script, Told, problem, recovery};

fn settings() -> Value {
    json!({"url": "https://matrix.example.org", "token": "syt_s3cr3t", "room": "!ops:example.org"})
}

fn sent() -> Answer {
    Answer::json(200, &json!({"event_id": "$first"}))
}

fn refused(status: u16, code: &str) -> Answer {
    Answer::json(status, &json!({"errcode": code, "error": "no"}))
}

fn answered(answer: Answer) -> Told {
    channel("matrix").tell(&settings(), problem(), answer)
}

fn after(prior: &str, notification: Notification, script: impl Into<Script>) -> Told {
    let notification = Notification { prior_handle: Some(prior.into()), ..notification };
    channel("matrix").tell(&settings(), notification, script)
}

fn body(told: &Told, number: usize) -> Value {
    serde_json::from_slice(&told.requests()[number].body).unwrap()
}

#[test]
fn each_kind_has_its_own_words_and_stands_in_the_alerts_thread() {
    channel("matrix").golden(&settings(), sent());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("matrix").keeps_the_house_rules(&settings(), sent());
}

#[test]
fn the_same_notification_is_the_same_transaction() {
    let url =
        |attempt| channel("matrix").tell(&settings(), Notification { attempt, ..problem() }, sent()).only().url.clone();
    assert_eq!(url(1), url(2));
    assert!(url(1).ends_with("/send/m.room.message/tocsin-i1-100"), "{}", url(1));
}

#[test]
fn what_follows_hangs_on_the_first_message() {
    let told = after("!ops:example.org $root", recovery(), sent());
    assert_eq!(told.json()["m.relates_to"]["event_id"], "$root");
    assert_eq!(told.handle(), Some("!ops:example.org $root"), "threads do not nest");
}

#[test]
fn a_thread_that_is_gone_or_elsewhere_is_followed_by_a_new_one() {
    let told = after("!ops:example.org $root", recovery(), [refused(400, "M_UNKNOWN"), sent()]);
    assert!(body(&told, 1)["m.relates_to"].is_null());
    assert_ne!(told.requests()[0].url, told.requests()[1].url, "another transaction");
    assert_eq!(told.handle(), Some("!ops:example.org $first"));
    for prior in ["!other:example.org $root", "nonsense", "!ops:example.org root\r\nx"] {
        assert!(after(prior, recovery(), sent()).json()["m.relates_to"].is_null(), "{prior}");
    }
}

#[test]
fn a_long_message_fits_into_an_event_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "😀".repeat(400));
    long.text = format!("{} matches limit 90%", "&".repeat(10_000));
    let told = channel("matrix").tell(&settings(), long, sent());
    assert!(told.only().body.len() < 60_000, "{}", told.only().body.len());
    let text = told.json()["body"].as_str().unwrap().to_owned();
    assert_eq!(text.matches("matches limit 90%").count(), 2, "{text}");
}

#[test]
fn a_message_from_outside_has_no_markup_and_calls_nobody() {
    let told = channel("matrix").withstands(&settings(), sent());
    assert!(told.only().body.len() < 60_000);
    let body = told.json();
    assert_eq!(body["m.mentions"], json!({}));
    let html = body["formatted_body"].as_str().unwrap();
    assert!(!html.contains("<script") && !html.contains("<!channel") && !html.contains("<@"), "{html}");
}

#[test]
fn troubles_point_at_the_setting_or_wait() {
    assert_eq!(answered(refused(401, "M_UNKNOWN_TOKEN")).misconfigured(), ["/token"]);
    assert_eq!(answered(refused(403, "M_FORBIDDEN")).misconfigured(), ["/room"]);
    assert_eq!(answered(refused(404, "M_NOT_FOUND")).misconfigured(), ["/room"]);
    assert_eq!(answered(Answer::text(404, "nginx")).misconfigured(), ["/url"]);
    assert_eq!(answered(Answer::text(401, "nginx")).misconfigured(), ["/token"]);
    let busy = json!({"errcode": "M_LIMIT_EXCEEDED", "error": "Too Many Requests", "retry_after_ms": 2500});
    assert_eq!(answered(Answer::json(429, &busy)).retry_after_ms(), Some(2_500));
    assert!(answered(refused(400, "M_BAD_JSON")).permanent().contains("M_BAD_JSON"));
    assert!(answered(refused(413, "M_TOO_LARGE")).permanent().contains("M_TOO_LARGE"));
    assert!(answered(Answer::text(200, "<html>")).retry().starts_with("this is no answer of a homeserver"));
    assert!(!format!("{:?}", answered(refused(401, "M_UNKNOWN_TOKEN")).receipt).contains("s3cr3t"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("matrix").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({"url": "https://m.example.org", "token": "t"})), ["/room"]);
    assert_eq!(
        wrong(json!({"url": "m.example.org", "token": "", "room": "#ops:example.org"})),
        ["/url", "/token", "/room"]
    );
}
