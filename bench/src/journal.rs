//! What the journal costs: creations by this build, and by the same one with the journal compiled out.

use std::path::Path;

use anyhow::Result;

use crate::interrupt::Interrupt;
use crate::mainstay::Mainstay;
use crate::phases::{self, Pace, Phase, PhaseRow};
use crate::site::Site;

/// Two rows for each number of connections: with the journal, and without it.
pub(crate) fn run(
    systems: [Mainstay; 2],
    scratch: &Path,
    pace: Pace,
    interrupt: &Interrupt,
) -> Result<Vec<PhaseRow>> {
    let mut sites = Vec::new();
    for system in systems {
        sites.push(Site::open(Box::new(system), scratch, interrupt)?);
    }
    let rows = phases::run(Phase::Create, &mut sites, pace, interrupt)?;
    for site in &mut sites {
        site.check_stored()?;
    }
    Ok(rows)
}
