//! Losses of power while agents report: whatever an agent was told is stored is stored, and everybody who was told of a
//! problem is told of its end, once (I1, D1–D3, R2).
//!
//! A short run is part of the gate. `make soak` goes on for ten minutes, with far sides that fail and reminders, and
//! says how many events and crashes it saw. `TOCSIN_SOAK_SEED` draws the moments of the crashes; since the machine has a
//! time of its own, the same seed gives a similar run, not the same.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::support::provision::CREDENTIALS;
use crate::support::rng::Rng;
use crate::support::sink::FINE;
use crate::support::{Agent, Instance, Kind, Manner, Part, Provision, Sink, parts, patiently, post, until};

const AGENTS: usize = 8;
/// In the gate.
const CRASHES: usize = 6;
/// Documents that are taken between two crashes, at most.
const BETWEEN: i64 = 120;
/// Longer than the retries of a delivery whose far side has failed all the time.
const DRAINED: Duration = Duration::from_secs(420);

/// How long it goes on, and what else happens.
#[derive(Clone, Copy)]
enum Length {
    Crashes(usize),
    /// With a far side that fails now and then, and problems that last.
    Soak(Duration),
}

/// A fleet reports to an instance that is killed again and again.
struct Fleet<'a> {
    port: u16,
    length: Length,
    over: &'a AtomicBool,
    taken: &'a AtomicU64,
}

fn nothing_that_was_taken_is_lost_in_a_crash(kind: Kind, length: Length) {
    let seed = std::env::var("TOCSIN_SOAK_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    println!("seed {seed}");
    let mut rng = Rng::new(seed);
    let (sink, every) = (Sink::start(), if let Length::Soak(_) = length { "10s" } else { "1h" });
    let provision = Provision::new().hook("ops", &sink).hook("shaky", &sink);
    let told: &[&str] = if let Length::Soak(_) = length { &["ops", "shaky"] } else { &["ops"] };
    sink.answers("shaky", &manners(&mut rng));
    let mut instance = Instance::start(kind, &provision.tell(told, every));
    let (over, taken, begun) = (AtomicBool::new(false), AtomicU64::new(0), Instant::now());
    let fleet = Fleet { port: instance.port, length, over: &over, taken: &taken };
    let mut crashes = 0;
    let events = std::thread::scope(|scope| {
        let agents: Vec<_> = (0..AGENTS)
            .map(|number| {
                scope.spawn({
                    let fleet = &fleet;
                    move || fleet.report(&format!("host{number}"), seed + number as u64)
                })
            })
            .collect();
        let goes_on = |crashes| match length {
            Length::Crashes(all) => crashes < all,
            Length::Soak(length) => begun.elapsed() < length,
        };
        while goes_on(crashes) {
            let enough = taken.load(Ordering::SeqCst) + rng.between(1, BETWEEN) as u64;
            patiently(DRAINED, "the agents report", || (taken.load(Ordering::SeqCst) >= enough).then_some(()));
            instance.crash();
            instance.start_again();
            crashes += 1;
        }
        over.store(true, Ordering::SeqCst);
        agents.into_iter().map(|agent| agent.join().expect("an agent")).sum::<i64>()
    });
    sink.answers("shaky", &[FINE]);
    println!("{events} events and {crashes} crashes in {:?}", begun.elapsed());
    everything_is_stored_once(&instance, events);
    for receiver in told {
        everything_was_heard(&instance, &sink, receiver, events / 2);
    }
}

/// How a far side answers that is not well.
fn manners(rng: &mut Rng) -> Vec<Manner> {
    let some = [FINE, FINE, FINE, Manner::Status(500), Manner::Status(503), Manner::Busy(1), Manner::Hang];
    (0..10_000).map(|_| rng.pick(&some)).collect()
}

impl Fleet<'_> {
    /// An agent with a queue: each event is sent until it is taken. Comes back with the number of its events.
    fn report(&self, host: &str, seed: u64) -> i64 {
        let (mut agent, mut rng) = (Agent::new(host, &["nginx"]), Rng::new(seed));
        let deliver = |document: Vec<u8>| {
            until("the document is taken", || {
                let answer = post::document(self.port, "/collector", Some(CREDENTIALS), &document);
                answer.ok().filter(|answer| answer.status == 200)
            });
            self.taken.fetch_add(1, Ordering::SeqCst);
        };
        let mut events = 0;
        while !self.over.load(Ordering::SeqCst) {
            deliver(agent.fails("nginx", "process is not running"));
            deliver(agent.status());
            if let Length::Soak(_) = self.length
                && rng.chance(10)
            {
                // Long enough for a reminder, or for two.
                std::thread::sleep(Duration::from_millis(rng.between(8_000, 25_000) as u64));
            }
            deliver(agent.recovers("nginx"));
            events += 2;
        }
        events
    }
}

fn everything_is_stored_once(instance: &Instance, events: i64) {
    let database = &instance.database;
    assert_eq!(database.number("select count(*) from event"), events, "each event is there once");
    assert_eq!(database.number("select count(*) from alert"), events / 2, "one alert for each failure and its end");
    assert_eq!(database.number("select count(*) from alert where closed_at_ms is null"), 0);
    patiently(DRAINED, "everything is on its way no more", || {
        let open = "select count(*) from delivery where state not in ('delivered', 'superseded')";
        (database.number(open) == 0).then_some(())
    });
}

/// What arrived at a receiver, against what was committed for it.
fn everything_was_heard(instance: &Instance, sink: &Sink, receiver: &str, alerts: i64) {
    let taken: Vec<_> = sink.at(receiver).into_iter().filter(|request| request.manner == FINE).collect();
    let delivered = format!(
        "select cast(d.notification_id as text) from delivery d join receiver r on r.id = d.receiver_id \
         where r.name = '{receiver}' and d.state = 'delivered'"
    );
    let arrived: BTreeSet<&str> = taken.iter().map(|request| id_of(&request.idempotency_key)).collect();
    let lost: Vec<String> =
        instance.database.texts(&delivered).into_iter().filter(|id| !arrived.contains(id.as_str())).collect();
    assert_eq!(lost, Vec::<String>::new(), "{receiver} has not got what was delivered");

    let mut heard: BTreeMap<&str, Vec<(i64, &str)>> = BTreeMap::new();
    let mut known = BTreeSet::new();
    for request in &taken {
        // A repeated attempt is known by its key.
        if known.insert(&request.idempotency_key) {
            let id = id_of(&request.idempotency_key).parse().expect("the number of a notification");
            heard.entry(request.alert()).or_default().push((id, request.kind()));
        }
    }
    assert_eq!(heard.len() as i64, alerts, "{receiver} heard of every alert");
    for (alert, told) in heard {
        let ends = told.iter().filter(|(_, kind)| *kind == "recovery").count();
        assert_eq!(
            (ends, told.last().map(|last| last.1)),
            (1, Some("recovery")),
            "{receiver}, alert {alert}: {told:?}"
        );
        assert_ne!(told[0].1, "reminder", "{receiver}, alert {alert}: {told:?}");
        assert!(told.is_sorted(), "{receiver}, alert {alert}: {told:?}");
    }
    let twice = "select count(*) from (select 1 from notification where kind <> 'reminder' \
                 group by alert_id, receiver_id, kind having count(*) > 1) as twice";
    assert_eq!(instance.database.number(twice), 0, "nothing is decided twice");
}

/// The number of the notification in its idempotency key.
fn id_of(key: &str) -> &str {
    key.rsplit('-').next().unwrap_or_default()
}

#[test]
fn nothing_that_was_taken_is_lost_in_a_crash_with_sqlite() {
    nothing_that_was_taken_is_lost_in_a_crash(Kind::Sqlite, Length::Crashes(CRASHES));
}

#[test]
fn nothing_that_was_taken_is_lost_in_a_crash_with_postgres() {
    if parts::are_here("crashes on PostgreSQL", &[Part::Postgres]) {
        nothing_that_was_taken_is_lost_in_a_crash(Kind::Postgres, Length::Crashes(CRASHES));
    }
}

/// By hand: `make soak`.
#[test]
#[ignore = "takes as long as TOCSIN_SOAK_SECONDS says; make soak runs it"]
fn soak() {
    let seconds = std::env::var("TOCSIN_SOAK_SECONDS").ok().and_then(|text| text.parse().ok()).unwrap_or(600);
    nothing_that_was_taken_is_lost_in_a_crash(Kind::Sqlite, Length::Soak(Duration::from_secs(seconds)));
}
