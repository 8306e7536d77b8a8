//! Refused check-ins, counted in memory until they are written down, so that a flood of them costs no writes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::store::rejected::Rejected;

/// Different refusals that are held between two writes; further ones are only counted in the metrics.
const HELD: usize = 1_000;

/// The refusals since the last write.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<HashMap<String, Rejected>>);

impl Refusals {
    /// Counts a refusal; the newest detail stays.
    pub fn count(&self, refusal: Rejected) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fingerprint = refusal.fingerprint();
        if let Some(same) = held.get_mut(&fingerprint) {
            *same = Rejected { times: same.times + refusal.times, ..refusal };
        } else if held.len() < HELD {
            held.insert(fingerprint, refusal);
        }
    }

    /// Takes out what was counted.
    pub fn take(&self) -> Vec<Rejected> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *held).into_values().collect()
    }
}
