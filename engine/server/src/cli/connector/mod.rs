//! `tocsin connector …`: for people who write connectors, or look at one before they install it.

mod check;
mod grant;
mod install;
mod list;
mod move_to;
mod new;
mod remove;
mod server;
mod try_out;
mod which;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgMatches, Command, value_parser};
use tocsin_connector_host::{ConnectorHost, HostOptions};

use super::{CANNOT_RUN, Failure, exit, switch};

/// Runs what was typed after `connector`.
pub fn run(mut matches: ArgMatches) -> ExitCode {
    // Clap asks for one of the commands below, and for what each of them needs.
    let none = || ExitCode::from(CANNOT_RUN);
    let Some((name, mut matches)) = matches.remove_subcommand() else { return none() };
    match name.as_str() {
        "new" => match matches.remove_one::<String>("name") {
            Some(name) => exit::with(new::run(&name, matches.remove_one::<PathBuf>("sdk"))),
            None => none(),
        },
        "check" => match matches.remove_one::<PathBuf>("file") {
            Some(file) => exit::with(check::run(&file)),
            None => none(),
        },
        "try" => try_out::Plan::of(&matches).map_or_else(none, |plan| try_out::run(&plan)),
        "install" => install::Plan::of(&matches).map_or_else(none, |plan| exit::with(install::run(&plan))),
        "grant" => grant::Plan::of(&matches).map_or_else(none, |plan| exit::with(grant::run(&plan))),
        "list" => list::run(&matches).map_or_else(none, exit::with),
        "move" => move_to::Plan::of(&matches).map_or_else(none, |plan| exit::with(move_to::run(&plan))),
        "remove" => remove::run(&matches).map_or_else(none, exit::with),
        _ => none(),
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
            "Say what a connector is, imports and asks for, and whether it would be accepted. Exit status 1 if it would \
            not.",
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
        .about("Write, check and try connectors; install, grant, list, move and remove those of a server")
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([new, check, try_out, install::command(), grant::command()])
        .subcommands([list::command(), move_to::command(), remove::command()])
}

/// A host for one call. Nothing that it compiles is kept.
fn host() -> Result<ConnectorHost, Failure> {
    let host = ConnectorHost::new(HostOptions { slots: 2, ..HostOptions::default() });
    host.map_err(|error| Failure::CannotRun(error.to_string()))
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failure::CannotRun(format!("no thread could be started: {error}")))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(file).map_err(|error| Failure::CannotRun(format!("{}: {error}", file.display())))
}

/// An error with its causes, in one sentence.
fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(error.source(), |cause| cause.source());
    causes.fold(error.to_string(), |text, cause| format!("{text}: {cause}"))
}
