//! What a program reads: who was told, what comes next, and for all that was due and not sent the reason.

use serde_json::{Value, json};
use tocsin::actor::Role;
use tocsin::usecase::policy::SayForm;
use tocsin_policy::Target;

use super::program::{Program, hook_is_told, path, policy_says};
use crate::pages::world::World;

#[tokio::test]
async fn an_alert_says_who_was_told_what_comes_next_and_which_policy_decides() {
    let world = World::new().await;
    let viewer = Program::with_role(&world, "monitor", Role::Viewer).await;
    let hook = hook_is_told(&world).await;
    let host = world.fails("web1", "nginx", "process is not running").await;

    let listed = viewer.alert_of("web1").await;
    assert_eq!(listed["id"], world.alert_of(host).to_string(), "ids are texts");
    assert_eq!(listed["host"], json!({ "id": host.to_string(), "name": "web1" }));
    assert_eq!(
        (&listed["service"], &listed["kind"], &listed["state"]),
        (&json!("nginx"), &json!("problem"), &json!("open"))
    );
    assert_eq!((&listed["message"], &listed["urgency"]), (&json!("process is not running"), &json!(1)));
    assert_eq!(
        (&listed["since"], &listed["since_ms"]),
        (&json!("2026-01-01T00:00:00Z"), &json!(1_767_225_600_000_i64))
    );
    assert_eq!(
        (&listed["ended"], &listed["acknowledgement"], &listed["silent"]),
        (&Value::Null, &Value::Null, &Value::Null)
    );
    let receiver = json!({ "id": hook.to_string(), "name": "hook" });
    let told = json!([{ "receiver": receiver, "kind": "problem", "delivery": "due",
        "at": "2026-01-01T00:00:00Z", "at_ms": 1_767_225_600_000_i64 }]);
    assert_eq!(listed["told"], told);
    let next = &listed["next"][0];
    assert_eq!((&next["kind"], &next["at"]), (&json!("reminder"), &json!("2026-01-01T00:05:00Z")));
    assert_eq!(next["receivers"], json!([receiver]));

    let whole = viewer.get(&path("alerts", &listed)).await.fine();
    assert_eq!(whole["told"], told, "it begins with what the list says");
    let notification = &whole["notifications"][0];
    assert_eq!((&notification["state"], &notification["attempts"]), (&json!("due"), &json!([])));
    assert_eq!(notification["reason"]["because"], "first-notice");
    assert_eq!(notification["reason"]["sentence"], "first notice, by the default policy (default tier)");
    let withheld: Vec<&Value> =
        whole["withheld"].as_array().expect("a list").iter().map(|row| &row["reason"]["because"]).collect();
    assert_eq!(withheld, ["not-admitted"], "nothing was held back but before the host was approved");
    let standings: Vec<&Value> =
        whole["ladder"].as_array().expect("rungs").iter().map(|rung| &rung["standing"]).collect();
    assert_eq!(standings, ["absent", "absent", "decides"]);
    assert_eq!(
        whole["ladder"][2]["says"],
        json!(["hook: at once, then every 5m (urgency 1); tells the end, and changes"])
    );
}

/// The reasons for which something of the open alert of a host was due and not sent, the newest first.
async fn not_sent(program: &Program, host: &str) -> Vec<Value> {
    let whole = program.get(&path("alerts", &program.alert_of(host).await)).await.fine();
    assert_eq!(whole["told"], json!([]), "nobody was told of {host}");
    whole["withheld"].as_array().expect("a list").iter().map(|withheld| withheld["reason"].clone()).collect()
}

#[tokio::test]
async fn all_that_was_due_and_not_sent_has_its_reason() {
    let world = World::new().await;
    let program = Program::with_role(&world, "night shift", Role::Operator).await;
    world.fails("web1", "nginx", "down").await;
    assert_eq!(program.alert_of("web1").await["silent"]["because"], "no-policy");
    assert_eq!(not_sent(&program, "web1").await[0]["sentence"], "no enabled policy says whom to tell");

    hook_is_told(&world).await;
    let muted = world.checks_in("db-one", "postgres", "down").await;
    let silenced = world.checks_in("mailer1", "smtp", "down").await;
    let in_downtime = world.checks_in("backup-1", "borg", "down").await;
    assert_eq!(program.alert_of("db-one").await["silent"]["because"], "not-admitted");
    policy_says(&world, Target::Host(muted), SayForm::Mute).await;
    program.post(&format!("/hosts/{silenced}/silence"), json!({ "length": "1h", "note": "moving" })).await.fine();
    program.post("/downtimes", json!({ "title": "new disks", "host": "backup-1", "length": "2h" })).await.fine();
    for host in [muted, silenced, in_downtime] {
        program.post(&format!("/hosts/{host}/approve"), json!({})).await.fine();
    }

    let reasons = not_sent(&program, "db-one").await;
    assert_eq!((&reasons[0]["because"], &reasons[0]["tier"]), (&json!("muted"), &json!("host")));
    assert_eq!(reasons[0]["sentence"], "muted by the policy of db-one (host tier)");
    assert_eq!((&reasons[1]["because"], &reasons[1]["pending"]), (&json!("not-admitted"), &json!(true)));

    let reasons = not_sent(&program, "mailer1").await;
    let silence = &reasons[0]["suppressor"];
    assert_eq!((&reasons[0]["because"], &silence["kind"]), (&json!("suppressed"), &json!("silence")));
    assert_eq!(
        (&silence["by"], &silence["until"]),
        (&json!("night shift (API token)"), &json!("2026-01-01T01:00:00Z"))
    );
    assert_eq!(reasons[0]["sentence"], "silence by night shift (API token) until 01:00 UTC");
    assert_eq!(program.alert_of("mailer1").await["silent"], reasons[0], "and it still is so");
    assert_eq!(program.alert_of("mailer1").await["next"][0]["at"], "2026-01-01T01:00:00Z", "then it goes out");

    let reasons = not_sent(&program, "backup-1").await;
    assert_eq!(reasons[0]["suppressor"]["kind"], "downtime");
    assert_eq!(reasons[0]["suppressor"]["title"], "new disks");
}

#[tokio::test]
async fn lists_are_read_page_by_page_and_closed_alerts_say_how_they_ended() {
    let world = World::new().await;
    let program = Program::with_role(&world, "report", Role::Operator).await;
    let first = world.fails("web1", "nginx", "down").await;
    world.fails("database", "postgres", "down").await;

    let page = program.get("/alerts?limit=1").await.fine();
    assert_eq!(page["alerts"][0]["host"]["name"], "database", "the newest first");
    let before = page["before"].as_str().expect("there are more").to_owned();
    let page = program.get(&format!("/alerts?limit=1&before={before}")).await.fine();
    assert_eq!((&page["alerts"][0]["host"]["name"], &page["before"]), (&json!("web1"), &Value::Null));

    program.post(&format!("/hosts/{first}/ignore"), json!({})).await.fine();
    let closed = program.get("/alerts?state=closed").await.fine();
    assert_eq!(closed["alerts"].as_array().map(Vec::len), Some(1));
    let closed = &closed["alerts"][0];
    assert_eq!((&closed["state"], &closed["ended"]), (&json!("closed"), &json!("2026-01-01T00:00:00Z")));
    assert_eq!(closed["ended_because"]["because"], "dismissed");
    assert_eq!(program.get("/alerts?state=all").await.fine()["alerts"].as_array().map(Vec::len), Some(2));
    let found = program.get("/alerts?state=all&service=postgres").await.fine();
    assert_eq!(found["alerts"][0]["host"]["name"], "database");
}

#[tokio::test]
async fn a_host_shows_its_services_and_policies_are_read_as_they_stand() {
    let world = World::new().await;
    let program = Program::with_role(&world, "inventory", Role::Viewer).await;
    hook_is_told(&world).await;
    let host = world.fails("web1", "nginx", "down").await;
    let listed = program.get("/hosts?q=web").await.fine();
    assert_eq!(listed["hosts"][0]["id"], host.to_string());
    assert_eq!((&listed["hosts"][0]["state"], &listed["hosts"][0]["open_alerts"]), (&json!("failing"), &json!(1)));
    let whole = program.get(&path("hosts", &listed["hosts"][0])).await.fine();
    assert_eq!((&whole["services"][0]["name"], &whole["services"][0]["state"]), (&json!("nginx"), &json!("failed")));
    assert_eq!(whole["services"][0]["alert"], world.alert_of(host).to_string());
    assert_eq!((&whole["deadline"], &whole["platform"]["name"]), (&json!("2026-01-01T00:01:30Z"), &json!("Linux")));

    let policies = program.get("/policies").await.fine();
    let default = &policies["policies"][0];
    assert_eq!((&default["tier"], &default["mute"]), (&json!("default"), &json!(false)));
    let rule = &default["rules"][0];
    assert_eq!((&rule["urgency"], &rule["interval_ms"]), (&json!(1), &json!(300_000)));
    assert_eq!(rule["receivers"][0]["name"], "hook");
}
