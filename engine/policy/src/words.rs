//! The sentences of the core. The same ones stand in the UI's "Why?", in the API, in the log and in the rehearsal, so
//! that a reason that was read in one place can be searched for in the others.

use crate::{CloseReason, GroupId, Moment, NoticeKind, PolicyId, Reason, ReceiverId, Standing, Suppressor, Tier};

/// The names behind the ids, and the way to write a moment: the UI has a reader's time zone, the rehearsal its minutes.
pub trait Names {
    fn receiver(&self, id: ReceiverId) -> String;
    /// As it stands in a sentence: "policy of group web".
    fn policy(&self, id: PolicyId) -> String;
    fn group(&self, id: GroupId) -> String;
    fn moment(&self, at: Moment) -> String;
}

impl Reason {
    /// For people; without a full stop, to be put after "because" or a dash.
    pub fn sentence(&self, names: &dyn Names) -> String {
        let policy = |tier: &Tier, id: &PolicyId| format!("{} ({} tier)", names.policy(*id), tier.word());
        match self {
            Reason::FirstNotice { tier, policy: id } => format!("first notice, by {}", policy(tier, id)),
            Reason::IntervalPassed { tier, policy: id, every } => {
                format!("{} since the last notice of this alert, by {}", every.words(), policy(tier, id))
            }
            Reason::Overdue { tier, policy: id, due_at } => {
                format!("due since {}, by {}", names.moment(*due_at), policy(tier, id))
            }
            Reason::Released { tier, policy: id, due_at } => {
                format!("was due {} and is no longer held back, by {}", names.moment(*due_at), policy(tier, id))
            }
            Reason::Ended { close } => format!("told of the problem before, and now: {}", close.sentence()),
            Reason::NoPolicy => "no enabled policy says whom to tell".to_owned(),
            Reason::Muted { tier, policy: id } => format!("muted by {}", policy(tier, id)),
            Reason::Suppressed { by } => by.sentence(names),
            Reason::OutsideActiveHours { until } if *until >= Moment::FAR => {
                "outside the active hours of the rule, which never begin".to_owned()
            }
            Reason::OutsideActiveHours { until } => {
                format!("outside the active hours of the rule until {}", names.moment(*until))
            }
            Reason::NotAdmitted { pending: true } => "the host waits for approval".to_owned(),
            Reason::NotAdmitted { pending: false } => "the host is ignored".to_owned(),
            Reason::ChangesNotWanted => "the rule does not want changes".to_owned(),
            Reason::RecoveryNotWanted => "the rule does not want recoveries".to_owned(),
            Reason::NobodyWasTold => "nobody was told of the problem, so nobody is told of its end".to_owned(),
            Reason::AwaitsCheckIn => "the engine has just started and waits for news of the host".to_owned(),
        }
    }
}

impl Suppressor {
    /// Who holds back, and until when: "silence by anna until 14:00".
    pub fn sentence(&self, names: &dyn Names) -> String {
        let until = |at: &Moment, far: &str| match *at >= Moment::FAR {
            true => far.to_owned(),
            false => format!("until {}", names.moment(*at)),
        };
        match self {
            Suppressor::HostDown { since } => format!("host down since {}", names.moment(*since)),
            Suppressor::Downtime { title, until: at, .. } => {
                format!("downtime “{title}” {}", until(at, "until it is cancelled"))
            }
            Suppressor::Silence { by, until: at, .. } => format!("silence by {by} {}", until(at, "until it is ended")),
            Suppressor::Acknowledgement { by, until: at } => {
                format!("acknowledged by {by} {}", until(at, "until recovery"))
            }
        }
    }
}

impl CloseReason {
    /// How an alert ended.
    pub fn sentence(&self) -> &'static str {
        match self {
            CloseReason::Recovered => "recovered",
            CloseReason::Unmonitored => "no longer monitored by the agent",
            CloseReason::Vanished => "gone from the agent's configuration",
            CloseReason::Told => "a change, over with its notice",
            CloseReason::Dismissed => "dismissed, since the host takes no part any more",
        }
    }
}

impl Standing {
    /// What a rung of the ladder has to say.
    pub fn sentence(&self, names: &dyn Names) -> String {
        match self {
            Standing::Decides => "decides".to_owned(),
            Standing::DecidesByName { tied_with } => {
                format!("decides by its name: group {} has the same priority", names.group(*tied_with))
            }
            Standing::Absent => "has no policy".to_owned(),
            Standing::Disabled => "has a policy, but it is disabled".to_owned(),
            Standing::Overridden { by } => format!("overridden by the {} tier", by.word()),
            Standing::Outranked { by } => format!("outranked: group {} has a lower priority number", names.group(*by)),
            Standing::LostTie { to } => {
                format!("same priority as group {}, whose name comes first", names.group(*to))
            }
        }
    }
}

impl Tier {
    /// Its name.
    pub fn word(self) -> &'static str {
        match self {
            Tier::Service => "service",
            Tier::Host => "host",
            Tier::Group => "group",
            Tier::Default => "default",
        }
    }
}

impl NoticeKind {
    /// The letter of the rehearsal and of lists: a change is a P, marked elsewhere (E3).
    pub fn letter(self) -> char {
        match self {
            NoticeKind::Problem | NoticeKind::Change => 'P',
            NoticeKind::Reminder => 'R',
            NoticeKind::Recovery => 'V',
        }
    }
}
