#![doc = include_str!("../README.md")]

pub mod auth;
pub mod data;
pub mod environment;
pub mod failure;
pub mod health;
pub mod records;
pub mod tidy;

pub use environment::{Context, Environment, EnvironmentOptions, Release};
pub use failure::Failure;
