//! R1–R3: the end.

use tocsin_policy::*;

use crate::script::story;

#[test]
fn r1_the_end_is_told_to_exactly_those_who_were_told_also_after_an_edit() {
    story(
        "host web1
         policy default: every 30m to mail-ops chat
         at 0 fail web1/nginx
         at 5 policy default: every 30m to pager
         at 9 ok web1/nginx",
        "0 P web1/nginx mail-ops
         0 P web1/nginx chat
         9 V web1/nginx mail-ops
         9 V web1/nginx chat",
    );
}

#[test]
fn r1_a_rule_may_say_no_recovery_notices() {
    let world = story(
        "host web1
         policy default: every 30m to chat without recovery; every 30m to mail-ops
         at 0 fail web1/nginx
         at 9 ok web1/nginx",
        "0 P web1/nginx chat
         0 P web1/nginx mail-ops
         9 V web1/nginx mail-ops",
    );
    assert_eq!(world.why(), ["9 web1 rule1: the rule does not want recoveries"]);
}

#[test]
fn r1_of_two_rules_one_that_wants_the_end_is_enough_however_often_the_other_speaks() {
    story(
        "host web1
         policy default: every 30m to chat; every 5m to chat without recovery
         at 0 fail web1/nginx
         at 12 ok web1/nginx",
        "0 P web1/nginx chat
         5 R web1/nginx chat
         10 R web1/nginx chat
         12 V web1/nginx chat",
    );
}

#[test]
fn r1_a_rule_that_speaks_again_says_anew_whether_it_tells_the_end() {
    story(
        "host web1
         policy default: every 5m to chat
         at 0 fail web1/nginx
         at 2 policy default: every 5m to chat without recovery
         at 3 ok web1/nginx
         at 4 fail web1/nginx
         at 5 policy default: every 5m to chat
         at 6 policy default: every 5m to chat without recovery
         at 12 ok web1/nginx",
        "0 P web1/nginx chat
         3 V web1/nginx chat
         4 P web1/nginx chat
         9 R web1/nginx chat",
    );
}

#[test]
fn r1_nothing_holds_a_recovery_back() {
    story(
        "host web1
         policy default: every 30m to mail-ops
         downtime all from 1 to 90
         at 0 fail web1/nginx
         at 2 ack web1/nginx
         at 3 silence web1 60m
         at 9 ok web1/nginx",
        "0 P web1/nginx mail-ops
         9 V web1/nginx mail-ops",
    );
}

#[test]
fn r1_where_nobody_was_told_nobody_hears_of_the_end() {
    let world = story(
        "host web1
         policy default: every 30m to mail-ops after 10m
         at 0 fail web1/nginx
         at 9 ok web1/nginx",
        "",
    );
    assert_eq!(world.closings(), [CloseReason::Recovered]);
}

#[test]
fn r2_a_recovery_carries_start_and_end() {
    let world = story(
        "host web1\npolicy default: every 30m to mail-ops\nat 2 fail web1/nginx\nat 9 ok web1/nginx",
        "2 P web1/nginx mail-ops
         9 V web1/nginx mail-ops",
    );
    let recovery = world.log.iter().find_map(|(_, _, effect)| match effect {
        Effect::Notify { notice } if notice.kind == NoticeKind::Recovery => Some(notice.clone()),
        _ => None,
    });
    let recovery = recovery.expect("a recovery was told");
    let (ended_at, reason) = recovery.ended.expect("it has an end");
    assert_eq!((ended_at - recovery.opened_at, reason), (Span::minutes(7), CloseReason::Recovered));
}

#[test]
fn r3_a_service_that_is_no_longer_monitored_closes_its_alert() {
    let world = story(
        "host web1
         policy default: every 30m to mail-ops
         at 0 fail web1/nginx
         at 5 monitor web1/nginx 0",
        "0 P web1/nginx mail-ops
         5 V web1/nginx mail-ops",
    );
    assert_eq!(world.closings(), [CloseReason::Unmonitored]);
}

#[test]
fn r3_l4_a_service_that_vanishes_closes_its_alert() {
    let world = story(
        "host web1
         policy default: every 30m to mail-ops
         at 0 fail web1/nginx
         at 5 remove web1/nginx",
        "0 P web1/nginx mail-ops
         5 V web1/nginx mail-ops",
    );
    assert_eq!(world.closings(), [CloseReason::Vanished]);
    assert!(world.hosts["web1"].host.services.is_empty());
}

#[test]
fn r3_initializing_is_neither_fine_nor_failed() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 5 monitor web1/nginx 2
         at 12 fail web1/disk
         at 14 monitor web1/disk 2
         until 14",
        "0 P web1/nginx mail-ops
         10 R web1/nginx mail-ops
         12 P web1/disk mail-ops",
    );
}
