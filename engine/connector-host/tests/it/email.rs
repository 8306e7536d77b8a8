//! The mail door, by the e-mail connector and a relay on this machine. What stands in a mail is tested
//! beside the connector, against a script.

use crate::smtp_sink::SmtpSink;
use crate::world::{deliver, detail, host, load, notification, pointers};
use serde_json::{Value, json};
use std::sync::Arc;
use tocsin_connector_host::{Call, Grant, Kind, MemoryKeyValue, Outcome};

fn settings(sink: &SmtpSink) -> Value {
    json!({
        "from": "Tocsin <tocsin@example.org>",
        "to": ["ops@example.org", "Anna <anna@example.org>"],
        "relay": {"host": "127.0.0.1", "port": sink.port, "security": "none"}
    })
}

fn to(sink: &SmtpSink, to: &[&str]) -> Value {
    let mut settings = settings(sink);
    settings["to"] = json!(to);
    settings
}

#[tokio::test]
async fn what_a_connector_mails_arrives_as_it_is() {
    let sink = SmtpSink::start().await;
    let receipt = deliver("email", settings(&sink), notification(Kind::Problem)).await;
    assert_eq!(detail(&receipt), "250 queued as 1");
    let mail = sink.only();
    assert_eq!(mail.from, "MAIL FROM:<tocsin@example.org>");
    assert_eq!(mail.to, ["RCPT TO:<ops@example.org>", "RCPT TO:<anna@example.org>"]);
    assert!(mail.text.starts_with("From: Tocsin <tocsin@example.org>\n"), "{}", mail.text);
    assert!(mail.text.trim_end().ends_with("--=_tocsin_alternative--"), "{}", mail.text);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let sink = SmtpSink::start().await;
    for _ in 0..5 {
        deliver("email", settings(&sink), notification(Kind::Reminder)).await;
    }
    assert_eq!(sink.mails().len(), 5);
    assert_eq!(sink.connections(), 1);
}

#[tokio::test]
async fn a_relay_that_takes_commands_in_one_piece_gets_them_so() {
    let (plain, pipelining) = (SmtpSink::start().await, SmtpSink::pipelining().await);
    for (sink, in_one_piece) in [(plain, false), (pipelining, true)] {
        let some =
            deliver("email", to(&sink, &["gone@example.org", "ops@example.org"]), notification(Kind::Problem)).await;
        assert_eq!(detail(&some), "250 queued as 1; not taken: gone@example.org (550 no such user)");
        let none = deliver("email", to(&sink, &["gone@example.org"]), notification(Kind::Problem)).await;
        assert!(!matches!(none.outcome, Outcome::Delivered { .. }), "{none:?}");
        let all = deliver("email", settings(&sink), notification(Kind::Problem)).await;
        assert_eq!(detail(&all), "250 queued as 1");
        let mails = sink.mails();
        assert_eq!((mails.len(), mails[0].to.len(), mails[1].to.len()), (2, 1, 2));
        assert!(mails.iter().all(|mail| mail.in_one_piece == in_one_piece), "{mails:?}");
        assert_eq!(sink.connections(), 1, "a refusal leaves the connection as good as it was");
    }
}

#[tokio::test]
async fn a_relay_that_hung_up_meanwhile_is_called_anew() {
    let sink = SmtpSink::hanging_up().await;
    for _ in 0..3 {
        let receipt = deliver("email", settings(&sink), notification(Kind::Reminder)).await;
        assert_eq!(detail(&receipt), "250 queued as 1");
    }
    assert_eq!(sink.connections(), 3);
}

#[tokio::test]
async fn one_unknown_recipient_does_not_keep_the_others_from_being_told() {
    let sink = SmtpSink::start().await;
    let receipt =
        deliver("email", to(&sink, &["gone@example.org", "ops@example.org"]), notification(Kind::Problem)).await;
    assert_eq!(detail(&receipt), "250 queued as 1; not taken: gone@example.org (550 no such user)");
    assert_eq!(sink.only().to, ["RCPT TO:<ops@example.org>"]);
    assert_eq!(receipt.logs.len(), 1);
}

#[tokio::test]
async fn the_relays_no_is_final_and_its_not_now_is_not() {
    let sink = SmtpSink::start().await;
    let outcome =
        async |address: &str| deliver("email", to(&sink, &[address]), notification(Kind::Problem)).await.outcome;
    assert!(
        matches!(outcome("gone@example.org").await, Outcome::Permanent { message } if message.contains("no such user"))
    );
    assert!(matches!(outcome("later@example.org").await, Outcome::Retry { .. }));
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn a_wrong_password_is_a_matter_of_settings_and_stays_secret() {
    let sink = SmtpSink::start().await;
    let mut settings = settings(&sink);
    settings["relay"]["username"] = json!("tocsin");
    settings["relay"]["password"] = json!("wr0ng-w0rd");
    let receipt = deliver("email", settings, notification(Kind::Problem)).await;
    assert_eq!(pointers(&receipt), ["/relay/password"]);
    assert!(!format!("{receipt:?}").contains("wr0ng-w0rd"));
}

#[tokio::test]
async fn a_relay_without_starttls_gets_nothing_when_that_was_asked_for() {
    let sink = SmtpSink::start().await;
    let mut settings = settings(&sink);
    settings["relay"]["security"] = json!("starttls");
    let receipt = deliver("email", settings, notification(Kind::Problem)).await;
    assert!(matches!(&receipt.outcome, Outcome::Retry { message, .. } if message.contains("STARTTLS")), "{receipt:?}");
    assert!(sink.mails().is_empty());
}

#[tokio::test]
async fn a_relay_in_the_inner_network_needs_a_grant() {
    let sink = SmtpSink::start().await;
    for name in ["127.0.0.1", "localhost", "::ffff:127.0.0.1"] {
        let connector = load(host(), "email").await;
        let mut settings = settings(&sink);
        settings["relay"]["host"] = json!(name);
        let grant = Grant::all_of(connector.manifest());
        let kv = Arc::new(MemoryKeyValue::default());
        let receipt =
            host().deliver(&connector, Call { settings, notification: notification(Kind::Problem), grant, kv }).await;
        assert_eq!(pointers(&receipt), ["/relay"], "{name}");
    }
    assert_eq!(sink.connections(), 0);
}
