//! A connector that does what it should not: each attempt ends with its own category, nothing gets
//! out, and others do not notice.

use crate::http_sink::HttpSink;
use crate::world::{BEGAN, containment, deliver, detail, grant, host, impatient, load, notification, strict};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tocsin_connector_host::{
    Call, CallLimits, ConnectorHost, Containment, Grant, KeyValue, Kind, KvFuture, LogLevel, MemoryKeyValue, Outcome,
    PrivateAddresses, Receipt,
};

pub async fn misbehave(settings: Value) -> Receipt {
    with_addresses(settings, PrivateAddresses::All).await
}

pub async fn with_addresses(settings: Value, private: PrivateAddresses) -> Receipt {
    on(strict(), settings, private).await
}

async fn on(host: &ConnectorHost, settings: Value, private: PrivateAddresses) -> Receipt {
    let connector = load(host, "hostile").await;
    let grant = Grant::all_of(connector.manifest()).with_private_addresses(private);
    let kv = Arc::new(MemoryKeyValue::default());
    host.deliver(&connector, Call { settings, notification: notification(Kind::Problem), grant, kv }).await
}

async fn mode(mode: &str) -> Receipt {
    misbehave(json!({"mode": mode})).await
}

#[tokio::test]
async fn each_way_out_of_hand_has_its_category() {
    for (name, category) in [
        ("spin", Containment::Cpu),
        ("log-without-end", Containment::Cpu),
        ("stderr-without-end", Containment::Cpu),
        ("memory", Containment::Memory),
        ("stack", Containment::Stack),
        ("frames", Containment::Trap),
        ("panic", Containment::Trap),
        ("exit", Containment::Exit),
        ("big-output", Containment::Protocol),
        ("bad-utf8", Containment::Protocol),
    ] {
        let receipt = mode(name).await;
        assert_eq!(containment(&receipt), category, "{name}: {receipt:?}");
    }
}

#[tokio::test]
async fn things_of_the_host_are_held_in_small_numbers_and_looked_at_for_a_time() {
    let receipt = mode("handles").await;
    assert_eq!(containment(&receipt), Containment::Protocol, "{receipt:?}");
    let receipt = mode("polls").await;
    assert_eq!(containment(&receipt), Containment::Cpu, "{receipt:?}");
    let receipt = mode("long-poll").await;
    assert_eq!(containment(&receipt), Containment::Protocol, "{receipt:?}");
    assert!(receipt.memory_peak_bytes <= 32 << 20);
}

#[tokio::test]
async fn sleeping_ends_with_the_time_of_a_call() {
    let receipt = on(impatient(), json!({"mode": "sleep"}), PrivateAddresses::None).await;
    assert_eq!(containment(&receipt), Containment::Wall);
    assert!(receipt.wall < Duration::from_secs(20), "{:?}", receipt.wall);
}

#[tokio::test]
async fn a_server_that_never_answers_costs_no_more_than_the_time_of_a_call() {
    let sink = HttpSink::start().await;
    let receipt = on(impatient(), json!({"mode": "http", "url": sink.url("/never")}), PrivateAddresses::All).await;
    // The request and the call end at the same moment; either may be noticed first.
    let overdue = matches!(&receipt.outcome, Outcome::Contained { category: Containment::Wall, .. });
    assert!(overdue || detail(&receipt) == "Error::Timeout", "{receipt:?}");
    assert!(receipt.wall < Duration::from_secs(20), "{:?}", receipt.wall);
}

#[tokio::test]
async fn a_crash_says_what_the_connector_said() {
    let receipt = mode("panic").await;
    assert!(
        matches!(&receipt.outcome, Outcome::Contained { message, .. } if message.contains("on purpose")),
        "{receipt:?}"
    );
}

#[tokio::test]
async fn memory_is_refused_at_the_limit_and_counted() {
    let receipt = mode("memory-checked").await;
    let refused: u64 = detail(&receipt).split(' ').nth(2).unwrap().parse().unwrap();
    assert!((24..32).contains(&refused), "{}", detail(&receipt));
    assert!(receipt.memory_peak_bytes <= 32 << 20 && receipt.memory_peak_bytes > 24 << 20);
}

#[tokio::test]
async fn floods_are_cut() {
    let receipt = mode("log-flood").await;
    assert_eq!(receipt.logs.len(), 51);
    assert_eq!(receipt.logs[50].message, "450 more lines were not kept");
    assert!(receipt.logs.iter().all(|line| line.message.chars().count() <= 1_001));
    assert_eq!(detail(&mode("stderr-flood").await), "flooded");
    assert_eq!(detail(&mode("long-output").await).chars().count(), 1_001);
}

#[tokio::test]
async fn the_world_around_it_is_empty() {
    assert_eq!(detail(&mode("environment").await), "0 variables, 0 arguments");
    assert_eq!(detail(&mode("files").await), "read false, listed false, written false");
    assert_eq!(detail(&mode("sockets").await), "tcp false, udp false, names false");
    assert!(detail(&mode("threads").await).starts_with("Err"));
    assert_eq!(detail(&mode("clock").await), "a clock: true", "what it does have");
    assert!(detail(&mode("mail").await).starts_with("Err(Error::Denied"), "it did not ask for mail");
}

#[tokio::test]
async fn requests_and_the_store_have_an_end() {
    let sink = HttpSink::start().await;
    let receipt = misbehave(json!({"mode": "http-many", "url": sink.url("/")})).await;
    assert!(detail(&receipt).starts_with("10 then Error::Denied"), "{receipt:?}");
    assert_eq!(sink.requests().len(), 10);
    assert_eq!(detail(&mode("kv-flood").await), "15 then Error::Quota(65536)");
    assert!(detail(&mode("kv-calls").await).starts_with("50 then Error::Failed"));
    let oversize = mode("kv-oversize").await;
    assert_eq!(detail(&oversize).matches("Err(").count(), 3, "{oversize:?}");
}

/// A database that does not answer.
struct Stuck;

impl KeyValue for Stuck {
    fn get<'a>(&'a self, _: &'a str) -> KvFuture<'a, Option<Vec<u8>>> {
        Box::pin(std::future::pending())
    }

    fn set<'a>(&'a self, _: &'a str, _: Vec<u8>, _: Option<Duration>) -> KvFuture<'a, ()> {
        Box::pin(std::future::pending())
    }

    fn remove<'a>(&'a self, _: &'a str) -> KvFuture<'a, ()> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn waiting_in_a_call_of_the_host_ends_with_the_time_of_a_call() {
    let connector = load(impatient(), "hostile").await;
    let settings = json!({"mode": "kv-count"});
    let call =
        Call { settings, notification: notification(Kind::Problem), grant: grant(&connector), kv: Arc::new(Stuck) };
    assert_eq!(containment(&impatient().deliver(&connector, call).await), Containment::Wall);
}

#[tokio::test]
async fn a_form_is_not_kept_waiting_by_a_connector_that_spins() {
    let connector = load(strict(), "hostile").await;
    let refused = strict().validate(&connector, &json!({"mode": "spin-in-the-form"})).await.expect_err("refused");
    assert!(refused[0].message.contains("processor time"), "{refused:?}");
}

#[tokio::test]
async fn the_store_outlives_a_call_and_memory_does_not() {
    let connector = load(strict(), "hostile").await;
    let kv = Arc::new(MemoryKeyValue::default());
    for expected in ["call 1", "call 2", "call 3"] {
        let settings = json!({"mode": "kv-count"});
        let call =
            Call { settings, notification: notification(Kind::Problem), grant: grant(&connector), kv: kv.clone() };
        assert_eq!(detail(&strict().deliver(&connector, call).await), expected);
    }
    let without = Call {
        settings: json!({"mode": "kv-count"}),
        notification: notification(Kind::Problem),
        grant: Grant { kv: false, ..grant(&connector) },
        kv,
    };
    assert_eq!(detail(&strict().deliver(&connector, without).await), "Error::Denied");
}

#[tokio::test]
async fn a_secret_that_is_told_is_taken_out() {
    let receipt = misbehave(json!({"mode": "tell-secret", "secret": "hunter22"})).await;
    assert_eq!(receipt.logs[0].message, "the key is [secret]");
    assert_eq!(receipt.logs[0].level, LogLevel::Warning);
    assert!(matches!(&receipt.outcome, Outcome::Permanent { message } if message == "not with [secret]"));
}

#[tokio::test]
async fn the_host_goes_on_after_all_of_it() {
    for _ in 0..200 {
        assert_eq!(containment(&mode("panic").await), Containment::Trap);
    }
    let sink = HttpSink::start().await;
    let late = tocsin_connector_host::Notification { decided_at_ms: BEGAN + 1, ..notification(Kind::Problem) };
    assert_eq!(detail(&deliver("webhook", json!({"url": sink.url("/")}), late).await), "HTTP 200, request r-1");
    assert!(host().load(b"\0asm").await.is_err());
}

#[tokio::test]
async fn limits_of_its_own_hold_for_one_connector_and_not_for_calls_under_way() {
    let usual = load(strict(), "hostile").await;
    let spinning = |connector: &Arc<tocsin_connector_host::Connector>| {
        let (connector, grant) = (connector.clone(), grant(connector));
        let (settings, kv) = (json!({"mode": "spin"}), Arc::new(MemoryKeyValue::default()));
        async move {
            let call = Call { settings, notification: notification(Kind::Problem), grant, kv };
            strict().deliver(&connector, call).await
        }
    };
    let said = |receipt: Receipt| match receipt.outcome {
        Outcome::Contained { message, .. } => message,
        other => panic!("{other:?}"),
    };
    let begun = tokio::spawn(spinning(&usual));
    let limits = CallLimits { cpu: Some(Duration::from_millis(50)), concurrency: Some(1), ..CallLimits::default() };
    let limited = strict().limited(&usual, limits);
    assert_eq!(limited.digest(), usual.digest());
    assert_eq!(said(spinning(&limited).await), "The connector used up its 50 ms of processor time.");
    assert_eq!(said(begun.await.unwrap()), "The connector used up its 1000 ms of processor time.");

    let roomy = strict().limited(&usual, CallLimits { memory_bytes: Some(8 << 20), ..CallLimits::default() });
    let call = Call {
        settings: json!({"mode": "memory"}),
        notification: notification(Kind::Problem),
        grant: grant(&roomy),
        kv: Arc::new(MemoryKeyValue::default()),
    };
    assert_eq!(said(strict().deliver(&roomy, call).await), "The connector wanted more than its 8 MiB of memory.");
}
