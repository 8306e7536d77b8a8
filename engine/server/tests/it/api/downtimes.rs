//! Downtimes planned by programs: once and again and again, with the times that come of it.

use axum::http::StatusCode;
use serde_json::{Value, json};
use tocsin::actor::Role;

use super::program::{Program, path};
use crate::pages::world::World;

#[tokio::test]
async fn a_recurring_downtime_shows_its_next_ten_times_and_ends() {
    let world = World::new().await;
    let program = Program::with_role(&world, "planner", Role::Operator).await;
    world.fails("web1", "nginx", "down").await;
    let plan = json!({ "title": "backups", "host": "web1", "service": "nginx",
        "schedule": "weekly SUN 02:00 for 2h in Europe/Berlin" });
    let told = program.post("/downtimes", plan).await;
    assert_eq!(told.status, StatusCode::CREATED);
    let planned = told.fine();
    let next = planned["next"].as_array().expect("times");
    assert_eq!(next.len(), 10);
    assert_eq!((&next[0]["start"], &next[0]["end"]), (&json!("2026-01-04T01:00:00Z"), &json!("2026-01-04T03:00:00Z")));
    assert_eq!((&planned["service"], &planned["everything"]), (&json!("nginx"), &json!(false)));
    assert_eq!(planned["warning"], Value::Null);

    let listed = program.get("/downtimes").await.fine();
    assert_eq!(listed["downtimes"], json!([planned]), "the list says the same");
    assert_eq!(program.delete(&path("downtimes", &planned)).await.status, StatusCode::NO_CONTENT);
    assert_eq!(program.get("/downtimes").await.fine()["downtimes"], json!([]));
    program.delete(&path("downtimes", &planned)).await.refused(404, "There is no such downtime");
}

#[tokio::test]
async fn a_service_that_may_still_come_is_taken_with_a_warning() {
    let world = World::new().await;
    let program = Program::with_role(&world, "planner", Role::Operator).await;
    world.fails("web1", "nginx", "down").await;
    let plan = json!({ "title": "x", "host": "web1", "service": "ngnix", "length": "1h" });
    let planned = program.post("/downtimes", plan).await.fine();
    assert!(
        planned["warning"].as_str().is_some_and(|words| words.contains("web1 has no service ngnix (it has nginx)"))
    );
}

#[tokio::test]
async fn a_single_downtime_runs_from_now_or_from_a_moment_in_any_zone() {
    let world = World::new().await;
    let program = Program::with_role(&world, "planner", Role::Operator).await;
    let now = json!({ "title": "power cut", "everything": true, "length": "45m" });
    let running = program.post("/downtimes", now).await.fine();
    assert_eq!((&running["running_until"], &running["schedule"]), (&json!("2026-01-01T00:45:00Z"), &Value::Null));
    let later = json!({ "title": "move", "everything": true, "start": "2026-01-02T10:00:00+01:00", "end": "2026-01-02T12:00:00Z" });
    let ahead = program.post("/downtimes", later).await.fine();
    assert_eq!((&ahead["next"][0]["start"], &ahead["running_until"]), (&json!("2026-01-02T09:00:00Z"), &Value::Null));
}

#[tokio::test]
async fn a_downtime_that_says_too_little_or_two_things_is_refused_with_all_that_is_wrong() {
    let world = World::new().await;
    let program = Program::with_role(&world, "planner", Role::Operator).await;
    let refused = program.post("/downtimes", json!({ "title": "move", "group": "web", "everything": true })).await;
    refused.refused(422, "say what it covers");
    assert!(refused.json["fields"]["end"].as_str().is_some_and(|words| words.contains("end or length")));
    let refused = program.post("/downtimes", json!({ "group": "web", "schedule": "weekly SUN", "shedule": 1 })).await;
    refused.refused(422, "no group has this id or name");
    assert_eq!(refused.json["fields"]["shedule"], "there is no such key; did you mean `schedule`?");
    let backwards =
        json!({ "title": "move", "everything": true, "start": "2026-01-02T10:00:00Z", "end": "2026-01-01T12:00:00Z" });
    program.post("/downtimes", backwards).await.refused(422, "the end must lie after the start");
}
