//! Does it to each host, and says so in one sentence with one undo.

use futures_util::future::join_all;
use tocsin_policy::{Admission, DowntimeSchedule, Scope};

use super::chosen::Chosen;
use super::deed::Deed;
use crate::app::App;
use crate::engine::UseCase;
use crate::fault::Fault;
use crate::http::flash::{Flash, Tone};
use crate::http::session::Session;
use crate::usecase::acknowledge::Acknowledge;
use crate::usecase::downtime::SaveDowntime;
use crate::usecase::host::Admit;
use crate::usecase::silence::{EndSilences, SilenceHost};

/// The form that takes it back.
pub const UNDO: &str = "/hosts/act/undo";

/// # Errors
/// What was refused for all of them, or a failure.
pub async fn run(app: &App, session: &Session, chosen: &Chosen, deed: Deed) -> Result<Flash, Fault> {
    let (actor, who) = (&session.actor, chosen.words());
    let it = if chosen.hosts.len() == 1 { "it" } else { "them" };
    match deed {
        Deed::Silence { length, note } => {
            let silence = |host| SilenceHost { actor: actor.clone(), host, length: length.clone(), note: note.clone() };
            let done = all(app, chosen.hosts.iter().map(|host| silence(host.id))).await?;
            let sentence = format!("Silenced {who} for {length}: nothing about {it} is sent until then.");
            Ok(done.said(&sentence).undo(UNDO, done.fields("silence", |id| id.0)))
        }
        Deed::Unsilence => {
            let end = |host| EndSilences { actor: actor.clone(), host };
            let done = all(app, chosen.hosts.iter().map(|host| end(host.id))).await?;
            Ok(done.said(&format!("The silence of {who} has ended: what is overdue goes out at once.")))
        }
        Deed::Downtime { length, title } => {
            let start = app.engine.facts().wall(app.clock.now());
            let schedule = DowntimeSchedule::Once { start, end: start + length };
            let plan = |host| SaveDowntime {
                actor: actor.clone(),
                title: title.clone(),
                scope: Scope::Host(host),
                schedule: schedule.clone(),
            };
            let done = all(app, chosen.hosts.iter().map(|host| plan(host.id))).await?;
            let sentence = format!("Downtime of {who} for {}: nothing about {it} is sent until then.", length.words());
            Ok(done.said(&sentence).undo(UNDO, done.fields("downtime", |id| id.0)))
        }
        Deed::Acknowledge { until, words, note } => {
            let open: Vec<_> = chosen.hosts.iter().flat_map(|host| host.alerts.iter().map(|alert| alert.id)).collect();
            if open.is_empty() {
                return Err(Fault::conflict(format!("nothing is open on {who}")));
            }
            let acknowledge = |alert| Acknowledge { actor: actor.clone(), alert, until, note: note.clone() };
            let done = all(app, open.iter().map(|alert| acknowledge(*alert))).await?;
            let n = open.len() - done.refused;
            let alerts = if n == 1 { "1 alert".to_owned() } else { format!("{n} alerts") };
            let sentence = format!("Acknowledged {alerts} of {who} {words}: no reminders while you are on it.");
            let fields = open.iter().map(|alert| ("alert".to_owned(), alert.to_string())).collect();
            Ok(done.said(&sentence).undo(UNDO, fields))
        }
        Deed::Admit(admission) => {
            let admit = |host| Admit { actor: actor.clone(), host, admission };
            let done = all(app, chosen.hosts.iter().map(|host| admit(host.id))).await?;
            Ok(done.said(&match admission {
                Admission::Approved => format!("Approved {who}: alerts are told from now on."),
                Admission::Ignored => format!("Ignored {who}: stored, and nobody is notified."),
                Admission::Blocked => format!("Blocked {who}: check-ins are refused."),
                Admission::Pending => format!("{who}: waiting for approval again."),
            }))
        }
    }
}

/// What came of it.
pub struct Done<T> {
    pub outputs: Vec<T>,
    pub refused: usize,
    first_refusal: String,
}

impl<T> Done<T> {
    /// The sentence, and what was refused.
    pub fn said(&self, sentence: &str) -> Flash {
        if self.refused == 0 {
            return Flash::new(Tone::Good, sentence);
        }
        Flash::new(Tone::Warn, &format!("{sentence} Not all: {} refused, {}.", self.refused, self.first_refusal))
    }

    /// A field for each object that came into being.
    fn fields(&self, name: &str, id: impl Fn(&T) -> i64) -> Vec<(String, String)> {
        self.outputs.iter().map(|output| (name.to_owned(), id(output).to_string())).collect()
    }
}

/// Runs all of them; the writer puts them into few transactions.
///
/// # Errors
/// The first refusal, if all were refused; a failure in any case.
pub async fn all<U: UseCase>(app: &App, actions: impl Iterator<Item = U>) -> Result<Done<U::Output>, Fault> {
    let results = join_all(actions.map(|action| app.engine.run(action))).await;
    let (mut outputs, mut refusals) = (Vec::new(), Vec::new());
    for result in results {
        match result {
            Ok(output) => outputs.push(output),
            Err(Fault::Refused(refusal)) => refusals.push(refusal),
            Err(fault) => return Err(fault),
        }
    }
    match refusals.first().cloned() {
        Some(refusal) if outputs.is_empty() => Err(Fault::Refused(refusal)),
        first => Ok(Done {
            outputs,
            refused: refusals.len(),
            first_refusal: first.map(|refusal| refusal.sentence).unwrap_or_default(),
        }),
    }
}
