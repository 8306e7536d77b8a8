//! The same event comes again, because an answer got lost or two nodes were asked: it counts once (I1).

use std::collections::BTreeSet;

use crate::support::{Agent, Instance, Kind, Part, Provision, Sink, parts, post, until};

/// Connections at once in the flood.
const AT_ONCE: usize = 12;

fn an_event_that_comes_twice_counts_once(kind: Kind) {
    let sink = Sink::start();
    let instance = Instance::start(kind, &Provision::new().hook("ops", &sink).tell(&["ops"], "1h"));
    let mut agent = Agent::new("web1", &["nginx", "postgres"]);
    instance.take(&agent.status());
    let event = agent.fails("nginx", "process is not running");
    instance.take(&event);
    instance.take(&event);
    assert_eq!(instance.database.number("select count(*) from event"), 1);
    assert_eq!(instance.metric("tocsin_check_ins_total{result=\"replayed\"}"), 1);

    sink.until("ops", "the problem is told", |request| request.kind() == "problem");

    // Also after recovery the old event opens nothing.
    instance.take(&agent.recovers("nginx"));
    instance.take(&event);
    instance.take(&agent.fails("postgres", "process is not running"));
    until("everything is delivered", || (delivered(&instance) == ["problem", "problem", "recovery"]).then_some(()));
    let mut told = sink.taken("ops");
    told.sort();
    assert_eq!(told, ["problem nginx", "problem postgres", "recovery nginx"]);
    assert_eq!(instance.database.number("select count(*) from alert"), 2);
}

/// The kinds of all notifications, once none of them is under way any more.
fn delivered(instance: &Instance) -> Vec<String> {
    let waits = "select count(*) from delivery where state <> 'delivered'";
    if instance.database.number(waits) > 0 {
        return Vec::new();
    }
    instance.database.texts("select kind from notification order by kind")
}

#[test]
fn an_event_that_comes_twice_counts_once_with_sqlite() {
    an_event_that_comes_twice_counts_once(Kind::Sqlite);
}

#[test]
fn an_event_that_comes_twice_counts_once_with_postgres() {
    if parts::are_here("replays on PostgreSQL", &[Part::Postgres]) {
        an_event_that_comes_twice_counts_once(Kind::Postgres);
    }
}

#[test]
fn a_flood_of_the_same_and_of_other_events_counts_each_once() {
    let sink = Sink::start();
    let instance = Instance::start(Kind::Sqlite, &Provision::new().hook("ops", &sink).tell(&["ops"], "1h"));
    let events: Vec<Vec<u8>> =
        (0..20).map(|n| Agent::new(&format!("host{n}"), &["nginx"]).fails("nginx", "process is not running")).collect();
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                for event in &events {
                    // 503 would be allowed, and the agent would come again.
                    until("it is taken", || (instance.post(event).status == 200).then_some(()));
                }
            });
        }
    });
    assert_eq!(instance.database.number("select count(*) from event"), 20);
    assert_eq!(instance.database.number("select count(*) from host"), 20);
    until("every problem is told", || (sink.at("ops").len() >= 20).then_some(()));
    assert_eq!(sink.at("ops").iter().map(|request| request.alert().to_owned()).collect::<BTreeSet<_>>().len(), 20);
    assert_eq!(instance.database.number("select count(*) from notification"), 20);
    assert_eq!(post::get(instance.port, "/readyz").expect("it lives").status, 200);
}
