//! What Alertmanager is pushed for each kind, and what its answers mean. It has not been asked itself: the
//! answers are those of its OpenAPI document.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Told, notification, problem, recovery, reminder};

fn settings() -> Value {
    json!({"url": "http://alertmanager.example.org:9093/"})
}

fn told(n: Notification) -> Told {
    channel("alertmanager").tell(&settings(), n, Answer::text(200, ""))
}

fn answered(settings: &Value, answer: Answer) -> Told {
    channel("alertmanager").tell(settings, problem(), answer)
}

#[test]
fn each_kind_has_its_own_look() {
    channel("alertmanager").golden(&settings(), Answer::text(200, ""));
}

#[test]
fn it_keeps_the_house_rules() {
    channel("alertmanager").keeps_the_house_rules(&settings(), Answer::text(200, ""));
}

#[test]
fn an_alert_keeps_its_labels_when_the_host_gets_others() {
    let opened = told(problem());
    let mut over = recovery();
    over.labels[0].value = "another team".into();
    over.urgency = Some(3);
    over.prior_handle = opened.handle().map(Into::into);
    assert_eq!(told(over).json()[0]["labels"], opened.json()[0]["labels"]);
}

#[test]
fn a_lost_handle_or_that_of_another_alert_gives_the_same_labels_while_nothing_changed() {
    let labels = told(problem()).json()[0]["labels"].clone();
    for handle in [None, Some("no labels"), Some(r#"{"tocsin_alert":"another"}"#)] {
        let mut over = recovery();
        over.prior_handle = handle.map(Into::into);
        assert_eq!(told(over).json()[0]["labels"], labels);
    }
}

#[test]
fn a_problem_holds_until_no_reminder_is_expected_and_a_recovery_ends_it() {
    let ends = |n| told(n).json()[0]["endsAt"].clone();
    assert_eq!(ends(problem()), "2023-11-21T22:13:20.000Z");
    assert_eq!(ends(reminder()), "2023-11-21T22:43:20.000Z");
    assert_eq!(ends(recovery()), "2023-11-14T22:55:20.000Z");
    assert_eq!(ends(notification("test").unwrap()), "2023-11-14T22:28:20.000Z");
}

#[test]
fn labels_have_names_that_alertmanager_takes_and_none_passes_for_ours() {
    let mut sly = problem();
    sly.labels.clear();
    for name in ["severity", "alertname", "tocsin_alert", "__name__", "9 lives", "rack/row", "größe", "///"] {
        let mut label = problem().labels[0].clone();
        label.name = name.into();
        sly.labels.push(label);
    }
    let labels = told(sly).json()[0]["labels"].clone();
    assert_eq!((&labels["severity"], &labels["alertname"]), (&json!("critical"), &json!("nginx")));
    assert_eq!(labels["tocsin_alert"], "tocsin-i1-1");
    for name in ["name", "_9_lives", "rack_row", "gr__e"] {
        assert_eq!(labels[name], "ops & db", "{labels}");
    }
    assert!(labels.as_object().unwrap().keys().all(|name| !name.is_empty() && !name.starts_with("__")));
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(5_000));
    long.text = format!("{} matches limit 90%", "y".repeat(50_000));
    let annotations = told(long).json()[0]["annotations"].clone();
    for (name, limit) in [("summary", 1_000), ("description", 10_000)] {
        let text = annotations[name].as_str().unwrap();
        assert!(text.chars().count() == limit && text.ends_with("matches limit 90%"), "{text}");
    }
}

#[test]
fn a_name_from_outside_is_one_line_and_reads_in_one_direction() {
    let told = channel("alertmanager").withstands(&settings(), Answer::text(200, ""));
    assert_eq!(told.json()[0]["labels"]["host"], "web1 X-Injected: yes <b>");
    assert!(!told.only().text().contains('\u{202e}'));
}

#[test]
fn a_wrong_login_is_a_matter_of_settings_and_stays_secret() {
    let login = json!({"url": "http://a.example.org", "username": "anna", "password": "s3cr3t"});
    let token = json!({"url": "http://a.example.org", "token": "s3cr3t"});
    for status in [401, 403] {
        let told = answered(&login, Answer::text(status, ""));
        assert!(told.only().header("authorization").unwrap().starts_with("Basic "));
        assert_eq!(told.misconfigured(), ["/password"]);
        assert_eq!(answered(&token, Answer::text(status, "s3cr3t")).misconfigured(), ["/token"]);
    }
    assert!(!format!("{:?}", answered(&token, Answer::text(401, "s3cr3t")).receipt).contains("s3cr3t"));
    assert_eq!(answered(&settings(), Answer::text(404, "")).misconfigured(), ["/url"]);
}

#[test]
fn an_alert_that_cannot_be_read_is_given_up() {
    let refusal = answered(&settings(), Answer::json(400, &json!("invalid label set")));
    assert!(refusal.permanent().contains("invalid label set"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("alertmanager").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({"url": "alertmanager:9093"})), ["/url"]);
    assert_eq!(wrong(json!({"url": "http://a:9093/api/v2/alerts"})), ["/url"]);
    assert_eq!(wrong(json!({"url": "http://a", "username": "a:b", "hold_hours": 0})), ["/username", "/hold_hours"]);
    assert_eq!(wrong(json!({"url": "http://a", "username": "a", "token": "t"})), ["/token"]);
}
