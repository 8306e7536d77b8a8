//! The same by programs: over the API, and by `tocsin connector install`, `grant`, `list`, `move` and `remove`.

use std::process::Command;

use axum::http::Method;
use serde_json::json;
use tempfile::TempDir;
use tocsin::actor::Role;
use tocsin::task::install;

use super::files::{granted, installed, marked};
use crate::api::program::{Program, hook_is_told};
use crate::pages::world::World;
use crate::support::{Instance, Kind, Part, Provision, parts};

#[tokio::test]
async fn a_program_installs_grants_moves_and_removes() {
    let (world, _) = World::set_up().await;
    let hook = hook_is_told(&world).await;
    let ci = Program::with_role(&world, "ci", Role::Admin).await;
    let file = marked("webhook", "one");
    ci.ask(Method::POST, "/connectors", "nonsense".to_owned()).await.refused(415, "application/wasm");
    let taken = ci.send("/connectors", "application/wasm", file).await.fine();
    assert_eq!((taken["state"].as_str(), taken["signature"].as_str()), (Some("compiling"), Some("unsigned")));
    let digest = taken["digest"].as_str().expect("a digest").to_owned();
    install::look(&world.app).await.expect("looked");
    let place = format!("/connectors/files/{digest}");
    let ready = ci.get(&place).await.fine();
    assert_eq!((ready["state"].as_str(), ready["name"].as_str()), (Some("ready"), Some("webhook")));
    assert_eq!(ready["asks"], json!([{ "ability": "http_from_settings", "at": "/url", "granted": false }]));

    ci.post("/connectors/webhook/move", json!({ "to": digest })).await.fine();
    assert_eq!(world.app.connectors.catalog().pin(hook), None, "it stays, since nobody has decided");
    ci.post(&format!("{place}/grant"), json!({ "kv": true })).await.refused(422, "does not ask for this");
    let decided = ci.post(&format!("{place}/grant"), json!({ "http_from_settings": true })).await.fine();
    assert_eq!(decided["asks"][0]["granted"], true);
    let moved = ci.post("/connectors/webhook/move", json!({ "to": digest, "receiver": hook.to_string() })).await.fine();
    assert_eq!(moved, json!({ "moved": 1, "stayed": [] }));
    ci.delete(&place).await.refused(409, "hook");

    let limits = ci.post("/connectors/webhook/limits", json!({ "memory_mib": 8 })).await.fine();
    assert_eq!(limits["limits"]["memory_mib"], 8);
    ci.post("/connectors/webhook/limits", json!({ "memory_mib": 8_000 })).await.refused(422, "from 4 to 256");
    assert_eq!(ci.post("/connectors/webhook/disable", json!({})).await.fine()["disabled"], true);
    assert_eq!(ci.post("/connectors/webhook/enable", json!({})).await.fine()["disabled"], false);
    ci.post("/connectors/webhook/move", json!({})).await.fine();
    assert_eq!(ci.delete(&place).await.fine()["removed"], true);
    ci.get(&place).await.refused(404, "no such connector file");
}

#[tokio::test]
async fn receivers_do_not_move_to_another_connector() {
    let (world, _) = World::set_up().await;
    hook_is_told(&world).await;
    let ci = Program::with_role(&world, "ci", Role::Admin).await;
    let other = granted(&world, marked("gotify", "one")).await;
    let refused = ci.post("/connectors/webhook/move", json!({ "to": other })).await;
    refused.refused(409, "is no version of webhook: it is the connector gotify");
}

#[tokio::test]
async fn a_program_grants_a_part_of_what_is_asked_for() {
    let (world, _) = World::set_up().await;
    let ci = Program::with_role(&world, "ci", Role::Admin).await;
    let digest = installed(&world, marked("telegram", "one")).await;
    let place = format!("/connectors/files/{digest}");
    let asked = "https://api.telegram.org/";
    let before = ci.get(&place).await.fine();
    assert_eq!(before["asks"][0], json!({ "ability": "http", "at": asked, "granted": false, "prefixes": [] }));
    let part = "https://api.telegram.org/bot7:mine/";
    let decided = ci.post(&format!("{place}/grant"), json!({ "http": [part, part] })).await.fine();
    assert_eq!(decided["asks"][0], json!({ "ability": "http", "at": asked, "granted": true, "prefixes": [part] }));
    let more = json!({ "http": ["https://telegram.org/"] });
    ci.post(&format!("{place}/grant"), more).await.refused(422, "what is granted is what it asks for");
}

#[tokio::test]
async fn a_program_reads_health_and_may_no_more_than_its_role() {
    let (world, _) = World::set_up().await;
    hook_is_told(&world).await;
    let digest = granted(&world, marked("webhook", "one")).await;
    let reader = Program::with_role(&world, "reader", Role::Viewer).await;
    let list = reader.get("/connectors").await.fine();
    assert_eq!(list["files"][0]["digest"], digest.as_str());
    let one = reader.get("/connectors/webhook").await.fine();
    assert_eq!(one["receivers"][0]["name"], "hook");
    assert_eq!((&one["delivered"], &one["last_trouble"]), (&json!(0), &json!(null)));
    reader.get("/connectors/nothing").await.refused(404, "no connector");
    reader.send("/connectors", "application/wasm", marked("webhook", "two")).await.refused(403, "admin");
    reader.post(&format!("/connectors/files/{digest}/grant"), json!({})).await.refused(403, "admin");
    reader.post("/connectors/webhook/limits", json!({})).await.refused(403, "admin");
    reader.post("/connectors/webhook/move", json!({})).await.refused(403, "admin");
    reader.delete(&format!("/connectors/files/{digest}")).await.refused(403, "admin");
}

/// A shell in a folder with a connector's file, beside a server that an admin's token is for.
struct Shell {
    instance: Instance,
    folder: TempDir,
}

impl Shell {
    const TOKEN: &str = "tocsin_test_token_of_an_admin";

    fn beside(kind: Kind, provision: Provision, file: (&str, Vec<u8>)) -> Shell {
        let token = format!("[[api_token]]\nname = \"ci\"\nrole = \"admin\"\ntoken = \"{}\"\n", Shell::TOKEN);
        let instance = Instance::start(kind, &provision.and(&token));
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join(file.0), file.1).expect("written");
        Shell { instance, folder }
    }

    /// What a command says; it ends with this status.
    fn typed(&self, words: &[&str], status: i32) -> String {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tocsin"));
        command.arg("connector").args(words).args(["--server", &format!("http://127.0.0.1:{}", self.instance.port)]);
        let done = command.env("TOCSIN_TOKEN", Shell::TOKEN).current_dir(self.folder.path()).output().expect("it runs");
        let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        assert_eq!(done.status.code(), Some(status), "{words:?}: {said}");
        said
    }
}

/// The whole way with the program as people start it.
fn installs_by_command_on(kind: Kind) {
    let shell = Shell::beside(kind, Provision::new(), ("hostile.wasm", marked("hostile", "by command")));
    let database = &shell.instance.database;
    let said = shell.typed(&["install", "hostile.wasm"], 0);
    for words in ["hostile 0.1.0 is installed", "not signed", "http_from_settings /url", "/connectors/files/"] {
        assert!(said.contains(words), "{words} is missing in {said}");
    }
    // The file is at fault.
    let said = shell.typed(&["install", "hostile.wasm"], 1);
    assert!(said.contains("here already as hostile"), "{said}");
    assert_eq!(database.number("select count(*) from connector_version where state = 'ready'"), 1);
    let said = shell.typed(&["list"], 0);
    assert!(said.contains(" waits for grants, unsigned"), "{said}");

    let said = shell.typed(&["grant", "hostile.wasm", "--http", "https://evil.example/"], 1);
    assert!(said.contains("does not ask for https://evil.example/"), "{said}");
    let said = shell.typed(&["grant", "hostile.wasm", "--kv"], 0);
    assert!(said.contains("may not    http_from_settings /url\nmay        kv\n"), "{said}");
    let said = shell.typed(&["grant", "hostile.wasm", "--all"], 0);
    assert!(said.contains("may        http_from_settings /url\nmay        kv\n"), "{said}");
    let granted = database.texts("select granted from connector_version");
    assert!(granted[0].contains("\"http_from_settings\":true") && granted[0].contains("\"kv\":true"), "{granted:?}");

    let digest = database.texts("select digest from connector_version").remove(0);
    let said = shell.typed(&["list"], 0);
    assert!(said.contains(&format!("{digest} granted, unsigned, new receivers use it")), "{said}");
    assert_eq!(shell.typed(&["remove", &digest[..8]], 0), format!("Removed {digest}.\n"));
    assert_eq!(database.number("select count(*) from connector_version"), 0);
    let said = shell.typed(&["remove", &digest[..8]], 2);
    assert!(said.contains("tocsin connector list shows them"), "{said}");
}

#[test]
fn the_command_installs_on_sqlite() {
    installs_by_command_on(Kind::Sqlite);
}

#[test]
fn the_command_installs_on_postgres() {
    if parts::are_here("installing a connector on PostgreSQL", &[Part::Postgres]) {
        installs_by_command_on(Kind::Postgres);
    }
}

/// Another file of a connector that ships takes over a receiver of it, and gives it back.
#[test]
fn the_command_moves_receivers_to_another_file_and_back() {
    let receiver = |name: &str| {
        format!(
            "[[receiver]]\nname = \"{name}\"\nconnector = \"webhook\"\nsettings = {{ url = \"https://example.org/\" }}\n"
        )
    };
    let provision = Provision::new().and(&receiver("one")).and(&receiver("two"));
    let shell = Shell::beside(Kind::Sqlite, provision, ("webhook.wasm", marked("webhook", "moved")));
    let said = shell.typed(&["install", "webhook.wasm"], 0);
    assert!(said.contains("webhook ships with tocsin: new receivers of that name would use this file"), "{said}");
    let one = ["move", "webhook", "--to", "webhook.wasm", "--receiver", "one"];
    let said = shell.typed(&one, 1);
    assert!(said.contains("nobody has decided"), "{said}");
    shell.typed(&["grant", "webhook.wasm", "--all"], 0);
    let said = shell.typed(&["move", "webhook", "--to", "webhook.wasm", "--receiver", "three"], 2);
    assert!(said.contains("no receiver of this connector is called three; there are one, two"), "{said}");
    assert_eq!(shell.typed(&one, 0), "1 receiver was moved.\n");
    let said = shell.typed(&["remove", "webhook.wasm"], 1);
    assert!(said.contains("one") && !said.contains("two"), "{said}");
    assert_eq!(shell.typed(&["move", "webhook", "--bundled"], 0), "1 receiver was moved.\n");
    shell.typed(&["remove", "webhook.wasm"], 0);
}
