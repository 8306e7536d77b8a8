//! Places for deliveries under way: each receiver has so many of its own, so that one that is slow or hangs holds only
//! itself up (D5). A receiver whose far side has asked for a pause has none until it is over (D4), nor has one that was told
//! as much within a minute as its channel can bear.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tocsin_policy::{Moment, ReceiverId, Span};

/// Deliveries under way at one receiver.
const EACH: usize = 8;

/// What a pace is counted over.
const MINUTE: Span = Span::minutes(1);

/// How many places are taken at each receiver, and who has asked for a pause.
#[derive(Clone, Debug, Default)]
pub struct Places(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    taken: HashMap<ReceiverId, usize>,
    pauses: HashMap<ReceiverId, Moment>,
    paces: HashMap<ReceiverId, Pace>,
}

/// Of a receiver whose channel can bear only so much.
#[derive(Debug, Default)]
struct Pace {
    per_minute: usize,
    /// Attempts that began within the last minute, oldest first.
    begun: VecDeque<Moment>,
}

impl Pace {
    fn forget(&mut self, now: Moment) {
        while self.begun.front().is_some_and(|at| now - *at >= MINUTE) {
            self.begun.pop_front();
        }
    }
}

impl Places {
    /// How many more deliveries to this receiver may begin.
    pub fn free(&self, receiver: ReceiverId, now: Moment) -> usize {
        let mut state = self.lock();
        state.pauses.retain(|_, until| now < *until);
        if state.pauses.contains_key(&receiver) {
            return 0;
        }
        let taken = state.taken.get(&receiver).copied().unwrap_or_default();
        let free = EACH.saturating_sub(taken);
        let Some(pace) = state.paces.get_mut(&receiver) else { return free };
        pace.forget(now);
        // Whoever holds a place may be about to begin.
        free.min(pace.per_minute.saturating_sub(pace.begun.len() + taken))
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

    /// An attempt begins at a receiver of this pace.
    pub fn begins(&self, receiver: ReceiverId, now: Moment, per_minute: Option<u32>) {
        let mut state = self.lock();
        let Some(per_minute) = per_minute.and_then(|n| usize::try_from(n).ok()) else {
            state.paces.remove(&receiver);
            return;
        };
        let pace = state.paces.entry(receiver).or_default();
        pace.per_minute = per_minute.max(1);
        pace.forget(now);
        pace.begun.push_back(now);
    }

    /// Somebody wants to try all the same.
    pub fn resume(&self, receiver: ReceiverId) {
        self.lock().pauses.remove(&receiver);
    }

    /// When the next pause will be over, or the next receiver can be told again.
    pub fn next_resumed(&self, now: Moment) -> Option<Moment> {
        let state = self.lock();
        let pauses = state.pauses.values().copied();
        let full = state.paces.values().filter(|pace| pace.begun.len() >= pace.per_minute);
        let paces = full.filter_map(|pace| Some(*pace.begun.front()? + MINUTE));
        pauses.chain(paces).filter(|until| now < *until).min()
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
    fn within_a_minute_begins_no_more_than_the_pace_allows() {
        let places = Places::default();
        let (one, later) = (ReceiverId(1), |seconds: i64| NOW + Span::seconds(seconds));
        places.begins(one, NOW, Some(3));
        assert_eq!(places.free(one, NOW), 2);
        let held = places.take(one);
        assert_eq!(places.free(one, NOW), 1, "what holds a place may be about to begin");
        drop(held);
        places.begins(one, later(10), Some(3));
        places.begins(one, later(20), Some(3));
        assert_eq!((places.free(one, later(59)), places.next_resumed(later(59))), (0, Some(later(60))));
        assert_eq!((places.free(one, later(60)), places.free(ReceiverId(2), NOW)), (1, EACH));
        places.begins(one, later(61), None);
        assert_eq!(places.free(one, later(61)), EACH, "the limit was taken away");
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
