//! The end of a run: what was committed is read, then everything that waits is delivered, and the deliveries are judged.

use tocsin::store::outbox::kind_of;
use tocsin::store::{self, Pool};
use tocsin_policy::{Moment, Span};

use super::history::{History, Line};
use super::plan::Mood;
use super::play::{Play, Run};

/// Longer than anything may take to be delivered once all far sides are well.
const DRAINED: Span = Span::hours(26);

impl Play<'_> {
    pub(super) async fn end(mut self) -> Run {
        let committed = self.committed().await;
        self.counts.notifications = committed.len() as u64;
        self.drain().await;
        (self.counts.writes, self.counts.kills) = (self.house.writes, self.house.kills);
        self.counts.calls = self.far.calls;
        let world = self.plan.world.clone();
        let history = History { end: world.moment(self.plan.ticks), world, entries: self.entries };
        Run { history, committed, wrong: self.far.judge(&self.house).await, counts: self.counts }
    }

    /// Everything that was committed, as lines.
    async fn committed(&self) -> Vec<Line> {
        let rows = store::rehearse::committed(&self.house.store.readers, 0).await.expect("rows");
        let line = |row: store::rehearse::CommittedRow| {
            let host = self.names.hosts.iter().position(|id| id.0 == row.host_id).expect("a host");
            let services = &self.plan.world.hosts[host].services;
            let service = row.service.map(|name| services.iter().position(|its| its.name == name).expect("a service"));
            let receiver = self.names.receivers.iter().position(|id| id.0 == row.receiver_id).expect("a receiver");
            let kind = match row.kind.as_str() {
                "change" => 'C',
                word => kind_of(word).expect("a kind").letter(),
            };
            Line { at: Moment(row.at_ms), host, service, receiver, kind }
        };
        let mut lines: Vec<Line> = rows.into_iter().map(line).collect();
        lines.sort();
        lines
    }

    /// From here on every far side is well and nothing is lost; the agents and the watch rest.
    async fn drain(&mut self) {
        (self.house.fuse, self.house.outage) = (None, false);
        let mut now = self.house.clock.now();
        if self.asleep {
            now = self.plan.world.moment(self.back_at.unwrap_or_default()).max(now);
            self.house.clock.suspend(now - self.house.clock.now());
        } else if self.house.engine().is_none() {
            now = self.plan.world.moment(self.back_at.unwrap_or_default()).max(now);
            self.house.clock.set(now);
            self.house.start().await;
        }
        self.deliverer.moods.fill(Mood::Well);
        let over = now + DRAINED;
        while now < over {
            self.house.clock.set(now);
            if self.deliverer.run(&mut self.house, &mut self.far, now).await.is_err() {
                return self.far.wrong.push("the process was killed in the end".to_owned());
            }
            if self.waiting().await == 0 {
                return;
            }
            now = self.deliverer.next(&self.house, now).await;
        }
    }

    async fn waiting(&self) -> i64 {
        let Pool::Sqlite(database) = &self.house.store.readers else { return 0 };
        let waiting = "select count(*) from delivery where state in ('due', 'leased')";
        sqlx::query_scalar(waiting).fetch_one(database).await.expect("a count")
    }
}
