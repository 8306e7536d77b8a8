//! `tocsin connector …`: for people who write connectors, or look at one before they install it.

mod check;
pub mod install;
mod new;
mod try_out;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use tocsin_connector_host::{ConnectorHost, HostOptions};

use super::{WRONG_USE, switch};

/// Runs what was typed after `connector`.
pub fn run(mut matches: ArgMatches) -> ExitCode {
    match matches.remove_subcommand() {
        Some((name, mut matches)) if name == "new" => {
            let Some(name) = matches.remove_one::<String>("name") else { return ExitCode::from(WRONG_USE) };
            new::run(&name, matches.remove_one::<PathBuf>("sdk"))
        }
        Some((name, mut matches)) if name == "check" => match matches.remove_one::<PathBuf>("file") {
            Some(file) => check::run(&file),
            None => ExitCode::from(WRONG_USE),
        },
        Some((name, matches)) if name == "try" => match try_out::Plan::of(&matches) {
            Some(plan) => try_out::run(&plan),
            None => ExitCode::from(WRONG_USE),
        },
        Some((name, matches)) if name == "install" => match install::Plan::of(&matches) {
            Some(plan) => install::run(&plan),
            None => ExitCode::from(WRONG_USE),
        },
        // Unreachable: clap asks for one of the commands above.
        _ => ExitCode::from(WRONG_USE),
    }
}

/// The commands as they are typed.
pub fn command() -> Command {
    let path = value_parser!(PathBuf);
    let file = Arg::new("file").value_name("FILE.wasm").required(true).value_parser(path.clone());
    let kinds = tocsin_testkit::KINDS.iter().copied().chain(["hostile"]);
    let new = Command::new("new")
        .about("Write a connector to begin with: a Rust crate that builds, with tests")
        .arg(Arg::new("name").value_name("NAME").required(true).help("Lower case letters, digits and hyphens"))
        .arg(
            Arg::new("sdk")
                .long("sdk")
                .value_name("FOLDER")
                .value_parser(path.clone())
                .help("The SDK's folder; otherwise the one above this folder, otherwise crates.io"),
        );
    let check = Command::new("check")
        .about("Say what a connector is, imports and asks for, and whether it would be accepted")
        .long_about(
            "Say what a connector is, imports and asks for, and whether it would be accepted. \
            Exit status 1 if it would not.",
        )
        .arg(file.clone());
    let try_out = Command::new("try")
        .about("Make one call of a connector and print everything about it")
        .long_about(
            "Make one call of a connector in its sandbox and print what it sent, what came back, its log and what came \
            of it. Everything it asks for is granted. Exit status 1 if it was not delivered.",
        )
        .arg(file)
        .arg(
            Arg::new("settings")
                .long("settings")
                .value_name("FILE.json")
                .required(true)
                .value_parser(path)
                .help("The receiver's settings, secrets in clear"),
        )
        .arg(
            Arg::new("notification")
                .long("notification")
                .value_name("KIND")
                .default_value("problem")
                .value_parser(PossibleValuesParser::new(kinds))
                .help("What is told"),
        )
        .arg(
            Arg::new("network")
                .long("network")
                .value_name("real|SCRIPT.json")
                .help("Who answers: the real network, or a script; by default everything is answered with 200"),
        )
        .arg(
            Arg::new("prior-handle")
                .long("prior-handle")
                .value_name("TEXT")
                .help("The handle of the delivery before, for a thread or an update"),
        )
        .arg(switch("private", "Let it reach private addresses, such as this machine"));
    Command::new("connector")
        .about("Write, check, try and install connectors")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([new, check, try_out, install::command()])
}

/// A host for one call. Nothing that it compiles is kept.
fn host() -> Result<ConnectorHost, String> {
    ConnectorHost::new(HostOptions { slots: 2, ..HostOptions::default() }).map_err(|error| error.to_string())
}

fn runtime() -> Result<tokio::runtime::Runtime, String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| format!("no thread could be started: {error}"))
}

/// An error with its causes, in one sentence.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
