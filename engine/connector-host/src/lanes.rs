//! Two lanes for calls, so that one that computes keeps none waiting that only sends.
//!
//! A call that has grown heavy, see [`Weight`], goes on on threads of their own that the system gives less time, and the
//! calls of its connector begin there for a while. What a call opens belongs to the quick lane wherever it runs, since
//! connections outlive it.

use crate::ticks::Ticks;
use crate::weight::Weight;
use std::mem::ManuallyDrop;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::runtime::{Builder, Handle, Runtime};

/// Guests share at most so many threads of a lane and give way at every tick, so that neither the server nor other
/// guests wait for one that spins. On a single core a second thread would only be one more to change to.
const WORKERS: usize = 2;
/// Many spinning guests get no further on two threads than on one.
const SLOW_WORKERS: usize = 1;
/// For names that are looked up and for compiling.
const BLOCKING_THREADS: usize = 16;
/// Of 19: the slow lane gets a tenth of a core that others want too, which is enough to let go of what it holds.
const NICE: i32 = 10;
/// For guests on the slow lane to give way, which they do at every tick.
const END: Duration = Duration::from_secs(5);

pub(crate) struct Lanes {
    quick: Runtime,
    slow: Runtime,
    ticks: Arc<Ticks>,
}

type Task<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl Lanes {
    pub(crate) fn start(ticks: Arc<Ticks>) -> std::io::Result<Lanes> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let lane = |name: &str, workers: usize| {
            let mut lane = Builder::new_multi_thread();
            lane.worker_threads(workers).max_blocking_threads(BLOCKING_THREADS).thread_name(name).enable_all();
            lane
        };
        let quick = lane("connector", cores.min(WORKERS)).build()?;
        let give_way = || {
            // Where the system does not let it, the lanes are equals.
            let _ = rustix::process::nice(NICE);
        };
        let slow = lane("connector-slow", SLOW_WORKERS).on_thread_start(give_way).build()?;
        Ok(Lanes { quick, slow, ticks })
    }

    /// Where connections and timers belong.
    pub(crate) fn handle(&self) -> &Handle {
        self.quick.handle()
    }

    /// Runs a call to its end. An error is a bug of the host or its end.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        weight: Arc<Weight>,
        call: impl Future<Output = T> + Send + 'static,
    ) -> Result<T, String> {
        let mut call: Task<T> = Box::pin(call);
        let (quick, slow, ticks) = (self.quick.handle().clone(), self.slow.handle().clone(), self.ticks.clone());
        let began = self.quick.spawn(async move {
            let quickly = std::future::poll_fn(|context| {
                if !weight.is_heavy()
                    && let Poll::Ready(done) = ticks.during(|| weight.of_poll(|| call.as_mut().poll(context)))
                {
                    return Poll::Ready(Some(done));
                }
                if weight.is_heavy() { Poll::Ready(None) } else { Poll::Pending }
            });
            match quickly.await {
                Some(done) => Ok(done),
                None => slow.spawn(Slowly { call, weight, ticks, home: quick }).await,
            }
        });
        let failed = |error: tokio::task::JoinError| format!("The connector host failed: {error}");
        began.await.map_err(failed)?.map_err(failed)
    }

    /// Ends the calls under way, without waiting for it: the slow ones first, since their timers are at home on the
    /// quick lane.
    pub(crate) fn end(self) {
        // A runtime must not be dropped inside another one: where no thread can be started, it is left alone.
        let lanes = ManuallyDrop::new(self);
        let end = move || {
            let Lanes { quick, slow, ticks: _ticks } = ManuallyDrop::into_inner(lanes);
            slow.shutdown_timeout(END);
            quick.shutdown_background();
        };
        if let Err(error) = std::thread::Builder::new().name("connector-end".into()).spawn(end) {
            tracing::warn!(%error, "the threads of the connectors could not be ended");
        }
    }
}

/// A call on the slow lane.
struct Slowly<T> {
    call: Task<T>,
    weight: Arc<Weight>,
    ticks: Arc<Ticks>,
    home: Handle,
}

impl<T> Future for Slowly<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        let Slowly { call, weight, ticks, home } = &mut *self;
        let _at_home = home.enter();
        ticks.during(|| weight.of_poll(|| call.as_mut().poll(context)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lanes() -> Lanes {
        Lanes::start(Ticks::start(&wasmtime::Engine::default()).unwrap()).unwrap()
    }

    fn lane() -> String {
        std::thread::current().name().unwrap_or_default().to_owned()
    }

    #[tokio::test]
    async fn a_call_that_grows_heavy_goes_on_slowly_and_the_next_of_its_connector_begins_so() {
        let lanes = lanes();
        let connector = Arc::default();
        let weight = Weight::of(&connector);
        let grows = weight.clone();
        let call = async move {
            let before = lane();
            grows.grow();
            tokio::task::yield_now().await;
            let opened = tokio::spawn(async { lane() }).await.unwrap();
            [before, lane(), opened]
        };
        let home = "connector is where it begins and where what it opens stays";
        assert_eq!(lanes.run(weight, call).await.unwrap(), ["connector", "connector-slow", "connector"], "{home}");
        assert_eq!(lanes.run(Weight::of(&connector), async { lane() }).await.unwrap(), "connector-slow");
        assert_eq!(lanes.run(Arc::default(), async { lane() }).await.unwrap(), "connector", "another connector");
        lanes.end();
    }
    /// Says at its end whether it came by a panic.
    struct Witness(std::sync::mpsc::Sender<bool>);

    impl Drop for Witness {
        fn drop(&mut self) {
            let _ = self.0.send(std::thread::panicking());
        }
    }

    #[tokio::test]
    async fn a_slow_call_that_waits_ends_with_the_lanes_and_without_a_panic() {
        let lanes = lanes();
        let weight = Arc::<Weight>::default();
        weight.grow();
        let (says, hears) = std::sync::mpsc::channel();
        let (began, begins) = tokio::sync::oneshot::channel();
        let call = async move {
            let _witness = Witness(says);
            let _ = began.send(());
            for _ in 0..u64::MAX {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        tokio::select! {
            _ = lanes.run(weight, call) => unreachable!("it never ends by itself"),
            heard = begins => heard.unwrap(),
        }
        lanes.end();
        assert_eq!(tokio::task::spawn_blocking(move || hears.recv()).await.unwrap(), Ok(false));
    }
}
