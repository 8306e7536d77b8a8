//! Somebody keeps a filter under a name, for the own eyes: no other person sees it, so it is in no audit log.

use tocsin_policy::Moment;

use crate::engine::work::Running;
use crate::engine::{UseCase, Work};
use crate::fault::Fault;
use crate::store::saved_view::{self, SavedView};

/// Views of one person: more would be a list of their own.
pub const MOST_VIEWS: i64 = 50;
/// Longer names do not fit into a row of them.
const NAME_CHARS: usize = 40;
/// As long as a filter is read.
const QUERY_CHARS: usize = 500;

/// Keeps a filter; one with the same name is replaced.
pub struct KeepView {
    pub account: i64,
    pub name: String,
    pub query: String,
}

impl UseCase for KeepView {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            let (name, query) = (self.name.trim(), self.query.trim());
            if name.is_empty() || name.chars().count() > NAME_CHARS || name.chars().any(char::is_control) {
                return Err(Fault::invalid(format!("give the view a name of 1 to {NAME_CHARS} characters")));
            }
            if query.is_empty() || query.chars().count() > QUERY_CHARS {
                return Err(Fault::invalid("filter the list first; the view keeps the filter"));
            }
            let names = saved_view::names(&mut work.tx, self.account).await?;
            let most = usize::try_from(MOST_VIEWS).unwrap_or_default();
            if names.len() >= most && !names.iter().any(|known| known == name) {
                return Err(Fault::conflict(format!("you keep {MOST_VIEWS} views already; forget one of them first")));
            }

            let (id, Moment(now)) = (work.ids.next(), work.now);
            let view = SavedView { id, name: name.to_owned(), query: query.to_owned() };
            Ok(saved_view::keep(&mut work.tx, self.account, &view, now).await?)
        })
    }
}

/// Forgets one's own view.
pub struct ForgetView {
    pub account: i64,
    pub id: i64,
}

impl UseCase for ForgetView {
    type Output = ();

    fn run<'w>(&'w self, work: &'w mut Work) -> Running<'w, ()> {
        Box::pin(async move {
            match saved_view::forget(&mut work.tx, self.account, self.id).await? {
                0 => Err(Fault::not_found("there is no such view of yours; it may be forgotten already")),
                _ => Ok(()),
            }
        })
    }
}
