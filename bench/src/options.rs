//! The command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::mainstay::Durability;
use crate::pages::Depth;
use crate::phases::Pace;

/// Measures Mainstay beside its peer and beside the limits of this machine
#[derive(Debug, Parser)]
#[command(name = "mainstay-bench", args_conflicts_with_subcommands = true)]
pub(crate) struct Options {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,

    /// Length of a round in seconds
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=600))]
    seconds: u32,

    /// Rounds of each phase, in turn for both systems
    #[arg(long, default_value_t = 3)]
    rounds: usize,

    /// One round of one second, and a tenth of the pages: to see that everything works, not to be quoted
    #[arg(long)]
    pub(crate) quick: bool,

    /// What Mainstay promises; normal is what its peer promises
    #[arg(long, value_enum, default_value_t = Durability::Full)]
    pub(crate) durability: Durability,

    /// What to measure
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = Part::value_variants().to_vec())]
    pub(crate) parts: Vec<Part>,

    /// Whom to measure
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = System::value_variants().to_vec())]
    pub(crate) systems: Vec<System>,

    /// The binary to measure instead of the one that is built from this workspace
    #[arg(long, value_name = "FILE")]
    pub(crate) mainstay: Option<PathBuf>,

    /// The binary without a journal to measure instead of one that is built
    #[arg(long, value_name = "FILE")]
    pub(crate) without_journal: Option<PathBuf>,

    /// Also writes the report as JSON
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Serves a constant answer: one of the limits, started by the measurement itself
    #[command(hide = true)]
    BareAxum {
        #[arg(long)]
        listen: SocketAddr,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    Read,
    List,
    Create,
    Flood,
    /// Start-up and memory
    Rest,
    Limits,
    Pages,
    /// Changes of a large collection while others write
    Migrations,
    /// What the journal costs; builds a second binary
    Journal,
    /// The check of a large journal
    Audit,
    /// Changes on their way to many subscribers
    Realtime,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum System {
    Mainstay,
    Pocketbase,
    /// Mainstay on PostgreSQL
    Postgres,
}

impl Options {
    pub(crate) fn pace(&self) -> Pace {
        if self.quick {
            return Pace {
                round_seconds: 1,
                rounds: 1,
            };
        }
        Pace {
            round_seconds: self.seconds,
            rounds: self.rounds.max(1),
        }
    }

    pub(crate) fn depth(&self) -> Depth {
        if self.quick {
            return Depth {
                messages: 100_000,
                page: 1_000,
                samples: 200,
            };
        }
        Depth {
            messages: 1_000_000,
            page: 10_000,
            samples: 1_000,
        }
    }
}
