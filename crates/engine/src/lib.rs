#![doc = include_str!("../README.md")]

pub mod auth;
pub mod context;
pub mod data;
pub mod environment;
pub mod failure;
pub mod health;
pub mod records;
pub mod tidy;

pub use context::{Context, Cost, RequestOrigin};
pub use environment::{Environment, EnvironmentOptions, Release};
pub use failure::Failure;
pub use mainstay_store::Position;
