//! What the machine gives without a backend in between: bare SQLite, bare PostgreSQL and a bare axum handler.

mod bare_axum;
mod bare_sqlite;
pub(crate) mod pgbench;

use std::path::Path;

use anyhow::Result;
use serde::Serialize;

pub(crate) use bare_axum::serve;

use crate::cluster::Cluster;
use crate::figures::Figures;
use crate::interrupt::Interrupt;
use crate::phases::Pace;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct LimitRow {
    pub(crate) limit: String,
    #[serde(flatten)]
    pub(crate) figures: Figures,
}

pub(crate) fn run(
    scratch: &Path,
    cluster: Option<&Cluster>,
    pace: Pace,
    interrupt: &Interrupt,
) -> Result<Vec<LimitRow>> {
    let mut rows = bare_sqlite::run(scratch, pace, interrupt)?;
    rows.extend(bare_axum::run(scratch, pace, interrupt)?);
    if let Some(cluster) = cluster {
        rows.extend(pgbench::run(cluster, scratch, pace)?);
    }
    Ok(rows)
}
