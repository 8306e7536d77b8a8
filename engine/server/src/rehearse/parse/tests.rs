//! What is understood, and what is complained about.

use tocsin_policy::{DowntimeSchedule, Every, Span};

use super::parse;
use crate::rehearse::scene::{Aim, Schedule, What};

/// Every statement that there is.
const ALL: &str = r#"
start 2026-03-02T10:00:00Z            # the base instant
check-in every 1m
missed 3
urgency 1 every 5m
urgency 4 every 2h
host web1 in web
host db1 in db prod
group prod priority 20
policy default: urgency 3 to mail-ops
policy group web: urgency 2 to chat-web
policy host web1: urgency 1 to pager-web1 mail-ops; every 3h to mail-boss after 10m
policy service web1/nginx: every 5m to chat-db without recovery
policy service web1/disk: mute
policy host db1: disabled urgency 1 to pager-db
downtime host web1 from 10 to 40
downtime group web from 0 to 30
downtime service web1/nginx from 0 to 30
downtime all from 0 to 5
downtime host web1 weekly SUN,WED 02:00 for 60m in Europe/Berlin
downtime host web1 daily 23:30 for 120m in America/New_York
downtime host web1 monthly 31 02:00 for 60m in Europe/Berlin
downtime host web1 cron "0 2 * * *" for 60m in Europe/Berlin
at 0 fail web1/nginx
at 7 fail web1/nginx cpu
at 9 ok web1/nginx cpu
at 70 ok web1/nginx
at 0 last web1
at 14 back web1
at 2 ack web1/nginx 60m
at 2 ack web1 60m
at 9 unack web1/nginx
at 3 silence web1 60m
at 20 unsilence web1
at 25 cancel downtime 1
at 12 policy default: urgency 1 to mail-ops
at 7 delete policy service web1/nginx
at 20 join db1 web
at 25 leave db1 web
at 5 engine stops
at 25:30 engine starts
until 130
expect
0 P web1/nginx mail-ops   # first notice
30 R web1/nginx mail-ops
70 V web1 mail-ops
end
"#;

#[test]
fn every_statement_is_understood() {
    let scene = parse(ALL).expect("a scene");
    assert_eq!(scene.hosts.len(), 2);
    assert_eq!(scene.hosts[0].services.len(), 2, "nginx and disk, the latter by its policy");
    assert_eq!(scene.groups.iter().map(|group| group.priority).collect::<Vec<_>>(), [10, 10, 20]);
    assert_eq!(scene.policies.len(), 6);
    let web1 = scene.policies[2].rules.as_ref().expect("rules");
    assert_eq!((web1[1].every, web1[1].after), (Every::Interval(Span::hours(3)), Span::minutes(10)));
    assert!(!scene.policies[3].rules.as_ref().expect("rules")[0].recovery);
    assert!(scene.policies[4].rules.is_none() && !scene.policies[5].enabled);
    assert_eq!(scene.downtimes[0].aim, Aim::Host(0));
    let weekly = DowntimeSchedule::read("weekly SUN,WED 02:00 for 60m in Europe/Berlin").expect("a schedule");
    assert_eq!(scene.downtimes[4].schedule, Schedule::Recurring(weekly));
    assert_eq!(scene.until, Span::minutes(130));
    assert_eq!(scene.expected.expect("a list").len(), 3);
    assert!(matches!(scene.events[0].what, What::Fail { .. }), "by time, then as in the file");
    assert!(matches!(scene.events[1].what, What::Last(0)));
}

#[test]
fn the_run_ends_ten_minutes_after_the_last_statement() {
    let scene = parse("host web1\nat 7 last web1").expect("a scene");
    assert_eq!((scene.until, scene.expected.is_none()), (Span::minutes(17), true));
    assert!(parse("expect nothing").expect("a scene").expected.expect("a list").is_empty());
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    for (text, line, said) in [
        ("host web1\nat 0 burn web1", 2, "“burn” is nothing that can happen"),
        ("hots web1", 1, "“hots” begins no statement"),
        ("\n\nat 0 fail web2/nginx", 3, "there is no host “web2”"),
        ("host web1\nat 0 join web1 db", 2, "there is no group “db”"),
        ("host web1\nat 0 fail web1", 2, "write a service as web1/NAME"),
        ("policy default: urgency 7 to a", 1, "there is no urgency 7"),
        ("policy default: urgency 3", 1, "“to” is missing"),
        ("policy default: urgency 3 to", 1, "the name of a receiver is missing"),
        ("policy default urgency 3 to a", 1, "“:” is expected"),
        ("policy default: mute; urgency 3 to a", 1, "“mute” stands alone"),
        ("policy default: urgency 3 to a; mute", 1, "“mute” stands alone"),
        ("policy default: urgency 3 to a after 400d", 1, "400d is out of range"),
        ("policy default: every 4000d to a", 1, "“4000d” is no length of time"),
        ("policy default: every soon to a", 1, "“soon” is no length of time"),
        ("policy default: urgency 3 to a without", 1, "“recovery” is missing"),
        ("host web1\nat 0 silence web1 10m", 2, "between 15 minutes and 24 hours"),
        ("host web1\nat x fail web1/nginx", 2, "“x” is no time"),
        ("at 0 cancel downtime 1", 1, "there is no downtime 1"),
        ("downtime all from 5 to 5", 1, "the end must lie after the start"),
        ("downtime all weekly FUN 02:00 for 60m in UTC", 1, "“FUN” is no day"),
        ("downtime all daily 24:00 for 60m in UTC", 1, "“24:00” is no time of day"),
        ("downtime all daily 02:00 for 60m in Mars/Olympus", 1, "is no time zone"),
        ("policy default: every 5m to a active 8-18", 1, "is no time of day"),
        ("downtime all monthly 32 02:00 for 60m in UTC", 1, "“32” is no day of a month"),
        ("downtime all cron \"0 2 * *\" for 60m in UTC", 1, "has five fields"),
        ("at 5 engine starts", 1, "the engine runs already"),
        ("at 5 engine stops\nat 6 engine stops", 2, "has stopped already"),
        ("host web1\nat 20 last web1\nuntil 10", 3, "the run ends at 10"),
        ("until 10\nuntil 20", 2, "“until” is said already"),
        ("missed 0", 1, "“0” is no number of cycles"),
        ("start tomorrow", 1, "“tomorrow” is no moment"),
        ("start 1999-01-01T00:00:00Z", 1, "out of range"),
        ("host web1\nhost web1", 2, "is declared already"),
        ("host web1\nexpect\n0 P web1 nobody\nend", 3, "no policy has a receiver “nobody”"),
        ("host web1\npolicy default: urgency 3 to a\nexpect\n0 X web1 a\nend", 4, "“X” is no kind"),
        ("host web1\npolicy default: urgency 3 to a\nexpect\n0 P web1/x a\nend", 4, "about “web1/x”"),
        ("expect nothing\nexpect\nend", 2, "“expect” is said already"),
        ("policy default: urgency 3 to a \"b", 1, "is not closed"),
        ("host web1 extra", 1, "“extra” is not understood here"),
    ] {
        let complaints = parse(text).expect_err(text);
        assert_eq!(complaints[0].line, line, "{text}: {complaints:?}");
        assert!(complaints[0].sentence.contains(said), "{text}: {complaints:?}");
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let complaints = parse("host web1\nat 0 burn web1\nat 0 fail web2/x\nmissed x").expect_err("three slips");
    assert_eq!(complaints.iter().map(|complaint| complaint.line).collect::<Vec<_>>(), [2, 3, 4]);
}
