//! `tocsin connector install FILE.wasm`: hands a file to a running server, waits until it was looked at, and says what an
//! admin has to decide. Nothing is granted by this.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use clap::{Arg, ArgMatches, Command, value_parser};
use reqwest::{Client, RequestBuilder};
use serde_json::Value;

use super::{chain, runtime};

/// How often the server is asked how far it is.
const ASK: Duration = Duration::from_millis(500);
/// Compiling Python takes twenty seconds where the machine is not busy.
const PATIENCE: Duration = Duration::from_secs(5 * 60);
/// One request, the upload among them.
const REQUEST: Duration = Duration::from_secs(5 * 60);

/// What was typed.
pub struct Plan {
    file: PathBuf,
    signature: Option<PathBuf>,
    server: String,
    token: String,
}

/// The command as it is typed.
pub fn command() -> Command {
    let path = value_parser!(PathBuf);
    let arg = |name: &'static str, value: &'static str| Arg::new(name).long(name).value_name(value);
    Command::new("install")
        .about("Hand a connector to a running server; an admin then grants it what it asks for")
        .arg(Arg::new("file").value_name("FILE.wasm").required(true).value_parser(path.clone()))
        .arg(
            arg("server", "URL")
                .env("TOCSIN_SERVER")
                .default_value("http://127.0.0.1:8080")
                .help("Where the server is"),
        )
        .arg(
            arg("token", "TOKEN")
                .env("TOCSIN_TOKEN")
                .hide_env_values(true)
                .required(true)
                .help("An API token of an admin, for setup; better in the environment than in the list of processes"),
        )
        .arg(
            arg("signature", "FILE.minisig")
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
            server: matches.get_one::<String>("server")?.trim_end_matches('/').to_owned(),
            token: matches.get_one::<String>("token")?.clone(),
            file,
        })
    }
}

/// Prints what came of it.
pub fn run(plan: &Plan) -> ExitCode {
    let done = runtime().and_then(|runtime| runtime.block_on(install(plan)));
    match done {
        Ok(report) => {
            println!("{report}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

/// Sends the file and waits for the verdict: what it is, and what it asks for.
///
/// # Errors
/// A sentence of the server, or why it could not be asked.
pub async fn install(plan: &Plan) -> Result<String, String> {
    let wasm = read(&plan.file)?;
    let client = Client::builder().timeout(REQUEST).build().map_err(|error| chain(&error))?;
    let mut request =
        client.post(format!("{}/api/v1/connectors", plan.server)).header("content-type", "application/wasm");
    if let Some(file) = &plan.signature {
        request = request.header("tocsin-signature", STANDARD.encode(read(file)?));
    }
    let mut file = ask(plan, request.body(wasm)).await?;
    let digest = file["digest"].as_str().unwrap_or_default().to_owned();
    let place = format!("{}/api/v1/connectors/files/{digest}", plan.server);
    let verdict = async {
        while file["state"] == "compiling" {
            tokio::time::sleep(ASK).await;
            file = ask(plan, client.get(&place)).await?;
        }
        Ok::<_, String>(file)
    };
    let page = format!("{}/connectors/files/{digest}", plan.server);
    match tokio::time::timeout(PATIENCE, verdict).await {
        Ok(file) => report(&file?, &page),
        Err(_) => Err(format!("the server took the file and still compiles it; look at {page}")),
    }
}

fn read(file: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(file).map_err(|error| format!("{}: {error}", file.display()))
}

async fn ask(plan: &Plan, request: RequestBuilder) -> Result<Value, String> {
    let answer = request.bearer_auth(&plan.token).send().await;
    let answer = answer.map_err(|error| format!("the server cannot be asked: {}", chain(&error)))?;
    let status = answer.status();
    let bytes = answer.bytes().await.map_err(|error| format!("the answer was cut off: {}", chain(&error)))?;
    let json: Option<Value> = serde_json::from_slice(&bytes).ok();
    match json {
        Some(json) if status.is_success() => Ok(json),
        Some(json) => Err(json["error"].as_str().unwrap_or("the server refused it").to_owned()),
        None => Err(format!("{} answered {status}, which is no answer of tocsin's API", plan.server)),
    }
}

fn report(file: &Value, page: &str) -> Result<String, String> {
    let text = |key: &str| file[key].as_str().unwrap_or_default();
    if file["state"] == "refused" {
        return Err(format!("The server does not take it: {}", text("refusal")));
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
    lines.push(format!("It can do nothing before an admin decides what it may: {page}"));
    Ok(lines.join("\n"))
}
