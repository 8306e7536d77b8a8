//! The clock of guests: at its ticks a guest that runs is looked at. It stands still while none runs.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::thread::{self, Thread};
use std::time::Duration;

use wasmtime::{Engine, EngineWeak};

/// A guest's processor time is looked at at this step, and one that computes gives way. A fifth of the time after which a
/// call is heavy: until then it keeps waiting what came after it.
const TICK: Duration = Duration::from_millis(2);
/// So many ticks without a guest, and the clock stops: to wake it for every call of a busy server would cost more.
const PATIENCE: u32 = 50;

/// The clock. With the last handle of it its thread ends.
pub(crate) struct Ticks {
    shared: Arc<Shared>,
    thread: Thread,
}

#[derive(Default)]
struct Shared {
    /// Guests that are on a processor.
    running: AtomicUsize,
    /// The thread sleeps until it is woken, or is about to.
    stopped: AtomicBool,
    ended: AtomicBool,
}

impl Ticks {
    /// Starts the thread that advances the epoch of this engine.
    pub(crate) fn start(engine: &Engine) -> std::io::Result<Arc<Ticks>> {
        let shared = Arc::<Shared>::default();
        let (of_thread, engine) = (shared.clone(), engine.weak());
        let thread = thread::Builder::new().name("connector-tick".into()).spawn(move || of_thread.tick(&engine))?;
        Ok(Arc::new(Ticks { shared, thread: thread.thread().clone() }))
    }

    /// Ticks while a guest is given the processor.
    pub(crate) fn during<T>(&self, poll: impl FnOnce() -> T) -> T {
        self.shared.running.fetch_add(1, SeqCst);
        let _running = Running(&self.shared.running);
        if self.shared.stopped.load(SeqCst) && self.shared.stopped.swap(false, SeqCst) {
            self.thread.unpark();
        }
        poll()
    }
}

impl Drop for Ticks {
    fn drop(&mut self) {
        self.shared.ended.store(true, SeqCst);
        self.thread.unpark();
    }
}

/// A guest on a processor; it may leave it by a panic of the host.
struct Running<'a>(&'a AtomicUsize);

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, SeqCst);
    }
}

impl Shared {
    fn tick(&self, engine: &EngineWeak) {
        let mut idle = 0;
        while !self.ended.load(SeqCst) {
            idle = if self.running.load(SeqCst) == 0 { idle + 1 } else { 0 };
            if idle > PATIENCE {
                self.stop();
                idle = 0;
            }
            thread::sleep(TICK);
            if let Some(engine) = engine.upgrade() {
                engine.increment_epoch();
            }
        }
    }

    /// Sleeps until a guest runs. One that began just before `stopped` was set is seen by the look at `running`.
    fn stop(&self) {
        self.stopped.store(true, SeqCst);
        while self.running.load(SeqCst) == 0 && self.stopped.load(SeqCst) && !self.ended.load(SeqCst) {
            thread::park();
        }
        self.stopped.store(false, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Waits for a state, however long the machine takes for it.
    fn until(state: impl Fn() -> bool) {
        while !state() {
            thread::sleep(Duration::from_millis(1));
        }
    }

    /// A guest that computes is looked at so often, then it is ended.
    fn a_spinner_is_looked_at(ticks: &Ticks, engine: &Engine, times: u64) {
        let spinner = wat::parse_str("(module (func (export \"spin\") (loop br 0)))").unwrap();
        let module = wasmtime::Module::new(engine, spinner).unwrap();
        let mut store = wasmtime::Store::new(engine, 0);
        store.set_epoch_deadline(1);
        store.epoch_deadline_callback(move |mut context| {
            *context.data_mut() += 1;
            let on = *context.data() < times;
            Ok(if on { wasmtime::UpdateDeadline::Continue(1) } else { wasmtime::UpdateDeadline::Interrupt })
        });
        let instance = wasmtime::Instance::new(&mut store, &module, &[]).unwrap();
        let spin = instance.get_typed_func::<(), ()>(&mut store, "spin").unwrap();
        ticks.during(|| spin.call(&mut store, ()).unwrap_err());
        assert_eq!(*store.data(), times);
    }

    fn engine() -> Engine {
        Engine::new(wasmtime::Config::new().epoch_interruption(true)).unwrap()
    }

    #[test]
    fn the_clock_stops_when_no_guest_runs_and_goes_on_with_the_next() {
        let engine = engine();
        let ticks = Ticks::start(&engine).unwrap();
        for _ in 0..3 {
            until(|| ticks.shared.stopped.load(SeqCst));
            a_spinner_is_looked_at(&ticks, &engine, 5);
        }
    }

    #[test]
    fn its_thread_ends_with_its_last_handle() {
        let ticks = Ticks::start(&engine()).unwrap();
        let shared = Arc::downgrade(&ticks.shared);
        until(|| ticks.shared.stopped.load(SeqCst));
        drop(ticks);
        until(|| shared.strong_count() == 0);
    }

    #[test]
    fn a_guest_that_ends_by_a_panic_of_the_host_is_not_counted_for_ever() {
        let ticks = Ticks::start(&engine()).unwrap();
        let broken = std::panic::AssertUnwindSafe(|| ticks.during(|| panic!("on purpose")));
        std::panic::catch_unwind(broken).unwrap_err();
        until(|| ticks.shared.stopped.load(SeqCst));
    }
}
