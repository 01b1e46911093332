//! What a system costs before anybody uses it: the time of a start and the memory at rest.

use std::thread::sleep;
use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

use crate::figures::{median, millis};
use crate::interrupt::Interrupt;
use crate::server::Server;
use crate::site::{Place, Site};

const STARTS: usize = 9;
const REST: Duration = Duration::from_secs(3);

#[derive(Debug, Clone, Serialize)]
pub(crate) struct RestRow {
    pub(crate) system: &'static str,
    pub(crate) start_best_ms: f64,
    pub(crate) start_median_ms: f64,
    pub(crate) resident_mib: f64,
    pub(crate) proportional_mib: f64,
    /// The most that was resident in the process that served the other phases.
    pub(crate) peak_mib: f64,
}

/// Starts both systems again and again on the data that the other phases left, and leaves them alone after the last
/// start.
pub(crate) fn run(sites: Vec<Site>, interrupt: &Interrupt) -> Result<Vec<RestRow>> {
    let mut peaks = Vec::new();
    let mut places: Vec<Place> = Vec::new();
    for site in sites {
        peaks.push(site.server.memory()?.peak);
        places.push(site.stop()?);
    }
    let mut starts = vec![Vec::new(); places.len()];
    let mut servers: Vec<Server> = Vec::new();
    for _ in 0..STARTS {
        for server in servers.drain(..) {
            server.stop()?;
        }
        for (place, starts) in places.iter().zip(&mut starts) {
            let server = place.start(interrupt)?;
            starts.push(millis(server.ready_after));
            servers.push(server);
        }
    }
    sleep(REST);
    let mut rows = Vec::new();
    for (((place, starts), server), peak_mib) in places.iter().zip(starts).zip(&servers).zip(peaks) {
        let memory = server.memory()?;
        rows.push(RestRow {
            system: place.target.name(),
            start_best_ms: starts.iter().copied().fold(f64::INFINITY, f64::min),
            start_median_ms: median(starts),
            resident_mib: memory.resident,
            proportional_mib: memory.proportional,
            peak_mib,
        });
    }
    Ok(rows)
}
