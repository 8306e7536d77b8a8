//! Compiles the connectors of receivers ahead of their first message. The others are compiled when somebody asks for them.

use tokio_util::sync::CancellationToken;

use crate::app::App;

/// Compiles them once, one after the other.
pub async fn run(app: App, token: CancellationToken) {
    let receivers = app.engine.shared().receivers();
    let all = async {
        for (id, receiver) in receivers.iter() {
            if let Err(error) = app.connectors.of(*id, &receiver.connector).await {
                tracing::error!(%error, receiver = receiver.name, "it gets nothing");
            }
        }
    };
    tokio::select! {
        () = token.cancelled() => {}
        () = all => {}
    }
}
