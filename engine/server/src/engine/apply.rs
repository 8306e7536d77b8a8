//! Turns the effects of a decision into rows, in the order in which they happened.

use tocsin_policy::{AlertId, Effect, HistoryLine, HostId, Moment, Reason, RuleId, Subject, Suppressor};

use super::bus::Topic;
use super::work::Work;
use crate::fault::Fault;
use crate::store::{self, alert::service_of};
use crate::usecase::notify;

/// Makes the effects durable in the transaction of `work`.
pub(super) async fn effects(work: &mut Work, id: HostId, effects: Vec<Effect>) -> Result<(), Fault> {
    if effects.is_empty() {
        return Ok(());
    }
    work.insert_if_new(id).await?;
    work.draft(id).await?.changed = true;
    for effect in effects {
        one(work, id, effect).await?;
    }
    Ok(())
}

async fn one(work: &mut Work, id: HostId, effect: Effect) -> Result<(), Fault> {
    match effect {
        Effect::HostChanged => work.publish(Topic::Hosts),
        Effect::ServiceChanged { name } => {
            work.publish(Topic::Hosts);
            let services = &work.draft(id).await?.host.services;
            let found = services.iter().enumerate().find(|(_, service)| service.name == name);
            if let Some((position, service)) = found.map(|(position, service)| (position, service.clone())) {
                store::host_write::save_service(&mut work.tx, id, position, &service).await?;
            }
        }
        Effect::ServiceVanished { name } => {
            work.publish(Topic::Hosts);
            store::host_write::delete_service(&mut work.tx, id, &name).await?;
        }
        Effect::AlertOpened { alert } => {
            work.publish(Topic::Alerts);
            store::alert::insert(&mut work.tx, id, &alert).await?;
        }
        Effect::AlertTextChanged { id, message } => {
            work.publish(Topic::Alerts);
            store::alert::set_message(&mut work.tx, id, &message).await?;
        }
        Effect::AlertAcknowledged { id, acknowledgement } => {
            work.publish(Topic::Alerts);
            store::alert::acknowledge(&mut work.tx, id, &acknowledgement).await?;
        }
        Effect::AlertReleased { id } => {
            work.publish(Topic::Alerts);
            store::alert::release(&mut work.tx, id).await?;
        }
        Effect::AlertClosed { id, closed_at, reason, .. } => {
            work.publish(Topic::Alerts);
            store::alert::close(&mut work.tx, id, closed_at, reason).await?;
        }
        Effect::SilenceStarted { silence } => {
            work.publish(Topic::Alerts);
            store::silence::insert(&mut work.tx, id, &silence, work.now).await?;
        }
        Effect::SilenceExtended { id, end } => {
            work.publish(Topic::Alerts);
            store::silence::set_end(&mut work.tx, id, end).await?;
        }
        Effect::SilenceEnded { id, at } => {
            work.publish(Topic::Alerts);
            store::silence::end(&mut work.tx, id, at).await?;
        }
        Effect::TimerSet { alert, timer } => store::alert::save_timer(&mut work.tx, alert, &timer).await?,
        Effect::ReceiverTold { alert, told } => store::alert::save_told(&mut work.tx, alert, &told).await?,
        Effect::Notify { notice } => notify::commit(work, id, notice).await?,
        Effect::History { subject, at, line } => history(work, id, &subject, at, &line).await?,
        Effect::Withheld { alert, rule, due_at, reason } => withheld(work, alert, rule, due_at, &reason).await?,
    }
    Ok(())
}

/// Events have rows of their own, written when they came in; everything else becomes a line of the host's history.
async fn history(work: &mut Work, id: HostId, subject: &Subject, at: Moment, line: &HistoryLine) -> Result<(), Fault> {
    if let HistoryLine::Event { late, .. } = line {
        if let (true, Some(event)) = (*late, work.event_row) {
            store::event::mark_late(&mut work.tx, event).await?;
        }
        return Ok(());
    }
    let row = work.ids.next();
    let json = serde_json::to_string(line).map_err(|error| Fault::Internal(error.to_string()))?;
    Ok(store::event::insert_history(&mut work.tx, row, id, service_of(subject), at, &json).await?)
}

async fn withheld(
    work: &mut Work,
    alert: AlertId,
    rule: Option<RuleId>,
    due_at: Moment,
    reason: &Reason,
) -> Result<(), Fault> {
    let json = serde_json::to_string(reason).map_err(|error| Fault::Internal(error.to_string()))?;
    let (id, at, suppressor) = (work.ids.next(), work.now, suppressor_id(reason));
    let new = store::alert::NewWithheld { id, alert, rule, due_at, at, reason: &json, suppressor };
    Ok(store::alert::withhold(&mut work.tx, &new).await?)
}

/// The silence or downtime that held back: each shows how much it has.
fn suppressor_id(reason: &Reason) -> Option<i64> {
    match reason {
        Reason::Suppressed { by: Suppressor::Silence { id, .. } } => Some(id.0),
        Reason::Suppressed { by: Suppressor::Downtime { id, .. } } => Some(id.0),
        _ => None,
    }
}
