//! What a run prints and writes.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "the one place that talks to the person at the terminal"
)]

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};
use serde::Serialize;

use crate::audit::Audit;
use crate::bars::Bar;
use crate::figures::Figures;
use crate::limits::LimitRow;
use crate::migrations::MigrationRow;
use crate::pages::Pages;
use crate::phases::{FloodRow, Pace, Phase, PhaseRow};
use crate::realtime::RealtimeRow;
use crate::rest::RestRow;

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Report {
    pub(crate) pace: Pace,
    /// Of Mainstay; PocketBase runs as it is shipped.
    pub(crate) durability: String,
    pub(crate) processors: usize,
    pub(crate) phases: Vec<PhaseRow>,
    pub(crate) flood: Vec<FloodRow>,
    pub(crate) rest: Vec<RestRow>,
    pub(crate) limits: Vec<LimitRow>,
    pub(crate) pages: Option<Pages>,
    pub(crate) migrations: Vec<MigrationRow>,
    pub(crate) journal: Vec<PhaseRow>,
    pub(crate) audit: Option<Audit>,
    pub(crate) realtime: Vec<RealtimeRow>,
    pub(crate) bars: Vec<Bar>,
}

/// Says what is being done, beside the report.
pub(crate) fn progress(what: &str) {
    eprintln!("... {what}");
}

impl Report {
    pub(crate) fn write_json(&self, file: &Path) -> Result<()> {
        let text = serde_json::to_string_pretty(self)?;
        fs::write(file, text).with_context(|| file.display().to_string())
    }

    pub(crate) fn print(&self) {
        println!(
            "\nMedians of {} rounds of {} s; {} processors, shared with the load generator.",
            self.pace.rounds, self.pace.round_seconds, self.processors
        );
        println!(
            "Durability: Mainstay {}, PocketBase normal (as shipped).",
            self.durability
        );
        for phase in [Phase::Read, Phase::List, Phase::Create] {
            let rows: Vec<_> = self.phases.iter().filter(|row| row.phase == phase).collect();
            print_rows(title_of(phase), &rows);
        }
        let journal: Vec<_> = self.journal.iter().collect();
        print_rows("Create a message, with the journal and without it", &journal);
        self.print_flood();
        self.print_rest();
        self.print_limits();
        self.print_pages();
        self.print_migrations();
        self.print_audit();
        self.print_realtime();
        self.print_bars();
    }

    fn print_flood(&self) {
        if self.flood.is_empty() {
            return;
        }
        print_head("Reads by id on 8 connections while others sign in without a pause on 4");
        for row in &self.flood {
            print_figures(&format!("{}: reads alone", row.system), &row.alone);
            print_figures(&format!("{}: reads in the flood", row.system), &row.flooded);
            print_figures(&format!("{}: sign-ins", row.system), &row.sign_ins);
            println!(
                "  {:<48}{:>12}",
                "sign-ins answered 429 or 503", row.sign_ins_refused
            );
        }
    }

    fn print_rest(&self) {
        if self.rest.is_empty() {
            return;
        }
        println!("\nStart on the data of this run, memory after it at rest, and the peak of the run");
        println!(
            "  {:<20}{:>12}{:>12}{:>12}{:>12}{:>12}",
            "", "best ms", "median ms", "RSS MiB", "PSS MiB", "peak MiB"
        );
        for row in &self.rest {
            println!(
                "  {:<20}{:>12.1}{:>12.1}{:>12.1}{:>12.1}{:>12.1}",
                row.system,
                row.start_best_ms,
                row.start_median_ms,
                row.resident_mib,
                row.proportional_mib,
                row.peak_mib
            );
        }
    }

    fn print_limits(&self) {
        if self.limits.is_empty() {
            return;
        }
        print_head("Limits of this machine");
        for row in &self.limits {
            print_figures(&row.limit, &row.figures);
        }
    }

    fn print_pages(&self) {
        let Some(pages) = &self.pages else { return };
        println!(
            "\nPages of 20 of a room with half of {} messages (Mainstay)",
            pages.messages
        );
        println!("  filled at {:.0} messages a second", pages.fill_rate_per_s);
        println!(
            "  page 1: {:.0} us, page {}: {:.0} us (medians)",
            pages.first_us, pages.page, pages.deep_us
        );
    }

    fn print_migrations(&self) {
        let Some(first) = self.migrations.first() else {
            return;
        };
        println!(
            "\nWriters on 8 connections while a collection of {} messages changes",
            first.messages
        );
        println!(
            "  {:<40}{:>10}{:>12}{:>12}{:>12}",
            "", "s", "writes/s", "p99 ms", "longest ms"
        );
        for row in &self.migrations {
            println!(
                "  {:<40}{:>10.1}{:>12.0}{:>12.1}{:>12.1}",
                row.change, row.seconds, row.rate_per_s, row.p99_ms, row.stall_ms
            );
        }
    }

    fn print_audit(&self) {
        if let Some(audit) = &self.audit {
            println!("\nCheck of a journal of {} entries", audit.messages);
            println!(
                "  median {:.2} s, longest {:.2} s, with the start of the process",
                audit.median_s, audit.longest_s
            );
        }
    }

    fn print_realtime(&self) {
        if self.realtime.is_empty() {
            return;
        }
        println!("\nEvents to subscribers under a membership rule, from the request to the arrival");
        println!(
            "  {:<48}{:>10}{:>10}{:>7}{:>7}{:>7}{:>10}{:>10}{:>9}",
            "", "expected", "received", "twice", "order", "wrong", "p50 ms", "p99 ms", "CPU us"
        );
        for row in &self.realtime {
            let scale = row.scale;
            println!(
                "  {:<48}{:>10}{:>10}{:>7}{:>7}{:>7}{:>10.2}{:>10.2}{:>9.1}",
                format!(
                    "{} subscribers, {}/s  {}",
                    scale.subscribers, scale.changes_per_s, row.system
                ),
                row.expected,
                row.received,
                row.duplicates,
                row.out_of_order,
                row.forbidden,
                row.p50_us / 1e3,
                row.p99_us / 1e3,
                row.server_us
            );
        }
    }

    fn print_bars(&self) {
        println!("\nBars");
        for bar in &self.bars {
            let verdict = if bar.pass { "pass" } else { "MISS" };
            println!("  {verdict}  {:<68}{:>12}", bar.wanted, bar.reached);
        }
    }
}

fn print_rows(title: &str, rows: &[&PhaseRow]) {
    if rows.is_empty() {
        return;
    }
    print_head(title);
    for connections in rows.chunk_by(|a, b| a.connections == b.connections) {
        for row in connections {
            print_figures(
                &format!("{:>2} connections  {}", row.connections, row.system),
                &row.figures,
            );
        }
        if let [first, second, ..] = connections {
            print_ratio(&first.figures, &second.figures);
        }
    }
}

fn title_of(phase: Phase) -> &'static str {
    match phase {
        Phase::Read => "Read a message by id",
        Phase::List => "List the newest 20 messages of a room",
        Phase::Create => "Create a message",
    }
}

fn print_head(title: &str) {
    println!("\n{title}");
    println!(
        "  {:<48}{:>12}{:>11}{:>11}{:>11}{:>11}",
        "", "requests/s", "p50 ms", "p99 ms", "max ms", "CPU us"
    );
}

fn print_figures(what: &str, figures: &Figures) {
    let server = if figures.server_us > 0.0 {
        format!("{:.1}", figures.server_us)
    } else {
        String::new()
    };
    println!(
        "  {what:<48}{:>12.0}{:>11.3}{:>11.3}{:>11.3}{server:>11}",
        figures.rate_per_s,
        figures.p50_us / 1e3,
        figures.p99_us / 1e3,
        figures.max_us / 1e3,
    );
}

/// The figures of the first system in parts of those of the second.
fn print_ratio(first: &Figures, second: &Figures) {
    println!(
        "  {:<48}{:>11.2}x{:>10.2}x{:>10.2}x{:>10.2}x{:>10.2}x",
        "                ratio",
        first.rate_per_s / second.rate_per_s,
        first.p50_us / second.p50_us,
        first.p99_us / second.p99_us,
        first.max_us / second.max_us,
        first.server_us / second.server_us,
    );
}
