//! What Gotify is sent for each kind, and what its answers mean. No server has been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Told, problem, recovery};

fn settings() -> Value {
    json!({"url": "https://gotify.example.org/", "token": "As3cr3t.token"})
}

fn sent() -> Answer {
    Answer::json(200, &json!({"id": 25, "appid": 5, "priority": 10}))
}

fn answered(answer: Answer) -> Told {
    channel("gotify").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_priority_and_sign() {
    channel("gotify").golden(&settings(), sent());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("gotify").keeps_the_house_rules(&settings(), sent());
}

#[test]
fn urgency_is_priority() {
    let priority = |urgency| {
        channel("gotify").tell(&settings(), Notification { urgency, ..problem() }, sent()).json()["priority"].as_u64()
    };
    assert_eq!([priority(None), priority(Some(1)), priority(Some(2)), priority(Some(3))], [10, 10, 8, 5].map(Some));
}

#[test]
fn a_handle_of_earlier_days_does_no_harm() {
    let told =
        channel("gotify").tell(&settings(), Notification { prior_handle: Some("?".into()), ..recovery() }, sent());
    assert_eq!((told.only().url.as_str(), told.handle()), ("https://gotify.example.org/message", None));
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(400));
    long.text = format!("{} matches limit 90%", "`".repeat(10_000));
    let body = channel("gotify").tell(&settings(), long, sent()).json();
    let (title, message) = (body["title"].as_str().unwrap(), body["message"].as_str().unwrap());
    assert!(title.chars().count() <= 250 && title.ends_with("matches limit 90%"), "{title}");
    let block = message.split_once("\n\n[Open").unwrap().0;
    assert!(block.chars().count() <= 4000 && block.contains("matches limit 90%\n```"), "{block}");
}

#[test]
fn a_message_from_outside_stays_in_its_block() {
    let message = channel("gotify").withstands(&settings(), sent()).json()["message"].as_str().unwrap().to_owned();
    let fence = message.split('\n').next().unwrap();
    assert!(fence.len() > 3 && fence.bytes().all(|b| b == b'`'), "longer than the one in the text: {fence}");
    assert_eq!(message.matches(fence).count(), 2, "{message}");
    let context = message.rsplit(fence).next().unwrap();
    assert!(!context.contains("[x](") && !context.contains(" <script"), "{context}");
}

#[test]
fn troubles_point_at_the_setting_or_are_given_up() {
    let error = |status: u16, words: &str| {
        Answer::json(status, &json!({"error": words, "errorCode": status, "errorDescription": "…"}))
    };
    assert_eq!(answered(error(401, "Unauthorized")).misconfigured(), ["/token"]);
    assert_eq!(answered(error(403, "Forbidden")).misconfigured(), ["/token"]);
    assert_eq!(answered(error(404, "Not Found")).misconfigured(), ["/url"]);
    assert!(answered(error(400, "Bad Request")).permanent().contains("Bad Request"));
    assert!(!format!("{:?}", answered(error(401, "Unauthorized")).receipt).contains("s3cr3t"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("gotify").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({"token": "A"})), ["/url"]);
    assert_eq!(wrong(json!({"url": "gotify.example.org", "token": "A\nB"})), ["/url", "/token"]);
}
