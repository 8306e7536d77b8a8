//! Whose certificates are believed: the system's authorities, and those that the operator adds.

use crate::options::HostError;
use lettre::transport::smtp::client::{Certificate, TlsParameters};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;

pub(crate) struct Trust {
    /// For connections that are secured from their first byte.
    pub(crate) config: Arc<ClientConfig>,
    own: Vec<CertificateDer<'static>>,
}

impl Trust {
    pub(crate) fn read(file: Option<&Path>) -> Result<Trust, HostError> {
        let read = |file: &Path| CertificateDer::pem_file_iter(file)?.collect::<Result<Vec<_>, _>>();
        let own = match file {
            Some(file) => read(file).map_err(|error| HostError::Certificates(file.to_owned(), error))?,
            None => Vec::new(),
        };
        let mut roots = RootCertStore::empty();
        // A system without certificates is told of when a connection fails: mail may need none.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(own.clone());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(HostError::Tls)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Trust { config: Arc::new(config), own })
    }

    /// For HTTP, of either version. A client that reads the system's certificates itself takes longer than a hundred
    /// deliveries, and does it in the call that comes first.
    pub(crate) fn for_http(&self) -> ClientConfig {
        let mut config = ClientConfig::clone(&self.config);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        config
    }

    /// For connections that begin in clear and are secured by STARTTLS. Reads the system's certificates again, so it is
    /// worth keeping, and nothing for a thread on which calls run.
    pub(crate) fn for_starttls(&self, host: &str) -> Result<TlsParameters, lettre::transport::smtp::Error> {
        let own = self.own.iter().map(|certificate| Certificate::from_der(certificate.to_vec()));
        let parameters = TlsParameters::builder(host.to_owned());
        own.collect::<Result<Vec<_>, _>>()?
            .into_iter()
            .fold(parameters, |parameters, certificate| parameters.add_root_certificate(certificate))
            .build()
    }
}
