//! The host, and the connectors whose deliveries are measured.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tocsin_bundled::{Bundled, HOSTILE, bundled};
use tocsin_connector_host::{
    Answer, Call, Connector, ConnectorHost, Grant, HostOptions, HostRef, Kind, Label, MemoryKeyValue, Notification,
    Outcome, PrivateAddresses, Sent, SentMail, SentRequest, Tier, WatchedNetwork,
};

use crate::sinks::FarSide;

pub struct Host {
    pub host: Arc<ConnectorHost>,
    pub webhook: Receiver,
    /// A webhook whose far side never sleeps.
    pub awake: Receiver,
    pub email: Receiver,
    pub hostile: Arc<Connector>,
}

/// A connector with settings, and the one notification that it is told.
#[derive(Clone)]
pub struct Receiver {
    connector: Arc<Connector>,
    call: Call,
}

impl Host {
    pub async fn start(far: &FarSide) -> Host {
        let cache_dir = Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("connector-code"));
        let host = ConnectorHost::new(HostOptions { cache_dir, ..HostOptions::default() }).expect("a host");
        let known = |name| bundled(name).unwrap_or_else(|| panic!("{name} ships with tocsin"));
        let hook = |port| json!({"url": format!("http://127.0.0.1:{port}/hook")});
        let relay = json!({"host": "127.0.0.1", "port": far.smtp, "security": "none"});
        let mailbox = json!({"from": "tocsin@example.org", "to": ["ops@example.org"], "relay": relay});
        Host {
            webhook: Receiver::of(&host, known("webhook"), hook(far.http)).await,
            awake: Receiver::of(&host, known("webhook"), hook(far.awake)).await,
            email: Receiver::of(&host, known("email"), mailbox).await,
            hostile: load(&host, &HOSTILE).await,
            host: Arc::new(host),
        }
    }
}

async fn load(host: &ConnectorHost, connector: &Bundled) -> Arc<Connector> {
    host.load(connector.wasm).await.expect(connector.name)
}

/// Settings and a notification for a connector that is granted what it asks for.
pub fn call(connector: &Connector, settings: Value) -> Call {
    let grant = Grant::all_of(connector.manifest()).with_private_addresses(PrivateAddresses::All);
    Call { settings, notification: notification(), grant, kv: Arc::new(MemoryKeyValue::default()) }
}

impl Receiver {
    async fn of(host: &ConnectorHost, bundled: &Bundled, settings: Value) -> Receiver {
        let connector = load(host, bundled).await;
        Receiver { call: call(&connector, settings), connector }
    }

    pub async fn deliver(&self, host: &ConnectorHost) {
        let receipt = host.deliver(&self.connector, self.call.clone()).await;
        assert!(matches!(receipt.outcome, Outcome::Delivered { .. }), "{receipt:?}");
    }

    /// What it sends for one delivery.
    async fn sent(&self) -> Sent {
        let host = ConnectorHost::new(HostOptions { slots: 2, ..HostOptions::default() }).expect("a host");
        let bytes = bundled(&self.connector.manifest().name).expect("it ships").wasm;
        let connector = host.load(bytes).await.expect("it loads");
        let network = Arc::new(WatchedNetwork::scripted(Answer::text(200, "ok")));
        host.deliver_watched(&connector, self.call.clone(), &network).await;
        network.exchanges().into_iter().next().expect("it sends").sent
    }

    pub async fn request(&self) -> SentRequest {
        match self.sent().await {
            Sent::Request(request) => request,
            Sent::Mail(_) => unreachable!("a hook is no mail"),
        }
    }

    pub async fn mail(&self) -> SentMail {
        match self.sent().await {
            Sent::Mail(mail) => mail,
            Sent::Request(_) => unreachable!("a mail is no hook"),
        }
    }
}

/// As the engine would hand it over.
fn notification() -> Notification {
    /// Tuesday, 14 November 2023, 22:13:20 UTC.
    const BEGAN_MS: u64 = 1_700_000_000_000;
    let text = "connection refused\n\nHost:     web1 (production)\nService:  nginx\nSince:    2023-11-14 22:13:20 UTC";
    Notification {
        idempotency_key: "alert-1:ops:problem:1".into(),
        attempt: 1,
        budget_ms: 0,
        kind: Kind::Problem,
        urgency: Some(1),
        host: HostRef { id: "4f2c".into(), name: "web1".into() },
        service: Some("nginx".into()),
        group: Some("web".into()),
        tier: Tier::Group,
        message: "connection refused".into(),
        since_ms: BEGAN_MS,
        decided_at_ms: BEGAN_MS + 300_000,
        ended_at_ms: None,
        ended_because: None,
        duration_ms: Some(300_000),
        acknowledgement: None,
        title: "PROBLEM: web1 nginx: connection refused".into(),
        text: text.into(),
        html: None,
        url: Some("https://tocsin.example.org/alerts/1".into()),
        acknowledge_url: None,
        silence_url: None,
        alert_id: "alert-1".into(),
        environment: Some("production".into()),
        region: None,
        labels: vec![Label { name: "team".into(), value: "web".into() }],
        prior_handle: None,
        bundle: Vec::new(),
        data: json!({"schema": 1}).to_string(),
    }
}
