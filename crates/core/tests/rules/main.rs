//! The expression language: what is accepted and how it is typed, what is refused and where, and that no text at all
//! makes the parser panic.

mod accepted;
mod analysis;
mod completions;
mod dependencies;
mod fixture;
mod refused;
mod render;
mod robustness;
mod tables;
