//! Receivers by program: made, listed without their settings, and tested on the real way.

use axum::http::Method;
use serde_json::json;
use tocsin::actor::Role;

use super::program::Program;
use crate::pages::world::World;

#[tokio::test]
async fn a_program_makes_a_receiver_and_sends_it_a_test() {
    let world = World::new().await;
    let ci = Program::with_role(&world, "ci", Role::Admin).await;
    let wanted = json!({
        "name": "ops", "connector": "webhook", "settings": { "url": "http://127.0.0.1:9/x", "token": "s3cret" },
        "private_network": true
    });
    let told = ci.ask(Method::POST, "/receivers", wanted.to_string()).await;
    assert_eq!(told.status, 201, "{}", told.json);
    let made = told.json;
    assert_eq!((&made["name"], &made["enabled"], &made["broken"]), (&json!("ops"), &json!(true), &json!(null)));
    let place = format!("/receivers/{}", made["id"].as_str().expect("an id"));
    assert_eq!(ci.get(&place).await.fine(), made);
    assert_eq!(ci.get("/receivers/ops").await.fine(), made, "by its name as well");
    let list = ci.get("/receivers").await.fine();
    assert_eq!(list["receivers"], json!([made]));
    assert!(!list.to_string().contains("s3cret") && !list.to_string().contains("127.0.0.1"), "{list}");

    let test = ci.post(&format!("{place}/test"), json!({})).await.fine();
    let delivery = ci.get(&format!("/deliveries/{}", test["delivery"].as_str().expect("an id"))).await.fine();
    assert_eq!((&delivery["kind"], &delivery["receiver"]["name"]), (&json!("test"), &json!("ops")));
    assert_eq!(delivery["message"]["title"], "TEST from tocsin");
    assert_eq!(delivery["message"]["was_sent"], false);
}

#[tokio::test]
async fn what_is_wrong_with_a_receiver_is_said_beside_its_key() {
    let world = World::new().await;
    let ci = Program::with_role(&world, "ci", Role::Admin).await;
    ci.post("/receivers", json!({})).await.refused(422, "it is needed");
    let inner = json!({ "name": "ops", "connector": "webhook", "settings": { "url": "http://10.0.0.7/x" } });
    let told = ci.post("/receivers", inner).await;
    told.refused(422, "Let this receiver reach private addresses");
    assert!(told.json["fields"]["settings.url"].is_string(), "{}", told.json);
    let unknown = json!({ "name": "ops", "connector": "web hook", "settings": [] });
    ci.post("/receivers", unknown).await.refused(422, "an object, in braces");
    let unknown = json!({ "name": "ops", "connector": "webhok" });
    ci.post("/receivers", unknown).await.refused(422, "there is no connector “webhok”");
    ci.get("/receivers/7").await.refused(404, "no such receiver");
    ci.post("/receivers/7/test", json!({})).await.refused(404, "no such receiver");

    let reader = Program::with_role(&world, "reader", Role::Viewer).await;
    reader.post("/receivers", json!({ "name": "ops", "connector": "webhook" })).await.refused(403, "admin");
}
