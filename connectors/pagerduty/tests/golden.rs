//! What PagerDuty is sent for each kind, and what its answers mean. It has not been asked itself: the answers
//! are those of its reference.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Told, notification, problem, recovery, reminder};

fn settings() -> Value {
    json!({"routing_key": "s3cr3t0123456789abcdef0123456789"})
}

fn processed() -> Answer {
    Answer::json(202, &json!({"status": "success", "message": "Event processed", "dedup_key": "tocsin-i1-1"}))
}

fn answered(answer: Answer) -> Told {
    channel("pagerduty").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_event() {
    channel("pagerduty").golden(&settings(), processed());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("pagerduty").keeps_the_house_rules(&settings(), processed());
}

#[test]
fn all_events_of_an_alert_have_its_key_and_one_that_was_closed_by_hand_opens_again() {
    let told = |n| channel("pagerduty").tell(&settings(), n, processed()).json();
    let (opened, again, closed) = (told(problem()), told(reminder()), told(recovery()));
    assert_eq!((&opened["event_action"], &opened["dedup_key"]), (&json!("trigger"), &json!("tocsin-i1-1")));
    assert_eq!((&again["event_action"], &again["dedup_key"]), (&json!("trigger"), &json!("tocsin-i1-1")));
    assert_eq!((&closed["event_action"], &closed["dedup_key"]), (&json!("resolve"), &json!("tocsin-i1-1")));
}

#[test]
fn urgency_becomes_severity() {
    let severity = |urgency| {
        let mut told = problem();
        told.urgency = urgency;
        channel("pagerduty").tell(&settings(), told, processed()).json()["payload"]["severity"].clone()
    };
    assert_eq!([Some(1), Some(2), Some(3), None].map(severity), ["critical", "error", "warning", "critical"]);
}

#[test]
fn a_change_goes_to_the_timeline_of_changes_of_its_region() {
    let settings = json!({"routing_key": "s3cr3t0123456789abcdef0123456789", "region": "eu"});
    let change = notification("change").unwrap();
    let told = channel("pagerduty").tell(&settings, change, processed());
    assert_eq!(told.only().url, "https://events.eu.pagerduty.com/v2/change/enqueue");
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(2_000));
    long.text = format!("{} matches limit 90%", "y".repeat(50_000));
    let payload = channel("pagerduty").tell(&settings(), long, processed()).json()["payload"].clone();
    for (text, limit) in [(&payload["summary"], 1024), (&payload["custom_details"]["text"], 10_000)] {
        let text = text.as_str().unwrap();
        assert!(text.chars().count() == limit && text.ends_with("matches limit 90%"), "{text}");
    }
}

#[test]
fn a_name_from_outside_is_one_line_and_reads_in_one_direction() {
    let payload = channel("pagerduty").withstands(&settings(), processed()).json()["payload"].clone();
    assert_eq!(payload["source"], "web1 X-Injected: yes <b>");
    assert!(!payload.to_string().contains('\u{202e}'));
}

#[test]
fn a_wrong_key_is_a_matter_of_settings_and_stays_secret() {
    let refusal = json!({"status": "invalid event", "errors": ["Length of 'routing_key' is incorrect"]});
    for answer in [Answer::json(400, &refusal), Answer::text(401, ""), Answer::text(403, ""), Answer::text(404, "")] {
        let told = answered(answer);
        assert_eq!(told.misconfigured(), ["/routing_key"]);
        assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
    }
}

#[test]
fn a_key_that_takes_no_changes_goes_on_calling_people() {
    let change = notification("change").unwrap();
    let refusal = json!({"status": "invalid event", "errors": ["routing_key is not valid for change events"]});
    let told = channel("pagerduty").tell(&settings(), change, Answer::json(400, &refusal));
    assert!(told.permanent().contains("change events"));
}

#[test]
fn an_event_that_pagerduty_cannot_read_is_given_up() {
    let refusal = json!({"status": "invalid event", "errors": ["'payload.summary' is missing or blank"]});
    assert!(answered(Answer::json(400, &refusal)).permanent().contains("payload.summary"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("pagerduty").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({})), ["/routing_key"]);
    assert_eq!(wrong(json!({"routing_key": "too short"})), ["/routing_key"]);
    let mut elsewhere = settings();
    elsewhere["region"] = "moon".into();
    assert_eq!(wrong(elsewhere), ["/region"]);
}
