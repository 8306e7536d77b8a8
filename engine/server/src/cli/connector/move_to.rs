//! `tocsin connector move NAME`: has receivers use another version of their connector.

use clap::{Arg, ArgGroup, ArgMatches, Command};
use serde_json::{Map, Value};

use super::server::Server;
use super::{runtime, which};
use crate::cli::{Failure, switch};

/// What was typed.
pub struct Plan {
    name: String,
    /// None: what ships with tocsin.
    to: Option<String>,
    /// None: all of them.
    receiver: Option<String>,
    server: Server,
}

/// The command as it is typed.
pub fn command() -> Command {
    Command::new("move")
        .about("Have receivers use another version of their connector: one, or all")
        .long_about(
            "Have receivers use another version of their connector: one, or all. Those whose settings do not do for it \
            stay where they are and are named with the reason; the exit status then is 1.",
        )
        .arg(Arg::new("name").value_name("NAME").required(true).help("The connector"))
        .arg(which::arg("to").long("to"))
        .arg(switch("bundled", "To what ships with tocsin"))
        .group(ArgGroup::new("goal").args(["to", "bundled"]).required(true))
        .arg(Arg::new("receiver").long("receiver").value_name("NAME|ID").help("Only this one"))
        .args(Server::args())
}

impl Plan {
    pub fn of(matches: &ArgMatches) -> Option<Plan> {
        Some(Plan {
            name: matches.get_one::<String>("name")?.clone(),
            to: matches.get_one("to").cloned(),
            receiver: matches.get_one("receiver").cloned(),
            server: Server::of(matches)?,
        })
    }
}

/// Moves, and says who stayed and why.
///
/// # Errors
/// Who stayed; a sentence of the server, or why it could not be asked.
pub fn run(plan: &Plan) -> Result<String, Failure> {
    runtime()?.block_on(go(plan))
}

async fn go(plan: &Plan) -> Result<String, Failure> {
    let place = format!("/connectors/{}", plan.name);
    let mut body = Map::new();
    if let Some(to) = &plan.to {
        body.insert("to".into(), which::digest(&plan.server, to).await?.into());
    }
    if let Some(receiver) = &plan.receiver {
        body.insert("receiver".into(), receiver_id(&plan.server.get(&place).await?, receiver)?);
    }
    report(&plan.server.post(&format!("{place}/move"), &body.into()).await?)
}

/// The id of a receiver that is called so, or has this id.
fn receiver_id(connector: &Value, receiver: &str) -> Result<Value, Failure> {
    let rows = connector["receivers"].as_array().map(Vec::as_slice).unwrap_or_default();
    let found = rows.iter().find(|row| row["name"] == receiver || row["id"] == receiver);
    found.map(|row| row["id"].clone()).ok_or_else(|| {
        let names: Vec<&str> = rows.iter().filter_map(|row| row["name"].as_str()).collect();
        let there =
            if names.is_empty() { "there is none".to_owned() } else { format!("there are {}", names.join(", ")) };
        Failure::CannotRun(format!("no receiver of this connector is called {receiver}; {there}"))
    })
}

fn report(done: &Value) -> Result<String, Failure> {
    let moved = match done["moved"].as_i64().unwrap_or_default() {
        0 => "No receiver was moved; those that use it already stay.".to_owned(),
        1 => "1 receiver was moved.".to_owned(),
        n => format!("{n} receivers were moved."),
    };
    let stayed = done["stayed"].as_array().map(Vec::as_slice).unwrap_or_default();
    if stayed.is_empty() {
        return Ok(moved);
    }
    let text = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let lines = stayed.iter().map(|row| format!("\n{} stayed: {}", text(row, "receiver"), text(row, "why")));
    Err(Failure::AtFault(moved + &lines.collect::<String>()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_receiver_is_known_by_its_name_or_its_id() {
        let connector = json!({"receivers": [{"id": "7", "name": "ops"}, {"id": "8", "name": "7up"}]});
        assert_eq!(receiver_id(&connector, "ops").ok(), Some(json!("7")));
        assert_eq!(receiver_id(&connector, "8").ok(), Some(json!("8")));
        let refused = receiver_id(&connector, "nobody").err().map(|failure| failure.sentence().to_owned());
        assert!(refused.is_some_and(|said| said.contains("there are ops, 7up")));
    }

    #[test]
    fn who_stayed_is_named_with_the_reason() {
        assert_eq!(report(&json!({"moved": 2, "stayed": []})).ok().as_deref(), Some("2 receivers were moved."));
        let some = json!({"moved": 1, "stayed": [{"receiver": "ops", "why": "the setting team is missing"}]});
        let Err(Failure::AtFault(said)) = report(&some) else { panic!("somebody stayed") };
        assert_eq!(said, "1 receiver was moved.\nops stayed: the setting team is missing");
    }
}
