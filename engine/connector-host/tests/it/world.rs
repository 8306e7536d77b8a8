//! The host, its connectors, and notifications to be delivered: what each story begins with.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;
use tocsin_connector_host::{
    Call, Connector, ConnectorHost, Containment, Grant, HostOptions, HostRef, Kind, Label, MemoryKeyValue,
    Notification, Outcome, PrivateAddresses, Receipt, Tier,
};

/// Tuesday, 14 November 2023, 22:13:20 UTC, when the problem began.
pub const BEGAN: u64 = 1_700_000_000_000;

pub fn options() -> HostOptions {
    HostOptions {
        cache_dir: Some(Path::new(env!("CARGO_TARGET_TMPDIR")).join("connector-code")),
        hello_name: Some("tocsin.test".into()),
        trusted_certificates: Some("tests/it/tls/authority.pem".into()),
        ..HostOptions::default()
    }
}

static HOST: LazyLock<ConnectorHost> = LazyLock::new(|| ConnectorHost::new(options()).unwrap());

/// Little memory, so that eating it is soon over.
static STRICT: LazyLock<ConnectorHost> =
    LazyLock::new(|| ConnectorHost::new(HostOptions { memory_bytes: 32 << 20, slots: 16, ..options() }).unwrap());

/// Waits for nobody.
static IMPATIENT: LazyLock<ConnectorHost> = LazyLock::new(|| {
    let limits = HostOptions { wall: Duration::from_secs(1), slots: 16, ..options() };
    ConnectorHost::new(limits).unwrap()
});

pub fn host() -> &'static ConnectorHost {
    &HOST
}

pub fn strict() -> &'static ConnectorHost {
    &STRICT
}

/// By the address of the host, which stays, and by name.
type Loaded = HashMap<(usize, String), Arc<Connector>>;

/// Loads a connector, once for the hosts that all stories share.
pub async fn load(host: &ConnectorHost, name: &str) -> Arc<Connector> {
    static LOADED: LazyLock<Mutex<Loaded>> = LazyLock::new(Mutex::default);
    if ![self::host(), strict(), impatient()].into_iter().any(|shared| std::ptr::eq(host, shared)) {
        return load_anew(host, name).await;
    }
    let key = (std::ptr::from_ref(host).addr(), name.to_owned());
    let known = LOADED.lock().unwrap().get(&key).cloned();
    match known {
        Some(connector) => connector,
        None => {
            let connector = load_anew(host, name).await;
            LOADED.lock().unwrap().insert(key, connector.clone());
            connector
        }
    }
}

async fn load_anew(host: &ConnectorHost, name: &str) -> Arc<Connector> {
    let hostile = [&tocsin_bundled::HOSTILE, &tocsin_bundled::HOSTILE_MAIL];
    let bundled = hostile.into_iter().find(|hostile| hostile.name == name);
    let bundled = bundled.or_else(|| tocsin_bundled::bundled(name)).expect(name);
    host.load(bundled.wasm).await.unwrap()
}

pub fn impatient() -> &'static ConnectorHost {
    &IMPATIENT
}

/// All that the connector asks for, and this machine's own addresses.
pub fn grant(connector: &Connector) -> Grant {
    Grant::all_of(connector.manifest()).with_private_addresses(PrivateAddresses::All)
}

pub async fn deliver(name: &str, settings: Value, notification: Notification) -> Receipt {
    let connector = load(host(), name).await;
    let call = Call { settings, notification, grant: grant(&connector), kv: Arc::new(MemoryKeyValue::default()) };
    host().deliver(&connector, call).await
}

/// One of each kind about nginx on web1, as the engine would hand it over.
pub fn notification(kind: Kind) -> Notification {
    let over = kind == Kind::Recovery;
    Notification {
        idempotency_key: format!("alert-1:ops:{}:1", word(kind)),
        attempt: 1,
        budget_ms: 0,
        kind,
        urgency: Some(1),
        host: HostRef { id: "4f2c".into(), name: "web1".into() },
        service: Some("nginx".into()),
        group: Some("web".into()),
        tier: Tier::Group,
        message: "connection refused <tcp 80>".into(),
        since_ms: BEGAN,
        decided_at_ms: BEGAN + 300_000,
        ended_at_ms: over.then_some(BEGAN + 299_000),
        ended_because: over.then(|| "recovered".into()),
        duration_ms: Some(299_000),
        acknowledgement: None,
        title: format!("{}: web1 nginx: connection refused <tcp 80>", word(kind).to_uppercase()),
        text: "nginx on web1 in production\n\nconnection refused <tcp 80>\nSince 22:13 UTC – größer als üblich".into(),
        html: None,
        url: Some("https://tocsin.example.org/alerts/1".into()),
        acknowledge_url: None,
        silence_url: None,
        alert_id: "alert-1".into(),
        environment: Some("production".into()),
        region: None,
        labels: vec![Label { name: "team".into(), value: "ops & db".into() }],
        prior_handle: None,
        bundle: Vec::new(),
        data: json!({"schema": 1, "extra": true}).to_string(),
    }
}

fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Problem => "problem",
        Kind::Reminder => "reminder",
        Kind::Acknowledged => "acknowledged",
        Kind::Recovery => "recovery",
        Kind::Change => "change",
        Kind::Test => "test",
    }
}

pub fn detail(receipt: &Receipt) -> &str {
    match &receipt.outcome {
        Outcome::Delivered { detail, .. } => detail.as_deref().unwrap_or_default(),
        other => panic!("not delivered: {other:?}"),
    }
}

pub fn containment(receipt: &Receipt) -> Containment {
    match &receipt.outcome {
        Outcome::Contained { category, .. } => *category,
        other => panic!("not contained: {other:?}"),
    }
}

/// The JSON pointers of what is misconfigured.
pub fn pointers(receipt: &Receipt) -> Vec<&str> {
    match &receipt.outcome {
        Outcome::Misconfigured { errors } => errors.iter().map(|error| error.pointer.as_str()).collect(),
        other => panic!("not misconfigured: {other:?}"),
    }
}
