//! How moments come from the two clocks of a machine: arithmetic only, so that a test can set the wall.

use tocsin_policy::{Moment, Span};

use super::Reading;

const MS: i64 = 1_000_000;
/// Moments approach the wall by one part in so many of the elapsed time: too little for an interval to be felt as
/// shorter or longer, enough for the seconds by which time servers correct a machine to be gone in minutes.
const APPROACH: i64 = 100;
/// Less than this is no step: clocks are read one after the other, and corrected in small steps all the time.
const STEP: Span = Span::seconds(1);
/// The watch looks at least each second. A process that has not looked for so long was not running. Shorter pauses
/// cannot make a host look silent: a third of its deadline, and this, are less than the least deadline.
const PAUSE_NS: i64 = 30_000 * MS;

/// The two clocks at one look.
#[derive(Clone, Copy, Debug)]
pub(super) struct Seen {
    /// Since some instant of the past; never goes back, counts sleep.
    pub elapsed_ns: i64,
    /// Since 1970, as far as the machine knows.
    pub wall_ns: i64,
}

/// Where the moments have got to.
#[derive(Debug)]
pub(super) struct Course {
    elapsed_ns: i64,
    moment_ns: i64,
    resumed_at: Option<Moment>,
}

impl Course {
    /// Starts at the wall.
    pub fn begin(seen: Seen) -> Course {
        Course { elapsed_ns: seen.elapsed_ns, moment_ns: seen.wall_ns, resumed_at: None }
    }

    /// Lets the time pass that has elapsed since the last look.
    pub fn advance(&mut self, seen: Seen) -> Reading {
        // Two threads may take the lock in another order than they looked.
        let elapsed = (seen.elapsed_ns - self.elapsed_ns).max(0);
        self.elapsed_ns += elapsed;
        self.moment_ns += elapsed;
        let most = elapsed / APPROACH;
        self.moment_ns += seen.wall_ns.saturating_sub(self.moment_ns).clamp(-most, most);
        let now = Moment(self.moment_ns / MS);
        if elapsed > PAUSE_NS {
            self.resumed_at = Some(now);
        }
        let ahead = Span(seen.wall_ns / MS - now.0);
        let stepped = ahead >= STEP || ahead <= Span(-STEP.0);
        Reading { now, wall_ahead: if stepped { ahead } else { Span::ZERO }, resumed_at: self.resumed_at }
    }

    /// Goes on from `at`, if that is later.
    pub fn lift(&mut self, at: Moment) {
        self.moment_ns = self.moment_ns.max(at.0.saturating_mul(MS));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Moment = Moment(1_772_445_600_000);
    const HOUR: i64 = 3_600_000;

    /// A machine whose clocks move as a test says, looked at each second.
    struct Machine {
        seen: Seen,
        course: Course,
    }

    impl Machine {
        fn new() -> Machine {
            let seen = Seen { elapsed_ns: 77 * MS, wall_ns: START.0 * MS };
            Machine { seen, course: Course::begin(seen) }
        }

        fn run(&mut self, seconds: i64) -> Reading {
            for _ in 0..seconds {
                self.pass(1_000);
                self.course.advance(self.seen);
            }
            self.course.advance(self.seen)
        }

        fn pass(&mut self, ms: i64) {
            self.seen.elapsed_ns += ms * MS;
            self.seen.wall_ns += ms * MS;
        }

        fn step_wall(&mut self, ms: i64) {
            self.seen.wall_ns += ms * MS;
        }
    }

    #[test]
    fn moments_are_the_walls_as_long_as_nobody_sets_it() {
        let reading = Machine::new().run(600);
        assert_eq!(reading, Reading { now: START + Span::minutes(10), wall_ahead: Span::ZERO, resumed_at: None });
    }

    #[test]
    fn n6_a_step_of_an_hour_either_way_is_no_time() {
        for step in [HOUR, -HOUR] {
            let mut machine = Machine::new();
            let before = machine.run(600).now;
            machine.step_wall(step);
            let reading = machine.course.advance(machine.seen);
            assert_eq!((reading.now, reading.wall_ahead), (before, Span(step)));
            let after = machine.run(300);
            let off = after.now - (before + Span::minutes(5));
            assert_eq!(off, Span(3_000 * step.signum()), "five minutes are five minutes, by three seconds");
            assert_eq!(
                after.now + after.wall_ahead,
                before + Span(step) + Span::minutes(5),
                "the wall is known exactly"
            );
            assert_eq!(after.resumed_at, None);
        }
    }

    #[test]
    fn n6_a_machine_that_finds_its_time_server_years_later_loses_no_time_either() {
        let mut machine = Machine::new();
        machine.step_wall(50 * 365 * 24 * HOUR);
        let reading = machine.run(60);
        assert_eq!(reading.now - START, Span(60_600));
    }

    #[test]
    fn moments_reach_the_wall_in_the_end() {
        let mut machine = Machine::new();
        machine.step_wall(-20_000);
        assert_ne!(machine.run(1_000).wall_ahead, Span::ZERO);
        let reading = machine.run(1_001);
        assert_eq!((reading.now, reading.wall_ahead), (START + Span::seconds(2_001 - 20), Span::ZERO));
    }

    #[test]
    fn moments_never_go_back() {
        let mut machine = Machine::new();
        let mut last = machine.run(1).now;
        for step in [HOUR, -3 * HOUR, 500, -900, 2 * HOUR] {
            machine.step_wall(step);
            for ms in [0, 1, 7, 500] {
                machine.pass(ms);
                let now = machine.course.advance(machine.seen).now;
                assert!(now >= last);
                last = now;
            }
        }
        let late = Seen { elapsed_ns: machine.seen.elapsed_ns - 5 * MS, wall_ns: machine.seen.wall_ns - 5 * MS };
        assert!(machine.course.advance(late).now >= last, "a look that took the lock late");
    }

    #[test]
    fn n7_a_process_that_was_stopped_or_slept_knows_when_it_went_on() {
        let mut machine = Machine::new();
        let before = machine.run(60).now;
        machine.pass(8 * HOUR);
        let reading = machine.run(1);
        let resumed = before + Span::hours(8) + Span::seconds(1);
        assert_eq!((reading.now, reading.resumed_at), (resumed, Some(resumed)));
        machine.pass(20_000);
        assert_eq!(machine.run(60).resumed_at, Some(resumed), "a busy machine is no pause");
    }

    #[test]
    fn a_wall_that_was_set_back_before_the_start_does_not_bring_the_past_again() {
        let mut machine = Machine::new();
        machine.course.lift(START + Span::hours(1));
        let reading = machine.run(60);
        let now = START + Span::hours(1) + Span::seconds(60) - Span(600);
        assert_eq!((reading.now, reading.now + reading.wall_ahead), (now, START + Span::seconds(60)));
    }
}
