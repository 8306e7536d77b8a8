//! E1, E2, E4–E6, I2: what real agents say, and what is believed of it. Seconds of the agent's clock are the seconds
//! of these tales.

use tocsin_policy::*;

use crate::tale::{Tale, doc};
use crate::world::START;

const RESOURCE: u32 = 0x2;
const CHECKSUM: u32 = 0x1;
const NOT_THERE: u32 = 0x200;

#[test]
fn e1_a_failure_opens_with_the_agents_words_or_with_ours() {
    let mut tale = Tale::new();
    let first = doc(0).service("a", NOT_THERE, 0).event("a", NOT_THERE, 1, 0, "process is not running\n");
    assert_eq!(tale.hear(first), "opened a: process is not running");
    let without_event = doc(30).service("a", NOT_THERE, 30).service("b", NOT_THERE, 30);
    assert_eq!(tale.hear(without_event), "opened b: does not exist or is not running");
}

#[test]
fn e1_words_that_come_while_a_service_initializes_are_kept_until_it_counts() {
    let mut tale = Tale::new();
    let first = doc(0).service("a", NOT_THERE, 0).monitor(2).event("a", NOT_THERE, 1, 0, "process is not running");
    assert_eq!(tale.hear(first), "");
    assert_eq!(tale.hear(doc(30).service("a", NOT_THERE, 30)), "opened a: process is not running");
    assert_eq!(tale.hear(doc(60).service("a", 0, 60)), "closed a: recovered");
    assert_eq!(tale.hear(doc(90).service("a", NOT_THERE, 90)), "opened a: does not exist or is not running");
}

#[test]
fn n3_the_text_follows_the_conditions() {
    let mut tale = Tale::new();
    let both = NOT_THERE << 1 | RESOURCE;
    tale.hear(doc(0).service("a", RESOURCE, 0).event("a", RESOURCE, 1, 0, "cpu usage of 48%"));
    let kind = doc(30).service("a", both, 30).event("a", NOT_THERE << 1, 1, 30, "is no file");
    assert_eq!(tale.hear(kind), "now: is no file / cpu usage of 48%");
    let retold = doc(60).service("a", both, 60).event("a", RESOURCE, 1, 60, "cpu usage of 52%");
    assert_eq!(tale.hear(retold), "now: cpu usage of 52% / is no file");
    // The engine restarts: its memory is lost, the text of the alert is not.
    tale.host.liveness.memory = Memory::default();
    let memory = doc(90).service("a", both | 1, 90).event("a", 1, 1, 90, "checksum is wrong");
    assert_eq!(tale.hear(memory), "now: checksum is wrong / cpu usage of 52% / is no file");
    assert_eq!(tale.hear(doc(120).service("a", 1, 120)), "now: checksum is wrong");
    assert_eq!(tale.hear(doc(150).service("a", 0, 150)), "closed a: recovered");
    assert_eq!(tale.host.liveness.memory.spoken, []);
}

#[test]
fn e1_what_the_agent_does_not_monitor_does_not_fail() {
    let mut tale = Tale::new();
    assert_eq!(tale.hear(doc(0).service("a", NOT_THERE, 0).monitor(0)), "");
    assert_eq!(tale.hear(doc(30).service("a", NOT_THERE, 0).monitor(2)), "");
    assert_eq!(tale.hear(doc(60).service("a", NOT_THERE, 60)), "opened a: does not exist or is not running");
}

#[test]
fn e1_bits_of_the_changed_kind_open_nothing_without_their_event() {
    let mut tale = Tale::new();
    let mut changed = doc(0).service("a", CHECKSUM, 0);
    changed.seen.services[0].status_hint = CHECKSUM;
    assert_eq!(tale.hear(changed), "");
    let mut told = doc(30).service("a", CHECKSUM, 30).event("a", CHECKSUM, 2, 30, "checksum changed");
    told.seen.services[0].status_hint = CHECKSUM;
    assert_eq!(tale.hear(told), "change a");
    let settled = doc(60).service("a", 0, 60).event("a", CHECKSUM, 4, 60, "checksum has not changed");
    assert_eq!(tale.hear(settled), "");
}

#[test]
fn e1_a_failed_event_that_the_services_do_not_confirm_opens_nothing() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", 0, 0));
    let replay = doc(30).service("a", 0, 30).event("a", NOT_THERE, 1, 20, "process is not running");
    assert_eq!(tale.hear(replay), "");
}

#[test]
fn e2_a_shared_bit_of_an_old_agent_is_clear_only_at_a_later_check() {
    let mut tale = Tale::new();
    assert_eq!(tale.hear(doc(0).old_agent().service("a", RESOURCE, 0)), "opened a: a resource limit is exceeded");
    let says_ok = doc(30).old_agent().service("a", 0, 0).event("a", RESOURCE, 0, 30, "cpu is fine");
    assert_eq!(tale.hear(says_ok), "");
    // The end of the same check, then the bit comes back without an event: the other test still fails.
    assert_eq!(tale.hear(doc(31).old_agent().service("a", 0, 31)), "");
    assert_eq!(tale.hear(doc(60).old_agent().service("a", RESOURCE, 60)), "");
    // Clear at one check, and again seen without a new check: not yet; at the next check it is over.
    assert_eq!(tale.hear(doc(90).old_agent().service("a", 0, 90)), "");
    assert_eq!(tale.hear(doc(100).old_agent().service("a", 0, 90)), "");
    assert_eq!(tale.hear(doc(120).old_agent().service("a", 0, 120)), "closed a: recovered");
}

#[test]
fn e2_other_bits_and_newer_agents_are_believed_at_once() {
    let mut tale = Tale::new();
    tale.hear(doc(0).old_agent().service("a", NOT_THERE, 0));
    let ok = doc(30).old_agent().service("a", 0, 0).event("a", NOT_THERE, 0, 30, "process is running");
    assert_eq!(tale.hear(ok), "closed a: recovered");
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", RESOURCE, 0));
    assert_eq!(tale.hear(doc(30).service("a", 0, 30)), "closed a: recovered");
}

#[test]
fn e2_a_missing_process_freezes_the_other_conditions() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", RESOURCE, 0));
    assert_eq!(
        tale.hear(doc(30).service("a", NOT_THERE, 30)),
        "now: a resource limit is exceeded / does not exist or is not running"
    );
    assert_eq!(tale.host.services[0].alerting, NOT_THERE | RESOURCE);
    assert_eq!(tale.hear(doc(60).service("a", RESOURCE, 60)), "now: a resource limit is exceeded");
    assert_eq!(tale.hear(doc(90).service("a", 0, 90)), "closed a: recovered");
}

#[test]
fn e2_a_skipped_check_shows_nothing_new() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", RESOURCE, 0));
    assert_eq!(tale.hear(doc(30).service("a", 0, 0).monitor(5)), "");
    assert_eq!(tale.hear(doc(60).service("a", 0, 60).monitor(5)), "closed a: recovered");
}

#[test]
fn e4_what_still_fails_after_a_reload_is_the_same_alert() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", NOT_THERE, 0).event("a", NOT_THERE, 1, 0, "not running"));
    let reloaded =
        doc(40).incarnation(140).service("a", 0, 30).monitor(2).event("Monit", 65_536, 2, 40, "Monit reloaded");
    assert_eq!(tale.hear(reloaded), "");
    let again = doc(41).incarnation(140).service("a", NOT_THERE, 30).event("a", NOT_THERE, 1, 41, "not running");
    assert_eq!(tale.hear(again), "");
    assert_eq!(tale.host.alerts.len(), 1);
}

#[test]
fn e4_what_a_new_incarnation_has_seen_again_ends_when_it_is_clear() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", NOT_THERE, 0));
    assert_eq!(tale.hear(doc(40).incarnation(140).service("a", 0, 0).monitor(2)), "");
    assert_eq!(tale.hear(doc(41).incarnation(140).service("a", NOT_THERE, 41)), "");
    assert_eq!(tale.hear(doc(71).incarnation(140).service("a", 0, 71)), "closed a: recovered");
}

#[test]
fn e4_what_was_repaired_meanwhile_closes_after_a_full_cycle() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", NOT_THERE, 0));
    assert_eq!(tale.hear(doc(40).incarnation(140).service("a", 0, 0).monitor(2)), "");
    assert_eq!(tale.hear(doc(41).incarnation(140).service("a", 0, 41)), "");
    assert_eq!(tale.hear(doc(45).incarnation(140).service("a", 0, 41)), "");
    assert_eq!(tale.hear(doc(71).incarnation(140).service("a", 0, 71)), "closed a: recovered");
}

#[test]
fn e4_an_event_from_the_queue_is_no_check_that_goes_on() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", NOT_THERE, 0));
    let replay = doc(100).incarnation(140).service("a", 0, 90).event("a", NOT_THERE, 1, 20, "not running");
    assert_eq!(tale.hear(replay), "now: not running", "its words are news, its check is not");
    assert_eq!(tale.hear(doc(101).incarnation(140).service("a", 0, 101)), "closed a: recovered");
}

#[test]
fn e5_a_stop_that_was_queued_and_arrives_late_is_not_believed() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", 0, 0));
    tale.hear(doc(40).incarnation(140).service("a", 0, 0).monitor(2));
    let stale = doc(41).incarnation(140).service("a", 0, 41).event("Monit", 65_536, 2, 130, "Monit 5.33.0 stopped");
    assert_eq!(tale.hear(stale), "late");
    assert_eq!(tale.host.liveness.stopped_at, None);
    let real = doc(90).incarnation(140).service("a", 0, 41).event("Monit", 65_536, 2, 190, "Monit 5.33.0 stopped");
    assert_eq!(tale.hear(real), "");
    assert_eq!(tale.host.liveness.stopped_at, Some(START + Span::seconds(90)));
}

#[test]
fn e5_outcomes_of_actions_are_history() {
    let mut tale = Tale::new();
    let acted = doc(0).service("a", 0, 0).event("a", 131_072, 2, 0, "restart action done");
    assert_eq!(tale.hear(acted), "");
}

#[test]
fn e6_a_cloned_agent_is_found_and_the_list_of_services_stays() {
    let mut tale = Tale::new();
    let ours = |at| doc(at).service("nginx", 0, at);
    let theirs = |at| doc(at).incarnation(777).named("clone").service("postgres", RESOURCE, at);
    tale.hear(ours(0));
    // Once it looks like a reload under a new name.
    assert_eq!(tale.hear(theirs(10)), "nginx gone, opened postgres: a resource limit is exceeded");
    assert_eq!(tale.hear(ours(30)), "");
    assert_eq!(tale.hear(theirs(40)), "twin clone");
    assert_eq!(tale.hear(ours(60)), "postgres gone, closed postgres: gone from the agent's configuration");
    for at in [70, 130, 190] {
        assert_eq!(tale.hear(theirs(at)), "");
        assert_eq!(tale.hear(ours(at + 20)), "");
    }
    assert_eq!(tale.host.services.len(), 1);
    assert_eq!(&*tale.host.name, "web1");
    assert_eq!(tale.host.twin.as_ref().map(|twin| &*twin.other_name), Some("clone"));
    // A reload of either is known by its name.
    assert_eq!(tale.hear(theirs(220).incarnation(888)), "");
    assert_eq!(tale.hear(ours(230).incarnation(333)), "");
    assert_eq!(tale.host.incarnation, 333);
    // When the other has been quiet for long, it is forgotten.
    for minutes in 5..70 {
        tale.hear(ours(minutes * 60).incarnation(333));
    }
    assert_eq!(tale.host.twin, None);
}

#[test]
fn e6_it_is_found_however_fast_the_two_follow_each_other() {
    let mut tale = Tale::new();
    let ours = || doc(0).incarnation(100).service("a", 0, 90);
    let theirs = || doc(0).incarnation(100).incarnation(200).service("a", 0, 190);
    let said: Vec<String> = (0..4).flat_map(|_| [tale.hear(ours()), tale.hear(theirs())]).collect();
    assert_eq!(said, ["", "", "", "", "", "twin web1", "", ""]);
    let mut tale = Tale::new();
    let busy = || doc(0).incarnation(100).service("a", 0, 300);
    let said: Vec<String> = (0..3).flat_map(|_| [tale.hear(busy()), tale.hear(theirs())]).collect();
    assert_eq!(said, ["", "", "", "twin web1", "", ""]);
}

#[test]
fn e6_a_reload_or_a_straggler_of_the_old_process_is_no_second_agent() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", 0, 0));
    tale.hear(doc(30).incarnation(130).service("b", 0, 30));
    assert_eq!(tale.hear(doc(31).service("a", NOT_THERE, 31)), "");
    for at in [60, 90, 120] {
        assert_eq!(tale.hear(doc(at).incarnation(130).service("b", 0, at)), "");
    }
    assert_eq!(&*tale.host.services[0].name, "b");
    assert_eq!(tale.host.twin, None);
}

#[test]
fn i1_an_event_that_the_store_knows_does_nothing_again() {
    let mut tale = Tale::new();
    let change = || doc(0).service("a", 0, 0).event("a", CHECKSUM, 2, 0, "checksum changed");
    assert_eq!(tale.hear(change()), "change a");
    tale.host.alerts.clear();
    assert_eq!(tale.hear(change().known()), "");
}

#[test]
fn i2_a_late_event_is_history_and_its_services_still_count() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", 0, 0).service("b", 0, 0));
    tale.hear(doc(60).service("a", NOT_THERE, 60).service("b", 0, 60));
    let late = doc(70).service("a", 0, 70).service("b", NOT_THERE, 70).event("a", NOT_THERE, 1, 20, "not running");
    assert_eq!(tale.hear(late), "late, closed a: recovered, opened b: does not exist or is not running");
    let late_change = doc(80).service("a", 0, 70).service("b", 0, 80).event("a", CHECKSUM, 2, 30, "changed");
    assert_eq!(tale.hear(late_change), "late, closed b: recovered");
}

#[test]
fn i2_a_status_that_was_overtaken_does_not_bring_old_state_back() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", 0, 0));
    tale.hear(doc(30).service("a", NOT_THERE, 30));
    assert_eq!(tale.hear(doc(31).service("a", 0, 29)), "");
    assert_eq!(tale.hear(doc(60).service("a", 0, 60)), "closed a: recovered");
    // An agent whose clock was set back by an hour is not mistaken for that.
    assert_eq!(tale.hear(doc(4_000).service("a", 0, 4_000)), "");
    assert_eq!(
        tale.hear(doc(4_030).service("a", NOT_THERE, 430).event("a", NOT_THERE, 1, 430, "not running")),
        "opened a: not running"
    );
}

#[test]
fn r3_a_service_of_another_type_is_another_service() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", NOT_THERE, 0));
    let mut now_a_file = doc(30).service("a", 0, 30);
    now_a_file.seen.services[0].kind = 2;
    assert_eq!(tale.hear(now_a_file), "closed a: gone from the agent's configuration");
}

#[test]
fn a_name_that_comes_twice_counts_once() {
    let mut tale = Tale::new();
    for at in [0, 30] {
        tale.hear(doc(at).service("a", 0, at).service("a", NOT_THERE, at).service("b", NOT_THERE, at));
    }
    assert_eq!(tale.host.services.len(), 2);
    assert_eq!(tale.host.alerts.len(), 1);
}

#[test]
fn an_unchanged_check_in_has_no_effects() {
    let mut tale = Tale::new();
    tale.hear(doc(0).service("a", 0, 0).service("b", NOT_THERE, 0));
    let book = Book::default();
    let unchanged = doc(30).service("a", 0, 30).service("b", NOT_THERE, 30);
    let mut ids = || unreachable!("nothing new needs an id");
    let now = START + Span::seconds(30);
    assert_eq!(observe(&mut tale.host, &unchanged.seen, &book, now, &mut ids), []);
    assert_eq!(tale.host.liveness.last_seen_at, Some(now));
}
