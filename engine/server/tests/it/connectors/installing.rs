//! A file comes by upload, is looked at beside the requests, and can do nothing before an admin has decided.

use axum::http::StatusCode;
use tocsin::actor::Role;
use tocsin::task::install;

use super::files::{installed, marked, stage, take};
use crate::pages::browser::Browser;
use crate::pages::world::World;

#[tokio::test]
async fn an_uploaded_connector_is_compiled_granted_used_and_removed() {
    let (world, mut anna) = World::set_up().await;
    anna.get("/connectors").await.shows("Install a connector");
    let seen = anna.upload("/connectors/install", &[("file", &marked("hostile", "one")), ("signature", b"")]).await;
    let page = Browser::done(&seen).to_owned();
    let digest = page.rsplit('/').next().expect("a digest").to_owned();
    anna.get(&page).await.shows("It is being compiled").shows("data-live=\"book\"").hides("What it asks for");

    install::look(&world.app).await.expect("looked");
    let seen = anna.get(&page).await;
    seen.shows("Hostile").shows("asks for grants").shows("Nothing is granted by itself").shows(&digest);
    seen.shows("http@0.1.0").shows("not signed").hides("value=\"on\" checked").hides("It is being compiled");
    anna.get("/connectors").await.shows("asks for grants").leads_to(&page);
    let refused = anna.get("/receivers/new/hostile").await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND, "nobody has decided yet");

    let seen = anna.post(&format!("{page}/grant"), &[("http_from_settings", "on"), ("version", "2")]).await;
    assert_eq!(Browser::done(&seen), page);
    anna.get(&page)
        .await
        .shows("name=\"http_from_settings\" value=\"on\" checked")
        .hides("name=\"kv\" value=\"on\" checked");
    anna.get("/receivers/new").await.shows("/receivers/new/hostile");
    let fields = [("name", "bad one"), ("set/mode", "kv-flood"), ("enabled", "on")];
    Browser::done(&anna.post("/receivers/new/hostile", &fields).await);
    anna.get("/connectors/of/hostile").await.shows("bad one").shows(&digest[..12]);

    let refused = anna.post(&format!("{page}/remove"), &[]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.shows("bad one");
    let receiver = world.receiver_id(&mut anna).await;
    Browser::done(&anna.post(&format!("/receivers/{receiver}/delete"), &[]).await);
    assert_eq!(Browser::done(&anna.post(&format!("{page}/remove"), &[]).await), "/connectors");
    assert_eq!(anna.get(&page).await.status, StatusCode::NOT_FOUND);
    let activity = anna.get("/activity").await;
    for word in ["installed", "compiled", "granted", "removed"] {
        activity.shows(word);
    }
}

#[tokio::test]
async fn a_file_with_the_name_of_one_that_ships_is_not_taken_for_it() {
    let (world, mut anna) = World::set_up().await;
    let page = async |anna: &mut Browser, wasm| {
        let digest = installed(&world, wasm).await;
        anna.get(&format!("/connectors/files/{digest}")).await
    };
    page(&mut anna, marked("hostile", "one")).await.hides("ships with tocsin");
    page(&mut anna, tocsin_bundled::bundled("slack").expect("slack").wasm.to_vec()).await.hides("ships with tocsin");
    let seen = page(&mut anna, marked("slack", "one")).await;
    seen.shows("slack ships with tocsin, and this is another file")
        .shows("Once something is granted to it, new receivers");
}

#[tokio::test]
async fn what_is_no_connector_is_said_so_and_not_kept() {
    let (world, mut anna) = World::set_up().await;
    let seen = anna.upload("/connectors/install", &[("file", b"#!/bin/sh")]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("this is no WebAssembly file");
    let seen = anna.upload("/connectors/install", &[("file", b""), ("signature", b"nonsense")]).await;
    seen.shows("choose the file of a connector").shows("this is no minisign signature");

    let digest = installed(&world, b"\0asm\x01\0\0\0".to_vec()).await;
    assert!(stage(&world, &digest).contains("not a WebAssembly component"), "{}", stage(&world, &digest));
    anna.get(&format!("/connectors/files/{digest}"))
        .await
        .shows("This file was not taken")
        .hides("Grant what is marked");
    let seen = anna.post(&format!("/connectors/files/{digest}/grant"), &[]).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_file_that_is_too_large_is_not_read_to_its_end() {
    let (_world, mut anna) = World::set_up().await;
    let seen = anna.upload("/connectors/install", &[("file", &vec![0; (32 << 20) + 1])]).await;
    assert_eq!(seen.status, StatusCode::UNPROCESSABLE_ENTITY);
    seen.shows("larger than 32 MiB");
}

#[tokio::test]
async fn the_same_file_twice_is_one_too_many() {
    let (world, mut anna) = World::set_up().await;
    take(&world, marked("webhook", "one")).await;
    let seen = anna.upload("/connectors/install", &[("file", &marked("webhook", "one"))]).await;
    assert_eq!(seen.status, StatusCode::CONFLICT);
    seen.shows("this very file is here already");
}

#[tokio::test]
async fn only_admins_administer_connectors() {
    let (world, _) = World::set_up().await;
    let digest = installed(&world, marked("webhook", "one")).await;
    let mut olga = world.somebody("olga", Role::Operator).await;
    olga.get("/connectors").await.hides("Install a connector");
    olga.get(&format!("/connectors/files/{digest}")).await.shows("not granted").hides("Grant what is marked");
    assert_eq!(olga.get("/connectors/install").await.status, StatusCode::FORBIDDEN);
    assert_eq!(olga.get("/connectors/keys").await.status, StatusCode::FORBIDDEN);
    let seen = olga.upload("/connectors/install", &[("file", &marked("webhook", "two"))]).await;
    assert_eq!(seen.status, StatusCode::FORBIDDEN);
    for place in [
        format!("/connectors/files/{digest}/grant"),
        format!("/connectors/files/{digest}/remove"),
        "/connectors/move".to_owned(),
        "/connectors/of/webhook/limits".to_owned(),
        "/connectors/of/webhook/switch".to_owned(),
        "/connectors/keys".to_owned(),
    ] {
        let seen = olga.post(&place, &[("name", "webhook"), ("key", "x")]).await;
        assert_eq!(seen.status, StatusCode::FORBIDDEN, "{place}");
    }
    assert!(world.app.connectors.catalog().version(&digest).expect("it stays").granted.is_none());
}

#[tokio::test]
async fn files_that_were_refused_take_no_places_and_are_looked_at_again_when_they_come_again() {
    /// As many as files may be there at once.
    const PLACES: u8 = 100;
    let (world, mut anna) = World::set_up().await;
    // Modules that are no components, told apart by a section without meaning.
    let module = |number: u8| [&b"\0asm\x01\0\0\0"[..], &[0, 2, 1, number]].concat();
    for number in 0..=PLACES {
        let seen = anna.upload("/connectors/install", &[("file", &module(number)), ("signature", b"")]).await;
        Browser::done(&seen);
        install::look(&world.app).await.expect("looked");
    }
    let again = anna.upload("/connectors/install", &[("file", &module(PLACES)), ("signature", b"")]).await;
    let page = Browser::done(&again).to_owned();
    install::look(&world.app).await.expect("looked");
    anna.get(&page).await.shows("is not a WebAssembly component");
    let granted = anna.post(&format!("{page}/grant"), &[("version", "2")]).await;
    granted.shows("refused").shows("is not a WebAssembly component");
}
