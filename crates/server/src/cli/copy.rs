use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use mainstay_engine::data::{ComparedTable, CopyProgress, CopyStep, Copying};
use mainstay_store::copy::TableSum;
use mainstay_store::{Place, Postgres};

use crate::application::Application;
use crate::data_folder::{self, DATABASE, DataLock, KEYS};
use crate::opening::take_folder;
use crate::printer::Printer;
use crate::serving;

/// Reads go one by one, and so do writes.
const CONNECTIONS: usize = 2;

/// Copy an installation from one database to another, between SQLite and PostgreSQL or within one of them
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay copy --app app --from sqlite:/var/lib/todo --to postgres://todo:secret@db.example.org/todo
  mainstay copy --app app --from postgres://todo:secret@db.example.org/todo --to sqlite:/var/lib/todo

Everything goes along: records, journal, users with their passwords and sessions. The key file does from one data folder \
to another; give servers of a PostgreSQL database a copy of it. Stop every server first: nobody may write to the source \
meanwhile, and for PostgreSQL nothing prevents it. The target must be \
empty. A copy that was stopped goes on where it was when the same command is run again; until it has come to its end the \
target cannot be opened. At the end both sides are read again and the rows and the SHA-256 checksum of each table are \
printed; the copy has failed if they differ. The source stays as it is. Name the PostgreSQL server itself, not a pooler.")]
pub(super) struct CopyArgs {
    /// Folder of the application
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// What to copy: sqlite: and a data folder, or the address of a PostgreSQL database
    #[arg(long, value_name = "ADDRESS")]
    from: String,
    /// Where to: sqlite: and a data folder, or the address of a PostgreSQL database
    #[arg(long, value_name = "ADDRESS")]
    to: String,
}

pub(super) fn run(args: &CopyArgs, printer: &Printer) -> Result<ExitCode> {
    let source = Address::parse("--from", &args.from)?;
    let target = Address::parse("--to", &args.to)?;
    ensure!(!source.is_same(&target), "--from and --to name the same place");
    let definition = Application::read(&args.app)?.definition()?;
    if let Address::Sqlite(folder) = &source
        && !data_folder::has_database(folder)
    {
        bail!("there is no database in {}", folder.display());
    }
    let _source_lock = source.take(&args.app)?;
    let _target_lock = target.take(&args.app)?;
    let copying =
        Copying::open(&source.place(), &target.place(), &definition).context("the copy cannot be begun")?;
    let bar = progress_bar(printer);
    let shown = bar.clone();
    let runtime = serving::start_runtime()?;
    let copied = runtime.block_on(copying.run(move |progress| show(&shown, progress)));
    bar.finish_and_clear();
    let tables = copied.context("the copy has not come to its end; run the command again to go on")?;
    copy_keys(&source, &target)?;
    report(&tables, printer)
}

/// Between data folders, the keys that the copy needs go along.
fn copy_keys(source: &Address, target: &Address) -> Result<()> {
    let (Address::Sqlite(from), Address::Sqlite(to)) = (source, target) else {
        return Ok(());
    };
    let (from, to) = (from.join(KEYS), to.join(KEYS));
    if from.exists() && !to.exists() {
        // Copies the permissions, too.
        std::fs::copy(&from, &to).with_context(|| format!("{} cannot be copied", from.display()))?;
    }
    Ok(())
}

/// One side of a copy.
#[derive(Debug)]
enum Address {
    /// A data folder.
    Sqlite(PathBuf),
    Postgres {
        url: String,
        server: Box<Postgres>,
    },
}

impl Address {
    /// Errors do not repeat the address, which may have a password in it.
    fn parse(flag: &str, text: &str) -> Result<Self> {
        if let Some(folder) = text.strip_prefix("sqlite:") {
            ensure!(!folder.is_empty(), "{flag} names no folder: write sqlite:DIR");
            return Ok(Self::Sqlite(PathBuf::from(folder)));
        }
        let server = Postgres::parse(text).with_context(|| {
            format!("{flag} must be sqlite:DIR or an address such as postgres://user:password@host/name")
        })?;
        Ok(Self::Postgres {
            url: text.to_owned(),
            server: Box::new(server.with_connections(CONNECTIONS)),
        })
    }

    fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Sqlite(one), Self::Sqlite(other)) => match (one.canonicalize(), other.canonicalize()) {
                (Ok(one), Ok(other)) => one == other,
                // A folder that is not there yet holds nothing.
                _ => false,
            },
            (Self::Postgres { url: one, .. }, Self::Postgres { url: other, .. }) => one == other,
            _ => false,
        }
    }

    fn take(&self, app: &Path) -> Result<Option<DataLock>> {
        match self {
            Self::Sqlite(folder) => take_folder(app, folder, "copy", false).map(Some),
            Self::Postgres { .. } => Ok(None),
        }
    }

    fn place(&self) -> Place {
        match self {
            Self::Sqlite(folder) => Place::Sqlite(folder.join(DATABASE)),
            Self::Postgres { server, .. } => Place::Postgres(server.clone()),
        }
    }
}

fn progress_bar(printer: &Printer) -> ProgressBar {
    if !printer.is_watched() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg} {bar:40} {pos} of {len} rows, {eta} left");
    let bar = ProgressBar::no_length()
        .with_style(style.expect("the template is well-formed"))
        .with_message("counting");
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

fn show(bar: &ProgressBar, progress: CopyProgress) {
    let step = match progress.step {
        CopyStep::Copying => "copying",
        CopyStep::Comparing => "comparing",
    };
    if bar.message() != step {
        bar.reset_eta();
        bar.set_message(step);
    }
    bar.set_length(progress.rows_total);
    bar.set_position(progress.rows);
}

/// A line a table; one that differs has a line for each side.
fn report(tables: &[ComparedTable], printer: &Printer) -> Result<ExitCode> {
    let width = tables.iter().map(|table| table.name.len()).max().unwrap_or(0);
    let line = |name: &str, sum: &TableSum, side: &str| {
        format!("{name:width$}  {:>10}  {}{side}", sum.rows, sum.sha256)
    };
    for table in tables {
        if table.is_equal() {
            printer.line(line(&table.name, &table.source, ""))?;
        } else {
            printer.line(line(&table.name, &table.source, "  source"))?;
            printer.line(line(&table.name, &table.target, "  target"))?;
        }
    }
    let different: Vec<&str> = tables
        .iter()
        .filter(|table| !table.is_equal())
        .map(|table| table.name.as_str())
        .collect();
    ensure!(
        different.is_empty(),
        "source and target differ in {}: somebody wrote to one of them meanwhile; empty the target, stop every server and \
         copy again",
        different.join(", ")
    );
    let rows: u64 = tables.iter().map(|table| table.source.rows).sum();
    let count = tables.len();
    printer.note(format_args!(
        "{rows} rows in {count} tables copied; source and target are equal"
    ));
    Ok(ExitCode::SUCCESS)
}
