//! The reader of definitions: what it makes of good files, and every fault that it tells.

mod applications;
mod faults;
mod model;
mod schema;
mod support;
