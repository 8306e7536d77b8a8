//! `tocsin serve`: builds the instance from its settings, runs it until it is asked to end, and ends it in order.

use std::io::Write;
use std::os::unix::fs::DirBuilderExt;
use std::sync::Arc;
use std::time::Duration;

use tocsin_connector_host::{ConnectorHost, HostError, HostOptions};
use tocsin_policy::Span;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::key_file::{self, KeyError};
use super::{log, signals};
use crate::app::{App, node_name};
use crate::clock::Clock;
use crate::connectors::Connectors;
use crate::engine::{Engine, Shared};
use crate::fault::Fault;
use crate::ids::Ids;
use crate::metrics::Metrics;
use crate::provision::{self, Applied, ProvisionError};
use crate::refusals::Refusals;
use crate::secret::fill_random;
use crate::settings::{self, Database, Settings};
use crate::store::{self, OpenError, Store};
use crate::usecase::account::issue_setup_link;
use crate::{http, task, version};

/// Longest wait for tasks when the program ends: a delivery under way may take this long to give up.
const LAST_TASKS: Duration = Duration::from_secs(35);

/// Nobody but the owner may enter.
const OWNER_ONLY: u32 = 0o700;

/// Why tocsin did not start, and what to do about it.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot make the data folder {path}: {source}; choose another with --data-dir, or make it writable")]
    Folder { path: String, source: std::io::Error },
    #[error(transparent)]
    Key(#[from] KeyError),
    #[error(transparent)]
    Store(#[from] OpenError),
    #[error("the connectors cannot run: {0}")]
    Host(#[from] HostError),
    #[error(transparent)]
    Provision(#[from] ProvisionError),
    #[error("cannot listen on {address}: {source}; is another tocsin running? Choose another address with --listen")]
    Listen { address: std::net::SocketAddr, source: std::io::Error },
    #[error("cannot watch for signals: {0}")]
    Signals(std::io::Error),
    #[error("cannot load what is stored: {0}")]
    Load(Fault),
}

/// What `tocsin serve` does, from the first line to the last.
pub async fn serve(settings: Settings) -> Result<(), StartError> {
    log::start(&settings);
    // Names that are no text cannot be ours.
    let variables = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    settings::slips(variables).iter().for_each(|sentence| tracing::warn!("{sentence}"));
    let shutdown = CancellationToken::new();
    signals::watch(shutdown.clone()).map_err(StartError::Signals)?;
    let app = build(settings, Clock::System).await?;
    run(app, shutdown).await
}

/// Opens the database and the keys, loads hosts and connectors. Nothing runs yet.
///
/// # Errors
/// When something that it needs is missing or cannot be used.
pub async fn build(settings: Settings, clock: Clock) -> Result<App, StartError> {
    let folder = |source| StartError::Folder { path: settings.data_dir.display().to_string(), source };
    // A folder of our own making is nobody else's to read: hashes and sealed secrets are in it.
    std::fs::DirBuilder::new().recursive(true).mode(OWNER_ONLY).create(&settings.data_dir).map_err(folder)?;
    let (store, node) = match &settings.database {
        Database::Sqlite(file) => (Store::sqlite(file).await?, 0),
        Database::Postgres(url) => (Store::postgres(url).await?, any_node()),
    };
    // After the database: its lock has shown that nobody else is making the key at this moment.
    let keys = Arc::new(key_file::open_for(&store, &settings.key_file).await?);
    go_on_from(&store, &clock).await.map_err(StartError::Load)?;
    let (store, ids, metrics) = (Arc::new(store), Arc::new(Ids::new(clock.clone(), node)), Arc::new(Metrics::new()));

    let options = HostOptions { cache_dir: Some(settings.connector_cache.clone()), ..HostOptions::default() };
    let connector_host = Arc::new(ConnectorHost::new(options)?);

    let url = (settings.public_url.as_str(), settings.public_url_is_said);
    let shared = Arc::new(Shared::new(store.clone(), clock.clone(), ids.clone(), keys.clone(), metrics.clone(), url));
    let connectors = Arc::new(Connectors::new(connector_host.clone(), shared.clone()));
    let (engine, _writer) = Engine::start(shared).await.map_err(StartError::Load)?;
    let (node, refusals) = (node_name(&settings), Arc::new(Refusals::default()));
    Ok(App {
        settings: Arc::new(settings),
        node,
        clock,
        ids,
        keys,
        store,
        engine,
        connector_host,
        connectors,
        metrics,
        refusals,
    })
}

/// The moments go on where they ended, also if the machine's clock was set back meanwhile.
async fn go_on_from(store: &Store, clock: &Clock) -> Result<(), Fault> {
    let newest = store::book::newest(&mut store.begin().await?).await?;
    let behind = newest.map_or(Span::ZERO, |newest| clock.not_before(newest));
    if behind >= Span::seconds(1) {
        let behind = behind.words();
        tracing::warn!(
            "the clock of this machine is {behind} behind what is stored; intervals count on without a gap, windows go by \
             the machine's clock, and the times shown are ahead until the two have met; check the time of the machine"
        );
    }
    Ok(())
}

/// Applies the provision file, listens, runs the tasks, and says where it can be found.
///
/// # Errors
/// When the file is wrong or the address is taken; nothing runs then.
pub async fn run(app: App, shutdown: CancellationToken) -> Result<(), StartError> {
    let applied = match &app.settings.provision {
        Some(file) => Some(provision::apply_file(&app, file).await?),
        None => None,
    };
    let address = app.settings.listen;
    let listening = |source| StartError::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(listening)?;
    // Not what was asked for: port 0 lets the system choose.
    let address = listener.local_addr().map_err(listening)?;
    let mut facts = vec![format!("tocsin {} listens on {address}, {}", version::IN_FULL, app.settings.public_url)];
    facts.push(format!("database: {}", app.settings.database.words()));
    facts.extend(
        applied.as_ref().map(|applied| format!("provision file {}: {} changes", applied.file, applied.changes)),
    );
    if let Some(path) = issue_setup_link(&app).await.map_err(StartError::Load)? {
        facts.push(format!("nobody has an account yet; make the first one here: {}{path}", app.settings.public_url));
    }
    say(&facts);
    attend(app, listener, applied, shutdown).await;
    Ok(())
}

/// Runs everything until `shutdown`, then ends it in order: no new requests, then no new work, then the database.
pub async fn attend(app: App, listener: TcpListener, applied: Option<Applied>, shutdown: CancellationToken) {
    let (tracker, tasks) = (TaskTracker::new(), CancellationToken::new());
    task::spawn(&app, &tracker, &tasks);
    if let Some(applied) = applied {
        tracker.spawn(provision::follow(app.clone(), applied, tasks.clone()));
    }
    let connections = app.settings.max_connections;
    let listening = http::listener::serve(http::router(app.clone()), listener, connections, shutdown);
    // On a thread of the runtime: from the thread of `main` every connection would have to change threads first.
    if let Err(error) = tokio::spawn(listening).await {
        tracing::error!(%error, "the listener ended; the program ends with it");
    }
    tasks.cancel();
    tracker.close();
    if tokio::time::timeout(LAST_TASKS, tracker.wait()).await.is_err() {
        tracing::warn!(
            "tasks that did not end in time were cut off; what they had begun is taken up at the next start"
        );
    }
    let store = app.store.clone();
    drop(app);
    store.close().await;
    tracing::info!("ended");
}

/// One line for each fact. Nobody may be reading; that is no reason to end.
pub fn say(facts: &[String]) {
    let mut out = std::io::stdout().lock();
    for fact in facts {
        let _ = writeln!(out, "{fact}");
    }
    let _ = out.flush();
}

/// Tells this process's ids from those of other nodes: any number does, as long as two nodes rarely pick the same.
fn any_node() -> u16 {
    let mut bytes = [0; 2];
    fill_random(&mut bytes);
    u16::from_be_bytes(bytes)
}
