//! What a webhook is sent for each kind, and what its answers mean.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Told, problem};

fn settings() -> Value {
    json!({
        "url": "https://example.org/hook?team=ops", "token": "t0ken", "signing_key": "s1gning", "headers": {"X-Team": "s3cret"}
    })
}

fn answered(answer: Answer) -> Told {
    channel("webhook").tell(&json!({"url": "https://example.org/hook"}), problem(), answer)
}

#[test]
fn each_kind_is_posted_in_full() {
    channel("webhook").golden(&settings(), Answer::text(200, "ok"));
}

#[test]
fn it_keeps_the_house_rules() {
    channel("webhook").keeps_the_house_rules(&settings(), Answer::text(200, "ok"));
}

#[test]
fn nothing_goes_along_that_was_not_set() {
    let request = answered(Answer::text(200, "ok")).only().clone();
    assert_eq!(request.header("idempotency-key"), Some("tocsin-i1-100"));
    assert_eq!(request.header("authorization"), None);
    assert_eq!(request.header("x-tocsin-signature"), None);
}

#[test]
fn what_the_far_side_calls_it_is_kept_as_the_handle() {
    let told = answered(Answer::json(200, &json!({"handle": "TICKET-7"})).header("x-request-id", "r-1"));
    assert_eq!((told.handle(), told.detail()), (Some("TICKET-7"), "HTTP 200, request r-1"));
    assert_eq!(answered(Answer::json(200, &json!({"handle": "x".repeat(257)}))).handle(), None);
    assert_eq!(answered(Answer::text(200, "TICKET-7")).handle(), None);
}

#[test]
fn a_redirect_is_not_followed_and_a_404_is_given_up() {
    let moved = answered(Answer::text(302, "").header("location", "https://example.org/other"));
    assert!(moved.permanent().contains("not followed") && moved.requests().len() == 1);
    assert_eq!(answered(Answer::text(404, "not here")).permanent(), "HTTP 404: not here");
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("webhook").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    assert_eq!(wrong(json!({})), ["/url"]);
    assert_eq!(wrong(json!({"url": "example.org/hook"})), ["/url"]);
    assert_eq!(wrong(json!({"url": "https://example.org", "headers": {"Host": "x"}})), ["/headers/Host"]);
    assert_eq!(wrong(json!({"url": "https://example.org", "colour": "red"})), ["/colour"]);
}
