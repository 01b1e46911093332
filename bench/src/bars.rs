//! What Mainstay wants to reach, and whether it did in this run.

use serde::Serialize;

use crate::audit::Audit;
use crate::limits::pgbench;
use crate::migrations::MigrationRow;
use crate::pages::Pages;
use crate::phases::{FloodRow, Phase, PhaseRow};
use crate::realtime::RealtimeRow;
use crate::report::Report;
use crate::rest::RestRow;

const MAINSTAY: &str = "Mainstay";
const ON_POSTGRES: &str = "Mainstay on PostgreSQL";
const PEER: &str = "PocketBase";

const RATE_FACTOR_MIN: f64 = 8.0;
const P99_PART_MAX: f64 = 0.1;
const MEMORY_MIB_MAX: f64 = 30.0;
const START_MS_MAX: f64 = 50.0;
const FLOOD_RATE_PART_MIN: f64 = 0.5;
const FLOOD_P99_MS_MAX: f64 = 20.0;
const PAGE_FACTOR_MAX: f64 = 2.0;
const STALL_MS_MAX: f64 = 50.0;
const VERIFY_S_MAX: f64 = 2.0;
const LIVE_P99_MS_MAX: f64 = 100.0;
/// The scale at which the peer is a measure: with thousands of subscribers its own times are far apart between runs.
const LIVE_PEER_SUBSCRIBERS: usize = 200;
const LIVE_P99_PART_MAX: f64 = 0.125;
const LIVE_CPU_PART_MAX: f64 = 0.1;
const PGBENCH_PART_MIN: f64 = 0.6;
const JOURNAL_PART_MIN: f64 = 0.65;
/// The number of connections at which the phases are judged.
const JUDGED_CONNECTIONS: usize = 64;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Bar {
    pub(crate) wanted: String,
    pub(crate) reached: String,
    pub(crate) pass: bool,
}

/// One bar for everything that was measured; what was left out has none.
pub(crate) fn judge(report: &Report) -> Vec<Bar> {
    let mut bars = Vec::new();
    for phase in [Phase::Read, Phase::List, Phase::Create] {
        let of = |system| {
            report.phases.iter().find(|row| {
                row.phase == phase && row.connections == JUDGED_CONNECTIONS && row.system == system
            })
        };
        if let (Some(mainstay), Some(peer)) = (of(MAINSTAY), of(PEER)) {
            bars.extend(judge_phase(mainstay, peer));
        }
    }
    if let Some(row) = report.flood.iter().find(|row| row.system == MAINSTAY) {
        bars.extend(judge_flood(row));
    }
    if let Some(row) = report.rest.iter().find(|row| row.system == MAINSTAY) {
        bars.extend(judge_rest(row));
    }
    bars.extend(report.pages.iter().map(judge_pages));
    bars.extend(report.migrations.iter().skip(1).map(judge_migration));
    let judged = |row: &&PhaseRow| row.connections == JUDGED_CONNECTIONS;
    let journal: Vec<_> = report.journal.iter().filter(judged).collect();
    if let [with, without] = journal.as_slice() {
        bars.push(at_least(
            "Create on 64 connections, rate beside no journal",
            with.figures.rate_per_s / without.figures.rate_per_s,
            JOURNAL_PART_MIN,
            "x",
        ));
    }
    bars.extend(report.audit.iter().map(judge_audit));
    bars.extend(judge_realtime(&report.realtime));
    let created = report.phases.iter().find(|row| {
        row.phase == Phase::Create && row.connections == JUDGED_CONNECTIONS && row.system == ON_POSTGRES
    });
    let limit = report.limits.iter().find(|row| row.limit == pgbench::CREATE);
    if let (Some(created), Some(limit)) = (created, limit) {
        bars.push(at_least(
            "Create on PostgreSQL on 64 connections, rate beside pgbench",
            created.figures.rate_per_s / limit.figures.rate_per_s,
            PGBENCH_PART_MIN,
            "x",
        ));
    }
    bars
}

fn at_least(what: &str, value: f64, min: f64, unit: &str) -> Bar {
    Bar {
        wanted: format!("{what}: at least {min}{unit}"),
        reached: format!("{value:.2}{unit}"),
        pass: value >= min,
    }
}

fn at_most(what: &str, value: f64, max: f64, unit: &str) -> Bar {
    Bar {
        wanted: format!("{what}: at most {max}{unit}"),
        reached: format!("{value:.2}{unit}"),
        pass: value <= max,
    }
}

fn judge_phase(mainstay: &PhaseRow, peer: &PhaseRow) -> [Bar; 2] {
    let what = format!("{:?} on {JUDGED_CONNECTIONS} connections", mainstay.phase);
    let (mainstay, peer) = (&mainstay.figures, &peer.figures);
    let rate = mainstay.rate_per_s / peer.rate_per_s;
    let p99 = mainstay.p99_us / peer.p99_us;
    [
        at_least(&format!("{what}, rate beside {PEER}"), rate, RATE_FACTOR_MIN, "x"),
        at_most(&format!("{what}, p99 beside {PEER}"), p99, P99_PART_MAX, "x"),
    ]
}

fn judge_flood(row: &FloodRow) -> [Bar; 2] {
    let rate = row.flooded.rate_per_s / row.alone.rate_per_s;
    let p99_ms = row.flooded.p99_us / 1e3;
    [
        at_least(
            "Reads in the flood, rate beside reads alone",
            rate,
            FLOOD_RATE_PART_MIN,
            "x",
        ),
        at_most("Reads in the flood, p99", p99_ms, FLOOD_P99_MS_MAX, " ms"),
    ]
}

fn judge_rest(row: &RestRow) -> [Bar; 2] {
    [
        at_most("Memory at rest", row.resident_mib, MEMORY_MIB_MAX, " MiB"),
        at_most("Cold start, median", row.start_median_ms, START_MS_MAX, " ms"),
    ]
}

fn judge_migration(row: &MigrationRow) -> Bar {
    let what = format!("Longest write while {} messages: {}", row.messages, row.change);
    at_most(&what, row.stall_ms, STALL_MS_MAX, " ms")
}

fn judge_audit(audit: &Audit) -> Bar {
    let what = format!("Check of a journal of {} entries, median", audit.messages);
    at_most(&what, audit.median_s, VERIFY_S_MAX, " s")
}

fn judge_pages(pages: &Pages) -> Bar {
    let what = format!("Page {} of {} messages beside page 1", pages.page, pages.messages);
    at_most(&what, pages.deep_us / pages.first_us, PAGE_FACTOR_MAX, "x")
}

fn judge_realtime(rows: &[RealtimeRow]) -> Vec<Bar> {
    let mut bars = Vec::new();
    for row in rows.iter().filter(|row| row.system == MAINSTAY) {
        let what = format!(
            "{} subscribers, {} changes/s",
            row.scale.subscribers, row.scale.changes_per_s
        );
        let wrong = row.expected.abs_diff(row.received) + row.duplicates + row.out_of_order + row.forbidden;
        bars.push(Bar {
            wanted: format!("{what}: every event once, in order, to nobody else"),
            reached: format!("{wrong} wrong"),
            pass: wrong == 0,
        });
        bars.push(at_most(
            &format!("{what}, p99"),
            row.p99_us / 1e3,
            LIVE_P99_MS_MAX,
            " ms",
        ));
        let scale = row.scale.subscribers;
        let peer = rows.iter().find(|peer| {
            peer.system == PEER && peer.scale.subscribers == scale && scale == LIVE_PEER_SUBSCRIBERS
        });
        if let Some(peer) = peer {
            let p99 = row.p99_us / peer.p99_us;
            let cpu = row.server_us / peer.server_us;
            bars.push(at_most(
                &format!("{what}, p99 beside {PEER}"),
                p99,
                LIVE_P99_PART_MAX,
                "x",
            ));
            bars.push(at_most(
                &format!("{what}, CPU an event beside {PEER}"),
                cpu,
                LIVE_CPU_PART_MAX,
                "x",
            ));
        }
    }
    bars
}
