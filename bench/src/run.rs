//! A whole run, from the empty data folders to the report.

use std::path::Path;
use std::thread::available_parallelism;

use anyhow::{Context as _, Result};
use clap::ValueEnum as _;

use crate::audit;
use crate::bars;
use crate::cluster::Cluster;
use crate::interrupt::Interrupt;
use crate::journal;
use crate::limits;
use crate::mainstay::Mainstay;
use crate::migrations;
use crate::options::{Options, Part, System};
use crate::pages;
use crate::phases::{self, Phase};
use crate::pocketbase::PocketBase;
use crate::realtime;
use crate::report::{Report, progress};
use crate::rest;
use crate::site::{Place, Site};
use crate::target::Target;

pub(crate) fn run(options: &Options) -> Result<()> {
    let interrupt = Interrupt::listen()?;
    // The target directory of the build: a disk, and nothing of the repository.
    let executable = std::env::current_exe()?;
    let scratch = executable
        .ancestors()
        .nth(2)
        .context("no folder above the binary")?
        .join("bench");
    std::fs::create_dir_all(&scratch)?;

    let durability = options
        .durability
        .to_possible_value()
        .context("every durability has a name")?;
    let mut report = Report {
        pace: options.pace(),
        durability: durability.get_name().to_owned(),
        processors: available_parallelism()?.get(),
        phases: Vec::new(),
        flood: Vec::new(),
        rest: Vec::new(),
        limits: Vec::new(),
        pages: None,
        migrations: Vec::new(),
        journal: Vec::new(),
        audit: None,
        realtime: Vec::new(),
        bars: Vec::new(),
    };
    let cluster = if options.systems.contains(&System::Postgres) {
        Some(Cluster::start()?)
    } else {
        None
    };
    measure_systems(options, &scratch, cluster.as_ref(), &interrupt, &mut report)?;
    if options.parts.contains(&Part::Limits) {
        progress("limits: bare databases and bare axum");
        report.limits = limits::run(&scratch, cluster.as_ref(), options.pace(), &interrupt)?;
    }
    if options.systems.contains(&System::Mainstay) {
        measure_mainstay(options, &scratch, &interrupt, &mut report)?;
    }
    if options.parts.contains(&Part::Realtime) {
        for system in &options.systems {
            let place = Place::new(
                make_target(*system, options, &scratch, cluster.as_ref())?,
                &scratch,
            )?;
            progress(&format!("realtime: {}", place.target.name()));
            let seconds = options.pace().round_seconds * 3;
            report
                .realtime
                .extend(realtime::run(&place, seconds, &interrupt)?);
        }
    }
    report.bars = bars::judge(&report);
    report.print();
    options
        .json
        .as_deref()
        .map_or(Ok(()), |file| report.write_json(file))
}

/// What only Mainstay is asked.
fn measure_mainstay(
    options: &Options,
    scratch: &Path,
    interrupt: &Interrupt,
    report: &mut Report,
) -> Result<()> {
    if options.parts.contains(&Part::Pages) {
        progress("pages: filling a large collection");
        let place = Place::new(make_target(System::Mainstay, options, scratch, None)?, scratch)?;
        report.pages = Some(pages::run(&place, options.depth(), interrupt)?);
    }
    if options.parts.contains(&Part::Migrations) {
        progress("migrations: filling a large collection");
        let messages = options.depth().messages;
        report.migrations = migrations::run(make_mainstay(options)?, scratch, messages, interrupt)?;
    }
    if options.parts.contains(&Part::Journal) {
        progress("journal: the same binary without one");
        let without =
            Mainstay::without_journal(options.without_journal.as_deref(), options.durability, scratch)?;
        let systems = [make_mainstay(options)?, without];
        report.journal = journal::run(systems, scratch, options.pace(), interrupt)?;
    }
    if options.parts.contains(&Part::Audit) {
        progress("audit: filling a large journal");
        let place = Place::new(make_target(System::Mainstay, options, scratch, None)?, scratch)?;
        let messages = options.depth().messages;
        report.audit = Some(audit::run(&make_mainstay(options)?, &place, messages, interrupt)?);
    }
    Ok(())
}

fn make_target(
    system: System,
    options: &Options,
    scratch: &Path,
    cluster: Option<&Cluster>,
) -> Result<Box<dyn Target>> {
    Ok(match system {
        System::Mainstay => Box::new(make_mainstay(options)?),
        System::Pocketbase => Box::new(PocketBase::fetch(scratch)?),
        System::Postgres => {
            let cluster = cluster.context("a cluster is started where PostgreSQL is measured")?;
            Box::new(make_mainstay(options)?.on(cluster.create_database("mainstay")?))
        }
    })
}

fn make_mainstay(options: &Options) -> Result<Mainstay> {
    match &options.mainstay {
        Some(binary) => Ok(Mainstay::at(binary.clone(), options.durability)),
        None => Mainstay::build(options.durability),
    }
}

/// Everything that all systems go through. Lists come before creates, so that both list the same messages.
fn measure_systems(
    options: &Options,
    scratch: &Path,
    cluster: Option<&Cluster>,
    interrupt: &Interrupt,
    report: &mut Report,
) -> Result<()> {
    let wanted = |part| options.parts.contains(&part);
    if ![Part::Read, Part::List, Part::Create, Part::Flood, Part::Rest]
        .into_iter()
        .any(wanted)
    {
        return Ok(());
    }
    let mut sites = Vec::new();
    for system in &options.systems {
        let target = make_target(*system, options, scratch, cluster)?;
        progress(&format!("{}: users, rooms and first messages", target.name()));
        sites.push(Site::open(target, scratch, interrupt)?);
    }
    for (part, phase) in [
        (Part::Read, Phase::Read),
        (Part::List, Phase::List),
        (Part::Create, Phase::Create),
    ] {
        if wanted(part) {
            progress(&format!("{phase:?}"));
            report
                .phases
                .extend(phases::run(phase, &mut sites, report.pace, interrupt)?);
        }
    }
    if wanted(Part::Flood) {
        progress("Flood of sign-ins");
        report.flood = phases::flood(&mut sites, report.pace, interrupt)?;
    }
    for site in &mut sites {
        site.check_stored()?;
    }
    if wanted(Part::Rest) {
        progress("Start-up and memory");
        report.rest = rest::run(sites, interrupt)?;
    }
    Ok(())
}
