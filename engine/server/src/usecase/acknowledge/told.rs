//! Tells those who had the problem that somebody is on it, where their receiver wants to hear it. It is told at the
//! operator's action and by no timer: it moves no due time, and nothing holds it back.

use tocsin_policy::{Alert, AlertId, HostId, Notice, NoticeId, NoticeKind, Reason, outbox};

use crate::content::Content;
use crate::engine::Work;
use crate::fault::Fault;
use crate::store;
use crate::store::outbox::{ACKNOWLEDGED, NewNotification};
use crate::usecase::notify::taken;

/// Writes one notification for each receiver that was told of the alert and wants to hear who takes it over.
pub(super) async fn tell(work: &mut Work, host: HostId, alert: AlertId) -> Result<(), Fault> {
    let draft = work.draft(host).await?;
    let Some(alert) = draft.host.alerts.iter().find(|open| open.id == alert).cloned() else { return Ok(()) };
    for told in &alert.told {
        let wants = work.manners.get(&told.receiver).is_some_and(|manner| manner.tells_acknowledged);
        let there = work.receivers.get(&told.receiver).is_some_and(|receiver| receiver.enabled);
        if wants && there {
            one(work, host, &alert, told).await?;
        }
    }
    Ok(())
}

async fn one(work: &mut Work, host: HostId, alert: &Alert, told: &tocsin_policy::Told) -> Result<(), Fault> {
    let pending = store::outbox::pending(&mut work.tx, alert.id, told.receiver).await?;
    match outbox::merge(pending) {
        outbox::Merged::Keep => return Ok(()),
        outbox::Merged::Deliver => {}
        outbox::Merged::Replace => {
            store::outbox::supersede(&mut work.tx, alert.id, told.receiver, work.now).await?;
        }
    }
    let taken = taken(work, alert.id).await?;
    let (id, book, place, now) = (NoticeId(work.ids.next()), work.book.clone(), work.place.clone(), work.now);
    let notice = Notice {
        id,
        alert: alert.id,
        subject: alert.subject.clone(),
        alert_kind: alert.kind,
        kind: NoticeKind::Reminder,
        receiver: told.receiver,
        at: now,
        rule: told.rule,
        urgency: told.urgency,
        opened_at: alert.opened_at,
        ended: None,
        message: alert.message.clone(),
        reason: Reason::NobodyWasTold,
    };
    let draft = work.draft(host).await?;
    let mut content = Content::of(&notice, &draft.host, &draft.profile, &book, &place);
    // The operator is the reason, and the title names them.
    (content.kind, content.reason) = (ACKNOWLEDGED.to_owned(), String::new());
    content.acknowledgement = taken;
    let content = serde_json::to_string(&content).map_err(|error| Fault::Internal(error.to_string()))?;
    let new = NewNotification {
        id,
        alert: Some(alert.id),
        receiver: told.receiver,
        rule: Some(told.rule),
        kind: ACKNOWLEDGED,
        urgency: told.urgency,
        at: now,
        reason: "null",
        content: &content,
    };
    store::outbox::insert(&mut work.tx, &new, None).await?;
    work.metrics.notification(ACKNOWLEDGED);
    work.wake_deliverer();
    Ok(())
}
