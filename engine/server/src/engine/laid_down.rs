//! What operators have laid down, as their newest edit left it: loaded whole, taken up whole, and never changed in place.

use std::collections::HashMap;
use std::sync::Arc;

use tocsin_policy::{Book, ReceiverId};

use super::instance::Instance;
use crate::connectors::catalog::Catalog;
use crate::store::manner::Manner;
use crate::store::receiver::ReceiverRow;

/// Who may report: the accounts of agents, by name, with the fingerprints of their passwords.
#[derive(Clone, Debug, Default)]
pub struct Door {
    pub accounts: HashMap<String, String>,
}

/// Where messages can go. Whether a receiver is broken is written by deliveries and not by edits: ask the database.
pub type Receivers = HashMap<ReceiverId, ReceiverRow>;

/// One state of it; cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct LaidDown {
    /// As the database counts the edits.
    pub version: i64,
    pub book: Arc<Book>,
    pub door: Arc<Door>,
    pub receivers: Arc<Receivers>,
    /// Installed connectors, what is granted to them and what is laid down for them.
    pub catalog: Arc<Catalog>,
    /// How some of them are spoken to; the others as usual.
    pub manners: Arc<HashMap<ReceiverId, Manner>>,
    /// What this instance is called, and what else they say of it.
    pub instance: Arc<Instance>,
}
