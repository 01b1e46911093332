//! A system under test with its data folder, its running server and its workloads.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use tempfile::TempDir;

use crate::client::Client;
use crate::interrupt::Interrupt;
use crate::server::{Server, free_address};
use crate::target::Target;
use crate::workloads::{Creating, Listing, Reading};
use crate::world::World;

/// A system and its data folder, which is removed with this value.
#[derive(Debug)]
pub(crate) struct Place {
    pub(crate) target: Box<dyn Target>,
    folder: TempDir,
}

impl Place {
    /// An empty data folder below `scratch`, which must lie on a disk: a file system in memory would make durability
    /// cost nothing.
    pub(crate) fn new(target: Box<dyn Target>, scratch: &Path) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("data-").tempdir_in(scratch)?;
        Ok(Self { target, folder })
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn start(&self, interrupt: &Interrupt) -> Result<Server> {
        let (address, log) = (free_address()?, self.folder.path().join("server.log"));
        let command = self.target.serve(&self.data(), address);
        Server::start(command, address, self.target.health_path(), &log, interrupt)
    }

    /// Starts on the empty data folder and makes the collections.
    pub(crate) fn start_first(&self, interrupt: &Interrupt) -> Result<Server> {
        self.target.prepare(&self.data())?;
        let server = self.start(interrupt)?;
        self.target.define(&mut Client::connect(server.address)?)?;
        Ok(server)
    }
}

#[derive(Debug)]
pub(crate) struct Site {
    pub(crate) place: Place,
    pub(crate) server: Server,
    pub(crate) world: World,
    pub(crate) reading: Reading,
    pub(crate) listing: Listing,
    pub(crate) creating: Creating,
}

/// One created message in so many is read back at the end.
const READ_BACK_EVERY: u32 = 97;

impl Site {
    pub(crate) fn open(target: Box<dyn Target>, scratch: &Path, interrupt: &Interrupt) -> Result<Self> {
        let place = Place::new(target, scratch)?;
        let server = place.start_first(interrupt)?;
        let target = &*place.target;
        let world = World::make(target, server.address, interrupt)
            .with_context(|| format!("{} could not be filled", target.name()))?;
        Ok(Self {
            reading: Reading::new(target, &world, &world.messages),
            listing: Listing::new(target, &world),
            creating: Creating::after(target, &world, READ_BACK_EVERY),
            place,
            server,
            world,
        })
    }

    pub(crate) fn name(&self) -> &'static str {
        self.place.target.name()
    }

    /// Every acknowledged message must be there, no other, and those that were kept must read as they were written.
    pub(crate) fn check_stored(&mut self) -> Result<()> {
        let (name, target, address) = (self.name(), &*self.place.target, self.server.address);
        let (found, expected) = (
            self.world.count_messages(target, address)?,
            self.creating.acknowledged(),
        );
        ensure!(
            found == u64::from(expected),
            "{name} holds {found} messages and acknowledged {expected}"
        );
        let kept = self.creating.take_kept();
        Reading::new(target, &self.world, &kept)
            .ask_all(&mut Client::connect(address)?)
            .with_context(|| format!("{name} lost a message"))
    }

    /// Ends the server and leaves its data.
    pub(crate) fn stop(self) -> Result<Place> {
        self.server.stop()?;
        Ok(self.place)
    }
}
