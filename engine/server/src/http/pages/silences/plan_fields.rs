//! The fields of a downtime's form: as they stand, and the schedule that they mean.

use serde::Serialize;
use tocsin_policy::{DowntimeSchedule, Moment, Span, Zone};

use super::super::zoned;
use crate::http::forms::{Form, Wrong};

/// Monit's users write days like cron does.
const DAYS: [(&str, &str, &str); 7] = [
    ("MON", "Mon", "Mondays"),
    ("TUE", "Tue", "Tuesdays"),
    ("WED", "Wed", "Wednesdays"),
    ("THU", "Thu", "Thursdays"),
    ("FRI", "Fri", "Fridays"),
    ("SAT", "Sat", "Saturdays"),
    ("SUN", "Sun", "Sundays"),
];
/// What a new one lasts unless told otherwise.
const USUAL: Span = Span::hours(2);
/// Starts are proposed at full steps of this.
const STEP_MS: i64 = 5 * 60_000;

/// When it holds, as the form has it.
#[derive(Clone, Debug, Default, Serialize)]
pub struct PlanFields {
    /// `once`, `daily`, `weekly`, `monthly` or `cron`
    pub repeats: String,
    pub start: String,
    pub end: String,
    pub days: Vec<Day>,
    pub at: String,
    pub month_day: String,
    pub expression: String,
    pub length: String,
    pub zone: String,
}

/// A day of the week to be ticked.
#[derive(Clone, Debug, Serialize)]
pub struct Day {
    pub value: &'static str,
    pub label: &'static str,
    pub chosen: bool,
}

fn days(chosen: impl Fn(&str) -> bool) -> Vec<Day> {
    DAYS.iter().map(|(value, label, _)| Day { value, label, chosen: chosen(value) }).collect()
}

impl PlanFields {
    /// What a form proposes that nobody has filled in: two hours from now.
    pub fn proposed(wall: Moment, zone: &Zone) -> PlanFields {
        let start = Moment((wall.0 / STEP_MS + 1) * STEP_MS);
        PlanFields {
            repeats: "once".to_owned(),
            start: zoned::input(start, zone),
            end: zoned::input(start + USUAL, zone),
            days: days(|day| day == "SUN"),
            at: "02:00".to_owned(),
            month_day: "1".to_owned(),
            expression: String::new(),
            length: USUAL.words(),
            zone: zone.name().to_owned(),
        }
    }

    pub fn sent(form: &Form) -> PlanFields {
        let text = |name: &str| form.text(name).to_owned();
        PlanFields {
            repeats: text("repeats"),
            start: text("start"),
            end: text("end"),
            days: days(|day| form.all("days").any(|sent| sent == day)),
            at: text("at"),
            month_day: text("month_day"),
            expression: text("expression"),
            length: text("length"),
            zone: text("zone"),
        }
    }

    /// The same again: one that happened once is proposed from now on, as long as it was.
    pub fn again(schedule: &DowntimeSchedule, wall: Moment, home: &Zone) -> PlanFields {
        let fields = PlanFields::proposed(wall, schedule.zone().unwrap_or(home));
        let length = schedule.length().exactly();
        match schedule {
            DowntimeSchedule::Once { start, end } => {
                let from = Moment((wall.0 / STEP_MS + 1) * STEP_MS);
                PlanFields { end: zoned::input(from + (*end - *start), home), ..fields }
            }
            DowntimeSchedule::Daily { at, .. } => {
                PlanFields { repeats: "daily".to_owned(), at: at.to_string(), length, ..fields }
            }
            DowntimeSchedule::Weekly { days: chosen, at, .. } => {
                let chosen = chosen.to_string();
                let days = days(|day| chosen.split(',').any(|chosen| chosen == day));
                PlanFields { repeats: "weekly".to_owned(), at: at.to_string(), days, length, ..fields }
            }
            DowntimeSchedule::Monthly { day, at, .. } => {
                let (repeats, month_day) = ("monthly".to_owned(), day.to_string());
                PlanFields { repeats, at: at.to_string(), month_day, length, ..fields }
            }
            DowntimeSchedule::Cron { expression, .. } => {
                let (repeats, expression) = ("cron".to_owned(), expression.to_string());
                PlanFields { repeats, expression, length, ..fields }
            }
        }
    }

    /// The schedule that they mean; what is wrong is said beside the fields.
    pub fn schedule(&self, wrong: &mut Wrong) -> Option<DowntimeSchedule> {
        let zone = read(&self.zone, "zone", wrong);
        if self.repeats == "once" {
            let zone = zone?;
            let mut moment = |field: &str, text: &str| {
                let at = zoned::from_input(text, &zone);
                if at.is_none() {
                    wrong.add(field, "Give date and time, such as 2026-12-24T18:00.");
                }
                at
            };
            let (start, end) = (moment("start", &self.start), moment("end", &self.end));
            return Some(DowntimeSchedule::Once { start: start?, end: end? });
        }
        let length = Span::read(&self.length);
        if length.is_none() {
            wrong.add("length", "Write how long each lasts, like 30m, 2h or 1h 30m.");
        }
        if self.repeats == "cron" {
            let expression = read(&self.expression, "expression", wrong);
            return Some(DowntimeSchedule::Cron { expression: expression?, length: length?, zone: zone? });
        }
        let at = read(&self.at, "at", wrong);
        match self.repeats.as_str() {
            "daily" => Some(DowntimeSchedule::Daily { at: at?, length: length?, zone: zone? }),
            "weekly" => {
                let chosen: Vec<&str> = self.days.iter().filter(|day| day.chosen).map(|day| day.value).collect();
                if chosen.is_empty() {
                    wrong.add("days", "Choose at least one day of the week.");
                    return None;
                }
                let days = read(&chosen.join(","), "days", wrong);
                Some(DowntimeSchedule::Weekly { days: days?, at: at?, length: length?, zone: zone? })
            }
            "monthly" => {
                let day = self.month_day.parse().ok().filter(|day| (1..=31).contains(day));
                if day.is_none() {
                    wrong.add("month_day", "Give a day from 1 to 31; a shorter month has its last day instead.");
                }
                Some(DowntimeSchedule::Monthly { day: day?, at: at?, length: length?, zone: zone? })
            }
            _ => {
                wrong.add("repeats", "Choose whether it happens once or again and again.");
                None
            }
        }
    }
}

/// Reads a part of a schedule; its own error says how to write it.
fn read<T: std::str::FromStr<Err = tocsin_policy::ScheduleError>>(
    text: &str,
    field: &str,
    wrong: &mut Wrong,
) -> Option<T> {
    text.parse().map_err(|error: tocsin_policy::ScheduleError| wrong.add(field, error.to_string())).ok()
}

/// How it repeats: `Sundays and Wednesdays at 02:00 for 1h, by the clock of Europe/Berlin`; empty for once.
pub fn in_words(schedule: &DowntimeSchedule) -> String {
    let when = match schedule {
        DowntimeSchedule::Once { .. } => return String::new(),
        DowntimeSchedule::Daily { at, .. } => format!("Every day at {at}"),
        DowntimeSchedule::Weekly { days, at, .. } => {
            let days = days.to_string();
            let named: Vec<&str> =
                DAYS.iter().filter(|(day, ..)| days.split(',').any(|named| named == *day)).map(|day| day.2).collect();
            format!("{} at {at}", listed(&named))
        }
        DowntimeSchedule::Monthly { day, at, .. } => format!("On day {day} of each month at {at}"),
        DowntimeSchedule::Cron { expression, .. } => format!("By cron “{expression}”"),
    };
    let zone = schedule.zone().map_or("UTC", Zone::name);
    format!("{when} for {}, by the clock of {zone}", schedule.length().words())
}

/// `Mondays`, `Mondays and Fridays`, `Mondays, Tuesdays and Fridays`.
fn listed(words: &[&str]) -> String {
    match words {
        [all @ .., last] if !all.is_empty() => format!("{} and {last}", all.join(", ")),
        words => words.join(""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(text: &str) -> (Option<DowntimeSchedule>, Wrong) {
        let mut wrong = Wrong::default();
        (PlanFields::sent(&Form::parse(text.as_bytes())).schedule(&mut wrong), wrong)
    }

    #[test]
    fn each_way_to_repeat_is_read_and_said() {
        let said = |text: &str| in_words(&form(text).0.expect("a schedule"));
        let rest = "at=02:00&length=90m&zone=Europe/Berlin";
        assert_eq!(
            said(&format!("repeats=weekly&days=SUN&days=WED&{rest}")),
            "Wednesdays and Sundays at 02:00 for 1h 30m, by the clock of Europe/Berlin"
        );
        assert_eq!(
            said(&format!("repeats=daily&{rest}")),
            "Every day at 02:00 for 1h 30m, by the clock of Europe/Berlin"
        );
        assert!(said(&format!("repeats=monthly&month_day=31&{rest}")).starts_with("On day 31 of each month at 02:00"));
        assert!(said(&format!("repeats=cron&expression=0 2 * * *&{rest}")).starts_with("By cron “0 2 * * *”"));
    }

    #[test]
    fn what_cannot_be_read_is_said_beside_its_field() {
        let wrong = form("repeats=weekly&at=soon&length=&zone=Berlin").1;
        let fields: Vec<&str> = wrong.fields.keys().map(String::as_str).collect();
        assert_eq!(fields, ["at", "days", "length", "zone"]);
        assert!(wrong.fields["zone"].contains("did you mean Europe/Berlin?"));
        assert_eq!(form("repeats=once&start=2026-01-01T10:00&zone=UTC").1.fields.keys().collect::<Vec<_>>(), ["end"]);
    }

    #[test]
    fn the_same_again_says_the_same() {
        for text in ["weekly SUN,WED 02:00 for 90m in Europe/Berlin", "monthly 31 23:30 for 2h in Asia/Kolkata"] {
            let schedule = DowntimeSchedule::read(text).expect("a schedule");
            let fields = PlanFields::again(&schedule, Moment(0), &Zone::utc());
            assert_eq!(fields.schedule(&mut Wrong::default()), Some(schedule));
        }
    }
}
