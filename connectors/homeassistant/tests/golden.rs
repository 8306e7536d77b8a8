//! What Home Assistant is sent for each kind, and what its answers mean. It has not been asked itself: the
//! answers are those of its developers' documentation.

use crate::channel;
use serde_json::{Value, json};
use tocsin_testkit::{Answer, Notification, Told, problem, recovery};

fn settings() -> Value {
    json!({"url": "http://homeassistant.example.org:8123", "action": "notify.mobile_app_annas_phone", "token": "s3cr3t"})
}

fn webhook() -> Value {
    json!({"url": "http://homeassistant.example.org:8123", "webhook_id": "s3cr3t/id"})
}

fn done() -> Answer {
    Answer::json(200, &json!([]))
}

fn answered(settings: &Value, answer: Answer) -> Told {
    channel("homeassistant").tell(settings, problem(), answer)
}

#[test]
fn each_kind_has_its_own_look() {
    channel("homeassistant").golden(&settings(), done());
}

#[test]
fn an_automation_is_told_everything() {
    let told = answered(&webhook(), Answer::text(200, ""));
    channel("homeassistant").golden_told("webhook", &webhook(), &told);
}

#[test]
fn it_keeps_the_house_rules() {
    channel("homeassistant").keeps_the_house_rules(&settings(), done());
    channel("homeassistant").keeps_the_house_rules(&webhook(), Answer::text(200, ""));
}

#[test]
fn a_telephone_shows_each_alert_once() {
    let tag = |n| channel("homeassistant").tell(&settings(), n, done()).json()["data"]["tag"].clone();
    assert_eq!((tag(problem()), tag(recovery())), (json!("tocsin-i1-1"), json!("tocsin-i1-1")));
}

#[test]
fn a_long_message_fits_into_a_push_and_keeps_its_end() {
    let mut long = problem();
    long.title = format!("{} matches limit 90%", "ü".repeat(5_000));
    long.text = format!("{} matches limit 90%", "ü".repeat(50_000));
    let told = channel("homeassistant").tell(&settings(), long, done());
    assert!(told.only().body.len() < 4_096, "{}", told.only().body.len());
    for field in ["title", "message"] {
        assert!(told.json()[field].as_str().unwrap().ends_with("matches limit 90%"));
    }
}

#[test]
fn a_message_from_outside_reads_in_one_direction_and_fits() {
    for settings in [settings(), webhook()] {
        let told = channel("homeassistant").withstands(&settings, done());
        assert!(!told.only().text().contains(['\u{202e}', '\u{1b}']));
    }
    assert_eq!(answered(&webhook(), done()).only().url, "http://homeassistant.example.org:8123/api/webhook/s3cr3t%2Fid");
}

#[test]
fn a_text_from_outside_is_no_template_no_format_and_no_command() {
    let told = |text: &str| {
        let n = Notification { text: text.into(), title: text.into(), ..problem() };
        channel("homeassistant").tell(&settings(), n, done()).json()
    };
    for text in ["{{ states('lock.door') }}", "{{{{ 7 }}", "{% if x %}", "{# x", "{\u{202e}{ 7 }}", "<b>bold</b>"] {
        for field in ["title", "message"] {
            let shown = told(text)[field].to_string();
            assert!(!["{{", "{%", "{#", "<b"].iter().any(|begin| shown.contains(begin)), "{shown}");
        }
    }
    assert_eq!(told("command_screen_on")["message"], "\u{200b}command_screen_on");
    // An invisible character at the edge is none that can be cut away.
    assert_eq!(told(" clear_notification\n\u{202e}")["message"], "\u{200b} clear_notification");
}

#[test]
fn what_home_assistant_says_of_the_settings_names_the_field() {
    for (status, field) in [(400, "/action"), (401, "/token"), (403, "/token"), (404, "/url")] {
        let told = answered(&settings(), Answer::text(status, "s3cr3t"));
        assert_eq!(told.misconfigured(), [field]);
        assert!(!format!("{:?}", told.receipt).contains("s3cr3t"));
    }
    assert_eq!(answered(&webhook(), Answer::text(405, "")).misconfigured(), ["/webhook_id"]);
    assert_eq!(answered(&webhook(), Answer::text(400, "no")).permanent(), "HTTP 400: no");
}

#[test]
fn settings_are_looked_at_before_they_are_saved() {
    let wrong = |settings: Value| channel("homeassistant").wrong_fields(&settings);
    assert!(wrong(settings()).is_empty() && wrong(webhook()).is_empty());
    assert_eq!(wrong(json!({"url": "http://h"})), ["/action"]);
    assert_eq!(wrong(json!({"url": "http://h/api/webhook/w", "webhook_id": "w"})), ["/url"]);
    assert_eq!(wrong(json!({"url": "h:8123", "action": "notify.Anna", "token": "t"})), ["/url", "/action"]);
    assert_eq!(wrong(json!({"url": "http://h", "action": "light.turn_on", "token": "t"})), ["/action"]);
    assert_eq!(wrong(json!({"url": "http://h", "action": "notify.a", "webhook_id": "w"})), ["/token", "/webhook_id"]);
}
