//! The first steps: what is done, what comes next. Found in the state itself, so that a step that was done in another
//! way is done as well; only that somebody has seen enough of it is remembered.

use serde::Serialize;
use tocsin_policy::{Admission, Say};

use crate::app::App;
use crate::fault::Fault;
use crate::http::session::Session;
use crate::store::instance;
use crate::store::page::receiver;
use crate::usecase::{practice, start};

/// All steps, in their order.
#[derive(Clone, Debug, Serialize)]
pub struct Checklist {
    pub steps: Vec<Step>,
    pub done: usize,
}

/// One step.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    pub title: &'static str,
    pub done: bool,
    /// What there is to say about it now.
    pub says: String,
    /// Where it is done, and the words on the button.
    pub href: &'static str,
    pub action: &'static str,
    /// The first that is not done.
    pub next: bool,
}

/// The list for the page Now: present for admins until all is done or they have dismissed it.
pub async fn of(app: &App, session: &Session) -> Result<Option<Checklist>, Fault> {
    if !session.administers() || instance::read(&app.store.readers, start::DISMISSED).await?.is_some() {
        return Ok(None);
    }
    let list = read(app).await?;
    Ok((list.done < list.steps.len()).then_some(list))
}

/// What is done.
pub async fn read(app: &App) -> Result<Checklist, Fault> {
    let pool = &app.store.readers;
    let cells = app.engine.fleet().cells();
    let real = cells.iter().map(|cell| cell.host()).filter(|host| &*host.agent_id != practice::AGENT_ID);
    let (mut approved, mut pending) = (0, 0);
    for host in real {
        approved += usize::from(host.admission == Admission::Approved);
        pending += usize::from(host.admission == Admission::Pending);
    }
    let receivers = receiver::count(pool).await?;
    let delivered = receiver::has_delivered(pool).await?;
    let book = app.engine.book();
    let tells = |policy: &&tocsin_policy::Policy| policy.enabled && policy.say != Say::Mute;
    let policies = book.policies.values().filter(tells).count();
    let practised = practice::is_practised(pool).await?;
    let step = |title, done, says: String, href, action| Step { title, done, says, href, action, next: false };
    let mut steps = vec![
        step("You have an account", true, String::new(), "/settings", "Look at it"),
        match (approved, pending) {
            (0, 0) => step(
                "Connect the first host",
                false,
                "One line in its monitrc.".to_owned(),
                "/connect",
                "Show the line",
            ),
            (0, n) => {
                let says = format!("{n} {} for approval.", if n == 1 { "host waits" } else { "hosts wait" });
                step("Connect the first host", false, says, "/hosts?show=pending", "Approve")
            }
            (n, _) => {
                let says = if n == 1 { "1 host reports.".to_owned() } else { format!("{n} hosts report.") };
                step("Connect the first host", true, says, "/hosts", "Look at them")
            }
        },
        match (receivers, delivered) {
            (0, _) => step(
                "Make the first receiver",
                false,
                "Where alarms go: a mailbox, a channel.".to_owned(),
                "/receivers/new",
                "Choose one",
            ),
            (_, false) => step(
                "Make the first receiver",
                false,
                "Send it a test, and see the receipt.".to_owned(),
                "/receivers",
                "Send a test",
            ),
            (_, true) => {
                step("Make the first receiver", true, "A message has arrived.".to_owned(), "/receivers", "Look at them")
            }
        },
        match policies {
            0 => step("Say who is told", false, "A proposal is ready.".to_owned(), "/start#policy", "Look at it"),
            n => {
                let says = if n == 1 { "1 policy tells.".to_owned() } else { format!("{n} policies tell.") };
                step("Say who is told", true, says, "/policies", "Look at them")
            }
        },
        match practised {
            false => step(
                "Practise an alarm",
                false,
                "The real way, from the check-in to the receipt.".to_owned(),
                "/practice",
                "Begin",
            ),
            true => step("Practise an alarm", true, "An alarm has arrived.".to_owned(), "/practice", "Once more"),
        },
    ];
    if let Some(next) = steps.iter_mut().find(|step| !step.done) {
        next.next = true;
    }
    Ok(Checklist { done: steps.iter().filter(|step| step.done).count(), steps })
}
