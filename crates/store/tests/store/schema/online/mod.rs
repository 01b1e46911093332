//! From one state to another while releases of both shapes write.

mod changes;
mod fixture;
mod kept;
mod locks;
mod releases;
mod stops;
mod writers;
