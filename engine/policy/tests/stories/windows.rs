//! S6 with recurring windows: the nights on which clocks change, and each window against P, R and V.

use tocsin_policy::*;

use crate::script::{Pace, Script, story};
use crate::world::START;

/// A story that begins at another time than the others; what it tells is counted from there.
fn night(start: &str, text: &str, expected: &str) {
    let start: jiff::Timestamp = start.parse().unwrap();
    let shift = Moment(start.as_millisecond()) - START;
    let world = Script::read(text).shifted(shift).run(Pace::Wake);
    let mut sent = world.sent.clone();
    sent.iter_mut().for_each(|(at, _)| *at = *at - shift);
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(crate::report::lines(&sent), expected);
}

#[test]
fn s6_a_window_holds_back_first_notices_and_reminders_but_no_recovery() {
    // 11:00 to 11:30 in Berlin is 10:00 to 10:30 here.
    story(
        "host web1
         policy default: every 20m to mail-ops
         downtime host web1 daily 11:10 for 30m in Europe/Berlin
         at 0 fail web1/old
         at 12 fail web1/new
         at 15 fail web1/short
         at 35 ok web1/short
         at 36 ok web1/old
         until 61",
        "0 P web1/old mail-ops
         36 V web1/old mail-ops
         40 P web1/new mail-ops
         60 R web1/new mail-ops",
    );
}

#[test]
fn s6_a_window_comes_again_on_each_of_its_days() {
    // The start is a Monday, eleven o'clock in Berlin.
    story(
        "host web1
         policy default: every 6h to mail-ops
         downtime service web1/nginx weekly TUE,WED 00:00 for 8h in Europe/Berlin
         at 0 fail web1/nginx
         until 2880",
        "0 P web1/nginx mail-ops
         360 R web1/nginx mail-ops
         720 R web1/nginx mail-ops
         1260 R web1/nginx mail-ops
         1620 R web1/nginx mail-ops
         1980 R web1/nginx mail-ops
         2700 R web1/nginx mail-ops",
    );
}

#[test]
fn s6_windows_that_overlap_or_meet_release_once_at_the_end_of_the_last() {
    story(
        "host web1 in web
         policy default: every 10m to mail-ops
         downtime group web cron \"5,15 10 * * *\" for 15m in UTC
         downtime all daily 10:30 for 10m in UTC
         at 0 fail web1/nginx
         until 50",
        "0 P web1/nginx mail-ops
         40 R web1/nginx mail-ops
         50 R web1/nginx mail-ops",
    );
}

#[test]
fn s6_a_cancelled_window_releases_and_does_not_come_again() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 cron \"0 * * * *\" for 30m in UTC
         at 1 fail web1/nginx
         at 12 cancel downtime 1
         at 62 ok web1/nginx
         at 63 fail web1/nginx
         until 64",
        "12 P web1/nginx mail-ops
         22 R web1/nginx mail-ops
         32 R web1/nginx mail-ops
         42 R web1/nginx mail-ops
         52 R web1/nginx mail-ops
         62 V web1/nginx mail-ops
         63 P web1/nginx mail-ops",
    );
}

#[test]
fn s6_a_host_that_falls_silent_in_its_window_is_told_after_it() {
    story(
        "host web1
         policy default: every 30m to mail-ops
         downtime host web1 daily 10:00 for 20m in UTC
         at 2 last web1
         at 40 back web1
         until 60",
        "20 P web1 mail-ops
         40 V web1 mail-ops",
    );
}

#[test]
fn n5_s6_an_edit_inside_a_window_takes_effect_at_its_end() {
    story(
        "host web1
         policy default: every 30m to mail-ops
         downtime host web1 daily 10:05 for 20m in UTC
         at 0 fail web1/nginx
         at 10 policy default: every 5m to mail-ops; every 50m to boss
         until 31",
        "0 P web1/nginx mail-ops
         25 R web1/nginx mail-ops
         30 R web1/nginx mail-ops",
    );
}

#[test]
fn s6_an_edit_that_lengthens_the_interval_finds_nothing_overdue_at_the_end() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 daily 10:05 for 20m in UTC
         at 0 fail web1/nginx
         at 12 policy default: every 40m to mail-ops
         until 41",
        "0 P web1/nginx mail-ops
         40 R web1/nginx mail-ops",
    );
}

#[test]
fn s6_spring_in_berlin_the_skipped_start_moves_by_an_hour() {
    // 01:00Z is the change: 02:30 would be 00:30Z by the old clock's count, and comes as 03:30 at 01:30Z.
    night(
        "2026-03-29T00:00:00Z",
        "host web1
         policy default: every 30m to mail-ops
         downtime host web1 daily 02:30 for 60m in Europe/Berlin
         at 29 fail web1/nginx
         until 160",
        "29 P web1/nginx mail-ops
         59 R web1/nginx mail-ops
         89 R web1/nginx mail-ops
         150 R web1/nginx mail-ops",
    );
}

#[test]
fn s6_autumn_in_berlin_the_window_holds_at_the_first_of_two() {
    // 02:30 is at 00:30Z and at 01:30Z.
    night(
        "2026-10-25T00:00:00Z",
        "host web1
         policy default: every 30m to mail-ops
         downtime host web1 cron \"30 2 * * *\" for 45m in Europe/Berlin
         at 1 fail web1/nginx
         until 136",
        "1 P web1/nginx mail-ops
         75 R web1/nginx mail-ops
         105 R web1/nginx mail-ops
         135 R web1/nginx mail-ops",
    );
}

#[test]
fn s6_half_an_hour_on_lord_howe() {
    // Spring: 02:00 becomes 02:30 at 15:30Z, so that 02:15 comes as 02:45 at 15:45Z.
    night(
        "2026-10-03T15:00:00Z",
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 daily 02:15 for 30m in Australia/Lord_Howe
         at 40 fail web1/nginx
         until 80",
        "40 P web1/nginx mail-ops
         75 R web1/nginx mail-ops",
    );
    // Autumn: 02:00 becomes 01:30 at 15:00Z, so that 01:45 is at 14:45Z and 15:15Z.
    night(
        "2026-04-04T14:30:00Z",
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 daily 01:45 for 20m in Australia/Lord_Howe
         at 10 fail web1/nginx
         until 50",
        "10 P web1/nginx mail-ops
         35 R web1/nginx mail-ops
         45 R web1/nginx mail-ops",
    );
}

#[test]
fn s6_in_santiago_midnight_itself_is_skipped_and_repeated() {
    // Spring in the south: Sunday 00:00 becomes 01:00 at 04:00Z; 00:30 comes as 01:30.
    night(
        "2026-09-06T04:00:00Z",
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 weekly SUN 00:30 for 20m in America/Santiago
         at 25 fail web1/nginx
         until 65",
        "25 P web1/nginx mail-ops
         50 R web1/nginx mail-ops
         60 R web1/nginx mail-ops",
    );
    // Autumn: Sunday 00:00 becomes Saturday 23:00 at 03:00Z; 23:30 of Saturday is at 02:30Z and 03:30Z.
    night(
        "2026-04-05T02:20:00Z",
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 weekly SAT 23:30 for 30m in America/Santiago
         at 5 fail web1/nginx
         until 85",
        "5 P web1/nginx mail-ops
         40 R web1/nginx mail-ops
         50 R web1/nginx mail-ops
         60 R web1/nginx mail-ops
         70 R web1/nginx mail-ops
         80 R web1/nginx mail-ops",
    );
}

#[test]
fn s6_half_hour_offsets() {
    // 16:00 in India is 10:30 here.
    story(
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 daily 16:00 for 15m in Asia/Kolkata
         at 25 fail web1/nginx
         until 46",
        "25 P web1/nginx mail-ops
         45 R web1/nginx mail-ops",
    );
}

#[test]
fn n6_windows_follow_the_clock_on_the_wall_and_intervals_do_not() {
    let play = |wall_ahead: Span| {
        let mut script = Script::read(
            "host web1
             policy default: every 20m to mail-ops
             downtime host web1 daily 11:00 for 30m in UTC
             at 0 fail web1/nginx
             until 130",
        );
        script.world.engine = script.world.engine.map(|engine| Engine { wall_ahead, ..engine });
        let world = script.run(Pace::Wake);
        // The end of a window is told in the moments of the engine: half an hour after it began.
        let until = 90 - wall_ahead.0 / 60_000;
        assert!(world.why().iter().all(|why| why.ends_with(&format!("until {until}"))), "{:?}", world.why());
        crate::report::lines(&world.sent)
    };
    let at = |first: i64, others: &[i64]| -> Vec<String> {
        let reminders = others.iter().map(|minute| format!("{minute} R web1/nginx mail-ops"));
        std::iter::once(format!("{first} P web1/nginx mail-ops")).chain(reminders).collect()
    };
    assert_eq!(play(Span::ZERO), at(0, &[20, 40, 90, 110, 130]));
    // The wall was set an hour ahead: the window is on at once. Then an hour back: it comes an hour later.
    assert_eq!(play(Span::hours(1)), at(30, &[50, 70, 90, 110, 130]));
    assert_eq!(play(Span::hours(-1)), at(0, &[20, 40, 60, 80, 100]));
}
