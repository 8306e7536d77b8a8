//! Compiles the templates into the program: a syntax error in one fails the build. Says from which commit it is built,
//! where that is known.

use std::path::Path;
use std::process::Command;

/// The folder of the whole house, seen from here.
const ROOT: &str = "../..";
/// As many digits as tell commits apart in a repository of any size.
const DIGITS: usize = 12;

fn main() {
    minijinja_embed::embed_templates!("../../templates", &[".html"]);
    // sqlx reads the migrations at compile time, and cargo does not see that.
    println!("cargo:rerun-if-changed=../../migrations");
    let (commit, version) = (commit(), env!("CARGO_PKG_VERSION"));
    let words = commit.as_ref().map_or(version.to_owned(), |commit| format!("{version} ({commit})"));
    // Not TOCSIN_…: those are settings, and cargo hands these on to what it runs.
    println!("cargo:rustc-env=BUILD_COMMIT={}", commit.unwrap_or_default());
    println!("cargo:rustc-env=BUILD_VERSION={words}");
}

/// The commit that is checked out; none where there is no git, or where the sources were unpacked inside of another
/// repository.
fn commit() -> Option<String> {
    let top = git(&["rev-parse", "--show-toplevel"])?;
    if Path::new(&top).canonicalize().ok()? != Path::new(ROOT).canonicalize().ok()? {
        return None;
    }
    // The log of HEAD grows with each commit and each checkout.
    for name in ["HEAD", "logs/HEAD"] {
        let file = Path::new(ROOT).join(git(&["rev-parse", "--git-path", name])?);
        if file.exists() {
            println!("cargo:rerun-if-changed={}", file.display());
        }
    }
    let commit = git(&["rev-parse", "HEAD"])?;
    Some(commit.chars().take(DIGITS).collect())
}

/// What git says in one line.
fn git(arguments: &[&str]) -> Option<String> {
    let output = Command::new("git").args(["-C", ROOT]).args(arguments).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim().to_owned())
}
