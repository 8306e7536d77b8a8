//! What repeats itself, comes in another order, or was missed for a while: neither changes what is told.

use proptest::prelude::*;
use tocsin_policy::*;

use crate::properties::{config, run, timeline};
use crate::report::lines;
use crate::script::{Pace, Script};

/// The interval of the only rule below, in minutes.
const EVERY: i64 = 6;

/// One host and one rule that nobody edits: everything that may hold notices back, and nothing that may call for more.
fn quiet_book() -> impl Strategy<Value = String> {
    let statement = prop_oneof![
        4 => Just("fail web1/nginx".to_owned()),
        1 => Just("fail web1/nginx cpu".to_owned()),
        2 => Just("ok web1/nginx".to_owned()),
        2 => Just("last web1".to_owned()),
        3 => Just("back web1".to_owned()),
        2 => Just("silence web1 17m".to_owned()),
        2 => Just("engine stops".to_owned()),
        4 => Just("engine starts".to_owned()),
    ];
    let at = (0..90_i64, prop::sample::select(vec![0, 10, 30]));
    prop::collection::vec((at, statement), 1..25).prop_map(|mut statements| {
        statements.sort_by_key(|(at, _)| *at);
        let lines = statements.iter().map(|((m, s), statement)| format!("at {m}:{s:02} {statement}\n"));
        format!(
            "host web1\npolicy default: every {EVERY}m to ops\ndowntime service web1/nginx from 35 to 52\n{}until 120\n",
            lines.collect::<String>()
        )
    })
}

proptest! {
    #![proptest_config(config(200))]

    /// I1: the same message any number of times has the effect of once.
    #[test]
    fn i1_messages_that_arrive_twice_change_nothing(text in timeline()) {
        let once = run(&text, Pace::Wake);
        let mut script = Script::read(&text);
        script.world.echoing = true;
        let twice = script.run(Pace::Wake);
        prop_assert_eq!(lines(&once.sent), lines(&twice.sent));
        prop_assert_eq!(lines(&once.withheld), lines(&twice.withheld));
    }

    /// What is told about a host does not depend on when others are heard.
    #[test]
    fn the_order_of_independent_hosts_changes_nothing(text in timeline()) {
        let forwards = run(&text, Pace::Wake);
        let mut script = Script::read(&text);
        script.world.backwards = true;
        let backwards = script.run(Pace::Wake);
        prop_assert_eq!(lines(&forwards.sent), lines(&backwards.sent));
        prop_assert_eq!(lines(&forwards.withheld), lines(&backwards.withheld));
    }

    /// N2, N7, S3: whatever holds notices back, two of one alert are never closer than the interval of the rule. So a
    /// pause, a silence and a host that was down are each followed by one catch-up at most.
    #[test]
    fn n7_there_is_one_catch_up_at_most(text in quiet_book()) {
        let world = run(&text, Pace::Wake);
        let mut last = std::collections::BTreeMap::new();
        for (at, _, effect) in &world.log {
            let Effect::Notify { notice } = effect else { continue };
            if notice.kind == NoticeKind::Recovery {
                continue;
            }
            if let Some(before) = last.insert(notice.alert, *at) {
                prop_assert!(*at - before >= Span::minutes(EVERY), "{}: {:?}", notice.alert, lines(&world.sent));
            }
        }
    }
}
