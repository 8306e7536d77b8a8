//! What Slack is sent for each kind, and what its answers mean. It has not been asked itself: the answers
//! are those of its list of webhook errors.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Script, Told, bundle, notification, problem, recovery, reminder};

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
    assert!(wrong(bot()).is_empty());
    assert_eq!(wrong(json!({"token": "xoxb-1", "channel": "#ops"})), ["/channel"]);
    assert_eq!(wrong(json!({"token": "xoxb-1", "channel": "C0", "url": "https://hooks.slack.com/"})), ["/url"]);
}

fn bot() -> Value {
    json!({"token": "xoxb-s3cr3t", "channel": "C024BE91L"})
}

fn posted() -> Answer {
    Answer::json(200, &json!({"ok": true, "channel": "C024BE91L", "ts": "1700000000.000100"}))
}

fn refused(word: &str) -> Answer {
    Answer::json(200, &json!({"ok": false, "error": word}))
}

/// A later notification of the alert whose first message the bot has posted.
fn later(notification: Notification, script: impl Into<Script>) -> Told {
    let prior_handle = Some("C024BE91L/1700000000.000100".into());
    channel("slack").tell(&bot(), Notification { prior_handle, ..notification }, script)
}

fn methods(told: &Told) -> Vec<&str> {
    told.requests().iter().map(|request| request.url.trim_start_matches("https://slack.com/api/")).collect()
}

#[test]
fn the_bot_keeps_the_house_rules() {
    channel("slack").keeps_the_house_rules(&bot(), posted());
}

#[test]
fn the_bot_posts_once_and_then_updates_and_replies_in_the_thread() {
    let first = channel("slack").tell(&bot(), problem(), posted());
    assert_eq!(first.handle(), Some("C024BE91L/1700000000.000100"));
    channel("slack").golden_told("bot_problem", &bot(), &first);
    for name in ["reminder", "acknowledged", "recovery"] {
        let told = later(notification(name).unwrap(), posted());
        assert_eq!(told.handle(), Some("C024BE91L/1700000000.000100"), "the thread stays where it is");
        channel("slack").golden_told(&format!("bot_{name}"), &bot(), &told);
    }
}

#[test]
fn a_message_of_several_alerts_is_not_overwritten_by_one_of_them() {
    let first = channel("slack").tell(&bot(), bundle(), posted());
    let prior_handle = first.handle().map(str::to_owned);
    let told = channel("slack").tell(&bot(), Notification { prior_handle, ..recovery() }, posted());
    assert_eq!(methods(&told), ["chat.postMessage"]);
    assert_eq!(told.json()["thread_ts"], "1700000000.000100");
}

#[test]
fn a_message_that_is_gone_or_elsewhere_is_followed_by_a_new_one() {
    let told = later(reminder(), [refused("message_not_found"), posted()]);
    assert_eq!(methods(&told), ["chat.update", "chat.postMessage"]);
    let last: Value = serde_json::from_slice(&told.requests()[1].body).unwrap();
    assert!(last["thread_ts"].is_null(), "{last}");
    for prior in ["C0THER/1700000000.000100", "nonsense", "C024BE91L/../x"] {
        let told =
            channel("slack").tell(&bot(), Notification { prior_handle: Some(prior.into()), ..reminder() }, posted());
        assert_eq!(methods(&told), ["chat.postMessage"], "{prior}");
    }
}

#[test]
fn a_first_message_that_may_not_be_changed_keeps_its_thread() {
    let told = later(recovery(), [refused("edit_window_closed"), posted()]);
    assert_eq!(told.receipt.logs[0].message, "the first message keeps its old look: edit_window_closed");
    assert_eq!(methods(&told), ["chat.update", "chat.postMessage"]);
}

#[test]
fn the_bots_troubles_point_at_the_setting_or_wait() {
    let told = |answer: Answer| channel("slack").tell(&bot(), problem(), answer);
    assert_eq!(told(refused("invalid_auth")).misconfigured(), ["/token"]);
    assert_eq!(told(refused("not_in_channel")).misconfigured(), ["/channel"]);
    assert_eq!(told(refused("internal_error")).retry(), "Slack is busy: internal_error");
    assert_eq!(told(refused("msg_blocks_too_long")).permanent(), "Slack refuses the message: msg_blocks_too_long");
    assert!(told(Answer::text(200, "<html>")).retry().starts_with("this is no answer of Slack"));
}
