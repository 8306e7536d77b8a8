//! What Discord is sent for each kind, and what its answers mean. It has not been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Script, Told, acknowledged, bundle, problem, recovery, reminder};

fn settings() -> Value {
    json!({"url": "https://discord.com/api/webhooks/77/s3cr3t"})
}

fn posted() -> Answer {
    Answer::json(200, &json!({"id": "1180000000000000001", "channel_id": "1180000000000000000"}))
}

fn answered(answer: Answer) -> Told {
    channel("discord").tell(&settings(), problem(), answer)
}

/// A later notification of the alert whose message was posted.
fn later(settings: &Value, notification: Notification, script: impl Into<Script>) -> Told {
    let prior_handle = Some("1180000000000000001".into());
    channel("discord").tell(settings, Notification { prior_handle, ..notification }, script)
}

fn methods(told: &Told) -> Vec<&str> {
    told.requests().iter().map(|request| request.method.as_str()).collect()
}

fn unknown_message() -> Answer {
    Answer::json(404, &json!({"message": "Unknown Message", "code": 10008}))
}

#[test]
fn each_kind_has_its_own_look() {
    channel("discord").golden(&settings(), posted());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("discord").keeps_the_house_rules(&settings(), posted());
}

#[test]
fn what_ends_changes_the_message_and_what_goes_on_rings_again() {
    assert_eq!(methods(&later(&settings(), acknowledged(), posted())), ["PATCH"]);
    assert_eq!(methods(&later(&settings(), recovery(), posted())), ["PATCH"]);
    assert_eq!(methods(&later(&settings(), reminder(), posted())), ["POST"]);
    let mut ringing = settings();
    ringing["edit"] = json!(false);
    assert_eq!(methods(&later(&ringing, recovery(), posted())), ["POST"]);
}

#[test]
fn a_message_that_cannot_be_changed_is_followed_by_a_new_one() {
    let told = later(&settings(), recovery(), [unknown_message(), posted()]);
    assert_eq!(methods(&told), ["PATCH", "POST"]);
    assert_eq!(told.handle(), Some("1180000000000000001"));
    for code in [30046, 50005, 50083] {
        let told = later(&settings(), recovery(), [Answer::json(400, &json!({"code": code})), posted()]);
        assert_eq!(methods(&told), ["PATCH", "POST"], "{code}");
    }
    let odd = Notification { prior_handle: Some("../../x".into()), ..recovery() };
    assert_eq!(methods(&channel("discord").tell(&settings(), odd, posted())), ["POST"]);
}

#[test]
fn a_message_of_several_alerts_is_not_changed_for_one_of_them() {
    assert_eq!(channel("discord").tell(&settings(), bundle(), posted()).handle(), None);
}

#[test]
fn a_thread_is_named_in_every_request() {
    let mut threaded = settings();
    threaded["thread"] = json!("1190000000000000000");
    let told = later(&threaded, recovery(), [unknown_message(), posted()]);
    for request in told.requests() {
        assert!(request.url.contains("thread_id=1190000000000000000"), "{}", request.url);
    }
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "*".repeat(400));
    long.text = format!("{} matches limit 90%", "`".repeat(10_000));
    let embed = channel("discord").tell(&settings(), long, posted()).json()["embeds"][0].clone();
    let (title, text) = (embed["title"].as_str().unwrap(), embed["description"].as_str().unwrap());
    assert!(title.chars().count() <= 256 && title.ends_with("matches limit 90%"), "{title}");
    assert!(text.chars().count() <= 4096 && text.contains("matches limit 90%\n```"), "{text}");
}

#[test]
fn a_message_from_outside_ends_no_fence_and_calls_nobody() {
    let body = channel("discord").withstands(&settings(), posted()).json();
    assert_eq!(body["allowed_mentions"], json!({"parse": []}));
    let embed = &body["embeds"][0];
    assert_eq!(embed["description"].as_str().unwrap().matches("```").count(), 2, "one fence, opened and closed");
    assert!(!embed["title"].as_str().unwrap().contains("[x]("), "{embed}");
    let size = |field: &str| embed[field].as_str().unwrap().chars().count();
    assert!(size("title") <= 256 && size("description") <= 4096);
}

#[test]
fn troubles_point_at_the_setting_or_wait() {
    for status in [401, 403, 404] {
        assert_eq!(answered(Answer::text(status, "no")).misconfigured(), ["/url"], "{status}");
    }
    for code in [10003, 50083, 160005, 220001] {
        assert_eq!(answered(Answer::json(400, &json!({"code": code}))).misconfigured(), ["/thread"], "{code}");
    }
    let busy = Answer::json(429, &json!({"message": "You are being rate limited.", "retry_after": 1.5}));
    assert_eq!(answered(busy).retry_after_ms(), Some(1_500));
    assert_eq!(answered(Answer::text(400, "bad embed")).permanent(), "HTTP 400: bad embed");
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("discord").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({})), ["/url"]);
    assert_eq!(wrong(json!({"url": "https://discord.com/api/webhooks/77/x?wait=true"})), ["/url"]);
    assert_eq!(wrong(json!({"url": "https://discord.com/api/webhooks/77/x", "thread": "ops"})), ["/thread"]);
}
