//! What a program may be trusted with, beside what its role allows.

/// What a program's token may be for, beside reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Area {
    /// Acknowledge, and take it back.
    Alerts,
    /// Silences and downtimes.
    Silences,
    /// Approve, describe, delete.
    Hosts,
    /// Retry, withdraw, test a receiver.
    Deliveries,
    /// Policies, groups, receivers, accounts, settings.
    Setup,
}

impl Area {
    pub const ALL: [Area; 5] = [Area::Alerts, Area::Silences, Area::Hosts, Area::Deliveries, Area::Setup];

    pub fn name(self) -> &'static str {
        match self {
            Area::Alerts => "alerts",
            Area::Silences => "silences",
            Area::Hosts => "hosts",
            Area::Deliveries => "deliveries",
            Area::Setup => "setup",
        }
    }

    pub fn parse(name: &str) -> Option<Area> {
        Area::ALL.into_iter().find(|area| area.name() == name)
    }
}
