//! What Zulip is sent for each kind, and what its answers mean. It has not been asked itself: the answers are
//! those of its API's documentation.

use crate::channel;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use tocsin_testkit::{Answer, Notification, Told, notification, problem, recovery, reminder};

fn settings() -> Value {
    json!({"url": "https://example.zulipchat.com", "email": "tocsin-bot@example.zulipchat.com", "api_key": "s3cr3t", "channel": "ops alerts"})
}

fn sent() -> Answer {
    Answer::json(200, &json!({"result": "success", "msg": "", "id": 42}))
}

fn answered(answer: Answer) -> Told {
    channel("zulip").tell(&settings(), problem(), answer)
}

fn told(n: Notification) -> BTreeMap<String, String> {
    channel("zulip").tell(&settings(), n, sent()).form()
}

#[test]
fn each_kind_has_its_own_look() {
    channel("zulip").golden(&settings(), sent());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("zulip").keeps_the_house_rules(&settings(), sent());
}

#[test]
fn a_message_reads_well() {
    assert_eq!(
        told(problem())["content"],
        "🔴 `PROBLEM: web1 nginx: connection refused`\n\n```\nconnection refused <tcp 80>\n\nHost:     web1\nService:  nginx\nSince:    2023-11-14 22:13:20 UTC – größer als üblich\n\nhttps://tocsin.example.org/alerts/1\n```\n\n\
        [Open the alert](https://tocsin.example.org/alerts/1) · [Acknowledge](https://tocsin.example.org/a/s1gned) · [Silence the host](https://tocsin.example.org/s/s1gned)\n\n\
        Host `web1` · Service `nginx` · Environment `production` · Region `Chicago` · Urgency `1` · `team=ops & db`"
    );
}

#[test]
fn what_is_said_of_an_alert_stands_in_one_topic() {
    for told_of in [problem(), reminder(), recovery()] {
        assert_eq!(told(told_of)["topic"], "web1 nginx");
    }
    assert_eq!(told(notification("bundle").unwrap())["topic"], "several alerts");
    assert_eq!(told(notification("test").unwrap())["topic"], "tocsin");
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.host.name = "h".repeat(100);
    long.title = format!("{} matches limit 90%", "x".repeat(5_000));
    long.text = format!("{} matches limit 90%", "y".repeat(50_000));
    let fields = told(long);
    assert!(fields["topic"].chars().count() == 60 && fields["topic"].ends_with("nginx"), "{}", fields["topic"]);
    let content = &fields["content"];
    assert!(content.chars().count() <= 10_000 && content.contains("y matches limit 90%\n```\n"), "{content}");
}

#[test]
fn a_message_from_outside_is_code_and_nothing_else() {
    let told = channel("zulip").withstands(&settings(), sent());
    let content = &told.form()["content"];
    assert!(content.chars().count() <= 10_000 && !content.contains('\u{202e}'), "{content}");
    // The text has a fence of three in it, so its own has four.
    let outside: Vec<&str> = content.split("\n````\n").collect();
    assert_eq!(outside.len(), 3, "{content}");
    let line = outside[0].trim_end().strip_prefix("🔴 ````").expect("a title in code");
    assert!(line.ends_with("````") && !line.contains('\n'), "{line}");
}

#[test]
fn what_zulip_says_of_the_settings_names_the_field() {
    for (status, code, field) in [
        (400, "STREAM_DOES_NOT_EXIST", "/channel"),
        (401, "INVALID_API_KEY", "/api_key"),
        (403, "USER_DEACTIVATED", "/email"),
        (401, "", "/api_key"),
        (404, "", "/url"),
    ] {
        let told = answered(Answer::json(status, &json!({"result": "error", "code": code})));
        assert_eq!(told.misconfigured(), [field]);
        assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
    }
}

#[test]
fn a_message_that_zulip_cannot_read_is_given_up() {
    let refusal = json!({"result": "error", "code": "BAD_REQUEST", "msg": "Message must not be empty"});
    assert!(answered(Answer::json(400, &refusal)).permanent().contains("must not be empty"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("zulip").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({})), ["/url"]);
    let mut all = settings();
    all["url"] = "example.zulipchat.com".into();
    all["email"] = "bot".into();
    all["api_key"] = "".into();
    all["channel"] = "#ops".into();
    assert_eq!(wrong(all), ["/url", "/email", "/api_key", "/channel"]);
}
