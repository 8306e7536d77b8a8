//! An operator says: I am on it, or: I am not any more (S4).
//!
//! - `told`: those who had the problem hear of it, where they want to.

mod told;

use tocsin_policy::{AlertId, HostId, Moment, Span, act};

use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store;

/// A note longer than this belongs into a ticket.
pub const NOTE_CHARS: usize = 2_000;
/// Acknowledgements that outlive a problem by a year help nobody.
pub const LONGEST: Span = Span::hours(24 * 366);

/// Until when an acknowledgement holds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Until {
    /// As the settings say.
    Usual,
    Recovery,
    For(Span),
}

/// Acknowledges one open alert. A repeated acknowledgement replaces the expiry.
pub struct Acknowledge {
    pub actor: Actor,
    pub alert: AlertId,
    pub until: Until,
    pub note: String,
}

impl UseCase for Acknowledge {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Alerts, Role::Operator)?;
            if self.note.chars().count() > NOTE_CHARS {
                return Err(Fault::invalid(format!("the note is longer than {NOTE_CHARS} characters; shorten it")));
            }
            let until = match self.until {
                Until::Usual => work.instance.acknowledge_for.map_or(Moment::FAR, |span| work.now + span),
                Until::Recovery => Moment::FAR,
                Until::For(span) if span > Span::ZERO && span <= LONGEST => work.now + span,
                Until::For(_) => return Err(Fault::invalid("choose a time between a minute and a year")),
            };
            let id = host_of(work, self.alert).await?;

            let now = work.now;
            let draft = work.draft(id).await?;
            self.actor.must_know(&draft.host).map_err(|_| unknown())?;
            let (name, note) = (draft.host.name.to_string(), self.note.trim().to_owned());
            let effects = act::acknowledge(&mut draft.host, self.alert, &self.actor.name, &note, until, now)?;

            work.apply(id, effects).await?;
            told::tell(work, id, self.alert).await?;
            work.resolve(id).await?;
            work.audit(&self.actor, "acknowledged", &format!("alert {} of {name}", self.alert), &note).await
        })
    }
}

/// Ends the acknowledgement of one alert; what became overdue meanwhile goes out at once (S3).
pub struct Unacknowledge {
    pub actor: Actor,
    pub alert: AlertId,
}

impl UseCase for Unacknowledge {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Alerts, Role::Operator)?;
            let id = host_of(work, self.alert).await?;

            let now = work.now;
            let draft = work.draft(id).await?;
            self.actor.must_know(&draft.host).map_err(|_| unknown())?;
            let name = draft.host.name.to_string();
            let effects = act::unacknowledge(&mut draft.host, self.alert, now)?;

            work.apply(id, effects).await?;
            work.resolve(id).await?;
            work.audit(&self.actor, "unacknowledged", &format!("alert {} of {name}", self.alert), "").await
        })
    }
}

async fn host_of(work: &mut Work, alert: AlertId) -> Result<HostId, Fault> {
    let host = store::alert::host_of(&mut work.tx, alert).await?;
    host.ok_or_else(unknown)
}

fn unknown() -> Fault {
    Fault::not_found("there is no such alert; it may have been deleted with its host")
}
