//! The phases that both systems go through, in short rounds that alternate between them.

use std::time::Duration;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::figures::{Figures, Round};
use crate::interrupt::Interrupt;
use crate::load::{Load, Stream, Until, Workload, drive, drive_one};
use crate::site::Site;
use crate::workloads::SigningIn;

const CONNECTIONS: [usize; 3] = [1, 8, 64];
const FLOOD_SIGN_INS: usize = 4;
const FLOOD_READS: usize = 8;

/// How long and how often something is measured.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Pace {
    pub(crate) round_seconds: u32,
    pub(crate) rounds: usize,
}

impl Pace {
    pub(crate) fn round(self) -> Duration {
        Duration::from_secs(u64::from(self.round_seconds))
    }

    /// Before the first round, not counted: caches fill and connections to the database open.
    pub(crate) fn warm_up(self) -> Duration {
        self.round() / 5
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Phase {
    Read,
    List,
    Create,
}

#[derive(Debug, Clone, Serialize)]
pub(crate) struct PhaseRow {
    pub(crate) phase: Phase,
    pub(crate) connections: usize,
    pub(crate) system: &'static str,
    #[serde(flatten)]
    pub(crate) figures: Figures,
}

/// One phase at every number of connections.
pub(crate) fn run(
    phase: Phase,
    sites: &mut [Site],
    pace: Pace,
    interrupt: &Interrupt,
) -> Result<Vec<PhaseRow>> {
    let mut rows = Vec::new();
    for connections in CONNECTIONS {
        for site in &mut *sites {
            round(phase, site, connections, pace.warm_up(), interrupt)?;
        }
        let mut rounds = vec![Vec::new(); sites.len()];
        for _ in 0..pace.rounds {
            for (site, rounds) in sites.iter_mut().zip(&mut rounds) {
                rounds.push(round(phase, site, connections, pace.round(), interrupt)?);
            }
        }
        for (site, rounds) in sites.iter().zip(&rounds) {
            rows.push(PhaseRow {
                phase,
                connections,
                system: site.name(),
                figures: Figures::of(rounds),
            });
        }
    }
    Ok(rows)
}

fn round(
    phase: Phase,
    site: &mut Site,
    connections: usize,
    lasts: Duration,
    interrupt: &Interrupt,
) -> Result<Round> {
    let name = site.name();
    let workload: &mut dyn Workload = match phase {
        Phase::Read => &mut site.reading,
        Phase::List => &mut site.listing,
        Phase::Create => &mut site.creating,
    };
    let (load, server_time) = site
        .server
        .while_measured(|| {
            drive_one(
                site.server.address,
                workload,
                connections,
                Until::Elapsed(lasts),
                interrupt,
            )
        })
        .with_context(|| format!("{name}, {phase:?} on {connections} connections"))?;
    Ok(Round { load, server_time })
}

/// Reads by id while others sign in, and the same reads alone.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct FloodRow {
    pub(crate) system: &'static str,
    pub(crate) alone: Figures,
    pub(crate) flooded: Figures,
    pub(crate) sign_ins: Figures,
    pub(crate) sign_ins_refused: u32,
}

pub(crate) fn flood(sites: &mut [Site], pace: Pace, interrupt: &Interrupt) -> Result<Vec<FloodRow>> {
    let mut signing_in: Vec<_> = sites
        .iter()
        .map(|site| SigningIn::new(&*site.place.target, &site.world))
        .collect();
    let mut rounds = vec![<[Vec<Round>; 3]>::default(); sites.len()];
    for _ in 0..pace.rounds {
        for ((site, signing_in), [alone, flooded, sign_ins]) in
            sites.iter_mut().zip(&mut signing_in).zip(&mut rounds)
        {
            alone.push(round(Phase::Read, site, FLOOD_READS, pace.round(), interrupt)?);
            let [reads, accounts] = flood_round(site, signing_in, pace.round(), interrupt)?;
            flooded.push(Round {
                load: reads,
                server_time: Duration::ZERO,
            });
            sign_ins.push(Round {
                load: accounts,
                server_time: Duration::ZERO,
            });
        }
    }
    let rows = sites
        .iter()
        .zip(&rounds)
        .zip(&signing_in)
        .map(|((site, rounds), signing_in)| FloodRow {
            system: site.name(),
            alone: Figures::of(&rounds[0]),
            flooded: Figures::of(&rounds[1]),
            sign_ins: Figures::of(&rounds[2]),
            sign_ins_refused: signing_in.refused(),
        });
    Ok(rows.collect())
}

fn flood_round(
    site: &mut Site,
    signing_in: &mut SigningIn,
    lasts: Duration,
    interrupt: &Interrupt,
) -> Result<[Load; 2]> {
    let name = site.name();
    let mut streams = [
        Stream {
            workload: &mut site.reading,
            connections: FLOOD_READS,
        },
        Stream {
            workload: signing_in,
            connections: FLOOD_SIGN_INS,
        },
    ];
    let loads = drive(
        site.server.address,
        &mut streams,
        Until::Elapsed(lasts),
        interrupt,
    )
    .with_context(|| format!("{name}, flood"))?;
    Ok(<[Load; 2]>::try_from(loads).expect("two streams give two loads"))
}
