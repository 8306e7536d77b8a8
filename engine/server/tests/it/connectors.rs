//! Administration of connectors: a file is installed, looked at, granted what an admin allows, used, replaced by another
//! version and removed. Pages, API and command line go the same way.

mod acting;
mod files;
mod installing;
mod program;
mod signing;
mod upgrading;
