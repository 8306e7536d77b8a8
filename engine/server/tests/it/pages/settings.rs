//! Settings: people and what they may do, tokens, the second factor, the instance, and what is kept how long.

use axum::http::{StatusCode, header};
use serde_json::json;
use tocsin::actor::{Area, Role};
use tocsin::store::account::{self, authenticator};
use tocsin::store::page::oldest;
use tocsin::totp;
use tocsin::usecase::account::authenticator::secret_of;
use tocsin::usecase::tidy::{Old, Tidy};
use tocsin_policy::{Moment, Span};

use super::browser::Browser;
use super::markup::unescape;
use super::world::{NOW, PASSWORD, World};
use crate::api::program::Program;

/// The code that the app of this person shows now.
async fn code_of(world: &World, name: &str) -> String {
    let pool = &world.app.store.readers;
    let person = account::by_name(pool, name).await.expect("read").expect("an account");
    let there = authenticator::get(pool, person.id).await.expect("read").expect("an authenticator");
    let secret = secret_of(&world.app.keys, person.id, &there.secret).expect("it opens");
    assert!(!there.secret.windows(secret.len()).any(|window| window == secret), "it is sealed");
    totp::code(&secret, world.app.clock.now().0 / 30_000)
}

/// The recovery codes on a page.
fn recovery_codes(page: &str) -> Vec<String> {
    page.split("<li><code>").skip(1).filter_map(|part| Some(part.split('<').next()?.to_owned())).collect()
}

#[tokio::test]
async fn with_an_authenticator_the_password_alone_opens_nothing() {
    let (world, mut anna) = World::set_up().await;
    anna.get("/settings").await.shows("Whoever learns your password can log in as you");
    let token = anna.cookies["tocsin"].clone();
    assert_eq!(Browser::done(&anna.post("/settings/authenticator", &[]).await), "/settings/authenticator");
    let page = anna.get("/settings/authenticator").await;
    page.shows("<svg class=\"qr\"").shows("otpauth:");
    let seen = anna.post("/settings/authenticator/confirm", &[("code", "000000")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("not the code that the app shows now");
    let mut somewhere = world.browser();
    let fields = [("name", "anna"), ("password", PASSWORD), ("next", "/hosts")];
    assert_eq!(Browser::done(&somewhere.post("/login", &fields).await), "/hosts", "nothing counts before a first code");

    let code = code_of(&world, "anna").await;
    let seen = anna.post("/settings/authenticator/confirm", &[("code", &code)]).await;
    let recovery = recovery_codes(&seen.text);
    assert_eq!((seen.status, recovery.len()), (StatusCode::OK, 10));
    assert_ne!(anna.cookies["tocsin"], token, "the session goes on under a new token");
    anna.get("/settings").await.shows("10 recovery codes are left").hides(&recovery[0]);
    assert_eq!(somewhere.get("/").await.status, StatusCode::SEE_OTHER, "the other sessions have ended");
    assert_eq!(anna.get("/settings/authenticator").await.status, StatusCode::SEE_OTHER, "it is not shown again");

    let mut somewhere = world.browser();
    let seen = somewhere.post("/login", &fields).await;
    assert_eq!(seen.status, StatusCode::OK);
    seen.shows("One more step").shows("anna");
    assert!(!somewhere.cookies.contains_key("tocsin"));
    let ticket = seen.text.split("name=\"ticket\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let ticket = ticket.expect("a ticket").to_owned();
    let enter = |code: &str| {
        vec![
            ("ticket".to_owned(), ticket.clone()),
            ("code".to_owned(), code.to_owned()),
            ("next".to_owned(), "/hosts".to_owned()),
        ]
    };
    async fn try_code(browser: &mut Browser, fields: Vec<(String, String)>) -> super::browser::Seen {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        browser.post("/login/code", &pairs).await
    }
    let seen = try_code(&mut somewhere, enter(&code)).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "the code that set it up was used");
    world.app.clock.set(world.app.clock.now() + Span::seconds(30));
    let next = code_of(&world, "anna").await;
    assert_eq!(Browser::done(&try_code(&mut somewhere, enter(&next)).await), "/hosts");
    let mut thief = world.browser();
    assert_eq!(try_code(&mut thief, enter(&next)).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");

    let typed = recovery[3].to_uppercase().replace('-', " ");
    assert_eq!(Browser::done(&try_code(&mut thief, enter(&typed)).await), "/hosts", "a recovery code stands in for it");
    let seen = try_code(&mut thief, enter(&recovery[3])).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY, "once as well");
    seen.shows("it was used already");
    let seen = try_code(&mut thief, enter("123456")).await;
    assert_eq!(seen.status, StatusCode::TOO_MANY_REQUESTS, "guessing is slowed down");
    seen.shows("too many tries").shows("seconds");
    assert!(seen.headers.contains_key(header::RETRY_AFTER));
    world.app.clock.set(world.app.clock.now() + Span::minutes(6));
    let seen = try_code(&mut thief, enter(&recovery[4])).await;
    assert_eq!(seen.status, StatusCode::CONFLICT, "the ticket lasts minutes");
    let forged = vec![("ticket".to_owned(), ticket.replace('.', ".9")), ("code".to_owned(), recovery[4].clone())];
    assert_eq!(try_code(&mut thief, forged).await.status, StatusCode::CONFLICT);

    let seen = anna.post("/settings/authenticator/remove", &[("remove_password", "guessed")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    Browser::done(&anna.post("/settings/authenticator/remove", &[("remove_password", PASSWORD)]).await);
    assert_eq!(Browser::done(&world.browser().post("/login", &fields).await), "/hosts");
    anna.get("/activity").await.shows("set up an authenticator").shows("turned off the authenticator of");
}

#[tokio::test]
async fn an_admin_helps_who_has_lost_the_phone_and_the_password() {
    let (world, mut anna) = World::set_up().await;
    let mut olga = world.somebody("olga", Role::Operator).await;
    Browser::done(&olga.post("/settings/authenticator", &[]).await);
    let code = code_of(&world, "olga").await;
    assert_eq!(olga.post("/settings/authenticator/confirm", &[("code", &code)]).await.status, StatusCode::OK);
    let id = account::by_name(&world.app.store.readers, "olga").await.expect("read").expect("olga").id;
    let path = format!("/settings/people/{id}");
    anna.get("/settings/people").await.shows("olga").shows("operator");
    anna.get(&path).await.shows("The phone is lost");
    let refused = olga.post(&format!("{path}/authenticator/remove"), &[]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "not for oneself, without the password");

    let fields = [("password", "a fresh long one"), ("repeated", "a fresh long one")];
    Browser::done(&anna.post(&format!("{path}/password"), &fields).await);
    Browser::done(&anna.post(&format!("{path}/authenticator/remove"), &[]).await);
    assert_eq!(olga.get("/").await.status, StatusCode::SEE_OTHER);
    let seen = olga.post("/login", &[("name", "olga"), ("password", "a fresh long one")]).await;
    assert_eq!(Browser::done(&seen), "/");
}

#[tokio::test]
async fn who_may_do_something_else_than_before_logs_in_anew() {
    let (world, mut anna) = World::set_up().await;
    let mut olga = world.somebody("olga", Role::Operator).await;
    let id = account::by_name(&world.app.store.readers, "olga").await.expect("read").expect("olga").id;
    let path = format!("/settings/people/{id}");
    let same = [("role", "operator"), ("reach", "everything"), ("state", "enabled")];
    Browser::done(&anna.post(&path, &same).await);
    assert_eq!(olga.get("/").await.status, StatusCode::OK, "nothing has changed");
    let more = [("role", "admin"), ("reach", "everything"), ("state", "enabled")];
    Browser::done(&anna.post(&path, &more).await);
    assert_eq!(olga.get("/").await.status, StatusCode::SEE_OTHER);
    anna.get("/activity").await.shows("account olga").shows("now admin");

    let limited = [("role", "admin"), ("reach", "groups"), ("state", "enabled")];
    let seen = anna.post(&path, &limited).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("An admin reaches everything");
    let nothing = [("role", "operator"), ("reach", "groups"), ("state", "enabled")];
    anna.post(&path, &nothing).await.shows("Choose at least one host group");
}

#[tokio::test]
async fn a_token_is_shown_once_and_does_what_it_is_for() {
    let (world, mut anna) = World::set_up().await;
    let host = world.fails("web1", "nginx", "down").await;
    anna.get("/settings/tokens").await.shows("No program has a token");
    let typed = [("name", "deployment"), ("role", "operator"), ("areas", "silences")];
    let seen = anna.post("/settings/tokens", &typed).await;
    assert_eq!(seen.status, StatusCode::OK);
    let token =
        seen.text.split("<code class=\"code\">").nth(1).and_then(|rest| rest.split('<').next()).expect("a token");
    let token = token.to_owned();
    anna.get("/settings/tokens").await.shows("read; silences").shows("never").hides(&token);

    Program::showing(&world, "tocsin_guessed-by-somebody").get("/token").await.refused(401, "is not known here");
    let program = Program::showing(&world, &token);
    let said = program.get("/token").await.fine();
    assert_eq!((&said["role"], &said["areas"]), (&json!("operator"), &json!(["silences"])));
    anna.get("/settings/tokens").await.shows("just now");

    let acknowledge = format!("/alerts/{}/acknowledge", world.alert_of(host));
    program.post(&acknowledge, json!({})).await.refused(403, "not made for alerts");
    program.post(&format!("/hosts/{host}/silence"), json!({ "length": "1h" })).await.fine();
    anna.get("/silences").await.shows("deployment (API token)");

    let listed = anna.get("/settings/tokens").await;
    let delete =
        listed.text.split("action=\"").find_map(|part| part.split('"').next().filter(|path| path.ends_with("/delete")));
    Browser::done(&anna.post(&unescape(delete.expect("a button")), &[]).await);
    program.get("/token").await.refused(401, "an admin has taken it away");
    assert_eq!(Area::ALL.len(), 5);
}

#[tokio::test]
async fn the_instance_has_a_name_a_clock_and_an_address() {
    let (_world, mut anna) = World::set_up().await;
    let wrong = [("name", "Chicago"), ("zone", "America/Chigaco"), ("public_url", "")];
    let seen = anna.post("/settings/instance", &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("id=\"zone-wrong\"").shows("value=\"Chicago\"");
    let wrong = [("name", "Chicago"), ("zone", "America/Chicago"), ("public_url", "javascript:alert(1)")];
    anna.post("/settings/instance", &wrong).await.shows("Write the address as in the browser");
    anna.get("/settings/instance").await.shows(tocsin::version::IN_FULL);
    anna.get("/settings/instance").await.shows("nobody has said under which address people open this tocsin");
    let own = [("name", "Chicago"), ("zone", "America/Chicago"), ("public_url", "http://localhost:8080")];
    Browser::done(&anna.post("/settings/instance", &own).await);
    anna.get("/settings/instance").await.shows("the address names only the machine itself");
    let right = [("name", "Chicago"), ("zone", "America/Chicago"), ("public_url", "https://bell.example.net/")];
    Browser::done(&anna.post("/settings/instance", &right).await);
    anna.get("/settings/instance").await.shows("Messages have signed links").hides("Messages have no links");
    anna.get("/").await.shows("<bdi class=\"instance\">Chicago</bdi>");
    // Midnight in universal time is six in the evening there.
    let page = anna.get("/silences/downtimes/new").await;
    page.shows("2025-12-31T18:05");
    assert!(unescape(&page.text).contains("value=\"America/Chicago\""));
    let line = unescape(&anna.get("/connect").await.text);
    assert!(line.contains("set mmonit https://NAME:PASSWORD@bell.example.net:443/collector"), "{line}");
    let back = [("name", ""), ("zone", "UTC"), ("public_url", "")];
    Browser::done(&anna.post("/settings/instance", &back).await);
    assert!(unescape(&anna.get("/connect").await.text).contains("@localhost:8080/collector"));
}

#[tokio::test]
async fn alerting_is_set_and_an_acknowledgement_ends_as_usual() {
    let (world, mut anna) = World::set_up().await;
    let host = world.fails("web1", "nginx", "down").await;
    let wrong = [("missed_cycles", "0"), ("deadline_floor", "soon"), ("acknowledge_for", "")];
    let seen = anna.post("/settings/alerting", &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("But never before: write a length like 60s");
    let right = [("missed_cycles", "5"), ("deadline_floor", "2m"), ("acknowledge_for", "4h")];
    Browser::done(&anna.post("/settings/alerting", &right).await);
    let settings = world.app.engine.book().settings.clone();
    assert_eq!((settings.missed_cycles, settings.deadline_floor), (5, Span::minutes(2)));
    assert!(!settings.stop_alerts, "an empty box is off");

    let form = format!("/alerts/{}/acknowledge", world.alert_of(host));
    anna.get(&form).await.shows("4h, as usual");
    anna.get(&format!("/hosts/act?do=acknowledge&host={host}")).await.shows("4h, as usual");
    Browser::done(&anna.post(&form, &[("until", "usual")]).await);
    anna.get("/").await.shows("Acknowledged for 4h");
    let held = world.app.engine.fleet().by_id(host).expect("the host").host().alerts[0].acknowledgement.clone();
    assert_eq!(held.expect("acknowledged").until, NOW + Span::hours(4));

    let urgencies = [("interval_1", "1m"), ("interval_2", "15m"), ("new_level", "4"), ("new_interval", "4h")];
    Browser::done(&anna.post("/settings/urgencies", &urgencies).await);
    assert_eq!(world.app.engine.book().urgencies[&4], Span::hours(4));
    anna.get("/policies").await.shows("1 repeats every 1m").shows("4 repeats every 4h");
    anna.post("/settings/urgencies", &[("interval_1", "often")]).await.shows("write an interval like 5m");
}

#[tokio::test]
async fn what_is_over_and_old_goes_and_what_is_open_stays() {
    let (world, mut anna) = World::set_up().await;
    world.default_policy(&mut anna).await;
    let (old, open) = (world.fails("web1", "nginx", "down").await, world.fails("web22", "nginx", "down").await);
    Browser::done(&anna.post(&format!("/hosts/{old}/silence"), &[("length", "15m")]).await);
    world.minutes(2, &[("web1", "nginx", 0), ("web22", "nginx", 512)]).await;
    let (ended, lasting) = (world.closed_alert_of(old).await, world.alert_of(open));
    for told in tocsin::store::page::alert::told(&world.app.store.readers, ended, 10).await.expect("read") {
        anna.post(&format!("/deliveries/{}/withdraw", told.id), &[]).await;
    }
    let typed = [("events", "7"), ("deliveries", "7"), ("alerts", "30"), ("history", "30"), ("audit", "")];
    Browser::done(&anna.post("/settings/retention", &typed).await);
    let wrong = [("events", "1"), ("deliveries", "60"), ("alerts", "30"), ("history", "30"), ("audit", "x")];
    let seen = anna.post("/settings/retention", &wrong).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("Give a whole number of days");
    anna.post("/settings/retention", &[("deliveries", "60"), ("alerts", "30")])
        .await
        .shows("Deliveries go with their alerts");

    async fn tidy(world: &World) {
        for what in Old::ALL {
            while world.app.engine.run(Tidy(what)).await.expect("tidied") {}
        }
    }
    let pool = &world.app.store.readers;
    tidy(&world).await;
    assert!(oldest::read(pool).await.expect("read").events.is_some(), "nothing is old yet");
    world.app.clock.set(NOW + Span::hours(24 * 8));
    tidy(&world).await;
    let left = oldest::read(pool).await.expect("read");
    assert_eq!(left.events, None, "a week has passed");
    assert!(left.alerts.is_some() && left.audit.is_some());
    let sent_of = |alert: i64| tocsin::store::page::alert::told(pool, alert, 10);
    assert!(sent_of(ended).await.expect("read").is_empty() && !sent_of(lasting).await.expect("read").is_empty());

    world.app.clock.set(NOW + Span::hours(24 * 31));
    tidy(&world).await;
    let left = oldest::read(pool).await.expect("read");
    assert_eq!((left.alerts, left.history), (None, None));
    assert!(left.audit.is_some(), "for ever");
    assert!(tocsin::store::page::silence::ended(pool, i64::MAX, 10).await.expect("read").is_empty());
    assert_eq!(world.alert_of(open), lasting, "an open alert is never old");
    assert!(tocsin::store::page::alert::one(pool, lasting).await.expect("read").is_some());
    assert!(left.deliveries < Some(Moment(NOW.0 + 1_000).0), "and what was told of it stays");
}

#[tokio::test]
async fn activity_is_chosen_by_a_word_and_kept_as_a_file() {
    let (world, mut anna) = World::set_up().await;
    let host = world.fails("=web1", "nginx", "down").await;
    Browser::done(
        &anna.post(&format!("/hosts/{host}/silence"), &[("length", "1h"), ("note", "50%, \"all\" of it")]).await,
    );
    Browser::done(&anna.post("/policies/groups", &[("name", "web_farm"), ("priority", "10")]).await);
    anna.get("/activity").await.shows("=web1").shows("web_farm");
    anna.get("/activity?q=SILENCED").await.shows("=web1").hides("web_farm");
    anna.get("/activity?q=web_").await.shows("web_farm").hides("=web1");
    anna.get("/activity?q=%25").await.hides("web_farm");
    let none = anna.get("/activity?q=nobody-did-this").await;
    none.shows("No line has this in it").hides("/activity.csv");
    let file = anna.get("/activity.csv?q=silenced").await;
    assert_eq!(file.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"activity.csv\"");
    assert_eq!(file.text.lines().next(), Some("when,who,did,what,detail,from"));
    file.shows("\"2026-01-01T00:00:00Z\",\"anna\",\"silenced\"").shows("192.0.2.7").hides("web_farm");
    assert_eq!(file.text.lines().count(), 2);
}
