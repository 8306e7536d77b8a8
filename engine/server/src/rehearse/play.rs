//! Plays a scene: steps from instant to instant at which something can happen, and lets the engine do the rest.
//!
//! A year of twenty hosts that check in each minute is ten million check-ins, nearly all of which show nothing new. An
//! unchanged check-in moves nothing but the time at which its host was last seen (the server takes it in memory, see
//! `engine/glance.rs`). So the play does not execute those: a host that reports counts as seen at the newest cycle
//! whenever the engine looks at it, and cannot miss its deadline. Executed are the check-ins that can matter: at a
//! statement about the host, when it comes back, and the first one after the engine has started. Between those the play
//! goes straight to the moment at which the engine itself wants to look again (`policy::wake_at`).
//!
//! [`Pace::EveryCheckIn`] does execute them all; a test compares the two.

use tocsin_policy::{HostId, Moment, Span, wake_at};

use super::Failure;
use super::instant::{Instant, Refused};
use super::scene::{Event, HostNo, Scene, What};
use super::script::{Script, Wanted};
use super::stage::Stage;
use super::teller::Teller;
use super::world::World;
use crate::engine::Engine;
use crate::fault::Fault;
use crate::store;
use crate::usecase::wake::Wake;

/// How the unchanged check-ins are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// They are taken for granted.
    Quick,
    /// Each one is executed: for the test that compares both.
    EveryCheckIn,
}

/// Lines of one rehearsal: more are no rehearsal but a slip in the file.
const LINES: usize = 1_000_000;
/// Instants after which lines are taken down, where no statement comes before.
const TOGETHER: usize = 50;
/// Committed notifications that are kept in the database; nobody delivers them.
const KEPT: usize = 500;

/// Plays the scene to its end.
///
/// # Errors
/// When what the file lays down is refused, or the engine fails.
pub async fn play(scene: &Scene, pace: Pace, wanted: Wanted) -> Result<Script, Failure> {
    let world = World::new(scene);
    let stage = Stage::set_up(scene, &world).await?;
    let count = scene.hosts.len();
    let mut play = Play {
        scene,
        pace,
        end: scene.start + scene.until,
        warm: vec![true; count],
        wakes: vec![Moment::FAR; count],
        teller: Teller::new(scene, &stage, wanted),
        kept: 0,
        uncollected: 0,
        script: Script::default(),
        world,
        stage,
    };
    play.run().await?;
    Ok(play.script)
}

struct Play<'s> {
    scene: &'s Scene,
    pace: Pace,
    end: Moment,
    world: World,
    stage: Stage,
    /// Hosts that have checked in since the engine started.
    warm: Vec<bool>,
    /// When the engine wants to look at each host.
    wakes: Vec<Moment>,
    teller: Teller,
    kept: usize,
    /// Instants since the last time that lines were taken down.
    uncollected: usize,
    script: Script,
}

impl Play<'_> {
    async fn run(&mut self) -> Result<(), Failure> {
        // What was before is over: every host was seen, no alert is open.
        let mut now = self.scene.start - self.scene.poll;
        self.stage.clock.set(now);
        let all: Vec<HostNo> = (0..self.warm.len()).collect();
        self.take(now, Vec::new(), &all).await?;
        let mut events = self.scene.events.iter().peekable();
        loop {
            let next_event = events.peek().map_or(Moment::FAR, |event| self.scene.start + event.at);
            now = next_event.min(self.next_own(now)).max(now);
            if now > self.end {
                if self.stage.runs() {
                    self.collect().await?;
                }
                self.script.sort();
                return Ok(());
            }
            self.stage.clock.set(now);
            let mut happens = Vec::new();
            while let Some(event) = events.next_if(|event| self.scene.start + event.at <= now) {
                happens.push(event);
            }
            self.instant(now, &happens).await?;
            self.script.instants += 1;
            if self.script.lines.len() > LINES {
                return Err(Failure(format!("more than {LINES} lines; shorten the run, or lengthen the intervals")));
            }
        }
    }

    /// The next instant, from the one after `now` on, at which the engine wants to look or a check-in is executed.
    fn next_own(&self, now: Moment) -> Moment {
        if !self.stage.runs() {
            return Moment::FAR;
        }
        let wakes = self.wakes.iter().copied().min().unwrap_or(Moment::FAR);
        let check_in = (0..self.warm.len()).any(|host| self.is_executed(host));
        let cycle = if check_in { self.world.next_cycle(now + Span(1)) } else { Moment::FAR };
        wakes.min(cycle)
    }

    /// Whether the check-ins of each cycle of this host are executed.
    fn is_executed(&self, host: HostNo) -> bool {
        self.world.reports(host) && (!self.warm[host] || self.pace == Pace::EveryCheckIn)
    }

    /// N4, from the statements of this instant to the timers.
    async fn instant(&mut self, now: Moment, happens: &[&Event]) -> Result<(), Failure> {
        let mut woken: Vec<HostNo> = (0..self.wakes.len()).filter(|host| self.wakes[*host] <= now).collect();
        let (starts, stops) = turns(happens);
        if starts {
            self.stage.stop_engine();
            self.stage.start_engine().await?;
            self.warm.fill(false);
            woken = (0..self.wakes.len()).collect();
        }
        let mut check_ins: Vec<HostNo> = happens.iter().filter_map(|event| self.world.happens(&event.what)).collect();
        if !self.stage.runs() {
            self.refuse(happens);
            return Ok(());
        }
        if stops {
            check_ins.clear();
        } else if self.world.next_cycle(now) == now {
            check_ins.extend((0..self.warm.len()).filter(|host| self.is_executed(*host)));
        }
        check_ins.sort_unstable();
        check_ins.dedup();
        let act = |event: &&Event| Some((event.line, self.stage.action(self.scene, &event.what)?));
        let actions: Vec<_> = happens.iter().filter_map(act).collect();
        if !actions.is_empty() || !check_ins.is_empty() {
            self.take(now, actions, &check_ins).await?;
        }
        if stops {
            self.collect().await?;
            self.stage.stop_engine();
            return Ok(());
        }
        self.look(now, &woken).await?;
        self.uncollected += 1;
        if self.uncollected >= TOGETHER { self.collect().await } else { Ok(()) }
    }

    /// Operator actions, edits and check-ins.
    async fn take(
        &mut self,
        now: Moment,
        actions: Vec<(usize, super::instant::Action)>,
        check_ins: &[HostNo],
    ) -> Result<(), Failure> {
        // What was decided until now is told under the book that is about to change.
        self.collect().await?;
        self.seen(now, 0..self.warm.len())?;
        let of = |host: &HostNo| self.world.check_in(*host, Some(self.stage.hosts[*host]), now);
        let instant = Instant { actions, check_ins: check_ins.iter().map(of).collect() };
        let refused = self.stage.engine()?.run(instant).await?;
        self.script.refused.extend(refused);
        check_ins.iter().for_each(|host| self.warm[*host] = true);
        let all: Vec<HostNo> = (0..self.warm.len()).collect();
        Ok(self.look_ahead(now, &all)?)
    }

    /// Deadlines and timers.
    async fn look(&mut self, now: Moment, woken: &[HostNo]) -> Result<(), Failure> {
        self.seen(now, woken.iter().copied())?;
        let engine = self.stage.engine()?;
        let looks = woken.iter().map(|host| engine.run(Wake(self.stage.hosts[*host])));
        for result in futures_util::future::join_all(looks).await {
            result?;
        }
        Ok(self.look_ahead(now, woken)?)
    }

    /// While the engine is stopped nobody can tell it anything.
    fn refuse(&mut self, happens: &[&Event]) {
        for event in happens {
            let is_action = self.stage.action(self.scene, &event.what).is_some();
            if is_action {
                let sentence = "the engine is stopped, so nobody can tell it anything".to_owned();
                self.script.refused.push(Refused { line: event.line, sentence });
            }
        }
    }

    /// Notes the unchanged check-ins of hosts that report, up to `now`.
    fn seen(&self, now: Moment, hosts: impl IntoIterator<Item = HostNo>) -> Result<(), Fault> {
        let cycle = self.world.newest_cycle(now);
        for host in hosts.into_iter().filter(|host| self.is_taken_for_granted(*host)) {
            let Some(cell) = self.stage.engine()?.fleet().by_id(self.stage.hosts[host]) else { continue };
            let mut state = cell.lock();
            let seen = &mut std::sync::Arc::make_mut(&mut state.host).liveness.last_seen_at;
            *seen = (*seen).max(Some(cycle));
        }
        Ok(())
    }

    fn is_taken_for_granted(&self, host: HostNo) -> bool {
        self.pace == Pace::Quick && self.world.reports(host) && self.warm[host]
    }

    /// Asks when the engine wants to look at these hosts again.
    fn look_ahead(&mut self, now: Moment, hosts: &[HostNo]) -> Result<(), Fault> {
        let engine = self.stage.engine()?;
        for host in hosts {
            self.wakes[*host] = wakes(engine, self.stage.hosts[*host], self.is_taken_for_granted(*host), now);
        }
        Ok(())
    }

    /// Takes down what was committed and what was held back since the last time.
    async fn collect(&mut self) -> Result<(), Failure> {
        self.uncollected = 0;
        let readers = &self.stage.store.readers;
        let committed = store::rehearse::committed(readers, self.teller.last_committed).await.map_err(Fault::from)?;
        let held = match self.teller.wanted.why {
            true => store::rehearse::held_back(readers, self.teller.last_held).await.map_err(Fault::from)?,
            false => Vec::new(),
        };
        if committed.is_empty() && held.is_empty() {
            return Ok(());
        }
        let engine = self.stage.engine()?;
        self.kept += committed.len();
        self.script.lines.append(&mut self.teller.tell(engine, committed, held)?);
        if self.kept > KEPT {
            engine.run(Forget(self.teller.last_committed)).await?;
            self.kept = 0;
        }
        Ok(())
    }
}

/// Whether the engine starts, and whether it stops, at an instant: the last word of the file counts.
fn turns(happens: &[&Event]) -> (bool, bool) {
    let turn = |event: &&&Event| matches!(event.what, What::EngineStarts | What::EngineStops);
    match happens.iter().rfind(turn).map(|event| &event.what) {
        Some(What::EngineStarts) => (true, false),
        Some(_) => (false, true),
        None => (false, false),
    }
}

/// When the engine wants to look at a host; one that reports will always have been seen by then.
pub(super) fn wakes(engine: &Engine, id: HostId, taken_for_granted: bool, now: Moment) -> Moment {
    let Some(cell) = engine.fleet().by_id(id) else { return Moment::FAR };
    let (book, facts) = (engine.book(), engine.facts());
    let mut state = cell.lock();
    if !taken_for_granted {
        return wake_at(&state.host, &book, &facts, now);
    }
    let host = std::sync::Arc::make_mut(&mut state.host);
    let seen = host.liveness.last_seen_at.replace(Moment::FAR);
    let wakes = wake_at(host, &book, &facts, now);
    host.liveness.last_seen_at = seen;
    wakes
}

/// Forgets notifications that were taken down.
struct Forget(i64);

impl crate::engine::UseCase for Forget {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut crate::engine::Work) -> crate::engine::work::Running<'w, ()> {
        Box::pin(async move { Ok(store::rehearse::forget(&mut work.tx, self.0).await?) })
    }
}
