//! What holds for all versions of one name: limits, and whether it is used at all.

use std::sync::Arc;

use super::check_version;
use crate::actor::{Actor, Area, Role};
use crate::connectors::Connectors;
use crate::connectors::catalog::{Catalog, Setting};
use crate::connectors::limits::Limits;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store::connector;

/// Lays down what the calls of a connector may use up.
pub struct LimitConnector {
    pub actor: Actor,
    pub name: String,
    pub limits: Limits,
    /// The version of the row that the form showed; `None`: whatever is there.
    pub version: Option<i64>,
    pub connectors: Arc<Connectors>,
}

impl UseCase for LimitConnector {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let there = setting(work, &self.connectors, &self.name).await?;
            check_version(self.version, there.version, &self.name)?;
            let wrong = self.limits.wrong();
            if !wrong.is_empty() {
                return Err(Fault::fields(wrong));
            }

            save(work, &self.name, Setting { limits: self.limits, ..there }).await?;
            work.audit(&self.actor, "limited", &format!("connector {}", self.name), &self.limits.words()).await
        })
    }
}

/// Disables a connector, or puts it to work again. While it is disabled, policies pass over its receivers, and what was
/// decided before waits.
pub struct SwitchConnector {
    pub actor: Actor,
    pub name: String,
    pub disabled: bool,
    pub connectors: Arc<Connectors>,
}

impl UseCase for SwitchConnector {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let there = setting(work, &self.connectors, &self.name).await?;

            save(work, &self.name, Setting { disabled: self.disabled, ..there }).await?;
            work.wake_deliverer();
            let done = if self.disabled { "disabled" } else { "enabled" };
            work.audit(&self.actor, done, &format!("connector {}", self.name), "").await
        })
    }
}

async fn setting(work: &mut Work, connectors: &Connectors, name: &str) -> Result<Setting, Fault> {
    if !connectors.ships(name) && connectors.catalog().of_name(name).next().is_none() {
        return Err(Fault::not_found(format!("there is no connector “{name}”; it may have been removed meanwhile")));
    }
    let row = connector::setting(&mut work.tx, name).await?;
    let catalog = Catalog::read(Vec::new(), row.into_iter().collect(), Vec::new(), std::collections::HashMap::new());
    Ok(catalog.setting(name))
}

async fn save(work: &mut Work, name: &str, setting: Setting) -> Result<(), Fault> {
    let limits = serde_json::to_string(&setting.limits).map_err(|error| Fault::Internal(error.to_string()))?;
    connector::set(&mut work.tx, name, setting.disabled, &limits).await?;
    work.edit_book();
    Ok(())
}
