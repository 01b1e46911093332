use std::process::ExitCode;

use anyhow::Result;
use mainstay_store::schema::Loss;

use crate::application::Application;
use crate::config::{Config, LogFormat};
use crate::failure;
use crate::logging;
use crate::opening::{Opened, Place};
use crate::printer::Printer;
use crate::serving;
use crate::watch::DefinitionWatch;

/// Serve an application and follow every change of its files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay dev
  mainstay dev --app apps/todo --listen 127.0.0.1:9000

The database takes the shape of the definition at once. What would lose data is refused, and the server goes on with the
definition before, unless --allow-loss is given.")]
pub(super) struct DevArgs {
    #[command(flatten)]
    place: Place,
    /// Address to listen on [default: server.listen of the configuration]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Drop tables and columns with data that the definition no longer has
    #[arg(long)]
    allow_loss: bool,
}

impl DevArgs {
    fn loss(&self) -> Loss {
        if self.allow_loss {
            Loss::Allow
        } else {
            Loss::Refuse
        }
    }
}

pub(super) fn run(args: &DevArgs, printer: &Printer) -> Result<ExitCode> {
    let definition = args.place.definition()?;
    let flags = args
        .listen
        .iter()
        .map(|listen| ("server.listen", "--listen", listen.clone()))
        .collect();
    let mut config = args.place.load_config(flags)?;
    if config.log.format == LogFormat::Auto {
        config.log.format = LogFormat::Text;
    }
    logging::start(&config.log);
    let title = definition.title.clone();
    let opened = args.place.open_with("dev", definition, &config, args.loss())?;
    let runtime = serving::start_runtime()?;
    runtime.block_on(serve(args, &opened, &config, &title, printer))?;
    Ok(ExitCode::SUCCESS)
}

async fn serve(
    args: &DevArgs,
    opened: &Opened,
    config: &Config,
    title: &str,
    printer: &Printer,
) -> Result<()> {
    let mut watch = DefinitionWatch::start(&args.place.app)?;
    let (listener, address) = serving::listen(&config.server).await?;
    tell_changes(printer, &opened.changes)?;
    printer.line(format_args!(
        "{title} answers at http://{address}, its API is described at http://{address}/docs"
    ))?;
    serving::tell_setup(printer, opened, address).await?;
    let follow = async {
        loop {
            watch.changed().await;
            if let Err(error) = reload(args, opened, printer).await {
                failure::print(printer, &error);
                printer.note("The server goes on with the definition before.");
            }
        }
    };
    tokio::select! {
        () = serving::serve(opened, config, listener) => Ok(()),
        () = follow => unreachable!("following never ends by itself"),
    }
}

/// Puts the definition in force as its files are now.
async fn reload(args: &DevArgs, opened: &Opened, printer: &Printer) -> Result<()> {
    let definition = Application::read(&args.place.app)?.definition()?;
    if definition.digest == opened.environment.release().definition.digest {
        return Ok(());
    }
    let changes = opened.environment.reload(definition, args.loss()).await?;
    printer.line("The new definition is in force.")?;
    tell_changes(printer, &changes)
}

fn tell_changes(printer: &Printer, changes: &[String]) -> Result<()> {
    for change in changes {
        printer.line(format_args!("  {change}"))?;
    }
    Ok(())
}
