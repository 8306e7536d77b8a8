//! Compiles the connectors of receivers ahead of their first message. The others are compiled when somebody asks for them.

use std::collections::BTreeSet;

use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Compiles them once, one after the other.
pub async fn run(app: App, token: CancellationToken) {
    let receivers = app.engine.shared().receivers();
    let all = async {
        for name in receivers.values().map(|receiver| receiver.connector.as_str()).collect::<BTreeSet<_>>() {
            if let Err(error) = app.connectors.get(name).await {
                tracing::error!(%error, "its receivers get nothing");
            }
        }
    };
    tokio::select! {
        () = token.cancelled() => {}
        () = all => {}
    }
}
