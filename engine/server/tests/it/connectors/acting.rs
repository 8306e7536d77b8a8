//! What grants, limits and switches do to calls: a hostile connector gets no further than it was let.

use std::sync::Arc;

use axum::http::StatusCode;
use serde_json::json;
use tocsin::actor::Actor;
use tocsin::connectors::Usable;
use tocsin::content::Content;
use tocsin::usecase::connector::{DecideGrants, Wanted};
use tocsin::usecase::deliver::Claim;
use tocsin::usecase::receiver::{SaveReceiver, TestReceiver, settings_of};
use tocsin_connector_host::{Call, MemoryKeyValue, Outcome, Receipt};
use tocsin_policy::ReceiverId;

use super::files::{granted, installed, marked};
use crate::pages::browser::Browser;
use crate::pages::markup::unescape;
use crate::pages::world::{NOW, World};

/// The call of a test message to a receiver.
pub async fn call(world: &World, receiver: ReceiverId, usable: &Usable) -> Call {
    let row =
        tocsin::store::receiver::read(&world.app.store.readers, receiver).await.expect("read").expect("a receiver");
    let settings = settings_of(&world.app.keys, receiver, &row.settings).expect("they open");
    let content = Content::own("test", "a test", NOW, &world.app.engine.shared().place());
    Call {
        settings,
        notification: content.notification(7, 1, None),
        grant: usable.grant(row.private_network),
        kv: Arc::new(MemoryKeyValue::default()),
    }
}

/// A receiver of the hostile connector that does this.
async fn misbehaving(world: &World, mode: &str) -> ReceiverId {
    let save = SaveReceiver {
        actor: Actor::system("test"),
        id: None,
        name: format!("hostile {mode}"),
        connector: "hostile".to_owned(),
        settings: json!({ "mode": mode, "url": "http://127.0.0.1:9/" }),
        private_network: true,
        enabled: true,
        version: None,
        connectors: world.app.connectors.clone(),
    };
    world.app.engine.run(save).await.expect("a receiver")
}

async fn deliver(world: &World, receiver: ReceiverId) -> Receipt {
    let usable = world.app.connectors.of(receiver, "hostile").await.expect("usable");
    let call = call(world, receiver, &usable).await;
    world.app.connector_host.deliver(&usable.connector, call).await
}

fn said(receipt: &Receipt) -> String {
    match &receipt.outcome {
        Outcome::Delivered { detail, .. } => detail.clone().unwrap_or_default(),
        Outcome::Contained { message, .. } => message.clone(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn what_was_not_granted_is_denied_and_what_is_granted_later_works_at_once() {
    let (world, _) = World::set_up().await;
    let digest = granted(&world, marked("hostile", "one")).await;
    let receiver = misbehaving(&world, "kv-count").await;
    let before = said(&deliver(&world, receiver).await);
    assert!(before.contains("Denied"), "{before}");

    let wanted = Wanted { http_from_settings: true, kv: true, ..Wanted::default() };
    let action = DecideGrants { actor: Actor::system("test"), digest: digest.clone(), wanted, version: None };
    world.app.engine.run(action).await.expect("granted");
    let after = said(&deliver(&world, receiver).await);
    assert!(!after.contains("Denied"), "{after}");

    let http = misbehaving(&world, "http").await;
    let action = DecideGrants { actor: Actor::system("test"), digest, wanted: Wanted::default(), version: None };
    world.app.engine.run(action).await.expect("taken away");
    let denied = said(&deliver(&world, http).await);
    assert!(denied.contains("Denied"), "{denied}");
}

#[tokio::test]
async fn more_than_it_asks_for_is_not_granted() {
    let (world, _) = World::set_up().await;
    let digest = installed(&world, marked("webhook", "one")).await;
    for (wanted, word) in [
        (Wanted { kv: true, ..Wanted::default() }, "kv"),
        (Wanted { smtp_from_settings: true, ..Wanted::default() }, "smtp_from_settings"),
        (Wanted { http: vec!["https://evil.example/".to_owned()], ..Wanted::default() }, "https://evil.example/"),
    ] {
        let action = DecideGrants { actor: Actor::system("test"), digest: digest.clone(), wanted, version: None };
        let refused = world.app.engine.run(action).await.expect_err("refused").to_string();
        assert!(refused.contains(word), "{refused}");
    }
}

/// What it asks for, and two parts of it.
const ASKED: &str = "https://api.telegram.org/";
const BOT: &str = "https://api.telegram.org/bot7:mine/";
const OTHER: &str = "https://api.telegram.org/bot8:ours/";

#[tokio::test]
async fn less_than_it_asks_for_is_granted_where_an_admin_wants_that() {
    let (world, mut anna) = World::set_up().await;
    let digest = installed(&world, marked("telegram", "one")).await;
    let page = format!("/connectors/files/{digest}");
    anna.get(&page).await.shows("Only addresses that begin with");
    let below = format!("below/{ASKED}");
    let two = format!("{BOT}\r\n\r\n {OTHER} \r\n");
    let seen = anna.post(&format!("{page}/grant"), &[("http", ASKED), (&below, &two)]).await;
    assert_eq!(Browser::done(&seen), page);
    assert!(unescape(&anna.get(&page).await.text).contains(&format!("{BOT}\n{OTHER}</textarea>")));
    anna.get("/activity").await.shows("HTTP to");

    // Whoever makes a receiver reads what is granted, not what is asked for.
    let form = unescape(&anna.get("/receivers/new/telegram").await.text);
    let words = format!("send requests to {BOT}, {OTHER}, and to nothing else of the {ASKED} that it asks for");
    assert!(form.contains(&words), "{form}");
    assert!(unescape(&anna.get("/connectors/of/telegram").await.text).contains(&words));

    // And that is what it can do.
    let save = SaveReceiver {
        actor: Actor::system("test"),
        id: None,
        name: "chat".to_owned(),
        connector: "telegram".to_owned(),
        settings: json!({ "token": "9:theirs", "chat": "@ops" }),
        private_network: false,
        enabled: true,
        version: None,
        connectors: world.app.connectors.clone(),
    };
    let receiver = world.app.engine.run(save).await.expect("a receiver");
    let usable = world.app.connectors.of(receiver, "telegram").await.expect("usable");
    let call = call(&world, receiver, &usable).await;
    let receipt = world.app.connector_host.deliver(&usable.connector, call).await;
    assert!(said(&receipt).contains("was not granted requests to https://api.telegram.org"), "{receipt:?}");

    // The next version is offered the same.
    let next = installed(&world, marked("telegram", "two")).await;
    let seen = unescape(&anna.get(&format!("/connectors/files/{next}")).await.text);
    assert!(seen.contains(&format!("{BOT}\n{OTHER}</textarea>")), "{seen}");
}

#[tokio::test]
async fn what_is_granted_lies_below_what_is_asked_for() {
    let (world, mut anna) = World::set_up().await;
    let digest = installed(&world, marked("telegram", "one")).await;
    let below = format!("below/{ASKED}");
    for (typed, words) in [
        ("https://evil.example/", "does not ask for https://evil.example/"),
        ("http://api.telegram.org/bot7/", "begins with that"),
        ("https://api.telegram.org.evil.example/", "begins with that"),
        ("https://*.telegram.org/", "begins with that"),
        ("https://u:p@api.telegram.org/bot7/", "write it like"),
        ("https://api.telegram.org/bot7/?x=y", "write it like"),
        ("bot7", "bot7 is no address"),
    ] {
        let seen = anna.post(&format!("/connectors/files/{digest}/grant"), &[("http", ASKED), (&below, typed)]).await;
        assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        assert!(unescape(&seen.text).contains(words), "{typed}: {}", seen.text);
    }
    let version = world.app.connectors.catalog().version(&digest).expect("it is there").clone();
    assert!(version.granted.is_none(), "nobody has decided");
}

#[tokio::test]
async fn a_receiver_says_what_its_connector_asks_for_and_may_not() {
    let (world, mut anna) = World::set_up().await;
    let digest = installed(&world, marked("hostile", "one")).await;
    Browser::done(&anna.post(&format!("/connectors/files/{digest}/grant"), &[("kv", "on")]).await);
    let form = unescape(&anna.get("/receivers/new/hostile").await.text);
    let (may, may_not) = form.split_once("It asks for this as well, and it was not granted:").expect("both lists");
    assert!(may.contains("remember a little for each receiver") && may_not.contains("send requests to the site"));
}

#[tokio::test]
async fn limits_hold_from_the_next_call_and_within_their_bounds() {
    let (world, mut anna) = World::set_up().await;
    granted(&world, marked("hostile", "one")).await;
    let receiver = misbehaving(&world, "spin").await;
    let seen =
        anna.post("/connectors/of/hostile/limits", &[("cpu_ms", "50"), ("memory_mib", "8"), ("version", "0")]).await;
    assert_eq!(Browser::done(&seen), "/connectors/of/hostile");
    assert_eq!(said(&deliver(&world, receiver).await), "The connector used up its 50 ms of processor time.");
    let eater = misbehaving(&world, "memory").await;
    assert_eq!(said(&deliver(&world, eater).await), "The connector wanted more than its 8 MiB of memory.");

    let seen = anna.post("/connectors/of/hostile/limits", &[("cpu_ms", "60000"), ("wall_ms", "soon")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("a number from 20 to 5000").shows("a number from 500 to 30000").shows("value=\"soon\"");
    let stale = anna.post("/connectors/of/hostile/limits", &[("cpu_ms", "60"), ("version", "0")]).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_disabled_connector_sends_nothing_until_it_is_enabled_again() {
    let (world, mut anna) = World::set_up().await;
    let receiver: i64 = world.default_policy(&mut anna).await.parse().expect("a number");
    let test = TestReceiver { actor: Actor::system("test"), id: ReceiverId(receiver) };
    Browser::done(&anna.post("/connectors/of/webhook/switch", &[("to", "disabled")]).await);
    anna.get("/connectors/of/webhook").await.shows("It is disabled");
    world.app.engine.run(test).await.expect("it waits");
    world.fails("web1", "nginx", "process is not running").await;
    let claim = || world.app.engine.run(Claim { node: "test".into() });
    assert!(claim().await.expect("looked").is_empty());
    assert!(world.sent().await.is_empty(), "policies pass over it");

    Browser::done(&anna.post("/connectors/of/webhook/switch", &[("to", "enabled")]).await);
    assert!(!claim().await.expect("looked").is_empty(), "what waited goes out");
}

#[tokio::test]
async fn a_connector_shows_how_well_it_works_and_who_is_broken() {
    let (world, mut anna) = World::set_up().await;
    let receiver = world.default_policy(&mut anna).await;
    world.app.connectors.get("webhook").await.expect("compiled");
    anna.get("/connectors").await.shows("not used lately");
    let delivery = |seen: crate::pages::browser::Seen| -> i64 {
        Browser::done(&seen).rsplit('/').next().and_then(|id| id.parse().ok()).expect("a delivery")
    };
    let id = delivery(anna.post(&format!("/receivers/{receiver}/test"), &[]).await);
    crate::pages::receivers::settle(&world, id, "delivered", "delivered", "", NOW).await;
    anna.get("/connectors").await.shows("100 % arrived (1 of 1)").shows("median 12 ms a call").shows("works");

    let id = delivery(anna.post(&format!("/receivers/{receiver}/test"), &[]).await);
    crate::pages::receivers::settle(&world, id, "dead", "permanent", "404 no such hook", NOW).await;
    let mut tx = world.app.store.begin().await.expect("a transaction");
    let id = ReceiverId(receiver.parse().expect("a number"));
    tocsin::store::receiver::mark_broken(&mut tx, id, NOW, "404 no such hook").await.expect("marked");
    tx.commit().await.expect("committed");
    anna.get("/connectors").await.shows("1 broken").shows("50 % arrived").shows("404 no such hook");
    anna.get("/connectors/of/webhook").await.shows("broken").shows("the far side refused it").shows("404 no such hook");
}
