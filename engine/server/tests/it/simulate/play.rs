//! Plays a plan: lets the agents report, the operators act, the engine look at what is due and the deliverer deliver, at
//! one tick after the other, and lets the process be killed. Comes back with what has taken effect and what was
//! committed.

use std::collections::BTreeSet;
use std::sync::Arc;

use futures_util::FutureExt;
use tocsin::usecase::wake::Wake;
use tocsin_policy::{HostId, Moment};

use super::agents::{Agent, Post};
use super::deliverer::{Deliverer, Killed, ORPHANED};
use super::far_side::FarSide;
use super::ground::Ground;
use super::history::{Entry, History, Input, Line};
use super::house::{Fuse, House, Wrote};
use super::input::Names;
use super::plan::{HostNo, Plan, TICK, Tick, What};

/// What came of a run.
pub struct Run {
    pub history: History,
    pub committed: Vec<Line>,
    /// What went against the rules of delivery.
    pub wrong: Vec<String>,
    pub counts: Counts,
}

/// How much has happened.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub messages: u64,
    /// Of these, so many said nothing new.
    pub unchanged: u64,
    pub writes: u64,
    pub kills: u64,
    pub calls: u64,
    pub notifications: u64,
}

impl Counts {
    pub fn add(&mut self, other: Counts) {
        self.messages += other.messages;
        self.unchanged += other.unchanged;
        self.writes += other.writes;
        self.kills += other.kills;
        self.calls += other.calls;
        self.notifications += other.notifications;
    }
}

/// A watch that looks at the same host so often at one moment would never rest.
const LOOKS: usize = 8;

pub(super) struct Play<'p> {
    pub plan: &'p Plan,
    pub house: House,
    pub names: Arc<Names>,
    pub agents: Vec<Agent>,
    /// Messages that arrive later.
    pub late: Vec<(Tick, Post)>,
    pub entries: Vec<Entry>,
    pub deliverer: Deliverer,
    pub far: FarSide,
    /// When the engine runs again, and whether its process is only suspended.
    pub back_at: Option<Tick>,
    pub asleep: bool,
    /// Every host is to be looked at: the engine has just started, or the wall was set.
    pub looks_at_all: bool,
    pub away: Tick,
    pub outage_until: Tick,
    /// When the deliverer has something to do.
    pub delivers_at: Moment,
    pub counts: Counts,
}

/// Plays a plan to its end.
pub async fn play(plan: &Plan) -> Run {
    let mut play = Play::begin(plan).await;
    for tick in 1..=plan.ticks {
        play.between(plan.world.moment(tick)).await;
        play.tick(tick).await;
    }
    play.end().await
}

impl<'p> Play<'p> {
    async fn begin(plan: &'p Plan) -> Play<'p> {
        let start = plan.world.start;
        let mut house = House::build(start).await;
        house.start().await;
        let mut agents: Vec<Agent> = (0..plan.world.hosts.len()).map(|host| Agent::new(&plan.world, host)).collect();
        let first: Vec<_> = agents.iter_mut().enumerate().map(|(host, agent)| agent.introduce(host)).collect();
        let mut entries = vec![Entry { at: start, what: Input::Starts }];
        let known = first.iter().cloned().enumerate();
        entries.extend(known.map(|(host, document)| Entry { at: start, what: Input::CheckIn(host, document) }));
        let Wrote::Done(Ok(names)) = house.write_one(Ground { world: plan.world.clone(), first }).await else {
            panic!("the ground is laid")
        };
        let far = FarSide::new(names.receivers.iter().map(|id| id.0), plan.seed.is_multiple_of(8));
        Play {
            plan,
            house,
            agents,
            late: Vec::new(),
            entries,
            deliverer: Deliverer::new(plan.seed, plan.world.receivers.len()),
            far,
            names: Arc::new(names),
            back_at: None,
            asleep: false,
            looks_at_all: false,
            away: 0,
            outage_until: 0,
            delivers_at: start,
            counts: Counts::default(),
        }
    }

    pub fn runs(&self) -> bool {
        self.house.engine().is_some() && !self.asleep
    }

    pub fn note(&mut self, at: Moment, what: Input) {
        self.entries.push(Entry { at, what });
    }

    /// What happens before the next tick: deliveries, and looks that the engine wants to take.
    async fn between(&mut self, until: Moment) {
        loop {
            let looks_at = match self.house.engine() {
                Some(engine) if self.runs() && !self.house.outage => engine.fleet().due(self.house.clock.now()).1,
                _ => Moment::FAR,
            };
            let delivers_at = if self.runs() { self.delivers_at } else { Moment::FAR };
            let now = looks_at.min(delivers_at);
            if now >= until {
                return;
            }
            let now = now.max(self.house.clock.now());
            self.house.clock.set(now);
            let mut decided = BTreeSet::new();
            if self.look(now, &mut decided).await.is_err() {
                self.was_killed(now, decided);
            } else if self.deliver(now).await.is_err() {
                self.was_killed(now, self.all());
            }
        }
    }

    /// Everything of one tick.
    async fn tick(&mut self, tick: Tick) {
        let now = self.plan.world.moment(tick);
        self.turn_clock(tick, now).await;
        let items = self.plan.items.iter().filter(|item| item.at == tick);
        let (mut deeds, mut posts, mut sleeps) = (Vec::new(), Vec::new(), None);
        for what in items.map(|item| &item.what) {
            match what {
                What::Deed(deed) => deeds.push(deed.clone()),
                What::Stops(away) if self.runs() => {
                    (self.away, self.house.fuse) = (*away, None);
                    self.house.kill().await;
                    self.was_killed(now, BTreeSet::new());
                }
                What::Crash { skip, written, away } if self.runs() => {
                    self.away = *away;
                    self.house.fuse = Some(Fuse { left: *skip, written: *written });
                }
                What::Outage(length) if self.runs() => {
                    self.outage_until = self.outage_until.max(tick + length);
                    if !std::mem::replace(&mut self.house.outage, true) {
                        self.note(now, Input::CannotWrite);
                    }
                    self.far.mute.push((now, self.plan.world.moment(self.outage_until) + ORPHANED));
                }
                What::Sleeps(length) => sleeps = Some(*length),
                What::Wall(by) => {
                    self.house.clock.step_wall(*by);
                    if let Some(engine) = self.house.engine() {
                        engine.shared().retime(now);
                        self.looks_at_all = true;
                    }
                    self.note(now, Input::Wall(*by));
                }
                What::Mood(receiver, mood) => self.deliverer.moods[*receiver] = *mood,
                // Who does not run cannot be stopped.
                What::Stops(_) | What::Crash { .. } | What::Outage(_) => {}
                what => {
                    let host = what.host().expect("an item about a host");
                    let said = self.agents[host].happens(host, what, tick);
                    posts.extend(said);
                }
            }
        }
        for host in 0..self.agents.len() {
            posts.extend(self.agents[host].cycle(host, tick));
        }
        let (arrived, late) = std::mem::take(&mut self.late).into_iter().partition(|(at, _)| *at <= tick);
        self.late = late;
        let arrived: Vec<(Tick, Post)> = arrived;
        let mut decided = BTreeSet::new();
        let arrived = arrived.into_iter().map(|(_, post)| post).filter(|post| self.is_connected(post)).collect();
        let took = self.take(now, tick, deeds, posts, arrived, &mut decided).await;
        let looked = if took.is_ok() { self.look(now, &mut decided).await } else { took };
        if looked.is_err() {
            return self.was_killed(now, decided);
        }
        if self.deliver(now).await.is_err() {
            return self.was_killed(now, self.all());
        }
        if let Some(length) = sleeps.filter(|_| self.runs()) {
            (self.asleep, self.back_at) = (true, Some(tick + length));
            self.note_stop(now, self.all());
            self.far.mute.push((now, self.plan.world.moment(tick + length)));
        }
    }

    /// The engine comes back, or the database does.
    async fn turn_clock(&mut self, tick: Tick, now: Moment) {
        let back = self.back_at.is_some_and(|at| at <= tick);
        if back && self.asleep {
            self.house.clock.suspend(now - self.house.clock.now());
        } else {
            self.house.clock.set(now);
        }
        if self.house.outage && self.outage_until <= tick {
            self.house.outage = false;
            // The deliverer tries again and again; by that, too, the engine sees that the outage is over.
            self.delivers_at = now;
            let refused = std::mem::take(&mut self.house.refused);
            self.note(now, Input::WritesAgain { refused });
        }
        if back {
            if !self.asleep {
                self.house.start().await;
            }
            (self.back_at, self.asleep, self.delivers_at) = (None, false, now);
            self.looks_at_all = true;
            self.note(now, Input::Starts);
        }
    }

    pub(super) fn all(&self) -> BTreeSet<HostNo> {
        (0..self.agents.len()).collect()
    }

    /// A connection ends with the process that made it.
    fn is_connected(&self, post: &Post) -> bool {
        post.document.incarnation == self.agents[post.host].incarnation()
    }

    /// The process is gone.
    fn was_killed(&mut self, now: Moment, decided: BTreeSet<HostNo>) {
        let world = &self.plan.world;
        let tick = (now - world.start).0.div_euclid(TICK.0);
        let back = tick + self.away.max(1);
        self.back_at = Some(back);
        self.deliverer.lose(&mut self.far, now);
        self.far.mute.push((now, world.moment(back)));
        self.note_stop(now, decided);
    }

    fn note_stop(&mut self, now: Moment, decided: BTreeSet<HostNo>) {
        // What could not be written was not decided.
        let decided = if self.house.outage { BTreeSet::new() } else { decided };
        self.note(now, Input::Stops { decided });
    }

    /// The watch: looks at every host whose time has come.
    async fn look(&mut self, now: Moment, decided: &mut BTreeSet<HostNo>) -> Result<(), Killed> {
        for _ in 0..LOOKS {
            let due = match self.house.engine() {
                Some(_) if self.runs() && std::mem::take(&mut self.looks_at_all) => self.names.hosts.clone(),
                Some(engine) if self.runs() => engine.fleet().due(now).0,
                _ => return Ok(()),
            };
            if due.is_empty() {
                return Ok(());
            }
            for id in due {
                let host = self.number(id);
                match self.house.write_one(Wake(id)).await {
                    Wrote::Killed { written } => {
                        decided.extend(written.then_some(host));
                        return Err(Killed);
                    }
                    Wrote::Done(_) => drop(decided.insert(host)),
                }
            }
            if self.house.outage {
                return Ok(());
            }
        }
        self.far.wrong.push(format!("the watch does not come to rest at {now:?}"));
        Ok(())
    }

    pub(super) fn number(&self, id: HostId) -> HostNo {
        self.names.hosts.iter().position(|host| *host == id).expect("one of ours")
    }

    async fn deliver(&mut self, now: Moment) -> Result<(), Killed> {
        let Some(engine) = self.house.engine().filter(|_| self.runs()) else { return Ok(()) };
        // As the real one: it is woken, or its time has come.
        let shared = engine.shared();
        let signals = [&shared.delivery_due, &shared.delivery_claimed];
        // Both are taken back: each would wake it once.
        let is_woken = signals.map(|signal| signal.notified().now_or_never().is_some()).contains(&true);
        if !is_woken && now < self.delivers_at {
            return Ok(());
        }
        self.deliverer.run(&mut self.house, &mut self.far, now).await?;
        self.far.look_at_the_outbox(&self.house, now).await;
        self.delivers_at = self.deliverer.next(&self.house, now).await;
        Ok(())
    }
}
