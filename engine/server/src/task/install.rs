//! Looks at files that were installed: compiles them, lets them describe themselves without any grant, and writes down
//! what they are. Several nodes may look at the same file; the first one counts.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::app::App;
use crate::connectors::catalog::State;
use crate::connectors::signature::signer;
use crate::engine::Topic;
use crate::fault::Fault;
use crate::store::connector;
use crate::usecase::connector::{Looked, RecordLook};

/// The state is in memory, so that looking costs nothing; a change of the book wakes it earlier.
const LOOK: Duration = Duration::from_secs(2);

/// Looks at what comes, for ever.
pub async fn run(app: App, token: CancellationToken) {
    let mut heard = app.engine.bus().subscribe();
    let mut failing = false;
    while !token.is_cancelled() {
        match look(&app).await {
            Ok(()) => failing = false,
            Err(Fault::ShuttingDown) => return,
            Err(error) if !failing => {
                failing = true;
                tracing::warn!(%error, "an installed file could not be looked at; tried again every few seconds");
            }
            Err(_) => {}
        }
        let changed = async {
            // Whoever was too slow to hear everything looks as well.
            while heard.recv().await.is_ok_and(|topic| topic != Topic::Book) {}
        };
        tokio::select! {
            () = token.cancelled() => return,
            () = changed => {}
            () = tokio::time::sleep(LOOK) => {}
        }
    }
}

/// Looks at all files that nobody has looked at.
///
/// # Errors
/// When the database fails; what was looked at before stays written down.
pub async fn look(app: &App) -> Result<(), Fault> {
    let catalog = app.connectors.catalog();
    for version in catalog.versions.iter().filter(|version| matches!(version.state, State::Compiling)) {
        let digest = version.digest.clone();
        let wasm = connector::read_file(&app.store.readers, &digest).await?;
        let looked = match wasm {
            None => Err("its bytes are not in the database; remove it and install it again".to_owned()),
            Some(wasm) => match app.connector_host.load(&wasm).await {
                Err(error) => Err(error.to_string()),
                Ok(connector) => {
                    let (signature, publishers) = (version.signature.clone(), catalog.publishers().to_vec());
                    let find = move || signature.and_then(|signature| signer(&wasm, &signature, &publishers));
                    // A file of the largest size takes a moment.
                    let signed_with = tokio::task::spawn_blocking(find).await;
                    let signed_with = signed_with.map_err(|error| Fault::Internal(error.to_string()))?;
                    let (manifest, imports) = (connector.manifest().clone(), connector.imports().to_vec());
                    Ok(Looked { manifest, imports, signed_with })
                }
            },
        };
        app.engine.run(RecordLook { digest, looked }).await?;
    }
    Ok(())
}
