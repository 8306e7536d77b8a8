//! `tocsin connector remove FILE.wasm`: takes an installed file away that no receiver uses.

use clap::{ArgMatches, Command};
use reqwest::Method;
use serde_json::Value;

use super::server::Server;
use super::{runtime, which};
use crate::cli::Failure;

/// The command as it is typed.
pub fn command() -> Command {
    Command::new("remove")
        .about("Remove an installed connector, or a version of it, that no receiver uses")
        .arg(which::arg("of").required(true))
        .args(Server::args())
}

/// Removes it.
///
/// # Errors
/// Who uses it; a sentence of the server, or why it could not be asked.
pub fn run(matches: &ArgMatches) -> Option<Result<String, Failure>> {
    let (of, server) = (matches.get_one::<String>("of")?, Server::of(matches)?);
    Some(runtime().and_then(|runtime| runtime.block_on(remove(&server, of))))
}

async fn remove(server: &Server, of: &str) -> Result<String, Failure> {
    let digest = which::digest(server, of).await?;
    let done = server.ask(server.request(Method::DELETE, &format!("/connectors/files/{digest}"))?).await?;
    match &done["removed"] {
        Value::Bool(true) => Ok(format!("Removed {digest}.")),
        _ => Err(Failure::CannotRun("the server did not say that it was removed".into())),
    }
}
