//! The agents' door from outside: who gets in, what is taken, what is refused and how that looks to an agent.

mod replays;
mod strangers;
mod unchanged;
mod unreadable;

use std::process::Command;

use crate::support::{Agent, Instance, Kind, Provision, Sink, post, until};

/// Files with the bodies of requests that real agents sent.
fn captured(begins: &str) -> Vec<(String, Vec<u8>)> {
    let folder = "../monit/tests/fixtures";
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .expect("captured requests")
        .flatten()
        .map(|file| (file.file_name().to_string_lossy().into_owned(), file.path()))
        .filter(|(name, _)| name.starts_with(begins) && name.ends_with(".body"))
        .map(|(name, path)| (name, std::fs::read(path).expect("a captured request")))
        .collect();
    found.sort();
    assert!(!found.is_empty(), "no captured request begins with {begins}");
    found
}

/// Everything that agents of all versions were seen to send, names with any characters and compressed bodies among it.
fn whatever_real_agents_send_is_taken(kind: Kind) {
    let instance = Instance::start(kind, &Provision::new());
    // Two are without a body: their agent had cut its own head off.
    for (name, body) in captured("").into_iter().filter(|(_, body)| !body.is_empty()) {
        let answer = instance.post(&body);
        assert_eq!(answer.status, 200, "{name}: {}", answer.body);
    }
    assert_eq!(instance.database.number("select count(*) from rejected_check_in where reason = 'unreadable'"), 0);
    assert!(instance.database.number("select count(*) from host where admission = 'approved'") >= 10);
}

#[test]
fn whatever_real_agents_send_is_taken_with_sqlite() {
    whatever_real_agents_send_is_taken(Kind::Sqlite);
}

#[test]
fn whatever_real_agents_send_is_taken_with_postgres() {
    if crate::support::parts::are_here("captured requests on PostgreSQL", &[crate::support::Part::Postgres]) {
        whatever_real_agents_send_is_taken(Kind::Postgres);
    }
}

#[test]
fn an_answer_is_in_the_agents_terms() {
    let instance = Instance::start(Kind::Sqlite, &Provision::new());
    // That the exchange ends at all shows that the connection was closed: an agent never closes it first.
    let answer = instance.post(&Agent::new("web1", &["nginx"]).status());
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("server"), Some("mmonit/4.3 (tocsin)"), "this makes agents compress");
    assert_eq!(answer.header("connection"), Some("close"));
    assert_eq!(answer.header("content-length"), Some("0"));
}

#[test]
fn an_unknown_host_waits_for_approval_and_nobody_hears_of_it() {
    let sink = Sink::start();
    let provision = Provision::without_approval().hook("ops", &sink).tell(&["ops"], "1h");
    let instance = Instance::start(Kind::Sqlite, &provision);
    let mut agent = Agent::new("web1", &["nginx"]);
    instance.take(&agent.status());
    instance.take(&agent.fails("nginx", "process is not running"));
    let database = &instance.database;
    assert_eq!(database.texts("select admission from host"), ["pending"]);
    assert_eq!(database.number("select count(*) from event"), 1, "what it said is kept");
    assert_eq!(database.number("select count(*) from notification"), 0);
    assert_eq!(instance.metric("tocsin_hosts{state=\"pending\"}"), 1);
    assert!(sink.at("ops").is_empty());
}

#[test]
fn a_second_process_on_the_same_folder_is_refused_with_a_sentence() {
    let instance = Instance::start(Kind::Sqlite, &Provision::new());
    let mut second: Command = instance.command();
    second.args(["--log-format", "json"]);
    let ended = second.output().expect("it starts");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(2), "{said}");
    assert!(said.contains("another tocsin process has") && said.contains("stop it first"), "{said}");
    assert_eq!(post::get(instance.port, "/readyz").expect("the first one goes on").status, 200);
}

#[test]
fn what_was_taken_is_still_there_after_an_orderly_end_and_after_a_crash() {
    let mut instance = Instance::start(Kind::Sqlite, &Provision::new());
    let mut agent = Agent::new("web1", &["nginx", "postgres"]);
    instance.take(&agent.fails("nginx", "process is not running"));
    instance.end();
    instance.start_again();
    instance.take(&agent.fails("postgres", "process is not running"));
    instance.crash();
    instance.start_again();
    let open = "select service from alert where closed_at_ms is null order by service";
    assert_eq!(instance.database.texts(open), ["nginx", "postgres"]);
    instance.take(&agent.recovers("nginx"));
    until("the alert ends", || (instance.database.texts(open) == ["postgres"]).then_some(()));
}
