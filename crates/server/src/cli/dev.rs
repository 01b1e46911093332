use std::process::ExitCode;

use anyhow::Result;
use mainstay_store::schema::Loss;

use super::seed;
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
  mainstay dev --app apps/todo --seed --listen 127.0.0.1:9000

The database takes the shape of the definition at once. What would lose data is refused, and the server goes on \
with the definition before, unless --allow-loss is given.")]
pub(super) struct DevArgs {
    #[command(flatten)]
    place: Place,
    /// Address to listen on [default: server.listen of the configuration]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,
    /// Drop tables and columns with data that the definition no longer has
    #[arg(long)]
    allow_loss: bool,
    /// Load the example records first, as `mainstay seed` does
    #[arg(long)]
    seed: bool,
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
    if args.seed {
        runtime.block_on(seed::load(&args.place.app, &opened, printer))?;
    }
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
    let listening = serving::listen(&config.server).await?;
    let address = listening.address;
    tell_changes(printer, &opened.changes)?;
    printer.line(format_args!(
        "{title} answers at http://{address}, its API is described at http://{address}/docs"
    ))?;
    serving::tell_setup(printer, opened, address).await?;
    let follow = async {
        let mut faulty = false;
        loop {
            watch.changed().await;
            let reloaded = reload(args, opened, printer).await;
            match &reloaded {
                Ok(Reloaded::Same) if faulty => printer.note("The definition is as it was, and good."),
                Ok(_) => {}
                Err(error) => {
                    failure::print(printer, error);
                    printer.note("The server goes on with the definition before.");
                }
            }
            faulty = reloaded.is_err();
        }
    };
    tokio::select! {
        () = serving::serve(opened, config, listening) => Ok(()),
        () = follow => unreachable!("following never ends by itself"),
    }
}

enum Reloaded {
    New,
    /// The files say what is in force already.
    Same,
}

/// Puts the definition in force as its files are now.
async fn reload(args: &DevArgs, opened: &Opened, printer: &Printer) -> Result<Reloaded> {
    let definition = Application::read(&args.place.app)?.definition()?;
    if definition.digest == opened.environment.release().definition.digest {
        return Ok(Reloaded::Same);
    }
    let changes = opened.environment.reload(definition, args.loss()).await?;
    printer.line("The new definition is in force.")?;
    tell_changes(printer, &changes)?;
    Ok(Reloaded::New)
}

fn tell_changes(printer: &Printer, changes: &[String]) -> Result<()> {
    for change in changes {
        printer.line(format_args!("  {change}"))?;
    }
    Ok(())
}
