//! What Jira is asked for each kind, and what its answers mean. It has not been asked itself: the answers are
//! those of its reference.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Script, Told, acknowledged, problem, recovery, reminder};

fn settings() -> Value {
    json!({
        "url": "https://example.atlassian.net", "email": "tocsin@example.org", "api_token": "s3cr3t",
        "project": "OPS", "labels": ["monit"], "end_transition": "done"
    })
}

fn opened() -> Answer {
    Answer::json(201, &json!({"id": "10000", "key": "OPS-7", "self": "https://example.atlassian.net/rest/api/3/issue/10000"}))
}

/// Jira when all is well, whatever it is asked.
fn jira() -> Script {
    let transitions = json!({"transitions": [
        {"id": "11", "name": "Begin", "to": {"name": "In Progress"}}, {"id": "31", "name": "Close", "to": {"name": "Done"}}
    ]});
    let mut script = Script::from([
        Answer::json(200, &transitions).on("GET https://example.atlassian.net/rest/api/3/issue/OPS-7/transitions"),
        Answer::text(204, "").on("POST https://example.atlassian.net/rest/api/3/issue/OPS-7/transitions"),
        Answer::json(201, &json!({"id": "1"})).on("/comment"),
    ]);
    script.then = Some(opened());
    script
}

fn about_ops_7(n: Notification, script: impl Into<Script>) -> Told {
    channel("jira").tell(&settings(), Notification { prior_handle: Some("OPS-7".into()), ..n }, script)
}

fn answered(answer: Answer) -> Told {
    channel("jira").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_requests() {
    channel("jira").golden(&settings(), jira());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("jira").keeps_the_house_rules(&settings(), jira());
}

#[test]
fn an_alert_is_an_issue_that_people_can_open() {
    let told = answered(opened());
    assert_eq!(told.handle(), Some("OPS-7"));
    assert_eq!(told.url(), Some("https://example.atlassian.net/browse/OPS-7"));
}

#[test]
fn an_end_is_a_comment_and_the_transition_or_the_state_of_that_name() {
    let told = about_ops_7(recovery(), jira());
    let asked: Vec<&str> = told.requests().iter().map(|request| request.method.as_str()).collect();
    assert_eq!(asked, ["POST", "GET", "POST"]);
    let moved: Value = serde_json::from_slice(&told.requests()[2].body).unwrap();
    assert_eq!(moved, json!({"transition": {"id": "31"}}));
}

#[test]
fn an_issue_that_cannot_be_moved_keeps_its_comment() {
    let none = Answer::json(200, &json!({"transitions": []}));
    let told = about_ops_7(recovery(), [Answer::json(201, &json!({})), none]);
    assert_eq!(told.detail(), "OPS-7 commented");
    assert!(told.receipt.logs[0].message.contains("has no transition"));
}

#[test]
fn an_issue_that_was_deleted_is_opened_anew_while_the_alert_lasts() {
    for n in [reminder(), acknowledged()] {
        let told = about_ops_7(n, [Answer::text(404, ""), Answer::json(201, &json!({"key": "OPS-8"}))]);
        assert_eq!(told.handle(), Some("OPS-8"));
    }
    let told = about_ops_7(recovery(), Answer::text(404, ""));
    assert_eq!(told.detail(), "there is no issue any more that could be closed");
}

#[test]
fn a_handle_that_is_no_key_of_an_issue_is_not_asked_for() {
    let told = channel("jira").tell(
        &settings(),
        Notification { prior_handle: Some("../../x?y-1".into()), ..reminder() },
        opened(),
    );
    assert_eq!(told.only().url, "https://example.atlassian.net/rest/api/3/issue");
}

#[test]
fn an_issue_whose_answer_was_lost_is_not_opened_twice() {
    let again = || Notification { attempt: 2, ..problem() };
    let found = Answer::json(200, &json!({"issues": [{"key": "OPS-7"}]}));
    let told = channel("jira").tell(&settings(), again(), found);
    assert_eq!(told.detail(), "OPS-7 was opened before");
    assert!(told.only().url.contains("jql=labels+%3D+%22tocsin-i1-1%22"), "{}", told.only().url);
    let none = Answer::json(200, &json!({"issues": []}));
    assert_eq!(channel("jira").tell(&settings(), again(), [none, opened()]).detail(), "OPS-7 opened");
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(5_000));
    long.text = format!("{} matches limit 90%", "y".repeat(50_000));
    let fields = channel("jira").tell(&settings(), long, opened()).json()["fields"].clone();
    let summary = fields["summary"].as_str().unwrap();
    assert!(summary.chars().count() == 255 && summary.ends_with("limit 90%"), "{summary}");
    let text = fields["description"]["content"][0]["content"][0]["text"].as_str().unwrap();
    assert!(text.chars().count() == 10_000 && text.ends_with("limit 90%"), "{text}");
}

#[test]
fn a_message_from_outside_is_text_of_the_document() {
    let told = channel("jira").withstands(&settings(), opened());
    let description = told.json()["fields"]["description"].clone();
    assert!(description.to_string().chars().count() < 32_767 && !told.only().text().contains('\u{202e}'));
    assert_eq!(description["content"][0]["type"], "codeBlock");
    let links = description.to_string().matches(r#""type":"link""#).count();
    assert_eq!(links, 3, "no links but ours");
}

#[test]
fn what_jira_says_of_the_settings_names_the_field() {
    let refused = |field: &str| Answer::json(400, &json!({"errorMessages": [], "errors": {field: "is wrong"}}));
    for (answer, field) in [
        (refused("project"), "/project"),
        (refused("issuetype"), "/issue_type"),
        (refused("customfield_10010"), "/issue_type"),
        (Answer::text(401, "s3cr3t"), "/api_token"),
        (Answer::text(403, "s3cr3t"), "/api_token"),
        (Answer::text(404, ""), "/url"),
    ] {
        let told = answered(answer);
        assert_eq!(told.misconfigured(), [field]);
        assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
    }
}

#[test]
fn an_issue_that_jira_cannot_read_is_given_up() {
    let refusal = json!({"errorMessages": ["INVALID_INPUT"], "errors": {"description": "not valid"}});
    assert!(answered(Answer::json(400, &refusal)).permanent().contains("INVALID_INPUT"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("jira").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    let mut all = settings();
    all["url"] = "example.atlassian.net".into();
    all["email"] = "a:b".into();
    all["api_token"] = "".into();
    all["project"] = "Our operations".into();
    all["labels"] = json!(["ok", "two words"]);
    assert_eq!(wrong(all), ["/url", "/email", "/api_token", "/project", "/labels/1"]);
}
