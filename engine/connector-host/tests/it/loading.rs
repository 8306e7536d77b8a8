//! Files that are and are not connectors.

use crate::smallest;
use crate::world::{host, load};
use std::error::Error;
use tocsin_connector_host::LoadError;

async fn refused(wat: &str) -> LoadError {
    host().load(&wat::parse_str(wat).unwrap()).await.expect_err("refused")
}

/// The sentence with its causes, as it would be shown.
fn chain(error: &LoadError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(reason) = cause {
        text.push_str(&format!(": {reason}"));
        cause = reason.source();
    }
    text
}

#[tokio::test]
async fn what_is_loaded_says_who_it_is_and_what_it_could_use() {
    let connector = load(host(), "webhook").await;
    assert_eq!((connector.manifest().name.as_str(), connector.manifest().title.as_str()), ("webhook", "Webhook"));
    assert_eq!(connector.digest().len(), 64);
    assert!(connector.imports().contains(&"tocsin:connector/http@0.1.0".to_owned()), "{:?}", connector.imports());
}

#[tokio::test]
async fn a_file_that_is_no_component_is_refused() {
    assert!(matches!(host().load(b"#!/bin/sh").await, Err(LoadError::NotAComponent(_))));
    assert!(matches!(refused("(module)").await, LoadError::NotAComponent(_)));
    let too_large = vec![0; (64 << 20) + 1];
    assert!(matches!(host().load(&too_large).await, Err(LoadError::TooLarge { .. })));
}

#[tokio::test]
async fn an_unknown_import_is_refused_by_name() {
    let error = refused(r#"(component (import "other:host/exec@1.0.0" (instance (export "run" (func)))))"#).await;
    assert!(matches!(&error, LoadError::UnknownImport { import } if import == "other:host/exec@1.0.0"), "{error:?}");
    assert!(error.to_string().contains("other:host/exec@1.0.0"));
}

#[tokio::test]
async fn another_line_of_the_contract_is_refused() {
    let newer = refused(r#"(component (import "tocsin:connector/log@0.2.0" (instance)))"#).await;
    assert!(
        matches!(&newer, LoadError::UnknownImport { import } if import == "tocsin:connector/log@0.2.0"),
        "{newer:?}"
    );
    let none = refused("(component)").await;
    assert!(matches!(&none, LoadError::Contract(_)), "{none:?}");
    assert!(chain(&none).contains("connector-api"), "{}", chain(&none));
}

#[tokio::test]
async fn the_world_of_http_of_wasi_is_not_there() {
    let error =
        refused(r#"(component (import "wasi:http/outgoing-handler@0.2.6" (instance (export "handle" (func)))))"#).await;
    assert!(matches!(error, LoadError::Imports(_)), "{error:?}");
    assert!(chain(&error).contains("wasi:http/outgoing-handler"), "{}", chain(&error));
}

#[tokio::test]
async fn a_connector_that_is_made_larger_than_it_may_be_is_refused() {
    host().load(&smallest::with("")).await.expect("it is good before it grows");
    for (grown, word) in [
        (smallest::with_pages(1_600), "memory"),
        (smallest::with_pages(65_536), "memory"),
        (smallest::with("(table 10000000 funcref)"), "table"),
    ] {
        let error = host().load(&grown).await.expect_err(word);
        assert!(chain(&error).contains(word), "{word}: {}", chain(&error));
    }
}

#[tokio::test]
async fn a_connector_that_spins_before_it_is_called_is_refused() {
    let error = host().load(&smallest::with("(func $spin (loop (br 0))) (start $spin)")).await.expect_err("refused");
    assert!(matches!(&error, LoadError::Describe(why) if why.contains("processor time")), "{error:?}");
}
