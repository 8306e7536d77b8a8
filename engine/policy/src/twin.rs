//! Two agents under one id (E6): cloned machines that brought the agent's id file along. They are told apart by their
//! incarnations: a reload or restart replaces an incarnation once and for all, so one that comes back belongs to a
//! second agent. The one that was known first is kept; what the other says is written down and changes nothing, so
//! that the list of services does not flap.

use crate::{Host, Moment, Observation, Span, Twin};

/// For this long after a new incarnation a message of the old one may still be under way; longer than any agent waits
/// for an answer.
const UNDER_WAY: Span = Span::seconds(15);
/// How often two incarnations must alternate: A, B, A, B.
const ALTERNATIONS: u32 = 2;
/// Without an alternation for this long, or for ten polls, the second agent is gone.
const QUIET: Span = Span::hours(1);
const QUIET_POLLS: i64 = 10;
/// The time of the last sign is kept this exactly.
const NOTED_EVERY: Span = Span::minutes(10);

/// Whose message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// The agent we follow.
    Ours,
    /// The other one, or a straggler of an incarnation that is over; `found` just now.
    Other { found: bool },
}

impl Twin {
    /// Whether the second agent is certain. Before that, this is only the memory of the previous incarnation.
    pub fn detected(&self) -> bool {
        self.alternations >= ALTERNATIONS
    }

    /// Whether the last message was of the other one.
    fn other_spoke_last(&self) -> bool {
        self.alternations % 2 == 1
    }
}

/// Judges the sender and keeps the evidence in `host.twin`; on detection `host.incarnation` and `host.name` go back to
/// the agent that was there first.
pub(crate) fn sender(host: &mut Host, seen: &Observation, now: Moment) -> Sender {
    forget_quiet(host, seen, now);
    let Some(mut twin) = host.twin.take() else {
        if knows_an_agent(host) && seen.incarnation != host.incarnation {
            host.twin = Some(previous(host, now));
        }
        return Sender::Ours;
    };
    let detected = twin.detected();
    let sender = if seen.incarnation == host.incarnation {
        if twin.other_spoke_last() && !detected {
            twin.alternations += 1;
            twin.last_at = now;
        }
        if twin.detected() && !detected {
            keep_the_first(host, &mut twin);
            Sender::Other { found: true }
        } else {
            Sender::Ours
        }
    } else if seen.incarnation == twin.other_incarnation {
        if detected {
            // Coarse, since each step of it is written down.
            if now - twin.last_at >= NOTED_EVERY {
                twin.last_at = now;
            }
        } else if !twin.other_spoke_last() && now - twin.since >= UNDER_WAY {
            twin.alternations += 1;
            twin.last_at = now;
        }
        Sender::Other { found: false }
    } else if detected && seen.host_name == twin.other_name && seen.host_name != host.name {
        twin.other_incarnation = seen.incarnation;
        twin.last_at = now;
        Sender::Other { found: false }
    } else {
        // A reload. If names cannot tell whose, the evidence is gathered again.
        if !(detected && seen.host_name == host.name && seen.host_name != twin.other_name) {
            twin = previous(host, now);
        }
        Sender::Ours
    };
    host.twin = Some(twin);
    sender
}

/// Whether there was a message before this one.
fn knows_an_agent(host: &Host) -> bool {
    host.liveness.last_seen_at.is_some()
}

fn previous(host: &Host, now: Moment) -> Twin {
    Twin {
        other_incarnation: host.incarnation,
        other_name: host.name.clone(),
        alternations: 0,
        since: now,
        last_at: now,
    }
}

/// The incarnation we took for the new one is the second agent: back to the first.
fn keep_the_first(host: &mut Host, twin: &mut Twin) {
    std::mem::swap(&mut host.incarnation, &mut twin.other_incarnation);
    std::mem::swap(&mut host.name, &mut twin.other_name);
}

fn forget_quiet(host: &mut Host, seen: &Observation, now: Moment) {
    let quiet = QUIET.max(Span(seen.poll.0.saturating_mul(QUIET_POLLS)));
    if host.twin.as_ref().is_some_and(|twin| now - twin.last_at > quiet) {
        host.twin = None;
    }
}
