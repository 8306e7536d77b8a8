//! Who looks after some host groups only: other hosts, their alerts, silences and downtimes are as if they were not
//! there; and the use cases say so themselves, whatever a page shows.

use axum::http::StatusCode;
use tocsin::actor::{Actor, Reach, Role};
use tocsin::fault::{Fault, RefusalKind};
use tocsin::store::page::delivery;
use tocsin::usecase::acknowledge::{Acknowledge, Unacknowledge, Until};
use tocsin::usecase::deliver::{RetryDelivery, WithdrawDelivery};
use tocsin::usecase::downtime::{EndDowntime, ExtendDowntime, SaveDowntime};
use tocsin::usecase::host::{Admit, EditHost};
use tocsin::usecase::reject::ForgetRejected;
use tocsin::usecase::silence::{EndSilence, EndSilences, ExtendSilence, SilenceHost};
use tocsin_policy::{
    Admission, AlertId, DowntimeId, DowntimeSchedule, GroupId, HostId, NoticeId, Scope, SilenceId, Span,
};

use super::browser::Browser;
use super::world::{NOW, PASSWORD, World};

/// Two hosts in trouble, each in a group of its own, and somebody who looks after the first.
pub(super) struct Two {
    pub world: World,
    pub anna: Browser,
    pub olga: Browser,
    pub mine: HostId,
    pub theirs: HostId,
    pub web: GroupId,
    pub db: GroupId,
}

pub(super) async fn two() -> Two {
    let (world, mut anna) = World::set_up().await;
    world.default_policy(&mut anna).await;
    for name in ["web", "db"] {
        Browser::done(&anna.post("/policies/groups", &[("name", name), ("priority", "10")]).await);
    }
    let group = |name: &str| {
        let book = world.app.engine.book();
        *book.groups.iter().find(|(_, group)| group.name == name).expect("the group").0
    };
    let (web, db) = (group("web"), group("db"));
    let mine = world.fails("web1", "nginx", "process is not running").await;
    let theirs = world.fails("secret-db", "postgres", "disk is full").await;
    for (host, group) in [(mine, web), (theirs, db)] {
        Browser::done(&anna.post(&format!("/hosts/{host}/edit"), &[("groups", &group.to_string())]).await);
    }
    let typed = [
        ("name", "olga"),
        ("role", "operator"),
        ("reach", "groups"),
        ("groups", &web.to_string()),
        ("password", PASSWORD),
        ("repeated", PASSWORD),
    ];
    Browser::done(&anna.post("/settings/people", &typed).await);
    let mut olga = world.browser();
    Browser::done(&olga.post("/login", &[("name", "olga"), ("password", PASSWORD)]).await);
    Two { world, anna, olga, mine, theirs, web, db }
}

#[tokio::test]
async fn other_hosts_are_on_no_page() {
    let Two { world, mut anna, mut olga, mine, theirs, db, .. } = two().await;
    Browser::done(&anna.post(&format!("/hosts/{theirs}/silence"), &[("length", "1h"), ("note", "secret work")]).await);
    let db_work = [
        ("title", "secret window"),
        ("covers", "group"),
        ("group", &db.to_string()),
        ("repeats", "daily"),
        ("at", "00:00"),
        ("length", "1h"),
        ("zone", "UTC"),
    ];
    Browser::done(&anna.post("/silences/downtimes", &db_work).await);
    let own = format!("host:{theirs}");
    let policy = [("target", own.as_str()), ("enabled", "on"), ("say", "mute")];
    Browser::done(&anna.post("/policies/edit", &policy).await);

    olga.get("/").await.shows("web1").shows("nginx");
    olga.get("/hosts").await.shows("web1");
    olga.get("/settings").await.shows("for the host group web");
    let pages =
        ["/", "/hosts", "/silences", "/silences?show=upcoming", "/policies", "/deliveries", "/activity", "/connect"];
    for path in pages {
        let seen = olga.get(path).await;
        assert_eq!(seen.status, StatusCode::OK, "{path}");
        seen.hides("secret");
    }
    anna.get("/").await.shows("secret-db");
    let alert = world.alert_of(theirs);
    let missing = [
        format!("/hosts/{theirs}"),
        format!("/alerts/{alert}"),
        format!("/policies/edit?target=host:{theirs}"),
        format!("/policies/edit?target=group:{db}"),
    ];
    for path in missing {
        let seen = olga.get(&path).await;
        assert_eq!(seen.status, StatusCode::NOT_FOUND, "{path}");
        seen.hides("secret");
    }
    olga.get("/policies/try?host=secret-db").await.shows("No host is called secret-db");
    olga.get("/silences/new?host=secret-db").await.shows("No host is called secret-db");
    assert_eq!(olga.get("/hosts/rejected").await.status, StatusCode::FORBIDDEN);
    assert_eq!(olga.get(&format!("/hosts/{mine}")).await.status, StatusCode::OK);
    for path in ["/settings/people", "/settings/tokens", "/settings/instance", "/settings/retention"] {
        assert_eq!(olga.get(path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn the_groups_count_as_they_are_now() {
    let Two { world: _world, mut anna, mut olga, mine, theirs, web, .. } = two().await;
    Browser::done(&anna.post(&format!("/hosts/{theirs}/edit"), &[("groups", &web.to_string())]).await);
    olga.get("/").await.shows("secret-db");
    Browser::done(&anna.post(&format!("/hosts/{mine}/edit"), &[]).await);
    olga.get("/").await.hides("web1");
    Browser::done(&anna.post(&format!("/policies/groups/{web}/delete"), &[]).await);
    olga.get("/").await.hides("secret-db").hides("web1");
    olga.get("/settings").await.shows("your host groups are gone: ask an admin");
}

#[tokio::test]
async fn what_covers_everything_is_seen_and_left_alone() {
    let Two { mut anna, mut olga, world, .. } = two().await;
    let all = [
        ("title", "power cut"),
        ("covers", "all"),
        ("repeats", "daily"),
        ("at", "00:00"),
        ("length", "2h"),
        ("zone", "UTC"),
    ];
    Browser::done(&anna.post("/silences/downtimes", &all).await);
    let seen = olga.get("/silences").await;
    seen.shows("power cut").shows("1 host").hides("secret").hides("End for good");
    let id = world.app.engine.book().downtimes[0].id;
    assert_eq!(olga.post(&format!("/silences/downtimes/{id}/end"), &[]).await.status, StatusCode::FORBIDDEN);
    olga.get("/silences/downtimes/new").await.hides("value=\"all\"");
    let seen = olga.post("/silences/downtimes", &all).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN, "{}", seen.text);
}

/// What the engine says to somebody who reaches beyond.
async fn refused<U: tocsin::engine::UseCase>(world: &World, action: U) -> RefusalKind {
    match world.app.engine.run(action).await {
        Err(Fault::Refused(refusal)) => refusal.kind,
        Err(other) => panic!("it failed: {other}"),
        Ok(_) => panic!("it was done"),
    }
}

#[tokio::test]
async fn the_use_cases_know_the_reach_themselves() {
    let Two { world, mut anna, mine, theirs, web, db, .. } = two().await;
    let reach = Reach::Groups([web].into());
    let actor = Actor { reach, ..Actor::person("olga", Role::Operator, "") };
    let (alert, until, note) = (AlertId(world.alert_of(theirs)), Until::Recovery, String::new());
    let (host, length) = (theirs, "1h".to_owned());
    let (title, schedule) = ("x".to_owned(), DowntimeSchedule::Once { start: NOW, end: NOW + Span::hours(1) });
    let a = || actor.clone();
    assert_eq!(
        refused(&world, Acknowledge { actor: a(), alert, until, note: note.clone() }).await,
        RefusalKind::NotFound
    );
    assert_eq!(refused(&world, Unacknowledge { actor: a(), alert }).await, RefusalKind::NotFound);
    let silence = SilenceHost { actor: a(), host, length: length.clone(), note: note.clone() };
    assert_eq!(refused(&world, silence).await, RefusalKind::NotFound);
    assert_eq!(refused(&world, EndSilences { actor: a(), host }).await, RefusalKind::NotFound);
    assert_eq!(refused(&world, Admit { actor: a(), host, admission: Admission::Ignored }).await, RefusalKind::NotFound);

    Browser::done(&anna.post(&format!("/hosts/{theirs}/silence"), &[("length", "1h")]).await);
    let id = SilenceId(world.app.engine.fleet().by_id(theirs).expect("the host").host().silences[0].id.0);
    assert_eq!(refused(&world, EndSilence { actor: a(), id }).await, RefusalKind::NotFound);
    assert_eq!(refused(&world, ExtendSilence { actor: a(), id, by: Span::hours(1) }).await, RefusalKind::NotFound);

    for scope in
        [Scope::All, Scope::Group(db), Scope::Host(theirs), Scope::Service { host: theirs, service: "postgres".into() }]
    {
        let save = SaveDowntime { actor: a(), title: title.clone(), scope, schedule: schedule.clone() };
        assert_eq!(refused(&world, save).await, RefusalKind::Forbidden);
    }
    let plan = SaveDowntime {
        actor: Actor::system("test"),
        title: title.clone(),
        scope: Scope::Group(db),
        schedule: schedule.clone(),
    };
    let DowntimeId(id) = world.app.engine.run(plan).await.expect("planned");
    assert_eq!(refused(&world, EndDowntime { actor: a(), id: DowntimeId(id) }).await, RefusalKind::Forbidden);
    let extend = ExtendDowntime { actor: a(), id: DowntimeId(id), by: Span::hours(1) };
    assert_eq!(refused(&world, extend).await, RefusalKind::Forbidden);

    let waiting = delivery::before(&world.app.store.readers, "due", 0, i64::MAX, 10, "").await.expect("read");
    let foreign = waiting.iter().find(|row| row.host.as_deref() == Some("secret-db")).expect("somebody is told");
    let id = NoticeId(foreign.id);
    assert_eq!(refused(&world, RetryDelivery { actor: a(), id }).await, RefusalKind::NotFound);
    assert_eq!(refused(&world, WithdrawDelivery { actor: a(), id }).await, RefusalKind::NotFound);
    assert_eq!(
        refused(&world, ForgetRejected { actor: a(), id: 1 }).await,
        RefusalKind::Forbidden,
        "it is of no group"
    );

    let edit = |host, groups| EditHost {
        actor: a(),
        host,
        region: String::new(),
        environment: String::new(),
        labels: Vec::new(),
        groups,
        missed_cycles: None,
    };
    assert_eq!(refused(&world, edit(theirs, vec![web])).await, RefusalKind::NotFound);
    assert_eq!(refused(&world, edit(mine, vec![web, db])).await, RefusalKind::Forbidden, "into a foreign group");
    world.app.engine.run(edit(mine, vec![web])).await.expect("within the own groups");
    let silence = SilenceHost { actor: a(), host: mine, length, note };
    world.app.engine.run(silence).await.expect("the own host");
}
