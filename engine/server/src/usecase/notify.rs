//! A decided notification goes into the outbox, in the same commit as the decision. An undelivered older one of the
//! same alert and receiver gives way to it (D2). The first that a receiver hears of an alert is leased as it is written,
//! where the receiver has a free place: its way to the connector waits for one commit and not for two.

use tocsin_connector_host::Leave;
use tocsin_policy::{AlertId, HostId, Moment, Notice, NoticeKind, ReceiverId, Span, outbox};

use crate::content::{Acknowledged, Content};
use crate::engine::{Topic, Work};
use crate::fault::Fault;
use crate::store;
use crate::usecase::deliver::{Claimed, LEASE};

/// Writes one notice to the outbox.
pub(crate) async fn commit(work: &mut Work, host: HostId, notice: Notice) -> Result<(), Fault> {
    // A receiver that hears of the alert for the first time has nothing of it waiting.
    let is_first = matches!(notice.kind, NoticeKind::Problem | NoticeKind::Change);
    let pending =
        if is_first { None } else { store::outbox::pending(&mut work.tx, notice.alert, notice.receiver).await? };
    match outbox::merge(pending) {
        outbox::Merged::Keep => return Ok(()),
        outbox::Merged::Deliver => {}
        outbox::Merged::Replace => {
            store::outbox::supersede(&mut work.tx, notice.alert, notice.receiver, work.now).await?;
        }
    }
    let (book, place) = (work.book.clone(), work.place.clone());
    let draft = work.draft(host).await?;
    let mut content = Content::of(&notice, &draft.host, &draft.profile, &book, &place);
    if notice.kind == NoticeKind::Recovery {
        content.acknowledgement = taken(work, notice.alert).await?;
    }
    let json = |error: serde_json::Error| Fault::Internal(error.to_string());
    let reason = serde_json::to_string(&notice.reason).map_err(json)?;
    let content = serde_json::to_string(&content).map_err(json)?;
    let new = store::outbox::NewNotification {
        id: notice.id,
        alert: Some(notice.alert),
        receiver: notice.receiver,
        rule: Some(notice.rule),
        kind: store::outbox::kind_word(notice.kind),
        urgency: notice.urgency,
        at: notice.at,
        reason: &reason,
        content: &content,
    };
    if is_first && notice.urgency == Some(1) {
        // It may be one that does not wait for others.
        work.places.release(notice.receiver);
    }
    let free = is_first && is_unpaced(work, notice.receiver) && work.places.free(notice.receiver, work.now) > 0;
    let node = work.deliverer.clone().filter(|_| free);
    let lease = node.as_deref().map(|node| (node, work.now + LEASE));
    store::outbox::insert(&mut work.tx, &new, lease).await?;
    work.metrics.notification(store::outbox::kind_word(notice.kind));
    if lease.is_some() {
        work.publish(Topic::Deliveries);
        return begin(work, &notice, content);
    }
    work.wake_deliverer();
    Ok(())
}

/// Whether a receiver takes each message as it comes, at any pace.
fn is_unpaced(work: &Work, receiver: ReceiverId) -> bool {
    let channel = work.channels.get(receiver);
    let manner = work.manners.get(&receiver);
    let waits = channel.bundles && manner.is_some_and(|manner| manner.bundle_for > Span::ZERO);
    !waits && channel.per_minute.is_none() && manner.is_none_or(|manner| manner.per_minute.is_none())
}

/// Who has an alert now, or had it when it ended.
pub(crate) async fn taken(work: &mut Work, alert: AlertId) -> Result<Option<Acknowledged>, Fault> {
    let taken = store::alert::taken(&mut work.tx, alert, work.now).await?;
    Ok(taken.map(|(by, note, until)| Acknowledged { by, note, until_ms: (until != Moment::FAR).then_some(until.0) }))
}

/// Has the deliverer begin right after the commit.
fn begin(work: &mut Work, notice: &Notice, content: String) -> Result<(), Fault> {
    let receiver = work.receivers.get(&notice.receiver).cloned();
    let receiver = receiver.ok_or_else(|| Fault::Internal("a rule names a receiver that is gone".to_owned()))?;
    let due = store::outbox::Due {
        notification_id: notice.id.0,
        alert_id: Some(notice.alert.0),
        receiver_id: notice.receiver.0,
        attempts: 0,
        created_at_ms: notice.at.0,
        bundle_id: None,
        rank: notice.urgency.map_or(store::outbox::RANK_WITHOUT_URGENCY, i64::from),
        kind: store::outbox::kind_word(notice.kind).to_owned(),
        content,
        prior_handle: None,
        has_heard: false,
    };
    let place = work.places.take(notice.receiver);
    let manner = work.manners.get(&notice.receiver).cloned().unwrap_or_default();
    work.claimed.push(Claimed { due, more: Vec::new(), bundle: None, receiver, manner, place, leave: Leave::given() });
    Ok(())
}
