//! What the bridge is sent for each kind, and what its answers mean. It has not been asked itself: the answers
//! are those of its documentation and of signal-cli.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Told, problem};

fn settings() -> Value {
    json!({"url": "http://signal.example.org:8080", "number": "+4930123456", "recipients": ["+4930654321", "group.Zm9v"]})
}

fn sent() -> Answer {
    Answer::json(201, &json!({"timestamp": "1700000000123"}))
}

fn answered(answer: Answer) -> Told {
    channel("signal").tell(&settings(), problem(), answer)
}

#[test]
fn each_kind_has_its_own_words() {
    channel("signal").golden(&settings(), sent());
}

#[test]
fn it_keeps_the_house_rules() {
    channel("signal").keeps_the_house_rules(&settings(), sent());
}

#[test]
fn a_long_message_fits_and_keeps_its_end_and_its_links() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "x".repeat(5_000));
    long.text = format!("{} matches limit 90%", "y".repeat(50_000));
    let body = channel("signal").tell(&settings(), long, sent()).json();
    let (title, text) = body["message"].as_str().unwrap().split_once("\n\n").unwrap();
    assert!(title.chars().count() == 200 && title.ends_with("limit 90%"), "{title}");
    assert!(text.chars().count() == 1_200 && text.contains("limit 90%\n\nOpen the alert: https://"), "{text}");
    assert!(text.ends_with("\nSilence the host: https://tocsin.example.org/s/s1gned"), "{text}");
}

#[test]
fn a_message_from_outside_formats_nothing_and_reads_in_one_direction() {
    let body = channel("signal").withstands(&settings(), sent()).json();
    assert_eq!(body["text_mode"], "normal");
    let message = body["message"].as_str().unwrap();
    assert!(!message.contains(['\u{202e}', '\u{1b}', '\r']), "{message}");
}

#[test]
fn what_signal_says_of_the_settings_names_the_field() {
    let mut alone = settings();
    alone["recipients"] = json!(["+4930654321"]);
    for (said, field) in [
        ("User +4930123456 is not registered.", "/number"),
        ("Specified account does not exist", "/number"),
        ("Unregistered user \"+4930654321\"", "/recipients"),
        ("Invalid group id", "/recipients"),
    ] {
        let told = channel("signal").tell(&alone, problem(), Answer::json(400, &json!({"error": said})));
        assert_eq!(told.misconfigured(), [field], "{said}");
    }
    assert_eq!(answered(Answer::text(404, "")).misconfigured(), ["/url"]);
}

#[test]
fn one_recipient_who_has_left_signal_keeps_the_others_from_nothing() {
    let said = json!({"error": "Failed to send (some) messages: Unregistered user \"+4930654321\""});
    assert!(answered(Answer::json(400, &said)).permanent().contains("The others were told."));
}

#[test]
fn a_login_goes_along_when_there_is_one_and_stays_secret() {
    let mut settings = settings();
    settings["username"] = "anna".into();
    settings["password"] = "s3cr3t".into();
    for status in [401, 403] {
        let told = channel("signal").tell(&settings, problem(), Answer::text(status, "s3cr3t"));
        assert!(told.only().header("authorization").unwrap().starts_with("Basic "));
        assert_eq!(told.misconfigured(), ["/password"]);
        assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
    }
    assert_eq!(answered(sent()).only().header("authorization"), None);
}

#[test]
fn signal_is_given_time_and_a_message_that_it_does_not_take_is_given_up() {
    let captcha = json!({"error": "CAPTCHA proof required for sending to +4930654321, available options …"});
    assert!(answered(Answer::json(400, &captcha)).retry().contains("CAPTCHA"));
    assert!(answered(Answer::json(400, &json!({"error": "no message"}))).permanent().contains("no message"));
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("signal").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty());
    let all = json!({"url": "signal:8080", "number": "030 123", "recipients": [], "username": "a:b"});
    assert_eq!(wrong(all), ["/url", "/number", "/recipients", "/username"]);
    assert_eq!(wrong(json!({"url": "http://s", "number": "+4930123456", "recipients": ["a\nb"]})), ["/recipients/0"]);
}
