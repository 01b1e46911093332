//! The command line: one file for each command.

mod adopt;
mod audit;
mod check;
mod completions;
mod config;
mod copy;
mod dev;
mod export;
mod import;
mod keys;
mod mail;
mod migrate;
mod new;
mod openapi;
mod pair;
mod question;
mod schema;
mod seed;
mod serve;
mod types;
mod user;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use crate::printer::Printer;

/// A backend declared in a folder of text files
#[derive(Debug, Parser)]
#[command(
    name = "mainstay",
    version,
    propagate_version = true,
    arg_required_else_help = true
)]
#[command(after_help = "\
Begin with:
  mainstay new notes          makes an application
  mainstay dev --app notes    serves it, and follows every change of its files")]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    New(new::NewArgs),
    Dev(dev::DevArgs),
    Serve(serve::ServeArgs),
    Check(check::CheckArgs),
    Migrate(migrate::MigrateArgs),
    Seed(seed::SeedArgs),
    Import(import::ImportArgs),
    Export(export::ExportArgs),
    Copy(copy::CopyArgs),
    Adopt(adopt::AdoptArgs),
    User(user::UserArgs),
    Keys(keys::KeysArgs),
    Audit(audit::AuditArgs),
    Mail(mail::MailArgs),
    Openapi(openapi::OpenapiArgs),
    Types(types::TypesArgs),
    Config(config::ConfigArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
}

impl Cli {
    pub(crate) fn run(self, printer: &Printer) -> Result<ExitCode> {
        match self.command {
            Command::New(args) => new::run(&args, printer),
            Command::Dev(args) => dev::run(&args, printer),
            Command::Serve(args) => serve::run(args, printer),
            Command::Check(args) => check::run(&args, printer),
            Command::Migrate(args) => migrate::run(args, printer),
            Command::Seed(args) => seed::run(&args, printer),
            Command::Import(args) => import::run(args, printer),
            Command::Export(args) => export::run(&args, printer),
            Command::Copy(args) => copy::run(&args, printer),
            Command::Adopt(args) => adopt::run(&args, printer),
            Command::User(args) => user::run(args, printer),
            Command::Keys(args) => keys::run(args, printer),
            Command::Audit(args) => audit::run(args, printer),
            Command::Mail(args) => mail::run(&args, printer),
            Command::Openapi(args) => openapi::run(&args, printer),
            Command::Types(args) => types::run(&args, printer),
            Command::Config(args) => config::run(&args, printer),
            Command::Schema(args) => schema::run(&args, printer),
            Command::Completions(args) => completions::run(&args, printer),
        }
    }
}
