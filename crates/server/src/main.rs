#![doc = include_str!("../README.md")]

mod application;
mod cli;
mod config;
mod console;
mod data_folder;
mod diagnostics;
mod encryption;
mod failure;
mod logging;
mod migrations;
mod opening;
mod outside;
mod printer;
mod renewal;
mod serving;
mod template;
mod watch;

use std::process::ExitCode;

use clap::Parser as _;

use crate::cli::Cli;
use crate::printer::Printer;

/// 0: done. 1: what was asked for failed. 2, from `clap`: the command makes no sense.
fn main() -> ExitCode {
    let cli = Cli::parse();
    let printer = Printer::new();
    match cli.run(&printer) {
        Ok(status) => status,
        Err(error) if failure::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            failure::print(&printer, &error);
            ExitCode::FAILURE
        }
    }
}
