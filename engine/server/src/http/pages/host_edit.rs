//! What operators do with a host: let it in or not, silence it, describe it, delete it.

use std::collections::BTreeSet;

use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::post;
use serde::Serialize;
use tocsin_policy::{Admission, Book, GroupId, Host, HostId};

use super::{Answer, host, refusal, together};
use crate::actor::Role;
use crate::app::App;
use crate::engine::fleet::Profile;
use crate::fault::{Fault, RefusalKind};
use crate::http::error::Oops;
use crate::http::flash::{Flash, Tone};
use crate::http::forms::{Form, Wrong};
use crate::http::security::local_path;
use crate::http::session::Session;
use crate::http::{flash, render};
use crate::usecase::host::{Admit, DeleteHost, EditHost};
use crate::usecase::silence::{EndSilences, SilenceHost};

/// Words offered in one field; a list that is longer helps nobody to type.
const MAX_OFFERED: usize = 100;

pub fn routes() -> Router<App> {
    Router::new()
        .route("/hosts/{id}/admit", post(admit))
        .route("/hosts/{id}/silence", post(silence))
        .route("/hosts/{id}/unsilence", post(unsilence))
        .route("/hosts/{id}/edit", post(edit))
        .route("/hosts/{id}/delete", post(delete))
}

/// What the form of a host holds.
#[derive(Clone, Debug, Default, Serialize)]
pub(super) struct Facts {
    region: String,
    environment: String,
    /// One `name: value` a line.
    labels: String,
    missed_cycles: String,
    groups: Vec<Choice>,
    /// What other hosts have: offered while somebody types.
    known: Offered,
}

/// Words that are in use, so that one place does not get two names.
#[derive(Clone, Debug, Default, Serialize)]
struct Offered {
    regions: BTreeSet<String>,
    environments: BTreeSet<String>,
}

impl Offered {
    fn by(app: &App, session: &Session) -> Offered {
        let mut offered = Offered::default();
        for cell in session.cells(app) {
            let profile = cell.lock().profile.clone();
            let sets = [(&mut offered.regions, &profile.region), (&mut offered.environments, &profile.environment)];
            for (set, word) in sets {
                if !word.is_empty() && set.len() < MAX_OFFERED && !set.contains(&**word) {
                    set.insert(word.to_string());
                }
            }
        }
        offered
    }
}

#[derive(Clone, Debug, Serialize)]
struct Choice {
    id: i64,
    name: String,
    priority: i32,
    chosen: bool,
}

impl Facts {
    pub fn of(app: &App, session: &Session, host: &Host, profile: &Profile, book: &Book) -> Facts {
        Facts {
            known: Offered::by(app, session),
            region: profile.region.to_string(),
            environment: profile.environment.to_string(),
            labels: profile.labels.iter().map(|(name, value)| format!("{name}: {value}\n")).collect(),
            missed_cycles: host.liveness.missed_cycles.map(|cycles| cycles.to_string()).unwrap_or_default(),
            groups: choices(book, session, &host.groups),
        }
    }
}

/// The groups that the person looks after, and those that the host is in.
fn choices(book: &Book, session: &Session, chosen: &[GroupId]) -> Vec<Choice> {
    let choice = |(id, group): (&GroupId, &tocsin_policy::Group)| Choice {
        id: id.0,
        name: group.name.clone(),
        priority: group.priority,
        chosen: chosen.contains(id),
    };
    let is_known = |(id, _): &(&GroupId, &tocsin_policy::Group)| session.actor.reach.group(**id) || chosen.contains(id);
    let mut groups: Vec<Choice> = book.groups.iter().filter(is_known).map(choice).collect();
    groups.sort_by(|a, b| (a.priority, &a.name).cmp(&(b.priority, &b.name)));
    groups
}

async fn admit(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    session.must_be(Role::Operator, &format!("/hosts/{id}"))?;
    let back = back(&form, id);
    let (admission, words) = match form.text("admission") {
        "approved" => (Admission::Approved, "Approved: its alerts are told from now on."),
        "ignored" => (Admission::Ignored, "Ignored: it is stored and notifies nobody."),
        "blocked" => (Admission::Blocked, "Blocked: its check-ins are refused."),
        "pending" => (Admission::Pending, "Waiting for approval again."),
        _ => return Err(Oops::back(Fault::invalid("choose approve, ignore or block"), &back)),
    };
    let action = Admit { actor: session.actor.clone(), host: HostId(id), admission };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(flash::go(&app, &back, words))
}

async fn silence(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    session.must_be(Role::Operator, &format!("/hosts/{id}"))?;
    let back = back(&form, id);
    let length = form.text("length").to_owned();
    let note = form.text("note").to_owned();
    let action = SilenceHost { actor: session.actor.clone(), host: HostId(id), length: length.clone(), note };
    let silence = app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    let sentence = format!("Silenced for {length}: nothing about this host is sent until then.");
    let undo = vec![("silence".to_owned(), silence.to_string())];
    Ok(Flash::new(Tone::Good, &sentence).undo(together::UNDO, undo).go(&app, &back))
}

async fn unsilence(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    let back = back(&form, id);
    let action = EndSilences { actor: session.actor.clone(), host: HostId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(flash::go(&app, &back, "The silence has ended: what is overdue goes out at once."))
}

async fn edit(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    session.must_be(Role::Operator, &format!("/hosts/{id}"))?;
    let groups: Vec<GroupId> = form.all("groups").filter_map(|id| id.parse().ok().map(GroupId)).collect();
    let (labels, mut wrong) = labels(form.text("labels"));
    let missed_cycles = match form.text("missed_cycles") {
        "" => None,
        text => text.parse().ok().or_else(|| {
            wrong.add("missed_cycles", "Give a whole number, or leave it empty for the setting of the instance.");
            None
        }),
    };
    let typed = Facts {
        region: form.text("region").to_owned(),
        environment: form.text("environment").to_owned(),
        labels: form.text("labels").to_owned(),
        missed_cycles: form.text("missed_cycles").to_owned(),
        groups: choices(&app.engine.book(), &session, &groups),
        known: Offered::by(&app, &session),
    };
    let action = EditHost {
        actor: session.actor.clone(),
        host: HostId(id),
        region: typed.region.clone(),
        environment: typed.environment.clone(),
        labels,
        groups,
        missed_cycles,
    };
    if wrong.is_empty() {
        match app.engine.run(action).await {
            Ok(()) => return Ok(flash::go(&app, &format!("/hosts/{id}"), "Saved.")),
            Err(fault) => {
                let refusal = refusal(fault)?;
                if refusal.kind != RefusalKind::Invalid {
                    return Err(Oops::back(Fault::Refused(refusal), &format!("/hosts/{id}")));
                }
                wrong = Wrong::from(refusal);
            }
        }
    }
    let model = host::model(&app, &session, HostId(id), Some(typed), &wrong).await?;
    Ok(render::page_as(StatusCode::UNPROCESSABLE_ENTITY, &app, &session, "page/host.html", model))
}

/// Reads one `name: value` a line.
fn labels(text: &str) -> (Vec<(String, String)>, Wrong) {
    let (mut labels, mut wrong) = (Vec::new(), Wrong::default());
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match line.split_once(':') {
            Some((name, value)) if !name.trim().is_empty() => {
                labels.push((name.trim().to_owned(), value.trim().to_owned()));
            }
            _ => wrong.add("labels", format!("Write one label a line as name: value; “{line}” is none.")),
        }
    }
    (labels, wrong)
}

async fn delete(State(app): State<App>, session: Session, Path(id): Path<i64>, form: Form) -> Answer {
    session.must_be(Role::Admin, &format!("/hosts/{id}"))?;
    let back = back(&form, id);
    let name = session.cell(&app, HostId(id)).map(|cell| cell.host().name.to_string()).unwrap_or_default();
    // It cannot be undone, so the name is to be typed; where it is not known well, a word will do.
    if form.text("confirm") != name && form.text("confirm") != "delete" {
        let sentence = "nothing was deleted: type the host's name, or the word delete, to confirm";
        return Err(Oops::back(Fault::invalid(sentence), &back));
    }
    let action = DeleteHost { actor: session.actor.clone(), host: HostId(id) };
    app.engine.run(action).await.map_err(|fault| Oops::back(fault, &back))?;
    Ok(flash::go(
        &app,
        "/hosts",
        &format!("{name} was deleted with its history. It returns as new if its agent reports."),
    ))
}

fn back(form: &Form, id: i64) -> String {
    local_path(form.text("back")).map_or_else(|| format!("/hosts/{id}"), str::to_owned)
}
