//! `tocsin rehearse FILE…`: plays rehearsal files and prints what would be sent.
//!
//! The actor is a person with a policy in mind, or a CI that keeps one from being changed by accident. Where a file cannot
//! be read or understood nothing is played.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use super::{AT_FAULT, CANNOT_RUN, exit};
use crate::rehearse::{Pace, Scene, Script, Wanted, differences, parse, play};

/// A rehearsal is written by people; more than this is another kind of file.
const MAX_BYTES: u64 = 16 << 20;

/// A file that was understood.
struct Readable {
    name: String,
    scene: Scene,
}

/// Plays the files one after the other.
pub fn run(files: &[PathBuf], wanted: Wanted) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("the rehearsal cannot run: {error}");
            return ExitCode::from(CANNOT_RUN);
        }
    };
    let (mut out, mut complaints) = (io::stdout().lock(), io::stderr().lock());
    exit::written(runtime.block_on(rehearse(files, wanted, &mut out, &mut complaints)))
}

/// The exit status; an error only where the output cannot be written.
pub async fn rehearse(
    files: &[PathBuf],
    wanted: Wanted,
    out: &mut impl Write,
    complaints: &mut impl Write,
) -> io::Result<u8> {
    let Some(scenes) = read_all(files, complaints)? else { return Ok(CANNOT_RUN) };
    let several = scenes.len() > 1;
    let mut all_good = true;
    for Readable { name, scene } in &scenes {
        let script = match play(scene, Pace::Quick, wanted).await {
            Ok(script) => script,
            Err(failure) => {
                all_good = false;
                writeln!(complaints, "{name}: {failure}")?;
                if several {
                    writeln!(out, "FAIL {name}")?;
                }
                continue;
            }
        };
        for refused in &script.refused {
            writeln!(complaints, "{name}:{}: refused, and nothing happens: {}", refused.line, refused.sentence)?;
        }
        let differences = scene.expected.as_ref().map_or(Vec::new(), |expected| differences(expected, &script));
        all_good &= differences.is_empty();
        if several {
            in_short(name, &script, &differences, wanted, out)?;
        } else {
            in_full(&script, &differences, wanted, out)?;
        }
        out.flush()?;
    }
    Ok(if all_good { 0 } else { AT_FAULT })
}

/// Reads all files, or says everything that is wrong with any of them.
fn read_all(files: &[PathBuf], complaints: &mut impl Write) -> io::Result<Option<Vec<Readable>>> {
    let (mut scenes, mut good) = (Vec::new(), true);
    for file in files {
        let name = file.display().to_string();
        match text(file).map(|text| parse(&text)) {
            Ok(Ok(scene)) => scenes.push(Readable { name, scene }),
            Ok(Err(wrong)) => {
                good = false;
                for complaint in wrong {
                    writeln!(complaints, "{name}:{}: {}", complaint.line, complaint.sentence)?;
                }
            }
            Err(error) => {
                good = false;
                writeln!(complaints, "{name}: cannot be read: {error}")?;
            }
        }
    }
    Ok(good.then_some(scenes))
}

fn text(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    std::fs::File::open(file)?.take(MAX_BYTES + 1).read_to_string(&mut text)?;
    if text.len() as u64 > MAX_BYTES {
        return Err(io::Error::other(format!("it is larger than {} MiB", MAX_BYTES >> 20)));
    }
    Ok(text)
}

/// One file: every line, then what differs from the expected list.
fn in_full(script: &Script, differences: &[String], wanted: Wanted, out: &mut impl Write) -> io::Result<()> {
    for line in &script.lines {
        if wanted.json {
            writeln!(out, "{}", line.json(None))?;
        } else {
            writeln!(out, "{}", line.text())?;
        }
    }
    if differences.is_empty() {
        return Ok(());
    }
    if wanted.json {
        return writeln!(out, "{}", serde_json::json!({ "ok": false, "differences": differences }));
    }
    writeln!(out, "\nnot as expected (- expected, + sent):")?;
    differences.iter().try_for_each(|line| writeln!(out, "{line}"))
}

/// One of several files: whether it went as expected, and what differs.
fn in_short(
    name: &str,
    script: &Script,
    differences: &[String],
    wanted: Wanted,
    out: &mut impl Write,
) -> io::Result<()> {
    let good = differences.is_empty();
    if wanted.json {
        script.lines.iter().try_for_each(|line| writeln!(out, "{}", line.json(Some(name))))?;
        return writeln!(out, "{}", serde_json::json!({ "file": name, "ok": good, "differences": differences }));
    }
    writeln!(out, "{} {name}", if good { "ok" } else { "FAIL" })?;
    if wanted.why {
        script.lines.iter().try_for_each(|line| writeln!(out, "  {}", line.text()))?;
    }
    differences.iter().try_for_each(|line| writeln!(out, "{line}"))
}
