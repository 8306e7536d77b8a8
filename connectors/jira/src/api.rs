//! The few requests to Jira's REST API, version 3, and what its answers mean.

use crate::Settings;
use tocsin_connector::http::{Request, Response};
use tocsin_connector::serde_json::{Value, json};
use tocsin_connector::{DeliveryError, form, misconfigured, permanent};

pub(crate) struct Jira<'a> {
    pub(crate) settings: &'a Settings,
}

impl Jira<'_> {
    /// Opens an issue and says its key.
    pub(crate) fn create(&self, issue: Value) -> Result<String, DeliveryError> {
        let answer = self.ask("POST", "issue", Some(&issue))?;
        if answer.status == 400
            && let Some(error) = refused_field(&answer)
        {
            return Err(error);
        }
        let answer = answer.blame(&[404], "/url", "There is no Jira Cloud at this address.")?.accepted()?;
        let key = answer.value()["key"].as_str().map(str::to_owned);
        key.ok_or_else(|| permanent("Jira has opened an issue and did not say its key"))
    }

    /// Comments on an issue; false if it is not there any more.
    pub(crate) fn comment(&self, key: &str, body: Value) -> Result<bool, DeliveryError> {
        let answer = self.ask("POST", &format!("issue/{key}/comment"), Some(&body))?;
        if answer.status == 404 {
            return Ok(false);
        }
        answer.accepted().map(|_| true)
    }

    /// Takes the transition of this name; false if there is none from where the issue is.
    pub(crate) fn transition(&self, key: &str, name: &str) -> Result<bool, DeliveryError> {
        let path = format!("issue/{key}/transitions");
        let offered = self.ask("GET", &path, None)?.accepted()?.value();
        let wanted = |transition: &&Value| {
            let is = |name_of: &Value| name_of.as_str().is_some_and(|it| it.eq_ignore_ascii_case(name.trim()));
            // People know the state that it leads to at least as well.
            is(&transition["name"]) || is(&transition["to"]["name"])
        };
        let Some(transition) = offered["transitions"].as_array().into_iter().flatten().find(wanted) else {
            return Ok(false);
        };
        let answer = self.ask("POST", &path, Some(&json!({"transition": {"id": transition["id"]}})))?;
        // Screens may ask for more than is known here.
        if matches!(answer.status, 400 | 409) {
            return Ok(false);
        }
        answer.accepted().map(|_| true)
    }

    /// The key of the issue with this label, if there is one.
    pub(crate) fn find(&self, label: &str) -> Result<Option<String>, DeliveryError> {
        let jql = format!("labels = \"{label}\" ORDER BY created DESC");
        let query = form::encode([("jql", jql.as_str()), ("maxResults", "1"), ("fields", "key")]);
        let found = self.ask("GET", &format!("search/jql?{query}"), None)?.accepted()?.value();
        Ok(found["issues"][0]["key"].as_str().map(str::to_owned))
    }

    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Response, DeliveryError> {
        let url = format!("{}/rest/api/3/{path}", self.settings.url.trim_end_matches('/'));
        let request = Request::new(method, url)
            .basic(&self.settings.email, self.settings.api_token.expose())
            .header("accept", "application/json");
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        request.send()?.blame(&[401], "/api_token", "Jira does not accept this e-mail address and API token.")?.blame(
            &[403],
            "/api_token",
            "This account may not do that in the project, or has to log in once more.",
        )
    }
}

/// Jira names the fields of an issue that it does not take; some of them are settings.
fn refused_field(answer: &Response) -> Option<DeliveryError> {
    let errors = &answer.value()["errors"];
    let settings = [("project", "/project"), ("issuetype", "/issue_type"), ("labels", "/labels")];
    if let Some((field, pointer)) = settings.into_iter().find(|(field, _)| errors[field].is_string()) {
        return Some(misconfigured(pointer, format!("Jira says: {}", errors[field].as_str()?)));
    }
    // Another field is missing, which the project wants for this type.
    let (field, said) =
        errors.as_object()?.iter().find(|(field, _)| !matches!(field.as_str(), "summary" | "description"))?;
    let said = said.as_str().unwrap_or_default();
    Some(misconfigured(
        "/issue_type",
        format!("The project wants more for this type than tocsin knows: {field}: {said}"),
    ))
}
