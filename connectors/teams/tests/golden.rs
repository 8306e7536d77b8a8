//! The card of each kind, and what a workflow's answers mean. No workflow has been asked itself.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Told, problem, recovery};

fn settings() -> Value {
    json!({"url": "https://prod-01.westeurope.logic.azure.com/workflows/w0/triggers/manual/paths/invoke?sig=s3cr3t"})
}

fn started() -> Answer {
    Answer::text(202, "")
}

fn answered(answer: Answer) -> Told {
    channel("teams").tell(&settings(), problem(), answer)
}

fn body(told: &Told) -> Value {
    told.json()["attachments"][0]["content"]["body"].clone()
}

#[test]
fn each_kind_has_its_own_card() {
    channel("teams").golden(&settings(), started());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("teams").keeps_the_house_rules(&settings(), started());
}

#[test]
fn a_handle_of_earlier_days_does_no_harm() {
    let told =
        channel("teams").tell(&settings(), Notification { prior_handle: Some("?".into()), ..recovery() }, started());
    assert_eq!((told.only().method.as_str(), told.handle()), ("POST", None));
}

#[test]
fn a_long_message_keeps_its_end_and_teams_limit() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "😀".repeat(400));
    long.text = format!("{} matches limit 90%", "😀".repeat(10_000));
    long.labels.iter_mut().for_each(|label| label.value = "😀".repeat(1_000));
    let told = channel("teams").tell(&settings(), long, started());

    assert!(told.only().body.len() <= 28 * 1024, "{} bytes", told.only().body.len());
    let text = body(&told)[1]["inlines"][0]["text"].as_str().unwrap().to_owned();
    assert!(text.chars().count() <= 3000 && text.ends_with("matches limit 90%"), "{text}");
}

#[test]
fn a_message_from_outside_stands_where_no_markdown_is_read() {
    let told = channel("teams").withstands(&settings(), started());
    assert!(told.only().body.len() <= 28 * 1024, "{} bytes", told.only().body.len());
    fn kinds(value: &Value, found: &mut Vec<String>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("type").and_then(Value::as_str).map(str::to_owned));
                map.values().for_each(|value| kinds(value, found));
            }
            Value::Array(values) => values.iter().for_each(|value| kinds(value, found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    kinds(&body(&told), &mut found);
    found.sort();
    found.dedup();
    assert_eq!(found, ["Container", "RichTextBlock", "TextRun"]);
}

#[test]
fn a_workflow_that_does_not_start_is_a_matter_of_settings_and_its_url_stays_secret() {
    for status in [401, 403, 404, 410] {
        assert_eq!(answered(Answer::text(status, "no")).misconfigured(), ["/url"], "{status}");
    }
    let off = json!({"error": {"code": "WorkflowTriggerIsNotEnabled", "message": "…"}});
    let told = answered(Answer::json(400, &off));
    assert_eq!(told.misconfigured(), ["/url"]);
    assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
}

#[test]
fn a_card_that_is_not_understood_is_given_up() {
    assert_eq!(answered(Answer::text(400, "bad card")).permanent(), "HTTP 400: bad card");
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("teams").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({})), ["/url"]);
    assert_eq!(wrong(json!({"url": "logic.azure.com"})), ["/url"]);
    assert_eq!(wrong(json!({"url": "https://contoso.webhook.office.com/webhookb2/x"})), ["/url"]);
}
