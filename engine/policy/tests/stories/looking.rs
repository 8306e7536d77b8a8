//! What people see: the outlook of an alert, and the sentences.

use tocsin_policy::*;

use crate::report::clock;
use crate::script::play;
use crate::world::{START, World};

/// "at what rule→receivers (held by)" for the first open alert of a host.
fn outlook_of(world: &World, host: &str) -> Vec<String> {
    let host = &world.hosts[host].host;
    let steps = outlook(host, &world.book, &world.engine.unwrap(), &host.alerts[0], world.now);
    let said = steps.into_iter().map(|step| {
        let receivers: Vec<String> = step.receivers.iter().map(|id| world.receiver(*id)).collect();
        let at = if step.at == Moment::FAR { "sometime".to_owned() } else { clock(step.at) };
        let held = step.held_by.map_or(String::new(), |by| format!(" ({})", by.sentence(world)));
        let waits = if step.awaits_check_in { " (waits)" } else { "" };
        format!("{at} {} {}{held}{waits}", step.what.letter(), receivers.join(" "))
    });
    said.collect()
}

#[test]
fn the_outlook_says_what_comes_next_and_it_comes() {
    let story = "host web1
         policy default: every 10m to mail-ops; every 30m to boss mail-ops after 25m
         at 0 fail web1/nginx";
    let world = play(&format!("{story}\nuntil 4"));
    assert_eq!(outlook_of(&world, "web1"), ["10 R mail-ops", "25 P boss", "25 R mail-ops"]);
    let later = play(&format!("{story}\nuntil 25"));
    let sent: Vec<&str> = later.sent.iter().map(|(_, line)| &**line).collect();
    assert_eq!(sent[1..3], ["R web1/nginx mail-ops", "R web1/nginx mail-ops"]);
    assert_eq!(sent[3..], ["P web1/nginx boss", "R web1/nginx mail-ops"]);
}

#[test]
fn the_outlook_looks_through_suppressions_that_follow_each_other() {
    let world = play(
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 from 5 to 20
         at 0 fail web1/nginx
         at 7 silence web1 30m
         at 8 ack web1/nginx 60m
         until 12",
    );
    assert_eq!(outlook_of(&world, "web1"), ["68 R mail-ops (downtime “works” until 20)"]);
}

#[test]
fn the_outlook_of_what_only_an_event_can_release_has_no_time() {
    let world = play(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 1 last web1
         until 11",
    );
    assert_eq!(outlook_of(&world, "web1"), ["sometime R mail-ops (host down since 4)"]);
    let world = play(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 1 engine stops
         at 30:15 engine starts
         until 30:20",
    );
    assert_eq!(outlook_of(&world, "web1"), ["sometime R mail-ops (waits)"]);
}

#[test]
fn muted_and_waiting_hosts_have_no_outlook() {
    let world = play("host web1\npolicy default: mute\nat 0 fail web1/nginx");
    assert_eq!(outlook_of(&world, "web1"), [""; 0]);
}

#[test]
fn every_reason_is_a_sentence() {
    let mut world = World::new();
    let policy = PolicyId(world.id("policy default"));
    let (tier, every, due_at) = (Tier::Default, Span::minutes(5), START + Span::minutes(3));
    let until = START + Span::minutes(90);
    let by = |by| Reason::Suppressed { by };
    let reasons = [
        Reason::FirstNotice { tier, policy },
        Reason::IntervalPassed { tier, policy, every },
        Reason::Released { tier, policy, due_at },
        Reason::Overdue { tier, policy, due_at },
        Reason::Ended { close: CloseReason::Unmonitored },
        Reason::NoPolicy,
        Reason::Muted { tier, policy },
        by(Suppressor::HostDown { since: due_at }),
        by(Suppressor::Downtime { id: DowntimeId(1), title: "works".to_owned(), until }),
        by(Suppressor::Silence { id: SilenceId(1), by: "anna".to_owned(), until }),
        by(Suppressor::Acknowledgement { by: "anna".to_owned(), until }),
        by(Suppressor::Acknowledgement { by: "anna".to_owned(), until: Moment::FAR }),
        Reason::NotAdmitted { pending: true },
        Reason::NotAdmitted { pending: false },
        Reason::ChangesNotWanted,
        Reason::RecoveryNotWanted,
        Reason::NobodyWasTold,
        Reason::AwaitsCheckIn,
        Reason::OutsideActiveHours { until },
        Reason::OutsideActiveHours { until: Moment::FAR },
    ];
    let said: Vec<String> = reasons.iter().map(|reason| reason.sentence(&world)).collect();
    assert_eq!(
        said,
        [
            "first notice, by policy default (default tier)",
            "5m since the last notice of this alert, by policy default (default tier)",
            "was due 3 and is no longer held back, by policy default (default tier)",
            "due since 3, by policy default (default tier)",
            "told of the problem before, and now: no longer monitored by the agent",
            "no enabled policy says whom to tell",
            "muted by policy default (default tier)",
            "host down since 3",
            "downtime “works” until 90",
            "silence by anna until 90",
            "acknowledged by anna until 90",
            "acknowledged by anna until recovery",
            "the host waits for approval",
            "the host is ignored",
            "the rule does not want changes",
            "the rule does not want recoveries",
            "nobody was told of the problem, so nobody is told of its end",
            "the engine has just started and waits for news of the host",
            "outside the active hours of the rule until 90",
            "outside the active hours of the rule, which never begin",
        ]
    );
    for reason in reasons {
        let stored = serde_json::to_string(&reason).expect("a reason can be stored");
        assert_eq!(serde_json::from_str::<Reason>(&stored).expect("and read back"), reason);
    }
}

#[test]
fn a_look_at_a_host_without_alerts_costs_nothing() {
    let mut world = play("host web1\npolicy default: every 5m to mail-ops\nuntil 2");
    let engine = world.engine.unwrap();
    let (now, book) = (world.now, world.book.clone());
    let mut ids = || unreachable!("nothing new needs an id");
    let host = &mut world.sim("web1").host;
    let effects = resolve(host, &book, &engine, now, &mut ids);
    assert_eq!((effects.len(), effects.capacity()), (0, 0), "not even an allocation");
    assert_eq!(wake_at(host, &book, &engine, now), host.liveness.last_seen_at.unwrap() + Span::minutes(3));
}
