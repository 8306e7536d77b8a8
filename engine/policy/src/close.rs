//! The end of an alert. Whoever closes one gets the recoveries with it, so that R1 holds wherever an alert ends: V to
//! exactly those that were told, at once, whatever suppresses, and nothing after it (R2).

use crate::{Alert, AlertKind, CloseReason, Effect, IdSource, Moment, Notice, NoticeId, NoticeKind, Reason, Service};

/// Closes `alert`, which the caller has taken out of the host.
pub(crate) fn close(alert: Alert, reason: CloseReason, now: Moment, ids: &mut dyn IdSource, effects: &mut Vec<Effect>) {
    effects.push(Effect::AlertClosed {
        id: alert.id,
        subject: alert.subject.clone(),
        opened_at: alert.opened_at,
        closed_at: now,
        reason,
    });
    // E3: a change has no recovery.
    if alert.kind == AlertKind::Change {
        return;
    }
    if alert.told.is_empty() {
        let reason = Reason::NobodyWasTold;
        effects.push(Effect::Withheld { alert: alert.id, rule: None, due_at: now, reason });
    }
    for told in &alert.told {
        if !told.recovery {
            let reason = Reason::RecoveryNotWanted;
            effects.push(Effect::Withheld { alert: alert.id, rule: Some(told.rule), due_at: now, reason });
            continue;
        }
        effects.push(Effect::Notify {
            notice: Notice {
                id: NoticeId(ids.next_id()),
                alert: alert.id,
                subject: alert.subject.clone(),
                alert_kind: alert.kind,
                kind: NoticeKind::Recovery,
                receiver: told.receiver,
                at: now,
                rule: told.rule,
                urgency: told.urgency,
                opened_at: alert.opened_at,
                ended: Some((now, reason)),
                message: alert.message.clone(),
                reason: Reason::Ended { close: reason },
            },
        });
    }
}

/// After the alerts of services were closed without their recovery: what still fails is a new alert when it is seen
/// again.
pub(crate) fn forget_conditions(services: &mut [Service], effects: &mut Vec<Effect>) {
    for service in services.iter_mut().filter(|service| service.alerting != 0 || service.clear_since_us != 0) {
        service.alerting = 0;
        service.clear_since_us = 0;
        effects.push(Effect::ServiceChanged { name: service.name.clone() });
    }
}
