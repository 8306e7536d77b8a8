//! New ids: increasing, unique over all nodes without asking anybody.
//!
//! 63 bits: 41 of milliseconds since 2024, 10 that tell nodes apart, 12 that count within a millisecond. They sort by
//! creation, fit a BIGINT, and read well in an address.

use std::sync::Mutex;

use tocsin_policy::{IdSource, Moment};

use crate::clock::Clock;

/// 2024-01-01T00:00:00Z, so that 41 bits last until 2093.
const EPOCH_MS: i64 = 1_704_067_200_000;
const NODE_BITS: u32 = 10;
const COUNT_BITS: u32 = 12;

/// Gives ids to all parts of one process.
#[derive(Debug)]
pub struct Ids {
    clock: Clock,
    node: i64,
    last: Mutex<i64>,
}

impl Ids {
    /// `node` is any number; its low ten bits tell this process from the other nodes of the database.
    pub fn new(clock: Clock, node: u16) -> Ids {
        Ids { clock, node: i64::from(node) & ((1 << NODE_BITS) - 1), last: Mutex::new(0) }
    }

    /// The least id that can have been given at this moment: what has a smaller one is older.
    pub fn first_at(at: Moment) -> i64 {
        (at.0 - EPOCH_MS).max(0) << (NODE_BITS + COUNT_BITS)
    }

    pub fn next(&self) -> i64 {
        let Moment(now) = self.clock.now();
        let floor = ((now - EPOCH_MS).max(0)) << COUNT_BITS;
        let mut last = self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        // A clock that was set back does not repeat an id: the count runs on from the last one.
        *last = floor.max(*last + 1);
        let (ms, count) = (*last >> COUNT_BITS, *last & ((1 << COUNT_BITS) - 1));
        (ms << (NODE_BITS + COUNT_BITS)) | (self.node << COUNT_BITS) | count
    }
}

impl IdSource for &Ids {
    fn next_id(&mut self) -> i64 {
        self.next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_increase_even_when_the_clock_is_set_back() {
        let clock = Clock::manual(Moment(EPOCH_MS + 10_000));
        let ids = Ids::new(clock.clone(), 7);
        let first: Vec<i64> = (0..5_000).map(|_| ids.next()).collect();
        clock.set(Moment(EPOCH_MS));
        assert!(first.is_sorted_by(|a, b| a < b));
        assert!(ids.next() > *first.last().expect("five thousand ids"));
    }
}
