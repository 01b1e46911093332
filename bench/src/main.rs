#![doc = include_str!("../README.md")]
#![expect(
    clippy::doc_markdown,
    reason = "names of products are no code, and the README is prose first"
)]

mod audit;
mod bars;
mod client;
mod cluster;
mod connection;
mod figures;
mod histogram;
mod interrupt;
mod journal;
mod limits;
mod load;
mod mainstay;
mod migrations;
mod options;
mod pages;
mod phases;
mod pocketbase;
mod realtime;
mod report;
mod request;
mod response;
mod rest;
mod run;
mod server;
mod site;
mod target;
mod workloads;
mod world;

use anyhow::Result;
use clap::Parser as _;

use options::{Command, Options};

fn main() -> Result<()> {
    let options = Options::parse();
    match options.command {
        Some(Command::BareAxum { listen }) => limits::serve(listen),
        None => run::run(&options),
    }
}
