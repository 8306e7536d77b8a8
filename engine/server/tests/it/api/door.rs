//! Who comes in, with which right, and how what cannot be done is refused.

use axum::http::{Method, header};
use serde_json::json;
use tocsin::actor::{Actor, Role};
use tocsin::store::api_token;
use tocsin::usecase::api_token::DeleteApiToken;
use tocsin_policy::Span;

use super::program::{Program, hook_is_told};
use crate::pages::world::{NOW, World};

#[tokio::test]
async fn only_a_known_token_comes_in_and_a_cookie_does_not() {
    let (world, mut anna) = World::set_up().await;
    let mut program = Program::with_role(&world, "monitor", Role::Viewer).await;
    program.get("/alerts").await.fine();

    let token = program.token.take().expect("a token");
    let told = program.get("/alerts").await;
    told.refused(401, "Authorization: Bearer TOKEN");
    assert_eq!(told.headers[header::WWW_AUTHENTICATE], "Bearer realm=\"tocsin\"");
    assert_eq!(told.headers[header::CACHE_CONTROL], "no-store");
    program.token = Some(format!("{token}x"));
    program.get("/alerts").await.refused(401, "is not known here");
    let seen = anna.get("/api/v1/alerts").await;
    assert_eq!(seen.status, 401, "a person who is logged in is no program");

    program.token = Some(token);
    let id = api_token::list(&world.app.store.readers).await.expect("tokens")[0].id;
    world.app.engine.run(DeleteApiToken { actor: Actor::system("test"), id }).await.expect("deleted");
    program.get("/alerts").await.refused(401, "an admin has taken it away");
}

#[tokio::test]
async fn a_viewer_reads_and_is_refused_everything_else() {
    let world = World::new().await;
    let viewer = Program::with_role(&world, "wall screen", Role::Viewer).await;
    hook_is_told(&world).await;
    let host = world.fails("web1", "nginx", "down").await;
    let alert = world.alert_of(host);
    let delivery = viewer.get("/deliveries").await.fine()["deliveries"][0]["id"].as_str().expect("an id").to_owned();
    let acts = [
        (format!("/alerts/{alert}/acknowledge"), json!({})),
        (format!("/hosts/{host}/silence"), json!({ "length": "1h" })),
        (format!("/hosts/{host}/block"), json!({})),
        ("/downtimes".to_owned(), json!({ "title": "move", "everything": true, "length": "1h" })),
        (format!("/deliveries/{delivery}/retry"), json!({})),
    ];
    for (place, body) in acts {
        viewer
            .post(&place, body)
            .await
            .refused(403, "This needs the role operator; wall screen (API token) has the role viewer");
    }
    viewer.delete(&format!("/alerts/{alert}/acknowledge")).await.refused(403, "needs the role operator");
    assert_eq!(viewer.alert_of("web1").await["acknowledgement"], json!(null), "nothing was done");
}

#[tokio::test]
async fn an_unknown_key_is_refused_with_the_nearest_known_one() {
    let world = World::new().await;
    let program = Program::with_role(&world, "script", Role::Operator).await;
    let refused = program.get("/alerts?hots=web1&state=opened").await;
    refused.refused(422, "did you mean `host`?");
    assert_eq!(refused.json["fields"]["hots"], "there is no such key; did you mean `host`?");
    assert_eq!(refused.json["fields"]["state"], "one of open, closed, all");
    program.get("/alerts?host=web9").await.refused(422, "no host has this id or name");
    program.get("/alerts?limit=1&limit=2").await.refused(422, "given twice");
    program.get("/policies?state=open").await.refused(422, "no keys are taken here");
    let host = world.fails("web1", "nginx", "down").await;
    let body = json!({ "lenght": "1h" });
    let refused = program.post(&format!("/hosts/{host}/silence"), body).await;
    assert_eq!(refused.json["fields"]["lenght"], "there is no such key; did you mean `length`?");
    let place = format!("/hosts/{host}/silence?length=1h");
    program.post(&place, json!({})).await.refused(422, "send them as a JSON object in the body");
}

#[tokio::test]
async fn what_is_no_json_no_route_or_too_large_is_refused_in_json() {
    let world = World::new().await;
    let mut program = Program::with_role(&world, "script", Role::Operator).await;
    let host = world.fails("web1", "nginx", "down").await;
    let place = format!("/hosts/{host}/silence");
    program.get("/hots").await.refused(404, "There is no route /api/v1/hots");
    program.get("/alerts/web1").await.refused(404, "There is no such alert");
    program.get(&place).await.refused(405, "GET is not possible here");
    for (body, words) in [("{", "cannot be read as JSON"), ("[1]", "no object")] {
        program.ask(Method::POST, &place, body.to_owned()).await.refused(422, words);
    }
    program.ask(Method::POST, &place, "x".repeat(65 * 1024)).await.refused(413, "64 KiB");
    program.kind = "application/x-www-form-urlencoded";
    program.ask(Method::POST, &place, "length=1h".to_owned()).await.refused(415, "Content-Type: application/json");
}

#[tokio::test]
async fn the_use_of_a_token_is_noted_once_a_minute_at_most() {
    let world = World::new().await;
    let program = Program::with_role(&world, "monitor", Role::Viewer).await;
    let mut noted = Vec::new();
    for seconds in [0, 59, 60] {
        world.app.clock.set(NOW + Span::seconds(seconds));
        program.get("/hosts").await.fine();
        noted.push(api_token::list(&world.app.store.readers).await.expect("tokens")[0].used_at_ms);
    }
    let minute = (NOW + Span::minutes(1)).0;
    assert_eq!(noted, [Some(NOW.0), Some(NOW.0), Some(minute)]);
}
