//! Words that many hosts share are kept once: the version of the agent, the facts of the platform, regions. With ten
//! thousand hosts of a kind this is a quarter of a kilobyte each.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Beyond so many different words those that nobody uses any more are dropped.
const MANY: usize = 4_096;

/// The shared words.
#[derive(Debug, Default)]
pub struct Words(Mutex<HashSet<Arc<str>>>);

impl Words {
    /// The shared copy of a word.
    pub fn share(&self, word: &str) -> Arc<str> {
        let mut words = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = words.get(word) {
            return known.clone();
        }
        if words.len() >= MANY {
            words.retain(|word| Arc::strong_count(word) > 1);
        }
        let new: Arc<str> = word.into();
        words.insert(new.clone());
        new
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_word_is_kept_once_and_unused_ones_are_dropped() {
        let words = Words::default();
        let (first, second) = (words.share("Linux"), words.share("Linux"));
        assert!(Arc::ptr_eq(&first, &second));
        (0..2 * MANY).for_each(|n| drop(words.share(&n.to_string())));
        assert!(words.0.lock().expect("not poisoned").len() <= MANY);
        assert!(Arc::ptr_eq(&first, &words.share("Linux")));
    }
}
