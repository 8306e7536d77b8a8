//! The relay in the settings of a connector that sends mail: the form needs it, the connector does not.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use std::borrow::Cow;

/// Where mail is handed in. It puts the fields of a relay into the form; its value is empty, since
/// the host keeps the relay to itself and hands over an empty object in its place.
///
/// ```
/// # use tocsin_connector::{Relay, schemars, serde};
/// #[derive(serde::Deserialize, schemars::JsonSchema)]
/// struct Settings {
///     to: Vec<String>,
///     relay: Relay,
/// }
/// ```
///
/// The ability that goes with it is `Ability::SmtpFromSettings("/relay".into())`.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
pub struct Relay {}

impl JsonSchema for Relay {
    fn schema_name() -> Cow<'static, str> {
        "Relay".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "object",
            "title": "Relay",
            "description": "The mail server that takes the messages.",
            "additionalProperties": false,
            "required": ["host"],
            "properties": {
                "host": {
                    "type": "string", "title": "Host", "minLength": 1, "format": "hostname",
                    "description": "Name or address of the mail server."
                },
                "port": {
                    "type": "integer", "title": "Port", "minimum": 1, "maximum": 65535,
                    "description": "Empty means 587 with STARTTLS, 465 with TLS and 25 without encryption."
                },
                "security": {
                    "type": "string", "title": "Encryption", "enum": ["starttls", "tls", "none"], "default": "starttls",
                    "description": "STARTTLS is required, not just tried: nothing is sent when the server does not offer it."
                },
                "username": {
                    "type": "string", "title": "User name",
                    "description": "Empty for a server that wants no login."
                },
                "password": {
                    "type": "string", "title": "Password", "format": "password", "writeOnly": true,
                    "description": "Never handed to the connector."
                }
            }
        })
    }
}
