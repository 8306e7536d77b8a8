//! From the name of a host to its addresses. Each connection asks once, and goes to what that answer allowed: an answer
//! that would be another one a moment later changes nothing.

use std::fmt::Debug;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;

pub type NamesFuture<'a> = Pin<Box<dyn Future<Output = io::Result<Vec<SocketAddr>>> + Send + 'a>>;

/// Who is asked for the addresses of a name. What it answers is checked like any other answer.
pub trait Names: Debug + Send + Sync + 'static {
    fn look_up<'a>(&'a self, name: &'a str, port: u16) -> NamesFuture<'a>;
}

/// The resolver of the system.
#[derive(Debug)]
pub(crate) struct System;

impl Names for System {
    fn look_up<'a>(&'a self, name: &'a str, port: u16) -> NamesFuture<'a> {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, port)).await?.collect()) })
    }
}

pub(crate) fn system() -> Arc<dyn Names> {
    Arc::new(System)
}
