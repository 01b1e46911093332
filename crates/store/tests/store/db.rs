//! The two doors: groups of writes, reads in snapshots, and what happens when something takes too long or too much.

mod conflicts;
mod fixture;
mod groups;
mod limits;
mod log;
mod reads;
mod settings;
