//! `tocsin connector new NAME`: a crate to begin with.
//!
//! What is written lies in `sdk/rust/template`. The gate builds and tries it (`.ci/tutorial`), so that it is never out of
//! date.

use std::io;
use std::path::{Path, PathBuf};

use crate::cli::Failure;

/// As in a connector's manifest.
const NAME_BYTES: usize = 64;

/// Files of the crate, with `{{name}}` and the like in them.
const FILES: [(&str, &str); 6] = [
    ("Cargo.toml", include_str!("../../../../../sdk/rust/template/Cargo.toml.in")),
    ("src/lib.rs", include_str!("../../../../../sdk/rust/template/lib.rs.in")),
    ("settings.json", include_str!("../../../../../sdk/rust/template/settings.json.in")),
    ("script.json", include_str!("../../../../../sdk/rust/template/script.json.in")),
    ("README.md", include_str!("../../../../../sdk/rust/template/README.md.in")),
    (".gitignore", "/target\n"),
];

/// Writes the crate into a new folder below this one.
///
/// # Errors
/// When the name is none, or the folder is there already.
pub fn run(name: &str, sdk: Option<PathBuf>) -> Result<String, Failure> {
    let cannot = |sentence: String| Failure::CannotRun(sentence);
    if !is_name(name) {
        return Err(cannot(format!(
            "{name:?} is no name for a connector; take 1 to {NAME_BYTES} lower case letters, digits and hyphens, a letter first"
        )));
    }
    let here = std::env::current_dir().map_err(|error| cannot(format!("this folder cannot be used: {error}")))?;
    let sdk = Sdk::find(sdk, &here).map_err(cannot)?;
    write(&here.join(name), name, &sdk).map_err(cannot)?;
    let file = name.replace('-', "_");
    Ok(format!(
        "{name}/ is a connector that builds, with {}. Next:\n    \
         cd {name}\n    \
         cargo test && cargo build --release --target wasm32-wasip2\n    \
         tocsin connector check target/wasm32-wasip2/release/{file}.wasm",
        sdk.words()
    ))
}

fn is_name(name: &str) -> bool {
    name.len() <= NAME_BYTES
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
}

/// Where the new crate takes the SDK from.
#[derive(Debug, PartialEq)]
enum Sdk {
    Folder(PathBuf),
    Published,
}

impl Sdk {
    /// The folder that was named, or the one of a checkout around this folder, or what is published.
    fn find(named: Option<PathBuf>, here: &Path) -> Result<Sdk, String> {
        let Some(named) = named else {
            let around = here.ancestors().find_map(|above| in_folder(&above.join("sdk")));
            return Ok(around.map_or(Sdk::Published, Sdk::Folder));
        };
        let sdk = in_folder(&here.join(&named)).map(Sdk::Folder);
        sdk.ok_or_else(|| format!("{} is not the SDK: there is no rust/Cargo.toml in it", named.display()))
    }

    /// As it stands behind `tocsin-connector =`.
    fn dependency(&self) -> String {
        match self {
            // A path in TOML as JSON would write it: quotes and backslashes are escaped alike.
            Sdk::Folder(folder) => format!("{{ path = {} }}", serde_json::json!(folder.display().to_string())),
            Sdk::Published => format!("\"{}\"", env!("CARGO_PKG_VERSION")),
        }
    }

    fn words(&self) -> String {
        match self {
            Sdk::Folder(folder) => format!("the SDK in {}", folder.display()),
            Sdk::Published => {
                let version = env!("CARGO_PKG_VERSION");
                format!(
                    "the SDK {version} from crates.io; where that is not published yet, take a copy with --sdk FOLDER"
                )
            }
        }
    }
}

/// The folder of the crate, whether its parent was named or itself.
fn in_folder(folder: &Path) -> Option<PathBuf> {
    let is_sdk = |folder: &PathBuf| {
        std::fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|text| text.contains("name = \"tocsin-connector\""))
    };
    [folder.join("rust"), folder.to_owned()].into_iter().find(is_sdk).and_then(|folder| folder.canonicalize().ok())
}

fn write(folder: &Path, name: &str, sdk: &Sdk) -> Result<(), String> {
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => format!("{} is there already; take another name", folder.display()),
        _ => format!("{} cannot be written: {error}", folder.display()),
    };
    std::fs::create_dir(folder).map_err(failed)?;
    std::fs::create_dir(folder.join("src")).map_err(failed)?;
    for (file, text) in FILES {
        std::fs::write(folder.join(file), filled(text, name, sdk)).map_err(failed)?;
    }
    Ok(())
}

fn filled(text: &str, name: &str, sdk: &Sdk) -> String {
    text.replace("{{name}}", name)
        .replace("{{title}}", &title(name))
        .replace("{{file}}", &name.replace('-', "_"))
        .replace("{{sdk}}", &sdk.dependency())
}

/// `home-pager` as people would write it.
fn title(name: &str) -> String {
    let words = name.split('-').filter(|word| !word.is_empty()).map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_plain_word() {
        for name in ["pager", "home-pager", "x2"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "Pager", "2x", "../pager", "a b", "päger", &"x".repeat(65)] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn every_file_is_filled_in_and_a_folder_that_is_there_is_left_alone() {
        let place = tempfile::tempdir().expect("a folder");
        let folder = place.path().join("home-pager");
        write(&folder, "home-pager", &Sdk::Published).expect("written");
        for (file, _) in FILES {
            let text = std::fs::read_to_string(folder.join(file)).expect(file);
            assert!(!text.contains("{{"), "{file}: {text}");
        }
        let lib = std::fs::read_to_string(folder.join("src/lib.rs")).expect("src/lib.rs");
        assert!(lib.contains("const TITLE: &'static str = \"Home Pager\";"), "{lib}");
        let again = write(&folder, "home-pager", &Sdk::Published).expect_err("refused");
        assert!(again.contains("there already"), "{again}");
    }

    #[test]
    fn the_sdk_is_found_by_its_folder_or_around_this_one_or_is_the_published_one() {
        let checkout = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().expect("the checkout");
        let rust = Sdk::Folder(checkout.join("sdk/rust"));
        assert_eq!(Sdk::find(None, &checkout.join("docs")), Ok(rust));
        for named in ["sdk", "sdk/rust"] {
            let found = Sdk::find(Some(checkout.join(named)), Path::new("/"));
            assert_eq!(found, Ok(Sdk::Folder(checkout.join("sdk/rust"))), "{named}");
        }
        let elsewhere = tempfile::tempdir().expect("a folder");
        assert_eq!(Sdk::find(None, elsewhere.path()), Ok(Sdk::Published));
        assert!(
            Sdk::find(Some("nowhere".into()), elsewhere.path()).is_err_and(|sentence| sentence.contains("nowhere"))
        );
    }
}
