//! All that happens at one instant, in one transaction and in the order of N4: operator actions and edits as the file
//! has them, then check-ins. What is due is decided at the commit, after all of them; the edges of suppressions need no
//! step of their own, since every decision asks who holds back now. Each action is the use case that the server runs.

use tocsin_policy::{AlertId, AlertKind, DowntimeId, GroupId, HostId, Span, Subject, Target};

use crate::actor::Actor;
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store;
use crate::usecase::acknowledge::{Acknowledge, Unacknowledge, Until};
use crate::usecase::check_in::CheckIn;
use crate::usecase::downtime::EndDowntime;
use crate::usecase::host::EditHost;
use crate::usecase::policy::{DeletePolicy, SavePolicy, SaveUrgency, SayForm};
use crate::usecase::silence::{EndSilences, SilenceHost};

/// What an operator does, with the ids of this world.
#[derive(Clone, Debug)]
pub enum Action {
    Acknowledge { host: HostId, subject: Subject, until: Until },
    Unacknowledge { host: HostId, subject: Subject },
    Silence { host: HostId, length: String },
    Unsilence { host: HostId },
    EndDowntime(DowntimeId),
    SavePolicy { target: Target, enabled: bool, say: SayForm },
    DeletePolicy(Target),
    SaveUrgency(u8, Span),
    Join { host: HostId, group: GroupId },
    Leave { host: HostId, group: GroupId },
}

/// An action that was refused, as the server would refuse it: nothing has changed.
#[derive(Clone, Debug)]
pub struct Refused {
    pub line: usize,
    pub sentence: String,
}

/// One instant.
pub struct Instant {
    /// With the lines where they stand.
    pub actions: Vec<(usize, Action)>,
    pub check_ins: Vec<CheckIn>,
}

impl UseCase for Instant {
    type Output = Vec<Refused>;

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, Vec<Refused>> {
        Box::pin(async move {
            let mut refused = Vec::new();
            for (line, action) in &self.actions {
                note(&mut refused, *line, perform(work, action).await)?;
                if work.book_edited {
                    // The next action finds the new book.
                    work.book = std::sync::Arc::new(store::book::load(&mut work.tx).await?);
                }
            }
            for check_in in &self.check_ins {
                check_in.run(work).await?;
            }
            Ok(refused)
        })
    }
}

fn note(refused: &mut Vec<Refused>, line: usize, result: Result<(), Fault>) -> Result<(), Fault> {
    match result {
        Err(Fault::Refused(refusal)) => {
            refused.push(Refused { line, sentence: refusal.sentence });
            Ok(())
        }
        other => other,
    }
}

async fn perform(work: &mut Work, action: &Action) -> Result<(), Fault> {
    let actor = operator();
    match action.clone() {
        Action::Acknowledge { host, subject, until } => {
            let alert = open_alert(work, host, &subject).await?;
            Acknowledge { actor, alert, until, note: String::new() }.run(work).await
        }
        Action::Unacknowledge { host, subject } => {
            let alert = open_alert(work, host, &subject).await?;
            Unacknowledge { actor, alert }.run(work).await
        }
        Action::Silence { host, length } => {
            SilenceHost { actor, host, length, note: String::new() }.run(work).await.map(drop)
        }
        Action::Unsilence { host } => EndSilences { actor, host }.run(work).await,
        Action::EndDowntime(id) => EndDowntime { actor, id }.run(work).await,
        Action::SavePolicy { target, enabled, say } => {
            SavePolicy { actor, target, enabled, say, recognize: true, version: None }.run(work).await.map(drop)
        }
        Action::DeletePolicy(target) => DeletePolicy { actor, target }.run(work).await,
        Action::SaveUrgency(level, interval) => SaveUrgency { actor, level, interval }.run(work).await,
        Action::Join { host, group } => {
            let mut groups = work.draft(host).await?.host.groups.clone();
            groups.push(group);
            edit_groups(host, groups).run(work).await
        }
        Action::Leave { host, group } => {
            let mut groups = work.draft(host).await?.host.groups.clone();
            groups.retain(|member| *member != group);
            edit_groups(host, groups).run(work).await
        }
    }
}

/// The one who acts in a rehearsal.
pub fn operator() -> Actor {
    Actor::system("the operator")
}

/// Puts a host into these groups.
pub fn edit_groups(host: HostId, groups: Vec<GroupId>) -> EditHost {
    EditHost {
        actor: operator(),
        host,
        region: String::new(),
        environment: String::new(),
        labels: Vec::new(),
        groups,
        missed_cycles: None,
    }
}

async fn open_alert(work: &mut Work, host: HostId, subject: &Subject) -> Result<AlertId, Fault> {
    let open = &work.draft(host).await?.host.alerts;
    let its = open.iter().find(|alert| alert.kind == AlertKind::Problem && alert.subject == *subject);
    its.map(|alert| alert.id).ok_or_else(|| Fault::not_found("it has no open alert at this instant"))
}
