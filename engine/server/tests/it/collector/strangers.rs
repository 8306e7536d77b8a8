//! Who is not let in: without the right password, or blocked, or never finishing what it has to say.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::support::{Agent, Instance, Kind, Provision, post, until};

/// The program gives a head ten seconds; a busy machine may notice later.
const HEAD_AT_MOST: Duration = Duration::from_secs(20);

/// Refusals are written down every other second.
fn listed(instance: &Instance, reason: &str, times: i64) {
    let sql = format!("select coalesce(sum(times), 0) from rejected_check_in where reason = '{reason}'");
    until(&format!("{times} × {reason} is listed"), || (instance.database.number(&sql) == times).then_some(()));
}

#[test]
fn without_the_right_password_nobody_reports() {
    let account = "[[agent_account]]\nname = \"über\"\npassword = \"p:a/ss%\"\n";
    let instance = Instance::start(Kind::Sqlite, &Provision::new().and(account));
    let document = Agent::new("web1", &["nginx"]).status();
    let status = |credentials: Option<&str>| {
        let answer = post::document(instance.port, "/collector", credentials, &document).expect("an answer");
        assert_eq!(answer.header("www-authenticate").is_some(), answer.status == 401, "{}", answer.head);
        answer.status
    };
    assert_eq!(status(None), 401);
    for wrong in ["agent:wrong", "agent:", "nobody:pw", "über:pw", "%C3%BCber:p%3Aa%2Fss"] {
        assert_eq!(status(Some(wrong)), 401, "{wrong}");
    }
    assert_eq!(instance.database.number("select count(*) from host"), 0);
    // Agents send what stands in their configuration, without undoing its percent signs.
    for right in ["agent:pw", "über:p:a/ss%", "%C3%BCber:p%3Aa%2Fss%25"] {
        assert_eq!(status(Some(right)), 200, "{right}");
    }
    listed(&instance, "no-credentials", 1);
    listed(&instance, "password", 5);
    let rows = "select count(*) from rejected_check_in where reason = 'password'";
    assert_eq!(instance.database.number(rows), 4, "repeats of one user are counted, not listed again");
}

#[test]
fn a_blocked_agent_is_refused() {
    let mut instance = Instance::start(Kind::Sqlite, &Provision::new());
    let mut agent = Agent::new("web1", &["nginx"]);
    instance.take(&agent.status());
    instance.end();
    instance.database.change("update host set admission = 'blocked'");
    instance.start_again();
    for document in [agent.status(), agent.fails("nginx", "process is not running")] {
        assert_eq!(instance.post(&document).status, 403);
    }
    assert_eq!(instance.database.number("select count(*) from event"), 0);
    listed(&instance, "blocked", 2);
}

/// An agent whose credentials are too long cuts its head off, and then waits for an answer to it.
#[test]
fn a_head_without_end_holds_up_nobody() {
    let instance = Instance::start(Kind::Sqlite, &Provision::new());
    let begun = Instant::now();
    let mut cut_off = TcpStream::connect(("127.0.0.1", instance.port)).expect("a connection");
    cut_off.set_read_timeout(Some(HEAD_AT_MOST)).expect("a limit");
    let head = "POST /collector HTTP/1.1\r\nHost: x\r\nAuthorization: Basic YWFh<?xml version=\"1.0\"?><monit>";
    cut_off.write_all(head.as_bytes()).expect("the head is sent");
    instance.take(&Agent::new("web1", &["nginx"]).status());
    let mut answer = Vec::new();
    let read = cut_off.read_to_end(&mut answer);
    assert!(read.is_ok(), "the connection was not closed after {:?}: {read:?}", begun.elapsed());
    let answer = String::from_utf8_lossy(&answer).into_owned();
    assert!(answer.is_empty() || answer.contains(" 408 "), "{answer}");
}
