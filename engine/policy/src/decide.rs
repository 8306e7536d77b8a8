//! Which policy decides (T1–T5), and for each other tier why it does not.

use crate::{Book, GroupId, Host, HostId, Policy, Subject, Target, Tier};

/// What the tiers need to know of a host. Evaluated live at each decision (T7).
#[derive(Clone, Copy, Debug)]
pub struct HostFacts<'h> {
    pub id: HostId,
    pub groups: &'h [GroupId],
}

impl Host {
    /// The facts that the tiers need.
    pub fn facts(&self) -> HostFacts<'_> {
        HostFacts { id: self.id, groups: &self.groups }
    }
}

/// All tiers that were asked, most specific first, and the one that decides.
#[derive(Clone, Debug, PartialEq)]
pub struct Ladder<'b> {
    pub rungs: Vec<Rung<'b>>,
    /// The policy that decides; `None`: nobody is told.
    pub deciding: Option<&'b Policy>,
}

/// One target that was asked. A host in several groups has several rungs on the group tier, best first.
#[derive(Clone, Debug, PartialEq)]
pub struct Rung<'b> {
    pub tier: Tier,
    pub target: Target,
    pub policy: Option<&'b Policy>,
    pub standing: Standing,
}

/// What a rung has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Its policy decides.
    Decides,
    /// It decides, by name only: these groups have the same priority (T3).
    DecidesByName { tied_with: GroupId },
    /// There is no policy for this target.
    Absent,
    /// There is one, but it is disabled: as if absent (T2).
    Disabled,
    /// A more specific tier decides (T2).
    Overridden { by: Tier },
    /// Another group of the host has a lower priority number (T3).
    Outranked { by: GroupId },
    /// Another group has the same priority number and the smaller name (T3).
    LostTie { to: GroupId },
}

/// The policy that decides; the quick form of [`decide_policy`].
pub fn deciding<'b>(book: &'b Book, host: HostFacts<'_>, subject: &Subject) -> Option<&'b Policy> {
    decide_policy(book, host, subject).deciding
}

/// Asks all tiers and says what each answered.
pub fn decide_policy<'b>(_book: &'b Book, _host: HostFacts<'_>, _subject: &Subject) -> Ladder<'b> {
    Ladder { rungs: Vec::new(), deciding: None }
}
