//! Active hours of rules against P, R and V, against suppressions, edits and changes. The start is Monday, 10:00 UTC.

use tocsin_policy::*;

use crate::script::{play, story};
use crate::world::START;

#[test]
fn a_first_notice_outside_of_the_hours_waits_for_their_start() {
    let world = story(
        "host web1
         policy default: every 10m to day during 10:30-18:00 in UTC; every 20m to night
         at 0 fail web1/nginx
         until 41",
        "0 P web1/nginx night
         20 R web1/nginx night
         30 P web1/nginx day
         40 R web1/nginx day
         40 R web1/nginx night",
    );
    assert_eq!(world.why(), ["0 web1 rule1: outside the active hours of the rule until 30"]);
}

#[test]
fn a_reminder_outside_of_the_hours_waits_and_counts_on_from_its_commit() {
    story(
        "host web1
         policy default: every 15m to day during 09:00-10:20 in UTC
         at 0 fail web1/nginx
         until 1396",
        "0 P web1/nginx day
         15 R web1/nginx day
         1380 R web1/nginx day
         1395 R web1/nginx day",
    );
}

#[test]
fn r1_the_end_does_not_wait_for_the_hours() {
    story(
        "host web1
         policy default: every 15m to day during 09:00-10:20 in UTC
         at 0 fail web1/nginx
         at 25 fail web1/disk
         at 30 ok web1/nginx
         at 31 ok web1/disk
         until 1440",
        "0 P web1/nginx day
         15 R web1/nginx day
         30 V web1/nginx day",
    );
}

#[test]
fn the_hours_end_exactly() {
    story(
        "host web1
         policy default: every 10m to day during 10:00-10:20 in UTC
         at 0 fail web1/nginx
         until 30",
        "0 P web1/nginx day
         10 R web1/nginx day",
    );
}

#[test]
fn s8_a_suppression_is_named_before_the_hours_and_both_must_end() {
    let world = story(
        "host web1
         policy default: every 10m to day during 10:40-18:00 in UTC
         downtime host web1 from 0 to 20
         at 5 fail web1/nginx
         at 39 silence web1 15m
         until 64",
        "54 P web1/nginx day
         64 R web1/nginx day",
    );
    assert_eq!(world.why(), ["5 web1 rule1: downtime “works” until 20"]);
}

#[test]
fn t6_a_rule_outside_of_its_hours_does_not_keep_its_neighbour_waiting() {
    story(
        "host web1
         policy default: every 30m to mail during 11:00-12:00 in UTC; every 30m to mail pager
         at 0 fail web1/nginx
         until 90",
        "0 P web1/nginx mail
         0 P web1/nginx pager
         30 R web1/nginx mail
         30 R web1/nginx pager
         60 R web1/nginx mail
         60 R web1/nginx pager
         90 R web1/nginx mail
         90 R web1/nginx pager",
    );
}

#[test]
fn n5_an_edit_of_the_hours_counts_at_once() {
    story(
        "host web1
         policy default: every 10m to day during 20:00-21:00 in UTC
         at 0 fail web1/nginx
         at 7 policy default: every 10m to day during 10:00-11:00 in UTC
         at 12 policy default: every 10m to day
         until 28",
        "7 P web1/nginx day
         17 R web1/nginx day
         27 R web1/nginx day",
    );
}

#[test]
fn l1_the_alert_of_a_silent_host_waits_as_well() {
    story(
        "host web1
         policy default: every 30m to day during 10:10-18:00 in UTC
         at 0 last web1
         until 41",
        "10 P web1 day
         40 R web1 day",
    );
}

#[test]
fn e3_a_change_is_told_at_once_to_those_on_duty_and_later_to_the_others() {
    let world = story(
        "host web1
         policy default: every 10m to day all during 10:30-18:00 in UTC; every 10m to all
         at 0 ok web1/conf
         at 5 change web1/conf
         at 8 change web1/conf
         until 60",
        "5 P web1/conf all
         8 P web1/conf all
         30 P web1/conf day",
    );
    assert!(world.hosts["web1"].host.alerts.is_empty());
}

#[test]
fn e3_a_change_that_nobody_may_hear_yet_is_held() {
    let world = story(
        "host web1
         policy default: every 10m to day during 10:30-18:00 in UTC
         at 0 ok web1/conf
         at 5 change web1/conf
         at 8 change web1/conf
         until 60",
        "30 P web1/conf day",
    );
    assert_eq!(world.why(), ["5 web1 rule1: outside the active hours of the rule until 30"]);
}

#[test]
fn the_outlook_knows_the_hours() {
    let world = play(
        "host web1
         policy default: every 10m to day during TUE 08:00-09:00 in UTC
         at 0 fail web1/nginx
         until 5",
    );
    let host = &world.hosts["web1"].host;
    let steps = outlook(host, &world.book, &world.engine.unwrap(), &host.alerts[0], world.now);
    let opens = START + Span::hours(22);
    assert_eq!((steps[0].at, steps[0].due_at, steps[0].hours_begin_at), (opens, START, Some(opens)));
}

#[test]
fn hours_are_what_the_clock_shows() {
    let at = |text: &str| Moment(text.parse::<jiff::Timestamp>().unwrap().as_millisecond());
    let next = |hours: &str, now: &str| {
        let hours: ActiveHours = hours.parse().unwrap();
        hours.closed_until(at(now)).map(|until| jiff::Timestamp::from_millisecond(until.0).unwrap().to_string())
    };
    let until = |moment: &str| Some(moment.to_owned());
    // Over midnight, and the night belongs to the day on which it began.
    assert_eq!(next("FRI 22:00-06:00 in UTC", "2026-03-07T05:59:59Z"), None);
    assert_eq!(next("FRI 22:00-06:00 in UTC", "2026-03-07T06:00:00Z"), until("2026-03-13T22:00:00Z"));
    assert_eq!(next("FRI 22:00-06:00 in UTC", "2026-03-06T05:00:00Z"), until("2026-03-06T22:00:00Z"));
    // Round the clock.
    assert_eq!(next("00:00-24:00 in Asia/Kolkata", "2026-03-07T18:30:00Z"), None);
    // In Berlin 02:15 does not come on the night of spring: the clock goes from 01:59 to 03:00.
    assert_eq!(next("02:15-04:00 in Europe/Berlin", "2026-03-29T00:59:59Z"), until("2026-03-29T01:00:00Z"));
    assert_eq!(next("02:15-02:45 in Europe/Berlin", "2026-03-28T22:00:00Z"), until("2026-03-30T00:15:00Z"));
    // On the night of autumn it comes twice.
    assert_eq!(next("02:15-02:45 in Europe/Berlin", "2026-10-25T00:00:00Z"), until("2026-10-25T00:15:00Z"));
    assert_eq!(next("02:15-02:45 in Europe/Berlin", "2026-10-25T00:45:00Z"), until("2026-10-25T01:15:00Z"));
    // The clock falls back into hours that were over.
    assert_eq!(next("01:00-02:30 in Europe/Berlin", "2026-10-25T00:40:00Z"), until("2026-10-25T01:00:00Z"));
}
