//! What the agent says has happened: at most one event per document.

use std::borrow::Cow;

use crate::event_id::EventId;
use crate::service::ServiceType;

/// One event of the agent.
///
/// How its time relates to that of its service in the same document: the agent sends an event in the middle of the check
/// that found it and stamps the service's `collected_us` when that check ends. So in the first sending the service still
/// shows the check before, and the event is *later*: in all 284 first sendings captured from real agents (5.2 to 5.35) by
/// 1.5 ms to 7.1 s, mostly one cycle plus the time the check took so far. When the agent sends a queued event again, the
/// service has been checked since: in all 23 replays captured `service.collected_us` was larger than
/// `event.collected_us`, by 0.6 ms to 17 s. [`crate::Report::event_is_late`] decides by that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event<'a> {
    /// When it arose, on the agent's clock: microseconds since the epoch.
    pub collected_us: i64,
    /// The service's name; `Monit` for instance events, but a service may be called that too: see
    /// [`Event::is_instance`].
    pub service: Cow<'a, str>,
    /// The service's type; the system's for instance events.
    pub service_type: ServiceType,
    /// What it is about.
    pub id: EventId,
    /// Which of the tests that share the id it was, from version 6.1 on: see [`crate::fine_label`].
    pub fine: Option<u32>,
    /// Failed, succeeded, changed.
    pub state: State,
    /// What the agent does about it.
    pub action: Action,
    /// The agent's sentence, for people: it differs between versions and may hold any character. Cut at
    /// [`crate::limits::MAX_LONG_TEXT_BYTES`].
    pub message: Cow<'a, str>,
    /// The token of the request that caused an action; agents up to 5.27.
    pub token: Option<Cow<'a, str>>,
}

impl Event<'_> {
    /// About the agent itself. Decided by the id, since a service may be called `Monit` as well.
    pub fn is_instance(&self) -> bool {
        self.id == EventId::INSTANCE
    }

    /// The outcome of a requested action; whether it worked stands in the message only.
    pub fn is_action(&self) -> bool {
        self.id == EventId::ACTION
    }

    /// The agent started.
    pub fn is_start(&self) -> bool {
        self.is_instance() && self.action == Action::Start && !self.says_reloaded()
    }

    /// The agent read its configuration anew. Start and reload carry the same action, only the message differs.
    pub fn is_reload(&self) -> bool {
        self.is_instance() && self.action == Action::Start && self.says_reloaded()
    }

    /// The agent stopped cleanly. It may have been queued and arrive after the next start.
    pub fn is_stop(&self) -> bool {
        self.is_instance() && self.action == Action::Stop
    }

    fn says_reloaded(&self) -> bool {
        self.message.contains("reload")
    }
}

/// The state an event reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// An earlier failure is over.
    Succeeded,
    /// A test failed.
    Failed,
    /// Something changed, or content matched: a point in time, which no recovery follows.
    Changed,
    /// What had changed has settled.
    ChangedNot,
    /// Inside the agent only.
    Init,
    /// A number this version does not know.
    Other(u32),
}

impl State {
    /// From the number on the wire.
    pub const fn from_code(code: u32) -> Self {
        match code {
            0 => State::Succeeded,
            1 => State::Failed,
            2 => State::Changed,
            4 => State::ChangedNot,
            8 => State::Init,
            other => State::Other(other),
        }
    }

    /// The number on the wire.
    pub const fn code(self) -> u32 {
        match self {
            State::Succeeded => 0,
            State::Failed => 1,
            State::Changed => 2,
            State::ChangedNot => 4,
            State::Init => 8,
            State::Other(code) => code,
        }
    }

    /// One word.
    pub const fn name(self) -> &'static str {
        match self {
            State::Succeeded => "succeeded",
            State::Failed => "failed",
            State::Changed => "changed",
            State::ChangedNot => "changed-not",
            State::Init => "init",
            State::Other(_) => "unknown",
        }
    }
}

/// What the agent does: upon an event, or because somebody asked for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    Ignored,
    Alert,
    Restart,
    Stop,
    Exec,
    Unmonitor,
    Start,
    Monitor,
    /// A number this version does not know.
    Other(u32),
}

const ACTIONS: [(Action, &str); 8] = [
    (Action::Ignored, "ignored"),
    (Action::Alert, "alert"),
    (Action::Restart, "restart"),
    (Action::Stop, "stop"),
    (Action::Exec, "exec"),
    (Action::Unmonitor, "unmonitor"),
    (Action::Start, "start"),
    (Action::Monitor, "monitor"),
];

impl Action {
    /// From the number on the wire.
    pub fn from_code(code: u32) -> Self {
        usize::try_from(code).ok().and_then(|code| ACTIONS.get(code)).map_or(Action::Other(code), |(action, _)| *action)
    }

    /// The number on the wire.
    pub fn code(self) -> u32 {
        match self {
            Action::Other(code) => code,
            known => (0..).zip(ACTIONS).find(|(_, (action, _))| *action == known).map_or(0, |(code, _)| code),
        }
    }

    /// One word.
    pub fn name(self) -> &'static str {
        ACTIONS.iter().find(|(action, _)| *action == self).map_or("unknown", |(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_survive_the_way_through_their_words() {
        for code in 0..20 {
            assert_eq!(State::from_code(code).code(), code);
            assert_eq!(Action::from_code(code).code(), code);
        }
        assert_eq!(Action::from_code(5).name(), "unmonitor");
        assert_eq!(Action::from_code(8).name(), "unknown");
    }
}
