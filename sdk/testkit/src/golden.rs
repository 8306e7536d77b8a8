//! Golden requests: what the far side is sent for each kind, kept beside the connector.

use crate::{KINDS, Script, Testkit, Told, notification, show_outcome, show_sent};
use serde_json::Value;
use tocsin_connector_host::{Outcome, Secrets};

impl Testkit {
    /// Tells every kind in the order in which it happens and compares what was sent with the snapshots
    /// `KIND.snap`. As the engine does, it hands the handle of the last delivery of an alert over with
    /// the next one. The script begins anew for each kind.
    ///
    /// # Panics
    /// When something differs, nothing was sent for any kind, or the connector has no folder for
    /// snapshots.
    pub fn golden(&self, settings: &Value, script: impl Into<Script>) {
        let script = script.into();
        let mut handle: Option<String> = None;
        for name in KINDS {
            let mut told = notification(name).expect("every kind has its notification");
            let follows = matches!(*name, "reminder" | "acknowledged" | "recovery");
            told.prior_handle = handle.clone().filter(|_| follows);
            let told = self.tell(settings, told, script.clone());
            self.golden_told(name, settings, &told);
            if let Outcome::Delivered { handle: Some(new), .. } = told.receipt.outcome {
                handle = Some(new);
            }
        }
    }

    /// Compares one call with the snapshot of this name.
    ///
    /// # Panics
    /// When it differs, or the connector has no folder for snapshots.
    pub fn golden_told(&self, name: &str, settings: &Value, told: &Told) {
        let secrets = Secrets::of(&self.manifest().settings_schema, settings);
        let mut parts: Vec<String> =
            told.exchanges.iter().map(|exchange| show_sent(&exchange.sent, &secrets)).collect();
        parts.extend(told.receipt.logs.iter().map(|line| format!("log: {}\n", line.message)));
        parts.push(show_outcome(&told.receipt.outcome));
        self.compare(name, &parts.join("\n----\n\n"));
    }

    /// Compares what the connector says of itself with the snapshot `manifest.snap`: its settings are a
    /// promise to those who have filled them in.
    ///
    /// # Panics
    /// When it differs, or the connector has no folder for snapshots.
    pub fn golden_manifest(&self) {
        let manifest = serde_json::to_value(self.manifest()).expect("a manifest can be written as JSON");
        self.compare("manifest", &format!("{manifest:#}"));
    }

    fn compare(&self, name: &str, text: &str) {
        let folder = self.snapshots.as_ref().expect("say where the snapshots are: Testkit::with_snapshots_in");
        let mut insta = insta::Settings::clone_current();
        insta.set_snapshot_path(folder);
        insta.set_prepend_module_to_snapshot(false);
        insta.set_omit_expression(true);
        insta.bind(|| insta::assert_snapshot!(name, text));
    }
}
