//! The rows: rehearsed, imported, taken back.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use indicatif::{ProgressBar, ProgressStyle};
use mainstay_engine::Context;
use mainstay_engine::adopt::{
    AdoptMap, AdoptProgress, ImportOptions, ImportPlan, ImportedTable, import_rows, undo_import,
};
use mainstay_store::adopt::read_schema;
use mainstay_store::{Foreign, StoreError};

use super::source;
use crate::opening::{Place, open_scratch};
use crate::printer::Printer;
use crate::serving;

const MAP: &str = "adopt.toml";

/// Imports into a database of its own, which is gone afterwards.
pub(super) fn rehearse(source: &str, place: &Place, printer: &Printer) -> Result<ExitCode> {
    let foreign = source::open(source)?;
    let scratch = Scratch::make(place.data())?;
    let environment = open_scratch(place.definition()?, &scratch.folder)?;
    let ctx = environment.system_context();
    let tables = move_rows(&ctx, &foreign, place, ImportOptions::default(), printer)?;
    drop(ctx);
    drop(environment);
    let told = report(&tables, printer)?;
    printer.note("This was a rehearsal: nothing was written but to a database that is gone again.");
    Ok(told)
}

pub(super) fn import(
    source: &str,
    place: &Place,
    options: ImportOptions,
    printer: &Printer,
) -> Result<ExitCode> {
    let foreign = source::open(source)?;
    let opened = place.open("adopt")?;
    let ctx = opened.environment.system_context();
    let tables = move_rows(&ctx, &foreign, place, options, printer)
        .context("the import has not come to its end; run the command again to go on")?;
    report(&tables, printer)
}

/// The source is not looked at: what was imported is known here.
pub(super) fn undo(place: &Place, force: bool, printer: &Printer) -> Result<ExitCode> {
    let opened = place.open_existing("adopt")?;
    let ctx = opened.environment.system_context();
    let undone = serving::start_runtime()?.block_on(undo_import(&ctx, force))?;
    let mut kept = 0;
    for of in &undone {
        printer.line(format_args!(
            "{}: {} removed, {} kept",
            of.collection, of.removed, of.kept
        ))?;
        kept += of.kept;
        for note in &of.notes {
            printer.note(format_args!("  {}: {note}", of.collection));
        }
    }
    if kept > 0 {
        printer.note(format_args!("{kept} records are kept; --force removes them, too"));
    }
    Ok(ExitCode::SUCCESS)
}

fn move_rows(
    ctx: &Context,
    foreign: &Foreign,
    place: &Place,
    options: ImportOptions,
    printer: &Printer,
) -> Result<Vec<ImportedTable>> {
    let path = place.app.join(MAP);
    let text = std::fs::read_to_string(&path).with_context(|| {
        format!(
            "{} cannot be read: `mainstay adopt` with --out writes it",
            path.display()
        )
    })?;
    let map = AdoptMap::read(&text)?;
    let runtime = serving::start_runtime()?;
    let schema = map.schema.clone();
    let shape = runtime.block_on(foreign.read(move |tx| read_schema(tx, schema.as_deref())));
    let shape = shape
        .map_err(|error: StoreError| error)
        .context("the shape of the source cannot be read")?;
    let plan = ImportPlan::make(&ctx.release.definition, &shape, &map)?;
    let bar = progress_bar(printer);
    let shown = bar.clone();
    let tell = move |progress: AdoptProgress| {
        shown.set_message(progress.table);
        shown.set_position(progress.rows);
    };
    let moved = runtime.block_on(import_rows(ctx, foreign, &plan, options, tell));
    bar.finish_and_clear();
    Ok(moved?)
}

fn progress_bar(printer: &Printer) -> ProgressBar {
    if !printer.is_watched() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{msg}: {pos} rows").expect("the template is well-formed");
    let bar = ProgressBar::new_spinner().with_style(style);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// Two lines a table: what became of its rows, and the checksums of both sides.
fn report(tables: &[ImportedTable], printer: &Printer) -> Result<ExitCode> {
    for of in tables {
        for note in &of.notes {
            printer.note(format_args!("  {} {note}", of.table));
        }
        if of.notes_more > 0 {
            printer.note(format_args!("  {} and {} more", of.table, of.notes_more));
        }
    }
    for of in tables {
        printer.line(format_args!("{} -> {}: {}", of.table, of.collection, counts(of)))?;
        let verdict = if of.is_equal() { "equal" } else { "DIFFERENT" };
        printer.line(format_args!(
            "  source {} {}\n  target {} {} {verdict}",
            of.source.rows, of.source, of.target.rows, of.target
        ))?;
    }
    let rejected: u64 = tables.iter().map(|of| of.rejected).sum();
    let different: Vec<&str> = tables
        .iter()
        .filter(|of| !of.is_equal())
        .map(|of| of.table.as_str())
        .collect();
    if rejected > 0 {
        printer.note(format_args!(
            "{rejected} rows are rejected: correct them in the source or change the definition, and run this again"
        ));
    }
    ensure!(
        different.is_empty(),
        "source and target differ in {}: see the rows above that were left as they are here",
        different.join(", ")
    );
    printer.note("All rows that were taken are the same on both sides.");
    Ok(ExitCode::SUCCESS)
}

fn counts(of: &ImportedTable) -> String {
    let mut text = format!(
        "{} rows, {} created, {} changed, {} unchanged, {} rejected, {} orphans",
        of.rows, of.created, of.changed, of.unchanged, of.rejected, of.orphans
    );
    let others = [
        (of.incomplete, "with an empty relation"),
        (of.conflicts, "left as changed here"),
        (of.gone, "gone"),
        (of.removed, "removed"),
    ];
    for (count, word) in others.iter().filter(|(count, _)| *count > 0) {
        text += &format!(", {count} {word}");
    }
    text
}

/// A folder beside the data that goes with the rehearsal; so does a data folder that was made for it.
struct Scratch {
    folder: PathBuf,
    /// Was not there before.
    data: Option<PathBuf>,
}

impl Scratch {
    fn make(data: PathBuf) -> Result<Self> {
        let folder = data.join(format!("rehearsal-{}", std::process::id()));
        let data = (!data.exists()).then_some(data);
        std::fs::create_dir_all(&folder).with_context(|| cannot_make(&folder))?;
        Ok(Self { folder, data })
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be removed is in nobody's way.
        drop(std::fs::remove_dir_all(&self.folder));
        if let Some(data) = &self.data {
            drop(std::fs::remove_dir(data));
        }
    }
}

fn cannot_make(folder: &Path) -> String {
    format!("{} cannot be made", folder.display())
}
