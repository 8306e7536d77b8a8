//! The first steps: from the one-time link to an alarm that arrives.

use axum::http::StatusCode;
use tocsin::actor::Role;
use tocsin::store::rejected::Rejected;
use tocsin::usecase::practice::{AGENT_ID, SweepPractice};
use tocsin::usecase::reject::Reject;
use tocsin_policy::{Every, Say, Span, Target};

use super::browser::Browser;
use super::markup::unescape;
use super::world::{NOW, World};

#[tokio::test]
async fn the_first_steps_lead_from_nothing_to_an_alarm_that_arrives() {
    let (world, mut anna) = World::set_up().await;
    let now = anna.get("/").await;
    now.shows("First steps").shows("1 of 5 done").shows("Show the line");
    anna.get("/start").await.shows("Connect the first host").shows("Once there is a receiver, a policy is proposed");

    let made = anna.post("/settings/agents", &[("agent_name", "monit")]).await;
    made.shows("set mmonit http:").shows("set eventqueue");
    let wait = unescape(&made.text);
    let wait = wait.split("href=\"").find_map(|part| part.split('"').next().filter(|path| path.contains("wait=on")));
    let wait = wait.expect("a link to wait").to_owned();
    let page = anna.get(&wait).await;
    page.shows("Waiting for the first check-in").shows("monit").shows("curl -i").shows("http or https?");
    page.shows("http-equiv=\"refresh\"");
    let wrong = Rejected {
        reason: "password",
        detail: "wrong user or password".to_owned(),
        address: "192.0.2.44".to_owned(),
        agent_id: None,
        host_name: None,
        account: Some("monit".to_owned()),
        times: 3,
        body: None,
    };
    world.app.engine.run(Reject(vec![wrong])).await.expect("noted");
    anna.get(&wait).await.shows("192.0.2.44").shows("3 times").shows("It tried the very account that you wait for");

    let host = world.checks_in("web1", "nginx", "down").await;
    let page = anna.get(&wait).await;
    page.shows("It has arrived").shows("Linux 6.1 x86_64").shows("1 service").shows(">Approve<");
    anna.get("/start").await.shows("1 host waits for approval");
    let typed = [("admission", "approved"), ("back", wait.as_str())];
    assert_eq!(Browser::done(&anna.post(&format!("/hosts/{host}/admit"), &typed).await), wait);
    anna.get("/").await.shows("2 of 5 done").shows("Choose one");

    let hook = [("name", "hook"), ("set/url", "https://example.org/x"), ("enabled", "on")];
    Browser::done(&anna.post("/receivers/new/webhook", &hook).await);
    anna.get("/start").await.shows("Send a test").shows("tell it at once, remind every 4h");
    let receiver = world.receiver_id(&mut anna).await;
    let test = anna.post(&format!("/receivers/{receiver}/test"), &[]).await;
    anna.get(Browser::done(&test)).await.shows("The message").shows("anna sent this test to the receiver hook");
    world.deliver_all().await;
    anna.get("/").await.shows("3 of 5 done");

    Browser::done(&anna.post("/start/policy", &[("receiver", &receiver)]).await);
    let says = world.app.engine.book().policies[&Target::Default].say.clone();
    let Say::Rules(rules) = says else { panic!("it tells") };
    assert_eq!((rules[0].every, rules[0].recovery), (Every::Interval(Span::hours(4)), true));
    assert_eq!(anna.post("/start/policy", &[("receiver", &receiver)]).await.status, StatusCode::CONFLICT);
    world.deliver_all().await;

    anna.get("/practice").await.shows("Raise the practice alarm");
    Browser::done(&anna.post("/practice", &[]).await);
    let page = anna.get("/practice").await;
    page.shows("An alert was opened").shows("Default</bdi> decides").shows("Problem to").shows("waiting");
    page.shows("http-equiv=\"refresh\"");
    let now = anna.get("/").await;
    now.shows("PRACTICE: nothing is wrong. anna tries");
    let at = |words: &str| now.text.find(words).unwrap_or_else(|| panic!("{words} is not on the page"));
    assert!(at("Open alerts") < at("First steps"), "what burns goes first");
    assert_eq!(anna.post("/practice", &[]).await.status, StatusCode::CONFLICT, "one at a time");
    world.deliver_all().await;
    let page = anna.get("/practice").await;
    page.shows("is the message there?").shows("It arrived; clear it away");
    page.hides("http-equiv=\"refresh\"");
    Browser::done(&anna.post("/practice/recover", &[]).await);
    assert_eq!(world.sent().await.last().map(String::as_str), Some("recovery"));
    anna.get("/practice").await.shows("recovered").shows("Recovery to");

    assert_eq!(Browser::done(&anna.post("/practice/clear", &[("arrived", "yes")]).await), "/start");
    assert!(world.app.engine.fleet().by_agent(AGENT_ID).is_none(), "the practice host is gone");
    anna.get("/start").await.shows("An alarm has arrived").hides("Put this list away");
    anna.get("/").await.hides("First steps").hides("PRACTICE");
    anna.get("/activity").await.shows("a practice alarm");
}

#[tokio::test]
async fn the_list_is_put_away_and_is_for_admins() {
    let (world, mut anna) = World::set_up().await;
    let mut olga = world.somebody("olga", Role::Operator).await;
    olga.get("/").await.hides("First steps");
    for path in ["/start", "/practice"] {
        assert_eq!(olga.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    for path in ["/start/dismiss", "/start/policy", "/practice", "/practice/recover", "/practice/clear"] {
        let seen = olga.post(path, &[("receiver", "7")]).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{path}");
    }
    anna.get("/").await.shows("First steps");
    Browser::done(&anna.post("/start/dismiss", &[]).await);
    anna.get("/").await.hides("Put this list away");
    anna.get("/start").await.shows("Connect the first host");
    Browser::done(&anna.post("/start/again", &[]).await);
    anna.get("/").await.shows("Put this list away");
}

#[tokio::test]
async fn a_practice_follows_the_policy_of_the_group_that_it_is_for() {
    let (world, mut anna) = World::set_up().await;
    world.default_policy(&mut anna).await;
    Browser::done(&anna.post("/policies/groups", &[("name", "staging"), ("priority", "10")]).await);
    let group = world.app.engine.book().groups.keys().next().expect("the group").to_string();
    let target = format!("group:{group}");
    let mute = [("target", target.as_str()), ("enabled", "on"), ("say", "mute")];
    Browser::done(&anna.post("/policies/edit", &mute).await);
    Browser::done(&anna.post("/practice", &[("group", &group)]).await);
    anna.get("/practice").await.shows("Group staging</bdi> decides").shows("MUTE");
    assert!(world.sent().await.is_empty());
}

#[tokio::test]
async fn a_practice_that_nobody_ends_goes_by_itself() {
    let (world, mut anna) = World::set_up().await;
    world.default_policy(&mut anna).await;
    Browser::done(&anna.post("/practice", &[]).await);
    world.app.clock.set(NOW + Span::minutes(59));
    world.app.engine.run(SweepPractice).await.expect("looked");
    assert!(world.app.engine.fleet().by_agent(AGENT_ID).is_some(), "somebody may still look at it");
    world.app.clock.set(NOW + Span::minutes(60));
    world.app.engine.run(SweepPractice).await.expect("looked");
    assert!(world.app.engine.fleet().by_agent(AGENT_ID).is_none());
    world.app.engine.run(SweepPractice).await.expect("nothing to do");
}
