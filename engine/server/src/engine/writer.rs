//! The one writer. Use cases queue up; it takes what is there, runs them one after the other in one transaction,
//! commits once, and answers all. The commit of a group gathers the next one, so nobody waits for a timer.
//!
//! A use case that refuses, or fails, takes the whole group's transaction down with it; the others run again without
//! it. Nothing that was answered with success is ever undone, and nothing half-done is ever seen.

use std::sync::Arc;
use std::time::Instant;

use tocsin_policy::{Book, Engine as EngineFacts};
use tokio::sync::{mpsc, oneshot};

use super::bus::Bus;
use super::fleet::Fleet;
use super::shared::Shared;
use super::work::{Running, UseCase, Work};
use crate::fault::Fault;
use crate::store;

/// Use cases that may wait; further check-ins are refused with a status that makes agents keep them.
const QUEUE: usize = 8_192;
/// Use cases in one transaction: enough to spread the cost of a commit, few enough to answer soon.
const GROUP: usize = 512;
/// How often a group is tried again when other nodes overtake it.
const OVERTAKEN: u32 = 8;

/// Where the answer of a queued use case will come.
type Answer<U> = oneshot::Receiver<Result<<U as UseCase>::Output, Fault>>;

/// The handle to the engine; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
    queue: mpsc::Sender<Box<dyn Job>>,
}

impl Engine {
    /// Loads everything into memory and starts the writer. It ends when the last handle is dropped.
    pub async fn start(shared: Arc<Shared>) -> Result<(Engine, tokio::task::JoinHandle<()>), Fault> {
        store::book::ensure_defaults(&shared).await?;
        shared.set_instance_id(&store::instance::ensure_id(&shared.store).await?);
        let mut tx = shared.store.begin().await?;
        let now = shared.clock.now();
        shared.take_up(store::book::laid_down(&mut tx).await?);
        for loaded in store::host::load_all(&mut tx, now).await? {
            super::load::put(&shared, loaded, now);
        }
        drop(tx);
        let (queue, jobs) = mpsc::channel(QUEUE);
        let writer = tokio::spawn(write(shared.clone(), jobs));
        Ok((Engine { shared, queue }, writer))
    }

    /// Runs a use case and waits until its effects are durable.
    ///
    /// # Errors
    /// What the use case refused, or that the database failed.
    pub async fn run<U: UseCase>(&self, use_case: U) -> Result<U::Output, Fault> {
        let (job, answer) = self.queue_up(use_case);
        self.queue.send(job).await.map_err(|_| Fault::ShuttingDown)?;
        answer.await.unwrap_or(Err(Fault::ShuttingDown))
    }

    /// The same, but refuses at once where the queue is full.
    ///
    /// # Errors
    /// As [`Engine::run`], and [`Fault::Overloaded`].
    pub async fn try_run<U: UseCase>(&self, use_case: U) -> Result<U::Output, Fault> {
        let (job, answer) = self.queue_up(use_case);
        self.queue.try_send(job).map_err(|error| match error {
            mpsc::error::TrySendError::Full(_) => Fault::Overloaded,
            mpsc::error::TrySendError::Closed(_) => Fault::ShuttingDown,
        })?;
        answer.await.unwrap_or(Err(Fault::ShuttingDown))
    }

    fn queue_up<U: UseCase>(&self, use_case: U) -> (Box<dyn Job>, Answer<U>) {
        let (reply, answer) = oneshot::channel();
        let cell = use_case.host().and_then(|id| self.shared.fleet.by_id(id));
        if let Some(cell) = &cell {
            cell.lock().queued += 1;
        }
        (Box::new(Queued { use_case, output: None, reply: Some(reply), cell }), answer)
    }

    pub fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }

    pub fn fleet(&self) -> &Fleet {
        &self.shared.fleet
    }

    pub fn book(&self) -> Arc<Book> {
        self.shared.book()
    }

    pub fn facts(&self) -> EngineFacts {
        self.shared.facts()
    }

    pub fn bus(&self) -> &Bus {
        &self.shared.bus
    }

    /// Whether the writer still takes use cases.
    pub fn is_alive(&self) -> bool {
        !self.queue.is_closed()
    }
}

/// A queued use case, its type forgotten.
trait Job: Send {
    fn run<'w>(&'w mut self, work: &'w mut Work) -> Running<'w, ()>;
    fn answer(self: Box<Self>, result: Result<(), Fault>);
}

struct Queued<U: UseCase> {
    use_case: U,
    output: Option<U::Output>,
    reply: Option<oneshot::Sender<Result<U::Output, Fault>>>,
    cell: Option<Arc<super::fleet::Cell>>,
}

impl<U: UseCase> Job for Queued<U> {
    fn run<'w>(&'w mut self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.output = Some(self.use_case.run(work).await?);
            Ok(())
        })
    }

    fn answer(mut self: Box<Self>, result: Result<(), Fault>) {
        let output = self.output.take();
        let answer =
            result.and_then(|()| output.ok_or_else(|| Fault::Internal("a use case gave no answer".to_owned())));
        if let Some(reply) = self.reply.take() {
            // Whoever asked may have gone; what was done stays done.
            let _ = reply.send(answer);
        }
    }
}

impl<U: UseCase> Drop for Queued<U> {
    fn drop(&mut self) {
        if let Some(cell) = &self.cell {
            let mut state = cell.lock();
            state.queued = state.queued.saturating_sub(1);
        }
    }
}

async fn write(shared: Arc<Shared>, mut queue: mpsc::Receiver<Box<dyn Job>>) {
    let mut jobs = Vec::with_capacity(GROUP);
    while queue.recv_many(&mut jobs, GROUP).await > 0 {
        shared.metrics.writer_queue(queue.len());
        run_group(&shared, std::mem::take(&mut jobs)).await;
    }
}

/// Runs a group until every one of its use cases is answered.
async fn run_group(shared: &Shared, mut jobs: Vec<Box<dyn Job>>) {
    let mut overtaken = 0;
    while !jobs.is_empty() {
        let failed = match attempt(shared, &mut jobs).await {
            Ok(()) => return jobs.drain(..).for_each(|job| job.answer(Ok(()))),
            Err(failed) => failed,
        };
        match failed.fault {
            Fault::Overtaken if overtaken < OVERTAKEN => overtaken += 1,
            Fault::Database(error) if failed.at.is_none() || jobs.len() > 1 => {
                let error = store::trouble::said(&error);
                tracing::warn!(error, group = jobs.len(), "a group was not committed; its use cases run one by one");
                return run_alone(shared, jobs).await;
            }
            fault => {
                // A full disk shows itself at the commit or before; a mistake of a single use case is no outage.
                if let Some(cure) = fault.cure() {
                    refused(shared, &fault, Some(cure));
                }
                let job = jobs.remove(failed.at.unwrap_or_default());
                job.answer(Err(fault));
            }
        }
    }
}

/// Runs use cases in a transaction each, so that one that cannot be committed does not hold up the others.
async fn run_alone(shared: &Shared, jobs: Vec<Box<dyn Job>>) {
    for job in jobs {
        let mut alone = [job];
        let result = attempt(shared, &mut alone).await.map_err(|failed| failed.fault);
        if let Err(fault @ Fault::Database(_)) = &result {
            refused(shared, fault, fault.cure());
        }
        let [job] = alone;
        job.answer(result);
    }
}

/// Notes that the database takes nothing, until it takes something again. The log may lie on the same disk: it gets a line
/// for each outage and not for each of thousands of check-ins.
fn refused(shared: &Shared, fault: &Fault, cure: Option<&'static str>) {
    if shared.outage_begins(cure) {
        tracing::error!(error = %fault, "the database refused a change; this and what follows is answered as failed");
    } else {
        tracing::debug!(error = %fault, "the database refused a change; it was answered as failed");
    }
}

/// When the database was last asked whether it takes changes again; in the table of the instance's facts.
const ASKED_AT: &str = "asked-at-ms";

struct Failed {
    /// Which use case; none if it was the commit.
    at: Option<usize>,
    fault: Fault,
}

/// One transaction for all of the group.
async fn attempt(shared: &Shared, jobs: &mut [Box<dyn Job>]) -> Result<(), Failed> {
    let commit_failed = |fault| Failed { at: None, fault };
    let mut work = Work::begin(shared, shared.clock.now()).await.map_err(commit_failed)?;
    if shared.outage().is_some() {
        // A commit of nothing succeeds on a full disk as well: while the database takes nothing, each writes something.
        let asked = store::instance::set(&mut work.tx, ASKED_AT, &work.now.0.to_string()).await;
        asked.map_err(|error| commit_failed(error.into()))?;
    }
    if !shared.store.exclusive
        && let Some(newest) = shared.follow_book(&mut work.tx).await.map_err(commit_failed)?
    {
        (work.book, work.receivers, work.instance) = (newest.book, newest.receivers, newest.instance);
    }
    for (at, job) in jobs.iter_mut().enumerate() {
        job.run(&mut work).await.map_err(|fault| Failed { at: Some(at), fault })?;
    }
    let now = work.now;
    let begun = Instant::now();
    let committed = work.commit(shared).await.map_err(commit_failed)?;
    shared.metrics.commit(jobs.len(), begun.elapsed());
    shared.outage_ends(now);
    committed.publish(shared);
    Ok(())
}
