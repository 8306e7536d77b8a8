//! The instants and numbers at which a rule turns: each would pass unnoticed if it turned one step later.

use tocsin_policy::retry::{GaveUp, Next, RetryLimits, next_attempt};
use tocsin_policy::*;

use crate::script::story;
use crate::world::START;

#[test]
fn d4_the_last_attempt_is_the_number_that_was_allowed() {
    let limits = RetryLimits { attempts: 3, ..RetryLimits::default() };
    let next = |attempt| next_attempt(attempt, Span::ZERO, START, None, 0, &limits);
    assert!(matches!(next(2), Next::At(_)));
    assert_eq!(next(3), Next::GiveUp { reason: GaveUp::Attempts(3) });
}

#[test]
fn l1_a_host_may_have_missed_cycles_of_its_own() {
    let liveness = Liveness { poll: Span::minutes(1), missed_cycles: Some(7), ..Liveness::default() };
    assert_eq!(liveness::patience(&liveness, &Book::default()), Span::minutes(7));
}

#[test]
fn e1_what_is_not_monitored_fails_at_nothing() {
    let mut world = story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         until 1",
        "0 P web1/nginx mail-ops",
    );
    let service = &mut world.sim("web1").host.services[0];
    assert_ne!(service.failed(), 0);
    service.monitor = 0;
    assert_eq!(service.failed(), 0);
}

#[test]
fn s4_at_its_end_an_acknowledgement_is_over() {
    let mut world = story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 5 ack web1/nginx 15m
         until 22",
        "0 P web1/nginx mail-ops
         20 R web1/nginx mail-ops",
    );
    let released = world.log.iter().find(|(_, _, effect)| matches!(effect, Effect::AlertReleased { .. }));
    assert_eq!(released.map(|(at, _, _)| *at), Some(START + Span::minutes(20)));

    let (book, now) = (world.book.clone(), START + Span::minutes(30));
    let engine = Engine::started(START);
    let host = &mut world.sim("web1").host;
    let alert = host.alerts[0].id;
    act::acknowledge(host, alert, "ann", "", now, START + Span::minutes(25)).expect("its end is ahead");
    let held = |host: &Host, at| suppressor(host, &book, &engine, &host.alerts[0].subject, host.alerts.first(), at);
    assert!(held(host, Moment(now.0 - 1)).is_some());
    assert_eq!(held(host, now), None);
    assert!(act::unacknowledge(host, alert, now).is_err(), "there is nothing left to take back");
}

#[test]
fn n5_a_rule_that_joins_an_open_alert_keeps_its_own_delay() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 5 policy default: every 10m to mail-ops; every 10m to boss after 40m
         until 45",
        "0 P web1/nginx mail-ops
         10 R web1/nginx mail-ops
         20 R web1/nginx mail-ops
         30 R web1/nginx mail-ops
         40 P web1/nginx boss
         40 R web1/nginx mail-ops",
    );
}

#[test]
fn s8_what_was_overdue_says_so() {
    let world = story(
        "host web1
         policy default: every 30m to mail-ops
         at 0 fail web1/nginx
         at 15 policy default: every 10m to mail-ops
         until 16",
        "0 P web1/nginx mail-ops
         15 R web1/nginx mail-ops",
    );
    let mut reasons = world.log.iter().filter_map(|(_, _, effect)| match effect {
        Effect::Notify { notice } => Some(&notice.reason),
        _ => None,
    });
    let last = reasons.next_back().expect("two notices");
    assert!(matches!(last, Reason::Overdue { due_at, .. } if *due_at == START + Span::minutes(10)), "{last:?}");
}

#[test]
fn r1_of_two_rules_that_tell_at_once_either_may_want_the_end_told() {
    story(
        "host web1
         policy default: every 10m to mail-ops without recovery; every 20m to mail-ops
         at 0 fail web1/nginx
         at 5 ok web1/nginx
         until 6",
        "0 P web1/nginx mail-ops
         5 V web1/nginx mail-ops",
    );
}

#[test]
fn r1_a_rule_of_another_tier_does_not_take_back_that_the_end_is_wanted() {
    story(
        "host web1
         policy default: every 10m to mail-ops
         at 0 fail web1/nginx
         at 2 policy service web1/nginx: every 5m to mail-ops without recovery
         at 7 ok web1/nginx
         until 8",
        "0 P web1/nginx mail-ops
         5 R web1/nginx mail-ops
         7 V web1/nginx mail-ops",
    );
}
