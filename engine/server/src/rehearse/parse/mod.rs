//! Reading a rehearsal file. Everything that is wrong is found at once, each with its line; a scene comes out only if
//! nothing is.

mod downtime;
mod event;
mod expect;
mod names;
mod policy;
mod words;

use tocsin_policy::{Moment, Span};

use super::scene::{Event, Expected, Scene, What};
use super::time;
pub use names::CONDITIONS;
use names::Names;
use words::{Words, Wrong, cut};

/// What is wrong, and in which line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Complaint {
    pub line: usize,
    pub sentence: String,
}

/// 2026-03-02T10:00:00Z
const START: Moment = Moment(1_772_445_600_000);
/// Ids are made of the time, and hold it between these years.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2080;
/// How long a run goes on after the last statement unless the file says so.
const AFTERWARDS: Span = Span::minutes(10);
/// What an instance starts with.
const URGENCIES: [u8; 3] = [1, 2, 3];
/// Poll intervals that agents have.
const POLLS: (Span, Span) = (Span::seconds(1), Span::hours(24));
const MISSED: std::ops::RangeInclusive<u32> = 1..=crate::usecase::host::MISSED_CYCLES;
/// Longer files are not written by people; programs can write several.
const LINES: usize = 200_000;

/// Reads the text of a file.
///
/// # Errors
/// Everything that is wrong with it.
pub fn parse(text: &str) -> Result<Scene, Vec<Complaint>> {
    let mut reading = Reading::default();
    // Some editors begin a file with this mark.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let lines: Vec<(usize, Vec<String>)> =
        text.lines().zip(1..).filter_map(|(line, at)| reading.cut(line, at)).collect();
    if lines.len() > LINES {
        return Err(vec![Complaint { line: LINES, sentence: format!("more than {LINES} statements in one file") }]);
    }
    // What is named may be declared further down.
    for (at, words) in statements(&lines) {
        let declared = reading.declare(Words::new(words));
        reading.note(at, declared);
    }
    for (at, words) in statements(&lines) {
        let read = reading.statement(Words::new(words), at);
        reading.note(at, read);
    }
    // A statement that could not be read declares nothing: what the list then misses would be said over and over.
    if reading.complaints.is_empty() {
        reading.expectations(&lines);
    }
    reading.finish()
}

/// The lines before the expected list and after its end.
fn statements(lines: &[(usize, Vec<String>)]) -> impl Iterator<Item = (usize, &[String])> {
    let mut listing = false;
    lines.iter().filter_map(move |(at, words)| {
        let begins = words.len() == 1 && words[0] == "expect";
        let ends = listing && words.len() == 1 && words[0] == "end";
        let skip = listing || begins;
        listing = (listing || begins) && !ends;
        (!skip).then_some((*at, words.as_slice()))
    })
}

#[derive(Default)]
struct Reading {
    complaints: Vec<Complaint>,
    names: Names,
    levels: Vec<u8>,
    downtimes: usize,
    start: Option<Moment>,
    poll: Option<Span>,
    missed: Option<u32>,
    urgencies: Vec<(u8, Span)>,
    policies: Vec<super::scene::PolicySpec>,
    windows: Vec<super::scene::DowntimeSpec>,
    events: Vec<Event>,
    until: Option<(usize, Span)>,
    expected: Option<Vec<Expected>>,
}

impl Reading {
    fn cut(&mut self, line: &str, at: usize) -> Option<(usize, Vec<String>)> {
        match cut(line) {
            Ok(words) => (!words.is_empty()).then_some((at, words)),
            Err(sentence) => {
                self.complaints.push(Complaint { line: at, sentence });
                None
            }
        }
    }

    fn note(&mut self, line: usize, result: Result<(), Wrong>) {
        if let Err(sentence) = result {
            self.complaints.push(Complaint { line, sentence });
        }
    }

    /// Hosts, groups and urgencies can be named before they are declared; downtimes are counted.
    fn declare(&mut self, mut words: Words<'_>) -> Result<(), Wrong> {
        match words.take("a statement")? {
            "host" => self.names.declare_host(words),
            "group" => self.names.declare_priority(words),
            "downtime" => {
                self.downtimes += 1;
                Ok(())
            }
            "urgency" => {
                let level = policy::level(words.take("the number of the urgency")?)?;
                words.must("every")?;
                let interval = policy::interval(words.take("a length of time")?)?;
                words.end()?;
                self.levels.push(level);
                self.urgencies.push((level, interval));
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn statement(&mut self, mut words: Words<'_>, line: usize) -> Result<(), Wrong> {
        let levels: Vec<u8> = URGENCIES.iter().chain(&self.levels).copied().collect();
        match words.take("a statement")? {
            // Declared before.
            "host" | "group" | "urgency" => return Ok(()),
            "start" => {
                let word = words.take("a moment, as 2026-03-02T10:00:00Z")?;
                set(&mut self.start, "start", moment(word)?)?;
            }
            "check-in" => {
                words.must("every")?;
                let poll = policy::length(words.take("a length of time")?, POLLS.0, POLLS.1)?;
                set(&mut self.poll, "check-in", poll)?;
            }
            "missed" => {
                let word = words.take("a number of cycles")?;
                let missed = word.parse().ok().filter(|missed| MISSED.contains(missed));
                let wrong = || format!("“{word}” is no number of cycles from {} to {}", MISSED.start(), MISSED.end());
                set(&mut self.missed, "missed", missed.ok_or_else(wrong)?)?;
            }
            "policy" => {
                let policy = policy::policy(words, &mut self.names, line, &levels)?;
                self.policies.push(policy);
                return Ok(());
            }
            "downtime" => {
                let start = self.start.unwrap_or(START);
                let window = downtime::downtime(words, &mut self.names, line, start)?;
                self.windows.push(window);
                return Ok(());
            }
            "at" => {
                let at = when(words.take("a time")?)?;
                let what = event::event(words, &mut self.names, line, &levels, self.downtimes)?;
                self.events.push(Event { at, line, what });
                return Ok(());
            }
            "until" => set(&mut self.until, "until", (line, when(words.take("a time")?)?))?,
            "expect" => {
                words.must("nothing")?;
                set(&mut self.expected, "expect", Vec::new())?;
            }
            other => return Err(format!("“{other}” begins no statement")),
        }
        words.end()
    }

    fn expectations(&mut self, lines: &[(usize, Vec<String>)]) {
        match expect::list(lines, &self.names) {
            Ok(None) => {}
            Ok(Some((line, listed))) => {
                let result = set(&mut self.expected, "expect", listed);
                self.note(line, result);
            }
            Err(complaints) => self.complaints.extend(complaints),
        }
    }

    fn finish(mut self) -> Result<Scene, Vec<Complaint>> {
        self.events.sort_by_key(|event| event.at);
        let last = self.events.last().map_or(Span::ZERO, |event| event.at);
        let (line, until) = self.until.unwrap_or((0, Span(last.0 + AFTERWARDS.0)));
        if last > until {
            let sentence = format!("the run ends at {}, before the last statement", time::write(until));
            self.complaints.push(Complaint { line, sentence });
        }
        self.engine_order();
        if !self.complaints.is_empty() {
            self.complaints.sort_by_key(|complaint| complaint.line);
            return Err(self.complaints);
        }
        Ok(Scene {
            start: self.start.unwrap_or(START),
            poll: self.poll.unwrap_or(Span::minutes(1)),
            missed: self.missed.unwrap_or(3),
            urgencies: self.urgencies,
            hosts: self.names.hosts,
            groups: self.names.groups,
            receivers: self.names.receivers,
            policies: self.policies,
            downtimes: self.windows,
            events: self.events,
            until,
            expected: self.expected,
        })
    }

    /// It runs at first, and stops and starts in turn.
    fn engine_order(&mut self) {
        let mut runs = true;
        for event in &self.events {
            let (starts, sentence) = match event.what {
                What::EngineStarts => (true, "the engine runs already"),
                What::EngineStops => (false, "the engine has stopped already"),
                _ => continue,
            };
            if runs == starts {
                self.complaints.push(Complaint { line: event.line, sentence: sentence.to_owned() });
            }
            runs = starts;
        }
    }
}

fn set<T>(place: &mut Option<T>, what: &str, value: T) -> Result<(), Wrong> {
    if place.is_some() {
        return Err(format!("“{what}” is said already"));
    }
    *place = Some(value);
    Ok(())
}

fn when(word: &str) -> Result<Span, Wrong> {
    time::read(word).ok_or_else(|| format!("“{word}” is no time; write minutes since the start, as 30 or 30:07"))
}

fn moment(word: &str) -> Result<Moment, Wrong> {
    let read: jiff::Timestamp =
        word.parse().map_err(|_| format!("“{word}” is no moment; write it as 2026-03-02T10:00:00Z"))?;
    if !YEARS.contains(&jiff::tz::TimeZone::UTC.to_datetime(read).year()) {
        return Err(format!("{word} is out of range; the years {} to {} can be rehearsed", YEARS.start(), YEARS.end()));
    }
    Ok(Moment(read.as_millisecond()))
}

#[cfg(test)]
mod tests;
