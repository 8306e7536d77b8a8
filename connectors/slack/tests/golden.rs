//! What Slack is sent for each kind, and what its answers mean. It has not been asked itself: the answers
//! are those of its list of webhook errors.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Told, problem};

fn settings() -> Value {
    json!({"url": "https://hooks.slack.com/services/T0/B0/s3cr3t"})
}

fn answered(answer: Answer) -> Told {
    channel("slack").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_look() {
    channel("slack").golden(&settings(), Answer::text(200, "ok"));
}

#[test]
fn it_keeps_the_house_rules() {
    channel("slack").keeps_the_house_rules(&settings(), Answer::text(200, "ok"));
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "<".repeat(400));
    long.text = format!("{} matches limit 90%", "<&>".repeat(5_000));
    let body = channel("slack").tell(&settings(), long, Answer::text(200, "ok")).json();

    let blocks = &body["attachments"][0]["blocks"];
    let header = blocks[0]["text"]["text"].as_str().unwrap();
    assert!(header.chars().count() <= 150 && header.ends_with("matches limit 90%"), "{header}");
    let section = blocks[1]["text"]["text"].as_str().unwrap();
    assert!(section.chars().count() <= 3000 && section.ends_with("matches limit 90%"), "{section}");
}

#[test]
fn a_message_from_outside_mentions_nobody() {
    let body = channel("slack").withstands(&settings(), Answer::text(200, "ok")).json();
    // What is no markup may carry it as it is …
    let blocks = &body["attachments"][0]["blocks"];
    assert_eq!(blocks[0]["text"]["type"], "plain_text");
    assert_eq!(blocks[1]["text"]["type"], "plain_text");
    // … and elsewhere it is escaped.
    let markup = format!("{} {}", body["text"], blocks[3]);
    assert!(!markup.contains("<!") && !markup.contains("<script") && !markup.contains("<@"), "{markup}");
}

#[test]
fn a_removed_webhook_is_a_matter_of_settings_and_its_url_stays_secret() {
    let told = answered(Answer::text(404, "no_service"));
    assert_eq!(told.misconfigured(), ["/url"]);
    assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
}

#[test]
fn a_message_that_slack_cannot_read_is_given_up() {
    assert_eq!(answered(Answer::text(400, "invalid_payload")).permanent(), "HTTP 400: invalid_payload");
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("slack").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({})), ["/url"]);
    assert_eq!(wrong(json!({"url": "hooks.slack.com/services/T0"})), ["/url"]);
    assert_eq!(wrong(json!({"url": "https://hooks.slack.com/", "channel": "#ops"})), ["/channel"]);
}
