//! What Twilio is sent for each kind, and what its answers mean. It has not been asked itself: the answers are
//! those of its reference.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Told, problem};

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

#[test]
fn a_message_costs_no_more_parts_than_were_allowed() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(1_000));
    long.text = "y".repeat(10_000);
    let body = |segments: u32| {
        let mut settings = settings();
        settings["max_segments"] = segments.into();
        let told = channel("twilio").tell(&settings, long.clone(), queued());
        told.only().text().rsplit_once("Body=").unwrap().1.to_owned()
    };
    let (one, ten) = (body(1), body(10));
    assert!(one.contains("matches+limit+90%25") && !one.contains("%E2%80%A6"), "{one}");
    assert!(ten.ends_with("%0Ahttps%3A%2F%2Ftocsin.example.org%2Falerts%2F1"), "{ten}");
    let chars = |body: &str| body.len() - 2 * body.matches('%').count();
    assert!(chars(&one) <= 160 && chars(&ten) <= 1_530, "{} {}", chars(&one), chars(&ten));
}

#[test]
fn a_service_sends_in_place_of_a_number_and_a_key_in_place_of_the_account() {
    let mut settings = settings();
    settings["from"] = "MG00000000000000000000000000000000".into();
    settings["api_key_sid"] = "SK00000000000000000000000000000000".into();
    let told = channel("twilio").tell(&settings, problem(), queued());
    assert!(told.only().text().contains("&MessagingServiceSid=MG0000"), "{}", told.only().text());
    // SK00 in base64.
    assert!(told.only().header("authorization").unwrap().starts_with("Basic U0swM"));
}

#[test]
fn a_message_from_outside_stays_one_field_of_the_form() {
    let told = channel("twilio").withstands(&settings(), queued());
    let form = told.only().text();
    assert_eq!(form.split('&').count(), 3, "{form}");
    assert!(!form.contains("%0D") && !form.contains("%1B") && !form.contains("%E2%80%AE"), "{form}");
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
