use std::process::ExitCode;

use anyhow::Result;

use crate::config::{example, listing, listing_json, reference};
use crate::opening::Place;
use crate::printer::Printer;

/// Show every setting, its value, and where it comes from
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay config --data /var/lib/todo
  mainstay config --example > /var/lib/todo/config.toml")]
pub(super) struct ConfigArgs {
    #[command(flatten)]
    place: Place,
    /// Address that --listen of other commands would give
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    #[command(flatten)]
    page: Page,
}

#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Page {
    /// As a JSON object
    #[arg(long)]
    json: bool,
    /// A complete file with every setting explained
    #[arg(long)]
    example: bool,
    /// The page of the documentation
    #[arg(long)]
    reference: bool,
}

pub(super) fn run(args: &ConfigArgs, printer: &Printer) -> Result<ExitCode> {
    let text = if args.page.example {
        example()
    } else if args.page.reference {
        reference()
    } else {
        let flags = args
            .listen
            .iter()
            .map(|listen| ("server.listen", "--listen", listen.clone()))
            .collect();
        let config = args.place.load_config(flags)?;
        if args.page.json {
            format!("{:#}\n", listing_json(&config.values))
        } else {
            listing(&config.values)
        }
    };
    printer.text(&text)?;
    Ok(ExitCode::SUCCESS)
}
