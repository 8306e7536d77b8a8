//! What can be typed: one file for each command. The flags of `serve` come from the table of settings.

mod connector;
mod demo;
mod exit;
pub mod inspect;
mod key_file;
mod log;
pub mod rehearse;
pub mod serve;
mod signals;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};

use crate::demo::Plan;
use crate::rehearse::Wanted;
use crate::settings::{self, KEYS, Settings, Shape, Surroundings};
use crate::version;
pub use exit::{AT_FAULT, CANNOT_RUN, Failure};

/// Runs the command that was typed.
pub fn main() -> ExitCode {
    match command().get_matches().remove_subcommand() {
        Some((name, matches)) if name == "serve" => match settings_of(&matches) {
            Ok(settings) => in_runtime(serve::serve(settings)),
            Err(sentences) => {
                eprintln!("{sentences}");
                ExitCode::from(CANNOT_RUN)
            }
        },
        Some((name, matches)) if name == "demo" => in_runtime(demo::run(plan_of(&matches))),
        Some((name, mut matches)) if name == "inspect" => {
            let files: Vec<PathBuf> = matches.remove_many("files").map(Iterator::collect).unwrap_or_default();
            inspect::run(&files)
        }
        Some((name, mut matches)) if name == "rehearse" => {
            let files: Vec<PathBuf> = matches.remove_many("files").map(Iterator::collect).unwrap_or_default();
            let wanted = Wanted { why: matches.get_flag("why"), json: matches.get_flag("json") };
            rehearse::run(&files, wanted)
        }
        Some((name, matches)) if name == "connector" => connector::run(matches),
        // Unreachable: clap asks for one of the commands above.
        _ => ExitCode::from(CANNOT_RUN),
    }
}

fn command() -> Command {
    let config = Arg::new("config").long("config").value_name("FILE").value_parser(value_parser!(PathBuf));
    let serve = Command::new("serve")
        .about("Run the server")
        .long_about("Run the server. Flags win over the environment (TOCSIN_LISTEN …), and that over the TOML file.")
        .arg(config.help("TOML file with settings; tocsin.toml in this folder unless named"))
        .args(KEYS.iter().map(flag));
    let demo = Command::new("demo")
        .about("Show tocsin with a small fleet of virtual hosts, some of them in trouble; nothing is kept")
        .arg(
            Arg::new("listen")
                .long("listen")
                .value_name("ADDRESS")
                .default_value("127.0.0.1:8080")
                .value_parser(value_parser!(std::net::SocketAddr))
                .help("Address and port to listen on"),
        )
        .arg(
            Arg::new("hosts")
                .long("hosts")
                .value_name("N")
                .default_value("40")
                .value_parser(value_parser!(u16).range(Plan::FEWEST_HOSTS..=Plan::MOST_HOSTS))
                .help("How many virtual hosts"),
        )
        .arg(
            Arg::new("cycle")
                .long("cycle")
                .value_name("SECONDS")
                .default_value("5")
                .value_parser(value_parser!(u16).range(1..=60))
                .help("How often each of them checks in"),
        )
        .arg(
            Arg::new("connector-cache")
                .long("connector-cache")
                .value_name("FOLDER")
                .value_parser(value_parser!(PathBuf))
                .help("Machine code of connectors, to be kept for the next start"),
        );
    let inspect = Command::new("inspect")
        .about("Show what captured requests of agents say, one line of JSON for each file")
        .arg(Arg::new("files").value_name("FILE").required(true).num_args(1..).value_parser(value_parser!(PathBuf)));
    let rehearse = Command::new("rehearse")
        .about("Play a policy against a timeline: print who would be told what, when and why")
        .long_about(
            "Play a policy against a timeline: print who would be told what, when and why. \
            Exit status 1 if it differs from the list that the file expects.",
        )
        .arg(switch("why", "Print also what was due and not sent, with the reason"))
        .arg(switch("json", "Print JSON lines with the whole chain of reasons"))
        .arg(Arg::new("files").value_name("FILE").required(true).num_args(1..).value_parser(value_parser!(PathBuf)));
    Command::new("tocsin")
        .version(version::IN_FULL)
        .about("An alert engine for Monit agents: decides who hears what, when and how often")
        .after_help(
            "Exit status of every command: 0 good; 1 it ran, and what it looked at is at fault; \
            2 it could not run: wrong use, something that it needs cannot be read or understood, nobody to ask.",
        )
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommands([serve, demo, inspect, rehearse, connector::command()])
}

fn switch(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// The flag of one setting. Values stay texts: they are read in one place, wherever they come from.
fn flag(key: &settings::Key) -> Arg {
    let arg = Arg::new(key.name).long(key.flag).help(format!("{} [{}]", key.help, key.variable()));
    match key.shape {
        Shape::Switch => {
            arg.num_args(0..=1).require_equals(true).default_missing_value("true").value_name("true|false")
        }
        Shape::List => arg.value_name("LIST").action(ArgAction::Set),
        Shape::Text | Shape::Number => arg.value_name("VALUE"),
    }
}

fn settings_of(matches: &ArgMatches) -> Result<Settings, String> {
    settings::load(&Surroundings {
        flag: &|name| matches.get_one::<String>(name).cloned(),
        variable: &|name| std::env::var(name).ok(),
        file: matches.get_one::<PathBuf>("config").cloned(),
        folder: Path::new("."),
    })
}

fn plan_of(matches: &ArgMatches) -> Plan {
    let defaults = Plan::default();
    Plan {
        listen: matches.get_one("listen").copied().unwrap_or(defaults.listen),
        hosts: matches.get_one("hosts").copied().unwrap_or(defaults.hosts),
        cycle_seconds: matches.get_one("cycle").copied().unwrap_or(defaults.cycle_seconds),
        connector_cache: matches.get_one("connector-cache").cloned(),
    }
}

/// Runs a command on as many threads as there are cores.
fn in_runtime<E: std::fmt::Display>(command: impl Future<Output = Result<(), E>>) -> ExitCode {
    let failed = |sentence: String| {
        eprintln!("{sentence}");
        ExitCode::from(CANNOT_RUN)
    };
    match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => match runtime.block_on(command) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(error.to_string()),
        },
        Err(error) => failed(format!("no threads could be started: {error}; look at the limits for processes")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command().debug_assert();
    }

    #[test]
    fn a_switch_needs_no_value_and_takes_one() {
        for (typed, expected) in [("--trust-proxy", "true"), ("--trust-proxy=false", "false")] {
            let matches = command().try_get_matches_from(["tocsin", "serve", typed]).expect("good");
            let (_, serve) = matches.subcommand().expect("serve");
            assert_eq!(serve.get_one::<String>("trust_proxy").map(String::as_str), Some(expected));
        }
    }
}
