//! How much of the processor a call has used, and whether that is more than a delivery needs.
//!
//! Only time on the processor counts: neither what the call waits for, nor that others had the processor meanwhile. An
//! innocent connector is not taken for one that computes because the far side is slow or the machine busy.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::time::{ClockId, clock_gettime};

/// A delivery needs a tenth of a millisecond, in a scripting language one or two. A call that has used this is heavy.
const QUICK: Duration = Duration::from_millis(10);
/// So long calls are heavy from their beginning after one of their connector was.
const MEMORY: Duration = Duration::from_secs(60);

/// When a call of this connector was last found heavy.
#[derive(Default)]
pub(crate) struct Record(Mutex<Option<Instant>>);

/// What one call has used.
#[derive(Default)]
pub(crate) struct Weight {
    heavy: AtomicBool,
    /// In the polls before the present one, nanoseconds.
    before: AtomicU64,
    /// The thread's own time when the present poll began, nanoseconds.
    began: AtomicU64,
    connector: Arc<Record>,
}

impl Weight {
    /// Of a call of this connector.
    pub(crate) fn of(connector: &Arc<Record>) -> Arc<Weight> {
        Arc::new(Weight { connector: connector.clone(), ..Weight::default() })
    }

    /// Counts what one poll of the call uses.
    pub(crate) fn of_poll<T>(&self, poll: impl FnOnce() -> T) -> T {
        self.began.store(thread_time(), Ordering::Relaxed);
        let done = poll();
        self.before.store(self.used_ns(), Ordering::Relaxed);
        done
    }

    /// What the call has used so far. Only to be asked within a poll of it, on the same thread.
    pub(crate) fn used(&self) -> Duration {
        let used = Duration::from_nanos(self.used_ns());
        if used >= QUICK {
            self.grow();
        }
        used
    }

    pub(crate) fn is_heavy(&self) -> bool {
        let last = || *self.connector.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.heavy.load(Ordering::Relaxed) || last().is_some_and(|last| last.elapsed() < MEMORY)
    }

    /// The call has used more than a delivery needs.
    pub(crate) fn grow(&self) {
        self.heavy.store(true, Ordering::Relaxed);
        *self.connector.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }

    fn used_ns(&self) -> u64 {
        let present = thread_time().saturating_sub(self.began.load(Ordering::Relaxed));
        self.before.load(Ordering::Relaxed) + present
    }
}

/// What this thread has had of the processor, in nanoseconds.
fn thread_time() -> u64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32).as_nanos() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compute(span: Duration) {
        let began = thread_time();
        while Duration::from_nanos(thread_time() - began) < span {}
    }

    #[test]
    fn what_a_call_waits_for_weighs_nothing() {
        let weight = Weight::default();
        let used = weight.of_poll(|| {
            std::thread::sleep(2 * QUICK);
            weight.used()
        });
        assert!(used < QUICK && !weight.is_heavy(), "{used:?}");
    }

    #[test]
    fn all_polls_of_a_call_count_together() {
        let weight = Weight::default();
        weight.of_poll(|| compute(QUICK / 2));
        assert!(!weight.is_heavy());
        weight.of_poll(|| {
            compute(QUICK / 2);
            assert!(weight.used() >= QUICK);
        });
        assert!(weight.is_heavy());
    }
}
