//! The real agent, with a process and a file to watch.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;

use super::parts;
use super::process::Process;
use super::provision::CREDENTIALS;

/// Bytes that the watched file may have.
const SIZE_LIMIT: usize = 1_000;

/// An agent that checks every second, what it watches, and its folder.
pub struct Monit {
    agent: Option<Process>,
    worker: Option<Child>,
    folder: TempDir,
}

impl Monit {
    /// Watches the process `worker`, which runs, and the file `spool`, which is small; reports to this port.
    pub fn start(host: &str, port: u16) -> Monit {
        let folder = tempfile::Builder::new().prefix("tocsin-monit-").tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name).display().to_string();
        let control = format!(
            "set daemon 1\nset pidfile {}\nset idfile {}\nset statefile {}\nset logfile {}\n\
             set eventqueue basedir {} slots 100\n\
             set mmonit http://{CREDENTIALS}@127.0.0.1:{port}/collector\n\
             check system {host}\n\
             check process worker with pidfile {}\n  if does not exist then alert\n\
             check file spool with path {}\n  if size > {SIZE_LIMIT} B then alert\n",
            at("monit.pid"),
            at("id"),
            at("state"),
            at("monit.log"),
            at("queue"),
            at("worker.pid"),
            at("spool"),
        );
        let file = folder.path().join("monitrc");
        fs::write(&file, control).expect("the control file is written");
        // The agent reads no control file that others can read.
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).expect("its mode is set");
        let mut monit = Monit { agent: None, worker: None, folder };
        monit.start_worker();
        monit.shrink_file();
        monit.start_agent();
        monit
    }

    pub fn start_agent(&mut self) {
        let mut command = Command::new(parts::monit().expect("Monit was looked for before"));
        command.arg("-I").arg("-c").arg(self.file("monitrc"));
        self.agent = Some(Process::start("the agent", &mut command, &self.file("agent.log")));
    }

    /// The agent is gone without a word.
    pub fn crash_agent(&mut self) {
        self.agent.take().expect("it runs").crash();
    }

    pub fn start_worker(&mut self) {
        let worker = Command::new("sleep").arg("3600").stdin(Stdio::null()).spawn().expect("sleep runs");
        fs::write(self.file("worker.pid"), format!("{}\n", worker.id())).expect("the pid file is written");
        self.worker = Some(worker);
    }

    pub fn stop_worker(&mut self) {
        if let Some(mut worker) = self.worker.take() {
            let _ = worker.kill();
            let _ = worker.wait();
        }
    }

    /// The file becomes larger than it may be.
    pub fn grow_file(&self) {
        fs::write(self.file("spool"), vec![b'x'; SIZE_LIMIT * 5]).expect("the file is written");
    }

    pub fn shrink_file(&self) {
        fs::write(self.file("spool"), b"small\n").expect("the file is written");
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

impl Drop for Monit {
    fn drop(&mut self) {
        self.stop_worker();
        if std::thread::panicking() {
            let log = fs::read_to_string(self.file("monit.log")).unwrap_or_default();
            eprintln!("--- the agent's own log:\n{log}\n---");
        }
    }
}
