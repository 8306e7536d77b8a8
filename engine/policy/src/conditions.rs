//! From the error bits of a service to the conditions of its alert: which fail, which are known to be clear (E1, E2,
//! E4, R3).
//!
//! `Service::alerting` holds the bits that belong to the alert. A bit leaves when it is believed to be clear:
//! - at once, as a rule;
//! - before agent 6.0, for a bit that several tests share, when a later check shows it clear as well: a test that
//!   passes clears it although another one still fails (E2);
//! - after a new incarnation that has not seen it fail again, at the second check in it: the agent forgets errors, and its
//!   first check may come too early to see them (E4).
//!
//! `Service::clear_since_us` remembers the check that the later one is compared with: positive for a shared bit seen
//! clear, negative while the new incarnation is being waited for (`NO_CHECK_YET`, then minus the first check).

use crate::Service;

/// Bits that several tests share before 6.0: resource, timestamp, connection, speed or response time.
const SHARED: u32 = 0x2 | 0x8 | 0x20 | 0x100_0000;
/// Non-existence and missing data: the agent does not run the other tests then, their bits stand still.
const HIDING: u32 = 0x200 | 0x800;
/// After a new incarnation, before its first check of this service.
const NO_CHECK_YET: i64 = -1;

/// What the newest state of a service means for its alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It says nothing new: initializing, or not monitored as before (R3).
    Unknown,
    /// Not monitored any more (R3).
    Unmonitored,
    /// What fails, or is not yet believed to be clear, is in `alerting`.
    Judged,
}

/// How a document came about, as far as it counts here.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Circumstances {
    /// The agent's incarnation is not the one of its last message (E4).
    pub new_incarnation: bool,
    pub shares_bits: bool,
    /// The document carries an event that arises from this very service: its check is still going on and `collected` is the
    /// last one's.
    pub in_the_middle_of_a_check: bool,
}

/// Judges `service`, which holds the new state but still its old `alerting` and `clear_since_us`, against `before`.
pub(crate) fn judge(service: &mut Service, before: &Service, how: Circumstances) -> Verdict {
    if how.new_incarnation && service.alerting != 0 {
        service.clear_since_us = NO_CHECK_YET;
    }
    if service.monitor == 0 {
        (service.alerting, service.clear_since_us) = (0, 0);
        // What was opened since (a change in the very message that ended the monitoring) is not closed by its repetition.
        return if before.monitor == 0 { Verdict::Unknown } else { Verdict::Unmonitored };
    }
    if service.monitor & 1 == 0 {
        return Verdict::Unknown;
    }
    let failed = service.failed();
    service.alerting |= failed;
    let clear = service.alerting & !failed;
    if clear == 0 && service.clear_since_us < 0 {
        // The new incarnation has seen all of it again: nothing is forgotten any more.
        service.clear_since_us = 0;
    }
    let believed = if failed & HIDING != 0 { 0 } else { clear & believable(service, before, clear, how) };
    service.alerting &= !believed;
    if service.alerting == 0 {
        service.clear_since_us = 0;
    }
    Verdict::Judged
}

/// The bits that may be believed to be clear if this document shows them clear.
fn believable(service: &mut Service, before: &Service, clear: u32, how: Circumstances) -> u32 {
    let checked_at = service.collected_us;
    let checked = checked_at != before.collected_us && checked_at > 1 && !how.in_the_middle_of_a_check;
    // A check that was skipped shows what the one before it has shown.
    if service.monitor & 4 != 0 && !checked {
        return 0;
    }
    if service.clear_since_us < 0 {
        let first = service.clear_since_us;
        if !checked || first == NO_CHECK_YET {
            if checked {
                service.clear_since_us = -checked_at;
            }
            return 0;
        }
        // The second check of the new incarnation: what was clear at the first as well is over.
        service.clear_since_us = if how.shares_bits { -first } else { 0 };
    }
    let waiting = if how.shares_bits { clear & SHARED } else { 0 };
    if waiting == 0 {
        service.clear_since_us = 0;
        return u32::MAX;
    }
    let newly = waiting & before.failed();
    let later = checked && service.clear_since_us > 0 && checked_at > service.clear_since_us;
    if how.in_the_middle_of_a_check {
        // The check that cleared it is not over: the next document has the time to count from.
        service.clear_since_us = if newly != 0 { 0 } else { service.clear_since_us };
    } else if newly != 0 || service.clear_since_us == 0 {
        service.clear_since_us = checked_at;
    }
    if later { !newly } else { !waiting }
}
