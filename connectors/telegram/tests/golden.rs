//! What Telegram is sent for each kind, and what its answers mean. It has not been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Told, problem, recovery};

fn settings() -> Value {
    json!({"token": "123456:ABC-s3cr3t", "chat": "-1001234567890"})
}

fn sent() -> Answer {
    Answer::json(200, &json!({"ok": true, "result": {"message_id": 42}}))
}

fn answered(answer: Answer) -> Told {
    channel("telegram").tell(&settings(), problem(), answer)
}

fn refused(status: u16, description: &str) -> Answer {
    Answer::json(status, &json!({"ok": false, "error_code": status, "description": description}))
}

#[test]
fn each_kind_has_its_own_words_and_replies_to_the_first() {
    channel("telegram").golden(&settings(), sent());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("telegram").keeps_the_house_rules(&settings(), sent());
}

#[test]
fn a_reply_hangs_on_the_first_message_and_survives_its_loss() {
    let replied = Notification { prior_handle: Some("-1001234567890/7".into()), ..recovery() };
    let told = channel("telegram").tell(&settings(), replied, sent());
    assert_eq!(told.json()["reply_parameters"], json!({"message_id": 7, "allow_sending_without_reply": true}));
    assert_eq!(told.handle(), Some("-1001234567890/7"), "all replies hang on the same message");

    for prior in ["-1009/7", "-1001234567890#4/7", "-1001234567890", "-1001234567890/x", "nonsense"] {
        let elsewhere = Notification { prior_handle: Some(prior.into()), ..recovery() };
        let told = channel("telegram").tell(&settings(), elsewhere, sent());
        assert!(told.json()["reply_parameters"].is_null(), "{prior}");
        assert_eq!(told.handle(), Some("-1001234567890/42"));
    }
}

#[test]
fn a_topic_is_named_and_its_thread_stays_in_it() {
    let settings = json!({"token": "123456:ABC-s3cr3t", "chat": "-1001234567890", "topic": 4});
    let told = channel("telegram").tell(&settings, problem(), sent());
    assert_eq!(told.json()["message_thread_id"], 4);
    assert_eq!(told.handle(), Some("-1001234567890#4/42"));
    let elsewhere = Notification { prior_handle: Some("-1001234567890/7".into()), ..recovery() };
    let told = channel("telegram").tell(&settings, elsewhere, sent());
    assert!(told.json()["reply_parameters"].is_null(), "a reply would go to the other topic");
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "😀".repeat(400));
    long.text = format!("{} matches limit 90%", "😀<".repeat(10_000));
    let text = channel("telegram").tell(&settings(), long, sent()).json()["text"].as_str().unwrap().to_owned();
    let read = ["<b>", "</b>"].iter().fold(text.replace("&lt;", "<"), |text, tag| text.replace(tag, ""));
    assert!(read.encode_utf16().count() <= 4096, "{}", read.encode_utf16().count());
    assert_eq!(read.matches("matches limit 90%\n").count(), 2, "{read}");
}

#[test]
fn a_message_from_outside_has_no_markup() {
    let text = channel("telegram").withstands(&settings(), sent()).json()["text"].as_str().unwrap().to_owned();
    let ours = ["<b>", "</b>", "</a>", "<a href=\"https://tocsin.example.org/"];
    let rest = ours.iter().fold(text, |text, tag| text.replace(tag, ""));
    assert!(!rest.contains('<'), "{rest}");
    assert!(rest.encode_utf16().count() <= 4096);
}

#[test]
fn troubles_point_at_the_setting_or_wait() {
    assert_eq!(answered(refused(401, "Unauthorized")).misconfigured(), ["/token"]);
    assert_eq!(answered(refused(404, "Not Found")).misconfigured(), ["/token"]);
    assert_eq!(answered(refused(400, "Bad Request: chat not found")).misconfigured(), ["/chat"]);
    assert_eq!(answered(refused(403, "Forbidden: bot was kicked from the group chat")).misconfigured(), ["/chat"]);
    assert_eq!(answered(refused(400, "Bad Request: message thread not found")).misconfigured(), ["/topic"]);
    assert_eq!(answered(refused(400, "Bad Request: TOPIC_CLOSED")).misconfigured(), ["/topic"]);
    let busy = json!({"ok": false, "error_code": 429, "description": "Too Many Requests: retry after 5", "parameters": {"retry_after": 5}});
    assert_eq!(answered(Answer::json(429, &busy)).retry_after_ms(), Some(5_000));
    let permanent = answered(refused(400, "Bad Request: can't parse entities"));
    assert!(permanent.permanent().contains("can't parse entities"));
}

#[test]
fn a_group_that_moved_says_where_to() {
    let description = "Bad Request: group chat was upgraded to a supergroup chat";
    let moved = json!({"ok": false, "error_code": 400, "description": description, "parameters": {"migrate_to_chat_id": -100777}});
    let told = answered(Answer::json(400, &moved));
    assert_eq!(told.misconfigured(), ["/chat"]);
    assert!(format!("{:?}", told.receipt).contains("It is -100777."));
}

#[test]
fn the_token_stays_secret() {
    let told = answered(refused(401, "Unauthorized"));
    assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("telegram").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert!(wrong(json!({"token": "1:a", "chat": "@ops_alerts", "topic": 4})).is_empty());
    assert_eq!(wrong(json!({"token": "1:a"})), ["/chat"]);
    assert_eq!(wrong(json!({"token": "1/../2:a", "chat": "ops"})), ["/token", "/chat"]);
}
