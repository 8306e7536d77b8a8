//! The whole story with nothing made up: Monit itself reports, a real mail server and a web server receive, the program
//! runs as it is installed, on either database.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::support::monit::Monit;
use crate::support::provision::FLOOR_SECONDS;
use crate::support::relay::Relay;
use crate::support::sink::{FINE, Request};
use crate::support::{Instance, Kind, Manner, Part, Provision, Sink, parts, patiently, until};

const HOST: &str = "web1.example.org";
/// The shortest that a policy may have.
const INTERVAL_MS: i64 = 10_000;
/// A timer fires within a second, on a busy machine within some.
const LATE_MS: i64 = 3_000;
/// For what takes an interval or a deadline.
const AN_INTERVAL: Duration = Duration::from_secs(30);

#[test]
fn the_story_of_an_agent_with_sqlite() {
    if parts::are_here("the story with SQLite", &[Part::Monit, Part::Relay]) {
        World::begin(Kind::Sqlite).story();
    }
}

#[test]
fn the_story_of_an_agent_with_postgres() {
    if parts::are_here("the story with PostgreSQL", &[Part::Monit, Part::Relay, Part::Postgres]) {
        World::begin(Kind::Postgres).story();
    }
}

/// Everything that takes part.
struct World {
    sink: Sink,
    relay: Relay,
    instance: Instance,
    monit: Monit,
}

impl World {
    fn begin(kind: Kind) -> World {
        let (sink, relay) = (Sink::start(), Relay::start());
        let provision = Provision::new().mail("ops", &relay).hook("hook", &sink).tell(&["ops", "hook"], "10s");
        let instance = Instance::start(kind, &provision);
        let monit = Monit::start(HOST, instance.port);
        World { sink, relay, instance, monit }
    }

    fn story(mut self) {
        self.the_agent_reports_and_is_approved();
        self.a_process_dies_and_comes_back();
        self.a_file_grows_and_shrinks();
        self.tocsin_crashes_between_the_failure_and_its_delivery();
        self.the_agent_dies_and_comes_back();
        self.nothing_else_was_sent();
        self.instance.end();
    }

    /// Waits for the first request of this kind about this service after the first `seen` ones.
    fn told(&self, seen: usize, kind: &str, service: &str) -> Request {
        let wanted =
            |request: &Request| request.kind() == kind && request.service() == service && request.manner == FINE;
        patiently(AN_INTERVAL, &format!("the hook is told: {kind} {service}"), || {
            self.sink.at("hook").into_iter().skip(seen).find(&wanted)
        })
    }

    /// What the hook has got so far.
    fn seen(&self) -> usize {
        self.sink.at("hook").len()
    }

    fn mailed(&self, alert: &str, kind: &str) -> crate::support::mail::Mail {
        let what = format!("a mail arrives: {kind} of alert {alert}");
        self.relay.until(&what, |mail| mail.header("x-tocsin-alert") == alert && mail.kind() == kind)
    }

    fn the_agent_reports_and_is_approved(&self) {
        let monitored = "select name from service where monitor = 1 order by name";
        until("the agent's first cycle is over", || {
            (self.instance.database.texts(monitored) == ["spool", HOST, "worker"]).then_some(())
        });
        assert_eq!(
            self.instance.database.texts("select name || ' ' || admission from host"),
            [format!("{HOST} approved")]
        );
        assert_eq!(self.seen(), 0, "nobody is told that all is well");
    }

    fn a_process_dies_and_comes_back(&mut self) {
        self.monit.stop_worker();
        let problem = self.told(0, "problem", "worker");
        assert_eq!(problem.message(), "process is not running", "Monit's own words");
        assert_eq!(problem.body["host"]["name"], HOST);
        let first = self.mailed(problem.alert(), "problem");
        assert_eq!(first.header("subject"), format!("PROBLEM: {HOST} worker: process is not running"));
        assert!(first.text.contains("process is not running"), "{}", first.text);

        let reminder = self.told(1, "reminder", "worker");
        let interval = reminder.number("decided_at_ms") - problem.number("decided_at_ms");
        assert!((INTERVAL_MS..INTERVAL_MS + LATE_MS).contains(&interval), "it was decided after {interval} ms");
        assert_eq!(reminder.alert(), problem.alert());

        self.monit.start_worker();
        let recovery = self.told(2, "recovery", "worker");
        assert_eq!(recovery.alert(), problem.alert());
        assert!(recovery.number("duration_ms") >= INTERVAL_MS);
        let last = self.mailed(problem.alert(), "recovery");
        assert!(last.header("subject").starts_with("RECOVERED after 1"), "{}", last.header("subject"));
        assert_eq!(last.references()[0], first.references()[0], "one thread");
        assert_ne!(last.header("message-id"), first.header("message-id"));
        let before = self.mailed(problem.alert(), "reminder");
        assert_eq!(before.header("in-reply-to"), first.header("message-id"));
    }

    fn a_file_grows_and_shrinks(&mut self) {
        let seen = self.seen();
        self.monit.grow_file();
        let problem = self.told(seen, "problem", "spool");
        assert!(problem.message().contains("size"), "{}", problem.message());
        self.monit.shrink_file();
        let recovery = self.told(seen, "recovery", "spool");
        assert_eq!(recovery.alert(), problem.alert());
        self.mailed(problem.alert(), "recovery");
    }

    fn tocsin_crashes_between_the_failure_and_its_delivery(&mut self) {
        let seen = self.seen();
        self.sink.answers("hook", &[Manner::Hang]);
        self.monit.grow_file();
        let attempted = until("the hook is asked, and hangs", || self.sink.at("hook").into_iter().nth(seen));
        self.instance.crash();
        self.sink.answers("hook", &[FINE]);
        self.instance.start_again();

        let problem = self.told(seen, "problem", "spool");
        assert_eq!(problem.idempotency_key, attempted.idempotency_key, "the far side can tell that it is the same");
        assert_eq!((attempted.number("attempt"), problem.number("attempt")), (1, 2));
        self.monit.shrink_file();
        let recovery = self.told(seen, "recovery", "spool");
        assert_eq!(recovery.alert(), problem.alert());
        self.mailed(problem.alert(), "problem");
        self.mailed(problem.alert(), "recovery");
        let lost = self.instance.database.number("select count(*) from attempt where outcome = 'lost'");
        assert!((1..=2).contains(&lost), "the attempt that nobody knows the end of is shown, {lost} times");
    }

    fn the_agent_dies_and_comes_back(&mut self) {
        let seen = self.seen();
        self.monit.crash_agent();
        let problem = self.told(seen, "problem", "");
        assert_eq!(problem.message(), format!("no check-in for {FLOOR_SECONDS}s"));
        let mail = self.mailed(problem.alert(), "problem");
        assert_eq!(mail.header("subject"), format!("PROBLEM: {HOST}: no check-in for {FLOOR_SECONDS}s"));
        assert_eq!(self.instance.metric("tocsin_hosts{state=\"down\"}"), 1);

        self.monit.start_agent();
        let recovery = self.told(seen, "recovery", "");
        assert_eq!(recovery.alert(), problem.alert());
        self.mailed(problem.alert(), "recovery");
    }

    /// Each alert was told in its order and once; nothing is open, waits or died; hook and mailbox agree.
    fn nothing_else_was_sent(&self) {
        let mut alerts: BTreeMap<String, Vec<Request>> = BTreeMap::new();
        for request in self.sink.at("hook").into_iter().filter(|request| request.manner == FINE) {
            alerts.entry(request.alert().to_owned()).or_default().push(request);
        }
        let subjects: Vec<&str> = alerts.values().map(|told| told[0].service()).collect();
        assert_eq!(subjects, ["worker", "spool", "spool", ""]);
        for told in alerts.values() {
            let kinds: Vec<&str> = told.iter().map(Request::kind).collect();
            let between = &kinds[1..kinds.len() - 1];
            assert_eq!((kinds[0], kinds[kinds.len() - 1]), ("problem", "recovery"), "{kinds:?}");
            assert!(between.iter().all(|kind| *kind == "reminder"), "{kinds:?}");
            let keys: BTreeSet<&str> = told.iter().map(|request| request.idempotency_key.as_str()).collect();
            assert_eq!(keys.len(), told.len(), "nothing was sent twice");
        }
        let database = &self.instance.database;
        until("everything is delivered", || {
            (database.number("select count(*) from delivery where state <> 'delivered'") == 0).then_some(())
        });
        assert_eq!(database.number("select count(*) from alert where closed_at_ms is null"), 0);
        assert_eq!(database.number("select count(*) from alert"), 4);

        let committed = database.number("select count(*) from notification") as usize;
        assert_eq!(alerts.values().map(Vec::len).sum::<usize>() + self.mail_count(), committed);
    }

    /// Mails, each counted once: one that was under way in the crash may have arrived twice, as the same mail.
    fn mail_count(&self) -> usize {
        let mails = self.relay.mails();
        mails.iter().map(|mail| mail.header("message-id").to_owned()).collect::<BTreeSet<_>>().len()
    }
}
