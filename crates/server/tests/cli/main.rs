//! The command line, run as people run it: the real binary in folders of its own.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod adopt;
mod adopt_repeats;
mod adopt_rows;
mod adopting;
mod audit;
mod check;
mod completions;
mod config;
mod copy;
mod copy_refusals;
mod dev;
mod dev_questions;
mod export;
mod first_format;
mod import;
mod import_faults;
mod keys;
mod migrate;
mod moving;
mod new;
mod rooms;
mod seed;
mod serve;
mod support;
mod terminal;
mod two_releases;
mod types;
mod usage;
mod user;
