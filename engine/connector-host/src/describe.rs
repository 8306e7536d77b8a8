//! Loading: bytes to a [`Connector`] that has said who it is and asks for nothing unknown.

use crate::bindings::ConnectorPre;
use crate::bindings::tocsin::connector::types as api;
use crate::connector::{Ability, ChannelLimits, LoadError, Manifest};
use crate::grant::is_prefix;
use url::Url;
use wasmtime::Engine;
use wasmtime::component::Component;

/// Largest component that is taken. StarlingMonkey and Python make the largest, below 20 MiB.
pub const WASM_BYTES: usize = 64 << 20;
const NAME_BYTES: usize = 64;
/// Of a title, an author: words for a list.
const WORDS_CHARS: usize = 100;
const SUMMARY_CHARS: usize = 200;
const HOMEPAGE_BYTES: usize = 2_048;
const SCHEMA_BYTES: usize = 256 << 10;
const MAX_ABILITIES: usize = 32;
/// Nothing in it is read yet.
const DATA_BYTES: usize = 16 << 10;

/// The interfaces of our contract, line 0.1.
const OFFERED: &[&str] = &["http", "kv", "log", "smtp", "types"];

/// The names of what a component imports.
///
/// # Errors
/// For the first that is not offered.
pub(crate) fn imports(engine: &Engine, component: &Component) -> Result<Vec<String>, LoadError> {
    let names: Vec<String> = component.component_type().imports(engine).map(|(name, _)| name.to_owned()).collect();
    match names.iter().find(|name| !is_offered(name)) {
        Some(unknown) => Err(LoadError::UnknownImport { import: unknown.clone() }),
        None => Ok(names),
    }
}

fn is_offered(import: &str) -> bool {
    let ours = || {
        let (interface, version) = import.strip_prefix("tocsin:connector/")?.split_once('@')?;
        Some(OFFERED.contains(&interface) && version.starts_with("0.1."))
    };
    import.starts_with("wasi:") || ours().unwrap_or(false)
}

pub(crate) fn contract(
    linker: &wasmtime::component::Linker<crate::guest::State>,
    component: &Component,
) -> Result<ConnectorPre<crate::guest::State>, LoadError> {
    let pre = linker.instantiate_pre(component).map_err(LoadError::Imports)?;
    ConnectorPre::new(pre).map_err(LoadError::Contract)
}

/// Checks what a connector says of itself.
///
/// # Errors
/// A sentence that names the first thing that is wrong.
pub(crate) fn manifest(said: api::Manifest) -> Result<Manifest, String> {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if said.name.is_empty() || said.name.len() > NAME_BYTES || !said.name.bytes().all(plain) {
        return Err(format!("its name has to be 1 to {NAME_BYTES} lower case letters, digits and hyphens"));
    }
    if !is_line(&said.title, WORDS_CHARS) {
        return Err(format!("its title has to be one line of 1 to {WORDS_CHARS} characters"));
    }
    if !is_line(&said.version, NAME_BYTES) {
        return Err(format!("its version has to have 1 to {NAME_BYTES} characters"));
    }
    if !is_line(&said.summary, SUMMARY_CHARS) {
        return Err(format!("its summary has to be one line of 1 to {SUMMARY_CHARS} characters"));
    }
    if said.author.as_ref().is_some_and(|author| !is_line(author, WORDS_CHARS)) {
        return Err(format!("its author has to be one line of 1 to {WORDS_CHARS} characters"));
    }
    let homepage = said.homepage.map(|text| homepage(&text)).transpose()?;
    if said.settings_schema.len() > SCHEMA_BYTES {
        return Err(format!("its settings schema is longer than {SCHEMA_BYTES} bytes"));
    }
    let settings_schema: serde_json::Value = serde_json::from_str(&said.settings_schema)
        .map_err(|error| format!("its settings schema is not JSON: {error}"))?;
    if !settings_schema.is_object() {
        return Err("its settings schema is not a JSON object".into());
    }
    if said.abilities.len() > MAX_ABILITIES {
        return Err(format!("it asks for more than {MAX_ABILITIES} abilities"));
    }
    let abilities = said.abilities.into_iter().map(ability).collect::<Result<_, _>>()?;
    let is_object = |text: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(text).is_ok();
    if said.data.len() > DATA_BYTES || !is_object(&said.data) {
        return Err(format!("its further data is not a JSON object of at most {DATA_BYTES} bytes"));
    }
    let api::ChannelLimits { title_chars, text_chars, per_minute, bundles } = said.limits;
    Ok(Manifest {
        name: said.name,
        title: said.title,
        version: said.version,
        summary: said.summary,
        author: said.author,
        homepage,
        settings_schema,
        abilities,
        limits: ChannelLimits { title_chars, text_chars, per_minute, bundles },
    })
}

/// What it says of itself is shown in lists, so it is one line and says something.
fn is_line(text: &str, chars: usize) -> bool {
    !text.trim().is_empty() && text.chars().count() <= chars && !text.chars().any(char::is_control)
}

fn homepage(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.filter(|_| text.len() <= HOMEPAGE_BYTES).ok_or_else(|| format!("its homepage {text:?} is no http(s) address"))
}

fn ability(asked: api::Ability) -> Result<Ability, String> {
    let pointer = |pointer: String| match pointer.starts_with('/') {
        true => Ok(pointer),
        false => Err(format!("{pointer:?} is no JSON pointer to a setting")),
    };
    match asked {
        api::Ability::Http(prefix) => match Url::parse(&prefix) {
            Ok(url) if is_prefix(&url) => Ok(Ability::Http(url)),
            _ => Err(format!("it asks for HTTP to {prefix:?}, which is no http(s) URL that others could begin with")),
        },
        api::Ability::HttpFromSettings(at) => pointer(at).map(Ability::HttpFromSettings),
        api::Ability::SmtpFromSettings(at) => pointer(at).map(Ability::SmtpFromSettings),
        api::Ability::Kv => Ok(Ability::Kv),
        api::Ability::Other(name) => Err(format!("it asks for {name:?}, which this version of tocsin does not offer")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said() -> api::Manifest {
        api::Manifest {
            name: "pager".into(),
            title: "Pager".into(),
            version: "1.0.0".into(),
            summary: "Rings".into(),
            author: Some("Anna".into()),
            homepage: Some("https://pager.example.org/".into()),
            settings_schema: "{}".into(),
            abilities: vec![api::Ability::Kv],
            limits: api::ChannelLimits { title_chars: Some(80), text_chars: None, per_minute: None, bundles: true },
            data: "{}".into(),
        }
    }

    #[test]
    fn a_well_formed_manifest_is_taken_over() {
        let manifest = manifest(said()).unwrap();
        assert_eq!(manifest.name, "pager");
        assert_eq!(manifest.homepage.unwrap().as_str(), "https://pager.example.org/");
        assert_eq!(manifest.limits.title_chars, Some(80));
        assert!(manifest.limits.bundles);
    }

    #[test]
    fn what_is_wrong_is_named() {
        let refused = |change: fn(&mut api::Manifest)| {
            let mut said = said();
            change(&mut said);
            manifest(said).expect_err("refused")
        };
        assert!(refused(|m| m.name = "../x".into()).starts_with("its name"));
        assert!(refused(|m| m.title = " ".into()).starts_with("its title"));
        assert!(refused(|m| m.summary = "a\nb".into()).starts_with("its summary"));
        assert!(refused(|m| m.homepage = Some("javascript:alert(1)".into())).contains("javascript:alert(1)"));
        assert!(refused(|m| m.data = "7".into()).contains("further data"));
        assert!(refused(|m| m.settings_schema = "[]".into()).contains("object"));
        assert!(refused(|m| m.abilities = vec![api::Ability::Http("ftp://x/".into())]).contains("ftp://x/"));
        assert!(refused(|m| m.abilities = vec![api::Ability::Http("https://*.org/".into())]).contains("begin with"));
        assert!(refused(|m| m.abilities = vec![api::Ability::HttpFromSettings("url".into())]).contains("\"url\""));
        assert!(refused(|m| m.abilities = vec![api::Ability::Other("mqtt".into())]).contains("\"mqtt\""));
    }

    #[test]
    fn only_our_contract_and_wasi_may_be_imported() {
        assert!(is_offered("tocsin:connector/http@0.1.3"));
        assert!(is_offered("wasi:io/streams@0.2.6"));
        assert!(!is_offered("tocsin:connector/http@0.2.0"));
        assert!(!is_offered("tocsin:connector/files@0.1.0"));
        assert!(!is_offered("other:host/exec@1.0.0"));
    }
}
