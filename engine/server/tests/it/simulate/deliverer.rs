//! The deliverer, step by step as `task/deliver.rs` runs it, under the virtual clock: frees what a lost process held,
//! claims, calls, records. The call itself is drawn: see [`Mood`].

use tocsin::store::outbox;
use tocsin::usecase::deliver::{Claim, Claimed, FreeLost, LEASE, Outcome, Record};
use tocsin_policy::{Moment, Span};

use super::far_side::FarSide;
use super::house::{House, NODE, Wrote};
use super::plan::{Mood, ReceiverNo};
use crate::support::rng::Rng;

/// As often as the real one looks for leases that have run out.
const FREE_EVERY: Span = Span::seconds(10);
/// A call that hangs is cut off after this.
const CUT_OFF: Span = Span::seconds(30);

/// By then a lost lease has run out and been found.
pub const ORPHANED: Span = Span(LEASE.0 + 2 * FREE_EVERY.0);

/// The deliverer of one process, and the calls that are under way.
pub struct Deliverer {
    rng: Rng,
    pub moods: Vec<Mood>,
    freed: Option<Moment>,
    /// Until then there may be deliveries whose end could not be written down.
    orphans_until: Option<Moment>,
    under_way: Vec<UnderWay>,
}

struct UnderWay {
    claimed: Claimed,
    began: Moment,
    ends: Moment,
    call: Call,
}

/// How a call will have ended.
struct Call {
    outcome: Outcome,
    word: &'static str,
    /// Whether the far side gets it.
    arrives: bool,
    /// Whether it has got it if the process is killed meanwhile.
    early: bool,
}

/// The process was killed at a write.
pub struct Killed;

impl Deliverer {
    pub fn new(seed: u64, receivers: usize) -> Deliverer {
        let moods = vec![Mood::Well; receivers];
        Deliverer { rng: Rng::new(seed), moods, freed: None, orphans_until: None, under_way: Vec::new() }
    }

    /// When something is to be done next.
    pub async fn next(&self, house: &House, now: Moment) -> Moment {
        let ends = self.under_way.iter().map(|call| call.ends).min().unwrap_or(Moment::FAR);
        let due = outbox::next_due(&house.store.readers, now).await.expect("a moment");
        let orphans = self.orphans_until.filter(|until| now < *until).and(self.freed);
        let frees = orphans.map_or(Moment::FAR, |freed| freed + FREE_EVERY + Span(1));
        // A database that refuses is not asked each millisecond.
        let frees = if house.outage { frees.max(now + Span::seconds(1)) } else { frees };
        let resumed = house.engine().and_then(|engine| engine.shared().places.next_resumed(now));
        let soonest = [Some(ends), due, resumed, Some(frees)].into_iter().flatten().min();
        soonest.unwrap_or(Moment::FAR).max(now + Span(1))
    }

    /// The process is gone, and the calls with it. Some of them had arrived.
    pub fn lose(&mut self, far: &mut FarSide, now: Moment) {
        self.freed = None;
        far.forgets();
        for call in self.under_way.drain(..).filter(|call| call.call.arrives && call.call.early) {
            far.gets(&call.claimed, now);
        }
    }

    /// Everything that is to be done at this moment.
    pub async fn run(&mut self, house: &mut House, far: &mut FarSide, now: Moment) -> Result<(), Killed> {
        if self.freed.is_none_or(|at| now - at > FREE_EVERY) {
            let owner = if self.freed.is_none() { NODE.to_owned() } else { String::new() };
            if written(house.write_one(FreeLost { owner }).await)?.is_some() {
                self.freed = Some(now);
                if let Some(engine) = house.engine() {
                    engine.shared().set_deliverer(Some(NODE.into()));
                }
            }
        }
        loop {
            let handed = house.engine().map(|engine| engine.shared().handed_over()).unwrap_or_default();
            let mut handed_none = true;
            for claimed in handed {
                // Claims of a commit that failed were handed over as well, and have no leave.
                if claimed.leave.is_given().await {
                    handed_none = false;
                    self.begin(claimed, far, now);
                }
            }
            self.end_calls(house, far, now).await?;
            let claimed = written(house.write_one(Claim { node: NODE.into() }).await)?.unwrap_or_default();
            if claimed.is_empty() && handed_none && self.under_way.iter().all(|call| call.ends > now) {
                return Ok(());
            }
            claimed.into_iter().for_each(|claimed| self.begin(claimed, far, now));
        }
    }

    fn begin(&mut self, claimed: Claimed, far: &mut FarSide, now: Moment) {
        let receiver = far.receiver(&claimed);
        far.is_called(&claimed, now);
        let (call, takes) = self.draw(receiver);
        self.under_way.push(UnderWay { claimed, began: now, ends: now + takes, call });
    }

    /// What the far side does this time, and how long it takes.
    fn draw(&mut self, receiver: ReceiverNo) -> (Call, Span) {
        let any = [Mood::Well, Mood::Slow, Mood::Fails, Mood::Hangs, Mood::Traps, Mood::Deaf, Mood::Refuses];
        let mood = match self.moods[receiver] {
            Mood::Any => self.rng.pick(&any),
            mood => mood,
        };
        let soon = Span(self.rng.between(1, 900));
        let (outcome, word, arrives, takes) = match mood {
            Mood::Well | Mood::Any => (Outcome::Delivered { handle: None }, "delivered", true, Span::ZERO),
            Mood::Slow => {
                let takes = Span(self.rng.between(2_000, CUT_OFF.0));
                (Outcome::Delivered { handle: Some("it".to_owned()) }, "delivered", true, takes)
            }
            Mood::Busy(after) => (Outcome::Retry { after: Some(after) }, "retry", false, soon),
            Mood::Refuses => (Outcome::Broken, "permanent", false, soon),
            Mood::Fails => (Outcome::Retry { after: None }, "retry", false, soon),
            Mood::Hangs => (Outcome::Retry { after: None }, "contained", false, CUT_OFF),
            Mood::Traps => (Outcome::Retry { after: None }, "contained", false, Span(1)),
            Mood::Deaf => (Outcome::Retry { after: None }, "retry", true, CUT_OFF),
        };
        (Call { outcome, word, arrives, early: self.rng.chance(50) }, takes)
    }

    async fn end_calls(&mut self, house: &mut House, far: &mut FarSide, now: Moment) -> Result<(), Killed> {
        while let Some(place) = self.under_way.iter().position(|call| call.ends <= now) {
            let UnderWay { claimed, began, ends, call } = self.under_way.swap_remove(place);
            if call.arrives {
                far.gets(&claimed, now);
            }
            far.answers(&claimed, &call.outcome, now);
            let notification = claimed.due.notification_id;
            let record = Record {
                words: None,
                due: claimed.due,
                outcome: call.outcome,
                word: call.word,
                detail: format!("the far side: {}", call.word),
                log: "[]".to_owned(),
                started_at: began,
                took: ends - began,
                jitter: self.rng.next() as u32,
            };
            let wrote = house.write_one(record).await;
            if let Wrote::Killed { written: false } = wrote {
                far.was_not_heard(notification);
            }
            // What cannot be recorded is found again when its lease has run out.
            if written(wrote)?.is_none() {
                self.orphans_until = Some(now + ORPHANED);
            }
        }
        Ok(())
    }
}

/// What was written; nothing while the database takes nothing.
fn written<T>(wrote: Wrote<Result<T, tocsin::fault::Fault>>) -> Result<Option<T>, Killed> {
    match wrote {
        Wrote::Done(result) => Ok(result.ok()),
        Wrote::Killed { .. } => Err(Killed),
    }
}
