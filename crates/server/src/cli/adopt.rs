//! `mainstay adopt`: another application's database, first its shape and then its rows.

mod outline;
mod rows;
mod source;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use mainstay_engine::adopt::ImportOptions;

use crate::opening::Place;
use crate::printer::Printer;

/// Adopt the database of another application: its shape as a definition, then its rows as records
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay adopt shop.db --out shop
  mainstay adopt postgres://shop:secret@db.example.org/shop --out shop --users customers
  mainstay adopt shop.db --app shop --rehearse
  mainstay adopt shop.db --app shop --data /var/lib/shop --import
  mainstay adopt shop.db --app shop --data /var/lib/shop --undo

The source is only read. What cannot be expressed is listed, and stands in ADOPTED.md of the folder; where each column \
goes stands in adopt.toml. An import that was stopped goes on when it is run again, and a later one changes only what is \
new or changed in the source. See docs/adopting.md.")]
#[command(group = clap::ArgGroup::new("what").required(true).args(["out", "rehearse", "import", "undo"]))]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of the command line")]
pub(super) struct AdoptArgs {
    /// The database to adopt: a SQLite file, or the address of a PostgreSQL database
    source: String,
    /// Write a definition into this new folder
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Name of the application [default: that of the folder]
    #[arg(long, value_name = "NAME", requires = "out")]
    name: Option<String>,
    /// The table of the accounts, where its name does not say so
    #[arg(long, value_name = "TABLE", requires = "out")]
    users: Option<String>,
    /// Schema of the PostgreSQL database [default: the first of the search path]
    #[arg(long, value_name = "SCHEMA", requires = "out")]
    schema: Option<String>,
    /// Import into a database that is thrown away, and tell what would come of it
    #[arg(long)]
    rehearse: bool,
    /// Import what is new or changed in the source
    #[arg(long)]
    import: bool,
    /// Remove what imports have made and nobody has changed since
    #[arg(long)]
    undo: bool,
    /// With --import: remove records whose rows are gone from the source
    #[arg(long, requires = "import")]
    delete_gone: bool,
    /// With --import or --undo: also where people have changed a record since
    #[arg(long, conflicts_with_all = ["out", "rehearse"])]
    force: bool,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: &AdoptArgs, printer: &Printer) -> Result<ExitCode> {
    if let Some(folder) = &args.out {
        let wanted = outline::Wanted {
            folder,
            name: args.name.as_deref(),
            users: args.users.as_deref(),
            schema: args.schema.as_deref(),
        };
        return outline::write(&args.source, &wanted, printer);
    }
    if args.rehearse {
        return rows::rehearse(&args.source, &args.place, printer);
    }
    if args.undo {
        return rows::undo(&args.place, args.force, printer);
    }
    let options = ImportOptions {
        delete_gone: args.delete_gone,
        force: args.force,
    };
    rows::import(&args.source, &args.place, options, printer)
}
