//! The log door: the first lines of a call, kept for the delivery's history.

use crate::bindings::tocsin::connector::log as api;
use crate::guest::State;

/// A page of history; a connector that says more says it to nobody.
const MAX_LINES: usize = 50;
const LINE_CHARS: usize = 1_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogLevel {
    Debug,
    Info,
    Warning,
    Error,
}

/// One line that a connector wrote during a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogLine {
    pub level: LogLevel,
    pub message: String,
}

#[derive(Default)]
pub(crate) struct LogBook {
    lines: Vec<LogLine>,
    dropped: usize,
}

impl LogBook {
    fn write(&mut self, level: LogLevel, message: &str) {
        if self.lines.len() == MAX_LINES {
            self.dropped += 1;
            return;
        }
        self.lines.push(LogLine { level, message: shorten(message, LINE_CHARS) });
    }

    /// What was kept; the last line says how many were not.
    pub(crate) fn into_lines(mut self) -> Vec<LogLine> {
        if self.dropped > 0 {
            let message = format!("{} more lines were not kept", self.dropped);
            self.lines.push(LogLine { level: LogLevel::Warning, message });
        }
        self.lines
    }
}

impl api::Host for State {
    async fn write(&mut self, level: api::Level, message: String) -> wasmtime::Result<()> {
        let level = match level {
            api::Level::Debug => LogLevel::Debug,
            api::Level::Info => LogLevel::Info,
            api::Level::Warning => LogLevel::Warning,
            api::Level::Error => LogLevel::Error,
        };
        self.log.write(level, &message);
        Ok(())
    }
}

/// The text, or its beginning and an ellipsis.
pub(crate) fn shorten(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
