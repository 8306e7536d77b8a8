//! How many mails and posts pass a second. Run by hand:
//! `cargo test -p tocsin-connector-host --test it measure -- --ignored --nocapture`

use crate::http_sink::HttpSink;
use crate::smtp_sink::SmtpSink;
use crate::world::{detail, grant, host, load, notification};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tocsin_connector_host::{Call, Kind, MemoryKeyValue};

const SPAN: Duration = Duration::from_secs(3);

/// Deliveries in [`SPAN`] by so many callers at once.
async fn count(name: &str, settings: Value, callers: usize) -> f64 {
    let connector = load(host(), name).await;
    let began = Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..callers {
        let (settings, connector) = (settings.clone(), connector.clone());
        tasks.push(tokio::spawn(async move {
            let mut done = 0;
            while began.elapsed() < SPAN {
                let (settings, grant) = (settings.clone(), grant(&connector));
                let kv = Arc::new(MemoryKeyValue::default());
                let call = Call { settings, notification: notification(Kind::Problem), grant, kv };
                detail(&host().deliver(&connector, call).await);
                done += 1;
            }
            done
        }));
    }
    let mut done = 0;
    for task in tasks {
        done += task.await.unwrap();
    }
    f64::from(done) / began.elapsed().as_secs_f64()
}

#[tokio::test]
#[ignore = "prints deliveries per second, which depend on the machine; run it by name with --ignored"]
async fn deliveries_per_second() {
    let relay = SmtpSink::start().await;
    let server = HttpSink::start().await;
    let mail = json!({
        "from": "t@example.org", "to": ["ops@example.org"],
        "relay": {"host": "127.0.0.1", "port": relay.port, "security": "none"}
    });
    let post = json!({"url": server.url("/hook")});
    for callers in [1, 8] {
        let mails = count("email", mail.clone(), callers).await;
        let posts = count("webhook", post.clone(), callers).await;
        println!("{callers} at once: {mails:.0} mails/s, {posts:.0} posts/s");
    }
}
