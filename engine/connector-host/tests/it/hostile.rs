//! A connector that does what it should not: each attempt ends with its own category, nothing gets
//! out, and others do not notice.

use crate::http_sink::HttpSink;
use crate::world::{BEGAN, containment, deliver, detail, grant, host, impatient, load, notification, strict};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;
use tocsin_connector_host::{
    Call, ConnectorHost, Containment, Grant, HostOptions, KeyValue, Kind, LogLevel, MemoryKeyValue, Outcome,
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
        ("memory", Containment::Memory),
        ("stack", Containment::Stack),
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
}

#[tokio::test]
async fn requests_and_the_store_have_an_end() {
    let sink = HttpSink::start().await;
    let receipt = misbehave(json!({"mode": "http-many", "url": sink.url("/")})).await;
    assert!(detail(&receipt).starts_with("10 then Error::Denied"), "{receipt:?}");
    assert_eq!(sink.requests().len(), 10);
    assert_eq!(detail(&mode("kv-flood").await), "15 then Error::Quota(65536)");
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
async fn a_delivery_beside_spinners_is_not_kept_waiting() {
    let cpu = Duration::from_secs(1);
    let host =
        ConnectorHost::new(HostOptions { cpu, wall: Duration::from_secs(60), ..crate::world::options() }).unwrap();
    let host = Arc::new(host);
    let (hostile, webhook) = (load(&host, "hostile").await, load(&host, "webhook").await);
    let sink = HttpSink::start().await;

    let mut spinners = Vec::new();
    for _ in 0..4 {
        let sign = Arc::new(MemoryKeyValue::default());
        let call = Call {
            settings: json!({"mode": "spin"}),
            notification: notification(Kind::Problem),
            grant: grant(&hostile),
            kv: sign.clone(),
        };
        let (host, hostile) = (host.clone(), hostile.clone());
        let spinner = tokio::spawn(async move { host.deliver(&hostile, call).await });
        while sign.get("spinning").await.unwrap().is_none() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        spinners.push(spinner);
    }
    let call = Call {
        settings: json!({"url": sink.url("/hook")}),
        notification: notification(Kind::Problem),
        grant: grant(&webhook),
        kv: Arc::new(MemoryKeyValue::default()),
    };
    let receipt = host.deliver(&webhook, call).await;

    assert_eq!(detail(&receipt), "HTTP 200, request r-1");
    assert!(spinners.iter().all(|spinner| !spinner.is_finished()), "it did not wait for any of them");
    for spinner in spinners {
        assert_eq!(containment(&spinner.await.unwrap()), Containment::Cpu);
    }
}

#[tokio::test]
async fn when_all_slots_are_taken_a_call_waits_and_then_says_so() {
    let options = HostOptions { slots: 1, slot_wait: Duration::from_millis(50), ..crate::world::options() };
    let host = Arc::new(ConnectorHost::new(HostOptions { wall: Duration::from_secs(2), ..options }).unwrap());
    let connector = load(&host, "hostile").await;
    let sink = HttpSink::start().await;
    let call = |url: String| Call {
        settings: json!({"mode": "http", "url": url}),
        notification: notification(Kind::Problem),
        grant: grant(&connector),
        kv: Arc::new(MemoryKeyValue::default()),
    };
    let (first, on, long) = (host.clone(), connector.clone(), call(sink.url("/never")));
    let first = tokio::spawn(async move { first.deliver(&on, long).await });
    while sink.requests().is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    assert_eq!(containment(&host.deliver(&connector, call(sink.url("/"))).await), Containment::Busy);
    first.await.unwrap();
    assert_eq!(detail(&host.deliver(&connector, call(sink.url("/"))).await), "answered 200 with 2 bytes");
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
