//! The same by programs: over the API, and by `tocsin connector install`, `grant`, `list`, `move` and `remove`.

use std::process::Command;

use axum::http::Method;
use serde_json::json;
use tocsin::actor::Role;
use tocsin::task::install;

use super::files::{granted, installed, marked};
use crate::api::program::{Program, hook_is_told};
use crate::pages::world::World;
use crate::support::{Kind, Part, parts};

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

/// The whole way with the program as people start it.
fn installs_by_command_on(kind: Kind) {
    use crate::support::{Instance, Provision};
    const TOKEN: &str = "tocsin_test_token_of_an_admin";
    let provision =
        Provision::new().and(&format!("[[api_token]]\nname = \"ci\"\nrole = \"admin\"\ntoken = \"{TOKEN}\"\n"));
    let instance = Instance::start(kind, &provision);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("hostile.wasm");
    std::fs::write(&file, marked("hostile", "by command")).expect("written");
    let install = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tocsin"));
        command
            .args(["connector", "install"])
            .arg(&file)
            .args(["--server", &format!("http://127.0.0.1:{}", instance.port)]);
        command.env("TOCSIN_TOKEN", TOKEN).output().expect("it runs")
    };
    let done = install();
    let text = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success(), "{text}{}", String::from_utf8_lossy(&done.stderr));
    for words in ["hostile 0.1.0 is installed", "not signed", "http_from_settings /url", "/connectors/files/"] {
        assert!(text.contains(words), "{words} is missing in {text}");
    }
    let again = install();
    assert!(!again.status.success());
    assert!(String::from_utf8_lossy(&again.stderr).contains("here already as hostile"));
    assert_eq!(again.status.code(), Some(1), "the file is at fault");
    assert_eq!(instance.database.number("select count(*) from connector_version where state = 'ready'"), 1);

    let typed = |words: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tocsin"));
        command.arg("connector").args(words).args(["--server", &format!("http://127.0.0.1:{}", instance.port)]);
        let done = command.env("TOCSIN_TOKEN", TOKEN).current_dir(folder.path()).output().expect("it runs");
        let text = [done.stdout, done.stderr].concat();
        (done.status.code(), String::from_utf8_lossy(&text).into_owned())
    };
    let (_, said) = typed(&["list"]);
    assert!(said.contains(" waits for grants, unsigned"), "{said}");

    let grant = |flags: &[&str]| typed(&[&["grant", "hostile.wasm"], flags].concat());
    let (status, said) = grant(&["--http", "https://evil.example/"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("does not ask for https://evil.example/"), "{said}");
    let (status, said) = grant(&["--kv"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("may not    http_from_settings /url\nmay        kv\n"), "{said}");
    let (status, said) = grant(&["--all"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("may        http_from_settings /url\nmay        kv\n"), "{said}");
    let granted = instance.database.texts("select granted from connector_version");
    assert!(granted[0].contains("\"http_from_settings\":true") && granted[0].contains("\"kv\":true"), "{granted:?}");

    let digest = instance.database.texts("select digest from connector_version").remove(0);
    let (status, said) = typed(&["list"]);
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains(&format!("{digest} granted, unsigned, new receivers use it")), "{said}");
    let (status, said) = typed(&["remove", &digest[..8]]);
    assert_eq!((status, said), (Some(0), format!("Removed {digest}.\n")));
    assert_eq!(instance.database.number("select count(*) from connector_version"), 0);
    let (status, said) = typed(&["remove", &digest[..8]]);
    assert_eq!(status, Some(2), "{said}");
    assert!(said.contains("tocsin connector list shows them"), "{said}");
}

/// Another file of a connector that ships takes over a receiver of it, and gives it back.
fn moves_by_command_on(kind: Kind) {
    use crate::support::{Instance, Provision};
    const TOKEN: &str = "tocsin_test_token_of_an_admin";
    let receivers = "[[api_token]]\nname = \"ci\"\nrole = \"admin\"\ntoken = \"tocsin_test_token_of_an_admin\"\n\
        [[receiver]]\nname = \"one\"\nconnector = \"webhook\"\nsettings = { url = \"https://example.org/1\" }\n\
        [[receiver]]\nname = \"two\"\nconnector = \"webhook\"\nsettings = { url = \"https://example.org/2\" }\n";
    let instance = Instance::start(kind, &Provision::new().and(receivers));
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("webhook.wasm"), marked("webhook", "moved")).expect("written");
    let typed = |words: &[&str], status: i32| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tocsin"));
        command.arg("connector").args(words).args(["--server", &format!("http://127.0.0.1:{}", instance.port)]);
        let done = command.env("TOCSIN_TOKEN", TOKEN).current_dir(folder.path()).output().expect("it runs");
        let said = String::from_utf8_lossy(&[done.stdout, done.stderr].concat()).into_owned();
        assert_eq!(done.status.code(), Some(status), "{words:?}: {said}");
        said
    };
    let said = typed(&["install", "webhook.wasm"], 0);
    assert!(said.contains("webhook ships with tocsin: new receivers of that name would use this file"), "{said}");
    let said = typed(&["move", "webhook", "--to", "webhook.wasm", "--receiver", "one"], 1);
    assert!(said.contains("nobody has decided"), "{said}");
    typed(&["grant", "webhook.wasm", "--all"], 0);
    let said = typed(&["move", "webhook", "--to", "webhook.wasm", "--receiver", "three"], 2);
    assert!(said.contains("no receiver of this connector is called three; there are one, two"), "{said}");
    assert_eq!(typed(&["move", "webhook", "--to", "webhook.wasm", "--receiver", "one"], 0), "1 receiver was moved.\n");
    let said = typed(&["remove", "webhook.wasm"], 1);
    assert!(said.contains("one") && !said.contains("two"), "{said}");
    assert_eq!(typed(&["move", "webhook", "--bundled"], 0), "1 receiver was moved.\n");
    typed(&["remove", "webhook.wasm"], 0);
}

#[test]
fn the_command_moves_receivers_on_sqlite() {
    moves_by_command_on(Kind::Sqlite);
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
