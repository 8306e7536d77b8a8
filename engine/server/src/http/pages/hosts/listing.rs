//! What a page of the list is chosen from: of each host only what decides whether and where it stands. Ten thousand hosts
//! lie all over the memory; they are gone through once, and the hundred that are shown are fetched afterwards.

use std::cmp::Ordering;
use std::ops::Range;

use tocsin_policy::{Host, HostId, Moment};

use super::super::filter::{self, Seen, shows};
use super::window::window;
use crate::actor::Reach;
use crate::app::App;

/// The tabs by admission, as [`shows`] knows them.
pub const OF_ADMISSION: [&str; 4] = ["", "pending", "ignored", "blocked"];

/// The hosts that a tab shows and a filter takes, in no order yet.
#[derive(Default)]
pub struct Listing {
    entries: Vec<Entry>,
    /// The names of all entries, one behind the other.
    names: String,
    /// Hosts in each tab, whatever the filter says.
    pub counts: [usize; OF_ADMISSION.len()],
    /// Hosts that the person knows of.
    pub known: usize,
}

struct Entry {
    trouble: u8,
    last_seen_at: Option<Moment>,
    name: Range<usize>,
    id: HostId,
}

impl Listing {
    /// Goes through the hosts that somebody knows of; `takes` is the filter.
    pub fn of(app: &App, reach: &Reach, show: &str, takes: Option<&dyn Fn(&Seen) -> bool>) -> Listing {
        let (mut listing, mut asked) = (Listing::default(), Vec::new());
        reach.each(app.engine.fleet(), |state| {
            listing.known += 1;
            for (count, tab) in listing.counts.iter_mut().zip(OF_ADMISSION) {
                *count += usize::from(shows(tab, state.host.admission));
            }
            if !shows(show, state.host.admission) {
                return;
            }
            match takes {
                None => listing.push(&state.host),
                // A filter can be long: nobody waits for the fleet meanwhile.
                Some(_) => asked.push(Seen::of(state)),
            }
        });
        if let Some(takes) = takes {
            asked.iter().filter(|seen| takes(seen)).for_each(|seen| listing.push(&seen.host));
        }
        listing
    }

    fn push(&mut self, host: &Host) {
        let begin = self.names.len();
        self.names.push_str(&host.name);
        self.entries.push(Entry {
            trouble: filter::order(host),
            last_seen_at: host.liveness.last_seen_at,
            name: begin..self.names.len(),
            id: host.id,
        });
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// So many of them from `from` on, ordered by `name`, by the last check-in (`seen`; the longest ago first), or else
    /// trouble first; then by name.
    pub fn page(&mut self, sort: &str, from: usize, most: usize) -> Vec<HostId> {
        let names = &self.names;
        let by_name = |a: &Entry, b: &Entry| (&names[a.name.clone()], a.id).cmp(&(&names[b.name.clone()], b.id));
        let order = |a: &Entry, b: &Entry| -> Ordering {
            match sort {
                "name" => by_name(a, b),
                "seen" => a.last_seen_at.cmp(&b.last_seen_at).then_with(|| by_name(a, b)),
                _ => a.trouble.cmp(&b.trouble).then_with(|| by_name(a, b)),
            }
        };
        window(&mut self.entries, from, most, order).iter().map(|entry| entry.id).collect()
    }
}
