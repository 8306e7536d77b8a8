//! Many that misbehave at once, and a good delivery beside them.

use crate::http_sink::HttpSink;
use crate::world::{containment, detail, grant, load, notification};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;
use tocsin_connector_host::{Call, ConnectorHost, Containment, HostOptions, KeyValue, Kind, MemoryKeyValue, Outcome};

const CROWD: usize = 64;

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
async fn a_good_delivery_passes_through_a_crowd_of_hostile_ones() {
    let options = HostOptions { memory_bytes: 32 << 20, cpu: Duration::from_millis(50), ..crate::world::options() };
    let host = Arc::new(ConnectorHost::new(options).unwrap());
    let (hostile, webhook) = (load(&host, "hostile").await, load(&host, "webhook").await);
    let sink = HttpSink::start().await;
    let bad = ["spin", "memory", "stack", "panic", "exit", "big-output", "log-without-end", "kv-flood"];
    let call = |mode: &str| Call {
        settings: json!({"mode": mode}),
        notification: notification(Kind::Problem),
        grant: grant(&hostile),
        kv: Arc::new(MemoryKeyValue::default()),
    };
    let crowd: Vec<_> = (0..CROWD)
        .map(|number| {
            let mode = bad[number % bad.len()];
            let (host, hostile, call) = (host.clone(), hostile.clone(), call(mode));
            tokio::spawn(async move { (mode, host.deliver(&hostile, call).await) })
        })
        .collect();
    for _ in 0..5 {
        let good = Call {
            settings: json!({"url": sink.url("/hook")}),
            notification: notification(Kind::Problem),
            grant: grant(&webhook),
            kv: Arc::new(MemoryKeyValue::default()),
        };
        assert_eq!(detail(&host.deliver(&webhook, good).await), "HTTP 200, request r-1");
    }
    for member in crowd {
        let (mode, receipt) = member.await.unwrap();
        match mode {
            "kv-flood" => assert_eq!(detail(&receipt), "15 then Error::Quota(65536)"),
            _ => assert!(matches!(receipt.outcome, Outcome::Contained { .. }), "{mode}: {receipt:?}"),
        }
    }
}
