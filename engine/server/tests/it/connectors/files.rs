//! Files to be installed, and an instance that looks at them.

use axum::body::Bytes;
use tocsin::actor::Actor;
use tocsin::connectors::catalog::State;
use tocsin::task::install;
use tocsin::usecase::connector::{DecideGrants, InstallConnector, Wanted};
use tocsin_policy::Span;

use crate::pages::world::World;

/// The connector of this name as it ships, with a mark at its end: the same connector under another digest.
pub fn marked(name: &str, mark: &str) -> Vec<u8> {
    let bundled = match name == tocsin_bundled::HOSTILE.name {
        true => &tocsin_bundled::HOSTILE,
        false => tocsin_bundled::bundled(name).expect("it ships"),
    };
    // A custom section: 0, its length, then its name with the length of that, and no content.
    let length = u8::try_from(mark.len()).expect("a short mark");
    assert!(length < 100, "lengths are written in one byte");
    [bundled.wasm, &[0, length + 1, length], mark.as_bytes()].concat()
}

/// Installs a file as an admin would; its digest. It is not looked at.
pub async fn take(world: &World, wasm: Vec<u8>) -> String {
    // Each later than the one before.
    world.app.clock.set(world.app.clock.now() + Span::seconds(1));
    let action = InstallConnector::new(Actor::system("test"), Bytes::from(wasm), None);
    world.app.engine.run(action).await.expect("taken")
}

/// Installs a file and looks at it.
pub async fn installed(world: &World, wasm: Vec<u8>) -> String {
    let digest = take(world, wasm).await;
    install::look(&world.app).await.expect("looked");
    digest
}

/// The same, granted HTTP to the site of the settings.
pub async fn granted(world: &World, wasm: Vec<u8>) -> String {
    let digest = installed(world, wasm).await;
    let wanted = Wanted { http_from_settings: true, ..Wanted::default() };
    let action = DecideGrants { actor: Actor::system("test"), digest: digest.clone(), wanted, version: None };
    world.app.engine.run(action).await.expect("granted");
    digest
}

/// How far a file has come: `compiling`, `ready`, or why it was refused.
pub fn stage(world: &World, digest: &str) -> String {
    let catalog = world.app.connectors.catalog();
    match &catalog.version(digest).expect("it is there").state {
        State::Compiling => "compiling".to_owned(),
        State::Ready(_) => "ready".to_owned(),
        State::Refused(sentence) => sentence.clone(),
    }
}
