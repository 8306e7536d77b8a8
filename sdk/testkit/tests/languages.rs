//! The examples in Python and JavaScript, built by their own tools and run like any other connector. They
//! are one channel in three builds: what holds for one holds for all.

use serde_json::{Value, json};
use std::path::PathBuf;
use tocsin_testkit::{Answer, Fault, Outcome, Testkit, problem, recovery};

/// What `sdk/python/build` and `sdk/javascript/build` make.
const BUILDS: &[&str] = &["pager-python", "pager-quickjs", "pager-starlingmonkey"];

/// `<target directory>/languages`; this program lies in `<target directory>/<profile>/deps`.
fn file(name: &str) -> PathBuf {
    let program = std::env::current_exe().expect("this program has a place");
    let target = program.ancestors().nth(3).expect("it lies in a target directory");
    target.join("languages").join(name).with_extension("wasm")
}

/// All that are there; none where nobody wants the tools of other languages, see `make quick`.
fn builds() -> Vec<(&'static str, Testkit)> {
    let (present, missing): (Vec<&str>, Vec<&str>) = BUILDS.iter().copied().partition(|name| file(name).is_file());
    let plain = std::env::var("TOCSIN_TEST_PARTS").is_ok_and(|parts| parts == "plain");
    assert!(
        missing.is_empty() || plain,
        "{} missing; run: sdk/python/build && sdk/javascript/build\n(or set TOCSIN_TEST_PARTS=plain, to leave such tests out)",
        missing.join(", ")
    );
    present.into_iter().map(|name| (name, Testkit::file(file(name)))).collect()
}

fn settings() -> Value {
    json!({"url": "https://pager.example.com/v1/messages", "token": "s3cret"})
}

#[test]
fn they_are_connectors_that_import_nothing_but_the_contract() {
    for (name, pager) in builds() {
        let ours = |import: &String| import.starts_with("tocsin:connector/");
        assert!(pager.imports().iter().all(ours), "{name}: {:?}", pager.imports());
        assert_eq!(pager.manifest().settings_schema["properties"]["token"]["writeOnly"], true, "{name}");
        assert!(pager.manifest().limits.bundles, "{name}");
    }
}

#[test]
fn they_send_what_they_should_and_read_the_answer() {
    for (name, pager) in builds() {
        let told = pager.tell(&settings(), problem(), Answer::json(201, &json!({"id": "m-7"})));
        assert_eq!(told.handle(), Some("m-7"), "{name}");
        let request = told.only();
        assert_eq!(request.url, "https://pager.example.com/v1/messages", "{name}");
        assert_eq!(request.header("authorization"), Some("Bearer s3cret"), "{name}");
        assert_eq!(request.header("idempotency-key"), Some("tocsin-i1-100"), "{name}");
        let body = told.json();
        assert_eq!((&body["kind"], &body["title"]), (&json!("problem"), &json!(problem().title)), "{name}");
        assert!(body["text"].as_str().is_some_and(|text| text.contains("größer als üblich")), "{name}: {body}");

        let mut over = recovery();
        over.prior_handle = Some("m-7".into());
        let told = pager.tell(&settings(), over, Answer::text(200, "ok"));
        assert_eq!(told.json()["reply_to"], "m-7", "{name}");
        assert_eq!(told.receipt.logs.len(), 1, "{name}: {told:?}");
    }
}

#[test]
fn they_keep_the_house_rules_and_blame_the_token() {
    for (_, pager) in builds() {
        pager.keeps_the_house_rules(&settings(), Answer::text(200, "ok"));
        assert_eq!(pager.tell(&settings(), problem(), Answer::text(401, "who?")).misconfigured(), ["/token"]);
        assert_eq!(pager.tell(&settings(), problem(), Fault::Timeout).retry(), "no answer in time");
    }
}

#[test]
fn they_find_what_is_wrong_with_settings() {
    for (name, pager) in builds() {
        assert!(pager.wrong_fields(&settings()).is_empty(), "{name}");
        assert_eq!(pager.wrong_fields(&json!({})), ["/url"], "{name}");
        let wrong = json!({"url": "https://pager.example.com", "colour": "red"});
        assert_eq!(pager.wrong_fields(&wrong), ["/colour"], "{name}");
        let told = pager.tell(&wrong, problem(), Answer::text(200, "ok"));
        assert!(matches!(told.receipt.outcome, Outcome::Misconfigured { .. }) && told.exchanges.is_empty(), "{name}");
    }
}

#[test]
fn they_fit_into_the_memory_of_a_call() {
    for (name, pager) in builds() {
        let receipt = pager.tell(&settings(), problem(), Answer::text(200, "ok")).receipt;
        assert!(receipt.memory_peak_bytes < 32 << 20, "{name}: {} bytes", receipt.memory_peak_bytes);
        println!("{name}: {} KiB, {:?}", receipt.memory_peak_bytes >> 10, receipt.wall);
    }
}
