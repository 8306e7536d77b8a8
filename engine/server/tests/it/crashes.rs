//! Losses of power while agents report: whatever an agent was told is stored is stored, and everybody who was told of a
//! problem is told of its end, once (I1, D1, R2).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use crate::support::provision::CREDENTIALS;
use crate::support::{Agent, Instance, Kind, Part, Provision, Sink, parts, post, until};

const AGENTS: usize = 8;
const CRASHES: usize = 6;
/// Documents that are taken between two crashes.
const BETWEEN: u64 = 60;

fn nothing_that_was_taken_is_lost_in_a_crash(kind: Kind) {
    let sink = Sink::start();
    let mut instance = Instance::start(kind, &Provision::new().hook("ops", &sink).tell(&["ops"], "1h"));
    let (port, over, taken) = (instance.port, AtomicBool::new(false), AtomicU64::new(0));
    let events = std::thread::scope(|scope| {
        let agents: Vec<_> = (0..AGENTS)
            .map(|number| {
                scope.spawn({
                    let (over, taken) = (&over, &taken);
                    move || report(port, &format!("host{number}"), over, taken)
                })
            })
            .collect();
        for _ in 0..CRASHES {
            let before = taken.load(Ordering::SeqCst);
            until("the agents report", || (taken.load(Ordering::SeqCst) >= before + BETWEEN).then_some(()));
            instance.crash();
            instance.start_again();
        }
        over.store(true, Ordering::SeqCst);
        agents.into_iter().map(|agent| agent.join().expect("an agent")).sum::<i64>()
    });

    let database = &instance.database;
    assert_eq!(database.number("select count(*) from event"), events, "each event is there once");
    assert_eq!(database.number("select count(*) from alert"), events / 2, "one alert for each failure and its end");
    assert_eq!(database.number("select count(*) from alert where closed_at_ms is null"), 0);
    until("everything is on its way no more", || {
        let open = "select count(*) from delivery where state not in ('delivered', 'superseded')";
        (database.number(open) == 0).then_some(())
    });
    let mut told: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for request in sink.at("ops") {
        let alert = told.entry(request.alert().to_owned()).or_default();
        alert.push((request.kind().to_owned(), request.idempotency_key.clone()));
    }
    assert_eq!(told.len() as i64, events / 2, "somebody heard of every alert");
    for (alert, requests) in told {
        let keys = |kind: &str| {
            requests.iter().filter(|request| request.0 == kind).map(|request| &request.1).collect::<BTreeSet<_>>().len()
        };
        assert!(keys("problem") <= 1, "alert {alert}: a repeated attempt is known by its key: {requests:?}");
        assert_eq!(keys("recovery"), 1, "alert {alert}: {requests:?}");
        assert_eq!(requests.last().map(|request| request.0.as_str()), Some("recovery"), "alert {alert}: {requests:?}");
    }
}

/// An agent with a queue: each event is sent until it is taken. Comes back with the number of its events.
fn report(port: u16, host: &str, over: &AtomicBool, taken: &AtomicU64) -> i64 {
    let mut agent = Agent::new(host, &["nginx"]);
    let deliver = |document: Vec<u8>| {
        until("the document is taken", || {
            let answer = post::document(port, "/collector", Some(CREDENTIALS), &document);
            answer.ok().filter(|answer| answer.status == 200)
        });
        taken.fetch_add(1, Ordering::SeqCst);
    };
    let mut events = 0;
    while !over.load(Ordering::SeqCst) {
        deliver(agent.fails("nginx", "process is not running"));
        deliver(agent.status());
        deliver(agent.recovers("nginx"));
        events += 2;
    }
    events
}

#[test]
fn nothing_that_was_taken_is_lost_in_a_crash_with_sqlite() {
    nothing_that_was_taken_is_lost_in_a_crash(Kind::Sqlite);
}

#[test]
fn nothing_that_was_taken_is_lost_in_a_crash_with_postgres() {
    if parts::are_here("crashes on PostgreSQL", &[Part::Postgres]) {
        nothing_that_was_taken_is_lost_in_a_crash(Kind::Postgres);
    }
}
