//! `tocsin connector list`: which connectors a running server has, in which versions, and how well they work.

use clap::{ArgMatches, Command};
use serde_json::Value;

use super::runtime;
use super::server::Server;
use crate::cli::Failure;

/// The command as it is typed.
pub fn command() -> Command {
    Command::new("list")
        .about("List the connectors of a running server: their versions, what is to be decided, how well they work")
        .args(Server::args())
}

/// Asks, and says what there is.
///
/// # Errors
/// A sentence of the server, or why it could not be asked.
pub fn run(matches: &ArgMatches) -> Option<Result<String, Failure>> {
    let server = Server::of(matches)?;
    Some(runtime().and_then(|runtime| runtime.block_on(server.get("/connectors"))).map(|found| report(&found)))
}

/// A line for each connector, and below it one for each of its versions if others than what ships are there.
fn report(found: &Value) -> String {
    let (connectors, files) = (array(&found["connectors"]), array(&found["files"]));
    let mut lines = Vec::new();
    for connector in connectors {
        let name = text(&connector["name"]);
        let current = connector["current"].as_str();
        let mut versions: Vec<String> = files
            .iter()
            .filter(|file| file["name"] == name)
            .map(|file| {
                let (version, digest) = (text(&file["version"]), text(&file["digest"]));
                format!("  {version:<13} {digest} {}{}", state(file), chosen(current == Some(digest)))
            })
            .collect();
        let ships = connector["bundled"] == true;
        if ships && !versions.is_empty() {
            versions.push(format!("  {:<13} ships with tocsin{}", "", chosen(current.is_none())));
        }
        let alone = if ships && versions.is_empty() { "; ships with tocsin" } else { "" };
        let disabled = if connector["disabled"] == true { "; disabled" } else { "" };
        let (delivered, failed) = (&connector["delivered"], &connector["failed"]);
        lines.push(format!("{name:<15} {delivered} delivered, {failed} failed in the last day{alone}{disabled}"));
        lines.append(&mut versions);
    }
    // What nobody has decided about yet, and what is no connector.
    for file in files.iter().filter(|file| connectors.iter().all(|connector| connector["name"] != file["name"])) {
        let name = file["name"].as_str().unwrap_or("(no connector)");
        lines.push(format!("{name:<15} {} {}", text(&file["digest"]), state(file)));
    }
    lines.join("\n")
}

/// Whether receivers that are made now get it.
fn chosen(it_is: bool) -> &'static str {
    if it_is { ", new receivers use it" } else { "" }
}

fn state(file: &Value) -> String {
    match (text(&file["state"]), &file["decided"]) {
        ("refused", _) => format!("refused: {}", text(&file["refusal"])),
        ("ready", Value::Bool(true)) => format!("granted, {}", text(&file["signature"])),
        ("ready", _) => format!("waits for grants, {}", text(&file["signature"])),
        (other, _) => other.to_owned(),
    }
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn versions_stand_below_their_connector_and_what_was_refused_at_the_end() {
        let file = |digest: &str, name: Option<&str>, state: &str, decided: bool| {
            json!({"digest": digest, "name": name, "version": "1.0", "state": state, "decided": decided,
                   "signature": "unsigned", "refusal": "it is no component"})
        };
        let connector = |name: &str, bundled: bool, current: Option<&str>, disabled: bool| {
            json!({"name": name, "bundled": bundled, "current": current, "disabled": disabled,
                   "delivered": 3, "failed": 1})
        };
        let found = json!({
            "connectors": [
                connector("email", true, None, false),
                connector("pager", false, Some("d1"), true),
                connector("slack", true, None, false),
            ],
            "files": [
                file("d1", Some("pager"), "ready", true),
                file("d2", Some("slack"), "ready", false),
                file("d5", Some("news"), "ready", false),
                file("d3", None, "refused", false),
                file("d4", None, "compiling", false),
            ],
        });
        let lines = [
            "email           3 delivered, 1 failed in the last day; ships with tocsin",
            "pager           3 delivered, 1 failed in the last day; disabled",
            "  1.0           d1 granted, unsigned, new receivers use it",
            "slack           3 delivered, 1 failed in the last day",
            "  1.0           d2 waits for grants, unsigned",
            "                ships with tocsin, new receivers use it",
            "news            d5 waits for grants, unsigned",
            "(no connector)  d3 refused: it is no component",
            "(no connector)  d4 compiling",
        ];
        assert_eq!(report(&found).lines().collect::<Vec<_>>(), lines);
    }
}
