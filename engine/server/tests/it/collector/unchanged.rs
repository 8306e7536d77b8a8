//! A check-in with nothing new costs no write.

use crate::support::{Agent, Instance, Kind, Provision, until};

/// Check-ins in one round.
const CHECK_INS: u64 = 20;

#[test]
fn a_check_in_with_nothing_new_writes_nothing() {
    let instance = Instance::start(Kind::Sqlite, &Provision::new());
    let agent = Agent::new("web1", &["nginx", "postgres"]);
    instance.take(&agent.status());
    // The first one after the start goes the long way.
    instance.take(&agent.status());
    let crate::support::Database::Sqlite(file) = &instance.database else { panic!("it is SQLite") };
    let journal = file.with_file_name("tocsin.db-wal");
    let versions = || instance.database.texts("select cast(version as text) from host");
    let unchanged = || instance.metric("tocsin_check_ins_total{result=\"unchanged\"}");

    // When hosts were last seen is written for all of them together, every quarter of a minute: a round in between.
    until("a round without a write", || {
        let (version, taken, before) = (versions(), unchanged(), std::fs::read(&journal).expect("the journal"));
        for _ in 0..CHECK_INS {
            instance.take(&agent.status());
        }
        assert_eq!(unchanged(), taken + CHECK_INS);
        assert_eq!(versions(), version);
        (std::fs::read(&journal).expect("the journal") == before).then_some(())
    });
    assert_eq!(instance.metric("tocsin_check_ins_total{result=\"changed\"}"), 1, "the first one");
}
