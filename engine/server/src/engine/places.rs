//! Places for deliveries under way: each receiver has so many of its own, so that one that is slow or hangs holds only
//! itself up (D5).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tocsin_policy::ReceiverId;

/// Deliveries under way at one receiver.
const EACH: usize = 8;

/// How many places are taken at each receiver.
#[derive(Clone, Debug, Default)]
pub struct Places(Arc<Mutex<HashMap<ReceiverId, usize>>>);

impl Places {
    /// How many more deliveries to this receiver may begin.
    pub fn free(&self, receiver: ReceiverId) -> usize {
        let taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        EACH.saturating_sub(taken.get(&receiver).copied().unwrap_or_default())
    }

    /// Takes a place until it is dropped.
    pub fn take(&self, receiver: ReceiverId) -> Place {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(receiver).or_default() += 1;
        Place { places: self.clone(), receiver }
    }
}

/// A taken place at a receiver.
#[derive(Debug)]
pub struct Place {
    places: Places,
    receiver: ReceiverId,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.receiver) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.receiver);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_that_holds_all_its_places_leaves_those_of_others_free() {
        let places = Places::default();
        let held: Vec<Place> = (0..EACH).map(|_| places.take(ReceiverId(1))).collect();
        assert_eq!((places.free(ReceiverId(1)), places.free(ReceiverId(2))), (0, EACH));
        drop(held);
        assert_eq!(places.free(ReceiverId(1)), EACH);
    }
}
