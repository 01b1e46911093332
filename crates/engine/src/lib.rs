#![doc = include_str!("../README.md")]

pub mod acme;
pub mod activity;
pub mod adopt;
mod attempts;
pub mod audit;
pub mod auth;
pub mod changes;
pub mod comments;
pub mod context;
pub mod data;
pub mod editing;
pub mod environment;
pub mod external_keys;
pub mod failure;
pub mod follows;
pub mod health;
pub mod jobs;
pub mod keys;
pub mod mail;
mod masked;
pub mod migrations;
pub mod notifications;
pub mod rates;
pub mod readers;
pub mod realtime;
pub mod records;
pub mod rules;
pub mod sending;
pub mod shares;
pub mod tidy;
pub mod webhooks;

pub use context::{Context, Cost, RequestOrigin};
pub use environment::{Environment, EnvironmentOptions, Release, ShapeFrom};
pub use failure::Failure;
pub use mainstay_gateways::PrivateAddresses;
pub use mainstay_store::Position;
