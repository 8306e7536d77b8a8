//! A disk that is really full: the program on a file system of its own, with a few megabytes.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::support::agent::Agent;
use crate::support::post;
use crate::support::process::Process;
use crate::support::provision::{CREDENTIALS, Provision};
use crate::support::wait::{free_port, until};

/// Enough for an empty database and its journal.
const DISK: &str = "8m";
/// Events that surely need more room than is left.
const MANY: usize = 400;

/// What a shell does in a name space of its own: a file system that nobody else sees, then the program.
const MOUNTED: &str = r#"mount -t tmpfs -o size="$1" tmpfs "$2" && shift 2 && exec "$@""#;

/// Runs the rest of a command with a small file system mounted at `at`.
fn on_a_small_disk(at: &Path) -> Command {
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", MOUNTED, "sh", DISK]).arg(at);
    command
}

/// Whether this machine lets its users mount anything; in most containers it does not.
fn can_mount(at: &Path) -> bool {
    on_a_small_disk(at).arg("true").output().is_ok_and(|output| output.status.success())
}

#[test]
fn a_full_disk_loses_nothing_and_needs_no_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, disk) = (folder.path(), folder.path().join("disk"));
    std::fs::create_dir(&disk).expect("a place for the disk");
    if !can_mount(&disk) {
        let _ = writeln!(std::io::stderr(), "left out, since nobody may mount a file system here: full_disk");
        return;
    }
    let provision = data.join("provision.toml");
    std::fs::write(&provision, Provision::new().text()).expect("the file is written");
    let port = free_port();
    let mut command = on_a_small_disk(&disk);
    command.arg(env!("CARGO_BIN_EXE_tocsin")).args(["serve", "--listen", &format!("127.0.0.1:{port}")]);
    command.arg("--data-dir").arg(data).arg("--database").arg(disk.join("tocsin.db"));
    command.arg("--provision").arg(&provision);
    let mut process = Process::start("tocsin", &mut command, &data.join("log"));
    until("tocsin is ready", || {
        assert!(process.ended().is_none(), "tocsin ended at once:\n{}", process.log());
        post::get(port, "/readyz").ok().filter(|answer| answer.status == 200)
    });
    let take = |document: &[u8]| {
        let answer = post::document(port, "/collector", Some(CREDENTIALS), document);
        answer.expect("the agent gets an answer").status
    };
    let mut agent = Agent::new("web1", &["nginx"]);
    assert_eq!(take(&agent.status()), 200);

    let ballast = fill(&seen_by(process.id(), &disk));
    let refused = (0..MANY).map(|n| agent.fails("nginx", &format!("{n} {}", "word ".repeat(400))));
    let refused = refused.into_iter().find(|event| take(event) == 503).expect("there is no room for so many events");
    assert_eq!(take(&refused), 503, "its agent keeps it");
    assert!(process.log().contains("make room on it"), "{}", process.log());
    let ready = post::get(port, "/readyz").expect("it lives");
    assert_eq!(ready.status, 503);
    assert!(ready.body.contains("make room on it"), "{}", ready.body);

    std::fs::remove_file(ballast).expect("room is made");
    until("it has found out by itself", || post::get(port, "/readyz").ok().filter(|answer| answer.status == 200));
    assert_eq!(take(&refused), 200, "it goes on by itself");
    assert_eq!(take(&agent.recovers("nginx")), 200);
    assert!(process.end().success());
}

/// The disk, as the process has it.
fn seen_by(process: u32, disk: &Path) -> PathBuf {
    Path::new(&format!("/proc/{process}/root")).join(disk.strip_prefix("/").expect("from the root on"))
}

/// Takes all the room there is.
fn fill(disk: &Path) -> PathBuf {
    let path = disk.join("ballast");
    let mut file = File::create(&path).expect("a file on the disk");
    for size in [1 << 16, 1 << 12, 1] {
        while file.write_all(&vec![0; size]).is_ok() {}
    }
    path
}
