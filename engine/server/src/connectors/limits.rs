//! What an admin lets one connector use up, in the units of people, each within bounds.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tocsin_connector_host::CallLimits;

use crate::fault::FieldError;

/// Limits that differ from what every connector may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Limits {
    /// Of one call, in MiB.
    pub memory_mib: Option<u32>,
    /// Processor time of one call.
    pub cpu_ms: Option<u32>,
    /// Duration of one call, including what it waits for.
    pub wall_ms: Option<u32>,
    /// Calls at once, of all its receivers together.
    pub concurrency: Option<u32>,
    /// Messages a minute for each receiver; otherwise what the connector says of its channel.
    pub per_minute: Option<u32>,
}

/// One of them, as forms and programs know it.
pub struct Bound {
    pub key: &'static str,
    pub label: &'static str,
    pub unit: &'static str,
    pub least: u32,
    pub most: u32,
    /// What holds where nothing is set.
    pub usual: &'static str,
    read: fn(&Limits) -> Option<u32>,
    write: fn(&mut Limits, Option<u32>),
}

/// All of them.
pub const BOUNDS: [Bound; 5] = [
    Bound {
        key: "memory_mib",
        label: "Memory of one call",
        unit: "MiB",
        // A connector in Rust takes about one, an interpreter about thirteen.
        least: 4,
        // What the host reserves addresses for.
        most: 256,
        usual: "64",
        read: |limits| limits.memory_mib,
        write: |limits, value| limits.memory_mib = value,
    },
    Bound {
        key: "cpu_ms",
        label: "Processor time of one call",
        unit: "ms",
        // Two of the steps in which it is counted.
        least: 20,
        // All connectors share two threads: more would keep the others waiting.
        most: 5_000,
        usual: "1000",
        read: |limits| limits.cpu_ms,
        write: |limits, value| limits.cpu_ms = value,
    },
    Bound {
        key: "wall_ms",
        label: "Duration of one call",
        unit: "ms",
        least: 500,
        // The end of the program and the lease of a delivery wait no longer.
        most: 30_000,
        usual: "30000",
        read: |limits| limits.wall_ms,
        write: |limits, value| limits.wall_ms = value,
    },
    Bound {
        key: "concurrency",
        label: "Calls at once",
        unit: "",
        least: 1,
        // The host has 64 places; the others keep some.
        most: 48,
        usual: "48",
        read: |limits| limits.concurrency,
        write: |limits, value| limits.concurrency = value,
    },
    Bound {
        key: "per_minute",
        label: "Messages a minute for each receiver",
        unit: "",
        least: 1,
        most: 6_000,
        usual: "as the connector says of its channel",
        read: |limits| limits.per_minute,
        write: |limits, value| limits.per_minute = value,
    },
];

impl Bound {
    pub fn of(&self, limits: &Limits) -> Option<u32> {
        (self.read)(limits)
    }

    pub fn set(&self, limits: &mut Limits, value: Option<u32>) {
        (self.write)(limits, value);
    }
}

impl Limits {
    /// Everything that is out of bounds.
    pub fn wrong(&self) -> Vec<FieldError> {
        let outside = |bound: &&Bound| bound.of(self).is_some_and(|value| !(bound.least..=bound.most).contains(&value));
        let error = |bound: &Bound| FieldError { field: bound.key.to_owned(), message: bound.sentence() };
        BOUNDS.iter().filter(outside).map(error).collect()
    }

    /// For the host; the pace is kept by the deliverer.
    pub fn of_calls(&self) -> CallLimits {
        let millis = |ms: u32| Duration::from_millis(u64::from(ms));
        CallLimits {
            memory_bytes: self.memory_mib.map(|mib| (mib as usize) << 20),
            cpu: self.cpu_ms.map(millis),
            wall: self.wall_ms.map(millis),
            concurrency: self.concurrency,
        }
    }

    /// What is set, for the audit log.
    pub fn words(&self) -> String {
        let set = BOUNDS.iter().filter_map(|bound| Some((bound, bound.of(self)?)));
        let words: Vec<String> = set.map(|(bound, value)| format!("{} {value}", bound.key)).collect();
        if words.is_empty() { "as for every connector".to_owned() } else { words.join(", ") }
    }
}

impl Bound {
    /// What may be written.
    pub fn sentence(&self) -> String {
        format!("{}: a number from {} to {}, or nothing for the usual", self.label, self.least, self.most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_has_bounds_and_none_is_the_usual() {
        assert_eq!(Limits::default().wrong(), []);
        assert_eq!(Limits::default().of_calls(), CallLimits::default());
        let limits = Limits { memory_mib: Some(257), wall_ms: Some(499), cpu_ms: Some(20), ..Limits::default() };
        let wrong: Vec<String> = limits.wrong().into_iter().map(|error| error.field).collect();
        assert_eq!(wrong, ["memory_mib", "wall_ms"]);
        let limits = Limits { memory_mib: Some(8), ..Limits::default() };
        assert_eq!(limits.of_calls().memory_bytes, Some(8 << 20));
        assert_eq!(limits.words(), "memory_mib 8");
    }

    #[test]
    fn each_bound_reads_what_it_writes_and_nothing_else() {
        for bound in &BOUNDS {
            let mut limits = Limits::default();
            bound.set(&mut limits, Some(bound.most));
            assert_eq!(BOUNDS.iter().filter_map(|other| other.of(&limits)).collect::<Vec<_>>(), [bound.most]);
        }
    }
}
