//! A token that is limited to host groups: other hosts, their alerts, deliveries and downtimes are as if they were not
//! there, in every list and behind every address.

use axum::http::Method;
use serde_json::{Value, json};
use tocsin::actor::{Actor, Area, Role};
use tocsin::usecase::account::Limit;
use tocsin::usecase::downtime::SaveDowntime;
use tocsin::usecase::group::{DeleteGroup, SaveGroup};
use tocsin::usecase::host::EditHost;
use tocsin::usecase::policy::SayForm;
use tocsin_policy::{DowntimeId, DowntimeSchedule, GroupId, HostId, Scope, Span, Target};

use super::program::{Program, hook_is_told, policy_says};
use crate::pages::world::{NOW, World};

/// Two hosts in trouble, each in a group of its own, and a program that looks after the first.
struct Two {
    world: World,
    program: Program,
    mine: HostId,
    theirs: HostId,
    web: GroupId,
    db: GroupId,
}

async fn group(world: &World, name: &str) -> GroupId {
    let save = SaveGroup { actor: Actor::system("test"), id: None, name: name.to_owned(), priority: 10 };
    world.app.engine.run(save).await.expect("a group")
}

async fn joins(world: &World, host: HostId, group: GroupId) {
    let edit = EditHost {
        actor: Actor::system("test"),
        host,
        region: String::new(),
        environment: String::new(),
        labels: Vec::new(),
        groups: vec![group],
        missed_cycles: None,
    };
    world.app.engine.run(edit).await.expect("a member");
}

async fn two() -> Two {
    let world = World::new().await;
    hook_is_told(&world).await;
    let (web, db) = (group(&world, "web").await, group(&world, "secret group").await);
    let mine = world.fails("web1", "nginx", "process is not running").await;
    let theirs = world.fails("secret-db", "postgres", "a secret disk is full").await;
    joins(&world, mine, web).await;
    joins(&world, theirs, db).await;
    let limit = Limit::Groups([web].into());
    let program = Program::with(&world, "web team", Role::Operator, Area::ALL.into(), limit).await;
    Two { world, program, mine, theirs, web, db }
}

async fn planned(world: &World, title: &str, scope: Scope) -> DowntimeId {
    let schedule = DowntimeSchedule::Once { start: NOW, end: NOW + Span::hours(1) };
    let save = SaveDowntime { actor: Actor::system("test"), title: title.to_owned(), scope, schedule };
    world.app.engine.run(save).await.expect("planned")
}

#[tokio::test]
async fn other_hosts_are_in_no_list() {
    let Two { world, program, mine, theirs, db, .. } = two().await;
    planned(&world, "secret work", Scope::Group(db)).await;
    planned(&world, "secret repair", Scope::Service { host: theirs, service: "postgres".into() }).await;
    planned(&world, "power cut", Scope::All).await;
    policy_says(&world, Target::Host(theirs), SayForm::Mute).await;
    policy_says(&world, Target::Group(db), SayForm::Mute).await;

    let lists =
        ["/hosts", "/hosts?q=postgres", "/alerts", "/alerts?state=all", "/deliveries", "/downtimes", "/policies"];
    for list in lists {
        let told = program.get(list).await.fine();
        assert!(!told.to_string().contains("secret"), "{list}: {told}");
    }
    let hosts = program.get("/hosts").await.fine();
    assert_eq!(hosts["hosts"][0]["id"], mine.to_string(), "{hosts}");
    assert_eq!(program.get("/alerts").await.fine()["alerts"][0]["host"]["name"], "web1");
    assert_eq!(program.get("/deliveries").await.fine()["deliveries"][0]["host"]["name"], "web1");
    assert_eq!(program.get("/downtimes").await.fine()["downtimes"][0]["title"], "power cut", "it covers web1 as well");
    program.get("/alerts?host=secret-db").await.refused(422, "no host has this id or name");
    program.get(&format!("/alerts?host={theirs}")).await.refused(422, "no host has this id or name");

    world.reports("secret-db", "postgres", 0, None).await;
    world.closed_alert_of(theirs).await;
    for list in ["/alerts?state=closed", "/alerts?state=all", "/deliveries"] {
        let told = program.get(list).await.fine();
        assert!(!told.to_string().contains("secret"), "{list}: {told}");
    }
}

#[tokio::test]
async fn other_hosts_are_behind_no_address_and_nothing_is_done_to_them() {
    let Two { world, program, mine, theirs, db, .. } = two().await;
    let everything = Program::with_role(&world, "inventory", Role::Viewer).await;
    let alert = world.alert_of(theirs);
    let deliveries = everything.get("/deliveries").await.fine();
    let mut rows = deliveries["deliveries"].as_array().expect("a list").iter();
    let of_theirs = rows.find(|row| row["host"]["name"] == "secret-db").expect("somebody was told");
    let delivery = of_theirs["id"].as_str().expect("an id").to_owned();

    for path in [format!("/hosts/{theirs}"), format!("/alerts/{alert}"), format!("/deliveries/{delivery}")] {
        everything.get(&path).await.fine();
        program.get(&path).await.refused(404, "There is no such");
    }
    let acts = [
        (format!("/alerts/{alert}/acknowledge"), json!({})),
        (format!("/hosts/{theirs}/silence"), json!({ "length": "1h" })),
        (format!("/hosts/{theirs}/approve"), json!({})),
        (format!("/hosts/{theirs}/ignore"), json!({})),
        (format!("/hosts/{theirs}/block"), json!({})),
        (format!("/deliveries/{delivery}/retry"), json!({})),
    ];
    for (path, body) in acts {
        program.post(&path, body).await.refused(404, "There is no such");
    }
    for path in [format!("/alerts/{alert}/acknowledge"), format!("/hosts/{theirs}/silence")] {
        program.delete(&path).await.refused(404, "There is no such");
    }
    let plan = |key: &str, value: Value| json!({ "title": "x", "length": "1h", key: value });
    program.post("/downtimes", plan("host", json!("secret-db"))).await.refused(422, "no host has this id or name");
    program.post("/downtimes", plan("group", json!("secret group"))).await.refused(422, "no group has this id or name");
    program.post("/downtimes", plan("everything", json!(true))).await.refused(403, "beyond the host groups");
    let DowntimeId(id) = planned(&world, "secret work", Scope::Group(db)).await;
    let told = program.ask(Method::DELETE, &format!("/downtimes/{id}"), String::new()).await;
    told.refused(403, "beyond the host groups");

    let there = everything.get(&format!("/hosts/{theirs}")).await.fine();
    assert_eq!((&there["admission"], &there["silences"]), (&json!("approved"), &json!([])), "nothing was done");
    program.post(&format!("/hosts/{mine}/silence"), json!({ "length": "1h" })).await.fine();
    let own = format!("/alerts/{}/acknowledge", world.alert_of(mine));
    program.post(&own, json!({})).await.fine();
    program.post("/downtimes", plan("group", json!("web"))).await.fine();
}

#[tokio::test]
async fn a_token_says_what_it_is_for_and_reaches_nothing_once_its_groups_are_gone() {
    let Two { world, program, web, .. } = two().await;
    let said = program.get("/token").await.fine();
    assert_eq!((&said["role"], &said["groups"][0]["name"]), (&json!("operator"), &json!("web")));
    let delete = DeleteGroup { actor: Actor::system("test"), id: web };
    world.app.engine.run(delete).await.expect("deleted");
    assert_eq!(program.get("/token").await.fine()["groups"], json!([]));
    assert_eq!(program.get("/hosts").await.fine()["hosts"], json!([]));
    assert_eq!(program.get("/alerts?state=all").await.fine()["alerts"], json!([]));
}

#[tokio::test]
async fn a_token_for_one_area_reads_everything_else() {
    let Two { world, mine, .. } = two().await;
    let areas = [Area::Deliveries].into();
    let program = Program::with(&world, "postman", Role::Operator, areas, Limit::Everything).await;
    let said = program.get("/token").await.fine();
    assert_eq!((&said["areas"], &said["groups"]), (&json!(["deliveries"]), &Value::Null));
    let acts = [
        (format!("/alerts/{}/acknowledge", world.alert_of(mine)), json!({}), "alerts"),
        (format!("/hosts/{mine}/silence"), json!({ "length": "1h" }), "silences"),
        (format!("/hosts/{mine}/block"), json!({}), "hosts"),
        ("/downtimes".to_owned(), json!({ "title": "x", "length": "1h", "everything": true }), "silences"),
    ];
    for (path, body, area) in acts {
        program.post(&path, body).await.refused(403, &format!("its token is not made for {area}"));
    }
    program.get(&format!("/hosts/{mine}")).await.fine();
    let delivery = program.get("/deliveries").await.fine()["deliveries"][0]["id"].as_str().expect("an id").to_owned();
    program.post(&format!("/deliveries/{delivery}/retry"), json!({})).await.fine();
}
