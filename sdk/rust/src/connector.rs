//! The one trait that a connector implements.

use crate::{Ability, ChannelLimits, Delivered, DeliveryError, FieldError, Notification};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;

impl ChannelLimits {
    /// The longest title and text in characters and the messages per minute that a far side bears which can
    /// be told of several alerts in one message.
    ///
    /// ```
    /// use tocsin_connector::ChannelLimits;
    /// let limits = ChannelLimits::of(150, 3000, 60);
    /// assert_eq!((limits.text_chars, limits.bundles), (Some(3000), true));
    /// ```
    pub fn of(title_chars: usize, text_chars: usize, per_minute: u32) -> ChannelLimits {
        let chars = |chars| u32::try_from(chars).ok();
        ChannelLimits {
            title_chars: chars(title_chars),
            text_chars: chars(text_chars),
            per_minute: Some(per_minute),
            bundles: true,
        }
    }

    /// The same where each alert is a thing of its own at the far side that is opened and closed by itself: a
    /// ticket, a page.
    ///
    /// ```
    /// # use tocsin_connector::ChannelLimits;
    /// assert!(!ChannelLimits::of(150, 3000, 60).one_by_one().bundles);
    /// ```
    #[must_use]
    pub fn one_by_one(self) -> ChannelLimits {
        ChannelLimits { bundles: false, ..self }
    }
}

/// One kind of destination. The constants and the schema of `Settings` become its manifest.
pub trait Connector {
    /// What a receiver of this kind needs to know. The doc comment of a field becomes the title and
    /// description in the form, a [`Secret`](crate::Secret) is stored encrypted and never shown.
    type Settings: DeserializeOwned + JsonSchema;

    /// Short, lower case and stable: receivers refer to it.
    const NAME: &'static str;
    /// What people call it, such as `Microsoft Teams`.
    const TITLE: &'static str;
    /// By the rules of semver.org; `env!("CARGO_PKG_VERSION")` is the crate's own.
    const VERSION: &'static str;
    /// One line for the list of connectors.
    const SUMMARY: &'static str;
    /// Who made it.
    const AUTHOR: Option<&'static str> = None;
    /// Where more is said about it.
    const HOMEPAGE: Option<&'static str> = None;

    /// What it needs to do its work. An administrator grants it, or a part of it.
    fn abilities() -> Vec<Ability>;

    /// What the far side can bear; by default nothing is declared but that several alerts may be told
    /// in one message.
    fn limits() -> ChannelLimits {
        ChannelLimits { title_chars: None, text_chars: None, per_minute: None, bundles: true }
    }

    /// What the schema cannot say about settings. It runs when the form is saved and must not call out.
    ///
    /// # Errors
    /// Everything that is wrong, each with the JSON pointer of its field.
    fn validate(_settings: &Self::Settings) -> Result<(), Vec<FieldError>> {
        Ok(())
    }

    /// Tells one receiver one thing, once.
    ///
    /// # Errors
    /// Says by its variant whether trying again, another message, or other settings could help.
    fn deliver(settings: &Self::Settings, notification: &Notification) -> Result<Delivered, DeliveryError>;
}
