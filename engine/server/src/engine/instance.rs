//! What operators say of this instance beside policies: its name, its clock, how long things are kept.

use serde::Serialize;
use tocsin_policy::{Span, Zone};

/// The facts of the instance, loaded with the book and held in memory like it.
#[derive(Clone, Debug, PartialEq)]
pub struct Instance {
    /// As people call it; empty is just "tocsin".
    pub name: String,
    /// The clock that forms propose, and that pages write beside moments.
    pub zone: Zone,
    /// What links in messages begin with, where it is not what the program was started with.
    pub public_url: Option<String>,
    /// How long an acknowledgement holds when nobody says otherwise; `None` is until recovery.
    pub acknowledge_for: Option<Span>,
    pub retention: Retention,
}

/// How long what is over is kept, in days; `None` is for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Retention {
    /// What agents said, and check-ins that were refused.
    pub events: Option<u32>,
    /// When hosts went down and came back; silences and downtimes that are over.
    pub history: Option<u32>,
    /// Alerts that have ended, with everything about them.
    pub alerts: Option<u32>,
    /// Notifications of ended alerts with their attempts and receipts.
    pub deliveries: Option<u32>,
    /// Who did what.
    pub audit: Option<u32>,
}

impl Default for Retention {
    /// A quarter of details, a year of what happened, two of who did what: about a gigabyte for a thousand hosts.
    fn default() -> Retention {
        let (quarter, year) = (Some(92), Some(366));
        Retention { events: quarter, history: year, alerts: year, deliveries: quarter, audit: Some(2 * 366) }
    }
}

impl Default for Instance {
    fn default() -> Instance {
        Instance {
            name: String::new(),
            zone: Zone::utc(),
            public_url: None,
            acknowledge_for: None,
            retention: Retention::default(),
        }
    }
}
