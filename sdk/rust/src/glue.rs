//! Between the generated bindings, which speak JSON text, and the author's typed [`Connector`].

use crate::bindings::exports::tocsin::connector::connector_api::Guest;
use crate::{Connector, Delivered, DeliveryError, FieldError, Manifest, Notification, settings};
use core::marker::PhantomData;

#[doc(hidden)]
pub struct Glue<C>(PhantomData<C>);

impl<C: Connector> Guest for Glue<C> {
    fn describe() -> Manifest {
        Manifest {
            name: C::NAME.into(),
            title: C::TITLE.into(),
            version: C::VERSION.into(),
            summary: C::SUMMARY.into(),
            author: C::AUTHOR.map(Into::into),
            homepage: C::HOMEPAGE.map(Into::into),
            settings_schema: settings::schema::<C::Settings>(),
            abilities: C::abilities(),
            limits: C::limits(),
            data: "{}".into(),
        }
    }

    fn validate(text: String) -> Result<(), Vec<FieldError>> {
        C::validate(&settings::parse(&text)?)
    }

    fn deliver(text: String, notification: Notification) -> Result<Delivered, DeliveryError> {
        let settings = settings::parse(&text).map_err(DeliveryError::Misconfigured)?;
        C::deliver(&settings, &notification)
    }
}

/// Makes a [`Connector`] the one that this component offers. Once in a crate.
#[macro_export]
macro_rules! export {
    ($connector:ty) => {
        #[doc(hidden)]
        type __TocsinConnector = $crate::Glue<$connector>;
        $crate::bindings::__export_component!(__TocsinConnector with_types_in $crate::bindings);
    };
}
