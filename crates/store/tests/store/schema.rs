//! Bringing a database to the shape of a definition, with the records that are in it.

mod changes;
mod fixture;
mod online;
mod refusals;
mod relations;
