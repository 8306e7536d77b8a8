//! The pace of a receiver, where several nodes speak to it.

use std::path::Path;

use tocsin::app::App;
use tocsin::cli::serve;
use tocsin::clock::Clock;
use tocsin::engine::channels::Channels;
use tocsin::settings::{Database, Settings};
use tocsin::store::pace::{Spoken, advance, get};
use tocsin::usecase::deliver::Outcome;
use tocsin_connector_host::ChannelLimits;
use tocsin_policy::{Moment, ReceiverId, Span};

use crate::bundles::{bears, checks_in, claim, ends, lay_down};
use crate::support::still::{FAILED, NOW};
use crate::support::{Part, parts, postgres};

const MINUTE: Span = Span::minutes(1);

/// A node on this database; all of them have the key of the first.
async fn node(folder: &Path, database: Database) -> App {
    let connector_cache = Path::new(env!("CARGO_TARGET_TMPDIR")).join("connectors");
    let settings = Settings { connector_cache, database, ..Settings::for_tests(folder) };
    let app = serve::build(settings, Clock::manual(NOW)).await.expect("a node");
    let sources = tocsin::provision::Sources { variable: &|_| None, folder: Path::new("/nowhere") };
    let everybody = "[[approval]]\nhost = \"*\"\n";
    tocsin::provision::apply(&app, "provision.toml", everybody, &sources).await.expect("applied");
    app
}

fn chat(app: &App) -> ReceiverId {
    let receivers = app.engine.shared().receivers();
    receivers.iter().find(|(_, row)| row.name == "chat").map(|(id, _)| *id).expect("the receiver")
}

/// Two nodes that have read the same write one after the other: the second finds out.
async fn the_second_finds_out(app: &App) {
    let (store, receiver) = (&app.store, chat(app));
    for turn in 1..=2 {
        let mut first = store.begin().await.expect("a transaction");
        let read = get(&mut first, receiver).await.expect("read");
        let spoken = Spoken { mark: Moment(turn * 1_000), last: Moment(turn * 900) };
        assert!(advance(&mut first, receiver, read, spoken).await.expect("written"));
        first.commit().await.expect("committed");
        let mut second = store.begin().await.expect("a transaction");
        assert!(!advance(&mut second, receiver, read, spoken).await.expect("looked"), "somebody else has spoken");
        assert_eq!(get(&mut second, receiver).await.expect("read"), spoken);
    }
}

#[tokio::test]
async fn whoever_read_before_another_node_spoke_does_not_speak() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = node(folder.path(), Database::Sqlite(folder.path().join("tocsin.db"))).await;
    lay_down(&app, "", &[], 1).await;
    the_second_finds_out(&app).await;
}

#[tokio::test]
async fn whoever_read_while_another_node_spoke_waits_and_does_not_speak() {
    if !parts::are_here("the pace of two nodes", &[Part::Postgres]) {
        return;
    }
    let (folder, database) = (tempfile::tempdir().expect("a folder"), blocking(postgres::database).await);
    let app = node(folder.path(), Database::Postgres(database.url.clone())).await;
    lay_down(&app, "", &[], 1).await;
    the_second_finds_out(&app).await;

    let (store, receiver) = (app.store.clone(), chat(&app));
    let (mut first, mut second) = (store.begin().await.expect("one"), store.begin().await.expect("two"));
    let read = get(&mut first, receiver).await.expect("read");
    assert_eq!(get(&mut second, receiver).await.expect("read"), read, "both have read the same");
    let spoken = Spoken { mark: Moment(9_000), last: Moment(9_000) };
    assert!(advance(&mut first, receiver, read, spoken).await.expect("written"));
    let waiting = tokio::spawn(async move { advance(&mut second, receiver, read, spoken).await });
    first.commit().await.expect("committed");
    assert!(!waiting.await.expect("it ends").expect("looked"));
}

#[tokio::test]
async fn two_nodes_together_keep_the_pace_of_one_receiver() {
    if !parts::are_here("the pace of two nodes", &[Part::Postgres]) {
        return;
    }
    let (folder, database) = (tempfile::tempdir().expect("a folder"), blocking(postgres::database).await);
    let address = Database::Postgres(database.url.clone());
    let first = node(folder.path(), address.clone()).await;
    lay_down(&first, "per_minute = 5", &[], 12).await;
    checks_in(&first, "web1", 12, FAILED).await;
    let second = node(folder.path(), address).await;
    let nodes = [&first, &second];
    nodes.iter().for_each(|node| bears(node, None, false));

    let (mut gone, mut told, mut now): (Vec<Moment>, Vec<i64>, Moment) = (Vec::new(), Vec::new(), first.clock.now());
    while gone.len() < 12 {
        nodes.iter().for_each(|node| node.clock.set(now));
        // At the same moment: both read before either has written.
        let (one, other) = tokio::join!(claim(&first), claim(&second));
        for (node, claimed) in [(&first, one), (&second, other)] {
            for claimed in claimed {
                gone.push(now);
                told.push(claimed.due.notification_id);
                ends(node, claimed, Outcome::Delivered { handle: None }).await;
            }
        }
        assert!(now - NOW < Span::minutes(10), "{gone:?}");
        now = now + Span::seconds(1);
    }
    for (at, begun) in gone.iter().enumerate() {
        let within = gone[at..].iter().take_while(|moment| **moment < *begun + MINUTE).count();
        assert!(within <= 5, "{within} messages in a minute: {gone:?}");
    }
    told.sort_unstable();
    told.dedup();
    assert_eq!(told.len(), 12, "each once");
}

#[tokio::test]
async fn each_receiver_has_the_pace_of_its_own_version() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = node(folder.path(), Database::Sqlite(folder.path().join("tocsin.db"))).await;
    let two =
        "[[receiver]]\nname = \"room\"\nconnector = \"webhook\"\nsettings = { url = \"https://example.org/y\" }\n";
    lay_down(&app, two, &[], 1).await;
    let receivers = app.engine.shared().receivers();
    let limits = |id: &ReceiverId| ChannelLimits {
        per_minute: Some(if *id == chat(&app) { 1 } else { 60 }),
        ..ChannelLimits::default()
    };
    app.engine.shared().set_channels(Channels::of(receivers.keys().map(|id| (*id, limits(id)))));
    let text = "[[policy]]\ndefault = true\n[[policy.rule]]\nreceivers = [\"chat\", \"room\"]\nurgency = 3\n";
    let sources = tocsin::provision::Sources { variable: &|_| None, folder: Path::new("/nowhere") };
    tocsin::provision::apply(&app, "provision.toml", text, &sources).await.expect("applied");
    checks_in(&app, "web1", 5, FAILED).await;
    let claimed = claim(&app).await;
    let to = |name: &str| claimed.iter().filter(|claimed| claimed.receiver.name == name).count();
    assert_eq!((to("chat"), to("room")), (1, 5));
}

async fn blocking<T: Send + 'static>(work: fn() -> T) -> T {
    tokio::task::spawn_blocking(work).await.expect("done")
}
