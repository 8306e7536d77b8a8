//! What an Apprise API server is sent for each kind, and what its answers mean. It has not been asked itself:
//! the answers are those of its documentation.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Told, notification, problem, recovery};

fn settings() -> Value {
    json!({"url": "http://apprise.example.org:8000", "key": "ops", "tag": "oncall"})
}

fn taken() -> Answer {
    Answer::json(200, &json!({"error": null}))
}

fn answered(answer: Answer) -> Told {
    channel("apprise").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_look() {
    channel("apprise").golden(&settings(), taken());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("apprise").keeps_the_house_rules(&settings(), taken());
}

#[test]
fn services_can_be_named_here_and_stay_secret() {
    let settings = json!({"url": "http://apprise.example.org", "urls": "mailto://anna:s3cr3t@example.org", "tag": "x"});
    let told = channel("apprise").tell(&settings, problem(), Answer::text(500, "mailto://anna:s3cr3t@example.org failed"));
    assert_eq!(told.only().url, "http://apprise.example.org/notify");
    assert_eq!(told.json()["urls"], "mailto://anna:s3cr3t@example.org");
    assert!(told.json()["tag"].is_null(), "tags are for what the server keeps");
    assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
}

#[test]
fn without_a_tag_all_services_of_the_key_are_told() {
    let settings = json!({"url": "http://apprise.example.org", "key": "ops", "tag": ""});
    assert_eq!(channel("apprise").tell(&settings, problem(), taken()).json()["tag"], "all");
}

#[test]
fn the_type_says_how_bad_it_is() {
    let kind = |n| channel("apprise").tell(&settings(), n, taken()).json()["type"].clone();
    let mut calm = problem();
    calm.urgency = Some(3);
    let kinds = [problem(), calm, recovery(), notification("change").unwrap()].map(kind);
    assert_eq!(kinds, ["failure", "warning", "success", "info"]);
}

#[test]
fn a_long_message_fits_and_keeps_its_end_and_its_links() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(5_000));
    long.text = format!("{} matches limit 90%", "y".repeat(50_000));
    let body = channel("apprise").tell(&settings(), long, taken()).json();
    let title = body["title"].as_str().unwrap();
    assert!(title.chars().count() == 250 && title.ends_with("limit 90%"), "{title}");
    let text = body["body"].as_str().unwrap();
    assert!(text.chars().count() == 4_000 && text.contains("limit 90%\n\nOpen the alert: https://"), "{text}");
}

#[test]
fn a_message_from_outside_is_handed_on_as_plain_text() {
    let body = channel("apprise").withstands(&settings(), taken()).json();
    assert_eq!(body["format"], "text");
    assert!(!body["title"].as_str().unwrap().contains(['\u{202e}', '\n']));
    assert!(!body["body"].as_str().unwrap().contains(['\u{202e}', '\u{1b}', '\r']));
}

#[test]
fn what_the_server_says_of_the_settings_names_the_field() {
    for (status, field) in [(204, "/key"), (401, "/password"), (403, "/password"), (404, "/url")] {
        assert_eq!(answered(Answer::text(status, "")).misconfigured(), [field], "{status}");
    }
}

#[test]
fn services_that_failed_are_tried_again_and_what_cannot_be_read_is_given_up() {
    assert!(answered(Answer::json(424, &json!({"error": "some failed"}))).retry().contains("at least one service"));
    assert!(answered(Answer::text(400, "Bad FORM Payload provided")).permanent().contains("Bad FORM"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("apprise").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({"url": "apprise:8000", "key": "a/b"})), ["/url", "/key"]);
    assert_eq!(wrong(json!({"url": "http://a", "key": "", "urls": " "})), ["/key"]);
    assert_eq!(wrong(json!({"url": "http://a", "key": "ops", "urls": "json://b"})), ["/urls"]);
}
