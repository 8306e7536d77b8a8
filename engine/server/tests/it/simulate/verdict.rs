//! Plays a plan and judges it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::history::Line;
use super::model;
use super::plan::Plan;
use super::play::{Counts, Run, play};

/// What is wrong with a run.
#[derive(Clone, Debug)]
pub struct Failed {
    pub kind: Kind,
    /// One difference or broken rule a line.
    pub lines: Vec<String>,
}

/// In which way it failed: a smaller plan has to fail in the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Not what the model says.
    Committed,
    /// Against a rule of delivery, named by what stands before the colon.
    Rule(String),
    Panicked,
}

/// Plays the plan: how much happened, or what is wrong.
pub fn examine(plan: &Plan) -> Result<Counts, Failed> {
    match catch_unwind(AssertUnwindSafe(|| played(plan))) {
        Ok(run) => judge(plan, &run),
        Err(_) => Err(Failed { kind: Kind::Panicked, lines: vec!["it panicked; see above".to_owned()] }),
    }
}

fn played(plan: &Plan) -> Run {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(play(plan))
}

fn judge(plan: &Plan, run: &Run) -> Result<Counts, Failed> {
    let expected = model::committed(&run.history);
    let lines = differences(plan, &expected, &run.committed);
    if !lines.is_empty() {
        return Err(Failed { kind: Kind::Committed, lines });
    }
    match run.wrong.first() {
        None => Ok(run.counts),
        Some(first) => {
            let rule = first.split(':').next().unwrap_or_default().to_owned();
            Err(Failed { kind: Kind::Rule(rule), lines: run.wrong.clone() })
        }
    }
}

/// `-` was expected and not committed, `+` was committed and not expected. Both lists are sorted.
fn differences(plan: &Plan, expected: &[Line], committed: &[Line]) -> Vec<String> {
    let (mut expected, mut committed) = (expected.iter().peekable(), committed.iter().peekable());
    let mut lines = Vec::new();
    loop {
        let (missing, extra) = match (expected.peek(), committed.peek()) {
            (None, None) => return lines,
            (Some(a), Some(b)) if a == b => {
                expected.next();
                committed.next();
                continue;
            }
            (Some(a), Some(b)) => (a < b, a > b),
            (a, b) => (a.is_some(), b.is_some()),
        };
        let missing = if missing { expected.next() } else { None };
        let extra = if extra { committed.next() } else { None };
        lines.extend(missing.map(|line| format!("- {}", line.text(&plan.world))));
        lines.extend(extra.map(|line| format!("+ {}", line.text(&plan.world))));
    }
}
