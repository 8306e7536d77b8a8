//! What Pushover is sent for each kind, and what its answers mean. It has not been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Fault, Notification, Script, Told, bundle, problem, recovery, reminder};

const RECEIPT: &str = "rLqVuqTRh62UzxtmqiaLzQmVcPgiCy";

fn settings() -> Value {
    json!({"token": "azGDORePK8gMaC0QOYAMyEEuzJnyUi", "user": "uQiRzpo4DXghDmr9QzzfQu27cmVRsG"})
}

fn sent() -> Answer {
    Answer::json(200, &json!({"status": 1, "request": "647d2300-702c-4b38-8b2f-d56326ae460b"}))
}

fn ringing() -> Answer {
    Answer::json(200, &json!({"status": 1, "request": "647d2300", "receipt": RECEIPT}))
}

fn answered(answer: Answer) -> Told {
    channel("pushover").tell(&settings(), problem(), answer)
}

fn after(notification: Notification, script: impl Into<Script>) -> Told {
    let notification = Notification { prior_handle: Some(RECEIPT.into()), ..notification };
    channel("pushover").tell(&settings(), notification, script)
}

/// The fields of a form.
fn fields(told: &Told) -> Vec<(String, String)> {
    let text = told.requests()[0].text().replace('+', " ");
    let decode = |text: &str| {
        let mut bytes = text.bytes();
        let mut plain = Vec::new();
        while let Some(byte) = bytes.next() {
            let code: Vec<u8> = if byte == b'%' { bytes.by_ref().take(2).collect() } else { Vec::new() };
            let code = std::str::from_utf8(&code).unwrap();
            plain.push(if code.is_empty() { byte } else { u8::from_str_radix(code, 16).unwrap() });
        }
        String::from_utf8(plain).unwrap()
    };
    text.split('&').filter_map(|pair| pair.split_once('=')).map(|(name, value)| (decode(name), decode(value))).collect()
}

fn field(told: &Told, name: &str) -> Option<String> {
    fields(told).into_iter().find(|(key, _)| key == name).map(|(_, value)| value)
}

#[test]
fn each_kind_has_its_own_priority_and_what_follows_ends_the_ringing() {
    channel("pushover").golden(&settings(), ringing());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("pushover").keeps_the_house_rules(&settings(), sent());
}

#[test]
fn only_urgency_1_rings_until_somebody_comes() {
    let priority = |urgency, emergency: bool| {
        let mut settings = settings();
        settings["emergency"] = json!(emergency);
        field(&channel("pushover").tell(&settings, Notification { urgency, ..problem() }, sent()), "priority").unwrap()
    };
    assert_eq!([priority(Some(1), true), priority(Some(2), true), priority(Some(3), true)], ["2", "1", "0"]);
    assert_eq!([priority(None, true), priority(Some(1), false)], ["1", "1"]);
}

#[test]
fn what_rings_is_ended_by_what_follows_and_not_before() {
    for notification in [reminder(), recovery()] {
        let told = after(notification, sent());
        let urls: Vec<&str> = told.requests().iter().map(|request| request.url.as_str()).collect();
        let cancel = format!("https://api.pushover.net/1/receipts/{RECEIPT}/cancel.json");
        assert_eq!(urls, ["https://api.pushover.net/1/messages.json", cancel.as_str()]);
    }
    let failed = after(recovery(), [Answer::text(500, "down")]);
    assert_eq!(failed.requests().len(), 1, "it rings on until the recovery is told");
}

#[test]
fn a_receipt_that_is_gone_or_none_is_no_error() {
    let gone = Answer::json(404, &json!({"receipt": "not found", "status": 0}));
    let told = after(recovery(), [sent(), gone]);
    assert_eq!(told.detail(), "request 647d2300-702c-4b38-8b2f-d56326ae460b");
    assert!(told.receipt.logs[0].message.starts_with("the earlier message may still ring"));
    let told = after(recovery(), [sent(), Fault::Timeout.into()]);
    assert_eq!(told.detail(), "request 647d2300-702c-4b38-8b2f-d56326ae460b");

    let odd = Notification { prior_handle: Some("../../x".into()), ..recovery() };
    assert_eq!(channel("pushover").tell(&settings(), odd, sent()).requests().len(), 1);
}

#[test]
fn a_message_of_several_alerts_is_not_ended_by_one_of_them() {
    assert_eq!(answered(ringing()).handle(), Some(RECEIPT));
    assert_eq!(channel("pushover").tell(&settings(), bundle(), ringing()).handle(), None);
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(400));
    long.text = format!("{} matches limit 90%", "<&".repeat(5_000));
    let told = channel("pushover").tell(&settings(), long, sent());
    let (title, message) = (field(&told, "title").unwrap(), field(&told, "message").unwrap());
    assert!(title.chars().count() <= 250 && title.ends_with("matches limit 90%"), "{title}");
    assert!(message.chars().count() <= 1024 && message.contains("matches limit 90%\n\n<a href"), "{message}");
}

#[test]
fn a_message_from_outside_has_no_markup() {
    let message = field(&channel("pushover").withstands(&settings(), sent()), "message").unwrap();
    let rest = message.replace("<a href=\"https://tocsin.example.org/", "").replace("</a>", "");
    assert!(!rest.contains('<') && message.chars().count() <= 1024, "{message}");
}

#[test]
fn troubles_point_at_the_setting_or_are_given_up() {
    let bad = |name: &str| Answer::json(400, &json!({name: "invalid", "errors": ["no"], "status": 0}));
    assert_eq!(answered(bad("token")).misconfigured(), ["/token"]);
    assert_eq!(answered(bad("user")).misconfigured(), ["/user"]);
    assert_eq!(answered(bad("device")).misconfigured(), ["/devices"]);
    assert_eq!(answered(Answer::text(403, "no")).misconfigured(), ["/token"]);
    let permanent = answered(Answer::json(400, &json!({"message": "cannot be blank", "status": 0})));
    assert!(permanent.permanent().contains("cannot be blank"));
    let quota = Answer::json(429, &json!({"user": "invalid", "errors": ["over the monthly limit"], "status": 0}));
    assert!(answered(quota).retry().contains("over the monthly limit"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("pushover").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({"token": "x", "user": "y"})), ["/token", "/user"]);
    let mut hasty = settings();
    hasty["retry_s"] = json!(5);
    hasty["expire_s"] = json!(99_999);
    assert_eq!(wrong(hasty), ["/retry_s", "/expire_s"]);
}
