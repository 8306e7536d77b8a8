//! The naive model: what must have been committed, worked out from all that has taken effect. It is written from
//! `semantics.md` (and `docs/semantics-choices.md` where that is silent), not from the engine, in the plainest way: it
//! looks at every tick there is, asks anew each time what operators have said by then, and remembers only what was
//! sent. No timers, no wake-ups, no caches.
//!
//! `says` is what operators have laid down, `reads` what documents mean, `tells` who is told; `facts` is what is known.

mod facts;
mod reads;
mod says;
mod tells;

use tocsin_policy::{Moment, Span};

use self::facts::Facts;
use self::says::Says;
use super::history::{Entry, History, Input, Line};
use super::plan::{Deed, TICK};

/// The lines that must have been committed, sorted.
pub fn committed(history: &History) -> Vec<Line> {
    let mut facts = Facts::new(history);
    let mut now = history.world.start;
    while now <= history.end {
        instant(history, &mut facts, now);
        now = now + TICK;
    }
    facts.lines.sort();
    facts.lines
}

/// All of one instant, in the order of N4.
fn instant(history: &History, facts: &mut Facts, now: Moment) {
    // Edges of suppressions and edits of policies are in here: it is asked anew at every instant.
    let says = Says::at(history, now);
    let entries: Vec<&Entry> =
        history.entries.iter().filter(|entry| now - TICK < entry.at && entry.at <= now).collect();
    let mut decided = None;
    for entry in &entries {
        match &entry.what {
            Input::Starts => (facts.runs, facts.started, facts.takes_since) = (true, now, now),
            // Killed between two instants that count: at the earlier one everything had been decided.
            Input::Stops { decided: hosts } => {
                facts.runs = false;
                decided = (entry.at == now).then_some(hosts);
            }
            Input::CannotWrite => facts.writes = false,
            Input::WritesAgain { refused } => {
                facts.writes = true;
                facts.takes_since = if *refused { now } else { facts.takes_since };
            }
            Input::Wall(_) | Input::Deed(_) | Input::CheckIn(..) => {}
        }
    }
    for entry in &entries {
        match &entry.what {
            Input::Deed(Deed::Acknowledge(host, service, length)) => {
                facts.acknowledge(*host, *service, length.map(|length: Span| now + length));
            }
            Input::Deed(Deed::Unacknowledge(host, service)) => facts.release(*host, *service),
            _ => {}
        }
    }
    for entry in &entries {
        if let Input::CheckIn(host, document) = &entry.what {
            facts.read(*host, document, now);
        }
    }
    for host in 0..history.world.hosts.len() {
        if facts.runs && facts.writes || decided.is_some_and(|hosts| hosts.contains(&host)) {
            facts.look_for_life(&says, host, now);
            facts.tell(&says, host, now);
        }
    }
}
