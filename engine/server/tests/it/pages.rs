//! The admin UI, asked for page by page at the router: what it shows, what it refuses, and that nothing hostile gets
//! through. A `Browser` keeps cookies and follows nothing by itself.

pub mod browser;
mod door;
mod forms;
mod hostile;
mod markup;
mod visit;
pub mod world;
