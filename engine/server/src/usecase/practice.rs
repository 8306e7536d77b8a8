//! A practice alarm: a host that is none reports a failure, and everything that follows is real: the alert, the policy,
//! the notification, the delivery. Every word of it says that it is practice.

use tocsin_policy::{Admission, GroupId, HostId, Observation, ObservedEvent, ObservedService, Span, act};

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{Topic, UseCase, Work};
use crate::fault::Fault;
use crate::store::{self, instance};
use crate::usecase::check_in::CheckIn;

/// The identity of the host that is none; no agent has such a one.
pub const AGENT_ID: &str = "tocsin-practice";
pub const HOST_NAME: &str = "practice";
pub const SERVICE: &str = "practice alarm";
/// When somebody has gone through it to the end, in milliseconds.
const PRACTISED: &str = "practised-at-ms";
/// A practice that nobody has ended is over after this long.
pub const LONGEST: Span = Span::hours(1);
/// It never checks in again, and must not be missed within [`LONGEST`].
const POLL: Span = Span::hours(24);
/// Monit's bit for "execution failed", and its number of a program.
const FAILED: u32 = 0x1;
const PROGRAM: u8 = 7;

/// Lets the practice host fail, as a member of a group or of none.
pub struct StartPractice {
    pub actor: Actor,
    pub group: Option<GroupId>,
}

impl UseCase for StartPractice {
    type Output = HostId;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, HostId> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            if work.draft_of_agent(AGENT_ID).await?.is_some() {
                return Err(Fault::conflict("a practice alarm is under way; end it before you begin another"));
            }
            let groups: Vec<GroupId> = self.group.into_iter().collect();
            if groups.iter().any(|group| !work.book.groups.contains_key(group)) {
                return Err(Fault::conflict("the group is gone; load the page again"));
            }

            report(work, FAILED, &self.actor.name).await?;
            let id = work.draft_of_agent(AGENT_ID).await?;
            let id = id.ok_or_else(|| Fault::Internal("the practice host has not come".to_owned()))?;
            let (now, ids) = (work.now, work.ids.clone());
            let draft = work.draft(id).await?;
            let effects = act::admit(&mut draft.host, Admission::Approved, now, &mut &*ids);
            draft.host.groups.clone_from(&groups);
            draft.changed = true;
            store::host_write::save_groups(&mut work.tx, id, &groups).await?;

            work.apply(id, effects).await?;
            work.resolve(id).await?;
            work.publish(Topic::Hosts);
            work.audit(&self.actor, "began", "a practice alarm", "").await?;
            Ok(id)
        })
    }
}

/// Lets the practice host recover: who was told of the alarm is told of its end.
pub struct RecoverPractice {
    pub actor: Actor,
}

impl UseCase for RecoverPractice {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            if work.draft_of_agent(AGENT_ID).await?.is_none() {
                return Err(Fault::not_found("there is no practice alarm any more; begin another"));
            }
            report(work, 0, &self.actor.name).await?;
            work.audit(&self.actor, "ended", "a practice alarm", "").await
        })
    }
}

/// Removes the practice host with everything about it. `arrived`: it was gone through to the end.
pub struct ClearPractice {
    pub actor: Actor,
    pub arrived: bool,
}

impl UseCase for ClearPractice {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            if self.arrived {
                let now = work.now.0.to_string();
                instance::set(&mut work.tx, PRACTISED, &now).await?;
            }
            let Some(id) = work.draft_of_agent(AGENT_ID).await? else { return Ok(()) };
            work.draft(id).await?.deleted = true;
            store::host::delete(&mut work.tx, id).await?;
            work.publish(Topic::Hosts);
            work.publish(Topic::Alerts);
            work.audit(&self.actor, "cleared away", "a practice alarm", "").await
        })
    }
}

/// Removes a practice host that nobody has cleared away.
pub struct SweepPractice;

impl UseCase for SweepPractice {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let Some(id) = work.draft_of_agent(AGENT_ID).await? else { return Ok(()) };
            let (now, draft) = (work.now, work.draft(id).await?);
            if draft.host.liveness.last_seen_at.is_some_and(|seen| now - seen < LONGEST) {
                return Ok(());
            }
            ClearPractice { actor: Actor::system("tocsin"), arrived: false }.run(work).await
        })
    }
}

/// Whether somebody has gone through one to its end.
///
/// # Errors
/// When the database fails.
pub async fn is_practised(pool: &store::Pool) -> Result<bool, Fault> {
    Ok(instance::read(pool, PRACTISED).await?.is_some())
}

/// The check-in of the host that is none.
async fn report(work: &mut Work, status: u32, by: &str) -> Result<(), Fault> {
    let collected_us = work.now.0 * 1_000;
    let service =
        ObservedService { name: SERVICE.into(), kind: PROGRAM, monitor: 1, status, status_hint: 0, collected_us };
    let (state, message) = match status {
        0 => (0, format!("PRACTICE: {by} has ended the practice alarm. Nobody needs to do anything.")),
        _ => (
            1,
            format!("PRACTICE: nothing is wrong. {by} tries whether an alarm arrives; nobody needs to do anything."),
        ),
    };
    let event =
        ObservedEvent { collected_us, service: SERVICE.into(), id: FAILED, state, action: 1, message, is_new: true };
    let seen = Observation {
        incarnation: 1,
        host_name: HOST_NAME.into(),
        poll: POLL,
        start_delay: Span::ZERO,
        shares_bits: false,
        services: vec![service],
        event: Some(event),
    };
    let check_in = CheckIn {
        host: None,
        agent_id: AGENT_ID.into(),
        seen,
        agent_version: "practice".into(),
        platform: "{}".into(),
        address: Box::default(),
        account: Box::default(),
        body: Box::default(),
    };
    check_in.run(work).await.map(drop)
}
