//! Receivers. Their connectors have been asked before whether the settings do.

use super::Run;
use crate::connectors::keep_secrets;
use crate::fault::Fault;
use crate::provision::plan::Receiver;
use crate::store::receiver::{self, ReceiverRow};
use crate::usecase::manner::SaveManner;
use crate::usecase::receiver::{SaveReceiver, settings_of};

impl Run<'_> {
    pub(super) async fn receivers(&mut self) -> Result<(), Fault> {
        for receiver in &self.plan.receivers {
            self.receiver(receiver).await?;
        }
        Ok(())
    }

    async fn receiver(&mut self, wanted: &Receiver) -> Result<(), Fault> {
        let there = receiver::named(&mut self.work.tx, &wanted.name).await?;
        if let Some((id, _)) = there
            && let Some(row) = receiver::get(&mut self.work.tx, id).await?
            && self.is_as(&row, wanted)
        {
            return self.manner(id, wanted).await;
        }
        let save = SaveReceiver {
            actor: self.actor.clone(),
            id: there.map(|(id, _)| id),
            name: wanted.name.clone(),
            connector: wanted.connector.name.clone(),
            settings: wanted.settings.clone(),
            private_network: wanted.private_network,
            enabled: wanted.enabled,
            version: None,
            connectors: self.apply.connectors.clone(),
        };
        match self.run(&wanted.at, save).await? {
            Some(id) => self.manner(id, wanted).await,
            None => Ok(()),
        }
    }

    async fn manner(&mut self, receiver: tocsin_policy::ReceiverId, wanted: &Receiver) -> Result<(), Fault> {
        if self.work.manners.get(&receiver).cloned().unwrap_or_default() == wanted.manner {
            return Ok(());
        }
        let save = SaveManner { actor: self.actor.clone(), receiver, manner: wanted.manner.clone() };
        self.run(&wanted.at, save).await.map(drop)
    }

    /// Whether saving would change nothing.
    fn is_as(&self, row: &ReceiverRow, wanted: &Receiver) -> bool {
        let id = tocsin_policy::ReceiverId(row.id);
        let Some(manifest) = self.apply.connectors.manifest(Some(id), &row.connector) else { return false };
        // Settings that cannot be opened any more are written again.
        let Ok(stored) = settings_of(&self.work.keys, id, &row.settings) else {
            return false;
        };
        let mut settings = wanted.settings.clone();
        keep_secrets(&manifest.settings_schema, &stored, &mut settings);
        row.connector == wanted.connector.name
            && (row.private_network, row.enabled) == (wanted.private_network, wanted.enabled)
            && settings == stored
    }
}
