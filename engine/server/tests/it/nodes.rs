//! Two nodes on one PostgreSQL: any of them may take anything, and the outcome is that of one (M1–M3).

use std::collections::BTreeMap;

use crate::support::{Agent, Instance, Kind, Part, Provision, Sink, parts, until};

const DOWN: &str = "process is not running";
const INTERVAL_MS: i64 = 10_000;

fn two_nodes(provision: &Provision) -> (Instance, Instance) {
    let first = Instance::start(Kind::Postgres, provision);
    let second = first.beside(provision);
    (first, second)
}

#[test]
fn whichever_node_an_agent_talks_to_everything_is_told_once() {
    if !parts::are_here("two nodes", &[Part::Postgres]) {
        return;
    }
    let sink = Sink::start();
    let (first, second) = two_nodes(&Provision::new().hook("ops", &sink).tell(&["ops"], "10s"));
    let nodes = [&first, &second];
    let hosts = 12;
    std::thread::scope(|scope| {
        for number in 0..hosts {
            scope.spawn(move || {
                let mut agent = Agent::new(&format!("host{number}"), &["nginx"]);
                let event = agent.fails("nginx", DOWN);
                // The same event at both nodes at once, and the end of it at one of them.
                std::thread::scope(|scope| {
                    for node in nodes {
                        let event = &event;
                        scope.spawn(move || until("it is taken", || (node.post(event).status == 200).then_some(())));
                    }
                });
                let node = nodes[number % 2];
                if number % 3 == 0 {
                    let event = agent.recovers("nginx");
                    until("it is taken", || (node.post(&event).status == 200).then_some(()));
                }
            });
        }
    });
    assert_eq!(first.database.number("select count(*) from host"), hosts as i64);
    assert_eq!(first.database.number("select count(*) from event"), hosts as i64 + 4);
    // Everybody's end, or a first reminder, has been told: so has everything before it.
    until("each alert went on", || {
        let last = last_kinds(&sink);
        (last.len() == hosts && last.values().all(|kind| kind != "problem")).then_some(())
    });
    let told = sink.taken("ops");
    assert!(told.iter().filter(|words| *words == "problem nginx").count() <= hosts, "{told:?}");
    assert_eq!(told.iter().filter(|words| *words == "recovery nginx").count(), 4, "{told:?}");
    let problems = "select count(*) from notification where kind = 'problem'";
    assert_eq!(first.database.number(problems), hosts as i64);
    no_reminder_is_early(&first);
}

/// Whichever node decides: between two notices of an alert lies an interval.
fn no_reminder_is_early(node: &Instance) {
    let sql = "select cast(alert_id as text) || ' ' || cast(at_ms as text) from notification where kind <> 'recovery'";
    let mut notices: BTreeMap<String, Vec<i64>> = BTreeMap::new();
    for row in node.database.texts(sql) {
        let (alert, at) = row.split_once(' ').expect("two words");
        notices.entry(alert.to_owned()).or_default().push(at.parse().expect("a moment"));
    }
    for moments in notices.values_mut() {
        moments.sort_unstable();
        let early = moments.windows(2).find(|pair| pair[1] - pair[0] < INTERVAL_MS);
        assert_eq!(early, None, "two notices of one alert");
    }
}

/// The kind that each alert was told of last.
fn last_kinds(sink: &Sink) -> BTreeMap<String, String> {
    sink.at("ops").iter().map(|request| (request.alert().to_owned(), request.kind().to_owned())).collect()
}

#[test]
fn a_node_takes_up_what_another_one_left_and_sends_it_once() {
    if !parts::are_here("the loss of a node", &[Part::Postgres]) {
        return;
    }
    let sink = Sink::start();
    let (mut first, second) = two_nodes(&Provision::new().hook("ops", &sink).tell(&["ops"], "10s"));
    let mut agent = Agent::new("web1", &["nginx", "postgres"]);
    first.take(&agent.fails("nginx", DOWN));
    first.take(&Agent::new("web2", &["nginx"]).hasty().status());
    sink.until("ops", "the problem", |request| request.kind() == "problem");
    until("the other node knows both hosts", || (second.metric("tocsin_hosts{state=\"up\"}") == 2).then_some(()));
    first.crash();

    // No agent has ever talked to the node that is left.
    let reminder = sink.until("ops", "the reminder", |request| request.kind() == "reminder");
    assert_eq!(reminder.service(), "nginx");
    let down = sink.until("ops", "the silence of the other host", |request| request.service().is_empty());
    assert_eq!((down.kind(), &down.body["host"]["name"]), ("problem", &"web2".into()));
    second.take(&agent.recovers("nginx"));
    sink.until("ops", "the end", |request| request.words() == "recovery nginx");
    let told = sink.taken("ops");
    assert_eq!(told.iter().filter(|words| *words == "problem nginx").count(), 1, "{told:?}");
    no_reminder_is_early(&second);

    // The other way round: started again, it knows what happened meanwhile.
    second.take(&agent.fails("postgres", DOWN));
    sink.until("ops", "the next problem", |request| request.words() == "problem postgres");
    first.start_again();
    first.take(&agent.recovers("postgres"));
    sink.until("ops", "its end", |request| request.words() == "recovery postgres");
}
