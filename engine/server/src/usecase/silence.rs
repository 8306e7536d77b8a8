//! An operator silences a host, all of its services and its liveness, for a while (S5).

use tocsin_policy::{HostId, Silence, SilenceId, Span, act, silence_length};

use super::acknowledge::NOTE_CHARS;
use crate::actor::{Actor, Area, Role};
use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store;

/// Silences a host from now on.
pub struct SilenceHost {
    pub actor: Actor,
    pub host: HostId,
    /// `30m`, `3h` …: a preset, or any length between 15 minutes and 24 hours.
    pub length: String,
    pub note: String,
}

impl UseCase for SilenceHost {
    type Output = SilenceId;

    fn host(&self) -> Option<HostId> {
        Some(self.host)
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, SilenceId> {
        Box::pin(async move {
            self.actor.may(Area::Silences, Role::Operator)?;
            if self.note.chars().count() > NOTE_CHARS {
                return Err(Fault::invalid(format!("the note is longer than {NOTE_CHARS} characters; shorten it")));
            }
            let (now, id) = (work.now, SilenceId(work.ids.next()));
            let silence =
                Silence { id, by: self.actor.name.clone(), start: now, end: now + silence_length(&self.length)? };

            let draft = work.draft(self.host).await?;
            self.actor.must_know(&draft.host)?;
            let name = draft.host.name.to_string();
            let effects = act::silence(&mut draft.host, silence, now)?;

            work.apply(self.host, effects).await?;
            store::silence::set_note(&mut work.tx, id, self.note.trim()).await?;
            work.resolve(self.host).await?;
            work.audit(&self.actor, "silenced", &format!("host {name}"), &format!("for {}", self.length)).await?;
            Ok(id)
        })
    }
}

/// Ends all silences of a host now; what became overdue meanwhile goes out at once (S3).
pub struct EndSilences {
    pub actor: Actor,
    pub host: HostId,
}

impl UseCase for EndSilences {
    type Output = ();

    fn host(&self) -> Option<HostId> {
        Some(self.host)
    }

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Silences, Role::Operator)?;
            let now = work.now;

            let draft = work.draft(self.host).await?;
            self.actor.must_know(&draft.host)?;
            let name = draft.host.name.to_string();
            let effects = act::end_silences(&mut draft.host, None, now)?;

            work.apply(self.host, effects).await?;
            work.resolve(self.host).await?;
            work.audit(&self.actor, "ended the silence of", &format!("host {name}"), "").await
        })
    }
}

/// Ends one silence now; what became overdue meanwhile goes out at once (S3).
pub struct EndSilence {
    pub actor: Actor,
    pub id: SilenceId,
}

impl UseCase for EndSilence {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Silences, Role::Operator)?;
            let host = host_of(work, self.id).await?;
            let now = work.now;

            let draft = work.draft(host).await?;
            self.actor.must_know(&draft.host).map_err(|_| unknown())?;
            let name = draft.host.name.to_string();
            let effects = act::end_silences(&mut draft.host, Some(self.id), now)?;

            work.apply(host, effects).await?;
            work.resolve(host).await?;
            work.audit(&self.actor, "ended a silence of", &format!("host {name}"), "").await
        })
    }
}

/// Lets a silence last longer, up to a day from now.
pub struct ExtendSilence {
    pub actor: Actor,
    pub id: SilenceId,
    pub by: Span,
}

impl UseCase for ExtendSilence {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            self.actor.may(Area::Silences, Role::Operator)?;
            let host = host_of(work, self.id).await?;
            let now = work.now;

            let draft = work.draft(host).await?;
            self.actor.must_know(&draft.host).map_err(|_| unknown())?;
            let name = draft.host.name.to_string();
            let effects = act::extend_silence(&mut draft.host, self.id, self.by, now)?;

            work.apply(host, effects).await?;
            work.resolve(host).await?;
            let detail = format!("by {}", self.by.words());
            work.audit(&self.actor, "extended a silence of", &format!("host {name}"), &detail).await
        })
    }
}

async fn host_of(work: &mut Work, id: SilenceId) -> Result<HostId, Fault> {
    let host = store::silence::host_of(&mut work.tx, id).await?;
    host.ok_or_else(unknown)
}

fn unknown() -> Fault {
    Fault::not_found("there is no such silence; its host may have been deleted")
}
