//! `tocsin demo`: the same server with a data folder for once, a fleet of virtual agents that post to it over HTTP, some
//! of them in trouble, and receivers whose far side is in the same process. For people who want to see it, for pictures
//! and for tests.

mod agent;
mod document;
mod fleet;
mod folder;
mod hands;
mod sink;
mod trouble;
mod values;

use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::actor::Actor;
use crate::app::App;
use crate::cli::serve::{StartError, attend, build, say};
use crate::clock::Clock;
use crate::provision::{self, Applied, Sources};
use crate::settings::Settings;
use crate::usecase::start::DismissSteps;
use crate::version;
use fleet::{Host, fleet};
use folder::Folder;
pub use sink::Sink;

/// What is laid down in the demo.
const PROVISION: &str = include_str!("provision.toml");
/// Agents log in with this, one of them with something else.
const CREDENTIALS: &str = "monit:demo-agents";

/// How the demo is to be.
#[derive(Clone, Debug)]
pub struct Plan {
    pub listen: SocketAddr,
    pub hosts: u16,
    pub cycle_seconds: u16,
    /// Where machine code of connectors is kept; in the folder that is removed at the end, if nowhere.
    pub connector_cache: Option<PathBuf>,
}

impl Plan {
    /// Every trouble of the script has its host among the first so many.
    pub const FEWEST_HOSTS: i64 = 20;
    /// More is a load test, and there is a tool for that.
    pub const MOST_HOSTS: i64 = 2_000;
}

impl Default for Plan {
    fn default() -> Plan {
        Plan {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8080)),
            hosts: 40,
            cycle_seconds: 5,
            connector_cache: None,
        }
    }
}

/// A demo that is set up and listens, but does nothing yet.
pub struct Demo {
    pub app: App,
    pub address: SocketAddr,
    pub sink: Sink,
    plan: Plan,
    listener: TcpListener,
    applied: Applied,
    // Removed last, when nothing uses it any more.
    _folder: Folder,
}

impl Demo {
    /// Makes the folder, opens the ports, builds the server and lays down what the demo needs.
    ///
    /// # Errors
    /// When something cannot be had, mostly the port.
    pub async fn set_up(plan: Plan, shutdown: &CancellationToken) -> Result<Demo, StartError> {
        let failed = |source| StartError::Folder { path: std::env::temp_dir().display().to_string(), source };
        let folder = Folder::new().map_err(failed)?;
        let listening = |source| StartError::Listen { address: plan.listen, source };
        let listener = TcpListener::bind(plan.listen).await.map_err(listening)?;
        let address = listener.local_addr().map_err(listening)?;
        let sink = sink::start(shutdown.clone()).await.map_err(listening)?;

        let public_url = format!("http://{address}");
        let mut settings = Settings { listen: address, public_url, ..Settings::for_tests(folder.path()) };
        settings.connector_cache = plan.connector_cache.clone().unwrap_or(settings.connector_cache);
        let app = build(settings, Clock::System).await?;
        let text =
            PROVISION.replace("SMTP_PORT", &sink.smtp.port().to_string()).replace("HTTP", &sink.http.to_string());
        let sources = Sources { variable: &|_| None, folder: Path::new(".") };
        let applied = provision::apply(&app, "the demo's provision file", &text, &sources).await?;
        // Everything is there already.
        let dismiss = DismissSteps { actor: Actor::system("the demo"), dismissed: true };
        app.engine.run(dismiss).await.map_err(StartError::Load)?;
        Ok(Demo { app, address, sink, plan, listener, applied, _folder: folder })
    }

    /// Sets the fleet going and serves until `shutdown`.
    pub async fn run(self, shutdown: CancellationToken) {
        let Demo { app, address, plan, listener, applied, _folder, .. } = self;
        let tracker = TaskTracker::new();
        start_agents(&plan, address, &tracker, &shutdown);
        tracker.spawn(hands::lend(app.clone(), shutdown.clone()));
        attend(app, listener, Some(applied), shutdown).await;
        tracker.close();
        tracker.wait().await;
    }
}

/// Runs the demo until `shutdown` and says where it is.
///
/// # Errors
/// As [`Demo::set_up`].
pub async fn run(plan: Plan, shutdown: CancellationToken) -> Result<(), StartError> {
    let demo = Demo::set_up(plan.clone(), &shutdown).await?;
    say(&[
        format!("tocsin {} demo: http://{}", version::IN_FULL, demo.address),
        "log in as demo, password demo-only-on-this-machine".to_owned(),
        format!(
            "{} virtual hosts check in every {} s; Ctrl-C ends it, nothing is kept",
            plan.hosts, plan.cycle_seconds
        ),
    ]);
    demo.run(shutdown).await;
    Ok(())
}

/// The fleet, one host that nobody has approved, and one agent with a wrong password.
fn start_agents(plan: &Plan, collector: SocketAddr, tracker: &TaskTracker, shutdown: &CancellationToken) {
    let with = agent::Surroundings {
        collector,
        credentials: CREDENTIALS.to_owned(),
        poll_seconds: plan.cycle_seconds,
        clock: Clock::System,
    };
    let hosts = usize::from(plan.hosts);
    let mut all = fleet(hosts + 2);
    let stranger = all.pop().map(|host| renamed(host, "build-agent-7.lab.example.org"));
    let locked_out = all.pop().map(|host| renamed(host, "reporting.example.net"));
    let count = all.len().max(1);
    for (at, host) in all.into_iter().chain(stranger).enumerate() {
        let cycle = Duration::from_secs(plan.cycle_seconds.into());
        let offset = cycle.mul_f64(at as f64 / count as f64);
        tracker.spawn(agent::run(host, with.clone(), offset, shutdown.clone()));
    }
    if let Some(host) = locked_out {
        let with = agent::Surroundings { credentials: "monit:a-password-of-last-year".to_owned(), ..with };
        tracker.spawn(agent::run(host, with, Duration::ZERO, shutdown.clone()));
    }
}

fn renamed(host: Host, name: &str) -> Host {
    Host { name: name.to_owned(), ..host }
}
