//! What those who write notice of migrations on a large collection: three changes while eight connections create
//! messages without a pause.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use rustix::process::Signal;
use serde::Serialize;

use crate::client::Client;
use crate::histogram::Histogram;
use crate::interrupt::Interrupt;
use crate::load::{Until, drive_one};
use crate::mainstay::Mainstay;
use crate::pages::{fill, make_rooms};
use crate::report::progress;
use crate::site::Place;
use crate::workloads::Creating;
use crate::world::{Message, Room, World};

const CONNECTIONS: usize = 8;
/// Writes are counted in pieces of this length, until the change is done.
const PIECE: Duration = Duration::from_millis(500);
const IN_FORCE: &str = "a new definition is in force";
const PATIENCE: Duration = Duration::from_mins(10);

/// The changes, each with what it adds to or replaces in the declaration of messages.
const CHANGES: [(&str, &str, &str); 3] = [
    (
        "add a required field with a default",
        "",
        "\n[fields.weight]\ntype = \"text\"\nrequired = true\ndefault = \"0\"\n",
    ),
    (
        "change its type",
        "type = \"text\"\nrequired = true\ndefault = \"0\"",
        "type = \"integer\"\nrequired = true\ndefault = 0",
    ),
    (
        "add a unique index",
        "[fields.text]\ntype = \"text\"",
        "[fields.text]\ntype = \"text\"\nunique = true",
    ),
];

/// What writers noticed of one change; of none, for comparison.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct MigrationRow {
    pub(crate) change: &'static str,
    pub(crate) messages: u32,
    pub(crate) seconds: f64,
    pub(crate) writes: u32,
    pub(crate) rate_per_s: f64,
    pub(crate) p99_ms: f64,
    /// The longest that any write took.
    pub(crate) stall_ms: f64,
}

/// Every write must be answered as it should be: one that fails ends the run.
pub(crate) fn run(
    mainstay: Mainstay,
    scratch: &Path,
    messages: u32,
    interrupt: &Interrupt,
) -> Result<Vec<MigrationRow>> {
    let application = Application::copy(&mainstay, scratch)?;
    let place = Place::new(Box::new(mainstay.serving(&application.folder)), scratch)?;
    let server = place.start_first(interrupt)?;
    let mut client = Client::connect(server.address)?;
    let user = place.target.sign_up(&mut client, "writer@example.com")?;
    let rooms = make_rooms(&*place.target, &mut client, &user)?;
    fill(server.address, &user, &rooms, messages, interrupt)?;
    let world = World {
        auditor: user.clone(),
        users: vec![user],
        rooms: rooms
            .into_iter()
            .map(|id| Room { id, members: vec![0] })
            .collect(),
        messages: vec![Message {
            id: String::new(),
            number: messages - 1,
        }],
    };
    let mut creating = Creating::after(&*place.target, &world, u32::MAX);

    let quiet = Instant::now() + PIECE * 10;
    let mut rows = vec![writes_until(
        "no change",
        messages,
        &mut creating,
        server.address,
        interrupt,
        || Ok(Instant::now() >= quiet),
    )?];
    for (number, (change, from, to)) in (1..).zip(CHANGES) {
        progress(&format!("migrations: {change}"));
        application.change(from, to, change)?;
        server.signal(Signal::HUP)?;
        let begun = Instant::now();
        rows.push(writes_until(
            change,
            messages,
            &mut creating,
            server.address,
            interrupt,
            || {
                ensure!(
                    begun.elapsed() < PATIENCE,
                    "the change did not end:\n{}",
                    server.log_end()
                );
                Ok(server.log()?.matches(IN_FORCE).count() >= number)
            },
        )?);
    }
    server.stop()?;
    Ok(rows)
}

fn writes_until(
    change: &'static str,
    messages: u32,
    creating: &mut Creating,
    address: SocketAddr,
    interrupt: &Interrupt,
    mut is_done: impl FnMut() -> Result<bool>,
) -> Result<MigrationRow> {
    let mut latencies = Histogram::new();
    let mut seconds = 0.0;
    while !is_done()? {
        let load = drive_one(address, creating, CONNECTIONS, Until::Elapsed(PIECE), interrupt)
            .with_context(|| format!("writing during: {change}"))?;
        latencies.add(&load.latencies);
        seconds += load.duration.as_secs_f64();
    }
    Ok(MigrationRow {
        change,
        messages,
        seconds,
        writes: latencies.count(),
        rate_per_s: f64::from(latencies.count()) / seconds,
        p99_ms: latencies.percentile(99).as_secs_f64() * 1e3,
        stall_ms: latencies.max().as_secs_f64() * 1e3,
    })
}

/// The application that is measured, with migrations of its own.
struct Application {
    folder: PathBuf,
    binary: PathBuf,
}

impl Application {
    fn copy(mainstay: &Mainstay, scratch: &Path) -> Result<Self> {
        let folder = scratch.join("migrated-app");
        if folder.exists() {
            fs::remove_dir_all(&folder)?;
        }
        fs::create_dir_all(folder.join("collections"))?;
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("app");
        fs::copy(source.join("mainstay.toml"), folder.join("mainstay.toml"))?;
        for file in fs::read_dir(source.join("collections"))? {
            let file = file?;
            fs::copy(file.path(), folder.join("collections").join(file.file_name()))?;
        }
        let application = Self {
            folder,
            binary: mainstay.binary().to_owned(),
        };
        application.write_migration("begin")?;
        Ok(application)
    }

    fn change(&self, from: &str, to: &str, title: &str) -> Result<()> {
        let path = self.folder.join("collections/messages.toml");
        let text = fs::read_to_string(&path)?;
        ensure!(text.contains(from), "there is no {from} in {}", path.display());
        let changed = if from.is_empty() {
            text + to
        } else {
            text.replacen(from, to, 1)
        };
        fs::write(path, changed)?;
        self.write_migration(title)
    }

    fn write_migration(&self, title: &str) -> Result<()> {
        let mut new = Command::new(&self.binary);
        new.args(["migrate", "new", "-m", title, "--app"])
            .arg(&self.folder);
        let output = new
            .output()
            .with_context(|| format!("{new:?} could not be started"))?;
        ensure!(
            output.status.success(),
            "{new:?} failed: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }
}
