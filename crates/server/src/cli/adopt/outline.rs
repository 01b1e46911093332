//! From a database to the folder of an application.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use mainstay_core::migrations::{Answer, History, Question};
use mainstay_engine::adopt::{AdoptError, AdoptedSchema, adopt_schema, application_name};
use mainstay_engine::migrations::{new_migration, write_migration};
use mainstay_store::StoreError;
use mainstay_store::adopt::read_schema;

use super::super::new::refuse_full;
use super::source;
use crate::application::Application;
use crate::printer::Printer;
use crate::serving;

const GIT_IGNORE: &str = "/data\n";

/// What to write, and where.
pub(super) struct Wanted<'a> {
    pub(super) folder: &'a Path,
    pub(super) name: Option<&'a str>,
    pub(super) users: Option<&'a str>,
    pub(super) schema: Option<&'a str>,
}

pub(super) fn write(source: &str, wanted: &Wanted<'_>, printer: &Printer) -> Result<ExitCode> {
    refuse_full(wanted.folder)?;
    let foreign = source::open(source)?;
    let schema = wanted.schema.map(str::to_owned);
    let read = foreign.read(move |tx| read_schema(tx, schema.as_deref()));
    let schema = serving::start_runtime()?
        .block_on(read)
        .map_err(|error: StoreError| error)
        .context("the shape of the source cannot be read")?;
    let name = wanted.name.map_or_else(|| name_of(wanted.folder), str::to_owned);
    let adopted = match adopt_schema(&schema, &name, wanted.users) {
        Ok(adopted) => adopted,
        Err(AdoptError::Faults(faults)) => {
            for fault in &faults {
                printer.note(format_args!("  {}: {}", fault.path, fault.message));
            }
            bail!("the schema cannot be a definition: adopt a part of it, or begin with `mainstay new`");
        }
        Err(error) => return Err(error.into()),
    };
    write_files(wanted.folder, &adopted)?;
    add_first_migration(wanted.folder)?;
    tell(wanted.folder, source, &adopted, printer)?;
    Ok(ExitCode::SUCCESS)
}

fn name_of(folder: &Path) -> String {
    application_name(&folder.file_name().unwrap_or_default().to_string_lossy())
}

fn write_files(folder: &Path, adopted: &AdoptedSchema) -> Result<()> {
    for file in &adopted.files {
        write_file(&folder.join(&file.path), &file.text)?;
    }
    write_file(&folder.join(".gitignore"), GIT_IGNORE)
}

fn write_file(path: &Path, text: &str) -> Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    }
    std::fs::write(path, text).with_context(|| format!("{} cannot be written", path.display()))
}

/// Writes the migration that makes the tables.
fn add_first_migration(folder: &Path) -> Result<()> {
    let definition = Application::read(folder)?.definition()?;
    let nothing_before = &mut |_: &Question| Answer::Removed;
    let migration = new_migration(&History::default(), &definition, Some("adopted"), nothing_before)?;
    write_migration(folder, &migration)?;
    Ok(())
}

fn tell(folder: &Path, source: &str, adopted: &AdoptedSchema, printer: &Printer) -> Result<()> {
    let dir = folder.display();
    if !adopted.findings.is_empty() {
        printer.note("Look at this; it stands in ADOPTED.md, too:");
    }
    for finding in &adopted.findings {
        printer.note(format_args!("  {finding}"));
    }
    printer.note("  No rules are written: nobody but administrators may read or change anything.");
    let source = if source.contains("://") { "ADDRESS" } else { source };
    printer.line(format_args!(
        "Adopted {} collections into {dir}. Next:",
        adopted.collections
    ))?;
    printer.line(format_args!("  mainstay check {dir}"))?;
    printer.line(format_args!("  mainstay adopt {source} --app {dir} --rehearse"))?;
    Ok(())
}
