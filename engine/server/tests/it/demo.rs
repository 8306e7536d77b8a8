//! The demo is the whole program at work: agents over HTTP, alerts, messages that arrive, people who act.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::Ordering;
use std::time::Duration;

use tocsin::demo::{Demo, Plan};
use tokio_util::sync::CancellationToken;

/// Long enough for a slow machine; each state comes within seconds.
const PATIENCE: Duration = Duration::from_secs(120);

#[tokio::test(flavor = "multi_thread")]
async fn the_demo_shows_every_state_and_ends_cleanly() {
    let shutdown = CancellationToken::new();
    let plan =
        Plan { listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)), hosts: 20, cycle_seconds: 1, ..Plan::default() };
    let demo = Demo::set_up(plan, &shutdown).await.expect("set up");
    let (app, posts, mails) = (demo.app.clone(), demo.sink.posts.clone(), demo.sink.mails.clone());
    let running = tokio::spawn(demo.run(shutdown.clone()));

    let shown = || {
        let hosts: Vec<_> = app.engine.fleet().cells().iter().map(|cell| cell.host()).collect();
        let alerts = || hosts.iter().flat_map(|host| &host.alerts);
        let text = app.metrics.text();
        hosts.len() == 21
            && alerts().count() >= 8
            && alerts().any(|alert| alert.acknowledgement.is_some())
            && hosts.iter().any(|host| !host.silences.is_empty())
            && hosts.iter().any(|host| host.liveness.down_since.is_some())
            && hosts.iter().any(|host| host.admission == tocsin_policy::Admission::Pending)
            && !app.engine.book().downtimes.is_empty()
            && text.contains("tocsin_check_ins_rejected_total{reason=\"password\"}")
            // The flapping service was well again, and that was told.
            && text.contains("tocsin_notifications_total{kind=\"recovery\"}")
            && posts.load(Ordering::Relaxed) > 0
            && mails.load(Ordering::Relaxed) > 0
    };
    let all = async {
        while !shown() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    };
    let waited = tokio::time::timeout(PATIENCE, all).await;
    assert!(waited.is_ok(), "not all states were seen:\n{}", app.metrics.text());
    let folder = app.settings.data_dir.clone();
    drop(app);
    shutdown.cancel();
    running.await.expect("ends");
    assert!(!folder.exists(), "nothing is kept");
}
