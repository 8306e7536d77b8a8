//! The names behind the ids, for the sentences of decisions.

use tocsin_policy::{Book, GroupId, Moment, Names, PolicyId, ReceiverId, Target};

/// Names as far as the book has them; receivers are known to the store only.
pub struct BookNames<'b> {
    pub book: &'b Book,
}

impl Names for BookNames<'_> {
    fn receiver(&self, id: ReceiverId) -> String {
        format!("receiver {id}")
    }

    fn policy(&self, id: PolicyId) -> String {
        let found = self.book.policies.values().find(|policy| policy.id == id);
        match found.map(|policy| &policy.target) {
            Some(Target::Service { service, .. }) => format!("the policy of service {service}"),
            Some(Target::Host(_)) => "the policy of the host".to_owned(),
            Some(Target::Group(group)) => format!("the policy of host group {}", self.group(*group)),
            Some(Target::Default) => "the default policy".to_owned(),
            None => "a policy that is gone".to_owned(),
        }
    }

    fn group(&self, id: GroupId) -> String {
        self.book.groups.get(&id).map_or_else(|| format!("group {id}"), |group| group.name.clone())
    }

    fn moment(&self, at: Moment) -> String {
        crate::content::moment_words(at)
    }
}
