//! `tocsin connector install FILE.wasm`: hands a file to a running server, waits until it was looked at, and says what an
//! admin has to decide. Nothing is granted by this.

use std::path::PathBuf;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Arg, ArgMatches, Command, value_parser};
use reqwest::Method;
use serde_json::Value;

use super::server::Server;
use super::{check, read, runtime};
use crate::cli::Failure;

/// How often the server is asked how far it is.
const ASK: Duration = Duration::from_millis(500);
/// Compiling Python takes twenty seconds where the machine is not busy.
const PATIENCE: Duration = Duration::from_secs(5 * 60);

/// What was typed.
pub struct Plan {
    file: PathBuf,
    signature: Option<PathBuf>,
    server: Server,
}

/// The command as it is typed.
pub fn command() -> Command {
    let path = value_parser!(PathBuf);
    Command::new("install")
        .about("Hand a connector to a running server; an admin then grants it what it asks for")
        .arg(Arg::new("file").value_name("FILE.wasm").required(true).value_parser(path.clone()))
        .args(Server::args())
        .arg(
            Arg::new("signature")
                .long("signature")
                .value_name("FILE.minisig")
                .value_parser(path)
                .help("Its signature; otherwise FILE.wasm.minisig, if it is there"),
        )
}

impl Plan {
    pub fn of(matches: &ArgMatches) -> Option<Plan> {
        let file = matches.get_one::<PathBuf>("file")?.clone();
        let beside = PathBuf::from(format!("{}.minisig", file.display()));
        Some(Plan {
            signature: matches.get_one("signature").cloned().or_else(|| beside.is_file().then_some(beside)),
            server: Server::of(matches)?,
            file,
        })
    }
}

/// Sends the file and waits for the verdict: what it is, and what it asks for.
///
/// # Errors
/// A sentence of the server, or why it could not be asked.
pub fn run(plan: &Plan) -> Result<String, Failure> {
    runtime()?.block_on(install(plan))
}

async fn install(plan: &Plan) -> Result<String, Failure> {
    let server = &plan.server;
    let wasm = read(&plan.file)?;
    let mut request = server.request(Method::POST, "/connectors")?.header("content-type", "application/wasm");
    if let Some(file) = &plan.signature {
        request = request.header("tocsin-signature", STANDARD.encode(read(file)?));
    }
    let mut file = server.ask(request.body(wasm.clone())).await?;
    let digest = file["digest"].as_str().unwrap_or_default().to_owned();
    let page = server.page(&format!("/connectors/files/{digest}"));
    let verdict = async {
        while file["state"] == "compiling" {
            tokio::time::sleep(ASK).await;
            file = server.get(&format!("/connectors/files/{digest}")).await?;
        }
        Ok::<_, Failure>(file)
    };
    match tokio::time::timeout(PATIENCE, verdict).await {
        Ok(file) => report(&file?, &wasm, &page),
        Err(_) => Err(Failure::CannotRun(format!("the server took the file and still compiles it; look at {page}"))),
    }
}

fn report(file: &Value, wasm: &[u8], page: &str) -> Result<String, Failure> {
    let text = |key: &str| file[key].as_str().unwrap_or_default();
    if file["state"] == "refused" {
        return Err(Failure::AtFault(format!("The server does not take it: {}", text("refusal"))));
    }
    let mut lines = vec![format!("{} {} is installed.", text("name"), text("version"))];
    lines.push(format!("{:<11}{}", "digest", text("digest")));
    lines.push(format!("{:<11}{}", "signature", text("signature_words")));
    let asks = file["asks"].as_array().map(Vec::as_slice).unwrap_or_default();
    for (number, ask) in asks.iter().enumerate() {
        let what = [ask["ability"].as_str(), ask["at"].as_str()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        lines.push(format!("{:<11}{what}", if number == 0 { "asks for" } else { "" }));
    }
    lines.push(String::new());
    lines.extend(check::stands_in(text("name"), wasm));
    lines.push(format!("It can do nothing before an admin decides what it may: {page}"));
    lines.push(format!("or, to grant it all of that: tocsin connector grant {} --all", text("digest")));
    Ok(lines.join("\n"))
}
