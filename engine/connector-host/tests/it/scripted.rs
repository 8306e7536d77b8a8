//! A script in place of the world: all rules hold, and what goes wrong looks as it does outside. And the
//! world, watched.

use crate::http_sink::HttpSink;
use crate::world::{containment, detail, grant, impatient, load, notification, strict};
use serde_json::{Value, json};
use std::sync::Arc;
use tocsin_connector_host::{
    Answer, Call, ConnectorHost, Containment, Exchange, Fault, Got, Grant, Kind, MailAnswer, MemoryKeyValue, Outcome,
    PrivateAddresses, Receipt, Script, Sent, WatchedNetwork,
};

const FAR: &str = "https://far.example.org/hook";

async fn on(host: &ConnectorHost, settings: Value, network: &Arc<WatchedNetwork>) -> Receipt {
    let connector = load(host, "hostile").await;
    let kv = Arc::new(MemoryKeyValue::default());
    let call = Call { settings, notification: notification(Kind::Problem), grant: grant(&connector), kv };
    host.deliver_watched(&connector, call, network).await
}

/// What a connector sees that asks once.
async fn seen(script: impl Into<Script>) -> String {
    let network = Arc::new(WatchedNetwork::scripted(script));
    detail(&on(strict(), json!({"mode": "http", "url": FAR}), &network).await).to_owned()
}

#[tokio::test]
async fn an_answer_comes_as_it_is_written_and_the_request_is_kept() {
    let network = Arc::new(WatchedNetwork::scripted(Answer::text(202, "fine")));
    let receipt = on(strict(), json!({"mode": "http", "url": FAR}), &network).await;
    assert_eq!(detail(&receipt), "answered 202 with 4 bytes");
    assert_eq!(receipt.requests, 1);
    let [Exchange { sent: Sent::Request(request), got }] = &network.exchanges()[..] else { panic!("{network:?}") };
    assert_eq!(got, &Got::Answer { status: 202, headers: vec![], body: b"fine".to_vec() });
    assert_eq!((request.method.as_str(), request.url.as_str()), ("GET", FAR));
}

#[tokio::test]
async fn answers_come_in_turn_and_to_those_they_are_meant_for() {
    let script = Script {
        answers: vec![Answer::text(201, "").on("POST "), Answer::text(202, ""), Answer::text(203, "")],
        then: Some(Answer::text(204, "")),
        ..Script::default()
    };
    let network = Arc::new(WatchedNetwork::scripted(script));
    for status in [202, 203, 204, 204] {
        let receipt = on(strict(), json!({"mode": "http", "url": FAR}), &network).await;
        assert_eq!(detail(&receipt), format!("answered {status} with 0 bytes"));
    }
}

#[tokio::test]
async fn a_request_that_the_script_does_not_know_fails_and_is_named() {
    let network = Arc::new(WatchedNetwork::scripted(Answer::text(200, "").on("POST")));
    let receipt = on(strict(), json!({"mode": "http", "url": FAR}), &network).await;
    assert!(detail(&receipt).contains("the script has no answer"), "{receipt:?}");
    assert_eq!(network.exchanges()[0].got, Got::Unscripted);
}

#[tokio::test]
async fn what_goes_wrong_looks_as_it_does_in_the_world() {
    let sink = HttpSink::start().await;
    let real =
        async |url: &str| detail(&crate::hostile::misbehave(json!({"mode": "http", "url": url})).await).to_owned();
    // The sentences go on with what the system says.
    let begins = |real: &str, scripted: &str| {
        let sentence = |text: &str| text.split_once(": ").map_or(text, |(sentence, _)| sentence).to_owned();
        assert_eq!(sentence(real), sentence(scripted));
    };
    assert_eq!(real(&sink.url("/huge")).await, seen(Fault::Huge).await);
    begins(&real("http://127.0.0.1:1/").await, &seen(Fault::Connect).await);
    begins(&real("http://no-such-name.invalid/").await, &seen(Fault::Dns).await);
    begins(&real(&sink.url("/cut")).await, &seen(Fault::Cut).await);
    assert!(seen(Fault::Tls).await.starts_with("Error::Tls(\"no secure connection: "));
    assert_eq!(seen(Fault::Timeout).await, "Error::Timeout");
    assert_eq!(seen(Answer::text(200, "x".repeat((1 << 20) + 1))).await, "Error::TooLarge(1048576)");
}

#[tokio::test]
async fn a_hang_lasts_as_long_as_the_call_may() {
    let network = Arc::new(WatchedNetwork::scripted(Fault::Hang));
    let receipt = on(impatient(), json!({"mode": "http", "url": FAR}), &network).await;
    // The request and the call end at the same moment; either may be noticed first.
    let overdue = matches!(&receipt.outcome, Outcome::Contained { category: Containment::Wall, .. });
    assert!(overdue || detail(&receipt) == "Error::Timeout", "{receipt:?}");
}

#[tokio::test]
async fn nothing_gets_past_the_rules_into_a_script() {
    let network = Arc::new(WatchedNetwork::scripted(Answer::text(200, "")));
    for target in
        ["https://other.example.org/", "http://169.254.169.254/", "https://u:p@far.example.org/", "file:///etc/passwd"]
    {
        on(strict(), json!({"mode": "http", "url": FAR, "target": target}), &network).await;
    }
    on(strict(), json!({"mode": "http-inject", "into": "value", "url": FAR}), &network).await;
    assert!(network.exchanges().is_empty(), "{network:?}");

    let connector = load(strict(), "hostile").await;
    let call = Call {
        settings: json!({"mode": "http", "url": "https://127.0.0.1/"}),
        notification: notification(Kind::Problem),
        grant: Grant::all_of(connector.manifest()).with_private_addresses(PrivateAddresses::None),
        kv: Arc::new(MemoryKeyValue::default()),
    };
    let receipt = strict().deliver_watched(&connector, call, &network).await;
    assert!(detail(&receipt).contains("not a public address"), "{receipt:?}");

    let receipt = on(strict(), json!({"mode": "http-many", "url": FAR}), &network).await;
    assert!(detail(&receipt).starts_with("10 then Error::Denied"), "{receipt:?}");
    assert_eq!(network.exchanges().len(), 10);
    assert_eq!(containment(&on(strict(), json!({"mode": "panic"}), &network).await), Containment::Trap);
}

#[tokio::test]
async fn the_world_can_be_watched_too() {
    let sink = HttpSink::start().await;
    let network = Arc::new(WatchedNetwork::real());
    on(strict(), json!({"mode": "http", "url": sink.url("/gone")}), &network).await;
    on(strict(), json!({"mode": "http", "url": "http://127.0.0.1:1/"}), &network).await;
    let seen = network.exchanges();
    assert!(matches!(&seen[0].got, Got::Answer { status: 404, body, .. } if body == b"no_service"), "{seen:?}");
    assert!(matches!(&seen[1].got, Got::Failed(words) if words.starts_with("no connection: ")), "{seen:?}");
    assert_eq!(sink.requests().len(), 1);
}

#[tokio::test]
async fn a_scripted_relay_takes_and_refuses_mails() {
    let connector = load(strict(), "email").await;
    let network = Arc::new(WatchedNetwork::scripted(MailAnswer::reply(451, "try later")));
    let settings = json!({"from": "t@example.org", "to": ["a@example.org"], "relay": {"host": "mail.example.org"}});
    let deliver = async || {
        let (settings, grant) = (settings.clone(), Grant::all_of(connector.manifest()));
        let kv = Arc::new(MemoryKeyValue::default());
        let call = Call { settings, notification: notification(Kind::Problem), grant, kv };
        strict().deliver_watched(&connector, call, &network).await
    };
    assert!(matches!(deliver().await.outcome, Outcome::Retry { message, .. } if message == "451 try later"));
    assert_eq!(detail(&deliver().await), "250 queued as 1");
    let [_, Exchange { sent: Sent::Mail(mail), got: Got::Reply(reply) }] = &network.exchanges()[..] else {
        panic!("{network:?}")
    };
    assert_eq!(reply, "250 queued as 1");
    assert_eq!(mail.recipients, ["a@example.org"]);
}
