//! Identities, each a type of its own, so that a receiver's id cannot be taken for a rule's.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// A host as tocsin knows it; the agent's own id is an attribute of it.
    HostId,
    /// A named set of hosts.
    GroupId,
    /// One open or closed problem.
    AlertId,
    /// What one tier says about one target.
    PolicyId,
    /// One notification variation of a policy; it keeps its id when the policy is edited (N5).
    RuleId,
    /// A configured destination.
    ReceiverId,
    /// A silence of one host.
    SilenceId,
    /// A downtime window.
    DowntimeId,
    /// A notification that was committed.
    NoticeId,
}

/// Where new ids come from: increasing numbers, unique over all nodes. The server's source is built on the clock, a
/// test's counts from one.
pub trait IdSource {
    /// An id that was never given before.
    fn next_id(&mut self) -> i64;
}

impl<F: FnMut() -> i64> IdSource for F {
    fn next_id(&mut self) -> i64 {
        self()
    }
}
