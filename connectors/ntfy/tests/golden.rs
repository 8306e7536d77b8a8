//! What ntfy is sent for each kind, and what its answers mean. It has not been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Told, acknowledged, bundle, problem, recovery, reminder};

fn settings() -> Value {
    json!({"url": "https://ntfy.example.org", "topic": "ops-alerts", "token": "tk_s3cr3t"})
}

fn published() -> Answer {
    Answer::json(200, &json!({"id": "sPs71M8A2T", "event": "message", "topic": "ops-alerts"}))
}

fn answered(answer: Answer) -> Told {
    channel("ntfy").tell(&settings(), problem(), answer)
}

fn after(prior: &str, notification: Notification) -> Told {
    let notification = Notification { prior_handle: Some(prior.into()), ..notification };
    channel("ntfy").tell(&settings(), notification, published())
}

#[test]
fn each_kind_has_its_own_priority_and_sign() {
    channel("ntfy").golden(&settings(), published());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("ntfy").keeps_the_house_rules(&settings(), published());
}

#[test]
fn urgency_is_priority() {
    let priority = |urgency| {
        channel("ntfy").tell(&settings(), Notification { urgency, ..problem() }, published()).json()["priority"]
            .as_u64()
    };
    assert_eq!([priority(None), priority(Some(1)), priority(Some(2)), priority(Some(3))], [5, 5, 4, 3].map(Some));
}

#[test]
fn what_ends_replaces_the_last_notification_and_what_goes_on_rings_again() {
    for notification in [acknowledged(), recovery()] {
        let told = after("aBc123", notification);
        assert_eq!(told.json()["sequence_id"], "aBc123");
        assert_eq!(told.handle(), Some("aBc123"));
    }
    let told = after("aBc123", reminder());
    assert!(told.json()["sequence_id"].is_null());
    assert_eq!(told.handle(), Some("sPs71M8A2T"), "the next one replaces the reminder");
}

#[test]
fn a_handle_that_is_none_and_a_bundle_begin_anew() {
    assert!(after("../x?", recovery()).json()["sequence_id"].is_null());
    assert_eq!(channel("ntfy").tell(&settings(), bundle(), published()).handle(), None);
}

#[test]
fn without_a_token_nothing_is_said_of_one_and_the_server_may_be_left_out() {
    let told = channel("ntfy").tell(&json!({"topic": "ops"}), problem(), published());
    assert_eq!(told.only().url, "https://ntfy.sh/");
    assert!(told.only().header("authorization").is_none());
}

#[test]
fn a_long_message_stays_a_message_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(400));
    long.text = format!("{} matches limit 90%", "ü😀".repeat(10_000));
    let body = channel("ntfy").tell(&settings(), long, published()).json();
    let (title, message) = (body["title"].as_str().unwrap(), body["message"].as_str().unwrap());
    assert!(title.chars().count() <= 250 && title.ends_with("matches limit 90%"), "{title}");
    assert!(message.len() <= 4096 && message.ends_with("matches limit 90%"), "{message}");
}

#[test]
fn a_message_from_outside_is_plain_text() {
    let body = channel("ntfy").withstands(&settings(), published()).json();
    assert!(body["markdown"].is_null());
    assert_eq!(body["tags"], json!(["red_circle"]));
    assert_eq!(body["topic"], "ops-alerts");
}

#[test]
fn troubles_point_at_the_setting_or_are_given_up() {
    let error = |status: u16, code: u32, words: &str| {
        Answer::json(status, &json!({"code": code, "http": status, "error": words}))
    };
    assert_eq!(answered(error(401, 40101, "unauthorized")).misconfigured(), ["/token"]);
    assert_eq!(answered(error(403, 40301, "forbidden")).misconfigured(), ["/token"]);
    assert_eq!(answered(error(404, 40401, "page not found")).misconfigured(), ["/url"]);
    assert!(answered(error(400, 40018, "invalid request: actions invalid")).permanent().contains("actions invalid"));
    assert!(answered(error(429, 42908, "limit reached: too many messages")).retry().contains("too many messages"));
    assert!(!format!("{:?}", answered(error(401, 40101, "unauthorized")).receipt).contains("s3cr3t"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("ntfy").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert!(wrong(json!({"topic": "ops"})).is_empty());
    assert_eq!(wrong(json!({})), ["/topic"]);
    assert_eq!(wrong(json!({"topic": "https://ntfy.sh/ops"})), ["/topic"]);
    assert_eq!(wrong(json!({"topic": "ops", "url": "ntfy.sh"})), ["/url"]);
}
