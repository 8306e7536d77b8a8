//! Names whose addresses change from one look-up to the next: what was allowed is where the connection goes.

use crate::http_sink::HttpSink;
use crate::smtp_sink::SmtpSink;
use crate::world::{detail, load, notification, options, pointers};
use serde_json::{Value, json};
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex};
use tocsin_connector_host::{
    Call, ConnectorHost, Grant, HostOptions, Kind, MemoryKeyValue, Names, NamesFuture, PrivateAddresses, Receipt,
};

/// What is granted, and what is not.
const OURS: &str = "127.0.0.1";
const THEIRS: &str = "127.0.0.2";

/// Gives one answer after the other; the last one stays.
#[derive(Debug)]
struct Turncoat(Mutex<Vec<Vec<IpAddr>>>);

impl Turncoat {
    fn saying(answers: &[&[&str]]) -> Arc<Turncoat> {
        let read = |answer: &&[&str]| answer.iter().map(|address| address.parse().unwrap()).collect();
        Arc::new(Turncoat(Mutex::new(answers.iter().rev().map(read).collect())))
    }

    /// Answers that nobody has asked for.
    fn left(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

impl Names for Turncoat {
    fn look_up<'a>(&'a self, _: &'a str, port: u16) -> NamesFuture<'a> {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop() } else { answers.last().cloned() };
        let found = answer.unwrap().into_iter().map(|address| SocketAddr::new(address, port)).collect();
        Box::pin(async move { Ok(found) })
    }
}

/// A delivery by a host that asks `names`, to a receiver that may reach [`OURS`].
async fn deliver(names: &Arc<Turncoat>, connector: &str, settings: Value) -> Receipt {
    let host = ConnectorHost::new(HostOptions { names: names.clone(), slots: 2, ..options() }).unwrap();
    let connector = load(&host, connector).await;
    let ours = PrivateAddresses::Listed(vec![format!("{OURS}/32").parse().unwrap()]);
    let grant = Grant::all_of(connector.manifest()).with_private_addresses(ours);
    let kv = Arc::new(MemoryKeyValue::default());
    host.deliver(&connector, Call { settings, notification: notification(Kind::Problem), grant, kv }).await
}

fn request(port: u16) -> Value {
    json!({"mode": "http", "url": format!("http://hooks.example.org:{port}/")})
}

fn mail(port: u16) -> Value {
    let relay = json!({"host": "mail.example.org", "port": port, "security": "none"});
    json!({"from": "t@example.org", "to": ["ops@example.org"], "relay": relay})
}

#[tokio::test]
async fn a_request_goes_to_the_address_that_was_checked_whatever_the_name_says_next() {
    let ours = HttpSink::start().await;
    let theirs = HttpSink::at(THEIRS, ours.port()).await;
    let names = Turncoat::saying(&[&[OURS], &[THEIRS]]);
    assert_eq!(detail(&deliver(&names, "hostile", request(ours.port())).await), "answered 200 with 2 bytes");
    assert_eq!((names.left(), ours.requests().len()), (1, 1), "it was asked once");

    let receipt = deliver(&names, "hostile", request(ours.port())).await;
    assert!(detail(&receipt).contains("leads to 127.0.0.2, which is not a public address"), "{receipt:?}");
    assert!(theirs.requests().is_empty());
}

#[tokio::test]
async fn of_several_addresses_only_those_are_tried_that_may_be_reached() {
    let ours = HttpSink::start().await;
    let theirs = HttpSink::at(THEIRS, ours.port()).await;
    let names = Turncoat::saying(&[&[THEIRS, OURS]]);
    assert_eq!(detail(&deliver(&names, "hostile", request(ours.port())).await), "answered 200 with 2 bytes");
    assert_eq!((ours.requests().len(), theirs.requests().len()), (1, 0));

    // Nobody listens at the one that is allowed: that is no reason to try the other.
    let theirs = HttpSink::at(THEIRS, 0).await;
    let receipt = deliver(&names, "hostile", request(theirs.port())).await;
    assert!(detail(&receipt).starts_with("Error::Connect"), "{receipt:?}");
    assert!(theirs.requests().is_empty());
}

#[tokio::test]
async fn mail_goes_to_the_relay_that_was_checked_whatever_its_name_says_next() {
    let ours = SmtpSink::start().await;
    let theirs = HttpSink::at(THEIRS, ours.port).await;
    let names = Turncoat::saying(&[&[OURS], &[THEIRS]]);
    assert_eq!(detail(&deliver(&names, "email", mail(ours.port)).await), "250 queued as 1");
    assert_eq!((names.left(), ours.mails().len()), (1, 1), "it was asked once");

    assert_eq!(pointers(&deliver(&names, "email", mail(ours.port)).await), ["/relay"]);
    assert!(theirs.connections() == 0 && ours.connections() == 1);
}
