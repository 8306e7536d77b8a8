//! L1–L5: up and down.

use tocsin_policy::*;

use crate::script::story;

#[test]
fn l1_a_host_is_down_after_its_missed_cycles() {
    let world = story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 last web1
         at 14 back web1",
        "3 P web1 mail-ops
         13 R web1 mail-ops
         14 V web1 mail-ops",
    );
    assert_eq!(world.messages()[..2], ["no check-in for 3m", "no check-in for 13m"]);
    assert!(world.history().contains(&&HistoryLine::HostUp { down_for: Span::minutes(11) }));
}

#[test]
fn l1_exactly_at_the_deadline_a_check_in_still_counts() {
    story("host web1\npolicy default: every 10m to mail-ops\nat 0 last web1\nat 3 back web1", "");
}

#[test]
fn l1_never_under_a_minute_and_by_the_hosts_own_setting() {
    story(
        "check-in every 5s\nhost web1\npolicy default: every 10m to mail-ops\nat 0 last web1\nuntil 3",
        "1 P web1 mail-ops",
    );
    story("missed 7\nhost web1\npolicy default: every 10m to mail-ops\nat 0 last web1\nuntil 9", "7 P web1 mail-ops");
}

#[test]
fn l1_after_a_clean_stop_the_start_delay_counts_in() {
    let mut script =
        crate::script::Script::read("host web1\npolicy default: every 10m to mail-ops\nat 0 stop web1\nuntil 9");
    script.world.sim("web1").agent.start_delay = Span::minutes(2);
    let world = script.run(crate::script::Pace::Wake);
    assert_eq!(crate::report::lines(&world.sent), ["5 P web1 mail-ops"]);
    assert_eq!(world.messages(), ["agent stopped, and no check-in for 5m"]);
}

#[test]
fn l2_a_clean_stop_need_not_alert_but_services_are_not_judged() {
    let world = story(
        "quiet stops
         host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 1 stop web1
         until 30",
        "0 P web1/nginx mail-ops",
    );
    assert_eq!(world.why(), ["10 web1 rule1: host down since 4"]);
    assert!(world.hosts["web1"].host.liveness.stopped_at.is_some());
}

#[test]
fn l2_any_later_message_means_that_it_runs() {
    let world = story("host web1\npolicy default: every 10m to mail-ops\nat 0 stop web1\nat 2 back web1", "");
    assert_eq!(world.hosts["web1"].host.liveness.stopped_at, None);
}

#[test]
fn l3_our_own_pause_is_no_silence_of_the_hosts() {
    story(
        "host web1
         host web2
         policy default: every 10m to mail-ops
         at 1 last web2
         at 2 engine stops
         at 20:30 engine starts
         until 24",
        "23:30 P web2 mail-ops",
    );
}

#[test]
fn l5_a_reminder_about_a_silent_host_waits_one_deadline_after_the_start() {
    story(
        "host web1
         policy default: every 5m to mail-ops
         at 0 last web1
         at 4 engine stops
         at 20 engine starts
         until 29",
        "3 P web1 mail-ops
         23 R web1 mail-ops
         28 R web1 mail-ops",
    );
    story(
        "host web1
         policy default: every 5m to mail-ops
         at 0 last web1
         at 4 engine stops
         at 10 back web1
         at 20:30 engine starts
         until 29",
        "3 P web1 mail-ops
         21 V web1 mail-ops",
    );
}

#[test]
fn a_host_that_was_never_heard_of_is_not_down() {
    let world = crate::world::World::new();
    let mut script = crate::script::Script::read("host web1\npolicy default: every 5m to mail-ops\nuntil 60");
    script.world.sim("web1").agent.heard = false;
    let after = script.run(crate::script::Pace::Wake);
    assert_eq!(after.sent.len(), world.sent.len());
}
