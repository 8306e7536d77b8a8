//! All that comes in at one instant, in one transaction: first what operators do, then the check-ins (N4).

use std::collections::BTreeSet;

use tocsin_policy::Moment;

use super::agents::Post;
use super::deliverer::Killed;
use super::history::Input;
use super::house::Wrote;
use super::input::Incoming;
use super::plan::{Deed, Fate, HostNo, Tick};
use super::play::Play;
use super::post;

impl Play<'_> {
    /// Takes what comes in. `late` are messages whose senders do not listen any more.
    pub(super) async fn take(
        &mut self,
        now: Moment,
        tick: Tick,
        deeds: Vec<Deed>,
        posts: Vec<Post>,
        late: Vec<Post>,
        decided: &mut BTreeSet<HostNo>,
    ) -> Result<(), Killed> {
        let deeds = if self.runs() { deeds } else { Vec::new() };
        let mut arrives: Vec<(Post, bool)> = late.into_iter().map(|post| (post, false)).collect();
        for post in posts {
            match post.fate {
                Some(Fate::Lost) => self.agents[post.host].not_taken(&post),
                Some(Fate::Late(ticks)) => {
                    self.agents[post.host].not_taken(&post);
                    self.late.push((tick + ticks, post));
                }
                Some(Fate::Twice(ticks)) => {
                    self.late.push((tick + ticks, post.clone()));
                    arrives.push((post, true));
                }
                Some(Fate::AnswerLost) => {
                    self.agents[post.host].not_taken(&post);
                    arrives.push((post, false));
                }
                None => arrives.push((post, true)),
            }
        }
        let edits = deeds.iter().any(Deed::is_edit);
        decided.extend(deeds.iter().filter_map(Deed::host));
        let mut jobs: Vec<Incoming> =
            deeds.iter().map(|deed| Incoming::Deed(deed.clone(), self.names.clone())).collect();
        let mut inputs: Vec<Input> = deeds.into_iter().map(Input::Deed).collect();
        let mut listens: Vec<Option<Post>> = inputs.iter().map(|_| None).collect();
        for (post, is_waited_for) in arrives {
            if !self.runs() {
                if is_waited_for {
                    self.agents[post.host].not_taken(&post);
                }
                continue;
            }
            self.counts.messages += 1;
            let (world, host) = (&self.plan.world, post.host);
            let engine = self.house.engine().expect("it runs");
            let cell = engine.fleet().by_id(self.names.hosts[host]).expect("a known host");
            if !decided.contains(&host) && post::is_unchanged(engine.shared(), &cell, world, host, &post.document, now)
            {
                self.note(now, Input::CheckIn(host, post.document));
                self.counts.unchanged += 1;
                continue;
            }
            decided.insert(host);
            jobs.push(Incoming::CheckIn(Box::new(post::check_in(world, host, Some(cell.id), &post.document))));
            inputs.push(Input::CheckIn(host, post.document.clone()));
            listens.push(is_waited_for.then_some(post));
        }
        if jobs.is_empty() {
            return Ok(());
        }
        if edits {
            // Every host with an open alert is decided anew. Where another one is due as well, nobody could say whether
            // it was before the end of the process.
            let engine = self.house.engine().expect("it runs");
            let others = engine.fleet().due(now).0.into_iter().any(|id| !decided.contains(&self.number(id)));
            if others && let Some(fuse) = &mut self.house.fuse {
                fuse.left += 1;
            }
            // The edit times all hosts anew, not before the next millisecond; the watch is not that quick either.
            self.looks_at_all |= others;
        }
        let wrote = self.house.write(jobs).await;
        let (taken, answered): (Vec<bool>, bool) = match &wrote {
            // A refusal is an answer as well, and changes nothing.
            Wrote::Done(results) => (results.iter().map(Result::is_ok).collect(), true),
            Wrote::Killed { written } => (vec![*written; inputs.len()], false),
        };
        for ((input, listens), taken) in inputs.into_iter().zip(listens).zip(taken) {
            if let Some(post) = listens.filter(|_| !taken || !answered) {
                self.agents[post.host].not_taken(&post);
            }
            if taken {
                self.note(now, input);
            }
        }
        match wrote {
            Wrote::Done(_) if edits => {
                let due = self.house.engine().map(|engine| engine.fleet().due(now).0).unwrap_or_default();
                decided.extend(self.all().into_iter().filter(|host| !due.contains(&self.names.hosts[*host])));
                Ok(())
            }
            Wrote::Done(_) => Ok(()),
            Wrote::Killed { written: true } => {
                decided.extend(self.all().into_iter().filter(|_| edits));
                Err(Killed)
            }
            Wrote::Killed { written: false } => {
                decided.clear();
                Err(Killed)
            }
        }
    }
}
