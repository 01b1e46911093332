use std::io::{self, IsTerminal as _};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use mainstay_core::limits::{PASSWORD_CHARACTERS_MAX, PASSWORD_CHARACTERS_MIN};
use mainstay_core::{Definition, values};
use mainstay_engine::auth::{create_user, list_users, normalise_email, reset_second_factor};
use serde_json::{Map, Value as Json};

use super::pair::parse_pair;
use crate::opening::Place;
use crate::printer::Printer;
use crate::serving;

/// Create and list the users of an application
#[derive(Debug, clap::Args)]
pub(super) struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, clap::Subcommand)]
enum UserCommand {
    Create(CreateArgs),
    List(ListArgs),
    ResetSecondFactor(ResetArgs),
}

/// Create a user with a password, which is asked for
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay user create --email nora@example.com --administrator
  pass show nora | mainstay user create --email nora@example.com --field name=Nora --password-stdin")]
struct CreateArgs {
    /// The address to sign in with
    #[arg(long)]
    email: String,
    /// Give the right to see and do everything
    #[arg(long)]
    administrator: bool,
    /// A value for a field of users
    #[arg(long = "field", value_name = "NAME=VALUE", value_parser = parse_pair)]
    fields: Vec<(String, String)>,
    /// Read the password from the first line of standard input
    #[arg(long)]
    password_stdin: bool,
    #[command(flatten)]
    place: Place,
}

/// List users: id, address, what they are
#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    place: Place,
}

/// Remove the second factor of somebody who has lost it, and end their sessions
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mainstay user reset-second-factor --email nora@example.com --data /var/lib/todo")]
struct ResetArgs {
    /// The address that they sign in with
    #[arg(long)]
    email: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: UserArgs, printer: &Printer) -> Result<ExitCode> {
    match args.command {
        UserCommand::Create(args) => create(&args, printer),
        UserCommand::List(args) => list(&args, printer),
        UserCommand::ResetSecondFactor(args) => reset(&args, printer),
    }
}

fn create(args: &CreateArgs, printer: &Printer) -> Result<ExitCode> {
    let opened = args.place.open("user create")?;
    let ctx = opened.environment.system_context();
    let mut fields = read_fields(&ctx.release.definition, &args.fields)?;
    fields.insert("email".to_owned(), Json::from(args.email.as_str()));
    let password = if args.password_stdin {
        read_password()?
    } else {
        ask_password()?
    };
    let runtime = serving::start_runtime()?;
    let id = runtime.block_on(create_user(&ctx, args.administrator, password, fields))?;
    let what = if args.administrator {
        "administrator"
    } else {
        "user"
    };
    printer.line(format_args!("Created the {what} {} with the id {id}", args.email))?;
    Ok(ExitCode::SUCCESS)
}

fn list(args: &ListArgs, printer: &Printer) -> Result<ExitCode> {
    let opened = args.place.open_existing("user list")?;
    let runtime = serving::start_runtime()?;
    let users = runtime.block_on(list_users(&opened.environment.system_context()))?;
    for (id, email, administrator, active) in users {
        let administrator = if administrator { "  administrator" } else { "" };
        let active = if active { "" } else { "  not active" };
        printer.line(format_args!("{id}  {email}{administrator}{active}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn reset(args: &ResetArgs, printer: &Printer) -> Result<ExitCode> {
    let opened = args.place.open_existing("user reset-second-factor")?;
    let runtime = serving::start_runtime()?;
    let ctx = opened.environment.system_context();
    let wanted = normalise_email(&args.email);
    let users = runtime.block_on(list_users(&ctx))?;
    let user = users.iter().find(|(_, email, _, _)| *email == wanted);
    let (id, email, _, _) = user.with_context(|| format!("there is no user with the address {wanted}"))?;
    runtime.block_on(reset_second_factor(&ctx, *id))?;
    printer.line(format_args!(
        "{email} signs in with one factor again, and every session of theirs has ended"
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The values as the API takes them.
fn read_fields(definition: &Definition, given: &[(String, String)]) -> Result<Map<String, Json>> {
    let users = definition.collection(definition.users);
    let mut fields = Map::new();
    for (name, text) in given {
        let field = users
            .find_field(name)
            .with_context(|| format!("users have no field `{name}`"))?;
        let value = values::accept_text(field, text).with_context(|| format!("--field {name}"))?;
        let mut json = Vec::new();
        values::write_json(&field.kind, &value, &mut json);
        fields.insert(name.clone(), serde_json::from_slice(&json)?);
    }
    Ok(fields)
}

fn read_password() -> Result<String> {
    let mut line = String::new();
    io::stdin()
        .read_line(&mut line)
        .context("the password cannot be read")?;
    check(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn ask_password() -> Result<String> {
    if !io::stdin().is_terminal() {
        bail!("there is no terminal to ask for a password on: use --password-stdin");
    }
    let password = check(rpassword::prompt_password("Password: ")?)?;
    ensure!(
        rpassword::prompt_password("The same again: ")? == password,
        "the two passwords are not the same"
    );
    Ok(password)
}

fn check(password: String) -> Result<String> {
    let fits = (PASSWORD_CHARACTERS_MIN..=PASSWORD_CHARACTERS_MAX).contains(&password.chars().count());
    ensure!(
        fits,
        "a password has {PASSWORD_CHARACTERS_MIN} to {PASSWORD_CHARACTERS_MAX} characters"
    );
    Ok(password)
}
