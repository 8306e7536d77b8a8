//! The admin UI, asked for page by page at the router: what it shows, what it refuses, and that nothing hostile gets
//! through. A `Browser` keeps cookies and follows nothing by itself.

mod alert;
pub mod browser;
mod dashboards;
mod door;
mod foreign;
mod forms;
mod hostile;
mod hosts;
mod kept;
mod link;
mod live;
mod look;
pub mod markup;
mod policies;
mod reach;
pub mod receivers;
mod roles;
mod routes;
mod settings;
mod silences;
mod start;
mod together;
mod visit;
pub mod world;
