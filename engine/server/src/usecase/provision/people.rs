//! Accounts of people and agents, and tokens of programs.

use super::Run;
use crate::fault::Fault;
use crate::provision::plan::{Account, AgentAccount, ApiToken};
use crate::settings::document::Problem;
use crate::store;
use crate::store::account::session;
use crate::usecase::account::{ChangeAccount, CreateAccount, Limit};
use crate::usecase::agent_account::{self, CreateAgentAccount, SetAgentPassword};
use crate::usecase::api_token::{self, CreateApiToken, DeleteApiToken};

impl Run<'_> {
    pub(super) async fn people(&mut self) -> Result<(), Fault> {
        let plan = self.plan;
        for account in &plan.accounts {
            self.account(account).await?;
        }
        for account in &plan.agent_accounts {
            self.agent_account(account).await?;
        }
        for token in &plan.api_tokens {
            self.api_token(token).await?;
        }
        Ok(())
    }

    async fn account(&mut self, account: &Account) -> Result<(), Fault> {
        let hash = self.apply.passwords.get(&account.name).cloned();
        let (actor, name, role) = (self.actor.clone(), account.name.clone(), account.role);
        let Some(there) = store::account::by_name_in(&mut self.work.tx, &account.name).await? else {
            let Some(password_hash) = hash else {
                let sentence = "a new account needs a password: add password_env, password_file or password";
                self.problems.push(Problem::at(&account.at, sentence));
                return Ok(());
            };
            self.run(&account.at, CreateAccount { actor, name, role, password_hash, limit: Limit::AsItIs }).await?;
            return Ok(());
        };
        if there.role != role.name() {
            let change =
                ChangeAccount { actor, account: there.id, role, disabled: there.disabled, limit: Limit::AsItIs };
            self.run(&account.at, change).await?;
        }
        if let Some(hash) = hash {
            store::account::set_password(&mut self.work.tx, there.id, &hash).await?;
            session::end_others(&mut self.work.tx, there.id, "").await?;
            self.work.audit(&self.actor, "changed the password of", &format!("account {name}"), "").await?;
            self.changes += 1;
        }
        Ok(())
    }

    async fn agent_account(&mut self, account: &AgentAccount) -> Result<(), Fault> {
        let (actor, password) = (self.actor.clone(), Some(account.password.clone()));
        match store::agent_account::named(&mut self.work.tx, &account.name).await? {
            None => {
                let create = CreateAgentAccount { actor, name: account.name.clone(), password };
                self.run(&account.at, create).await?;
            }
            Some(there) => {
                let wanted = agent_account::fingerprint(&self.work.keys, &account.password);
                if there.password_hash != wanted {
                    self.run(&account.at, SetAgentPassword { actor, id: there.id, password }).await?;
                }
            }
        }
        Ok(())
    }

    async fn api_token(&mut self, token: &ApiToken) -> Result<(), Fault> {
        if let Some(there) = store::api_token::named(&mut self.work.tx, &token.name).await? {
            let same = there.token_hash == api_token::fingerprint(&self.work.keys, &token.token);
            if same && there.role == token.role.name() {
                return Ok(());
            }
            // A token is never changed: another secret or role is another token of this name.
            self.run(&token.at, DeleteApiToken { actor: self.actor.clone(), id: there.id }).await?;
        }
        let (actor, name) = (self.actor.clone(), token.name.clone());
        let (role, areas) = (token.role, crate::actor::Area::ALL.into());
        let (limit, token_text) = (Limit::AsItIs, Some(token.token.clone()));
        let create = CreateApiToken { actor, name, role, areas, limit, token: token_text };
        self.run(&token.at, create).await?;
        Ok(())
    }
}
