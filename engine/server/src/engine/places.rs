//! Places for deliveries under way: each receiver has so many of its own, so that one that is slow or hangs holds only
//! itself up (D5). A receiver whose far side has asked for a pause has none until it is over (D4).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tocsin_policy::{Moment, ReceiverId};

/// Deliveries under way at one receiver.
const EACH: usize = 8;

/// How many places are taken at each receiver, and who has asked for a pause.
#[derive(Clone, Debug, Default)]
pub struct Places(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    taken: HashMap<ReceiverId, usize>,
    pauses: HashMap<ReceiverId, Moment>,
    /// Until when nothing goes of our own will: the pace is kept, or more is waited for.
    holds: HashMap<ReceiverId, Moment>,
}

impl Places {
    /// How many more deliveries to this receiver may begin.
    pub fn free(&self, receiver: ReceiverId, now: Moment) -> usize {
        let mut state = self.lock();
        state.pauses.retain(|_, until| now < *until);
        state.holds.retain(|_, until| now < *until);
        if state.pauses.contains_key(&receiver) || state.holds.contains_key(&receiver) {
            return 0;
        }
        EACH.saturating_sub(state.taken.get(&receiver).copied().unwrap_or_default())
    }

    /// Takes a place until it is dropped.
    pub fn take(&self, receiver: ReceiverId) -> Place {
        *self.lock().taken.entry(receiver).or_default() += 1;
        Place { places: self.clone(), receiver }
    }

    /// The far side of this receiver wants to be left alone until then.
    pub fn pause(&self, receiver: ReceiverId, until: Moment) {
        let mut state = self.lock();
        let known = state.pauses.entry(receiver).or_insert(until);
        *known = until.max(*known);
    }

    /// Somebody wants to try all the same.
    pub fn resume(&self, receiver: ReceiverId) {
        let mut state = self.lock();
        state.pauses.remove(&receiver);
        state.holds.remove(&receiver);
    }

    /// Nothing goes to this receiver until then, unless something comes up that cannot wait.
    pub fn hold(&self, receiver: ReceiverId, until: Moment) {
        self.lock().holds.insert(receiver, until);
    }

    /// Something has come up.
    pub fn release(&self, receiver: ReceiverId) {
        self.lock().holds.remove(&receiver);
    }

    /// When the next pause or hold will be over.
    pub fn next_resumed(&self, now: Moment) -> Option<Moment> {
        let state = self.lock();
        state.pauses.values().chain(state.holds.values()).copied().filter(|until| now < *until).min()
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
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
        let mut state = self.places.lock();
        if let Some(count) = state.taken.get_mut(&self.receiver) {
            *count -= 1;
            if *count == 0 {
                state.taken.remove(&self.receiver);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment(1_000_000);

    #[test]
    fn a_receiver_that_holds_all_its_places_leaves_those_of_others_free() {
        let places = Places::default();
        let held: Vec<Place> = (0..EACH).map(|_| places.take(ReceiverId(1))).collect();
        assert_eq!((places.free(ReceiverId(1), NOW), places.free(ReceiverId(2), NOW)), (0, EACH));
        drop(held);
        assert_eq!(places.free(ReceiverId(1), NOW), EACH);
    }

    #[test]
    fn d4_a_pause_is_for_one_receiver_and_ends() {
        let places = Places::default();
        places.pause(ReceiverId(1), NOW);
        places.pause(ReceiverId(1), Moment(NOW.0 - 5));
        let before = Moment(NOW.0 - 1);
        assert_eq!((places.next_resumed(before), places.next_resumed(NOW)), (Some(NOW), None));
        assert_eq!((places.free(ReceiverId(1), before), places.free(ReceiverId(2), before)), (0, EACH));
        assert_eq!(places.free(ReceiverId(1), NOW), EACH);
        places.pause(ReceiverId(1), NOW);
        places.resume(ReceiverId(1));
        assert_eq!(places.free(ReceiverId(1), before), EACH);
    }
}
