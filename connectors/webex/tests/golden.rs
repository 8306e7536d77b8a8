//! What Webex is sent for each kind, and what its answers mean. It has not been asked itself: the answers are
//! those of its reference.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Told, problem, reminder};

fn settings() -> Value {
    json!({"token": "s3cr3t", "room": "Y2lzY29ST09N"})
}

fn sent() -> Answer {
    Answer::json(200, &json!({"id": "Y2lzY29TUVTU0", "roomId": "Y2lzY29ST09N"}))
}

fn answered(answer: Answer) -> Told {
    channel("webex").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_look() {
    channel("webex").golden(&settings(), sent());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("webex").keeps_the_house_rules(&settings(), sent());
}

#[test]
fn what_follows_stands_in_the_thread_of_the_first_message() {
    let first = answered(sent());
    let mut next = reminder();
    next.prior_handle = first.handle().map(Into::into);
    let told = channel("webex").tell(&settings(), next, Answer::json(200, &json!({"id": "another"})));
    assert_eq!(told.json()["parentId"], "Y2lzY29TUVTU0");
    assert_eq!(told.handle(), Some("Y2lzY29TUVTU0"), "threads are one level deep");
}

#[test]
fn a_thread_that_was_deleted_begins_anew() {
    for lost in [400, 404, 410] {
        let mut next = reminder();
        next.prior_handle = Some("gone".into());
        let told = channel("webex").tell(&settings(), next, [Answer::text(lost, "no such parent"), sent()]);
        let second: Value = serde_json::from_slice(&told.requests()[1].body).unwrap();
        assert!(second["parentId"].is_null());
        assert_eq!(told.handle(), Some("Y2lzY29TUVTU0"));
    }
}

#[test]
fn a_long_message_fits_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "ü".repeat(5_000));
    long.text = format!("{} matches limit 90%", "ü@".repeat(50_000));
    long.labels = vec![long.labels[0].clone(); 50];
    let body = channel("webex").tell(&settings(), long, sent()).json();
    let markdown = body["markdown"].as_str().unwrap();
    assert!(markdown.len() <= 7_439 && markdown.contains("matches limit 90%\n```\n"), "{}", markdown.len());
}

#[test]
fn a_message_from_outside_mentions_nobody_and_is_code() {
    let mut sly = problem();
    sly.text = "<@all> <@personEmail:a@example.org>".into();
    let told = channel("webex").tell(&settings(), sly, sent());
    assert!(!told.only().text().contains("<@all") && !told.only().text().contains("<@person"));
    let body = channel("webex").withstands(&settings(), sent()).json();
    let markdown = body["markdown"].as_str().unwrap();
    assert!(markdown.len() <= 7_439 && !markdown.contains('\u{202e}'), "{markdown}");
    assert_eq!(markdown.split("\n````\n").count(), 3, "one block that its own fence cannot end: {markdown}");
}

#[test]
fn what_webex_says_of_the_settings_names_the_field() {
    for (status, field) in [(401, "/token"), (403, "/room"), (404, "/room")] {
        let told = answered(Answer::text(status, ""));
        assert_eq!(told.misconfigured(), [field]);
        assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
    }
}

#[test]
fn a_space_that_is_locked_is_tried_again_and_a_bad_message_is_given_up() {
    assert_eq!(answered(Answer::text(423, "locked").header("retry-after", "9")).retry_after_ms(), Some(9_000));
    assert!(answered(Answer::text(400, "too long")).permanent().contains("too long"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("webex").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({"room": "r"})), ["/token"]);
    assert_eq!(wrong(json!({"token": "a\nb", "room": " "})), ["/token", "/room"]);
}
