//! How often an urgency repeats.

use tocsin_policy::Span;

use super::{LONGEST_INTERVAL, SHORTEST_INTERVAL};
use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::{Fault, FieldError};
use crate::store;

/// Sets how often an urgency repeats.
pub struct SaveUrgency {
    pub actor: Actor,
    pub level: u8,
    pub interval: Span,
}

impl UseCase for SaveUrgency {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Setup, Role::Admin)?;
            let mut errors = Vec::new();
            if self.level == 0 {
                let message = "urgencies are numbered from 1, the most urgent".to_owned();
                errors.push(FieldError { field: "level".to_owned(), message });
            }
            if self.interval < SHORTEST_INTERVAL || self.interval > LONGEST_INTERVAL {
                let (least, most) = (SHORTEST_INTERVAL.words(), LONGEST_INTERVAL.words());
                errors.push(FieldError { field: "interval".to_owned(), message: format!("from {least} to {most}") });
            }
            if !errors.is_empty() {
                return Err(Fault::fields(errors));
            }
            store::policy::save_urgency(&mut work.tx, self.level, self.interval).await?;
            work.edit_book();
            let detail = format!("every {}", self.interval.words());
            work.audit(&self.actor, "saved", &format!("urgency {}", self.level), &detail).await
        })
    }
}
