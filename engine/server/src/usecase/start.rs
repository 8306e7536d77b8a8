//! The first steps of a new instance: the proposal of a first policy, and when the list of steps is put away.

use tocsin_policy::{Every, ReceiverId, Span, Target};

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store::instance;
use crate::usecase::policy::{RuleForm, SavePolicy, SayForm};

/// Present when an admin has put the list away.
pub const DISMISSED: &str = "first-steps-dismissed";
/// How often the proposed policy reminds: often enough not to be forgotten, seldom enough to be left on.
pub const PROPOSED_INTERVAL: Span = Span::hours(4);

/// Lays down the first policy: the default tells a receiver at once, reminds, and tells the end.
pub struct ProposeFirst {
    pub actor: Actor,
    pub receiver: ReceiverId,
}

impl UseCase for ProposeFirst {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            if work.book.policies.contains_key(&Target::Default) {
                return Err(Fault::conflict("there is a default policy already; edit that one"));
            }
            let rule = RuleForm {
                id: None,
                receivers: vec![self.receiver],
                every: Every::Interval(PROPOSED_INTERVAL),
                after: Span::ZERO,
                recovery: true,
                changes: true,
                active: None,
            };
            let (actor, say) = (self.actor.clone(), SayForm::Rules(vec![rule]));
            let save =
                SavePolicy { actor, target: Target::Default, enabled: true, say, recognize: false, version: Some(0) };
            save.run(work).await.map(drop)
        })
    }
}

/// Puts the list of first steps away, or brings it back.
pub struct DismissSteps {
    pub actor: Actor,
    pub dismissed: bool,
}

impl UseCase for DismissSteps {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            match self.dismissed {
                true => instance::set(&mut work.tx, DISMISSED, "true").await?,
                false => instance::remove(&mut work.tx, DISMISSED).await?,
            }
            let done = if self.dismissed { "put away" } else { "brought back" };
            work.audit(&self.actor, done, "the first steps", "").await
        })
    }
}
