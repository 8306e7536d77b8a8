//! `tocsin connector grant FILE.wasm`: decides what an installed file may do, like the form on its page.

use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command};
use serde_json::{Value, json};

use super::server::Server;
use super::{runtime, which};
use crate::cli::{Failure, switch};

/// The switches that are named like the keys of the API.
const SWITCHES: [(&str, &str, &str); 3] = [
    ("http_from_settings", "http-from-settings", "Let it send requests to the site that a receiver's settings name"),
    ("smtp_from_settings", "smtp-from-settings", "Let it hand mail to the relay in a receiver's settings"),
    ("kv", "kv", "Let it remember a little for each receiver"),
];

/// The flags that grant something each.
const PARTS: [&str; 4] = ["http", "http_from_settings", "smtp_from_settings", "kv"];

/// What was typed.
pub struct Plan {
    /// Which file, see `which.rs`.
    of: String,
    server: Server,
    /// None: everything that it asks for.
    wanted: Option<Value>,
}

/// The command as it is typed.
pub fn command() -> Command {
    let switches = SWITCHES.map(|(key, flag, help)| switch(key, help).long(flag));
    Command::new("grant")
        .about("Decide what an installed connector may do; what is left out it may not")
        .arg(which::arg("of").required(true))
        .arg(switch("all", "Everything that it asks for").conflicts_with("parts"))
        .arg(switch("nothing", "Nothing: it stays installed and can do nothing").conflicts_with_all(["all", "parts"]))
        .arg(Arg::new("http").long("http").value_name("URL").action(ArgAction::Append).help(
            "Let it send requests that begin so: as it asks for, or less, such as https://hooks.example.org/team/",
        ))
        .args(switches)
        .group(ArgGroup::new("parts").args(PARTS).multiple(true))
        .group(
            ArgGroup::new("decision").args(["all", "nothing"].into_iter().chain(PARTS)).multiple(true).required(true),
        )
        .args(Server::args())
}

impl Plan {
    pub fn of(matches: &ArgMatches) -> Option<Plan> {
        let http: Vec<&String> = matches.get_many("http").map(Iterator::collect).unwrap_or_default();
        let mut wanted = json!({ "http": http });
        for (key, ..) in SWITCHES {
            wanted[key] = matches.get_flag(key).into();
        }
        Some(Plan {
            of: matches.get_one::<String>("of")?.clone(),
            server: Server::of(matches)?,
            wanted: (!matches.get_flag("all")).then_some(wanted),
        })
    }
}

/// Decides, and says what it may do from now on.
///
/// # Errors
/// A sentence of the server, or why it could not be asked.
pub fn run(plan: &Plan) -> Result<String, Failure> {
    runtime()?.block_on(grant(plan))
}

async fn grant(plan: &Plan) -> Result<String, Failure> {
    let place = format!("/connectors/files/{}", which::digest(&plan.server, &plan.of).await?);
    let wanted = match &plan.wanted {
        Some(wanted) => wanted.clone(),
        None => everything(&plan.server.get(&place).await?),
    };
    Ok(report(&plan.server.post(&format!("{place}/grant"), &wanted).await?))
}

fn asks(file: &Value) -> &[Value] {
    file["asks"].as_array().map(Vec::as_slice).unwrap_or_default()
}

fn everything(file: &Value) -> Value {
    let mut wanted = json!({ "http": [] });
    for ask in asks(file) {
        match (ask["ability"].as_str().unwrap_or_default(), &ask["at"], &mut wanted["http"]) {
            ("http", at, Value::Array(http)) => http.push(at.clone()),
            (key, ..) => wanted[key] = true.into(),
        }
    }
    wanted
}

fn report(file: &Value) -> String {
    let text = |key: &str| file[key].as_str().unwrap_or_default();
    let mut lines = vec![format!("Decided about {} {} ({}).", text("name"), text("version"), text("digest"))];
    for ask in asks(file) {
        let what = [ask["ability"].as_str(), ask["at"].as_str()].into_iter().flatten().collect::<Vec<_>>().join(" ");
        let verdict = if ask["granted"] == true { "may" } else { "may not" };
        let prefixes = ask["prefixes"].as_array().map(Vec::as_slice).unwrap_or_default();
        let narrower: Vec<&str> = prefixes.iter().filter_map(Value::as_str).collect();
        let only = match narrower.is_empty() || ask["at"].as_str().is_some_and(|at| narrower.contains(&at)) {
            true => String::new(),
            false => format!(", only {}", narrower.join(" ")),
        };
        lines.push(format!("{verdict:<11}{what}{only}"));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_granted_in_part_is_said_with_the_part() {
        let file = json!({"name": "pager", "version": "1.0", "digest": "d", "asks": [
            {"ability": "http", "at": "https://a.example/", "granted": true, "prefixes": ["https://a.example/team/"]},
            {"ability": "http", "at": "https://b.example/", "granted": true, "prefixes": ["https://b.example/"]},
            {"ability": "kv", "at": null, "granted": false},
        ]});
        assert_eq!(
            report(&file),
            "Decided about pager 1.0 (d).\n\
             may        http https://a.example/, only https://a.example/team/\n\
             may        http https://b.example/\n\
             may not    kv"
        );
        assert_eq!(everything(&file), json!({"http": ["https://a.example/", "https://b.example/"], "kv": true}));
    }
}
