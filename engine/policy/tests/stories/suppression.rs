//! S1–S5, S7, S8 and one-off downtimes of S6: what holds back.

use tocsin_policy::*;

use crate::script::{play, story};
use crate::world::START;

#[test]
fn s1_suppressions_are_a_union_and_release_is_when_the_last_ends() {
    let world = story(
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 from 5 to 25
         downtime service web1/nginx from 20 to 30
         downtime all from 30 to 31
         at 0 fail web1/nginx
         at 8 ack web1/nginx 20m
         until 42",
        "0 P web1/nginx mail-ops
         31 R web1/nginx mail-ops
         41 R web1/nginx mail-ops",
    );
    assert_eq!(world.why(), ["10 web1 rule1: downtime “works” until 25"]);
}

#[test]
fn s1_the_end_does_not_belong_to_the_suppression() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 from 5 to 10
         at 0 fail web1/nginx
         until 12",
        "0 P web1/nginx mail-ops
         10 R web1/nginx mail-ops",
    );
}

#[test]
fn s2_a_failure_during_a_downtime_is_recorded_and_told_on_release() {
    let world = story(
        "host web1 in web
         policy default: every 10m to mail-ops
         downtime group web from 0 to 30
         at 4 fail web1/nginx
         until 42",
        "30 P web1/nginx mail-ops
         40 R web1/nginx mail-ops",
    );
    assert_eq!(world.hosts["web1"].host.alerts[0].opened_at, START + Span::minutes(4));
}

#[test]
fn s2_a_failure_that_passes_during_a_downtime_is_told_to_nobody() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 from 0 to 30
         at 4 fail web1/nginx
         at 9 ok web1/nginx
         until 40",
        "",
    );
}

#[test]
fn s3_what_is_not_overdue_on_release_waits_for_its_time() {
    story(
        "host web1
         policy default: every 30m to mail-ops
         at 0 fail web1/nginx
         at 3 silence web1 15m
         until 31",
        "0 P web1/nginx mail-ops
         30 R web1/nginx mail-ops",
    );
}

#[test]
fn s3_each_overdue_rule_sends_one_message_and_counts_on_from_there() {
    story(
        "host web1
         policy default: every 5m to mail-ops; every 7m to chat
         at 0 fail web1/nginx
         at 1 silence web1 30m
         until 38",
        "0 P web1/nginx mail-ops
         0 P web1/nginx chat
         31 R web1/nginx mail-ops
         31 R web1/nginx chat
         36 R web1/nginx mail-ops
         38 R web1/nginx chat",
    );
}

#[test]
fn s4_an_acknowledgement_holds_until_it_expires() {
    story(
        "host web1
         policy default: every 5m to mail-ops
         at 0 fail web1/nginx
         at 2 ack web1/nginx 60m
         until 68",
        "0 P web1/nginx mail-ops
         62 R web1/nginx mail-ops
         67 R web1/nginx mail-ops",
    );
}

#[test]
fn s4_a_repeated_acknowledgement_replaces_the_expiry() {
    story(
        "host web1
         policy default: every 5m to mail-ops
         at 0 fail web1/nginx
         at 2 ack web1/nginx 60m
         at 7 ack web1/nginx 10m
         until 18",
        "0 P web1/nginx mail-ops
         17 R web1/nginx mail-ops",
    );
}

#[test]
fn s4_taking_it_back_releases_at_once() {
    story(
        "host web1
         policy default: every 5m to mail-ops
         at 0 fail web1/nginx
         at 2 ack web1/nginx
         at 9 unack web1/nginx
         until 10",
        "0 P web1/nginx mail-ops
         9 R web1/nginx mail-ops",
    );
}

#[test]
fn s4_it_is_about_one_alert_and_recovery_clears_it() {
    story(
        "host web1
         policy default: every 5m to mail-ops
         at 0 fail web1/nginx
         at 1 fail web1/disk
         at 2 ack web1/nginx
         at 4 ok web1/nginx
         at 5 ok web1/disk
         at 5 fail web1/nginx
         until 9",
        "0 P web1/nginx mail-ops
         1 P web1/disk mail-ops
         4 V web1/nginx mail-ops
         5 V web1/disk mail-ops
         5 P web1/nginx mail-ops",
    );
}

#[test]
fn s5_a_silence_covers_the_services_and_the_liveness_of_one_host() {
    story(
        "host web1
         host web2
         policy default: every 30m to mail-ops
         at 0 silence web1 60m
         at 1 fail web1/nginx
         at 1 fail web2/nginx
         at 2 last web1
         until 30",
        "1 P web2/nginx mail-ops",
    );
}

#[test]
fn s5_ending_it_early_releases() {
    let world = story(
        "host web1
         policy default: every 30m to mail-ops
         at 0 silence web1 60m
         at 1 fail web1/nginx
         at 20 unsilence web1
         until 49",
        "20 P web1/nginx mail-ops",
    );
    assert_eq!(world.why(), ["1 web1 rule1: silence by anna until 60"]);
}

#[test]
fn s5_lengths_are_between_a_quarter_of_an_hour_and_a_day() {
    for preset in act::SILENCE_PRESETS {
        assert_eq!(silence_length(&preset.words()), Ok(preset));
    }
    assert_eq!(silence_length("20m"), Ok(Span::minutes(20)));
    assert_eq!(silence_length("1d"), Ok(Span::hours(24)));
    for text in ["14m", "24h 1m", "2d"] {
        assert!(matches!(silence_length(text), Err(Refusal::SilenceLength { .. })), "{text}");
    }
    assert_eq!(silence_length("soon"), Err(Refusal::NotALength { text: "soon".to_owned() }));
}

#[test]
fn s6_a_downtime_that_is_cancelled_releases() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         downtime host web1 from 5 to 60
         at 0 fail web1/nginx
         at 25 cancel downtime 1
         until 30",
        "0 P web1/nginx mail-ops
         25 R web1/nginx mail-ops",
    );
}

#[test]
fn s6_a_downtime_of_a_service_spares_nothing_else() {
    story(
        "host web1
         policy default: every 30m to mail-ops
         downtime service web1/nginx from 0 to 30
         at 0 fail web1/nginx
         at 0 fail web1/disk
         until 10",
        "0 P web1/disk mail-ops",
    );
}

#[test]
fn s7_while_a_host_is_down_its_services_are_held_back_with_that_reason() {
    let world = story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 5 last web1
         at 24 back web1
         until 30",
        "0 P web1/nginx mail-ops
         8 P web1 mail-ops
         18 R web1 mail-ops
         24 V web1 mail-ops
         24 R web1/nginx mail-ops",
    );
    assert_eq!(world.why(), ["10 web1 rule1: host down since 8"]);
}

#[test]
fn s8_each_due_notice_that_is_not_sent_has_one_reason_for_each_rule() {
    let world = play(
        "host web1
         policy default: every 5m to mail-ops; every 7m to chat
         at 0 fail web1/nginx
         at 1 silence web1 15m
         at 6 ack web1/nginx 30m
         until 60",
    );
    assert_eq!(world.why(), ["5 web1 rule1: silence by anna until 16", "7 web1 rule2: silence by anna until 16"]);
}

#[test]
fn the_order_of_suppressors_is_host_down_downtime_silence_acknowledgement() {
    let mut world = play(
        "host web1
         downtime host web1 from 0 to 90
         at 0 fail web1/nginx
         at 1 silence web1 60m
         at 2 ack web1/nginx
         at 3 last web1
         until 8",
    );
    let mut named = Vec::new();
    let engine = world.engine.unwrap();
    let host = &mut world.hosts.get_mut("web1").unwrap().host;
    for step in 0..5 {
        let alert = host.alerts[0].clone();
        let by = suppressor(host, &world.book, &engine, &alert.subject, Some(&alert), world.now);
        named.push(by.map_or("nobody", |by| match by {
            Suppressor::HostDown { .. } => "host down",
            Suppressor::Downtime { .. } => "downtime",
            Suppressor::Silence { .. } => "silence",
            Suppressor::Acknowledgement { .. } => "acknowledgement",
        }));
        match step {
            0 => host.liveness.down_since = None,
            1 => world.book.downtimes.clear(),
            2 => host.silences.clear(),
            _ => host.alerts[0].acknowledgement = None,
        }
    }
    assert_eq!(named, ["host down", "downtime", "silence", "acknowledgement", "nobody"]);
}

#[test]
fn refusals_say_what_to_do_and_change_nothing() {
    let mut world = play("host web1\nat 0 fail web1/nginx");
    let now = world.now;
    let host = &mut world.sim("web1").host;
    let alert = host.alerts[0].id;
    let before = format!("{host:?}");
    assert_eq!(act::acknowledge(host, AlertId(0), "anna", "", Moment::FAR, now), Err(Refusal::NotOpen));
    assert_eq!(act::acknowledge(host, alert, "anna", "", now, now), Err(Refusal::EndNotAhead));
    let long = "x".repeat(501);
    assert_eq!(
        act::acknowledge(host, alert, "anna", &long, Moment::FAR, now),
        Err(Refusal::TooLong { length: 501, limit: 500 })
    );
    assert_eq!(act::unacknowledge(host, alert, now), Err(Refusal::NotAcknowledged));
    assert_eq!(act::end_silences(host, None, now), Err(Refusal::NotSilenced));
    let short = Silence { id: SilenceId(1), by: "anna".to_owned(), start: now, end: now + Span::minutes(1) };
    assert_eq!(act::silence(host, short, now), Err(Refusal::SilenceLength { asked: Span::minutes(1) }));
    assert_eq!(format!("{host:?}"), before);
}

#[test]
fn s5_a_silence_is_extended_by_up_to_a_day_from_now() {
    let mut world = story("host web1\nat 0 silence web1 15m\nuntil 5", "");
    let host = &mut world.hosts.get_mut("web1").expect("the host").host;
    let (id, now) = (host.silences[0].id, START + Span::minutes(5));
    let refused = act::extend_silence(host, id, Span::hours(24), now).expect_err("more than a day ahead");
    assert_eq!(refused, Refusal::SilenceLength { asked: Span::minutes(24 * 60 + 10) });
    assert_eq!(
        act::extend_silence(host, id, Span::ZERO, now),
        Err(Refusal::SilenceLength { asked: Span::minutes(10) })
    );

    let end = START + Span::minutes(45);
    let effects = act::extend_silence(host, id, Span::minutes(30), now).expect("extended");
    assert_eq!(effects, [Effect::SilenceExtended { id, end }]);
    assert_eq!(host.silences[0].end, end);
    assert_eq!(act::extend_silence(host, id, Span::minutes(30), end), Err(Refusal::NotSilenced), "it is over");
}
