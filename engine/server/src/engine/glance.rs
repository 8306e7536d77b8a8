//! The short way of an unchanged check-in: compared with the host in memory, noted there, answered. No writer, no
//! write. It is taken only while the host in memory is known to be current and nothing is about to change it.

use std::sync::Arc;

use tocsin_monit::{Report, Service};
use tocsin_policy::{Admission, Engine, Host, Moment, Service as KnownService, Span, is_overtaken, wake_at};

use super::fleet::{Cell, CellState, Document};
use super::shared::Shared;
use crate::translate;

/// What a glance at a check-in came to.
#[derive(Debug, PartialEq, Eq)]
pub enum Glance {
    /// Nothing changed; it was noted.
    Unchanged,
    /// Something changed, or may have: the long way.
    Changed,
    /// The host is blocked.
    Blocked,
}

/// Compares a check-in with the host in memory, and notes it if nothing changed.
pub fn glance(shared: &Shared, cell: &Cell, report: &Report<'_>, body: &[u8], now: Moment) -> Glance {
    let mut state = cell.lock();
    if state.host.admission == Admission::Blocked {
        return Glance::Blocked;
    }
    // With several nodes only the database knows whether this copy is current.
    let current = shared.store.exclusive && state.warm && state.queued == 0 && state.wake_at > now;
    // After the process was suspended the first message is evidence for which something may wait (L5).
    let facts = shared.facts();
    let is_first = state.host.liveness.last_seen_at < Some(facts.started_at);
    if !current || is_first || report.event.is_some() || !is_same(&state.host, report) {
        return Glance::Changed;
    }
    note(shared, &facts, &mut state, report, body, now);
    Glance::Unchanged
}

/// Whether the document says nothing that the host in memory does not know. The state of a service that was overtaken by
/// a newer document counts for nothing (I2).
fn is_same(host: &Host, report: &Report<'_>) -> bool {
    let liveness = &host.liveness;
    host.incarnation == report.incarnation
        && liveness.down_since.is_none()
        && liveness.stopped_at.is_none()
        && liveness.poll == Span::seconds(i64::from(report.server.poll_s))
        && liveness.start_delay == Span::seconds(i64::from(report.server.start_delay_s))
        // While another incarnation was heard last, this message is evidence of a second agent (E6).
        && liveness.memory.former.as_ref().is_none_or(|former| former.alternations % 2 == 0)
        && host.shares_bits == translate::shares_bits(report)
        && *host.name == *report.server.local_host_name
        && host.services.len() == report.services.len()
        && host.services.iter().zip(&report.services).all(|(known, seen)| {
            let overtaken = is_overtaken(known.collected_us, seen.collected_us);
            translate::kind(seen) == known.kind && *known.name == *seen.name && (overtaken || says_nothing_new(known, seen))
        })
}

/// Whether a service is as it was. Bits that are clear but not yet believed to be (E2, E4) need every further document.
fn says_nothing_new(known: &KnownService, seen: &Service<'_>) -> bool {
    known.status == seen.status
        && known.status_hint == seen.status_hint
        && known.alerting == known.failed()
        && known.clear_since_us == 0
        && known.monitor == translate::monitor(seen)
}

fn note(shared: &Shared, facts: &Engine, state: &mut CellState, report: &Report<'_>, body: &[u8], now: Moment) {
    let host = Arc::make_mut(&mut state.host);
    host.liveness.last_seen_at = Some(now);
    for (known, seen) in host.services.iter_mut().zip(&report.services) {
        // Documents may overtake each other; a time that was known does not go back.
        known.collected_us = known.collected_us.max(seen.collected_us);
    }
    state.wake_at = wake_at(&state.host, &shared.book(), facts, now);
    state.dirty = true;
    if state.document.body.len() == body.len() {
        state.document.body.copy_from_slice(body);
        state.document.received_at = now;
    } else {
        state.document = Document { body: body.into(), received_at: now };
    }
}
