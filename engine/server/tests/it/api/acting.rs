//! What a program does: acknowledging, silencing, admitting hosts, trying a delivery again.

use serde_json::{Value, json};
use tocsin::actor::{Actor, Role};
use tocsin::usecase::instance::SaveAlerting;
use tocsin_policy::Span;

use super::program::{Program, hook_is_told, path};
use crate::pages::world::World;

#[tokio::test]
async fn a_program_acknowledges_an_alert_and_takes_it_back() {
    let world = World::new().await;
    let program = Program::with_role(&world, "chat bot", Role::Operator).await;
    hook_is_told(&world).await;
    let host = world.fails("web1", "nginx", "down").await;
    let place = format!("/alerts/{}/acknowledge", world.alert_of(host));

    let alert = program.post(&place, json!({ "for": "1h", "note": "on it" })).await.fine();
    let held = &alert["acknowledgement"];
    assert_eq!((&held["by"], &held["note"]), (&json!("chat bot (API token)"), &json!("on it")));
    assert_eq!(held["until"], "2026-01-01T01:00:00Z");
    assert_eq!(alert["silent"]["suppressor"]["kind"], "acknowledgement");
    assert_eq!(alert["next"][0]["at"], "2026-01-01T01:00:00Z", "the reminder waits for its end");

    let alert = program.post(&place, json!({ "for": "until recovery" })).await.fine();
    assert_eq!(alert["acknowledgement"]["until"], Value::Null, "it replaces the one before");
    assert_eq!(alert["next"][0]["at"], Value::Null, "only an event brings it about");

    let alert = program.delete(&place).await.fine();
    assert_eq!((&alert["acknowledgement"], &alert["silent"]), (&Value::Null, &Value::Null));
    program.delete(&place).await.refused(409, "Nobody has acknowledged this alert");

    let refused = program.post(&place, json!({ "for": "soon", "note": 7 })).await;
    refused.refused(422, "length of time");
    assert_eq!(refused.json["fields"]["note"], "a text, in quotes", "all that is wrong is said at once");
    program.post("/alerts/7/acknowledge", json!({})).await.refused(404, "There is no such alert");
}

#[tokio::test]
async fn an_acknowledgement_without_a_length_holds_as_long_as_the_settings_say() {
    let world = World::new().await;
    let program = Program::with_role(&world, "chat bot", Role::Operator).await;
    let host = world.fails("web1", "nginx", "down").await;
    let place = format!("/alerts/{}/acknowledge", world.alert_of(host));
    let alert = program.post(&place, json!({})).await.fine();
    assert_eq!(alert["acknowledgement"]["until"], Value::Null, "until recovery, unless somebody says otherwise");
    let save = SaveAlerting {
        actor: Actor::system("test"),
        missed_cycles: 3,
        deadline_floor: Span::minutes(1),
        stop_alerts: true,
        acknowledge_for: Some(Span::hours(4)),
    };
    world.app.engine.run(save).await.expect("saved");
    let alert = program.post(&place, json!({})).await.fine();
    assert_eq!(alert["acknowledgement"]["until"], "2026-01-01T04:00:00Z");
}

#[tokio::test]
async fn a_program_silences_a_host_within_bounds_and_ends_it() {
    let world = World::new().await;
    let program = Program::with_role(&world, "deploy", Role::Operator).await;
    let place = format!("/hosts/{}/silence", world.fails("web1", "nginx", "down").await);

    let refused = program.post(&place, json!({ "length": "5m" })).await;
    refused.refused(422, "between 15 minutes and 24 hours");
    assert!(refused.json["fields"]["length"].is_string(), "{}", refused.json);
    let host = program.post(&place, json!({ "length": "1h", "note": "release 7" })).await.fine();
    let silence = &host["silences"][0];
    assert_eq!((&silence["by"], &silence["until"]), (&json!("deploy (API token)"), &json!("2026-01-01T01:00:00Z")));
    assert_eq!(program.delete(&place).await.fine()["silences"], json!([]));
    program.delete(&place).await.refused(409, "No silence is in force");
    program.delete("/hosts/7/silence").await.refused(404, "There is no such host");
}

#[tokio::test]
async fn a_new_host_is_approved_ignored_or_blocked() {
    let world = World::new().await;
    let program = Program::with_role(&world, "inventory", Role::Operator).await;
    let host = world.checks_in("web1", "nginx", "down").await;
    let pending = program.get("/hosts?admission=pending").await.fine();
    assert_eq!(pending["hosts"][0]["name"], "web1");
    for (verb, admission) in [("approve", "approved"), ("ignore", "ignored"), ("block", "blocked")] {
        let host = program.ask(axum::http::Method::POST, &format!("/hosts/{host}/{verb}"), String::new()).await.fine();
        assert_eq!(host["admission"], admission, "no body is needed");
    }
    assert_eq!(program.get("/hosts?admission=pending").await.fine()["hosts"], json!([]));
}

#[tokio::test]
async fn a_delivery_is_found_by_its_state_and_tried_again() {
    let world = World::new().await;
    let program = Program::with_role(&world, "watch", Role::Operator).await;
    hook_is_told(&world).await;
    let host = world.fails("web1", "nginx", "down").await;
    let due = program.get("/deliveries?state=due").await.fine();
    let delivery = &due["deliveries"][0];
    assert_eq!((&delivery["alert"], &delivery["kind"]), (&json!(world.alert_of(host).to_string()), &json!("problem")));
    assert_eq!(program.get("/deliveries?state=dead").await.fine()["deliveries"], json!([]));

    let again = program.post(&format!("{}/retry", path("deliveries", delivery)), json!({})).await.fine();
    assert_eq!(again["detail"], "an operator asked for another try");
    program.post("/deliveries/7/retry", json!({})).await.refused(404, "");
}
