//! The outbox: notifications that were committed, their deliveries, and every attempt.

use tocsin_policy::{AlertId, Moment, NoticeId, NoticeKind, ReceiverId, RuleId};

use super::Tx;
use super::sql::{execute, execute_later, fetch_all, fetch_optional, read_optional};

const INSERT_NOTIFICATION: &str = "insert into notification (id, alert_id, receiver_id, rule_id, kind, urgency, at_ms, \
    reason, content) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const INSERT_DELIVERY: &str = "insert into delivery (notification_id, alert_id, receiver_id, state, rank, attempts, \
    created_at_ms, due_at_ms, lease_owner, lease_until_ms, detail) values ($1, $2, $3, $6, $4, $7, $5, $5, $8, $9, '')";
const PENDING: &str = "select n.kind from delivery d join notification n on n.id = d.notification_id \
    where d.alert_id = $1 and d.receiver_id = $2 and d.state = 'due'";
const SUPERSEDE: &str = "update delivery set state = 'superseded', finished_at_ms = $3, \
    detail = 'a newer notification of the same alert took its place' \
    where alert_id = $1 and receiver_id = $2 and state = 'due'";
const DUE_RECEIVERS: &str = "select distinct d.receiver_id from delivery d join receiver r on r.id = d.receiver_id \
    where d.state = 'due' and d.due_at_ms <= $1 and r.enabled \
    and not exists (select 1 from connector c where c.name = r.connector and c.disabled) order by d.receiver_id";
/// Highest urgency first, then oldest; a minute of waiting weighs as much as one step of urgency, so nothing starves.
const DUE: &str = "select d.notification_id, d.alert_id, d.receiver_id, d.attempts, d.created_at_ms, d.bundle_id, d.rank, n.kind, n.content, \
    (select p.handle from notification m join delivery p on p.notification_id = m.id where m.alert_id = d.alert_id \
    and m.receiver_id = d.receiver_id and p.state = 'delivered' and p.handle is not null \
    order by p.created_at_ms desc limit 1) as prior_handle, \
    exists (select 1 from notification m join delivery h on h.notification_id = m.id where m.alert_id = d.alert_id \
    and m.receiver_id = d.receiver_id and h.state = 'delivered') as has_heard \
    from delivery d join notification n on n.id = d.notification_id \
    where d.receiver_id = $1 and d.state = 'due' and d.due_at_ms <= $2 and not exists (select 1 from delivery l \
    where l.alert_id = d.alert_id and l.receiver_id = d.receiver_id and l.state = 'leased') \
    order by d.rank * 60000 + d.created_at_ms, d.notification_id limit $3";
const LEASE: &str = "update delivery set state = 'leased', lease_owner = $2, lease_until_ms = $3, attempts = attempts + 1, \
    bundle_id = coalesce($4, bundle_id) \
    where notification_id = $1 and state = 'due'";
const NEXT_DUE: &str = "select min(d.due_at_ms) from delivery d join receiver r on r.id = d.receiver_id \
    where d.state = 'due' and d.due_at_ms > $1 and r.enabled";
const LOST: &str = "select notification_id, attempts, alert_id, receiver_id from delivery \
    where state = 'leased' and (lease_until_ms <= $1 or lease_owner = $2)";
const FINISH: &str = "update delivery set state = $2, finished_at_ms = $3, detail = $4, handle = $5, lease_owner = null, \
    lease_until_ms = null where notification_id = $1 and state = 'leased'";
const AGAIN: &str = "update delivery set state = 'due', due_at_ms = $2, detail = $3, lease_owner = null, \
    lease_until_ms = null where notification_id = $1 and state = 'leased'";
const NEWER_DUE: &str = "select notification_id from delivery where alert_id = $1 and receiver_id = $2 and state = 'due' \
    and notification_id <> $3 limit 1";
const INSERT_ATTEMPT: &str = "insert into attempt (id, notification_id, number, started_at_ms, took_ms, outcome, detail, \
    handle, log, title, text) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";
const STATE: &str = "select state, alert_id, receiver_id from delivery where notification_id = $1";
const REVIVE: &str = "update delivery set state = 'due', due_at_ms = $2, created_at_ms = $2, finished_at_ms = null, \
    detail = 'an operator asked for another try' where notification_id = $1 and state in ('dead', 'due')";
const WITHDRAW: &str = "update delivery set state = 'superseded', finished_at_ms = $2, detail = $3 \
    where notification_id = $1 and state = 'due'";

/// Rules with an interval of their own stand with the calmest of the usual urgencies.
pub const RANK_WITHOUT_URGENCY: i64 = 3;

/// A notification as it is written.
pub struct NewNotification<'a> {
    pub id: NoticeId,
    /// None for a test, or for news about a receiver.
    pub alert: Option<AlertId>,
    pub receiver: ReceiverId,
    pub rule: Option<RuleId>,
    pub kind: &'a str,
    pub urgency: Option<u8>,
    pub at: Moment,
    /// json
    pub reason: &'a str,
    /// json
    pub content: &'a str,
}

/// A delivery that is due.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Due {
    pub notification_id: i64,
    pub alert_id: Option<i64>,
    pub receiver_id: i64,
    /// Before this one.
    pub attempts: i64,
    pub created_at_ms: i64,
    /// The message that it was a part of at an earlier attempt; its own id: it was told alone.
    pub bundle_id: Option<i64>,
    /// The urgency; the calmest usual one where there is none.
    pub rank: i64,
    pub kind: String,
    pub content: String,
    pub prior_handle: Option<String>,
    /// The receiver has got something of this alert.
    pub has_heard: bool,
}

/// A delivery whose attempt was not recorded: the process that made it is gone.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Lost {
    pub notification_id: i64,
    pub attempts: i64,
    pub alert_id: Option<i64>,
    pub receiver_id: i64,
}

/// One try, as it is recorded.
pub struct NewAttempt<'a> {
    pub id: i64,
    pub notification: i64,
    pub number: i64,
    pub started_at: Moment,
    pub took_ms: i64,
    pub outcome: &'a str,
    pub detail: &'a str,
    pub handle: Option<&'a str>,
    /// json
    pub log: &'a str,
    /// Title and text as they were sent, where they are not the built-in ones.
    pub words: Option<(&'a str, &'a str)>,
}

/// That somebody has taken an alert over: a kind of ours, for which the policy knows no time.
pub const ACKNOWLEDGED: &str = "acknowledged";

/// The word of a kind in the database.
pub fn kind_word(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Problem => "problem",
        NoticeKind::Change => "change",
        NoticeKind::Reminder => "reminder",
        NoticeKind::Recovery => "recovery",
    }
}

/// The kind of a word; tests and unknown words have none.
pub fn kind_of(word: &str) -> Option<NoticeKind> {
    [NoticeKind::Problem, NoticeKind::Change, NoticeKind::Reminder, NoticeKind::Recovery]
        .into_iter()
        .find(|kind| kind_word(*kind) == word)
}

/// Writes a notification and its delivery, due at once; or leased at once, by this owner until this moment.
pub async fn insert(tx: &mut Tx, new: &NewNotification<'_>, lease: Option<(&str, Moment)>) -> sqlx::Result<()> {
    let (alert, urgency) = (new.alert.map(|alert| alert.0), new.urgency.map(i64::from));
    let rule = new.rule.map(|rule| rule.0);
    execute_later!(
        tx,
        INSERT_NOTIFICATION,
        new.id.0,
        alert,
        new.receiver.0,
        rule,
        new.kind,
        urgency,
        new.at.0,
        new.reason,
        new.content
    )?;
    let rank = urgency.unwrap_or(RANK_WITHOUT_URGENCY);
    let (state, attempts) = if lease.is_some() { ("leased", 1_i64) } else { ("due", 0) };
    let (owner, until) = lease.map(|(owner, until)| (owner, until.0)).unzip();
    let (id, receiver, at) = (new.id.0, new.receiver.0, new.at.0);
    execute_later!(tx, INSERT_DELIVERY, id, alert, receiver, rank, at, state, attempts, owner, until).map(drop)
}

/// What waits for this receiver of this alert.
pub async fn pending(tx: &mut Tx, alert: AlertId, receiver: ReceiverId) -> sqlx::Result<Option<NoticeKind>> {
    let pending = fetch_optional!(tx, (String,), PENDING, alert.0, receiver.0)?;
    // That somebody took it over gives way to whatever is newer, like a reminder.
    Ok(pending.map(|row| kind_of(&row.0).unwrap_or(NoticeKind::Reminder)))
}

pub async fn supersede(tx: &mut Tx, alert: AlertId, receiver: ReceiverId, now: Moment) -> sqlx::Result<()> {
    execute_later!(tx, SUPERSEDE, alert.0, receiver.0, now.0).map(drop)
}

/// Receivers for which something is due, in the same order for every node: they wait for each other there.
pub async fn due_receivers(tx: &mut Tx, now: Moment) -> sqlx::Result<Vec<ReceiverId>> {
    Ok(fetch_all!(tx, (i64,), DUE_RECEIVERS, now.0)?.into_iter().map(|row| ReceiverId(row.0)).collect())
}

/// What is due for one receiver, in order; never two of one alert at once.
pub async fn due(tx: &mut Tx, receiver: ReceiverId, now: Moment, limit: i64) -> sqlx::Result<Vec<Due>> {
    fetch_all!(tx, Due, DUE, receiver.0, now.0, limit)
}

/// Claims a delivery; false if somebody else was faster.
pub async fn lease(tx: &mut Tx, id: i64, owner: &str, until: Moment) -> sqlx::Result<bool> {
    lease_in(tx, id, owner, until, None).await
}

/// The same as a part of a message, which every later attempt tells again as the same one.
pub async fn lease_in(tx: &mut Tx, id: i64, owner: &str, until: Moment, message: Option<i64>) -> sqlx::Result<bool> {
    Ok(execute!(tx, LEASE, id, owner, until.0, message)? == 1)
}

/// When the next delivery falls due that is not due yet.
pub async fn next_due(pool: &super::Pool, now: Moment) -> sqlx::Result<Option<Moment>> {
    Ok(read_optional!(pool, (Option<i64>,), NEXT_DUE, now.0)?.and_then(|row| row.0).map(Moment))
}

/// Deliveries whose lease has run out, or that this owner held before it was started anew.
pub async fn lost(tx: &mut Tx, now: Moment, owner: &str) -> sqlx::Result<Vec<Lost>> {
    fetch_all!(tx, Lost, LOST, now.0, owner)
}

pub async fn finish(
    tx: &mut Tx,
    id: i64,
    state: &str,
    now: Moment,
    detail: &str,
    handle: Option<&str>,
) -> sqlx::Result<()> {
    execute_later!(tx, FINISH, id, state, now.0, detail, handle).map(drop)
}

pub async fn again(tx: &mut Tx, id: i64, at: Moment, detail: &str) -> sqlx::Result<()> {
    execute_later!(tx, AGAIN, id, at.0, detail).map(drop)
}

/// Whether a newer notification of the same alert waits behind this one.
pub async fn newer_waits(tx: &mut Tx, alert: Option<i64>, receiver: i64, id: i64) -> sqlx::Result<bool> {
    let Some(alert) = alert else { return Ok(false) };
    Ok(fetch_optional!(tx, (i64,), NEWER_DUE, alert, receiver, id)?.is_some())
}

pub async fn insert_attempt(tx: &mut Tx, new: &NewAttempt<'_>) -> sqlx::Result<()> {
    let (id, at, (title, text)) = (new.id, new.started_at.0, new.words.unzip());
    execute_later!(
        tx,
        INSERT_ATTEMPT,
        id,
        new.notification,
        new.number,
        at,
        new.took_ms,
        new.outcome,
        new.detail,
        new.handle,
        new.log,
        title,
        text
    )
    .map(drop)
}

/// State, alert and receiver of a delivery.
pub async fn state(tx: &mut Tx, id: NoticeId) -> sqlx::Result<Option<(String, Option<i64>, i64)>> {
    fetch_optional!(tx, (String, Option<i64>, i64), STATE, id.0)
}

/// Makes a dead letter, or one that waits, due now.
pub async fn revive(tx: &mut Tx, id: NoticeId, now: Moment) -> sqlx::Result<bool> {
    Ok(execute!(tx, REVIVE, id.0, now.0)? == 1)
}

/// Takes back a delivery that waits.
pub async fn withdraw(tx: &mut Tx, id: NoticeId, now: Moment, detail: &str) -> sqlx::Result<bool> {
    Ok(execute!(tx, WITHDRAW, id.0, now.0, detail)? == 1)
}
