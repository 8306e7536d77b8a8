//! The store door: a few small values for each receiver.

use crate::bindings::tocsin::connector::kv as api;
use crate::guest::State;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// A key is a name, not a document.
const KEY_BYTES: usize = 256;
const VALUE_BYTES: usize = 16 << 10;
/// Enough to find a thread and remember it; each may be a round trip to the database.
const CALLS_PER_DELIVERY: u32 = 50;

pub type KvFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, KvError>> + Send + 'a>>;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KvError {
    /// It would hold more than so many bytes.
    Quota(u64),
    Failed(String),
}

/// What one receiver's connector remembers. The server keeps it in the database; [`MemoryKeyValue`]
/// forgets. An implementation bounds the sum of what it holds; keys and values are bounded here.
pub trait KeyValue: Send + Sync + 'static {
    fn get<'a>(&'a self, key: &'a str) -> KvFuture<'a, Option<Vec<u8>>>;
    /// `ttl` is how long the value is wanted; none is for as long as the receiver exists.
    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Option<Duration>) -> KvFuture<'a, ()>;
    fn remove<'a>(&'a self, key: &'a str) -> KvFuture<'a, ()>;
}

type Values = BTreeMap<String, (Vec<u8>, Option<Instant>)>;

/// A store that lasts as long as the process: for tests and for trying a receiver out.
#[derive(Clone, Default)]
pub struct MemoryKeyValue(Arc<Mutex<Values>>);

impl MemoryKeyValue {
    /// All keys and values together.
    pub const QUOTA_BYTES: usize = 64 << 10;

    fn with<T>(&self, act: impl FnOnce(&mut Values) -> T) -> T {
        let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        values.retain(|_, (_, until)| until.is_none_or(|until| until > now));
        act(&mut values)
    }
}

impl KeyValue for MemoryKeyValue {
    fn get<'a>(&'a self, key: &'a str) -> KvFuture<'a, Option<Vec<u8>>> {
        let value = self.with(|values| values.get(key).map(|(value, _)| value.clone()));
        Box::pin(async move { Ok(value) })
    }

    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Option<Duration>) -> KvFuture<'a, ()> {
        let result = self.with(|values| {
            let others = values.iter().filter(|(name, _)| *name != key);
            let held: usize = others.map(|(name, (value, _))| name.len() + value.len()).sum();
            if held + key.len() + value.len() > Self::QUOTA_BYTES {
                return Err(KvError::Quota(Self::QUOTA_BYTES as u64));
            }
            values.insert(key.to_owned(), (value, ttl.and_then(|ttl| Instant::now().checked_add(ttl))));
            Ok(())
        });
        Box::pin(async move { result })
    }

    fn remove<'a>(&'a self, key: &'a str) -> KvFuture<'a, ()> {
        self.with(|values| values.remove(key));
        Box::pin(async { Ok(()) })
    }
}

impl State {
    fn store(&mut self, key: &str) -> Result<Arc<dyn KeyValue>, api::Error> {
        let Some(store) = self.doors.kv.clone() else { return Err(api::Error::Denied) };
        self.kv_calls += 1;
        if self.kv_calls > CALLS_PER_DELIVERY {
            return Err(api::Error::Failed(format!(
                "more than {CALLS_PER_DELIVERY} calls to the store in one delivery"
            )));
        }
        if key.is_empty() || key.len() > KEY_BYTES {
            return Err(api::Error::Failed(format!("a key has from 1 to {KEY_BYTES} bytes")));
        }
        Ok(store)
    }
}

impl api::Host for State {
    async fn get(&mut self, key: String) -> wasmtime::Result<Result<Option<Vec<u8>>, api::Error>> {
        Ok(match self.store(&key) {
            Ok(store) => store.get(&key).await.map_err(explain),
            Err(refused) => Err(refused),
        })
    }

    async fn set(
        &mut self,
        key: String,
        value: Vec<u8>,
        ttl_ms: Option<u64>,
    ) -> wasmtime::Result<Result<(), api::Error>> {
        Ok(match self.store(&key) {
            Ok(_) if value.len() > VALUE_BYTES => Err(api::Error::Quota(VALUE_BYTES as u64)),
            Ok(store) => store.set(&key, value, ttl_ms.map(Duration::from_millis)).await.map_err(explain),
            Err(refused) => Err(refused),
        })
    }

    async fn remove(&mut self, key: String) -> wasmtime::Result<Result<(), api::Error>> {
        Ok(match self.store(&key) {
            Ok(store) => store.remove(&key).await.map_err(explain),
            Err(refused) => Err(refused),
        })
    }
}

fn explain(error: KvError) -> api::Error {
    match error {
        KvError::Quota(bytes) => api::Error::Quota(bytes),
        KvError::Failed(reason) => api::Error::Failed(reason),
    }
}
