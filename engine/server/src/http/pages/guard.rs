//! Guessing is slow: at the login by account and address together, by address, and by account; for codes, and for the own
//! password within a session, by account.

use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

/// Keys of limits that have recovered are forgotten beyond this many.
const MAX_KEYS: usize = 10_000;

/// Who tried how often.
pub struct Guard {
    limits: [DefaultKeyedRateLimiter<String>; 3],
    codes: DefaultKeyedRateLimiter<i64>,
    passwords: DefaultKeyedRateLimiter<i64>,
    clock: DefaultClock,
}

impl Default for Guard {
    fn default() -> Guard {
        let quota = |seconds: u64, burst: u32| {
            let every = Quota::with_period(Duration::from_secs(seconds)).unwrap_or(Quota::per_minute(NonZeroU32::MIN));
            every.allow_burst(NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN))
        };
        // One person at one place: five tries, then one each 12 s. One address: an office behind it. One account:
        // guessed from many addresses; generous, so that its owner is hardly ever kept out by somebody else.
        let limits = [quota(12, 5), quota(3, 30), quota(2, 60)].map(RateLimiter::keyed);
        // Whoever is asked for a code has the password. Three of a million codes fit at any time: at one try a minute a
        // guess takes months, and its owner, who is told apart by nothing, has five tries.
        let codes = RateLimiter::keyed(quota(60, 5));
        // Whoever has taken over a session shall not find the password with it.
        let passwords = RateLimiter::keyed(quota(12, 5));
        Guard { limits, codes, passwords, clock: DefaultClock::default() }
    }
}

impl Guard {
    /// Counts a try; the time to wait if there were too many.
    pub fn admit(&self, name: &str, address: &str) -> Result<(), Duration> {
        let keys = [format!("{name}\n{address}"), address.to_owned(), name.to_owned()];
        for (limit, key) in self.limits.iter().zip(&keys) {
            if limit.len() > MAX_KEYS {
                limit.retain_recent();
            }
            if let Err(early) = limit.check_key(key) {
                return Err(early.wait_time_from(self.clock.now()));
            }
        }
        Ok(())
    }

    /// Counts a try of a code; the time to wait if there were too many.
    pub fn admit_code(&self, account: i64) -> Result<(), Duration> {
        self.admit_to(&self.codes, account)
    }

    /// Counts a try of the own password within a session; the time to wait if there were too many.
    pub fn admit_password(&self, account: i64) -> Result<(), Duration> {
        self.admit_to(&self.passwords, account)
    }

    fn admit_to(&self, limit: &DefaultKeyedRateLimiter<i64>, account: i64) -> Result<(), Duration> {
        if limit.len() > MAX_KEYS {
            limit.retain_recent();
        }
        limit.check_key(&account).map_err(|early| early.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of these tries, one right after the other, are let through.
    fn admitted(tries: impl Iterator<Item = (String, String)>) -> usize {
        let guard = Guard::default();
        tries.filter(|(name, address)| guard.admit(name, address).is_ok()).count()
    }

    #[test]
    fn guessing_is_limited_for_one_person_at_one_place_for_an_address_and_for_an_account() {
        let tries = || (0..200).map(|n| (format!("name{n}"), format!("192.0.2.{n}")));
        assert!((5..10).contains(&admitted(tries().map(|_| ("anna".to_owned(), "192.0.2.1".to_owned())))));
        assert!((30..40).contains(&admitted(tries().map(|(name, _)| (name, "192.0.2.1".to_owned())))));
        assert!((60..70).contains(&admitted(tries().map(|(_, address)| ("anna".to_owned(), address)))));
        assert_eq!(admitted(tries()), 200, "others are not kept waiting");
    }

    #[test]
    fn codes_and_the_own_password_are_limited_by_account() {
        let guard = Guard::default();
        let codes = |account| (0..50).filter(|_| guard.admit_code(account).is_ok()).count();
        let passwords = |account| (0..50).filter(|_| guard.admit_password(account).is_ok()).count();
        for account in [1, 2] {
            assert!((5..7).contains(&codes(account)), "each account has its own limit");
            assert!((5..7).contains(&passwords(account)));
        }
    }
}
