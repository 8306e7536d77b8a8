//! What Opsgenie is sent for each kind, and what its answers mean. It has not been asked itself: the answers
//! are those of its reference.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Told, acknowledged, problem, recovery, reminder};

fn settings() -> Value {
    json!({"api_key": "s3cr3t-key", "tags": ["monit"]})
}

fn accepted() -> Answer {
    Answer::json(202, &json!({"result": "Request will be processed", "took": 0.1, "requestId": "43a29c5c"}))
}

fn answered(answer: Answer) -> Told {
    channel("opsgenie").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_action() {
    channel("opsgenie").golden(&settings(), accepted());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("opsgenie").keeps_the_house_rules(&settings(), accepted());
}

#[test]
fn an_alert_is_found_again_by_its_alias() {
    let told = |n| channel("opsgenie").tell(&settings(), n, accepted());
    assert_eq!(told(reminder()).json()["alias"], told(problem()).json()["alias"]);
    let closed = told(recovery());
    assert_eq!(closed.only().url, "https://api.opsgenie.com/v2/alerts/tocsin-i1-1/close?identifierType=alias");
}

#[test]
fn an_alert_that_somebody_deleted_needs_no_end() {
    for told in [recovery(), acknowledged()] {
        let told = channel("opsgenie").tell(&settings(), told, Answer::text(404, ""));
        assert_eq!(told.detail(), "the alert was no longer there");
    }
}

#[test]
fn each_service_has_its_address() {
    for (service, host) in [
        ("opsgenie", "https://api.opsgenie.com/v2/alerts"),
        ("opsgenie-eu", "https://api.eu.opsgenie.com/v2/alerts"),
        ("jira-service-management", "https://api.atlassian.com/jsm/ops/integration/v2/alerts"),
    ] {
        let settings = json!({"api_key": "k", "service": service});
        assert_eq!(channel("opsgenie").tell(&settings, problem(), accepted()).only().url, host);
    }
}

#[test]
fn a_long_message_fits_and_keeps_its_end_and_its_links() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(500));
    long.text = format!("{} matches limit 90%", "y".repeat(50_000));
    let alert = channel("opsgenie").tell(&settings(), long, accepted()).json();
    let message = alert["message"].as_str().unwrap();
    assert!(message.chars().count() == 130 && message.ends_with("limit 90%"), "{message}");
    let description = alert["description"].as_str().unwrap();
    assert!(description.chars().count() <= 15_000 && description.contains("matches limit 90%\n\nOpen the alert: "));
    assert!(description.ends_with("Silence the host: https://tocsin.example.org/s/s1gned"));
}

#[test]
fn text_from_outside_formats_nothing_and_details_keep_their_limit() {
    let alert = channel("opsgenie").withstands(&settings(), accepted()).json();
    assert_eq!(alert["entity"], "web1 X-Injected: yes <\u{200b}b>");
    let all = alert.to_string();
    assert!(!all.contains('\u{202e}') && !all.contains("<s") && !all.contains("<b"), "{all}");
    let details = alert["details"].as_object().unwrap();
    let chars = |text: &str| text.chars().count();
    let size: usize = details.iter().map(|(name, value)| chars(name) + chars(value.as_str().unwrap())).sum();
    assert!(size <= 8_000, "{size}");
}

#[test]
fn a_wrong_key_is_a_matter_of_settings_and_stays_secret() {
    let format = Answer::json(422, &json!({"message": "Key format is not valid!"}));
    for answer in [Answer::text(401, ""), Answer::text(402, ""), Answer::text(403, ""), format] {
        let told = answered(answer);
        assert_eq!(told.misconfigured(), ["/api_key"]);
        assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
    }
    assert_eq!(answered(Answer::text(404, "")).misconfigured(), ["/service"]);
}

#[test]
fn an_alert_that_cannot_be_read_is_given_up() {
    let refusal = json!({"message": "Request body is not processable. Please check the errors."});
    assert!(answered(Answer::json(422, &refusal)).permanent().contains("not processable"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("opsgenie").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({})), ["/api_key"]);
    assert_eq!(wrong(json!({"api_key": "a\r\nb", "tags": ["ok", "x".repeat(51)]})), ["/api_key", "/tags/1"]);
    assert_eq!(wrong(json!({"api_key": "k", "tags": vec!["t"; 21]})), ["/tags"]);
    assert_eq!(wrong(json!({"api_key": "k", "service": "elsewhere"})), ["/service"]);
}
