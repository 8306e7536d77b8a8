//! The small store of a receiver, as its connector sees it.

use std::time::Duration;

use tocsin_connector_host::{KeyValue, KvError, KvFuture};
use tocsin_policy::{ReceiverId, Span};

use crate::app::App;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store::receiver;

/// Bytes that one receiver may keep.
const QUOTA_BYTES: i64 = 64 * 1024;

/// The store of one receiver.
pub struct ReceiverStore {
    pub app: App,
    pub receiver: ReceiverId,
}

impl KeyValue for ReceiverStore {
    fn get<'a>(&'a self, key: &'a str) -> KvFuture<'a, Option<Vec<u8>>> {
        Box::pin(async move {
            let value = receiver::kv_get(&self.app.store.readers, self.receiver, key, self.app.clock.now()).await;
            value.map_err(|error| KvError::Failed(error.to_string()))
        })
    }

    fn set<'a>(&'a self, key: &'a str, value: Vec<u8>, ttl: Option<Duration>) -> KvFuture<'a, ()> {
        let ttl = ttl.map(|ttl| Span(i64::try_from(ttl.as_millis()).unwrap_or(i64::MAX)));
        self.change(Change { receiver: self.receiver, key: key.to_owned(), value: Some((value, ttl)) })
    }

    fn remove<'a>(&'a self, key: &'a str) -> KvFuture<'a, ()> {
        self.change(Change { receiver: self.receiver, key: key.to_owned(), value: None })
    }
}

impl ReceiverStore {
    fn change(&self, change: Change) -> KvFuture<'_, ()> {
        Box::pin(async move {
            match self.app.engine.run(change).await {
                Ok(true) => Ok(()),
                Ok(false) => Err(KvError::Quota(QUOTA_BYTES.unsigned_abs())),
                Err(error) => Err(KvError::Failed(error.to_string())),
            }
        })
    }
}

struct Change {
    receiver: ReceiverId,
    key: String,
    value: Option<(Vec<u8>, Option<Span>)>,
}

impl UseCase for Change {
    /// False: it would be more than the quota.
    type Output = bool;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, bool> {
        Box::pin(async move {
            let (tx, now) = (&mut work.tx, work.now);
            let Some((value, ttl)) = &self.value else {
                receiver::kv_remove(tx, self.receiver, &self.key).await?;
                return Ok::<bool, Fault>(true);
            };
            let others = receiver::kv_size(tx, self.receiver, &self.key, now).await?;
            let own = i64::try_from(self.key.len() + value.len()).unwrap_or(i64::MAX);
            if others.saturating_add(own) > QUOTA_BYTES {
                return Ok(false);
            }
            receiver::kv_set(tx, self.receiver, &self.key, value, ttl.map(|ttl| now + ttl)).await?;
            Ok(true)
        })
    }
}
