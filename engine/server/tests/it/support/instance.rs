//! The program itself, as people start it: `tocsin serve` with a data folder and a provision file.

use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use super::database::{Database, Kind};
use super::post::{self, Answer};
use super::process::Process;
use super::provision::{CREDENTIALS, Provision};
use super::wait::{free_port, until};

/// One node: a folder, a port, a database, and the process, which may be ended and started again.
pub struct Instance {
    /// Ends before its folder goes.
    process: Option<Process>,
    folder: TempDir,
    pub port: u16,
    pub database: Database,
    /// What links in messages begin with; none is nothing that anybody could reach.
    public_url: Option<&'static str>,
}

impl Instance {
    /// Starts on a new and empty database, and waits until it is ready.
    pub fn start(kind: Kind, provision: &Provision) -> Instance {
        let folder = tempfile::Builder::new().prefix("tocsin-it-").tempdir().expect("a folder");
        let database = Database::new(kind, folder.path());
        Instance::launch(folder, database, provision, None)
    }

    /// The same, with an address that others can reach.
    pub fn start_at(public_url: &'static str, provision: &Provision) -> Instance {
        let folder = tempfile::Builder::new().prefix("tocsin-it-").tempdir().expect("a folder");
        let database = Database::new(Kind::Sqlite, folder.path());
        Instance::launch(folder, database, provision, Some(public_url))
    }

    /// A further node on the same database.
    pub fn beside(&self, provision: &Provision) -> Instance {
        let folder = tempfile::Builder::new().prefix("tocsin-it-").tempdir().expect("a folder");
        // Nodes that share a database share the key of its secrets.
        std::fs::copy(self.folder.path().join("key"), folder.path().join("key")).expect("the key is copied");
        Instance::launch(folder, self.database.clone(), provision, self.public_url)
    }

    fn launch(
        folder: TempDir,
        database: Database,
        provision: &Provision,
        public_url: Option<&'static str>,
    ) -> Instance {
        std::fs::write(folder.path().join("provision.toml"), provision.text()).expect("the file is written");
        share_compiled_connectors(folder.path());
        let mut instance = Instance { process: None, folder, port: free_port(), database, public_url };
        instance.start_again();
        instance
    }

    /// Starts the process on what the last one left, and waits until it is ready.
    pub fn start_again(&mut self) {
        assert!(self.process.is_none(), "it runs already");
        let mut process = Process::start("tocsin", &mut self.command(), &self.log_file());
        until("tocsin is ready", || {
            assert!(process.ended().is_none(), "tocsin ended at once:\n{}", process.log());
            post::get(self.port, "/readyz").ok().filter(|answer| answer.status == 200)
        });
        self.process = Some(process);
    }

    /// What somebody types who starts it on this folder.
    pub fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tocsin"));
        let folder = self.folder.path();
        command.arg("serve").current_dir(folder).env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.args(["--listen", &format!("127.0.0.1:{}", self.port)]);
        command.args(self.public_url.map(|url| format!("--public-url={url}")));
        command.arg("--data-dir").arg(folder).args(["--database", &self.database.address()]);
        command.arg("--provision").arg(folder.join("provision.toml")).args(["--log-level", "info,tocsin=debug"]);
        command
    }

    /// Ends it as a loss of power would.
    pub fn crash(&mut self) {
        self.process.take().expect("it runs").crash();
    }

    /// Asks it to end, as the system does at shutdown.
    pub fn end(&mut self) {
        let status = self.process.take().expect("it runs").end();
        assert!(status.success(), "it ended with {status}:\n{}", self.log());
    }

    /// Everything it said since its first start.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.log_file()).unwrap_or_default()
    }

    fn log_file(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Posts an agent's document with the right credentials.
    pub fn post(&self, document: &[u8]) -> Answer {
        let answer = post::document(self.port, "/collector", Some(CREDENTIALS), document);
        answer.unwrap_or_else(|error| panic!("the agent gets no answer: {error}"))
    }

    /// Posts a document that has to be taken.
    pub fn take(&self, document: &[u8]) {
        let answer = self.post(document);
        assert_eq!(answer.status, 200, "the agent is told: {}", answer.body);
    }

    /// One of the numbers under `/metrics`; nothing was counted yet if it is not there.
    pub fn metric(&self, series: &str) -> u64 {
        let text = post::get(self.port, "/metrics").expect("metrics are shown").body;
        let line = text.lines().find_map(|line| line.strip_prefix(series)?.trim().parse::<f64>().ok());
        line.unwrap_or_default() as u64
    }
}

/// Compiled connectors are the same for all: the first instance of the first run compiles them, the others find them.
fn share_compiled_connectors(folder: &Path) {
    let shared = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled-connectors");
    std::fs::create_dir_all(&shared).expect("a folder for compiled connectors");
    std::os::unix::fs::symlink(shared, folder.join("cache")).expect("a link to compiled connectors");
}
