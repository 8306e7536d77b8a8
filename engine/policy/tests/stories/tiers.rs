//! T1–T7: who decides.

use tocsin_policy::*;

use crate::script::{Script, story};

#[test]
fn t1_t2_the_most_specific_tier_decides_alone() {
    story(
        "host web1 in web
         policy default: urgency 1 to mail-ops
         policy group web: urgency 1 to chat-web
         policy host web1: urgency 1 to pager-web1
         policy service web1/nginx: urgency 1 to chat-db
         at 0 fail web1/nginx
         at 0 fail web1/disk
         until 4",
        "0 P web1/nginx chat-db
         0 P web1/disk pager-web1",
    );
}

#[test]
fn t2_a_disabled_policy_is_as_if_absent() {
    story(
        "host web1 in web
         policy default: urgency 1 to mail-ops
         policy group web: disabled urgency 1 to chat-web
         policy host web1: disabled mute
         at 0 fail web1/nginx
         until 4",
        "0 P web1/nginx mail-ops",
    );
}

#[test]
fn t3_of_several_groups_the_lowest_priority_then_the_smallest_name_decides() {
    let script = Script::read(
        "host web1 in zoo ant bee cow
         group cow priority 20
         group zoo priority 5
         policy group ant: urgency 1 to a
         policy group bee: urgency 1 to b
         policy group cow: urgency 1 to c",
    );
    let world = script.world;
    let ladder = decide_policy(&world.book, world.hosts["web1"].host.facts(), &Subject::Host);
    let said: Vec<String> = ladder
        .rungs
        .iter()
        .map(|rung| match rung.target {
            Target::Group(group) => format!("{}: {}", world.group_name(group), rung.standing.sentence(&world)),
            _ => format!("{}: {}", rung.tier.word(), rung.standing.sentence(&world)),
        })
        .collect();
    assert_eq!(
        said,
        [
            "host: has no policy",
            "ant: decides by its name: group bee has the same priority",
            "bee: same priority as group ant, whose name comes first",
            "cow: outranked: group ant has a lower priority number",
            "zoo: has no policy",
            "default: has no policy",
        ]
    );
    assert_eq!(ladder.deciding, deciding(&world.book, world.hosts["web1"].host.facts(), &Subject::Host));
}

#[test]
fn t4_mute_ends_the_resolution_and_the_alert_is_recorded() {
    let world = story(
        "host web1
         policy default: urgency 1 to mail-ops
         policy service web1/nginx: mute
         at 0 fail web1/nginx",
        "",
    );
    assert_eq!(world.hosts["web1"].host.alerts.len(), 1);
    assert_eq!(world.why(), ["0 web1 -: muted by policy service:web1/nginx (service tier)"]);
}

#[test]
fn t4_without_any_policy_nobody_is_told_and_the_reason_is_recorded_once() {
    let world = story("host web1\nat 0 fail web1/nginx\nuntil 60", "");
    assert_eq!(world.why(), ["0 web1 -: no enabled policy says whom to tell"]);
}

#[test]
fn t5_the_hosts_own_alert_knows_no_service_tier() {
    story(
        "host web1
         policy default: urgency 3 to mail-ops
         policy service web1/nginx: urgency 3 to chat-db
         at 0 last web1
         at 4 fail web1/nginx
         until 20",
        "3 P web1 mail-ops",
    );
}

#[test]
fn t6_rules_run_side_by_side_each_with_its_own_timer() {
    story(
        "host web1
         policy host web1: urgency 1 to pager-web1 mail-ops; every 20m to mail-boss after 7m
         at 0 fail web1/nginx
         until 28",
        "0 P web1/nginx pager-web1
         0 P web1/nginx mail-ops
         5 R web1/nginx pager-web1
         5 R web1/nginx mail-ops
         7 P web1/nginx mail-boss
         10 R web1/nginx pager-web1
         10 R web1/nginx mail-ops
         15 R web1/nginx pager-web1
         15 R web1/nginx mail-ops
         20 R web1/nginx pager-web1
         20 R web1/nginx mail-ops
         25 R web1/nginx pager-web1
         25 R web1/nginx mail-ops
         27 R web1/nginx mail-boss",
    );
}

#[test]
fn t6_a_receiver_that_two_rules_name_gets_one_message() {
    story(
        "host web1
         policy default: every 10m to mail-ops; every 20m to mail-ops mail-ops chat
         at 0 fail web1/nginx
         until 21",
        "0 P web1/nginx mail-ops
         0 P web1/nginx chat
         10 R web1/nginx mail-ops
         20 R web1/nginx mail-ops
         20 R web1/nginx chat",
    );
}

#[test]
fn t7_groups_and_policies_count_as_they_are_at_each_decision() {
    story(
        "host db1
         policy default: every 10m to mail-ops
         policy group web: every 10m to chat-web
         at 0 fail db1/pg
         at 5 join db1 web
         at 25 leave db1 web
         until 34",
        "0 P db1/pg mail-ops
         10 P db1/pg chat-web
         20 R db1/pg chat-web
         25 R db1/pg mail-ops",
    );
}
