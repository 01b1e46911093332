use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, bail};
use mainstay_core::mail::MailKind;
use mainstay_engine::mail::preview_mail;

use crate::application::Application;
use crate::printer::Printer;

/// Look at the mails of an application
#[derive(Debug, clap::Args)]
pub(super) struct MailArgs {
    #[command(subcommand)]
    command: MailCommand,
}

#[derive(Debug, clap::Subcommand)]
enum MailCommand {
    List(ListArgs),
    Preview(PreviewArgs),
}

/// List the mails, their languages, and when each is sent
#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Folder of the application
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
}

/// Show a mail with examples in the place of what is known only when it is sent
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay mail preview reset_password
  mainstay mail preview sign_in_code --language de --html > mail.html")]
struct PreviewArgs {
    /// Which mail: `mainstay mail list` names them
    mail: String,
    /// Folder of the application
    #[arg(long, value_name = "DIR", default_value = ".")]
    app: PathBuf,
    /// Language [default: that of the application]
    #[arg(long)]
    language: Option<String>,
    /// The page in the place of subject and text
    #[arg(long)]
    html: bool,
}

pub(super) fn run(args: &MailArgs, printer: &Printer) -> Result<ExitCode> {
    match &args.command {
        MailCommand::List(args) => list(args, printer),
        MailCommand::Preview(args) => preview(args, printer),
    }
}

fn list(args: &ListArgs, printer: &Printer) -> Result<ExitCode> {
    let definition = Application::read(&args.app)?.definition()?;
    for kind in MailKind::ALL {
        let languages: Vec<&str> = definition.mail.templates.languages(*kind).collect();
        printer.line(format_args!(
            "{:16}  {}  {}",
            kind.as_str(),
            languages.join(","),
            kind.about()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn preview(args: &PreviewArgs, printer: &Printer) -> Result<ExitCode> {
    let Some(kind) = MailKind::parse(&args.mail) else {
        bail!(
            "there is no mail `{}`; `mainstay mail list` names them",
            args.mail
        );
    };
    let definition = Application::read(&args.app)?.definition()?;
    let preview = preview_mail(&definition, kind, args.language.as_deref())?;
    if args.html {
        printer.line(&preview.mail.html)?;
    } else {
        printer.line(format_args!("Language: {}", preview.language))?;
        printer.line(format_args!("Subject: {}\n", preview.mail.subject))?;
        printer.line(&preview.mail.text)?;
    }
    Ok(ExitCode::SUCCESS)
}
