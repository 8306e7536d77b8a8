//! What takes its time and is done before the transaction: connectors are asked whether settings do, and passwords are
//! compared with their slow hashes, or hashed.

use std::collections::HashMap;

use super::plan::{Plan, Receiver};
use crate::app::App;
use crate::connectors::keep_secrets;
use crate::fault::Fault;
use crate::settings::document::{Place, Problem};
use crate::settings::nearest::nearest;
use crate::store;
use crate::usecase::account::password;
use crate::usecase::receiver::settings_of;

/// Hashes of the passwords that are new, by account name; or everything that connectors object to.
pub async fn prepare(app: &App, plan: &Plan) -> Result<Result<HashMap<String, String>, Vec<Problem>>, Fault> {
    let mut problems = Vec::new();
    for receiver in &plan.receivers {
        problems.extend(ask(app, receiver).await?);
    }
    if !problems.is_empty() {
        problems.sort();
        return Ok(Err(problems));
    }
    let mut hashes = HashMap::new();
    for account in &plan.accounts {
        let Some(wanted) = &account.password else { continue };
        let there = store::account::by_name(&app.store.readers, &account.name).await?;
        let same = match there {
            Some(there) => password::verify(wanted.clone(), Some(there.password_hash)).await?,
            None => false,
        };
        if !same {
            hashes.insert(account.name.clone(), password::hash(wanted.clone()).await?);
        }
    }
    Ok(Ok(hashes))
}

/// What the connector of a receiver objects to.
async fn ask(app: &App, receiver: &Receiver) -> Result<Vec<Problem>, Fault> {
    let name = &receiver.connector.name;
    let rows = store::receiver::list(&app.store.readers).await?;
    let row = rows.iter().find(|row| row.name == receiver.name && &row.connector == name);
    let id = row.map(|row| tocsin_policy::ReceiverId(row.id));
    let usable = match id {
        Some(id) => app.connectors.of(id, name).await.map(|usable| usable.connector),
        None => app.connectors.get(name).await,
    };
    let connector = match usable {
        Ok(connector) => connector,
        Err(error) => {
            let known = app.connectors.names();
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            let sentence = match nearest(name, &known) {
                Some(near) => format!("there is no connector `{name}`; did you mean `{near}`?"),
                None => error.to_string(),
            };
            return Ok(vec![Problem::at(&receiver.connector.at, sentence)]);
        }
    };
    let mut settings = receiver.settings.clone();
    // A secret that is left out of the file may be stored already.
    if let Some(row) = row
        && let Ok(stored) = settings_of(&app.keys, tocsin_policy::ReceiverId(row.id), &row.settings)
    {
        keep_secrets(&connector.manifest().settings_schema, &stored, &mut settings);
    }
    let said = app.connectors.validate(id, name, &settings, receiver.private_network).await;
    let errors = said.err().unwrap_or_default();
    let problem = |error: crate::fault::FieldError| {
        let key = format!("{}{}", receiver.settings_at.key, error.field.replace('/', "."));
        Problem::at(&Place { key, ..receiver.settings_at.clone() }, error.message)
    };
    Ok(errors.into_iter().map(problem).collect())
}
