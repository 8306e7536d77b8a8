//! Follows what other nodes write to a shared database. SQLite has one node, which knows everything itself.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;

/// How far behind the other nodes this one may be: with the lease, the longest that the loss of a node can delay.
const EVERY: Duration = Duration::from_secs(1);

/// Follows for ever, where there may be others.
pub async fn run(app: App, token: CancellationToken) {
    if app.store.exclusive {
        return;
    }
    let mut failing = false;
    loop {
        tokio::select! {
            () = token.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
        match app.engine.shared().follow().await {
            Ok(()) => failing = false,
            // Said once, not every second.
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(%error, "what other nodes wrote cannot be read; tried again every second");
            }
            Err(_) => {}
        }
    }
}
