//! Wall time: what people mean by "Sundays at two in the morning, in Berlin".
//!
//! Everything else in this crate counts elapsed milliseconds. Here the clock on the wall counts, with the traps of its
//! two odd nights a year, and only here are a zone database (jiff, its own bundled one: the same answers on every
//! machine) and a cron parser used. Nothing here reads a clock.

mod active;
mod clock_time;
mod cron;
mod cron_fields;
mod error;
mod occurrence;
mod pattern;
mod read;
mod schedule;
mod weekdays;
mod zone;

pub use active::ActiveHours;
pub use clock_time::ClockTime;
pub use cron::CronExpression;
pub use error::ScheduleError;
pub use occurrence::{ClockChange, Occurrence};
pub use schedule::{DowntimeSchedule, LONGEST_WINDOW};
pub use weekdays::Weekdays;
pub use zone::Zone;
