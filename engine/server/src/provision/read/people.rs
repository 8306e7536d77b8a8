//! People, agents and programs, and what they prove themselves with.

use crate::actor::Role;
use crate::provision::plan::{Account, AgentAccount, ApiToken};
use crate::provision::secret::Sources;
use crate::settings::value::Table;
use crate::usecase::account::password;

use super::name;

const ROLES: [(&str, Role); 3] = [("viewer", Role::Viewer), ("operator", Role::Operator), ("admin", Role::Admin)];
const PASSWORD: [&str; 3] = ["password", "password_env", "password_file"];
const TOKEN: [&str; 3] = ["token", "token_env", "token_file"];

pub fn account(table: &Table<'_>, sources: &Sources<'_>) -> Option<Account> {
    let (name, role) = (name(table, "name"), role(table));
    let password = sources.one_of(table, PASSWORD);
    if let Some(password) = &password {
        password::check(password, password, "password").iter().for_each(|wrong| table.report(&wrong.message));
    }
    Some(Account { at: table.place(), name: name?, role: role?, password })
}

pub fn agent_account(table: &Table<'_>, sources: &Sources<'_>) -> Option<AgentAccount> {
    let (name, password) = (name(table, "name"), needed(table, sources, PASSWORD));
    Some(AgentAccount { at: table.place(), name: name?, password: password? })
}

pub fn api_token(table: &Table<'_>, sources: &Sources<'_>) -> Option<ApiToken> {
    let (name, role, token) = (name(table, "name"), role(table), needed(table, sources, TOKEN));
    Some(ApiToken { at: table.place(), name: name?, role: role?, token: token? })
}

fn role(table: &Table<'_>) -> Option<Role> {
    table.need("role")?.word(&ROLES)
}

fn needed(table: &Table<'_>, sources: &Sources<'_>, keys: [&'static str; 3]) -> Option<String> {
    let secret = sources.one_of(table, keys);
    // Where one of them stands and is wrong, that was said already.
    if secret.is_none() && keys.iter().all(|key| table.get(key).is_none()) {
        table.report(format!("one of {} is missing", keys.join(", ")));
    }
    secret
}
