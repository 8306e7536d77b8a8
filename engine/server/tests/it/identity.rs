//! Who a host is.

use tocsin::clock::Clock;
use tocsin::usecase::check_in::CheckIn;

use crate::support::still::{NOW, check_in, instance};

#[tokio::test]
async fn i3_two_hosts_may_share_a_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let app = instance(folder.path(), Clock::manual(NOW)).await;
    app.engine.run(check_in(&app, 0)).await.expect("taken");
    let other = CheckIn { host: None, agent_id: "two".into(), ..check_in(&app, 0) };
    app.engine.run(other).await.expect("taken");
    let names: Vec<String> = app.engine.fleet().cells().iter().map(|cell| cell.host().name.to_string()).collect();
    assert_eq!(names, ["web1", "web1"]);
}
