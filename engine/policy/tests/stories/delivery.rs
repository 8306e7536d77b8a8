//! D2, D4: on the way to the receiver.

use tocsin_policy::outbox::{Merged, heard_as, merge};
use tocsin_policy::retry::{GaveUp, Next, RetryLimits, next_attempt};
use tocsin_policy::*;

use crate::world::START;

use NoticeKind::{Problem, Recovery, Reminder};

#[test]
fn d2_a_newer_notification_replaces_an_undelivered_one() {
    assert_eq!(merge(None), Merged::Deliver);
    assert_eq!(merge(Some(Problem)), Merged::Replace);
    assert_eq!(merge(Some(Reminder)), Merged::Replace);
}

#[test]
fn r2_nothing_replaces_a_recovery() {
    assert_eq!(merge(Some(Recovery)), Merged::Keep);
}

#[test]
fn d2_what_the_receiver_hears_first_is_the_problem_or_one_recovery_that_tells_all() {
    assert_eq!(heard_as(Reminder, false), Problem);
    assert_eq!(heard_as(Reminder, true), Reminder);
    assert_eq!(heard_as(Recovery, false), Recovery);
}

fn wait(attempt: u32, retry_after: Option<Span>, jitter: u32) -> Next {
    next_attempt(attempt, Span::minutes(1), START, retry_after, jitter, &RetryLimits::default())
}

#[test]
fn d4_waits_double_from_half_a_minute_to_five() {
    let waits: Vec<Next> = (1..=6).map(|attempt| wait(attempt, None, u32::MAX)).collect();
    let expected = [30, 60, 120, 240, 300, 300].map(|seconds| Next::At(START + Span::seconds(seconds)));
    assert_eq!(waits, expected);
    assert_eq!(wait(1, None, 0), Next::At(START + Span(22_500)));
    assert_eq!(wait(u32::MAX - 1, None, 0), Next::GiveUp { reason: GaveUp::Attempts(u32::MAX - 1) });
}

#[test]
fn d4_never_earlier_than_the_remote_asked() {
    assert_eq!(wait(1, Some(Span::minutes(20)), 0), Next::At(START + Span::minutes(20)));
    assert_eq!(wait(5, Some(Span::seconds(1)), u32::MAX), Next::At(START + Span::minutes(5)));
    assert!(matches!(wait(1, Some(Span::hours(24)), 0), Next::GiveUp { reason: GaveUp::AskedTooLong(_) }));
}

#[test]
fn d4_gives_up_after_a_day() {
    let day = next_attempt(9, Span::hours(24), START, None, 0, &RetryLimits::default());
    assert_eq!(day, Next::GiveUp { reason: GaveUp::Age(Span::hours(24)) });
}
