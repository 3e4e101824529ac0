//! The `ringback` command from outside: the real program, real sockets, curl.
//!
//! Every server listens on a free port of 127.0.0.1 and works in a directory of its own. That something is *not*
//! printed is shown by stopping the server and reading what it printed in all; nothing sleeps.
#![cfg(unix)]

mod commands;
mod corpus;
mod deliveries;
mod elsewhere;
mod ending;
mod fleet;
mod framing;
mod handlers;
mod inspect;
mod limits;
mod metrics;
mod ready;
mod secrets;
mod server;
mod simulate;
mod store;
mod submissions;
mod url_and_key;
