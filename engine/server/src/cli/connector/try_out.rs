//! `tocsin connector try FILE.wasm`: one call, and everything about it.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgMatches;
use serde_json::Value;
use tocsin_connector_host::{
    Answer, Call, FieldError, Grant, MemoryKeyValue, Notification, Outcome, PrivateAddresses, Receipt, Script, Secrets,
    WatchedNetwork,
};
use tocsin_testkit::{show_got, show_outcome, show_sent};

use super::{chain, host, read, runtime};
use crate::cli::{AT_FAULT, Failure, exit};

/// Settings and scripts are written by people; more than this is another kind of file.
const MAX_BYTES: u64 = 1 << 20;

/// What is to be tried.
pub struct Plan {
    file: PathBuf,
    settings: PathBuf,
    notification: Notification,
    /// `real`, a file, or nothing for a far side that is content with everything.
    network: Option<String>,
    private: bool,
}

/// What came of it.
struct Tried {
    receipt: Receipt,
    network: Arc<WatchedNetwork>,
    secrets: Secrets,
}

impl Plan {
    /// From what was typed; none if something is missing that clap asks for.
    pub fn of(matches: &ArgMatches) -> Option<Plan> {
        let kind = matches.get_one::<String>("notification")?;
        let prior_handle = matches.get_one::<String>("prior-handle").cloned();
        Some(Plan {
            file: matches.get_one::<PathBuf>("file")?.clone(),
            settings: matches.get_one::<PathBuf>("settings")?.clone(),
            notification: Notification { prior_handle, ..tocsin_testkit::notification(kind)? },
            network: matches.get_one::<String>("network").cloned(),
            private: matches.get_flag("private"),
        })
    }

    fn network(&self) -> Result<WatchedNetwork, String> {
        match self.network.as_deref() {
            None => Ok(WatchedNetwork::scripted(Answer::text(200, "ok"))),
            Some("real") => Ok(WatchedNetwork::real()),
            Some(file) => {
                let script: Script = serde_json::from_value(json(Path::new(file))?)
                    .map_err(|error| format!("{file} is no script: {error}; see sdk/rust/README.md"))?;
                Ok(WatchedNetwork::scripted(script))
            }
        }
    }
}

/// Makes the call and prints it.
pub fn run(plan: &Plan) -> ExitCode {
    let tried = match try_out(plan) {
        Ok(tried) => tried,
        Err(failure) => return exit::with(Err(failure)),
    };
    let delivered = matches!(tried.receipt.outcome, Outcome::Delivered { .. });
    let printed = tried.print(&mut io::stdout().lock());
    exit::written(printed.map(|()| if delivered { 0 } else { AT_FAULT }))
}

fn try_out(plan: &Plan) -> Result<Tried, Failure> {
    let wasm = read(&plan.file)?;
    let settings = json(&plan.settings).map_err(Failure::CannotRun)?;
    let network = Arc::new(plan.network().map_err(Failure::CannotRun)?);
    let (host, runtime) = (host()?, runtime()?);
    let connector = runtime.block_on(host.load(&wasm)).map_err(|error| Failure::AtFault(chain(&error)))?;
    let manifest = connector.manifest();
    let good = runtime.block_on(host.validate(&connector, &settings));
    good.map_err(|errors| Failure::AtFault(wrong_settings(&errors)))?;
    let secrets = Secrets::of(&manifest.settings_schema, &settings);
    let addresses = if plan.private { PrivateAddresses::All } else { PrivateAddresses::None };
    let call = Call {
        settings,
        notification: plan.notification.clone(),
        grant: Grant::all_of(manifest).with_private_addresses(addresses),
        kv: Arc::new(MemoryKeyValue::default()),
    };
    let receipt = runtime.block_on(host.deliver_watched(&connector, call, &network));
    Ok(Tried { receipt, network, secrets })
}

fn wrong_settings(errors: &[FieldError]) -> String {
    let lines = errors.iter().map(|error| format!("  {}: {}", error.pointer, error.message));
    format!("the settings would be refused:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

fn json(file: &Path) -> Result<Value, String> {
    let failed = |error: io::Error| format!("{}: {error}", file.display());
    if std::fs::metadata(file).map_err(failed)?.len() > MAX_BYTES {
        return Err(format!("{} has more than {MAX_BYTES} bytes", file.display()));
    }
    let text = std::fs::read_to_string(file).map_err(failed)?;
    serde_json::from_str(&text).map_err(|error| format!("{} is not JSON: {error}", file.display()))
}

impl Tried {
    fn print(&self, out: &mut impl Write) -> io::Result<()> {
        for (number, exchange) in self.network.exchanges().iter().enumerate() {
            writeln!(out, "== sent {}\n{}", number + 1, show_sent(&exchange.sent, &self.secrets))?;
            writeln!(out, "== got {}\n{}", number + 1, show_got(&exchange.got, &self.secrets))?;
        }
        let receipt = &self.receipt;
        if !receipt.logs.is_empty() {
            writeln!(out, "== log")?;
            for line in &receipt.logs {
                writeln!(out, "{}: {}", format!("{:?}", line.level).to_lowercase(), line.message)?;
            }
            writeln!(out)?;
        }
        writeln!(out, "== receipt\n{}", show_outcome(&receipt.outcome))?;
        let kib = receipt.memory_peak_bytes.div_ceil(1024);
        writeln!(out, "{kib} KiB of memory, {:.1} ms", receipt.wall.as_secs_f64() * 1_000.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The folder keeps the files for as long as it is held.
    fn plan(kind: &str, settings: &str, network: Option<&str>) -> (tempfile::TempDir, Plan) {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, bytes: &[u8]| {
            let file = folder.path().join(name);
            std::fs::write(&file, bytes).expect("written");
            file
        };
        let script = network.map(|text| write("script.json", text.as_bytes()).display().to_string());
        let plan = Plan {
            file: write("slack.wasm", tocsin_bundled::bundled("slack").expect("slack").wasm),
            settings: write("settings.json", settings.as_bytes()),
            notification: tocsin_testkit::notification(kind).expect("a kind"),
            network: script,
            private: false,
        };
        (folder, plan)
    }

    fn printed(tried: &Tried) -> String {
        let mut text = Vec::new();
        tried.print(&mut text).expect("memory can be written");
        String::from_utf8(text).expect("text")
    }

    const SETTINGS: &str = r#"{"url": "https://hooks.slack.com/services/T0/B0/s3cr3t"}"#;

    #[test]
    fn a_call_is_shown_with_what_was_sent_and_got_and_without_secrets() {
        let script = r#"{"answers": [{"status": 429, "headers": {"retry-after": "7"}, "body": "rate_limited"}]}"#;
        let (_folder, plan) = plan("recovery", SETTINGS, Some(script));
        let text = printed(&try_out(&plan).expect("tried"));
        for words in [
            "== sent 1\nPOST [secret]\n",
            "✅ RECOVERED after 42m: web1 nginx",
            "== got 1\nHTTP 429\nretry-after: 7\n\nrate_limited\n",
            "== receipt\nto be tried again after 7000 ms: HTTP 429: rate_limited\n",
            "KiB of memory",
        ] {
            assert!(text.contains(words), "{words}\n{text}");
        }
        assert!(!text.contains("s3cr3t"), "{text}");
    }

    #[test]
    fn without_a_script_the_far_side_is_content() {
        let (_folder, plan) = plan("test", SETTINGS, None);
        assert!(matches!(try_out(&plan).expect("tried").receipt.outcome, Outcome::Delivered { .. }));
    }

    #[test]
    fn what_is_wrong_with_the_files_is_said_before_anything_is_sent() {
        let refused = |settings: &str, script: Option<&str>| {
            let (_folder, plan) = plan("problem", settings, script);
            try_out(&plan).err().expect("refused")
        };
        let at_fault = refused("{}", None);
        assert!(
            matches!(&at_fault, Failure::AtFault(sentence) if sentence.contains("refused:\n  /url: ")),
            "{at_fault:?}"
        );
        for (failure, words) in [
            (refused("url = 1", None), "settings.json is not JSON"),
            (refused(SETTINGS, Some(r#"{"answers": [{"status": 1}]}"#)), "script.json is no script"),
        ] {
            assert!(matches!(&failure, Failure::CannotRun(sentence) if sentence.contains(words)), "{failure:?}");
        }
    }
}
