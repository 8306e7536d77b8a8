//! Which tocsin this is.

/// The version of the release that it is, or will be.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
/// The commit that it was built from; empty where that was not known (see `build.rs`).
pub const COMMIT: &str = env!("BUILD_COMMIT");
/// Both, as they belong into a bug report: `0.1.0 (ac51aec1b0f3)`, or the version alone.
pub const IN_FULL: &str = env!("BUILD_VERSION");
