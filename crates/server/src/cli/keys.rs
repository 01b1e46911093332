use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use mainstay_core::Clock as _;
use mainstay_core::limits::ACCESS_TOKEN_MINUTES_MAX;
use mainstay_engine::keys::{KeyPlace, KeyRing, KeyState, Purpose, create_keys, keys_in_use};

use crate::opening::Place;
use crate::outside::{SystemChance, SystemClock};
use crate::printer::Printer;
use crate::serving;

/// List, make and rotate the keys that sign tokens and encrypt secrets
#[derive(Debug, clap::Args)]
pub(super) struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, clap::Subcommand)]
enum KeysCommand {
    List(ListArgs),
    Create(CreateArgs),
    Rotate(RotateArgs),
    Remove(RemoveArgs),
}

/// List keys: id, purpose, state, since when; never their secrets
#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    place: Place,
}

/// Make the key file before the first start, for a server that is given one
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  MAINSTAY_KEYS__FILE=/etc/todo/keys.toml mainstay keys create

Without it, the first start makes keys.toml in the data folder.")]
struct CreateArgs {
    #[command(flatten)]
    place: Place,
}

/// Retire the active key of a purpose and put the next one in its place
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  mainstay keys rotate signing --data /var/lib/todo
  mainstay keys rotate all --data /var/lib/todo

Servers take the file up within seconds, without a restart. Tokens of the retired key stay good until they end, and what is \
encrypted is encrypted anew in the background. Where servers have files of their own, copy the new one to each of them.")]
struct RotateArgs {
    /// What to rotate
    purpose: WhichPurpose,
    #[command(flatten)]
    place: Place,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum WhichPurpose {
    Signing,
    Encryption,
    All,
}

/// Destroy a retired key that nothing needs any more
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Example:
  mainstay keys remove 3q2-7wAAAAAA --data /var/lib/todo

Refused while tokens of the key are good, or something is encrypted with it. A backup of the database that was made before \
the rotation needs the key to be read.")]
struct RemoveArgs {
    /// Id of the key
    // Those of keys that once were in the database may begin with one.
    #[arg(allow_hyphen_values = true)]
    id: String,
    #[command(flatten)]
    place: Place,
}

pub(super) fn run(args: KeysArgs, printer: &Printer) -> Result<ExitCode> {
    match args.command {
        KeysCommand::List(args) => list(&args, printer),
        KeysCommand::Create(args) => create(&args, printer),
        KeysCommand::Rotate(args) => rotate(&args, printer),
        KeysCommand::Remove(args) => remove(&args, printer),
    }
}

fn key_place(place: &Place) -> Result<KeyPlace> {
    Ok(place.load_config(Vec::new())?.keys.place(&place.data()))
}

fn none_there(place: &KeyPlace) -> anyhow::Error {
    anyhow::anyhow!("{place}: there is no such file; the first start makes it, or `mainstay keys create`")
}

fn list(args: &ListArgs, printer: &Printer) -> Result<ExitCode> {
    let place = key_place(&args.place)?;
    let ring = place.load()?.ok_or_else(|| none_there(&place))?;
    print(&ring, printer)?;
    Ok(ExitCode::SUCCESS)
}

fn print(ring: &KeyRing, printer: &Printer) -> Result<()> {
    let width = ring.keys().iter().map(|key| key.id.len()).max().unwrap_or(0);
    for key in ring.keys() {
        let since = key.retired_at.unwrap_or(key.created_at);
        printer.line(format_args!(
            "{:width$}  {:10}  {:7}  since {since}",
            key.id,
            key.purpose.as_str(),
            key.state.as_str(),
        ))?;
    }
    Ok(())
}

fn create(args: &CreateArgs, printer: &Printer) -> Result<ExitCode> {
    let place = key_place(&args.place)?;
    if let KeyPlace::File(path) = &place
        && let Some(folder) = path.parent()
    {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    let ring = create_keys(&place, SystemClock.now(), &SystemChance::new())?;
    printer.line(format_args!("Made {place}"))?;
    print(&ring, printer)?;
    Ok(ExitCode::SUCCESS)
}

fn rotate(args: &RotateArgs, printer: &Printer) -> Result<ExitCode> {
    let place = key_place(&args.place)?;
    let purposes: &[Purpose] = match args.purpose {
        WhichPurpose::Signing => &[Purpose::Signing],
        WhichPurpose::Encryption => &[Purpose::Encryption],
        WhichPurpose::All => &Purpose::ALL,
    };
    let (now, chance) = (SystemClock.now(), SystemChance::new());
    let ring = place.change(|before| {
        let mut ring = before.ok_or_else(|| none_there(&place))?;
        for purpose in purposes {
            ring = ring.rotated(*purpose, now, &chance);
        }
        Ok::<_, anyhow::Error>(ring)
    })?;
    print(&ring, printer)?;
    Ok(ExitCode::SUCCESS)
}

fn remove(args: &RemoveArgs, printer: &Printer) -> Result<ExitCode> {
    let place = key_place(&args.place)?;
    let ring = place.load()?.ok_or_else(|| none_there(&place))?;
    let key = ring
        .keys()
        .iter()
        .find(|key| key.id == args.id)
        .with_context(|| format!("there is no key {:?}; `mainstay keys list` has them", args.id))?;
    ensure!(
        key.state == KeyState::Retired,
        "the key {:?} is {}; rotate first, and only retired keys can be removed",
        key.id,
        key.state.as_str()
    );
    match key.purpose {
        Purpose::Signing => {
            let lifetime = i64::from(ACCESS_TOKEN_MINUTES_MAX) * 60_000_000;
            let good_until = key
                .retired_at
                .unwrap_or(key.created_at)
                .saturating_add_micros(lifetime);
            ensure!(
                good_until <= SystemClock.now(),
                "tokens that were signed with the key {:?} may be good until {good_until}; remove it after that",
                key.id
            );
        }
        Purpose::Encryption => {
            let opened = args.place.open_existing("keys remove")?;
            let in_use = serving::start_runtime()?.block_on(keys_in_use(&opened.environment))?;
            if in_use.contains(&args.id) {
                bail!(
                    "something is still encrypted with the key {:?}: a server that runs encrypts it anew within minutes",
                    args.id
                );
            }
        }
    }
    let left = place.change(|now| {
        let ring = now.ok_or_else(|| none_there(&place))?;
        ring.without(&args.id)
            .with_context(|| format!("the key {:?} has gone meanwhile", args.id))
    })?;
    print(&left, printer)?;
    Ok(ExitCode::SUCCESS)
}
