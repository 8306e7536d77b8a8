//! Sentences.
use crate::{GroupId, Moment, PolicyId, Reason, ReceiverId};

/// The names behind the ids, and the way to write a moment: the UI has its time zone, the rehearsal its minutes.
pub trait Names {
    fn receiver(&self, id: ReceiverId) -> String;
    fn policy(&self, id: PolicyId) -> String;
    fn group(&self, id: GroupId) -> String;
    fn moment(&self, at: Moment) -> String;
}

impl Reason {
    /// For people.
    pub fn sentence(&self, _names: &dyn Names) -> String {
        String::new()
    }
}
