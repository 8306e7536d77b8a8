//! Two agents under one id (E6): cloned machines that brought the agent's id file along. They are told apart by their
//! incarnations: a reload or restart replaces an incarnation once and for all, so one that comes back belongs to a
//! second agent. The one that was known first is kept; what the other says is written down and changes nothing, so
//! that the list of services does not flap.

use crate::{Host, Moment, Observation, Span, Twin};

/// The incarnation before the present one.
#[derive(Clone, Debug, PartialEq)]
pub struct Former {
    pub incarnation: i64,
    pub name: Box<str>,
    /// How often the two have alternated since.
    pub alternations: u32,
    /// A message of it was certainly sent after the present one began.
    pub certain: bool,
    /// When the present one began.
    pub since: Moment,
}

/// For this long after a new incarnation a message of the old one may still be under way; longer than any agent waits
/// for an answer.
const UNDER_WAY: Span = Span::seconds(15);
/// How often two incarnations must alternate: A, B, A, B.
const ALTERNATIONS: u32 = 2;
/// How often if every message of the old one might have been under way: more than one process leaves behind.
const ALTERNATIONS_IN_DOUBT: u32 = 4;
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

/// Judges the sender and keeps the evidence; on detection `host.incarnation` and `host.name` go back to the agent that
/// was there first.
pub(crate) fn sender(host: &mut Host, seen: &Observation, now: Moment) -> Sender {
    forget_quiet(host, seen, now);
    if seen.incarnation == host.incarnation {
        return is_back(host, now);
    }
    if let Some(twin) = &mut host.twin {
        let by_name = seen.host_name == twin.other_name && seen.host_name != host.name;
        if seen.incarnation == twin.other_incarnation || by_name {
            twin.other_incarnation = seen.incarnation;
            // Coarse, since each step of it is written down.
            if now - twin.last_at >= NOTED_EVERY {
                twin.last_at = now;
            }
            return Sender::Other { found: false };
        }
        if seen.host_name == host.name && seen.host_name != twin.other_name {
            return Sender::Ours;
        }
        // A reload, and names cannot tell whose: the evidence is gathered again.
        host.twin = None;
    }
    let present = host.incarnation;
    if let Some(former) = host.liveness.memory.former.as_mut().filter(|former| former.incarnation == seen.incarnation) {
        if !former.spoke_last() {
            former.alternations += 1;
            former.certain |= checked_after(seen, present) || now - former.since >= UNDER_WAY;
        }
        return Sender::Other { found: false };
    }
    // A reload or restart.
    host.liveness.memory.former = knows_an_agent(host).then(|| Box::new(former(host, now)));
    Sender::Ours
}

/// A message of the incarnation that we follow. If the former one has come back in between, there are two agents, and
/// the one that we took for a reload is the second.
fn is_back(host: &mut Host, now: Moment) -> Sender {
    let Some(former) = host.liveness.memory.former.as_mut().filter(|former| former.spoke_last()) else {
        return Sender::Ours;
    };
    former.alternations += 1;
    let enough = if former.certain { ALTERNATIONS } else { ALTERNATIONS_IN_DOUBT };
    if former.alternations < enough {
        return Sender::Ours;
    }
    let Some(former) = host.liveness.memory.former.take().map(|former| *former) else { return Sender::Ours };
    host.twin = Some(Box::new(Twin {
        other_incarnation: std::mem::replace(&mut host.incarnation, former.incarnation),
        other_name: std::mem::replace(&mut host.name, former.name),
        alternations: former.alternations,
        since: former.since,
        last_at: now,
    }));
    Sender::Other { found: true }
}

impl Former {
    /// Whether the last message was of this one.
    fn spoke_last(&self) -> bool {
        self.alternations % 2 == 1
    }
}

/// Whether the sender was still checking services when the present incarnation had long read its configuration: one
/// agent cannot do that.
fn checked_after(seen: &Observation, incarnation: i64) -> bool {
    seen.services.iter().any(|service| service.collected_us / 1_000_000 > incarnation)
}

/// Whether there was a message before this one.
fn knows_an_agent(host: &Host) -> bool {
    host.liveness.last_seen_at.is_some()
}

fn former(host: &Host, now: Moment) -> Former {
    Former { incarnation: host.incarnation, name: host.name.clone(), alternations: 0, certain: false, since: now }
}

fn forget_quiet(host: &mut Host, seen: &Observation, now: Moment) {
    let quiet = QUIET.max(Span(seen.poll.0.saturating_mul(QUIET_POLLS)));
    host.twin.take_if(|twin| now - twin.last_at > quiet);
    host.liveness.memory.former.take_if(|former| now - former.since > quiet);
}
