use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use mainstay_core::Definition;
use mainstay_core::migrations::Answer;
use mainstay_engine::ShapeFrom;
use mainstay_store::schema::{Decisions, Loss, SchemaError};

use super::question::{ask_rename, can_ask, confirm};
use super::seed;
use super::types::{self, Written};
use crate::application::Application;
use crate::config::{Config, LogFormat};
use crate::failure;
use crate::logging;
use crate::opening::{Opened, Place, Use};
use crate::printer::Printer;
use crate::serving;
use crate::watch::DefinitionWatch;

/// Serve an application and follow every change of its files
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay dev
  mainstay dev --app apps/todo --seed --listen 127.0.0.1:9000
  mainstay dev --types web/src/mainstay.ts

The database takes the shape of the definition at once. What was renamed, and what would lose data, is asked about on a \
terminal; without one it is refused, and the server goes on with the definition before, unless --allow-loss is given. A \
database that was served in production is not touched.")]
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
    /// Write the TypeScript types of the application here, at the start and with each change
    #[arg(long, value_name = "FILE|DIR")]
    types: Option<PathBuf>,
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
    let opened = open(args, &definition, &config, printer)?;
    let runtime = serving::start_runtime()?;
    if args.seed {
        runtime.block_on(seed::load(&args.place.app, &opened, printer))?;
    }
    runtime.block_on(serve(args, &opened, &config, &title, printer))?;
    Ok(ExitCode::SUCCESS)
}

/// Opens the database, and asks about what would be lost or could have been renamed as often as that is needed.
fn open(args: &DevArgs, definition: &Definition, config: &Config, printer: &Printer) -> Result<Opened> {
    let mut decisions = Decisions::from(args.loss());
    loop {
        let purpose = Use::Development(decisions.clone());
        let error = match args.place.open_with("dev", definition.clone(), config, purpose) {
            Ok(opened) => return Ok(opened),
            Err(error) => error,
        };
        match asked(&error, decisions, printer) {
            Some(more) => decisions = more,
            None => return Err(error),
        }
    }
}

/// What a person decides about the changes that were refused; `None` when there is nobody to ask, or nothing to decide.
fn asked(error: &anyhow::Error, mut decisions: Decisions, printer: &Printer) -> Option<Decisions> {
    if !can_ask(printer) {
        return None;
    }
    match error.chain().find_map(|cause| cause.downcast_ref())? {
        SchemaError::Unanswered(questions) => {
            for question in questions {
                match ask_rename(question, printer) {
                    Answer::Unknown => return None,
                    answer => decisions.answers.push((question.clone(), answer)),
                }
            }
        }
        SchemaError::WouldLose(losses) => {
            printer.note("The definition no longer has this, and it would be lost:");
            for loss in losses {
                printer.note(format_args!("  {loss}"));
            }
            if !confirm(printer, "lose it") {
                return None;
            }
            decisions.loss = Loss::Allow;
        }
        _ => return None,
    }
    Some(decisions)
}

async fn serve(
    args: &DevArgs,
    opened: &Opened,
    config: &Config,
    title: &str,
    printer: &Printer,
) -> Result<()> {
    let mut watch = DefinitionWatch::start(&args.place.app)?;
    let listening = serving::listen(opened, config).await?;
    let url = listening.url();
    tell_changes(printer, &opened.changes)?;
    write_types(args, opened, printer)?;
    printer.line(format_args!(
        "{title} answers at {url}, its API is described at {url}/docs"
    ))?;
    serving::tell_setup(printer, opened, &url).await?;
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
    let files = serving::Files {
        folder: &args.place.app,
        writable: true,
    };
    tokio::select! {
        () = serving::serve(opened, config, listening, files) => Ok(()),
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
    let mut decisions = Decisions::from(args.loss());
    if opened.environment.accepted_loss.covers(&definition.digest) {
        decisions.loss = Loss::Allow;
    }
    let changes = loop {
        let shape = ShapeFrom::Development(decisions.clone());
        let error = match opened.environment.reload(definition.clone(), shape).await {
            Ok(changes) => break changes,
            Err(error) => anyhow::Error::from(error),
        };
        // Requests are answered while somebody thinks.
        let asking = tokio::task::spawn_blocking(move || {
            let more = asked(&error, decisions, &Printer::new());
            (more, error)
        });
        match asking.await? {
            (Some(more), _) => decisions = more,
            (None, error) => return Err(error),
        }
    };
    printer.line("The new definition is in force.")?;
    tell_changes(printer, &changes)?;
    write_types(args, opened, printer)?;
    Ok(Reloaded::New)
}

/// Writes the types of the definition in force where they were asked for.
fn write_types(args: &DevArgs, opened: &Opened, printer: &Printer) -> Result<()> {
    let Some(out) = &args.types else { return Ok(()) };
    let types = mainstay_http::application_types(&opened.environment.release().definition);
    if let Written::New(path) = types::write(out, &types)? {
        printer.line(format_args!("  wrote {}", path.display()))?;
    }
    Ok(())
}

fn tell_changes(printer: &Printer, changes: &[String]) -> Result<()> {
    for change in changes {
        printer.line(format_args!("  {change}"))?;
    }
    Ok(())
}
