use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use mainstay_core::RecordId;
use mainstay_engine::audit::{
    AuditFormat, AuditQuery, Subject, Trust, VerifyError, erase, export_audit, newest_checkpoint, public_key,
    verify,
};

use crate::opening::Place;
use crate::printer::Printer;
use crate::serving;

/// Check, export and erase what the journal says
#[derive(Debug, clap::Args)]
pub(super) struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, clap::Subcommand)]
enum AuditCommand {
    Verify(VerifyArgs),
    Key(KeyArgs),
    Checkpoint(CheckpointArgs),
    Export(ExportArgs),
    Erase(EraseArgs),
}

/// Check every sealed entry, and name the first that was changed, removed or put in
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay audit verify --data /var/lib/todo
  mainstay audit verify --data /var/lib/todo --key 3b6a27bc... --checkpoint last-week.txt

Whoever can write to the database can also make new seals with the key in it. So keep the key, and now and then a \
checkpoint, where they cannot write, and give them here.

The exit status is 1 when something is wrong.")]
struct VerifyArgs {
    /// Public key that was kept elsewhere [default: that of the database]
    #[arg(long, value_name = "HEX")]
    key: Option<String>,
    /// File with a checkpoint that was kept elsewhere
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Print the public key that seals are checked with
#[derive(Debug, clap::Args)]
struct KeyArgs {
    #[command(flatten)]
    place: Place,
}

/// Print the newest seal in one line, to be kept elsewhere
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mainstay audit checkpoint --data /var/lib/todo | ssh elsewhere 'cat >> checkpoints.txt'")]
struct CheckpointArgs {
    #[command(flatten)]
    place: Place,
}

/// Export the entries of the journal, the newest first
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay audit export --format csv --out audit.csv
  mainstay audit export --format jsonl --kind 'auth.*' --from 2026-03-01T00:00:00Z | head

The export is an entry itself. In CSV, a text that a spreadsheet would run as a formula gets an apostrophe in front.")]
struct ExportArgs {
    /// csv, or one JSON object a line
    #[arg(long, value_enum)]
    format: Format,
    /// Only what this user did
    #[arg(long, value_name = "ID")]
    actor: Option<String>,
    /// Only what is about records of this collection
    #[arg(long, value_name = "NAME")]
    collection: Option<String>,
    /// Only what is about this record
    #[arg(long, value_name = "ID")]
    record: Option<String>,
    /// Only entries of this kind, or with .* at its end of all kinds that begin so
    #[arg(long)]
    kind: Option<String>,
    /// Only what happened at this time or later
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only what happened before this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Only what came of this request
    #[arg(long, value_name = "ID")]
    request: Option<String>,
    /// File to write [default: standard output]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Format {
    Csv,
    Jsonl,
}

/// Erase what the entries about somebody or something say, where a law demands it
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay audit erase --user 0195a3bf-11d0-7d1f-a1a0-0c4a6e1f7b20 --reason 'asked for on 3 March'
  mainstay audit erase --record todos/0195a3c9-0e4b-7e0a-b1cf-3d1a7a7f5c02 --reason 'court order 12/26'

The values go for good: history, audit and activity show that they were erased. Who acted, when and from where stays, \
and so do the records themselves. An entry names the erased entries and the reason, and `audit verify` accepts exactly \
these.")]
struct EraseArgs {
    /// The user
    #[arg(
        long,
        value_name = "ID",
        required_unless_present = "record",
        conflicts_with = "record"
    )]
    user: Option<RecordId>,
    /// The collection and the record
    #[arg(long, value_name = "COLLECTION/ID", value_parser = parse_record)]
    record: Option<(String, RecordId)>,
    /// Why; it stays in the journal
    #[arg(long)]
    reason: String,
    #[command(flatten)]
    place: Place,
}

fn parse_record(text: &str) -> Result<(String, RecordId), String> {
    let parts = text
        .split_once('/')
        .map(|(collection, id)| (collection, id.parse()));
    match parts {
        Some((collection, Ok(id))) => Ok((collection.to_owned(), id)),
        _ => Err("give the collection and the id with a slash between them".to_owned()),
    }
}

pub(super) fn run(args: AuditArgs, printer: &Printer) -> Result<ExitCode> {
    match args.command {
        AuditCommand::Verify(args) => check(args, printer),
        AuditCommand::Export(args) => export(args, printer),
        AuditCommand::Erase(args) => erase_entries(args, printer),
        AuditCommand::Key(args) => {
            let opened = args.place.open_existing("audit key")?;
            let runtime = serving::start_runtime()?;
            printer.line(runtime.block_on(public_key(&opened.environment))?)?;
            Ok(ExitCode::SUCCESS)
        }
        AuditCommand::Checkpoint(args) => {
            let opened = args.place.open_existing("audit checkpoint")?;
            let runtime = serving::start_runtime()?;
            let newest = runtime.block_on(newest_checkpoint(&opened.environment))?;
            printer.line(newest.context("nothing is sealed yet: `mainstay serve` does it while it runs")?)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn check(args: VerifyArgs, printer: &Printer) -> Result<ExitCode> {
    let checkpoint = match &args.checkpoint {
        Some(path) => {
            let text = std::fs::read_to_string(path);
            Some(text.with_context(|| format!("{} cannot be read", path.display()))?)
        }
        None => None,
    };
    let trust = Trust {
        key: args.key,
        checkpoint,
    };
    let opened = args.place.open_existing("audit verify")?;
    let runtime = serving::start_runtime()?;
    match runtime.block_on(verify(&opened.environment, trust)) {
        Ok(good) => {
            printer.line(format_args!(
                "{} entries in {} seals are as they were sealed; {} are not sealed yet",
                good.entries, good.seals, good.unsealed
            ))?;
            if good.erased > 0 {
                printer.line(format_args!(
                    "{} of them were erased, and other entries say why",
                    good.erased
                ))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Err(VerifyError::Fault(fault)) => {
            printer.error(&fault);
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error.into()),
    }
}

fn export(args: ExportArgs, printer: &Printer) -> Result<ExitCode> {
    let opened = args.place.open_existing("audit export")?;
    let ctx = opened.environment.system_context();
    let query = AuditQuery {
        actor: args.actor,
        collection: args.collection,
        record: args.record,
        kind: args.kind,
        from: args.from,
        to: args.to,
        request: args.request,
    };
    // Before the file is made: a wrong filter must not leave an empty file behind.
    query.check(&ctx)?;
    let mut out: Box<dyn Write> = match &args.out {
        Some(path) => Box::new(BufWriter::new(
            File::create(path).with_context(|| format!("{} cannot be written", path.display()))?,
        )),
        None => Box::new(io::stdout()),
    };
    let format = match args.format {
        Format::Csv => AuditFormat::Csv,
        Format::Jsonl => AuditFormat::JsonLines,
    };
    let runtime = serving::start_runtime()?;
    let count = runtime.block_on(export_audit(&ctx, &query, format, &mut out))?;
    printer.note(format_args!("{count} entries exported"));
    Ok(ExitCode::SUCCESS)
}

fn erase_entries(args: EraseArgs, printer: &Printer) -> Result<ExitCode> {
    let subject = match (args.user, args.record) {
        (Some(user), _) => Subject::User(user),
        (None, Some((collection, record))) => Subject::Record(collection, record),
        (None, None) => bail!("give --user or --record"),
    };
    let opened = args.place.open_existing("audit erase")?;
    let runtime = serving::start_runtime()?;
    let erased = runtime.block_on(erase(&opened.environment, &subject, &args.reason))?;
    printer.line(format_args!("{} entries were erased", erased.entries))?;
    Ok(ExitCode::SUCCESS)
}
