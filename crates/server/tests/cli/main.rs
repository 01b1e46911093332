//! The command line, run as people run it: the real binary in folders of its own.

mod check;
mod completions;
mod config;
mod dev;
mod export;
mod import;
mod new;
mod seed;
mod serve;
mod support;
mod usage;
mod user;
