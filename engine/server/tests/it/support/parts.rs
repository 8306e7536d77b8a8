//! The programs of others that some tests need. One that is missing makes its tests fail with the command that installs
//! it. On a machine where that is not wanted, `TOCSIN_TEST_PARTS=plain` leaves such tests out, and says so.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A program of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// The real agent.
    Monit,
    /// A mail server that keeps what it gets: aiosmtpd.
    Relay,
    /// PostgreSQL's own programs, or an address in `TOCSIN_TEST_POSTGRES`.
    Postgres,
}

impl Part {
    fn package(self) -> &'static str {
        match self {
            Part::Monit => "monit",
            Part::Relay => "python3-aiosmtpd",
            Part::Postgres => "postgresql",
        }
    }

    fn is_here(self) -> bool {
        match self {
            Part::Monit => monit().is_some(),
            Part::Relay => python().is_some(),
            Part::Postgres => std::env::var_os("TOCSIN_TEST_POSTGRES").is_some() || postgres("initdb").is_some(),
        }
    }
}

/// Whether a test can be run: true, or it says that it is left out.
///
/// # Panics
/// When something is missing and nobody allowed that, with the command that installs it.
pub fn are_here(test: &str, parts: &[Part]) -> bool {
    let missing: Vec<&str> = parts.iter().filter(|part| !part.is_here()).map(|part| part.package()).collect();
    if missing.is_empty() {
        return true;
    }
    let missing = missing.join(" ");
    assert!(
        std::env::var("TOCSIN_TEST_PARTS").is_ok_and(|parts| parts == "plain"),
        "“{test}” needs: apt-get install -y {missing}\n(or TOCSIN_TEST_PARTS=plain, to leave such tests out)"
    );
    // Written past the test runner, which shows the words of a passing test to nobody.
    let _ = writeln!(std::io::stderr(), "left out for want of {missing}: {test}");
    false
}

/// The real agent's program.
pub fn monit() -> Option<PathBuf> {
    in_path("monit")
}

/// A Python that has aiosmtpd; the system's own first, since Debian's packages are for that one.
pub fn python() -> Option<PathBuf> {
    ["/usr/bin/python3", "python3"].into_iter().map(PathBuf::from).find(|python| {
        let mut ask = Command::new(python);
        ask.args(["-c", "import aiosmtpd.handlers"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        ask.status().is_ok_and(|status| status.success())
    })
}

/// One of PostgreSQL's programs. Debian keeps those of the server out of the way, by version; the newest counts.
pub fn postgres(program: &str) -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|version| {
            Some((version.file_name().to_str()?.parse().ok()?, version.path().join("bin").join(program)))
        })
        .filter(|(_, path)| path.is_file())
        .collect();
    found.sort();
    found.pop().map(|(_, path)| path).or_else(|| in_path(program))
}

fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default();
    let folders = path.split(':').chain(["/usr/bin", "/usr/sbin", "/usr/local/bin"]);
    folders.map(|folder| Path::new(folder).join(program)).find(|file| file.is_file())
}
