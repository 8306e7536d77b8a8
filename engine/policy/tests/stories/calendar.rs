//! Schedules by themselves: what is read, what is refused, what a preview shows; and all of it against a naive model
//! that looks at every day.

use std::collections::BTreeSet;

use jiff::tz::{TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use tocsin_policy::*;

use crate::world::START;

fn zone(name: &str) -> TimeZone {
    TimeZoneDatabase::bundled().get(name).unwrap()
}

fn moment(text: &str) -> Moment {
    Moment(text.parse::<Timestamp>().unwrap().as_millisecond())
}

/// The next starts as a clock in the window's zone shows them, with the marks.
fn starts(schedule: &str, from: &str, n: usize) -> Vec<String> {
    let schedule = DowntimeSchedule::read(schedule).unwrap();
    schedule.check(START).unwrap();
    let zone = zone(schedule.zone().unwrap().name());
    let line = |occurrence: Occurrence| {
        let shown = Timestamp::from_millisecond(occurrence.start.0).unwrap().to_zoned_datetime(zone.clone());
        let mark = match occurrence.shifted {
            None => String::new(),
            Some(ClockChange::Gap { by }) => format!(" gap {}", by.words()),
            Some(ClockChange::Ambiguous { by }) => format!(" first of two, {} apart", by.words()),
            Some(ClockChange::Within { by }) => format!(" within {}m", by.0 / 60_000),
        };
        format!("{}{mark}", shown.strftime("%a %d %b %H:%M %:z"))
    };
    schedule.preview(moment(from), n).into_iter().map(line).collect()
}

#[test]
fn the_preview_marks_the_nights_on_which_clocks_change() {
    assert_eq!(
        starts("daily 02:30 for 60m in Europe/Berlin", "2026-03-28T03:00:00Z", 2),
        ["Sun 29 Mar 03:30 +02:00 gap 1h", "Mon 30 Mar 02:30 +02:00"]
    );
    assert_eq!(
        starts("daily 02:30 for 60m in Europe/Berlin", "2026-10-24T12:00:00Z", 2),
        ["Sun 25 Oct 02:30 +02:00 first of two, 1h apart", "Mon 26 Oct 02:30 +01:00"]
    );
    assert_eq!(
        starts("daily 23:30 for 4h in Europe/Berlin", "2026-03-28T12:00:00Z", 2),
        ["Sat 28 Mar 23:30 +01:00 within 60m", "Sun 29 Mar 23:30 +02:00"]
    );
    assert_eq!(
        starts("weekly SUN 02:15 for 1h in Australia/Lord_Howe", "2026-10-01T00:00:00Z", 2),
        ["Sun 04 Oct 02:45 +11:00 gap 30m", "Sun 11 Oct 02:15 +11:00"]
    );
    assert_eq!(
        starts("weekly SUN 01:45 for 5m in Australia/Lord_Howe", "2026-04-01T00:00:00Z", 2),
        ["Sun 05 Apr 01:45 +11:00 first of two, 30m apart", "Sun 12 Apr 01:45 +10:30"]
    );
    assert_eq!(
        starts("cron \"30 0 * * SUN\" for 1h in America/Santiago", "2026-09-01T00:00:00Z", 2),
        ["Sun 06 Sep 01:30 -03:00 gap 1h", "Sun 13 Sep 00:30 -03:00"]
    );
}

#[test]
fn an_expression_keeps_its_order_on_odd_nights() {
    // Skipped readings fall on those an hour later, which come once.
    assert_eq!(
        starts("cron \"*/30 1-4 * * *\" for 5m in Europe/Berlin", "2026-03-28T23:00:00Z", 6),
        [
            "Sun 29 Mar 01:00 +01:00",
            "Sun 29 Mar 01:30 +01:00",
            "Sun 29 Mar 03:00 +02:00 gap 1h",
            "Sun 29 Mar 03:30 +02:00 gap 1h",
            "Sun 29 Mar 04:00 +02:00",
            "Sun 29 Mar 04:30 +02:00"
        ]
    );
    // Skipped by half an hour, 02:20 comes after 02:40.
    assert_eq!(
        starts("cron \"20,40 2 * * *\" for 5m in Australia/Lord_Howe", "2026-10-03T14:00:00Z", 3),
        ["Sun 04 Oct 02:40 +11:00", "Sun 04 Oct 02:50 +11:00 gap 30m", "Mon 05 Oct 02:20 +11:00"]
    );
    // So also seen from afar: the window that started last, at 02:50, ends last.
    let rare = DowntimeSchedule::read("cron \"20,40 2 4 10 *\" for 48h in Australia/Lord_Howe").unwrap();
    assert_eq!(rare.in_force(moment("2026-10-05T12:00:00Z")), Some(moment("2026-10-05T15:50:00Z")));
    // The repeated hour is gone through once.
    assert_eq!(
        starts("cron \"0 * * * *\" for 5m in Europe/Berlin", "2026-10-24T23:30:00Z", 3),
        ["Sun 25 Oct 02:00 +02:00 first of two, 1h apart", "Sun 25 Oct 03:00 +01:00", "Sun 25 Oct 04:00 +01:00"]
    );
}

#[test]
fn a_month_without_the_day_has_its_last_day() {
    assert_eq!(
        starts("monthly 31 02:00 for 60m in Asia/Kolkata", "2026-01-31T12:00:00Z", 3),
        ["Sat 28 Feb 02:00 +05:30", "Tue 31 Mar 02:00 +05:30", "Thu 30 Apr 02:00 +05:30"]
    );
    assert_eq!(starts("monthly 30 02:00 for 1h in UTC", "2028-02-01T00:00:00Z", 1), ["Tue 29 Feb 02:00 +00:00"]);
    assert_eq!(
        starts("cron \"0 2 29 2 *\" for 1h in UTC", "2026-02-01T00:00:00Z", 2),
        ["Tue 29 Feb 02:00 +00:00", "Sun 29 Feb 02:00 +00:00"]
    );
}

#[test]
fn weekdays_are_numbered_as_in_crontab() {
    let days = |field: &str| {
        let schedule = format!("cron \"0 12 * * {field}\" for 1m in UTC");
        let days = starts(&schedule, "2026-03-02T00:00:00Z", 7);
        let shown: BTreeSet<String> = days.iter().map(|day| day[..3].to_owned()).collect();
        shown.into_iter().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(days("0"), "Sun");
    assert_eq!(days("7"), "Sun");
    assert_eq!(days("1-5"), "Fri Mon Thu Tue Wed");
    assert_eq!(days("5-7"), "Fri Sat Sun");
    assert_eq!(days("sat-sun"), "Sat Sun");
    assert_eq!(days("*/2"), "Sat Sun Thu Tue");
    assert_eq!(days("MON,3"), "Mon Wed");
    assert_eq!(days("0-6"), "Fri Mon Sat Sun Thu Tue Wed");
}

#[test]
fn what_is_wrong_is_said_with_its_cure() {
    for (text, sentence) in [
        ("hourly 02:00 for 1h", "is no schedule"),
        ("daily 02:00", "is no schedule"),
        ("daily 25:00 for 1h", "“25:00” is no time of day"),
        ("daily 2:0 for 1h", "is no time of day"),
        ("daily +2:00 for 1h", "is no time of day"),
        ("weekly FUN 02:00 for 1h", "“FUN” is no day of the week"),
        ("monthly 32 02:00 for 1h", "“32” is no day of a month"),
        ("daily 02:00 for ever", "“ever” is no length of time"),
        ("daily 02:00 for 1h in Berlin", "did you mean Europe/Berlin?"),
        ("daily 02:00 for 1h in New York", "did you mean America/New_York?"),
        ("daily 02:00 for 1h in Nowhere", "“Nowhere” is no time zone"),
        ("daily 02:00 for 367d", "from a minute to 366d; 367d is outside"),
        ("daily 02:00 for 30s", "from a minute to 366d; 30s is outside"),
        ("cron \"0 2 * *\" for 1h", "has five fields"),
        ("cron \"0 0 2 * * *\" for 1h", "has 6"),
        ("cron \"60 2 * * *\" for 1h", "“60” is no minute: write 0 to 59"),
        ("cron \"0 2 0 * *\" for 1h", "“0” is no day of month"),
        ("cron \"0 2 * FOO *\" for 1h", "“FOO” is no month"),
        ("cron \"0 5-2 * * *\" for 1h", "“5-2” is no hour"),
        ("cron \"0 2 * * 8\" for 1h", "“8” is no weekday"),
        ("cron \"0 2 1 * MON\" for 1h", "not both"),
        ("cron \"0 2 30 2 *\" for 1h", "does not come about within five years"),
    ] {
        let refused = DowntimeSchedule::read(text).and_then(|schedule| schedule.check(START)).expect_err(text);
        let said = refused.to_string();
        assert!(said.contains(sentence), "{text}: {said}");
    }
    let long = format!("cron \"{} * * * *\" for 1h", "1,".repeat(200));
    assert!(matches!(DowntimeSchedule::read(&long), Err(ScheduleError::CronTooLong { .. })));
    let backwards = DowntimeSchedule::Once { start: START, end: START };
    assert_eq!(backwards.check(START), Err(ScheduleError::EndBeforeStart));
    assert!(matches!("MON 8-9 in UTC".parse::<ActiveHours>(), Err(ScheduleError::ClockTime { .. })));
    assert!(matches!("MON 08:00 in UTC".parse::<ActiveHours>(), Err(ScheduleError::Hours { .. })));
}

#[test]
fn a_schedule_is_stored_as_it_was_read() {
    for text in [
        "weekly WED,SUN 02:00 for 1h in Europe/Berlin",
        "daily 23:30 for 90m in America/New_York",
        "monthly 31 02:00 for 60s in Asia/Kolkata",
        "cron \"*/5 2 * jan mon-fri\" for 2d in UTC",
    ] {
        let schedule = DowntimeSchedule::read(text).unwrap();
        let stored = serde_json::to_string(&schedule).unwrap();
        assert_eq!(serde_json::from_str::<DowntimeSchedule>(&stored).unwrap(), schedule, "{stored}");
        assert_eq!(DowntimeSchedule::read(&schedule.to_string()).unwrap(), schedule);
    }
    let once = DowntimeSchedule::Once { start: START, end: START + Span::hours(1) };
    assert_eq!(serde_json::from_str::<DowntimeSchedule>(&serde_json::to_string(&once).unwrap()).unwrap(), once);
    let hours: ActiveHours = "MON,FRI 08:00-18:30 in Europe/Berlin".parse().unwrap();
    assert_eq!(hours.to_string().parse::<ActiveHours>().unwrap(), hours);
    assert_eq!(serde_json::from_str::<ActiveHours>(&serde_json::to_string(&hours).unwrap()).unwrap(), hours);
    assert!(serde_json::from_str::<DowntimeSchedule>("{\"repeats\":\"daily\",\"at\":\"24:00\"}").is_err());
}

#[test]
fn a_window_without_an_end_is_bounded_and_ever_in_force() {
    let schedule = DowntimeSchedule::read("cron \"* * * * *\" for 60m in Europe/Berlin").unwrap();
    let until = schedule.in_force(START).unwrap();
    assert!(until > START + Span::hours(24));
    assert!(schedule.in_force(until).is_some());
    assert_eq!(schedule.in_force(Moment::FAR), None, "no calendar goes that far");
    assert_eq!(schedule.next_edge(Moment::FAR), None);
}

/// Readings of a clock that a schedule names, made together with its text.
#[derive(Clone, Debug)]
struct Made {
    text: String,
    days: Vec<u8>,
    hours: Vec<i8>,
    minutes: Vec<i8>,
}

fn made() -> impl Strategy<Value = Made> {
    let days = prop::sample::subsequence(vec![0_u8, 1, 2, 3, 4, 5, 6], 1..=7);
    let hours = prop::sample::subsequence((0_i8..24).collect::<Vec<_>>(), 1..4);
    let minutes = prop::sample::subsequence(vec![0_i8, 5, 15, 20, 30, 40, 45, 59], 1..4);
    let night = prop::sample::subsequence(vec![0_i8, 1, 2, 3, 23], 1..4);
    (days, prop_oneof![hours, night], minutes, any::<bool>()).prop_map(|(days, hours, minutes, cron)| {
        let list = |numbers: &[i8]| numbers.iter().map(i8::to_string).collect::<Vec<_>>().join(",");
        let names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
        if cron {
            let named = days.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
            return Made {
                text: format!("cron \"{} {} * * {named}\"", list(&minutes), list(&hours)),
                days,
                hours,
                minutes,
            };
        }
        let (hours, minutes) = (vec![hours[0]], vec![minutes[0]]);
        let named = days.iter().map(|day| names[usize::from(*day)]).collect::<Vec<_>>().join(",");
        Made { text: format!("weekly {named} {}:{:02}", hours[0], minutes[0]), days, hours, minutes }
    })
}

/// All starts within some days of `around`, by looking at every reading of every day.
fn naive(made: &Made, zone: &TimeZone, around: Timestamp, days: i32) -> BTreeSet<i64> {
    let today = zone.to_datetime(around).date();
    let mut starts = BTreeSet::new();
    for n in -days..=days {
        let date = today.checked_add(n.days()).unwrap();
        if !made.days.contains(&(date.weekday().to_sunday_zero_offset() as u8)) {
            continue;
        }
        for hour in &made.hours {
            for minute in &made.minutes {
                let found = zone.to_ambiguous_timestamp(date.at(*hour, *minute, 0, 0)).compatible().unwrap();
                starts.insert(found.as_millisecond());
            }
        }
    }
    starts
}

proptest! {
    #![proptest_config(crate::properties::config(200))]

    /// The search agrees with looking at every day, on ordinary days and around each kind of clock change.
    #[test]
    fn the_search_agrees_with_looking_at_every_day(
        made in made(),
        place in prop::sample::select(vec![
            ("Europe/Berlin", "2026-03-29T01:00:00Z"), ("Europe/Berlin", "2026-10-25T01:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"), ("Australia/Lord_Howe", "2026-04-04T15:00:00Z"),
            ("America/Santiago", "2026-09-06T04:00:00Z"), ("America/Santiago", "2026-04-05T03:00:00Z"),
            ("Asia/Kolkata", "2026-06-01T00:00:00Z"), ("Pacific/Apia", "2011-12-30T10:00:00Z"),
        ]),
        minutes in -3_000..3_000_i64,
        length in prop::sample::select(vec![1_i64, 20, 60, 90, 600, 1_500]),
    ) {
        let (name, change) = place;
        let at = moment(change) + Span::minutes(minutes) + Span(minutes % 7);
        let schedule = DowntimeSchedule::read(&format!("{} for {length}m in {name}", made.text)).unwrap();
        let around = Timestamp::from_millisecond(at.0).unwrap();
        let starts = naive(&made, &zone(name), around, 25);
        let (length, Moment(now)) = (length * 60_000, at);

        let mut running = starts.iter().copied().filter(|start| *start <= now && now < start + length).peekable();
        let in_force = running.peek().is_some().then(|| {
            let mut end = running.max().unwrap() + length;
            while let Some(next) = starts.iter().find(|start| now < **start && **start <= end && *start + length > end) {
                end = next + length;
            }
            end
        });
        // Within the days that the model looks at, and the occurrences that are merged.
        match (schedule.in_force(at), in_force) {
            (Some(until), Some(end)) if end - now > 15 * 86_400_000 => prop_assert!(until.0 > now),
            (until, end) => prop_assert_eq!(until.map(|until| until.0), end),
        }
        let next: Vec<i64> = starts.range(now + 1..).take(5).copied().collect();
        let shown: Vec<i64> = schedule.preview(at, 8).iter().map(|one| one.start.0).filter(|start| *start > now).take(5).collect();
        prop_assert_eq!(&shown[..shown.len().min(next.len())], &next[..shown.len().min(next.len())]);
        prop_assert!(schedule.preview(at, 8).windows(2).all(|pair| pair[0].start < pair[1].start));
    }

    /// Nothing changes between a moment and the next edge, and something does there (what runs into each other aside).
    #[test]
    fn the_next_edge_is_honest(made in made(), minutes in 0..40_000_i64, length in 1..3_000_i64, step in 1..60_i64) {
        let schedule = DowntimeSchedule::read(&format!("{} for {length}m in Europe/Berlin", made.text)).unwrap();
        let from = moment("2026-03-20T00:00:00Z") + Span::minutes(minutes);
        let edge = schedule.next_edge(from).unwrap();
        let now = schedule.in_force(from).is_some();
        prop_assert!(edge > from);
        let mut at = from;
        while at < edge && at < from + Span::hours(72) {
            prop_assert_eq!(schedule.in_force(at).is_some(), now);
            at = at + Span::minutes(step);
        }
        prop_assert_eq!(schedule.in_force(edge - Span(1)).is_some(), now);
        if !now {
            prop_assert!(schedule.in_force(edge).is_some());
        }
    }

    /// Hours that are said to begin at a moment do, and not a minute earlier.
    #[test]
    fn hours_begin_when_they_are_said_to(
        days in prop::sample::subsequence(vec!["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"], 1..=7),
        from in 0..96_u8, to in 0..96_u8, minutes in -4_000..4_000_i64,
        place in prop::sample::select(vec![
            ("Europe/Berlin", "2026-03-29T01:00:00Z"), ("Europe/Berlin", "2026-10-25T01:00:00Z"),
            ("Australia/Lord_Howe", "2026-10-03T15:30:00Z"), ("America/Santiago", "2026-04-05T03:00:00Z"),
        ]),
    ) {
        let time = |quarter: u8| format!("{:02}:{:02}", quarter / 4, quarter % 4 * 15);
        let hours: ActiveHours = format!("{} {}-{} in {}", days.join(","), time(from), time(to), place.0).parse().unwrap();
        let now = moment(place.1) + Span::minutes(minutes);
        prop_assert_eq!(hours.open(now), hours.closed_until(now).is_none());
        if let Some(opens) = hours.closed_until(now) {
            prop_assert!(opens > now && hours.open(opens));
            let mut at = opens - Span(1);
            while at > now {
                prop_assert!(!hours.open(at));
                at = at - Span::minutes(15);
            }
        }
    }
}
