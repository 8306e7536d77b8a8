//! `tocsin demo`: see `demo/mod.rs`.

use tokio_util::sync::CancellationToken;

use super::serve::StartError;
use super::{log, signals};
use crate::demo::{self, Plan};
use crate::settings::Settings;

/// Runs the demo until a signal. Only what goes wrong is logged: its output is for people.
pub async fn run(plan: Plan) -> Result<(), StartError> {
    log::start(&Settings { log_level: "warn".to_owned(), ..Settings::for_tests(&std::env::temp_dir()) });
    let shutdown = CancellationToken::new();
    signals::watch(shutdown.clone()).map_err(StartError::Signals)?;
    demo::run(plan, shutdown).await
}
