//! Makes a failing plan smaller: leaves out items, whole hosts of them first, as long as it fails in the same way.

use super::plan::Plan;
use super::verdict::{Failed, examine};

/// The smallest plan found that fails in the same way, and how.
pub fn shrink(plan: Plan, failed: Failed) -> (Plan, Failed) {
    let (mut plan, mut failed) = (plan, failed);
    let mut piece = plan.items.len().div_ceil(2);
    loop {
        let mut at = 0;
        let mut smaller = false;
        while at < plan.items.len() {
            let mut less = plan.clone();
            less.items.drain(at..(at + piece).min(plan.items.len()));
            match examine(&less) {
                Err(its) if its.kind == failed.kind => (plan, failed, smaller) = (less, its, true),
                _ => at += piece,
            }
        }
        if piece == 1 && !smaller {
            return (shorten(plan), failed);
        }
        piece = piece.div_ceil(2).max(1);
    }
}

/// Ends the run as soon as it still fails.
fn shorten(plan: Plan) -> Plan {
    let last = plan.items.iter().map(|item| item.at).max().unwrap_or_default();
    let shorter = |ticks| Plan { ticks, ..plan.clone() };
    let fails = (0..6).map(|doubling| last + (4 << doubling)).take_while(|ticks| *ticks < plan.ticks).map(shorter);
    fails.into_iter().find(|less| examine(less).is_err()).unwrap_or(plan.clone())
}
