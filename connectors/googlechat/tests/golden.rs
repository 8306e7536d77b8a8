//! What Google Chat is sent for each kind, and what its answers mean. It has not been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Told, problem, recovery, reminder};

fn settings() -> Value {
    json!({"url": "https://chat.googleapis.com/v1/spaces/AAAA/messages?key=AIzaKey&token=s3cr3t"})
}

fn posted() -> Answer {
    Answer::json(200, &json!({"name": "spaces/AAAA/messages/1", "thread": {"name": "spaces/AAAA/threads/1"}}))
}

fn answered(answer: Answer) -> Told {
    channel("googlechat").tell(&settings(), problem(), answer)
}

fn refused(status: u16, word: &str) -> Answer {
    Answer::json(status, &json!({"error": {"code": status, "status": word, "message": "no"}}))
}

#[test]
fn each_kind_has_its_own_card() {
    channel("googlechat").golden(&settings(), posted());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("googlechat").keeps_the_house_rules(&settings(), posted());
}

#[test]
fn an_alert_is_one_thread_with_or_without_a_handle() {
    let told = |notification| channel("googlechat").tell(&settings(), notification, posted());
    let lost = Notification { prior_handle: Some("nonsense".into()), ..recovery() };
    for told in [told(problem()), told(reminder()), told(lost)] {
        assert_eq!(told.json()["thread"]["threadKey"], "tocsin-i1-1");
        let url = &told.only().url;
        assert!(url.ends_with("&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"), "{url}");
    }
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(400));
    long.text = format!("{} matches limit 90%", "😀".repeat(10_000));
    let told = channel("googlechat").tell(&settings(), long, posted());
    assert!(told.only().body.len() <= 32_000, "{}", told.only().body.len());
    let card = told.json()["cardsV2"][0]["card"].clone();
    let title = card["header"]["title"].as_str().unwrap();
    assert!(title.chars().count() <= 200 && title.ends_with("matches limit 90%"), "{title}");
    let text = card["sections"][0]["widgets"][0]["textParagraph"]["text"].as_str().unwrap();
    assert!(text.ends_with("matches limit 90%"), "{text}");
}

#[test]
fn a_message_from_outside_has_no_markup_and_calls_nobody() {
    let told = channel("googlechat").withstands(&settings(), posted());
    assert!(told.only().body.len() <= 32_000, "{}", told.only().body.len());
    let body = told.json();
    assert!(body["text"].is_null(), "only there are mentions read");
    let widgets = body["cardsV2"][0]["card"]["sections"][0]["widgets"].to_string();
    let rest = ["<br>", "<b>", "</b>"].iter().fold(widgets, |text, tag| text.replace(tag, ""));
    assert!(!rest.contains('<'), "{rest}");
}

#[test]
fn troubles_point_at_the_webhook_or_wait() {
    assert_eq!(answered(refused(401, "UNAUTHENTICATED")).misconfigured(), ["/url"]);
    assert_eq!(answered(refused(403, "PERMISSION_DENIED")).misconfigured(), ["/url"]);
    assert_eq!(answered(refused(404, "NOT_FOUND")).misconfigured(), ["/url"]);
    let key = json!({"error": {"code": 400, "status": "INVALID_ARGUMENT", "details": [{"reason": "API_KEY_INVALID"}]}});
    assert_eq!(answered(Answer::json(400, &key)).misconfigured(), ["/url"]);
    assert!(answered(refused(400, "INVALID_ARGUMENT")).permanent().contains("INVALID_ARGUMENT"));
    assert!(answered(refused(429, "RESOURCE_EXHAUSTED")).retry().contains("RESOURCE_EXHAUSTED"));
    assert!(!format!("{:?}", answered(refused(403, "PERMISSION_DENIED")).receipt).contains("s3cr3t"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("googlechat").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({})), ["/url"]);
    assert_eq!(wrong(json!({"url": "https://chat.googleapis.com/v1/spaces/AAAA/messages"})), ["/url"]);
}
