//! Relays and servers with a certificate, and what happens when it is not trusted.

use crate::http_sink::HttpSink;
use crate::smtp_sink::SmtpSink;
use crate::world::{deliver, detail, grant, load, notification, options};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use serde_json::{Value, json};
use std::sync::Arc;
use tocsin_connector_host::{Call, ConnectorHost, HostOptions, Kind, MemoryKeyValue, Outcome, Receipt};
use tokio_rustls::TlsAcceptor;

/// Shows the certificate for `localhost` that the test authority has signed.
pub fn acceptor() -> TlsAcceptor {
    let chain = CertificateDer::pem_slice_iter(include_bytes!("tls/server.pem")).collect::<Result<_, _>>().unwrap();
    let key = PrivateKeyDer::from_pem_slice(include_bytes!("tls/server.key")).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    TlsAcceptor::from(Arc::new(config.with_no_client_auth().with_single_cert(chain, key).unwrap()))
}

fn mail(port: u16, security: &str, host: &str) -> Value {
    json!({
        "from": "t@example.org", "to": ["ops@example.org"],
        "relay": {"host": host, "port": port, "security": security, "username": "tocsin", "password": "right"}
    })
}

/// By a host that knows the system's authorities only.
async fn untrusting(name: &str, settings: Value) -> Receipt {
    let host = ConnectorHost::new(HostOptions { trusted_certificates: None, ..options() }).unwrap();
    let connector = load(&host, name).await;
    let kv = Arc::new(MemoryKeyValue::default());
    let call = Call { settings, notification: notification(Kind::Problem), grant: grant(&connector), kv };
    host.deliver(&connector, call).await
}

fn insecure(receipt: &Receipt) -> bool {
    matches!(&receipt.outcome, Outcome::Retry { message, .. } if message.contains("certificate"))
}

#[tokio::test]
async fn mail_goes_through_tls_from_the_first_byte_with_a_login() {
    let sink = SmtpSink::tls().await;
    for _ in 0..2 {
        let receipt = deliver("email", mail(sink.port, "tls", "localhost"), notification(Kind::Problem)).await;
        assert_eq!(detail(&receipt), "250 queued as 1");
    }
    assert_eq!((sink.mails().len(), sink.connections()), (2, 1));
}

#[tokio::test]
async fn mail_goes_through_starttls_with_a_login() {
    let sink = SmtpSink::starttls().await;
    for _ in 0..2 {
        let receipt = deliver("email", mail(sink.port, "starttls", "localhost"), notification(Kind::Problem)).await;
        assert_eq!(detail(&receipt), "250 queued as 1");
    }
    assert_eq!((sink.mails().len(), sink.connections()), (2, 1));
}

#[tokio::test]
async fn a_relay_that_nobody_vouches_for_hears_neither_password_nor_mail() {
    for (sink, security) in [(SmtpSink::tls().await, "tls"), (SmtpSink::starttls().await, "starttls")] {
        let receipt = untrusting("email", mail(sink.port, security, "localhost")).await;
        assert!(insecure(&receipt), "{security}: {receipt:?}");
        assert!(sink.mails().is_empty() && sink.logins() == 0);
    }
}

#[tokio::test]
async fn a_reply_that_was_slipped_in_before_tls_is_not_believed() {
    let sink = SmtpSink::with_somebody_on_the_way().await;
    let receipt = deliver("email", mail(sink.port, "starttls", "localhost"), notification(Kind::Problem)).await;
    assert!(matches!(receipt.outcome, Outcome::Retry { .. }), "{receipt:?}");
    assert!(sink.mails().is_empty() && sink.logins() == 0);
}

#[tokio::test]
async fn a_hook_with_a_trusted_certificate_is_posted_to_and_another_is_not() {
    let sink = HttpSink::tls().await;
    let settings = json!({"url": sink.secure_url("/hook")});
    let receipt = deliver("webhook", settings.clone(), notification(Kind::Problem)).await;
    assert_eq!(detail(&receipt), "HTTP 200, request r-1");

    let receipt = untrusting("webhook", settings).await;
    assert!(insecure(&receipt), "{receipt:?}");
    assert_eq!(sink.requests().len(), 1);
}
