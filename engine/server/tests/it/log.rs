//! The log is for whoever reads it; the program goes on without.

use std::process::Command;

use crate::support::database::Kind;
use crate::support::instance::Instance;
use crate::support::post;
use crate::support::process::Process;
use crate::support::provision::Provision;
use crate::support::wait::until;

#[test]
fn a_log_that_nobody_reads_any_more_holds_nothing_up() {
    let mut instance = Instance::start(Kind::Sqlite, &Provision::new());
    instance.end();
    let typed = instance.command();
    let mut command = Command::new("bash");
    // The other end of standard error is gone before the first line.
    command.args(["-c", "exec \"$@\" 2> >(true)", "bash"]).arg(typed.get_program()).args(typed.get_args());
    command.current_dir(typed.get_current_dir().expect("its folder"));

    let mut process = Process::start("tocsin", &mut command, &typed.get_current_dir().expect("its folder").join("out"));
    until("tocsin is ready", || {
        assert!(process.ended().is_none(), "tocsin ended at once:\n{}", process.log());
        post::get(instance.port, "/readyz").ok().filter(|answer| answer.status == 200)
    });
    let answer = post::document(instance.port, "/collector", Some("nobody:wrong"), b"<monit/>").expect("an answer");
    assert_eq!(answer.status, 401);
    assert!(process.end().success());
}
