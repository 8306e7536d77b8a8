//! What is over and old is deleted: in small steps, each a short transaction, so that check-ins pass between them. Ids
//! begin with the time, so that what is old is found by the key of its table.

use tocsin_policy::Moment;

use super::Tx;
use super::sql::execute;

/// Whom a step is about, in the order in which it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Old {
    Events,
    Rejected,
    History,
    Silences,
    Downtimes,
    Deliveries,
    Alerts,
    Audit,
    Links,
}

const EVENTS: &str = "delete from event where id in (select id from event where id < $1 order by id limit $2)";

const REJECTED: &str = "delete from rejected_check_in where id in (
        select id from rejected_check_in where last_at_ms < $1 order by last_at_ms limit $2)";

const HISTORY: &str = "delete from history where id in (select id from history where id < $1 order by id limit $2)";

const SILENCES: &str = "delete from silence where id in (
        select id from silence where end_at_ms < $1 order by end_at_ms limit $2)";

const DOWNTIMES: &str = "delete from downtime where id in (
        select id from downtime where end_at_ms < $1 order by end_at_ms limit $2)";

/// Of alerts that are open nothing goes: what was told of them decides what follows.
const DELIVERIES: &str = "delete from notification where id in (
        select n.id from notification n join delivery d on d.notification_id = n.id
        left join alert a on a.id = n.alert_id
        where n.id < $1 and d.state in ('delivered', 'superseded', 'dead')
        and (n.alert_id is null or a.closed_at_ms is not null) order by n.id limit $2)";

/// With their timers, what was told and withheld, and whatever is left of their notifications.
const ALERTS: &str = "delete from alert where id in (
        select id from alert where closed_at_ms < $1 order by closed_at_ms limit $2)";

const AUDIT: &str = "delete from audit where id in (select id from audit where id < $1 order by id limit $2)";

/// Links that have expired by themselves need not be known as used any more.
const LINKS: &str = "delete from used_link where number in (
        select number from used_link where until_ms < $1 order by until_ms limit $2)";

impl Old {
    pub const ALL: [Old; 9] = [
        Old::Events,
        Old::Rejected,
        Old::History,
        Old::Silences,
        Old::Downtimes,
        Old::Deliveries,
        Old::Alerts,
        Old::Audit,
        Old::Links,
    ];
}

/// Deletes the oldest that are older than `before`, `limit` at most; how many went. `first_id` is the first id that can
/// have been given at `before`.
pub async fn delete(tx: &mut Tx, what: Old, before: Moment, first_id: i64, limit: i64) -> sqlx::Result<u64> {
    match what {
        Old::Events => execute!(tx, EVENTS, first_id, limit),
        Old::Rejected => execute!(tx, REJECTED, before.0, limit),
        Old::History => execute!(tx, HISTORY, first_id, limit),
        Old::Silences => execute!(tx, SILENCES, before.0, limit),
        Old::Downtimes => execute!(tx, DOWNTIMES, before.0, limit),
        Old::Deliveries => execute!(tx, DELIVERIES, first_id, limit),
        Old::Alerts => execute!(tx, ALERTS, before.0, limit),
        Old::Audit => execute!(tx, AUDIT, first_id, limit),
        Old::Links => execute!(tx, LINKS, before.0, limit),
    }
}
