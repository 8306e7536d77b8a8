//! What Splunk On-Call is sent for each kind, and what its answers mean. It has not been asked itself: the
//! answers are those of its guide.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Told, notification, problem, recovery, reminder};

fn settings() -> Value {
    json!({"api_key": "s3cr3t-36437", "routing_key": "data base"})
}

fn success() -> Answer {
    Answer::json(200, &json!({"result": "success", "entity_id": "tocsin-i1-1"}))
}

fn answered(answer: Answer) -> Told {
    channel("splunk-oncall").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_alert() {
    channel("splunk-oncall").golden(&settings(), success());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("splunk-oncall").keeps_the_house_rules(&settings(), success());
}

#[test]
fn all_alerts_of_an_incident_have_its_id_and_one_that_was_closed_by_hand_opens_again() {
    let told = |n| channel("splunk-oncall").tell(&settings(), n, success()).json();
    for (kind, message_type) in [(problem(), "CRITICAL"), (reminder(), "CRITICAL"), (recovery(), "RECOVERY")] {
        let alert = told(kind);
        assert_eq!((&alert["message_type"], &alert["entity_id"]), (&json!(message_type), &json!("tocsin-i1-1")));
    }
}

#[test]
fn what_can_wait_is_a_warning_and_a_change_calls_nobody() {
    let message_type = |n| channel("splunk-oncall").tell(&settings(), n, success()).json()["message_type"].clone();
    let mut calm = problem();
    calm.urgency = Some(3);
    assert_eq!(message_type(calm), "WARNING");
    assert_eq!(message_type(notification("change").unwrap()), "INFO");
}

#[test]
fn a_routing_key_stays_one_part_of_the_address() {
    let told = answered(success());
    assert!(told.only().url.ends_with("/alert/s3cr3t-36437/data%20base"), "{}", told.only().url);
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(500));
    long.text = format!("{} matches limit 90%", "y".repeat(50_000));
    let alert = channel("splunk-oncall").tell(&settings(), long, success()).json();
    for (field, limit) in [("entity_display_name", 250), ("state_message", 10_000)] {
        let text = alert[field].as_str().unwrap();
        assert!(text.chars().count() == limit && text.ends_with("matches limit 90%"), "{text}");
    }
}

#[test]
fn a_label_from_outside_changes_no_field_that_means_something() {
    let mut sly = problem();
    for name in ["message_type", "entity_id", "vo_annotate.u.Click"] {
        sly.labels[0].name = name.into();
        sly.labels.push(sly.labels[0].clone());
    }
    let alert = channel("splunk-oncall").tell(&settings(), sly, success()).json();
    assert_eq!(alert["message_type"], "CRITICAL");
    assert_eq!(alert["entity_id"], "tocsin-i1-1");
    assert!(alert["vo_annotate.u.Click"].is_null());
    let alert = channel("splunk-oncall").withstands(&settings(), success()).json();
    assert_eq!(alert["host_name"], "web1 X-Injected: yes <b>");
    assert!(!alert.to_string().contains('\u{202e}'));
}

#[test]
fn a_wrong_key_is_a_matter_of_settings_and_stays_secret() {
    for status in [401, 403, 404] {
        let told = answered(Answer::text(status, ""));
        assert_eq!(told.misconfigured(), ["/api_key"]);
        assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
    }
}

#[test]
fn a_failure_is_given_up_whatever_its_status() {
    let failure = json!({"result": "failure", "message": "Missing message_type"});
    assert!(answered(Answer::json(200, &failure)).permanent().contains("Missing message_type"));
    assert!(answered(Answer::json(400, &failure)).permanent().contains("Missing message_type"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("splunk-oncall").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({"routing_key": "a"})), ["/api_key"]);
    assert_eq!(wrong(json!({"api_key": "https://alert.victorops.com/a/b", "routing_key": "a"})), ["/api_key"]);
    assert_eq!(wrong(json!({"api_key": "k", "routing_key": "$routing_key"})), ["/routing_key"]);
}
