//! The mail of each kind, and what a relay's replies mean.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{MailAnswer, Outcome, Script, Told, hostile, problem};

fn settings() -> Value {
    json!({
        "from": "Tocsin <tocsin@example.org>",
        "to": ["ops@example.org", "Anna <anna@example.org>"],
        "relay": {"host": "mail.example.org", "username": "tocsin", "password": "p4ssword"}
    })
}

fn answered(answer: MailAnswer) -> Told {
    channel("email").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_is_mailed_as_text_and_html_in_one_thread() {
    channel("email").golden(&settings(), Script::default());
}

#[test]
fn the_same_notification_is_the_same_mail() {
    let mail = |attempt| {
        let notification = tocsin_testkit::Notification { attempt, ..problem() };
        channel("email").tell(&settings(), notification, Script::default()).mail().clone()
    };
    assert_eq!(mail(1), mail(2));
}

#[test]
fn a_name_with_line_breaks_adds_no_header_and_no_recipient() {
    let mail = channel("email").tell(&settings(), hostile(), Script::default()).mail().clone();
    assert_eq!(mail.recipients, ["ops@example.org", "anna@example.org"]);
    let message = String::from_utf8(mail.message).unwrap();
    let (head, _) = message.split_once("\r\n\r\n").unwrap();
    let names: Vec<&str> =
        head.lines().filter(|line| !line.starts_with(' ')).filter_map(|line| line.split(':').next()).collect();
    assert!(!names.contains(&"X-Injected") && !names.contains(&"Bcc"), "{head}");
    assert!(names.contains(&"X-Tocsin-Host"));
}

#[test]
fn one_unknown_recipient_does_not_keep_the_others_from_being_told() {
    let told = answered(MailAnswer::reply(250, "queued as 7").refusing("anna@example.org", 550, "no such user"));
    assert_eq!(told.detail(), "250 queued as 7; not taken: anna@example.org (550 no such user)");
    assert_eq!(told.receipt.logs.len(), 1);
}

#[test]
fn the_relays_no_is_final_and_its_not_now_is_not() {
    assert_eq!(answered(MailAnswer::reply(550, "spam")).permanent(), "550 spam");
    assert_eq!(answered(MailAnswer::reply(451, "try later")).retry(), "451 try later");
    let nobody = MailAnswer::reply(250, "").refusing("ops@example.org", 550, "gone").refusing("anna@example.org", 451, "later");
    assert!(matches!(answered(nobody).receipt.outcome, Outcome::Retry { .. }));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("email").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    let mut bad = settings();
    bad["from"] = json!("nobody");
    bad["relay"] = json!({"host": "", "port": 99999});
    assert_eq!(wrong(bad), ["/relay/host", "/relay/port", "/from"]);
    assert_eq!(wrong(json!({"from": "t@example.org", "to": []})), ["/relay", "/to"]);
}
