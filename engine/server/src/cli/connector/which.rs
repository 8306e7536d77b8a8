//! Which installed file is meant: by the file itself, its digest, or how its digest begins.

use std::io::ErrorKind;

use clap::Arg;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::server::Server;
use crate::cli::Failure;

/// Digits of a digest in hexadecimal.
const DIGITS: usize = 64;
/// Fewer could be the name of a file, and soon mean two.
const FEWEST_DIGITS: usize = 6;

/// How it is typed.
pub fn arg(name: &'static str) -> Arg {
    Arg::new(name)
        .value_name("FILE.wasm|DIGEST")
        .help("The file that was installed, its digest, or at least six digits with which the digest begins")
}

/// The whole digest.
///
/// # Errors
/// When there is no such file, here or on the server, or several.
pub async fn digest(server: &Server, of: &str) -> Result<String, Failure> {
    match std::fs::read(of) {
        Ok(file) => return Ok(hex::encode(Sha256::digest(file))),
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(Failure::CannotRun(format!("{of}: {error}"))),
        Err(_) if !is_digest(of) => return Err(Failure::CannotRun(neither(of))),
        Err(_) => {}
    }
    let typed = of.to_ascii_lowercase();
    if typed.len() == DIGITS {
        return Ok(typed);
    }
    one_of(&server.get("/connectors").await?, &typed)
}

fn is_digest(of: &str) -> bool {
    (FEWEST_DIGITS..=DIGITS).contains(&of.len()) && of.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn neither(of: &str) -> String {
    format!(
        "no file here is called {of}, and a digest has {FEWEST_DIGITS} to {DIGITS} digits from 0 to f; tocsin connector list \
         shows those of the installed ones"
    )
}

fn one_of(list: &Value, typed: &str) -> Result<String, Failure> {
    let files = list["files"].as_array().map(Vec::as_slice).unwrap_or_default();
    let digests = files.iter().filter_map(|file| file["digest"].as_str());
    let found: Vec<&str> = digests.filter(|digest| digest.starts_with(typed)).collect();
    match found[..] {
        [digest] => Ok(digest.to_owned()),
        [] => Err(Failure::CannotRun(format!(
            "no file here is called {typed}, and no digest of an installed one begins so; tocsin connector list shows them"
        ))),
        _ => Err(Failure::CannotRun(format!(
            "several digests begin with {typed}: {}; type more of it",
            found.join(", ")
        ))),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_digest_is_known_by_its_beginning_if_no_other_begins_so() {
        let list = json!({"files": [{"digest": "3af71adb27"}, {"digest": "3af71a0000"}, {"digest": "77aa00bb11"}]});
        assert_eq!(one_of(&list, "77aa00").ok().as_deref(), Some("77aa00bb11"));
        let refused = |typed: &str| one_of(&list, typed).err().map(|failure| failure.sentence().to_owned());
        assert!(refused("3af71a").is_some_and(|said| said.contains("3af71adb27, 3af71a0000; type more")));
        assert!(refused("123456").is_some_and(|said| said.contains("tocsin connector list")));
    }

    #[test]
    fn names_of_files_are_no_digests() {
        for name in
            ["pager.wasm", "./3af71a", "beef", "3AF71ADB278AD4AF33C144B78FA1AE708DA03B773D98324AE991A7DAEDB53CA2F"]
        {
            assert!(!is_digest(name), "{name}");
        }
        assert!(is_digest("3AF71A"));
    }
}
