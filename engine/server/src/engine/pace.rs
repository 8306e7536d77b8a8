//! How fast messages may follow each other. A few may go at once, the others at even steps, so that no minute sees more
//! than the pace allows, however it is laid, and three messages on a quiet day need not wait for each other.

use tocsin_policy::{Moment, Span};

const MINUTE_MS: i64 = 60_000;

/// Messages per minute to one receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// At least one.
    per_minute: i64,
}

impl Pace {
    /// The slower of what the far side bears and what the receiver's admin wants; `None` where nobody said anything.
    pub fn slower(channel: Option<u32>, receiver: Option<u32>) -> Option<Pace> {
        let per_minute = channel.into_iter().chain(receiver).min()?;
        Some(Pace { per_minute: i64::from(per_minute.max(1)) })
    }

    /// How many may go at once after a rest.
    fn burst(self) -> i64 {
        (self.per_minute / 6).max(1)
    }

    /// Between those that follow: with the burst before them they fill the minute.
    fn step(self) -> Span {
        let rest = self.per_minute - self.burst() + 1;
        Span((MINUTE_MS + rest - 1) / rest)
    }

    /// When the next message may go, after those that left `mark` behind.
    pub fn ready_at(self, mark: Moment) -> Moment {
        mark - Span(self.step().0 * (self.burst() - 1))
    }

    /// What a message that goes now leaves behind.
    pub fn spend(self, mark: Moment, now: Moment) -> Moment {
        mark.max(now) + self.step()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// When messages go of which there are always more.
    fn storm(pace: Pace, messages: usize) -> Vec<i64> {
        let (mut mark, mut now) = (Moment(0), Moment(1_000_000));
        let mut gone = Vec::new();
        for _ in 0..messages {
            now = now.max(pace.ready_at(mark));
            mark = pace.spend(mark, now);
            gone.push(now.0);
        }
        gone
    }

    #[test]
    fn no_minute_sees_more_than_the_pace_and_none_is_wasted() {
        for per_minute in [1, 2, 5, 6, 13, 20, 60, 600] {
            let pace = Pace::slower(Some(per_minute), None).expect("a pace");
            let gone = storm(pace, 3 * per_minute as usize + 1);
            for (at, begin) in gone.iter().enumerate() {
                let within = gone[at..].iter().take_while(|time| **time < begin + MINUTE_MS).count();
                assert!(within <= per_minute as usize, "{within} in a minute at a pace of {per_minute}");
            }
            let minutes = (gone.last().expect("some") - gone[0]) / MINUTE_MS;
            assert!(minutes <= 4, "{per_minute}: {minutes} minutes for three minutes' worth");
        }
    }

    #[test]
    fn the_slower_of_two_is_kept() {
        assert_eq!(Pace::slower(Some(20), Some(5)), Pace::slower(None, Some(5)));
        assert_eq!(Pace::slower(Some(20), Some(500)), Pace::slower(Some(20), None));
        assert_eq!(Pace::slower(None, None), None);
    }
}
