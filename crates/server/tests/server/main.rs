//! The shipped binary from outside: processes, sockets, signals.

mod access_log;
mod acme;
mod durability;
mod limits;
mod load;
mod mails;
mod postgres;
mod process;
mod python;
mod slow_statements;
mod transport;
mod webhooks;
