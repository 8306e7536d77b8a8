//! The only reader of the clock. Tests and rehearsals hold a manual one.
//!
//! A machine has two clocks, and neither serves alone. The one on the wall says what people mean by "two in the
//! morning", but it is set: by an hour when somebody corrects it, by years when a machine without a battery finds its
//! time server. The other counts elapsed time since the machine was switched on, sleep included, and knows no date.
//!
//! So a [`Moment`] is the wall's time when this process started plus the time elapsed since (N6): intervals, delays and
//! deadlines never see the wall being set, whatever the size of the step. How far the wall is ahead of the moments is
//! told beside them, and what people plan by the wall (windows, hours of rules) is decided with that: see
//! [`tocsin_policy::Engine::wall_ahead`]. Moments then approach the wall by a hundredth of the elapsed time, so that what
//! pages show becomes true again, and an interval of five minutes is at most three seconds off meanwhile.
//!
//! At a start the moments begin at the wall again, but never before what the database remembers
//! ([`Clock::not_before`]): a wall that was set back while nobody watched must not hold reminders up.
//!
//! A process that was stopped, or whose machine slept, finds more time elapsed than it was looking on. That is reported
//! as [`Reading::resumed_at`] and counts as a stop and a start of the engine: no host is called silent for our own
//! absence (L3), reminders wait for fresh evidence (L5), and each rule catches up at most once (N7).

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use tocsin_policy::{Moment, Span};

mod course;

use course::{Course, Seen};

/// One process has one clock, however many hold it.
static COURSE: LazyLock<Mutex<Course>> = LazyLock::new(|| Mutex::new(Course::begin(look())));

/// Tells the time.
#[derive(Clone, Debug, Default)]
pub enum Clock {
    #[default]
    System,
    /// Stands still until it is set.
    Manual(Arc<Hands>),
}

/// What the clock says at one look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    pub now: Moment,
    /// How far the clock on the wall is ahead; zero below a second, which no window is planned by.
    pub wall_ahead: Span,
    /// When the process last went on after it had not been running for a while.
    pub resumed_at: Option<Moment>,
}

/// A manual clock.
#[derive(Debug)]
pub struct Hands {
    now: AtomicI64,
    wall_ahead: AtomicI64,
    /// Milliseconds; negative is never.
    resumed_at: AtomicI64,
}

impl Clock {
    /// A clock that stands at `at` until [`Clock::set`] moves it.
    pub fn manual(at: Moment) -> Clock {
        let (now, wall_ahead, resumed_at) = (AtomicI64::new(at.0), AtomicI64::new(0), AtomicI64::new(-1));
        Clock::Manual(Arc::new(Hands { now, wall_ahead, resumed_at }))
    }

    /// The present moment, which never goes back.
    pub fn now(&self) -> Moment {
        self.read().now
    }

    /// The present moment, and how it stands to the wall.
    pub fn read(&self) -> Reading {
        match self {
            Clock::System => course().advance(look()),
            Clock::Manual(hands) => hands.read(),
        }
    }

    /// Sees to it that `newest`, which the database remembers, does not lie ahead. Says by how much it did: so far has
    /// the wall been set back since.
    pub fn not_before(&self, newest: Moment) -> Span {
        let ahead = newest - self.now();
        if ahead <= Span::ZERO {
            return Span::ZERO;
        }
        match self {
            Clock::System => course().lift(newest),
            Clock::Manual(hands) => drop(hands.now.fetch_max(newest.0, Ordering::SeqCst)),
        }
        ahead
    }

    /// Moves a manual clock; the system's clock cannot be moved.
    pub fn set(&self, to: Moment) {
        if let Clock::Manual(hands) = self {
            hands.now.store(to.0, Ordering::SeqCst);
        }
    }

    /// Sets the wall of a manual clock: no time passes.
    pub fn step_wall(&self, by: Span) {
        if let Clock::Manual(hands) = self {
            hands.wall_ahead.fetch_add(by.0, Ordering::SeqCst);
        }
    }

    /// Lets time pass on a manual clock while the process does not run.
    pub fn suspend(&self, length: Span) {
        if let Clock::Manual(hands) = self {
            let before = hands.now.fetch_add(length.0, Ordering::SeqCst);
            hands.resumed_at.store(before.saturating_add(length.0), Ordering::SeqCst);
        }
    }
}

impl Hands {
    fn read(&self) -> Reading {
        let resumed_at = self.resumed_at.load(Ordering::SeqCst);
        Reading {
            now: Moment(self.now.load(Ordering::SeqCst)),
            wall_ahead: Span(self.wall_ahead.load(Ordering::SeqCst)),
            resumed_at: (resumed_at >= 0).then_some(Moment(resumed_at)),
        }
    }
}

fn course() -> std::sync::MutexGuard<'static, Course> {
    COURSE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Looks at both clocks of the machine.
fn look() -> Seen {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Seen { elapsed_ns: elapsed_ns(), wall_ns: i64::try_from(wall.as_nanos()).unwrap_or(i64::MAX) }
}

/// Time since the machine was switched on, sleep included.
#[cfg(target_os = "linux")]
fn elapsed_ns() -> i64 {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::Boottime);
    time.tv_sec.saturating_mul(1_000_000_000).saturating_add(time.tv_nsec)
}

/// Time since the first look; elsewhere it may not count sleep, which then is taken for a step of the wall.
#[cfg(not(target_os = "linux"))]
fn elapsed_ns() -> i64 {
    static FIRST: LazyLock<std::time::Instant> = LazyLock::new(std::time::Instant::now);
    i64::try_from(FIRST.elapsed().as_nanos()).unwrap_or(i64::MAX)
}
