//! What arrives at the far sides, and the rules that it must obey (D1–D5).

use std::collections::{BTreeMap, BTreeSet};

use tocsin::store::Pool;
use tocsin::usecase::deliver::{Claimed, Outcome};
use tocsin_policy::Moment;

use super::house::House;
use super::plan::ReceiverNo;

/// The first receiver's far side is always well.
pub const WELL: ReceiverNo = 0;

/// Everything that was called and what arrived.
pub struct FarSide {
    receivers: BTreeMap<i64, ReceiverNo>,
    /// Whether idempotency keys are worked out, which takes a while.
    pub with_keys: bool,
    keys: BTreeMap<i64, BTreeSet<String>>,
    arrivals: Vec<Arrival>,
    /// Not before this moment a delivery may be tried again, as its far side has asked …
    asked: BTreeMap<i64, Moment>,
    /// … nor anything else at this receiver, as far as the running process knows of it.
    pauses: BTreeMap<ReceiverNo, Moment>,
    /// When nothing could be sent: the engine did not run, or could not write.
    pub mute: Vec<(Moment, Moment)>,
    pub calls: u64,
    pub wrong: Vec<String>,
}

struct Arrival {
    at: Moment,
    notification: i64,
    alert: Option<i64>,
    receiver: ReceiverNo,
    kind: String,
}

/// A delivery as it stands in the end.
#[derive(sqlx::FromRow)]
struct Row {
    notification_id: i64,
    alert_id: Option<i64>,
    receiver_id: i64,
    state: String,
    detail: String,
    kind: String,
    created_at_ms: i64,
    finished_at_ms: Option<i64>,
}

impl FarSide {
    pub fn new(receivers: impl IntoIterator<Item = i64>, with_keys: bool) -> FarSide {
        let receivers = receivers.into_iter().zip(0..).collect();
        FarSide {
            receivers,
            with_keys,
            keys: BTreeMap::new(),
            arrivals: Vec::new(),
            asked: BTreeMap::new(),
            pauses: BTreeMap::new(),
            mute: Vec::new(),
            calls: 0,
            wrong: Vec::new(),
        }
    }

    pub fn receiver(&self, claimed: &Claimed) -> ReceiverNo {
        self.receivers[&claimed.due.receiver_id]
    }

    /// A connector is called.
    pub fn is_called(&mut self, claimed: &Claimed, now: Moment) {
        let (due, id) = (&claimed.due, claimed.due.notification_id);
        self.calls += 1;
        let asked = self.asked.get(&id).max(self.pauses.get(&self.receiver(claimed)));
        if let Some(asked) = asked.filter(|asked| now < **asked) {
            self.wrong.push(format!("D4: notification {id} is tried at {now:?}, and the far side asked for {asked:?}"));
        }
        if self.with_keys {
            let said = claimed.content().expect("a stored notification").notification(id, 1, due.prior_handle.clone());
            self.keys.entry(id).or_default().insert(said.idempotency_key);
        }
    }

    /// A message arrives.
    pub fn gets(&mut self, claimed: &Claimed, at: Moment) {
        let kind = claimed.content().expect("a stored notification").kind;
        let (notification, alert) = (claimed.due.notification_id, claimed.due.alert_id);
        let receiver = self.receiver(claimed);
        self.arrivals.push(Arrival { at, notification, alert, receiver, kind });
    }

    /// The far side's answer comes back.
    pub fn answers(&mut self, claimed: &Claimed, outcome: &Outcome, now: Moment) {
        if let Outcome::Retry { after: Some(after) } = outcome {
            self.asked.insert(claimed.due.notification_id, now + *after);
            let receiver = self.receiver(claimed);
            let pause = self.pauses.entry(receiver).or_insert(now);
            *pause = (now + *after).max(*pause);
        }
    }

    /// The process that was asked to wait is gone, and had not written it down: nobody knows of it.
    pub fn was_not_heard(&mut self, notification: i64) {
        self.asked.remove(&notification);
    }

    /// A new process knows only what was written.
    pub fn forgets(&mut self) {
        self.pauses.clear();
    }

    /// D2, at any moment: at most one waits for each alert and receiver, and at most one is under way.
    pub async fn look_at_the_outbox(&mut self, house: &House, now: Moment) {
        let Pool::Sqlite(database) = &house.store.readers else { return };
        let crowded = "select alert_id, receiver_id, state, count(*) from delivery where state in ('due', 'leased') \
            and alert_id is not null group by alert_id, receiver_id, state having count(*) > 1";
        let rows: Vec<(i64, i64, String, i64)> = sqlx::query_as(crowded).fetch_all(database).await.expect("rows");
        for (alert, receiver, state, count) in rows {
            self.wrong.push(format!("D2: {count} deliveries of alert {alert} to {receiver} are {state} at {now:?}"));
        }
    }

    /// In the end, when everything has been delivered that can be.
    pub async fn judge(mut self, house: &House) -> Vec<String> {
        let Pool::Sqlite(database) = &house.store.readers else { return self.wrong };
        let all = "select d.notification_id, d.alert_id, d.receiver_id, d.state, d.detail, n.kind, d.created_at_ms, \
            d.finished_at_ms from delivery d join notification n on n.id = d.notification_id order by d.notification_id";
        let rows: Vec<Row> = sqlx::query_as(all).fetch_all(database).await.expect("rows");
        self.nothing_is_lost(&rows);
        self.keys_are_stable();
        self.order_is_kept();
        self.the_well_wait_for_nobody(&rows);
        self.wrong
    }

    /// D1
    fn nothing_is_lost(&mut self, rows: &[Row]) {
        let arrived: BTreeSet<i64> = self.arrivals.iter().map(|arrival| arrival.notification).collect();
        for row in rows {
            let id = row.notification_id;
            match row.state.as_str() {
                "delivered" if arrived.contains(&id) => {}
                "superseded" if rows.iter().any(|newer| newer.replaces(row)) => {}
                "dead" if !row.detail.is_empty() => {}
                state => self
                    .wrong
                    .push(format!("D1: notification {id} ({}) is {state} in the end: {}", row.kind, row.detail)),
            }
        }
    }

    /// D3
    fn keys_are_stable(&mut self) {
        let mut all = BTreeSet::new();
        for (id, keys) in &self.keys {
            if keys.len() != 1 || !keys.iter().all(|key| all.insert(key.clone())) {
                self.wrong.push(format!("D3: notification {id} has the keys {keys:?}"));
            }
        }
    }

    /// R2: per alert and receiver first a problem, then reminders, then the end; whatever is repeated keeps its key.
    fn order_is_kept(&mut self) {
        let mut heard: BTreeMap<(i64, ReceiverNo), Vec<&Arrival>> = BTreeMap::new();
        let mut known = BTreeSet::new();
        for arrival in self.arrivals.iter().filter(|arrival| known.insert(arrival.notification)) {
            if let Some(alert) = arrival.alert {
                heard.entry((alert, arrival.receiver)).or_default().push(arrival);
            }
        }
        let mut wrong = Vec::new();
        for ((alert, receiver), arrivals) in heard {
            let kinds: Vec<&str> = arrivals.iter().map(|arrival| arrival.kind.as_str()).collect();
            let ends = kinds.iter().position(|kind| *kind == "recovery").unwrap_or(kinds.len());
            let begins = kinds.first().is_some_and(|first| *first != "reminder");
            if !begins
                || ends + 1 < kinds.len()
                || !arrivals.is_sorted_by_key(|arrival| (arrival.notification, arrival.at))
            {
                wrong.push(format!("R2: receiver {receiver} heard of alert {alert}: {kinds:?}"));
            }
        }
        self.wrong.append(&mut wrong);
    }

    /// D5: whoever is well hears everything at once, or as soon as we can speak again.
    fn the_well_wait_for_nobody(&mut self, rows: &[Row]) {
        for row in rows.iter().filter(|row| self.receivers[&row.receiver_id] == WELL && row.state != "superseded") {
            let mut heard_by = Moment(row.created_at_ms);
            for (from, to) in &self.mute {
                if *from <= heard_by && heard_by <= *to {
                    heard_by = *to;
                }
            }
            let (id, heard_at) = (row.notification_id, row.finished_at_ms.map(Moment));
            if row.state != "delivered" || heard_at > Some(heard_by) {
                self.wrong.push(format!(
                    "D5: the well receiver got {id} at {heard_at:?} ({}), not by {heard_by:?}",
                    row.state
                ));
            }
        }
    }
}

impl Row {
    /// Whether it is newer and about the same.
    fn replaces(&self, older: &Row) -> bool {
        self.notification_id > older.notification_id
            && (self.alert_id, self.receiver_id) == (older.alert_id, older.receiver_id)
    }
}
