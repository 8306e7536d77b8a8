//! What can hold a notification back for a time (S1–S7).

use serde::{Deserialize, Serialize};

use crate::{DowntimeId, DowntimeSchedule, GroupId, HostId, Moment, SilenceId};

/// A silence of one host: all of its services and its liveness (S5). Half-open `[start, end)`.
#[derive(Clone, Debug, PartialEq)]
pub struct Silence {
    pub id: SilenceId,
    pub by: String,
    pub start: Moment,
    pub end: Moment,
}

/// A planned silence (S6).
#[derive(Clone, Debug, PartialEq)]
pub struct Downtime {
    pub id: DowntimeId,
    pub title: String,
    pub scope: Scope,
    pub schedule: DowntimeSchedule,
}

/// What a downtime covers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    Service { host: HostId, service: Box<str> },
    Host(HostId),
    Group(GroupId),
    All,
}

/// Who holds a notification back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "suppressor", rename_all = "kebab-case")]
pub enum Suppressor {
    /// S7: the host is down, its services cannot be judged.
    HostDown {
        since: Moment,
    },
    Downtime {
        id: DowntimeId,
        title: String,
        until: Moment,
    },
    Silence {
        id: SilenceId,
        by: String,
        until: Moment,
    },
    Acknowledgement {
        by: String,
        until: Moment,
    },
}

impl Suppressor {
    /// When it ends by itself; [`Moment::FAR`] where no time is set.
    pub fn until(&self) -> Moment {
        match self {
            Suppressor::HostDown { .. } => Moment::FAR,
            Suppressor::Downtime { until, .. }
            | Suppressor::Silence { until, .. }
            | Suppressor::Acknowledgement { until, .. } => *until,
        }
    }
}
