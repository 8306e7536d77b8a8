//! The words of a notification, for those who look at its delivery: as they were sent, or as they would be sent now.

use serde::Serialize;
use tocsin_policy::ReceiverId;

use crate::actor::Reach;
use crate::app::App;
use crate::content::Content;
use crate::fault::Fault;
use crate::store;
use crate::store::page::delivery::{self, DeliveryRow};

/// A title and a text.
#[derive(Serialize)]
pub struct Said {
    pub title: String,
    pub text: String,
    /// How they are meant: a sentence.
    pub how: String,
    /// Whether they were handed to the connector so.
    pub was_sent: bool,
}

/// What a delivery says; `None` where what is stored of it cannot be read.
///
/// # Errors
/// When the database fails.
pub async fn said(app: &App, reach: &Reach, row: &DeliveryRow) -> Result<Option<Said>, Fault> {
    let pool = &app.store.readers;
    let others = (delivery::together(pool, row.id).await? - 1).max(0);
    // A message of several names hosts of which this person may not know.
    let whole = others == 0 || reach.is_everything();
    let with = match others {
        0 => String::new(),
        1 => ", together with 1 other".to_owned(),
        n => format!(", together with {n} others"),
    };
    let done = if row.state == "delivered" { "As it was sent" } else { "As it was tried" };
    if whole && let Some((title, text)) = delivery::words(pool, row.id).await? {
        return Ok(Some(Said { title, text, how: format!("{done}{with}."), was_sent: true }));
    }
    let content = delivery::content(pool, row.id).await?.and_then(|json| serde_json::from_str::<Content>(&json).ok());
    let Some(content) = content else { return Ok(None) };
    let waits = row.attempts == 0 && matches!(row.state.as_str(), "due" | "leased");
    let never = row.attempts == 0 && !waits;
    let manner = match waits {
        true => store::manner::read(pool, ReceiverId(row.receiver_id)).await?,
        false => store::manner::Manner::default(),
    };
    let (said, _) = content.with_links_hidden().notification_in(manner.wording(), row.id, 1, None);
    let how = match (waits, never, whole) {
        (true, ..) => "As it would be sent now.".to_owned(),
        (_, true, _) => "It was not sent.".to_owned(),
        (_, _, false) => format!("Its part of what was sent{with}, in the built-in words."),
        _ => format!("{done}{with}, in the built-in words."),
    };
    Ok(Some(Said { title: said.title, text: said.text, how, was_sent: !waits && !never && whole }))
}
