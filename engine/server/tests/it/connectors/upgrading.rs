//! Versions side by side: receivers stay with theirs until they are moved, what is under way ends as it began, and what
//! grew is asked for again.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use axum::http::StatusCode;
use serde_json::json;
use tocsin::actor::Actor;
use tocsin::usecase::receiver::SaveReceiver;
use tocsin_connector_host::{Outcome, Receipt};
use tocsin_policy::ReceiverId;

use super::files::{granted, installed, marked};
use crate::pages::browser::Browser;
use crate::pages::world::World;

/// A receiver “hook”, as it is made through the form.
async fn hook(world: &World, url: &str) -> ReceiverId {
    world.app.connectors.get("webhook").await.expect("it can be used");
    let save = SaveReceiver {
        actor: Actor::system("test"),
        id: None,
        name: "hook".to_owned(),
        connector: "webhook".to_owned(),
        settings: json!({ "url": url }),
        private_network: true,
        enabled: true,
        version: None,
        connectors: world.app.connectors.clone(),
    };
    world.app.engine.run(save).await.expect("a receiver")
}

fn pin(world: &World, receiver: ReceiverId) -> Option<String> {
    world.app.connectors.catalog().pin(receiver).map(str::to_owned)
}

#[tokio::test]
async fn receivers_stay_with_their_version_until_they_are_moved() {
    let (world, mut anna) = World::set_up().await;
    let hook = hook(&world, "https://example.org/x").await;
    assert_eq!(pin(&world, hook), None, "it takes what ships with the program");
    let one = granted(&world, marked("webhook", "one")).await;
    assert_eq!(pin(&world, hook), None, "and stays with it");
    let two = installed(&world, marked("webhook", "two")).await;
    let seen = anna.get(&format!("/connectors/files/{two}")).await;
    seen.shows("It asks for no more than the version before").shows("name=\"http_from_settings\" value=\"on\" checked");
    let refused = anna.post("/connectors/move", &[("name", "webhook"), ("to", &two)]).await;
    assert!(refused.status == StatusCode::SEE_OTHER || refused.status == StatusCode::CONFLICT);
    assert_eq!(pin(&world, hook), None, "nobody has decided about that one");

    let seen = anna.post("/connectors/move", &[("name", "webhook"), ("to", &one)]).await;
    assert_eq!(Browser::done(&seen), "/connectors/of/webhook");
    anna.get("/connectors/of/webhook").await.shows("Moved 1 receiver.");
    assert_eq!(pin(&world, hook), Some(one.clone()));
    let id = hook.to_string();
    let back = [("name", "webhook"), ("to", ""), ("receiver", id.as_str())];
    Browser::done(&anna.post("/connectors/move", &back).await);
    assert_eq!(pin(&world, hook), None);
}

#[tokio::test]
async fn what_an_upgrade_asks_for_beyond_the_version_before_is_said_to_be_new() {
    let (world, mut anna) = World::set_up().await;
    // For the page an upgrade is a name with more abilities: the first version is written down with one less.
    let one = granted(&world, marked("hostile", "one")).await;
    let two = installed(&world, marked("hostile", "two")).await;
    let mut tx = world.app.store.begin().await.expect("a transaction");
    let row = tocsin::store::connector::version(&mut tx, &one).await.expect("read").expect("a row");
    drop(tx);
    let mut manifest: serde_json::Value = serde_json::from_str(&row.manifest.expect("a manifest")).expect("json");
    manifest["abilities"].as_array_mut().expect("a list").retain(|ability| ability != "kv");
    rewrite(&world, &one, &manifest.to_string()).await;
    let seen = anna.get(&format!("/connectors/files/{two}")).await;
    seen.shows("It asks for more than the version before").shows("</svg>new</span>");
    seen.hides("name=\"kv\" value=\"on\" checked");
}

/// Writes another manifest down, as if the file had described itself so.
async fn rewrite(world: &World, digest: &str, manifest: &str) {
    let mut tx = world.app.store.begin().await.expect("a transaction");
    let tocsin::store::Tx::Sqlite(db) = &mut tx else { panic!("tests run on SQLite") };
    let sql = "update connector_version set manifest = $2 where digest = $1";
    let connection = db.connection().await.expect("a connection");
    sqlx::query(sql).bind(digest).bind(manifest).execute(connection).await.expect("written");
    tx.commit().await.expect("committed");
    // Any edit has it read again.
    granted(world, marked("webhook", "an edit")).await;
}

#[tokio::test]
async fn a_delivery_under_way_ends_with_the_version_it_began_with() {
    let (world, mut anna) = World::set_up().await;
    let far_side = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}/x", far_side.local_addr().expect("an address"));
    let (one, two) = (granted(&world, marked("webhook", "one")).await, granted(&world, marked("webhook", "two")).await);
    let hook = hook(&world, &url).await;
    assert_eq!(pin(&world, hook), Some(two.clone()), "a new receiver takes the newest");
    Browser::done(&anna.post("/connectors/move", &[("name", "webhook"), ("to", &one)]).await);

    let began = world.app.connectors.of(hook, "webhook").await.expect("usable");
    assert_eq!(began.connector.digest(), one);
    let (host, app) = (world.app.connector_host.clone(), world.app.clone());
    let call = super::acting::call(&world, hook, &began).await;
    let under_way = tokio::spawn(async move { host.deliver(&began.connector, call).await });
    let held = tokio::task::spawn_blocking(move || {
        let (mut stream, _) = far_side.accept().expect("a request");
        read_head(&mut stream);
        stream
    });
    let mut held = held.await.expect("it came");

    // Meanwhile everything changes.
    Browser::done(&anna.post("/connectors/move", &[("name", "webhook"), ("to", &two)]).await);
    Browser::done(&anna.post("/connectors/of/webhook/limits", &[("concurrency", "1")]).await);
    Browser::done(&anna.post(&format!("/connectors/files/{one}/remove"), &[]).await);
    assert_eq!(app.connectors.of(hook, "webhook").await.expect("usable").connector.digest(), two);

    held.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").expect("answered");
    let receipt: Receipt = under_way.await.expect("it ends");
    assert!(matches!(receipt.outcome, Outcome::Delivered { .. }), "{receipt:?}");
}

fn read_head(stream: &mut TcpStream) {
    let (mut read, mut buffer) = (Vec::new(), [0; 1024]);
    while !read.windows(4).any(|window| window == b"\r\n\r\n") {
        let n = stream.read(&mut buffer).expect("a head");
        assert_ne!(n, 0, "it was cut off");
        read.extend_from_slice(&buffer[..n]);
    }
}
