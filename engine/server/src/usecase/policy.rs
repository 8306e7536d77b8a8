//! Policies: what each of the four tiers says, and how often an urgency repeats.

mod check;
mod delete;
mod form;
mod recognize;
mod save;
mod urgency;

use tocsin_policy::{Span, Target};

pub use check::check;
pub use delete::DeletePolicy;
pub use form::{RuleForm, SayForm};
pub use recognize::is_unchanged;
pub use save::SavePolicy;
pub use urgency::SaveUrgency;

use crate::engine::Work;
use crate::fault::Fault;

/// Rules of one policy; more could not be understood by anybody who is paged.
pub const RULES: usize = 20;
/// Receivers of one rule.
pub const RECEIVERS: usize = 50;
/// The core knows no shorter one.
pub const SHORTEST_INTERVAL: Span = Span::seconds(1);
/// Who asks for reminders more often than this has mostly mistaken a letter: it is taken, with a warning.
pub const HURRIED: Span = Span::minutes(1);
/// As long as lengths can be written: who wants no reminders at all writes years.
pub const LONGEST_INTERVAL: Span = Span::hours(24 * 3_660);
/// What has lasted for a year is no news.
pub const LONGEST_DELAY: Span = Span::hours(24 * 366);

/// What is to be known of an interval that is taken and hardly meant.
pub fn hurried(every: Span) -> Option<String> {
    let is_hurried = every < HURRIED && every >= SHORTEST_INTERVAL;
    let words = every.exactly();
    is_hurried.then(|| {
        format!("a reminder every {words} until it is fixed is more than anybody reads; minutes are written like 5m")
    })
}

/// The name of a target for people; refused when it is not there.
async fn describe(work: &mut Work, target: &Target) -> Result<String, Fault> {
    Ok(match target {
        Target::Default => "the default policy".to_owned(),
        Target::Group(id) => match work.book.groups.get(id) {
            Some(group) => format!("the policy of host group {}", group.name),
            // A group that was made in this very transaction is not in the book yet.
            None => "the policy of a new host group".to_owned(),
        },
        Target::Host(id) => format!("the policy of host {}", work.draft(*id).await?.host.name),
        Target::Service { host, service } => {
            format!("the policy of service {service} on {}", work.draft(*host).await?.host.name)
        }
    })
}
