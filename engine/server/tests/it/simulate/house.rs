//! The real engine over a database in memory, by a clock that is set. Every durable write goes through here, so that it
//! can be made to fail, or the process to be killed before or after it.

use std::sync::Arc;

use futures_util::future::{join, join_all};
use tocsin::clock::Clock;
use tocsin::engine::work::Running;
use tocsin::engine::{Engine, Shared, UseCase, Work};
use tocsin::fault::Fault;
use tocsin::ids::Ids;
use tocsin::metrics::Metrics;
use tocsin::secret::{KEY_BYTES, Keys};
use tocsin::store::{Store, Tx};
use tocsin_policy::Moment;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// The name of our one node.
pub const NODE: &str = "simulation";

/// Everything that a process has, and what it is to suffer.
pub struct House {
    pub clock: Clock,
    pub store: Arc<Store>,
    ids: Arc<Ids>,
    keys: Arc<Keys>,
    metrics: Arc<Metrics>,
    engine: Option<(Engine, JoinHandle<()>)>,
    /// The database takes nothing.
    pub outage: bool,
    /// It has refused something since this process started.
    pub refused: bool,
    /// The process is to be killed at a write.
    pub fuse: Option<Fuse>,
    /// Durable writes, and how often the process was killed.
    pub writes: u64,
    pub kills: u64,
}

/// Burns down by one with each durable write.
#[derive(Clone, Copy, Debug)]
pub struct Fuse {
    pub left: u32,
    /// Whether the write at which the process is killed has happened.
    pub written: bool,
}

/// What came of a durable write.
pub enum Wrote<T> {
    Done(T),
    /// The process was killed; whether the write has happened, nobody was told.
    Killed {
        written: bool,
    },
}

impl House {
    pub async fn build(now: Moment) -> House {
        let clock = Clock::manual(now);
        House {
            store: Arc::new(Store::memory().await.expect("a database in memory")),
            ids: Arc::new(Ids::new(clock.clone(), 0)),
            keys: Arc::new(Keys::new(&[0; KEY_BYTES])),
            metrics: Arc::new(Metrics::new()),
            engine: None,
            outage: false,
            refused: false,
            fuse: None,
            writes: 0,
            kills: 0,
            clock,
        }
    }

    /// The engine, while it runs.
    pub fn engine(&self) -> Option<&Engine> {
        self.engine.as_ref().map(|(engine, _)| engine)
    }

    /// A new process on the same database.
    pub async fn start(&mut self) {
        let (store, ids) = (self.store.clone(), self.ids.clone());
        let (keys, metrics) = (self.keys.clone(), self.metrics.clone());
        let shared = Shared::new(store, self.clock.clone(), ids, keys, metrics, ("", false));
        self.engine = Some(Engine::start(Arc::new(shared)).await.expect("an engine"));
        self.refused = false;
    }

    /// Kills the process: what was committed is in the database, everything else is gone.
    pub async fn kill(&mut self) {
        let Some((engine, writer)) = self.engine.take() else { return };
        writer.abort();
        // It ends with the transaction undone.
        let _ = writer.await;
        drop(engine);
        (self.fuse, self.kills) = (None, self.kills + 1);
    }

    /// Runs use cases that are queued together: one durable write.
    pub async fn write<U: UseCase>(&mut self, together: Vec<U>) -> Wrote<Vec<Result<U::Output, Fault>>> {
        let Some(engine) = self.engine().cloned() else { return Wrote::Killed { written: false } };
        self.writes += 1;
        let burnt = self.burns();
        let spoiled = self.outage;
        self.refused |= spoiled;
        let jobs = join_all(together.into_iter().map(|inner| engine.run(Spoiled { inner, spoiled })));
        let written = match burnt {
            None => return Wrote::Done(jobs.await),
            Some(fuse) if fuse.written && !spoiled => {
                jobs.await;
                true
            }
            Some(_) => {
                // All of them have run when the power fails, and nothing is committed.
                let reached = Arc::new(Notify::new());
                let never = engine.run(Never(reached.clone()));
                tokio::select! {
                    _ = join(jobs, never) => {}
                    () = reached.notified() => {}
                }
                false
            }
        };
        self.kill().await;
        Wrote::Killed { written }
    }

    /// The same for one use case.
    pub async fn write_one<U: UseCase>(&mut self, use_case: U) -> Wrote<Result<U::Output, Fault>> {
        match self.write(vec![use_case]).await {
            Wrote::Done(mut outputs) => Wrote::Done(outputs.pop().expect("one output")),
            Wrote::Killed { written } => Wrote::Killed { written },
        }
    }

    /// The fuse, if this write is the one at which it ends.
    fn burns(&mut self) -> Option<Fuse> {
        let fuse = self.fuse.as_mut()?;
        let ends = fuse.left == 0;
        fuse.left = fuse.left.saturating_sub(1);
        ends.then_some(*fuse)
    }
}

/// A use case whose transaction the database refuses at the commit, if it is spoiled.
struct Spoiled<U> {
    inner: U,
    spoiled: bool,
}

impl<U: UseCase> UseCase for Spoiled<U> {
    type Output = U::Output;

    fn host(&self) -> Option<tocsin_policy::HostId> {
        self.inner.host()
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, U::Output> {
        Box::pin(async move {
            let output = self.inner.run(work).await?;
            if self.spoiled
                && let Tx::Sqlite(database) = &mut work.tx
            {
                // A row that refers to nothing: SQLite looks at it when it commits.
                for statement in
                    ["pragma defer_foreign_keys = on", "insert or replace into host_label values (-1, 'a', 'b')"]
                {
                    sqlx::query(statement).execute(database.connection().await?).await?;
                }
            }
            Ok(output)
        })
    }
}

/// Says that its turn has come, and never ends.
struct Never(Arc<Notify>);

impl UseCase for Never {
    type Output = ();

    fn run<'w>(&'w self, _: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.0.notify_one();
            std::future::pending().await
        })
    }
}
