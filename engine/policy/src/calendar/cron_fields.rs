//! The fields of a cron expression: what the crate would refuse in words of its own, or read in another way than crontab,
//! is found here.

use super::{ScheduleError, Weekdays};

struct Field {
    name: &'static str,
    expected: &'static str,
    least: u32,
    most: u32,
}

/// The fields that are handed on as they are.
const FIELDS: [Field; 4] = [
    Field { name: "minute", expected: "write 0 to 59, a list, a range or a step like */15", least: 0, most: 59 },
    Field { name: "hour", expected: "write 0 to 23, a list, a range or a step like */6", least: 0, most: 23 },
    Field { name: "day of month", expected: "write 1 to 31, a list or a range", least: 1, most: 31 },
    Field { name: "month", expected: "write 1 to 12 or JAN to DEC, a list or a range", least: 1, most: 12 },
];
const WEEKDAY: &str = "write 0 to 7 or SUN to SAT, where 0 and 7 are Sunday, a list or a range";
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];

/// Whether the field leaves it open.
pub(super) fn is_any(part: &str) -> bool {
    matches!(part, "*" | "?")
}

/// Checks minute, hour, day of month and month.
pub(super) fn check(parts: [&str; 4]) -> Result<(), ScheduleError> {
    parts.into_iter().zip(&FIELDS).try_for_each(|(part, field)| check_one(part, field))
}

fn check_one(part: &str, field: &Field) -> Result<(), ScheduleError> {
    let wrong = || Err(ScheduleError::CronField { text: part.to_owned(), field: field.name, expected: field.expected });
    if is_any(part) && (part == "*" || field.name == "day of month") {
        return Ok(());
    }
    for item in part.split(',') {
        let (range, step) = item.split_once('/').unwrap_or((item, "1"));
        if !step.parse::<u32>().is_ok_and(|step| (1..=field.most).contains(&step)) {
            return wrong();
        }
        if range == "*" {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        match (number(from, field), number(to, field)) {
            (Some(from), Some(to)) if from <= to => {}
            _ => return wrong(),
        }
    }
    Ok(())
}

fn number(text: &str, field: &Field) -> Option<u32> {
    let month =
        || MONTHS.iter().position(|name| name.eq_ignore_ascii_case(text)).and_then(|at| u32::try_from(at + 1).ok());
    let number = match text.bytes().all(|byte| byte.is_ascii_digit()) {
        true => text.parse().ok(),
        false if field.name == "month" => month(),
        false => None,
    };
    number.filter(|number| (field.least..=field.most).contains(number))
}

/// The weekday field as a list of names, since numbers mean other days to the crate; `*` for all of them.
pub(super) fn weekdays(part: &str) -> Result<String, ScheduleError> {
    let wrong = || ScheduleError::CronField { text: part.to_owned(), field: "weekday", expected: WEEKDAY };
    if is_any(part) {
        return Ok("*".to_owned());
    }
    // Counted as crontab does, from Sunday; Sunday again at 7.
    let day = |text: &str| match Weekdays::number(text) {
        Some(from_monday) => Some((from_monday + 1) % 7),
        None if text.len() == 1 => text.parse::<u8>().ok().filter(|day| *day <= 7),
        None => None,
    };
    let mut days = Vec::new();
    for item in part.split(',') {
        let (range, step) = item.split_once('/').unwrap_or((item, "1"));
        let step: usize = step.parse().ok().filter(|step| (1..=7).contains(step)).ok_or_else(wrong)?;
        let (from, to) = match range {
            "*" => (0, 6),
            range => {
                let (from, to) = range.split_once('-').unwrap_or((range, range));
                let (from, to) = (day(from).ok_or_else(wrong)?, day(to).ok_or_else(wrong)?);
                // SAT-SUN
                if to == 0 && from > 0 { (from, 7) } else { (from, to) }
            }
        };
        if from > to {
            return Err(wrong());
        }
        days.extend((from..=to).step_by(step).map(|day| (day + 6) % 7));
    }
    let set = Weekdays::from_monday_zero(days).ok_or_else(wrong)?;
    Ok(if set == Weekdays::ALL { "*".to_owned() } else { set.to_string() })
}
