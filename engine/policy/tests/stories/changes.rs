//! E3: changes are notices and no open problems.

use tocsin_policy::*;

use crate::script::story;

#[test]
fn e3_a_change_is_told_once_and_is_over() {
    let world = story(
        "host web1
         policy default: every 10m to mail-ops after 5m
         at 0 change web1/passwd
         until 30",
        "0 P web1/passwd mail-ops",
    );
    assert_eq!(world.closings(), [CloseReason::Told]);
    let kinds = world.log.iter().filter_map(|(_, _, effect)| match effect {
        Effect::Notify { notice } => Some((notice.kind, notice.alert_kind)),
        _ => None,
    });
    assert_eq!(kinds.collect::<Vec<_>>(), [(NoticeKind::Change, AlertKind::Change)]);
}

#[test]
fn e3_a_rule_may_not_want_changes() {
    let world = story(
        "host web1
         policy default: every 10m to pager without changes; every 10m to mail-ops
         at 0 change web1/passwd",
        "0 P web1/passwd mail-ops",
    );
    assert_eq!(world.why(), ["0 web1 rule1: the rule does not want changes"]);
    let world = story(
        "host web1
         policy default: every 10m to pager without changes
         at 0 change web1/passwd",
        "",
    );
    assert!(world.hosts["web1"].host.alerts.is_empty());
}

#[test]
fn e3_changes_that_are_held_back_are_told_as_one_on_release() {
    let world = story(
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 from 0 to 20
         at 2 change web1/passwd
         at 3 change web1/passwd
         until 40",
        "20 P web1/passwd mail-ops",
    );
    assert_eq!(world.closings(), [CloseReason::Told]);
    assert_eq!(world.why(), ["2 web1 rule1: downtime “works” until 20"]);
}

#[test]
fn e3_a_change_that_nobody_is_to_be_told_of_is_recorded_with_its_reason() {
    let world = story("host web1\npolicy default: mute\nat 0 change web1/passwd", "");
    assert_eq!(world.closings(), [CloseReason::Told]);
    assert_eq!(world.why(), ["0 web1 -: muted by policy default (default tier)"]);
}

#[test]
fn e3_a_change_of_a_failing_service_stands_beside_its_problem() {
    story(
        "host web1
         policy default: every 30m to mail-ops
         at 0 fail web1/passwd
         at 1 change web1/passwd
         at 5 ok web1/passwd",
        "0 P web1/passwd mail-ops
         1 P web1/passwd mail-ops
         5 V web1/passwd mail-ops",
    );
}
