//! What holds for every story: random timelines over two hosts, four services, policies on all tiers and everything
//! that operators do.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::FileFailurePersistence;
use tocsin_policy::*;

use crate::report::lines;
use crate::script::{Pace, Script};
use crate::world::World;

const HEAD: &str = "host web1 in web
    host db1 in web prod
    policy default: urgency 1 to mail-ops; every 7m to boss after 4m without recovery
    policy group web: every 6m to chat; every 9m to chat mail-ops after 2m
    policy service db1/pg: every 11m to pager without changes during 10:05-10:35 in UTC
    policy host db1: every 6m to chat boss during 10:10-10:50 in UTC; every 9m to mail-ops
    policy service web1/disk: mute
    downtime group web from 20 to 31
    downtime service web1/nginx from 28 to 44
    downtime service db1/pg cron \"15,40 10 * * *\" for 7m in UTC
    downtime host web1 weekly MON,TUE 11:05 for 6m in Europe/Berlin\n";

fn subject() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["web1/nginx", "web1/disk", "db1/pg", "db1/disk"])
}

fn host() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec!["web1", "db1"])
}

/// What agents and the engine do; operators' actions that can be refused are left out.
fn statement() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => subject().prop_map(|subject| format!("fail {subject}")),
        3 => subject().prop_map(|subject| format!("fail {subject} cpu")),
        6 => subject().prop_map(|subject| format!("ok {subject}")),
        2 => subject().prop_map(|subject| format!("ok {subject} cpu")),
        2 => subject().prop_map(|subject| format!("change {subject}")),
        1 => subject().prop_map(|subject| format!("monitor {subject} 0")),
        1 => subject().prop_map(|subject| format!("monitor {subject} 2")),
        2 => subject().prop_map(|subject| format!("monitor {subject} 1")),
        2 => host().prop_map(|host| format!("last {host}")),
        1 => host().prop_map(|host| format!("stop {host}")),
        3 => host().prop_map(|host| format!("back {host}")),
        1 => host().prop_map(|host| format!("reload {host}")),
        1 => host().prop_map(|host| format!("silence {host} 17m")),
        1 => host().prop_map(|host| format!("ignore {host}")),
        2 => host().prop_map(|host| format!("approve {host}")),
        1 => host().prop_map(|host| format!("join {host} prod")),
        1 => host().prop_map(|host| format!("leave {host} web")),
        1 => Just("engine stops".to_owned()),
        2 => Just("engine starts".to_owned()),
        1 => (4..9).prop_map(|minutes| format!("urgency 1 every {minutes}m")),
        1 => Just("policy group web: every 5m to chat; every 8m to boss".to_owned()),
        1 => Just("policy group web: every 5m to chat during 10:20-10:50 in UTC; every 8m to boss chat".to_owned()),
        1 => Just("policy group prod: every 5m to pager".to_owned()),
        1 => Just("delete policy host db1".to_owned()),
        1 => Just("delete policy group web".to_owned()),
        1 => Just("cancel downtime 1".to_owned()),
    ]
}

pub fn timeline() -> impl Strategy<Value = String> {
    let at = (0..60_i64, prop::sample::select(vec![0, 0, 15, 30]));
    prop::collection::vec((at, statement()), 1..25).prop_map(|mut statements| {
        statements.sort_by_key(|(at, _)| *at);
        let lines = statements.iter().map(|((m, s), statement)| format!("at {m}:{s:02} {statement}\n"));
        format!("{HEAD}{}until 90\n", lines.collect::<String>())
    })
}

/// The same without what goes by the clock on the wall, which does not move with the story.
fn without_wall_time(text: &str) -> String {
    let timeless = |line: &&str| !line.trim().starts_with("downtime") || line.contains(" from ");
    let words = |line: &str| match line.split_once(" during ") {
        Some((before, after)) => format!("{before}{}\n", after.find(';').map_or("", |at| &after[at..])),
        None => format!("{line}\n"),
    };
    text.lines().filter(timeless).map(words).collect()
}

/// Failing cases are kept beside the stories, to be tried first from then on.
pub fn config(cases: u32) -> ProptestConfig {
    let kept = FileFailurePersistence::Direct("tests/stories/properties.regressions");
    ProptestConfig { cases, failure_persistence: Some(Box::new(kept)), ..ProptestConfig::default() }
}

pub fn run(text: &str, pace: Pace) -> World {
    Script::read(text).run(pace)
}

proptest! {
    #![proptest_config(config(200))]

    /// The same story has the same outcome; and looking more often than `wake_at` asks for shows nothing else, so
    /// that nothing changes before it.
    #[test]
    fn wake_at_is_honest_and_everything_is_deterministic(text in timeline()) {
        let once = run(&text, Pace::Wake);
        let again = run(&text, Pace::Wake);
        prop_assert_eq!(format!("{:?}", once.log), format!("{:?}", again.log));
        let dense = run(&text, Pace::Every(Span::seconds(15)));
        prop_assert_eq!(lines(&once.sent), lines(&dense.sent));
        prop_assert_eq!(once.why(), dense.why());
    }

    /// R1, R2: for each alert and receiver P, R …, V; V if and only if something was committed by a rule that wants
    /// it; nothing after V, and at most one notice at one instant.
    #[test]
    fn each_receiver_hears_p_then_r_then_v(text in timeline()) {
        let world = run(&text, Pace::Wake);
        let mut heard: BTreeMap<(AlertId, ReceiverId), Vec<(Moment, NoticeKind)>> = BTreeMap::new();
        let mut wants: BTreeMap<(AlertId, ReceiverId), bool> = BTreeMap::new();
        // E3: a change has no end that is told.
        let (mut closed, mut changes) = (Vec::new(), Vec::new());
        for (at, _, effect) in &world.log {
            match effect {
                Effect::Notify { notice } => {
                    heard.entry((notice.alert, notice.receiver)).or_default().push((*at, notice.kind));
                }
                Effect::ReceiverTold { alert, told } => {
                    wants.insert((*alert, told.receiver), told.recovery);
                }
                Effect::AlertOpened { alert } if alert.kind == AlertKind::Change => changes.push(alert.id),
                Effect::AlertClosed { id, .. } if !changes.contains(id) => closed.push(*id),
                _ => {}
            }
        }
        for ((alert, receiver), notices) in &heard {
            prop_assert!(notices.windows(2).all(|pair| pair[0].0 < pair[1].0), "{notices:?}");
            let letters: String = notices.iter().map(|(_, kind)| kind.letter()).collect();
            let ends = closed.contains(alert) && wants[&(*alert, *receiver)];
            let expected = format!("P{}{}", "R".repeat(letters.len() - 1 - usize::from(ends)), if ends { "V" } else { "" });
            prop_assert_eq!(letters, expected);
        }
    }

    /// S2, S3: a silence never adds a notification before its end, nor brings one forward.
    #[test]
    fn a_silence_only_takes_away_before_its_end(text in timeline(), from in 0..50_i64, host in host()) {
        let without = run(&text, Pace::Wake);
        let with = run(&format!("{text}at {from} silence {host} 40m\n"), Pace::Wake);
        let end = crate::world::START + Span::minutes(from + 40);
        let about = |world: &World| -> Vec<(Moment, String)> {
            world.sent.iter().filter(|(at, line)| *at < end && !line.starts_with('V')).cloned().collect()
        };
        let known = about(&without);
        for (at, line) in about(&with) {
            // A receiver whose P was taken away hears P where it would have heard R.
            let as_reminder = (at, line.replacen('P', "R", 1));
            prop_assert!(known.contains(&(at, line.clone())) || known.contains(&as_reminder), "{at:?} {line}");
        }
    }

    /// Nothing depends on where in time a story lies.
    #[test]
    fn a_story_that_happens_later_has_the_same_outcome_later(text in timeline(), minutes in 1..5_000_i64) {
        let text = without_wall_time(&text);
        let shift = Span::minutes(minutes);
        let now = run(&text, Pace::Wake);
        let later = Script::read(&text).shifted(shift).run(Pace::Wake);
        let moved: Vec<(Moment, String)> = now.sent.iter().map(|(at, line)| (*at + shift, line.clone())).collect();
        prop_assert_eq!(moved, later.sent);
    }

    /// The quick answer and the one with reasons agree, whatever policies there are.
    #[test]
    fn the_ladder_agrees_with_the_quick_decision(
        said in prop::collection::vec(prop::sample::select(vec!["", "disabled ", "mute"]), 6),
        priorities in prop::collection::vec(0..3, 3),
        about_host in any::<bool>(),
    ) {
        let targets = ["default", "group ant", "group bee", "group cow", "host web1", "service web1/nginx"];
        let mut text = "host web1 in cow bee ant\n".to_owned();
        for (group, priority) in ["ant", "bee", "cow"].iter().zip(&priorities) {
            text += &format!("group {group} priority {priority}\n");
        }
        for (target, say) in targets.iter().zip(&said).filter(|(target, _)| target.len() % 2 == 0 || about_host) {
            let say = if *say == "mute" { "mute".to_owned() } else { format!("{say}urgency 1 to mail-ops") };
            text += &format!("policy {target}: {say}\n");
        }
        let world = Script::read(&text).world;
        let facts = world.hosts["web1"].host.facts();
        let subject = if about_host { Subject::Host } else { Subject::Service("nginx".into()) };
        let ladder = decide_policy(&world.book, facts, &subject);
        prop_assert_eq!(ladder.deciding, deciding(&world.book, facts, &subject));
        let decides = |rung: &&Rung<'_>| matches!(rung.standing, Standing::Decides | Standing::DecidesByName { .. });
        prop_assert_eq!(ladder.rungs.iter().find(decides).and_then(|rung| rung.policy), ladder.deciding);
        prop_assert!(ladder.rungs.iter().filter(decides).count() <= 1);
    }
}
