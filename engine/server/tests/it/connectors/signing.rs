//! Who vouches for a file: nobody, a listed key, another key, or somebody who has not signed this one.

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use axum::http::StatusCode;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use tocsin::task::install;

use super::files::marked;
use crate::pages::browser::Browser;
use crate::pages::world::World;

/// Somebody with a minisign key.
struct Publisher {
    pair: Ed25519KeyPair,
    number: [u8; 8],
}

impl Publisher {
    fn new(seed: u8) -> Publisher {
        let pair = Ed25519KeyPair::from_seed_unchecked(&[seed; 32]).expect("a key");
        Publisher { pair, number: [seed; 8] }
    }

    fn key(&self) -> String {
        let line = [b"Ed", &self.number[..], self.pair.public_key().as_ref()].concat();
        format!("untrusted comment: minisign public key\n{}\n", STANDARD.encode(line))
    }

    /// In the older form, which covers the file itself.
    fn signs(&self, file: &[u8]) -> Vec<u8> {
        let signature = self.pair.sign(file);
        let comment = "file:connector.wasm";
        let whole = self.pair.sign(&[signature.as_ref(), comment.as_bytes()].concat());
        let line = [b"Ed", &self.number[..], signature.as_ref()].concat();
        let text = format!(
            "untrusted comment: a signature\n{}\ntrusted comment: {comment}\n{}\n",
            STANDARD.encode(line),
            STANDARD.encode(whole.as_ref())
        );
        text.into_bytes()
    }
}

async fn uploaded(world: &World, browser: &mut Browser, file: &[u8], signature: &[u8]) -> String {
    let seen = browser.upload("/connectors/install", &[("file", file), ("signature", signature)]).await;
    install::look(&world.app).await.expect("looked");
    Browser::done(&seen).to_owned()
}

#[tokio::test]
async fn a_listed_key_makes_a_signature_known_and_its_removal_unknown() {
    let (world, mut anna) = World::set_up().await;
    let (acme, file) = (Publisher::new(7), marked("webhook", "signed"));
    let page = uploaded(&world, &mut anna, &file, &acme.signs(&file)).await;
    anna.get(&page).await.shows("signed with the key 0707070707070707, which is not listed here");

    let seen = anna.post("/connectors/keys", &[("name", "Acme"), ("key", &acme.key())]).await;
    assert_eq!(Browser::done(&seen), "/connectors/keys");
    anna.get(&page).await.shows("signed by Acme");
    let keys = anna.get("/connectors/keys").await;
    keys.shows("Acme").shows("0707070707070707");
    let again = anna.post("/connectors/keys", &[("name", "Acme too"), ("key", &acme.key())]).await;
    assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
    again.shows("this key is listed already");

    let id =
        keys.text.split("/connectors/keys/").nth(1).and_then(|part| part.split('/').next()).expect("a key").to_owned();
    Browser::done(&anna.post(&format!("/connectors/keys/{id}/delete"), &[]).await);
    anna.get(&page).await.shows("which is not listed here").hides("Acme");
}

#[tokio::test]
async fn nothing_is_granted_to_a_file_with_a_wrong_signature() {
    let (world, mut anna) = World::set_up().await;
    let acme = Publisher::new(7);
    Browser::done(&anna.post("/connectors/keys", &[("name", "Acme"), ("key", &acme.key())]).await);
    let good = marked("webhook", "signed");
    let page = uploaded(&world, &mut anna, &good, &acme.signs(&good)).await;
    anna.get(&page).await.shows("signed by Acme");

    let other = marked("webhook", "changed on the way");
    let page = uploaded(&world, &mut anna, &other, &acme.signs(&good)).await;
    anna.get(&page)
        .await
        .shows("Do not use this file")
        .shows("Acme has not signed this file")
        .hides("Grant what is marked");
    let refused = anna.post(&format!("{page}/grant"), &[("http_from_settings", "on")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    refused.shows("The signature is wrong");
}
