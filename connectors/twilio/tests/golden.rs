//! What Twilio is sent for each kind, and what its answers mean. It has not been asked itself: the answers are
//! those of its reference.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Told, problem};

fn settings() -> Value {
    json!({
        "account_sid": "AC00000000000000000000000000000000", "auth_token": "s3cr3t",
        "from": "+15017122661", "to": "+4930123456"
    })
}

fn queued() -> Answer {
    Answer::json(201, &json!({"sid": "SM1", "status": "queued", "num_segments": "1", "error_code": null}))
}

fn answered(answer: Answer) -> Told {
    channel("twilio").tell(&settings(), problem(), answer)
}

fn refused(status: u16, code: u32) -> Answer {
    Answer::json(status, &json!({"code": code, "message": "refused", "status": status}))
}

#[test]
fn each_kind_has_its_own_words() {
    channel("twilio").golden(&settings(), queued());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("twilio").keeps_the_house_rules(&settings(), queued());
}

/// The body of the message, when so many parts are allowed.
fn sms(title: &str, text: &str, segments: u32) -> String {
    let mut settings = settings();
    settings["max_segments"] = segments.into();
    let n = Notification { title: title.into(), text: text.into(), ..problem() };
    channel("twilio").tell(&settings, n, queued()).form()["Body"].clone()
}

#[test]
fn a_short_message_is_whole_and_names_its_address_once() {
    let sms = sms("PROBLEM: web1", "disk   full – \n\nhttps://tocsin.example.org/alerts/1\n", 3);
    assert_eq!(sms, "PROBLEM: web1\ndisk full -\nhttps://tocsin.example.org/alerts/1");
}

#[test]
fn a_message_costs_no_more_parts_than_were_allowed() {
    for segments in 1..=10 {
        // Brackets take two of the 153 places of a part.
        let plain = sms(&"title [x] ".repeat(60), &"{text} ".repeat(600), segments);
        let places = plain.chars().count() + plain.chars().filter(|c| "[]{}".contains(*c)).count();
        assert!(plain.is_ascii() && places <= if segments == 1 { 160 } else { 153 * segments as usize }, "{plain}");
        // A single letter beyond the alphabet makes it 67 units.
        let wide = sms("größer 😀", &"łódź 😀 ".repeat(600), segments);
        let units = wide.encode_utf16().count();
        assert!(units <= if segments == 1 { 70 } else { 67 * segments as usize }, "{wide}");
    }
}

#[test]
fn a_long_title_keeps_its_end_and_an_address_is_whole_or_not_there() {
    let title = format!("{} matches limit 90%", "x".repeat(1_000));
    for segments in 1..=10 {
        let sms = sms(&title, &"y".repeat(10_000), segments);
        assert!(sms.contains("matches limit 90%"), "{sms}");
        assert_eq!(sms.contains("https"), sms.ends_with("\nhttps://tocsin.example.org/alerts/1"), "{sms}");
    }
}

#[test]
fn a_service_sends_in_place_of_a_number_and_a_key_in_place_of_the_account() {
    let mut settings = settings();
    settings["from"] = "MG00000000000000000000000000000000".into();
    settings["api_key_sid"] = "SK00000000000000000000000000000000".into();
    let told = channel("twilio").tell(&settings, problem(), queued());
    assert_eq!(told.form()["MessagingServiceSid"], "MG00000000000000000000000000000000");
    // SK00 in base64.
    assert!(told.only().header("authorization").unwrap().starts_with("Basic U0swM"));
}

#[test]
fn a_message_from_outside_stays_one_field_of_the_form() {
    let form = channel("twilio").withstands(&settings(), queued()).form();
    assert_eq!(form.keys().collect::<Vec<_>>(), ["Body", "From", "To"]);
    assert!(!form["Body"].contains(['\r', '\u{1b}', '\u{202e}']), "{}", form["Body"]);
}

#[test]
fn what_twilio_says_of_the_settings_names_the_field() {
    for (status, code, field) in [
        (401, 20003, "/auth_token"),
        (404, 20404, "/account_sid"),
        (400, 21211, "/to"),
        (400, 21606, "/from"),
        (400, 21610, "/to"),
        (403, 0, "/auth_token"),
    ] {
        let told = answered(refused(status, code));
        assert_eq!(told.misconfigured(), [field], "{code}");
        assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
    }
}

#[test]
fn too_many_wait_and_a_message_that_twilio_does_not_take_is_given_up() {
    assert_eq!(answered(refused(429, 20429).header("retry-after", "3")).retry_after_ms(), Some(3_000));
    assert!(answered(refused(400, 21617)).permanent().contains("21617"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("twilio").wrong_fields(&settings);
    let with = |field: &str, value: Value| {
        let mut settings = settings();
        settings[field] = value;
        wrong(settings)
    };
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({"auth_token": "t", "from": "+1501", "to": "+4930"})), ["/account_sid"]);
    for (field, value) in [("account_sid", "AC1"), ("api_key_sid", "key"), ("from", "0301234"), ("to", "030 1234")] {
        assert_eq!(with(field, value.into()), [format!("/{field}")]);
    }
    assert!(with("from", "Tocsin".into()).is_empty());
    assert_eq!(with("max_segments", 11.into()), ["/max_segments"]);
}
