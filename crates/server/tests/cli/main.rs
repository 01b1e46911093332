//! The command line, run as people run it: the real binary in folders of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod check;
mod completions;
mod config;
mod copy;
mod copy_refusals;
mod dev;
mod export;
mod import;
mod import_faults;
mod moving;
mod new;
mod rooms;
mod seed;
mod serve;
mod support;
mod usage;
mod user;
