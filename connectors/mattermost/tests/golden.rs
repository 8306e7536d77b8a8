//! What Mattermost is sent for each kind, and what its answers mean. No server has been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Script, Told, notification, problem, recovery};

const CHANNEL: &str = "4xp9fdt77pncbef59f4k1qe83o";
const ROOT: &str = "qk8trfcyg3b8tnwhh41z4u1tjw";

fn hook() -> Value {
    json!({"url": "https://mattermost.example.org/hooks/s3cr3t"})
}

fn bot() -> Value {
    json!({"url": "https://mattermost.example.org", "token": "b0tt0ken", "channel": CHANNEL})
}

fn ok() -> Answer {
    Answer::text(200, "ok")
}

fn posted() -> Answer {
    Answer::json(201, &json!({"id": ROOT, "channel_id": CHANNEL}))
}

fn refused(status: u16, id: &str) -> Answer {
    Answer::json(status, &json!({"id": id, "message": "no", "status_code": status}))
}

fn after(prior: &str, notification: Notification, script: impl Into<Script>) -> Told {
    let notification = Notification { prior_handle: Some(prior.into()), ..notification };
    channel("mattermost").tell(&bot(), notification, script)
}

fn handle() -> String {
    format!("{CHANNEL}/{ROOT}")
}

#[test]
fn each_kind_has_its_own_look() {
    channel("mattermost").golden(&hook(), ok());
}

#[test]
fn the_webhook_and_the_bot_keep_the_house_rules() {
    channel("mattermost").keeps_the_house_rules(&hook(), ok());
    channel("mattermost").keeps_the_house_rules(&bot(), posted());
}

#[test]
fn the_bot_posts_once_and_then_replies_in_the_thread() {
    let first = channel("mattermost").tell(&bot(), problem(), posted());
    assert_eq!(first.handle(), Some(handle().as_str()));
    channel("mattermost").golden_told("bot_problem", &bot(), &first);
    for name in ["reminder", "acknowledged", "recovery"] {
        let told = after(&handle(), notification(name).unwrap(), posted());
        assert_eq!(told.json()["root_id"], ROOT, "{name}");
        assert_eq!(told.handle(), Some(handle().as_str()), "the thread stays where it is");
    }
    let told = after(&handle(), recovery(), posted());
    channel("mattermost").golden_told("bot_recovery", &bot(), &told);
}

#[test]
fn a_thread_that_is_gone_or_elsewhere_is_followed_by_a_new_one() {
    let gone = refused(400, "api.post.create_post.root_id.app_error");
    let told = after(&handle(), recovery(), [gone, posted()]);
    let last: Value = serde_json::from_slice(&told.requests()[1].body).unwrap();
    assert!(last["root_id"].is_null(), "{last}");
    for prior in ["nonsense", "another/qk8trfcyg3b8tnwhh41z4u1tjw", "4xp9fdt77pncbef59f4k1qe83o/../x"] {
        let told = after(prior, recovery(), posted());
        assert!(told.json()["root_id"].is_null(), "{prior}");
    }
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "*".repeat(400));
    long.text = format!("{} matches limit 90%", "`".repeat(10_000));
    let body = channel("mattermost").tell(&hook(), long, ok()).json();
    let heading = body["text"].as_str().unwrap();
    assert!(heading.chars().count() <= 254 && heading.ends_with("matches limit 90%**"), "{heading}");
    let text = body["attachments"][0]["text"].as_str().unwrap();
    assert!(text.chars().count() <= 16_383 && text.contains("matches limit 90%\n```"), "{text}");
}

#[test]
fn a_message_from_outside_calls_nobody_and_stays_in_its_block() {
    let body = channel("mattermost").withstands(&hook(), ok()).json();
    let text = body["attachments"][0]["text"].as_str().unwrap();
    let fence = text.split('\n').next().unwrap();
    assert!(fence.len() > 3 && text.matches(fence).count() == 2, "{text}");
    let around = format!("{} {}", body["text"], text.rsplit(fence).next().unwrap());
    for word in ["@everyone", "@all", "@U1", "[x]("] {
        assert!(!around.contains(word), "{word}: {around}");
    }
    assert!(!body["attachments"][0]["fallback"].as_str().unwrap().contains("@all"));
}

#[test]
fn troubles_of_the_webhook_point_at_its_url() {
    let told = |answer: Answer| channel("mattermost").tell(&hook(), problem(), answer);
    for (status, word) in [(400, "invalid"), (403, "user"), (403, "permissions"), (501, "disabled")] {
        let answer = refused(status, &format!("web.incoming_webhook.{word}.app_error"));
        assert_eq!(told(answer).misconfigured(), ["/url"], "{word}");
    }
    assert_eq!(told(refused(404, "app.channel.get.existing.app_error")).misconfigured(), ["/url"]);
    assert_eq!(told(Answer::text(404, "nginx")).misconfigured(), ["/url"]);
    assert!(told(refused(400, "web.incoming_webhook.parse.app_error")).permanent().contains("parse"));
    assert!(!format!("{:?}", told(Answer::text(403, "no")).receipt).contains("s3cr3t"));
}

#[test]
fn troubles_of_the_bot_point_at_the_setting() {
    let told = |answer: Answer| channel("mattermost").tell(&bot(), problem(), answer);
    assert_eq!(told(refused(401, "api.context.session_expired.app_error")).misconfigured(), ["/token"]);
    assert_eq!(told(refused(403, "api.context.permissions.app_error")).misconfigured(), ["/channel"]);
    assert_eq!(told(refused(404, "app.channel.get.existing.app_error")).misconfigured(), ["/channel"]);
    assert_eq!(told(Answer::text(404, "nginx")).misconfigured(), ["/url"]);
    assert!(told(refused(400, "model.post.is_valid.msg.app_error")).permanent().contains("is_valid"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("mattermost").wrong_fields(&settings);
    assert!(wrong(hook()).is_empty() && wrong(bot()).is_empty());
    assert_eq!(wrong(json!({})), ["/url"]);
    assert_eq!(wrong(json!({"url": "https://mattermost.example.org", "channel": "town-square"})), ["/url", "/channel"]);
    let mixed = json!({"url": "https://mattermost.example.org/hooks/x", "token": "t", "channel": "town-square"});
    assert_eq!(wrong(mixed), ["/url", "/channel"]);
}
