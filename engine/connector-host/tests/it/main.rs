//! Connectors in their sandbox, delivering to an HTTP server and a relay on this machine.

mod crowd;
mod email;
mod hostile;
mod hostile_mail;
mod http_sink;
mod loading;
mod reach;
mod rebinding;
mod scripted;
mod smallest;
mod smtp_sink;
mod tls;
mod versions;
mod webhook;
mod world;
