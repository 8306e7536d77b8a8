//! N1–N5, N7, L5: when.

use crate::script::story;

#[test]
fn n1_the_first_notice_goes_out_at_the_check_in_that_shows_the_failure() {
    story(
        "host web1\npolicy default: urgency 3 to mail-ops\nat 0:20 fail web1/nginx\nuntil 5",
        "0:20 P web1/nginx mail-ops",
    );
}

#[test]
fn n1_a_delay_spares_those_who_need_not_know_of_a_short_failure() {
    story(
        "host web1
         policy default: urgency 3 to mail-ops after 10m
         at 0 fail web1/nginx
         at 9 ok web1/nginx
         at 20 fail web1/nginx
         until 40",
        "30 P web1/nginx mail-ops",
    );
}

#[test]
fn n2_reminders_repeat_until_recovery() {
    story(
        "host web1
         policy default: urgency 2 to mail-ops
         at 0 fail web1/nginx
         at 46 ok web1/nginx
         until 90",
        "0 P web1/nginx mail-ops
         15 R web1/nginx mail-ops
         30 R web1/nginx mail-ops
         45 R web1/nginx mail-ops
         46 V web1/nginx mail-ops",
    );
}

#[test]
fn n3_a_further_condition_joins_the_alert_and_changes_its_text() {
    let world = story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 7 fail web1/nginx cpu
         at 12 ok web1/nginx
         until 12",
        "0 P web1/nginx mail-ops
         10 R web1/nginx mail-ops
         12 V web1/nginx mail-ops",
    );
    assert_eq!(
        world.messages(),
        ["connection failed", "cpu failed\nconnection failed", "cpu failed\nconnection failed"]
    );
}

#[test]
fn n3_the_alert_ends_when_no_condition_fails_and_what_comes_later_is_new() {
    story(
        "host web1
         policy default: every 30m to mail-ops
         at 0 fail web1/nginx cpu
         at 1 fail web1/nginx mem
         at 2 ok web1/nginx cpu
         at 3 ok web1/nginx mem
         at 4 fail web1/nginx cpu",
        "0 P web1/nginx mail-ops
         3 V web1/nginx mail-ops
         4 P web1/nginx mail-ops",
    );
}

#[test]
fn n4_a_recovery_at_the_due_instant_wins_over_the_reminder() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 10 ok web1/nginx",
        "0 P web1/nginx mail-ops
         10 V web1/nginx mail-ops",
    );
}

#[test]
fn n4_a_deadline_at_the_due_instant_comes_before_the_reminder() {
    story(
        "host web1
         policy default: every 3m to mail-ops
         at 0 fail web1/nginx
         at 0 last web1
         until 5",
        "0 P web1/nginx mail-ops
         3 P web1 mail-ops",
    );
}

#[test]
fn n5_after_an_edit_the_next_due_counts_from_the_last_commit() {
    story(
        "host web1
         policy default: every 30m to mail-ops
         at 0 fail web1/nginx
         at 12 policy default: every 5m to mail-ops
         at 18 policy default: every 10m to mail-ops
         until 33",
        "0 P web1/nginx mail-ops
         12 R web1/nginx mail-ops
         17 R web1/nginx mail-ops
         27 R web1/nginx mail-ops",
    );
}

#[test]
fn n5_an_edited_urgency_counts_like_an_edited_rule() {
    story(
        "host web1
         policy default: urgency 3 to mail-ops
         at 0 fail web1/nginx
         at 8 urgency 3 every 10m
         until 12",
        "0 P web1/nginx mail-ops
         10 R web1/nginx mail-ops",
    );
}

#[test]
fn n5_a_rule_that_is_new_to_an_open_alert_counts_from_its_last_commit_by_any_rule() {
    story(
        "host web1
         policy default: every 4m to mail-ops
         at 0 fail web1/nginx
         at 5 policy default: every 4m to mail-ops; every 10m to chat
         until 25",
        "0 P web1/nginx mail-ops
         4 R web1/nginx mail-ops
         8 R web1/nginx mail-ops
         12 R web1/nginx mail-ops
         14 P web1/nginx chat
         16 R web1/nginx mail-ops
         20 R web1/nginx mail-ops
         24 R web1/nginx mail-ops
         24 R web1/nginx chat",
    );
}

#[test]
fn n5_saving_without_a_change_is_no_event() {
    story(
        "host web1
         policy default: every 10m to mail-ops; every 30m to boss after 5m
         at 0 fail web1/nginx
         at 3 policy default: every 10m to mail-ops; every 30m to boss after 5m
         at 7 policy default: every 10m to mail-ops; every 30m to boss after 5m
         until 12",
        "0 P web1/nginx mail-ops
         5 P web1/nginx boss
         10 R web1/nginx mail-ops",
    );
}

#[test]
fn n7_after_a_pause_of_the_engine_there_is_one_catch_up() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 5 engine stops
         at 45:30 engine starts
         until 57",
        "0 P web1/nginx mail-ops
         46 R web1/nginx mail-ops
         56 R web1/nginx mail-ops",
    );
}

#[test]
fn l5_an_overdue_reminder_waits_for_fresh_evidence() {
    let world = story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 5 engine stops
         at 8 ok web1/nginx
         at 20:30 engine starts",
        "0 P web1/nginx mail-ops
         21 V web1/nginx mail-ops",
    );
    assert_eq!(world.why(), ["20:30 web1 rule1: the engine has just started and waits for news of the host"]);
}
